"""Versions side by side, a case shared and taken back, and who did what: seen by who may see it, changed by who may change it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.readers.edf_bytes import EdfFile

from myognosis.model.case import (
    Answer,
    Case,
    Complaint,
    Conduction,
    Examination,
    Exposure,
    Medicine,
    Person,
    Power,
    Recording,
    TestDone,
)
from myognosis.web import Settings, create_app

from .conftest import Reader
from .test_server import Proxied

MEDIAN = Conduction(nerve="median", side="left", kind="motor", latency_ms=5.1)
OLD = Case(person=Person(age_years=40), answers={"tremor": Answer.PRESENT, "cramp": Answer.PRESENT})


def two_windows(reader: Reader) -> str:
    """A case to which two windows told different words; its address."""
    case = reader.begin()
    first, second = reader.get(f"{case}/step/story"), reader.get(f"{case}/step/story")
    reader.fill(first, words="from the first window")
    assert reader.fill(second, words="from the second window").status_code == 409
    return case


def rows(page: str) -> list[tuple[str, ...]]:
    """The rows of the tables of differences, without markup."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>', page)
    return [tuple(cell.strip() for cell in row) for row in found]


def test_what_came_too_late_stands_beside_the_case_and_can_take_its_place(app: FastAPI, reader: Reader, settings: Settings):
    case = two_windows(reader)
    page = reader.get(f"{case}/keeping").text
    assert rows(page) == [("What happens", "“from the first window”", "“from the second window”")]
    late = re.search(r'name="late" value="([0-9a-f]+)"', page)
    assert late
    assert [p.name for p in settings.folder.glob("*.late-*")] == [f"{case.split('/')[2]}.late-{late[1]}.json"]
    page = reader.post(f"{case}/keeping", {"late": late[1], "do": "take"}).text
    assert rows(page) == [("What happens", "“from the second window”", "“from the first window”")]
    other = re.search(r'name="late" value="([0-9a-f]+)"', page)
    assert other
    assert "nothing came too late" in reader.post(f"{case}/keeping", {"late": other[1], "do": "drop"}).text


def test_whoever_overwrites_in_the_second_window_leaves_no_version_behind(reader: Reader):
    case = reader.begin()
    first, second = reader.get(f"{case}/step/story"), reader.get(f"{case}/step/story")
    reader.fill(first, words="one")
    reader.fill(reader.fill(second, words="two"))
    assert "nothing came too late" in reader.get(f"{case}/keeping").text


def test_erasing_a_case_erases_what_came_too_late(reader: Reader, settings: Settings):
    case = two_windows(reader)
    reader.post(f"{case}/erase")
    assert [path for path in settings.folder.rglob("*") if path.is_file()] == []


def test_a_version_shows_answers_by_name_and_no_markup_of_anybody(app: FastAPI, reader: Reader):
    kept = app.state.desk.shelf.new(OLD)
    told = {"answers": {"tremor": Answer.ABSENT}, "unmapped": (), "person": Person(age_years=41)}
    app.state.desk.shelf.set_aside(kept.id, OLD.model_copy(update=told))
    assert rows(reader.get(f"/case/{kept.id}/keeping").text) == [
        ("About you", "Age: 40", "Age: 41"),
        ("Tremor (any)", "present", "absent"),
        ("Muscle cramp (painful, hard, knotted muscle)", "present", "–"),
    ]
    reader.post("/language", {"to_language": "uk"})
    assert rows(reader.get(f"/case/{kept.id}/keeping").text)[:2] == [
        ("Про вас", "Вік: 40", "Вік: 41"),
        ("Тремор (будь-який)", "так", "ні"),
    ]


def test_whatever_two_versions_tell_differently_is_shown_in_words(app: FastAPI, reader: Reader):
    told = {
        "medicines": (Medicine(name="salbutamol", since=date(2026, 1, 10)),), "conduction": (MEDIAN,),
        "examination": Examination(power=(Power(muscle="deltoid", side="left", mrc=4),), tone="spastic"),
        "complaint": Complaint(rhythm="rhythmic"),
        "exposures": (Exposure(what="screen", value=9, unit="h/d"),),
        "person": Person(age_years=40, height_cm=171), "tests": (TestDone(test="emg_needle", result="pending"),),
        "recordings": (Recording(file="x.edf", kind="emg", during="rest"),),
    }  # fmt: skip
    kept = app.state.desk.shelf.new(OLD)
    app.state.desk.shelf.set_aside(kept.id, OLD.model_copy(update=told))
    found = {(what, other) for what, now, other in rows(reader.get(f"/case/{kept.id}/keeping").text) if now == "–"}
    assert found == {
        ("Medicines", "salbutamol (since 10 January 2026)"),
        ("Height", "171 cm"),
        ("The story of the movement", "Rhythmic, regular beat: present<br>Irregular in time: absent"),
        ("Coffee, alcohol and other everyday substances", "Screen time: 9 hours a day"),
        ("Examination: strength, reflexes, sensation, tone", "Deltoid (shoulder), left: MRC 4<br>Spasticity: present"),
        ("Nerve conduction", "Median nerve, left, motor, latency 5.10 ms"),
        ("Tests already had", "Needle EMG: no result yet"),
        ("Recordings", "Recording 1: Muscle (EMG), at rest"),
    }


def test_a_difference_that_no_words_show_is_at_least_named(app: FastAPI, reader: Reader):
    kept = app.state.desk.shelf.new(OLD)
    trigger = Recording(file="x.edf", kind="emg", rate_hz=500)
    app.state.desk.shelf.save(kept.id, OLD.model_copy(update={"recordings": (trigger,)}), kept.revision)
    app.state.desk.shelf.set_aside(kept.id, OLD.model_copy(update={"recordings": (trigger.model_copy(update={"rate_hz": 50}),)}))
    assert rows(reader.get(f"/case/{kept.id}/keeping").text) == [
        ("A detail that is not shown here", "told otherwise", "told otherwise")
    ]


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> FastAPI:
    return create_app(replace(settings, store=f"sqlite:///{tmp_path}/cases.db", user_header="X-Remote-User"))


def test_an_owner_shares_a_case_to_be_read_or_changed_and_takes_it_back(served: FastAPI, runner: Any):
    owner, other = Proxied(served, runner, "a"), Proxied(served, runner, "doctor@b")
    case = owner.begin()
    assert other.get(f"{case}/result").status_code == 404
    page = owner.post(f"{case}/sharing", {"who": "doctor@b", "role": "read"}).text
    assert "<strong>doctor@b</strong> may read it" in page
    assert other.get(f"{case}/clinician").status_code == 200
    assert case.split("/")[2] in other.get("/").text
    for path in ("bench", "step/story", "erase", "sharing", "keeping"):
        refused = other.post(f"{case}/{path}", {"part": "finding", "finding": "tremor", "who": "c", "words": "x"})
        assert refused.status_code == 403
        assert "shared with you" in refused.text
    assert "Who did what" not in other.get(f"{case}/keeping").text
    owner.post(f"{case}/sharing", {"who": "doctor@b", "role": "write"})
    assert other.post(f"{case}/bench", {"part": "finding", "finding": "tremor", "state": "present"}).status_code == 200
    assert other.post(f"{case}/erase").status_code == 403
    owner.post(f"{case}/sharing", {"who": "doctor@b", "do": "back"})
    assert other.get(f"{case}/result").status_code == 404
    trail = owner.get(f"{case}/keeping").text.split('id="trail"')[1]
    for deed in ("made it", "saved it", "shared it", "doctor@b: write", "took it back"):
        assert deed in trail
    assert "tremor" not in trail.casefold()


@pytest.mark.parametrize("who", ["", "x" * 201])
def test_a_name_that_cannot_be_is_refused_with_words(served: FastAPI, runner: Any, who: str):
    owner = Proxied(served, runner, "a")
    page = owner.post(f"{owner.begin()}/sharing", {"who": who})
    assert page.status_code == 422
    assert "signs in" in page.text


def test_a_file_brought_by_who_may_only_read_is_never_on_the_disk(served: FastAPI, runner: Any, settings: Settings):
    owner, other = Proxied(served, runner, "a"), Proxied(served, runner, "b")
    case = owner.begin()
    owner.post(f"{case}/sharing", {"who": "b", "role": "read"})
    sent = other.ask("POST", f"{case}/upload", data={"kind": "emg"}, files={"file": ("x.csv", b"a,b\n1,2\n")})
    assert sent.status_code == 403
    assert not [path for path in settings.folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("here")
def test_a_case_with_recordings_erased_on_a_server_leaves_that_it_was_erased_and_nothing_else(
    served: FastAPI, runner: Any, settings: Settings, tmp_path: Path
):
    owner = Proxied(served, runner, "a")
    case = owner.begin()
    owner.fill(owner.get(f"{case}/step/story"), words="КодовеСлово")
    owner.fill(owner.get(f"{case}/step/story"), words="КодовеСлово знову", seen="older")
    sent = owner.ask("POST", f"{case}/upload", data={"kind": "emg"}, files={"file": ("Kovalenko.edf", EdfFile().to_bytes())})
    assert sent.status_code == 200
    assert [path for path in settings.folder.rglob("*") if path.is_file()]
    assert "nothing came too late" not in owner.get(f"{case}/keeping").text
    assert owner.post(f"{case}/erase").status_code == 200
    assert not [path for path in settings.folder.rglob("*") if path.is_file()]
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name.split(".")[0] for path in left} == {"cases"}
    assert not [path for path in left for word in ("КодовеСлово", "Kovalenko", "emg") if word.encode() in path.read_bytes()]
    shelf = served.state.desk.shelves("a")
    assert shelf.all() == []
    for page in ("result", "keeping", "recordings"):
        assert owner.get(f"{case}/{page}").status_code == 404


def test_a_late_version_says_who_wrote_it(served: FastAPI, runner: Any):
    owner, other = Proxied(served, runner, "a"), Proxied(served, runner, "doctor@b")
    case = owner.begin()
    owner.post(f"{case}/sharing", {"who": "doctor@b", "role": "write"})
    seen = other.get(f"{case}/step/story")
    owner.fill(owner.get(f"{case}/step/story"), words="the owner's words")
    assert other.fill(seen, words="the colleague's words").status_code == 409
    assert "<h3>Version of doctor@b, " in owner.get(f"{case}/keeping").text
