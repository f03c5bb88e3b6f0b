"""Every figure of the house in one command: ``python benchmarks/run.py [TOPIC ...] [--data RECORDINGS]``.

Each topic is a module of this folder with a function ``tables``; it is measured, written to ``results/TOPIC.md``, and all topics
together are ``RESULTS.md``. Without a topic all are measured. Ratios stand beside a peer measured in the same run. Matrices are
multiplied on one thread, as by the command line: two that wait for each other on busy cores took seven times the processor.
"""

import argparse
import inspect
import os
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

TOPICS = {
    "reasoning": "Reasoning",
    "words": "Emergencies in everyday words",
    "closing": "The last questions of an interview",
    "reading": "Readers of recordings",
    "tremor": "Tremor",
    "conduction": "Nerve conduction",
    "fasciculation": "Fasciculation potentials",
    "night": "A night on the disk",
    "negatives": "What must not be found",
    "quality": "Quality of an EMG",
    "jerks": "Jerks",
    "munes": "Motor-unit numbers",
    "detectors": "Detectors on simulated muscle",
    "discharges": "Discharges and motor units",
    "web": "The interview in a browser",
    "browser": "Recordings in a browser",
    "store": "Keeping cases",
    "muscle": "Muscle and electrode, simulated",
    "scenarios": "Scenarios, measured as a clinician would",
    "whole": "Scenarios as cases",
    "pages": "Every page in a browser",
    "suite": "The tests themselves",
    "api": "The interface for other programs",
    "cohort": "Many recordings at once",
    "axon": "Axon and nerve excitability",
    "axon_ectopy": "What an axon fires by itself",
}
"""Module and heading, in the order of the page."""


def measure(topic: str, data: Path | None) -> str:
    """One topic as a part of the page."""
    tables = import_module(f"benchmarks.{topic}").tables
    note, found = tables(data) if inspect.signature(tables).parameters else tables()
    machine = f"Python {platform.python_version()}, numpy {version('numpy')}, {platform.machine()}, {os.cpu_count()} cores."
    lines = [f"## {TOPICS[topic]}", "", f"`python benchmarks/run.py {topic}`. {machine}", "", note]
    for title, rows in found.items():
        lines += ["", f"### {title}", "", "| what | measured | wanted |", "|---|---|---|"]
        lines += [f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure the topics asked for, and write the page of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=", ".join(TOPICS))
    parser.add_argument("--data", type=Path, help="the folder of real recordings, for the topics that need it")
    options = parser.parse_args()
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    for topic in options.topics or TOPICS:
        part = measure(topic, options.data)
        print(part)
        (results / f"{topic}.md").write_text(part, "utf-8")
    pages = [path.read_text("utf-8") for topic in TOPICS if (path := results / f"{topic}.md").exists()]
    (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join(["# Figures\n", *pages]), "utf-8")


if __name__ == "__main__":
    main()
