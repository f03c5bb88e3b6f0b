"""Whole simulations: the same seed the same recording, what was put in comes out, every scenario runs."""

import numpy as np
import pytest

from myognosis.faults import ScenarioError
from myognosis.model.truth import DISCHARGES, SOURCES
from myognosis.simulate import scenario_names, simulate
from myognosis.simulate.run import busiest_unit
from myognosis.simulate.scenarios import Phase, load_scenario

FEW = {"muscle.fibres": 300, "pool.units": 20}
SAME = {  # one geometry for all scenarios, so that the table of the conductor is made once
    "muscle.radius_mm": 7, "muscle.fat_mm": 1.5, "muscle.fibre_length_mm": 60, "electrode.diameter_mm": 3,
    "electrode.spacing_mm": 8, "electrode.along_mm": 0, "electrode.depth_mm": 6, "electrode.rows": 2, "electrode.columns": 2,
}  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_runs_and_is_sound(name: str):
    made = simulate(name, seed=1, duration_s=1.0, parameters=FEW | SAME)
    kinds = {channel.kind for channel in made.recording.channels}
    assert kinds - {"stimulus"} == {"emg", "force", "accelerometer", "gyroscope"}
    for channel in made.recording.channels:
        assert channel.duration_s == pytest.approx(1.0, abs=0.01)
        assert np.isfinite(channel.samples).all()
        assert channel.kind != "force" or channel.samples.min() >= 0
    spikes = made.truth.spikes
    assert np.all(np.diff(spikes.time_s) >= 0)
    assert len(spikes) == 0 or spikes.unit.max() < len(made.truth.units)
    assert set(spikes.source) <= set(range(len(SOURCES))) and set(spikes.discharge) <= set(range(len(DISCHARGES)))


@pytest.mark.whole
def test_a_seed_gives_the_same_recording_and_another_seed_another():
    runs = [simulate("essential_tremor", seed=seed, duration_s=2.0, parameters=FEW) for seed in (5, 5, 6)]
    first, same, other = ([channel.samples for channel in run.recording.channels] for run in runs)
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first[:2], other[:2], strict=True))


def test_noise_that_is_added_leaves_the_spikes_alone():
    quiet = simulate("essential_tremor", seed=5, duration_s=2.0, parameters=FEW | {"device.ecg_uv": 0})
    loud = simulate("essential_tremor", seed=5, duration_s=2.0, parameters=FEW | {"device.ecg_uv": 300, "device.pops_per_min": 60})
    assert np.array_equal(quiet.truth.spikes.time_s, loud.truth.spikes.time_s)
    assert loud.recording.channels[0].samples.std() > quiet.recording.channels[0].samples.std()


def test_the_limb_trembles_at_the_frequency_put_in():
    made = simulate("parkinson_tremor", seed=2, duration_s=20.0, parameters=FEW | {"tremor.frequency_hz": 5.0})
    channel = next(channel for channel in made.recording.channels if channel.name == "ACC Z")
    rest = channel.samples[: int(13 * channel.rate_hz)]
    power = np.abs(np.fft.rfft(rest - rest.mean())) ** 2
    assert np.fft.rfftfreq(len(rest), 1 / channel.rate_hz)[power.argmax()] == pytest.approx(5.0, abs=0.4)


@pytest.mark.parametrize(
    ("scenario", "low", "high", "per_m"),
    [
        ("healthy_contraction", 30, 40, False),  # N, index finger
        ("als_early", 195, 292, False),  # N, elbow flexors at the wrist: 243.6 +- 48.0 (Kohn 2018)
        ("benign_fasciculation", 117, 192, True),  # Nm, plantar flexion: 154.4 +- 37.8
        ("essential_tremor", 5.0, 9.2, True),  # Nm, wrist extension: 7.1 +- 2.1 (Delp 1996)
    ],
)
def test_a_maximal_effort_has_the_published_force(scenario: str, low: float, high: float, per_m: bool):
    maximal = {"drive.effort": 1, "drive.ramp_s": 0.05, "pool.lost_share": 0, "tremor.depth": 0}
    found = load_scenario(scenario).model_copy(update={"phases": (Phase(label="pull", share=1.0),), "antagonist": False})
    made = simulate(found, seed=1, duration_s=1.5, parameters=FEW | SAME | maximal)
    force = next(channel for channel in made.recording.channels if channel.kind == "force").samples[90:].mean()
    assert low <= force * (made.truth.parameters["limb.lever_m"].value if per_m else 1.0) <= high


def test_orthostatic_tremor_shakes_both_legs_with_one_rhythm():
    made = simulate("orthostatic_tremor", seed=1, duration_s=8.0, parameters=FEW | SAME)
    rows = {channel.name: channel for channel in made.recording.channels}
    for left, right in (("ACC Z", "ACC L Z"), ("Force", "Force L")):
        pair = [rows[name].samples[int(2.9 * rows[name].rate_hz) :] for name in (left, right)]
        spectra = [np.fft.rfft((x - x.mean()) * np.hanning(len(x))) for x in pair]
        hz = np.fft.rfftfreq(len(pair[0]), 1 / rows[left].rate_hz)
        peaks = [hz[(hz > 5)][np.abs(s)[hz > 5].argmax()] for s in spectra]
        assert peaks == pytest.approx([15.5, 15.5], abs=0.4)
        at = np.abs(hz - peaks[0]).argmin()
        assert abs(np.degrees(np.angle(spectra[0][at] / spectra[1][at]))) < 40


def test_a_cold_hand_is_silent_at_rest_and_weaker_than_a_warm_one():
    forces = {}
    for name in ("cold", "warm"):
        made = simulate(name, seed=1, duration_s=6.0, parameters=FEW | SAME | {"axon.axons": 0, "drive.ramp_s": 0.1})
        rest, firm = (next(e for e in made.truth.epochs if e.kind == kind) for kind in ("rest", "firm"))
        assert not np.any(made.truth.spikes.time_s < rest.start_s + rest.duration_s)
        force = next(channel for channel in made.recording.channels if channel.kind == "force")
        last = int((firm.start_s + firm.duration_s) * force.rate_hz)
        forces[name] = force.samples[last - 40 : last].mean()
    assert forces["cold"] < 0.95 * forces["warm"]


@pytest.mark.whole
def test_reinnervated_units_are_of_several_millivolts_and_fibrillation_is_seen_above_the_noise():
    """Units of several mV; fibrillation of 50 to 300 uV (Kraft 1990: 612 uV at most in the first months, 320 in the sixth)."""
    small = {"muscle.radius_mm": 4.3, "muscle.fibres": 9875, "pool.units": 30, "electrode.depth_mm": 3.5, "fibrillation.fibres": 6}
    made = simulate("als_late", seed=2, duration_s=1.0, parameters=small)
    sizes = np.array([unit.peak_to_peak_uv for unit in made.truth.units])
    lone = np.array([unit.twitch_n == 0 for unit in made.truth.units])
    healthy = simulate(
        "als_late", seed=2, duration_s=1.0, parameters=small | {"pool.lost_share": 0, "muscle.fibre_diameter_um": 50}
    )
    assert 3000 < sizes[~lone].max() < 15_000
    assert sizes[~lone].max() > 2 * max(unit.peak_to_peak_uv for unit in healthy.truth.units)
    assert lone.sum() == 6 and sizes[lone].max() > 50 and sizes[lone].max() < 700


def test_an_impulse_that_stops_at_the_needle_shows_a_positive_wave_and_little_behind_it():
    small = {"muscle.radius_mm": 2.0, "muscle.fibres": 400, "pool.units": 30, "pool.lost_share": 0.97, "pool.sprouting": 1}
    small |= {"electrode.depth_mm": 2.0, "fibrillation.fibres": 1, "fasciculation.per_min": 0, "device.noise_uv": 0}
    small |= {"device.mains_uv": 0, "device.wander_uv": 0, "device.movement_uv": 0, "drive.effort": 0}
    ratios = {}
    for share in (0.0, 1.0):
        made = simulate("als_late", seed=4, duration_s=1.0, parameters=small | {"fibrillation.cut_share": share})
        part = made.recording.of_kind("emg")[0].samples[:4500]  # at rest; a positive potential goes up
        ratios[share] = -part.min() / part.max()
    assert ratios[1.0] < 1.1 < 1.9 < ratios[0.0]


@pytest.mark.whole
def test_lost_units_are_gone_and_the_rest_has_grown():
    healthy = simulate("als_early", seed=3, duration_s=1.0, parameters=FEW | {"pool.lost_share": 0})
    ill = simulate("als_early", seed=3, duration_s=1.0, parameters=FEW | {"pool.lost_share": 0.5})
    assert len(healthy.truth.units) == 20 and len(ill.truth.units) == 10
    assert sum(unit.adopted for unit in ill.truth.units) > 0
    assert np.mean([unit.twitch_n for unit in ill.truth.units]) > np.mean([unit.twitch_n for unit in healthy.truth.units])


def test_what_is_marked_is_what_happened():
    made = simulate("myokymia", seed=3, duration_s=5.0, parameters=FEW)
    bursts = [event for event in made.truth.events if event.kind == "myokymic_burst"]
    spikes = made.truth.spikes.of("myokymic")
    inside = sum(any(b.start_s - 1e-9 <= t <= b.start_s + b.duration_s + 1e-9 for b in bursts) for t in spikes)
    assert len(bursts) > 5 and inside == len(spikes)
    assert {mark.text for mark in made.recording.annotations} == {"epoch rest", "myokymia"}


def test_shocks_stand_in_a_channel_and_are_answered():
    made = simulate("nerve_stimulation", seed=1, duration_s=2.0, parameters=FEW)
    channel = made.recording.of_kind("stimulus")[0]
    starts = np.flatnonzero(np.diff(channel.samples, prepend=0) > 0) / channel.rate_hz
    shocks = [event.start_s for event in made.truth.events if event.kind == "stimulus"]
    assert starts == pytest.approx(shocks, abs=1 / channel.rate_hz)
    direct = made.truth.spikes.of("m_wave")
    late = [min(t - s for s in shocks if s <= t) for t in direct]
    assert min(late) > 0.002 and max(late) < 0.006 and len(direct) == 20 * len(shocks)


def test_a_unit_says_how_large_its_potential_is():
    quiet = {"device.noise_uv": 0, "device.mains_uv": 0, "device.wander_uv": 0, "device.movement_uv": 0, "myokymia.units": 1}
    made = simulate(
        "myokymia", seed=3, duration_s=2.0, parameters=FEW | quiet | {"device.high_pass_hz": 0.2, "device.low_pass_hz": 1000}
    )
    unit = made.truth.units[made.truth.spikes.unit[0]]
    seen = max(float(np.ptp(channel.samples)) for channel in made.recording.of_kind("emg"))
    assert seen == pytest.approx(unit.peak_to_peak_uv, rel=0.1)


def test_every_number_used_names_its_source():
    made = simulate("cramp", seed=1, duration_s=1.0, parameters=FEW)
    assert made.truth.parameters["cramp.rate_hz"].source.startswith("Minetto")
    assert made.truth.parameters["pool.units"].source == "the caller"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"duration_s": 0.0}, "Give 1 to 3600 s"),
        ({"duration_s": float("nan")}, "Give 1 to 3600 s"),
        ({"seed": -1}, "whole number from 0"),
        ({"parameters": {"pool.unitz": 3}}, "Did you mean 'pool.units'"),
        ({"parameters": {"calcium_mm": 1}}, "Did you mean 'state.calcium_mmol_l'"),
        ({"parameters": {"state.calcium_mmol_l": 0.6}}, "axon.axons=20"),
    ],
)
def test_what_cannot_be_is_refused(more: dict, said: str):
    with pytest.raises(ScenarioError, match=said):
        simulate("cramp", **{"seed": 1, "duration_s": 1.0, **more})


@pytest.mark.whole
def test_an_axon_that_lost_potassium_channels_bursts_by_its_own_equations():
    ill = {"neuromyotonia.per_min": 0, "axon.axons": 6}
    made = simulate("neuromyotonia", seed=1, duration_s=2.0, parameters=FEW | SAME | ill)
    bursts = made.truth.spikes.of("neuromyotonic")
    assert len(bursts) > 20 and len(made.truth.spikes.of("tetanic")) == 0
    assert set(made.truth.spikes.source) == {SOURCES.index("axon")}


def test_the_needle_is_moved_to_the_unit_that_fires_most_unless_the_caller_has_put_it_somewhere():
    few = FEW | {"axon.axons": 0}
    made = simulate("neuromyotonia", seed=3, duration_s=4.0, parameters=few)
    left = simulate("neuromyotonia", seed=3, duration_s=4.0, parameters=few | {"electrode.depth_mm": 6})
    unit = busiest_unit(made.truth.spikes)
    assert made.truth.units[unit].peak_to_peak_uv > left.truth.units[unit].peak_to_peak_uv
    assert made.truth.parameters["electrode.depth_mm"].source.startswith("beside") and made.truth.spikes.unit[0] == unit
    assert left.truth.parameters["electrode.depth_mm"].value == 6
