"""What happens in the nerve: four things around an axon that can be moved, and what it does then."""

from collections.abc import Callable
from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Mechanism
from myognosis.language import Language, mark
from myognosis.report.mechanism import axon_rows, close_row, mechanism_view, told
from myognosis.report.page import AxonRow, MechanismView
from myognosis.report.words import Words
from myognosis.simulate.mechanism import HEALTHY, ION_KEYS, Watched, load_shown
from myognosis.web.forms import Choice, Given

__all__ = ["Slider", "WhyView", "grid_data", "why_view"]

_NAMES = {
    "calcium_mm": mark("Free calcium"), "magnesium_mm": mark("Free magnesium"), "potassium_mm": mark("Potassium"),
    "temperature_c": mark("Warmth of the nerve"),
}  # fmt: skip
_FREE_CALCIUM = mark("Free (ionised) calcium, about half of the total that most laboratories report.")
_FREE_MAGNESIUM = mark("Free (ionised) magnesium, somewhat more than half of the total.")
_POTASSIUM, _WARMTH = mark("As laboratories report it; mmol/L and mEq/L are the same."), mark("A forearm has about 33 °C.")
_IN_HEALTH, _GRAVE, _TOTAL = mark("health"), mark("in a person an emergency"), mark("total about {both}")
_BOTH, _MOLAR = mark("{n} mmol/L, {mass} mg/dL"), mark("{n} mmol/L")
_YOURS = mark("With what you set")
MEANINGS = {
    "silent": mark("The fibre rests. It fires only when the brain asks it to."),
    "isolated": mark("It fires by itself now and then: single twitches."),
    "doublets": mark("It fires in twos and threes: strong twitches, and stiffness when many fibres do so at once."),
    "bursts": mark("It fires in bursts: the muscle ripples or cramps."),
    "tonic": mark("It fires without pause: the muscle stays hard."),
    "often": mark("It fires by itself again and again: twitches run into one another, and the muscle stiffens."),
    "block": mark("Its sodium gates are locked and no impulse passes: weakness, not twitching."),
}


@dataclass(frozen=True)
class Slider:
    """One thing around the axon and the steps it can take."""

    key: str
    name: str
    hint: str
    steps: tuple[Choice, ...]


@dataclass(frozen=True)
class WhyView:
    """The page: four sliders, the axon there beside health and closer, and the named mechanisms.

    ``shown`` is the mechanism that was asked for, ``urgency`` how soon its cause is seen as a rule;
    ``apart`` says that the sliders do not hold what it changes.
    """

    sliders: tuple[Slider, ...]
    rows: tuple[AxonRow, ...]
    close: AxonRow
    meaning: str
    shown: MechanismView | None
    urgency: str
    apart: bool
    known: tuple[MechanismView, ...]


def why_view(given: Given, mechanism: Mechanism | None, cause: str, knowledge: Knowledge, language: Language) -> WhyView:
    """What the page shows for the values given; an axon's mechanism sets the sliders where nothing is given."""
    words, grid = Words(language), load_shown().grid
    start: dict[str, float] = {change.id: change.value for change in mechanism.changes} if mechanism else {}
    places, watched = grid.nearest(_values(given, start))
    health = grid.nearest({})[1]
    return WhyView(
        sliders=tuple(_slider(key, grid.steps[i], places[i], knowledge, words) for i, key in enumerate(ION_KEYS)),
        rows=axon_rows(watched, health, words._(_YOURS), grid.seconds, words)[:2],
        close=close_row(watched, words),
        meaning=words._(MEANINGS[_means(watched)]),
        shown=_shown(mechanism, cause, knowledge, language) if mechanism else None,
        urgency=words.usual(knowledge.causes[cause].urgency) if cause else "",
        apart=not start.keys() <= set(ION_KEYS),
        known=tuple(_shown(one, one.causes[0], knowledge, language) for one in knowledge.content.mechanisms.values()),
    )


_OFTEN = 60.0
"""Single impulses a minute that are no longer "now and then": one a second (a choice of words)."""


def _means(watched: Watched) -> str:
    """Which of the meanings fits."""
    return "often" if watched.pattern == "isolated" and watched.per_min > _OFTEN else watched.pattern


def _shown(mechanism: Mechanism, cause: str, knowledge: Knowledge, language: Language) -> MechanismView:
    from myognosis.report.cited import short_source

    words = Words(language)
    name = knowledge.causes[cause].names.in_language(language)
    return mechanism_view(mechanism, cause, name, language, lambda key: short_source(knowledge.content.sources[key], words._))


def _values(given: Given, start: dict[str, float]) -> dict[str, float]:
    """What was set; what is no number is left where it was."""
    values = {key: value for key, value in start.items() if key in ION_KEYS}
    for key in ION_KEYS:
        try:
            number = given.number(key)
        except ValueError:
            continue
        if number is not None:
            values[key] = number
    return values


def _slider(key: str, steps: tuple[float, ...], at: int, knowledge: Knowledge, words: Words) -> Slider:
    hints = dict(zip(ION_KEYS, (_FREE_CALCIUM, _FREE_MAGNESIUM, _POTASSIUM, _WARMTH), strict=True))
    health = HEALTHY[ION_KEYS.index(key)]
    say = _labels(knowledge, words)[key]
    marks = [words._(_IN_HEALTH) if v == health else words._(_GRAVE) if _grave(key, v, knowledge) else "" for v in steps]
    marked = [f"{say(value)} · {what}" if what else say(value) for value, what in zip(steps, marks, strict=True)]
    choices = tuple(Choice(f"{value:g}", label, i == at) for i, (value, label) in enumerate(zip(steps, marked, strict=True)))
    return Slider(key, words._(_NAMES[key]), words._(hints[key]), choices)


_MEASURED = {"calcium_mm": "calcium_ionised", "magnesium_mm": "magnesium", "potassium_mm": "potassium"}


def _grave(key: str, value: float, knowledge: Knowledge) -> bool:
    """Whether a laboratory's value that corresponds is one that the knowledge calls severe, whatever the axon does there."""
    if key not in _MEASURED:
        return False
    reported = value / knowledge.number("free_magnesium_share") if key == "magnesium_mm" else value
    rules = [rule for rule in knowledge.content.labs[_MEASURED[key]].rules if rule.id.startswith("severe_")]
    return any(
        (isinstance(rule.below, float) and reported < rule.below) or (isinstance(rule.above, float) and reported > rule.above)
        for rule in rules
    )


def _labels(knowledge: Knowledge, words: Words) -> dict[str, Callable[[float], str]]:
    """How a step is written: in both units, with the total that corresponds where a laboratory reports the total."""
    labs = knowledge.content.labs

    def free(value: float, lab: str, share: str) -> str:
        """The total that corresponds to a free concentration, in both units."""
        mass = (labs[lab].molar_mass or 0.0) / 10.0
        total = value / knowledge.number(share)
        here, whole = (words._(_BOTH).format(n=words.number(n, 2), mass=words.number(n * mass, 2)) for n in (value, total))
        return f"{here} ({words._(_TOTAL).format(both=whole)})"

    return {
        "calcium_mm": lambda value: free(value, "calcium_total", "free_calcium_share"),
        "magnesium_mm": lambda value: free(value, "magnesium", "free_magnesium_share"),
        "potassium_mm": lambda value: words._(_MOLAR).format(n=words.number(value, 2)),
        "temperature_c": lambda value: f"{value:g} °C ({value * 1.8 + 32:.0f} °F)",
    }


def grid_data(language: Language) -> dict[str, object]:
    """The grid for the script of the page, its words ready to be shown."""
    words, grid = Words(language), load_shown().grid
    points = [[_means(p), told(p, words), [round(t * 1e4) for t in p.spikes_s]] for p in grid.points]
    meanings = {name: words._(text) for name, text in MEANINGS.items()}
    return {"seconds": grid.seconds, "sizes": [len(row) for row in grid.steps], "meanings": meanings, "points": points}
