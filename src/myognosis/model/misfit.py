"""Why a value does not fit its place, and why a text cannot be read: what libraries say in English, in our own words."""

import errno
from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any

from pydantic_core import ErrorDetails

from myognosis.faults import Message
from myognosis.language import mark

__all__ = ["once", "why_no_file", "why_no_text", "why_not"]

_WHY: Mapping[str, str] = {
    "missing": mark("it is missing"),
    "extra": mark("there is no such field"),
    "float": mark("it must be a number"),
    "int": mark("it must be a whole number"),
    "string": mark("it must be a text of fitting length"),
    "date": mark("it must be a date, as in 2026-01-31"),
    "datetime": mark("it must be a date with a time, as in 2026-01-31T09:30:00"),
    "tuple": mark("it must be a list"),
    "list": mark("it must be a list"),
    "dict": mark("it must be a mapping"),
    "model": mark("it must be a mapping"),
    "bool": mark("it must be true or false"),
    "finite": mark("it must be a finite number"),
    "json": mark("the text is no JSON"),
}
_OTHER = mark("it has the wrong form")
_LIMITS: Mapping[str, str] = {
    "greater_than_equal": mark("it must be at least {ge}"),
    "less_than_equal": mark("it must be at most {le}"),
    "greater_than": mark("it must be more than {gt}"),
    "less_than": mark("it must be less than {lt}"),
    "string_too_short": mark("it must not be empty"),
    "string_too_long": mark("it may have at most {max_length} letters"),
    "too_long": mark("it may have at most {max_length} rows"),
    "literal_error": mark("it must be one of: {expected}"),
    "enum": mark("it must be one of: {expected}"),
}


def why_not(error: ErrorDetails) -> Message:
    """The reason of one fault of pydantic."""
    kind, told = error["type"], dict[str, Any](error.get("ctx") or {})
    if "expected" in told:
        told["expected"] = str(told["expected"]).replace(" or ", ", ")
    params = {str(name): f"{value:g}" if isinstance(value, float) else value for name, value in told.items()}
    form = _LIMITS.get(kind) or _WHY.get(kind.split("_")[0], _OTHER)
    return Message(form, params) if all(f"{{{name}}}" not in form or name in params for name in _PARAMS) else Message(_OTHER)


_PARAMS = ("ge", "le", "gt", "lt", "max_length", "expected")
_LINE = mark("line {line}, column {column}")


def why_no_text(error: Exception) -> Message:
    """Where a text of YAML or JSON cannot be read; what our own doors refuse in it is said by them as a message."""
    told = error.args[0] if error.args else None
    if isinstance(told, Message):
        return told
    spot = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if spot is not None:
        return Message(_LINE, {"line": spot.line + 1, "column": spot.column + 1})
    if isinstance(error, JSONDecodeError):
        return Message(_LINE, {"line": error.lineno, "column": error.colno})
    if isinstance(error, UnicodeDecodeError):
        return Message(mark("it is not UTF-8"))
    if isinstance(error, RecursionError):
        return Message(mark("it is nested too deeply"))
    return Message(_OTHER)


_SYSTEM: Mapping[int, str] = {
    errno.ENOENT: mark("it is not there, or its folder is not"),
    errno.ENOTDIR: mark("a part of the path is a file and no folder"),
    errno.EISDIR: mark("it is a folder"),
    errno.EACCES: mark("this computer does not allow it"),
    errno.EPERM: mark("this computer does not allow it"),
    errno.EROFS: mark("nothing can be written there"),
    errno.ENOSPC: mark("there is no room left on the disk"),
    errno.EDQUOT: mark("there is no room left on the disk"),
    errno.ENAMETOOLONG: mark("the name is too long"),
    errno.EADDRINUSE: mark("another program uses it"),
}


def why_no_file(error: OSError) -> Message | str:
    """Why the system does not open or write what it should; in the system's words where it is rare."""
    known = _SYSTEM.get(error.errno or 0)
    return Message(known) if known else error.strerror or type(error).__name__


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON in which each name stands once; of two answers to one question none may win in silence.

    Raises
    ------
    ValueError
        A name stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:80]
        raise ValueError(Message(mark("the name '{name}' stands twice"), {"name": twice}))
    return found
