"""The language of urgency rules: what it accepts, that it can only gain from more evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.knowledge.rules import RuleFault, findings_of, holds, one_of_each, taken_back_by, weights_of
from myognosis.model.case import Person
from myognosis.model.finding import Findings, LocalSign

LEAVES = ("fever", "confusion", "seizure", "weakness")


def known(*present: str, age: float | None = None, sex: str | None = None, signs: tuple[LocalSign, ...] = ()) -> Findings:
    return Findings(Person(age_years=age, sex=sex), dict.fromkeys(present, "present"), signs=signs)  # type: ignore[arg-type]


def rules() -> st.SearchStrategy[object]:
    leaf: st.SearchStrategy[object] = st.sampled_from(LEAVES)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(lambda x: {"all": x}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda x: {"any": x}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda n, x: {"at_least": n, "of": x}, st.integers(1, 3), st.lists(inner, min_size=1, max_size=3)),
        ),
        max_leaves=8,
    )


@given(rules(), st.sets(st.sampled_from(LEAVES)), st.sampled_from(LEAVES))
def test_one_more_present_finding_never_makes_a_rule_fail(rule: object, present: set[str], more: str):
    if holds(rule, known(*present)):
        assert holds(rule, known(*present, more))


@given(rules(), st.sets(st.sampled_from(LEAVES)))
def test_a_rule_holds_only_where_one_of_each_of_its_sets_is_present(rule: object, present: set[str]):
    if holds(rule, known(*present)):
        assert not any(present.isdisjoint(names) for names in one_of_each(rule))


@given(rules())
def test_nothing_known_fires_no_rule_of_findings(rule: object):
    assert not holds(rule, known())


def test_each_form_of_rule():
    assert holds({"all": ["fever", "confusion"]}, known("fever", "confusion"))
    assert not holds({"all": ["fever", "confusion"]}, known("fever"))
    assert holds({"any": ["fever", "confusion"]}, known("confusion"))
    assert not holds({"any": ["fever", "confusion"]}, known("seizure"))
    assert holds({"at_least": 2, "of": list(LEAVES)}, known("fever", "seizure"))
    assert not holds({"at_least": 2, "of": list(LEAVES)}, known("fever"))
    assert holds({"age_under": 5}, known(age=4.9))
    assert not holds({"age_under": 5}, known(age=5.0))
    assert not holds({"age_under": 5}, known())
    assert holds({"age_over": 50}, known(age=50.0))
    assert not holds({"age_over": 50}, known(age=49.9))
    assert not holds({"age_over": 50}, known())
    assert holds({"sex": "female"}, known(sex="female"))
    assert not holds({"sex": "female"}, known(sex="male"))
    assert not holds({"sex": "female"}, known())
    late = Findings(Person(), {"fever": "present", "recent": "absent"})
    assert not holds({"all": ["fever", {"unless_no": "recent"}]}, late)
    assert holds({"all": ["fever", {"unless_no": "recent"}]}, known("fever"))


def test_signs_are_counted_by_place():
    weak = tuple(LocalSign(kind="weak", where=m, side="left") for m in ("deltoid", "biceps_brachii"))
    twice = (*weak, LocalSign(kind="weak", where="deltoid", side="right"))
    assert holds({"sign": "weak", "at_least": 2}, known(signs=weak))
    assert not holds({"sign": "weak", "at_least": 3}, known(signs=twice))
    assert not holds({"sign": "numb", "at_least": 1}, known(signs=weak))


@pytest.mark.parametrize("rule", [{"not": "fever"}, {"all": ["fever"], "any": ["seizure"]}, 7, None, {"at_least": 2}, {}])
def test_what_is_not_a_rule_is_refused(rule: object):
    with pytest.raises(RuleFault):
        holds(rule, known("fever"))
    with pytest.raises(RuleFault):
        list(findings_of(rule))


def test_what_a_clear_no_may_take_back_is_named_and_weighs_nothing():
    rule = {"any": ["seizure", {"all": ["fever", {"unless_no": "recent"}]}]}
    assert list(taken_back_by(rule)) == ["recent"]
    assert list(findings_of(rule)) == ["seizure", "fever", "recent"]
    assert weights_of(rule) == {"seizure": 1.0, "fever": 1.0}


def test_every_finding_of_a_rule_is_found():
    rule = {"all": ["fever", {"any": ["confusion", {"at_least": 1, "of": ["seizure"]}]}, {"age_over": 3}]}
    assert list(findings_of(rule)) == ["fever", "confusion", "seizure"]


def test_a_finding_weighs_as_much_as_it_fires_alone():
    from myognosis.knowledge.rules import weights_of

    rule = {"any": ["seizure", {"all": ["fever", {"at_least": 2, "of": ["confusion", "weakness"]}]}, {"age_over": 3}]}
    assert weights_of(rule) == {"seizure": 1.0, "fever": 0.5, "confusion": 0.25, "weakness": 0.25}
    assert weights_of({"any": ["fever", {"all": ["fever", "seizure"]}]}) == {"fever": 1.0, "seizure": 0.5}
    with pytest.raises(RuleFault):
        weights_of({"not": "fever"})
