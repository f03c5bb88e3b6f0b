"""Emergencies as people write them, in three languages, are never passed over; harmless twitching raises no alarm."""

from pathlib import Path

import pytest

from myognosis.assessing import assess
from myognosis.knowledge import load_knowledge
from myognosis.model.assessment import Assessment
from myognosis.model.case import Case, Complaint

_FOLDER = Path(__file__).parent / "written"


def _lines(name: str) -> list[str]:
    return [line for line in (_FOLDER / name).read_text("utf-8").splitlines() if line]


def _alarms(words: str) -> bool:
    result: Assessment = assess(Case(complaint=Complaint(words=words)), load_knowledge())
    so = result.urgency_if_so
    return bool(result.alarms) or (so is not None and so.level in ("urgent", "emergency"))


@pytest.mark.whole
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_an_emergency_as_it_is_written_is_not_passed_over(language: str) -> None:
    assert [words for words in _lines(f"emergencies.{language}.txt") if not _alarms(words)] == []


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_harmless_twitching_as_it_is_written_raises_no_alarm(language: str) -> None:
    assert [words for words in _lines(f"harmless.{language}.txt") if _alarms(words)] == []
