"""Opens the recordings that lie beside a case and asks each analysis that fits what they are.

A recording is analysed when it lies beside the case, its kind and format are known, and SciPy is installed; otherwise it is
kept and named.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path

from myognosis.faults import Issue, Level, Message, MissingExtra, RecordingError
from myognosis.findings.ledger import Ledger
from myognosis.findings.recordings.analysed import Analysed
from myognosis.findings.recordings.attempt import attempt
from myognosis.findings.recordings.doubtful import with_doubts
from myognosis.findings.recordings.shown import Shown, listed
from myognosis.findings.recordings.unsettled import SUITS, why_unsettled
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.finding import Measured, Unsettled
from myognosis.model.recording import Recording

__all__ = ["forget_recordings", "read_recordings"]

_WORN = {"accelerometer": mark("accelerometer"), "gyroscope": mark("gyroscope"), "other": mark("kind not stated")}
_Done = tuple[int, Entry, tuple[Analysed, ...]]
_Compared = tuple[int, Entry, Analysed]


def read_recordings(case: Case, ledger: Ledger, folder: Path | None, recorded: Mapping[str, Measured]) -> None:
    """Each recording of the case that can be measured, or was; then those that are to be set side by side."""
    done: list[_Done] = []
    shown, knowledge = Shown(ledger), ledger.knowledge
    listed = tuple(enumerate(case.recordings))
    muscles = knowledge.content.muscles
    for index, row in listed:
        if row.place and row.place.where not in muscles:
            ledger.unknown_id(row.place.where, f"$.recordings[{index}].place.where", muscles, mark("muscle or region"))
    for index, row in (*listed, *_befores(listed)):
        place = f"$.recordings[{index}]"
        if row.file in recorded:
            _take(recorded[row.file], shown, place)
            continue
        path = _measurable(row, folder, ledger, place)
        if path is None or _twice(case.recordings[:index], row, ledger, place):
            continue
        try:
            found, issues, kinds = _analyse(path, row.model_dump_json(), knowledge, *_written(path))
        except (RecordingError, MissingExtra) as error:
            _cannot(ledger, place, error)
            continue
        if row is case.recordings[index]:
            _doubt((*issues, *_of_another_kind(row, kinds)), ledger, place)
            _enter(row, found, shown, place, why_unsettled(row, found, kinds, knowledge))
        done.append((index, row, found))
    for index, row, compared in attempt(
        lambda: list(_side_by_side(done, knowledge)), lambda fault: [(*done[-1][:2], fault)], "recordings"
    ):
        why = () if compared.entries else (Unsettled(reason="compared"),)
        _enter(row, (compared,), shown, f"$.recordings[{index}]", why)
    shown.enter()


def _measurable(row: Entry, folder: Path | None, ledger: Ledger, place: str) -> Path | None:
    """The file of a recording that we measure; None, and why, where it is not there or SciPy is not."""
    if folder is None or row.kind not in SUITS:
        return None
    path = _beside(row, folder)
    if path is None:
        what = mark("The file {file} does not lie in the folder of the case or below.")
        fix = mark("Put it there, or correct its name.")
        ledger.issue("recording.missing", Level.DOUBT, place, what, fix, file=row.file)
    elif find_spec("scipy") is None:
        _cannot(ledger, place, MissingExtra(mark("Measuring a recording"), "signals"))
        return None
    return path


def _twice(before: tuple[Entry, ...], row: Entry, ledger: Ledger, place: str) -> bool:
    """Whether an earlier entry has this file for the same; what one file shows counts once, and is of one place only."""

    def same(one: Entry) -> bool:
        return all(getattr(one, name) == getattr(row, name) for name in ("file", "kind", "during", "shows", "task", "loaded"))

    twice = any(map(same, before))
    if twice:
        what = mark("The file {file} is listed twice: it is measured once.")
        fix = mark("Take the second one out, or name its own file.")
        ledger.issue("recording.twice", Level.DOUBT, place, what, fix, file=row.file)
    return twice


def _of_another_kind(row: Entry, kinds: frozenset[str]) -> tuple[Issue, ...]:
    """A doubt where no channel is of the kind that the case says."""
    if SUITS[row.kind] & kinds:
        return ()
    there = listed(*map(_kind, sorted(kinds))) if kinds else "–"
    params = {"kind": _kind(row.kind), "kinds": there}
    what = Message(mark("The case says {kind}, and the file holds no such channel, only: {kinds}."), params)
    fix = Message(mark("Correct the kind; where the file states none, give the units of its channels: units."))
    return (Issue("recording.kind", Level.DOUBT, row.file, what, fix),)


def _befores(listed: tuple[tuple[int, Entry], ...]) -> list[tuple[int, Entry]]:
    """The recordings before a task that the case does not list by themselves: they are read, and nothing is taken from them."""
    files = {row.file for _, row in listed}
    bare = {"task": None, "before": None, "moments_s": (), "shows": None}
    return [(i, row.model_copy(update=bare | {"file": row.before})) for i, row in listed if row.before and row.before not in files]


def _kind(kind: str) -> Message | str:
    return Message(_WORN[kind]) if kind in _WORN else kind.upper()


def _side_by_side(done: list[_Done], knowledge: Knowledge) -> Iterator[_Compared]:
    """What several recordings say together, under the later of them."""
    if any(part.tremors for _, _, found in done for part in found):
        from myognosis.findings.recordings.compare import compare_tremors

        yield from compare_tremors(done, knowledge)
    if sum(part.motor_units is not None for _, _, found in done for part in found) > 1:
        from myognosis.findings.recordings.needle import pool_positions

        yield from pool_positions(done, knowledge)
    if any(part.tasks for _, _, found in done for part in found):
        from myognosis.findings.recordings.tasks import judge_tasks

        yield from judge_tasks(done, knowledge)


def _doubt(issues: tuple[Issue, ...], ledger: Ledger, place: str) -> None:
    """What is doubtful about one recording; the case can be assessed without it."""
    for issue in issues:
        level = Level.DOUBT if issue.level is Level.REFUSE else issue.level
        ledger.issues.append(Issue(issue.code, level, f"{place} {issue.where}", issue.what, issue.fix))


def _enter(row: Entry, found: tuple[Analysed, ...], shown: Shown, place: str, why: tuple[Unsettled, ...]) -> None:
    """What was found, with what is doubtful about it, and why not more."""
    ledger = shown.ledger
    _doubt(tuple(issue for part in found for issue in part.issues), ledger, place)
    entries = [entry for part in found for entry in part.entries]
    for entry in entries:
        shown.add(entry.finding, entry.state, place, entry.raw, row.file, row.place)
    ledger.measured.append(
        Measured(
            file=row.file,
            during=row.during,
            place=row.place,
            measurements=tuple(m for part in found for m in part.measurements),
            findings={entry.finding: entry.state for entry in entries},
            unsettled=why,
            beside=tuple(beside for part in found for beside in part.beside),
            limits=tuple(limit for part in found for limit in part.limits),
            pictures=tuple(picture for part in found for picture in part.pictures),
        )
    )


def _take(measured: Measured, shown: Shown, place: str) -> None:
    """What was measured before, by a process of its own."""
    for finding, state in measured.findings.items():
        shown.add(finding, state, place, measured.file, measured.file, measured.place)
    shown.ledger.measured.append(measured)


def _beside(row: Entry, folder: Path | None) -> Path | None:
    """The file of an entry, if it lies in the folder of the case or below; nothing else is ever opened."""
    from myognosis.readers.boxed import stands

    if folder is None:
        return None
    try:
        path = (folder / row.file).resolve()
        return path if stands(path) and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


def _on_disk(path: Path) -> Path:
    """The file itself, or the archive that it lies in."""
    from myognosis.readers.boxed import box_of

    return box_of(path)[0]


def _written(path: Path) -> Iterator[int]:
    """When a recording and all that belongs to it was written, and how large it is: samples may lie beside their header."""
    from myognosis.readers import reader_for

    real = _on_disk(path)
    for file in (real, *(reader_for(real).companions(real) if real == path and real.suffix.lower() != ".zip" else ())):
        seen = file.stat()
        yield from (seen.st_mtime_ns, seen.st_size)


def _cannot(ledger: Ledger, place: str, error: RecordingError | MissingExtra) -> None:
    """The recording stays unanalysed, and why is said; the case can still be assessed."""
    if isinstance(error, RecordingError):
        _doubt(error.issues, ledger, place)
        return
    what, fix = mark("The recording is not analysed: {why}."), mark("Install that part and assess again.")
    ledger.issue("recording.extra", Level.NOTE, place, what, fix, why=error.message)


def forget_recordings() -> None:
    """Let go of what was measured: who measures thousands of files comes back to none of them."""
    _analyse.cache_clear()


@lru_cache(maxsize=32)
def _analyse(
    path: Path, entry: str, knowledge: Knowledge, *_seen: int
) -> tuple[tuple[Analysed, ...], tuple[Issue, ...], frozenset[str]]:
    """What one file gives, what is doubtful about it, and of what kinds its channels are.

    It is remembered as long as neither its files nor what is said of it change.
    """
    from myognosis.findings.recordings import fasciculation, needle
    from myognosis.findings.recordings.long import WHOLE_SAMPLES, analyse_long
    from myognosis.findings.recordings.quality import add_quality
    from myognosis.readers import open_recording
    from myognosis.readers.told import misplaced_units

    row = Entry.model_validate_json(entry)
    with open_recording(path, units=row.units, rate_hz=row.rate_hz) as tape:
        if tape.reads_parts and tape.n_samples > WHOLE_SAMPLES:
            kinds = frozenset(channel.kind for channel in tape.part(0.0, 0.0).channels)
            long, doubts = attempt(partial(analyse_long, tape, row, knowledge), lambda fault: ((fault,), ()), row.file)
            return with_doubts(fasciculation.counted_once(long), doubts), doubts, kinds
        recording = tape.whole()
        misplaced = misplaced_units(tape.header, recording.issues, row.units)
    found = fasciculation.counted_once(needle.settle_discharges(_measured(recording, row, knowledge), row, knowledge))
    judged = attempt(partial(add_quality, recording, row, knowledge, found), lambda fault: (*found, fault), row.file)
    return with_doubts(judged, recording.issues), (*recording.issues, *misplaced), frozenset(c.kind for c in recording.channels)


def _measured(recording: Recording, row: Entry, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """What each analysis gives; a potential that a discharge explains is no fasciculation potential besides."""
    from myognosis.findings.recordings import fasciculation, jerks, needle, pairs, tasks, tremor

    def given(analyse: Callable[..., Analysed], *more: object) -> Analysed:
        return attempt(partial(analyse, recording, row, knowledge, *more), _alone, row.file)

    if row.task:
        return given(tasks.analyse), given(pairs.analyse)
    besides = given(needle.discharges)
    others = (needle.motor_units, tremor.analyse, jerks.analyse, pairs.analyse)
    return (given(fasciculation.analyse, besides.discharges), besides, *map(given, others))


def _alone(fault: Analysed) -> Analysed:
    """A fault instead of what was asked for."""
    return fault
