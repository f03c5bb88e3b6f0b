"""False, unsafe or outdated statements that people read, each with what holds instead, for who looks one up."""

from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Claim
from myognosis.language import LANGUAGES, Language, mark
from myognosis.model.base import Trust
from myognosis.report.cited import short_source
from myognosis.report.words import Words

__all__ = ["Corrected", "corrected"]

_VERDICTS = {
    "wrong": mark("wrong"),
    "unsafe": mark("unsafe"),
    "weak": mark("hardly supported"),
    "folk": mark("a folk remedy"),
    "outdated": mark("outdated"),
    "mistranslated": mark("a slip of translation"),
    "advertising": mark("advertising"),
}


@dataclass(frozen=True)
class Corrected:
    """One statement: what is said, in a word what it is, what holds, and by which source."""

    id: str
    verdict: str
    heard: str
    truth: str
    source: str
    key: str
    trust: Trust


def corrected(knowledge: Knowledge, language: Language, wanted: tuple[str, ...] = ()) -> tuple[Corrected, ...]:
    """The statements in which every wanted word stands, in any of our languages; all of them where none is wanted."""
    words, content = Words(language), knowledge.content
    rows = (
        Corrected(
            id=claim.id,
            verdict=words._(_VERDICTS[claim.verdict]),
            heard=claim.heard.in_language(language),
            truth=claim.truth.in_language(language),
            source=short_source(content.sources[claim.source], words._),
            key=claim.source,
            trust=claim.trust,
        )
        for claim in content.claims.values()
    )
    return tuple(row for row in rows if all(_plain(word) in _written(content.claims[row.id]) for word in wanted))


def _written(claim: Claim) -> str:
    said = (text.in_language(language) for text in (claim.heard, claim.truth) for language in LANGUAGES)
    return _plain(" ".join((claim.id, *said)))


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е").replace("’", "'")
