"""People simulated from the knowledge, to judge the policy of asking."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.findings import check_case
from myognosis.interview.session import DESCRIPTION, Session, checklist, next_step
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case
from myognosis.model.finding import Findings, State
from myognosis.reason import network as net
from myognosis.reason import weighing
from myognosis.reason.asking import needless
from myognosis.reason.causes import weigh
from myognosis.reason.movement import allowed_types
from myognosis.testing import Vignette

__all__ = ["Somebody", "Talk", "talk"]


class Somebody:
    """One whole person: what the vignette says, and the rest as in people with its cause.

    The movement described is one and the same throughout. What is a kind of something (cannot lift a cup, of weakness) is drawn
    among those who have that, and what makes no sense after the rest (in a man, after another course) is answered no.
    """

    def __init__(self, vignette: Vignette, knowledge: Knowledge, random: np.random.Generator) -> None:
        self.knowledge, self.told = knowledge, check_case(vignette.case(), knowledge)[0]
        self.network = net.network_of(knowledge)
        self.row = self.network.row.get(vignette.expect, -1)
        shares = weighing.movement_shares(
            allowed_types(self.told, knowledge), weighing.makes(self.network, np.array([[self.row]]))
        )[0]
        self.movement = int(random.choice(len(shares), p=shares / shares.sum()))
        self.states: dict[str, State] = {n: s for n, s in self.told.states.items() if s != "unknown"}
        blocks: dict[tuple[int, str], list[str]] = {}
        for name, finding in knowledge.findings.items():
            blocks.setdefault((len(knowledge.ancestors[name]), finding.group), []).append(name)
        for block in sorted(blocks):
            pointless = needless(Findings(self.told.person, self.states), knowledge)
            for name in blocks[block]:
                yes = random.random() < (0.0 if name in pointless else self.probability(name))
                self.states.setdefault(name, "present" if yes else "absent")

    def answer(self, name: str) -> Answer:
        """A yes or a no."""
        return Answer.PRESENT if self.states[name] == "present" else Answer.ABSENT

    def probability(self, name: str) -> float:
        """How likely a yes is, given what it is a kind of."""
        parents = self.knowledge.ancestors[name]
        if any(self.states[parent] == "absent" for parent in parents):
            return 0.0
        if not parents:
            return self._alone(name)
        if name in self.network.column:
            return min(1.0, self._alone(name) / max(self._alone(parents[0]), 1e-9))
        names, usual, ratio = (
            self.network.circumstances
        )  # in whom it is the reason it came in time, in the rest as often as in others
        chance, reason = usual[names[name]] / usual[names[parents[0]]], 1.0 - 1.0 / max(1.0, ratio[self.row, names[parents[0]]])
        return float(reason + (1.0 - reason) * chance)

    def _alone(self, name: str) -> float:
        network = self.network
        if name not in network.column:
            names, usual, ratio = network.circumstances
            odds = float(usual[names[name]] * ratio[self.row, names[name]])
            return odds / (1 + odds)
        column = network.column[name]
        base = float(network.features_by_type[self.movement, column] if network.describes[column] else network.leak[column])
        return 1.0 - (1.0 - base) * float(network.off[self.row, column])


@dataclass(frozen=True)
class Talk:
    """How an interview ended: after how many questions, and at which place the true cause stood.

    ``told_rank`` is its place when everything that the vignette tells is known; ``level`` how soon the person is sent to be seen.
    """

    end: Literal["done", "emergency", "question"]
    questions: int
    rank: int
    told_rank: int
    level: str


def talk(vignette: Vignette, knowledge: Knowledge, random: np.random.Generator, *, lists: bool = True) -> Talk:
    """One interview as the terminal leads it: lists to tick, the medicines by name, the questions, then results of blood tests."""
    person = Somebody(vignette, knowledge, random)
    answers = {n: Answer.PRESENT if person.told.present(n) else Answer.ABSENT for n in checklist(knowledge, vignette.person.age)}
    answers |= {n: person.answer(n) for n in DESCRIPTION}
    if lists:
        answers |= {n: person.answer(n) for names in knowledge.boxes.values() for n in names}
    taken = [n for n in knowledge.findings if n.startswith("takes_") and knowledge.group_of(n) == "medicine"]
    answers |= {n: Answer.PRESENT for n in taken if person.answer(n) is Answer.PRESENT}
    told = vignette.case()
    session = Session(Case(person=told.person, answers=answers))
    while (step := next_step(session, knowledge)).question or (step.kind == "done" and told.labs and not session.case.labs):
        if step.question:
            session = session.answer(step.question.id, person.answer(step.question.id))
        else:
            session = Session(session.case.model_copy(update={"labs": told.labs}), session.asked)
    found = check_case(session.case, knowledge)[0]
    cause = vignette.expect
    ranks = _rank(cause, found, knowledge), _rank(cause, person.told, knowledge)
    return Talk(step.kind, len(session.asked), *ranks, step.urgency.level)


def _rank(cause: str, findings: Findings, knowledge: Knowledge) -> int:
    weighed = weigh(findings, knowledge)
    return [weighed.posterior.network.causes[i] for i in weighed.order].index(cause) + 1
