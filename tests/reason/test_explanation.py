"""How a ranking is explained, on a knowledge small enough to reckon by hand."""

import numpy as np
import pytest

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import AgeBand, Context, Link, Prior
from myognosis.model.assessment import CauseResult, Evidence
from myognosis.model.case import Person
from myognosis.model.finding import Findings, LocalSign, State
from myognosis.reason import causes as why
from myognosis.reason import network as net
from myognosis.reason import posterior as post
from myognosis.reason.site import site_log_ratio
from tests.toy import a_cause, knowing, told


def explained(findings: Findings, knowledge: Knowledge, cause: str = "a") -> CauseResult:
    return next(c for c in why.rank(findings, knowledge).causes if c.cause == cause)


def pieces(findings: Findings, knowledge: Knowledge, cause: str = "a") -> dict[str, Evidence]:
    return {item.finding: item for item in explained(findings, knowledge, cause).evidence}


def db(ratio: float) -> float:
    return float(10 * np.log10(ratio))


def in_log_odds(result: CauseResult) -> tuple[float, float]:
    """How far the range reaches below and above, in log odds."""
    low, middle, high = (np.log(p / (1 - p)) for p in (result.low, result.probability, result.high))
    return middle - low, high - middle


class TestEvidence:
    """Every number shown is the one that was computed with."""

    def test_a_present_finding_weighs_its_likelihood_ratio(self):
        item = pieces(told("weakness"), knowing(a_cause("a", signs={"weakness": 0.8})))["weakness"]
        assert item.decibans == pytest.approx(db(0.8 / 0.1))
        assert (item.kind, item.source, item.trust) == ("present", "paper", "read")
        assert (item.p, item.background) == (pytest.approx(0.8), pytest.approx(0.1))

    def test_an_absent_finding_weighs_the_ratio_of_its_absence(self):
        item = pieces(told(absent=("weakness",)), knowing(a_cause("a", signs={"weakness": 0.8})))["weakness"]
        assert item.decibans == pytest.approx(db(0.2 / 0.9))
        assert item.kind == "absent"
        assert item.p == pytest.approx(0.8)

    def test_all_evidence_is_discounted_alike(self):
        knowledge = knowing(a_cause("a", signs={"weakness": 0.8, "numbness": 0.6}), evidence_weight=0.5)
        items = pieces(told("weakness", absent=("numbness",)), knowledge)
        assert items["weakness"].decibans == pytest.approx(db(8) / 2)
        assert items["numbness"].decibans == pytest.approx(db(0.4 / 0.8) / 2)

    def test_a_finding_that_a_cause_makes_rarer_speaks_against_it(self):
        knowledge = knowing(a_cause("a", signs={"numbness": 0.05}))
        assert pieces(told("numbness"), knowledge)["numbness"].decibans == pytest.approx(db(0.05 / 0.2))
        assert pieces(told(absent=("numbness",)), knowledge)["numbness"].decibans == pytest.approx(db(0.95 / 0.8))
        for findings in (told("numbness"), told(absent=("numbness",))):
            item = pieces(findings, knowledge)["numbness"]
            assert (item.p, item.background) == (pytest.approx(0.05), pytest.approx(0.2))

    def test_what_says_nothing_about_a_cause_is_not_listed(self):
        knowledge = knowing(a_cause("a", signs={"weakness": 0.8, "numbness": 0.2025}), a_cause("b", signs={"fever": 0.5}))
        assert set(pieces(told("weakness", "fever", absent=("numbness",)), knowledge)) == {"weakness"}
        assert set(pieces(told("numbness"), knowledge)) == {"numbness"}, "a twentieth of a deciban is enough"

    def test_the_strongest_evidence_comes_first_whichever_way_it_points(self):
        knowledge = knowing(a_cause("a", signs={"weakness": 0.2, "numbness": 0.95, "atrophy": 0.2, "fever": 0.5}))
        listed = explained(told("weakness", "atrophy", "fever", absent=("numbness",)), knowledge).evidence
        assert [item.finding for item in listed] == ["fever", "numbness", "atrophy", "weakness"]

    def test_each_circumstance_is_named_with_its_ratio_and_its_source(self):
        context = tuple(Context(id=name, present=4.0, absent=0.5, source="cohort", trust="quoted") for name in ("smoker", "coffee"))
        age = (AgeBand(**{"from": 0, "to": 40, "ratio": 3.0}), AgeBand(**{"from": 40, "to": 130, "ratio": 7.0}))
        more = {"context": context, "age": age, "sex": {"male": 2.0}, "settings": {"self_check": 0.25}}
        knowledge = knowing(a_cause("a", **more))
        items = pieces(told("smoker", absent=("coffee",), age_years=40.0, sex="male"), knowledge)
        assert {n: (i.kind, i.source, i.trust) for n, i in items.items()} == {
            "smoker": ("context_present", "cohort", "quoted"), "coffee": ("context_absent", "cohort", "quoted"),
            "age": ("age", "survey", "read"), "sex": ("sex", "survey", "read"), "setting": ("setting", "survey", "read"),
        }  # fmt: skip
        expected = {"smoker": 4.0, "coffee": 0.5, "age": 7.0, "sex": 2.0, "setting": 0.25}
        assert {n: i.decibans for n, i in items.items()} == {n: pytest.approx(db(r)) for n, r in expected.items()}

    @pytest.mark.parametrize("said", [{}, {"smoker": "unknown"}])
    def test_silence_about_what_a_cause_needs_or_not_to_know_is_shown(self, said: dict[str, State]):
        needs = (Context(id="smoker", present=50.0, absent=0.1, source="cohort", trust="read"),)
        asked = told("weakness")
        findings = Findings(asked.person, asked.states | said)
        item = pieces(findings, knowing(a_cause("a", signs={"weakness": 0.8}, context=needs)))["smoker"]
        assert (item.kind, item.source) == ("context_untold", "cohort")
        assert item.decibans == pytest.approx(db(0.1 + 0.25 * 0.9))

    def test_silence_about_the_sign_that_defines_a_cause_is_told_with_the_source_of_that_sign(self):
        knowledge = knowing(a_cause("a", signs={"rare_sign": 0.96}), defining_from=0.9)
        item = pieces(told("fever"), knowledge)["rare_sign"]
        assert (item.kind, item.source) == ("context_untold", "paper")
        assert item.decibans == pytest.approx(db(1 - 0.96 * 0.75))

    def test_a_number_carried_from_a_relative_has_its_source_and_counts_as_estimated(self):
        knowledge = knowing(
            a_cause("a", signs={"hand_weakness": 0.8}),
            a_cause("b", signs={"weakness": 0.8}),
            a_cause("c", signs={"fever": 0.8}),
        )
        broader, narrower = told("weakness"), told("hand_weakness")
        for found, name, cause in ((broader, "weakness", "a"), (narrower, "hand_weakness", "b")):
            item = pieces(found, knowledge, cause)[name]
            assert (item.source, item.trust) == ("paper", "estimated")
        assert why._authority("weakness", {}, knowledge) == ("estimate", "estimated")

    def test_the_source_is_the_nearest_relatives(self):
        links = {
            name: Link(id=name, p=0.5, source=f"of_{name}", trust="read")
            for name in ("weakness", "hand_weakness", "thumb_weakness", "fever")
        }
        knowledge = knowing()
        assert why._authority("hand_weakness", links, knowledge) == ("of_hand_weakness", "read")
        del links["hand_weakness"]
        assert why._authority("hand_weakness", links, knowledge) == ("of_weakness", "estimated")
        del links["weakness"]
        assert why._authority("hand_weakness", links, knowledge) == ("of_thumb_weakness", "estimated")

    def test_the_description_speaks_as_a_whole(self):
        knowledge = knowing(a_cause("a", signs={"fasciculation": 0.6}), a_cause("b", signs={"cramp": 0.6}))
        nobody = (0.9 + 0.2) / 2
        makes, leak = 1 - 0.975 * 0.4 / 0.9, 0.025
        twitch, cramp = ((makes * x + leak * y) / (makes + leak) for x, y in ((0.9, 0.2), (0.2, 0.9)))
        for cause, likelihood in (("a", twitch), ("b", cramp)):
            items = pieces(told("at_rest"), knowledge, cause)
            assert set(items) == {"description"}
            item = items["description"]
            assert item.decibans == pytest.approx(0.8 * db(likelihood / nobody))
            assert (item.kind, item.source, item.trust) == ("description", "estimate", "estimated")

    def test_a_cause_gains_by_making_the_movement_that_was_named(self):
        knowledge = knowing(a_cause("a", signs={"fasciculation": 0.6}), a_cause("b", signs={"cramp": 0.6}))
        makes, leak = 1 - 0.975 * 0.4 / 0.9, 0.025
        for cause, share in (("a", makes / (makes + leak)), ("b", leak / (makes + leak))):
            item = pieces(told("fasciculation"), knowledge, cause)["named"]
            assert item.decibans == pytest.approx(0.5 * db(share / 0.5))
            assert (item.kind, item.source, item.trust) == ("named", "estimate", "estimated")
        assert "named" not in pieces(told("weakness"), knowing(a_cause("a", signs={"weakness": 0.6})))

    def test_the_pattern_of_signs_speaks_as_a_whole(self):
        signs = tuple(LocalSign(kind="weak", where=m, side="left") for m in ("deltoid", "biceps_brachii"))
        found = told(signs=signs)
        knowledge = knowing(a_cause("a", sites={"root": 1.0}), a_cause("b", sites={"cerebellum": 1.0}))
        network = net.network_of(knowledge)
        ratios = dict(zip(network.causes, site_log_ratio(network, found), strict=True))
        assert all(ratios.values())
        assert ratios["a"] != ratios["b"]
        for cause, ratio in ratios.items():
            item = pieces(found, knowledge, cause)["pattern"]
            assert item.decibans == pytest.approx(10 * np.log10(np.e) * ratio)
            assert (item.kind, item.source, item.trust) == ("pattern", "estimate", "estimated")

    def test_what_is_shown_adds_up_exactly_to_the_odds_of_the_cause_alone(self):
        signs = (LocalSign(kind="weak", where="deltoid", side="left"),)
        more = {"sites": {"root": 1.0}, "sex": {"female": 3.0}}
        knowledge = knowing(a_cause("a", 0.02, {"weakness": 0.8, "fever": 0.3, "numbness": 0.05, "fasciculation": 0.7}, **more))
        ranking = why.rank(
            told("weakness", "numbness", "at_rest", "cramp", absent=("fever",), signs=signs, sex="female"), knowledge
        )
        total = sum(item.decibans for item in ranking.causes[0].evidence)
        assert total + db(0.02 / 0.98) == pytest.approx(10 * np.log10(np.e) * ranking.posterior.single[0])


class TestRange:
    """The range is as wide as the numbers behind it are doubtful."""

    def test_a_bare_prior_may_be_wrong_by_its_factor_of_doubt(self):
        assert in_log_odds(explained(told(), knowing(a_cause("a", 0.2)))) == pytest.approx([np.log(2), np.log(2)])
        estimated = Prior(p=0.2, source="estimate", trust="estimated")
        guess = knowing(a_cause("a", prior=estimated))
        assert in_log_odds(explained(told(), guess)) == pytest.approx([np.log(3), np.log(3)])

    def test_a_present_finding_widens_it_by_what_halved_odds_would_change(self):
        own = np.log(0.8 / 0.1) - np.log((2 / 3) / 0.1)
        result = explained(told("weakness"), knowing(a_cause("a", 0.2, {"weakness": 0.8})))
        assert in_log_odds(result) == pytest.approx([np.hypot(np.log(2), own)] * 2)

    def test_an_absent_finding_widens_it_too(self):
        own = np.log(0.2 / 0.9) - np.log((1 / 3) / 0.9)
        result = explained(told(absent=("weakness",)), knowing(a_cause("a", 0.2, {"weakness": 0.8})))
        assert in_log_odds(result) == pytest.approx([np.hypot(np.log(2), own)] * 2)

    def test_a_discounted_finding_widens_it_less(self):
        own = (np.log(0.8 / 0.1) - np.log((2 / 3) / 0.1)) / 2
        result = explained(told("weakness"), knowing(a_cause("a", 0.2, {"weakness": 0.8}), evidence_weight=0.5))
        assert in_log_odds(result) == pytest.approx([np.hypot(np.log(2), own)] * 2)

    def test_doubt_never_makes_a_finding_rarer_than_in_people_at_large(self):
        own = np.log(0.12 / 0.1)
        result = explained(told("weakness"), knowing(a_cause("a", 0.2, {"weakness": 0.12})))
        assert in_log_odds(result) == pytest.approx([np.hypot(np.log(2), own)] * 2)

    def test_several_doubts_add_as_squares(self):
        present, absent = np.log(0.8 / 0.1) - np.log((2 / 3) / 0.1), np.log(0.2 / 0.9) - np.log((1 / 3) / 0.9)
        result = explained(told("weakness", absent=("atrophy",)), knowing(a_cause("a", 0.2, {"weakness": 0.8, "atrophy": 0.8})))
        assert in_log_odds(result) == pytest.approx([np.sqrt(np.log(2) ** 2 + present**2 + absent**2)] * 2)

    def test_what_a_cause_makes_rarer_does_not_widen_it(self):
        result = explained(told("numbness"), knowing(a_cause("a", 0.2, {"numbness": 0.05})))
        assert in_log_odds(result) == pytest.approx([np.log(2)] * 2)

    @pytest.mark.parametrize("certain", [0.0, 1.0])
    def test_certainty_has_a_finite_range(self, certain: float):
        low, high = why._spread(certain, np.log(2))
        assert 0 < low < high < 1
        edge = abs(certain - 1e-9)
        assert low / (1 - low) == pytest.approx(edge / (1 - edge) / 2)
        assert high / (1 - high) == pytest.approx(edge / (1 - edge) * 2)


class TestRanking:
    """What is listed, in which words, and when it says that it cannot tell."""

    @pytest.mark.parametrize(
        ("probability", "band"),
        [
            (0.5, "likely"), (0.4999, "possible"), (0.1, "possible"), (0.0999, "unlikely"), (0.01, "unlikely"),
            (0.0099, "very_unlikely"),
        ],
    )  # fmt: skip
    def test_each_band_begins_at_its_number(self, probability: float, band: str):
        assert why._band(probability, knowing()) == band

    def test_eight_causes_are_listed_and_then_only_dangerous_ones_worth_a_mention(self):
        common = [a_cause(f"common_{i}", 0.09 - i / 1000) for i in range(8)]
        rest = [
            a_cause("ninth", 0.05), a_cause("grave_ninth", 0.05, dangerous=True), a_cause("grave_rare", 0.0005, dangerous=True),
        ]  # fmt: skip
        result = why.rank(told(), knowing(*common, *rest))
        assert [c.cause for c in result.causes] == [*(f"common_{i}" for i in range(8)), "grave_ninth"]
        assert [c.dangerous for c in result.causes] == [False] * 8 + [True]

    def test_an_unlikely_cause_that_makes_no_movement_named_is_no_second_explanation(self):
        makers = [a_cause(f"maker_{i}", 0.02 - i / 1000, {"cramp": 0.9}) for i in range(8)]
        knowledge = knowing(*makers, a_cause("bystander", 0.05), a_cause("grave_bystander", 0.05, dangerous=True))
        assert "bystander" in [c.cause for c in why.rank(told(), knowledge).causes], "nothing was named"
        listed = {c.cause for c in why.rank(told("cramp"), knowledge).causes}
        assert listed == {*(f"maker_{i}" for i in range(8)), "grave_bystander"}
        beside = knowing(*makers, a_cause("bystander", 0.05, {"numbness": 0.9}))
        assert "bystander" in [c.cause for c in why.rank(told("cramp", "numbness"), beside).causes], "it explains what they do not"

    def test_a_dangerous_cause_is_listed_from_the_threshold_on(self):
        knowledge = knowing(a_cause("grave", dangerous=True), a_cause("mild"))
        network = net.network_of(knowledge)
        listed = [why._always(network, np.full(len(network.causes), p), told()) for p in (0.01, 0.0099)]
        assert [{name: bool(row[network.row[name]]) for name in ("grave", "mild")} for row in listed] == [
            {"grave": True, "mild": False}, {"grave": False, "mild": False},
        ]  # fmt: skip

    def test_a_state_that_was_found_is_listed_however_little_it_explains(self):
        network = net.network_of(knowing(a_cause("low", state="weakness"), a_cause("mild")))
        for found, expected in ((told("weakness"), True), (told(), False), (told(absent=("weakness",)), False)):
            listed = why._always(network, np.zeros(len(network.causes)), found)
            assert (bool(listed[network.row["low"]]), bool(listed[network.row["mild"]])) == (expected, False)

    def test_a_state_that_was_found_stays_probable_beside_what_brought_it_and_never_before_it(self):
        """A withdrawal that lowers the magnesium does not take the low magnesium away."""
        upstream = a_cause("withdrawal", 0.2, {"numbness": 0.9, "cramp": 0.9, "fever": 0.9})
        low = a_cause("low", 0.001, {"numbness": 0.95, "cramp": 0.5}, state="numbness")
        ranked = why.rank(told("numbness", "cramp", "fever"), knowing(upstream, low)).causes
        assert [cause.cause for cause in ranked] == ["withdrawal", "low"]
        assert ranked[1].probability == pytest.approx(1 - (1 - 0.5) / (1 - 0.1)), "as often as it makes a cramp, beyond chance"
        eager = low.model_copy(update={"findings": a_cause("low", signs={"numbness": 0.95, "cramp": 0.999}).findings})
        assert why.rank(told("numbness", "cramp", "fever"), knowing(upstream, eager)).causes[0].cause == "withdrawal"
        assert why.rank(told("numbness", "fever"), knowing(upstream, low)).causes[1].probability < 0.1, "no movement was named"

    def test_who_told_nothing_is_told_that_we_cannot_tell(self):
        knowledge = knowing(a_cause("a", 0.9, {"weakness": 0.01}))
        assert why.rank(told(), knowledge).cannot_tell and why.rank(told(absent=("weakness",)), knowledge).cannot_tell
        assert not why.rank(told("fever"), knowledge).cannot_tell

    def test_without_evidence_the_odds_are_those_of_the_prior_against_nobody(self):
        result = why.rank(told(), knowing(a_cause("a", 0.2), nobody=0.5))
        assert result.causes[0].probability == pytest.approx(0.25 / 1.25)
        assert result.unclassified == pytest.approx(1 / 1.25)

    def test_nobody_in_front_means_that_it_cannot_tell(self):
        assert why.rank(told("fever"), knowing(a_cause("a", 0.49))).cannot_tell
        assert not why.rank(told("fever"), knowing(a_cause("a", 0.51))).cannot_tell
        assert why.rank(told("fever"), knowing(a_cause("a", 0.5))).cannot_tell, "half and half"

    def test_a_disease_outside_the_list_in_front_means_that_it_cannot_tell_which(self):
        assert why.rank(told("fever"), knowing(a_cause("other_inherited_disease", 0.9))).cannot_tell

    def test_many_weak_leads_mean_that_it_cannot_tell(self):
        crowd = [a_cause(f"c{i}", 0.3) for i in range(5)]
        result = why.rank(told("fever"), knowing(*crowd, nobody=0.001, further_cause=0.001))
        assert result.unclassified < 0.01
        assert result.cannot_tell
        assert not why.rank(told("fever"), knowing(*crowd[:2], nobody=0.001, further_cause=0.001)).cannot_tell

    def test_one_clear_lead_can_be_told_whatever_else_is_listed(self):
        assert not why.rank(told("fever"), knowing(a_cause("a", 0.8), a_cause("b", 0.01))).cannot_tell

    def test_a_lead_of_exactly_the_least_can_be_told(self):
        def lead(threshold: float) -> why.Ranking:
            return why.rank(told("fever"), knowing(a_cause("a", 0.7), cannot_tell_top=threshold))

        probability = lead(0.1).causes[0].probability
        assert not lead(probability).cannot_tell
        assert lead(float(np.nextafter(probability, 1))).cannot_tell

    def test_the_order_is_open_where_two_ranges_overlap(self):
        near, far = (a_cause("a", 0.4), a_cause("b", 0.3)), (a_cause("a", 0.4), a_cause("b", 0.01))
        assert why.rank(told(), knowing(*near)).open
        assert not why.rank(told(), knowing(*far)).open
        assert not why.rank(told(), knowing(near[0])).open
        assert not why.rank(told(), knowing(*far, a_cause("c", 0.001))).open
        assert not why.rank(told(), knowing(*near, doubt_read=1.0)).open, "numbers without doubt"
        assert not why.rank(told(), knowing(a_cause("a", 0.4), a_cause("b", 0.4), doubt_read=1.0)).open, "ranges that only touch"

    def test_stated_probabilities_are_the_calibrated_ones(self):
        plain, shifted = (why.rank(told(), knowing(a_cause("a", 0.2), calibration_intercept=i)) for i in (0.0, 1.0))
        odds = [r.causes[0].probability / (1 - r.causes[0].probability) for r in (plain, shifted)]
        assert odds[1] / odds[0] == pytest.approx(np.e)

    def test_advice_follows_the_first_and_what_is_at_least_possible_five_at_most(self):
        def listed(*bands: str) -> list[str]:
            blank = explained(told(), knowing(a_cause("a")))
            causes = tuple(blank.model_copy(update={"cause": f"c{i}", "band": band}) for i, band in enumerate(bands))
            ranking = why.Ranking(None, None, None, None, False, causes, False)  # type: ignore[arg-type]
            return [c.cause for c in ranking.leading]

        assert listed("very_unlikely", "very_unlikely") == ["c0"]
        assert listed("likely", "unlikely", "possible") == ["c0", "c2"]
        assert listed(*["possible"] * 7) == ["c0", "c1", "c2", "c3", "c4"]

    def test_causes_of_equal_probability_keep_the_order_of_the_knowledge(self):
        names = [f"c{i}" for i in range(8)]
        assert [c.cause for c in why.rank(told(), knowing(*(a_cause(n, 0.05) for n in names))).causes] == names


class TestNotKnown:
    """What would be expected and was not asked."""

    def not_known(self, findings: Findings, **signs: float) -> tuple[str, ...]:
        return explained(findings, knowing(a_cause("a", signs=signs))).not_known

    def test_the_likeliest_comes_first_and_the_unlikely_is_left_out(self):
        assert self.not_known(told(), weakness=0.5, fever=0.4, numbness=0.9, atrophy=0.39) == ("numbness", "weakness", "fever")

    def test_what_was_answered_is_known(self):
        assert self.not_known(told("weakness", absent=("fever",)), weakness=0.5, fever=0.5, numbness=0.5) == ("numbness",)

    def test_what_could_not_be_answered_is_not_known(self):
        assert self.not_known(Findings(Person(), {"weakness": "unknown"}), weakness=0.5) == ("weakness",)

    def test_the_broader_is_not_asked_beside_the_narrower(self):
        assert self.not_known(told(), weakness=0.9, hand_weakness=0.6) == ("hand_weakness",)

    def test_eight_at_most(self):
        assert self.not_known(told(), **{f"sign_{i}": 0.9 - i / 100 for i in range(12)}) == tuple(f"sign_{i}" for i in range(8))


class TestCompanions:
    """Causes that hold together."""

    def beside(self, *rows: tuple[tuple[int, ...], float], cause: int = 0) -> tuple[str, ...]:
        network = net.network_of(knowing(*(a_cause(name) for name in "abcd")))
        sets = np.array([[*row, -1, -1, -1][:3] for row, _ in rows], dtype=np.int64)
        weight = np.array([w for _, w in rows])
        return why._companions(cause, post.Posterior(network, sets, weight, np.zeros(4), np.zeros(4), 0.0))

    def test_a_partner_in_a_tenth_of_the_weight_is_named_and_a_rarer_one_is_not(self):
        assert self.beside(((0,), 0.9), ((0, 1), 0.1)) == ("b",)
        assert self.beside(((0,), 0.91), ((0, 1), 0.09)) == ()
        assert self.beside(((1,), 0.5), ((0, 1), 0.5), cause=1) == ("a",)

    def test_only_the_weight_that_holds_the_cause_counts(self):
        assert self.beside(((), 0.5), ((1, 2), 0.4), ((0,), 0.05), ((0, 3), 0.05)) == ("d",)

    def test_a_partner_is_found_in_every_place_of_a_set_and_two_at_most_are_named(self):
        assert self.beside(((1, 0), 0.5), ((0, 1, 2), 0.25), ((0, 3), 0.25)) == ("b", "c")
        assert self.beside(((3, 1, 0), 0.4), ((0, 1), 0.3)) == ("b", "d")

    def test_a_cause_that_never_holds_has_none(self):
        assert self.beside(((), 0.5), ((1, 2), 0.5)) == ()


class TestUnexplained:
    """Present findings that no lead makes likelier."""

    def left(self, findings: Findings, **signs: float) -> tuple[str, ...]:
        knowledge = knowing(a_cause("a", 0.6, signs), a_cause("b", 0.001, {"fever": 0.9}))
        return why.unexplained(findings, why.rank(findings, knowledge), knowledge)

    def test_a_finding_of_no_lead_is_named_and_one_of_a_lead_is_not(self):
        assert self.left(told("weakness", "rare_sign"), weakness=0.8) == ("rare_sign",)

    def test_one_lead_that_explains_it_is_enough(self):
        found = told("weakness")
        knowledge = knowing(a_cause("a", 0.6), a_cause("b", 0.6, {"weakness": 0.8}))
        ranking = why.rank(found, knowledge)
        assert len(ranking.leading) == 2
        assert why.unexplained(found, ranking, knowledge) == ()

    def test_twice_as_often_as_in_people_at_large_is_an_explanation(self):
        assert self.left(told("weakness"), weakness=0.21) == ()
        assert self.left(told("weakness"), weakness=0.19) == ("weakness",)

    def test_what_a_fifth_of_people_have_needs_no_explanation(self):
        assert self.left(told("common_sign", "sign_0")) == ("sign_0",)

    def test_absent_implied_describing_and_circumstances_are_never_unexplained(self):
        found = told("weakness", "at_rest", "in_calf", "for_years", "smoker", absent=("fever",), implied=("weakness",))
        assert self.left(found) == ()

    def test_a_cause_that_is_no_lead_explains_nothing(self):
        knowledge = knowing(a_cause("a", 0.9), a_cause("b", 0.00001, {"numbness": 0.9, "fever": 0.9}))
        found = told("fever")
        ranking = why.rank(found, knowledge)
        assert [c.cause for c in ranking.leading] == ["a"]
        assert why.unexplained(found, ranking, knowledge) == ("fever",)
