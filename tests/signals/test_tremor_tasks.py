"""Comparisons of tremor: what was put in comes out, and what cannot be said stays open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from tests.signals.movement import emg_of, noise, phase_of, sensor, turned

from myognosis.findings.criteria import tremor_criteria
from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, say
from myognosis.model.recording import Channel
from myognosis.readers.clock import resample, study_clock
from myognosis.signals import tremor as t
from myognosis.signals.coherence import measure_coherence
from myognosis.signals.tremor.measure import TremorSettings

N = 3000


@pytest.fixture(scope="module")
def criteria(knowledge: Knowledge) -> t.TremorCriteria:
    return tremor_criteria(knowledge)


def shaking(seed: int, hz: float, size: float, n: int = N) -> tuple[Channel, ...]:
    rng = np.random.default_rng(seed)
    return sensor(rng, size * np.sin(phase_of(rng, hz, n)))


@run(max_examples=8)
@given(hz=st.floats(3.5, 12.0), size=st.floats(1.0, 4.0), seed=st.integers(0, 10_000), jitter=st.floats(0.0, 0.25))
def test_a_jittered_clock_that_drops_samples_changes_neither_frequency_nor_size(hz: float, size: float, seed: int, jitter: float):
    rng = np.random.default_rng(seed)
    times = np.arange(N) / 100 + rng.uniform(-jitter, jitter, N) / 100
    times = np.sort(times)[rng.random(N) > 0.01]
    phase = 2 * np.pi * hz * times
    clock = study_clock(times, "made")
    axes = [resample(clock, way * size * np.sin(phase) + 0.05 * rng.normal(size=len(times))) for way in (0.8, 0.6, 0.0)]
    found = t.measure_tremor(tuple(Channel(str(i), "accelerometer", "m/s2", clock.rate_hz, a) for i, a in enumerate(axes)))
    assert found.value("tremor_frequency") == pytest.approx(hz, abs=0.1)
    assert found.value("tremor_amplitude") == pytest.approx(size, rel=0.05)


def test_how_the_phone_lies_changes_no_number():
    held = shaking(3, 5.0, 1.0)
    straight, across = t.measure_tremor(held), t.measure_tremor(turned(held, np.random.default_rng(9)))
    for one, other in zip(straight.measurements, across.measurements, strict=True):
        assert other.value == pytest.approx(one.value, rel=1e-3)


def test_a_window_counts_for_both_sensors_only_at_one_frequency():
    one, same, other = (t.measure_tremor(shaking(i, hz, 1.0)) for i, hz in ((1, 5.0), (2, 5.1), (3, 8.0)))
    assert t.agreeing_windows(one, same).mean() > 0.8
    assert not t.agreeing_windows(one, other).any()


@pytest.mark.parametrize(("loaded_hz", "verdict"), [(6.0, "mechanical"), (7.9, "central")])
def test_a_frequency_that_falls_under_a_weight_is_mechanical_and_one_that_holds_is_central(
    criteria: t.TremorCriteria, loaded_hz: float, verdict: str
):
    found = t.compare_loading(t.measure_tremor(shaking(1, 8.0, 1.0)), t.measure_tremor(shaking(2, loaded_hz, 0.8)), criteria)
    fall = found.get("tremor_loading_fall")
    assert found.verdict == verdict
    assert fall is not None
    assert fall.low < 8.0 - loaded_hz < fall.high  # type: ignore[operator]


def test_without_tremor_nothing_falls(criteria: t.TremorCriteria):
    none, some = t.measure_tremor(shaking(1, 8.0, 0.0)), t.measure_tremor(shaking(2, 8.0, 1.0))
    assert t.compare_loading(none, some, criteria).verdict == "no_tremor"


def test_the_larger_side_is_named_and_equal_sides_are_alike():
    large, small, like = (t.measure_tremor(shaking(i, 5.0, size)) for i, size in ((1, 2.0), (2, 0.8), (1, 2.0)))
    found = t.compare_sides(large, small)
    ratio = found.get("tremor_left_to_right")
    assert found.verdict == "larger"
    assert t.compare_sides(small, large).verdict == "smaller"
    assert t.compare_sides(large, like).verdict == "alike"
    assert ratio is not None
    assert ratio.value == pytest.approx(2.5, rel=0.1)


def test_a_state_without_tremor_is_said_with_the_time_watched():
    states = {name: t.measure_tremor(shaking(i, 5.0, size)) for i, (name, size) in enumerate({"rest": 0.0, "posture": 1.0}.items())}
    found = t.compare_states(states)
    assert found["rest"].verdict == "no_tremor"
    assert found["rest"].measurements[0].value == 28.0
    assert found["posture"].verdict == "larger"


def test_legs_that_shake_as_one_at_fifteen_hertz_are_coherent_and_at_nine_are_not(criteria: t.TremorCriteria):
    rng = np.random.default_rng(2)

    def legs(hz: float, shared: bool):
        n, rate = 40000, 1000.0
        phase = phase_of(rng, hz, n, rate)
        other = phase + 1.0 if shared else phase_of(rng, hz, n, rate)
        return [(emg_of(rng, np.maximum(0, np.sin(p)) ** 2, rate),) for p in (phase, other)]

    verdict = {
        (hz, shared): t.judge_legs(measure_coherence(*legs(hz, shared)), criteria).verdict
        for hz in (15.0, 9.0)
        for shared in (True, False)
    }
    assert verdict == {
        (15.0, True): "coherent",
        (15.0, False): "not_coherent",
        (9.0, True): "not_coherent",
        (9.0, False): "not_coherent",
    }


@pytest.mark.parametrize(("lag_deg", "verdict"), [(10, "together"), (175, "in_turn"), (90, "mixed")])
def test_antagonists_pull_together_or_in_turn_by_their_phase(lag_deg: float, verdict: str, criteria: t.TremorCriteria):
    rng = np.random.default_rng(7)
    phase = phase_of(rng, 5.0, 40000, 1000.0)
    pair = [(emg_of(rng, np.maximum(0, np.sin(p)) ** 2, 1000.0),) for p in (phase, phase - np.radians(lag_deg))]
    assert t.judge_antagonists(measure_coherence(*pair), criteria).verdict == verdict


def tap(rng: np.random.Generator, phase: np.ndarray) -> tuple[Channel, ...]:
    """A hand that taps: pointed, with overtones."""
    return sensor(rng, 3 * np.maximum(0, np.sin(phase)) ** 8)


@pytest.mark.parametrize(("size", "suppressed"), [(1.0, False), (0.4, True)])
@pytest.mark.parametrize("shaken", [1.2, 2.5])
def test_tapping_that_shakes_the_other_hand_along_entrains_no_tremor(
    criteria: t.TremorCriteria, size: float, suppressed: bool, shaken: float
):
    rng = np.random.default_rng(4)
    rhythm, own = phase_of(rng, 4.0, N), phase_of(rng, 6.2, N)
    both = sensor(rng, size * np.sin(own) + shaken * np.maximum(0, np.sin(rhythm)) ** 3)
    found = t.judge_tapping(
        t.measure_tremor(shaking(1, 6.2, 1.0)), t.measure_tapping(both, tap(rng, rhythm), 4.0, criteria), criteria
    )
    assert (found.present("entrained"), found.present("suppressed")) == (False, suppressed)


def test_a_rhythm_too_near_to_the_tapping_to_be_told_from_it_is_left_open(criteria: t.TremorCriteria):
    rng = np.random.default_rng(5)
    rhythm, own = phase_of(rng, 4.0, N), phase_of(rng, 5.0, N)
    both = sensor(rng, np.sin(own) + 1.5 * np.sin(rhythm))
    found = t.judge_tapping(
        t.measure_tremor(shaking(1, 5.0, 1.0)), t.measure_tapping(both, tap(rng, rhythm), 4.0, criteria), criteria
    )
    assert found.present("entrained") is not True


def test_a_tremor_that_takes_up_the_rhythm_of_tapping_is_entrained_and_one_that_keeps_its_own_is_not(criteria: t.TremorCriteria):
    rng = np.random.default_rng(4)
    rhythm = phase_of(rng, 3.6, N)
    before = t.measure_tremor(shaking(1, 5.5, 1.0))
    taken = t.judge_tapping(before, t.measure_tapping(sensor(rng, np.sin(rhythm + 0.5)), tap(rng, rhythm), 3.6, criteria), criteria)
    kept = t.judge_tapping(before, t.measure_tapping(shaking(2, 5.5, 1.0), tap(rng, rhythm), 3.6, criteria), criteria)
    gone = t.judge_tapping(before, t.measure_tapping(shaking(2, 5.5, 0.0), tap(rng, rhythm), 3.6, criteria), criteria)
    assert (taken.present("entrained"), taken.present("suppressed"), taken.present("tapping_abnormal")) == (True, False, False)
    assert (kept.present("entrained"), kept.present("suppressed")) == (False, False)
    assert (gone.present("entrained"), gone.present("suppressed")) == (False, True)
    assert next(m for m in kept.measurements if m.name == "tapping_rate").value == pytest.approx(3.6, abs=0.1)


def test_tapping_at_another_rate_than_asked_is_abnormal(criteria: t.TremorCriteria):
    rng = np.random.default_rng(4)
    before = t.measure_tremor(shaking(1, 5.5, 1.0))
    found = t.judge_tapping(
        before, t.measure_tapping(shaking(2, 5.5, 1.0), tap(rng, phase_of(rng, 3.8, N)), 3.0, criteria), criteria
    )
    assert found.present("tapping_abnormal") is True


def test_a_tremor_that_pauses_with_quick_movements_is_seen_to_pause(criteria: t.TremorCriteria):
    rng = np.random.default_rng(8)
    at = tuple(float(x) for x in np.arange(3, 28, 3))
    time = np.arange(N) / 100
    stop = np.min([1 - ((time >= s) & (time < s + 1.0)) for s in at], axis=0)
    phase = phase_of(rng, 5.0, N)
    pausing, steady = sensor(rng, stop * np.sin(phase)), sensor(rng, np.sin(phase))
    assert t.measure_pause(pausing, t.measure_tremor(steady), at, criteria).present("paused") is True
    assert t.measure_pause(steady, t.measure_tremor(steady), at, criteria).present("paused") is False
    assert t.measure_pause(steady, t.measure_tremor(steady), at[:3], criteria).present("paused") is None


def test_signs_count_only_when_enough_were_judged(criteria: t.TremorCriteria):
    def task(**signs: bool | None) -> t.Distraction:
        return t.Distraction(tuple(t.Sign(name, mark) for name, mark in signs.items()), ())  # type: ignore[arg-type]

    three = [task(entrained=True, suppressed=True, tapping_abnormal=True), task(paused=True)]
    assert t.count_signs(three, None, criteria) == (3, 3, True)
    assert t.count_signs([task(entrained=True, suppressed=False, tapping_abnormal=True)], None, criteria) == (2, 2, None)
    assert (
        t.count_signs([task(entrained=False, suppressed=False, tapping_abnormal=False), task(paused=False)], None, criteria)[2]
        is False
    )


def test_a_phone_is_asked_for_what_a_tremor_needs_and_told_how_much_that_is(criteria: t.TremorCriteria):
    settings, least = TremorSettings(), criteria.phone_min_rate_hz
    assert 3 * settings.band_hz[1] <= least <= 60  # what a browser gives serves
    assert 2 * settings.background_hz[1] < least
    slow = tuple(Channel(c.name, c.kind, c.unit, 50.0, c.samples[::2]) for c in shaking(1, 5.0, 0.5))
    (issue,) = t.check_take(slow, "phone", criteria)
    for language in LANGUAGES:
        said = say(issue.what, language)
        assert all(number in said for number in ("50", f"{least:.0f}", "100")), said


def test_a_good_take_serves_and_each_fault_asks_to_record_again(criteria: t.TremorCriteria):
    def codes(channels: tuple[Channel, ...]) -> set[str]:
        return {issue.code.rpartition(".")[2] for issue in t.check_take(channels, "phone", criteria)}

    good = shaking(1, 5.0, 0.5)

    def altered(change, rate: float = 100.0) -> tuple[Channel, ...]:
        return tuple(Channel(c.name, c.kind, c.unit, rate, change(c.samples.copy())) for c in good)

    def holed(samples: np.ndarray) -> np.ndarray:
        samples[:600] = np.nan
        return samples

    assert codes(good) == set()
    assert codes(()) == {"sensor"}
    assert codes(altered(lambda s: s[::2], 50.0)) == {"rate"}
    assert codes(altered(lambda s: s[:1000])) == {"short"}
    assert codes(altered(holed)) == {"short", "gaps"}
    assert codes(altered(lambda s: s / 9.81)) == set()  # without gravity, or in g: too small to tell, and harmless to frequency
    assert codes(altered(lambda s: s * 3)) == {"gravity"}
    assert codes(altered(lambda s: np.full_like(s, s[0]))) == {"still"}
    loud = sensor(np.random.default_rng(1), 40 * np.sin(phase_of(np.random.default_rng(1), 4.0, N)))
    cut = tuple(Channel(c.name, c.kind, c.unit, 100.0, np.clip(c.samples, -19.6, 19.6)) for c in loud)
    assert "clipped" in codes(cut)


def test_what_is_still_to_be_recorded_is_named_in_order():
    done = [t.Take("rest", "left"), t.Take("posture", "right")]
    assert t.missing_takes(done) == (
        t.Take("posture", "left"), t.Take("movement", "left"), t.Take("rest", "right"), t.Take("movement", "right"),
    )  # fmt: skip


def test_noise_is_not_called_entrained(criteria: t.TremorCriteria):
    rng = np.random.default_rng(1)
    quiet = sensor(rng, 0 * noise(rng, N))
    found = t.judge_tapping(
        t.measure_tremor(quiet), t.measure_tapping(quiet, tap(rng, phase_of(rng, 4.0, N)), 4.0, criteria), criteria
    )
    assert found.present("entrained") is False
    assert found.present("suppressed") is None
