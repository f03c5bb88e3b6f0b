"""What the phases of our scenarios and the discharges of a simulation are called before a person."""

from myognosis.language import mark

__all__ = ["EPOCHS", "SHOWN"]

EPOCHS = {
    "after": mark("after"), "asleep": mark("asleep"), "before": mark("before"), "calm": mark("calm"),
    "calm_again": mark("calm again"),
    "course": mark("course"), "cramp_begins": mark("cramp begins"), "cuff": mark("cuff"), "drowsy": mark("drowsy"),
    "elbow": mark("shock at the elbow"), "wrist": mark("shock at the wrist"), "falling_asleep": mark("falling asleep"),
    "firm": mark("firm effort"), "light": mark("light effort"), "overbreathing": mark("overbreathing"), "posture": mark("posture"),
    "pull": mark("effort"), "released": mark("cuff released"), "rest": mark("rest"), "rest_again": mark("rest again"),
    "sitting": mark("sitting"), "standing": mark("standing"), "twitching": mark("twitching"),
}  # fmt: skip
"""A phase; one of somebody's own scenario is called by its label."""
SHOWN = {
    "regular": mark("voluntary potentials"), "doublet": mark("pairs of potentials"),
    "fasciculation": mark("fasciculation potentials"), "f_wave": mark("F-waves"), "myokymic": mark("myokymic bursts"),
    "neuromyotonic": mark("neuromyotonic bursts"), "tetanic": mark("bursts of three potentials or more"),
    "cramp": mark("a cramp"), "tremor": mark("bursts of a tremor"), "jerk": mark("a jerk"), "m_wave": mark("answers to a shock"),
    "fibrillation": mark("fibrillation potentials"), "lapse": mark("lapses of tone"),
}  # fmt: skip
"""What a scenario is for."""
