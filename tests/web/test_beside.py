"""Recordings that lie beside a case in a file of one's own: read like any other, copied, and nothing from elsewhere."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.model.case import Case, Recording
from myognosis.store import id_of, save_case
from myognosis.web import Settings, create_app, recorded
from myognosis.web.verdict import judge

from .conftest import Reader
from .test_recordings import tremor_log

pytestmark = pytest.mark.usefixtures("here")


def listing(*files: str) -> Case:
    return Case(recordings=tuple(Recording(file=file, kind="accelerometer", during="posture") for file in files))


def page_once_read(reader: Reader, name: str) -> str:
    """The page of the recordings, when nothing is left to be looked at or measured."""
    desk = reader.app.state.desk
    reader.get(f"/case/{name}/recordings")
    for row in desk.shelf.load(name).case.recordings:
        desk.children.look(desk.recordings, recorded.as_ours(row, name)).result(20)
    return reader.get(f"/case/{name}/recordings").text


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A case in a folder of its own, with a recording below it."""
    home = tmp_path / "home"
    (home / "taken").mkdir(parents=True)
    (home / "taken" / "hand.csv").write_bytes(tremor_log(seconds=20))
    save_case(listing("taken/hand.csv"), home / "mine.yaml")
    return home / "mine.yaml"


@pytest.fixture
def opened(own: Path, settings: Settings, runner: Any) -> Iterator[Reader]:
    reader = Reader(create_app(replace(settings, own=own)), runner)
    yield reader
    reader.app.state.desk.children.close()


def test_a_recording_beside_ones_own_file_is_shown_and_measured_under_the_name_in_the_file(own: Path, opened: Reader):
    desk = opened.app.state.desk
    name, before = id_of(own, desk.settings.folder), sorted(own.parent.rglob("*"))
    page = page_once_read(opened, name)
    assert "100 Hz" in page
    assert "not on this computer" not in page
    kept = desk.shelf.load(name)
    assert judge(kept, desk)[1].measured[0].file == "taken/hand.csv"
    assert "Hz" in opened.get(f"/case/{name}/clinician").text
    token = re.search(r"recordings/([0-9a-f]{16})/trace.csv", page)
    assert token
    assert opened.get(f"/case/{name}/recordings/{token[1]}/trace.csv").text.startswith("seconds,")
    assert sorted(own.parent.rglob("*")) == before  # of the person's folder nothing but the case is written


def test_taken_out_of_the_case_its_copy_goes_and_the_persons_file_stays(own: Path, opened: Reader):
    desk = opened.app.state.desk
    name = id_of(own, desk.settings.folder)
    page = opened.get(f"/case/{name}/recordings").text
    there = [path for path in (desk.recordings / name).iterdir() if path.suffix == ".csv"]
    assert len(there) == 1
    address = re.search(rf"/case/{name}/recordings/[0-9a-f]{{16}}/remove", page)
    assert address
    opened.post(address[0])
    assert read_case(own).recordings == ()
    assert not there[0].exists()
    assert (own.parent / "taken" / "hand.csv").is_file()


def test_nothing_outside_the_folder_of_the_file_is_read_by_whatever_name_or_link(settings: Settings, own: Path, tmp_path: Path):
    (tmp_path / "secret.csv").write_bytes(tremor_log(seconds=2))
    (own.parent / "link.csv").symlink_to(tmp_path / "secret.csv")
    names = ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv", "taken", "no.csv", "a\0b.csv", "/dev/zero")
    save_case(listing(*names), own)
    app = create_app(replace(settings, own=own))
    desk, name = app.state.desk, id_of(own, settings.folder)
    assert not (desk.recordings / name).exists()
    assert all(recorded.file_of(desk.recordings, name, file) is None for file in names)
    desk.children.close()


def test_what_is_larger_than_a_page_takes_is_left_where_it_is(settings: Settings, own: Path):
    app = create_app(replace(settings, own=own, upload_limit=1000))
    assert not (app.state.desk.recordings / id_of(own, settings.folder)).exists()
    app.state.desk.children.close()


def test_a_recording_that_was_made_anew_is_read_anew(settings: Settings, own: Path, opened: Reader, runner: Any):
    name = id_of(own, settings.folder)
    assert "20.0 s" in page_once_read(opened, name)
    made = own.parent / "taken" / "hand.csv"
    made.write_bytes(tremor_log(seconds=40))
    later = made.stat().st_mtime + 5
    os.utime(made, (later, later))
    again = Reader(create_app(replace(settings, own=own)), runner)
    assert "40.0 s" in page_once_read(again, name)
    again.app.state.desk.children.close()


def test_a_damaged_recording_beside_the_file_keeps_no_page_from_opening(settings: Settings, own: Path, runner: Any):
    (own.parent / "taken" / "bad.zip").write_bytes(b"PK\3\4 no zip at all")
    save_case(listing("taken/bad.zip"), own)
    reader = Reader(create_app(replace(settings, own=own)), runner)
    page = reader.get(f"/case/{id_of(own, settings.folder)}/recordings")
    assert page.status_code == 200
    reader.app.state.desk.children.close()
