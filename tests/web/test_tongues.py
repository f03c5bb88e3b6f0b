"""One language a page: in Ukrainian and Russian only names and tests are in Latin letters, in English none in Cyrillic."""

import asyncio
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.language import LANGUAGES
from myognosis.model.case import About, Answer, Case, Complaint
from myognosis.web import Settings, create_app
from myognosis.web.steps import STEPS

from .conftest import HOST, Reader

SAID = "alt", "aria-label", "content", "data-high", "data-low", "data-missing", "data-time", "placeholder", "title"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NAMES = """
    Myognosis Phenopacket Excel GA GH Human Phenotype Ontology FHIR Bundle HL
    JSON YAML HTML PDF CSV EDF BDF DICOM WFDB BIDS OTB MATLAB XDF WAV QR Wi Fi Enter
    MRC BUN HbA pCO pO pH PTH SOD CBD THC CK ALT AST IgG
    schema myognosis case
    epilepsia partialis continua Samaritans Lifeline Ukraine
"""
NAMES = frozenset(_NAMES.split())
"""What stands in Latin letters in every language: formats, keys, tests as laboratories print them, the first line of a file."""


class _Text(HTMLParser):
    """What a page says to eye and ear, without what says itself to be of another language, and without the person's own words."""

    def __init__(self) -> None:
        super().__init__()
        self.page, self.open, self.found = "", list[bool](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.page = self.page or given.get("lang") or ""
        foreign = given.get("lang", self.page) != self.page or tag in ("script", "style", "q", "textarea", "code")
        if not foreign and not any(self.open) and tag != "meta":
            self.found += [given.get(name) or "" for name in SAID]
        if tag not in VOID:
            self.open.append(foreign)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.found.append(data)


def said(html: str) -> list[str]:
    parser = _Text()
    parser.feed(html)
    return [" ".join(text.split()) for text in parser.found if text.strip()]


def mixed(html: str, language: str) -> list[str]:
    """The texts of a page that hold a word of another alphabet."""
    other = r"[Ѐ-ӿ]+" if language == "en" else r"[A-Za-z]{2,}"
    return [text for text in said(html) if set(re.findall(other, text)) - NAMES]


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner) -> Reader:
    """One reader for all languages: a result that was reckoned once is shown in each."""
    settings = Settings(folder=tmp_path_factory.mktemp("cases"), hosts=(HOST,), key="the-key", patience_s=0.2)
    return Reader(create_app(settings), runner)


@pytest.fixture(scope="module")
def cases(guest: Reader) -> dict[str, str]:
    """An ordinary case with nerve conduction, an emergency that an answer can take back, and one of own words in no language."""
    told = {name: read_case(f"examples/{name}.yaml") for name in ("demo", "hypocalcaemia_after_thyroidectomy")}
    bare = {
        name: case.model_copy(update={"about": About(), "complaint": case.complaint.model_copy(update={"words": None})})
        for name, case in told.items()
    }
    answers = {"feel_flicker_under_skin": Answer.PRESENT, "health_worry_mnd": Answer.PRESENT, "perioral_tingling": Answer.PRESENT}
    bare["words"] = Case(complaint=Complaint(words="42 … 17"), answers=answers)
    shelf = guest.app.state.desk.shelf
    kept = {name: shelf.new(case).id for name, case in bare.items()}
    for other in bare.values():
        shelf.set_aside(kept["demo"], other)  # all that a case can tell differs from one that tells nothing of it
    return {name: f"/case/{id}" for name, id in kept.items()}


def pages(reader: Reader, cases: dict[str, str], language: str) -> Iterator[tuple[str, str]]:
    """Every page that a person or a clinician can meet, those that say what is wrong included."""
    reader.post("/language", {"to_language": language})
    demo, emergency, words = cases.values()
    seen = ["/", "/help", "/why", "/why/hypocalcaemia_cause", "/claims", "/nothing-here", "/erased"]
    seen += [f"{words}/result", f"{words}/emergency"]
    seen += [
        f"{demo}/{p}"
        for p in ("clinician", "bench?try=atrophy:present", "review", "keeping", "recordings", "erase", "exchange", "report.html")
    ]
    seen += [f"{emergency}/{p}" for p in ("emergency?stays=1", "result", "clinician", "summary", "bench", "review?change=1")]
    seen += [f"{words}/{p}" for p in ("summary", "question", "question/cramp?then=review", *(f"step/{step}" for step in STEPS))]
    for path in (path for path in seen if language != "en" or "/step/" not in path):
        yield path, reader.get(path).text
    wrong = {f"{words}/step/about": {"age": "400"}, f"{words}/step/also": {}, f"{words}/step/story": {"since": "-1"},
             f"{words}/step/habits": {"caffeine_coffee": "x"}, f"{words}/question/cramp": {},
             f"{words}/step/labs": {"analyte": "calcium_total", "value_0": "9", "do": "row"},
             f"{words}/step/medicines": {"query": "77", "do": "search"}, "/number": {"number": "x"},
             f"{demo}/bench": {"part": "finding", "finding": "77"},
             f"{demo}/step/story": {"seen": "old", "since": "2", "unit": "mo"}}  # fmt: skip
    for path, form in wrong.items():
        yield f"sent to {path}", reader.post(path, form).text
    yield "no case", reader.ask("POST", "/open", files={"file": ("no.json", b"[1, 2]")}).text
    yield "no recording", reader.ask("POST", f"{demo}/upload", files={"file": ("a.edf", b"")}, data={"kind": "emg"}).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.whole
def test_every_page_speaks_one_language(guest: Reader, cases: dict[str, str], language: str, here: None):
    found = {path: texts for path, html in pages(guest, cases, language) if (texts := mixed(html, language))}
    assert found == {}


def test_a_word_of_another_language_is_found_and_one_that_says_so_is_not():
    assert mixed('<html lang="uk"><p>Сон <b>sleep</b></p></html>', "uk") == ["sleep"]
    assert mixed('<html lang="uk"><p title="sleep">Сон <b lang="en">sleep</b> PDF</p></html>', "uk") == ["sleep"]
    assert mixed('<html lang="en"><p>Sleep, сон</p></html>', "en") == ["Sleep, сон"]


@pytest.mark.parametrize(("language", "case"), [("uk", "випад"), ("ru", "случа")])
def test_a_person_has_answers_and_is_no_case(guest: Reader, cases: dict[str, str], language: str, case: str):
    guest.post("/language", {"to_language": language})
    for path in (
        "/",
        *(f"{cases['demo']}/{page}" for page in ("keeping", "erase", "exchange", "summary")),
        "/case/0000000000000000/erase",
    ):
        assert [text for text in said(guest.get(path).text) if case in text.lower()] == [], path
