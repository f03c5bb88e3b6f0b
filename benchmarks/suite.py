"""The tests themselves: how long they take in a fresh clone, and where they connect to."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.reasoning import Tables

ROOT = Path(__file__).parent.parent
ASSETS = """from myognosis.knowledge.compile import compile_knowledge
from myognosis.language import compile_catalogues
compile_knowledge()
compile_catalogues()"""
NOTE = """A fresh clone of the commit is tested as `make test` does it, two processes at once: the whole house, then the unit
suite. An address is one that a test process, or a Python that it begins, binds, connects or sends to. Other work may share the
processors meanwhile."""


def run(clone: Path, home: Path, *more: str, **also: str) -> tuple[Counter[str], float, float, str]:
    """A run of tests, with ``also`` in its environment: what it counted, seconds of clock and processor, and its last line."""
    kept = home / "counted.json"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": f"{clone / 'src'}", "MYOGNOSIS_COUNTED": f"{kept}", "CI": "1"} | also
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "pytest", *more], cwd=clone, env=env, capture_output=True, text=True)
    took, after = time.perf_counter() - begun, os.times()
    counted = Counter(json.loads(kept.read_text("utf-8")))
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return counted, took, worked, "failed, " * bool(done.returncode) + re.sub(r" in .*|=", "", done.stdout.splitlines()[-1])


@contextmanager
def cloned() -> Iterator[tuple[Path, Path]]:
    """A fresh clone of the commit, with the knowledge and the catalogues compiled, and the folder that it lies in."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run([shutil.which("git") or "git", "clone", "-q", f"{ROOT}", f"{clone}"], check=True)
        subprocess.run([sys.executable, "-c", ASSETS], env=os.environ | {"PYTHONPATH": f"{clone / 'src'}"}, check=True)
        yield clone, Path(folder)


def tables() -> Tables:
    """The whole house, then the unit suite."""
    with cloned() as (clone, home):
        side = ("-n", "2", "--dist", "loadfile")
        house, house_s, house_work, house_last = run(clone, home, *side, "-m", "whole")
        unit, unit_s, unit_work, unit_last = run(clone, home, *side, "--no-loadscope-reorder", "-m", "not whole")
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
    }
