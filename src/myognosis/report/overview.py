"""A whole recording at a glance: every channel as the lowest and highest sample of each column, for a picture or a line of text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from markupsafe import Markup

from myognosis.faults import RecordingError
from myognosis.model.picture import Mark, TracePicture
from myognosis.model.recording import Recording, Samples
from myognosis.readers import audit_recording, glance_at, read_recording, reader_for
from myognosis.readers.base import ChannelHead, Header, Source, Span
from myognosis.readers.boxed import in_the_open
from myognosis.readers.damage import doubt_damage
from myognosis.readers.sizes import doubt_sizes
from myognosis.report.traces import HEIGHT, WIDTH, draw
from myognosis.signals.envelope import envelope

__all__ = ["Overview", "look_at", "look_over", "sheet", "sparkline"]

_COLUMNS, _EXCERPTS = 654, 109
"""One column a point of the paper; of a long recording one excerpt every six points."""
_WHOLE_SAMPLES, _EXCERPT_SAMPLES = 10_000_000, 8_000_000
_BARS = "▁▂▃▄▅▆▇█"
_TITLE, _GAP = 18.0, 24.0


@dataclass(frozen=True, eq=False)
class Overview:
    """The pictures, what was read for them, and how many seconds each column shows of how many (equal where all is shown)."""

    pictures: tuple[TracePicture, ...]
    recording: Recording
    shown_s: float
    every_s: float


def look_at(
    path: Path, *, units: Mapping[str, str] | None = None, rate_hz: float | None = None, every_row: bool = False
) -> tuple[Header, Overview]:
    """What a file is, and every channel of it from end to end; no file is read twice.

    Parameters
    ----------
    path, units, rate_hz
        As ``read_recording`` takes them.
    every_row
        Whether a large table is read whole too, not only at evenly spaced places.

    Raises
    ------
    RecordingError
        With every fault found.
    """
    with in_the_open(path) as real:
        return _look_at(real, units, rate_hz, every_row)


def _look_at(path: Path, units: Mapping[str, str] | None, rate_hz: float | None, every_row: bool) -> tuple[Header, Overview]:
    seen = None if every_row else glance_at(path, units, rate_hz)
    if seen:
        shown = max(channel.duration_s for channel in seen.parts[0].channels)
        return seen.header, _from_parts(seen.parts, seen.header.duration_s, shown)
    if not reader_for(path).reads_parts:
        whole = read_recording(path, units=units, rate_hz=rate_hz)
        heads = tuple(ChannelHead(c.name, c.kind, c.unit, c.rate_hz, len(c.samples)) for c in whole.channels)
        return Header(whole.format, heads, whole.start, whole.annotations, whole.issues), _from_whole(whole)
    header = audit_recording(path, units, rate_hz)
    if not header.channels:
        raise RecordingError(header.issues)
    return header, look_over(path, header, units=units, rate_hz=rate_hz)


def _from_whole(whole: Recording) -> Overview:
    marks = tuple(Mark(label=one.text, start_s=one.start_s, duration_s=one.duration_s) for one in whole.annotations[:200])
    columns = [envelope(channel.samples, _COLUMNS) for channel in whole.channels]
    seconds = [channel.duration_s for channel in whole.channels]
    column_s = max(seconds, default=0.0) / _COLUMNS
    return Overview(_pictures(whole, columns, seconds, marks), whole, column_s, column_s)


def _from_parts(parts: Sequence[Recording], seconds: float, shown_s: float) -> Overview:
    columns = [_extremes([part.channels[number].samples for part in parts]) for number in range(len(parts[0].channels))]
    return Overview(_pictures(parts[0], columns, [seconds] * len(columns), ()), parts[0], shown_s, seconds / len(parts))


def look_over(path: Path, header: Header, *, units: Mapping[str, str] | None = None, rate_hz: float | None = None) -> Overview:
    """Every channel of a file from end to end.

    Up to ten million samples are read whole. Of more, where a format can be read in parts, evenly spaced excerpts are
    read, so that the answer does not depend on the length of the recording.
    """
    n_all, seconds = header.n_samples, header.duration_s
    reader = reader_for(path)
    if n_all <= _WHOLE_SAMPLES or not reader.reads_parts:
        return _from_whole(read_recording(path, units=units, rate_hz=rate_hz))
    every = seconds / _EXCERPTS
    shown = min(every, _EXCERPT_SAMPLES / _EXCERPTS / (n_all / seconds))
    source = Source(path, units or {}, rate_hz)
    play = reader.play(source)
    parts = [play(Span(i * every, i * every + shown), ()) for i in range(_EXCERPTS)]
    seen = _from_parts(parts, seconds, shown)
    middle = parts[len(parts) // 2].channels
    doubts = (*doubt_damage(parts[-1].channels), *doubt_sizes(middle))
    return replace(seen, recording=replace(seen.recording, issues=(*seen.recording.issues, *doubts)))


def _extremes(excerpts: Sequence[Samples]) -> tuple[Samples, Samples]:
    """The lowest and the highest sample of each excerpt and nothing between them; not a number where all is missing."""
    there = [(part[np.isfinite(part)] if np.isnan(part).any() else part) for part in excerpts]
    low, high = np.full((2, 2 * len(there)), np.nan, np.float32)
    low[::2] = [part.min() if len(part) else np.nan for part in there]
    high[::2] = [part.max() if len(part) else np.nan for part in there]
    return low, high


def _pictures(
    recording: Recording, columns: Sequence[tuple[Samples, Samples]], seconds: Sequence[float], marks: tuple[Mark, ...]
) -> tuple[TracePicture, ...]:
    def plain(values: Samples) -> tuple[float | None, ...]:
        return tuple(float(value) if np.isfinite(value) else None for value in values)

    return tuple(
        TracePicture(
            channel=channel.name, unit=channel.unit, rate_hz=channel.rate_hz, start_s=0.0, seconds=max(long, 1e-6),
            low=plain(low), high=plain(high), marks=marks,
        )
        for channel, (low, high), long in zip(recording.channels, columns, seconds, strict=True)
    )  # fmt: skip


def sparkline(picture: TracePicture, width: int) -> str:
    """How far the trace swings in each of ``width`` parts, as bars of text; a dot where nothing was recorded."""
    edges = np.linspace(0, len(picture.low), min(width, len(picture.low)) + 1).astype(int)
    swings = list[float | None]()
    for a, b in pairwise(edges):
        here = [
            (low, high)
            for low, high in zip(picture.low[a:b], picture.high[a:b], strict=True)
            if low is not None and high is not None
        ]
        swings.append(max(h for _, h in here) - min(low for low, _ in here) if here else None)
    most = max((s for s in swings if s is not None), default=0.0)
    return "".join("·" if s is None else _BARS[round(7 * s / most)] if most > 0 else _BARS[0] for s in swings)


def sheet(pictures: Sequence[TracePicture], title: str, below: str, unit: Callable[[str], str] = str) -> Markup:
    """Traces one below the other as one standalone SVG, with a title and a line of words at the end."""
    step = HEIGHT + _TITLE
    height = _GAP + step * len(pictures) + _GAP
    form = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" color="#16202a" '
        'fill="#16202a" font-family="sans-serif" font-size="11"><title>{title}</title>'
        '<rect width="{w}" height="{h}" fill="#ffffff"/><text x="8" y="16" font-size="13">{title}</text>'
    )
    parts = [Markup(form).format(w=f"{WIDTH:g}", h=f"{height:g}", title=title)]  # noqa: S704  # its values are escaped
    for row, picture in enumerate(pictures):
        top = _GAP + step * row
        parts.append(Markup('<text x="58" y="{}" font-weight="bold">{}</text>').format(f"{top + 12:g}", picture.channel))
        parts.append(Markup('<svg y="{}" width="{}" height="{}">').format(f"{top + _TITLE:g}", f"{WIDTH:g}", f"{HEIGHT:g}"))
        parts += [draw(picture, picture.channel, unit), Markup("</svg>")]
    parts.append(Markup('<text x="8" y="{}">{}</text></svg>').format(f"{height - 8:g}", below))
    return Markup("").join(parts)
