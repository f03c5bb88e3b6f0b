"""What is dear on a server for many people: enough for a hand, not for a script, and never taken from others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from myognosis.language import catalogue
from myognosis.web import Settings, create_app, rations
from myognosis.web.rations import Rations, ration_of

from .conftest import Reader
from .test_server import Proxied

PDF = "/case/0123456789abcdef/report.pdf"
RESULT = "/case/0123456789abcdef/result"
UPLOAD = "/case/0123456789abcdef/upload"


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rations, "monotonic", clock)
    return clock


def ask(held: Rations, who: str = "a", path: str = PDF, method: str = "GET") -> int:
    with held.taken(who, method, path) as wait_s:
        return wait_s


def all_of(held: Rations, who: str = "a", path: str = PDF, method: str = "GET") -> int:
    """How many are given before one is refused."""
    return next(n for n in range(1000) if ask(held, who, path, method))


def test_who_waits_as_long_as_was_said_is_given_one_more(clock: Clock):
    held = Rations()
    assert all_of(held) == 6
    wait_s = ask(held)
    clock.now += wait_s - 1
    assert ask(held) > 0
    clock.now += 1
    assert ask(held) == 0
    assert ask(held) > 0


@given(st.lists(st.floats(0.0, 30.0), max_size=60))
def test_however_it_is_spread_nobody_gets_more_than_what_was_at_hand_and_what_came_back(pauses: list[float]):
    with pytest.MonkeyPatch.context() as patch:
        clock, held, given_out = Clock(), Rations(), 0
        patch.setattr(rations, "monotonic", clock)
        for pause in pauses:
            clock.now += pause
            given_out += ask(held) == 0
        assert given_out <= 6 + clock.now / 10.0 + 1e-6


def test_what_one_has_used_up_is_there_for_another_and_for_other_things(clock: Clock):
    held = Rations()
    all_of(held)
    assert ask(held, "b") == 0
    assert ask(held, path=RESULT) == 0


def test_files_are_brought_two_at_a_time(clock: Clock):
    held = Rations()
    with held.taken("a", "POST", UPLOAD), held.taken("a", "POST", UPLOAD):
        assert ask(held, path=UPLOAD, method="POST") == rations._SOON_S
        assert ask(held, "b", path=UPLOAD, method="POST") == 0
    assert ask(held, path=UPLOAD, method="POST") == 0


def test_a_place_comes_back_when_its_request_falls_over_a_fault(clock: Clock):
    held = Rations()
    for _ in range(3):
        with pytest.raises(KeyError), held.taken("a", "GET", PDF):
            raise KeyError
    assert ask(held) == 0


@pytest.mark.parametrize("path", ["/", "/help", "/case/0123456789abcdef/emergency", "/case/0123456789abcdef/step/warnings"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_help_and_every_question_have_no_limit(path: str, method: str):
    assert ration_of(method, path) is None


def test_few_people_are_remembered_and_none_who_has_used_something_up_is_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rations, "_MOST_KEPT", 10)
    held = Rations()
    all_of(held)
    for number in range(100):
        clock.now += 0.05
        ask(held, f"{number}", RESULT)
        clock.now += 0.05
    assert len(held._stocks) <= 11
    for number in range(100):
        ask(held, f"{number}", RESULT)
    assert len(held._stocks) > 100
    assert ask(held, "99", RESULT) == 0
    assert 0 < all_of(held, "99", RESULT) < 60


@pytest.fixture
def app(settings: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """A server for many people, who are given three of each kind; nobody who sends slowly is given up."""
    monkeypatch.setattr(rations, "_RATIONS", tuple(replace(one, at_hand=3) for one in rations._RATIONS))
    return create_app(replace(settings, store=f"sqlite:///{tmp_path}/cases.db", user_header="X-Remote-User", patience_s=60))


def test_who_asks_too_often_is_told_when_to_ask_again(app: FastAPI, runner: Any):
    one = Proxied(app, runner, "a")
    assert [one.get(PDF).status_code for _ in range(4)] == [404, 404, 404, 429]
    for language, said in (("en", "Ask again in 10 s."), ("uk", "через 10 с"), ("ru", "через 10 с")):
        one.post("/language", {"to_language": language})
        answer = one.get(PDF)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
        assert said in answer.text
        assert catalogue(language).gettext("To the first page") in answer.text
    assert Proxied(app, runner, "b").get(PDF).status_code == 404


def test_a_call_that_comes_too_often_is_told_so_in_the_one_shape(app: FastAPI, runner: Any):
    one = Proxied(app, runner, "a")
    *given_out, refused = [one.post("/api/v1/check", content="[]") for _ in range(4)]
    assert {answer.status_code for answer in given_out} == {422}
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["error"]["issues"][0]["fix"] == "Send it again in 1 s."


def test_a_third_file_at_once_is_refused_before_it_is_read(app: FastAPI, runner: Any):
    async def three() -> tuple[int, list[int]]:
        """Two that send their first bytes, and go on once the third was answered."""
        one, here, go_on = Proxied(app, runner, "a"), [asyncio.Event(), asyncio.Event()], asyncio.Event()

        async def slow(number: int) -> AsyncIterator[bytes]:
            yield b"--x"
            here[number].set()
            await go_on.wait()

        headers = one.headers | {"content-type": "multipart/form-data; boundary=x"}
        sent = [asyncio.create_task(one._ask("POST", UPLOAD, False, {"content": slow(n), "headers": headers})) for n in range(2)]
        for event in here:
            await event.wait()
        third = await one._ask("POST", UPLOAD, False, {"content": b"--x", "headers": headers})
        go_on.set()
        return third.status_code, [answer.status_code for answer in await asyncio.gather(*sent)]

    third, others = runner.run(three())
    assert third == 429
    assert 429 not in others


def test_who_asks_alone_on_the_own_computer_has_no_limit(settings: Settings, runner: Any, clock: Clock):
    alone = Reader(create_app(settings), runner)
    assert {alone.get(PDF).status_code for _ in range(8)} == {404}
