"""Recordings in words and pictures: each number with its interval, method and how much was watched."""

import re
from collections.abc import Callable

from myognosis.faults import Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, decimal, mark, say
from myognosis.model.finding import Findings, Measured
from myognosis.model.picture import MapPicture, Picture, QualityPicture, RatePicture, ScatterPicture, SpectrumPicture, TracePicture
from myognosis.model.recording import Measurement
from myognosis.report.beside import beside_lines
from myognosis.report.measures import FAULTS, MEASURES, in_short
from myognosis.report.methods import method_in
from myognosis.report.page import MeasuredView, MeasureView, PictureView
from myognosis.report.traces import draw, in_ms, numeral
from myognosis.report.unsettled import why_told
from myognosis.report.words import Words, many_in, small

__all__ = ["channel_in", "measure_name", "measured_lines", "measured_views", "spelling", "unit_in"]

_DURING = {
    "rest": mark("at rest"),
    "posture": mark("holding a posture"),
    "movement": mark("during movement"),
    "standing": mark("while standing"),
}
_UNITS = {
    "uV": mark("µV"), "m/s2": mark("m/s²"), "deg/s": mark("°/s"), "rad/s": mark("rad/s"), "V": mark("V"), "deg": "°",
    "Hz": mark("Hz"), "s": mark("s"), "ms": mark("ms"), "mm": mark("mm"), "mV": mark("mV"), "mA": mark("mA"),
    "m/s": mark("m/s"), "/min": mark("/min"), "/s": mark("/s"), "N": mark("N"), "uV ms": mark("µV·ms"), "%": "%", "1": "",
    "(m/s2)²/Hz": mark("(m/s²)²/Hz"), "(deg/s)²/Hz": mark("(°/s)²/Hz"), "(uV)²/Hz": mark("µV²/Hz"),
}  # fmt: skip
"""A unit as a reader writes it; one that is not here is shown as it is."""
_DISCHARGES = mark("{kind}: how often")
_INSIDE = mark("{kind}: rate inside")
_LABELS = {
    "fasciculation": mark("fasciculation potential"),
    "contraction_or_cramp": mark("contraction or cramp"),
    "unclassified": mark("of no known kind"),
}
_SENSORS = {"accelerometer": mark("accelerometer"), "gyroscope": mark("gyroscope")}
_MOVES = {"acceleration": mark("acceleration"), "rotation": mark("rotation")}
_AXIS = re.compile("(acceleration|rotation) ([xyz])")
_SITES = {"distal": mark("distal"), "proximal": mark("proximal")}
_RANGE = mark("range {low} – {high}")
_AT_LEAST = mark("at least {value}")
_DOUBTS = {"unit": mark("unit in doubt"), "clipped": mark("the trace is cut off")}
_OURS, _PUBLISHED = mark("our own method"), mark("published method")
_NO_ERROR, _FEW = mark("error not known"), mark("few values")
_SPREAD, _WATCHED = mark("95 %: {interval}"), mark("watched {seconds}")
TAKEN, NOT_CONCLUDED = mark("Taken as"), mark("Not concluded")
_TRACE = mark("{channel}: {seconds} s from {start} s, {rate} samples a second{filter}{marks}{grey}")
_SHORT = mark("{channel}: {seconds} ms from {start} ms, {rate} samples a second{filter}{marks}{grey}")
_MARKS, _GREY = mark("; marks: {n}"), mark("; grey was not judged")
_CUT = mark("; grey was not judged, and is cut off where it is larger")
_MARKED, _DURATION = mark("; marks: {label}, {n}"), mark("; the bar above is its duration")
_FILTER = mark(", filtered {low} to {high} Hz")
_RAW, _AVERAGED = mark(", as recorded"), mark(", the average of many")
_UP = {"negative": mark(", negative up"), "unsaid": mark(", polarity as in the file")}
_SPECTRUM = mark("{channel}: power over frequency; the band is the peak with its 95 % interval")
_COHERENCE = mark("{channel}: coherence over frequency; two unrelated signals stay under the line in 99 of 100")
_RATE = mark("{label}: how often a minute in each {step} s; grey was not watched")
_QUALITY = mark("What disturbs the recording, and when; darker where more channels have it")
_SCAN = mark("{label}: response to each of {n} stimuli, from strong to weak; each step is a motor unit or several")
_MAP = mark("{label}: where on the grid, its rows from left to right; darker is larger")


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
        words.stated(knowledge.findings[finding].names.in_language(language), state)
        for finding, state in row.findings.items()
        if finding in knowledge.findings
    ]
    told = [m for m in row.measurements if m.value is not None]
    made = {m: f"{method_in(m.method, language)} ({cite(m.source)})" for m in told}
    methods = tuple(dict.fromkeys(made.values()))
    return MeasuredView(
        file=row.file,
        what=", ".join(filter(None, (name, side, during))),
        rows=tuple(_row(m, knowledge, language, 1 + methods.index(made[m])) for m in told),
        methods=methods,
        taken=tuple(taken),
        why=why_told(row.unsettled, language),
        pictures=tuple(_picture(p, knowledge, language) for p in row.pictures),
        beside=beside_lines(row, knowledge, language, cite, lambda unit: unit_in(unit, language)),
    )


def _row(m: Measurement, knowledge: Knowledge, language: Language, method: int = 1) -> MeasureView:
    """A number with its interval and the place of its method in the list."""

    def number(value: float, digits: int) -> str:
        return Words(language).number(value, digits).replace("-", "−")

    whole = m.unit == "1" and all(bound is None or bound == round(bound) for bound in (m.value, m.low, m.high))
    low, high = ("…" if bound is None else f"{bound:.0f}" if whole else number(bound, 3) for bound in (m.low, m.high))
    told = (m.low, m.high) != (None, None) and not (m.low == m.value and m.high in (m.value, None))
    counted = m.unit == "1" and m.value is not None and m.low == m.value == round(m.value)
    value = "" if m.value is None else f"{m.value:.0f}" if whole else number(m.value, 3)
    unit = unit_in(m.unit, language)
    spread = f"{low} – {high}" if m.spread == "interval" else say(Message(_RANGE, {"low": low, "high": high}), language)
    return MeasureView(
        name=measure_name(m.name, knowledge, language),
        channel=channel_in(m.channel, knowledge, language),
        value=say(Message(_AT_LEAST, {"value": value}), language) if m.at_least else value,
        interval=spread if told else "",
        unit=f"{unit} ({say(Message(_DOUBTS[m.doubt]), language)})".strip() if m.doubt else unit,
        seconds=f"{number(m.seconds, 4)} {unit_in('s', language)}" if m.seconds else "–",
        in_short=in_short(m.name),
        ranged=m.spread != "interval",
        method="; ".join((f"{method}", *_trusted(m, bool(told or counted), knowledge, language))),
    )


def _trusted(m: Measurement, has_error: bool, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """Whose method it is, and whether its error is known."""
    whose = Message(_OURS if knowledge.content.sources[m.source].kind in ("estimate", "memory") else _PUBLISHED)
    few = Message(_FEW) if m.spread == "range" and has_error else None if has_error else Message(_NO_ERROR)
    return tuple(say(message, language) for message in (whose, few) if message is not None)


def measure_name(name: str, knowledge: Knowledge, language: Language) -> str:
    """The name of a measure; those of a discharge are named after its kind."""
    for end, template in (("_rate", _DISCHARGES), ("_inside", _INSIDE)):
        kind = knowledge.content.discharges.get(name.removesuffix(end)) if name.endswith(end) else None
        if kind is not None and name not in MEASURES:
            return say(Message(template, {"kind": kind.names.in_language(language)}), language)
    return _word(name, MEASURES, language)


def spelling(language: Language) -> Callable[[str], str]:
    """How units and numbers are written in a picture; the number 1 is not the unit 1."""
    return lambda text: decimal(text, language) if text[:1].isdigit() or text[:1] in "-−" else unit_in(text, language)


def unit_in(unit: str, language: Language) -> str:
    """A unit as a reader of this language writes it."""
    spelled = _UNITS.get(unit, unit)
    return decimal(catalogue(language).gettext(spelled), language) if spelled else ""


def channel_in(name: str, knowledge: Knowledge, language: Language) -> str:
    """A channel by its own name; the traces of a nerve by the names of nerve and site, the axes that we named in words."""
    nerves = knowledge.content.nerves
    parts = name.split(", ")
    if parts[0] in nerves:
        where = [_word(part, _SITES, language) for part in parts[1:]]
        return ", ".join((nerves[parts[0]].names.in_language(language), *where))
    if (many := many_in(name, language)) is not None:
        return many
    if axis := _AXIS.fullmatch(name):
        return f"{catalogue(language).gettext(_MOVES[axis[1]])} {axis[2]}"
    return _word(name, _SENSORS, language)


def _picture(picture: Picture, knowledge: Knowledge, language: Language) -> PictureView:
    if isinstance(picture, TracePicture):
        picture = picture.model_copy(update={"channel": channel_in(picture.channel, knowledge, language)})
    if isinstance(picture, ScatterPicture):
        picture = picture.model_copy(update={"label": channel_in(picture.label, knowledge, language)})
    caption = say(_caption(picture, knowledge, language), language)
    if isinstance(picture, QualityPicture):
        named = tuple(_word(fault, FAULTS, language) for fault in picture.faults)
        picture = picture.model_copy(update={"faults": named})
    return PictureView(svg=str(draw(picture, caption, spelling(language))), caption=caption)


def _marked(picture: TracePicture, knowledge: Knowledge, language: Language) -> Message | str:
    """How many marks there are, and of what where they are of one kind that has a name."""
    labels, n = {mark.label for mark in picture.marks}, len(picture.marks)
    label = labels.pop() if len(labels) == 1 else ""
    if label == "duration":
        return Message(_DURATION)
    kind = knowledge.content.discharges.get(label)
    named = kind.names.in_language(language) if kind else _named(label, _LABELS)
    if named != label:
        return Message(_MARKED, {"label": small(named) if isinstance(named, str) else named, "n": n})
    return Message(_MARKS, {"n": n}) if n else ""


def _caption(picture: Picture, knowledge: Knowledge, language: Language) -> Message:
    match picture:
        case TracePicture():
            band = picture.band_hz
            short = in_ms(picture)
            seconds, start = (numeral((1000 if short else 1) * x) for x in (round(picture.seconds, 2 + short), picture.start_s))
            params = {"channel": picture.channel, "seconds": seconds, "start": start.replace("-", "−")}
            how = [Message(_AVERAGED)] if picture.averaged else [] if band else [Message(_RAW)]
            how += [Message(_FILTER, {"low": f"{band[0]:g}", "high": f"{band[1]:g}"})] if band else []
            how += [Message(_UP[picture.up])] if picture.up else []
            filtered = Message("".join(f"{{{i}}}" for i in "abcd"[: len(how)]), dict(zip("abcd", how, strict=False)))
            marks = _marked(picture, knowledge, language)
            grey: Message | str = Message(_CUT if picture.span else _GREY) if picture.left_out else ""
            more = {"rate": numeral(picture.rate_hz), "filter": filtered, "marks": marks, "grey": grey}
            return Message(_SHORT if short else _TRACE, {**params, **more})
        case SpectrumPicture(level=float()):
            return Message(_COHERENCE, {"channel": picture.channel})
        case SpectrumPicture():
            return Message(_SPECTRUM, {"channel": _named(picture.channel, _SENSORS)})
        case RatePicture():
            return Message(_RATE, {"label": _named(picture.label, _LABELS), "step": f"{picture.step_s:g}"})
        case ScatterPicture():
            return Message(_SCAN, {"label": picture.label, "n": len(picture.x)})
        case QualityPicture():
            return Message(_QUALITY)
        case MapPicture():
            return Message(_MAP, {"label": _named(picture.label, _LABELS)})


def _named(word: str, names: dict[str, str]) -> Message | str:
    return Message(names[word]) if word in names else word


def _word(word: str, names: dict[str, str], language: Language) -> str:
    """The name of a measure, channel or mark where it has one; else the word itself."""
    return say(Message(names[word]), language) if word in names else word


def measured_lines(views: tuple[MeasuredView, ...], left: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """The first numbers of each recording and what it was taken for, or why not; then ``left``: those that were not measured."""
    _ = catalogue(language).gettext
    lines = list[str]()
    for view in views:
        lines += [_line(view.file, row, language) for row in view.rows if row.in_short]
        told = [f"{title}: {'; '.join(items)}." for title, items in ((_(TAKEN), view.taken), (_(NOT_CONCLUDED), view.why)) if items]
        lines.append(f"{view.file}: {' '.join(told) or _('Nothing was concluded from it.')}")
    return (*lines, *left)


def _line(file: str, row: MeasureView, language: Language) -> str:
    """One number with its interval in a line."""
    where = f"{file}, {row.channel}" if row.channel else file
    is_interval = row.interval and not row.ranged
    spread = say(Message(_SPREAD, {"interval": row.interval}), language) if is_interval else row.interval
    watched = say(Message(_WATCHED, {"seconds": row.seconds}), language) if row.seconds != "–" else ""
    more = "; ".join(filter(None, (spread, watched)))
    line = " ".join(f"{where}; {row.name}: {row.value} {row.unit}".split())
    return f"{line} ({more})" if more else line
