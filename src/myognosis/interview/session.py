"""One interview as a value: a case so far, and the order in which it was answered.

The order of asking: what the person's own words seem to say of an emergency, a short fixed opening, the red-flag checklist,
lists of the rest of the body and of what came before, the signs that would complete an emergency with what is known, then the
question that settles most, then what would probably complete an emergency yet, alone or with one more answer, then what tells
the causes of such a movement apart and was left out. An emergency ends the asking at once. Where one clear no would take it
back, that question is offered beside it, never before it; what could take back an emergency is asked before the signs that
would complete one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import SelfTest
from myognosis.model.assessment import NextStep, Urgency
from myognosis.model.case import Answer, Case
from myognosis.model.finding import Findings
from myognosis.reason.advice import fears
from myognosis.reason.asking import due, fits_age
from myognosis.reason.causes import weigh
from myognosis.reason.steps import closing_questions, next_questions, next_self_tests, safe_self_tests
from myognosis.reason.triage import grave_signs, graver_forms, one_answer_away, still_doubtful, taking_back, triage
from myognosis.reason.written import urgency_if_so, written

__all__ = [
    "DESCRIPTION",
    "HARD_CAP",
    "Session",
    "Step",
    "checklist",
    "emergencies",
    "followed",
    "next_step",
    "said_alike",
    "self_tests",
]

HARD_CAP, _LAST, _MOST_TESTS = 35, 5, 3
"""No interview asks more adaptive questions than this (UX-06); of these the last few are kept for what would be an emergency."""

OPENING = ("feel_flicker_under_skin", "moves_joint", "painful_contraction", "oscillates", "shock_like", "awareness_lost")
"""What the movement is like, asked of everybody: it decides which questions make sense at all."""


DESCRIPTION = (
    *OPENING[:-1], "hard_knotted_muscle", "sustained_contraction", "relieved_by_stretch", "urge_legs", "both_sides_together",
    "wandering_sites", "one_side_only", "attacks_discrete",
)  # fmt: skip
"""What tells most of a movement, to tick on one page; a face without such a page asks the first of them one by one."""


@dataclass(frozen=True)
class Session:
    """A case and the findings answered so far, in order, so that one can go back."""

    case: Case
    asked: tuple[str, ...] = ()

    def answer(self, finding: str, answer: Answer) -> "Session":
        """The session after one more answer."""
        answers = dict(self.case.answers) | {finding: answer}
        return Session(self.case.model_copy(update={"answers": answers}), (*self.asked, finding))

    def back(self) -> tuple["Session", str | None]:
        """The session before the last answer, and which question that was."""
        if not self.asked:
            return self, None
        *rest, last = self.asked
        answers = {name: answer for name, answer in self.case.answers.items() if name != last}
        return replace(self, case=self.case.model_copy(update={"answers": answers}), asked=tuple(rest)), last


@dataclass(frozen=True)
class Step:
    """What comes next: an emergency that ends the asking, a question, or the end.

    The question beside an emergency is an offer: a clear no to it takes the emergency back, and whatever else is said leaves it.
    """

    kind: Literal["emergency", "question", "done"]
    urgency: Urgency
    question: NextStep | None = None
    about_left: int = 0


def checklist(knowledge: Knowledge, age: float | None = None, most: int = 30) -> tuple[str, ...]:
    """The first page: what is an emergency by itself, and what must be known before urgency can be called low; at an age."""
    return fits_age((*grave_signs(knowledge, most), *knowledge.content.must_ask), age, knowledge)


@cache
def emergencies(knowledge: Knowledge) -> tuple[str, ...]:
    """The part of the first page that is an emergency by itself, whatever else holds, in the order in which it is read."""
    order = {name: place for place, name in enumerate(knowledge.content.read_first)}

    def alone(name: str) -> bool:
        findings, _ = check_case(Case(answers={name: Answer.PRESENT}), knowledge)
        return triage(findings, knowledge).level == "emergency"

    names = [name for name in checklist(knowledge) if alone(name)]
    return tuple(sorted(names, key=lambda name: order.get(name, len(order))))


def said_alike(case: Case, before: Case, knowledge: Knowledge) -> Case:
    """The case with each answer that others give in other words (``follows`` in ``asking.yaml``), so that nobody is asked twice.

    It goes again when what it follows from is taken back since ``before``.
    """
    answers = dict(case.answers)
    for name in followed(before, knowledge) - followed(case, knowledge):
        answers.pop(name, None)
    for name in sorted(followed(case, knowledge)):
        answers.setdefault(name, Answer.PRESENT)
    return case if answers == case.answers else case.model_copy(update={"answers": answers})


def followed(case: Case, knowledge: Knowledge) -> set[str]:
    """What follows from the answers of a case."""
    rules = knowledge.content.asking.items()
    return {n for n, rule in rules if rule.follows and all(case.answers.get(one) is Answer.PRESENT for one in rule.follows)}


def next_step(session: Session, knowledge: Knowledge) -> Step:
    """What to ask next. Answers that cannot be read are kept aside: an interview never stops over them."""
    findings, _ = check_case(session.case, knowledge)
    urgency = triage(findings, knowledge)
    if urgency.level == "emergency":
        doubt = still_doubtful(findings, knowledge)
        return Step("emergency", urgency, _plain(doubt[0]) if doubt else None)
    grave = one_answer_away(findings, knowledge) if len(session.asked) < HARD_CAP else ()
    told = _told_in_words(session, findings, urgency, knowledge) if len(session.asked) < HARD_CAP else ()
    newly = still_doubtful(findings, knowledge, urgency.level)  # is what makes it urgent new at all?
    carrying = ("pregnancy",) if findings.person.sex == "female" else ()  # headache and bad sight are an emergency then
    everybody = fits_age((*OPENING, *knowledge.content.must_ask, *carrying), findings.person.age_years, knowledge)
    graver = graver_forms(findings, knowledge) if urgency.level not in ("urgent", "emergency") else ()
    first = (*taking_back(findings, (*told, *grave), knowledge), *told, *grave)
    always = (*first, *everybody, *newly, *graver)
    fixed = [name for name in dict.fromkeys(always) if name in knowledge.findings and not findings.asked(name)]
    if not fixed and len(session.asked) >= HARD_CAP:
        return Step("done", urgency)
    weighed = weigh(findings, knowledge)
    best = next_questions(findings, weighed, knowledge, count=HARD_CAP)
    own = due(findings, knowledge)
    stop = knowledge.number("interview_stop_open" if weighed.cannot_tell else "interview_stop")
    left = _left(session, len(fixed) + len(own), best, stop, knowledge)
    if fixed:
        return Step("question", urgency, _plain(fixed[0]), left)
    enough = len(session.asked) >= knowledge.number("interview_least")
    goes_on = bool(best) and not (enough and best[0].score < stop)
    if goes_on and len(session.asked) < HARD_CAP - _LAST:
        return Step("question", urgency, best[0], left)
    closing = closing_questions(findings, weighed, knowledge)
    last = closing or (best if goes_on else next_questions(findings, weighed, knowledge, count=1, among=own))
    return Step("question", urgency, last[0], left) if last else Step("done", urgency)


def _told_in_words(session: Session, findings: Findings, urgency: Urgency, knowledge: Knowledge) -> tuple[str, ...]:
    """What stands in the person's own words, was not asked, and would be an emergency if it is so: it is asked before all else."""
    if not session.case.complaint.words:
        return ()
    terms = written(session.case, findings, knowledge)
    so = urgency_if_so(session.case, findings, terms, urgency, knowledge)
    if so is None or so.level != "emergency":
        return ()
    tells = {name for rule in so.rules if rule.level == "emergency" for name in rule.because}
    asked = [term.name for term in terms if term.kind == "finding" and knowledge.findings[term.name].ask]
    return tuple(name for name in asked if not tells.isdisjoint((name, *knowledge.ancestors[name])))


def self_tests(case: Case, knowledge: Knowledge) -> tuple[tuple[SelfTest, ...], tuple[SelfTest, ...]]:
    """The self tests that would tell most now, the most telling first, at most three; and the others that are safe to try.

    What a person fears is tried too, however unlikely it is. One that was done stands among the first, so that it can be changed
    or taken back.
    """
    findings, _ = check_case(case, knowledge)
    safe = {test.id: test for test in safe_self_tests(findings, knowledge)}
    telling = [step.id for step in next_self_tests(findings, weigh(findings, knowledge), knowledge)]
    feared = _of_feared(findings, case, safe.values(), knowledge)
    done = [name for name in case.self_tests if name in knowledge.content.self_tests]
    first = tuple(
        knowledge.content.self_tests[name]
        for name in dict.fromkeys((*done, *tuple(dict.fromkeys((*telling, *feared)))[:_MOST_TESTS]))
    )
    return first, tuple(test for test in safe.values() if test not in first)


def _of_feared(findings: Findings, case: Case, tests: Iterable[SelfTest], knowledge: Knowledge) -> list[str]:
    """The tests of which an outcome speaks for a cause that the person named as a fear, the one that would speak loudest first."""
    feared = [link for cause in fears(findings, case, {}, knowledge) for link in knowledge.causes[cause].findings]
    loud = {link.id: link.p / (knowledge.findings[link.id].leak or 1.0) for link in feared if not findings.asked(link.id)}
    speaks = {test.id: max((loud.get(name, 0) for end in test.outcomes for name in end.present), default=0) for test in tests}
    return sorted((name for name in speaks if speaks[name]), key=lambda name: -speaks[name])


def _plain(name: str) -> NextStep:
    return NextStep(id=name, gain_bits=0.0, danger_bits=0.0, score=0.0, separates=())


def _left(session: Session, certain: int, best: Sequence[NextStep], stop: float, knowledge: Knowledge) -> int:
    """About how many questions are left, by what is asked in any case and by the rule that ends the asking."""
    telling = sum(step.score >= stop for step in best)
    least = knowledge.number("interview_least") - len(session.asked)
    about = round(certain + max(knowledge.number("answered_by_others") * telling, min(least, len(best))))
    return max(1, min(about, HARD_CAP - len(session.asked)))
