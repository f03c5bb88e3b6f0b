"""Tremors of one case side by side: the same hand with and without a weight, left and right."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from myognosis.findings.criteria import tremor_criteria
from myognosis.findings.recordings.analysed import Analysed, Entry
from myognosis.findings.recordings.doubtful import doubt_of, of_sizes
from myognosis.knowledge import Knowledge
from myognosis.model.case import Recording as Row
from myognosis.model.finding import State

if TYPE_CHECKING:
    from myognosis.signals.tremor import Comparison, Tremor, TremorCriteria

__all__ = ["compare_tremors"]

_Done = tuple[int, Row, tuple[Analysed, ...]]
_RATIOS = ("tremor_left_to_right", "tremor_loading_growth")
_STATES: dict[str, State] = {"mechanical": "present", "central": "absent"}


def compare_tremors(done: list[_Done], knowledge: Knowledge) -> Iterator[tuple[int, Row, Analysed]]:
    """Each pair of recordings of one sensor that differ in one thing only, under the later of the two."""
    criteria = tremor_criteria(knowledge)
    rows = [
        (index, row, name, tremor, doubt_of(part)) for index, row, found in done for part in found for name, tremor in part.tremors
    ]
    for place, (index, row, name, tremor, doubt) in enumerate(rows):
        for _, before, other_name, other, before_doubt in rows[:place]:
            if name == other_name and row.during == before.during:
                compared = _pair(before, other, row, tremor, criteria)
                if compared is not None:
                    yield index, row, of_sizes(compared, _RATIOS, doubt or before_doubt)


def _pair(before: Row, one: "Tremor", row: Row, other: "Tremor", criteria: "TremorCriteria") -> Analysed | None:
    from myognosis.signals.tremor import compare_loading, compare_sides

    if row.loaded != before.loaded:
        free, loaded = (one, other) if row.loaded else (other, one)
        return _loading(compare_loading(free, loaded, criteria)) if row.place == before.place else None
    if row.loaded or not row.place or not before.place or row.place.where != before.place.where:
        return None
    if {row.place.side, before.place.side} != {"left", "right"}:
        return None
    left, right = (one, other) if before.place.side == "left" else (other, one)
    return Analysed(compare_sides(left, right).measurements)


def _loading(found: "Comparison") -> Analysed:
    fall = found.get("tremor_loading_fall")
    state = _STATES.get(found.verdict)
    if fall is None or fall.value is None or state is None:
        return Analysed(found.measurements)
    raw = f"{fall.value:.1f} Hz (95 % {fall.low:.1f} to {fall.high:.1f})"
    return Analysed(found.measurements, (Entry("tremor_loading_shift", state, raw),))
