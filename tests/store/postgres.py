"""A PostgreSQL of its own in a folder of its own, reached through a socket in that folder: it listens on no port."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["programs", "running"]


def programs() -> Path | None:
    """Where its programs are; None where it is not installed."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


@contextmanager
def running(at: Path) -> Iterator[str]:
    """The address of a server that runs as long as it is needed."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short, because the path of a socket is
    as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_other:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: str) -> None:
        subprocess.run([*as_other, *command], check=True, capture_output=True, cwd=folder)

    run(str(at / "initdb"), "-D", f"{folder}/data", "-U", "test", "--auth=trust", "-N")
    options = f"-k {folder} -c listen_addresses= -c max_connections=40"
    run(str(at / "pg_ctl"), "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        yield f"postgresql+psycopg://test@/postgres?host={folder}"
    finally:
        run(str(at / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
