"""What was reckoned is reckoned once for each state of a case, and nothing of it outlives the case."""

import datetime as dt
import gc

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from myognosis.interview.session import next_step
from myognosis.knowledge import load_knowledge
from myognosis.language import LANGUAGES
from myognosis.model.case import Answer, Case, Complaint, Examination, Person, Power
from myognosis.model.finding import Findings
from myognosis.store import Kept
from myognosis.web.drafts import Draft, Drafts
from myognosis.web.forms import Given
from myognosis.web.known import Known
from myognosis.web.ready import get_ready
from myognosis.web.routes import interview

from .conftest import Reader
from .test_interview import action

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FLICKER = {"feel_flicker_under_skin": Answer.PRESENT}


def state(case: str, revision: int) -> Kept:
    return Kept(case, Case(), str(revision), NOW)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.sampled_from(["x", "y"]), st.booleans())))
def test_what_is_known_is_what_would_be_reckoned(asked: list[tuple[str, int, str, bool]]):
    known, erased = Known[tuple[str, int, str]](), set[str]()
    for case, revision, beside, erase in asked:
        now = (case, revision, beside)
        assert known.once(state(case, revision), lambda now=now: now, beside=beside) == now
        if erase:
            known.erase(case)
            erased.add(case)
        assert erased.isdisjoint(known._kept)


def test_only_the_latest_cases_are_known():
    known = Known[int]()
    for n in range(50):
        known.once(state(f"{n}", 1), lambda n=n: n)
        known.once(state("first", 1), lambda: -1)
    assert len(known._kept) == 16
    assert "first" in known._kept


def test_who_reckons_while_a_case_is_erased_brings_nothing_of_it_back():
    known, drafts = Known[int](), Drafts()

    def reckon() -> int:
        known.erase("a")
        return 1

    assert known.once(state("a", 1), reckon) == 1
    assert not known._kept
    drafts.erase("a")
    drafts.keep("a", "step/about", Draft(Given({"age": ["7"]})))
    assert not drafts._kept


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every state of a case that a next step was reckoned for."""
    seen = list[object]()

    def counted(session: interview.Session, knowledge: object) -> object:
        seen.append(session)
        return next_step(session, load_knowledge())

    monkeypatch.setattr(interview, "next_step", counted)
    return seen


def test_reload_back_and_another_language_reckon_nothing_anew(app: FastAPI, reader: Reader, reckoned: list[object]):
    case = f"/case/{app.state.desk.shelf.new(Case(answers=FLICKER)).id}"
    asked = set[str]()
    for language in LANGUAGES:
        reader.post("/language", {"to_language": language})
        asked |= {action(reader.get(f"{case}/question")) for _ in range(2)}
    assert len(asked) == len(reckoned) == 1


def test_an_answer_in_another_tab_is_reckoned_with_in_this_one(app: FastAPI, reader: Reader, reckoned: list[object]):
    kept, desk = app.state.desk.shelf.new(Case(answers=FLICKER)), app.state.desk
    here = reader.get(f"/case/{kept.id}/question")
    for answer in ("absent", "present"):  # in another tab, then here, where the page is by now an old one
        reader.post(action(here), {"answer": answer, "overwrite": "1"})
        step = next_step(interview.session_of(desk.shelf.load(kept.id).case, desk), desk.knowledge)
        assert step.question is not None
        for _ in range(2):
            assert action(reader.get(f"/case/{kept.id}/question")).endswith(f"/question/{step.question.id}")
    assert len(reckoned) == 3


@pytest.mark.whole
def test_no_word_and_no_answer_of_a_case_that_is_erased_stays_in_memory(app: FastAPI, reader: Reader):
    weak = Examination(power=(Power(muscle="deltoid", side="left", mrc=3.0),))
    told = {"words": "zq-7431"}
    kept = app.state.desk.shelf.new(
        Case(person=Person(age_years=87.25), answers=FLICKER, complaint=Complaint(**told), examination=weak)
    )
    place = f"/case/{kept.id}"
    for page in ("question", "result", "clinician", "bench", "review", "step/story"):
        assert reader.get(f"{place}/{page}").status_code == 200
    reader.post(f"{place}/step/story", told | {"since": "many", "unit": "mo"})
    assert remembered()
    del kept
    reader.post(f"{place}/erase")
    assert not remembered()


def remembered() -> list[object]:
    """What is left of that person."""
    gc.collect()
    left = (one for one in gc.get_objects() if isinstance(one, Case | Findings | Given))
    return [
        one
        for one in left
        if (isinstance(one, Findings) and one.person.age_years == 87.25)
        or (isinstance(one, Case) and one.complaint.words == "zq-7431")
        or (isinstance(one, Given) and one.one("words") == "zq-7431")
    ]


def test_the_first_page_gets_the_others_ready_after_it_was_sent(reader: Reader):
    get_ready.cache_clear()
    reader.get("/")
    assert get_ready.cache_info().currsize == 1
