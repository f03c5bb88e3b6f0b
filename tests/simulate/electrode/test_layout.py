"""Where electrodes lie and how far a needle is from the fibre it listens to."""

import dataclasses

import numpy as np
import pytest

from myognosis.faults import ScenarioError
from myognosis.simulate.electrode.layout import make_layout, needle_beside
from myognosis.simulate.muscle.anatomy import Fibres, make_fibres
from myognosis.simulate.settings import Settings

WIDE = {"muscle.radius_mm": 20, "muscle.fibre_length_mm": 80}
GRID = Settings.of(WIDE | {"electrode.rows": 3, "electrode.columns": 2, "electrode.spacing_mm": 8, "electrode.along_mm": 5,
                           "electrode.across_mm": -1})  # fmt: skip


def test_a_grid_lies_about_its_centre_rows_along_and_columns_across_the_fibres():
    layout = make_layout("grid", GRID, "agonist")
    assert layout.along_mm.tolist() == [-3, 5, 13] * 2
    assert layout.across_mm.tolist() == [-5] * 3 + [3] * 3
    assert layout.names == ("EMG 1-1", "EMG 1-2", "EMG 1-3", "EMG 2-1", "EMG 2-2", "EMG 2-3")
    assert layout.places[4] == (5.0, 3.0)
    assert np.array_equal(layout.weights, np.eye(6))


def test_a_pair_is_one_channel_the_one_less_the_other():
    layout = make_layout("bipolar", GRID, "antagonist")
    assert layout.along_mm.tolist() == [1, 9] and layout.across_mm.tolist() == [-1, -1]
    assert layout.weights.tolist() == [[1, -1]] and layout.names == ("EMG B",) and layout.places == ((5.0, -1.0),)


def test_a_needle_is_one_channel_at_its_place():
    layout = make_layout("needle", GRID, "agonist")
    assert (layout.along_mm.tolist(), layout.across_mm.tolist(), layout.names) == ([5], [-1], ("EMG needle",))
    assert layout.weights.tolist() == [[1]] and layout.places == ((5.0, -1.0),)


def test_electrodes_of_any_form_are_channels_of_their_own_and_each_must_lie_over_the_muscle():
    places = ((0.0, 0.0), (5.0, 2.0), (-60.0, -45.0))
    layout = make_layout("grid", GRID, "antagonist", places)
    assert layout.names == ("EMG B 1", "EMG B 2", "EMG B 3") and np.array_equal(layout.weights, np.eye(3))
    assert layout.along_mm.tolist() == [0, 5, -60] and layout.across_mm.tolist() == [0, 2, -45] and layout.places == places
    for wrong in ((-81.0, 0.0), (0.0, 51.0)):
        with pytest.raises(ScenarioError):
            make_layout("grid", GRID, "agonist", (*places, wrong))


def test_a_needle_beside_the_muscle_is_told_every_limit_it_passes():
    with pytest.raises(ScenarioError) as caught:
        make_layout("needle", Settings.of(WIDE | {"electrode.across_mm": 21, "electrode.depth_mm": 20}), "agonist")
    assert [issue.where for issue in caught.value.issues] == ["electrode.across_mm", "electrode.depth_mm"]


@pytest.mark.parametrize(
    ("kind", "edge", "over"),
    [
        ("grid", {"electrode.along_mm": 72}, {"electrode.along_mm": 72.1}),  # half a fibre and 40 mm, less half the grid
        ("grid", {"electrode.across_mm": 46}, {"electrode.across_mm": -46.1}),  # two radii and a half
        ("bipolar", {"electrode.along_mm": -76}, {"electrode.along_mm": -76.1}),
        ("needle", {"electrode.depth_mm": 20, "electrode.across_mm": 20}, {"electrode.depth_mm": 20, "electrode.across_mm": 20.1}),
        ("needle", {"electrode.depth_mm": 40, "electrode.across_mm": 0}, {"electrode.depth_mm": 40, "electrode.across_mm": 1}),
    ],
)
def test_the_last_place_within_the_muscle_is_allowed_and_the_next_is_refused(kind, edge, over):
    base = WIDE | {"electrode.rows": 3, "electrode.columns": 2, "electrode.spacing_mm": 8}
    make_layout(kind, Settings.of(base | edge), "agonist")
    with pytest.raises(ScenarioError) as caught:
        make_layout(kind, Settings.of(base | over), "agonist")
    assert {issue.code for issue in caught.value.issues} == {"simulate.layout"}


def test_a_needle_beside_a_unit_lies_above_one_of_its_fibres_away_from_its_end_plate():
    settings = Settings.of(WIDE | {"pool.units": 10, "muscle.fibres": 2000})
    fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=1, name="m")
    for seed in range(5):
        place = needle_beside(fibres, 7, 20.0, 0.5, seed)
        across, depth, along = (place[f"electrode.{name}_mm"] for name in ("across", "depth", "along"))
        own = np.flatnonzero((fibres.unit == 7) & np.isclose(fibres.across, across) & np.isclose(fibres.depth, depth + 0.5))
        assert len(own) == 1 and along == pytest.approx(fibres.endplate[own[0]] + 12)
        assert np.hypot(across, depth - 20) <= 20


def lone(across: float, depth: float, right: float) -> Fibres:
    one = np.ones(1)
    return Fibres(np.zeros(1, np.int64), across * one, depth * one, 0 * one, right * one, right * one, 0 * one, 4 * one, one < 0, 1)


def test_a_needle_that_cannot_lie_well_stays_in_the_muscle():
    short = needle_beside(lone(0.0, 5.0, 10.0), 0, 20.0, 0.5, 1)
    assert short["electrode.along_mm"] == pytest.approx(6.0)  # six tenths of a short fibre
    shallow = needle_beside(lone(0.0, 0.4, 30.0), 0, 20.0, 0.5, 1)
    assert shallow["electrode.depth_mm"] == pytest.approx(0.2)
    edge = needle_beside(lone(19.99, 19.0, 30.0), 0, 20.0, 3.0, 1)
    assert np.hypot(edge["electrode.across_mm"], edge["electrode.depth_mm"] - 20) == pytest.approx(19.8)
    make_layout("needle", dataclasses.replace(Settings.of(WIDE | edge)), "agonist")
