"""Pictures of recordings as SVG: traces with marks and scale bars, spectra, rates, maps of a grid. No script, no outside address.

Every text that enters a picture is escaped. Colours are readable on light and dark paper, and never the only signal.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import floor, log10

from markupsafe import Markup

from myognosis.model.picture import (
    HistogramPicture,
    MapPicture,
    Picture,
    QualityPicture,
    RatePicture,
    ScatterPicture,
    SpectrumPicture,
    SpikesPicture,
    TracePicture,
)

__all__ = ["draw", "in_ms", "nice_step", "numeral"]

Spelling = Callable[[str], str]
"""A unit, or a number, as its reader writes it."""

WIDTH, HEIGHT, LOW = 720.0, 150.0, 110.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 8.0, 16.0, 22.0
SHORT_S = 1.0
"""A trace shorter than this and as near to its zero, such as the average around a stimulus, is told in milliseconds."""
TRACE, MARK, SOFT = "#2f7fc1", "#c04d00", "#7a8794"


def draw(picture: Picture | SpikesPicture | HistogramPicture, label: str, unit: Spelling = str) -> Markup:
    """The picture as one ``<svg>`` element, with the label for those who do not see it, all spelled for its reader.

    The look is that of one page in all its forms: 720 points wide, at most two columns of data a point.
    """
    match picture:
        case TracePicture():
            parts, height = _trace(picture, unit), HEIGHT
        case SpectrumPicture():
            parts, height = _spectrum(picture, unit), HEIGHT
        case RatePicture():
            parts, height = _rate(picture, unit), LOW
        case MapPicture():
            parts, height = _map(picture, unit), 210.0
        case ScatterPicture():
            parts, height = _scatter(picture, unit), HEIGHT
        case HistogramPicture():
            parts, height = _histogram(picture, unit), LOW
        case QualityPicture():
            height = TOP + _LINE * len(picture.faults) + BOTTOM
            parts = _quality(picture, unit, height)
        case SpikesPicture():
            height = TOP + _ROW * len(picture.labels) + BOTTOM
            parts = _spikes(picture, unit, height)
    head = Markup('<svg class="trace" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="11" fill="currentColor">')
    return head.format(f"{WIDTH:g}", f"{height:g}", label) + Markup("").join(parts) + Markup("</svg>")


def numeral(value: float, digits: int = 4) -> str:
    """A number as people write it: never with an e, and a very small or large one by its power of ten.

    >>> numeral(1.0), numeral(20000.0), numeral(0.05), numeral(2.5e-11)
    ('1', '20000', '0.05', '2.5·10⁻¹¹')
    """
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        places = 0 if value == 0 else max(0, digits - 1 - floor(log10(abs(value))))
        text = f"{value:.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    head, _, power = f"{value:.{digits - 1}e}".partition("e")
    small = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{head.rstrip('0').rstrip('.')}·10{small}"


def nice_step(span: float, most: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides a span into at most so many parts.

    >>> nice_step(60, 6), nice_step(0.2, 5), nice_step(730, 6)
    (10.0, 0.05, 200.0)
    """
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    return float(next(f * power for f in (1, 2, 5, 10) if f * power >= rough * (1 - 1e-9)))


def in_ms(picture: TracePicture) -> bool:
    """Whether its times are told in milliseconds: not those of a short stretch late in a recording."""
    return picture.seconds < SHORT_S and abs(picture.start_s) < SHORT_S


class _Frame:
    """From units to points on the paper."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], height: float = HEIGHT) -> None:
        self.x0, self.x1 = x
        self.y0, self.y1 = y
        self.bottom = height - BOTTOM

    def x(self, value: float) -> float:
        return LEFT + (value - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.y0) / (self.y1 - self.y0) * (self.bottom - TOP)

    def time_axis(self, unit: str, spelled: Spelling, times: float = 1.0) -> list[Markup]:
        """Ticks below, with their numbers, so many times what the frame counts in; the unit stands at the last."""
        step = nice_step(times * (self.x1 - self.x0), 8) / times
        first = int(-(-self.x0 // step))
        ticks = [step * i for i in range(first, int(self.x1 / step + 1e-9) + 1)]
        parts = [_line(LEFT, self.bottom, WIDTH - RIGHT, self.bottom, SOFT)]
        for tick in ticks:
            parts.append(_line(self.x(tick), self.bottom, self.x(tick), self.bottom + 4, SOFT))
            number = spelled(numeral(times * tick, 6)).replace("-", "−")
            words = f"{number} {spelled(unit)}" if tick == ticks[-1] else number
            parts.append(_text(self.x(tick), self.bottom + 16, words, "end" if tick == ticks[-1] else "middle"))
        return parts

    def scale_bar(self, unit: str, spelled: Spelling) -> list[Markup]:
        """A bar of a round height at the left, with its size and unit beside it; microvolts by the thousand are millivolts."""
        size = nice_step(self.y1 - self.y0, 2) / 2
        base = self.bottom - 4
        top = base - size / (self.y1 - self.y0) * (self.bottom - TOP)
        told, unit = (size / 1000, "mV") if unit == "uV" and size >= 1000 else (size, unit)
        words = [spelled(numeral(told)), *([] if unit == "1" else [spelled(unit)])]
        place = len(max(words, key=len)) < _BESIDE
        texts = [_text(LEFT - 12, base - 12 * i, word, "end") for i, word in enumerate(reversed(words))] if place else [
            _text(LEFT - 12, base, words[0], "end"), _text(2, 11, words[1])]  # fmt: skip
        return [_line(LEFT - 8, base, LEFT - 8, top, "currentColor", 2), *texts]

    def value_axis(self, unit: str, spelled: Spelling) -> list[Markup]:
        """A light line at each round value from zero on, with its number; the unit stands above."""
        step = nice_step(self.y1, 3)
        parts = [_text(2, 11, spelled(unit))]
        for i in range(int(self.y1 / step + 1e-9) + 1):
            y = self.y(i * step)
            parts += [_line(LEFT, y, WIDTH - RIGHT, y, SOFT, 0.5), _text(LEFT - 6, y + 4, spelled(numeral(i * step)), "end")]
        return parts


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> Markup:
    form = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{:g}"/>'
    return Markup(form.format(x1, y1, x2, y2, colour, width))  # noqa: S704  # numbers and our colours only


def _text(x: float, y: float, words: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(f"{x:.1f}", f"{y:.1f}", anchor, words)


def _path(points: str, *, stroke: str = "none", fill: str = "none", opacity: float = 1.0) -> Markup:
    form = '<path d="{}" stroke="{}" fill="{}" fill-opacity="{:g}" stroke-linejoin="round"/>'
    return Markup(form.format(points, stroke, fill, opacity))  # noqa: S704  # numbers and our colours only


def _box(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> Markup:
    form = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}" fill-opacity="{:g}"/>'
    return Markup(form.format(x, y, width, height, fill, opacity))  # noqa: S704  # numbers and our colours only


_BESIDE = 9
"""A number or a unit of fewer letters finds room beside its bar."""
_LEAST = 1e-6
"""A trace that swings less, in any of our units, is a flat line and is drawn as one."""


def _trace(p: TracePicture, unit: Spelling) -> list[Markup]:
    known = list(p.span or ()) or [v for v in (*p.low, *p.high) if v is not None] or [0.0]
    reach = swing if (swing := max(known) - min(known)) > _LEAST else 1.0
    frame = _Frame((p.start_s, p.start_s + p.seconds), (min(known) - 0.05 * reach, max(known) + 0.05 * reach))
    parts = [_box(frame.x(a), TOP, frame.x(b) - frame.x(a), frame.bottom - TOP, SOFT, 0.25) for a, b in p.left_out]
    parts += [_path(run, stroke=TRACE) for run in _envelope_runs(p, frame)]
    half = _half_of_a_mark(p, frame)
    for mark in p.marks:
        x, width = frame.x(mark.start_s), mark.duration_s / p.seconds * (WIDTH - LEFT - RIGHT)
        parts.append(
            _path(f"M{x - half:.1f} 3h{2 * half:.1f}l-{half:.1f} 8z", fill=MARK) if width < 8 else _box(x, 5, width, 5, MARK)
        )
    axis = frame.time_axis("ms", unit, 1000.0) if in_ms(p) else frame.time_axis("s", unit)
    return [*parts, *axis, *frame.scale_bar(p.unit, unit)]


def _half_of_a_mark(p: TracePicture, frame: _Frame) -> float:
    """Half the width of an arrow: narrower where many stand close together, so that each is still seen."""
    places = sorted(frame.x(mark.start_s) for mark in p.marks)
    gaps = sorted(b - a for a, b in pairwise(places))
    return min(4.0, max(0.5, 0.45 * gaps[len(gaps) // 2])) if gaps else 4.0


def _envelope_runs(p: TracePicture, frame: _Frame) -> Iterable[str]:
    """One path for each stretch without a gap: down and up in every column."""
    step, points = p.seconds / max(len(p.low), 1), ""
    for i, (low, high) in enumerate(zip(p.low, p.high, strict=True)):
        if low is None or high is None:
            if points:
                yield points
            points = ""
            continue
        x = frame.x(p.start_s + (i + 0.5) * step)
        top, bottom = (min(max(frame.y(value), TOP), frame.bottom) for value in (high, low))
        points += f"{'L' if points else 'M'}{x:.1f} {top:.1f}"
        if low != high:
            points += f"V{bottom:.1f}"
    if points:
        yield points


def _spectrum(p: SpectrumPicture, unit: Spelling) -> list[Markup]:
    frame = _Frame((0.0, max(p.hz)), (0.0, max(max(p.power) * 1.08, (p.level or 0.0) * 1.08, 1e-30)))
    parts: list[Markup] = []
    if p.level is not None:
        parts.append(_line(LEFT, frame.y(p.level), WIDTH - RIGHT, frame.y(p.level), MARK))
    if p.peak_hz:
        low, peak, high = p.peak_hz
        parts.append(_box(frame.x(low), TOP, max(frame.x(high) - frame.x(low), 1.5), frame.bottom - TOP, MARK, 0.25))
        parts.append(_text(frame.x(peak), 11, f"{unit(f'{peak:.1f}')} {unit('Hz')}", "middle"))
    line = "M" + "L".join(f"{frame.x(hz):.1f} {frame.y(power):.1f}" for hz, power in zip(p.hz, p.power, strict=True))
    return [*parts, _path(line, stroke=TRACE), *frame.time_axis("Hz", unit), *frame.scale_bar(p.unit, unit)]


def _rate(p: RatePicture, unit: Spelling) -> list[Markup]:
    """Bars of events a minute of what was watched; a step that was not watched is hatched out by a grey floor."""
    rates = [60 * n / s if s else 0.0 for n, s in zip(p.counts, p.watched_s, strict=True)]
    frame = _Frame((0.0, p.step_s * len(rates)), (0.0, max(*rates, 1.0) * 1.1), LOW)
    parts = []
    for i, (rate, seconds) in enumerate(zip(rates, p.watched_s, strict=True)):
        left, right = frame.x(i * p.step_s), frame.x((i + 1) * p.step_s)
        if seconds:
            parts.append(_box(left + 0.5, frame.y(rate), max(right - left - 1, 0.5), frame.bottom - frame.y(rate), TRACE))
        else:
            parts.append(_box(left, TOP, right - left, frame.bottom - TOP, SOFT, 0.25))
    return [*frame.value_axis("/min", unit), *parts, *frame.time_axis("s", unit)]


def _scatter(p: ScatterPicture, unit: Spelling) -> list[Markup]:
    """One dot a point."""
    reach = max(max(p.x) - min(p.x), 1e-9)
    frame = _Frame((min(p.x) - 0.02 * reach, max(p.x) + 0.02 * reach), (min(0.0, *p.y), max(*p.y, 1e-9) * 1.08))
    dots = "".join(f"M{frame.x(x) - 1:.1f} {frame.y(y) - 1:.1f}h2v2h-2z" for x, y in zip(p.x, p.y, strict=True))
    return [_path(dots, fill=TRACE), *frame.time_axis(p.x_unit, unit), *frame.scale_bar(p.y_unit, unit)]


def _histogram(p: HistogramPicture, unit: Spelling) -> list[Markup]:
    """One bar a step; the largest number stands at its bar."""
    most = max(p.counts)
    frame = _Frame((p.start, p.start + p.step * len(p.counts)), (0.0, most * 1.1), LOW)
    parts = list[Markup]()
    for i, n in enumerate(p.counts):
        left, right = frame.x(p.start + i * p.step), frame.x(p.start + (i + 1) * p.step)
        parts.append(_box(left + 0.5, frame.y(n), max(right - left - 1, 0.5), frame.bottom - frame.y(n), TRACE))
    at = p.counts.index(most)
    parts.append(_text(frame.x(p.start + (at + 0.5) * p.step), TOP - 2, str(most), "middle"))
    return [*parts, *frame.time_axis(p.unit, unit)]


_LINE, _NAMES = 18.0, 170.0


def _quality(p: QualityPicture, unit: Spelling, height: float) -> list[Markup]:
    """One row a fault: its name, and a bar where it is, the darker the more channels have it."""
    steps = len(p.shares[0])
    width = (WIDTH - RIGHT - _NAMES) / steps
    parts: list[Markup] = []
    for i, (fault, shares) in enumerate(zip(p.faults, p.shares, strict=True)):
        top = TOP + i * _LINE
        parts += [_text(2, top + 12, fault), _line(_NAMES, top + _LINE - 2, WIDTH - RIGHT, top + _LINE - 2, SOFT, 0.5)]
        parts += [_box(_NAMES + k * width, top + 2, width, _LINE - 5, MARK, 0.25 + 0.75 * s) for k, s in enumerate(shares) if s]
    words = f"{unit(numeral(p.step_s * steps, 6))} {unit('s')}"
    return [*parts, _text(_NAMES, height - 6, "0"), _text(WIDTH - RIGHT, height - 6, words, "end")]


_ROW = 50.0


def _spikes(p: SpikesPicture, unit: Spelling, height: float) -> list[Markup]:
    """One row an axon: its name, and under it a stroke for each impulse."""
    frame = _Frame((0.0, p.seconds), (0.0, 1.0), height)
    parts: list[Markup] = []
    for i, (label, times) in enumerate(zip(p.labels, p.spikes_s, strict=True)):
        top = TOP + i * _ROW
        strokes = "".join(f"M{frame.x(t):.1f} {top + 6:.1f}V{top + 38:.1f}" for t in times)
        parts += [_text(LEFT, top, label), _line(LEFT, top + 38, WIDTH - RIGHT, top + 38, SOFT), _path(strokes, stroke=TRACE)]
    return [*parts, *frame.time_axis("s", unit)]


def _map(p: MapPicture, unit: Spelling) -> list[Markup]:
    """One square for each electrode, darker where the value is larger; what the darkest and the lightest mean stands beside."""
    xs, ys = sorted({x for x, _ in p.places_mm}), sorted({y for _, y in p.places_mm})
    side = min(170 / max(len(ys), 1), 600 / max(len(xs), 1), 34.0)
    top = max(max(p.values, default=0.0), 1e-12)
    parts = []
    for (x, y), value in zip(p.places_mm, p.values, strict=True):
        left, up = LEFT + xs.index(x) * side, TOP + ys.index(y) * side
        parts.append(_box(left, up, side - 1, side - 1, TRACE, 0.08 + 0.92 * max(value, 0.0) / top))
    words = (f"{unit(numeral(top, 3))} {unit(p.unit)}", f"{unit(numeral(top / 2, 3))} {unit(p.unit)}", "0")
    beside = LEFT + len(xs) * side + 10
    for i, (word, shade) in enumerate(zip(words, (1.0, 0.54, 0.08), strict=True)):
        parts += [_box(beside, TOP + 18 * i, 12, 12, TRACE, shade), _text(beside + 18, TOP + 10 + 18 * i, word)]
    below, gap = TOP + len(ys) * side + 4, f"{unit(numeral(_spacing(xs), 3))} {unit('mm')}"
    bar = _line(LEFT + side / 2, below, LEFT + 1.5 * side, below, "currentColor", 2) if len(xs) > 1 else Markup("")
    return [*parts, bar, _text(LEFT + side / 2, below + 13, gap)]


def _spacing(places: Sequence[float]) -> float:
    """The usual distance of neighbours."""
    return min((b - a for a, b in pairwise(places)), default=0.0)
