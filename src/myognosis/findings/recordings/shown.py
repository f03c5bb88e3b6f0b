"""What the recordings of a case show together: one side with and one side without is no contradiction, it is a side."""

from dataclasses import dataclass, field
from functools import reduce

from myognosis.faults import Level, Message, Name
from myognosis.findings.ledger import Ledger
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Place
from myognosis.model.finding import State

__all__ = ["Shown", "listed"]

_SIDES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides"), "midline": mark("midline")}
_BOTH = mark("{name}: present in {present}, absent in {absent}. It counts as present.")
_FIX = mark("Nothing needs to be corrected: one place or moment can show it and another not.")
_TREMORS = ("rest_tremor", "postural_tremor", "tremor")
"""Where these show in one hand only, the movement is of one side."""


@dataclass(frozen=True)
class _Sight:
    state: State
    path: str
    raw: str
    file: str
    place: Place | None

    def told(self, knowledge: Knowledge) -> Message | str:
        """The file, and in brackets of what place it is."""
        muscle = knowledge.content.muscles.get(self.place.where) if self.place else None
        side = Message(_SIDES[self.place.side]) if self.place and self.place.side else None
        where = [x for x in (Name(**muscle.names.model_dump()) if muscle else None, side) if x]
        return Message("{file} ({where})", {"file": self.file, "where": listed(*where)}) if where else self.file


@dataclass
class Shown:
    """Collects what each recording shows, and enters it when all were read."""

    ledger: Ledger
    seen: dict[str, list[_Sight]] = field(default_factory=dict)

    def add(self, finding: str, state: State, path: str, raw: str, file: str, place: Place | None) -> None:
        """What one recording shows."""
        self.seen.setdefault(finding, []).append(_Sight(state, path, raw, file, place))

    def enter(self) -> None:
        """Each finding once for all recordings, with a word where they differ."""
        for finding, sights in self.seen.items():
            self.ledger.observe(finding, [(s.state, s.path, s.raw) for s in sights])
            if len({s.state for s in sights}) > 1 and finding in self.ledger.knowledge.findings:
                self._differ(finding, sights)

    def _differ(self, finding: str, sights: list[_Sight]) -> None:
        files = {
            state: listed(*(s.told(self.ledger.knowledge) for s in sights if s.state == state)) for state in ("present", "absent")
        }
        self.ledger.issue("recording.differ", Level.NOTE, "$.recordings", _BOTH, _FIX, name=self.ledger.named(finding), **files)
        one = _one_side(sights) if finding in _TREMORS else None
        if one and not {"one_side_only", "both_sides_together"} & set(self.ledger.states):
            self.ledger.enter("one_side_only", "present", one.path, one.raw)


def _one_side(sights: list[_Sight]) -> _Sight | None:
    """The recording of the side that shows it, where the same place of the other side does not."""
    sides = {(s.state, s.place.where, s.place.side) for s in sights if s.place and s.place.side in ("left", "right")}
    for s in sights:
        if s.state == "present" and s.place and s.place.side in ("left", "right"):
            other = "left" if s.place.side == "right" else "right"
            if ("absent", s.place.where, other) in sides and ("present", s.place.where, other) not in sides:
                return s
    return None


def listed(*parts: Message | Name | str) -> Message | Name | str:
    """Parts of a sentence one after the other."""
    return reduce(lambda first, last: Message("{first}, {last}", {"first": first, "last": last}), parts)
