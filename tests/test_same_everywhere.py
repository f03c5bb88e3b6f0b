"""The same case gives the same text in every process: nothing hangs on the order in which a set happens to be walked."""

import os
import subprocess
import sys
from pathlib import Path

CASE = Path(__file__).parents[1] / "examples" / "benign_fasciculation_clinicians.yaml"


def assessed(seed: str) -> str:
    command = [sys.executable, "-m", "myognosis", "assess", str(CASE), "--json"]
    done = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
    return done.stdout


def test_two_processes_say_the_same_to_the_last_byte():
    first = assessed("0")
    assert '"causes"' in first
    assert first == assessed("1") == assessed("2")
