"""What a number rests on: every printed ratio leads with one click to its source, or says that it has none."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Cause
from myognosis.knowledge.sourced import Sourced
from myognosis.language import LANGUAGES, Language
from myognosis.model import case as m
from myognosis.model.assessment import Evidence
from myognosis.report.html import render_html
from myognosis.report.page import Page
from myognosis.report.reasons import evidence_view

from .test_reports import page_of, rich_case


def numbers_of(cause: Cause) -> list[Evidence]:
    """Each number that a cause may print, as evidence."""
    links: list[dict[str, Any]] = [
        {"finding": x.id, "kind": "present", "p": x.p, "background": 0.01, "source": x.source, "trust": x.trust}
        for x in cause.findings
    ]
    links += [{"finding": x.id, "kind": "context_present", "source": x.source, "trust": x.trust} for x in cause.context]
    return [Evidence(decibans=3.0, **link) for link in links]


def test_every_number_of_the_knowledge_names_its_source_or_says_that_there_is_none(knowledge: Knowledge):
    seen = set()
    for cause in knowledge.causes.values():
        notes = {x.id: x.note or "" for x in (*cause.findings, *cause.context)}
        for number in numbers_of(cause):
            basis, kind = evidence_view(number, cause.id, knowledge, "en").basis, knowledge.content.sources[number.source].kind
            assert basis.where or not basis.noted
            seen.add((number.trust, bool(basis.where), bool(basis.noted)))
            assert basis.numbers
            assert bool(basis.where) == (kind not in ("estimate", "memory"))
            if number.trust in ("read", "quoted"):
                assert basis.where and "this source" in basis.trust
                assert basis.noted == notes[number.finding]
                assert bool(basis.noted) != ("Only the number was noted" in basis.trust)
            else:
                assert "estimate" in basis.trust or "not checked" in basis.trust
            if kind in ("estimate", "memory"):
                assert "Myognosis" in basis.trust  # of what state it is
    assert len(seen) >= 6


def test_a_number_carried_from_a_relative_says_from_which(knowledge: Knowledge):
    als = knowledge.causes["als"]
    carried = next(n for x in als.findings for n in knowledge.descendants[x.id] if n not in {y.id for y in als.findings})
    number = Evidence(finding=carried, kind="present", decibans=3.0, p=0.5, background=0.01, source="estimate", trust="estimated")
    assert "Carried over from: " in evidence_view(number, "als", knowledge, "en").basis.trust


CASES = (rich_case(), rich_case(answers={"progressive_weakness": m.Answer.PRESENT, "atrophy": m.Answer.PRESENT}))


@pytest.mark.parametrize("case", CASES, ids=["rich", "weak"])
def test_every_printed_ratio_carries_a_citation(case: m.Case):
    page: Page = page_of(case)
    pieces = [e for c in page.causes for e in (*c.for_it, *c.against)]
    assert pieces
    html = render_html(page)
    rows = re.findall(r'<tr><td[^>]*>[^<]*</td><td class="num"[^>]*><svg class="db .*?</tr>', html, re.S)
    assert len(rows) == len(pieces)
    for row in rows:
        basis = r'<details class="basis"><summary>[^<]{3,}</summary><p>[^<]{10,}</p>'
        assert re.search(rf'<td class="num"[^>]*>[\d.]+</td><td[^>]*>{basis}', row)
    figures = re.findall(r"<li><details class=.basis.><summary>.*?</details></li>", html, re.S)
    assert len(figures) == html.count("it multiplies the odds of this cause by")
    for figure in figures:
        assert re.search(r"source|memory|Computed", figure)


def test_a_person_is_not_told_what_says_next_to_nothing():
    page: Page = page_of(CASES[0])
    shown = render_html(page).split('id="person"')[1].split('id="clinician"')[0]
    quiet = {e.ratio for c in page.causes for e in (*c.for_it, *c.against) if not e.tells}
    assert quiet
    assert not any(f"odds of this cause by {ratio}." in shown for ratio in ("0.99", "1.0", "0.98"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_number_rests_on_is_said_in_every_language(language: Language, knowledge: Knowledge):
    read = next(number for number in numbers_of(knowledge.causes["als"]) if number.trust == "read")
    basis = evidence_view(read, "als", knowledge, language).basis
    assert ("Found in" in basis.numbers) == ("The number was read" in basis.trust) == (language == "en")
    said = {"en": "self-reported ever, n=1758", "uk": "коли-небудь, за словами самих людей, 1758 осіб"}
    assert basis.noted == said.get(language, "когда-либо, со слов самих людей, 1758 человек")
    assert basis.link.startswith("https://")


@pytest.mark.parametrize(
    ("at", "said"),
    [("abstract", "Where in it: abstract."), ("table 2; page 853", "Where in it: table 2; page 853."), (None, "as a rule")],
)
def test_where_in_a_source_a_number_stands_is_said(
    at: str | None, said: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
):
    als = knowledge.causes["als"]
    link = next(x for x in als.findings if x.trust == "read" and knowledge.content.sources[x.source].kind == "paper_or_guideline")
    changed = als.model_copy(update={"findings": tuple(x.model_copy(update={"at": at}) if x is link else x for x in als.findings)})
    monkeypatch.setitem(knowledge.causes, "als", changed)
    source = knowledge.content.sources[link.source].model_copy(update={"read_on": "2026-03-12", "authors": "Doe J"})
    monkeypatch.setitem(knowledge.content.sources, link.source, source)
    number = Evidence(finding=link.id, kind="present", decibans=3.0, p=0.5, background=0.01, source=link.source, trust="read")
    basis = evidence_view(number, "als", knowledge, "en").basis
    assert said in basis.at
    assert "Read on 12 March 2026." in basis.at
    assert basis.where.startswith("Doe J. ")


@pytest.mark.parametrize("at", ["somewhere", "table", "table 2;page 3", "Abstract", ""])
def test_a_place_in_a_source_is_written_in_one_way(at: str):
    with pytest.raises(ValidationError):
        Sourced(source="memory", trust="remembered", at=at)


def test_a_state_that_a_laboratory_found_is_not_doubted_only_what_it_does() -> None:
    flicker, low = {"feel_flicker_under_skin": m.Answer.PRESENT}, m.Lab(analyte="potassium", value=3.1, unit="mmol/L")
    measured = {cause.id: cause.summary for cause in page_of(m.Case(answers=flicker, labs=(low,))).causes}
    thought_of = {cause.id: cause.summary for cause in page_of(m.Case(answers=flicker)).causes}
    assert "It is there by what was found" in measured["hypokalaemia_cause"]
    assert not any("It is there by" in summary for summary in thought_of.values())


@pytest.mark.whole
def test_whatever_was_noted_from_a_source_is_read_in_each_language(knowledge: Knowledge):
    named = {key for key, source in knowledge.content.sources.items() if source.kind not in ("estimate", "memory")}
    links = [link for cause in knowledge.causes.values() for link in cause.findings if link.trust != "estimated"]
    rows = [*links, *(context for cause in knowledge.causes.values() for context in cause.context)]
    shown = [row.note for row in rows if row.note and row.source in named]
    notes = knowledge.content.notes
    assert len(shown) > 400
    assert [note for note in shown if note not in notes and any(ch.isalpha() for ch in note)] == []
    assert set(notes) <= set(shown)  # no line for a note that is gone
    for note in notes.values():
        texts = (re.sub("[01] softened", "", note.id), note.uk, note.ru)
        assert len({tuple(sorted(re.findall("[0-9]+", text))) for text in texts}) == 1, texts
