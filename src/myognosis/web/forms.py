"""What a form holds and what was sent with it: a name has any number of values, and every value is a text."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from unicodedata import category

from fastapi import Depends, Request

__all__ = ["Choice", "Fault", "Given", "Posted", "choices", "reads"]

_LONGEST = 4000


class Given:
    """The values of a form. Control characters are left out, and no value is longer than a text of a case may be."""

    def __init__(self, values: Mapping[str, Sequence[str]] | None = None) -> None:
        self._values = {name: tuple(_clean(v) for v in many) for name, many in (values or {}).items()}

    def one(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        return next(iter(self._values.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of a field, each once."""
        return tuple(dict.fromkeys(self._values.get(name, ())))

    def number(self, name: str, least: float = -1e9, most: float = 1e9) -> float | None:
        """A number with a point or a comma; None where the field is empty.

        Raises
        ------
        ValueError
            The text is no number, or not one within the limits.
        """
        text = self.one(name).replace(",", ".").replace(" ", "")
        number = float(text) if text else None
        if number is not None and not least <= number <= most:
            raise ValueError(name)
        return number

    def day(self, name: str) -> dt.date | None:
        """A date; None where the field is empty. A text that is no date raises ``ValueError``."""
        text = self.one(name)
        return dt.date.fromisoformat(text) if text else None

    def changed(self, **values: Sequence[str]) -> "Given":
        """The same with some fields changed."""
        return Given(self._values | {name: tuple(many) for name, many in values.items()})

    def digest(self) -> str:
        """What it holds, in a few letters: a page carries it, so that a change made elsewhere in between is noticed."""
        kept = {name: many for name, many in self._values.items() if many}
        return sha256(repr(sorted(kept.items())).encode()).hexdigest()[:12]

    def names_told(self) -> tuple[str, ...]:
        """The fields that hold something."""
        return tuple(name for name, many in self._values.items() if any(many))


def _clean(text: str) -> str:
    """Without control characters; a space of any kind stays a space, so that no two words grow together."""
    return "".join(ch if ch.isprintable() or ch in "\n\t" else " " for ch in text if _is_kept(ch)).strip()[:_LONGEST]


def _is_kept(ch: str) -> bool:
    return ch.isprintable() or ch in "\n\t" or category(ch) == "Zs"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, said so that it can be mended."""

    field: str
    text: str


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen."""

    value: str
    label: str
    chosen: bool = False
    help: str = ""


def choices(given: Given, field: str, options: Mapping[str, str]) -> tuple[Choice, ...]:
    """The options of a field, value to label, with what was chosen."""
    chosen = given.many(field)
    return tuple(Choice(value, label, value in chosen) for value, label in options.items())


def reads(reading: Callable[[], object]) -> bool:
    """Whether a field can be read."""
    try:
        reading()
    except ValueError:
        return False
    return True


async def _posted(request: Request) -> Given:
    form = await request.form(max_files=0, max_fields=400)
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name[:120], []).append(value)
    return Given(found)


Posted = Annotated[Given, Depends(_posted)]
