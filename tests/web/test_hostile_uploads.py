"""Files from outside that are made to do harm: bombs, names that lead elsewhere, bodies without end, a child that is killed."""

import asyncio
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import zip_bytes

from myognosis.web import Settings, child, children, create_app, recorded

from .conftest import HOST, Reader, instead

ZEROS = bytes(20_000_000)
FORM = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


def zipped(name: str = "a.csv", content: bytes = ZEROS, times: int = 1) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"{number}{name}" if number else name, content)
    return packed.getvalue()


def tarred(name: str, size: int, content: bytes = b"") -> bytes:
    """An archive whose one member says that it has so many bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    raw = bytearray(packed.getvalue())
    raw[124:136] = b"%011o\0" % size
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw[:512])
    return bytes(raw)


XML = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Device>&b;</Device>'
BOMBS = {
    "zip.zip": lambda: zipped(),
    "many.zip": lambda: zipped(content=b"", times=10_500),
    "nested.zip": lambda: zipped("inner.zip", zipped()),
    "outside.zip": lambda: zipped("../../../evil.csv", b"a,b\n1,2\n"),
    "gz.csv.gz": lambda: gzip.compress(ZEROS),
    "folded.otb+": lambda: gzip.compress(tarred("a.sig", 20_000_000, ZEROS)),
    "says.otb+": lambda: tarred("a.sig", 8_000_000_000),
    "outside.otb4": lambda: tarred("../../../evil.sig", 3, b"abc"),
    "entities.otb+": lambda: tarred("Tracks_000.xml", len(XML), XML),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_time_and_leaves_nothing_behind(name: str, reader: Reader, tmp_path: Path):
    begun = time.process_time()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / name).write_bytes(BOMBS[name]())
    seen = child.look(tmp_path / "home", child.Entry(file=name, kind="other"))
    assert seen["channels"] == []
    assert [issue["level"] for issue in seen["issues"]] == ["refuse"] * max(1, len(seen["issues"]))
    assert time.process_time() - begun < 20
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and "cases" not in path.parts] == [name]


@pytest.mark.parametrize("path", ["{case}/upload", "/language", "/open", "/api/v1/assess"])
def test_two_gigabytes_are_refused_before_a_byte_is_read(reader: Reader, path: str):
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2000):
            read.append(1)
            yield bytes(1 << 20)

    path = path.format(case=reader.begin())
    answer = reader.ask("POST", path, content=endless(), headers=FORM | {"content-length": str(2 << 30)})
    assert answer.status_code == 413
    assert len(read) <= 1


def test_two_gigabytes_of_unsaid_length_are_cut_at_the_limit_and_nothing_is_kept(reader: Reader, app: FastAPI):
    case, sent = reader.begin(), []

    async def endless() -> AsyncIterator[bytes]:
        yield HEAD
        for _ in range(2048):
            sent.append(1)
            yield bytes(1 << 20)

    assert reader.ask("POST", f"{case}/upload", content=endless(), headers=FORM).status_code == 413
    assert len(sent) <= 5  # the limit of the tests is 3 MB
    assert not app.state.desk.recordings.exists()
    assert reader.get(case).status_code == 200


@pytest.mark.whole
def test_an_upload_that_drips_steadily_is_given_up_as_well(settings: Settings, runner: asyncio.Runner):
    reader = Reader(create_app(replace(settings, longest_s=0.3)), runner)
    case, sent = reader.begin(), []

    async def drip() -> AsyncIterator[bytes]:
        yield HEAD
        for _ in range(100):
            await asyncio.sleep(0.05)  # never so long that the patience between two pieces ends
            sent.append(1)
            yield b"1"

    assert reader.ask("POST", f"{case}/upload", content=drip(), headers=FORM).status_code == 408
    assert len(sent) < 100
    assert not reader.app.state.desk.recordings.exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Starlette leaves the part that broke off open
@pytest.mark.parametrize("body", [HEAD + b"1,2", b"", b"--b--", b"\0" * 500, HEAD.replace(b"file", b"other") + b"x\r\n--b--\r\n"])
def test_an_upload_that_breaks_off_keeps_nothing(reader: Reader, app: FastAPI, body: bytes):
    case = reader.begin()
    assert reader.ask("POST", f"{case}/upload", content=body, headers=FORM).status_code in (400, 422)
    assert not app.state.desk.recordings.exists()
    assert app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case.recordings == ()


# fmt: off
NAMES = ["../../evil.csv", "..\\..\\evil.csv", "/etc/evil.csv", "evil\0.csv", "evil.csv/../../x", ".evil", "evil" * 300 + ".csv", 
         "~/evil", "CON.csv", "evil.csv:stream", "evil\r\nSet-Cookie: a=b.csv", "evil.{{7*7}}", "evil.<script>", 
         "evil\u202evsc."]
# fmt: on


@pytest.mark.parametrize("given", NAMES)
def test_no_name_of_a_file_is_used(tmp_path: Path, given: str):
    name = recorded.keep_file(tmp_path, "0123456789abcdef", given, io.BytesIO(b"1"))
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [name]
    assert "evil" not in name
    assert recorded.file_of(tmp_path, "0123456789abcdef", name) == tmp_path / name


def test_of_a_zip_of_several_recordings_one_is_asked_for(tmp_path: Path):
    edf = EdfFile().to_bytes()
    (tmp_path / "a.zip").write_bytes(zip_bytes({"arm.edf": edf, "leg.edf": edf}))
    (said,) = child.look(tmp_path, child.Entry(file="a.zip", kind="other"))["issues"]
    assert "arm.edf (edf); leg.edf (edf)" in json.dumps(said)
    assert "give it alone" in json.dumps(said)  # a page cannot name a file inside


def test_names_in_a_recording_are_not_kept_inside_a_zip_either(tmp_path: Path):
    edf = EdfFile(patient=b"1234 F 01-JAN-1970 Olena_Koval").to_bytes()
    name = recorded.keep_file(tmp_path, "0123456789abcdef", "study.zip", io.BytesIO(zip_bytes({"a.edf": edf, "b.txt": b"-"})))
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [name]
    kept = (tmp_path / name).read_bytes()
    assert b"Koval" not in kept
    assert kept[256:] == edf[256:]
    several = {"a.edf": edf, "b/c.edf": edf, "note.txt": b"-"}
    name = recorded.keep_file(tmp_path, "0123456789abcdef", "study.zip", io.BytesIO(zip_bytes(several)))
    with zipfile.ZipFile(tmp_path / name) as box:
        inside = {one: box.read(one) for one in box.namelist()}
    assert list(inside) == list(several)
    assert all(b"Koval" not in content and content[256:] == several[one][256:] for one, content in inside.items())
    for whole in (zip_bytes({"a.csv": b"1"}), b"PK\3\4broken"):
        name = recorded.keep_file(tmp_path, "0123456789abcdef", "study.zip", io.BytesIO(whole))
        assert (tmp_path / name).read_bytes() == whole


@pytest.mark.parametrize(
    "name",
    ["../../cases", "0123456789abcdef/../x", "0123456789abcdef/0123456789abcdef.csv/../../y", "", "/etc/passwd",
     "0123456789abcdef/0123456789abcdef.seen.json", "0123456789ABCDEF/0123456789abcdef"],
)  # fmt: skip
def test_no_name_in_a_case_reaches_another_file(tmp_path: Path, name: str):
    (tmp_path / "0123456789abcdef").mkdir()
    for one in ("x", "0123456789abcdef/0123456789abcdef.seen.json"):
        (tmp_path / one).write_text("secret")
    assert recorded.file_of(tmp_path, "0123456789abcdef", name) is None


@pytest.mark.parametrize("case", ["..", "../..", "0123456789abcdef/..", "", ".", "*", "0123456789ABCDEF"])
def test_erasing_never_leaves_its_folder(tmp_path: Path, case: str):
    (tmp_path / "recordings").mkdir()
    (tmp_path / "other").write_text("kept")
    recorded.erase_recordings(tmp_path / "recordings", case)
    assert (tmp_path / "other").exists()
    assert (tmp_path / "recordings").exists()


@pytest.mark.parametrize("token", ["..%2f..%2fx", "%2e%2e", "x", "0123456789abcdef%00", "*", "0123456789abcdef.csv"])
def test_no_address_of_a_recording_leads_elsewhere(reader: Reader, token: str):
    case = reader.begin()
    for part in ("", "/trace", "/columns", "/marks"):
        assert reader.get(f"{case}/recordings/{token}{part}").status_code == 404
    assert reader.post(f"{case}/recordings/{token}/remove").status_code in (200, 404, 405)
    assert reader.get(case).status_code == 200


def test_a_child_that_is_killed_takes_nothing_with_it(reader: Reader, app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "_start", instead(f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})"))
    case = reader.begin()
    reader.post(f"{case}/step/story", {"words": "told before"})
    page = reader.ask("POST", f"{case}/upload", files={"file": ("a.csv", b"t,x\n0,1\n")}, data={"kind": "other"})
    assert page.status_code == 200
    assert "more time or memory" in page.text
    kept = app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case
    assert kept.complaint.words == "told before"
    assert (app.state.desk.recordings / kept.recordings[0].file).read_bytes() == b"t,x\n0,1\n"
    for path in ("/recordings", "/result", "/clinician"):
        assert reader.get(case + path).status_code == 200


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system knows no such limits")
def test_the_limits_of_the_child_bite():
    code = "from myognosis.web import child; child._TASKS['look'] = lambda *_: bytearray(7_000_000_000); child.main()"
    asked = json.dumps({"folder": ".", "entry": {"file": "x", "kind": "other"}, "tasks": ["look"]})
    done = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
    assert done.stdout == ""


def test_what_the_child_says_is_read_as_data(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "_start", instead("print('warning: not JSON')"))
    page = reader.ask("POST", f"{reader.begin()}/upload", files={"file": ("a.csv", b"1")})
    assert "more time or memory" in page.text
    assert page.url.host == HOST.split(":")[0]
