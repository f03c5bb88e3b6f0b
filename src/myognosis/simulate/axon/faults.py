"""What an axon refuses, and how it is said."""

import math
from collections.abc import Iterable

from myognosis.faults import Issue, Level, Message, MyognosisError, near_miss
from myognosis.language import mark

__all__ = ["AxonError", "diverged", "outside", "refusal", "refuse_all", "unknown"]


class AxonError(MyognosisError):
    """An axon, a state or a step that cannot be; carries every fault found."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


def outside(part: str, name: str, value: float, low: float, high: float) -> list[Issue]:
    """A fault where a value is no number or out of its range."""
    if isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high:
        return []
    what, fix = mark("{value} is impossible here."), mark("Give a value from {low} to {high}.")
    return [refusal(part, f"{part}.{name}", what, fix, value=value, low=f"{low:g}", high=f"{high:g}")]


def unknown(part: str, names: Iterable[str], known: Iterable[str]) -> list[Issue]:
    """A fault for each name that is not known, with the near miss."""
    there = sorted(known)
    return [_unknown(part, str(name)[:60], there) for name in names if name not in there]


def _unknown(part: str, name: str, known: list[str]) -> Issue:
    hint = near_miss(name, known)
    fix = mark("Did you mean '{hint}'?") if hint else mark("What there is: {names}.")
    return refusal("name", part, mark("There is no '{name}' here."), fix, name=name, hint=hint, names=", ".join(known))


def refusal(code: str, where: str, what: str, fix: str, **params: object) -> Issue:
    """One fault of an axon."""
    return Issue(f"axon.{code}", Level.REFUSE, where, Message(what, params), Message(fix, params))


def diverged(time_ms: float) -> AxonError:
    """A run in which a potential left what is possible."""
    what, fix = mark("The run diverged {time} ms after its start."), mark("Use a smaller time step.")
    return AxonError([refusal("diverged", "run", what, fix, time=f"{time_ms:.3f}")])


def refuse_all(issues: Iterable[Issue]) -> None:
    """Raise if there is any fault."""
    found = tuple(issues)
    if found:
        raise AxonError(found)
