"""When to come back sooner than planned, and how fast: what stands at the end of every result that is no emergency."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.reason.asking import fits_age

__all__ = ["safety_net"]

_CALL = mark(
    "Call {number} at once for new trouble breathing, swallowing or speaking; a sudden weakness, also of both legs; numbness "
    "between the legs; loss of control of bladder or bowel; a first seizure; confusion; or a stiff jaw."
)
_WITHIN_DAYS = mark(
    "See a doctor within days if something you could do last week no longer works: stairs, keys, buttons, walking on heels or toes."
)
_SEE = mark(
    "See a doctor if a muscle becomes visibly thinner, if the movement spreads or grows steadily, or if new numbness appears."
)
_CHILD_CALL = mark(
    "Call {number} at once for a seizure, with fever or without; for trouble breathing or swallowing; for a sudden weakness; and "
    "if the child is hard to wake or does not know you."
)
_CHILD_WITHIN_DAYS = mark(
    "See a doctor within days if the child can no longer do something that it could do last week: hold, reach, sit, stand, walk or "
    "speak."
)
_CHILD_SEE = mark("See a doctor if a muscle becomes visibly thinner, or if the movement spreads or grows steadily.")


def safety_net(age: float | None, number: str, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """What should bring a person of this age back, the ambulance first; a small child is not asked about keys and stairs."""
    lines = (_CHILD_CALL, _CHILD_WITHIN_DAYS, _CHILD_SEE) if _is_small(age, knowledge) else (_CALL, _WITHIN_DAYS, _SEE)
    return tuple(catalogue(language).gettext(line).format(number=number) for line in lines)


def _is_small(age: float | None, knowledge: Knowledge) -> bool:
    """Whether it is about a child of the age of seizures with fever."""
    return age is not None and bool(fits_age(("febrile_seizure",), age, knowledge))
