"""What an axon refuses, and how it is said."""

import math
from collections.abc import Iterable

from myognosis.faults import Issue, Level, Message, MyognosisError
from myognosis.language import mark

__all__ = ["AxonError", "diverged", "outside", "refuse_all"]


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
    params = {"value": value, "low": f"{low:g}", "high": f"{high:g}"}
    return [Issue(f"axon.{part}", Level.REFUSE, f"{part}.{name}", Message(what, params), Message(fix, params))]


def diverged(time_ms: float) -> AxonError:
    """A run in which a potential left what is possible."""
    what, fix = mark("The run diverged {time} ms after its start."), mark("Use a smaller time step.")
    issue = Issue("axon.diverged", Level.REFUSE, "run", Message(what, {"time": f"{time_ms:.3f}"}), Message(fix))
    return AxonError([issue])


def refuse_all(issues: Iterable[Issue]) -> None:
    """Raise if there is any fault."""
    found = tuple(issues)
    if found:
        raise AxonError(found)
