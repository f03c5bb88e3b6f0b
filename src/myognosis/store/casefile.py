"""One case in one file."""

import os
import tempfile
from glob import escape
from pathlib import Path

from myognosis.exchange.casefile import dump_case, dump_json, dump_with_notes, notes_in
from myognosis.model.case import Case

__all__ = ["earlier_of", "save_case", "sweep"]


def save_case(case: Case, path: Path) -> None:
    """Write a case so that a crash leaves either the old file or the new one; as JSON where the name says so.

    The text goes to a temporary file beside the target, is flushed to disk, and takes the target's name in one step.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(dump_json(case) if path.suffix == ".json" else _as_yaml(case, path))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def earlier_of(path: Path) -> Path:
    """Where the text of a case stays of whose notes some stand in the new one no more."""
    return path.with_name(f"{path.stem}.earlier{path.suffix}")


def _as_yaml(case: Case, path: Path) -> str:
    """The text of a case, with the notes of the one that it takes the place of; where one is lost, that text is kept beside."""
    try:
        earlier = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        earlier = ""
    if "#" not in earlier:
        return dump_case(case)
    noted = dump_with_notes(case, earlier)
    if not noted or notes_in(earlier) - notes_in(noted):
        _keep(earlier, earlier_of(path))
    return noted or dump_case(case)


def _keep(text: str, beside: Path) -> None:
    """Add a text to what is kept beside a case, unless it is there already."""
    kept = beside.read_text("utf-8") if beside.exists() else ""
    if text not in kept:
        beside.write_text(f"{kept}---\n{text}" if kept else text, "utf-8")


def sweep(folder: Path, name: str = "") -> int:
    """Remove what a killed save left behind in a folder, of one file or of all; how many there were. Nobody may be saving there."""
    strays = [
        path for path in folder.glob(f".{escape(name)}{'.' if name else ''}*.tmp") if path.is_file() and not path.is_symlink()
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
