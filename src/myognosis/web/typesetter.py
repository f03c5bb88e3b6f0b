"""A PDF set by a process of its own, which takes the memory that Typst needs with it when it ends."""

import json
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

__all__ = ["typeset_apart"]

_AT_ONCE = BoundedSemaphore(2)
_PATIENCE_S = 120


def typeset_apart(data: dict[str, Any]) -> bytes:
    """The PDF of a page; what is told goes to the process through a pipe, never by a file or a command line."""
    with _AT_ONCE:
        done = subprocess.run(
            [sys.executable, "-m", "myognosis.report.typeset"],
            input=json.dumps(data).encode(), capture_output=True, check=True, timeout=_PATIENCE_S, start_new_session=True,
        )  # fmt: skip
    return done.stdout
