"""Traces with a script: fewer columns lose no peak and invent none, channels move together, marks are found again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.readers.test_edf import with_marks

from .walk import leave

FEWER = """() => {
  const n = 100_000, low = new Float32Array(n), high = new Float32Array(n);
  for (let i = 0; i < n; i += 1) { low[i] = -Math.abs(Math.sin(i)); high[i] = Math.abs(Math.cos(i)); }
  high[71_234] = 1000; low[12_345] = -500;
  low.fill(NaN, 40_000, 60_000); high.fill(NaN, 40_000, 60_000);
  return pyramid(columnsOf(0, 1, low, high)).map((level) => {
    const [t, least, most] = bins(level, 0, 1, 800, 3600), there = (values) => values.filter((v) => v !== null);
    return {n: t.length, top: Math.max(...there(most)), bottom: Math.min(...there(least)),
            at: t[most.indexOf(1000)], gap: most.filter((v) => v === null).length / t.length};
  });
}"""
MOVED = """async () => {
  const traces = await Promise.all([...document.querySelectorAll("[data-trace]")].map((figure) => figure.trace));
  while (!traces[0].view.marks) await new Promise((later) => setTimeout(later, 20));  // they come by themselves, after the traces
  return {starts: traces.map((one) => one.view.start), marks: traces[0].view.marks && traces[0].view.marks.at.length,
          shown: traces.map((one) => one.plot.scales.x.min)};
}"""


@pytest.fixture
def recordings(open_page: Callable[..., Any], tmp_path: Path) -> Any:
    """The page of a case with one recording of thirty records, a mark in each."""
    page = open_page("en")
    leave(page, "form[action='/case'] button")
    case = re.search(r"/case/[0-9a-f]{16}", page.url)
    assert case
    page.goto(f"{case[0]}/recordings")
    onsets = [f"+{n}" for n in range(30)]
    path = with_marks(tmp_path, onsets, {n: f"+{n}.5\x14<b>mark {n}\x14" for n in range(30)}, "EDF+C")
    page.set_input_files("#file", str(path))
    page.check("input[value=other]")
    with page.expect_navigation():
        page.locator("form[enctype] button").click()
    page.wait_for_selector(".uplot canvas")
    page.locator("[hx-trigger^=every]").first.wait_for(state="detached")  # what comes while it is measured would move the traces
    return page


def test_fewer_columns_lose_no_peak_and_fill_no_gap(recordings: Any):
    levels = recordings.evaluate(FEWER)
    assert len(levels) >= 3
    for level in levels:
        assert 700 < level["n"] <= 801
        assert (level["top"], level["bottom"]) == (1000, -500)
        assert level["at"] == pytest.approx(0.71234 * 3600, abs=3600 / 700)
        assert level["gap"] == pytest.approx(0.2, abs=0.01)


def test_a_trace_is_dragged_and_its_marks_are_named(recordings: Any):
    page, over = recordings, recordings.locator(".u-over").first
    page.locator("[data-move=in]").first.click()
    before = page.evaluate(MOVED)
    assert before["starts"] == [0.25] * len(before["starts"])
    box = over.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 4, y, steps=5)
    page.mouse.up()
    after = page.evaluate(MOVED)
    assert after["starts"] == [pytest.approx(0.125, abs=0.005)] * len(after["starts"])
    assert after["marks"] == 30
    page.mouse.dblclick(x, y)
    assert page.evaluate(MOVED)["starts"][0] == 0
    page.mouse.move(box["x"] + box["width"] * 10.5 / 30, y)
    page.locator(".zoom .soft", has_text="<b>mark 10 (10.5)").first.wait_for()
    assert page.foreign == []


DROP = """() => {
  const carried = new DataTransfer(), form = document.querySelector("form[enctype]");
  carried.items.add(new File(["t,x\\n0,1\\n"], "dropped.csv"));
  for (const kind of ["dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  }
  return [form.querySelector("#file").files[0].name, form.classList.contains("dropping")];
}"""


def test_a_file_is_dropped_on_the_form(recordings: Any):
    assert recordings.is_visible("[data-drop]")
    assert recordings.evaluate(DROP) == ["dropped.csv", False]


COMES_ANEW = """() => new Promise((done) => {
  const part = document.querySelector("section.card[aria-labelledby=f0]");
  const place = document.querySelector("[data-trace]").dataset.trace;
  document.addEventListener("htmx:afterSettle", () => setTimeout(() => done(document.activeElement.id), 50), {once: true});
  window.htmx.ajax("GET", place + "?line=look&ahead=7", {target: part, swap: "outerHTML"});
})"""


def test_a_part_that_comes_anew_keeps_the_keyboard_that_was_in_it(recordings: Any):
    recordings.focus("form[action$='/remove'] button")
    assert recordings.evaluate(COMES_ANEW) == "f0"
    recordings.focus("#file")
    assert recordings.evaluate(COMES_ANEW) == "file"
