"""What goes with the result: only what fits, the closest first, never too much, nothing that delays help."""

from typing import Any

import pytest

from myognosis.assessing import assess
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.schema import Cause, Claim, Shows, Trap
from myognosis.model.assessment import Urgency
from myognosis.model.case import Answer, Case, Complaint, Medicine, Unmapped
from myognosis.reason import advice
from myognosis.reason.causes import Ranking, rank
from myognosis.reason.terms import traps_in
from tests.toy import WORDS, a_cause, knowing, told

LEVELS = ("self_care", "routine", "soon", "urgent", "emergency")


def urgency(level: str) -> Urgency:
    return Urgency(level=level, rules=(), not_asked=(), unknown=(), open=())  # type: ignore[arg-type]


def ranked(*causes: Cause, **more: Any) -> tuple[Ranking, Knowledge]:
    knowledge = knowing(*causes, **more)
    return rank(told(), knowledge), knowledge


def a_claim(name: str, **shows: Any) -> Claim:
    return Claim(id=name, verdict="wrong", heard=WORDS, truth=WORDS, shows=Shows(**shows), source="s", trust="read")


def test_options_are_those_of_the_leading_causes_in_their_order_each_once():
    ranking, knowledge = ranked(
        a_cause("second", 0.3, options=("rest", "splint")),
        a_cause("first", 0.4, options=("stretch", "rest")),
        a_cause("no_lead", 0.001, options=("surgery",)),
    )
    assert advice.options(told(), ranking, knowledge) == ("stretch", "rest", "splint")


def test_ten_options_and_eight_ways_of_self_care_are_enough():
    names = tuple(f"n{i}" for i in range(12))
    ranking, knowledge = ranked(a_cause("a", 0.4, options=names, self_care=names))
    assert advice.options(told(), ranking, knowledge) == names[:10]
    assert advice.self_care(told(), ranking, urgency("soon"), knowledge) == names[:8]


@pytest.mark.parametrize("level", LEVELS)
def test_self_care_is_given_unless_help_is_needed_now(level: str):
    ranking, knowledge = ranked(a_cause("a", 0.4, self_care=("stretch",)))
    assert advice.self_care(told(), ranking, urgency(level), knowledge) == (() if level == "emergency" else ("stretch",))


@pytest.mark.parametrize(
    ("sign", "illness", "harmful"),
    [
        ("cramp", "dialysis", "drink_enough"), ("exercise_cramp", "heart_failure", "salt_in_heat"),
        ("exercise_cramp", "heart_failure", "drink_enough"), ("fasciculation", "hyponatraemia", "drink_enough"),
        ("nocturnal_cramp", "kidney_failure", "magnesium_foods"), ("exercise_cramp", "dark_urine", "gentle_stretch_massage"),
    ],
)  # fmt: skip
def test_nobody_is_advised_what_harms_with_their_illness(sign: str, illness: str, harmful: str, knowledge: Knowledge):
    assert harmful not in assess(Case(answers={sign: Answer.PRESENT, illness: Answer.PRESENT}), knowledge).self_care


def test_a_beta_blocker_is_not_named_to_who_has_asthma(knowledge: Knowledge):
    tremor = {"postural_tremor": Answer.PRESENT, "family_tremor": Answer.PRESENT}
    assert "betablocker_tremor" in assess(Case(answers=tremor), knowledge).options
    assert "betablocker_tremor" not in assess(Case(answers=tremor | {"copd_asthma": Answer.PRESENT}), knowledge).options


def test_who_does_not_smoke_is_not_told_to_stop(knowledge: Knowledge):
    asked = {"fasciculation": Answer.PRESENT, "thigh_calf_fasciculation": Answer.PRESENT}
    for smokes, told_so in ((Answer.PRESENT, True), (Answer.ABSENT, False)):
        case = Case(answers=asked | {"nicotine_use": smokes})
        assert ("stop_nicotine" in assess(case, knowledge).self_care) is told_so


def test_no_dear_test_is_named_where_nobody_need_be_seen(knowledge: Knowledge):
    quiet = dict.fromkeys(knowledge.content.must_ask, Answer.ABSENT)
    result = assess(Case(answers=quiet | {"hypnic_jerk": Answer.PRESENT}), knowledge)
    assert result.urgency.level == "self_care"
    assert result.tests
    assert all(knowledge.content.tests[step.id].cost <= knowledge.number("calm_test_cost") for step in result.tests)


class TestClaims:
    """False claims are corrected where this reader is likely to have met them."""

    def shown(self, *claims: Claim, present: tuple[str, ...] = (), movements: dict[str, float] | None = None) -> tuple[str, ...]:
        causes = (a_cause("a", 0.4), a_cause("b", 0.3), a_cause("no_lead", 0.001))
        knowledge = knowing(*causes, content={"claims": {claim.id: claim for claim in claims}})
        found = told(*present)
        return advice.claims(found, set(), rank(found, knowledge), movements or {}, knowledge)

    def test_a_claim_about_something_else_is_not_shown_unless_everyone_meets_it(self):
        claims = (
            a_claim("cause", causes=("no_lead",)), a_claim("sign", findings=("fever",)), a_claim("cramp", movements=("cramp",)),
            a_claim("usual", always=True),
        )  # fmt: skip
        assert self.shown(*claims) == ("usual",)

    def test_a_cause_counts_for_more_than_a_finding_and_a_finding_for_more_than_a_movement(self):
        claims = (
            a_claim("a_always", always=True), a_claim("b_movement", movements=("cramp",)), a_claim("c_sign", findings=("fever",)),
            a_claim("d_cause", causes=("a",)), a_claim("e_sign_and_cause", findings=("fever",), causes=("b",)),
            a_claim("f_sign_and_movement", findings=("fever",), movements=("cramp",)), a_claim("g_causes", causes=("a", "b")),
            a_claim("h_two_signs", findings=("fever", "weakness")),
        )  # fmt: skip
        listed = self.shown(*claims, present=("fever", "weakness"), movements={"cramp": 1.0})
        assert listed == (
            "g_causes", "d_cause", "e_sign_and_cause", "h_two_signs", "f_sign_and_movement", "c_sign", "b_movement", "a_always",
        )  # fmt: skip

    def test_a_movement_counts_from_one_in_five_with_all_that_it_is_a_kind_of(self):
        claims = (a_claim("twitch", movements=("fasciculation",)), a_claim("cramp", movements=("cramp",)))
        assert self.shown(*claims, movements={"hand_fasciculation": 0.2, "cramp": 0.19}) == ("twitch",)

    def test_a_word_of_their_own_and_what_they_take_count_for_more_than_a_sign(self):
        claims = (
            a_claim("a_signs", findings=("fever", "weakness")), a_claim("b_takes", findings=("coffee",)),
            a_claim("c_wrote", traps=("osteochondrosis",)),
        )  # fmt: skip
        knowledge = knowing(a_cause("a", 0.4), content={"claims": {claim.id: claim for claim in claims}})
        found, wrote = told("fever", "weakness", "coffee"), traps_in("Лікар каже, остеохондроз", knowledge)
        assert advice.claims(found, wrote, rank(found, knowledge), {}, knowledge) == ("b_takes", "c_wrote", "a_signs")
        assert "c_wrote" not in advice.claims(found, set(), rank(found, knowledge), {}, knowledge)

    def test_of_two_that_fit_as_well_the_one_that_could_do_harm_comes_first(self):
        harmless = a_claim("a_harmless", findings=("fever",))
        harm = a_claim("b_harm", findings=("fever",)).model_copy(update={"verdict": "unsafe"})
        assert self.shown(harmless, harm, present=("fever",)) == ("b_harm", "a_harmless")

    def test_eight_are_enough(self):
        claims = [a_claim(f"c{i}", always=True) for i in range(10)]
        assert self.shown(*claims) == tuple(f"c{i}" for i in range(8))


class TestAskBack:
    """Words that mean several things are asked back about."""

    TRAPS = (
        Trap(id="whole", words=("tick", "шов"), ask=WORDS),
        Trap(id="stem", stems=("судом", "spasm"), ask=WORDS),
        Trap(id="phrase", words=("pins and needles",), ask=WORDS),
    )
    KNOWLEDGE = knowing(content={"traps": {trap.id: trap for trap in TRAPS}, "red_flags": {}})  # once: it reads the lists of words

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("A tick, in my eye!", ("whole",)), ("TICK", ("whole",)), ("ticklish", ()), ("stick", ()), ("У меня ШОВ.", ("whole",)),
            ("Судоми вночі", ("stem",)), ("an infantile spasmodic thing", ("stem",)), ("antispasmodic", ()),
            ("pins  and, needles", ("phrase",)), ("spasm or tick", ("whole", "stem")), ("", ()), (None, ()),
        ],
    )  # fmt: skip
    def test_a_word_is_found_whole_and_a_stem_at_the_beginning_of_a_word(self, words: str | None, expected: tuple[str, ...]):
        assert advice.ask_back(told(), traps_in(words or "", self.KNOWLEDGE), self.KNOWLEDGE)[0] == expected


class TestGeneticClues:
    """What speaks for an inherited cause outside the list."""

    def clues(self, *present: str, absent: tuple[str, ...] = (), unmapped: tuple[Unmapped, ...] = ()) -> tuple[str, ...]:
        knowledge = knowing(content={"genetic_clues": ("weakness", "atrophy", "fever")})
        return advice.genetic_clues(told(*present, absent=absent), Case(unmapped=unmapped), knowledge)

    def test_only_a_clue_that_is_present_is_one(self):
        assert self.clues("fever", "weakness", "numbness", absent=("atrophy",)) == ("weakness", "fever")

    def test_three_present_features_outside_the_vocabulary_are_a_clue(self):
        here, gone = Unmapped(code="HP:1"), Unmapped(code="HP:2", state=Answer.ABSENT)
        assert self.clues(unmapped=(here,) * 2 + (gone,) * 3) == ()
        assert self.clues("fever", unmapped=(here,) * 3) == ("fever", "unmapped_features")


@pytest.mark.parametrize(("level", "days"), [("emergency", 1), ("urgent", 3), ("soon", 14), ("routine", 28), ("self_care", 28)])
def test_the_more_urgent_the_sooner_it_is_looked_at_again(level: str, days: int):
    assert advice.recheck_days(urgency(level), knowing()) == days


def test_a_fear_is_answered_where_it_was_named_and_no_other():
    knowledge = load_knowledge()

    def feared(words: str, movements: dict[str, float] | None = None, *present: str) -> tuple[str, ...]:
        return advice.fears(told(*present), Case(complaint=Complaint(words=words)), movements or {}, knowledge)

    assert feared("My hands shake and I fear Parkinson's", {"postural_tremor": 1.0}) == ("parkinson_disease",)
    assert feared("Смикається нога, боюся розсіяного склерозу", {"fasciculation": 1.0}) == ("multiple_sclerosis", "als")
    assert feared("дрожат руки, боюсь опухоли", {"postural_tremor": 1.0}) == ("brain_tumour",)
    assert feared("my calf twitches", {"hand_fasciculation": 0.6, "fasciculation": 0.3}) == ("als",)
    assert feared("my hands shake", {"postural_tremor": 1.0}) == ()
    assert feared("jerks of 50 ms, no fear named", {"myoclonus": 1.0}) == ()
    assert feared("дрожат руки, стал рассеянным, пью коровье молоко", {"postural_tremor": 1.0}) == ()
    assert feared("тремтять руки, розсіяна увага, п'ю коров'яче молоко", {"postural_tremor": 1.0}) == ()
    assert feared("боюся коров’ячого сказу", {"postural_tremor": 1.0})[0] == "cjd"
    assert feared("my hands shake", {"postural_tremor": 1.0}, "health_worry_mnd") == ("als",)


def test_a_claim_about_the_very_movement_comes_before_one_about_its_family():
    claims = (
        a_claim("a_family", movements=("fasciculation",)),
        a_claim("b_own", movements=("hand_fasciculation", "fasciculation")),
    )
    ranking, knowledge = ranked(a_cause("x", 0.4), content={"claims": {claim.id: claim for claim in claims}})
    assert advice.claims(told("hand_fasciculation"), set(), ranking, {"fasciculation": 1.0}, knowledge) == ("b_own", "a_family")


def test_every_fear_can_be_named_in_three_languages():
    for fear in load_knowledge().content.fears.values():
        letters = "".join((*fear.words, *fear.stems))
        assert any("a" <= x <= "z" for x in letters)
        assert any("а" <= x <= "я" for x in letters)


def test_of_claims_that_fit_the_one_about_the_first_cause_comes_first():
    shown = {
        "broad": a_claim("broad", causes=("a", "b"), findings=("weakness",)), "a_second": a_claim("a_second", causes=("b",)),
        "first": a_claim("first", causes=("a",)),
    }  # fmt: skip
    ranking, knowledge = ranked(a_cause("a", 0.4), a_cause("b", 0.3), content={"claims": shown})
    assert advice.claims(told(), set(), ranking, {}, knowledge) == ("broad", "first", "a_second")


def test_who_has_nothing_is_given_no_treatment_no_test_and_no_eye_drops():
    """Every no leaves what is commonest in front; it is no reason to care for an eyelid that does not twitch."""
    nothing = dict.fromkeys(("fasciculation", "cramp", "tremor", "myoclonus", "weakness", "numbness"), Answer.ABSENT)
    result = assess(Case(answers=nothing), load_knowledge())
    assert result.cannot_tell
    assert result.options == result.self_care == result.tests == result.sites == ()
    assert {"eyelid_is_nervous_tic", "botulinum_is_blocker"}.isdisjoint(result.claims)


def test_the_pill_is_known_by_its_names_and_what_is_read_of_it_is_put_right():
    case = Case(answers={"nocturnal_cramp": Answer.PRESENT}, medicines=(Medicine(name="Логест"),))
    result = assess(case, load_knowledge())
    assert "drug_oestrogen" in [cause.cause for cause in result.causes[:3]]
    assert "steroid_oestrogen_twitch" in result.claims


def test_restless_legs_are_tested_for_iron_and_not_sent_to_a_sleep_laboratory():
    answers = dict.fromkeys(("urge_legs", "at_rest_evening", "stops_with_movement", "insomnia"), Answer.PRESENT)
    tests = [step.id for step in assess(Case(answers=answers), load_knowledge()).tests]
    assert "ferritin" in tests[:2]
    assert "polysomnography" not in tests


@pytest.mark.parametrize(
    ("words", "movement", "feared"),
    [
        ("My eyelid twitches, I am scared it is MS", "eyelid_twitch", "multiple_sclerosis"),
        ("Боюсь инсульта, дёргается веко", "eyelid_twitch", "stroke_tia"),
        ("Чи це епілепсія? Здригаюся засинаючи", "hypnic_jerk", "generalised_epilepsy"),
    ],
)
def test_the_fears_behind_an_eyelid_and_a_jerk_at_sleep_are_answered_by_name(words: str, movement: str, feared: str):
    result = assess(Case(complaint=Complaint(words=words), answers={movement: Answer.PRESENT}), load_knowledge())
    assert result.feared[0].cause == feared
    assert result.feared[0].would_change
    assert result.feared[0].probability < 0.02
