"""One page on all recordings together: what was read, found, asked and could not be done; in the look of the report."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from myognosis.cohort.engine import engine
from myognosis.cohort.parts import Outcome
from myognosis.cohort.tally import Group, Tally
from myognosis.faults import Issue, Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark, say
from myognosis.model.picture import HistogramPicture
from myognosis.report.html import environment
from myognosis.report.measured import measure_name, spelling, unit_in
from myognosis.report.traces import draw, nice_step
from myognosis.report.words import Words, plain

__all__ = ["OUTCOMES", "Costs", "cost_words", "render_summary"]

OUTCOMES: dict[Outcome, str] = {
    "measured": mark("measured"),
    "unmeasured": mark("read; nothing of what it holds is measured"),
    "question": mark("needs an answer before it can be read"),
    "refused": mark("cannot be read soundly"),
    "late": mark("took too long"),
    "ended": mark("ended its process"),
    "bug": mark("failed by a fault of the program"),
    "not_recording": mark("no recording"),
}
_ASKED = {
    "place": (
        mark("Where was it recorded?"),
        mark("Without it no limits of a single muscle are applied, and sides are not told apart."),
    ),
    "during": (
        mark("At rest, in a posture, in movement or standing?"),
        mark("Without it a tremor can be found, and none can be denied."),
    ),
    "electrode": (mark("With a needle or from the skin?"), mark("Without it nothing is looked for that only a needle shows.")),
}
_COLUMNS = {"place": "place, side", "during": "during", "electrode": "electrode"}
_AT_LEAST, _OF_THEM = mark("at least {value}"), mark("{n}, {least} of them at least")
_FIVE = (0.0, 0.25, 0.5, 0.75, 1.0)
_BINS, _FEW, _PERSONS = 24, 3, 1000
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Costs:
    """What a run cost: how many files it measured, the time of the clock, and how many processes shared it."""

    files: int
    wall_s: float
    workers: int


@dataclass(frozen=True)
class _Count:
    name: str
    n: int
    share: float


@dataclass(frozen=True)
class _FoundView:
    name: str
    present: int
    absent: int


@dataclass(frozen=True)
class _Spread:
    name: str
    n: str
    middle: str
    quarters: str
    ends: str
    unit: str
    svg: str


@dataclass(frozen=True)
class _Told:
    what: str
    fix: str
    n: int
    files: str


@dataclass(frozen=True)
class _PersonView:
    name: str
    recordings: int
    measured: int
    present: str
    absent: str


@dataclass(frozen=True)
class _Summary:
    language: Language
    title: str
    source: str
    date: str
    stopped: str
    counts: tuple[_Count, ...]
    doubted: int
    recordings: int
    others: int
    found: tuple[_FoundView, ...]
    spreads: tuple[_Spread, ...]
    persons: tuple[_PersonView, ...]
    n_persons: int
    asked: tuple[_Told, ...]
    doubts: tuple[_Told, ...]
    failed: tuple[_Told, ...]
    has_list: bool
    costs: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    engine: str


def render_summary(
    tally: Tally, knowledge: Knowledge, language: Language, *, source: Path, others: int, left: int, costs: Costs, today: dt.date
) -> str:
    """The page as one HTML file: no script, no outside request; every name of a file is text and nothing else."""
    words = Words(language)
    stopped = say(Message(_STOPPED, {"left": left}), language) if left else ""
    names = {name: found.names.in_language(language) for name, found in knowledge.findings.items()}
    page = _Summary(
        language=language, title=words._(_TITLE), source=plain(source.name), date=today.isoformat(), stopped=stopped,
        counts=_counts(tally, others, words), doubted=tally.doubted, recordings=tally.recordings,
        others=others + tally.outcomes["not_recording"], found=_found(tally, names), spreads=_spreads(tally, knowledge, language),
        persons=_persons(tally, names), n_persons=len(tally.persons), asked=(*_questions(tally, language), *_open(tally, words)),
        doubts=_grouped(tally.doubts.values(), language), failed=_failed(tally, language), has_list=source.is_dir(),
        costs=cost_words(tally, costs, language), methods=tuple(sorted(tally.methods)), engine=engine(),
    )  # fmt: skip
    return environment(language, _TEMPLATES).get_template("summary.html").render(page=page)


_TITLE = mark("Recordings measured together")
_STOPPED = mark(
    "The run was stopped: {left} {left:recording is|recordings are} not measured yet. The same command goes on where it ended."
)
_COST = (mark("files"), mark("recording in them"), mark("time of processors"), mark("a file"),
         mark("times as fast as recorded, one processor"), mark("files measured in this run"), mark("time of the clock"),
         mark("processes"))  # fmt: skip


def cost_words(tally: Tally, costs: Costs, language: Language) -> tuple[tuple[str, str], ...]:
    """What all files cost, now or before, and what this run did of it, line by line."""
    words = Words(language)
    second = unit_in("s", language)
    each = f"{words.number(tally.cpu_s / tally.files, 3)} {second}" if tally.files else "–"
    fast = words.number(tally.seconds / tally.cpu_s, 3) if tally.cpu_s and tally.seconds else "–"
    wall = words.number(round(costs.wall_s, 1), 3)
    long, cpu = words.number(tally.seconds, 4), words.number(tally.cpu_s, 3)
    values = (str(tally.files), f"{long} {second}", f"{cpu} {second}", each, fast, str(costs.files), f"{wall} {second}",
              str(costs.workers))  # fmt: skip
    return tuple((words._(name), value) for name, value in zip(_COST, values, strict=True))


def _counts(tally: Tally, others: int, words: Words) -> tuple[_Count, ...]:
    counts = dict(tally.outcomes)
    counts["not_recording"] = counts.get("not_recording", 0) + others
    most = max(counts.values(), default=0)
    return tuple(_Count(words._(name), counts[key], 100 * counts[key] / most) for key, name in OUTCOMES.items() if counts.get(key))


def _found(tally: Tally, names: dict[str, str]) -> tuple[_FoundView, ...]:
    found = sorted({*tally.present, *tally.absent}, key=lambda name: (-tally.present[name], -tally.absent[name], name))
    return tuple(_FoundView(names.get(name, name), tally.present[name], tally.absent[name]) for name in found)


def _spreads(tally: Tally, knowledge: Knowledge, language: Language) -> tuple[_Spread, ...]:
    """The main measures, one value a recording, those of most recordings first."""
    ordered = sorted(tally.values.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_spread(*key, values, tally.least.get(key, []), knowledge, language) for key, values in ordered)


def _spread(name: str, unit: str, values: list[float], least: list[float], knowledge: Knowledge, language: Language) -> _Spread:
    """Five numbers; each is a least where one of the values that it rests on is."""
    number, shown, quantiles = Words(language).number, measure_name(name, knowledge, language), np.quantile(values, _FIVE)

    def told(value: float) -> str:
        plain = number(value, 3)
        return say(Message(_AT_LEAST, {"value": plain}), language) if any(one <= value for one in least) else plain

    low, first, middle, third, high = (told(float(q)) for q in quantiles)
    n = say(Message(_OF_THEM, {"n": len(values), "least": len(least)}), language) if least else str(len(values))
    svg = ""
    if len(values) >= _FEW and max(values) > min(values):
        picture = _histogram(shown, unit, np.array(values))
        svg = str(draw(picture, f"{shown}: {len(values)}", spelling(language)))
    return _Spread(shown, n, middle, f"{first} – {third}", f"{low} – {high}", unit_in(unit, language), svg)


def _histogram(label: str, unit: str, values: np.typing.NDArray[np.float64]) -> HistogramPicture:
    """Counts in bins of a round width."""
    step = nice_step(float(values.max() - values.min()), _BINS)
    first = float(np.floor(values.min() / step) * step)
    n = int(np.floor((values.max() - first) / step)) + 1
    counts, _ = np.histogram(values, first + step * np.arange(n + 1))
    return HistogramPicture(label=label, unit=unit, start=first, step=step, counts=tuple(map(int, counts)))


def _persons(tally: Tally, names: dict[str, str]) -> tuple[_PersonView, ...]:
    def named(found: Iterable[str]) -> str:
        return "; ".join(names.get(name, name) for name in found)

    shown = sorted(tally.persons.items())[:_PERSONS]
    return tuple(_PersonView(plain(name), p.recordings, p.measured, named(p.present), named(p.absent)) for name, p in shown)


def _told(issue: Issue, n: int, files: Iterable[str], language: Language) -> _Told:
    return _Told(plain(say(issue.what, language)), plain(say(issue.fix, language)), n, plain(", ".join(files)))


def _grouped(groups: Iterable[Group], language: Language) -> tuple[_Told, ...]:
    ordered = sorted(groups, key=lambda group: -group.n)
    return tuple(
        _told(group.issue, group.n, (*group.files, *(["…"] if group.n > len(group.files) else [])), language) for group in ordered
    )


def _questions(tally: Tally, language: Language) -> tuple[_Told, ...]:
    return _grouped(tally.questions.values(), language)


def _open(tally: Tally, words: Words) -> tuple[_Told, ...]:
    """What nobody told of recordings that were measured, and what it would change."""
    rows = []
    for name, n in tally.not_told.most_common():
        what, why = _ASKED[name]
        column = words._(mark("Say it in a list, column: {column}.")).format(column=_COLUMNS[name])
        rows.append(_Told(words._(what), f"{words._(why)} {column}", n, ""))
    return tuple(rows)


def _failed(tally: Tally, language: Language) -> tuple[_Told, ...]:
    return tuple(_told(issue, 1, [name], language) for name, _, issue in tally.failed)
