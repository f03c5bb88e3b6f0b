"""What the rows of one nerve say together: slow all along or across a joint, small because compressed, later on one side."""

from collections.abc import Iterable, Iterator

from myognosis.findings.segment import trunk
from myognosis.knowledge import Knowledge
from myognosis.model.finding import Comparison, ConductionRow

__all__ = ["COMPRESSED", "explained_by_compression", "falls_across_a_joint", "later_than_the_other_side", "slow_all_along"]

COMPRESSED = {"median": "ncs_focal_median", "ulnar": "ncs_focal_ulnar", "common_peroneal": "ncs_focal_peroneal"}
"""The sign of the compression that is common in this nerve."""
_SMALL = ("ncs_low_cmap", "ncs_low_snap")
_ALL_ALONG = ("velocity_m_s", "duration_rise_percent")
"""What shows demyelination beyond the wrist."""
_JOINTS = (
    ("ulnar", "forearm", "elbow", "conduction_ulnar_elbow_drop_m_s"),
    ("common_peroneal", "leg", "fibular_head", "conduction_peroneal_knee_drop_m_s"),
)
"""Where a nerve is often compressed: the segment to compare with, the segment across, the largest usual fall."""


def slow_all_along(rows: list[ConductionRow]) -> list[ConductionRow]:
    """The rows, of which a nerve that is slow or disperses along the forearm as in demyelination is late at the wrist for it too.

    Compression at the wrist slows the forearm a little, never so far; so a late answer there is no sign of compression then.
    """
    slow = {(r.row.nerve, r.row.side) for r in rows for c in r.compared
            if c.measure in _ALL_ALONG and (c.finding, c.state) == ("ncs_demyelinating", "beyond")}  # fmt: skip

    def told(c: Comparison) -> Comparison:
        """A late answer at the wrist as a slow nerve; anything else as it is."""
        return c.model_copy(update={"finding": "ncs_slow"}) if c.finding == COMPRESSED["median"] else c

    return [
        r.model_copy(update={"compared": tuple(map(told, r.compared))}) if (r.row.nerve, r.row.side) in slow else r for r in rows
    ]


def falls_across_a_joint(rows: Iterable[ConductionRow], knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Nerve, side and velocities of those much slower across a joint than beyond it, even if no velocity is beyond its limit."""
    speeds = {(trunk(r.row.nerve), r.row.side, r.row.segment): r.row.velocity_m_s for r in rows if r.row.kind == "motor"}
    for nerve, below, across, number in _JOINTS:
        for side in ("left", "right"):
            fast, slow = speeds.get((nerve, side, below)), speeds.get((nerve, side, across))
            if fast is not None and slow is not None and fast - slow > knowledge.number(number):
                yield nerve, side, f"{fast:.3g} to {slow:.3g} m/s"


def explained_by_compression(rows: list[ConductionRow], knowledge: Knowledge) -> list[ConductionRow]:
    """The rows, of which a compressed nerve has small responses, or none, and conducts a little slowly, for that reason alone.

    Its fastest axons are blocked or lost, so that beyond the compression it is slower as well, never as slow as demyelinated nerve.
    """
    pressed = {(nerve, side) for nerve, side, _ in falls_across_a_joint(rows, knowledge)} | {
        (trunk(r.row.nerve), r.row.side) for r in rows for c in r.compared
        if c.state == "beyond" and c.finding is not None and c.finding == COMPRESSED.get(trunk(r.row.nerve))
    }  # fmt: skip

    def told(row: ConductionRow) -> ConductionRow:
        """A row of a compressed nerve: what follows from the compression bears its sign."""
        sign = COMPRESSED[trunk(row.row.nerve)]
        as_demyelinated = any((c.finding, c.state) == ("ncs_demyelinating", "beyond") for c in row.compared)
        mild = () if as_demyelinated else (("ncs_slow", "velocity_m_s"),)

        def is_of_it(c: Comparison) -> bool:
            """Whether it is a small response or a mild slowing beyond its limit."""
            return c.state == "beyond" and (c.finding in _SMALL or (c.finding, c.measure) in mild)

        compared = (c.model_copy(update={"finding": sign}) if is_of_it(c) else c for c in row.compared)
        return row.model_copy(update={"compared": tuple(compared), "compressed": sign})

    return [told(r) if (trunk(r.row.nerve), r.row.side) in pressed else r for r in rows]


def later_than_the_other_side(rows: list[ConductionRow], knowledge: Knowledge) -> list[ConductionRow]:
    """The rows, of which an H reflex says how far it lags behind that of the other side: a pressed root delays its own."""
    usual = knowledge.content.numbers["conduction_h_behind_ms"]
    found = {(r.row.nerve, r.row.side): r.row.latency_ms for r in rows if r.row.kind == "h_reflex" and r.row.latency_ms}

    def told(judged: ConductionRow) -> ConductionRow:
        """The later of two H reflexes with its lag."""
        other = found.get((judged.row.nerve, "left" if judged.row.side == "right" else "right"))
        if judged.row.kind != "h_reflex" or not judged.row.latency_ms or not other or judged.row.latency_ms <= other:
            return judged
        lag = judged.row.latency_ms - other
        compared = Comparison(
            measure="behind_ms", value=lag, high=usual.value, state="beyond" if lag > usual.value else "within",
            finding="h_reflex_abnormal", source=usual.source, trust=usual.trust,
        )  # fmt: skip
        return judged.model_copy(update={"compared": (*judged.compared, compared)})

    return [told(r) for r in rows]
