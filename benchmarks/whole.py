"""Every scenario of the simulator as a person's case: simulated, written as EDF, listed with its state, assessed.

Nothing but the recordings is told, and the age. A scenario that rest, posture and a word of what was recorded do not settle is
rightly answered with no movement.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.reasoning import Row, Tables
from benchmarks.scenarios import phase
from myognosis.assessing import assess
from myognosis.knowledge import load_knowledge
from myognosis.model.assessment import Assessment
from myognosis.model.case import Case
from myognosis.simulate import Simulation, simulate
from myognosis.simulate.output.files import write_simulation

__all__ = ["tables"]

SEED, AGE = 9300, 50
"""The seed is used nowhere else."""
NOTE = (
    "Each scenario once, seed 9300: simulated, its phases written as EDF, listed in a case with their state and electrode, and "
    "assessed; nothing else is told but an age of 50 years. A movement is wanted where the recording shows one by definition, none "
    "where it cannot tell. A shocked nerve is listed as a study of the median nerve, with traces from wrist and elbow at 34 "
    "degrees; no movement, and of nerve conduction these findings and no others are wanted. The first cause is shown with its "
    "probability, and whether the assessment says that it cannot tell."
)
EMG, WORN = ("emg",), ("accelerometer", "gyroscope")


@dataclass(frozen=True)
class Take:
    """A recording of a phase: its channels, and what the case says of it."""

    phase: str
    kinds: tuple[str, ...]
    told: dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A scenario as a person would bring it: how long it is recorded, and which movements are right (none: it cannot tell).

    ``studies`` are rows of nerve conduction, measured from the nerve shocked at the wrist and at the elbow; the findings of nerve
    conduction have to be those of ``found``.
    """

    takes: tuple[Take, ...]
    wanted: frozenset[str]
    seconds: float | None = None
    studies: tuple[dict[str, Any], ...] = ()
    found: frozenset[str] = frozenset()


def _hand(phase: str, during: str) -> Take:
    return Take(phase, WORN, {"during": during, "place": {"where": "hand", "side": "right"}})


def _muscle(phase: str, during: str, **told: Any) -> Take:
    return Take(phase, EMG, {"during": during, "electrode": "surface", **told})


def _needle(phase: str, during: str) -> Take:
    return _muscle(phase, during, electrode="needle", negative_up=False)


def _scene(*takes: Take, wanted: str = "", seconds: float | None = None) -> Scene:
    return Scene(takes, frozenset(wanted.split()), seconds)


WRIST_MM, ELBOW_MM = 70.0, 280.0


def _nerve(*found: str) -> Scene:
    """The median nerve as a laboratory studies it: the forearm between wrist and elbow, and the F waves from the wrist."""
    trace = {"channel": "EMG", "up": "positive"}
    wrist, elbow = trace | {"file": f"{WRIST_MM:g}.edf"}, trace | {"file": f"{ELBOW_MM:g}.edf", "site": "proximal"}
    nerve = {"nerve": "median", "side": "right", "temperature_c": 34}
    forearm = {"kind": "motor", "segment": "forearm", "proximal": {"distance_mm": ELBOW_MM - WRIST_MM}, "traces": [wrist, elbow]}
    late = {"kind": "f_wave", "traces": [wrist | {"window_ms": [18, 60]}]}
    return Scene((), frozenset(), studies=(nerve | forearm, nerve | late), found=frozenset(found))


_TURN = {"pairs": [{"one": "EMG", "other": "EMG B", "are": "antagonists"}]}
_LEGS = {"pairs": [{"one": "EMG", "other": "EMG L", "are": "legs"}]}
SCENES = {
    "healthy_rest": _scene(_muscle("", "rest"), seconds=90),
    "healthy_contraction": _scene(_muscle("firm", "posture"), seconds=60),
    "healthy_needle": _scene(_needle("light", "movement")),
    "benign_fasciculation": _scene(_muscle("", "rest"), wanted="fasciculation"),
    "als_early": _scene(_muscle("rest", "rest"), _muscle("pull", "movement"), wanted="fasciculation"),
    "als_late": _scene(_needle("rest", "rest"), _needle("pull", "movement"), wanted="fasciculation"),
    "cramp_fasciculation": _scene(_muscle("twitching", "rest"), wanted="fasciculation", seconds=180),
    "cramp": _scene(_muscle("", "rest"), wanted="cramp"),
    "myokymia": _scene(_muscle("", "rest"), wanted="limb_myokymia facial_myokymia"),
    "neuromyotonia": _scene(_needle("", "rest"), wanted="neuromyotonia"),
    "physiological_tremor": _scene(_hand("rest", "rest"), _hand("posture", "posture"), wanted="postural_tremor", seconds=240),
    "caffeine": _scene(_hand("rest", "rest"), _hand("posture", "posture"), wanted="postural_tremor", seconds=200),
    "essential_tremor": _scene(
        _hand("rest", "rest"), _hand("posture", "posture"), _muscle("posture", "posture", **_TURN),
        wanted="postural_tremor", seconds=200,
    ),
    "parkinson_tremor": _scene(
        _hand("rest", "rest"), _hand("posture", "posture"), _muscle("rest", "rest", shows="tremor", **_TURN),
        wanted="rest_tremor", seconds=200,
    ),
    "orthostatic_tremor": _scene(
        Take("standing", WORN, {"during": "standing"}), _muscle("standing", "standing", **_LEGS),
        wanted="orthostatic_tremor_sign", seconds=100,
    ),
    "asterixis": _scene(_muscle("", "posture"), _hand("", "posture"), wanted="asterixis", seconds=60),
    "cortical_myoclonus": _scene(_muscle("", "posture", shows="jerks"), wanted="myoclonus"),
    "hypnic_jerk": _scene(_muscle("", "rest", shows="jerks")),
    "restless_legs": _scene(_muscle("", "rest", shows="jerks")),
    "nerve_stimulation": _nerve(),
    "demyelination": _nerve("ncs_demyelinating", "f_wave_prolonged"),
    "hypocalcaemia": _scene(_muscle("before", "rest"), wanted="fasciculation"),  # single potentials, some a minute, by the truth
    "hypomagnesaemia": _scene(_muscle("", "rest"), wanted="fasciculation"),
    "hypokalaemia": _scene(_muscle("rest", "rest")),
    "hyperkalaemia": _scene(_muscle("rest", "rest")),
}  # fmt: skip


def assessed(name: str, scene: Scene) -> Assessment:
    """What a case of these recordings alone is answered with."""
    with tempfile.TemporaryDirectory() as folder:
        if scene.studies:
            for place in (WRIST_MM, ELBOW_MM):
                shocked = simulate(name, seed=SEED, duration_s=scene.seconds, parameters={"stimulus.distance_mm": place})
                write_simulation(shocked, Path(folder), "edf", name=f"{place:g}")
        made = simulate(name, seed=SEED, duration_s=scene.seconds) if scene.takes else None
        rows = [_row(made, take, f"take{number}", Path(folder)) for number, take in enumerate(scene.takes) if made]
        told = {"person": {"age_years": AGE}, "recordings": rows, "conduction": scene.studies}
        return assess(Case.model_validate(told, strict=False), load_knowledge(), Path(folder))


def _row(made: Simulation, take: Take, name: str, folder: Path) -> dict[str, Any]:
    """A phase as a file, and its line of the case."""
    channels = phase(
        made, take.phase, [channel for channel in made.recording.channels if channel.kind in (*take.kinds, "stimulus")]
    )
    marks = () if take.phase else made.recording.annotations
    cut = replace(made, recording=replace(made.recording, channels=channels, annotations=marks))
    file = write_simulation(cut, folder, "edf", name=name)[0]
    return {"file": file.name, "kind": take.kinds[0], **take.told}


def _answer(found: Assessment) -> str:
    movement = ", ".join(f"{m.movement} {m.probability:.2f}" for m in found.movements[:2]) or "no movement"
    first = found.causes[0]
    shown = ", ".join(found.present) or "nothing found"
    return f"{movement}; {first.cause} {first.probability:.2f}{', cannot tell' * found.cannot_tell}; {found.urgency.level}; {shown}"


_OF_NERVE = ("ncs_", "conduction_block", "f_wave_", "h_reflex_")


def is_right(found: Assessment, scene: Scene) -> bool:
    """Whether the first movement is one of those wanted, or none is named where none is; and of a nerve what is wanted of it."""
    nerve = {finding for finding in found.present if finding.startswith(_OF_NERVE)}
    if nerve != scene.found:
        return False
    return found.movements[0].movement in scene.wanted if found.movements else not scene.wanted


def tables() -> Tables:
    """Each scenario, then how many are right."""
    found = {name: assessed(name, scene) for name, scene in SCENES.items()}
    rows: list[Row] = [
        (
            f"`{name}`{'' if is_right(found[name], scene) else ' (missed)'}",
            _answer(found[name]),
            " or ".join(sorted(scene.wanted)) or ", ".join(sorted(scene.found)) or "none",
        )
        for name, scene in SCENES.items()
    ]
    right = sum(is_right(found[name], scene) for name, scene in SCENES.items())

    return NOTE, {
        "Scenario, its movement and its first cause": [
            *rows,
            ("movement, and findings of nerve conduction, right", f"{right} of {len(SCENES)}", "all"),
        ],
        "Tremor in the report against what the simulator was asked for": tremors(found),
    }


ASKED_HZ = {
    "physiological_tremor": 9.0,
    "caffeine": 9.0,
    "essential_tremor": 6.2,
    "parkinson_tremor": 4.8,
    "orthostatic_tremor": 15.5,
}


def tremors(found: dict[str, Assessment]) -> list[Row]:
    """The frequency that the report tells, beside that of the drive; the limb answers with a resonance of its own."""
    rows: list[Row] = []
    for name, hz in ASKED_HZ.items():
        take = next(row for row in found[name].measured if any(state == "present" for state in row.findings.values()))
        seen = {m.channel: m.value for m in take.measurements if m.name == "tremor_frequency" and m.value is not None}
        told = ", ".join(f"{channel} {value:.2f} Hz ({value - hz:+.2f})" for channel, value in seen.items())
        rows.append((f"`{name}`, driven at {hz:g} Hz", told, "within 0.1 Hz where the drive wanders by less"))
    return rows
