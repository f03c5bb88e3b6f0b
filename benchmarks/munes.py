"""Motor-unit numbers from CMAP scans: on scans simulated by another generator, and twice on each of 18 real muscles."""

import re
import time
from pathlib import Path

import numpy as np

from myognosis.model.stimulation import CmapScan, StudyHead
from myognosis.readers.qtrac import read_mem
from myognosis.signals.munes import MotorUnits, estimate_motor_units, simulate_scan

Row = tuple[str, str, str]
Tables = tuple[str, dict[str, list[Row]]]

NOTE = """Real scans: 36 of healthy people (kelvinejones/CMAP-Scan-MUNE-Algorithms, MIT), six people, three muscles, two sessions
each, days apart; the files also hold the result of MScanFit on the same scan, which is the peer. Only the level of our number
(the assumed variation of unit sizes, 0.58; their median is 0.59) follows those fits; the size-weighted number uses nothing of
them. ICC(2,1); CV is
the mean of SD over mean of the two sessions; CR the coefficient of repeatability, 1.96 sqrt(2) within-subject SD. Published,
other people: MScanFit ICC .86 / .81 of abductor pollicis brevis / digiti minimi over three occasions (doi 10.1002/mus.26839), means
99.6 / 131.4 / 126.2 and CV between raters 13.4 / 6.3 / 5.6 % (PubMed 34906430), ICC above .98 and CV 12.3 % over 22
people with ALS and 20 without (doi 10.3791/56805), CV 3.1 % between sessions in peroneus longus (all abstracts read; people who
differ more have a larger ICC). With six people a muscle an
ICC is itself uncertain by some .3. Simulated scans: gamma-distributed or exponential sizes, thresholds of two normal groups, spread
of every unit drawn from 1.0 to 2.3 %; none of this is the model that is fitted."""


def made(rng: np.random.Generator, number: int, shape: float, noise: float = 0.003) -> CmapScan:
    """A scan of 500 stimuli with plateaus of 25; sizes gamma of this shape (3: CV 0.58; 1: exponential)."""
    sizes = rng.gamma(shape, size=number)
    sizes *= rng.uniform(5, 12) / sizes.sum()
    thresholds = np.where(rng.random(number) < 0.6, rng.normal(2.1, 0.12, number), rng.normal(2.35, 0.1, number))
    high, low = thresholds.max() + 0.08, thresholds.min() - 0.08
    x = np.concatenate([np.full(25, high), np.linspace(high, low, 500), np.full(25, low)])
    y = simulate_scan(x, thresholds, sizes, rng.uniform(0.010, 0.023, number), rng)
    y = y + rng.normal(size=len(y)) * np.sqrt((noise * y) ** 2 + 0.003**2)
    return CmapScan(head=StudyHead(), stimulus_ma=np.exp(x), response_mv=y)


def recovery(rng: np.random.Generator, number: int, shape: float, n: int) -> Row:
    found = [estimate_motor_units(made(rng, number, shape)) for _ in range(n)]
    known = [f for f in found if f is not None]
    ratio = np.log([f.number / number for f in known])
    inside = sum(f.low <= number <= f.high for f in known)
    sizes = "gamma sizes" if shape == 3 else "exponential sizes"
    text = f"bias {100 * (np.exp(ratio.mean()) - 1):+.0f} %, SD {100 * ratio.std():.0f} %, interval covers {inside} of {len(known)}"
    return f"{number} units, {sizes} (n = {n})", text, "bias within 10 %, covers >= 90 %" if shape == 3 else "shown"


def icc(table: np.ndarray) -> float:
    """ICC(2,1), two-way random effects, absolute agreement, single measures (Shrout and Fleiss 1979)."""
    n, k = table.shape
    mean = table.mean()
    rows = k * ((table.mean(1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((table.mean(0) - mean) ** 2).sum() / (k - 1)
    rest = ((table - table.mean(1, keepdims=True) - table.mean(0) + mean) ** 2).sum() / ((n - 1) * (k - 1))
    return float((rows - rest) / (rows + (k - 1) * rest + k * (columns - rest) / n))


def retest(name: str, table: np.ndarray, wanted: str = "") -> Row:
    variances = table.var(axis=1, ddof=1)
    cv = 100 * (np.sqrt(variances) / table.mean(1)).mean()
    repeat = 1.96 * 2**0.5 * np.sqrt(variances.mean())
    return name, f"mean {table.mean():.0f}, ICC {icc(table):.2f}, CV {cv:.1f} %, CR {repeat:.0f}", wanted


def real(folder: Path) -> tuple[list[Row], float]:
    """Retest per muscle, and the seconds a scan took."""
    ours: dict[tuple[str, str, str], MotorUnits] = {}
    theirs: dict[tuple[str, str, str], float] = {}
    began = time.process_time()
    for path in sorted((folder / "cmap_scan").glob("*.MEM")):
        text = path.read_text("latin1")
        person, session = re.search(r"Name:\s*\S+\.(\d)\.(\d)", text).groups()  # type: ignore[union-attr]
        muscle = re.search(r"S/R sites:.*-(\w+)", text).group(1)  # type: ignore[union-attr]
        scan = read_mem(path)
        assert isinstance(scan, CmapScan)
        found = estimate_motor_units(scan)
        assert found
        ours[muscle, person, session] = found
        theirs[muscle, person, session] = float(re.search(r"MSFNUnits = (\S+)", text).group(1))  # type: ignore[union-attr]
    seconds = (time.process_time() - began) / len(ours)
    rows: list[Row] = []
    for muscle in ("APB", "ADM", "TA"):
        keys = [[(muscle, str(p), str(s)) for s in (1, 2)] for p in range(1, 7)]
        for name, pick in (("motor units", lambda k: ours[k].number), ("size-weighted", lambda k: ours[k].weighted),
                           ("D50", lambda k: float(ours[k].d50)), ("MScanFit, in the file", lambda k: theirs[k])):  # fmt: skip
            rows.append(retest(f"{muscle}: {name}", np.array([[pick(k) for k in pair] for pair in keys])))
    ratio = np.log([ours[k].number / theirs[k] for k in ours])
    both = np.corrcoef(np.log([ours[k].number for k in ours]), np.log([theirs[k] for k in ours]))[0, 1]
    within = sum(ours[k].low <= theirs[k] <= ours[k].high for k in ours)
    spread = f"ratio {np.exp(ratio.mean()):.2f} (SD {100 * ratio.std():.0f} %)"
    text = f"r {both:.2f}, {spread}, inside our interval {within} of {len(ours)}"
    rows.append(("ours against MScanFit on the same 36 scans", text, ""))
    return rows, seconds


def tables(data: Path | None) -> Tables:
    rng = np.random.default_rng(11)
    made_rows = [recovery(rng, n, 3.0, 40) for n in (8, 15, 30, 60, 100, 150)] + [recovery(rng, n, 1.0, 20) for n in (30, 100)]
    found = {"Simulated scans": made_rows}
    if data is not None:
        found["Real scans, twice"], seconds = real(data)
        found["Cost"] = [("CPU time of a scan with its interval", f"{seconds:.2f} s", "seconds")]
    return NOTE, found
