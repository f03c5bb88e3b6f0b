"""Nobody is shown the name that a program has for a thing: every finding, exposure, cause and field has words of people."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, Language, say
from myognosis.model import case as m
from myognosis.report.html import render_html

from .test_reports import page_of

RAW = re.compile(r"\b[a-z]+_[a-z_]+\b")


class Visible(HTMLParser):
    """What is read, or heard, of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside, self.texts = "", list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.texts += [value or "" for name, value in attrs if name in ("aria-label", "alt", "title")]

    def handle_data(self, data: str) -> None:
        if self.inside not in ("style", "script"):
            self.texts.append(data)


def texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the knowledge in its languages, with its place."""
    if isinstance(value, dict) and set(value) == set(LANGUAGES):
        yield from ((f"{place}.{language}", text) for language, text in value.items() if isinstance(text, str))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, f"{place}.{name}")
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from texts(part, place)


def test_no_text_of_the_knowledge_names_an_id(knowledge: Knowledge):
    content = knowledge.content
    told = list(texts(content.model_dump(include=PARTS)))
    assert len(told) > 5000
    assert [pair for pair in told if RAW.search(pair[1])] == []


PARTS = {
    "causes", "findings", "doses", "medicines", "labs", "muscles", "nerves", "red_flags", "contacts", "tests", "options",
    "self_care", "self_tests", "activities", "movements", "sites", "traps", "items", "groups", "glossary", "claims", "fears",
}  # fmt: skip


def everything(knowledge: Knowledge) -> m.Case:
    """A case that says everything that can be said, right or wrong."""
    content = knowledge.content
    present, absent = m.Answer.PRESENT, m.Answer.ABSENT
    answers = {name: absent if n % 3 else present for n, name in enumerate(knowledge.findings)}
    return m.Case(
        answers=answers,
        exposures=tuple(m.Exposure(what=dose.id, value=5, unit=dose.unit) for dose in content.doses.values()),
        labs=tuple(m.Lab(analyte=lab.id, value=sum(lab.plausible) / 2, unit=lab.unit) for lab in content.labs.values()),
        medicines=tuple(m.Medicine(name=name) for name in list(content.medicines)[::20] * 2),
        conduction=tuple(
            m.Conduction(nerve=nerve, side="left", kind=kind, latency_ms=9.0, absent=kind == "f_wave")
            for nerve in list(content.nerves)[:6] for kind in ("motor", "sensory", "f_wave")
        ),
        examination=m.Examination(
            power=tuple(m.Power(muscle=name, side="left", mrc=3) for name in list(content.muscles)[::5]),
            reflexes=tuple(m.Reflex(reflex=name, side="right", grade=4) for name in content.reflexes),
        ),
        self_tests={test.id: test.outcomes[-1].id for test in content.self_tests.values()},
        tests=tuple(m.TestDone(test=name, result="normal") for name in content.tests),
    )  # fmt: skip


def test_a_report_of_everything_shows_no_id(knowledge: Knowledge):
    shown = Visible(render_html(page_of(everything(knowledge), "uk"))).texts
    assert len(shown) > 1000
    assert [text for text in shown if RAW.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_doubt_about_a_case_names_an_id(knowledge: Knowledge, language: Language):
    case = everything(knowledge)
    wrong = tuple(row.model_copy(update={"unit": "kg"}) for row in case.exposures)
    issues = [issue for one in (case, case.model_copy(update={"exposures": wrong})) for issue in check_case(one, knowledge)[1]]
    told = {text for issue in issues for text in (say(issue.what, language), say(issue.fix, language))}
    assert len(told) > 20
    assert [text for text in told if RAW.search(text)] == []
