"""What the recordings of a case show together: one side with and one side without is no contradiction, it is a side."""

from dataclasses import dataclass, field
from functools import reduce

from myognosis.faults import Level, Message, Name
from myognosis.findings.ledger import Ledger
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Place
from myognosis.model.finding import Measured, State, Unsettled

__all__ = ["Shown", "listed"]

_SIDES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides"), "midline": mark("midline")}
_BOTH = mark("{name}: present in {present}, absent in {absent}. It counts as present.")
_FIX = mark("Nothing needs to be corrected: one place or moment can show it and another not.")
_SWINGS = mark(
    "{emg} shows that the muscle lapses and does not shake; what {files} shows is the limb that drops and swings. "
    "It does not count as a tremor."
)
_MUSCLE = mark("Nothing needs to be corrected. A sensor alone cannot tell a limb that drops from one that shakes.")
_LAPSES, _HELD = "emg_silent_period_lapse", "postural_tremor"
_OF_HELD = frozenset({_HELD, "tremor_slow", "tremor_middle", "tremor_fast"})
"""What goes with a tremor that was none."""
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
        self._swings()
        for finding, sights in self.seen.items():
            self.ledger.observe(finding, [(s.state, s.path, s.raw) for s in sights])
            if len({s.state for s in sights}) > 1 and finding in self.ledger.knowledge.findings:
                self._differ(finding, sights)
        self._name()

    def _name(self) -> None:
        """The movement that a finding is by definition: nobody need be asked, and what sends a person to a doctor hears of it."""
        for finding in [f for f, sights in self.seen.items() if any(s.state == "present" for s in sights)]:
            types = [t for t, movement in self.ledger.knowledge.content.movements.items() if finding in movement.shown_by]
            if len(types) == 1:
                self.ledger.settle(types[0], "present")

    def _swings(self) -> None:
        """Where the muscle lapses, and its own recording holds no tremor, what a sensor shows is the limb that drops and swings."""
        lapsing = {s.file for s in self.seen.get(_LAPSES, ()) if s.state == "present"}
        tremors = self.seen.get(_HELD, [])
        shaking = {s.file for s in tremors if s.state == "present"}
        if not lapsing or not shaking or shaking & lapsing:
            return
        for finding in _OF_HELD & self.seen.keys():
            self.seen[finding] = [s for s in self.seen[finding] if s.state != "present" or s.file not in shaking]
            if not self.seen[finding]:
                del self.seen[finding]
        self.ledger.measured[:] = [_unshaken(row) if row.file in shaking else row for row in self.ledger.measured]
        files = {"files": listed(*sorted(shaking)), "emg": listed(*sorted(lapsing))}
        self.ledger.issue("recording.swings", Level.NOTE, "$.recordings", _SWINGS, _MUSCLE, **files)

    def _differ(self, finding: str, sights: list[_Sight]) -> None:
        files = {
            state: listed(*(s.told(self.ledger.knowledge) for s in sights if s.state == state)) for state in ("present", "absent")
        }
        self.ledger.issue("recording.differ", Level.NOTE, "$.recordings", _BOTH, _FIX, name=self.ledger.named(finding), **files)
        one = _one_side(sights) if finding in _TREMORS else None
        if one and not {"one_side_only", "both_sides_together"} & set(self.ledger.states):
            self.ledger.enter("one_side_only", "present", one.path, one.raw)


def _unshaken(row: Measured) -> Measured:
    """A recording whose tremor was none."""
    found = {finding: state for finding, state in row.findings.items() if finding not in _OF_HELD}
    why = row.unsettled if found else (*row.unsettled, Unsettled(reason="swings"))
    return row.model_copy(update={"findings": found, "unsettled": why})


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
