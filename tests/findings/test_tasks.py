"""Tasks, pairs of signals and answers to stimuli reach the case, and what was not watched long enough concludes nothing."""

from pathlib import Path

import numpy as np
import pytest
from tests.signals.movement import emg_of, phase_of, sensor

from myognosis.faults import Issue
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model import case as m
from myognosis.model.finding import Findings
from myognosis.model.recording import Channel

pytest.importorskip("scipy")
N, RATE = 3000, 100.0
HANDS = (m.Pair(one="shaking", other="tapping", are="hands"),)


def log(folder: Path, name: str, hands: dict[str, tuple[Channel, ...]]) -> str:
    """Sensors of both hands in one file, with the description beside it."""
    columns = [(f"{hand} {c.name}", c) for hand, axes in hands.items() for c in axes]
    rows = np.stack([c.samples for _, c in columns], axis=1)
    (folder / f"{name}.txt").write_text("\n".join(" ".join(map(str, row)) for row in np.round(rows, 3).tolist()))
    described = ", ".join(
        f'{{"column": {i + 1}, "name": "{title}", "unit": "{c.unit}", "kind": "{c.kind}"}}' for i, (title, c) in enumerate(columns)
    )
    (folder / f"{name}.layout.json").write_text(
        f'{{"rate_hz": {columns[0][1].rate_hz:g}, "delimiter": " ", "channels": [{described}]}}'
    )
    return f"{name}.txt"


def shaking(seed: int, hz: float, size: float = 1.0) -> tuple[Channel, ...]:
    rng = np.random.default_rng(seed)
    return sensor(rng, size * np.sin(phase_of(rng, hz, N)))


def row(file: str, **more: object) -> m.Recording:
    given = {"kind": "accelerometer", "during": "posture", "place": m.Place(where="hand", side="right")} | more
    return m.Recording(file=file, **given)  # type: ignore[arg-type]


def read(knowledge: Knowledge, folder: Path, *rows: m.Recording) -> tuple[Findings, tuple[Issue, ...]]:
    return check_case(m.Case(recordings=rows), knowledge, folder)


def tapping(folder: Path, name: str, taken: bool) -> m.Recording:
    rng = np.random.default_rng(4)
    rhythm = phase_of(rng, 3.6, N)
    shakes = sensor(rng, np.sin(rhythm + 0.5)) if taken else shaking(2, 5.5)
    file = log(folder, name, {"shaking": shakes, "tapping": sensor(rng, 3 * np.maximum(0, np.sin(rhythm)) ** 8)})
    return row(file, task="tapping", asked_hz=3.6, pairs=HANDS)


@pytest.mark.whole
def test_a_tremor_that_takes_up_the_rhythm_of_tapping_is_a_finding_and_one_that_keeps_its_own_denies_it(
    knowledge: Knowledge, tmp_path: Path
):
    before = row(log(tmp_path, "before", {"shaking": shaking(1, 5.5)}))
    taken, _ = read(knowledge, tmp_path, before, tapping(tmp_path, "taken", True))
    kept, _ = read(knowledge, tmp_path, before, tapping(tmp_path, "kept", False))
    assert taken.present("entrainable")
    assert kept.absent("entrainable")
    assert kept.absent("distractible")
    assert kept.absent("functional_tremor_signs")
    assert not taken.asked("functional_tremor_signs")
    assert any(x.name == "tapping_rate" for one in kept.measured for x in one.measurements)


def test_without_a_recording_before_the_task_nothing_is_concluded(knowledge: Knowledge, tmp_path: Path):
    alone, issues = read(knowledge, tmp_path, tapping(tmp_path, "taken", True))
    elsewhere = row(log(tmp_path, "leg", {"shaking": shaking(1, 5.5)}), place=m.Place(where="foot", side="right"))
    other, _ = read(knowledge, tmp_path, elsewhere, tapping(tmp_path, "taken", True))
    assert not alone.asked("entrainable")
    assert not other.asked("entrainable")
    assert "recording.before" in {issue.code for issue in issues}


def test_the_recording_before_a_task_may_be_named_and_gives_nothing_by_itself(knowledge: Knowledge, tmp_path: Path):
    before = log(tmp_path, "before", {"shaking": shaking(1, 5.5)})
    found, _ = read(knowledge, tmp_path, tapping(tmp_path, "taken", True).model_copy(update={"before": before}))
    assert found.present("entrainable")
    assert not found.asked("postural_tremor")
    assert {one.file for one in found.measured} == {"taken.txt"}


@pytest.mark.parametrize("pausing", [True, False])
def test_a_tremor_that_pauses_with_quick_movements_is_distractible(knowledge: Knowledge, tmp_path: Path, pausing: bool):
    rng, at, time = np.random.default_rng(8), np.arange(3.0, 28.0, 3.0), np.arange(N) / RATE
    stop = np.min([1 - ((time >= s) & (time < s + 1.0)) for s in at], axis=0) if pausing else 1.0
    file = log(tmp_path, "quick", {"hand": sensor(rng, stop * np.sin(phase_of(rng, 5.0, N)))})
    found, _ = read(knowledge, tmp_path, row(file, task="quick_movements", moments_s=tuple(map(float, at))))
    few, issues = read(knowledge, tmp_path, row(file, task="quick_movements", moments_s=(3.0, 6.0)))
    assert found.states["distractible"] == ("present" if pausing else "absent")
    assert not few.asked("distractible")
    assert "recording.moments" in {issue.code for issue in issues}


def legs(folder: Path, hz: float, shared: bool, seconds: float) -> m.Recording:
    rng, n, rate = np.random.default_rng(2), round(500 * seconds), 500.0
    phase = phase_of(rng, hz, n, rate)
    phases = (phase, phase + 1.0 if shared else phase_of(rng, hz, n, rate))
    both = {side: (emg_of(rng, np.maximum(0, np.sin(p)) ** 2, rate),) for side, p in zip(("left", "right"), phases, strict=True)}
    pairs = (m.Pair(one="left", other="right", are="legs"),)
    return m.Recording(file=log(folder, "legs", both), kind="emg", during="standing", pairs=pairs)


@pytest.mark.whole
@pytest.mark.parametrize(("shared", "seconds", "state"), [(True, 32, "present"), (False, 32, "absent"), (False, 24, None)])
def test_legs_that_shake_as_one_on_standing_are_a_finding(
    knowledge: Knowledge, tmp_path: Path, shared: bool, seconds: float, state: str | None
):
    found, _ = read(knowledge, tmp_path, legs(tmp_path, 15.0, shared, seconds))
    assert found.states.get("legs_coherent") == state
    assert any(p.kind == "spectrum" and p.level is not None for p in found.measured[0].pictures)


def test_a_channel_that_is_not_there_is_named_with_those_that_are(knowledge: Knowledge, tmp_path: Path):
    entry = legs(tmp_path, 15.0, True, 6).model_copy(update={"pairs": (m.Pair(one="left", other="rihgt", are="legs"),)})
    found, issues = read(knowledge, tmp_path, entry)
    told = next(issue for issue in issues if issue.code == "recording.channel")
    assert "right EMG" in str(told.fix.params["names"])
    assert not found.asked("legs_coherent")


@pytest.mark.parametrize(("one", "other"), [("shaking", "shaking"), ("shaking", "shak"), ("accelerometer", "tapping")])
def test_a_signal_is_never_compared_with_itself(knowledge: Knowledge, tmp_path: Path, one: str, other: str):
    before = row(log(tmp_path, "before", {"shaking": shaking(1, 5.5)}))
    pairs = (m.Pair(one=one, other=other, are="hands"),)
    found, issues = read(knowledge, tmp_path, before, tapping(tmp_path, "taken", True).model_copy(update={"pairs": pairs}))
    assert not found.asked("entrainable")
    assert any(issue.what.template == "Both names mean the same channel." for issue in issues)


def test_two_channels_with_the_same_samples_are_never_compared(knowledge: Knowledge, tmp_path: Path):
    rng, rate = np.random.default_rng(2), 500.0
    emg = emg_of(rng, np.maximum(0, np.sin(phase_of(rng, 15.0, 16_000, rate))) ** 2, rate)
    entry = legs(tmp_path, 15.0, True, 6).model_copy(update={"file": log(tmp_path, "copied", {"left": (emg,), "right": (emg,)})})
    found, issues = read(knowledge, tmp_path, entry)
    assert not found.asked("legs_coherent")
    assert {"recording.copy", "recording.channel"} <= {issue.code for issue in issues}


def test_antagonists_are_said_to_pull_in_turn_and_nothing_follows(knowledge: Knowledge, tmp_path: Path):
    rng, n, rate = np.random.default_rng(7), 11_000, 500.0
    phase = phase_of(rng, 5.0, n, rate)
    both = {
        side: (emg_of(rng, np.maximum(0, np.sin(p)) ** 2, rate),) for side, p in (("flexor", phase), ("extensor", phase + np.pi))
    }
    pairs = (m.Pair(one="flexor", other="extensor", are="antagonists"),)
    found, issues = read(knowledge, tmp_path, m.Recording(file=log(tmp_path, "arm", both), kind="emg", shows="tremor", pairs=pairs))
    assert "coherence.antagonists" in {issue.code for issue in issues}
    assert any(x.name == "coherence_phase" for x in found.measured[0].measurements)
    assert not found.all_present()


@pytest.mark.whole
@pytest.mark.parametrize(("size", "during", "state"), [(25.0, "rest", "present"), (0.0, "rest", "absent"), (25.0, None, None)])
def test_a_c_reflex_at_rest_is_a_finding(knowledge: Knowledge, tmp_path: Path, size: float, during: str | None, state: str | None):
    rng, rate = np.random.default_rng(3), 1000
    times = 1.0 + np.cumsum(rng.uniform(0.62, 0.68, 52))
    emg = rng.normal(0, 4, round(1000 * (times[-1] + 2)))
    for at in times:
        first = round((at + 0.040) * rate)
        emg[first : first + 15] += size * np.sin(np.linspace(0, 2 * np.pi, 15))
    file = log(tmp_path, "reflex", {"APB": (Channel("EMG", "emg", "uV", float(rate), emg.astype(np.float32)),)})
    entry = m.Recording(file=file, kind="emg", during=during, shows="reflexes", moments_s=tuple(map(float, times)))  # type: ignore[arg-type]
    found, _ = read(knowledge, tmp_path, entry)
    unmarked, issues = read(knowledge, tmp_path, entry.model_copy(update={"moments_s": ()}))
    assert found.states.get("emg_c_reflex") == state
    drawn = [p for p in found.measured[0].pictures if p.kind == "trace" and p.averaged]
    assert len(drawn) == (size > 0)
    assert all(0.02 < p.start_s < 0.03 for p in drawn)  # behind the direct answer, which is a hundred times larger
    assert all([one.label for one in p.marks] == ["c_reflex"] for p in drawn)
    assert not unmarked.asked("emg_c_reflex")
    assert "recording.stimuli" in {issue.code for issue in issues}


def test_giant_sensory_potentials_are_a_finding_and_small_ones_deny_it(knowledge: Knowledge, tmp_path: Path):
    rng, rate = np.random.default_rng(5), 1000
    times = 1.0 + 0.3 * np.arange(90)
    states = {}
    for size in (30.0, 2.0):
        eeg, t = rng.normal(0, 3, round(rate * (times[-1] + 2))), np.arange(60) / rate
        wave = size * (
            np.exp(-(((t - 0.025) / 0.003) ** 2))
            - 0.6 * np.exp(-(((t - 0.020) / 0.002) ** 2))
            - 0.8 * np.exp(-(((t - 0.034) / 0.004) ** 2))
        )
        for at in times:
            eeg[round(at * rate) : round(at * rate) + 60] += wave
        file = log(tmp_path, f"sep{size:g}", {"CP3": (Channel("EEG", "eeg", "uV", float(rate), eeg.astype(np.float32)),)})
        entry = m.Recording(file=file, kind="eeg", shows="reflexes", moments_s=tuple(map(float, times)))
        states[size] = read(knowledge, tmp_path, entry)[0].states.get("giant_sep")
    assert states == {30.0: "present", 2.0: "absent"}
