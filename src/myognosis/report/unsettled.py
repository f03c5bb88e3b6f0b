"""Why a recording settles nothing, or not all that was looked for, in the words of a reader; and where a doubt lies."""

import re
from collections.abc import Callable, Iterable

from myognosis.faults import Issue, Level, Message
from myognosis.language import Language, mark, say
from myognosis.model.case import Case
from myognosis.model.finding import Unsettled
from myognosis.report.words import Words, many_in, plain

__all__ = ["doubts_told", "left_told", "why_told"]

_WHY = {
    "kind": mark("the file holds no channel of the kind that was named"),
    "unusable": mark("no second of it can be judged"),
    "voluntary": mark("twitches: the muscle was not at rest in any second that can be judged"),
    "not_rest": mark("twitches are looked for at rest only"),
    "short": mark("twitches: none in {value} s at rest; {needed} s are needed to say that there are none"),
    "slow": mark("the EMG was recorded too slowly, and what that rules out stands among the doubts"),
    "rate": mark("twitches: none seen, but at this rate some are missed; {needed} Hz are needed to say that there are none"),
    "noise": mark(
        "twitches: cannot tell, too noisy to see potentials smaller than {value} µV; those of {needed} µV have to be seen"
    ),
    "unit": mark(
        "twitches: none seen, but the unit of the EMG is in doubt; nobody knows how small a potential would have been seen"
    ),
    "discharges": mark("twitches: none seen beside the other discharges, but what these hide is not known"),
    "rest_unsaid": mark("twitches: none seen, but it was not stated that the muscle was at rest (during)"),
    "rest_short": mark("twitches: the muscle was at rest for {value} s only; at least {needed} s are needed"),
    "few": mark("twitches: the rate may be as low as {value} a minute; it counts from above {needed} on"),
    "take": mark("tremor: the recording does not serve, and why stands among the doubts"),
    "movement": mark("tremor: during a movement nothing is concluded"),
    "physiological": mark("tremor: it is of the frequency and size that everybody has"),
    "swings": mark("tremor: the limb drops and swings, because the muscle lapses"),
    "state": mark("tremor: it was not stated whether the hand rested or held a posture (during)"),
    "tremor_short": mark(
        "tremor: none seen in {value} s; to say that there is none, {needed} s are needed, since it may come only now and then"
    ),
    "tremor_unclear": mark("tremor: something moves, but it is neither clearly a tremor nor clearly none"),
    "burst_length": mark("jerks: the bursts are neither all short nor all long"),
    "few_bursts": mark("jerks: fewer than {needed} bursts"),
    "lapses": mark("lapses: the muscle does not hold steadily enough to tell them"),
    "reflexes": mark(
        "reflexes: no clear answer, or fewer than {needed} stimuli; a study of nerve conduction belongs under conduction"
    ),
    "described": mark("features of motor units are described; alone they prove nothing"),
    "compared": mark("two recordings side by side are shown and prove nothing by themselves"),
    "open": mark("the numbers lie beyond a limit only in the cold, or lack something they are judged by"),
    "no_limit": mark("we hold no limit for this nerve and kind"),
    "few_nerves": mark("this nerve is within its limits, but it alone does not say that all are"),
    "criteria": mark("it met the criteria of no finding"),
}
_COUNTED = frozenset({"few_bursts", "reflexes"})
"""Reasons whose numbers are counted, and so are whole."""
_LEFT, _KEPT = mark("{file}: not measured. {why}"), mark("It is kept and named here.")
_RECORDING = re.compile(r"\$\.recordings\[(\d+)\]")
_CONDUCTION = re.compile(r"\$\.conduction\[(\d+)\]")


def why_told(why: Iterable[Unsettled], language: Language) -> tuple[str, ...]:
    """Each reason, with its numbers."""
    number = Words(language).number

    def told(x: Unsettled) -> str:
        numbers = {k: v for k, v in (("value", x.value), ("needed", x.needed)) if v is not None}
        digits = {k: f"{v:g}" if x.reason in _COUNTED else number(v, 3) for k, v in numbers.items()}
        return say(Message(_WHY[x.reason], digits), language)

    return tuple(told(x) for x in why)


def doubts_told(issues: Iterable[Issue], case: Case, language: Language, place: Callable[[str], str]) -> tuple[str, ...]:
    """Each doubt once, with the recordings or the nerves that it is of."""
    where: dict[str, dict[str, None]] = {}
    for issue in issues:
        text = f"{say(issue.what, language)} {say(issue.fix, language)}"
        where.setdefault(text, {}).update(dict.fromkeys(_where(issue, case, language, place)))
    return tuple(f"{', '.join(files)}: {text}" if files else text for text, files in where.items())


def left_told(files: Iterable[str], issues: tuple[Issue, ...], case: Case, language: Language) -> tuple[str, ...]:
    """Each recording that was not measured, with why where it is known."""
    lines = []
    for file in files:
        known = [say(i.what, language) for i in issues if i.level is not Level.NOTE and plain(file) in _of(i, case, language, str)]
        why = " ".join(dict.fromkeys(known)) or say(Message(_KEPT), language)
        lines.append(say(Message(_LEFT, {"file": plain(file), "why": why}), language))
    return tuple(lines)


def _where(issue: Issue, case: Case, language: Language, place: Callable[[str], str]) -> tuple[str, ...]:
    """The same, and the channel or the place in the file where the issue names one."""
    of, found = _of(issue, case, language, place), _RECORDING.match(issue.where)
    if found is None:
        return of
    file, _, rest = issue.where[found.end() :].strip().partition(", ")
    parts = [many_in(part, language) or part for part in (file, rest) if part and not of[0].endswith(part)]
    return (", ".join([*of, *parts]),)


def _of(issue: Issue, case: Case, language: Language, place: Callable[[str], str]) -> tuple[str, ...]:
    """The file that an issue is of, or the nerve with its side; nothing where its sentence says enough."""
    if found := _RECORDING.match(issue.where):
        return (plain(case.recordings[int(found[1])].file),)
    if found := _CONDUCTION.match(issue.where):
        row = case.conduction[int(found[1])]
        return (f"{place(row.nerve)} ({Words(language).side(row.side)})",)
    return ()
