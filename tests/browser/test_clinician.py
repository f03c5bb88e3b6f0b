"""A clinician with an EMG file: opens a case, tries a finding, enters it by keyboard, brings the recording, reads the result."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile

from myognosis.readers import read_recording

DATA = Path(__file__).parents[1] / "data" / "recordings"
DEMO = str(Path("examples/demo.yaml").resolve())


def bench(page: Any) -> str:
    """A case from its file, at the bench; its address."""
    page.locator("details summary").click()
    page.set_input_files("#file", DEMO)
    with page.expect_navigation():
        page.locator("form[action='/open'] button").click()
    case = "/".join(page.url.split("/")[:5])
    page.goto(f"{case}/bench")
    return case


@dataclass
class Needle(EdfFile):
    """The needle EMG of a leg muscle in a pressed root, as published (see tests/data), in the format that machines save."""

    labels: tuple[str, ...] = ("EMG TA",)
    units: tuple[bytes, ...] = (b"uV",)
    per_record: int = 4000
    n_records: int = 11

    def samples(self) -> np.ndarray:
        (channel,) = read_recording(DATA / "emg_neuropathy.hea").channels
        assert channel.rate_hz == self.per_record
        digital = np.clip(np.round(channel.samples * 10), -32768, 32767).astype("<i2")
        return np.asarray(digital[None, : self.per_record * self.n_records])


def test_a_clinician_with_an_emg_file(open_page: Callable[..., Any], tmp_path: Path):
    page = open_page("en")
    case = bench(page)
    page.fill("#finding", "Brisk reflexes")
    with page.expect_navigation():
        page.click("button[value=try]")
    assert "Tried, not kept" in page.locator("main").inner_text()
    page.goto(f"{case}/bench")
    page.fill("#finding", "Brisk reflexes")
    with page.expect_navigation():
        page.press("#finding", "Enter")
    assert page.locator(".plainlist", has_text="Brisk reflexes").count() > 0
    page.select_option("#study-motor [name=nerve]", "median")
    page.locator("#study-motor [name=latency_ms]").fill("6.4")
    with page.expect_navigation():
        page.press("#study-motor [name=latency_ms]", "Enter")
    assert page.evaluate("document.activeElement.name") == "nerve"
    file = tmp_path / "leg.edf"
    file.write_bytes(Needle().to_bytes())
    page.goto(f"{case}/recordings")
    page.set_input_files("#file", str(file))
    page.check("input[value=emg]")
    page.check("input[value=movement]")
    page.select_option("#place", "tibialis_anterior")
    page.select_option("#side", "right")
    page.locator("details summary", has_text="For a clinician").click()
    page.select_option("#electrode", "needle")
    with page.expect_navigation():
        page.locator("text=Add and look").click()
    page.wait_for_selector(".uplot")
    page.wait_for_selector("text=It was measured")
    assert "4000 Hz" in page.locator("figcaption").first.inner_text()
    page.goto(f"{case}/recordings")
    assert "The motor units have features of a nerve lesion; an examiner has to confirm them" in page.locator("main").inner_text()
    page.goto(f"{case}/clinician")
    measured = " ".join(str(page.locator("article.recording").text_content()).split())
    assert "Tibialis anterior, right, during movement" in measured
    large = r"motor unit potentials: amplitude, (\d+) µV: above the limits of healthy muscle"
    amplitude = re.search(large, measured)  # a root that was pressed: fewer and larger units
    assert amplitude, measured
    assert 1500 < float(amplitude[1]) < 2300
    assert page.foreign == []


def test_paper_unfolds_what_the_page_folds(open_page: Callable[..., Any]):
    page = open_page("en", scripts=False)
    page.goto(f"{bench(page)}/result")
    folded = page.locator("details.fold .three").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_is_drawn_with_and_without_a_script(open_page: Callable[..., Any], tmp_path: Path, scripts: bool):
    page = open_page("uk", scripts=scripts)
    case = bench(page)
    file = tmp_path / "calf.edf"
    file.write_bytes(EdfFile().to_bytes())
    page.goto(f"{case}/recordings")
    page.set_input_files("#file", str(file))
    page.check("input[value=emg]")
    with page.expect_navigation():
        page.locator("form[enctype] button").click()
    while not scripts and page.locator("svg.trace").count() == 0 and page.locator("#s0 a").count():  # it is still being read
        with page.expect_navigation():
            page.locator("#s0 a").click()
    page.wait_for_selector(".uplot" if scripts else "svg.trace")
    if scripts:
        page.locator(".uplot").nth(1).wait_for()
        page.locator("[data-move=in]").first.click()
        assert page.locator(".uplot").count() == 2


def test_two_recordings_stand_side_by_side_where_there_is_room(open_page: Callable[..., Any], tmp_path: Path):
    page = open_page("en", scripts=False)
    case = bench(page)
    file = tmp_path / "calf.edf"
    file.write_bytes(EdfFile().to_bytes())
    for _ in range(2):
        page.goto(f"{case}/recordings")
        page.set_input_files("#file", str(file))
        page.check("input[value=emg]")
        with page.expect_navigation():
            page.locator("form[enctype] button").click()
    left, right = (page.locator(".pairs > section").nth(n).bounding_box() for n in range(2))
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    page.set_viewport_size({"width": 390, "height": 800})
    left, right = (page.locator(".pairs > section").nth(n).bounding_box() for n in range(2))
    assert left["x"] == right["x"]
    assert left["y"] + left["height"] <= right["y"]
