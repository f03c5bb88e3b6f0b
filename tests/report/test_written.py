"""What stands in somebody's own words and nobody confirmed, on the page."""

import pytest

from myognosis.language import LANGUAGES, Language
from myognosis.model.case import Answer, Case, Complaint, Person
from myognosis.report.html import render_html
from myognosis.report.terminal import render_terminal

from .test_reports import page_of

_WORDS = "After my thyroid was removed on Monday my fingers tingle and my hands cramp"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_in_the_words_stands_on_top_and_nothing_says_that_no_sign_was_reported(language: Language) -> None:
    page = page_of(Case(person=Person(age_years=34), complaint=Complaint(words=_WORDS)), language)
    assert len(page.urgency.alarms) == 1
    assert "112" in page.urgency.alarms[0]
    assert page.urgency.too_early
    assert not page.urgency.signs
    told = render_terminal(page)
    assert told.index(page.urgency.alarms[0][:30]) < told.index(page.urgency.open[0][:30])
    assert page.urgency.alarms[0] in render_html(page)


def test_words_that_nobody_understood_are_no_word_that_nothing_was_reported() -> None:
    page = page_of(Case(complaint=Complaint(words="We had a strange supper on holiday, now everything tastes of metal")))
    assert page.urgency.open
    assert "understood only in part" in page.urgency.signs
    assert "None of the warning signs" not in render_html(page)


def test_who_answered_questions_is_reminded_of_warning_signs_only() -> None:
    words = "My eyelid twitches, I get short of breath lying flat"
    page = page_of(Case(complaint=Complaint(words=words), answers={"caffeine_high": Answer.ABSENT}))
    (line,) = page.ask_back
    assert "short of breath" in line
    assert "eyelid" not in line


def test_what_was_read_in_the_words_is_shown_for_confirmation_as_data_and_not_as_markup() -> None:
    page = page_of(Case(complaint=Complaint(words="My eyelid twitches <b>always</b>")))
    assert any("“eyelid twitches”" in line for line in page.ask_back)
    assert "<b>" not in render_html(page)
