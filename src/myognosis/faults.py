"""What can go wrong, and how it is said.

::

    MyognosisError
    ├── CaseError          a case cannot be used; carries every fault found, each with its place and its mend
    ├── KnowledgeError     the knowledge itself is faulty
    ├── RecordingError     a recording cannot be read; carries every fault found in its header or its samples
    ├── ListError          a list of recordings cannot be used; carries every fault found in it
    ├── ScenarioError      a simulation cannot be run as asked; carries every fault found in it
    └── MissingExtra       an optional part is not installed

A fault is an ``Issue``: where, what, and how to mend it. Its text is a message with parameters, so that all languages say
the same; see ``myognosis.language``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from string import Formatter
from typing import Any

__all__ = [
    "GROUPED", "CaseError", "Issue", "KnowledgeError", "Level", "ListError", "Message", "MissingExtra", "MyognosisError", "Name",
    "RecordingError", "ScenarioError", "fill", "near_miss", "pack_issue", "unpack_issue",
]  # fmt: skip


class Level(StrEnum):
    """How grave an issue is: a note, a doubt that the reader should know of, or a reason to refuse."""

    NOTE = "note"
    DOUBT = "doubt"
    REFUSE = "refuse"


class _Sentence(Formatter):
    """Fills the places of a sentence."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value, or of words with bars between them the one that goes with it."""
        return _agreeing(str(value), format_spec.split("|")) if "|" in format_spec else str(format(value, format_spec))


def _agreeing(number: str, words: Sequence[str]) -> str:
    """Of two words that for one or for more; of three or four that for 1, 21 ..., for 2 to 4, for the rest, for a broken number."""
    if len(words) == 2:
        return words[number != "1"]
    digits = number.replace(GROUPED, "")
    if not digits.isdigit():
        return words[-1]
    teen, last = digits[-2:-1] == "1", int(digits[-1])
    return words[0 if last == 1 and not teen else 1 if 2 <= last <= 4 and not teen else 2]


GROUPED = "\u202f"
"""What stands between the thousands of a number where the comma is the decimal sign."""


def fill(template: str, params: Mapping[str, object]) -> str:
    """A sentence with its values in place; beside a number stands the word that goes with it.

    >>> fill("{n} {n:row was|rows were} read.", {"n": 1}), fill("{n} {n:рядок|рядки|рядків}", {"n": 12})
    ('1 row was read.', '12 рядків')
    """
    return _Sentence().vformat(template, (), params) if "|" in template else template.format(**params)


@dataclass(frozen=True)
class Message:
    """A sentence of ours with the places where values go, still untranslated; see ``fill`` for words that go with a number."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(self.template, self.params)


@dataclass(frozen=True)
class Name:
    """What the knowledge calls a thing, in each language; the value of a message that names it to its reader."""

    en: str
    uk: str
    ru: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Issue:
    """One fault: a stable code, where it is, what is wrong and how to mend it."""

    code: str
    level: Level
    where: str
    what: Message
    fix: Message

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}".strip()


def pack_issue(issue: Issue) -> dict[str, Any]:
    """An issue as JSON, still untranslated: for another process, or to be kept."""
    head = {"code": issue.code, "level": issue.level.value, "where": issue.where}
    return head | {"what": _pack(issue.what), "fix": _pack(issue.fix)}


def unpack_issue(packed: Mapping[str, Any]) -> Issue:
    """The issue that was packed."""
    return Issue(packed["code"], Level(packed["level"]), packed["where"], _unpack(packed["what"]), _unpack(packed["fix"]))


def _pack(message: Message) -> dict[str, Any]:
    def plain(value: object) -> object:
        """A value that JSON can hold."""
        if isinstance(value, Message):
            return {"message": _pack(value)}
        if isinstance(value, Name):
            return {"name": asdict(value)}
        return value if isinstance(value, str | int | float) else str(value)

    return {"template": message.template, "params": {key: plain(value) for key, value in message.params.items()}}


def _unpack(packed: Mapping[str, Any]) -> Message:
    def whole(value: Any) -> object:
        if not isinstance(value, dict):
            return value
        return Name(**value["name"]) if "name" in value else _unpack(value["message"])

    return Message(packed["template"], {key: whole(value) for key, value in packed["params"].items()})


class MyognosisError(Exception):
    """The root of everything this package raises on purpose."""


class _Collected(MyognosisError):  # noqa: N818  # a base, never raised
    """An error that carries all the faults at once."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class CaseError(_Collected):
    """A case that cannot be used as it stands."""


class KnowledgeError(_Collected):
    """Knowledge that contradicts itself or its format."""


class RecordingError(_Collected):
    """A recording that cannot be read as it stands: nothing in it is guessed."""


class ListError(_Collected):
    """A list of recordings, or a folder for results, that nothing can be run with."""


class ScenarioError(_Collected):
    """A scenario, a parameter or a layout of electrodes that nothing can be simulated from."""


class MissingExtra(MyognosisError):  # noqa: N818  # the sentence it makes reads better so
    """An optional part of the package is needed and not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        self.message = Message(NEEDS_EXTRA, {"purpose": Message(purpose), "extra": extra})
        super().__init__(str(self.message))


NEEDS_EXTRA = "{purpose}: an optional part is not installed; pip install 'myognosis[{extra}]'"


def near_miss(word: str, known: Iterable[str], alike: float = 0.72) -> str:
    """The known word most like this one, or an empty string; ``alike``: from which likeness on, of 0 to 1.

    >>> near_miss("fasiculation", ["tremor", "fasciculation"])
    'fasciculation'
    """
    found = get_close_matches(word, list(known), n=1, cutoff=alike)
    return found[0] if found else ""
