"""Discharges at rest: each kind is named by its criteria, every name can be explained, and nothing is forced."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.made_needle import COMPLEX, END_PLATE, FIBRE, NOISE_UV, RATE, SHARP, UNIT, channel, criteria, find, trace
from tests.signals.movement import joined

from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Channel
from myognosis.signals.discharges import UNCLASSIFIED, Criterion, DischargeCriteria, find_discharges
from myognosis.signals.discharges.classify import classify
from myognosis.signals.discharges.measures import company
from myognosis.signals.discharges.series import Candidate

pytest.importorskip("scipy")


def steady(hz: float, cov: float, seconds: float = 8.0, seed: int = 3) -> np.ndarray:
    gaps = np.random.default_rng(seed).normal(1 / hz, cov / hz, round(seconds * hz))
    times = 0.1 + np.cumsum(gaps)
    return np.asarray(times[times < seconds - 0.1])


def poisson(hz: float, dead: float, seconds: float = 8.0, seed: int = 5) -> np.ndarray:
    times = np.cumsum(dead + np.random.default_rng(seed).exponential(1 / hz, round(seconds * hz * 2)))
    return np.asarray(times[times < seconds - 0.1])


def bursts(starts: np.ndarray, hz: float, count: int) -> np.ndarray:
    return np.sort((starts[:, None] + np.arange(count) / hz).ravel())


def waning(first_hz: float, last_hz: float, seconds: float) -> np.ndarray:
    rates = np.linspace(first_hz, last_hz, round(seconds * (first_hz + last_hz) / 2))
    return np.asarray(1 + np.cumsum(1 / rates))


MYOTONIC, NEUROMYOTONIC = waning(70, 25, 3.0), waning(200, 180, 1.0)
MADE = {
    "fibrillation": trace(FIBRE, steady(6, 0.05)),
    "positive_sharp_wave": trace(SHARP, steady(4, 0.05)),
    "fasciculation_potential": trace(UNIT, poisson(1.5, 0.1)),
    "doublet_multiplet": trace(UNIT, bursts(poisson(0.8, 0.3), 90, 2)),
    "myokymic_discharge": trace(UNIT, bursts(steady(2, 0.06), 30, 5)),
    "myotonic_discharge": trace(FIBRE, MYOTONIC, sizes=np.linspace(1.5, 0.6, len(MYOTONIC))),
    "neuromyotonic_discharge": trace(FIBRE, NEUROMYOTONIC, sizes=np.linspace(1.5, 0.6, len(NEUROMYOTONIC))),
    "complex_repetitive_discharge": trace(COMPLEX, 1 + np.arange(200) / 35),
    "single_unit_continuous_discharge": trace(UNIT, steady(6, 0.035)),
    "voluntary_unit": trace(UNIT, steady(9, 0.17)),
    "end_plate_spikes": trace(END_PLATE, poisson(12, 0.008)),
}


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_named_and_nothing_else_is(kind: str):
    found = find(MADE[kind])
    assert {d.kind for d in found.found} == {kind}
    assert found.of_kind(kind)[0].verdict.met


def test_pauses_that_are_whole_multiples_by_chance_are_no_missed_firings():
    pauses = np.tile([2.55, 3.05, 3.5, 2.75, 3.4, 2.6], 8) / 55
    starts = 0.2 + np.cumsum(np.concatenate([[0.0], 6 / 55 + pauses]))
    found = find(trace(UNIT, bursts(starts[starts < 7.8], 55, 7)))
    assert {d.kind for d in found.found} == {"myokymic_discharge"}
    assert found.found[0].measures["potentials_per_burst"] == 7


def test_a_firing_missed_now_and_then_does_not_unmake_bursts():
    times = np.delete(bursts(steady(2, 0.06), 30, 5), [7, 41])
    assert {d.kind for d in find(trace(UNIT, times)).found} == {"myokymic_discharge"}


def test_units_that_return_in_bursts_stand_out_of_their_crowd():
    made = zip((UNIT, FIBRE, SHARP), (160.0, 300.0, 400.0), (2.7, 3.0, 3.3), strict=True)
    together = sum(trace(shape, bursts(steady(hz, 0.05, seed=i), 35, 6), uv, seed=i) for i, (shape, uv, hz) in enumerate(made))
    found = find(np.asarray(together))
    assert len(found.of_kind("myokymic_discharge")) >= 2
    times = [round(t, 4) for d in found.found for t in d.times_s]
    assert len(times) == len(set(times))


def crowd(ends_s: float = 2.2) -> np.ndarray:
    rng = np.random.default_rng(2)
    out = np.zeros(round(8 * RATE))
    for i in range(9):
        on, off = 1 + rng.uniform(0, 2.2), 7 - rng.uniform(0, ends_s)
        times = on + np.cumsum(rng.normal(1 / 25, 0.3 / 25, 200).clip(0.01))
        lags, sizes = rng.integers(-12, 12, 4), rng.uniform(-1, 1, 4)
        shape = sum(size * np.roll(FIBRE, lag) for lag, size in zip(lags, sizes, strict=True))
        out += trace(shape, times[times < off], uv=120 + 25 * i, seed=i) / 3
    return out


def test_many_units_that_rise_and_fall_are_a_cramp_and_its_spread_is_told():
    near = crowd()
    far = np.random.default_rng(9).normal(0, NOISE_UV / 3, len(near))
    found = find_discharges(
        (replace(channel(near, "A"), place_mm=(0.0, 0.0)), replace(channel(0.5 * near + far, "B"), place_mm=(10.0, 0.0))),
        criteria(), electrode="needle", negative_up=None,
    )  # fmt: skip
    (cramp,) = found.of_kind("cramp_discharge")
    assert cramp.measures["units"] >= 3
    assert cramp.measures["channels"] == 2
    assert 0 <= cramp.measures["travel_mm"] < 5
    assert "cramp_discharge_inside" not in {m.name for m in found.measurements}, "of many units at once it is the rate of none"


def test_a_fibre_that_fires_on_and_on_beside_a_cramp_is_no_part_of_it():
    cramp = np.pad(crowd(), (0, round(6 * RATE)))
    found = find(cramp + trace(SHARP, steady(6, 0.05, seconds=14.0), uv=400.0, seconds=14.0))
    (sharp, *more), (one,) = found.of_kind("positive_sharp_wave"), found.of_kind("cramp_discharge")
    assert not more
    assert sharp.times_s[-1] > 13.0
    assert one.times_s[-1] < 7.5, "the cramp is over when its units are silent"


def test_a_contraction_that_is_let_go_of_is_no_cramp():
    assert not find(crowd(ends_s=0.05)).of_kind("cramp_discharge")


def test_a_cramp_that_was_there_when_the_recording_began_is_told_by_its_end_and_one_that_goes_on_is_not():
    late = slice(round(3.2 * RATE), None)
    assert find(crowd()[late]).of_kind("cramp_discharge")
    assert not find(crowd(ends_s=0.05)[late]).of_kind("cramp_discharge")
    assert not find(crowd()[late][: round(2 * RATE)]).of_kind("cramp_discharge")


def test_the_rate_inside_is_told_with_the_range_of_it():
    (inside,) = [m for m in find(MADE["voluntary_unit"]).measurements if m.name == "voluntary_unit_inside"]
    assert inside.spread == "scatter"
    assert inside.value == pytest.approx(9, rel=0.1)


def test_every_name_says_why_with_value_bound_and_source():
    known = load_knowledge().content.sources
    for kind in ("fibrillation", "myokymic_discharge"):
        discharge = find(MADE[kind]).found[0]
        assert [c.criterion for c in discharge.verdict.checks] == list(criteria().kinds[kind])
        assert all(check.met is not False for check in discharge.verdict.checks)
        assert all(check.criterion.source in known for check in discharge.verdict.checks)
        assert len(discharge.nearest) == 2


def test_what_fits_no_kind_is_left_unclassified_with_the_two_nearest():
    between = trace(UNIT, steady(40, 0.25))
    found = find(between).found[0]
    assert found.kind == UNCLASSIFIED
    assert len({found.verdict.kind, *(v.kind for v in found.nearest)}) == 2
    assert any(check.met is False for check in found.verdict.checks)


def test_two_kinds_that_fit_alike_are_not_decided_between():
    one = (Criterion("rate_hz", 1.0, 20.0, "estimate", "estimated"),)
    alike = DischargeCriteria({"a": one, "b": one}, criteria().rules, criteria().potentials, criteria().jumps)
    found = find_discharges((channel(MADE["fibrillation"]),), alike, electrode="needle", negative_up=None)
    assert found.found[0].kind == UNCLASSIFIED


@pytest.mark.parametrize(("snr", "kind"), [(4.0, "fasciculation_potential"), (20.0, UNCLASSIFIED)])
def test_on_the_skin_the_length_of_what_hardly_stands_out_decides_nothing(snr: float, kind: str):
    seen = {"rate_hz": 0.4, "interval_cov": 0.9, "duration_ms": 2.4, "pair_share": 0.0, "continual_share": 0.0, "snr": snr}
    assert classify(seen, criteria(), "surface")[0] == kind


def test_a_single_fibre_is_never_named_from_the_skin():
    kinds = {d.kind for d in find(MADE["fibrillation"], electrode="surface").found}
    assert not kinds & criteria().needle_only


def test_noise_alone_holds_nothing_and_an_empty_recording_too():
    assert find(np.random.default_rng(4).normal(0, 5, round(60 * RATE))).found == ()
    assert find(np.zeros(round(2 * RATE))).found == ()
    assert find(np.full(round(2 * RATE), np.nan)).found == ()
    assert find(np.zeros(3)).found == ()


@settings(max_examples=5)
@given(size=st.floats(0.3, 30.0), kind=st.sampled_from(["fibrillation", "myokymic_discharge", "doublet_multiplet"]))
def test_gain_changes_no_name_and_no_time(size: float, kind: str):
    plain, scaled = find(MADE[kind]).found[0], find(MADE[kind] * size).found[0]
    assert scaled.kind == plain.kind
    assert np.array_equal(scaled.times_s, plain.times_s)
    assert scaled.amplitudes_uv == pytest.approx(plain.amplitudes_uv * size, rel=1e-3)


def test_polarity_turns_with_the_sign_and_is_open_where_unknown():
    upright, turned = MADE["positive_sharp_wave"], -MADE["positive_sharp_wave"]
    assert find(turned, negative_up=False).found[0].kind == find(upright, negative_up=True).found[0].kind
    assert find(turned, negative_up=True).found[0].kind != "positive_sharp_wave"
    open_ = find(turned, negative_up=None).found[0]
    assert {c.criterion.measure: c.met for c in open_.verdict.checks}["first_negative"] is None


def test_potentials_are_at_their_times_and_inside_rates_are_measured():
    found = find(MADE["doublet_multiplet"])
    true = bursts(poisson(0.8, 0.3), 90, 2)
    assert np.abs(found.found[0].times_s - true).max() < 0.004
    inside = next(m for m in found.measurements if m.name == "doublet_multiplet_inside")
    assert inside.value == pytest.approx(90, rel=0.05)
    rate = next(m for m in found.measurements if m.name == "doublet_multiplet_rate")
    assert rate.low <= rate.value <= rate.high  # type: ignore[operator]


def test_a_fast_train_reports_its_decrement_and_contour():
    train = find(MADE["neuromyotonic_discharge"]).found[0]
    assert train.measures["decrement"] == pytest.approx(0.6, abs=0.12)
    assert train.measures["rate_start_hz"] == pytest.approx(200, rel=0.05)
    assert train.measures["rate_end_hz"] == pytest.approx(180, rel=0.05)


def test_a_neuromyotonic_burst_may_wane_in_its_rate_alone_but_has_to_be_fast_once():
    fast, slow = (find(trace(FIBRE, waning(first, last, 1.0))).found[0] for first, last in ((200, 120), (125, 75)))
    assert fast.kind == "neuromyotonic_discharge"
    assert fast.measures["waning"] == pytest.approx(0.4, abs=0.06) and fast.measures["decrement"] < 0.15
    assert slow.kind != "neuromyotonic_discharge"


def test_a_unit_that_fires_on_and_off_at_will_is_no_fasciculation():
    rng = np.random.default_rng(7)
    gaps = np.where(np.arange(60) % 6 == 5, rng.uniform(0.35, 0.9, 60), rng.normal(0.11, 0.02, 60))
    times = 0.2 + np.cumsum(gaps)
    found = find(trace(UNIT, times[times < 7.8])).found
    assert not [d for d in found if d.kind == "fasciculation_potential"]
    assert found[0].measures["continual_share"] > 0.5


def test_two_units_of_nearly_one_shape_that_fire_at_will_are_told_apart():
    first, second = steady(9, 0.17, seed=3), steady(8, 0.17, seed=4)
    found = find(trace(UNIT, first, uv=500.0) + trace(UNIT, second, uv=280.0, seed=2)).found
    assert [d.kind for d in found] == ["voluntary_unit", "voluntary_unit"]
    assert sorted(float(np.median(d.amplitudes_uv)) for d in found) == pytest.approx([280, 500], rel=0.08)


def test_a_fibre_that_is_hidden_by_another_now_and_then_makes_no_bursts():
    times = np.delete(steady(5.4, 0.03, 14.0), [6, 7, 30, 35, 36, 37, 43])
    found = find(trace(FIBRE, times, seconds=14.0))
    assert {d.kind for d in found.found} == {"fibrillation"}


def test_a_few_missed_firings_do_not_part_a_steady_train():
    times = np.delete(1 + np.arange(200) / 35, [60, 61, 120])
    (train,) = find(trace(COMPLEX, times)).found
    assert (train.kind, len(train.times_s)) == ("complex_repetitive_discharge", 197)


def test_what_is_found_where_a_trace_is_cut_off_is_not_held_against_the_other_seconds_alone():
    samples = trace(UNIT, np.arange(0.55, 8, 1.0))
    samples[2 * round(RATE) : 2 * round(RATE) + round(RATE) // 10] = samples.max()
    found = find(samples)
    counted = {int(t) for discharge in found.found for t in discharge.times_s}
    assert 2 in counted
    assert found.seconds == 8


def test_channels_that_are_not_emg_are_refused():
    with pytest.raises(ValueError, match="microvolts"):
        find_discharges(
            (Channel("a", "accelerometer", "m/s2", 100.0, np.zeros(100, np.float32)),),
            criteria(),
            electrode="needle",
            negative_up=None,
        )


def test_bursts_in_which_many_units_fire_together_are_no_myokymia_and_units_that_fire_apart_are():
    tremor, own = steady(4.8, 0.06), bursts(steady(2, 0.06), 30, 5)
    one = Candidate(bursts(tremor, 40, 3), tuple((k, k + 2) for k in range(0, 3 * len(tremor), 3)), 1)
    alone = Candidate(own, tuple((k, k + 4) for k in range(0, len(own), 5)), 1)
    together = np.sort(np.concatenate([one.times, *(bursts(tremor + lag, 40, 2) for lag in (-0.01, 0.012, 0.02))]))
    apart = np.sort(np.concatenate([own, bursts(steady(1.7, 0.06, seed=9), 30, 5)]))
    assert company(one, together, 0.02)["company"] > 1.0
    assert abs(company(alone, apart, 0.02)["company"]) < 0.3
    assert company(alone, own, 0.02) == {"company": 0.0}


@pytest.mark.parametrize(("electrode", "rate", "apart"), [("needle", 10_000.0, 1000.0), ("surface", 2000.0, 300.0)])
def test_where_recordings_are_joined_nothing_fires(electrode: str, rate: float, apart: float):
    for seed in (701, 702):
        (rest,) = joined(np.random.default_rng(seed), 12.0, 1, rate, [2.3, 5.1, 8.8], apart)
        assert not find_discharges((rest,), criteria(), electrode=electrode, negative_up=None).found
