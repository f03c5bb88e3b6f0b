"""People simulated from the knowledge, to judge the policy of asking."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.findings import check_case
from myognosis.interview.session import DESCRIPTION, Session, checklist, next_step
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case
from myognosis.model.finding import Findings
from myognosis.reason import network as net
from myognosis.reason import weighing
from myognosis.reason.causes import weigh
from myognosis.reason.movement import allowed_types
from myognosis.testing import Vignette

__all__ = ["Somebody", "Talk", "talk"]


class Somebody:
    """Answers what the vignette says, and the rest as people with its cause do."""

    def __init__(self, vignette: Vignette, knowledge: Knowledge, random: np.random.Generator) -> None:
        self.knowledge, self.random = knowledge, random
        self.told = check_case(vignette.case(), knowledge)[0]
        self.network = net.network_of(knowledge)
        self.row = self.network.row.get(vignette.expect, -1)

    def answer(self, name: str) -> Answer:
        """A yes or a no."""
        if self.told.present(name) or self.told.absent(name):
            return Answer.PRESENT if self.told.present(name) else Answer.ABSENT
        return Answer.PRESENT if self.random.random() < self._probability(name) else Answer.ABSENT

    def _probability(self, name: str) -> float:
        network, group = self.network, self.knowledge.group_of(name)
        if name not in network.column:
            usual = self.knowledge.number(f"prevalence_{group}")
            ratios = {row: present - absent for row, present, absent in network.context.get(name, ())}
            odds = usual / (1 - usual) * float(np.exp(ratios.get(self.row, 0.0)))
            return odds / (1 + odds)
        column = network.column[name]
        base = float(network.leak[column])
        if group in ("feature", "place"):
            shares = weighing.movement_shares(network, np.array([[self.row]]), allowed_types(self.told, self.knowledge))[0]
            base = float(shares @ network.features_by_type[:, column])
        return 1.0 - (1.0 - base) * float(np.exp(network.padded[self.row, column]))


@dataclass(frozen=True)
class Talk:
    """How an interview ended: after how many questions, and at which place the true cause stood.

    ``told_rank`` is its place when everything that the vignette tells is known.
    """

    end: Literal["done", "emergency", "question"]
    questions: int
    rank: int
    told_rank: int


def talk(vignette: Vignette, knowledge: Knowledge, random: np.random.Generator, *, lists: bool = True) -> Talk:
    """One interview as the terminal leads it: lists to tick, the medicines by name, then the questions."""
    person = Somebody(vignette, knowledge, random)
    answers = {n: Answer.PRESENT if person.told.present(n) else Answer.ABSENT for n in checklist(knowledge)}
    answers |= {n: person.answer(n) for n in DESCRIPTION}
    if lists:
        answers |= {n: person.answer(n) for names in knowledge.boxes.values() for n in names}
    taken = [n for n in knowledge.findings if n.startswith("takes_") and knowledge.group_of(n) == "medicine"]
    answers |= {n: Answer.PRESENT for n in taken if person.answer(n) is Answer.PRESENT}
    session = Session(Case(person=vignette.case().person, answers=answers))
    while (step := next_step(session, knowledge)).kind == "question" and step.question:
        session = session.answer(step.question.id, person.answer(step.question.id))
    found = check_case(session.case, knowledge)[0]
    cause = vignette.expect
    return Talk(step.kind, len(session.asked), _rank(cause, found, knowledge), _rank(cause, person.told, knowledge))


def _rank(cause: str, findings: Findings, knowledge: Knowledge) -> int:
    weighed = weigh(findings, knowledge)
    return [weighed.posterior.network.causes[i] for i in weighed.order].index(cause) + 1
