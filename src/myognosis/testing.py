"""For those who test against us: vignettes, how the assessment did on them, and what a reader of recordings must keep.

A vignette is a short case with the cause that a careful clinician would put first and the urgency that fits. It is
written from published presentations, never from the knowledge files, and so judges them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from myognosis.model.base import Model, Name
from myognosis.model.case import Answer, Case, Examination, Lab, Person, Setting

if TYPE_CHECKING:
    from myognosis.readers.base import Reader

__all__ = ["Vignette", "VignetteFile", "is_held_back", "load_vignettes", "reader_contract"]


class Somebody(Model):
    """Who a vignette is about."""

    age: Annotated[float, Field(ge=0, le=120)] | None = None
    sex: Literal["female", "male", "other"] | None = None
    setting: Setting = "self_check"


class Vignette(Model):
    """One short case."""

    kind: Literal["typical", "atypical", "near_miss"]
    person: Somebody = Somebody()
    present: tuple[Name, ...]
    absent: tuple[Name, ...] = ()
    unknown: tuple[Name, ...] = ()
    denied: tuple[Name, ...] = ()  # said to be present, and denied in another part of the case
    labs: dict[str, tuple[float, str]] = Field(default_factory=dict)
    urgency: Literal["emergency", "urgent", "soon", "routine", "self_care"]
    expect: Name
    note: str | None = None

    def case(self) -> Case:
        """The vignette as a case."""
        answers = {name: Answer.PRESENT for name in self.present}
        answers |= {name: Answer.ABSENT for name in self.absent} | {name: Answer.UNKNOWN for name in self.unknown}
        labs = tuple(Lab(analyte=name, value=value, unit=unit) for name, (value, unit) in self.labs.items())
        person = Person(age_years=self.person.age, sex=self.person.sex, setting=self.person.setting)
        examination = Examination(signs=dict.fromkeys(self.denied, Answer.ABSENT))
        return Case(person=person, answers=answers, labs=labs, examination=examination)


class VignetteFile(Model):
    """All vignettes of one cause, and where such people were described."""

    cause: Name
    source: Annotated[str, Field(min_length=10)]
    vignettes: tuple[Vignette, ...]


@dataclass(frozen=True)
class Numbered:
    """A vignette with its place."""

    cause: str
    index: int
    vignette: Vignette


def load_vignettes(folder: Path) -> Iterator[Numbered]:
    """Every vignette of a folder, in the order of the file names."""
    from myognosis.knowledge.compile import parse

    for path in sorted(folder.glob("*.yaml")):
        file = VignetteFile.model_validate(parse(path.read_text("utf-8")), strict=False)
        for index, vignette in enumerate(file.vignettes):
            yield Numbered(file.cause, index, vignette)


def is_held_back(cause: str) -> bool:
    """Whether the vignettes of a cause are kept for judging: nothing is fitted or tuned on them.

    The split is by cause and fixed: a digest of the name decides, so that a new cause falls on one side for good.
    """
    from hashlib import sha256

    return sha256(cause.encode()).digest()[0] % 2 == 1


def reader_contract(reader: "Reader", path: Path, units: dict[str, str] | None = None) -> None:
    """What a registered reader must keep, shown on one sound file of its format; AssertionError where it does not.

    The header's channels are the recording's channels; units, kinds and rates are known; a part equals the same part of the
    whole, of one channel as of all; what is not a number is left as such and not filled in.
    """
    import numpy as np

    from myognosis.model.recording import Kind, Unit
    from myognosis.readers.base import Source, Span

    source = Source(path, units or {})
    if not reader.recognises(path, path.read_bytes()[:4096]):
        raise AssertionError(f"{reader.name} does not recognise {path.name}")
    header, whole = reader.audit(source), reader.read(source)
    if [(h.name, h.kind, h.unit, h.rate_hz, h.n_samples) for h in header.channels] != [
        (c.name, c.kind, c.unit, c.rate_hz, len(c.samples)) for c in whole.channels
    ]:
        raise AssertionError("the header and the recording differ")
    for start, stop in ((0.0, None), (0.0, 0.0), (0.25, 1.0), (whole.duration_s / 2, whole.duration_s + 9.0), (1e6, None)):
        part = reader.load(source, Span(start, stop))
        for a, b in zip(whole.channels, part.channels, strict=True):
            first = min(round(start * a.rate_hz), len(a.samples))
            last = len(a.samples) if stop is None else max(first, min(round(stop * a.rate_hz), len(a.samples)))
            if not np.array_equal(a.samples[first:last], b.samples, equal_nan=True):
                raise AssertionError(f"{start} to {stop} s of {a.name} differs from the whole")
    play, lone = reader.play(source), whole.channels[-1]
    for start, stop in ((0.25, 1.0), (0.0, 0.5)):
        (alone,) = play(Span(start, stop), (lone.name,)).channels
        here = slice(min(round(start * lone.rate_hz), len(lone.samples)), min(round(stop * lone.rate_hz), len(lone.samples)))
        if alone.name != lone.name or not np.array_equal(alone.samples, lone.samples[here], equal_nan=True):
            raise AssertionError(f"{lone.name} differs where it is read alone")
    for channel in whole.channels:
        if channel.kind not in get_args(Kind) or channel.unit not in get_args(Unit) or channel.samples.dtype != np.float32:
            raise AssertionError(f"{channel.name} has an unknown kind or unit, or is not float32")
        if np.isinf(channel.samples).any():
            raise AssertionError(f"{channel.name} holds infinite values")
