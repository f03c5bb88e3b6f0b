"""What goes with the result: options, self-care, corrected claims, words to ask back about."""

import re
from collections.abc import Iterable, Set

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Fear, SelfCare
from myognosis.model.assessment import Urgency
from myognosis.model.case import Case
from myognosis.model.finding import Findings
from myognosis.reason.causes import Ranking

__all__ = ["ask_back", "claims", "fears", "genetic_clues", "keep_medicines", "options", "recheck_days", "self_care"]


def _unique(names: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:most]


def options(findings: Findings, ranking: Ranking, knowledge: Knowledge) -> tuple[str, ...]:
    """Options that evidence supports for the leading causes, to be discussed with a clinician; none that can harm this person."""
    rows = knowledge.content.options
    names = (name for c in ranking.leading for name in knowledge.causes[c.cause].options)
    return _unique((n for n in names if n not in rows or not any(map(findings.present, rows[n].not_with))), 10)


def self_care(findings: Findings, ranking: Ranking, urgency: Urgency, knowledge: Knowledge) -> tuple[str, ...]:
    """Self-care for the leading causes; none that would delay help where help is needed now, can harm, or does not apply."""
    if urgency.level == "emergency":
        return ()
    rows = knowledge.content.self_care
    names = (name for c in ranking.leading for name in knowledge.causes[c.cause].self_care)
    return _unique((n for n in names if n not in rows or _fits(rows[n], findings)), 8)


def _fits(care: SelfCare, findings: Findings) -> bool:
    """Whether it is of use to this person, and harms nobody with what they have."""
    return not any(map(findings.absent, care.after_no)) and not any(map(findings.present, care.not_with))


def claims(
    findings: Findings, wrote: Set[str], ranking: Ranking, movements: dict[str, float], knowledge: Knowledge
) -> tuple[str, ...]:
    """False claims that this reader is likely to have met, the closest to the case first: a page shows three and folds the rest.

    ``wrote`` are the traps in the person's own words (`traps_in`).

    What the person takes, did or had measured says more of what they read than a sign that many have, and a word of their own
    most. One that could do harm, or that is about nothing but a leading cause, counts for more. Of two that fit as well the one
    that fits fewer other cases comes first.
    """
    leading = [cause.cause for cause in ranking.leading]
    present = set(findings.all_present())
    likely = {name for name, p in movements.items() if p >= knowledge.number("movement_likely")}
    likely |= {parent for name in likely for parent in knowledge.ancestors[name]}
    moves, scored = likely | present, []
    for claim in knowledge.content.claims.values():
        shows = claim.shows
        hits = 3 * len(set(leading).intersection(shows.causes)) + 3 * bool(set(leading[:1]).intersection(shows.causes))
        hits += len(moves.intersection(shows.movements))
        hits += sum(8 if _own(name, knowledge) else 2 for name in present.intersection(shows.findings))
        hits += 6 * sum(trap in wrote for trap in shows.traps)
        if hits:
            hits += 2 * (claim.verdict == "unsafe") + 2 * (len(shows.causes) == 1 and shows.causes[0] in leading)
        if hits or shows.always:
            scored.append((-hits, len(shows.causes) + len(shows.findings) + len(shows.movements), claim.id))
    return tuple(name for *_, name in sorted(scored))[:8]


def _own(finding: str, knowledge: Knowledge) -> bool:
    """Whether it is of this person alone: what they take, did or had, or what a laboratory found."""
    return knowledge.is_context(finding) or knowledge.group_of(finding) == "lab"


def keep_medicines(findings: Findings, urgency: Urgency, knowledge: Knowledge) -> tuple[str, ...]:
    """Medicines that must not be stopped suddenly; silent in an emergency, where one of them may be the poison."""
    if urgency.level == "emergency":
        return ()
    return tuple(m for m in findings.medicines if knowledge.content.medicines[m].abrupt_stop)


def ask_back(findings: Findings, wrote: Set[str], knowledge: Knowledge) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of the complaint that mean several things, and those that may mean an emergency: never mapped in silence."""
    traps = [trap for trap in knowledge.content.traps.values() if trap.id in wrote]
    asked = [trap for trap in traps if not any(findings.asked(name) for name in trap.settled_by)]
    return tuple(trap.id for trap in asked if not trap.alarm), tuple(trap.id for trap in asked if trap.alarm)


def fears(findings: Findings, case: Case, movements: dict[str, float], knowledge: Knowledge) -> tuple[str, ...]:
    """The causes that this person named as a fear; then the one that everybody reads of who looks such a movement up."""
    rows, relevant = knowledge.content.fears.values(), knowledge.number("feared_relevant")
    named = [fear.id for fear in _written(case, rows)]
    named += [fear.id for fear in rows if any(findings.present(name) for name in fear.findings)]
    read_of = [fear.id for fear in rows if _share(fear.movements, movements, knowledge) >= relevant]
    return _unique((*named, *read_of), 3)


def _share(families: Iterable[str], movements: dict[str, float], knowledge: Knowledge) -> float:
    """How likely it is that the movement is of one of these families."""
    wanted = {name for family in families for name in (family, *knowledge.descendants[family])}
    return sum(p for name, p in movements.items() if name in wanted)


def _written(case: Case, rows: Iterable[Fear]) -> list[Fear]:
    """The rows of which a word, or a word with the stem, stands in what the person wrote."""
    words = re.findall(r"[\w']+", (case.complaint.words or "").casefold().replace("’", "'").replace("ʼ", "'"))
    text = f" {' '.join(words)} "
    return [
        row for row in rows
        if any(f" {word} " in text for word in row.words) or any(f" {stem}" in text for stem in row.stems)
    ]  # fmt: skip


def genetic_clues(findings: Findings, case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """What speaks for an inherited cause outside the list."""
    clues, many = [name for name in knowledge.content.genetic_clues if findings.present(name)], knowledge.number("clue_unmapped")
    return tuple(clues) + (("unmapped_features",) if len([u for u in case.unmapped if u.state == "present"]) >= many else ())


def recheck_days(urgency: Urgency, knowledge: Knowledge) -> int:
    """In how many days to look again if nothing else happens."""
    sooner = f"_{urgency.level}" if urgency.level in ("emergency", "urgent", "soon") else ""
    return int(knowledge.number(f"recheck_days{sooner}"))
