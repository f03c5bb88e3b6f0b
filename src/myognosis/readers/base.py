"""What every reader promises, and the closed table of units of recordings.

A reader looks at the header first (``audit``) and reads samples second (``read``). It never guesses a unit or a rate: a
channel whose unit is unknown is left out with a question; a file of which nothing can be read soundly is refused.
"""

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message, RecordingError
from myognosis.language import mark
from myognosis.model.misfit import why_no_file
from myognosis.model.recording import Annotation, Kind, Recording, Samples, Unit
from myognosis.readers.event_words import shortened

__all__ = [
    "NAME_UNIT", "ChannelHead", "G", "Glance", "Header", "Play", "Reader", "Source", "Span", "UnknownUnit", "as_samples",
    "ask_rate", "ask_unit", "bad_rate", "check_file", "doubt_missing", "gathered", "issue", "kind_fits", "kind_of", "known_unit",
    "n_missing", "nameless", "offered", "rate_is_possible", "refuse", "sample_blocks", "sample_span",
]  # fmt: skip

MIN_RATE_HZ, MAX_RATE_HZ = 1.0, 200_000.0
"""Below one sample a second nothing moves; above 200 kHz no electrode or sensor of this field delivers."""


@dataclass(frozen=True)
class Source:
    """A file to read, and what the reader of it was told: units by channel name, or by ``*`` for all, and the rate.

    A unit may have a size in front: ``0.8 uV`` for counts of 0.8 uV each.
    """

    path: Path
    units: Mapping[str, str] = field(default_factory=dict)
    rate_hz: float | None = None

    def told_unit(self, channel: str) -> str:
        """The unit that somebody named for a channel, or an empty text."""
        return self.units.get(channel) or self.units.get("*", "")

    def unit_of(self, channel: str, spelled: str) -> str:
        """The unit that somebody named for this channel, else the file's own where it is one, else the one named for all."""
        if channel in self.units:
            return self.units[channel]
        try:
            known_unit(spelled)
        except UnknownUnit:
            return self.units.get("*") or spelled
        return spelled

    def measured_in(self, channel: str, spelled: str, rate_hz: float, issues: list[Issue]) -> "tuple[Unit, float] | None":
        """The unit that a channel is kept in and the factor to it; None, and why in ``issues``, where unit or rate cannot be."""
        where, spelled = f"{self.path.name}, {channel}", self.unit_of(channel, spelled)
        if not rate_is_possible(rate_hz):
            issues.append(bad_rate(where, rate_hz))
            return None
        try:
            return known_unit(spelled)
        except UnknownUnit:
            issues.append(ask_unit(channel, where, "" if spelled == "?" else spelled))
            return None


@dataclass(frozen=True)
class Span:
    """A part of a recording in seconds from its start; the whole by default."""

    start_s: float = 0.0
    stop_s: float | None = None


@dataclass(frozen=True)
class ChannelHead:
    """What the header says of a channel."""

    name: str
    kind: Kind
    unit: Unit
    rate_hz: float
    n_samples: int


@dataclass(frozen=True)
class Header:
    """What the audit found before any sample was read."""

    format: str
    channels: tuple[ChannelHead, ...]
    start: dt.datetime | None = None
    annotations: tuple[Annotation, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def n_samples(self) -> int:
        """Of all channels together."""
        return sum(head.n_samples for head in self.channels)

    @property
    def duration_s(self) -> float:
        """The length of the longest channel."""
        return max((head.n_samples / head.rate_hz for head in self.channels), default=0.0)


@dataclass(frozen=True, eq=False)
class Glance:
    """What a few places of a large file say: its header, whose lengths are estimated, and a short recording from each place.

    The places are evenly spaced from the first sample to the last.
    """

    header: Header
    parts: tuple[Recording, ...]


Play = Callable[[Span, Collection[str]], Recording]
"""Reads one span after another, of the channels of these names; of all where none is named."""


class Reader(ABC):
    """One file format."""

    name: str
    suffixes: tuple[str, ...]
    reads_parts: bool = True
    """Whether a span costs no more than its own samples; else every reading reads the whole file."""

    @abstractmethod
    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file is of this format, by its name and its first bytes."""

    @abstractmethod
    def audit(self, source: Source) -> Header:
        """The header, checked. Faults of one channel leave that channel out; faults of the file raise RecordingError."""

    @abstractmethod
    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span. What is read in parts equals what is read whole."""

    def play(self, source: Source) -> Play:
        """For who reads many spans: what can be learnt of the file once is learnt once."""

        def some(span: Span, names: Collection[str]) -> Recording:
            part = self.load(source, span)
            return replace(part, channels=tuple(c for c in part.channels if c.name in names)) if names else part

        return some

    def glance(self, source: Source) -> Glance | None:  # for those who know better
        """What can be said of a large file at once, where its header does not say it and reading it whole takes long."""
        return None

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The files that belong to a recording beside the one that is named: samples, marks, a description."""
        described = path.with_name(f"{path.stem}.layout.json")
        return (described,) if described.is_file() else ()

    def read(self, source: Source, span: Span = Span()) -> Recording:  # a frozen value
        """The recording, or RecordingError where no channel can be read soundly."""
        recording = nameless(self.load(source, span), source.path.name)
        if not recording.channels:
            raise RecordingError(recording.issues)
        lost = {channel.name: n_missing(channel.samples) for channel in recording.channels}
        return replace(recording, issues=(*recording.issues, *doubt_missing(lost, recording.issues)))


Told = TypeVar("Told", Header, Recording)


def nameless(told: Told, where: str) -> Told:
    """The same, with marks whose words name nobody, and a note where some had to be shortened: every way out of a reader."""
    marks, n = shortened(told.annotations)
    if not n:
        return told
    what = mark("Words that may name a person were left out of marks ('…'); such marks: {n}.")
    note = issue("marks.names", Level.NOTE, where, what, mark("Nothing needs to be done."), n=n)
    return replace(told, annotations=marks, issues=(*told.issues, note))


def doubt_missing(lost: Mapping[str, int], told: Iterable[Issue]) -> tuple[Issue, ...]:
    """A doubt where channels miss samples and nothing that was told of the recording says why."""
    if not any(lost.values()) or any(found.code.removeprefix("recording.") in _SAY_WHY for found in told):
        return ()
    what = mark("{n} {n:sample is missing or is no number|samples are missing or are no numbers}; nothing is filled in.")
    name = max(lost, key=lambda one: lost[one])
    return (issue("missing", Level.DOUBT, name, what, mark("Export the recording again."), n=lost[name]),)


def n_missing(samples: Samples) -> int:
    """How many samples are no numbers; the lowest is none where any is none, which is seen without a copy."""
    return int(np.isnan(samples).sum()) if np.isnan(samples.min(initial=0)) else 0


def check_file(path: Path) -> int:
    """The size of a file; RecordingError where it is none, or cannot be opened, or is empty. A pipe is never waited for."""
    fix = mark("Check the path.")
    try:
        if not path.is_file():
            if path.is_dir():
                what, inside = mark("This is a folder."), mark("Give the file of the recording that lies in it.")
                raise refuse("file", str(path), what, inside)
            there = path.exists()
            what = mark("This is no file.") if there else mark("There is no such file.")
            raise refuse("file", path.name, what, fix)
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        what = mark("The file cannot be read: {why}.")
        why = why_no_file(error) if isinstance(error, OSError) else type(error).__name__
        raise refuse("file", path.name, what, fix, why=why) from None
    if not size:
        raise refuse("empty", path.name, mark("The file is empty."), mark("Export the recording again."))
    return size


_SAY_WHY = frozenset({"missing", "infinite", "rows", "clock.gap", "clock.late", "edf.pauses", "cwa.blocks", "cwa.settings"})
"""What already says why samples are missing."""


def as_samples(values: npt.NDArray[np.floating]) -> Samples:
    """Numbers as samples: one that no sample can be, because it is infinite or beyond all measure, is missing."""
    with np.errstate(all="ignore"):
        samples: Samples = values.astype(np.float32)
    finite = np.isfinite(samples)
    if not finite.all():
        samples[~finite] = np.nan
    return samples


class UnknownUnit(ValueError):  # noqa: N818  # reads as a sentence where it is caught
    """A unit that is not in the table."""


G = 9.80665
"""Standard gravity in m/s2 (3rd General Conference on Weights and Measures, 1901)."""

_UNITS: dict[str, tuple[Unit, float]] = {
    "v": ("uV", 1e6), "mv": ("uV", 1e3), "uv": ("uV", 1.0), "nv": ("uV", 1e-3),
    "в": ("uV", 1e6), "мв": ("uV", 1e3), "мкв": ("uV", 1.0), "нв": ("uV", 1e-3),
    "mв": ("uV", 1e3), "мv": ("uV", 1e3), "uв": ("uV", 1.0), "мкv": ("uV", 1.0),  # letters that look alike
    "volt": ("uV", 1e6), "microvolt": ("uV", 1.0), "millivolt": ("uV", 1e3), "microv": ("uV", 1.0), "millv": ("uV", 1e3),
    "volts": ("uV", 1e6), "microvolts": ("uV", 1.0), "millivolts": ("uV", 1e3), "мікв": ("uV", 1.0),
    "g": ("m/s2", G), "mg": ("m/s2", G / 1000), "m/s2": ("m/s2", 1.0), "м/с2": ("m/s2", 1.0), "ms-2": ("m/s2", 1.0),
    "deg/s": ("deg/s", 1.0), "dps": ("deg/s", 1.0), "°/s": ("deg/s", 1.0), "rad/s": ("deg/s", 57.29577951308232),
    "рад/с": ("deg/s", 57.29577951308232), "°/с": ("deg/s", 1.0), "rads-1": ("deg/s", 57.29577951308232), "m/s/s": ("m/s2", 1.0),
    "m/(s2)": ("m/s2", 1.0),
    "n": ("N", 1.0), "kn": ("N", 1000.0), "mn": ("N", 0.001), "н": ("N", 1.0),
    "ma": ("mA", 1.0), "ua": ("mA", 0.001), "ма": ("mA", 1.0),
}  # fmt: skip


_SIZED = re.compile(r"^([0-9]{1,12}(?:[.,][0-9]{1,12})?(?:[eE][-+]?[0-9]{1,2})?)[ *]*(?=[^\W\d]|°)(.+)$")


def known_unit(spelling: str) -> tuple[Unit, float]:
    """The unit that samples are kept in, and the factor to it.

    >>> known_unit("мкВ"), known_unit("mV"), known_unit("m/s^2"), known_unit("0.8 uV")
    (('uV', 1.0), ('uV', 1000.0), ('m/s2', 1.0), ('uV', 0.8))
    """
    plain = spelling.strip().replace("µ", "u").replace("μ", "u").replace("²", "2").replace("^", "").replace("**", "").lower()
    sized = _SIZED.match(plain)
    size, plain = (float(sized[1].replace(",", ".")), sized[2].strip()) if sized else (1.0, plain)
    if plain not in _UNITS or not size > 0:
        raise UnknownUnit(spelling)
    unit, factor = _UNITS[plain]
    return unit, size * factor


_KINDS: tuple[tuple[str, Kind], ...] = (
    ("emg", "emg"), ("емг", "emg"), ("эмг", "emg"), ("eeg", "eeg"), ("ееg", "eeg"), ("ээг", "eeg"), ("еег", "eeg"),
    ("ecg", "ecg"), ("ekg", "ecg"), ("mlii", "ecg"), ("екг", "ecg"), ("экг", "ecg"),
    ("acc", "accelerometer"), ("gyr", "gyroscope"),
)  # fmt: skip


_VOLTS = ("uV", "mV", "V")
_OFFERED = {"accelerometer": ("m/s2", "g"), "gyroscope": ("deg/s", "rad/s"), "emg": _VOLTS, "eeg": _VOLTS, "ecg": _VOLTS}
_KIND_OF_UNIT: dict[Unit, Kind] = {"m/s2": "accelerometer", "deg/s": "gyroscope", "N": "force", "mA": "stimulus"}


def kind_of(name: str, unit: Unit) -> Kind:
    """What a channel records, by its unit and, for voltages, by its name; ``other`` where the name does not say."""
    if unit != "uV":
        return _KIND_OF_UNIT[unit]
    low = name.casefold()
    return next((kind for word, kind in _KINDS if word in low and kind in ("emg", "eeg", "ecg")), "other")


def kind_fits(kind: Kind, unit: Unit) -> bool:
    """Whether what is of a kind can be measured in a unit; a stimulus may be marked in any."""
    return kind in ("stimulus", "other") or _KIND_OF_UNIT.get(unit, "emg") == ("emg" if kind in ("eeg", "ecg") else kind)


def sample_span(span: Span, rate_hz: float, n_samples: int) -> slice:
    """The samples of a span, kept inside the channel."""
    first = min(max(round(span.start_s * rate_hz), 0), n_samples)
    last = n_samples if span.stop_s is None else min(max(round(span.stop_s * rate_hz), first), n_samples)
    return slice(first, last)


def sample_blocks(taken: slice, n_channels: int) -> Iterator[slice]:
    """A span in pieces of some hundred thousand numbers, so that converting them costs little memory beside the result."""
    step = max(1, 300_000 // n_channels)
    for start in range(taken.start, taken.stop, step):
        yield slice(start, min(start + step, taken.stop))


def issue(code: str, level: Level, where: str, what: str, fix: str, **params: object) -> Issue:
    """An issue of a recording."""
    return Issue(f"recording.{code}", level, where, Message(what, params), Message(fix, params))


def gathered(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """What is said of many channels in the same words is said once, of the first, with the number of the others."""
    groups = dict[tuple[str, Level, str, str], list[Issue]]()
    for one in issues:
        params = {name: value for name, value in one.what.params.items() if name != "channel"}
        groups.setdefault((one.code, one.level, one.what.template, repr(params)), []).append(one)
    return tuple(
        group[0] if len(group) == 1 else replace(group[0], where=f"{group[0].where} (+{len(group) - 1})")
        for group in groups.values()
    )


def refuse(code: str, where: str, what: str, fix: str, **params: object) -> RecordingError:
    """The error for a file of which nothing can be read."""
    return RecordingError([issue(code, Level.REFUSE, where, what, fix, **params)])


def ask_unit(channel: str, where: str, unit: str) -> Issue:
    """The question for a channel whose unit nobody said, or that is no unit of ours."""
    unsaid = mark("The file states no unit; the channel is left out.")
    what = mark("The unit is written as '{unit}', which is no unit that we know; the channel is left out.")
    params = {"unit": unit.strip()[:20], "channel": channel} | offered(f"{where} {channel}")
    return issue("unit", Level.REFUSE, where, what if unit.strip() else unsaid, NAME_UNIT, **params)


NAME_UNIT = mark("If you know the unit, name it: --unit '{channel}={first}' (or {others}); in a case: units.")


def offered(words: str) -> dict[str, str]:
    """The units that a channel of these words can have, the likeliest first; those of every kind where they do not say it."""
    low = words.casefold()
    kind = next((kind for word, kind in _KINDS if word in low), "")
    units = _OFFERED.get(kind, ("uV", "mV", "g", "m/s2", "deg/s", "rad/s"))
    return {"first": units[0], "others": ", ".join(units[1:])}


def ask_rate(where: str) -> RecordingError:
    """The question for a file that does not say how many samples a second it holds."""
    what = mark("The file does not say how many samples a second it holds.")
    return refuse("rate.unknown", where, what, mark("If you know the rate, name it: --rate 2000 (or in a description beside it)."))


def bad_rate(where: str, rate: float) -> Issue:
    """A sampling rate that no device has."""
    what = mark("The sampling rate would be {rate} Hz, which no device of this kind has; the channel is left out.")
    return issue("rate", Level.REFUSE, where, what, mark("Export the recording again."), rate=f"{rate:g}")


def rate_is_possible(rate: float) -> bool:
    """Whether a device could sample so."""
    return MIN_RATE_HZ <= rate <= MAX_RATE_HZ
