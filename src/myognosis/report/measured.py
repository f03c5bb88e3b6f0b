"""Recordings in words and pictures: each number with its interval, method and how much was watched."""

from collections.abc import Callable

from myognosis.faults import Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark, say
from myognosis.model.finding import Findings, Measured
from myognosis.model.picture import MapPicture, Picture, RatePicture, SpectrumPicture, TracePicture
from myognosis.model.recording import Measurement
from myognosis.report.page import MeasuredView, MeasureView, PictureView
from myognosis.report.traces import draw
from myognosis.report.words import Words

__all__ = ["measured_line", "measured_views"]

_NAMES = {
    "fasciculation_rate": mark("fasciculation potentials, voluntary seconds left out strictly"),
    "fasciculation_rate_lenient": mark("fasciculation potentials, voluntary seconds left out leniently"),
    "fasciculation_amplitude": mark("size of fasciculation potentials"),
    "tremor_frequency": mark("tremor frequency"),
    "tremor_half_width": mark("width of the tremor peak"),
    "tremor_relative_power": mark("share of the movement that is tremor"),
    "tremor_second_harmonic": mark("second harmonic against the first"),
    "tremor_amplitude": mark("size of the tremor"),
    "tremor_displacement": mark("path of the tremor from end to end"),
    "tremor_rotation": mark("turn of the tremor from end to end"),
    "tremor_share": mark("share of the time with tremor"),
    "tremor_stability_index": mark("change of tremor frequency from cycle to cycle"),
}
_DURING = {
    "rest": mark("at rest"),
    "posture": mark("holding a posture"),
    "movement": mark("during movement"),
    "standing": mark("while standing"),
}
_UNITS = {
    "uV": mark("µV"), "m/s2": mark("m/s²"), "deg/s": mark("°/s"), "deg": "°", "Hz": mark("Hz"), "s": mark("s"), "ms": mark("ms"),
    "mm": mark("mm"), "mV": mark("mV"), "mA": mark("mA"), "m/s": mark("m/s"), "/min": mark("/min"), "/s": mark("/s"),
    "N": mark("N"), "%": "%", "1": "", "(m/s2)²/Hz": mark("(m/s²)²/Hz"), "(deg/s)²/Hz": mark("(°/s)²/Hz"),
    "(uV)²/Hz": mark("µV²/Hz"),
}  # fmt: skip
"""A unit as a reader writes it; one that is not here is shown as it is."""
_LABELS = {"fasciculation": mark("fasciculation potential")}
_LINE = mark("{file}, {channel}: {name} {value} {unit} (95 %: {low} to {high}; watched {seconds} s)")
_TRACE = mark("{channel}: {seconds} s from {start} s, {rate} samples a second{filter}; marks: {marks}; grey was not judged")
_FILTER = mark(", filtered {low} to {high} Hz")
_SPECTRUM = mark("{channel}: power over frequency; the band is the peak with its 95 % interval")
_RATE = mark("{label}: how often a minute in each {step} s; grey was not watched")
_MAP = mark("{label}: where on the grid, darker is larger")


def measured_views(
    findings: Findings, knowledge: Knowledge, language: Language, cite: Callable[[str], str]
) -> tuple[MeasuredView, ...]:
    """Every recording that was measured; a source is named through ``cite``."""
    return tuple(_view(row, knowledge, language, cite) for row in findings.measured)


def _view(row: Measured, knowledge: Knowledge, language: Language, cite: Callable[[str], str]) -> MeasuredView:
    words = Words(language)
    during = say(Message(_DURING[row.during]), language) if row.during else ""
    muscles = knowledge.content.muscles
    place = row.place.where if row.place else ""
    name = muscles[place].names.in_language(language) if place in muscles else place
    side = words.side(row.place.side) if row.place and row.place.side else ""
    taken = [
        f"{knowledge.findings[finding].names.in_language(language)}: {words.state(state)}"
        for finding, state in row.findings.items()
        if finding in knowledge.findings
    ]
    return MeasuredView(
        file=row.file,
        what=", ".join(filter(None, (name, side, during))),
        rows=tuple(_row(m, language) for m in row.measurements if m.value is not None),
        methods=tuple(dict.fromkeys(f"{m.method} ({cite(m.source)})" for m in row.measurements if m.value is not None)),
        taken=tuple(taken),
        pictures=tuple(_picture(p, language) for p in row.pictures),
    )


def _row(m: Measurement, language: Language) -> MeasureView:
    low, high = ("-" if bound is None else f"{bound:.3g}" for bound in (m.low, m.high))
    return MeasureView(
        name=_name(m.name, language),
        channel=m.channel,
        value=f"{m.value:.3g}",
        interval=f"{low} – {high}",
        unit=_unit(m.unit, language),
        seconds=f"{m.seconds:g}",
    )


def _unit(unit: str, language: Language) -> str:
    spelled = _UNITS.get(unit, unit)
    return say(Message(spelled), language) if spelled else ""


def _name(name: str, language: Language) -> str:
    return say(Message(_NAMES[name]), language) if name in _NAMES else name


def _picture(picture: Picture, language: Language) -> PictureView:
    caption = say(_caption(picture), language)
    return PictureView(svg=str(draw(picture, caption, lambda unit: _unit(unit, language))), caption=caption)


def _caption(picture: Picture) -> Message:
    match picture:
        case TracePicture():
            band = picture.band_hz
            filtered: Message | str = Message(_FILTER, {"low": f"{band[0]:g}", "high": f"{band[1]:g}"}) if band else ""
            params = {"channel": picture.channel, "seconds": f"{picture.seconds:.4g}", "start": f"{picture.start_s:.4g}"}
            more = {"rate": f"{picture.rate_hz:g}", "filter": filtered, "marks": len(picture.marks)}
            return Message(_TRACE, {**params, **more})
        case SpectrumPicture():
            return Message(_SPECTRUM, {"channel": picture.channel})
        case RatePicture():
            return Message(_RATE, {"label": _label(picture.label), "step": f"{picture.step_s:g}"})
        case MapPicture():
            return Message(_MAP, {"label": _label(picture.label)})


def _label(label: str) -> Message | str:
    return Message(_LABELS[label]) if label in _LABELS else label


def measured_line(file: str, row: MeasureView, language: Language) -> str:
    """One number in a line, for the terminal and the one page."""
    low, _, high = row.interval.partition(" – ")
    params = {"file": file, "channel": row.channel, "name": row.name, "value": row.value, "unit": row.unit, "low": low}
    return " ".join(say(Message(_LINE, params | {"high": high, "seconds": row.seconds}), language).split())
