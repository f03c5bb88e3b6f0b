"""How fasciculation potentials are looked for. The numbers are those of the method, not of any disease."""

from dataclasses import dataclass

__all__ = ["NEEDLE_HZ", "FasciculationRules", "FasciculationSettings", "GridJump", "Rule"]

NEEDLE_HZ = (20.0, 10_000.0)
"""The band in which potentials under a needle are measured (Stalberg 2019, Clin Neurophysiol 130:1688, remembered)."""


@dataclass(frozen=True)
class Rule:
    """When a second is voluntary: noise over that of quiet, potentials in a continual train, swing of energy over that of quiet."""

    loud: float
    train: int
    swing: float


@dataclass(frozen=True)
class GridJump:
    """When what a grid shows is the answer of the filter to a jump of all electrodes, within ``far_s`` of it.

    The answer explains more than the share ``explained`` of the energy within ``near_s`` of the jump and within ``judged_s`` of
    what is judged, and ``at_once`` of it comes within ``rise_s``.
    """

    far_s: float
    near_s: float
    judged_s: float
    explained: float
    at_once: float
    rise_s: float


@dataclass(frozen=True)
class FasciculationRules:
    """Numbers of medicine, and those that decide what is told of potentials, handed in from the knowledge.

    A potential with neighbours within ``continual_s`` on both sides is continual. One that follows another of its unit within
    ``repeat_s`` repeats it, within ``late_s`` it may be an F wave. A potential of ``polyphasic_phases`` or more is polyphasic. The
    smallest that would have been found is ``smallest_ms`` long, and the share ``smallest_found`` of such are found. Where more
    than ``missed_share`` of the potentials are less than ``hardly_larger`` times as large, smaller ones are likely missed.
    Potentials of one unit ``multiplet_s`` apart belong together; where that is not known, no doublets are told. ``jump``: what is
    no potential of a grid, but a jump of all its electrodes.
    """

    continual_s: float
    repeat_s: tuple[float, float]
    late_s: tuple[float, float]
    polyphasic_phases: float
    smallest_ms: float
    smallest_found: float
    missed_share: float
    hardly_larger: float
    multiplet_s: tuple[float, float] | None
    jump: GridJump


@dataclass(frozen=True)
class FasciculationSettings:
    """Every constant of the engine, chosen on made recordings with other seeds than those whose figures are quoted, and the rules.

    Units that hardly stand out (``faint.py``) are looked for in ``faint_s`` seconds, in so many courses, from those
    ``faint_seeds`` on that stand out most, by ``faint_sd`` robust SD at least. A fit of ``faint_match_sd`` comes by chance less
    than once for all seeds together in so many seconds (tail of the normal distribution, some 300 independent frames a second).
    Seconds in which the notch of the mains rings louder than ``rings`` of the noise on more than ``rings_on`` of the channels are
    left out (``ringing.py``). An electrode of a grid is loose in a second when it is loud alone in ``loose_share`` of it (single
    potentials fill less); so many as ``loose_on`` of them at most are left out at once (``loose.py``, estimated). Potentials are
    found in ``band_hz`` and measured there too, or in ``measured_hz`` where that is given and the rate holds more. A burst of 25 ms
    and longer is of many units at once where known shapes leave more than ``burst_left`` of its energy over. Where small potentials
    fire without end, as fibrillation does under a needle, those that are ``tower`` times as large and larger are counted alone;
    where that is not said, none are.
    """

    rules: FasciculationRules
    band_hz: tuple[float, float] = (20.0, 450.0)
    measured_hz: tuple[float, float] | None = None
    tower: float | None = None
    working_rate_hz: float = 2000.0
    frame_rate_hz: float = 1000.0
    score_rate_hz: float = 250.0
    calibration_s: int = 60
    noise_piece_s: float = 0.016
    floor_quantile: float = 0.35
    floor_reach_s: int = 4
    shrinkage: float = 0.05
    prediction: int = 4
    common_mode: float = 100.0
    grid_from: int = 8
    energy_s: float = 0.009
    single_energy_s: float = 0.002
    active_channels: int = 16
    threshold: float = 6.0
    single_threshold: float = 5.5
    low: float = 2.8
    rank: int = 4
    hit_sd: float = 5.5
    merge_s: float = 0.020
    shape_s: float = 0.030
    least_members: int = 4
    fewest_strong: int = 3
    strong: float = 48.0
    least_evidence: float = 24.0
    cluster_cut: float = 0.22
    heaps_apart: float = 4.5
    heaps_differ: float = 0.2
    unexplained: tuple[float, float] = (0.15, 0.3)
    doubt: float = 3.0
    sorted_at_once: int = 800
    faint_courses: int = 4
    faint_sd: float = 3.5
    faint_s: int = 60
    faint_match_sd: float = 5.0
    faint_rank: int = 2
    faint_seeds: int = 24
    match_sd: float = 5.5
    match_scale: tuple[float, float] = (0.55, 1.7)
    size_varies: float = 0.1
    match_share: float = 0.35
    pair_share: float = 0.7
    remainder_share: float = 0.1
    beside: tuple[tuple[float, float], ...] = ((0.020, 0.15), (0.040, 0.04))
    burst_left: float = 0.3
    least_spread: float = 6.0
    dominance: float = 0.4
    known_dominance: float = 0.75
    edge_s: float = 0.050
    margin_s: float = 0.25
    margin_mains_s: float = 0.4
    rings: float = 1.0
    rings_on: float = 0.1
    loose_share: float = 0.2
    loose_on: float = 0.25
    quiet_quantile: float = 0.2
    single_quiet_quantile: float = 0.05
    strict: Rule = Rule(loud=2.5, train=4, swing=2.0)
    lenient: Rule = Rule(loud=4.0, train=8, swing=3.5)

    def sizes_hz(self, rate_hz: float) -> tuple[float, float]:
        """The band in which sizes and shapes are measured at this rate."""
        if self.measured_hz is None or 0.45 * rate_hz <= self.band_hz[1]:
            return self.band_hz
        return self.measured_hz[0], min(self.measured_hz[1], 0.45 * rate_hz)
