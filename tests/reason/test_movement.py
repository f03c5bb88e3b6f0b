"""Which movement it is: each described feature counts by its probability in each type, and a named type restricts the choice."""

import numpy as np
import pytest

from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.schema import Movement
from myognosis.model.case import Person
from myognosis.model.finding import Findings
from myognosis.reason import movement as mv
from tests.toy import WORDS, knowing, told


def kinds(**rows: tuple[float, dict[str, float]]) -> Knowledge:
    """A knowledge of these movements: share, and features."""
    movements = {
        name: Movement(id=name, plain=WORDS, share=share, features=features, source="s", trust="read")
        for name, (share, features) in rows.items()
    }
    return knowing(content={"movements": movements})


KNOWN = load_knowledge()
TWO = kinds(fasciculation=(0.6, {"at_rest": 0.9}), cramp=(0.2, {"at_rest": 0.2, "in_calf": 0.6}))
THREE = kinds(fasciculation=(0.2, {}), hand_fasciculation=(0.2, {}), cramp=(0.2, {}))


def recognised(findings: Findings, knowledge: Knowledge = TWO) -> dict[str, float]:
    return {m.movement: m.probability for m in mv.recognise(findings, knowledge)}


def test_without_a_description_no_movement_is_named():
    assert recognised(told()) == recognised(told("weakness")) == recognised(told(absent=("at_rest", "in_calf", "cramp"))) == {}
    assert recognised(told("odd_feature")) == {"fasciculation": pytest.approx(0.75), "cramp": pytest.approx(0.25)}


def test_what_a_recording_shows_names_the_movement_only_where_nobody_did():
    cramp = TWO.content.movements["cramp"].model_copy(update={"shown_by": ("weakness",)})
    shown = knowing(content={"movements": TWO.content.movements | {"cramp": cramp}})
    assert recognised(told("weakness"), shown) == {"cramp": 1.0}
    assert recognised(told(absent=("weakness",)), shown) == {}
    assert recognised(told("weakness", "fasciculation"), shown) == {"fasciculation": 1.0}
    assert recognised(told("weakness", "at_rest"), shown) == recognised(told("at_rest"), shown)


def test_of_two_movements_that_a_recording_shows_the_one_that_is_seldom_seen_without_a_cause_stands_first():
    found = {"emg_fp": "present", "emg_cramp_discharge": "present"}
    by_recording = mv.recognise(Findings(Person(), found), KNOWN)
    assert [m.movement for m in by_recording] == ["cramp", "fasciculation"]
    assert by_recording[0].probability > 0.8
    assert recognised(Findings(Person(), found | {"fasciculation": "present"}), KNOWN) == {"fasciculation": 1.0}


def test_each_feature_counts_by_its_discounted_likelihood_ratio():
    for found, ratio in (
        (told("at_rest"), 0.9 / 0.2),
        (told("odd_feature", absent=("at_rest",)), 0.1 / 0.8),
        (told("in_calf"), 0.3 / 0.6),
        (told("at_rest", absent=("in_calf",)), 0.9 / 0.2 * 0.7 / 0.4),
    ):
        odds = 3 * ratio**0.8
        assert recognised(found)["fasciculation"] == pytest.approx(odds / (1 + odds))


def test_only_known_features_and_places_describe():
    found = told("at_rest", "weakness", "for_years", absent=("in_calf",))
    assert mv.describing(found, TWO) == {"at_rest": True, "in_calf": False}
    assert mv.describing(Findings(Person(), {"at_rest": "unknown"}), TWO) == {}
    assert mv.describing(told("at_rest", "in_calf", implied=("in_calf",)), TWO) == {"at_rest": True}


def test_the_likeliest_comes_first_and_one_below_a_hundredth_is_left_out():
    many = kinds(cramp=(0.009, {}), hand_fasciculation=(0.0101, {}), fasciculation=(0.9809, {}))
    assert list(recognised(told("odd_feature"), many)) == ["fasciculation", "hand_fasciculation"]


@pytest.mark.parametrize(
    ("found", "allowed"),
    [
        (told(), [1, 1, 1]),
        (told("cramp"), [0, 0, 1]),
        (told("fasciculation"), [1, 0, 0]),
        (told("fasciculation", "at_rest"), [1, 1, 0]),
        (told("hand_fasciculation", "fasciculation", implied=("fasciculation",)), [0, 1, 0]),
        (told("cramp", "hand_fasciculation"), [0, 1, 1]),
        (told(absent=("cramp",)), [1, 1, 0]),
        (told("fasciculation", absent=("hand_fasciculation",)), [1, 0, 0]),
        (told(absent=("fasciculation", "hand_fasciculation", "cramp")), [1, 1, 1]),
        (told("weakness", "at_rest"), [1, 1, 1]),
        (told("knotted", "cramp", implied=("cramp",)), [1, 1, 1]),
    ],
)
def test_a_named_movement_restricts_the_choice_to_its_family(found: Findings, allowed: list[int]):
    assert list(mv.allowed_types(found, THREE)) == [bool(a) for a in allowed]


def test_a_named_movement_without_a_description_of_its_own_falls_back_on_the_broader_one():
    assert list(mv.allowed_types(told("hand_fasciculation"), TWO)) == [True, False]


def test_a_movement_that_was_ruled_out_is_not_recognised():
    assert recognised(told("odd_feature", absent=("fasciculation",))) == {"cramp": 1.0}


def test_a_feature_that_a_type_does_not_list_is_as_frequent_as_in_people_at_large():
    assert mv.feature_column("in_calf", True, TWO) == pytest.approx([0.3, 0.6])
    assert mv.feature_column("in_calf", False, TWO) == pytest.approx([0.7, 0.4])
    assert mv.feature_column("odd_feature", True, TWO) == pytest.approx([0.5, 0.5]), "nothing known of it says nothing"


def test_the_shares_of_the_movements_add_up_to_one():
    assert mv.type_shares(TWO) == pytest.approx(np.array([0.75, 0.25]))


def test_of_several_movements_that_were_named_each_counts_alike_and_the_commoner_stands_first():
    rare = kinds(fasciculation=(0.6, {}), hand_fasciculation=(0.2, {}), cramp=(0.001, {}))
    assert recognised(told("fasciculation", "cramp"), rare)["cramp"] == pytest.approx(0.5)
    assert recognised(told("cramp", "hand_fasciculation"), rare) == {
        "hand_fasciculation": pytest.approx(0.5), "cramp": pytest.approx(0.5),
    }  # fmt: skip
    assert next(iter(recognised(told("cramp", "hand_fasciculation"), rare))) == "hand_fasciculation"


def test_a_seizure_told_beside_a_tremor_is_not_lost_because_tremor_is_commoner():
    found = mv.recognise(told("gtcs", "tremor"), KNOWN)
    assert {m.movement: m.probability for m in found}["gtcs"] == pytest.approx(0.5)
