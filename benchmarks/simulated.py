"""People simulated from the knowledge, to judge the policy of asking."""

import numpy as np

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer
from myognosis.reason import network as net
from myognosis.reason import weighing
from myognosis.reason.movement import allowed_types
from myognosis.testing import Vignette

__all__ = ["Somebody"]


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
