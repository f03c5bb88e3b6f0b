"""The table of nerve conduction: one line a number, with its limit, for whom this holds, its source and what it means."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isclose
from statistics import NormalDist

from myognosis.findings.compression import COMPRESSED
from myognosis.language import mark
from myognosis.model.case import Conduction
from myognosis.model.finding import Comparison, ConductionRow, Measured
from myognosis.report.page import ConductionView
from myognosis.report.words import Words
from myognosis.signals.conduction.segments import f_estimate_ms, f_ratio, residual_latency_ms, terminal_latency_index

__all__ = [
    "EXERCISE",
    "KINDS",
    "SEGMENTS",
    "SITES",
    "TECHNIQUES",
    "comparison_line",
    "conduction_lines",
    "conduction_rows",
    "study_head",
]

KINDS = {
    "motor": mark("motor"),
    "sensory": mark("sensory"),
    "f_wave": mark("F wave"),
    "h_reflex": mark("H reflex"),
    "repetitive": mark("repetitive stimulation"),
    "cmap_scan": mark("CMAP scan"),
}
"""The kinds of study, in words."""
SEGMENTS = {
    "forearm": mark("forearm"),
    "elbow": mark("elbow"),
    "leg": mark("leg"),
    "fibular_head": mark("fibular head"),
    "dorsal": mark("dorsal branch"),
}
"""The segments that have limits of their own."""
SITES = {
    "digit": mark("finger"),
    "palm": mark("palm"),
    "wrist": mark("wrist"),
    "below_elbow": mark("below the elbow"),
    "elbow": mark("elbow"),
    "above_elbow": mark("above the elbow"),
    "axilla": mark("axilla"),
    "erb": mark("Erb's point"),
    "ankle": mark("ankle"),
    "calf": mark("calf"),
    "below_fibular_head": mark("below the fibular head"),
    "above_fibular_head": mark("above the fibular head"),
    "knee": mark("knee"),
}
"""Where a nerve is usually stimulated; any other word is shown as it was given."""
TECHNIQUES = {"antidromic": mark("antidromic"), "orthodromic": mark("orthodromic")}
EXERCISE = {
    "before": mark("before exercise"),
    "just_after": mark("just after exercise"),
    "minutes_after": mark("minutes after exercise"),
}
"""When a train was given."""
_UNITS = {"ms": "ms", "mv": "mV", "uv": "µV", "s": "m/s", "percent": "%"}
_MEASURES = {
    "latency_ms": mark("latency"),
    "amplitude_mv": mark("amplitude"),
    "amplitude_uv": mark("amplitude"),
    "velocity_m_s": mark("velocity"),
    "area_mv_ms": mark("area"),
    "duration_ms": mark("duration"),
    "distal_duration_ms": mark("duration of the distal response"),
    "chronodispersion_ms": mark("chronodispersion"),
    "persistence_percent": mark("persistence"),
    "decrement_percent": mark("decrement"),
    "increment_percent": mark("increment"),
    "amplitude_drop_percent": mark("fall of the amplitude from distal to proximal"),
    "area_drop_percent": mark("fall of the area from distal to proximal"),
    "duration_rise_percent": mark("rise of the duration from distal to proximal"),
    "behind_ms": mark("behind the other side"),
    "h_m_percent": mark("largest H against largest M"),
    "motor_units": mark("motor units, estimated"),
}
_MEASURED = {
    "latency_ms": ("response_latency", 1.0), "amplitude_mv": ("response_amplitude", 1e-3),
    "amplitude_uv": ("response_amplitude", 1.0), "velocity_m_s": ("conduction_velocity", 1.0), "motor_units": ("motor_units", 1.0),
}  # fmt: skip
"""Which measurement of the traces a number of the row is, and the factor between their units."""
_FAR = ("latency_ms", "amplitude_mv", "area_mv_ms", "duration_ms")
"""The numbers of a proximal response."""
_SIZES = {"amplitude_mv", "amplitude_uv"}
_SLOWNESS = {"velocity_m_s", "latency_ms"}
_Name = Callable[[str], str]


def conduction_rows(
    rows: tuple[ConductionRow, ...], words: Words, *, place: _Name, name: _Name, cite: _Name, measured: Sequence[Measured] = ()
) -> tuple[ConductionView, ...]:
    """Every number of every study; nerve, side and technique stand at the first line of a study.

    A number that was measured in traces, one of ``measured``, has its interval.
    """
    views: list[ConductionView] = []
    for row in rows:
        views += _study(row, words, place, name, cite, measured)
        views += [ConductionView("", "", "", "", "", value, "", "", "", "") for value in _indices(row, rows, words)]
    return tuple(views)


def _indices(judged: ConductionRow, rows: tuple[ConductionRow, ...], words: Words) -> Iterator[str]:
    """What follows from two numbers of one nerve; it is shown and makes no finding."""
    row = judged.row
    if row.kind == "motor" and row.latency_ms and row.velocity_m_s and row.distance_mm:
        share = words.number(terminal_latency_index(row.distance_mm, row.velocity_m_s, row.latency_ms), 3)
        rest = residual_latency_ms(row.distance_mm, row.velocity_m_s, row.latency_ms)
        index, residual = words._("terminal latency index"), words._("residual latency")
        yield f"{index} {share}"
        yield f"{residual} {_with_unit(rest, 'latency_ms', words)}"
    near = [r.row for r in rows if (r.row.nerve, r.row.side, r.row.kind) == (row.nerve, row.side, "motor") and r.row.latency_ms]
    if row.kind == "f_wave" and row.latency_ms and near and near[0].latency_ms:
        ratio, label = f_ratio(row.latency_ms, near[0].latency_ms), words._("F ratio")
        yield f"{label} {words.number(ratio, 3)}"
        if row.distance_mm and near[0].velocity_m_s:
            expected, label = f_estimate_ms(row.distance_mm, near[0].velocity_m_s, near[0].latency_ms), words._("F estimate")
            yield f"{label} {_with_unit(expected, 'latency_ms', words)}"


def _study(
    judged: ConductionRow, words: Words, place: _Name, name: _Name, cite: _Name, measured: Sequence[Measured]
) -> Iterator[ConductionView]:
    row = judged.row
    heads = [place(row.nerve), words.side(row.side), _technique(row, words), _warmth(judged, words), _filters(row.filter_hz, words)]
    for value, limit, z, source, flag in _lines(judged, words, name, cite, measured):
        nerve, side, how, temperature, filters = heads
        yield ConductionView(nerve, side, how, temperature, filters, value, limit, z, source, flag)
        heads = [""] * len(heads)


def _technique(row: Conduction, words: Words) -> str:
    told = (
        words._(KINDS[row.kind]), _said(row.segment, SEGMENTS, words), _said(row.technique, TECHNIQUES, words),
        _said(row.site, SITES, words), f"{words.number(row.rate_hz, 3)} {words._('Hz')}" if row.rate_hz else "",
        _said(row.exercise, EXERCISE, words),
    )  # fmt: skip
    return ", ".join(filter(None, told))


def _warmth(judged: ConductionRow, words: Words) -> str:
    at, cold = judged.row.temperature_c, words._("cold")
    warmth = f"{words.number(at, 3)} °C" if at else ""
    return f"{warmth} ▼ {cold}" if judged.cold else warmth


def study_head(row: Conduction, words: Words, place: _Name) -> str:
    """Nerve, side and technique of a study in a line."""
    return f"{place(row.nerve)}, {words.side(row.side)}, {_technique(row, words)}"


def conduction_lines(rows: tuple[ConductionRow, ...], words: Words, *, place: _Name, name: _Name) -> tuple[str, ...]:
    """Each study with what is beyond its limit, open or without one; then, in one line, the studies that are within."""
    told, within = list[str](), list[str]()
    for judged in rows:
        numbers, head = tuple(_beyond(judged, words, name)), study_head(judged.row, words, place)
        warmth = _warmth(judged, words)
        told += [f"{', '.join(filter(None, (head, warmth)))}: {', '.join(numbers)}"] if numbers else []
        within += [] if numbers else [head]
    healthy = words._("within the limits")
    return (*told, *([f"{healthy}: {'; '.join(within)}"] if within else []))


def _beyond(judged: ConductionRow, words: Words, name: _Name) -> Iterator[str]:
    """The numbers of a study that are not within a limit."""
    usual, told = words._("normal limit"), set[str]()
    if judged.row.absent or not judged.compared:
        for value, *_, flag in _lines(judged, words, name, str, ()):
            yield f"{value} ({flag})" if judged.may_be_absent else value
    for c in judged.compared:
        value, _, _, flag = comparison_line(c, words, name)
        if c.state != "within" and c.share is None and c.measure not in told:
            told.add(c.measure)
            yield f"{value} ({'; '.join(filter(None, (f'{usual} {_span(c, words)}', flag if c.state == 'open' else '')))})"


def _said(key: str | None, names: Mapping[str, str], words: Words) -> str:
    """A word of ours in the reader's language; any other as it was given."""
    return words._(names[key]) if key is not None and key in names else key or ""


def _filters(band: tuple[float, float] | None, words: Words) -> str:
    low, high = band or (0.0, 0.0)
    return words._("filter {low} to {high} Hz").format(low=f"{low:g}", high=f"{high:g}") if band else ""


def _lines(
    judged: ConductionRow, words: Words, name: _Name, cite: _Name, measured: Sequence[Measured]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Value, limit, z, source and remark of each number; a number that has no limit is shown as well."""
    row, none = judged.row, words._("no response")
    if row.absent:
        usual = words._("may be absent at this age")
        yield none, "", "", "", usual if judged.may_be_absent else f"▲ {none}"
        return
    for c in judged.compared:
        if c.share is not None and c.state == "within":
            continue  # the lower limit itself tells the same and more
        value, limit, z, flag = comparison_line(c, words, name)
        yield value + _spread(row, c.measure, c.value, measured, words), limit, z, f"{cite(c.source)}; {words.trust(c.trust)}", flag
    compared = {c.measure for c in judged.compared}
    for measure in _MEASURES:
        number = getattr(row, measure, None)
        if number is not None and measure not in compared:
            value = f"{words._(_MEASURES[measure])} {_with_unit(number, measure, words)}"
            yield value + _spread(row, measure, number, measured, words), "", "", "", ""
    if told := _proximal(row, words):
        yield told, "", "", "", ""


def comparison_line(c: Comparison, words: Words, name: _Name) -> tuple[str, str, str, str]:
    """A number with its name and unit, its limit, z with the centile of a normal distribution, and the remark."""
    value, corrected = f"{words._(_MEASURES[c.measure])} {_with_unit(c.value, c.measure, words)}", words._("corrected")
    if c.corrected is not None and c.measure in _SLOWNESS:
        value += f" ({corrected}: {_with_unit(c.corrected, c.measure, words)})"
    z = "" if c.z is None else f"{words.signed(round(c.z, 1) + 0.0)} ({_centile(c.z)})"
    return value, _limit(c, words), z, _flag(c, words, name)


def _centile(z: float) -> str:
    share = 100 * NormalDist().cdf(z)
    return "< P1" if share < 1 else "> P99" if share > 99 else f"P{share:.0f}"


def _proximal(row: Conduction, words: Words) -> str:
    """The response to stimulation at the second site; what it says is compared as velocity, fall and rise."""
    far = row.proximal
    if far is None:
        return ""
    numbers = [
        f"{words._(_MEASURES[measure])} {_with_unit(value, measure, words)}"
        for measure in _FAR
        if (value := getattr(far, measure)) is not None
    ]
    site = _said(far.site, SITES, words) or words._("second site")
    length = words._("distance")
    distance = [f"{length} {words.number(far.distance_mm, 3)} {words._('mm')}"] if far.distance_mm else []
    return f"{site}: {', '.join([*numbers, *distance])}"


def _spread(row: Conduction, measure: str, value: float, measured: Sequence[Measured], words: Words) -> str:
    """The interval of a number that was measured in the traces of the row, or that it is not known; nothing of one entered."""
    named, factor = _MEASURED.get(measure, ("", 1.0))
    files = {trace.file for trace in row.traces}
    found = (m for one in measured if one.file in files for m in one.measurements if (m.name, m.channel) == (named, row.nerve))
    same = next((m for m in found if m.value is not None and isclose(m.value * factor, value, rel_tol=1e-6)), None)
    if same is None:
        return ""
    if same.low is None or same.high is None:
        return f" ({words._(mark('error not known'))})"
    low, high = (words.number(bound * factor, 3).replace("-", "−") for bound in (same.low, same.high))
    return f" (95 %: {low} – {high})"


def _with_unit(value: float, measure: str, words: Words) -> str:
    unit = _UNITS.get(measure.rsplit("_", 1)[-1], "")
    unit = f"{words._('mV')}·{words._('ms')}" if measure == "area_mv_ms" else words._(unit) if unit else ""
    return f"{words.number(value, 3)} {unit}".strip().replace("-", "−")


def _span(c: Comparison, words: Words) -> str:
    return " ".join(f"{sign} {_with_unit(x, c.measure, words)}" for sign, x in (("≥", c.low), ("≤", c.high)) if x is not None)


def _limit(c: Comparison, words: Words) -> str:
    whom = [
        _said(c.segment, SEGMENTS, words),
        words._("{share} % of the lower limit").format(share=f"{100 * c.share:g}") if c.share is not None else "",
        f"P{c.centile:g}" if c.centile is not None else "",
        words._("{first} to {last} years").format(first=f"{c.age[0]:g}", last=f"{c.age[1] - 1:g}") if c.age else "",
        words._("{first} to {last} cm").format(first=f"{c.height_cm[0]:g}", last=f"{c.height_cm[1]:g}") if c.height_cm else "",
        {"female": words._("woman"), "male": words._("man")}.get(c.sex or "", ""),
        words._("adults") if c.age is None and c.height_cm is None and (c.low, c.high) != (None, None) else "",
    ]
    told = "; ".join(filter(None, whom))
    return f"{_span(c, words)} ({told})" if told else _span(c, words)


def _flag(c: Comparison, words: Words, name: _Name) -> str:
    if c.state == "within":
        return ""
    still_open, beyond = words._("open"), words._("beyond the limit")
    if c.state == "open":
        return f"? {still_open}"
    if c.finding in COMPRESSED.values() and c.measure in _SIZES:
        return f"▲ {beyond}: {name(str(c.finding))}"
    return f"▲ {name(c.finding) if c.finding else beyond}"
