"""Motor units under voluntary control: each measure on known shapes, each feature on its limit, and the three real records."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.made_needle import FIBRE, RATE, UNIT, UNITS, channel, found_in, measured, trace, unit

from myognosis.findings.needle import motor_unit_limits, outlier_rule
from myognosis.knowledge import load_knowledge
from myognosis.readers import read_recording
from myognosis.signals.motor_units import Feature, Limit, measure_motor_units, pool_motor_units
from myognosis.signals.motor_units.features import features_of, side_of
from myognosis.signals.motor_units.outliers import outlier_rows, single_limits

pytest.importorskip("scipy")
RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"


def limits(age: float | None = 50, muscle: str | None = "tibialis_anterior") -> tuple[Limit, ...]:
    return motor_unit_limits(load_knowledge(), muscle, age)


@pytest.mark.whole
@pytest.mark.parametrize(("record", "side"), [("healthy", "within"), ("neuropathy", "neurogenic"), ("myopathy", "myopathic")])
def test_each_real_record_is_described_on_its_side(record: str, side: str):
    real = read_recording(RECORDINGS / f"emg_{record}.hea").channels[0]
    found = measure_motor_units(real, electrode="needle", rules=UNITS, limits=limits())
    assert found.side == side
    codes = {issue.code for issue in found.doubts}
    assert ("emg.saturated" in codes) == (record == "neuropathy")
    assert {"emg.few_units", "emg.effort"} <= codes
    assert all(row.low <= row.value <= row.high for row in found.measurements)  # type: ignore[operator]


def two_units() -> np.ndarray:
    rng = np.random.default_rng(1)
    first, second = (0.1 + np.cumsum(rng.normal(1 / hz, 0.15 / hz, 120)) for hz in (9.0, 11.0))
    return trace(UNIT, first[first < 9.8], uv=1500, seconds=10) + trace(FIBRE, second[second < 9.8], uv=900, seconds=10, seed=2)


def test_units_are_told_apart_and_measured():
    found = measure_motor_units(channel(two_units()), electrode="needle", rules=UNITS)
    large, small = found.units[:2]
    assert large.potential.amplitude_uv == pytest.approx(1500, rel=0.08)
    assert small.potential.amplitude_uv == pytest.approx(900, rel=0.12)
    assert (large.rate_hz, small.rate_hz) == (pytest.approx(9, rel=0.08), pytest.approx(11, rel=0.08))
    assert found.value("motor_unit_count") == 2
    assert found.value("recruitment_ratio") == pytest.approx(found.value("motor_unit_fastest_rate") / 2, rel=0.1)  # type: ignore[operator]


def test_without_limits_or_from_the_skin_nothing_is_compared():
    bare = measure_motor_units(channel(two_units()), electrode="needle", rules=UNITS)
    assert bare.side == "open"
    assert "emg.no_limits" in {issue.code for issue in bare.doubts}
    skin = measure_motor_units(channel(two_units()), electrode="surface", rules=UNITS, limits=limits())
    assert all(feature.found is None for feature in skin.features)


def test_silence_has_no_units_and_says_no_number_of_them():
    found = measure_motor_units(
        channel(np.random.default_rng(1).normal(0, 3, round(6 * RATE))), electrode="needle", rules=UNITS, limits=limits()
    )
    assert found.units == ()
    assert found.side == "open"
    assert found.value("motor_unit_amplitude") is None


def test_a_trace_that_cannot_be_judged_says_so():
    for samples in (np.zeros(3), np.full(8000, np.nan)):
        found = measure_motor_units(channel(samples), electrode="needle", rules=UNITS, limits=limits())
        assert (found.side, found.measurements) == ("open", ())
        assert [issue.code for issue in found.doubts] == ["emg.unusable"]


def has(found: tuple[Feature, ...]) -> set[str]:
    return {feature.id for feature in found if feature.found}


def test_a_small_amplitude_alone_makes_no_small_potential():
    """The distance of the needle makes an amplitude small; area and amplitude together are smaller in a diseased fibre."""
    normal = measured(motor_unit_amplitude=300.0, motor_unit_area=900.0)
    small = measured(motor_unit_amplitude=300.0, motor_unit_area=400.0)
    assert "small_potentials" not in has(features_of(normal, limits()))
    assert "small_potentials" in has(features_of(small, limits()))


@settings(max_examples=20)
@given(amplitude=st.floats(900, 8000), share=st.floats(0, 1), turns=st.floats(0, 12))
def test_large_potentials_never_point_to_muscle(amplitude: float, share: float, turns: float):
    rows = measured(
        motor_unit_amplitude=amplitude, motor_unit_area=2000.0, motor_unit_polyphasic_share=share, motor_unit_turns=turns
    )
    assert side_of(features_of(rows, limits()), 10, 4) == "neurogenic"


def test_what_was_not_measured_is_not_absent():
    found = {feature.id: feature.found for feature in features_of(measured(motor_unit_amplitude=600.0), limits())}
    assert found["ragged_potentials"] is None
    assert found["large_potentials"] is False


def test_the_muscle_has_its_own_limits_and_others_those_of_limbs():
    own = {limit.measure: limit for limit in limits()}
    other = {limit.measure: limit for limit in limits(muscle="deltoid")}
    assert own["motor_unit_amplitude"].muscle == "tibialis_anterior"
    assert "motor_unit_amplitude" not in other
    assert other["motor_unit_duration"].muscle is None
    assert {limit.source for limit in own.values()} <= set(load_knowledge().content.sources)


@settings(max_examples=20)
@given(units=st.integers(1, 19))
def test_a_mean_of_fewer_units_has_wider_limits(units: int):
    for limit in limits():
        wide, less_wide = limit.of_mean(units), limit.of_mean(units + 1)
        assert (wide.low is None) == (limit.low is None)
        if limit.single_sd is not None:
            assert wide.low is None or 0 <= wide.low <= less_wide.low  # type: ignore[operator]
            assert wide.high > less_wide.high  # type: ignore[operator]
        else:
            assert wide == limit


def test_limits_of_twenty_and_of_five_units_are_those_that_were_published():
    biceps = next(limit for limit in limits(muscle="biceps_brachii") if limit.measure == "motor_unit_duration")
    assert (biceps.of_mean(20).low, biceps.of_mean(20).high) == (7.4, 13.0)
    assert (biceps.of_mean(5).low, biceps.of_mean(5).high) == (pytest.approx(6.6, abs=0.25), pytest.approx(14.2, abs=0.25))


def test_one_large_unit_is_not_enough_to_be_neurogenic_but_twenty_are():
    sizes = measured(motor_unit_amplitude=950.0, motor_unit_area=1300.0)
    assert "large_potentials" not in has(features_of(sizes, tuple(limit.of_mean(2) for limit in limits())))
    assert "large_potentials" in has(features_of(sizes, tuple(limit.of_mean(20) for limit in limits())))


def test_two_of_twenty_large_potentials_are_chance_and_three_are_not():
    rule, small = outlier_rule(load_knowledge()), [unit(600.0)] * 17
    for more, beyond in (([unit(600.0), unit(1700.0), unit(1700.0)], False), ([unit(1700.0)] * 3, True)):
        rows, held = outlier_rows((*small, *more), limits(), rule, 10.0, "x")
        assert ("large_outliers" in has(features_of(rows, held))) == beyond
        assert held[0].high == pytest.approx(2 / 20)


def test_outliers_are_found_where_the_mean_is_usual():
    """Sixteen potentials of half the mean and four of twice: the mean lies within its limits, the four do not."""
    units = (*[unit(400.0)] * 16, *[unit(1600.0)] * 4)
    rule = outlier_rule(load_knowledge())
    pooled = pool_motor_units([found_in(*units)], rules=UNITS, limits=limits(), outliers=rule, name="x")
    assert "large_potentials" not in has(pooled.features)
    assert "large_outliers" in has(pooled.features)
    assert pooled.side == "within", "an estimated limit moves no side"


@settings(max_examples=20)
@given(units=st.integers(1, 200))
def test_a_healthy_muscle_seldom_breaks_the_rule(units: int):
    from scipy.stats import binom

    rule = outlier_rule(load_knowledge())
    assert binom.sf(rule.allowed(units), units, rule.beyond()) <= rule.chance
    assert rule.allowed(rule.of) == rule.least - 1


def test_single_potentials_scatter_more_than_their_mean():
    for limit in limits():
        edges = single_limits(limit, 0.032)
        if edges is not None and limit.low is not None and limit.high is not None:
            assert edges[0] < limit.low < limit.high < edges[1]


def test_positions_together_are_one_sample():
    """Seven and thirteen units are twenty: the limits are those of twenty, and the order of the positions says nothing."""
    one, other = found_in(*[unit(500.0 + i) for i in range(7)]), found_in(*[unit(700.0 + i) for i in range(13)])
    rule = outlier_rule(load_knowledge())
    pooled, turned = (
        pool_motor_units(p, rules=UNITS, limits=limits(), outliers=rule, name="x") for p in ([one, other], [other, one])
    )
    assert pooled.value("motor_unit_amplitude") == pytest.approx((7 * 503 + 13 * 706) / 20)
    assert pooled.measurements == turned.measurements
    assert {x.measure: x.high for x in pooled.limits}["motor_unit_amplitude"] == pytest.approx(845.5)
    assert (pooled.doubts, pooled.measurements[0].seconds) == ((), 2.0)
    assert len(pool_motor_units([one], rules=UNITS, limits=limits(), outliers=rule, name="x").doubts) == 1
