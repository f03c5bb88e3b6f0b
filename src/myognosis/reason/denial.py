"""Whether words deny a thing: "no numbness", "без судом", "оніміння немає".

What can mean an emergency is denied only by words that leave nothing open (``is_clearly_denied``): the "no" stands right at it,
nothing follows that limits it, and nothing denies the "no"; or it is the whole answer ("chest pain: no"). "Not only chest pain",
"no relief of chest pain", "I can't say there is no chest pain", "no chest pain until today" all leave it standing.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

__all__ = ["DENIES", "NO", "Word", "is_clearly_denied", "is_denied"]


@dataclass(frozen=True)
class Word:
    """A word of a text in its plain form: where it stands, and in which clause."""

    text: str
    start: int
    end: int
    clause: int
    sentence: int
    marks: str
    """What stands between it and the word before."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NO = _set("no not without never none don't doesn't didn't isn't haven't hasn't не ні без немає нема ніколи нет ни никогда")
_BEHIND = _set("нет немає нема")
_BEFORE, _AFTER = 3, 2
_TURN = _set("but only але лише тільки проте зате но только лишь зато")
"""After these words nothing is denied any more: "no weakness but cramps", "не только дрожь"."""
_ENDS = ("stop", "проход", "прекра", "перест", "мина", "припиня", "зника")
_STRENGTH = _set("сил сили силы")
"""What does not end is there: "не проходит дрожь", "нет сил глотать"."""

_CONCORD = _set("ні ніколи жодного жодної жодних ніякого ніякої ніяких ни никогда никакого никакой никаких")
"""These strengthen a "не" and do not undo it; alone they deny as well."""
DENIES = (
    NO
    | _CONCORD
    | _set("""
    nor neither denies deny wasn't weren't cannot can't won't couldn't hasn't hadn't заперечує заперечую неможливо
    отрицает отрицаю нельзя невозможно
""")
)
_FILLING = _set("""
    a an any the i he she we you is was are were do does did have has had got get ever been there feel felt feeling experienced
    noticed suffered sign signs symptom symptoms history episode episodes attack attacks of from at all
    було був була були буває бувало буде у в мене нас нього неї його є відчуваю відчував відчувала маю мав мала ознак нападів
    было был была были бывает бывало будет меня нас него нее чувствую чувствовал чувствовала ощущаю имею признаков приступов
    отмечаю испытываю
""")
"""What may stand between a "no" and what it denies."""
_OR = _set("or nor чи або ані или либо ні ни")
_AND = _set("and і й та и да")
_WITHOUT = _set("without без")
"""These deny all of a list, also what an "and" joins to it: "without fever and chest pain"."""
_HAPPENED = _set("lost went gave wet fell had having drank swallowed blacked passed collapsed")
_GENITIVE, _PLURAL_VERB = ("и", "ы", "і", "ї", "болю", "ей", "ов", "ев", "ів", "їв"), "ли"
"""Endings of what a "без" denies, and of what only looks so: "и потери сознания", but "и отказали ноги"."""
_ASKS = re.compile("[:?–—]|-$")
_CLOSES = re.compile(r"[.;!\n]")
_ANSWERS = _BEHIND | _set("no none never nope ні нет ніколи никогда не було була был была было были бывает буває")
_BUT = _TURN | _set("however though just просто а")
_LIMITS_NOTHING = _set("""
    either ever now today so far at all in my life зараз сьогодні взагалі теж також у в мене житті сейчас сегодня вообще тоже
    также меня жизни
""")
"""What may follow a thing that is denied and leaves the "no" as it is."""
_SAYING = _set("that що щоб ніби нібито что чтобы будто")
"""A clause that begins so belongs to the one before it: "не скажу, що немає болю"."""


def is_denied(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether a "no" stands near a thing in its clause."""
    clause = words[start].clause
    before, after = (
        [w.text for w in part if w.clause == clause] for part in (words[max(0, start - _BEFORE) : start], words[end : end + _AFTER])
    )
    turn = max((i + 1 for i, text in enumerate(before) if text in _TURN), default=0)
    nots = [i for i in range(turn, len(before)) if before[i] in NO and not _goes_on("".join(before[i + 1 : i + 2]))]
    return bool(nots) or any(text in _BEHIND for text in after) or _is_answered_no(words, start, end, set())


def _goes_on(text: str) -> bool:
    return text.startswith(_ENDS) or text in _STRENGTH


def is_clearly_denied(words: Sequence[Word], start: int, end: int, named: Set[int]) -> bool:
    """Whether a "no" takes a thing back and leaves nothing open; ``named`` are the places of words that name something."""
    if _is_answered_no(words, start, end, named):
        return True
    if _no_behind(words, end):
        return not _is_undone(words, start, named) and _ends_there(words, end + len(_rest_of_clause(words, end)), named)
    at = _no_before(words, start, end, named)
    return at is not None and not _is_undone(words, at, named) and _ends_there(words, end, named)


def _no_before(words: Sequence[Word], start: int, end: int, named: Set[int]) -> int | None:
    """Where the "no" stands that reaches a thing: over small words, and over other things that an "or" joins to it."""
    follows = end + 1 < len(words) and end + 1 in named and words[end + 1].clause == words[start].clause
    joined, listed = follows and words[end].text in _OR, False
    if follows and _joins_a_noun(words, end, named):
        joined = listed = True
    for at in range(start - 1, -1, -1):
        text = words[at].text
        over = words[at].clause != words[at + 1].clause
        if words[at].sentence != words[start].sentence or (
            over and not (joined and at in named and words[at + 1].text not in _FILLING)
        ):
            return None
        if text in DENIES:
            return None if listed and text not in _WITHOUT else at
        if text in _OR:
            joined = True
        elif _joins_a_noun(words, at, named):
            joined = listed = True
        elif text not in _FILLING and not (joined and at in named):
            return None
    return None


def _joins_a_noun(words: Sequence[Word], at: int, named: Set[int]) -> bool:
    """Whether an "and" stands here and a thing behind it, in the case that a "без" asks for, and not what happened then."""
    if words[at].text not in _AND or at + 1 >= len(words):
        return False
    text = words[at + 1].text
    if text.isascii():
        return text not in _HAPPENED and not (text.endswith("ed") and at + 2 not in named)
    return text.endswith(_GENITIVE) and not text.endswith(_PLURAL_VERB)


def _is_answered_no(words: Sequence[Word], start: int, end: int, named: Set[int]) -> bool:
    """Whether a thing stands alone and the answer behind it is "no" and nothing else: "chest pain: no", "боль в груди — нет"."""
    behind = next((at for at in range(end, len(words)) if words[at].clause != words[end - 1].clause), len(words))
    if behind >= len(words) or not _ASKS.search(words[behind].marks.rstrip()):
        return False
    asked = [at for at in range(len(words)) if words[at].clause == words[end - 1].clause and not start <= at < end]
    if any(words[at].text not in _FILLING | _OR and at not in named for at in asked):
        return False
    answer = _rest_of_clause(words, behind + 1)
    after = behind + 1 + len(answer)
    answer = [words[behind].text, *answer]
    return set(answer) <= _ANSWERS and not NO.isdisjoint(answer) and (after >= len(words) or _is_over(words, after))


def _is_over(words: Sequence[Word], at: int) -> bool:
    """Whether nothing more is said of an answer: a sentence ends before this word, or the next thing is asked about here."""
    if _CLOSES.search(words[at].marks):
        return True
    then = next((word for word in words[at:] if word.clause != words[at].clause), None)
    return then is not None and bool(_ASKS.search(then.marks.rstrip()))


def _no_behind(words: Sequence[Word], end: int) -> bool:
    """Whether a thing is followed by its "no", and then by nothing that limits it: "оніміння у мене немає"."""
    rest = _rest_of_clause(words, end)
    nots = [i for i, text in enumerate(rest) if text in _BEHIND or text == "не"]
    small = _FILLING | _LIMITS_NOTHING | _CONCORD
    if not nots or any(text not in small for text in rest[: nots[0]]):
        return False
    after = rest[nots[0] + 1 :]
    stop = next((i for i, text in enumerate(after) if text in _BUT), len(after))
    return all(text in small | _AND | _BEHIND | {"не"} for text in after[:stop])


def _ends_there(words: Sequence[Word], end: int, named: Set[int]) -> bool:
    """Whether nothing that follows limits a "no": no "until", no "when", no "but it"."""
    at, sentence = end, words[end - 1].sentence
    while at < len(words) and words[at].clause == words[end - 1].clause and words[at].text in _LIMITS_NOTHING:
        at += 1
    if at >= len(words) or words[at].sentence != sentence:
        return True
    if words[at].text in _BUT:
        return any(n in named for n in range(at + 1, min(at + 3, len(words))))
    return words[at].clause != words[end - 1].clause or words[at].text in _OR | _AND


def _is_undone(words: Sequence[Word], at: int, named: Set[int]) -> bool:
    """Whether a "no" that stands before this place turns it round: "not without", "не скажу, що немає"."""
    concord, joined = words[at].text in _CONCORD, words[at].text in _OR
    for one in range(at - 1, -1, -1):
        text = words[one].text
        if words[one].clause != words[one + 1].clause:
            if words[one + 1].text not in _SAYING or words[one].sentence != words[at].sentence:
                return False
            concord = joined = False
        if text in DENIES - _CONCORD:
            if not (concord or joined):
                return True
            concord = joined = False
        elif text in _AND | _OR:
            joined = True
        elif text not in _FILLING | _CONCORD and one not in named:
            concord = joined = False
    return False


def _rest_of_clause(words: Sequence[Word], end: int) -> list[str]:
    return [word.text for word in words[end:] if word.clause == words[end - 1].clause]
