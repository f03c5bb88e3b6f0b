"""The same case gives the same text in every process: nothing hangs on the order in which a set happens to be walked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASE = Path(__file__).parents[1] / "examples" / "benign_fasciculation_clinicians.yaml"


def assessed(seed: str, folder: Path) -> tuple[str, str]:
    page = folder / f"{seed}.html"
    command = [sys.executable, "-m", "myognosis", "assess", str(CASE), "--json", "--html", str(page), "-l", "uk"]
    done = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
    return done.stdout, page.read_text("utf-8")


@pytest.mark.whole
def test_two_processes_say_the_same_to_the_last_byte(tmp_path: Path):
    first = assessed("0", tmp_path)
    assert '"causes"' in first[0]
    assert first == assessed("1", tmp_path) == assessed("2", tmp_path)
