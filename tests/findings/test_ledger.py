"""The ledger: what wins over what, what follows from what, and what is said of a contradiction."""

import pytest
from tests.toy import knowing

from myognosis.faults import Level
from myognosis.findings.ledger import Ledger
from myognosis.model.case import Answer, Case, Person
from myognosis.model.finding import Findings, LocalSign, State

KNOWLEDGE = knowing()


def entered(*facts: tuple[str, State]) -> tuple[Findings, Ledger]:
    ledger = Ledger(KNOWLEDGE)
    for i, (finding, state) in enumerate(facts):
        ledger.enter(finding, state, f"$[{i}]", state)
    return ledger.close(Case(person=Person(age_years=40.0))), ledger


@pytest.mark.parametrize(
    ("first", "second", "state", "contradicts"),
    [
        ("present", "present", "present", False), ("present", "absent", "present", True), ("absent", "present", "present", True),
        ("unknown", "present", "present", False), ("present", "unknown", "present", False), ("unknown", "absent", "absent", False),
        ("absent", "unknown", "absent", False), ("absent", "absent", "absent", False), ("unknown", "unknown", "unknown", False),
    ],
)  # fmt: skip
def test_present_wins_over_absent_and_absent_over_unknown(first: State, second: State, state: State, contradicts: bool):
    found, ledger = entered(("fever", first), ("fever", second))
    assert found.states == {"fever": state}
    assert [(i.code, i.level, i.where) for i in ledger.issues] == [("case.contradiction", Level.DOUBT, "$[1]")] * contradicts
    assert found.issues == tuple(ledger.issues)


@pytest.mark.parametrize(
    ("said", "state", "contradicts"),
    [(None, "present", 0), ("absent", "present", 1), ("present", "present", 0), ("unknown", "present", 0)],
)
def test_one_recording_with_and_one_without_contradict_only_who_denies_it(said: State | None, state: State, contradicts: int):
    ledger = Ledger(KNOWLEDGE)
    if said:
        ledger.enter("fever", said, "$.answers.fever", said)
    ledger.observe("fever", [("absent", "$.recordings[0]", "left"), ("present", "$.recordings[1]", "right")])
    assert ledger.states == {"fever": state}
    assert len(ledger.issues) == contradicts
    assert {row.raw for row in ledger.provenance["fever"]} >= {"left", "right"}


def test_every_place_where_a_fact_was_read_is_kept_shortened():
    ledger = Ledger(KNOWLEDGE)
    ledger.enter("fever", "absent", "$.a", "x" * 201)
    ledger.enter("fever", "present", "$.b", 7)
    rows = ledger.close(Case()).provenance["fever"]
    assert [(row.path, row.raw) for row in rows] == [("$.a", "x" * 200), ("$.b", "7")]


@pytest.mark.parametrize(
    ("answer", "state"), [(Answer.PRESENT, "present"), (Answer.ABSENT, "absent"), (Answer.DECLINED, "unknown")]
)
def test_an_answer_is_kept_with_its_word(answer: Answer, state: State):
    ledger = Ledger(KNOWLEDGE)
    ledger.answer("fever", answer, "$.answers.fever")
    assert ledger.states == {"fever": state}
    assert ledger.provenance["fever"][0].raw == answer.value


@pytest.mark.parametrize(
    ("beyond", "state"), [((False,), "absent"), ((True,), "present"), ((True, False), "present"), ((False, True), "present")]
)
def test_one_measurement_beyond_its_limit_is_enough_and_no_contradiction(beyond: tuple[bool, ...], state: State):
    ledger = Ledger(KNOWLEDGE)
    for i, each in enumerate(beyond):
        ledger.measure("fever", each, f"$.labs[{i}]", each)
    assert ledger.states == {"fever": state}
    assert not ledger.issues


def test_what_is_not_in_the_vocabulary_is_refused_and_not_entered():
    found, ledger = entered(("fevver", "present"), ("q" * 100, "present"))
    assert found.states == {}
    assert not found.provenance
    assert {(i.code, i.level) for i in ledger.issues} == {("case.unknown_id", Level.REFUSE)}
    near, far = ledger.issues
    assert "Did you mean 'fever'?" in str(near)
    assert "--vocabulary" in str(far)
    assert far.what.params["name"] == "q" * 80


def test_a_narrow_presence_makes_every_broader_finding_present_without_weight():
    found, _ = entered(("thumb_weakness", "present"))
    assert found.states == dict.fromkeys(("thumb_weakness", "hand_weakness", "weakness"), "present")
    assert found.implied == {"hand_weakness", "weakness"}


def test_a_broad_absence_makes_every_narrower_finding_absent_without_weight():
    found, _ = entered(("weakness", "absent"), ("thumb_weakness", "unknown"))
    assert found.states == dict.fromkeys(("thumb_weakness", "hand_weakness", "weakness"), "absent")
    assert found.implied == {"hand_weakness", "thumb_weakness"}


def test_a_broad_presence_says_nothing_of_the_narrower_and_a_narrow_absence_nothing_of_the_broader():
    assert entered(("weakness", "present"))[0].states == {"weakness": "present"}
    assert entered(("thumb_weakness", "absent"))[0].states == {"thumb_weakness": "absent"}
    assert entered(("weakness", "unknown"))[0].states == {"weakness": "unknown"}


def test_a_narrow_presence_under_a_broad_absence_counts_and_is_reported_once():
    found, ledger = entered(("weakness", "absent"), ("thumb_weakness", "present"))
    assert found.states == dict.fromkeys(("weakness", "thumb_weakness", "hand_weakness"), "present")
    assert [(i.code, i.level, i.where) for i in ledger.issues] == [("case.contradiction", Level.DOUBT, "$.answers.weakness")]
    names = ledger.issues[0].what.params
    assert (names["name"], names["parent"]) == (ledger.named("thumb_weakness"), ledger.named("weakness")), "by name, not by id"


def test_a_narrow_presence_stays_beside_an_absence_in_between():
    found, _ = entered(("hand_weakness", "absent"), ("weakness", "present"))
    assert found.states == {"hand_weakness": "absent", "weakness": "present", "thumb_weakness": "absent"}
    assert found.implied == {"thumb_weakness"}


def test_signs_and_medicines_are_kept_once_each_and_the_person_goes_along():
    ledger, sign = Ledger(KNOWLEDGE), LocalSign(kind="weak", where="deltoid", side="left")
    ledger.sign(sign)
    ledger.sign(sign)
    ledger.medicines += ["lithium", "lithium"]
    found = ledger.close(Case(person=Person(age_years=40.0)))
    assert found.signs == (sign,)
    assert found.medicines == ("lithium",)
    assert found.person.age_years == 40.0
