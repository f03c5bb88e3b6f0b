"""What a page says of all recordings together, counted part by part, in memory that does not grow with their number of samples."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from myognosis.cohort.listing import Found
from myognosis.cohort.measuring import ASKING
from myognosis.cohort.parts import Outcome, Part
from myognosis.faults import Issue, Level, unpack_issue
from myognosis.report.measures import in_short

__all__ = ["Group", "Person", "Tally"]

_SHOWN = 200
"""So many files are named on the page; all of them stand in the tables."""
_NAMED = 3
_GROUPS = 60
"""So many different sentences are told apart; further ones are counted with those of their kind."""


@dataclass
class Group:
    """What is said of several recordings in the same words: the first time it was said, how often, and of which files first."""

    issue: Issue
    files: list[str] = field(default_factory=list)
    n: int = 0

    def add(self, name: str) -> None:
        """One more file."""
        self.n += 1
        if len(self.files) < _NAMED:
            self.files.append(name)


@dataclass
class Person:
    """What all recordings of one person gave."""

    recordings: int = 0
    measured: int = 0
    present: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts everything that the page shows."""

    def __init__(self) -> None:
        self.outcomes = Counter[Outcome]()
        self.doubted = self.files = 0
        self.seconds = self.cpu_s = self.wall_s = self.assessable_s = 0.0
        self.present, self.absent = Counter[str](), Counter[str]()
        self.persons = dict[str, Person]()
        self.values = defaultdict[tuple[str, str], list[float]](list)
        self.least = defaultdict[tuple[str, str], list[float]](list)
        self.not_told = Counter[str]()
        self.questions, self.doubts = dict[str, Group](), dict[str, Group]()
        self.failed = list[tuple[str, Outcome, Issue]]()
        self.methods = Counter[str]()

    @property
    def recordings(self) -> int:
        """How many recordings were looked at."""
        return self.files - self.outcomes["not_recording"]

    def add(self, found: Found, part: Part) -> None:
        """One more recording."""
        self.files += 1
        self.outcomes[part.outcome] += 1
        self.cpu_s += part.cpu_s
        self.wall_s += part.wall_s
        self.seconds += part.channels.seconds if part.channels else 0.0
        if part.outcome == "not_recording":
            return
        self._count_found(found, part)
        self._count_issues(found, part)

    def _count_found(self, found: Found, part: Part) -> None:
        present = [name for name, state in part.findings.items() if state == "present"]
        absent = [name for name, state in part.findings.items() if state == "absent"]
        self.present.update(present)
        self.absent.update(absent)
        if part.outcome == "measured":
            self.not_told.update(part.not_told)
        if found.told.person:
            person = self.persons.setdefault(found.told.person, Person())
            person.recordings += 1
            person.measured += part.outcome == "measured"
            person.present.update(present)
            person.absent.update(absent)
        for key, rows in _short_values(part).items():
            value = median(number for number, _ in rows)
            self.values[key].append(value)
            if any(at_least and number <= value for number, at_least in rows):  # a larger one would leave the middle where it is
                self.least[key].append(value)
        self.methods.update(f"{row.method} ({row.source})" for row in part.rows if in_short(row.name) and row.value is not None)

    def _count_issues(self, found: Found, part: Part) -> None:
        issues = [unpack_issue(packed) for packed in part.issues]
        doubts = [issue for issue in issues if issue.level is Level.DOUBT and issue.code not in ASKING]
        self.doubted += bool(doubts) and part.outcome in ("measured", "unmeasured")
        for kept, some in ((self.questions, [one for one in issues if one.code in ASKING]), (self.doubts, doubts)):
            for issue in {_words_of(one): one for one in reversed(some)}.values():
                words = _words_of(issue) if len(kept) < _GROUPS else issue.code
                kept.setdefault(words, Group(issue)).add(found.name)
        if part.outcome in ("refused", "late", "ended", "bug") and len(self.failed) < _SHOWN:
            self.failed += [(found.name, part.outcome, issue) for issue in issues if issue.level is Level.REFUSE][:_NAMED]


def _words_of(issue: Issue) -> str:
    return f"{issue.code} {issue.what}"


def _short_values(part: Part) -> Mapping[tuple[str, str], list[tuple[float, bool]]]:
    """The main measures of one recording: all channels of each, and whether a number is a least."""
    found = defaultdict[tuple[str, str], list[tuple[float, bool]]](list)
    for row in part.rows:
        if in_short(row.name) and row.value is not None:
            found[(row.name, row.unit)].append((row.value, row.at_least))
    return found
