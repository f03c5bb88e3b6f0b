"""A real browser and a real server: only when asked for, because it needs Chromium and takes minutes.

npm install --no-save axe-core
MYOGNOSIS_BROWSER=1 python -m pytest tests/browser
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import COUNTED

if not os.environ.get("MYOGNOSIS_BROWSER"):
    collect_ignore_glob = ["test_*.py"]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE_MS = 180_000
"""A wait is for what must come; a machine that is busy with other things may take its time."""
LOCALES = {"en": "en-GB", "uk": "uk-UA", "ru": "ru-RU"}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first address of a server of our own."""
    folder = tmp_path_factory.mktemp("cases")
    command = [sys.executable, "-m", "myognosis", "serve", "--no-browser", "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait(60)
    process.stdout.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def entered(chromium: Any, address: str) -> dict[str, Any]:
    """The cookie that the first address gave; it is good for one browser."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


def _noted(page: Any, url: str, home: str) -> None:
    """Count a request, and keep one that leads away."""
    away = not url.startswith((home, "data:"))
    COUNTED.update({"requests": 1, "requests away": away})
    if away:
        page.foreign.append(url)


@pytest.fixture
def open_page(chromium: Any, entered: dict[str, Any], address: str) -> Iterator[Callable[..., Any]]:
    """A page in a language, a size, with or without scripts; every request stays on this machine."""
    contexts = []

    def make(language: str = "en", *, width: int = 1280, scripts: bool = True) -> Any:
        context = chromium.new_context(
            storage_state=entered,
            locale=LOCALES[language],
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            base_url=address.split("/enter")[0],
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.foreign = []
        page.on("request", lambda r: _noted(page, r.url, address.split("/enter")[0]))
        page.goto("/")
        return page

    yield make
    for context in contexts:
        context.close()
