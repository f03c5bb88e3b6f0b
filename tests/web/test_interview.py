"""The interview: one question a page, warning signs end it, nothing told is lost, no order of requests does harm."""

import re
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from myognosis.interview.session import DESCRIPTION, emergencies
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import LANGUAGES
from myognosis.model.case import Answer, Case, Person
from myognosis.report.words import spoken
from myognosis.web.routes.interview import _counted

from .conftest import Reader, fields

KNOWLEDGE = load_knowledge()


def opened(reader: Reader, language: str = "en") -> tuple[str, httpx.Response]:
    """A case whose opening is told: a young man whose calf flickers."""
    case = reader.begin(language)
    page = reader.fill(reader.get(case), age="34", sex="male")
    page = reader.fill(page, none="1")
    page = reader.fill(page, words="calf", since="2", unit="mo")
    page = reader.fill(page)
    page = reader.fill(page, sign=["feel_flicker_under_skin"])
    page = reader.fill(page, place=["gastrocnemius/left"])
    page = reader.fill(page)
    page = reader.fill(page, caffeine_coffee="5")
    for _ in range(3):
        page = reader.fill(page, none="1")
    return case, reader.fill(page, none="1")


def answer(reader: Reader, page: httpx.Response, value: str) -> httpx.Response:
    return reader.post(action(page), fields(page.text) | {"answer": value})


def action(page: httpx.Response) -> str:
    found = re.search(r'id="page" method="post" action="([^"]+)"', page.text)
    assert found, page.url
    return found[1]


def answers_of(reader: Reader, case: str) -> dict[str, Answer]:
    return dict(reader.app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case.answers)


@pytest.mark.whole
def test_the_whole_interview_needs_no_script_and_ends_in_a_result(reader: Reader):
    case, page = opened(reader, "uk")
    asked, before = 0, 99
    while "/question" in str(page.url):
        left = int(fields(page.text)["left"][0])
        assert left < before or 'class="grown"' in page.text  # the number of questions left never grows unsaid
        before = left
        page = answer(reader, page, "present" if asked == 0 else "absent")
        asked += 1
        assert asked <= 35
    assert page.url.path == f"{case}/step/labs"
    assert reader.fill(page).url.path == f"{case}/review"
    result = reader.post(f"{case}/result")
    assert result.status_code == 200
    assert 'lang="uk"' in result.text
    assert result.text.index('class="urgency') < result.text.index('id="person"')


@pytest.mark.parametrize("place", ["", "/question", "/step/story", "/step/warnings", "/review", "/question/anxiety"])
def test_any_warning_sign_ends_the_asking_and_going_back_does_not_lose_it(reader: Reader, place: str):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/warnings"), sign=["laryngospasm"])
    assert page.url.path == f"{case}/emergency"
    assert "tel:112" in page.text
    assert 'id="page"' not in page.text
    assert reader.get(case + place).url.path == f"{case}/emergency"


@pytest.mark.parametrize("sign", emergencies(KNOWLEDGE))
def test_each_warning_sign_alone_is_an_emergency_at_once_in_every_language(reader: Reader, sign: str):
    child = Case(person=Person(age_years=6.5))  # a febrile seizure is asked of a small child alone, other signs of no baby
    case = f"/case/{reader.app.state.desk.shelf.new(child).id}"
    assert f'value="{sign}"' in reader.get(f"{case}/step/warnings").text
    sent = reader.post(f"{case}/step/warnings", {"sign": sign}, follow=False)
    assert sent.headers["location"] == f"{case}/emergency"  # the next page, and none between
    assert reader.get(f"{case}/question", follow=False).headers["location"] == f"{case}/emergency"
    for language in LANGUAGES:
        reader.post("/language", {"to_language": language})
        page = unescape(reader.get(f"{case}/emergency").text)
        assert f'lang="{language}"' in page
        assert spoken(KNOWLEDGE.findings[sign], language) in page
        assert (
            0 < page.index('href="tel:') < page.find('id="page"') or 'id="page"' not in page
        )  # below it at most the offer of a no


def test_what_was_ticked_by_mistake_can_be_changed(reader: Reader):
    case = reader.begin()
    reader.fill(reader.get(f"{case}/step/warnings"), sign=["laryngospasm"])
    page = reader.get(f"{case}/step/warnings?change=1")
    after = reader.post(action(page), {"seen": fields(page.text)["seen"], "none": "1"})
    assert after.url.path == f"{case}/step/story"
    assert reader.get(f"{case}/emergency").url.path != f"{case}/emergency"


def test_an_emergency_that_arises_from_several_answers_is_shown_as_soon_as_they_meet(reader: Reader):
    case = reader.begin()
    reader.fill(reader.get(f"{case}/step/history"), sign=["thyroid_neck_surgery"])
    page = reader.post(f"{case}/question/tetany", {"answer": "present"})
    assert page.url.path == f"{case}/emergency"
    assert reader.get(f"{case}/question").url.path == f"{case}/emergency"


def head_injury_with_vomiting(reader: Reader, language: str = "en") -> tuple[str, httpx.Response]:
    case = reader.begin(language)
    reader.fill(reader.get(f"{case}/step/history"), sign=["head_injury"])
    return case, reader.fill(reader.get(f"{case}/step/body"), sign=["vomiting"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_stands_before_an_emergency_and_the_one_that_can_change_it_is_offered_below(reader: Reader, language: str):
    case, page = head_injury_with_vomiting(reader, language)
    offer = KNOWLEDGE.findings["head_injury_recent"].ask.in_language(language)
    assert page.url.path == f"{case}/emergency"
    assert page.text.index('href="tel:112"') < page.text.index('class="urgency') < page.text.index(offer)
    assert 'class="helpnow"' in page.text
    for place in ("", "/question", "/step/medicines", "/review"):
        assert reader.get(case + place).url.path == f"{case}/emergency"


def test_a_clear_no_takes_such_an_emergency_back_and_the_rest_goes_on(reader: Reader):
    case, page = head_injury_with_vomiting(reader)
    after = reader.post(action(page), {"answer": "absent"})
    assert after.url.path == f"{case}/step/also"
    assert "not an emergency by that sign" in after.text
    assert "not an emergency by that sign" not in reader.get(f"{case}/step/also").text
    assert reader.get(f"{case}/emergency").url.path == f"{case}/step/also"


@pytest.mark.parametrize("answer", ["present", "unknown", "declined", "", "maybe"])
def test_any_other_answer_leaves_it(reader: Reader, answer: str):
    case, page = head_injury_with_vomiting(reader)
    after = reader.post(action(page), {"answer": answer})
    assert after.url.path == reader.get(case).url.path == f"{case}/emergency"
    assert ("answer-button" in after.text) == (answer in ("", "maybe"))
    assert ("This stays an emergency" in after.text) == (answer not in ("", "maybe"))


def test_a_no_that_another_window_has_answered_otherwise_leaves_the_emergency(reader: Reader):
    case, page = head_injury_with_vomiting(reader)
    for answer in ("present", "absent"):
        assert reader.post(action(page), {"answer": answer}).url.path == f"{case}/emergency"
    assert answers_of(reader, case)["head_injury_recent"] is Answer.PRESENT


def test_leaving_a_checklist_empty_is_no_answer(reader: Reader):
    case = reader.begin()
    page = reader.post(f"{case}/step/warnings", {})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert 'href="#sign"' in page.text
    assert answers_of(reader, case) == {}
    assert reader.post(f"{case}/step/warnings", {"none": "1", "sign": "seizure_x"}).status_code == 200
    assert reader.post(f"{case}/step/also", {"none": "1", "sign": "fever"}).status_code == 422


def test_not_sure_is_kept_apart_from_no(reader: Reader):
    case = reader.begin()
    reader.post(f"{case}/step/also", {"sign": "fever", "unsure": "1"})
    told = answers_of(reader, case)
    assert told["fever"] is Answer.PRESENT
    assert told["numbness"] is Answer.UNKNOWN


def test_the_four_answers_differ_in_the_case(reader: Reader):
    case = reader.begin()
    for finding, value in zip(("anxiety", "cramp", "tremor", "sciatica"), Answer, strict=True):
        reader.post(f"{case}/question/{finding}", {"answer": value.value})
    assert set(answers_of(reader, case).values()) == set(Answer)
    assert reader.post(f"{case}/question/anxiety", {"answer": "maybe"}).status_code == 422


def test_another_language_in_the_middle_of_a_form_loses_nothing(reader: Reader):
    case = reader.begin()
    page = reader.post(f"{case}/step/story", {"words": "unsent words", "since": "x", "to_language": "ru"})
    assert 'lang="ru"' in page.text
    assert "unsent words" in page.text
    assert fields(page.text)["since"] == ["x"]
    assert 'lang="ru"' in reader.get("/").text
    assert not answers_of(reader, case)


def test_another_language_outside_a_form_leads_back_to_the_same_page_and_nowhere_else(reader: Reader):
    assert reader.post("/language", {"to_language": "uk", "back": "/help"}).url.path == "/help"
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert reader.post("/language", {"to_language": "uk", "back": foreign}, follow=False).headers["location"] == "/"
    assert reader.post("/language", {"to_language": "xx"}).status_code == 422


def test_an_answer_sent_twice_changes_nothing_the_second_time(reader: Reader):
    case, page = opened(reader)
    sent = fields(page.text) | {"answer": "present"}
    first = reader.post(action(page), sent)
    told = answers_of(reader, case)
    assert reader.post(action(page), sent).url == first.url
    assert answers_of(reader, case) == told


def test_an_answer_out_of_order_is_taken_where_it_belongs(reader: Reader):
    case, page = opened(reader)
    assert reader.post(f"{case}/question/sciatica", {"answer": "absent"}).status_code == 200
    assert answers_of(reader, case)["sciatica"] is Answer.ABSENT
    assert reader.get(f"{case}/question").url.path == page.url.path


def test_going_back_keeps_the_answer_and_changing_it_keeps_its_place(reader: Reader):
    case, page = opened(reader)
    first = action(page)
    page = answer(reader, page, "present")
    again = reader.post(action(page), fields(page.text) | {"to": "back"})
    assert action(again) == first
    assert 'value="present" aria-pressed="true"' in again.text
    order = list(answers_of(reader, case))
    answer(reader, again, "unknown")
    assert list(answers_of(reader, case)) == order


def test_what_is_changed_from_the_review_leads_back_to_it(reader: Reader):
    case, page = opened(reader)
    answer(reader, page, "present")
    review = reader.get(f"{case}/review").text
    for link in re.findall(r'href="([^"]+then=review)"', review):
        page = reader.get(link)
        assert page.status_code == 200
        assert reader.fill(page, to="back").url.path == f"{case}/review"
    page = reader.get(f"{case}/step/story?then=review")
    assert reader.fill(page, words="other words").url.path == f"{case}/review"
    page = reader.get(f"{case}/step/medicines?then=review")
    page = reader.fill(page, add="salbutamol")
    assert page.url.path == f"{case}/step/medicines"
    assert reader.fill(page).url.path == f"{case}/review"


def test_two_windows_on_one_case_never_overwrite_in_silence(reader: Reader):
    case = reader.begin()
    first, second = reader.get(f"{case}/step/story"), reader.get(f"{case}/step/story")
    reader.fill(first, words="from the first window")
    page = reader.fill(second, words="from the second window")
    assert page.status_code == 409
    assert "from the first window" in page.text
    assert "from the second window" in page.text
    assert "first" in reader.get(f"{case}/case.json").text
    reader.fill(page)
    assert "second" in reader.get(f"{case}/case.json").text


def test_two_windows_on_different_steps_both_count(reader: Reader):
    case = reader.begin()
    story, about = reader.get(f"{case}/step/story"), reader.get(f"{case}/step/about")
    reader.fill(about, age="50")
    assert reader.fill(story, words="later").status_code == 200
    assert "50" in reader.get(f"{case}/case.json").text


@pytest.mark.parametrize("path", ["/step/nothing", "/question/nothing", "/question/als", "/question/ncs_normal"])
def test_what_does_not_exist_is_said_on_a_page(reader: Reader, path: str):
    case = reader.begin()
    for page in (reader.get(case + path), reader.post(case + path, {"answer": "present"})):
        assert page.status_code == 404
        assert "<h1>" in page.text


@given(st.integers(1, 35), st.integers(0, 35))
def test_the_number_of_questions_left_counts_down_or_says_that_it_does_not(about: int, before: int):
    shown, grown = _counted(about, before)
    assert 1 <= shown <= max(about, before)
    assert grown == (0 < before <= shown)
    assert shown == about or before - 1 == shown >= about - 3


def test_every_question_says_why_it_is_asked_and_how_many_are_left(reader: Reader):
    _, page = opened(reader)
    assert "Why this is asked" in page.text
    assert re.search(r"about \d+ questions left", page.text)


def test_one_can_stop_at_any_time_and_the_result_says_what_was_not_asked(reader: Reader):
    case = reader.begin()
    for path in ("/step/about", "/step/where", "/question"):
        page = reader.get(case + path)
        assert reader.post(action(page), fields(page.text) | {"to": "stop"}).url.path == f"{case}/review"
    assert "not asked" in reader.post(f"{case}/result").text


def test_an_interview_resumes_where_it_stopped(reader: Reader):
    case, page = opened(reader)
    answer(reader, page, "absent")
    assert reader.get(case).url.path == f"{case}/question"
    reader.post(f"{case}/result")
    assert reader.get(case).url.path == f"{case}/result"


@pytest.mark.whole
def test_no_page_holds_a_script_or_a_style_of_its_own_or_fetches_from_outside(reader: Reader, knowledge: Knowledge):
    case, _ = opened(reader)
    steps = ("about", "warnings", "story", "where", "medicines", "habits", "history", "body", "also", "function", "tests", "labs")
    pages = [
        "/",
        "/help",
        f"{case}/review",
        f"{case}/result",
        f"{case}/clinician",
        f"{case}/summary",
        f"{case}/erase",
        f"{case}/bench",
        f"{case}/recordings",
    ]
    for path in (*pages, f"{case}/question", *(f"{case}/step/{step}" for step in steps)):
        html = reader.get(path).text
        assert not re.search(r"<script(?![^>]* src=\"/)|<style|\sstyle=|\son\w+=", html), path
        assert not re.search(r"(src|action|<link[^>]*href)=\"(https?:)?//", html), path
        assert "</html>" in html, path


@pytest.mark.parametrize(
    ("language", "words", "term"),
    [
        ("en", "My calf cramps. <b>Blue</b> elephants", "finding/cramp/"),
        ("uk", "Зводить литку, тремтять руки. <b>Blue</b>", "finding/tremor/"),
        ("ru", "Дрожь в руках, онемения нет. <b>Blue</b>", "finding/numbness/no"),
    ],
)
def test_what_was_written_is_shown_back_and_counts_only_when_ticked(reader: Reader, language: str, words: str, term: str):
    case = reader.begin(language)
    page = reader.fill(reader.get(f"{case}/step/story"), words=words)
    assert page.url.path == f"{case}/step/words"
    assert "&lt;b&gt;Blue&lt;/b&gt;" in page.text and "<b>Blue" not in page.text and "<q>Blue</q>" in page.text
    assert f'value="{term}"' in page.text and "checked" not in page.text
    assert reader.fill(page).url.path == f"{case}/step/movement"
    assert answers_of(reader, case) == {}
    reader.fill(page, term=[term])
    finding = term.split("/")[1]
    assert answers_of(reader, case) == {finding: Answer.ABSENT if term.endswith("no") else Answer.PRESENT}
    again = reader.get(f"{case}/step/words")
    assert re.search(rf'value="{term}" checked', again.text)
    form = fields(again.text)
    reader.post(action(again), {name: values for name, values in form.items() if name != "term"})
    assert answers_of(reader, case) == {}


def test_words_that_can_mean_an_emergency_are_answered_at_once(reader: Reader):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/story"), words="Since this morning I cannot speak")
    assert 'role="alert"' in page.text and 'href="tel:112"' in page.text and "{number}" not in page.text


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "My father has had a seizure for ten minutes", "If that is right: Emergency: get help now"),
        ("uk", "У батька вже десять хвилин судоми", "Якщо це справді так"),
        ("ru", "После операции на щитовидной железе немеют пальцы и сводит руки", "Если это действительно так"),
    ],
)
def test_words_that_are_an_emergency_if_they_are_so_say_it_before_anything_is_ticked(
    reader: Reader, language: str, words: str, said: str
):
    case = reader.begin(language)
    page = reader.fill(reader.get(f"{case}/step/story"), words=words)
    assert page.url.path == f"{case}/step/words"
    alarm = page.text.split('role="alert"')[1].split("</div>")[0]
    assert said in alarm
    assert "112" in alarm
    assert "{number}" not in page.text
    assert page.text.index('role="alert"') < page.text.index('name="term"')
    terms = re.findall(r'name="term" value="([^"]+)"', page.text)
    assert reader.fill(page, term=[one for one in terms if one.startswith("finding/")]).url.path == f"{case}/emergency"


def test_none_of_these_asks_back_before_it_takes_back_what_was_confirmed_in_words(reader: Reader):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/story"), words="My calf twitches. I have diabetes and headaches.")
    page = reader.fill(page, term=["finding/diabetes/", "finding/headache/"])
    told = {"diabetes": Answer.PRESENT, "headache": Answer.PRESENT}
    assert answers_of(reader, case) == told
    page = reader.get(f"{case}/step/history")
    assert fields(page.text)["sign"] == ["diabetes"]
    asked = reader.post(action(page), {"none": "1", "seen": fields(page.text)["seen"]})
    assert asked.status_code == 422
    assert "You confirmed in your own words: Diabetes." in asked.text
    assert answers_of(reader, case) == told
    assert reader.post(action(asked), fields(asked.text)).status_code == 200
    assert answers_of(reader, case)["diabetes"] is Answer.ABSENT
    body = reader.get(f"{case}/step/body")
    mended = reader.post(action(body), {"none": "1", "seen": fields(body.text)["seen"]})
    kept = fields(mended.text)
    reader.post(action(mended), {name: kept[name] for name in kept if name != "none"} | {"sign": ["headache"]})
    assert answers_of(reader, case)["headache"] is Answer.PRESENT


def test_unticking_one_box_says_no_and_nothing_is_asked_back(reader: Reader):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/story"), words="I have diabetes and epilepsy.")
    reader.fill(page, term=["finding/diabetes/", "finding/epilepsy_known/"])
    page = reader.get(f"{case}/step/history")
    assert reader.post(action(page), fields(page.text) | {"sign": ["epilepsy_known"]}).status_code == 200
    assert answers_of(reader, case)["diabetes"] is Answer.ABSENT


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_box_has_a_short_name_and_its_whole_question_as_help(reader: Reader, knowledge: Knowledge, language: str):
    case = reader.begin(language)
    for name, boxes in knowledge.boxes.items():
        page = reader.get(f"{case}/step/{name}").text
        assert len(re.findall("<h2 id=.g", page)) >= 5
        for box in boxes.values():
            short = box.names.in_language(language)  # type: ignore[arg-type]
            assert len(short.split()) <= 6
            assert re.search(rf'aria-describedby="h-{box.id}"> <span>{re.escape(escape(short))}<small', page), short


def test_where_nothing_was_written_nothing_is_shown_back(reader: Reader):
    case = reader.begin()
    assert reader.fill(reader.get(f"{case}/step/story"), since="2").url.path == f"{case}/step/movement"
    assert f"{case}/step/words" not in reader.get(f"{case}/review").text
    assert reader.fill(reader.get(f"{case}/step/movement"), to="back").url.path == f"{case}/step/story"


@pytest.mark.parametrize(("language", "other"), [("en", "the person"), ("uk", "людин"), ("ru", "человек")])
def test_a_person_is_spoken_to_and_a_clinician_is_told_of_the_person(
    reader: Reader, knowledge: Knowledge, language: str, other: str
):
    case = reader.begin(language)
    for step in ("about", "warnings", "where", "also"):
        html = reader.get(f"{case}/step/{step}").text
        html = html.replace("“you” is that person", "").replace("це та людина", "").replace("это тот человек", "")
        assert other not in re.sub(r"<[^>]+>", " ", html).lower(), step
    asked = {n: f.ask.in_language(language) for n, f in knowledge.findings.items() if f.ask}  # type: ignore[arg-type]
    assert [name for name, text in asked.items() if other in text.lower()] == []
    reader.post(f"{case}/step/also", {"sign": "dysphagia"})
    assert {"en": "The person is told", "uk": "Людині сказано", "ru": "Человеку сказано"}[language] in reader.get(
        f"{case}/clinician"
    ).text


def test_what_was_ticked_of_the_movement_is_not_asked_again(reader: Reader):
    case, page = opened(reader)
    told = answers_of(reader, case)
    assert told["feel_flicker_under_skin"] is Answer.PRESENT
    assert {told[name] for name in DESCRIPTION[1:]} == {Answer.ABSENT}
    for _ in range(6):
        assert action(page).rsplit("/", 1)[-1] not in DESCRIPTION
        page = answer(reader, page, "absent")


@pytest.mark.parametrize("to", ["stop", "back"])
def test_a_warning_sign_that_is_ticked_is_taken_whichever_way_the_list_is_left(reader: Reader, to: str):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/warnings"), sign=["sudden_weakness"], to=to)
    assert page.url.path == f"{case}/emergency"
    assert answers_of(reader, case) == {"sudden_weakness": Answer.PRESENT}


@pytest.mark.parametrize("step", ["warnings", "also", "function", "history"])
def test_a_list_left_before_its_end_is_not_read_as_none(reader: Reader, step: str):
    case = reader.begin()
    page = reader.get(f"{case}/step/{step}")
    assert reader.fill(page, to="stop").url.path == f"{case}/review"
    assert answers_of(reader, case) == {}
    reader.fill(page, none="1", to="stop")
    assert set(answers_of(reader, case).values()) == {Answer.ABSENT}


def test_what_is_typed_stays_when_one_goes_back_or_stops(reader: Reader):
    case = reader.begin()
    assert reader.fill(reader.get(f"{case}/step/about"), age="34", to="back").url.path == "/"
    assert fields(reader.get(f"{case}/step/about").text)["age"] == ["34"]
    assert reader.fill(reader.get(f"{case}/step/story"), words="my calf", to="stop").url.path == f"{case}/review"
    assert fields(reader.get(f"{case}/step/story").text)["words"] == ["my calf"]
    assert reader.post(f"{case}/question/anxiety", {"to": "stop"}).url.path == f"{case}/review"


def test_a_mistake_is_said_once_to_who_leaves_and_holds_nobody(reader: Reader):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/about"), age="many", to="stop")
    assert page.status_code == 422
    assert fields(page.text)["age"] == ["many"]
    assert reader.fill(page, to="stop").url.path == f"{case}/review"


@pytest.mark.parametrize(
    "sent", [{"age": "a-typed-word"}, {"age": "a-typed-word", "to_language": "uk"}, {"age": "a-typed-word", "do": "search"}]
)
def test_no_page_is_the_answer_to_a_form_and_no_address_holds_what_was_typed(reader: Reader, sent: dict[str, str]):
    case = reader.begin()
    sent_to = reader.post(f"{case}/step/about", sent, follow=False)
    assert sent_to.status_code == 303
    assert "typed" not in sent_to.headers["location"]
    for _ in range(2):  # as the Back button asks for it again
        page = reader.get(sent_to.headers["location"])
        assert fields(page.text)["age"] == ["a-typed-word"]
    taken = reader.fill(page, age="34")
    assert taken.url.path == f"{case}/step/warnings"
    assert fields(reader.get(sent_to.headers["location"]).text)["age"] == ["34"]


def test_a_case_that_is_erased_leaves_no_form_behind(reader: Reader):
    case = reader.begin()
    reader.post(f"{case}/step/about", {"age": "many"})
    assert reader.post(f"{case}/erase").url.path == "/erased"
    assert not reader.app.state.desk.drafts._kept


def test_none_of_these_takes_back_nothing_of_the_own_words_from_who_leaves_without_being_asked(reader: Reader):
    case = reader.begin()
    page = reader.fill(reader.get(f"{case}/step/story"), words="I have a headache")
    reader.fill(page, term=re.findall(r'name="term" value="(finding/headache[^"]*)"', page.text))
    assert answers_of(reader, case)["headache"] is Answer.PRESENT
    page = reader.get(f"{case}/step/body")
    reader.post(action(page), {"seen": fields(page.text)["seen"], "none": "1", "to": "stop"})
    assert answers_of(reader, case)["headache"] is Answer.PRESENT
