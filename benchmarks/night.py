"""A night on the disk: what ``myognosis assess`` takes of time and memory for a long recording."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.generate import RATE, make
from benchmarks.reasoning import Row, Tables

ROOT = Path(__file__).parent.parent
NOTE = (
    "An EDF on the disk, two minutes of condition B at SNR 12 (`benchmarks/generate.py`) again and again, lies beside a case of "
    "one entry (`kind: emg, during: rest`). Seconds of the processor for the whole of `myognosis assess`, its start included, "
    "with one thread (`OMP_NUM_THREADS=1`); memory is the most that the process held (`VmHWM`). That the result does not depend "
    "on the length of the pieces that are read is a test (`tests/findings/test_long.py`)."
)
MISSED = " **missed**"
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
_ASSESS = """
import sys, time
from pathlib import Path
from myognosis.cli import main
from myognosis.findings.recordings import long
long.WHOLE_SAMPLES = int(sys.argv.pop())
try:
    main(["assess", sys.argv.pop(), "--json"])
except SystemExit as ended:
    if ended.code:
        raise
held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
print(time.process_time(), int(held.split()[1]) / 1024, file=sys.stderr)
"""


def write_edf(path: Path, counts: np.ndarray, seconds: int) -> None:
    """16-bit counts of a quarter of a microvolt (sample by channel), again and again until the time is full."""
    rate, n = round(RATE), counts.shape[1]
    columns: list[list[object]] = [[f"EMG {k + 1}" for k in range(n)], [""] * n, ["uV"] * n]
    columns += [[value] * n for value in (-8192, 8191.75, -32768, 32767, "", rate, "")]
    fixed = ((0, 8), ("X X X X", 80), ("Startdate X X X X", 80), ("01.01.25", 8), ("22.00.00", 8), (256 * (n + 1), 8), ("", 44))
    head = "".join(str(value).ljust(width) for value, width in (*fixed, (seconds, 8), (1, 8), (n, 4)))
    head += "".join(str(value).ljust(width) for column, width in zip(columns, _WIDTHS, strict=True) for value in column)
    kept = len(counts) // rate
    records = np.ascontiguousarray(counts[: kept * rate].reshape(kept, rate, n).transpose(0, 2, 1), "<i2")
    with path.open("wb") as stream:
        stream.write(head.encode())
        for first in range(0, seconds, kept):
            stream.write(records[: seconds - first].tobytes())


def assessed(edf: Path, most_in_memory: int) -> tuple[float, float]:
    """Processor seconds and megabytes for a case with this recording, in a process of its own."""
    case = edf.with_suffix(".yaml")
    case.write_text(f"schema: myognosis/case/1\nrecordings:\n  - {{file: {edf.name}, kind: emg, during: rest}}\n")
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _ASSESS, str(case), str(most_in_memory)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT)
    if '"emg_fp"' not in done.stdout:
        raise RuntimeError("nothing was found in the recording")
    seconds, megabytes = done.stderr.splitlines()[-1].split()
    return float(seconds), float(megabytes)


def nights(data: Path) -> list[Row]:
    """Two and eight hours of 16 and of 64 channels; the shortest also read whole, as it was before."""
    from myognosis.findings.recordings.long import WHOLE_SAMPLES

    made = make("computed", "B", 12.0, 9000, data, seconds=120.0)
    counts = np.round(made.signal.T / 0.25).astype(np.int16)
    rows: list[Row] = []
    for hours, channels in ((2, 16), (8, 16), (2, 64), (8, 64)):
        with tempfile.TemporaryDirectory() as folder:
            edf = Path(folder) / "night.edf"
            write_edf(edf, counts[:, :: 64 // channels], hours * 3600)
            size = f"{hours} h x {channels} channels, {edf.stat().st_size / 1e9:.1f} GB"
            took, memory = assessed(edf, WHOLE_SAMPLES)
            told = f"{took:.0f} s{MISSED * (took > 120)}, {memory:.0f} MB{MISSED * (memory > 1000)}"
            rows.append((size, told, "<= 120 s, <= 1000 MB"))
            if not rows[1:]:
                took, memory = assessed(edf, 1 << 60)
                rows.append((f"{size}: the same read whole into memory", f"{took:.0f} s, {memory:.0f} MB", "-"))
    return rows


def tables(data: Path | None) -> tuple[str, Tables]:
    """All of it; the folder of real recordings is needed, for the noise."""
    if data is None:
        raise SystemExit("name the folder of real recordings with --data")
    return NOTE, {"A long recording in a case": nights(data)}
