"""Keeping a case: one file that the person owns, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from myognosis.exchange.casefile import dump_case
from myognosis.model.case import Case

__all__ = ["save_case"]


def save_case(case: Case, path: Path) -> None:
    """Write a case so that a crash leaves either the old file or the new one.

    The text goes to a temporary file beside the target, is flushed to disk, and takes the target's name in one step.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(dump_case(case))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
