"""A tremor while the other hand does something: taps at a given rate, or moves quickly.

What one recording shows is measured here; ``judge_tasks`` sets it beside the same hand without the task, and counts the signs of
a functional tremor over all recordings of one place.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import jerk_criteria, tremor_criteria
from myognosis.findings.recordings.analysed import Analysed, Entry
from myognosis.findings.recordings.named import named_channels, paired_channels
from myognosis.findings.recordings.rates import fast_enough
from myognosis.findings.recordings.tremor import tremor_pictures
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.finding import State
from myognosis.model.recording import Channel, Recording

if TYPE_CHECKING:
    from myognosis.signals.coherence import Coherence
    from myognosis.signals.tremor import Distraction, Tapping, Tremor, TremorCriteria

__all__ = ["analyse", "judge_tasks"]

_Done = tuple[int, Row, tuple[Analysed, ...]]


def analyse(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """The tremor during a task; a take that does not serve is no task."""
    if row.task is None:
        return Analysed()
    from myognosis.signals.tremor import check_take

    word, shaking, other, issues = _hands(recording, row)
    issues = (*issues, *fast_enough((*shaking, *other), "tremor_emg", knowledge)[1])
    if shaking and shaking[0].kind != "emg":
        issues = (*issues, *check_take(shaking, word, tremor_criteria(knowledge)))
    if not shaking or issues:
        return Analysed(issues=issues)
    return (
        _tapping(shaking, other, row, word, knowledge)
        if row.task == "tapping"
        else _quick(recording, shaking, other, row, knowledge)
    )


def _hands(recording: Recording, row: Row) -> tuple[str, tuple[Channel, ...], tuple[Channel, ...], tuple[Issue, ...]]:
    """What the shaking hand is called, its channels and those of the other hand, where the case names them."""
    pair = next((pair for pair in row.pairs if pair.are == "hands"), None)
    if pair is not None:
        return pair.one, *paired_channels(recording, pair)
    kind = next((k for k in ("accelerometer", "gyroscope", "emg") if recording.of_kind(k)), "")
    channels = named_channels(recording, kind) if kind else ()
    return (channels[0].name, channels[:1], (), ()) if kind == "emg" else (kind, channels, (), ())


def _tapping(shaking: tuple[Channel, ...], other: tuple[Channel, ...], row: Row, word: str, knowledge: Knowledge) -> Analysed:
    from myognosis.signals.tremor import measure_tapping

    if row.asked_hz is None:
        what, fix = mark("The rate that was asked for is not given."), mark("Say how often a second it was asked to tap.")
        return Analysed(issues=(Issue("recording.asked", Level.DOUBT, word, Message(what), Message(fix)),))
    task = measure_tapping(shaking, other, row.asked_hz, tremor_criteria(knowledge))
    both = " – ".join(word for pair in row.pairs if pair.are == "hands" for word in (pair.one, pair.other))
    numbers = [m.model_copy(update={"channel": word}) for m in task.during.measurements]
    numbers += [m.model_copy(update={"channel": both}) for m in (task.coherence.measurements if task.coherence else ())]
    return Analysed(tuple(numbers), (), tuple(tremor_pictures(shaking, task.during)), (), tasks=(task,))


def _quick(
    recording: Recording, shaking: tuple[Channel, ...], other: tuple[Channel, ...], row: Row, knowledge: Knowledge
) -> Analysed:
    """Quick movements at the times that are told, that are marked, or that the other hand's sensor shows."""
    from myognosis.signals.jerks import find_jerks
    from myognosis.signals.tremor import measure_pause, measure_tremor

    moments = row.moments_s or tuple(a.start_s for a in recording.annotations if a.text.casefold().startswith("mov"))
    if not moments and other:
        moments = tuple(float(at) for at in find_jerks(other, jerk_criteria(knowledge)).onsets_s)
    tremor = measure_tremor(shaking)
    found = measure_pause(shaking, tremor, moments, tremor_criteria(knowledge))
    issues: tuple[Issue, ...] = ()
    if found.present("paused") is None:
        what = mark("Too few quick movements, or no tremor beside them: whether it pauses cannot be said.")
        fix = mark("Say when the other hand moved quickly, in seconds from the beginning.")
        issues = (Issue("recording.moments", Level.DOUBT, shaking[0].name, Message(what), Message(fix)),)
    return Analysed(found.measurements, (), tuple(tremor_pictures(shaking, tremor)), issues, tasks=(found,))


def judge_tasks(done: list[_Done], knowledge: Knowledge) -> Iterator[tuple[int, Row, Analysed]]:
    """What the tasks of one place showed together, under the last recording of that place."""
    placed: dict[str, list[_Done]] = {}
    for one in done:
        placed.setdefault(str(one[1].place), []).append(one)
    for rows in placed.values():
        tasks = [(row, task) for _, row, found in rows for part in found for task in part.tasks]
        if any(row.task for row, _ in tasks):
            index, row, _ = next(one for one in reversed(rows) if one[1].task)
            yield index, row, _together(rows, tasks, knowledge)


def _together(rows: list[_Done], tasks: "list[tuple[Row, Tapping | Distraction | Coherence]]", knowledge: Knowledge) -> Analysed:
    from myognosis.signals.coherence import Coherence
    from myognosis.signals.tremor import Distraction, Tapping, count_signs

    criteria = tremor_criteria(knowledge)
    judged: list[Distraction] = [task for _, task in tasks if isinstance(task, Distraction)]
    issues: list[Issue] = []
    for row, task in tasks:
        if not isinstance(task, Tapping):
            continue
        before = _before(row, rows)
        if before is None:
            what = mark("There is no recording of the same place and state without the task to compare with.")
            fix = mark("Record the tremor without the task as well.")
            issues.append(Issue("recording.before", Level.DOUBT, row.file, Message(what), Message(fix)))
        elif found := _judged(before, task, criteria, knowledge):
            judged.append(found)
    sides = next((task for _, task in tasks if isinstance(task, Coherence)), None)
    present, counted, enough = count_signs(judged, sides, criteria)
    entries = [*_entry("entrainable", judged, ("entrained",)), *_entry("distractible", judged, ("suppressed", "paused"))]
    if enough is not None:
        state: State = "present" if enough else "absent"
        entries.append(Entry("functional_tremor_signs", state, f"{present} of {counted} signs that could be judged"))
    return Analysed(tuple(m for one in judged for m in one.measurements), tuple(entries), (), tuple(issues))


def _before(row: Row, rows: list[_Done]) -> "Tremor | None":
    """The tremor of the same hand in the same state without a task or a weight."""
    pair = next((pair for pair in row.pairs if pair.are == "hands"), None)
    free = [found for _, other, found in rows if not other.task and not other.loaded and other.during == row.during]
    named_file = [found for _, other, found in rows if other.file == row.before]
    tremors = [(name, tremor) for found in named_file or free for part in found for name, tremor in part.tremors]
    names = [pair.one if pair else "", "accelerometer", "gyroscope"]
    named = (tremor for wanted in names for name, tremor in tremors if name == wanted)
    return next(named, tremors[0][1] if len(tremors) == 1 else None)


def _judged(before: "Tremor", task: "Tapping", criteria: "TremorCriteria", knowledge: Knowledge) -> "Distraction | None":
    """The signs, where enough was watched and there was a tremor before."""
    from myognosis.signals.tremor import judge_tapping

    watched = min(before.seconds, task.during.seconds) >= knowledge.number("phone_min_seconds") - 1
    return judge_tapping(before, task, criteria) if watched and before.outcome == "tremor" else None


def _entry(finding: str, judged: "list[Distraction]", names: tuple[str, ...]) -> list[Entry]:
    """A sign that any task shows is present; one that tasks were judged for and none shows is absent."""
    marks = [sign.present for one in judged for sign in one.signs if sign.name in names and sign.present is not None]
    raw = ", ".join(f"{m.name} {m.value:.2g}" for one in judged for m in one.measurements if m.value is not None)
    return [Entry(finding, "present" if any(marks) else "absent", raw)] if marks else []
