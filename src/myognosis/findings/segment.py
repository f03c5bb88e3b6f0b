"""Over which segment of a nerve a motor study was: as it is said, as its two sites say, or not known."""

from collections.abc import Sequence

from myognosis.model.case import Conduction
from myognosis.model.finding import Comparison

__all__ = ["ACROSS_A_JOINT", "is_distal", "over_any_segment", "trunk", "with_segment"]

ACROSS_A_JOINT = {"elbow": "ncs_focal_ulnar", "fibular_head": "ncs_focal_peroneal"}
"""Segments at which a nerve is often compressed, and the sign of that compression."""
_BETWEEN = {
    ("wrist", "below_elbow"): "forearm", ("below_elbow", "above_elbow"): "elbow", ("ankle", "below_fibular_head"): "leg",
    ("below_fibular_head", "above_fibular_head"): "fibular_head", ("below_fibular_head", "knee"): "fibular_head",
}  # fmt: skip
"""The segment that lies between two sites of stimulation."""
_NEAR = ("palm", "wrist", "ankle")
"""Sites from which the latency is a distal one."""


def trunk(nerve: str) -> str:
    """The nerve under which the limits of a study stand: what many reports call the deep peroneal is the common one."""
    return "common_peroneal" if nerve == "deep_peroneal" else nerve


def with_segment(row: Conduction) -> Conduction:
    """The row with the segment between its two sites, where it names none itself."""
    if row.kind != "motor" or row.segment is not None or row.site is None or row.proximal is None:
        return row
    return row.model_copy(update={"segment": _BETWEEN.get((row.site, row.proximal.site or ""))})


def is_distal(row: Conduction) -> bool:
    """Whether a motor response was to stimulation at the distal site, for which alone its limits are."""
    return row.site in _NEAR if row.site is not None else row.segment not in ACROSS_A_JOINT


def over_any_segment(compared: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons of a row whose segment is not known: one velocity has one limit of slowness.

    Below the lowest limit of any segment the nerve is slow, between this and the highest it stays open. Where it is compressed it
    may be as slow as demyelination makes it, so that this is open as well; and no joint may have been crossed.
    """
    speeds = [c for c in compared if c.measure == "velocity_m_s" and c.share is None and c.low is not None]
    lowest, highest = (pick(speeds, key=lambda c: c.low or 0.0) for pick in (min, max))
    if lowest.state == "beyond" or lowest.state == highest.state:
        one = lowest if lowest.state == "beyond" else highest
    else:
        one = highest.model_copy(update={"state": "open"})
    slow = one.model_copy(update={"finding": "ncs_slow"})
    return [
        slow if c is speeds[0] else c.model_copy(update={"state": "open"}) if c.share is not None and c.state == "beyond" else c
        for c in compared
        if c not in speeds[1:]
    ]
