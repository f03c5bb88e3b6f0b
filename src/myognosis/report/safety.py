"""When to come back sooner than planned, and how fast: what stands at the end of every result that is no emergency."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.reason.asking import fits_age

__all__ = ["safety_net"]

_CALL = mark(
    "Call {number} at once if it gets hard to breathe, swallow or speak. Call too if an arm, a leg or both legs are suddenly weak, "
    "or if you go numb between the legs. Call too if you cannot hold urine or stool, have a first seizure, are confused, or cannot "
    "open your jaw."
)
_WITHIN_DAYS = mark(
    "See a doctor within days if you can no longer do a thing you could last week. Think of stairs, keys and buttons, and of "
    "walking on heels or toes."
)
_SEE = mark("See a doctor if a muscle gets thinner, if a new place goes numb, or if the movement spreads or keeps growing.")
_CHILD_CALL = mark(
    "Call {number} at once if the child has a seizure, with fever or without. Call too if it is hard to breathe or swallow, or if "
    "an arm or a leg is suddenly weak. Call too if the child is hard to wake or does not know you."
)
_CHILD_WITHIN_DAYS = mark(
    "See a doctor within days if the child can no longer do a thing it could last week. Think of holding, reaching, sitting, "
    "standing, walking and speaking."
)
_CHILD_SEE = mark("See a doctor if a muscle gets thinner, or if the movement spreads or keeps growing.")


def safety_net(age: float | None, number: str, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """What should bring a person of this age back, the ambulance first; a small child is not asked about keys and stairs."""
    lines = (_CHILD_CALL, _CHILD_WITHIN_DAYS, _CHILD_SEE) if _is_small(age, knowledge) else (_CALL, _WITHIN_DAYS, _SEE)
    return tuple(catalogue(language).gettext(line).format(number=number) for line in lines)


def _is_small(age: float | None, knowledge: Knowledge) -> bool:
    """Whether it is about a child of the age of seizures with fever."""
    return age is not None and bool(fits_age(("febrile_seizure",), age, knowledge))
