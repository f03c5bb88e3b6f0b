"""The tests themselves: how long they take in a fresh clone, where they connect to, what they walk through in a browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.reasoning import Tables

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which(os.environ.get("CHROMIUM", "chromium"))
ASSETS = """from myognosis.knowledge.compile import compile_knowledge
from myognosis.language import compile_catalogues
compile_knowledge()
compile_catalogues()"""
NOTE = """A fresh clone of the commit is tested as `make test` does it, two processes at once: the whole house, then the unit
suite, then Chromium. What is said of the browser is counted by its tests (`tests/browser`) while they run. An address is one that a
test process binds, connects or sends to; a request is one of a page. Other work may share the processors meanwhile."""


def run(clone: Path, home: Path, *more: str) -> tuple[Counter[str], float, float, str]:
    """A run of tests: what it counted, seconds of the clock and of the processor, and the last line that it printed."""
    kept = home / "counted.json"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": f"{clone / 'src'}", "MYOGNOSIS_COUNTED": f"{kept}", "CI": "1"}
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "pytest", *more], cwd=clone, env=env, capture_output=True, text=True)
    took, after = time.perf_counter() - begun, os.times()
    counted = Counter(json.loads(kept.read_text("utf-8")))
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return counted, took, worked, "failed, " * bool(done.returncode) + re.sub(r" in .*|=", "", done.stdout.splitlines()[-1])


def walked(clone: Path, home: Path) -> list[tuple[str, str, str]]:
    """What the tests in a browser went through."""
    axe = ROOT / "node_modules/axe-core/axe.min.js"
    if CHROMIUM is None or not Path(os.environ.get("AXE", axe)).is_file():
        return [("Chromium and axe-core", "not installed here", "")]
    os.environ.update({"MYOGNOSIS_BROWSER": "1", "CHROMIUM": CHROMIUM, "AXE": os.environ.get("AXE", f"{axe}")})
    n, took, worked, last = run(clone, home, "tests/browser")
    walks = n["axe walks"]
    pages = n["axe pages"] // max(walks, 1)
    each = f"{pages} pages x {walks} languages x light and dark, {n['axe looks']} looks"
    return [
        ("tests", last, "all passed"),
        (f"axe-core: faults on {each}", f"{n['axe faults']}", "0"),
        ("the whole interview with the keyboard alone", f"{n['interviews keyboard']}, {n['questions keyboard']} questions", ">= 1"),
        ("the whole interview without scripts", f"{n['interviews no script']}, {n['questions no script']} questions", ">= 1"),
        (f"pages that scroll sideways at 100 % and 400 %, of {n['widths']}", f"{n['sideways']}", "0"),
        (f"requests of pages that lead beyond this machine, of {n['requests']}", f"{n['requests away']}", "0"),
        (f"sockets of the tests beyond this machine, of {n['addresses']}", f"{n['outside']}", "0"),
        ("clock, processor", f"{took:.0f} s, {worked:.0f} s", ""),
    ]


def tables() -> Tables:
    """Every run of the suite."""
    with tempfile.TemporaryDirectory() as folder:
        home, clone = Path(folder), Path(folder) / "clone"
        subprocess.run([shutil.which("git") or "git", "clone", "-q", f"{ROOT}", f"{clone}"], check=True)
        subprocess.run([sys.executable, "-c", ASSETS], env=os.environ | {"PYTHONPATH": f"{clone / 'src'}"}, check=True)
        side = ("-n", "2", "--dist", "loadfile")
        house, house_s, house_work, house_last = run(clone, home, *side, "-m", "whole")
        unit, unit_s, unit_work, unit_last = run(clone, home, *side, "--no-loadscope-reorder", "-m", "not whole")
        browser = walked(clone, home)
    outside, addresses = (house[name] + unit[name] for name in ("outside", "addresses"))
    return NOTE, {
        "Unit suite and the whole house": [
            ("the whole house", house_last, "all passed"),
            ("the same, clock, processor", f"{house_s:.0f} s, {house_work:.0f} s", ""),
            ("unit suite after it, in the fresh clone", unit_last, "all passed"),
            ("the same, clock", f"{unit_s:.0f} s", "<= 60 s"),
            ("the same, processor, of two cores", f"{unit_work:.0f} s", "<= 120 s"),
            (f"sockets beyond this machine, of {addresses}", f"{outside}", "0"),
        ],
        "Chromium": browser,
    }
