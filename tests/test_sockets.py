"""No test reaches beyond this machine: a run in which one does fails, whichever of its processes it was."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEST = """
import socket

def test_a_door_to_everybody():
    with socket.socket() as door:
        door.bind((%r, 0))
"""


@pytest.mark.whole
@pytest.mark.parametrize(("host", "beyond"), [("0.0.0.0", True), ("127.0.0.1", False)])  # noqa: S104
def test_a_socket_beyond_this_machine_fails_the_run_from_any_process(tmp_path: Path, host: str, beyond: bool):
    (tmp_path / "test_door.py").write_text(TEST % host)
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-n", "2", "-p", "tests.conftest", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ("1 passed" in run.stdout, bool(run.returncode), "sockets beyond" in run.stdout) == (True, beyond, beyond), run.stdout
