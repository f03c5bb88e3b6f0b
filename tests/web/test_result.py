"""The result: the same for the person and the clinician, kind to who asks again, and deaf to markup."""

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from markupsafe import escape

from myognosis.exchange.casefile import read_case
from myognosis.interview.session import checklist
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue
from myognosis.model.case import About, Answer, Case, Complaint, Medicine, Person

from .conftest import Reader

TWITCH = Case(
    person=Person(age_years=34.0, sex="male"),
    answers={
        "feel_flicker_under_skin": Answer.PRESENT,
        "health_worry_mnd": Answer.PRESENT,
        "functional_loss": Answer.ABSENT,
    },
)


def kept(app: FastAPI, case: Case) -> str:
    return f"/case/{app.state.desk.shelf.new(case).id}"


def causes_in(html: str) -> list[str]:
    return re.findall(r"<h4>([^<]+?) <span class=\"band", html)


def test_person_and_clinician_see_one_ranking(app: FastAPI, reader: Reader):
    case = kept(app, read_case("examples/demo.yaml"))
    person, clinician = reader.get(f"{case}/result").text, reader.get(f"{case}/clinician").text
    ranked = re.findall(r"<tr><td[^>]*>\d+</td><td[^>]*>([^<]+?)(?: <abbr|</td>)", clinician)
    shown = causes_in(person)
    assert len(shown) >= 3
    assert shown == [name for name in ranked if name in shown]
    result = json.loads(reader.get(f"{case}/result.json").text)
    assert len(ranked) == len(result["causes"])


def test_the_person_s_page_begins_with_urgency_and_speaks_in_frequencies(app: FastAPI, reader: Reader):
    html = reader.get(f"{kept(app, TWITCH)}/result").text
    parts = [
        'class="urgency',
        "What may explain it",
        "What people fear, answered",
        "What would help most to know",
        "When to come back",
    ]
    assert sorted(parts, key=html.index) == parts
    text = re.sub(r"<[^>]+>", " ", html[html.index('id="person"') : html.index("Tests a clinician")])
    assert "of 1,000 people with answers like yours" in text
    assert not re.search(r"\d\s?%", text)


def test_a_feared_cause_is_answered_with_what_would_change_our_mind(app: FastAPI, reader: Reader):
    html = reader.get(f"{kept(app, TWITCH)}/result").text
    fear = html[html.index("What people fear, answered") :]
    assert "was considered" in fear
    assert "What would change our mind" in fear


def test_the_same_answers_again_bring_nothing_new_and_the_former_result(app: FastAPI, reader: Reader):
    before = dt.date.today() - dt.timedelta(days=2)
    first = kept(app, TWITCH.model_copy(update={"assessed_on": before, "complaint": Complaint(words="on Tuesday")}))
    html = reader.post(f"{kept(app, TWITCH)}/result").text
    assert "Nothing new" in html
    assert f'href="{first}/result"' in html
    assert html.index('class="urgency') < html.index("Nothing new")
    shown = unfolded(html)
    assert "It is human to want to be sure" in shown and "Come back, or see a doctor, if:" in shown
    assert causes_in(html) and not any(f"{name} " in shown for name in causes_in(html))


@pytest.mark.parametrize("days", [200, -3])
def test_long_ago_or_in_the_future_is_not_soon(app: FastAPI, reader: Reader, days: int):
    kept(app, TWITCH.model_copy(update={"assessed_on": dt.date.today() - dt.timedelta(days=days)}))
    assert "Nothing new" not in reader.post(f"{kept(app, TWITCH)}/result").text


def test_other_answers_are_a_new_question(app: FastAPI, reader: Reader):
    kept(app, TWITCH.model_copy(update={"assessed_on": dt.date.today()}))
    other = TWITCH.model_copy(update={"answers": TWITCH.answers | {"cramp": Answer.PRESENT}})
    assert "Nothing new" not in reader.post(f"{kept(app, other)}/result").text


def test_an_emergency_is_never_called_nothing_new(app: FastAPI, reader: Reader):
    grave = Case(answers={"laryngospasm": Answer.PRESENT}, assessed_on=dt.date.today() - dt.timedelta(days=1))
    assert "Nothing new" not in reader.get(f"{kept(app, grave)}/result").text


def test_a_new_answer_takes_the_day_off_the_result(app: FastAPI, reader: Reader):
    case = kept(app, TWITCH)
    reader.post(f"{case}/result")
    assert "assessed_on" in reader.get(f"{case}/case.json").text
    reader.post(f"{case}/question/cramp", {"answer": "absent"})
    assert "assessed_on" not in reader.get(f"{case}/case.json").text


class _Unfolded(HTMLParser):
    """The text that stands open on a page: all but what a fold holds."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.heading, self.text = 0, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "details"
        self.heading += tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "details"
        self.heading -= tag == "summary"

    def handle_data(self, data: str) -> None:
        if not self.inside or (self.inside == 1 and self.heading):
            self.text += data


def unfolded(html: str) -> str:
    reader = _Unfolded()
    reader.feed(html[html.index("<main") :])
    return " ".join(reader.text.split())


def test_what_a_person_needs_stands_open_and_the_rest_is_folded_and_not_lost(app: FastAPI, reader: Reader):
    html = reader.get(f"{kept(app, read_case('examples/demo.yaml'))}/result").text
    shown, everything, ranked = unfolded(html), " ".join(re.sub(r"<[^>]+>", " ", html).split()), causes_in(html)
    assert all(name in shown for name in ranked)
    for part in ("Who to see", "was considered", "What would change our mind", "What would help most to know", "When to come back"):
        assert part in shown, part
    for part in ("Speaks against it", "What this picture cannot show", "You may have read that", "doi:"):
        assert part in everything and part not in shown, part
    assert len(shown) < len(everything) / 4


def test_the_first_lines_hold_urgency_the_likeliest_cause_the_feared_one_and_the_next_step(app: FastAPI, reader: Reader):
    shown = unfolded(reader.get(f"{kept(app, TWITCH)}/result").text)
    parts = ["does not replace a doctor", "Most likely", "was considered", "Next step", "What may explain it"]
    assert sorted(parts, key=shown.index) == parts
    assert len(shown[: shown.index("What may explain it")]) < 1500


@pytest.mark.parametrize(("language", "first"), [("en", "112"), ("uk", "112"), ("ru", "112")])
def test_in_an_emergency_the_result_says_what_to_do_and_folds_the_ranking(app: FastAPI, reader: Reader, language: str, first: str):
    reader.post("/language", {"to_language": language})
    answers = {"laryngospasm": Answer.PRESENT, "thyroid_neck_surgery": Answer.PRESENT}
    case = kept(app, Case(answers=answers, medicines=(Medicine(name="salbutamol"), Medicine(name="<b>drops"))))
    html = reader.get(f"{case}/result").text
    shown, ranked = unfolded(html), causes_in(html)
    assert ranked and not any(name in shown for name in ranked)
    assert html.index(f'href="tel:{first}"') < html.index('class="urgency emergency"') < html.index('id="h-say"')
    assert "drops" in shown and "<b>drops" not in html
    assert reader.get(f"{case}/emergency").text.count('id="h-say"') == 1


def test_each_language_names_the_numbers_of_its_countries_and_another_can_be_set(app: FastAPI, reader: Reader):
    case = kept(app, Case(answers={"laryngospasm": Answer.PRESENT}))
    for language, numbers in {"en": ["112", "999", "911", "000"], "uk": ["112", "103"], "ru": ["112", "103"]}.items():
        reader.post("/language", {"to_language": language})
        for path in ("/help", f"{case}/result", f"{case}/emergency"):
            page = reader.get(path).text.split('id="h-crisis"')[0]
            assert re.findall(r'href="tel:(\d+)"', page) == numbers, (language, path)
    assert reader.post("/number", {"number": "+1 911"}).url.path == "/help"
    html = reader.get(f"{case}/result").text
    assert re.findall(r'href="tel:([+\d]+)"', html) == ["+1911"]
    assert "103" not in unfolded(html)
    assert reader.post("/number", {"number": "<script>"}).status_code == 422
    reader.post("/number", {"number": ""})
    assert "103" in unfolded(reader.get(f"{case}/result").text)


@pytest.mark.parametrize(("language", "first"), [("en", "116123"), ("uk", "7333"), ("ru", "7333")])
def test_who_thinks_of_ending_life_finds_somebody_to_talk_to_and_is_told_nothing_of_driving(
    reader: Reader, knowledge: Knowledge, language: str, first: str
):
    reader.post("/language", {"to_language": language})
    signs, crisis = reader.get("/help").text.split('id="h-crisis"')
    lines = re.findall(r'href="tel:(\d+)"', crisis)
    assert lines[0] == first
    assert sorted(lines) == sorted(
        line.number.replace(" ", "") for line in knowledge.content.contacts["mental_health_crisis"].lines
    )
    assert re.search("must not drive|за кермо|за руль", signs) and not re.search("drive|кермо|руль", crisis)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    '#import "x"; #sys',
    "=cmd|'/c calc'!A1",
    "${7*7} %(x)s {0.__class__}",
]


def test_markup_in_any_field_is_text_and_nothing_more(app: FastAPI, reader: Reader):
    text = " ".join(HOSTILE)
    case = Case(
        about=About(title=text, source=text),
        complaint=Complaint(words=text),
        medicines=tuple(Medicine(name=one) for one in HOSTILE),
        answers=TWITCH.answers,
    )
    place = kept(app, case)
    pages = {
        name: reader.get(f"{place}/{name}").text
        for name in ("review", "step/story", "step/medicines", "result", "summary", "report.html")
    }
    for name, html in (pages | {"home": reader.get("/").text}).items():
        assert "<script>alert" not in html, name
        assert "<img src=x" not in html, name
    for one in HOSTILE:
        for name in ("review", "step/story", "step/medicines"):
            assert str(escape(one)) in pages[name], (one, name)


def test_hostile_words_set_as_text_in_the_pdf(app: FastAPI, reader: Reader):
    case = kept(app, TWITCH.model_copy(update={"complaint": Complaint(words=" ".join(HOSTILE))}))
    answer = reader.get(f"{case}/report.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_a_case_is_taken_away_opened_again_and_erased(app: FastAPI, reader: Reader):
    first = kept(app, TWITCH)
    copy = reader.get(f"{first}/case.json").content
    assert reader.post(f"{first}/erase").status_code == 200
    assert reader.get(first).status_code == 404
    assert list(app.state.desk.shelf.folder.iterdir()) == []
    opened = reader.ask("POST", "/open", files={"file": ("../../evil.json", copy)})
    assert opened.status_code == 200
    assert app.state.desk.shelf.all()[0].case == TWITCH
    assert not (app.state.desk.shelf.folder.parent / "evil.json").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"[1, 2]", b'{"schema": "myognosis/case/9"}', b"a: &a [*a]", b"x" * 200_000, b"{" * 9000]
)
def test_a_file_that_is_no_case_is_refused_with_its_faults(reader: Reader, content: bytes):
    answer = reader.ask("POST", "/open", files={"file": ("x", content)})
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_of_two_equal_cases_of_one_day_the_later_is_the_one_with_nothing_new(
    app: FastAPI, reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    ids = sorted(kept(app, TWITCH.model_copy(update={"assessed_on": dt.date.today()})) for _ in range(2))
    later, first = ids  # the order of the names is not that of the time
    when = {later: dt.datetime(2026, 1, 2, tzinfo=dt.UTC), first: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    every = app.state.desk.shelf.all
    timed = lambda shelf: [replace(one, changed=when[f"/case/{one.id}"]) for one in every()]  # noqa: E731
    monkeypatch.setattr(type(app.state.desk.shelf), "all", timed)
    assert "Nothing new" not in reader.get(f"{first}/result").text
    assert f'href="{first}/result"' in reader.get(f"{later}/result").text


@pytest.mark.parametrize("view", ["result", "clinician", "summary", "report.html"])
def test_who_told_nothing_is_shown_no_ranking_and_no_day_to_look_again(app: FastAPI, reader: Reader, view: str):
    html = reader.get(f"{kept(app, Case())}/{view}").text
    assert "Nothing was told yet" in html
    assert "with answers like yours" not in html
    assert "If nothing changes, look again on" not in html
    if view == "result":
        assert "Answer the open warning signs first" in html


def test_who_cannot_be_told_yet_is_led_to_the_page_that_settles_it(app: FastAPI, reader: Reader):
    nothing = kept(app, Case())
    assert re.search(rf'href="{nothing}/step/(warnings|also|function)\?then=review"', reader.get(f"{nothing}/result").text)
    words = Complaint(words="I cannot go on, my calf flickers, I want to die")
    answered = kept(app, TWITCH.model_copy(update={"complaint": words, "answers": TWITCH.answers | all_warnings_denied(app)}))
    html = reader.get(f"{answered}/result").text
    assert "What you wrote may mean a warning sign" in html
    assert "nswer the open warning signs" not in html
    assert f'href="{answered}/step/words?then=review"' in html
    whole = kept(app, TWITCH.model_copy(update={"answers": TWITCH.answers | all_warnings_denied(app)}))
    assert "then=review" not in reader.get(f"{whole}/result").text


def all_warnings_denied(app: FastAPI) -> dict[str, Answer]:
    return dict.fromkeys((*checklist(app.state.desk.knowledge), "functional_loss"), Answer.ABSENT)


def test_a_false_claim_is_never_shown_without_what_holds(app: FastAPI, reader: Reader):
    html = reader.get(f"{kept(app, TWITCH)}/result").text
    fold = html[html.index("What you may have read") :].split("</summary>")[0]
    assert re.search(r"\d+ things? people read, and what holds", fold)
    assert "What you may have read" not in unfolded(html) or "You may have read that" not in unfolded(html)


@pytest.mark.parametrize("view", ["clinician", "bench"])
def test_every_table_can_be_reached_and_moved_by_the_keyboard(app: FastAPI, reader: Reader, view: str):
    html = reader.get(f"{kept(app, read_case('examples/demo.yaml'))}/{view}").text
    tables = re.findall(r"<table[^>]*>", html)
    assert len(tables) >= 3
    assert all('tabindex="0"' in table for table in tables)


@pytest.mark.parametrize(("view", "language"), [("result", "en"), ("clinician", "uk"), ("summary", "ru")])
def test_limits_are_the_first_and_the_last_that_a_reader_sees(app: FastAPI, reader: Reader, language: Language, view: str):
    """Only the emergency comes before them."""
    said = catalogue(language).gettext("For research and education. It does not diagnose and does not replace a doctor.")
    reader.post("/language", {"to_language": language})
    for name in ("demo", "tetanus_lethal"):
        page = reader.get(f"{kept(app, read_case(f'examples/{name}.yaml'))}/{view}").text
        paragraphs = [re.sub(r"<[^>]+>", "", text).strip() for text in re.findall(r"<p\b[^>]*>(.*?)</p>", page, re.DOTALL)]
        assert said in paragraphs[-2:]
        assert paragraphs.count(said) == 2
        is_first = paragraphs[0] == said
        assert is_first == (name == "demo") or 'class="urgency emergency' in page
