"""A reader of the pages: asks the application in memory, keeps its cookies, follows where it is sent, fills in forms."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from myognosis.web import Settings, child, create_app
from myognosis.web.children import Children

HOST = "127.0.0.1:8123"


class Reader:
    """One browser without a script."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner, key: str | None = "the-key") -> None:
        self.app, self.runner, self.cookies = app, runner, httpx.Cookies()
        if key:
            assert self.get(f"/enter?key={key}", follow=False).status_code == 303

    def ask(self, method: str, path: str, *, follow: bool = True, **more: Any) -> httpx.Response:
        return self.runner.run(self._ask(method, path, follow, more))

    async def _ask(self, method: str, path: str, follow: bool, more: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", cookies=self.cookies) as client:
            answer = await client.request(method, path, follow_redirects=follow, **more)
            self.cookies = client.cookies
            return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, data=data or {}, **more)

    def begin(self, language: str = "en") -> str:
        """A new case; its address."""
        self.post("/language", {"to_language": language})
        return self.post("/case", follow=False).headers["location"]

    def fill(self, page: httpx.Response, **given: Any) -> httpx.Response:
        """Send the form of a page with these fields; what the page had filled in already goes along."""
        form = fields(page.text)
        return self.post(str(page.url.raw_path, "ascii"), form | given)


class _Fields(HTMLParser):
    """The fields of the form with the id 'page', as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = False, dict[str, list[str]]()
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("id") == "page"
        if not self.inside:
            return
        name, kind = a.get("name") or "", a.get("type") or "text"
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in a):
            self.found.setdefault(name, []).append(a.get("value") or "")
        if tag == "textarea":
            self.area = name
            self.found.setdefault(name, []).append("")
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in a:
            self.found.setdefault(self.select, []).append(a.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = None
        if tag == "select":
            self.select = None


def fields(html: str) -> dict[str, list[str]]:
    parser = _Fields()
    parser.feed(html)
    return parser.found


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path / "cases", hosts=(HOST,), key="the-key", patience_s=0.2, upload_limit=3_000_000, look_s=60)


@pytest.fixture
def app(settings: Settings) -> Iterator[FastAPI]:
    """The application; what it began ends with the test, so that no work of one test falls into the next."""
    app = create_app(settings)
    yield app
    held: Children = app.state.desk.children
    held.close()
    for line in held._lines.values():
        line.shutdown()


@pytest.fixture
def reader(app: FastAPI, runner: asyncio.Runner) -> Reader:
    return Reader(app, runner)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work done in this process, so that a test does not wait for another Python."""
    monkeypatch.setattr(Children, "ask", lambda self, job: child.work(job.request))


def instead(code: str) -> Callable[[str], "subprocess.Popen[str]"]:
    """A real child that does something else."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return lambda _: subprocess.Popen([sys.executable, "-c", code], text=True, **pipes)


@pytest.fixture
def stranger(app: FastAPI, runner: asyncio.Runner) -> Callable[..., Reader]:
    return lambda: Reader(app, runner, key=None)
