"""The phone as a sensor: nothing opens unasked, the door lets in one case's takes alone, and poor takes are made again."""

import _socket
import asyncio
import hashlib
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from myognosis.faults import RecordingError
from myognosis.web import Settings, create_app, recorded
from myognosis.web.children import Children
from myognosis.web.doorway import Doorway, Invitation, network
from myognosis.web.phone.app import create_phone_app
from myognosis.web.phone.samples import MOST, read_samples, write_log

from .conftest import HOST as ADDRESS
from .conftest import Reader

HOST, TOKEN = "192.168.1.5:4711", "0123456789abcdefghijkl"
HOME_ADDRESS = network.home_address
BOUND = list[Any]()
sys.addaudithook(lambda name, about: BOUND.append(about[1]) if name == "socket.bind" else None)


@pytest.fixture(autouse=True)
def _here(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work in this process; the home network is this machine."""
    monkeypatch.setattr(network, "home_address", lambda: "127.0.0.1")


@pytest.fixture
def doorway(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doorway]:
    """Closed in the end, whatever happens; a test may knock at this machine."""

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] == "127.0.0.1"
        _socket.socket.connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    doorway: Doorway = app.state.desk.doorway
    yield doorway
    if doorway._door is not None:
        doorway._door.close()


class Phone:
    """A phone before the door."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        self.app, self.runner = app, runner

    def ask(self, method: str, path: str, host: str = HOST, **more: Any) -> httpx.Response:
        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as client:
                return await client.request(method, path, **more)

        return self.runner.run(asking())

    def send(self, take: dict[str, Any] | bytes, **more: Any) -> httpx.Response:
        body = take if isinstance(take, bytes) else json.dumps(take).encode()
        return self.ask("POST", f"/{TOKEN}/samples", content=body, **more)


def take(hz: float = 5.0, size: float = 1.5, rate: float = 60.0, seconds: float = 30.0, **other: Any) -> dict[str, Any]:
    """What a phone in a shaking hand sends, at the rate that browsers give."""
    t = np.arange(0, seconds, 1 / rate)
    noise = np.random.default_rng(1).normal(0, 0.03 if size else 0.0005, (3, len(t)))
    shake, turn = size * np.sin(2 * np.pi * hz * t), 20 * size * np.cos(2 * np.pi * hz * t)
    axes = {"ax": shake + noise[0], "ay": noise[1], "az": 9.81 + noise[2], "gx": turn + noise[0], "gy": noise[1], "gz": noise[2]}
    return {"state": "posture", "side": "left", "t": t.tolist()} | {key: axis.tolist() for key, axis in axes.items()} | other


def breathing(seconds: float, rate: float = 60.0) -> dict[str, Any]:
    """The accelerometer and the gyroscope of a hand without tremor."""
    noise = np.random.default_rng(3).normal(0, 0.05, (6, round(seconds * rate)))
    noise[2] += 9.81
    return dict(zip(("ax", "ay", "az", "gx", "gy", "gz"), noise.tolist(), strict=True))


@pytest.fixture
def case(reader: Reader) -> str:
    return reader.begin()


@pytest.fixture
def phone(app: FastAPI, runner: asyncio.Runner, case: str) -> Phone:
    return Phone(create_phone_app(app.state.desk, Invitation(case[6:], HOST, TOKEN, "AB:CD"), "en"), runner)


def test_nothing_listens_without_consent(reader: Reader, doorway: Doorway, case: str):
    before = len(BOUND)
    for form in ({}, {"consent": ""}, {"consent": "no"}):
        assert reader.post(f"{case}/phone/open", form).status_code == 422
    page = reader.get(f"{case}/recordings").text
    assert "Open the door" in page
    assert "https://" not in page
    assert doorway.now(case[6:]) is None
    assert [where for where in BOUND[before:] if isinstance(where, tuple)] == []


def test_with_consent_one_door_opens_on_the_home_network_and_the_button_closes_it(reader: Reader, doorway: Doorway, case: str):
    before = len(BOUND)
    page = reader.post(f"{case}/phone/open", {"consent": "yes"}).text
    opened = doorway.now(case[6:])
    assert opened is not None
    assert [where for where in BOUND[before:] if isinstance(where, tuple)] == [("127.0.0.1", 0)]
    invited = opened.invitation
    assert len(invited.token) >= 22  # 128 bits
    assert all(part in page for part in (invited.address, invited.fingerprint, "<svg", "15 more minutes"))
    certificate = ssl.get_server_certificate(("127.0.0.1", int(invited.host.rsplit(":")[-1])))
    assert _fingerprint(certificate) == invited.fingerprint
    assert _get(invited.address).status_code == 200
    assert "Open the door" in reader.post(f"{case}/phone/close").text
    with pytest.raises(httpx.ConnectError):
        _get(invited.address)


def _fingerprint(pem: str) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper()


def _get(address: str) -> httpx.Response:
    return httpx.get(address, verify=False, trust_env=False, timeout=30)  # noqa: S501  # the certificate is compared by its fingerprint


@pytest.mark.whole
def test_the_door_closes_by_itself_and_a_second_one_closes_the_first(app: FastAPI, doorway: Doorway):
    def make(invitation: Invitation) -> ASGIApp:
        return create_phone_app(app.state.desk, invitation, "en")

    first = doorway.open("a" * 16, make).invitation
    second = doorway.open("b" * 16, make, seconds=0.3).invitation
    assert doorway.now("a" * 16) is None
    with pytest.raises(httpx.ConnectError):
        _get(first.address)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and doorway._door is not None and _answers(second.address):
        time.sleep(0.1)
    assert not _answers(second.address)
    assert doorway.now("b" * 16) is None


def test_a_door_that_is_to_close_before_its_server_is_ready_is_closed(
    app: FastAPI, doorway: Doorway, monkeypatch: pytest.MonkeyPatch
):
    startup = uvicorn.Server.startup

    async def slow(server: uvicorn.Server, **given: Any) -> None:
        await startup(server, **given)
        while not server.should_exit:
            await asyncio.sleep(0.01)

    monkeypatch.setattr(uvicorn.Server, "startup", slow)
    opened = doorway.open("a" * 16, lambda invitation: create_phone_app(app.state.desk, invitation, "en"), seconds=0.05)
    host, port = opened.invitation.host.split(":")
    for thread in threading.enumerate():
        if thread.name == "door":
            thread.join(60)
    with pytest.raises(ConnectionRefusedError), socket.create_connection((host, int(port)), 60):
        pass


def _answers(address: str) -> bool:
    try:
        _get(address)
    except httpx.TransportError:
        return False
    return True


def test_erasing_a_case_closes_its_door(reader: Reader, doorway: Doorway, case: str):
    reader.post(f"{case}/phone/open", {"consent": "yes"})
    reader.post(f"{case}/erase")
    assert doorway._door is None


def test_without_a_home_network_there_is_no_door(reader: Reader, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(network, "home_address", lambda: None)
    answer = reader.post(f"{case}/phone/open", {"consent": "yes"})
    assert answer.status_code == 409
    assert "No home network" in answer.text
    assert app.state.desk.doorway.now(case[6:]) is None


def test_a_server_of_many_people_offers_no_door(tmp_path: Path, runner: asyncio.Runner):
    many = Settings(tmp_path, (ADDRESS,), "key", store=f"sqlite:///{tmp_path}/cases.db", user_header="x-user")
    reader = Reader(create_app(many), runner, key=None)
    vouched = {"x-myognosis-proxy": "key", "x-user": "anna"}
    case = reader.post("/case", headers=vouched, follow=False).headers["location"]
    page = reader.get(f"{case}/recordings", headers=vouched)
    assert page.status_code == 200
    assert "phone/open" not in page.text
    assert reader.post(f"{case}/phone/open", {"consent": "yes"}, headers=vouched).status_code == 422


@pytest.mark.parametrize(
    ("found", "wanted"),
    [("192.168.7.3", "192.168.7.3"), ("10.1.2.3", "10.1.2.3"), ("127.0.0.1", None), ("8.8.8.8", None), ("100.64.0.9", None)],
)
def test_only_an_address_of_a_private_network_is_used(found: str, wanted: str | None, monkeypatch: pytest.MonkeyPatch):
    class Asked:
        def __init__(self, *_: object) -> None: ...
        def __enter__(self) -> "Asked":
            return self

        def __exit__(self, *_: object) -> None: ...
        def connect(self, _: object) -> None: ...
        def getsockname(self) -> tuple[str, int]:
            return found, 1

    monkeypatch.setattr(network.socket, "socket", Asked)
    assert HOME_ADDRESS() == wanted


def test_behind_the_door_is_one_page_in_three_languages_and_nothing_else(phone: Phone, case: str):
    page = phone.ask("GET", f"/{TOKEN}/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "AB:CD" in page.text
    assert [page.text.count(f'data-seconds="{seconds}"') for seconds in (60, 30)] == [2, 1]
    for language in ("uk", "ru"):
        assert f'<html lang="{language}">' in phone.ask("GET", f"/{TOKEN}/?language={language}").text
    assert phone.ask("GET", f"/{TOKEN}/phone.js").headers["content-type"].startswith("text/javascript")
    assert phone.ask("GET", f"/{TOKEN}/phone.css").headers["content-type"].startswith("text/css")
    others = (
        "",
        "enter",
        case[1:],
        f"{case[1:]}/recordings",
        "static/site.js",
        f"{TOKEN}/static/site.js",
        f"{TOKEN}/../enter",
        "api/case",
    )
    for path in (*others, TOKEN[:-1], f"{TOKEN[:-1]}x/", f"{TOKEN}/phone.js/", f"{TOKEN}x/", "ы/"):
        answer = phone.ask("GET", f"/{path}", follow_redirects=False)
        assert answer.status_code == 404, path


def test_a_foreign_host_or_site_is_refused(phone: Phone, app: FastAPI, case: str):
    assert phone.ask("GET", f"/{TOKEN}/", host="evil.example:4711").status_code == 421
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert phone.send(take(), headers=headers).status_code == 403
    assert app.state.desk.shelf.load(case[6:]).case.recordings == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"t": []}, "one length"),
        ({"ax": [1.0]}, "one length"),
        ({"gx": []}, "one length"),
        ({"t": [0.0] * 1800}, "run forward"),
        ({"t": [i / 20 for i in range(1800)]}, "longer than a minute"),
        ({"ay": [1e6] * 1800}, "larger than any phone"),
        ({"az": ["9.8"] * 1800}, "no number"),
        ({"state": "sleep"}, "no number"),
        ({"more": 1}, "no number"),
        ({"ax": [float("nan")] * 1800}, "no number"),
    ],
)
def test_what_no_phone_sends_is_refused_with_the_reason(phone: Phone, app: FastAPI, case: str, wrong: dict[str, Any], said: str):
    answer = phone.send(take() | wrong)
    assert answer.status_code == 422
    assert said in " ".join(answer.json()["lines"])
    assert app.state.desk.shelf.load(case[6:]).case.recordings == ()
    assert not app.state.desk.recordings.exists()


def test_too_much_is_refused_while_it_arrives_and_too_many_samples_after(phone: Phone):
    assert phone.send(b"[" + b"0," * 2_000_000).status_code == 413
    long = [i / 1000 for i in range(MOST + 1)]
    with pytest.raises(RecordingError):
        read_samples(json.dumps({"state": "rest", "side": "left"} | dict.fromkeys(("t", "ax", "ay", "az"), long)).encode())


@settings(max_examples=15, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(st.none() | st.floats() | st.text(max_size=3), st.lists).map(json.dumps).map(str.encode),
    )
)
def test_no_body_does_more_than_be_refused(body: bytes):
    with pytest.raises(RecordingError):
        read_samples(body)


def test_a_take_becomes_a_recording_with_its_tremor_measured(phone: Phone, reader: Reader, app: FastAPI, case: str):
    answer = phone.send(take())
    assert answer.json() == {"good": True, "lines": [], "next": {"state": "rest", "side": "left"}, "done": 1}
    kept = app.state.desk.shelf.load(case[6:]).case.recordings
    assert [(row.kind, row.during, row.place and (row.place.where, row.place.side)) for row in kept] == [
        ("accelerometer", "posture", ("hand", "left"))
    ]
    seen = recorded.recorded(app.state.desk.recordings, case[6:], kept[0].file)
    assert seen is not None
    assert seen.measured is not None
    assert seen.measured.findings == {"postural_tremor": "present", "tremor_middle": "present"}
    found = [m.value for m in seen.measured.measurements if m.name == "tremor_frequency"]
    assert found
    assert all(value == pytest.approx(5.0, abs=0.1) for value in found)
    assert "60 Hz" in reader.get(f"{case}/recordings").text


def test_the_second_hand_is_compared_with_the_first(phone: Phone, app: FastAPI, case: str):
    for side, hz in (("left", 5.0), ("right", 7.0)):
        assert phone.send(take(hz, side=side)).json()["good"]
    seen = [
        recorded.recorded(app.state.desk.recordings, case[6:], row.file)
        for row in app.state.desk.shelf.load(case[6:]).case.recordings
    ]
    gaps = [
        [m.value for m in one.measured.measurements if m.name == "tremor_side_difference"] for one in seen if one and one.measured
    ]
    assert gaps[0] == []
    assert gaps[1]
    assert all(gap == pytest.approx(-2.0, abs=0.2) for gap in gaps[1])


def test_a_phone_on_a_table_is_told_to_record_again_and_the_next_take_takes_its_place(phone: Phone, app: FastAPI, case: str):
    poor = phone.send(take(size=0)).json()
    assert not poor["good"]
    assert "nothing moved at all" in poor["lines"][0]
    assert "simply very still" in poor["lines"][-1]
    assert poor["done"] == 0
    assert phone.send(take(seconds=10)).json()["lines"][0].startswith("Record again, because only 10 s")
    assert phone.send(take(), params={"language": "uk"}).json()["done"] == 1
    assert len(app.state.desk.shelf.load(case[6:]).case.recordings) == 1


def test_what_browsers_round_and_their_uneven_clock_do_no_harm(phone: Phone, app: FastAPI, case: str):
    made = take(size=0.4)
    late = np.random.default_rng(2).uniform(0, 0.004, len(made["t"]))
    rounded = {key: np.round(made[key], 1).tolist() for key in ("ax", "ay", "az", "gx", "gy", "gz")}
    assert phone.send(made | rounded | {"t": np.round(np.asarray(made["t"]) + late, 3).tolist()}).json()["good"]
    seen = recorded.recorded(app.state.desk.recordings, case[6:], app.state.desk.shelf.load(case[6:]).case.recordings[0].file)
    assert seen is not None
    assert seen.measured is not None
    assert [m.value for m in seen.measured.measurements if m.name == "tremor_frequency"] == pytest.approx([5.0, 5.0], abs=0.1)


@pytest.mark.parametrize("seconds, known", [(60.0, {"postural_tremor": "absent"}), (30.0, {})])
def test_a_minute_without_tremor_counts_as_absence_and_half_of_one_does_not(
    phone: Phone, app: FastAPI, case: str, seconds: float, known: dict[str, str]
):
    assert phone.send(take(size=0.0, seconds=seconds) | breathing(seconds)).json()["good"]
    seen = recorded.recorded(app.state.desk.recordings, case[6:], app.state.desk.shelf.load(case[6:]).case.recordings[0].file)
    assert seen is not None and seen.measured is not None
    assert seen.measured.findings == known


def test_a_phone_without_a_gyroscope_serves(phone: Phone):
    assert phone.send(take(gx=[], gy=[], gz=[])).json()["good"]


def test_all_six_takes_end_the_protocol(phone: Phone, monkeypatch: pytest.MonkeyPatch):
    axis = {"name": "x", "kind": "accelerometer", "unit": "m/s2", "rate_hz": 60.0, "seconds": 30.0}
    good = {"channels": [axis], "issues": [], "measured": None}
    monkeypatch.setattr(Children, "ask", lambda *_: good)
    answers = [
        phone.send(take(state=state, side=side)).json() for side in ("left", "right") for state in ("rest", "posture", "movement")
    ]
    assert [answer["done"] for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert answers[-1]["next"] is None


@pytest.mark.parametrize(("language", "told"), [("en", "door is closed"), ("uk", "доступ закрито"), ("ru", "доступ закрыт")])
def test_an_erased_case_takes_nothing_more(phone: Phone, reader: Reader, app: FastAPI, case: str, language: str, told: str):
    reader.post(f"{case}/erase")
    sent, page = phone.send(take(), params={"language": language}), phone.ask("GET", f"/{TOKEN}/?language={language}")
    assert (sent.status_code, page.status_code) == (404, 404)
    assert told in sent.json()["lines"][0].lower()
    assert told in page.text.lower()
    assert not (app.state.desk.recordings / case[6:]).exists()


def test_a_take_of_a_case_that_is_erased_meanwhile_leaves_no_file(
    phone: Phone, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch
):
    look, folder = Children.look, app.state.desk.recordings / case.removeprefix("/case/")

    def erased(held: Children, *given: Any) -> Any:
        done = look(held, *given)
        app.state.desk.shelf.erase(folder.name)
        return done

    monkeypatch.setattr(Children, "look", erased)
    assert phone.send(take()).status_code == 404
    assert not folder.exists()


def test_the_log_of_a_take_says_its_units():
    log = write_log(read_samples(json.dumps(take(seconds=1)).encode())).decode().splitlines()
    assert log[0].startswith("Time (s),Acceleration x (m/s^2)")
    assert log[0].endswith("Gyroscope z (deg/s)")
    assert len(log) == 61
