"""Figures of many recordings at once: what a file costs and what a run costs, killed workers, memory against the number of files.

``python -m benchmarks.cohort run FOLDER OUT WORKERS WORK KILLS`` is one run in a process of its own, which tells its cost.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.reasoning import Row, Tables  # noqa: E402
from myognosis.cohort import measuring  # noqa: E402
from myognosis.cohort.listing import list_recordings  # noqa: E402
from myognosis.cohort.measuring import Done, Job, measure, measured_part  # noqa: E402
from myognosis.cohort.running import Cohort  # noqa: E402
from myognosis.cohort.tables import FILES, write_tables  # noqa: E402
from myognosis.cohort.tally import Tally  # noqa: E402
from myognosis.knowledge import load_knowledge  # noqa: E402
from myognosis.spread import here, processes  # noqa: E402

SIZES = (8, 32, 128)
MANY = (500, 10_000)
MEMORY_BYTES = 900_000_000
MEM = ROOT / "tests" / "data" / "recordings" / "MSCC00128A_OM2.MEM"


def short_files(folder: Path, n: int) -> Path:
    """So many short recordings: 20 s of one-channel EMG at 2 kHz, 60 s of a phone at 50 Hz, a CMAP scan, in turn."""
    from tests.readers.edf_bytes import EdfFile

    folder.mkdir()
    emg = EdfFile(labels=("EMG TA",), units=(b"uV",), per_record=2000, n_records=20).to_bytes()
    t = np.arange(60 * 50) / 50
    shake = np.stack([t, 0.3 * np.sin(2 * np.pi * 5.3 * t), 0.1 * np.cos(2 * np.pi * 5.3 * t), 9.81 + 0 * t], axis=1)
    log = '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)"\n'
    log += "\n".join(",".join(f"{x:.6f}" for x in row) for row in shake) + "\n"
    for i in range(n):
        name = folder / f"{i:05d}"
        if i % 3 == 0:
            name.with_suffix(".edf").write_bytes(emg)
        elif i % 3 == 1:
            name.with_suffix(".csv").write_text(log)
        else:
            shutil.copy(MEM, name.with_suffix(".MEM"))
    return folder


def tiny_files(folder: Path, n: int) -> Path:
    """So many recordings of one second that are read, and of which nothing is measured: what is left is the cost of the run."""
    from tests.readers.edf_bytes import EdfFile

    folder.mkdir()
    data = EdfFile(labels=("Light",), units=(b"uV",), per_record=100, n_records=1).to_bytes()
    for i in range(n):
        (folder / f"{i:05d}.edf").write_bytes(data)
    return folder


def eats(job: Job) -> Done:
    """One file needs more memory than there is, whatever the program does; all others are measured."""
    if job.found.path.name == "00001.csv":
        kept = []
        while True:
            kept.append(np.ones(4_000_000))
    return measure(job)


WORK: dict[str, Callable[[Job], Done]] = {"measure": measure, "eats": eats}


def run(folder: Path, out: Path, workers: int, work: str, kills: int = 0) -> dict[str, Any]:
    """One run in this process and those that it starts; ``kills`` of these are killed in the middle of their work."""
    started = time.perf_counter()
    out.mkdir(exist_ok=True)
    listing = list_recordings(folder, load_knowledge(), out)
    listed = time.perf_counter() - started
    cohort, done = Cohort(listing, out), 0
    checked = time.perf_counter() - started - listed
    left = cohort.left
    if left:
        with processes(workers, MEMORY_BYTES) as crew:
            for step in cohort.run(crew, 120.0, WORK[work]):
                done += bool(step)
                if kills and done % (left // (kills + 1)) == 0 and done < left:
                    os.kill(next(iter(crew.client.run(os.getpid).values())), signal.SIGKILL)
                    kills -= 1
    tally = Tally()
    write_tables(cohort.done(), listing.others, out, "en", tally.add)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_s": time.perf_counter() - started, "cpu_s": sum(r.ru_utime + r.ru_stime for r in (own, children)), "listed_s": listed,
        "checked_s": checked, "rss_mb": own.ru_maxrss / 1024, "worker_mb": children.ru_maxrss / 1024,
        "outcomes": dict(tally.outcomes), "in_files_s": tally.cpu_s, "done": done,
    }  # fmt: skip


def apart(folder: Path, out: Path, workers: int, work: str = "measure", kills: int = 0) -> dict[str, Any]:
    """The same in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.cohort", "run", str(folder), str(out), str(workers), work, str(kills)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    told = subprocess.run(words, capture_output=True, check=True, cwd=ROOT, env=env, text=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def results(out: Path) -> list[Any]:
    """The tables of a run without those of its costs."""
    import pyarrow.parquet as pq

    return [pq.read_table(out / name) for name in FILES[:2]] + [(out / FILES[3]).read_bytes()]


def plain_loop(folder: Path) -> float:
    """CPU seconds a file of a loop without processes, parts and tables, when everything is loaded."""
    found = list_recordings(folder, load_knowledge()).recordings
    for one in found[:3]:
        measured_part(one)
    started = time.process_time()
    for one in found:
        measured_part(one)
        measuring.forget_recordings()
    return (time.process_time() - started) / len(found)


def cost(place: Path) -> list[Row]:
    """CPU seconds against the number of files: a fixed part and a part a file, by a straight line."""
    rows: list[Row] = []
    loop = plain_loop(short_files(place / "loop", 32))
    rows.append(("a plain loop in one warm process, 32 short files", f"{loop:.3f} CPU s a file", "-"))
    for workers in (1, 2):
        cpu, wall = [], []
        for n in SIZES:
            folder = short_files(place / f"short-{workers}-{n}", n)
            found = apart(folder, place / f"out-{workers}-{n}", workers)
            cpu.append(found["cpu_s"])
            wall.append(found["wall_s"])
            told = f"{found['cpu_s']:.1f} CPU s, {found['wall_s']:.1f} s by the clock"
            rows.append((f"{n} short files, {workers} process{'es' if workers > 1 else ''}", told, "-"))
        each, fixed = np.polyfit(SIZES, cpu, 1)
        what = f"the same as a straight line, {workers} process{'es' if workers > 1 else ''}"
        rows.append((what, f"{fixed:.1f} CPU s and {each:.3f} CPU s a file ({each / loop:.2f} x the plain loop)", "<= 1.25 x"))
    return rows


def losses(place: Path) -> list[Row]:
    """Workers killed in the middle, and a file that eats memory: what is lost."""
    folder = short_files(place / "killed", 32)
    calm = place / "calm"
    calm.mkdir()
    cohort = Cohort(list_recordings(folder, load_knowledge()), calm)
    list(cohort.run(here(), None))
    write_tables(cohort.done(), (), calm, "en", Tally().add)
    killed = apart(folder, place / "killed-out", 2, kills=4)
    eaten = apart(folder, place / "eaten-out", 2, "eats")
    same = results(calm) == results(place / "killed-out")
    rest = (
        f"{eaten['outcomes'].get('ended', 0)} file ended its process, {eaten['outcomes'].get('measured', 0)} of 31 others measured"
    )
    return [
        ("4 processes killed while 32 files are measured: recordings done", f"{killed['done']} of 32", "32 of 32"),
        ("tables of that run against those of an undisturbed one in one process", "the same" if same else "different", "the same"),
        ("one file that takes memory without end (processes of 0.9 GB)", rest, "1, 31 of 31"),
    ]


def memory(place: Path) -> list[Row]:
    """Memory and the cost of the run itself against the number of files."""
    rows: list[Row] = []
    peaks = []
    for n in MANY:
        folder = tiny_files(place / f"tiny-{n}", n)
        found = apart(folder, place / f"tiny-out-{n}", 2)
        again = apart(folder, place / f"tiny-out-{n}", 2)
        peaks.append(found["rss_mb"])
        told = f"listed in {found['listed_s']:.2f} s, {1000 * found['cpu_s'] / n:.1f} CPU ms a file, "
        told += f"{found['rss_mb']:.0f} MB; a process {found['worker_mb']:.0f} MB"
        rows.append((f"{n} files of one second, 2 processes", told, "-"))
        seen = f"{again['wall_s']:.1f} s, {again['done']} measured"
        rows.append((f"the same once more, when all is done ({n} files)", seen, "0 measured"))
    grows = (peaks[1] - peaks[0]) / (MANY[1] - MANY[0]) * 1000
    rows.append(("memory of the run for each further 1,000 files", f"{grows:.1f} MB", "<= 10 MB"))
    return rows


def tables() -> Tables:
    """All of them."""
    note = (
        "Short recordings in turn: 20 s of one channel of EMG at 2 kHz, 60 s of a phone at 50 Hz, a CMAP scan. Times are CPU "
        "seconds of all processes together, with their start; the machine was shared."
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        parts = {"Cost against the number of files": cost, "What is lost": losses, "Memory": memory}
        return note, {title: part(place) for title, part in parts.items()}


if __name__ == "__main__":
    _, _, source, target, n, task, ended = sys.argv
    print(json.dumps(run(Path(source), Path(target), int(n), task, int(ended))))
