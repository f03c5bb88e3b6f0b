"""The sets that detectors are measured on: what a scene promises stands in its recording, and each seed is another person."""

from pathlib import Path

import numpy as np
import pytest

from myognosis.faults import ScenarioError
from myognosis.model.truth import SOURCES
from myognosis.simulate.output.benchmark import benchmark_names, load_benchmark, make_scene, without_disturbances
from myognosis.simulate.output.dataset import Plan, run_plan

SMALL = {"muscle.fibres": 300, "pool.units": 20, "muscle.radius_mm": 7, "muscle.fat_mm": 1.5}
GRID = {"electrode.rows": 3, "electrode.columns": 2, "fasciculation.per_min": 60, "fasciculation.units": 3}


def small(name: str, **changes: object):
    """A set with a small muscle, and all its scenes so."""
    whole = load_benchmark(name)
    few = SMALL | (GRID if name == "fasciculation" else {})
    scenes = {k: s.model_copy(update={"parameters": few | s.parameters, **changes}) for k, s in whole.scenes.items()}
    base = whole.base.model_copy(update={"duration_s": 30 if name == "fasciculation" else 4})
    return whole.model_copy(update={"scenes": scenes, "base": base, "vary": 0.0})


def size_over_noise(made) -> float:
    part = {event.unit for event in made.truth.events if event.kind == "fasciculation"}
    emg = np.stack([channel.samples for channel in made.recording.of_kind("emg")])
    rate, quiet = made.recording.channels[0].rate_hz, np.ones(emg.shape[1], bool)
    for at in made.truth.centres_s:
        quiet[max(round((at - 0.05) * rate), 0) : round((at + 0.1) * rate)] = False
    return float(np.median([made.truth.units[u].peak_to_peak_uv for u in part]) / np.median(emg[:, quiet].std(axis=1)))


@pytest.mark.parametrize("name", benchmark_names())
def test_every_scene_of_every_set_is_sound(name: str):
    found = load_benchmark(name)
    assert all(found.base.settings(scene.parameters) for scene in found.scenes.values())


def test_potentials_are_as_large_over_the_noise_as_the_scene_says():
    assert size_over_noise(make_scene(small("fasciculation"), "A12", seed=3)) == pytest.approx(12, rel=0.03)


def test_the_truth_says_when_each_potential_stands_in_the_recording():
    made = make_scene(small("fasciculation", snr=300.0), "A12", seed=3)
    emg = np.stack([channel.samples for channel in made.recording.of_kind("emg")])
    rate = made.recording.channels[0].rate_hz
    alone = np.diff(made.truth.centres_s, prepend=-1, append=99)
    alone = made.truth.centres_s[(alone[:-1] > 0.1) & (alone[1:] > 0.1)]
    first = (np.round((alone - 0.03) * rate)).astype(int)[:, None] + np.arange(round(0.06 * rate))
    first = first[(first[:, 0] >= 0) & (first[:, -1] < emg.shape[1])]
    energy = (emg[:, first] ** 2).sum(axis=0)
    centre = (energy * first).sum(axis=1) / energy.sum(axis=1) / rate
    assert np.median(np.abs(centre - alone[: len(centre)])) < 0.001


def test_the_same_scene_without_disturbances_has_the_same_spikes_and_nothing_between_them():
    sets = small("fasciculation")
    made = make_scene(sets, "A12", seed=3)
    silent = without_disturbances(sets, "A12", made)
    assert np.array_equal(silent.truth.spikes.time_s, made.truth.spikes.time_s)
    noisy, quiet = (np.stack([c.samples for c in one.recording.of_kind("emg")]).std(axis=1) for one in (made, silent))
    between = np.median(np.abs(np.stack([c.samples for c in silent.recording.of_kind("emg")])))
    assert between < 0.02 * np.median(noisy)
    assert (quiet < noisy).all()


@pytest.mark.whole
def test_a_contraction_comes_once_at_a_place_of_its_own():
    sets = small("fasciculation", snr=0.0)
    starts = set()
    for seed in (1, 2):
        truth = make_scene(sets, "C12", seed=seed).truth
        epoch = next(e for e in truth.epochs if e.kind == "contraction")
        asked = truth.spikes.time_s[truth.spikes.source == SOURCES.index("voluntary")]
        assert epoch.duration_s == pytest.approx(8) and len(asked)
        assert epoch.start_s - 0.1 <= asked.min() and asked.max() <= epoch.start_s + 8 + 0.8
        starts.add(epoch.start_s)
    assert len(starts) == 2


def test_a_needle_lies_beside_the_unit_that_fires():
    sets = small("discharges", snr=0.0)
    made = make_scene(sets, "fibrillation", seed=5)
    truth = made.truth
    sizes = np.array([unit.peak_to_peak_uv for unit in truth.units])
    busiest = np.bincount(truth.spikes.unit).argmax()
    assert truth.units[busiest].fibres == 1 and sizes[busiest] > 50
    samples = made.recording.of_kind("emg")[0].samples
    spike = int(samples.argmin())
    before = samples[spike - round(0.002 * made.recording.channels[0].rate_hz) : spike]
    assert before.max() > -0.3 * samples[spike] > 0, "positive goes up: a fibre's potential begins positive, its spike is negative"


def test_a_set_is_made_scene_by_scene_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("myognosis.simulate.output.dataset.load_benchmark", small)
    plan = Plan.of_benchmark("fasciculation", ("A0",), range(7, 9), "npz")
    run = run_plan(plan, tmp_path, 1)
    next(run)
    run.close()
    assert [item.fault for item in run_plan(plan, tmp_path, 1)] == ["", ""]
    assert sorted(path.name for path in tmp_path.glob("A0*")) == ["A0-7", "A0-8"]


def test_an_unknown_set_or_scene_is_refused_with_the_near_miss():
    with pytest.raises(ScenarioError, match="Did you mean 'fasciculation'"):
        load_benchmark("fasciculations")
    with pytest.raises(ScenarioError, match="Did you mean 'myokymia'"):
        load_benchmark("discharges").scene("myokymic")
