"""Emergencies told in everyday words: how many are noticed, and how many harmless sentences are taken for one."""

from collections.abc import Callable
from pathlib import Path

__all__ = ["tables"]

Row = tuple[str, str, str]
_FOLDER = Path(__file__).parent.parent / "tests" / "reason" / "written"
_SETS = (
    ("emergencies", "phrases that the terms were written for", ">= 84"),
    ("told", "told at night, the half on which ideas and sayings were built", ">= 60"),
    ("sealed", "told at night, the half that was kept sealed", ">= 57"),
    ("held", "by another hand, known to who built it", ">= 35"),
    ("unseen", "written when the first ideas were done (15 of 36 at first sight), then built on", ">= 33"),
    ("after", "written then in words of no list (7 of 36 at first sight), later built on", ">= 34"),
    ("fresh", "written before the lists were read or widened, and no failure looked at (48 of 60 before)", ">= 57"),
    ("fresh_sealed", "the other half of those (47 of 60 before)", ">= 57"),
    ("strangers", "in oblique words, written between two widenings (29 of 60 at first sight), then built on", ">= 50"),
    ("last", "written after that, most in pictures (26 of 60 at first sight, 20 before all of it), then built on", ">= 54"),
    ("final", "written when all was done (7 of 30 before all of it), and not built on", "-"),
)
_HARMLESS = (
    ("harmless", "harmless twitching", "0"),
    ("harmless_near", "harmless sentences that share words with emergencies", "<= 1"),
    ("fresh_harmless", "harmless sentences written before any list was read", "<= 3 %"),
    ("fresh_harmless_sealed", "the other half of those, not opened until the end", "<= 3 %"),
    ("strangers_harmless", "harmless sentences written between two widenings", "<= 3 %"),
    ("last_harmless", "harmless sentences written after that, then built on", "<= 3 %"),
    ("final_harmless", "harmless sentences written when all was done, and not built on", "<= 3 %"),
)
_NOTE = (
    "Sentences in English, Ukrainian and Russian, alone and without an answer. Noticed: the page says on top what would "
    "follow. All are written by the house, and but for `held` by the hand that wrote the ideas, which knew `sealed` and "
    "`held`, and remembered `fresh`, whose failures it did not look at: real people may fare worse. The words decide "
    "nothing."
)


def _noticed() -> Callable[[str], bool]:
    from myognosis.findings import check_case
    from myognosis.knowledge import load_knowledge
    from myognosis.model.case import Case, Complaint
    from myognosis.reason.advice import ask_back
    from myognosis.reason.terms import traps_in
    from myognosis.reason.triage import triage
    from myognosis.reason.written import urgency_if_so, written

    knowledge = load_knowledge()

    def noticed(words: str) -> bool:
        case = Case(complaint=Complaint(words=words))
        findings, _ = check_case(case, knowledge)
        so = urgency_if_so(case, findings, written(case, findings, knowledge), triage(findings, knowledge), knowledge)
        return bool(ask_back(findings, traps_in(case.complaint.words or "", knowledge), knowledge)[1]) or (
            so is not None and so.level in ("urgent", "emergency")
        )

    return noticed


def _row(name: str, what: str, wanted: str, noticed: Callable[[str], bool]) -> Row:
    """One set: how many of how many, by language."""
    parts, found, of = [], 0, 0
    for language in ("en", "uk", "ru"):
        texts = [line for line in (_FOLDER / f"{name}.{language}.txt").read_text("utf-8").splitlines() if line]
        hits = sum(map(noticed, texts))
        parts.append(f"{language} {hits} of {len(texts)}")
        found, of = found + hits, of + len(texts)
    return f"{what} (`{name}`)", f"{found} of {of} ({', '.join(parts)})", wanted


def tables() -> tuple[str, dict[str, list[Row]]]:
    """What is noticed, and what is made up."""
    noticed = _noticed()
    return _NOTE, {
        "Emergencies noticed": [_row(*each, noticed) for each in _SETS if (_FOLDER / f"{each[0]}.en.txt").exists()],
        "Harmless sentences taken for an emergency": [_row(*each, noticed) for each in _HARMLESS],
    }
