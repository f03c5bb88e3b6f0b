"""A phone through the open door: the computer's page, the picture, the phone's page, a take that is good and one that is not."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import COUNTED

from .conftest import AXE, LOCALES, PATIENCE_MS
from .walk import leave

SHAKE = """({hz, size}) => {
  const fire = (i) => {
    const t = i / 60, a = size * Math.sin(2 * Math.PI * hz * t), n = size ? 0.03 * Math.sin(i * i) : 0;
    const event = new DeviceMotionEvent("devicemotion", {
      accelerationIncludingGravity: {x: a, y: n, z: 9.81 + n}, rotationRate: {alpha: 20 * a + n, beta: n, gamma: 0}, interval: 16});
    Object.defineProperty(event, "timeStamp", {value: 1000 + t * 1000});
    window.dispatchEvent(event);
  };
  const seconds = document.querySelector("input[name=state]:checked").dataset.seconds;
  return new Promise((done) => {
    const knock = setInterval(() => {  // the first sample again and again, until the page has counted down and hears it
      fire(0);
      if (document.getElementById("count").textContent !== seconds) return;
      clearInterval(knock);
      for (let i = 1; i <= 60 * seconds + 2; i += 1) fire(i);
      done();
    }, 50);
  });
}"""

SERVE = """
from myognosis.web.doorway import network
network.home_address = lambda: "127.0.0.1"
from myognosis.cli import main
main()
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose home network is this machine."""
    folder = tmp_path_factory.mktemp("cases")
    command = [sys.executable, "-c", SERVE, "serve", "--no-browser", "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait(60)
    process.stdout.close()


@pytest.fixture(scope="module")
def computer(chromium: Any, served: str) -> Iterator[Any]:
    context = chromium.new_context(locale="en-GB", base_url=served.split("/enter")[0])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(served)
    yield page
    context.close()


@pytest.fixture
def open_phone(chromium: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def make(address: str, language: str, *, scripts: bool = True) -> Any:
        context = chromium.new_context(
            ignore_https_errors=True, locale=LOCALES[language], viewport={"width": 390, "height": 844},
            java_script_enabled=scripts, has_touch=True, is_mobile=True,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.foreign = []
        page.on("request", lambda r: r.url.startswith((address, "data:")) or page.foreign.append(r.url))
        page.goto(address)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def invited(computer: Any) -> Iterator[tuple[Any, str]]:
    """The computer's page with the door open, and the address in the picture; closed in the end."""
    computer.goto("/")
    leave(computer, "form[action='/case'] button >> nth=0")
    case = re.search(r"/case/[0-9a-f]{16}", computer.url)
    assert case
    computer.goto(f"{case[0]}/recordings")
    computer.locator("#phone button.go").click()
    assert computer.locator("#phone .qr").count() == 0  # the box is not ticked: the browser asks for it
    computer.check("#phone input[name=consent]")
    computer.locator("#phone button.go").click()
    computer.wait_for_selector("#phone .qr svg")
    yield computer, computer.locator("#phone .address").first.inner_text().strip()
    computer.goto(f"{case[0]}/recordings")
    computer.locator("#phone form[action$=close] button").click()
    computer.wait_for_selector("#phone input[name=consent]")


def _look(page: Any, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def _take(phone: Any, size: float) -> str:
    phone.locator("button[type=submit]").click()
    phone.evaluate(SHAKE, {"hz": 5, "size": size})
    phone.wait_for_selector("button[type=submit]:not([disabled])")
    return str(phone.locator("#told").inner_text())


def test_a_shaking_hand_is_thanked_and_a_table_is_sent_back(invited: tuple[Any, str], open_phone: Callable[..., Any]):
    computer, address = invited
    _look(computer, "computer")
    phone = open_phone(address, "en")
    _look(phone, "phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert "nothing moved at all" in _take(phone, 0.0)
    _look(phone, "phone-again")
    assert phone.is_checked("input[value=rest]")
    assert "Thank you" in _take(phone, 1.5)
    assert phone.is_checked("input[value=posture]")
    assert phone.locator("#done").inner_text() == "1"
    _look(phone, "phone-good")
    assert phone.foreign == []
    computer.reload()
    assert computer.locator("section[aria-labelledby=f0]").count() == 1
    assert "60 Hz" in computer.locator("section[aria-labelledby=f0]").inner_text()


def test_a_browser_without_a_sensor_is_told_so(invited: tuple[Any, str], open_phone: Callable[..., Any]):
    phone = open_phone(invited[1], "en")
    phone.locator("button[type=submit]").click()
    phone.wait_for_selector("button[type=submit]:not([disabled])")
    assert "no motion sensor" in phone.locator("#told").inner_text()


def test_without_a_script_the_page_says_what_to_do(invited: tuple[Any, str], open_phone: Callable[..., Any]):
    phone = open_phone(invited[1], "en", scripts=False)
    assert "needs JavaScript" in phone.locator("noscript").text_content()
    assert not phone.is_visible("form#take")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there")
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_axe_finds_nothing(invited: tuple[Any, str], open_phone: Callable[..., Any], language: str):
    phone = open_phone(f"{invited[1]}?language={language}", language)
    for page, scheme in product((phone, invited[0]), ("light", "dark")):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))")
        COUNTED.update({"axe looks": 1, "axe faults": len(found)})
        assert found == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    _look(phone, f"phone-{language}")
