"""Work that a test holds in the middle, so that it can end the process that does it."""

import os
from pathlib import Path

from myognosis.cohort.measuring import Done, Job, measure

__all__ = ["held"]


def held(job: Job) -> Done:
    """One recording says which process works on it, and waits for a word; all are measured as always."""
    pipes = Path(job.found.path).parents[1]
    if job.found.name == "held.MEM":
        (pipes / "working").write_text(f"{os.getpid()}\n")  # waits until the test reads it
        (pipes / "go").read_text()  # waits until the test writes into it
    return measure(job)
