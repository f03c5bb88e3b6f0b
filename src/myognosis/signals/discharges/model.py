"""What discharges are judged by, and what is handed back: each discharge with every criterion and what was measured."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from myognosis.model.base import Trust
from myognosis.model.recording import Measurement
from myognosis.signals.fasciculation.settings import FasciculationRules
from myognosis.signals.jumps import JumpRules
from myognosis.signals.potentials.firings import Electrode

__all__ = [
    "FASCICULATION",
    "UNCLASSIFIED",
    "Check",
    "Criterion",
    "Discharge",
    "DischargeCriteria",
    "DischargeRules",
    "Discharges",
    "Electrode",
    "Floats",
    "Verdict",
]

Floats = npt.NDArray[np.float64]
UNCLASSIFIED = "unclassified"
FASCICULATION = frozenset({"fasciculation_potential", "doublet_multiplet"})
"""Kinds of which each potential is a fasciculation potential."""
FIBRES = frozenset(
    {"fibrillation", "positive_sharp_wave", "end_plate_spikes", "myotonic_discharge", "complex_repetitive_discharge"}
)
"""Kinds of single muscle fibres, which no will makes fire."""


@dataclass(frozen=True)
class Criterion:
    """One bound on one measure: what must hold, with its source and how far that may be trusted."""

    measure: str
    low: float | None
    high: float | None
    source: str
    trust: Trust


@dataclass(frozen=True)
class SeriesRules:
    """Numbers behind which firings belong to one burst, which bursts to one discharge, and which source is two units.

    Sorted intervals that ``jump`` by this factor are of two sorts, in and between bursts; the share ``stray`` may lie between the
    two, and those in a burst are shorter than ``short_s``, close ones than ``close_s``. From ``long_train`` potentials on a burst
    is a discharge of its own. A train ends at an interval of ``pause`` times its neighbours; one whose intervals are ``steady`` to
    this share misses a firing where up to ``missed`` fit into one, of ``seldom`` of them at most. Firings that follow within
    ``dense_gap_s`` for ``dense_s`` run together; their period, from ``shortest_s`` to ``longest_s``, repeats itself by ``periodic``
    where it is louder than ``active`` of the loudest. A source of fewer than ``of_crowd`` firings in a crowd is none. Bursts up to
    ``complex_s`` that come like ``clockwork`` are one potential. Two groups of potentials lie ``apart_sd`` apart, what lies
    ``between_sd`` off both is both, each has ``least`` firings, and two units together fire ``slowest_hz`` to ``fastest_hz``.
    """

    jump: float
    stray: float
    short_s: float
    close_s: float
    long_train: float
    pause: float
    steady: float
    missed: float
    seldom: float
    dense_gap_s: float
    dense_s: float
    shortest_s: float
    longest_s: float
    periodic: float
    active: float
    of_crowd: float
    complex_s: float
    clockwork: float
    apart_sd: float
    between_sd: float
    least: float
    slowest_hz: float
    fastest_hz: float


@dataclass(frozen=True)
class DischargeRules:
    """Numbers behind the criteria, handed in from the knowledge.

    A bound is met up to the share ``tolerance`` beyond it. On the skin the length of a potential below ``faint_snr`` times the
    noise is not told. Potentials within ``pair_s`` are a pair, those with neighbours within ``continual_s`` continual.
    Regularity is judged from so many ``intervals`` on; up to ``semi_rhythmic`` a source keeps a rhythm.
    What fires within ``beside_s`` of a burst fires with it; a rise was not seen of what begins within ``edge_s`` of the recording.
    A crowd fires ``crowd_hz`` and more for ``crowd_s``, and no source of it has ``crowd_share``; out of it stands a source that
    returns in so many ``crowd_bursts``, or is semi-rhythmic over ``crowd_train`` potentials.
    A fibre's clock beats ``clock_slowest_hz`` to ``clock_fastest_hz``; a firing comes in time within ``clock_near`` of the period,
    the share ``clock_missed`` is not found. A source of ``clock_source`` firings is searched for clocks; one stands from
    ``clock_least`` on, where the natural logarithm of how much likelier than chance it is comes to ``clock_sure``.
    A place is told of ``place_electrodes`` and ``place_least_s`` and more, from the first to the last ``place_edge_s``, where the
    power is above the share ``place_faint`` of what is reached for a tenth of the time. ``series`` parts firings into discharges.
    """

    tolerance: float
    faint_snr: float
    pair_s: float
    continual_s: float
    intervals: float
    semi_rhythmic: float
    beside_s: float
    edge_s: float
    crowd_hz: float
    crowd_s: float
    crowd_share: float
    crowd_bursts: float
    crowd_train: float
    clock_near: float
    clock_missed: float
    clock_sure: float
    clock_source: float
    clock_least: float
    clock_slowest_hz: float
    clock_fastest_hz: float
    place_electrodes: float
    place_least_s: float
    place_edge_s: float
    place_faint: float
    series: SeriesRules


@dataclass(frozen=True)
class DischargeCriteria:
    """Kind of discharge -> the criteria that must all be met; kinds that only a needle can show are named.

    ``potentials`` are the rules by which the single potentials of a grid are found; what a trace does right beside one of its
    ``jumps`` is no firing.
    """

    kinds: dict[str, tuple[Criterion, ...]]
    rules: DischargeRules
    potentials: FasciculationRules
    jumps: JumpRules
    needle_only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Check:
    """A criterion beside the value that was measured; ``met`` is None where it cannot be judged from this recording."""

    criterion: Criterion
    value: float | None
    met: bool | None


@dataclass(frozen=True)
class Verdict:
    """How one kind fares: its checks, and the share of them that are met among those that can be judged."""

    kind: str
    checks: tuple[Check, ...]

    @property
    def met(self) -> bool:
        """Every criterion that can be judged is met, and at least half of them can be."""
        judged = [check.met for check in self.checks if check.met is not None]
        return bool(judged) and all(judged) and 2 * len(judged) >= len(self.checks)

    @property
    def share(self) -> float:
        """Share of all its criteria that are met."""
        return sum(check.met is True for check in self.checks) / len(self.checks)


@dataclass(frozen=True, eq=False)
class Discharge:
    """One discharge or one series of discharges of a source.

    Attributes
    ----------
    kind
        The one kind whose criteria are all met, or ``unclassified``.
    verdict
        Why: every criterion of that kind; of the nearest kind where it is unclassified.
    nearest
        The next nearest kinds with their checks, nearest first.
    times_s
        Each potential, in seconds from the start.
    groups
        Bursts of it, as first and last index into ``times_s``.
    amplitudes_uv
        The size of each potential from peak to peak.
    waveform_uv
        The median potential, for drawing; ``waveform_start_s`` is where it begins, from the trigger.
    measures
        Everything that was measured, whether or not it decided.
    """

    kind: str
    verdict: Verdict
    nearest: tuple[Verdict, ...]
    channel: str
    times_s: Floats
    groups: tuple[tuple[int, int], ...]
    amplitudes_uv: Floats
    waveform_uv: Floats
    waveform_start_s: float
    measures: dict[str, float]

    @property
    def start_s(self) -> float:
        """When its first potential is."""
        return float(self.times_s[0])

    @property
    def end_s(self) -> float:
        """When its last potential is."""
        return float(self.times_s[-1])


@dataclass(frozen=True, eq=False)
class Discharges:
    """Everything found in one recording at rest, in order of time, and the numbers."""

    found: tuple[Discharge, ...]
    seconds: float
    electrode: Electrode
    rate_hz: float
    measurements: tuple[Measurement, ...] = field(default=())

    def of_kind(self, kind: str) -> tuple[Discharge, ...]:
        """The discharges of one kind."""
        return tuple(discharge for discharge in self.found if discharge.kind == kind)

    @property
    def explained_s(self) -> Floats:
        """When potentials are that belong to a discharge of another kind or to a crowd: they are no fasciculation potentials."""
        others = [d for d in self.found if d.kind not in FASCICULATION and (d.kind != UNCLASSIFIED or d.measures["units"] > 1)]
        return _times(others)

    def without_units(self, shortest_ms: float, continual_share: float) -> tuple[Floats, Floats]:
        """When potentials are that are no fasciculation potentials, and when single fibres fire, which no will makes.

        Under a needle what is shorter than ``shortest_ms`` is a fibre's, whether or not it fits a kind; and what fits no kind, but
        of which more than ``continual_share`` is continual, is no fasciculation potential either.
        """
        if self.electrode != "needle":
            return self.explained_s, np.zeros(0)
        loose = self.of_kind(UNCLASSIFIED)
        short = [d for d in loose if d.measures.get("duration_ms", np.inf) < shortest_ms]
        trains = [d for d in loose if d.measures["continual_share"] > continual_share]
        fibres = _times([*short, *(d for d in self.found if d.kind in FIBRES)])
        return np.union1d(self.explained_s, _times(trains)), fibres


def _times(some: "list[Discharge]") -> Floats:
    return np.sort(np.concatenate([np.zeros(0), *(one.times_s for one in some)]))
