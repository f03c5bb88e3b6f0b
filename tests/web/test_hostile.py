"""Hostile use: words made to be run, times that run backwards, bodies that never end, bombs; refused or harmless, never lost."""

import datetime as dt
import json
import logging
import os
import re
from html.parser import HTMLParser
from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import MaxLen
from fastapi import FastAPI
from pydantic.fields import FieldInfo
from tests.report.pdf_text import text_of

from myognosis.exchange.casefile import parse_case
from myognosis.model.base import Model
from myognosis.model.case import About, Answer, Case, Complaint, Duration, Event, Lab, Medicine, TestDone

from .conftest import Reader

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "{{7*7191}}{% raw %}",
    "${7*7191}#{7*7191}%(x)s{0.__class__}",
    '#import "x"; #(7*7191) $7*7191$ `raw` *bold* @cite',
    '=cmd|"/c calc"!A1',
    "javascript:alert(1)",
    "</title></textarea></script><img src=x onerror=alert(1)>",
    "back\\slash &amp; &lt;b&gt; \u202egnp.exe\u202c",
)
RUN = 7 * 7191
PAGES = ("review", "step/story", "step/medicines", "result", "clinician", "summary", "bench", "recordings", "report.html")


class Filler:
    """Fills every text of a model with a payload of its own, between two marks by which it is found again."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def text(self, most: int) -> str:
        mark = f"zq{len(self.given):04d}"
        self.given[mark] = f"{mark} {PAYLOADS[len(self.given) % len(PAYLOADS)]} {mark[::-1]}"
        assert len(self.given[mark]) <= most
        return self.given[mark]

    def model(self, kind: type[Model]) -> dict[str, Any]:
        return {field.alias or name: self.value(field.annotation, field) for name, field in kind.model_fields.items()
                if name not in ("format", "assessed_on")}  # fmt: skip

    def value(self, kind: Any, field: FieldInfo | None = None) -> Any:
        origin, args = get_origin(kind), get_args(kind)
        limits = [m for m in (*getattr(kind, "__metadata__", ()), *(field.metadata if field else ()))]
        if hasattr(kind, "__metadata__"):
            limits = [part for m in limits for part in (m.metadata if isinstance(m, FieldInfo) else [m])]
            return self.plain(args[0], limits)
        if origin is Literal:
            return args[0]
        if origin is tuple:
            return [self.value(args[0]) for _ in PAYLOADS[:3]] if Ellipsis in args else [self.value(one) for one in args]
        if origin is dict:
            return {self.value(args[0]): self.value(args[1]) for _ in PAYLOADS}
        if args:  # a union with None
            return self.value(args[0], field)
        return self.plain(kind, limits)

    def plain(self, kind: Any, limits: list[Any]) -> Any:
        if kind is str:
            return self.text(next((m.max_length for m in limits if isinstance(m, MaxLen)), 4000))
        if isinstance(kind, type) and issubclass(kind, Model):
            return self.model(kind)
        if isinstance(kind, type) and issubclass(kind, Answer):
            return "present"
        least = next((getattr(m, "ge", None) or getattr(m, "gt", None) for m in limits if hasattr(m, "ge") or hasattr(m, "gt")), 1)
        return {bool: False, int: 1, float: max(1.0, float(least or 1))}.get(kind, "2020-02-02")


_TURNS = {0x202E: None, 0x202C: None}


class _Tags(HTMLParser):
    """The tags with their attributes, and the text, as a browser takes a page apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.said += [value or "" for name, value in attrs if name not in ("action", "href", "src")]

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def hostile_case() -> tuple[Case, dict[str, str]]:
    filler = Filler()
    text = json.dumps(filler.model(Case) | {"schema": "myognosis/case/1"})
    return parse_case(text), filler.given


def kept(app: FastAPI, case: Case) -> str:
    return f"/case/{app.state.desk.shelf.new(case).id}"


def assert_only_text(html: str, given: dict[str, str]) -> None:
    page = _Tags(html)  # a form takes no marks that turn the direction of writing; a file's are shown as they are
    said = page.text.translate(_TURNS)
    for tag, attrs in page.tags:
        assert tag != "script" or attrs["src"].startswith("/static/"), attrs
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
        assert not [v for name, v in attrs.items() if name in ("href", "src", "action") and "javascript:" in v], attrs
    assert str(RUN) not in html
    for mark, words in given.items():  # what is shown is shown whole, or says with … that it was cut
        for at in re.finditer(mark, said):
            shown, wanted = said[at.start() :], " ".join(words.translate(_TURNS).split())
            assert shown.startswith(wanted) or wanted.startswith(shown.split("…")[0]), (shown[:200], wanted)


@pytest.mark.whole
def test_words_made_to_be_run_are_text_on_every_page(app: FastAPI, reader: Reader):
    case, given = hostile_case()
    place = kept(app, case)
    assert len(given) > 300
    seen = 0
    for name in PAGES:
        answer = reader.get(f"{place}/{name}")
        assert answer.status_code == 200, name
        assert_only_text(answer.text, given)
        seen += "zq0000" in answer.text or "zq0003" in answer.text
    assert seen >= 4
    assert_only_text(reader.get("/").text, given)


def test_words_made_to_be_run_come_back_as_they_were_from_the_machine_copies(app: FastAPI, reader: Reader):
    case, _ = hostile_case()
    answer = reader.get(f"{kept(app, case)}/case.json")
    assert parse_case(answer.text) == case
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith("attachment")
    result = reader.get(f"{kept(app, case)}/result.json")
    assert result.headers["content-type"] == "application/json"
    assert str(RUN) not in result.text


@pytest.mark.whole
def test_words_made_to_be_run_are_text_in_the_pdf(app: FastAPI, reader: Reader):
    pytest.importorskip("typst")
    case, given = hostile_case()
    pdf = reader.get(f"{kept(app, case)}/report.pdf").content
    assert pdf.startswith(b"%PDF-")
    for action in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction"):
        assert action not in pdf
    text = "".join(text_of(pdf).split())
    assert str(RUN) not in text
    words = "".join(given["zq0012"].split())
    assert words in text
    assert "".join(given["zq0015"].split()) in text


@pytest.mark.whole
@pytest.mark.parametrize(
    "words",
    ["\0", "a\0b\x1b[31m\u202e", "я" * 4000, "😀" * 100, "\U00013000\uffff\ud800"[:2], "\u00a0\u2028\u2029"],
)
def test_odd_letters_and_endless_words_break_no_page(app: FastAPI, reader: Reader, words: str):
    case = Case(
        about=About(title=words),
        complaint=Complaint(words=words),
        medicines=(Medicine(name=words[:120]),),
        answers={"tremor": Answer.PRESENT},
    )
    place = kept(app, case)
    assert parse_case(reader.get(f"{place}/case.json").text) == case
    for name in ("review", "step/story", "step/medicines", "summary", "report.pdf"):
        assert reader.get(f"{place}/{name}").status_code == 200, name


@pytest.mark.parametrize("words", ["".join(PAYLOADS[:5]), "".join(PAYLOADS[5:9]), "x" * 4000])
def test_a_text_typed_into_a_form_is_kept_letter_by_letter(reader: Reader, words: str):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/story"), words=words)
    assert_only_text(page.text, {})
    told = json.loads(reader.get(f"{case}/case.json").text)
    assert told["complaint"]["words"] == words
    page = reader.fill(reader.get(f"{case}/step/medicines"), query=words[:120], do="as_written")
    assert_only_text(page.text, {})


def test_a_space_that_does_not_break_stays_a_space(reader: Reader):
    case = reader.begin()
    reader.fill(reader.get(f"{case}/step/story"), words="twice\u00a0a\u202fday\u202e")
    assert json.loads(reader.get(f"{case}/case.json").text)["complaint"]["words"] == "twice a day"


@pytest.mark.parametrize("query", [*PAYLOADS, "\0", "x" * 4000, "{{", "%"])
def test_a_search_shows_what_was_typed_as_text(reader: Reader, query: str):
    answer = reader.get("/medicines", params={"query": query})
    assert answer.status_code == 200
    assert_only_text(answer.text, {})


def test_replayed_and_shuffled_steps_lead_to_the_same_case_as_in_order(reader: Reader):  # no age: all is asked
    sent = [
        ("step/about", {"sex": "male"}), ("step/warnings", {"none": "1"}), ("step/story", {"words": "calf"}),
        ("step/where", {"place": ["gastrocnemius/left"]}), ("step/habits", {"caffeine_coffee": "5"}),
        ("question/cramp", {"answer": "present"}), ("question/anxiety", {"answer": "unknown"}),
    ]  # fmt: skip

    def told(order: list[int]) -> Case:
        case = reader.begin()
        for at in order:
            assert reader.post(f"{case}/{sent[at][0]}", sent[at][1], follow=False).status_code == 303
        return reader.app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case  # type: ignore[no-any-return]

    straight = told(list(range(7)))
    for order in ([6, 5, 4, 3, 2, 1, 0], [0, 0, 1, 3, 2, 3, 1, 6, 5, 4, 5, 6]):
        assert told(order) == straight


def test_a_step_sent_after_the_case_was_erased_brings_nothing_back(reader: Reader):
    case = reader.begin()
    page = reader.get(f"{case}/step/story")
    reader.post(f"{case}/erase")
    assert reader.fill(page, words="too late").status_code == 404
    for path in ("/result", "/bench", "/upload", "/step/about", "/erase"):
        assert reader.post(case + path, {"part": "finding"}).status_code in (404, 422), path
    assert reader.app.state.desk.shelf.all() == []


def test_after_the_emergency_page_an_old_form_is_still_kept_and_leads_back_there(reader: Reader):
    case = reader.begin()
    old = reader.get(f"{case}/step/story")
    reader.fill(reader.get(f"{case}/step/warnings"), sign=["laryngospasm"])
    assert reader.fill(old, words="sent from the page before").url.path == f"{case}/emergency"
    assert "from the page before" in reader.get(f"{case}/case.json").text
    for path in ("/emergency", "/result", "/summary", "/clinician"):
        assert "get help now" in reader.get(case + path).text, path
    page = reader.get(f"{case}/summary").text
    assert "First causes" not in page  # what to do now, and nothing that could calm
    assert "112" in page[page.index('id="summary"') :]


DAYS = [dt.date(1, 1, 1), dt.date(1900, 1, 1), dt.date(2100, 1, 1), dt.date(9999, 12, 31)]


@pytest.mark.whole
@pytest.mark.parametrize("day", DAYS)
def test_a_clock_that_was_changed_breaks_no_page(app: FastAPI, reader: Reader, day: dt.date):
    case = Case(
        complaint=Complaint(words="calf", began=day, since=Duration(value=1e6, unit="a")),
        answers={"fasciculation": Answer.PRESENT},
        medicines=(Medicine(name="salbutamol", since=day, changed=day, stopped=day),),
        events=(Event(what="thyroidectomy", on=day),),
        labs=(Lab(analyte="calcium", value=2.4, unit="mmol/L", on=day),),
        tests=(TestDone(test="ncs", result="normal", on=day),),
        assessed_on=day,
    )
    place = kept(app, case)
    for name in ("", "/review", "/result", "/summary", "/clinician", "/bench", "/step/medicines", "/step/story", "/report.html"):
        assert reader.get(place + name).status_code == 200, name
    assert "Nothing new" not in reader.get(f"{place}/result").text


def test_a_clock_set_back_loses_no_save_and_no_order(app: FastAPI, reader: Reader, monkeypatch: pytest.MonkeyPatch):
    case = reader.begin()
    reader.post(f"{case}/step/story", {"words": "first"})
    file = next(app.state.desk.shelf.folder.glob("*"))
    os.utime(file, (4e9, 4e9))  # written in the year 2096, as the clock says
    page = reader.get(f"{case}/step/story")
    assert reader.fill(page, words="second").status_code == 200
    assert "second" in reader.get(f"{case}/case.json").text
    assert reader.get("/").status_code == 200


SECRETS = ("Quetzalcoatl", "Zanzibarium", "Bartholomew")


@pytest.mark.whole
def test_the_log_of_a_whole_run_holds_no_word_that_was_told(reader: Reader, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        case = reader.begin()
        reader.fill(reader.get(f"{case}/step/about"), age="34", sex="male")
        reader.fill(reader.get(f"{case}/step/story"), words=f"{SECRETS[0]} fears it")
        reader.fill(reader.get(f"{case}/step/medicines"), query=SECRETS[1], do="as_written")
        reader.fill(reader.get(f"{case}/step/story"), words=f"{SECRETS[0]} again", since="many")
        reader.get("/medicines", params={"query": SECRETS[1]})
        reader.ask("POST", "/open", files={"file": (f"{SECRETS[2]}.json", f"schema: {SECRETS[2]}".encode())})
        reader.ask("POST", f"{case}/upload", files={"other": (SECRETS[2], b"1")})
        reader.ask("POST", "/api/v1/assess", content=json.dumps({"schema": "myognosis/case/1", "conditions": [SECRETS[2]]}))
        reader.get(f"{case}/question/{SECRETS[2]}")
        reader.post(f"{case}/bench", {"part": "finding", "finding": SECRETS[2]})
        for page in ("/result", "/summary", "/report.html", "/report.pdf", "/bench"):
            reader.get(case + page)
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]  # the reader's own diary
    assert caplog.records != ours or not caplog.records
    for record in ours:
        told = f"{record.name} {record.getMessage()} {record.args} {record.exc_info} {record.exc_text} {record.stack_info}"
        assert not [word for word in SECRETS if word in told], told
