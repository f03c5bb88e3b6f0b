"""The network against a slow reckoning of every set of causes, one factor after the other; and the bound on what is left out."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.knowledge import UNCLASSIFIED, Knowledge, load_knowledge
from myognosis.knowledge.schema import AgeBand, Context
from myognosis.model.case import Person
from myognosis.model.finding import Findings
from myognosis.reason import evidence as ev
from myognosis.reason import network as net
from myognosis.reason import posterior as post
from myognosis.reason import reach, weighing
from tests.toy import a_cause, knowing, told

CAUSES = (
    a_cause("a", 0.2, {"weakness": 0.8, "fasciculation": 0.7, "numbness": 0.05, "sign_0": 0.6}),
    a_cause("b", 0.1, {"hand_weakness": 0.5, "atrophy": 0.4, "cramp": 0.8, "at_rest": 0.5}),
    a_cause("c", 0.05, {"fever": 0.9, "fasciculation": 0.2, "atrophy": 0.02, "sign_1": 0.7}),
    a_cause("d", 0.3, {"weakness": 0.3, "cramp": 0.3, "rare_sign": 0.2, "common_sign": 0.9, "in_calf": 0.8}),
    a_cause("e", 0.02, {"sign_0": 0.9, "sign_1": 0.9, "sign_2": 0.9, "weakness": 0.02}),
)
KNOWLEDGE = load_knowledge()
CROWD = knowing(*CAUSES, further_cause=0.3, evidence_weight=0.75, correlation=0.4, nobody=0.4)
SEEN = ("weakness", "hand_weakness", "atrophy", "numbness", "fever", "rare_sign", "common_sign", "sign_0", "sign_1", "sign_2")
STATES = st.dictionaries(
    st.sampled_from([*SEEN, "at_rest", "in_calf", "fasciculation", "cramp", "for_years"]),
    st.sampled_from(["present", "absent", "unknown"]),
    max_size=8,
)


def chance(knowledge: Knowledge, cause: str, finding: str) -> float:
    """How often a cause alone brings a finding, carried along the hierarchy."""
    given = {link.id: link.p for link in knowledge.causes[cause].findings}
    if finding in given:
        below = [p for name, p in given.items() if finding in knowledge.ancestors[name]]
        return max([given[finding], *below])
    below = [p for name, p in given.items() if finding in knowledge.ancestors[name]]
    if below:
        return max(below)
    for parent in knowledge.ancestors[finding]:
        if parent in given:
            of_a_kind = any(parent in knowledge.ancestors[name] for name in given)
            one = "unlisted_form" if knowledge.group_of(parent) == "movement" and not of_a_kind else "unlisted_child"
            rarer = 1.0 if knowledge.group_of(finding) == "lab" else knowledge.number(one)
            return given[parent] * rarer * min(1.0, knowledge.findings[finding].leak / knowledge.findings[parent].leak)
    return 0.0


def brings(knowledge: Knowledge, cause: str, finding: str) -> float:
    leak = knowledge.findings[finding].leak or 0.01
    return min(0.999, max(0.0, 1 - (1 - chance(knowledge, cause, finding)) / (1 - leak)))


def is_there(knowledge: Knowledge, causes: tuple[str, ...], finding: str, leak: float) -> float:
    return 1 - (1 - leak) * math.prod(1 - brings(knowledge, cause, finding) for cause in causes)


def tells(knowledge: Knowledge, finding: str, state: str) -> float:
    """The most that a finding can move the log odds of any one cause."""
    leak = knowledge.findings[finding].leak or 0.01
    shares = [is_there(knowledge, (cause,), finding, leak) for cause in knowledge.causes if cause != UNCLASSIFIED]
    lifts = [p / leak if state == "present" else (1 - leak) / (1 - p) for p in shares]
    return round(math.log(max(lifts)), 9)


def factors(knowledge: Knowledge, causes: tuple[str, ...], findings: Findings) -> Iterator[float]:
    """Everything that multiplies the weight of a set."""
    network = net.network_of(knowledge)
    odds = [math.exp(network.prior_of(cause, findings)) for cause in causes or (UNCLASSIFIED,)]
    yield math.prod(odds) * knowledge.number("further_cause") ** (len(odds) - 1)
    group, vocabulary = knowledge.group_of, knowledge.findings
    spoken = {n: s for n, s in findings.states.items() if s != "unknown" and group(n) not in ("feature", "place")}
    for name, state in spoken.items():
        alike = [other for other, s in spoken.items() if group(other) == group(name) and s == state]
        leads = name == max(alike, key=lambda other: (tells(knowledge, other, state), -list(vocabulary).index(other)))
        weight = knowledge.number("evidence_weight") * (1 if leads else 0.6)
        leak = vocabulary[name].leak or 0.01
        p = is_there(knowledge, causes, name, leak)
        yield (p if state == "present" else 1 - p) ** weight
        for cause in causes:
            given = {link.id: link.p for link in knowledge.causes[cause].findings}
            if given.get(name, 1) < leak:
                yield (given[name] / leak if state == "present" else (1 - given[name]) / (1 - leak)) ** weight
            for parent in knowledge.ancestors[name]:
                if name not in given and given.get(parent, 1) < (vocabulary[parent].leak or 0.01) and state == "present":
                    yield (given[parent] / (vocabulary[parent].leak or 0.01)) ** weight
    types = knowledge.content.movements
    named = [t for t in types if findings.states.get(t) == "present"] or list(types)
    open_ = [t for t in named if findings.states.get(t) != "absent"] or list(types)
    makes = {t: is_there(knowledge, causes, t, 0.05 * m.share / sum(m.share for m in types.values())) for t, m in types.items()}
    every, named_share = sum(makes.values()), sum(makes[t] for t in open_)
    yield (named_share / every) ** knowledge.number("named_weight")
    described = {n: s for n, s in findings.states.items() if s != "unknown" and group(n) in ("feature", "place")}
    fit = 0.0
    for t in open_:
        p = {n: is_there(knowledge, causes, n, types[t].features.get(n, vocabulary[n].leak or 0.5)) for n in described}
        fit += makes[t] / named_share * math.prod(p[n] if s == "present" else 1 - p[n] for n, s in described.items())
    yield fit ** knowledge.number("description_weight")


def by_hand(knowledge: Knowledge, findings: Findings) -> dict[frozenset[str], float]:
    names = [name for name in knowledge.causes if name != UNCLASSIFIED]
    sets = [s for n in range(4) for s in itertools.combinations(names, n)]
    return {frozenset(s): math.prod(factors(knowledge, s, findings)) for s in sets}


def inferred(knowledge: Knowledge, findings: Findings, bound: float = 0.0) -> post.Posterior:
    network = net.network_of(knowledge)
    evidence = ev.Evidence.of(network, findings)
    return post.infer(network, network.prior_log_odds(findings), evidence, bound, network.prior_of(UNCLASSIFIED, findings))


def named(posterior: post.Posterior) -> list[frozenset[str]]:
    return [frozenset(posterior.network.causes[i] for i in row if i >= 0) for row in posterior.sets]


@given(STATES)
def test_the_weight_of_every_set_is_what_counting_by_hand_gives(states: dict):  # type: ignore[type-arg]
    findings = Findings(Person(), states)
    posterior, expected = inferred(CROWD, findings), by_hand(CROWD, findings)
    total = sum(expected.values())
    stated = dict(zip(named(posterior), posterior.weight, strict=True))
    assert stated == {held: pytest.approx(expected[held] / total) for held in stated}
    assert set(stated) == set(expected)
    for name, marginal in zip(posterior.network.causes, posterior.marginal, strict=True):
        assert marginal == pytest.approx(sum(w for held, w in expected.items() if name in held) / total)
    assert posterior.empty == pytest.approx(expected[frozenset()] / total)
    assert posterior.dropped == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "found",
    [
        told("weakness", "fever", absent=("atrophy", "numbness")), told("at_rest", "in_calf", "sign_0"),
        told("at_rest", "cramp", "hand_weakness", absent=("in_calf", "sign_1")), told("fasciculation", "numbness", "atrophy"),
    ],
)  # fmt: skip
def test_a_few_cases_reckoned_by_hand(found: Findings):
    posterior, expected = inferred(CROWD, found), by_hand(CROWD, found)
    total = sum(expected.values())
    assert list(posterior.weight) == [pytest.approx(expected[held] / total) for held in named(posterior)]


def test_the_log_weight_of_a_cause_alone_is_against_the_empty_set_before_its_prior():
    found = told("weakness")
    expected = by_hand(CROWD, found)
    nobody = math.exp(net.network_of(CROWD).prior_of(UNCLASSIFIED, found))
    ratio = [expected[frozenset({name})] * nobody / expected[frozenset()] for name in "abcde"]
    assert np.exp(inferred(CROWD, found).single) == pytest.approx(ratio)


class TestPrior:
    """What moves the odds before the evidence."""

    AGE = tuple(AgeBand(**{"from": start, "to": end, "ratio": ratio}) for start, end, ratio in ((0, 40, 2.0), (40, 60, 3.0)))
    CONTEXT = (Context(id="smoker", present=5.0, absent=0.5, source="s", trust="read"),)
    ONE = knowing(a_cause("a", 0.2, age=AGE, sex={"male": 7.0}, settings={"neurology_clinic": 11.0}, context=CONTEXT))

    @pytest.mark.parametrize(
        ("found", "ratio"),
        [
            (told(), 1), (told(age_years=0.0), 2), (told(age_years=39.9), 2), (told(age_years=40.0), 3), (told(age_years=60.0), 1),
            (told(sex="male"), 7), (told(sex="female"), 1), (told(sex="other"), 1), (told(setting="neurology_clinic"), 11),
            (told("smoker"), 5), (told(absent=("smoker",)), 0.5), (Findings(Person(), {"smoker": "unknown"}), 1),
            (told("smoker", age_years=41.0, sex="male", setting="neurology_clinic"), 5 * 3 * 7 * 11),
        ],
    )  # fmt: skip
    def test_each_circumstance_multiplies_the_odds(self, found: Findings, ratio: float):
        network = net.network_of(self.ONE)
        assert network.prior_of("a", found) == pytest.approx(math.log(0.25 * ratio))
        assert network.prior_log_odds(found) == pytest.approx([math.log(0.25 * ratio)])

    def test_where_no_cause_depends_on_age_an_age_changes_nothing(self):
        network = net.network_of(knowing(a_cause("a", 0.2)))
        assert network.prior_log_odds(told(age_years=40.0)) == pytest.approx([math.log(0.25)])

    def test_the_prior_of_all_causes_at_once_is_that_of_each(self):
        found = told("smoker", age_years=50.0, sex="male", setting="neurology_clinic")
        age = (AgeBand(**{"from": 40, "to": 60, "ratio": 13.0}),)
        other = a_cause("b", 0.3, age=age, sex={"female": 2.0}, context=self.CONTEXT)
        network = net.network_of(knowing(*(self.ONE.causes["a"], other, a_cause("c", 0.4))))
        assert network.prior_log_odds(found) == pytest.approx([network.prior_of(name, found) for name in "abc"])

    def test_a_clinic_for_inherited_diseases_sees_what_is_inherited(self):
        knowing_some = knowing(*(a_cause(name, 0.5) for name in "abc"), content={"inherited": {"wholly": ("a",), "partly": ("b",)}})
        network, found = net.network_of(knowing_some), told(setting="genetics_clinic")
        assert network.prior_log_odds(found) == pytest.approx([math.log(50), math.log(2), math.log(0.2)])
        assert network.prior_log_odds(found) == pytest.approx([network.prior_of(name, found) for name in "abc"])

    @pytest.mark.parametrize(
        ("found", "ratio"),
        [
            (told(), 0.1 + 0.25 * 0.9), (Findings(Person(), {"smoker": "unknown"}), 0.1 + 0.25 * 0.9),
            (told("smoker"), 50), (told(absent=("smoker",)), 0.1),
        ],
    )  # fmt: skip
    def test_silence_about_what_a_cause_needs_is_a_weak_no(self, found: Findings, ratio: float):
        needs = (Context(id="smoker", present=50.0, absent=0.1, source="s", trust="read"),)
        network = net.network_of(knowing(a_cause("a", 0.2, context=needs)))
        assert network.prior_of("a", found) == pytest.approx(math.log(0.25 * ratio))
        assert network.prior_log_odds(found) == pytest.approx([math.log(0.25 * ratio)])

    def test_of_two_that_a_cause_needs_one_told_is_enough_and_one_denied_leaves_the_other(self):
        rows = (("smoker", 50.0, 0.2), ("coffee", 2.0, 0.4))
        needs = tuple(Context(id=n, present=yes, absent=no, source="s", trust="read") for n, yes, no in rows)
        network = net.network_of(knowing(a_cause("a", 0.2, context=needs)))
        for found, ratio in (
            (told(), 0.08 + 0.25 * 0.92), (told("smoker"), 50), (told(absent=("smoker",)), 0.2 * (0.4 + 0.25 * 0.6)),
            (told("coffee"), 2 * (0.2 + 0.25 * 0.8)),
        ):  # fmt: skip
            assert network.prior_of("a", found) == pytest.approx(math.log(0.25 * ratio))

    @pytest.mark.parametrize(
        ("sign", "found", "ratio"),
        [
            ("rare_sign", told("fever"), 0.28), ("rare_sign", Findings(Person(), {"rare_sign": "unknown"}), 0.28),
            ("rare_sign", told("rare_sign"), 1), ("rare_sign", told("fever", absent=("rare_sign",)), 1),
            ("rare_sign", told("fasciculation"), 1),  # a recording alone: nobody was asked anything
            ("cramp", told("fever"), 1),  # the movement is weighed as a whole
            ("common_sign", told("fever"), 1),  # too common to be told of
            ("atrophy", told("fever"), 1),  # nobody can be asked for it
        ],
    )  # fmt: skip
    def test_silence_about_the_sign_that_defines_a_cause_is_a_weak_no(self, sign: str, found: Findings, ratio: float):
        knowledge = knowing(a_cause("a", 0.2, signs={sign: 0.96}), silent=("atrophy",), defining_from=0.9)
        network = net.network_of(knowledge)
        assert network.prior_of("a", found) == pytest.approx(math.log(0.25 * ratio))
        assert network.prior_log_odds(found) == pytest.approx([math.log(0.25 * ratio)])

    def test_the_base_rate_comes_first(self):
        parts = net.prior_parts(self.ONE, "a", told("smoker", age_years=50.0, sex="male"))
        assert [name for name, _ in parts] == ["prior", "age", "sex", "smoker"]


class TestBuilding:
    """The knowledge as arrays."""

    def test_a_network_is_built_once_for_one_version(self):
        one, other = knowing(), knowing()
        assert net.network_of(one) is net.network_of(one)
        assert net.network_of(one) is not net.network_of(other)

    def test_the_hierarchy_carries_the_numbers_where_a_cause_is_silent(self):
        knowledge = knowing(a_cause("up", signs={"thumb_weakness": 0.3}), a_cause("down", signs={"weakness": 0.6}))
        up, down = net._filled(knowledge, "up"), net._filled(knowledge, "down")
        assert up == {"thumb_weakness": 0.3, "hand_weakness": 0.3, "weakness": 0.3}
        assert down == {"weakness": 0.6, "hand_weakness": pytest.approx(0.12), "thumb_weakness": pytest.approx(0.048)}

    def test_how_long_it_has_lasted_is_a_degree_and_no_form(self):
        """Of what lasts more than a year most has lasted years: silence of the cause about years is no word against them."""
        filled = net._filled(KNOWLEDGE, "cramp_fasciculation_syndrome")
        longer = KNOWLEDGE.findings["tempo_years"].leak / KNOWLEDGE.findings["persistence_1y"].leak  # type: ignore[operator]
        assert filled["tempo_years"] == pytest.approx(filled["persistence_1y"] * longer)

    def test_a_parent_is_at_least_as_frequent_as_its_likeliest_child(self):
        knowledge = knowing(a_cause("a", signs={"weakness": 0.2, "hand_weakness": 0.5, "thumb_weakness": 0.4}))
        assert net._filled(knowledge, "a") == {"weakness": 0.5, "hand_weakness": 0.5, "thumb_weakness": 0.4}

    def test_what_a_cause_makes_rarer_is_rarer_with_its_children_unless_they_are_named(self):
        knowledge = knowing(a_cause("a", signs={"weakness": 0.05, "hand_weakness": 0.5, "numbness": 0.3, "at_rest": 0.01}))
        rows = {name: (present, absent) for name, present, absent in net._rarer(knowledge, "a")}
        half = pytest.approx(0.5)
        assert rows == {"weakness": (half, pytest.approx(0.95 / 0.9)), "thumb_weakness": (half, 1.0)}

    def test_a_feature_that_a_movement_does_not_list_is_as_frequent_as_in_people_at_large(self):
        network = net.network_of(CROWD)
        table, column = network.features_by_type, network.column
        assert table.shape == (2, len(network.findings))
        assert table[:, column["at_rest"]] == pytest.approx([0.9, 0.2])
        assert table[:, column["in_calf"]] == pytest.approx([0.3, 0.3])
        assert network.leak[column["odd_feature"]] == 0.01

    def test_a_certain_finding_leaves_room_for_error(self):
        network = net.network_of(knowing(a_cause("a", signs={"weakness": 0.99999})))
        assert network.log_inhibit[0, network.column["weakness"]] == pytest.approx(math.log(0.001))

    def test_circumstances_and_the_unclassified_are_not_in_it(self):
        network = net.network_of(CROWD)
        assert network.causes == tuple("abcde")
        assert not {"smoker", "coffee"} & set(network.findings)
        assert network.row == {name: i for i, name in enumerate("abcde")}

    def test_implied_and_unknown_findings_are_no_evidence(self):
        found = Findings(Person(), {"weakness": "present", "hand_weakness": "present", "fever": "unknown", "smoker": "present",
                                    "numbness": "absent"}, implied=frozenset({"weakness"}))  # fmt: skip
        network = net.network_of(CROWD)
        evidence = ev.Evidence.of(network, found)
        assert [network.findings[i] for i in evidence.present] == ["hand_weakness"]
        assert [network.findings[i] for i in evidence.absent] == ["numbness"]

    def test_the_pattern_of_signs_shifts_the_odds_as_it_is(self):
        network = net.network_of(CROWD)
        evidence = ev.Evidence.of(network, told("numbness"), np.arange(5.0))
        assert evidence.shift[1:] == pytest.approx([1, 2, 3, 4])
        assert evidence.shift[0] == pytest.approx(0.75 * math.log(0.05 / 0.2))


class TestReach:
    """What is left out of the search is bounded."""

    @given(STATES, st.sampled_from([(4, 2, 2), (1, 1, 3), (10, 0, 0), (3, 3, 4)]))
    def test_the_bound_holds_when_little_is_enumerated(self, states: dict, limits: tuple[int, int, int]):  # type: ignore[type-arg]
        findings = Findings(Person(), states)
        kept = reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS
        try:
            reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS = limits
            posterior = inferred(CROWD, findings)
        finally:
            reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS = kept
        every, seen = by_hand(CROWD, findings), set(named(posterior))
        assert len(seen) == len(posterior.sets)
        missed = sum(w for held, w in every.items() if held not in seen)
        found = sum(w for held, w in every.items() if held in seen)
        assert missed / found <= posterior.dropped + 1e-9
        pairs = [len(held) for held in seen].count(2)
        assert pairs <= limits[0]

    def reach_of(self, findings: Findings) -> tuple[reach.Reach, post.Posterior]:
        network = net.network_of(CROWD)
        posterior = inferred(CROWD, findings)
        evidence = ev.Evidence.of(network, findings)
        apart = weighing.Apart.of(network, network.prior_log_odds(findings), evidence)
        return reach.Reach.of(network, apart, evidence, posterior.single), posterior

    @given(STATES)
    def test_the_weight_of_a_pair_is_bounded_and_exact_without_a_shared_feature(self, states: dict):  # type: ignore[type-arg]
        findings = Findings(Person(), states)
        bounds, posterior = self.reach_of(findings)
        every = by_hand(CROWD, findings)
        nobody = math.exp(posterior.network.prior_of(UNCLASSIFIED, findings))
        described = any(s != "unknown" and n in ("at_rest", "in_calf") for n, s in states.items())
        for bound, (i, j) in zip(bounds.pair, itertools.combinations(range(5), 2), strict=True):
            held = frozenset(posterior.network.causes[bounds.order[k]] for k in (i, j))
            exact = math.log(every[held] / every[frozenset()] * nobody)
            assert exact <= bound + 1e-9
            if not described:
                assert bound == pytest.approx(exact)

    def test_pairs_are_searched_until_the_rest_is_below_half_of_the_bound_and_the_rest_is_stated(self):
        found = told("weakness", "fever", absent=("sign_0",))
        every = {held: weight / by_hand(CROWD, found)[frozenset()] for held, weight in by_hand(CROWD, found).items()}
        pairs = sorted((w for held, w in every.items() if len(held) == 2), reverse=True)
        total = sum(w for held, w in every.items() if len(held) < 2)
        for bound in (0.01, 0.05, 0.2):
            posterior = inferred(CROWD, found, bound)
            needed = next(n for n in range(1, 11) if sum(pairs[n:]) <= bound * total / 2)
            assert [len(held) for held in named(posterior)].count(2) == needed
            assert posterior.dropped == pytest.approx(sum(pairs[needed:]) / (sum(every.values()) - sum(pairs[needed:])))

    def test_the_heaviest_pairs_are_enumerated_until_the_rest_is_below_the_bound(self):
        bounds, _ = self.reach_of(told("weakness", "fever"))
        weight = np.sort(np.exp(bounds.pair))[::-1]
        for bound in (0.0, float(weight[-1]) * 1.01, float(weight[4:].sum()) * 1.01, float(weight.sum()) * 2):
            rows, left = bounds.pairs(bound)
            assert left == pytest.approx(weight[len(rows) :].sum(), abs=1e-12)
            assert left <= bound + 1e-12
            if len(rows) > 1:
                assert weight[len(rows) - 1 :].sum() > bound
        assert len(bounds.pairs(float(weight[4:].sum()) * 1.01)[0]) == 4

    def test_the_bound_on_the_triples_is_the_sum_over_those_left_out(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(reach, "_ANCHORS", 2)
        monkeypatch.setattr(reach, "_COMPANIONS", 2)
        bounds, _ = self.reach_of(told("weakness", "fever", "at_rest", absent=("sign_0",)))
        rows, left = bounds.triples()
        place = {int(cause): k for k, cause in enumerate(bounds.order)}
        seen = {tuple(sorted(place[int(c)] for c in row)) for row in rows}
        assert len(seen) == len(rows) == 2

        def weight(a: int, b: int, c: int) -> float:
            gains = math.exp(plain[a, b] - bounds.alone[a]) * math.exp(plain[a, c] - bounds.alone[a])
            return math.exp(bounds.alone[a] + bounds.best) * gains

        every, plain = (
            set(itertools.combinations(range(5), 3)),
            dict(zip(itertools.combinations(range(5), 2), bounds.plain, strict=True)),
        )
        assert left == pytest.approx(sum(weight(*triple) for triple in every - seen))
        for anchor in (0, 1):
            best = max((t for t in every if t[0] == anchor), key=lambda t: weight(*t))
            assert best in seen


@given(st.floats(0, 1))
def test_calibration_moves_the_log_odds_along_a_line(p: float):
    inside = min(max(p, 1e-12), 1 - 1e-12)
    odds = 2 * math.log(inside / (1 - inside)) + 1
    assert post.scale(np.array([p]), 2.0, 1.0)[0] == pytest.approx(1 / (1 + math.exp(-odds)))
