"""Spikes that nobody asked for, as point processes: rates, intervals and marks are those put in."""

import numpy as np
import pytest

from myognosis.simulate.pool.drive import make_centre
from myognosis.simulate.pool.ectopic import add_bursts, add_cramps, add_fasciculations, add_fibrillation, add_jerks
from myognosis.simulate.pool.trains import Trains
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings

MINUTES = Timeline(("all",), (0.0, 300.0), ({},))


def times_of(trains: Trains, discharge: str) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    for row in trains.rows:
        if row.discharge == discharge:
            unit = int(row.unit[0])
            found[unit] = np.sort(np.concatenate([found.get(unit, np.empty(0)), row.time_s]))
    return found


def test_fasciculations_have_their_rate_their_pairs_and_their_f_waves():
    trains = Trains()
    settings = Settings.of({"fasciculation.per_min": 360, "fasciculation.units": 3, "fasciculation.doublet_share": 0.2,
                            "fasciculation.f_wave_share": 0.3, "fasciculation.inequality": 0.0})  # fmt: skip
    add_fasciculations(trains, 50, settings, MINUTES, 1, "m")
    first, second, back = (times_of(trains, name) for name in ("fasciculation", "doublet", "f_wave"))
    n = sum(map(len, first.values()))
    assert n == pytest.approx(1800, rel=0.08) and len(first) == 3
    assert [len(times) for times in first.values()] == pytest.approx([600] * 3, rel=0.15)
    assert sum(map(len, second.values())) == pytest.approx(0.2 * n, rel=0.2)
    assert sum(map(len, back.values())) == pytest.approx(0.3 * n, rel=0.2)
    for late, mean_ms, cov in ((second, 7.0, 0.2), (back, 32.0, 0.02)):
        gap = np.concatenate([1000 * (t - first[u][np.searchsorted(first[u], t - 0.003 + 1e-9) - 1]) for u, t in late.items()])
        gap = gap[gap < 60]
        assert np.median(gap) == pytest.approx(mean_ms, rel=0.05) and gap.min() >= 3.0 - 1e-6
        assert np.percentile(gap, 84) - np.percentile(gap, 16) == pytest.approx(2 * cov * mean_ms, rel=0.3)
    marked = [h for h in trains.happenings if h.kind == "fasciculation"]
    assert len(marked) == n and all(h.muscle == "m" and h.duration_s == 0.0 for h in marked)
    assert sum(h.kind == "f_wave" for h in trains.happenings) == sum(map(len, back.values()))


def test_units_fasciculate_unequally_where_asked():
    trains = Trains()
    settings = Settings.of({"fasciculation.per_min": 720, "fasciculation.units": 10, "fasciculation.inequality": 1.5})
    add_fasciculations(trains, 10, settings, MINUTES, 1, "m")
    counts = [len(times) for times in times_of(trains, "fasciculation").values()]
    assert max(counts) > 8 * min(counts) and sum(counts) == pytest.approx(3600, rel=0.08)


def test_bursts_have_their_spikes_their_rate_and_slow_down_by_their_share():
    trains = Trains()
    burst = {"per_min": 20, "units": 2, "spikes": 30, "rate_hz": 200, "slowing": 0.02, "interval_cov": 0.0}
    settings = Settings.of({f"neuromyotonia.{name}": value for name, value in burst.items()})
    add_bursts(trains, 20, "neuromyotonic", "neuromyotonia", settings, MINUTES, 1, "m")
    assert len(trains.rows) == pytest.approx(2 * 100, rel=0.2) and len({int(row.unit[0]) for row in trains.rows}) == 2
    assert np.mean([len(row.time_s) for row in trains.rows]) == pytest.approx(30, abs=1.5)
    for row, mark in zip(trains.rows, trains.happenings, strict=True):
        assert np.diff(row.time_s) == pytest.approx(1.02 ** np.arange(len(row.time_s) - 1) / 200)
        assert (mark.start_s, mark.kind) == (row.time_s[0], "neuromyotonic_burst")
        assert mark.duration_s == pytest.approx(row.time_s[-1] - row.time_s[0])


def test_no_burst_is_faster_than_an_axon_recovers():
    trains = Trains()
    settings = Settings.of({"tetany.per_min": 60, "tetany.rate_hz": 330, "tetany.interval_cov": 1.0})
    add_bursts(trains, 5, "tetanic", "tetany", settings, MINUTES, 1, "m")
    gaps = np.concatenate([np.diff(row.time_s) for row in trains.rows])
    assert gaps.min() == pytest.approx(0.003) and gaps.max() > 0.004


def test_units_of_a_cramp_fire_irregularly_at_their_published_rate_and_for_their_time():
    trains = Trains()
    line = Timeline(("all",), (0.0, 60.0), ({},))
    settings = Settings.of(
        {"cramp.per_min": 1.0, "cramp.units_share": 1.0, "cramp.rate_spread_hz": 0.0, "cramp.duration_spread_s": 0.0}
    )
    add_cramps(trains, np.zeros((2, 60)), settings, line, 2, "m")
    units = times_of(trains, "cramp")
    gaps = [np.diff(times) for times in units.values()]
    assert len(units) == 60 and np.mean([1 / gap.mean() for gap in gaps]) == pytest.approx(14.5, rel=0.06)
    assert np.mean([gap.std() / gap.mean() for gap in gaps]) == pytest.approx(0.446, abs=0.06)
    assert min(gap.min() for gap in gaps) >= 0.02
    assert np.mean([times[-1] - times[0] for times in units.values()]) == pytest.approx(23.6, rel=0.02)
    pairs = times_of(trains, "doublet")
    assert sum(map(len, pairs.values())) == pytest.approx(0.041 * sum(map(len, units.values())), rel=0.2)
    late = np.concatenate([t - units[u][np.searchsorted(units[u], t - 0.003 + 1e-9) - 1] for u, t in pairs.items()])
    assert late.min() >= 0.003 and late.max() < 0.02 and len(np.unique(late.round(6))) > 0.9 * len(late)
    [cramp] = [h for h in trains.happenings if h.kind == "cramp"]
    assert cramp.start_s + cramp.duration_s == pytest.approx(max(times[-1] for times in units.values()), abs=0.3)


def test_units_below_the_strength_of_a_jerk_fire_within_its_bursts():
    settings = Settings.of({"pool.units": 30, "jerk.per_min": 60.0, "jerk.strength": 0.4, "jerk.burst_ms": 100, "jerk.rate_hz": 60})
    pool, centre = make_pool(settings.pool, settings.force), make_centre(settings, MINUTES, 1)
    trains = Trains()
    add_jerks(trains, pool, centre, settings.jerk, 1, "m")
    units = times_of(trains, "jerk")
    assert set(units) == set(np.flatnonzero(pool.threshold <= 0.4 * pool.excitation_max).tolist())
    starts, ends = centre.jerks_s, centre.jerks_s + centre.jerk_lengths_s
    for times in units.values():
        at = np.searchsorted(starts, times) - 1
        assert (times <= ends[at] + 1e-9).all() or (np.diff(starts) < 0.12).any()
        gaps = np.diff(times)
        assert 1 / np.median(gaps[gaps < 0.05]) == pytest.approx(60, rel=0.06)
    firsts = np.array([1000 * (times[0] - starts[0]) for times in units.values()])
    assert firsts.min() >= 0.0 and 8.0 < np.ptp(firsts) < 1000 / 60  # units do not start a jerk together
    assert [(h.kind, h.start_s) for h in trains.happenings] == [("jerk", t) for t in starts]


def test_fibres_without_a_nerve_fire_regularly_each_at_its_own_rate():
    trains = Trains()
    add_fibrillation(trains, 7, 60, Settings.of({"fibrillation.rate_hz": 6}), 60.0, 1, "m")
    units = times_of(trains, "fibrillation")
    gaps = [np.diff(times) for times in units.values()]
    rates = np.array([1 / gap.mean() for gap in gaps])
    assert sorted(units) == list(range(7, 67))
    assert rates.mean() == pytest.approx(6, rel=0.15) and rates.std() == pytest.approx(2.4, rel=0.3)
    assert rates.min() >= 0.15 * 6 * 0.97 and rates.max() <= 2.4 * 6 * 1.03
    assert np.mean([gap.std() / gap.mean() for gap in gaps]) == pytest.approx(0.03, rel=0.04)
    assert all(times[0] < 2.1 * gap.mean() and times[-1] > 60 for times, gap in zip(units.values(), gaps, strict=True))


@pytest.mark.parametrize("name", ["fasciculation", "myokymia", "cramp"])
def test_what_is_not_asked_for_does_not_come(name: str):
    trains, settings = Trains(), Settings.of({})
    add_fasciculations(trains, 9, settings, MINUTES, 1, "m")
    add_bursts(trains, 9, "myokymic", "myokymia", settings, MINUTES, 1, "m")
    add_cramps(trains, np.zeros((2, 9)), settings, MINUTES, 1, "m")
    on = Settings.of({f"{name}.per_min": 10.0})
    add_fasciculations(trains, 0, on, MINUTES, 1, "m")
    add_bursts(trains, 0, "myokymic", "myokymia", on, MINUTES, 1, "m")
    add_cramps(trains, np.zeros((2, 0)), on, MINUTES, 1, "m")
    assert not trains.rows and not trains.happenings
