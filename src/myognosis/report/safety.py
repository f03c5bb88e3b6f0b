"""When to come back sooner than planned, and how fast: what stands at the end of every result that is no emergency."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.reason.asking import fits_age

__all__ = ["is_small_child", "safety_net", "told_levels"]

_ADULT = {
    mark(
        "Call {number} at once if it suddenly gets hard to breathe, swallow or speak. Call too if an arm, a leg or both legs are "
        "suddenly weak, or if you go numb between the legs. Call too if you have a first seizure or are suddenly confused. Call "
        "too if you cannot open your jaw, or think of ending your life."
    ): ("emergency", "dyspnoea+tempo_sudden dysphagia+tempo_sudden bulbar_symptoms+tempo_sudden sudden_weakness "
        "saddle_anaesthesia seizure+single_event confusion+tempo_sudden trismus suicidal_thoughts"),
    mark(
        "Call too for a fever with a stiff neck, confusion or a rash, or with a headache and vomiting. Call too if you cannot "
        "hold or pass urine and a leg is weak or numb."
    ): ("emergency", "fever+neck_stiffness fever+confusion fever+rash fever+headache+vomiting incontinence+numbness "
        "incontinence+functional_loss urinary_retention+numbness urinary_retention+functional_loss"),
    mark("See a doctor today if you newly cannot hold urine or stool, or cannot pass urine."): (
        "urgent", "incontinence urinary_retention"),
    mark(
        "See a doctor within days if you can no longer do a thing you could last week. Think of stairs, keys and buttons, and of "
        "walking on heels or toes."
    ): ("urgent", "functional_loss+tempo_acute"),
    mark("See a doctor if a muscle gets thinner or a new place goes numb. See one too if the movement spreads or keeps growing."): (
        "routine", "atrophy numbness course_progressive"),
}  # fmt: skip
"""What brings one back, by how soon; the level, and the signs by which the rules of urgency say the same (a test holds the two
together)."""
_CHILD = {
    mark(
        "Call {number} at once if the child has a seizure, with fever or without. Call too if it is hard to breathe or swallow, or "
        "if an arm or a leg is suddenly weak. Call too if the child is hard to wake or does not know you."
    ): ("emergency", "seizure_running febrile_seizure dyspnoea+tempo_sudden dysphagia+tempo_sudden sudden_weakness "
        "reduced_consciousness confusion+tempo_sudden"),
    mark(
        "See a doctor within days if the child can no longer do a thing it could last week. Think of holding, reaching, sitting, "
        "standing, walking and speaking."
    ): ("urgent", "functional_loss+tempo_acute"),
    mark("See a doctor if a muscle gets thinner, or if the movement spreads or keeps growing."): (
        "routine", "atrophy course_progressive"),
}  # fmt: skip


def safety_net(age: float | None, number: str, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """What should bring a person of this age back, the ambulance first; a small child is not asked about keys and stairs."""
    return tuple(catalogue(language).gettext(line).format(number=number) for line in _net(age, knowledge))


def told_levels(age: float | None, knowledge: Knowledge) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each sign of the safety net of an age, as the findings that make it up, with the level that the net tells for it."""
    return tuple((level, tuple(s.split("+"))) for level, signs in _net(age, knowledge).values() for s in signs.split())


def _net(age: float | None, knowledge: Knowledge) -> dict[str, tuple[str, str]]:
    return _CHILD if is_small_child(age, knowledge) else _ADULT


def is_small_child(age: float | None, knowledge: Knowledge) -> bool:
    """Whether it is about a child of the age of seizures with fever."""
    return age is not None and bool(fits_age(("febrile_seizure",), age, knowledge))
