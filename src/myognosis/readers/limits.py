"""The limits that a trace is held against before anything is measured in it: those of amplifiers and sensors, not of any disease.

They stand in ``data/limits.json``, each with its source, how far that may be trusted, and why.
"""

import json
from functools import cache
from pathlib import Path

__all__ = ["limit"]


def limit(name: str) -> float:
    """One of the limits.

    >>> limit("still_s")
    0.5
    """
    return float(_all()[name]["value"])


@cache
def _all() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "data" / "limits.json").read_text("utf-8"))
    return found
