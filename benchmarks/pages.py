"""Every page in a real browser: what axe-core finds, what the keyboard alone reaches, what works without scripts or scrolls."""

import os
import shutil
from pathlib import Path

from benchmarks.reasoning import Tables
from benchmarks.suite import ROOT, cloned, run

CHROMIUM = shutil.which(os.environ.get("CHROMIUM", "chromium"))
NOTE = """The tests in Chromium (`tests/browser`) of a fresh clone of the commit count what they walk through. An address is one
that the test process, or a Python that it begins, binds, connects or sends to; a request is one of a page. Other work may share the
processors meanwhile."""


def tables() -> Tables:
    """What the tests in a browser went through."""
    axe = Path(os.environ.get("AXE", ROOT / "node_modules/axe-core/axe.min.js"))
    if CHROMIUM is None or not axe.is_file():
        return NOTE, {"Walked": [("Chromium and axe-core", "not installed here", "")]}
    with cloned() as (clone, home):
        n, took, worked, last = run(clone, home, "tests/browser", MYOGNOSIS_BROWSER="1", CHROMIUM=CHROMIUM, AXE=f"{axe}")
    walks = n["axe walks"]
    pages = n["axe pages"] // max(walks, 1)
    each = f"{pages} pages x {walks} languages x light and dark, {n['axe looks']} looks"
    rows = [
        ("tests", last, "all passed"),
        (f"axe-core: faults on {each}", f"{n['axe faults']}", "0"),
        ("the whole interview with the keyboard alone", f"{n['interviews keyboard']}, {n['questions keyboard']} questions", ">= 1"),
        ("the whole interview without scripts", f"{n['interviews no script']}, {n['questions no script']} questions", ">= 1"),
        (f"looks at which a page scrolls sideways at 400 %, of {n['sideways looks']}", f"{n['sideways']}", "0"),
        (f"parts that take the focus under a fixed bar of a phone, on {n['covered looks']} looks", f"{n['covered']}", "0"),
        (f"requests of pages that lead beyond this machine, of {n['requests']}", f"{n['requests away']}", "0"),
        (f"sockets of the tests beyond this machine, of {n['addresses']}", f"{n['outside']}", "0"),
        ("clock, processor", f"{took:.0f} s, {worked:.0f} s", ""),
    ]
    return NOTE, {"Walked": rows}
