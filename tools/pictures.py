"""The pictures of the interview in README: a young man whose calf flickers, walked through in Chromium as the tests do.

python tools/pictures.py            # writes docs/interview.png and docs/interview-result.png
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import CHROMIUM, FLAGS  # noqa: E402  # the root stands in the path from here on
from tests.browser.walk import opening, questions, result  # noqa: E402

QUESTION, RESULT = {"width": 1100, "height": 520}, {"width": 885, "height": 1230}
YES = {"present_at_rest", "course_fluctuating", "wandering_sites", "caffeine_high", "sleep_deprivation", "thigh_calf_fasciculation"}
LIKE = "feel_flicker_under_skin", "wandering_sites"


def main() -> None:
    """Serve a folder of its own, walk, and keep the two pages."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "myognosis", "serve", "--no-browser", "--folder", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603  # a command of our own
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                _walk(browser.new_page(locale="en-GB", color_scheme="light"), address)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _walk(page: Page, address: str) -> None:
    page.set_viewport_size(QUESTION)
    page.goto(address)
    opening(page, age="34", sex="male", place="gastrocnemius/left", words="I fear ALS.", like=LIKE)
    page.screenshot(path=ROOT / "docs" / "interview.png")
    questions(page, YES)
    result(page)
    page.set_viewport_size(RESULT)
    page.screenshot(path=ROOT / "docs" / "interview-result.png")


if __name__ == "__main__":
    main()
