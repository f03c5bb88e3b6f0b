"""Terms are explained where they first stand, and nothing else of a page changes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, Language
from myognosis.report.glossary import explained
from myognosis.report.html import render_html

from .test_reports import page_of, rich_case

ADDED = re.compile(
    r'<dfn>(\W*)<button type="button" class="term" popovertarget="gloss-\w+">([^<]*)</button>(\W*)</dfn>'
    r'<span class="gloss"[^>]*>[^<]*</span>'
)


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Fasciculations, then a fasciculation; an EMG.", "Fasciculations"),
        ("uk", "Доброякісні фасцикуляції, ще фасцикуляція та ЕМГ.", "фасцикуляції"),
        ("ru", "Доброкачественные фасцикуляции, ещё фасцикуляция и ЭМГ.", "фасцикуляции"),
    ],
)
def test_the_first_use_of_a_term_opens_its_meaning(language: Language, text: str, word: str, knowledge: Knowledge):
    html = explained(f"<p>{text}</p>", language)
    assert [found[1] for found in ADDED.findall(html)] == [
        word,
        "EMG" if language == "en" else "ЕМГ" if language == "uk" else "ЭМГ",
    ]
    assert str(escape(knowledge.content.glossary["fasciculation"].means.in_language(language))) in html


def test_a_line_never_breaks_between_a_term_and_the_marks_around_it():
    html = explained("<p>A word (fasciculation), «EMG».</p>", "en")
    assert [found[::2] for found in ADDED.findall(html)] == [("(", "),"), ("«", "».")]


def test_headings_links_buttons_and_own_words_are_left_alone():
    for tag in ("h4", "a", "summary", "q", "label", "table"):
        html = f"<{tag}>fasciculation</{tag}>"
        assert explained(html, "en") == html
    assert "dfn" in explained("<q>fasciculation</q> fasciculation", "en")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["fasciculation", "EMG", "<", "&", '"', "<b>", "tremor", "</q>", "x"]), max_size=12))
def test_what_is_added_is_all_that_changes(words: list[str]):
    html = f"<div><p>{escape(' '.join(words))}</p><q>{escape(''.join(words))}</q></div>"
    assert ADDED.sub(r"\1\2\3", explained(html, "en")) == html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_explains_each_term_once(language: Language):
    html = render_html(page_of(rich_case(), language))
    opened = re.findall(r'popovertarget="(gloss-\w+)"', html)
    assert len(opened) >= 3
    assert len(opened) == len(set(opened))
    assert sorted(re.findall(r'popover id="(gloss-\w+)"', html)) == sorted(opened)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_meaning_needs_another_term(language: Language, knowledge: Knowledge):
    for gloss in knowledge.content.glossary.values():
        text = gloss.means.in_language(language)
        assert "dfn" not in explained(text, language), text
        assert all(len(sentence.split()) <= 18 for sentence in text.split(". "))
