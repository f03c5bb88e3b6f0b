"""The labelling page in a real browser: labels are set, moved, lengthened, removed and saved; it asks nobody for anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.exchange.labels import read_labels

from .conftest import PATIENCE_MS

DATA = Path(__file__).parents[1] / "data" / "recordings"


@pytest.fixture
def page(chromium: Any, tmp_path: Path) -> Any:
    out = tmp_path / "label.html"
    result = CliRunner().invoke(main, ["label", str(DATA / "emg_healthy.hea"), "--start", "2", "--html", str(out), "-l", "en"])
    assert result.exit_code == 0
    opened = chromium.new_page(viewport={"width": 1200, "height": 800}, accept_downloads=True)
    opened.set_default_timeout(PATIENCE_MS)
    opened.asked, opened.faults = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.faults.append(message.text))
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.goto(f"file://{out}")
    yield opened
    opened.close()


def saved(page: Any, folder: Path) -> list[Any]:
    with page.expect_download() as download:
        page.keyboard.press("s")
    download.value.save_as(folder / "saved.json")
    return list(read_labels(folder / "saved.json").labels)


def test_the_scale_is_said_and_follows_the_zoom(page: Any):
    def told() -> str:
        return str(page.get_attribute("#traces", "aria-label"))

    before = told()
    assert before.endswith(" \N{MICRO SIGN}V, 1 s")
    for _ in range(9):
        page.keyboard.press("+")
        page.keyboard.press("ArrowUp")
    assert told().endswith(" ms") and told().split()[0] != before.split()[0]


def test_labels_are_set_moved_lengthened_removed_and_saved(page: Any, tmp_path: Path):
    box = page.query_selector("#traces").bounding_box()
    page.keyboard.press("2")
    page.mouse.click(box["x"] + 300, box["y"] + 200)
    page.keyboard.press("1")
    page.mouse.move(box["x"] + 600, box["y"] + 100)
    page.keyboard.press("Enter")
    page.mouse.move(box["x"] + 700, box["y"] + 100)
    page.keyboard.press("]")
    first, second = saved(page, tmp_path)
    assert (first.kind, second.kind) == ("doublet", "fasciculation")
    assert 2 < first.start_s < second.start_s < second.end_s
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 350, box["y"] + 200, steps=4)
    page.mouse.up()
    assert saved(page, tmp_path)[0].start_s > first.start_s
    page.keyboard.press("Delete")
    assert [label.kind for label in saved(page, tmp_path)] == ["fasciculation"]
    page.keyboard.press("u")
    assert len(saved(page, tmp_path)) == 2
    assert len(page.asked) == 1, "the page itself is all that is asked for"
    assert page.faults == []


def test_each_rater_saves_into_a_file_of_their_own(page: Any):
    names = []
    for rater in ("", "О. К. / 2"):
        page.fill("#rater", rater)
        with page.expect_download() as download:
            page.click("#save")
        names.append(download.value.suggested_filename)
    assert names == ["emg_healthy.hea.labels.json", "emg_healthy.hea.О-К-2.labels.json"]


def test_a_file_of_labels_is_opened_and_another_refused(page: Any, tmp_path: Path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps({"schema": "myognosis/labels/1", "labels": [{"start_s": 3.5, "class": "<b>x</b>"}]}))
    bad.write_text("{}")
    page.set_input_files("#open", str(good))
    page.wait_for_selector("#list li:only-child")
    assert "<b>x</b>" in page.inner_text("#list")
    page.set_input_files("#open", str(bad))
    page.wait_for_selector("#status:has-text('not a label file')")
    assert len(page.query_selector_all("#list li")) == 1
