"""Spikes that an axon makes on its own."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import (
    BRANCH,
    REST,
    AxonError,
    AxonState,
    SlowBalance,
    fire,
    fire_all,
    fire_watched,
    healthy_axon,
    neuromyotonic,
    pattern,
)
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.chain import felt_under, row, travel
from myognosis.simulate.axon.firing import Block, _constants
from myognosis.simulate.settings import catalogue

pytestmark = pytest.mark.whole

STATES = {
    "health": REST,
    "health, terminal": BRANCH,
    "low calcium": BRANCH.changed(calcium_mm=0.65),
    "more persistent sodium": BRANCH.changed(persistent_sodium=1.25),
    "high potassium": BRANCH.changed(potassium_mm=12.0),
    "without its brakes": BRANCH.changed(slow_potassium=0.2, fast_potassium=0.6, persistent_sodium=0.55, fast_sodium=3.0),
}


@pytest.fixture(scope="module")
def firing():
    return dict(zip(STATES, fire_all(list(STATES.values()), 4.0, seed=1), strict=True))


def test_a_healthy_axon_is_silent_at_rest(firing):
    assert firing["health"].pattern == firing["health, terminal"].pattern == "silent"


def test_low_calcium_makes_doublets_with_intervals_of_some_milliseconds(firing):
    found = firing["low calcium"]
    assert found.pattern in ("doublets", "bursts")
    assert 3.0 < 1000.0 * np.diff(found.spikes_s).min() < 15.0


def test_more_persistent_sodium_makes_bursts_in_a_clinical_range(firing):
    intervals = np.diff(firing["more persistent sodium"].spikes_s)
    inside = intervals[intervals < 0.030]
    assert inside.size > 3
    assert 30.0 < 1.0 / np.median(inside) < 300.0


def test_without_its_brakes_a_dense_branch_fires_in_long_trains(firing):
    spikes = firing["without its brakes"].spikes_s
    longest = max(np.split(spikes, np.flatnonzero(np.diff(spikes) > 0.03) + 1), key=len)
    assert len(longest) > 80 and 150.0 < (len(longest) - 1) / (longest[-1] - longest[0]) < 350.0


def test_potassium_within_the_usual_range_of_the_laboratory_leaves_a_branch_silent():
    usual = [BRANCH.changed(potassium_mm=mm) for mm in (3.5, 5.0, 5.3) for _ in range(5)]
    assert [f.pattern for f in fire_all(usual, 10.0, seed=1, step_ms=0.02)] == ["silent"] * 15


def test_high_potassium_blocks(firing):
    assert firing["high potassium"].pattern == "block"


def test_a_seed_gives_the_same_spikes_and_another_others():
    state = STATES["low calcium"]
    one, again, other = (fire_all([state], 1.0, seed, step_ms=0.02)[0].spikes_s for seed in (7, 7, 8))
    assert one.size
    assert one.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize(("name", "value"), [("calcium_mm", -1.0), ("temperature_c", 90.0), ("potassium_mm", float("nan"))])
def test_impossible_surroundings_are_refused_with_the_range(name, value):
    with pytest.raises(AxonError) as caught:
        fire(AxonState(**{name: value}), 0.1, seed=1)
    [issue] = caught.value.issues
    assert issue.where == f"state.{name}"
    assert "from" in str(issue.fix)


def test_an_impossible_axon_is_refused_with_the_range():
    with pytest.raises(AxonError, match=r"axon\.na_ns"):
        fire_all([REST], 0.1, seed=1, axon=healthy_axon().changed(na_ns=-1.0))


def test_a_step_that_is_too_large_is_refused():
    with pytest.raises(AxonError, match="step_ms"):
        fire_all([REST], 1.0, seed=1, step_ms=0.2)


def test_an_axon_that_leaves_what_is_possible_stops_and_says_when():
    block = Block([REST], healthy_axon(), SlowBalance(), 1, 0, 0.02)
    block.chunk(0.0, 0.01)
    block.s[k.VN * k.LANES] = np.nan
    with pytest.raises(AxonError, match=r"diverged 10\.\d+ ms after its start"):
        block.chunk(0.01, 0.01)


def near_node(block: Block, row: int) -> float:
    return float(block.w[row * k.LANES])


def test_nothing_gathers_at_a_node_at_rest():
    block = Block([REST.changed(noise=0.0)], healthy_axon(), SlowBalance(), 1, 0, 0.02)
    assert not block.chunk(0.0, 1.0)[0].size
    assert (near_node(block, k.NA_IN), near_node(block, k.K_OUT)) == pytest.approx((9.0, 4.2), abs=1e-6)
    assert block.s[k.VN * k.LANES] == pytest.approx(healthy_axon().rest_mv, abs=1e-3)


@pytest.mark.parametrize(
    ("row", "change", "seconds", "pumped"),
    [(k.K_OUT, 0.5, 0.1, 0.02), (k.NA_IN, 0.5, 2.0, 0.1)],  # potassium in a tenth of a second, sodium in two
)
def test_what_has_gathered_near_a_node_spreads_with_its_time_constant(row: int, change: float, seconds: float, pumped: float):
    block = Block([REST.changed(noise=0.0)], healthy_axon(), SlowBalance(potassium_um3=1e6, sodium_um3=1e6), 1, 0, 0.02)
    before = near_node(block, row)
    block.w[row * k.LANES :][: k.LANES] += change
    block.chunk(0.0, seconds)
    assert (near_node(block, row) - before) / change == pytest.approx(np.exp(-1), abs=0.01 * pumped / 0.02)


def test_slow_inactivation_takes_a_second():
    block = Block([REST.changed(noise=0.0)], healthy_axon(), SlowBalance(), 1, 0, 0.02)
    steady = float(block.s[k.U * k.LANES])
    block.s[k.U * k.LANES :][: k.LANES] = 0.5 * steady
    block.chunk(0.0, 1.0)
    assert 1 - block.s[k.U * k.LANES] / steady == pytest.approx(0.5 * np.exp(-1), abs=0.005)


def test_more_noise_is_fewer_channels_and_less_space_is_quicker_to_fill():
    small, large = (
        _constants(healthy_axon(), REST.changed(noise=noise, pump=0.5), SlowBalance(channels=400.0, sodium_um3=volume))
        for noise, volume in ((2.0, 500.0), (1.0, 1000.0))
    )
    assert (small[k.CHANNELS][0], large[k.CHANNELS][0]) == pytest.approx((100.0, 400.0))
    assert small[k.NA_CHARGE][0] == pytest.approx(96.485 * 500.0, rel=1e-4) and large[k.NA_CHARGE][0] == 2 * small[k.NA_CHARGE][0]
    assert small[k.FULL_PUMP_N][0] + small[k.FULL_PUMP_I][0] == pytest.approx(0.5 * small[k.REST_PUMP][0])


def test_a_burst_gathers_sodium_inside_and_potassium_outside_and_shuts_channels_and_so_slows_down():
    block, seen = Block([neuromyotonic()], healthy_axon(), SlowBalance(potassium_um3=400.0), 1, 0, 0.02), []
    for i in range(12):
        spikes = block.chunk(0.1 * i, 0.1)[0].size
        seen.append((spikes, near_node(block, k.NA_IN), near_node(block, k.K_OUT), float(block.s[k.U * k.LANES])))
    spikes, sodium, potassium, open_ = np.array(seen[1:]).T
    n = int(np.argmax(spikes < 10))  # the burst ends by itself, and then what it has moved comes back
    assert n >= 4 and (np.diff(spikes[:n]) < 0).all() and spikes[:n].min() > 10
    assert (np.diff(sodium[: n - 1]) > 0).all() and sodium.max() > 12.0 and (np.diff(open_[:n]) < 0).all() and open_.min() < 0.7
    assert sodium[n + 1] < sodium[n - 1] and open_[n + 1] > open_[n]
    assert potassium.max() > 5.0 and potassium[n] < potassium.max()  # the pump turns faster on that sodium


def test_slow_potassium_channels_open_and_close_by_chance_and_few_of_them_more_so():
    """Held at rest, the variance of their open share grows by what as many independent channels open and close in a step."""
    p, c = (
        block.copy() for block in Block([REST] * k.LANES, healthy_axon(), SlowBalance(slow_channels=2e3), 1, 0, 0.02).state_at(0.0)
    )
    rest = Block([REST] * k.LANES, healthy_axon(), SlowBalance(), 1, 0, 0.02).s
    open_, seen = float(rest[k.S_N * k.LANES]), []
    for fewer in (1.0, 4.0):
        c[k.SLOW_CHANNELS * k.LANES :][: k.LANES] = 2e3 / fewer
        moved = rest.copy()
        for i in range(200):
            moved[k.S_N * k.LANES :][: k.LANES] = open_
            k.shake_slowly(p, moved, c, np.arange(k.LANES, dtype=np.uint64), 1000 * i, 0.2)
            seen.append(moved[k.S_N * k.LANES :][: k.LANES] - open_)
    many, few = np.array(seen[:200]), np.array(seen[200:])
    rate = 0.35017 * 3.0**1.3 * 0.000739 * 1.1625 * 21.8 * (x := (-80.1 - healthy_axon().rest_mv) / 21.8) / (1 - np.exp(-x))
    assert many.var() == pytest.approx(0.2 * 2 * rate * open_ / 2e3, rel=0.1)  # as many open as close
    assert few.std() / many.std() == pytest.approx(2.0, rel=0.01) and abs(many.mean()) < 0.1 * many.std()
    assert _constants(healthy_axon(), REST.changed(slow_potassium=0.25, noise=2.0), SlowBalance())[k.SLOW_CHANNELS][0] == 8600 / 16


def test_persistent_sodium_varies_as_channels_that_are_open_where_all_of_three_gates_are():
    """Held at rest: the variance of the open share, and its power at low frequencies, are those of independent channels."""
    n, dt = 2e3, 0.02
    held = Block([REST] * k.LANES, healthy_axon(), SlowBalance(channels=n), 1, 0, dt)
    (p, c), s, seen = held.state_at(0.0), held.s, []
    for i in range(6000):
        k.shake(p, s, c, np.arange(k.LANES, dtype=np.uint64), i, dt)
        seen.append(s[k.MORE * k.LANES :][: k.LANES].copy())
    more, x = np.array(seen[1000:]), float(s[k.P * k.LANES])
    assert x == held.s[k.P * k.LANES] and 0.2 < x < 0.6  # the gate itself is left alone
    assert more.var() == pytest.approx(x**3 * (1 - x**3) / n, rel=0.03) and abs(more.mean()) < 0.05 * more.std()
    w = (healthy_axon().rest_mv - healthy_axon().nap_shift_mv + 18.4) / 10.3
    rate = 0.5 * 2.2**1.3 * 1.86 * 10.3 * w / (1 - np.exp(-w)) / x  # of a gate: a + b = a / x
    power = sum(math.comb(3, i) * x ** (6 - i) * (1 - x) ** i / i for i in (1, 2, 3)) / n / rate
    summed = more.reshape(-1, 100, k.LANES).mean(axis=1)  # over two milliseconds, many times the gate's own
    assert summed.var() == pytest.approx(2 * power / 2.0, rel=0.15)


def test_patterns_have_the_names_of_the_clinic():
    assert pattern(np.array([]), 10.0) == "silent"
    assert pattern(np.array([1.0, 3.0, 8.0]), 10.0) == "isolated"
    assert pattern(np.array([1.0, 1.006, 3.0, 3.007, 8.0, 8.005]), 10.0) == "doublets"
    assert pattern(np.arange(0, 10, 0.01), 10.0) == "tonic"
    assert pattern(np.arange(0, 6.9, 0.01), 10.0) == "bursts" != pattern(np.arange(0, 7.2, 0.01), 10.0)
    assert pattern(np.array([1.0, 1.029, 2.0]), 10.0) == "doublets" != pattern(np.array([1.0, 1.031, 2.0]), 10.0)
    assert pattern(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.01]), 10.0) == "isolated"  # one pair in six events
    assert pattern(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 5.01]), 10.0) == "doublets"  # one in five
    assert pattern(np.array([]), 10.0, blocked=True) == "block"
    assert pattern(np.concatenate([np.arange(i, i + 0.2, 0.01) for i in range(9)]), 10.0) == "bursts"


def test_the_polynomial_exponential_is_the_exponential():
    x = np.linspace(-59.0, 59.0, 2001)
    assert np.max(np.abs(np.array([k.exp(value) for value in x]) / np.exp(x) - 1.0)) < 1e-9


def test_a_spike_travels_as_fast_as_in_a_human_forearm_and_what_follows_it_at_once_does_not():
    found = travel(healthy_axon(), (2.5, 5.0))
    assert 54.4 - 5.7 < found.velocity_m_s < 54.4 + 5.7
    assert found.recovery[0] > 0.0 > found.recovery[1]


def test_a_cathode_on_the_skin_is_felt_by_several_nodes_and_a_needle_by_one():
    felt, x = felt_under(10.0, 1.4), 1.4 * np.arange(k.LANES)
    assert felt[0] == 1.0 and np.array_equal(felt > 0.0, x < 10.0 / np.sqrt(2.0))
    potential = lambda at: 1.0 / np.hypot(at, 10.0)  # noqa: E731
    curved = (potential(x + 0.01) - 2.0 * potential(x) + potential(x - 0.01)) / (potential(0.01) * 2.0 - 2.0 * potential(0.0))
    assert felt == pytest.approx(curved, abs=1e-4)
    assert np.array_equal(felt_under(0.0, 1.4), np.eye(k.LANES)[0])


def test_to_a_needle_at_one_node_a_spike_changes_the_threshold_less_than_to_a_cathode_on_the_skin():
    needle, skin = (travel(healthy_axon(), (5.0,), cathode_mm=mm) for mm in (0.0, 10.0))
    assert skin.recovery[0] < needle.recovery[0] < 0.0
    assert needle.threshold_pa > 2.0 * skin.threshold_pa and needle.velocity_m_s == skin.velocity_m_s
    with pytest.raises(AxonError, match="cathode_mm"):
        travel(healthy_axon(), cathode_mm=60.0)


def test_a_thicker_fibre_with_the_same_membrane_has_longer_internodes_and_is_faster_by_its_thickness():
    with pytest.raises(AxonError, match="fibre_um"):
        travel(healthy_axon(), fibre_um=30.0)
    assert row(16.0)[0] > row(13.0)[0] and row(16.0)[1] < row(13.0)[1]
    thin, usual, thick = (travel(healthy_axon(), fibre_um=um).velocity_m_s for um in (13.0, 14.0, 15.0))
    # about 6 m/s a micrometre (Hursh 1939, remembered), as the median nerve's fastest fibres are some 50 to 60 m/s
    assert 5.0 < usual - thin < 8.0 and 5.0 < thick - usual < 8.0


def test_the_velocity_of_a_row_of_nodes_does_not_hang_on_its_step(monkeypatch):
    usual = travel(healthy_axon()).velocity_m_s
    monkeypatch.setattr("myognosis.simulate.axon.chain._STEP_MS", 0.001)
    assert travel(healthy_axon()).velocity_m_s == pytest.approx(usual, abs=0.02)


def test_watching_an_axon_changes_nothing_and_shows_its_spikes():
    courses = [BRANCH.changed(calcium_mm=0.65), REST]
    found, seen = fire_watched(courses, 1.5, seed=4, step_ms=0.02)
    plain = fire_all(courses, 1.5, seed=4, step_ms=0.02)
    assert all(np.array_equal(a.spikes_s, b.spikes_s) for a, b in zip(found, plain, strict=True))
    upward = (seen.node_mv[1:] >= -10) & (seen.node_mv[:-1] < -10)
    shown = seen.time_s[1:][upward]
    times = found[seen.axon].spikes_s
    inside = times[(times >= seen.time_s[0]) & (times <= seen.time_s[-1])]
    assert len(inside) and shown == pytest.approx(inside, abs=3e-5)
    assert all((gate > 0).all() and (gate < 1).all() for gate in seen.gates.values())


def test_watching_for_no_time_is_refused_and_for_a_moment_is_not():
    with pytest.raises(AxonError, match=r"Give a value from 0\.001"):
        fire_watched([REST], 0.0, seed=1)
    found, seen = fire_watched([REST], 0.001, seed=1, step_ms=0.02)
    assert found[0].spikes_s.size == 0 and seen.axon == 0


def test_the_axon_of_a_scenario_is_the_terminal_branch():
    known = catalogue()
    assert (known["axon.fast_sodium"].value, known["axon.noise"].value) == (BRANCH.fast_sodium, BRANCH.noise)
    assert known["axon.leak"].value == BRANCH.leak
