"""Recordings in a real browser: how soon an hour of eight channels is drawn, how soon measured, and how smoothly it moves."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tests.readers.edf_bytes import EdfFile

from benchmarks.reasoning import Tables

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SECONDS, RATE, CHANNELS, MARKS, MARK_BYTES = 3600, 2000, 8, 10_000, 160
MOVED_S = 5
NOTE = f"""Chromium without a screen and without a graphics processor (all is drawn by the processor) opens a case at a real server
and is given an EDF+ file of an hour, {CHANNELS} channels at {RATE} Hz, 115 MB, with {MARKS:,} marks.
Drawn: from the click that sends the file to the first canvas on the page. The processor time is that of the server and its
children. The trace is then dragged for {MOVED_S} s by made pointer events, one a frame, all channels together, of which those near
the window are drawn; a frame counts when requestAnimationFrame came. Other work may share the processors: processor times hardly
depend on it."""

PAN = """async ([seconds]) => {
  const over = document.querySelector(".u-over"), canvas = document.querySelector(".uplot canvas");
  const box = over.getBoundingClientRect(), y = box.top + 40, shots = new Set();
  const fire = (on, kind, x) => on.dispatchEvent(new PointerEvent(kind, {clientX: x, clientY: y, button: 0, bubbles: true}));
  let x = box.left + box.width / 2, way = 6, frames = 0, before = performance.now();
  const begun = before, gaps = [];
  fire(over, "pointerdown", x);
  await new Promise((done) => {
    const step = (now) => {
      gaps.push(now - before); before = now; frames += 1;
      if (frames % 20 === 0) shots.add(canvas.toDataURL().length);
      if (x > box.right - 80 || x < box.left + 80) way = -way;
      x += way;
      fire(window, "pointermove", x);
      if (now - begun < 1000 * seconds) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  fire(window, "pointerup", x);
  gaps.sort((a, b) => a - b);
  const rate = 1000 * frames / (performance.now() - begun), gap = gaps[Math.floor(0.95 * gaps.length)];
  return {rate, gap, frames, pictures: shots.size};
}"""


def hour(path: Path) -> None:
    """The file."""
    labels = (*(f"EMG {n}" for n in range(CHANNELS)), "EDF Annotations")
    one = EdfFile(labels=labels, units=(b"uV",) * CHANNELS + (b"",), per_record=RATE, n_records=SECONDS, reserved="EDF+C")
    head = one.header()
    cut = len(head) - 32 * len(labels) - 8
    head = head[:cut] + str(MARK_BYTES // 2).ljust(8).encode() + head[cut + 8 :]
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 30, (60, CHANNELS * RATE)).astype("<i2")
    at = np.arange(MARKS) * (SECONDS / MARKS)
    with path.open("wb") as stream:
        stream.write(head)
        for second in range(SECONDS):
            told = b"".join(b"+%.3f\x14mark %d\x14\0" % (at[n], n) for n in np.flatnonzero((at >= second) & (at < second + 1)))
            stream.write(noise[second % 60].tobytes())
            stream.write((b"+%d\x14\x14\0" % second + told).ljust(MARK_BYTES, b"\0"))


def cpu_s(pid: int) -> float:
    """Seconds of processor of a process and of those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def opened(folder: str) -> Iterator[tuple[Any, int]]:
    """A page that has entered a server of its own, and the number of the server's process."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "myognosis", "serve", "--no-browser", "--folder", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        with sync_playwright() as playwright:
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            yield page, server.pid
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def bring(page: Any, pid: int, file: Path) -> tuple[float, float, float]:
    """Seconds from the sending of a file to its traces; the same of the processor; and seconds until it was measured."""
    page.click("form[action='/case'] button")
    case = re.search(r"/case/[0-9a-f]{16}", page.url)
    assert case
    page.goto(page.url.split("/case/")[0] + case[0] + "/recordings")
    page.set_input_files("#file", str(file))
    page.check("input[value=emg]")
    page.check("input[value=rest]")
    worked, begun = cpu_s(pid), time.perf_counter()
    page.locator("form[enctype] button").click(no_wait_after=True)
    page.wait_for_selector(".uplot canvas", timeout=120_000)
    drawn, work = time.perf_counter() - begun, cpu_s(pid) - worked
    page.wait_for_selector("text=It was measured", timeout=600_000)
    return drawn, work, time.perf_counter() - begun


def pan(page: Any) -> dict[str, float]:
    """Frames a second, the 95th percentile of their distance, and milliseconds of the page's thread for each."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        return next(float(m["value"]) for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")

    before = busy()
    found: dict[str, float] = page.evaluate(PAN, [MOVED_S])
    found["work"] = 1000 * (busy() - before) / found["frames"]
    assert found["pictures"] > 2
    return found


def tables() -> Tables:
    """Every figure."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hour.edf"
        hour(file)
        with opened(folder) as (page, pid):
            drawn, work, measured = bring(page, pid, file)
            rows = []
            for what, closer in (("half an hour, 5,000 marks in view", 1), ("a minute", 5), ("ten seconds, every sample", 3)):
                for _ in range(closer):
                    page.locator("[data-move=in]").first.click()
                    page.wait_for_timeout(600)
                found = pan(page)
                rows.append((f"{what}: frames a second", f"{found['rate']:.0f}", ">= 30"))
                rows.append((f"{what}: processor time of the page a frame", f"{found['work']:.1f} ms", "<= 33 ms"))
                rows.append((f"{what}: 95 % of the frames come within", f"{found['gap']:.0f} ms", ""))
    return NOTE, {
        "An hour of eight channels is opened": [
            ("drawn", f"{drawn:.2f} s", "<= 2 s"),
            ("drawn, processor time", f"{work:.2f} s", "<= 2 s"),
            ("measured", f"{measured:.0f} s", ""),
        ],
        f"Moved, {MARKS:,} marks": rows,
    }
