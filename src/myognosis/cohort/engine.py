"""Which program measures: results of another one are measured anew, and a worker of another one is refused."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import myognosis
from myognosis.knowledge import load_knowledge

__all__ = ["engine"]

_ROOMS = ("model", "readers", "signals", "findings", "units.py", "cohort/measuring.py", "cohort/parts.py")
_LIBRARIES = ("numpy", "scipy", "numba")


@cache
def engine() -> str:
    """The version of the program, of its knowledge and of the libraries that calculate, and a sum over the code that measures."""
    root, code = Path(myognosis.__file__).parent, hashlib.sha256()
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")) if (root / room).is_dir() else [root / room]:
            code.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return f"myognosis {myognosis.__version__} ({code.hexdigest()[:12]}), knowledge {load_knowledge().version}, {libraries}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
