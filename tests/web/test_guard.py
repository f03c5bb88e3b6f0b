"""The guard: foreign hosts, other sites, large and slow bodies, and what every answer says about itself."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from myognosis.web.guard import POLICY, Guard
from myognosis.web.settings import Settings

from .conftest import HOST, Reader


def test_a_foreign_host_is_refused(reader: Reader):
    assert reader.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert reader.get("/", headers={"Host": "127.0.0.1:9999"}).status_code == 421


def test_without_the_cookie_of_this_run_nothing_is_shown(stranger: Callable[..., Reader]):
    unknown = stranger()
    for path in ("/", "/case/0123456789abcdef", "/static/site.css", "/help"):
        assert unknown.get(path).status_code == 403, path


def test_the_first_address_is_good_for_one_browser(reader: Reader, stranger: Callable[..., Reader]):
    assert stranger().get("/enter?key=the-key").status_code == 403
    assert stranger().get("/enter?key=").status_code == 403
    assert reader.get("/enter?key=whatever", follow=False).status_code == 303  # who is in stays in


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: FastAPI, stranger: Callable[..., Reader]):
    cookie = stranger().get("/enter?key=the-key", follow=False).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
     {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}],
)  # fmt: skip
def test_another_site_cannot_change_anything(reader: Reader, headers: dict[str, str]):
    assert reader.post("/case", headers=headers).status_code == 403
    assert reader.app.state.desk.shelf.all() == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Origin": f"http://{HOST}"}],
)  # Chromium sends the first one under our own Referrer-Policy
def test_our_own_pages_can(reader: Reader, headers: dict[str, str]):
    assert reader.post("/case", headers=headers, follow=False).status_code == 303


@pytest.mark.parametrize("path", ["/", "/help", "/nothing-here", "/static/site.css", "/case/0123456789abcdef/erase"])
def test_every_answer_carries_the_policy(reader: Reader, path: str):
    headers = reader.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/case/..%2f..%2fetc%2fpasswd", "/case/....//x",
     "/case/0123456789ABCDEF", "/case/0123456789abcdef%00"],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(reader: Reader, path: str):
    answer = reader.get(path)
    assert answer.status_code in (404, 405)
    assert "import" not in answer.text


def test_a_body_that_is_too_large_is_refused(reader: Reader):
    assert reader.post("/language", {"to_language": "en", "back": "x" * 300_000}).status_code == 413


def test_a_large_body_of_unknown_length_is_refused(reader: Reader):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"a" * 10_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert reader.ask("POST", "/language", content=endless(), headers=form).status_code == 413


def test_a_body_that_does_not_come_is_given_up(reader: Reader):
    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(60)
        yield b"b"

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert reader.ask("POST", "/language", content=slow(), headers=form).status_code == 408


def test_a_body_in_ten_thousand_pieces_is_handed_on_in_a_few_and_whole(settings: Settings, runner: asyncio.Runner):
    heard, sent = list[bytes](), b"".join(number.to_bytes(250, "big") for number in range(10_000))
    pieces = [sent[at : at + 250] for at in range(0, len(sent), 250)]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            heard.append(message["body"])
            if not message["more_body"]:
                return

    async def send(message: Message) -> None:
        raise AssertionError(message)

    guard = Guard(app, replace(settings, api_key="a-program"))
    headers = [(b"host", HOST.encode()), (b"authorization", b"Bearer a-program")]
    scope = {"type": "http", "method": "POST", "path": "/api/upload", "query_string": b"", "headers": headers}
    runner.run(guard(scope, receive, send))
    assert b"".join(heard) == sent
    assert len(heard) <= 3


def test_a_fault_inside_names_no_value_in_the_log(reader: Reader, caplog: pytest.LogCaptureFixture):
    def broken() -> None:
        raise ValueError("the words of a patient")

    reader.app.add_api_route("/broken", broken)
    with caplog.at_level(logging.DEBUG):
        answer = reader.get("/broken")
    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert "patient" not in caplog.text + answer.text


@pytest.mark.parametrize(("headers", "status"), [({}, 403), ({"Host": "evil.example"}, 421)])
def test_a_program_that_is_not_let_in_is_told_in_the_one_shape(
    stranger: Callable[..., Reader], headers: dict[str, str], status: int
):
    answer = stranger().get("/api/knowledge", headers=headers)
    assert answer.status_code == answer.json()["error"]["code"] == status
    assert answer.json()["error"]["issues"][0]["fix"]
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(
    ("headers", "lang", "said"),
    [
        ({"Accept-Language": "uk-UA,uk;q=0.9"}, "uk", "Будь ласка, відкрийте адресу"),
        ({"Accept-Language": "ru,en;q=0.5"}, "ru", "Пожалуйста, откройте адрес"),
        ({"Accept-Language": "uk", "Cookie": "myognosis_language=ru"}, "ru", "Пожалуйста, откройте адрес"),
        ({"Accept-Language": "fr"}, "en", "Please open the address"),
        ({"Accept-Language": "uk", "Host": "evil.example"}, "uk", "Ця адреса тут не обслуговується"),
    ],
)
def test_who_is_not_let_in_is_told_so_in_the_own_language(
    stranger: Callable[..., Reader], headers: dict[str, str], lang: str, said: str
):
    page = stranger().get("/", headers=headers).text
    assert f'<html lang="{lang}">' in page
    assert said in page


def test_a_fault_inside_a_call_has_the_one_shape_and_the_number_of_the_log(
    reader: Reader, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("the words of a patient")

    monkeypatch.setattr("myognosis.web.api.cases.assess", broken)
    with caplog.at_level(logging.DEBUG):
        answer = reader.ask("POST", "/api/v1/assess", content='{"schema": "myognosis/case/1"}', headers={"Accept-Language": "ru"})
    error = answer.json()["error"]
    assert answer.status_code == error["code"] == 500
    assert error["issues"][0]["code"] == "api.500"
    assert error["issues"][0]["what"].startswith("Здесь что-то пошло не так")
    assert re.findall("[0-9a-f]{8}", error["issues"][0]["what"])[0] in caplog.text
    assert "patient" not in caplog.text + answer.text
