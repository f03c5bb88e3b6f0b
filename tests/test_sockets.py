"""No test reaches beyond this machine: a run in which one does fails, whichever of its processes it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEST = """
import socket
import subprocess
import sys

OPEN = "import socket, sys; door = socket.socket(); door.bind((sys.argv[1], 0)); door.close()"

def test_a_door_of_our_own():
    with socket.socket() as door:
        door.bind(({own!r}, 0))

def test_a_door_of_a_child():
    subprocess.run([sys.executable, "-c", OPEN, {child!r}], check=True)
"""
HERE, EVERYBODY = "127.0.0.1", "0.0.0.0"  # noqa: S104


@pytest.mark.whole
@pytest.mark.parametrize(("own", "child"), [(EVERYBODY, HERE), (HERE, EVERYBODY), (HERE, HERE)])
def test_a_socket_beyond_this_machine_fails_the_run_from_any_process(tmp_path: Path, own: str, child: str):
    (tmp_path / "test_door.py").write_text(TEST.format(own=own, child=child))
    (tmp_path / "addresses").touch()
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-n", "1", "-p", "tests.conftest", str(tmp_path)]
    env = os.environ | {"MYOGNOSIS_ADDRESSES": str(tmp_path / "addresses")}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env)
    beyond = EVERYBODY in (own, child)
    assert ("2 passed" in run.stdout, bool(run.returncode), "sockets beyond" in run.stdout) == (True, beyond, beyond), run.stdout
    assert len((tmp_path / "addresses").read_text("utf-8").splitlines()) == 2
