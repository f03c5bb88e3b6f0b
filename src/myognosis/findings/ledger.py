"""The book in which findings are entered: what was asserted, where, and what contradicts what."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path

from myognosis.faults import Issue, Level, Message, Name, near_miss
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Muscle, Nerve, Reflex
from myognosis.language import mark
from myognosis.model.case import Answer, Case
from myognosis.model.finding import ConductionRow, Findings, LocalSign, Measured, Provenance, State, as_state

__all__ = ["Ledger"]

_HINTS = 50
"""For so many faults a near miss is looked for; a file with more is of another kind."""

_RANK: dict[State, int] = {"unknown": 0, "absent": 1, "present": 2}


_Pool = Mapping[str, Muscle] | Mapping[str, Nerve] | Mapping[str, Reflex]


def _words(text: str) -> set[str]:
    return set(re.sub(r"[\W_]+", " ", text.casefold()).split())


class Ledger:
    """Collects findings, signs and issues while a case is read."""

    def __init__(self, knowledge: Knowledge, folder: Path | None = None) -> None:
        self.knowledge, self.folder = knowledge, folder
        self.states: dict[str, State] = {}
        self.settled: set[str] = set()
        self.provenance: dict[str, list[Provenance]] = {}
        self.signs: list[LocalSign] = []
        self.issues: list[Issue] = []
        self.medicines: list[str] = []
        self.measured: list[Measured] = []
        self.conduction: list[ConductionRow] = []

    def enter(self, finding: str, state: State, path: str, raw: object) -> None:
        """Enter one fact. Where two facts contradict, present wins, and the contradiction is reported."""
        if finding not in self.knowledge.findings:
            self.unknown_id(finding, path, self.knowledge.findings, mark("finding"), self.knowledge.finding_named)
            return
        before = self.states.get(finding)
        if before and before != state and "unknown" not in (before, state):
            what = mark("'{name}' is said to be both present and absent.")
            fix = mark("Correct one of the two; until then it counts as present.")
            self.issue("case.contradiction", Level.DOUBT, path, what, fix, name=self.named(finding))
        if before is None or _RANK[state] > _RANK[before]:
            self.states[finding] = state
        self.provenance.setdefault(finding, []).append(Provenance(path=path, raw=str(raw)[:200]))

    def observe(self, finding: str, seen: Sequence[tuple[State, str, object]]) -> None:
        """Enter what several recordings show: one that shows it is enough, and one that does not is no contradiction.

        ``seen`` is the state that each shows, its path in the case, and what was read there.
        """
        shown: State = "present" if any(state == "present" for state, _, _ in seen) else "absent"
        for state, path, raw in seen:
            if state == shown:
                self.enter(finding, state, path, raw)
            else:
                self.provenance.setdefault(finding, []).append(Provenance(path=path, raw=str(raw)[:200]))

    def named(self, finding: str) -> Name:
        """The name of a finding, for a message."""
        return Name(**self.knowledge.findings[finding].names.model_dump())

    def settle(self, finding: str, state: State) -> None:
        """What the rest of the case already says: nobody need be asked, and it carries no weight of its own."""
        if finding not in self.states:
            self.states[finding] = state
            self.settled.add(finding)

    def answer(self, finding: str, answer: Answer, path: str) -> None:
        """Enter an answer."""
        self.enter(finding, as_state(answer), path, answer.value)

    def measure(self, finding: str, beyond: bool, path: str, raw: object) -> None:
        """Enter one of several measurements of the same thing: one beyond its limit is enough, a normal one undoes nothing."""
        if beyond or self.states.get(finding) != "present":
            self.states.pop(finding, None)
            self.enter(finding, "present" if beyond else "absent", path, raw)

    def sign(self, sign: LocalSign) -> None:
        """Enter a sign with its place."""
        self.signs.append(sign)

    def unknown_id(
        self, name: str, path: str, pool: Iterable[str], kind: str, otherwise: Callable[[str], str] = lambda _: ""
    ) -> None:
        """Report an id that the knowledge does not hold, with the near miss; ``otherwise`` finds one where none is near."""
        hint = near_miss(name, pool) or otherwise(name) if len(self.issues) < _HINTS else ""
        what = mark("'{name}' is not a known {kind}.")
        fix = mark("Did you mean '{hint}'?") if hint else mark("See the list: myognosis schema --vocabulary")
        self.issue("case.unknown_id", Level.REFUSE, path, what, fix, name=name[:80], hint=hint, kind=Message(kind))

    def unknown_part(self, name: str, path: str, pool: _Pool, kind: str, likely: Container[str] = ()) -> None:
        """Report a muscle, nerve or reflex that the knowledge has under another id; its name in any language leads to the id.

        Of several that bear the name, as three nerves are called peroneal, the hint is one that is ``likely``.
        """
        spelled = {id: _words(" ".join((id, *one.names.model_dump().values()))) for id, one in pool.items()}
        bear = [id for id, words in spelled.items() if _words(name) and _words(name) <= words]
        best = min(bear, key=lambda id: (id not in likely, len(id)), default="")
        self.unknown_id(name, path, [best] if best else pool, kind, lambda _: best)

    def issue(self, code: str, level: Level, path: str, what: str, fix: str, **params: object) -> None:
        """Note an issue."""
        self.issues.append(Issue(code, level, path, Message(what, params), Message(fix, params)))

    def close(self, case: Case) -> Findings:
        """Everything entered, with what it implies."""
        implied = self._imply() | self.settled
        return Findings(
            case.person,
            self.states,
            provenance={name: tuple(rows) for name, rows in self.provenance.items()},
            implied=implied,
            signs=tuple(dict.fromkeys(self.signs)),
            issues=tuple(self.issues),
            medicines=tuple(dict.fromkeys(self.medicines)),
            measured=tuple(self.measured),
            conduction=tuple(self.conduction),
        )

    def _imply(self) -> frozenset[str]:
        """A present finding makes its parents present; an absent one makes its children absent.

        The implied ones carry no weight of their own: what was observed is the more specific presence, or the more
        general absence.
        """
        silent: set[str] = set()
        for name, state in list(self.states.items()):
            if state == "present":
                for parent in self.knowledge.ancestors[name]:
                    if self.states.get(parent) == "absent":
                        what = mark("'{name}' is present although the broader '{parent}' is said to be absent.")
                        fix = mark("Correct one of the two; until then both count as present.")
                        self.issue(
                            "case.contradiction",
                            Level.DOUBT,
                            f"$.answers.{parent}",
                            what,
                            fix,
                            name=self.named(name),
                            parent=self.named(parent),
                        )
                    self.states[parent] = "present"
                    silent.add(parent)
        for name, state in list(self.states.items()):
            if state == "absent" and name not in silent:
                for child in self.knowledge.descendants[name]:
                    if self.states.get(child) != "present":
                        self.states[child] = "absent"
                        silent.add(child)
        return frozenset(silent)
