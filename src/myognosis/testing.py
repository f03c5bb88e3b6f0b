"""For those who test against us: vignettes, and how the assessment did on them.

A vignette is a short case with the cause that a careful clinician would put first and the urgency that fits. It is
written from published presentations, never from the knowledge files, and so judges them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from myognosis.model.base import Model, Name
from myognosis.model.case import Answer, Case, Lab, Person, Setting

__all__ = ["Vignette", "VignetteFile", "is_held_back", "load_vignettes"]


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
        return Case(person=person, answers=answers, labs=labs)


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
    from ruamel.yaml import YAML

    for path in sorted(folder.glob("*.yaml")):
        data: Any = YAML(typ="safe").load(path.read_text("utf-8"))
        file = VignetteFile.model_validate(data, strict=False)
        for index, vignette in enumerate(file.vignettes):
            yield Numbered(file.cause, index, vignette)


def is_held_back(cause: str) -> bool:
    """Whether the vignettes of a cause are kept for judging: nothing is fitted or tuned on them.

    The split is by cause and fixed: a digest of the name decides, so that a new cause falls on one side for good.
    """
    from hashlib import sha256

    return sha256(cause.encode()).digest()[0] % 2 == 1
