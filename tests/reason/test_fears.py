"""What people fear: which grave causes are answered although unlikely, and benign against pathological fasciculation."""

from typing import Any

import pytest

from myognosis.knowledge.schema import Cause
from myognosis.model.assessment import FearAnswered
from myognosis.model.case import Person
from myognosis.model.finding import Findings
from myognosis.reason import causes as why
from tests.toy import a_cause, knowing, told


class TestFears:
    """How a fear is answered."""

    def answered(self, *causes: Cause, found: Findings | None = None, **numbers: float) -> dict[str, FearAnswered]:
        """All these causes are feared."""
        knowledge, findings = knowing(*causes, **numbers), found or told()
        feared = [cause.id for cause in causes]
        return {f.cause: f for f in why.answer_fears(findings, why.rank(findings, knowledge), feared, knowledge)}

    def test_only_what_is_feared_is_answered_in_the_order_in_which_it_was_named(self):
        knowledge = knowing(*(a_cause(name, signs={"fasciculation": 0.6}) for name in "abc"))
        ranking = why.rank(told(), knowledge)
        assert [f.cause for f in why.answer_fears(told(), ranking, ["c", "a"], knowledge)] == ["c", "a"]
        assert why.answer_fears(told(), ranking, [], knowledge) == ()

    def test_a_lead_is_not_answered_among_the_fears(self):
        signs = {"fasciculation": 0.6}
        for p, expected in ((0.25, ["a"]), (0.4, [])):
            assert list(self.answered(a_cause("a", p, signs))) == expected
        once = self.answered(a_cause("a", 0.25, signs))["a"].probability
        assert once == pytest.approx(0.25)
        assert not self.answered(a_cause("a", 0.25, signs), feared_listed_below=once)

    def test_what_speaks_for_and_against_is_named_the_strongest_first(self):
        signs = {"fasciculation": 0.6, "weakness": 0.9, "atrophy": 0.6, "fever": 0.5, "numbness": 0.25, "hand_weakness": 0.06}
        found = told("fever", "numbness", absent=("atrophy", "weakness", "hand_weakness"))
        answer = self.answered(a_cause("a", 0.001, signs), found=found)["a"]
        assert answer.against == ("weakness", "atrophy")
        assert answer.for_it == ("fever", "numbness")

    def test_where_it_was_asked_speaks_neither_for_nor_against(self):
        for ratio in (0.1, 10.0):
            cause = a_cause("a", 0.001, {"fasciculation": 0.6}, settings={"self_check": ratio})
            answer = self.answered(cause)["a"]
            assert answer.against == answer.for_it == ()

    def test_six_for_and_six_against_are_enough(self):
        names = [f"sign_{i}" for i in range(12)]
        cause = a_cause("a", 1e-6, {"fasciculation": 0.6} | dict.fromkeys(names, 0.3))
        against = self.answered(cause, found=told(absent=tuple(names[:8])))["a"]
        assert (len(against.against), against.for_it) == (6, ())
        speaking = self.answered(cause, found=told(*names[:8]))["a"]
        assert (speaking.against, len(speaking.for_it)) == ((), 6)

    def test_what_would_change_it_is_what_is_not_present_can_be_asked_and_tells_most(self):
        signs = {
            "fasciculation": 0.6,
            "weakness": 0.9,
            "fever": 0.9,
            "rare_sign": 0.5,
            "numbness": 0.9,
            "atrophy": 0.5,
            "cramp": 0.2,
        }
        cause = a_cause("a", 0.001, signs)
        answer = self.answered(cause)["a"]
        assert answer.would_change == ("rare_sign", "fever", "weakness", "fasciculation", "atrophy")
        knowledge, found = knowing(cause, silent=("fever",)), told("weakness", absent=("atrophy",))
        told_of = why.answer_fears(found, why.rank(found, knowledge), ["a"], knowledge)[0].would_change
        assert told_of == ("rare_sign", "fasciculation", "atrophy", "numbness", "cramp")


class TestFasciculation:
    """Benign against pathological."""

    GRAVE = a_cause("grave", 0.2, {"fasciculation": 0.9}, kind="anterior_horn")
    MILD = a_cause("mild", 0.3, {"fasciculation": 0.9}, kind="benign")

    def judged(self, *causes: Cause, movements: dict[str, float], found: Findings | None = None) -> Any:
        knowledge, findings = knowing(*causes, further_cause=0.5), found or told()
        return why.judge_fasciculation(findings, why.rank(findings, knowledge), movements, knowledge)

    def test_it_is_judged_where_fasciculation_of_any_kind_is_possible(self):
        assert self.judged(self.MILD, movements={"cramp": 1.0, "fasciculation": 0.09}) is None
        assert self.judged(self.MILD, movements={"fasciculation": 0.1}).probability == pytest.approx(0.1)
        both = self.judged(self.MILD, movements={"fasciculation": 0.06, "hand_fasciculation": 0.06, "cramp": 0.5})
        assert both.probability == pytest.approx(0.12)

    def test_pathological_is_the_probability_that_any_grave_cause_of_fasciculation_holds(self):
        other = a_cause("other", 0.5, {"fever": 0.9})
        result = self.judged(self.GRAVE, self.MILD, other, movements={"fasciculation": 1.0})
        odds, factor = (0.25, 3 / 7, 1.0), 0.5
        a, b, c = odds
        with_grave = a + factor * (a * b + a * c) + factor**2 * a * b * c
        assert result.pathological == pytest.approx(with_grave / (1 + with_grave + b + c + factor * b * c))
        assert result.benign == pytest.approx(1 - result.pathological)

    def test_a_cause_that_seldom_makes_it_is_not_counted(self):
        seldom, often = (a_cause("x", 0.5, {"fasciculation": 1 - (1 - q) * 0.9}, kind="cord") for q in (0.14, 0.16))
        assert self.judged(seldom, movements={"fasciculation": 1.0}).pathological == 0
        assert self.judged(often, movements={"fasciculation": 1.0}).pathological == pytest.approx(0.5)

    def test_grave_signs_are_sorted_by_what_is_known_of_them(self):
        result = self.judged(self.MILD, movements={"fasciculation": 1.0}, found=told("atrophy", absent=("weakness", "numbness")))
        assert result.speaks_benign == ("weakness", "numbness")
        assert result.speaks_pathological == ("atrophy",)
        assert set(result.missing) == set(why._GRAVE_SIGNS) - {"atrophy", "weakness", "numbness"}
        assert "emg_normal" not in result.missing

    def test_a_sign_that_could_not_be_answered_is_missing(self):
        found = Findings(Person(), {"weakness": "unknown"})
        result = self.judged(self.MILD, movements={"fasciculation": 1.0}, found=found)
        assert "weakness" in result.missing
        assert result.speaks_benign == result.speaks_pathological == ()

    def test_a_normal_emg_speaks_for_benign(self):
        def benign(found: Findings) -> tuple[str, ...]:
            return tuple(self.judged(self.MILD, movements={"fasciculation": 1.0}, found=found).speaks_benign)

        assert benign(told("emg_normal")) == ("emg_normal",)
        assert benign(told()) == ()
