"""What somebody wrote freely, as the terms found in it, to be shown back and confirmed: free text never decides by itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case, Duration, Medicine, Place
from myognosis.reason.denial import NO, Word
from myognosis.reason.figures import read_figures
from myognosis.reason.since import Span, read_span
from myognosis.reason.terms import SIDES, Heard, Match, Term, hear

__all__ = ["Reading", "Term", "is_told", "read_words", "with_term", "without_term"]

_FILLING = """
    a an and or but the my me i i'm i've it it's its is are was were be been am in on at of for to from with when then that this
    these there so very also since now have has had do does did get got like just some any by as if after before about keeps keep
    days weeks months years day week month year ago time times sometimes often always every fear afraid started start take
    taking morning evening night much many lot lots first second third then later whole wake drink
    all when while feel feeling really he she his her him mother father mum dad husband wife son daughter child baby too up cup hold
    doctor says said told boy girl little more

    і й та або але що як це цей ця ці в у на з із зі до від для про при коли то так дуже теж вже уже мене мені мій моя моє мої я ми
    є був була було були буде за по під над через після перед який яка яке які іноді інколи часто завжди кожен кожного боюся боюсь
    п'ю приймаю вночі вранці ввечері днів тижнів місяців років день тиждень місяць рік тому
    багато мало перший перша другий друга другу третій третя третю
    потім спочатку цілий весь увесь зараз дуже трохи так він вона його її мама мами мамі тато тата татові батько батька чоловік
    чоловіка дружина дружини син сина дочка дочки донька доньки дитина дитини
    ще випиваю синочок хлопчик дівчинка малюк лікар лікарка каже сказав сказала якщо

    и или но что как это этот эта эти в во на с со из до от для о об при когда то так очень тоже уже меня мне мой моя мое мои я мы
    есть был была было были будет за по под над через после перед который которая иногда часто всегда каждый каждого боюсь пью
    принимаю ночам ночью утром вечером дней недель месяцев лет день неделя неделю месяц год назад
    много мало первый первая второй вторая вторую третий третья третью
    потом сначала целый весь сейчас очень немного он она его ее мама мамы маме папа папы папе отец отца отцу муж мужа жена жены сын
    сына дочь дочери дочка дочки ребенок ребенка
    ещё еще выпиваю сыночек мальчик девочка малыш врач говорит сказал если
"""
_SMALL = frozenset(_FILLING.split())
"""Small words, which mean nothing by themselves: they are not called 'not understood'."""

_OPERATED, _RECENT = "thyroid_neck_surgery", "neck_surgery_recent"
_DAYS = {"d": 1.0, "wk": 7.0, "mo": 30.4, "a": 365.25}


@dataclass(frozen=True)
class Reading:
    """The terms found, each once, and the passages in which none was."""

    terms: tuple[Term, ...]
    left: tuple[str, ...]


def read_words(text: str, knowledge: Knowledge, heard: Heard | None = None) -> Reading:
    """The terms in a text, the longest first where two overlap.

    >>> from myognosis.knowledge import load_knowledge
    >>> found = read_words("My left calf twitches, no numbness. Purple elephants.", load_knowledge())
    >>> [(t.name, t.side or t.denied) for t in found.terms], found.left
    ([('calf', 'left'), ('fasciculation', False), ('numbness', True)], ('Purple elephants',))
    """
    heard = heard or hear(text, knowledge)
    words, known = heard.words, set(heard.known)
    matches = _joined(text, words, heard.matches, knowledge)
    span = read_span([word.text for word in words])
    terms = dict[tuple[str, str, str], Term]()
    for match in matches:
        term = match.term
        if match.source in knowledge.content.terms and not knowledge.content.terms[match.source].alone:
            continue
        before = terms.get((term.kind, term.name, term.side))
        if before is None or (before.denied and not term.denied):  # "no numbness at first, now numbness": what is there now counts
            terms[term.kind, term.name, term.side] = term
    for term, told in (*_said(heard), *_figures(text, words, knowledge)):
        known |= told
        before = terms.get((term.kind, term.name, ""))
        if (before is None or before.denied) and not any(term.name in knowledge.ancestors.get(name, ()) for _, name, _ in terms):
            terms[term.kind, term.name, ""] = term
    if span is not None:
        known |= set(range(span.start, span.end))
        wrote = text[words[span.start].start : words[span.end - 1].end]
        terms["since", "", ""] = Term("since", f"{span.value:g} {span.unit}", wrote)
        if _is_recent_operation(span, words, matches, knowledge):
            terms["finding", _RECENT, ""] = Term("finding", _RECENT, wrote)
    return Reading(tuple(_unsaid(terms.values(), knowledge)), tuple(_left(text, words, known)))


def _unsaid(terms: Collection[Term], knowledge: Knowledge) -> Iterator[Term]:
    """Without what is to be asked later and was understood: "5 cups of coffee" say all of the coffee."""
    for term in terms:
        later = term.kind == "later" and term.name not in knowledge.content.traps
        if not later or not any(other.kind != "later" and term.wrote in other.wrote for other in terms):
            yield term


def _said(heard: Heard) -> Iterator[tuple[Term, frozenset[int]]]:
    """What ideas that stand near one another say, and the words that tell it."""
    for said in heard.said:
        saying, wrote = said.saying, heard.text[heard.words[said.start].start : heard.words[said.end - 1].end]
        if saying.finding:
            yield Term("finding", saying.finding, wrote), said.told
        if saying.trap:
            yield Term("later", saying.trap, wrote), said.told


def _figures(text: str, words: list[Word], knowledge: Knowledge) -> Iterator[tuple[Term, frozenset[int]]]:
    """The findings of results that are told, and the words that tell them."""
    for result in read_figures(words, knowledge):
        wrote = text[words[result.start].start : words[result.end - 1].end]
        yield from ((Term("finding", name, wrote), frozenset(range(result.start, result.end))) for name in result.findings)


def _is_recent_operation(span: Span, words: list[Word], matches: list[Match], knowledge: Knowledge) -> bool:
    """Whether a length of time stands in one clause with an operation on the neck, and is short enough to be called recent."""
    clause, days = words[span.start].clause, span.value * _DAYS[span.unit]
    operated = any(m.term.name == _OPERATED and m.clause == clause and not m.term.denied for m in matches)
    return operated and days <= knowledge.number("neck_surgery_recent_days")


def _joined(text: str, words: list[Word], matches: list[Match], knowledge: Knowledge) -> list[Match]:
    """Terms of one clause that together mean a finding ("twitches", "eyelid"): it takes the place of the first of them."""
    for term in knowledge.content.terms.values():
        if term.finding is None or not term.together:
            continue
        for clause in sorted({m.clause for m in matches}):
            here = [m for m in matches if m.clause == clause and not m.term.denied]
            parts = [next((m for m in here if _is_one_of(m, group, knowledge)), None) for group in term.together]
            found = [m for m in parts if m is not None]
            if len(found) < len(parts):
                continue
            start, end = min(m.start for m in found), max(m.end for m in found)
            wrote = text[words[start].start : words[end - 1].end]
            joined = Match(Term("finding", term.finding, wrote), term.id, start, end, clause)
            matches = [joined if m is found[0] else m for m in matches]
    return matches


def is_told(case: Case, term: Term, knowledge: Knowledge) -> bool:
    """Whether the case already says what a term says."""
    if term.kind == "finding":
        return case.answers.get(term.name) is _answer(term)
    if term.kind == "place":
        return _place(term) in case.complaint.places
    if term.kind == "since":
        return case.complaint.since == _duration(term)
    return any(term.name in knowledge.medicines_in(m.name) for m in case.medicines)


def with_term(case: Case, term: Term, knowledge: Knowledge) -> Case:
    """The case with what a confirmed term says."""
    if is_told(case, term, knowledge):
        return case
    if term.kind == "finding":
        return case.model_copy(update={"answers": case.answers | {term.name: _answer(term)}})
    if term.kind == "place":
        return _with_places(case, (*case.complaint.places, _place(term)))
    if term.kind == "since":
        return _with_complaint(case, since=_duration(term))
    return case.model_copy(update={"medicines": (*case.medicines, Medicine(name=term.name))})


def without_term(case: Case, term: Term, knowledge: Knowledge) -> Case:
    """The case without what a term says, where it said so."""
    if not is_told(case, term, knowledge):
        return case
    if term.kind == "finding":
        return case.model_copy(update={"answers": {name: told for name, told in case.answers.items() if name != term.name}})
    if term.kind == "place":
        return _with_places(case, tuple(place for place in case.complaint.places if place != _place(term)))
    if term.kind == "since":
        return _with_complaint(case, since=None)
    kept = tuple(m for m in case.medicines if term.name not in knowledge.medicines_in(m.name))
    return case.model_copy(update={"medicines": kept})


def _answer(term: Term) -> Answer:
    return Answer.ABSENT if term.denied else Answer.PRESENT


def _place(term: Term) -> Place:
    return Place(where=term.name, side=term.side or None)  # type: ignore[arg-type]


def _duration(term: Term) -> Duration:
    value, _, unit = term.name.partition(" ")
    return Duration(value=float(value), unit=unit)  # type: ignore[arg-type]


def _with_places(case: Case, places: tuple[Place, ...]) -> Case:
    return _with_complaint(case, places=places)


def _with_complaint(case: Case, **fields: object) -> Case:
    return case.model_copy(update={"complaint": case.complaint.model_copy(update=fields)})


def _is_one_of(match: Match, group: tuple[str, ...], knowledge: Knowledge) -> bool:
    """Whether it is one of these terms or traps, or names the same finding or place as one ("повіка" is a muscle's name too)."""
    terms = knowledge.content.terms
    return match.source in group or any(match.term.name in (terms[n].finding, terms[n].place) for n in group if n in terms)


def _left(text: str, words: list[Word], known: set[int]) -> Iterator[str]:
    """Runs of words that no term covers, without the small ones at their ends; a "no" stays, so that nothing is turned round."""
    run: list[int] = []
    for i in range(len(words) + 1):
        ends = i == len(words) or i in known or (bool(run) and words[i].clause != words[run[0]].clause)
        if ends and run:
            told = [j for j in run if words[j].text in NO or not _small(words[j])]
            if any(words[j].text not in NO for j in told):
                yield text[words[told[0]].start : words[told[-1]].end]
            run = []
        if i < len(words) and i not in known:
            run.append(i)


def _small(word: Word) -> bool:
    text = word.text
    return text in _SMALL or text in NO or text.isdigit() or len(text) < 2 or any(text.startswith(stems) for _, stems in SIDES)
