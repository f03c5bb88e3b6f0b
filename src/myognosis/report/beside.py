"""Numbers of a recording beside what was published of groups of people, in sentences that name no disease of this person."""

from collections.abc import Callable

from myognosis.faults import Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark, say
from myognosis.model.finding import Beside, Held, Measured
from myognosis.report.measures import MEASURES
from myognosis.report.words import Words

__all__ = ["beside_lines"]

_RANGE = {
    "below": mark("{name}, {value}: below what was found in {group} ({low} to {high}{mean})"),
    "within": mark("{name}, {value}: within what was found in {group} ({low} to {high}{mean})"),
    "above": mark("{name}, {value}: above what was found in {group} ({low} to {high}{mean})"),
}
_SHARE = {
    "below": mark("{name}, {value}: fewer than in {group} ({mean})"),
    "within": mark("{name}, {value}: the interval holds what was found in {group} ({mean})"),
    "above": mark("{name}, {value}: more than in {group} ({mean})"),
}
_LIMITS = {
    "below": mark("{name}, {value}: below the limits of healthy muscle ({limits}{n}{more})"),
    "within": mark("{name}, {value}: within the limits of healthy muscle ({limits}{n}{more})"),
    "above": mark("{name}, {value}: above the limits of healthy muscle ({limits}{n}{more})"),
}
_BOTH, _UP_TO, _FROM = mark("{low} to {high}"), mark("up to {high}"), mark("from {low}")
_OF_MEAN = mark(" for the mean of {n} {n:motor unit|motor units}")
_UNSURE = mark("; this limit was not read in its source")
_MEAN = mark(", mean {mean}")
_ALIKE = mark("{name}: it lies in what was found in each of these groups, so it does not tell them apart.")
_NEEDLE = mark(
    "Sizes are measured from 20 Hz to 10 kHz, as far as the file goes: fewer than 22,000 samples a second give smaller, "
    "blunter potentials than a needle examination does."
)
_NOTHING = mark("None of these numbers tells a disease: the groups overlap, and electrodes, filters and muscles differ.")


def beside_lines(
    row: Measured, knowledge: Knowledge, language: Language, cite: Callable[[str], str], unit: Callable[[str], str]
) -> tuple[str, ...]:
    """Every number beside each group, which numbers lie in all of them, and that nothing follows; ``unit`` spells units."""
    lines = [f"{_held_line(one, language, unit(one.unit))} ({cite(one.source)})" for one in row.limits]
    if not row.beside:
        return tuple(lines)
    features = knowledge.content.fasciculation_features
    for measure in dict.fromkeys(one.measure for one in row.beside):
        of_it = [one for one in row.beside if one.measure == measure and one.feature in features]
        lines += [f"{_line(one, knowledge, language, unit(one.unit))} ({cite(features[one.feature].source)})" for one in of_it]
        lies = [one.lies for one in of_it if one.lies is not None]
        if len(lies) > 1 and set(lies) == {"within"}:
            lines.append(say(Message(_ALIKE, {"name": _name(measure)}), language))
    needle = any(features[one.feature].electrode == "needle" for one in row.beside if one.feature in features)
    return (*lines, *((say(Message(_NEEDLE), language),) if needle else ()), say(Message(_NOTHING), language))


def _held_line(one: Held, language: Language, unit: str) -> str:
    number = Words(language).number
    low, high = (None if bound is None else number(bound, 3) for bound in (one.low, one.high))
    below, above = one.low is not None and one.value < one.low, one.high is not None and one.value > one.high
    limits = Message(_BOTH if low and high else _FROM if low else _UP_TO, {"low": low, "high": high})
    value = " ".join(filter(None, (number(one.value, 3), unit)))
    more: Message | str = "" if one.trust == "read" else Message(_UNSURE)
    of_mean: Message | str = "" if one.units is None else Message(_OF_MEAN, {"n": one.units})
    params = {"name": _name(one.measure), "value": value, "limits": limits, "n": of_mean, "more": more}
    return say(Message(_LIMITS["below" if below else "above" if above else "within"], params), language)


def _line(one: Beside, knowledge: Knowledge, language: Language, unit: str) -> str:
    feature, number = knowledge.content.fasciculation_features[one.feature], Words(language).number
    if feature.says is not None:
        return feature.says.in_language(language)
    group = feature.group.in_language(language) if feature.group else ""
    value = " ".join(filter(None, (number(one.value, 3), unit)))
    params: dict[str, object] = {"name": _name(one.measure), "value": value, "group": group}
    mean = "" if feature.mean is None else _printed(feature.mean, language)
    lies = one.lies or "within"
    if feature.range is None:
        return say(Message(_SHARE[lies], params | {"mean": mean}), language)
    low, high = (_printed(bound, language) for bound in feature.range)
    more: Message | str = Message(_MEAN, {"mean": mean}) if mean else ""
    return say(Message(_RANGE[lies], params | {"low": low, "high": high, "mean": more}), language)


def _printed(value: float, language: Language) -> str:
    """A published number with the digits it was published with."""
    return Words(language).number(value, max(1, len(f"{value:g}".replace(".", "").lstrip("0"))))


def _name(measure: str) -> Message | str:
    return Message(MEASURES[measure]) if measure in MEASURES else measure
