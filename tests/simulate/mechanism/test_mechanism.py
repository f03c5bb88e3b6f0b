"""What was computed beforehand: it is what the simulator gives, and it tells the physiology it stands for."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.knowledge import Knowledge
from myognosis.simulate.axon import BRANCH, pattern
from myognosis.simulate.mechanism import HEALTHY, ION_KEYS, Watched, load_shown
from myognosis.simulate.mechanism.watch import RUN_SECONDS, SECONDS, STEPS, nudged, watch


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mechanism_tool", Path("tools/mechanism.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def at(**values: float) -> Watched:
    return load_shown().grid.nearest(values)[1]


def same(found: Watched, kept: Watched, seconds: float) -> None:
    """What was found by watching for a part of the time is the beginning of what is kept."""
    assert (found.rest_mv is None, found.threshold is None) == (kept.rest_mv is None, kept.threshold is None)
    assert (found.rest_mv or 0.0) == pytest.approx(kept.rest_mv or 0.0, abs=0.11)
    assert (found.threshold or 0.0) == pytest.approx(kept.threshold or 0.0, rel=0.01)
    assert found.spikes_s == pytest.approx([s for s in kept.spikes_s if s < seconds], abs=1e-3)


@pytest.mark.whole
def test_the_first_block_of_the_grid_is_what_the_simulator_gives():
    grid = load_shown().grid
    assert grid.steps == tuple(STEPS.values()) and grid.seconds == SECONDS
    values = [(0.6, 0.2, k, t) for k in STEPS["potassium_mm"] for t in STEPS["temperature_c"]][:16]
    states = [BRANCH.changed(**dict(zip(ION_KEYS, row, strict=True))) for row in values]
    for found, kept in zip(watch(states, 2.0), grid.points[:16], strict=True):
        same(found, kept, 2.0)


@pytest.mark.whole
def test_named_runs_are_what_the_simulator_gives_for_the_state_in_the_knowledge(knowledge: Knowledge, tool: ModuleType):
    shown = load_shown()
    mechanisms = [m for m in knowledge.content.mechanisms.values() if m.arises == "axon"]
    assert [m.id for m in mechanisms] == list(shown.runs) and shown.run_seconds == RUN_SECONDS
    for found, kept in zip(watch([tool.course_of(m) for m in mechanisms], 4.0), shown.runs.values(), strict=True):
        same(found, kept[0], 4.0)


def test_health_stands_on_the_grid_and_is_silent():
    assert all(value in row for value, row in zip(HEALTHY, load_shown().grid.steps, strict=True))
    assert (at().pattern, at().threshold) == ("silent", 1.0)


def test_calcium_keeps_the_axon_quiet_and_magnesium_helps():
    needed = [at(calcium_mm=value).threshold or 0.0 for value in STEPS["calcium_mm"]]
    assert needed == sorted(needed) and at(calcium_mm=0.7).per_min > 100
    assert (at(calcium_mm=1.0, magnesium_mm=0.2).threshold or 0.0) < (at(calcium_mm=1.0).threshold or 0.0)


def test_low_potassium_takes_the_axon_away_from_firing_and_high_potassium_blocks_it():
    assert (at(potassium_mm=2.5).threshold or 0.0) > 1.5 and (at(potassium_mm=2.5).rest_mv or 0.0) < (at().rest_mv or 0.0)
    assert at(potassium_mm=8.5).pattern == "block" and at(potassium_mm=5.0).pattern == "silent"


def test_more_potassium_never_makes_an_axon_twitch_that_has_the_calcium_of_health():
    for potassium in (value for value in STEPS["potassium_mm"] if value > 4.2):
        for warmth in STEPS["temperature_c"]:
            assert at(potassium_mm=potassium, temperature_c=warmth).pattern in ("silent", "block"), (potassium, warmth)


def test_each_kept_pattern_is_that_of_its_kept_impulses():
    shown = load_shown()
    for seconds, rows in ((shown.grid.seconds, shown.grid.points), (shown.run_seconds, [run[0] for run in shown.runs.values()])):
        for row in rows:
            assert row.pattern == pattern(np.array(row.spikes_s), seconds, blocked=row.pattern == "block")
            assert row.per_min == pytest.approx(60 * len(row.spikes_s) / seconds, abs=0.06)


def test_values_between_steps_and_beyond_are_taken_to_the_nearest():
    assert at(calcium_mm=0.72) is at(calcium_mm=0.7) and at(calcium_mm=-5) is at(calcium_mm=0.6)


@given(st.lists(st.floats(-50, 90), min_size=4, max_size=4))
def test_the_nearest_step_of_every_slider_is_taken(values: list[float]):
    grid = load_shown().grid
    places, _ = grid.nearest(dict(zip(ION_KEYS, values, strict=True)))
    for place, row, value in zip(places, grid.steps, values, strict=True):
        assert abs(row[place] - value) == min(abs(step - value) for step in row)


def test_runs_show_what_the_words_beside_them_say():
    runs = load_shown().runs
    assert all(well.pattern == "silent" for name, (_, well) in runs.items() if name != "pressed_nerve")
    for name in ("low_calcium", "low_magnesium", "overbreathing", "fewer_potassium_channels", "open_sodium_channels", "bare_axon",
                 "ailing_motor_cell", "lively_branch"):  # fmt: skip
        assert runs[name][0].per_min > 0
    assert at(magnesium_mm=0.2).pattern == "silent"  # low magnesium alone
    assert runs["pressed_nerve"][0].per_min > 3 * runs["pressed_nerve"][1].per_min
    assert runs["high_potassium"][0].pattern == "block" and runs["low_potassium"][0].pattern == "silent"
    for name in ("low_calcium", "overbreathing", "open_sodium_channels", "fewer_potassium_channels"):  # twos and threes
        assert min(np.diff(runs[name][0].spikes_s)) < 0.012


def test_no_mechanism_is_shown_at_a_temperature_at_which_the_computed_axon_of_health_fires_too(knowledge: Knowledge):
    warmths = {m.id: [c.value for c in m.changes if c.id == "temperature_c"] for m in knowledge.content.mechanisms.values()}
    assert {name for name, at in warmths.items() if at and min(at) < min(STEPS["temperature_c"])} == set()


def test_the_same_nudge_makes_only_the_state_fire():
    shown = load_shown()
    low, health = nudged([BRANCH.changed(calcium_mm=0.7), BRANCH])
    assert low == pytest.approx(shown.nudges["low_calcium"], abs=1.0) and health == pytest.approx(shown.nudges["health"], abs=0.2)
    assert max(health) < -40 and all(max(row) >= -10 for name, row in shown.nudges.items() if name != "health")
