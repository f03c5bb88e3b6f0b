"""Tremor: how exact on made truth with jittered clocks, how often a verdict is right, and beside another pipeline on a wrist.

Seeds here (9000 on) are used nowhere else. The wrist is ``wrist_imu`` of biomarkersParkinson/paradigma (Apache-2.0).
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.signals.movement import noise, phase_of, sensor  # noqa: E402

from benchmarks.reasoning import Row, Tables  # noqa: E402
from myognosis.findings.criteria import tremor_criteria  # noqa: E402
from myognosis.knowledge import load_knowledge  # noqa: E402
from myognosis.model.recording import Channel, Recording  # noqa: E402
from myognosis.readers import read_recording  # noqa: E402
from myognosis.readers.clock import resample, study_clock  # noqa: E402
from myognosis.signals import tremor as t  # noqa: E402
from myognosis.signals.coherence import measure_coherence  # noqa: E402

N, RUNS = 3000, 60
NOTE = (
    "Made truth: 30 s at 100 Hz, a rhythm whose phase wanders, 1-4 m/s2 along a random direction, coloured noise of SD 0.3 on "
    "three axes. Jittered clock: each tick is off by up to a quarter of a tick and 1 % of the samples are lost; the reader's even "
    "clock is used. The other pipeline of the wrist (paradigma) is no truth: against video its published sensitivity is 0.61 and "
    "its specificity 0.97 (doi 10.1038/s41531-025-01056-2)."
    " Of each window that only one pipeline calls tremor the reason is told by three criteria, the same for both (docs/tremor.md)."
)


def jittered(rng: np.random.Generator, low: float, high: float) -> tuple[tuple[Channel, ...], float, float]:
    """A tremor on a clock that jitters and drops samples, with its true frequency and size."""
    hz, size = rng.uniform(low, high), rng.uniform(1.0, 4.0)
    fine = np.arange(10 * N) / 1000.0
    phase = phase_of(rng, hz, 10 * N, 1000.0)
    times = np.sort(np.arange(N) / 100 + rng.uniform(-0.0025, 0.0025, N))[rng.random(N) > 0.01]
    wave, way = np.interp(times, fine, np.unwrap(phase)), rng.normal(size=3)
    way /= np.linalg.norm(way)
    clock = study_clock(times, "made")
    axes = [resample(clock, way[i] * size * np.sin(wave) + 0.3 * noise(rng, N)[: len(times)]) for i in range(3)]
    true = (wave[-1] - wave[0]) / (2 * np.pi * (times[-1] - times[0]))
    return tuple(Channel(str(i), "accelerometer", "m/s2", clock.rate_hz, axis) for i, axis in enumerate(axes)), true, size


def exactness(low: float, high: float, seed: int) -> list[Row]:
    """Frequency and size against the truth."""
    rng, errors, sizes, inside, missed = np.random.default_rng(seed), [], [], 0, 0
    for _ in range(RUNS):
        channels, true, size = jittered(rng, low, high)
        found = t.measure_tremor(channels)
        frequency = found.get("tremor_frequency")
        if frequency is None:
            missed += 1
            continue
        errors.append(abs(frequency.value - true))  # type: ignore[operator]
        sizes.append(abs((found.value("tremor_amplitude") or 0) / size - 1))
        inside += bool(frequency.low <= true <= frequency.high)  # type: ignore[operator]
    band = f"{low:g}-{high:g} Hz, jittered clock"
    return [
        (f"missed, {band}", f"{missed} of {RUNS}", "-"),
        (f"frequency error, largest, {band}", f"{max(errors):.3f} Hz", "<= 0.1 Hz"),
        (f"amplitude error, mean and largest, {band}", f"{np.mean(sizes):.3f}, {max(sizes):.3f}", "<= 0.05"),
        (f"95 % interval of the frequency covers the truth, {band}", f"{inside} of {len(errors)}", "-"),
    ]


def share(runs: Iterable[bool]) -> str:
    """How many of some runs came out so."""
    marks = list(runs)
    return f"{sum(marks)} of {len(marks)}"


def false_alarms() -> list[Row]:
    """Smooth noise of four colours."""
    rng = np.random.default_rng(9100)

    def alarm(slope: float) -> bool:
        axes = (noise(rng, N, slope=slope) for _ in range(3))
        made = (Channel(str(i), "accelerometer", "m/s2", 100.0, axis.astype(np.float32)) for i, axis in enumerate(axes))
        return t.measure_tremor(tuple(made)).outcome == "tremor"

    return [("'tremor' in smooth noise of 30 s", share(alarm(slope) for slope in (0, 1, 2, 3) for _ in range(RUNS)), "about 1 %")]


def coherent(rng: np.random.Generator, wander: float, shared: bool) -> bool:
    """Whether two hands are called coherent."""
    hz = rng.uniform(4, 9)
    one = phase_of(rng, hz, N, wander=wander)
    other = one - 1.0 if shared else phase_of(rng, hz + rng.uniform(-0.2, 0.2), N, wander=wander)
    return bool(measure_coherence(sensor(rng, np.sin(one), 0.3), sensor(rng, np.sin(other), 0.3)).significant)


def verdicts() -> list[Row]:
    """Comparisons with known answers."""
    criteria = tremor_criteria(load_knowledge())
    rng = np.random.default_rng(9200)

    def shaking(hz: float, size: float = 1.0, wander: float = 0.06) -> tuple[Channel, ...]:
        return sensor(rng, size * np.sin(phase_of(rng, hz, N, wander=wander)), 0.1)

    def loading(fall: float) -> str:
        hz = rng.uniform(7, 10)
        return t.compare_loading(t.measure_tremor(shaking(hz)), t.measure_tremor(shaking(hz - fall)), criteria).verdict

    def tapping(taken: bool) -> bool | None:
        rhythm = phase_of(rng, rng.uniform(3.2, 4.2), N, wander=0.06)
        tap = sensor(rng, 3 * np.maximum(0, np.sin(rhythm)) ** 8)
        hand = sensor(rng, np.sin(rhythm + 0.5), 0.1) if taken else shaking(5.6)
        asked = (rhythm[-1] - rhythm[0]) / (2 * np.pi * N / 100)
        return t.judge_tapping(t.measure_tremor(shaking(5.6)), t.measure_tapping(hand, tap, asked, criteria), criteria).present(
            "entrained"
        )

    def pause(stops: bool) -> bool | None:
        at = tuple(np.arange(3.0, 28.0, 3.0))
        time = np.arange(N) / 100
        left = np.min([1 - 0.9 * ((time >= s) & (time < s + 1.0)) for s in at], axis=0) if stops else 1.0
        hand = sensor(rng, left * np.sin(phase_of(rng, 5.0, N, wander=0.06)), 0.1)
        return t.measure_pause(hand, t.measure_tremor(hand), at, criteria).present("paused")

    rows = [
        ("falls by 2 Hz under a weight: called mechanical", share(loading(2.0) == "mechanical" for _ in range(RUNS)), "-"),
        ("falls by 0.3 Hz: called central", share(loading(0.3) == "central" for _ in range(RUNS)), "-"),
        ("falls by 1 Hz: called either way (the rest stays open)", share(loading(1.0) != "open" for _ in range(RUNS)), "about 5 %"),
        ("took up the rhythm of tapping: found", share(tapping(True) is True for _ in range(RUNS)), "-"),
        ("kept its own rhythm: called entrained", share(tapping(False) is True for _ in range(RUNS)), "-"),
        ("pauses with quick movements: found", share(pause(True) is True for _ in range(RUNS)), "-"),
        ("does not pause: called pausing", share(pause(False) is True for _ in range(RUNS)), "-"),
    ]
    for wander, words in ((0.02, "very steady"), (0.06, "steady"), (0.15, "unsteady")):
        rows.append((f"one rhythm in both hands, {words}: coherent", share(coherent(rng, wander, True) for _ in range(RUNS)), "-"))
        two = share(coherent(rng, wander, False) for _ in range(2 * RUNS))
        rows.append((f"two rhythms of about one frequency, {words}: called coherent", two, "about 1 %"))
    return [*rows, *shaken_along()]


def shaken_along() -> list[Row]:
    """A tremor that keeps its own rhythm, or gives it up, while the tapping shakes the hand along."""
    criteria, rng = tremor_criteria(load_knowledge()), np.random.default_rng(9300)

    def signs(left: float, shaken: float) -> tuple[bool | None, bool | None]:
        rhythm, hz = phase_of(rng, rng.uniform(3.2, 4.2), N, wander=0.06), rng.uniform(5.6, 6.2)
        pointed = np.maximum(0, np.sin(rhythm)) ** 3
        before, during = (np.sin(phase_of(rng, hz, N, wander=0.06)) for _ in range(2))
        asked = (rhythm[-1] - rhythm[0]) / (2 * np.pi * N / 100)
        task = t.measure_tapping(sensor(rng, left * during + shaken * pointed, 0.1), sensor(rng, 3 * pointed), asked, criteria)
        found = t.judge_tapping(t.measure_tremor(sensor(rng, before, 0.1)), task, criteria)
        return found.present("entrained"), found.present("suppressed")

    rows = []
    for shaken in (1.0, 2.0, 3.0):
        kept, given_up = ([signs(left, shaken) for _ in range(RUNS)] for left in (1.0, 0.1))
        words = f"shaken along with {shaken:g} times its size"
        rows.append((f"keeps its own rhythm, {words}: called entrained", share(one[0] is True for one in kept), "-"))
        rows.append((f"keeps its own rhythm, {words}: called suppressed", share(one[1] is True for one in kept), "-"))
        rows.append((f"a tenth left, {words}: called entrained or suppressed", share(True in one for one in given_up), "-"))
    return rows


def wrist(folder: Path) -> dict[str, list[Row]]:
    """Window by window against the checked windows of the other pipeline, and each difference."""
    recording = read_recording(folder / "wrist_imu" / "imu_meta.json")
    values = np.fromfile(folder / "wrist_imu" / "expected" / "4.predictions__tremor__tremor_values.bin", "<f8").reshape(-1, 4)
    theirs, chance = values[:, 2] == 1, values[:, 0]
    gyro, accel = (t.measure_tremor(recording.of_kind(kind)) for kind in ("gyroscope", "accelerometer"))  # type: ignore[arg-type]
    held = {"gyroscope": gyro.windows.holds, "accelerometer": accel.windows.holds, "both sensors": t.agreeing_windows(gyro, accel)}
    whole = np.round(gyro.windows.start_s / 4).astype(int)

    def on_theirs(marks: np.ndarray) -> np.ndarray:
        out = np.zeros(len(theirs), np.bool_)
        out[whole[whole < len(theirs)]] = marks[whole < len(theirs)]
        return out

    rows: list[Row] = [("windows that hold tremor by the other pipeline", f"{theirs.sum()} of {len(theirs)}", "-")]
    for name, marks in held.items():
        ours = on_theirs(marks)
        rows.append((f"{name}: windows that hold tremor, and by both pipelines", f"{ours.sum()}, {(ours & theirs).sum()}", "-"))
        rows.append((f"{name}: agreement", f"{(ours == theirs).mean():.3f}", ">= 0.95"))
    both = on_theirs(held["both sensors"])
    unclear = on_theirs(gyro.windows.unclear | ~np.isin(gyro.windows.start_s, accel.windows.start_s))
    judged = (values[:, 3] == 1) & ~unclear
    what = f"both sensors: agreement in the {judged.sum()} windows that both judge (theirs: arm at rest; ours: not unclear)"
    rows.append((what, f"{(both == theirs)[judged].mean():.3f}", "-"))
    limit = chance[values[:, 1] == 1].min()
    sure = (chance < limit / 2) | (chance > limit * 2)
    what = f"both sensors: agreement in the {sure.sum()} windows of theirs that are not within a factor of two of their limit"
    rows.append((what, f"{(both == theirs)[sure].mean():.3f}", "-"))
    sizes = np.array([_size(recording, 4.0 * window) for window in range(len(theirs))])
    for words, marks in (("both pipelines", both & theirs), ("ours alone", both & ~theirs)):
        rows.append((f"turning of 3-18 Hz in the windows of {words}, median (range)", _spread(sizes[marks]), "-"))
    rows += [(f"gyroscope: {m.name}", f"{m.value:.3f} ({m.low:.3f} to {m.high:.3f}) {m.unit}", "-") for m in gyro.measurements]
    features = _their_features(folder)
    differences = _differences(gyro, both, theirs, chance / limit, whole, features)
    settled = Counter(what.rsplit(": ", 1)[-1] for _, what, _ in differences)
    rows += [(f"differing windows: {why}", f"{n}", "-") for why, n in sorted(settled.items())]
    return {"A wrist in Parkinson's disease, 12 minutes": rows, "Each difference, both sensors": differences}


def _their_features(folder: Path) -> dict[str, np.ndarray]:
    """What the other pipeline measured of each window: the crest of its spectrum, the power of tremor and of slower movement."""
    place = folder / "wrist_imu" / "expected"
    names = json.loads((place / "3.extracted_features__tremor__tremor_meta.json").read_text())["sensors"][1]["channels"]
    values = np.fromfile(place / "3.extracted_features__tremor__tremor_values.bin", "<f8").reshape(-1, len(names))
    return dict(zip(names, values.T, strict=True))


def _size(recording: Recording, start_s: float) -> float:
    """The turning of 3-18 Hz in a window, root mean square over the three axes, in degrees a second."""
    axes = recording.of_kind("gyroscope")
    first = round(start_s * axes[0].rate_hz)
    parts = np.stack([axis.samples[first : first + round(4 * axis.rate_hz)].astype(np.float64) for axis in axes])
    parts = np.nan_to_num(parts - np.nanmean(parts, axis=1, keepdims=True))
    power = np.abs(np.fft.rfft(parts, axis=1)) ** 2
    hz = np.fft.rfftfreq(parts.shape[1], 1 / axes[0].rate_hz)
    return float(np.sqrt(2 * power[:, (hz >= 3) & (hz <= 18)].sum()) / parts.shape[1])


def _spread(values: np.ndarray) -> str:
    return f"{np.median(values):.2f} ({values.min():.2f} to {values.max():.2f}) deg/s"


def _differences(
    gyro: t.Tremor, ours: np.ndarray, theirs: np.ndarray, odds: np.ndarray, whole: np.ndarray, features: dict[str, np.ndarray]
) -> list[Row]:
    """Every window that only one pipeline calls tremor, and why."""
    rows: list[Row] = []
    for window in np.flatnonzero(ours != theirs):
        at = int(np.flatnonzero(whole == window)[0])
        peak, theirs_hz = float(gyro.windows.peak_hz[at]), float(features["freq_peak"][window])
        tremor, slow = float(features["tremor_power"][window]), float(features["below_tremor_power"][window])
        state = "holds" if gyro.windows.holds[at] else "larger movement beside" if gyro.windows.unclear[at] else "no peak"
        who = "ours alone" if ours[window] else "theirs alone"
        what = (
            f"ours {peak:.2f} Hz, p = {gyro.windows.p[at]:.0e}, {state}; their own crest {theirs_hz:.2f} Hz, tremor {tremor:.2f} "
            f"and slower movement {slow:.2f} (deg/s)^2, probability {odds[window]:.2f} of their limit"
        )
        rows.append(
            (f"window {window} ({4 * window} s), {who}", f"{what}: {_why(peak - theirs_hz, tremor, slow, odds[window])}", "-")
        )
    return rows


def _why(apart_hz: float, tremor: float, slow: float, odds: float) -> str:
    """The first criterion that applies, the same for whoever calls it tremor."""
    if slow > tremor:
        return "slower movement is the larger by their own measure"
    if 0.5 <= odds <= 2:
        return "within a factor of two of their limit"
    return "a rhythm of one frequency in both spectra" if abs(apart_hz) <= 0.5 else "the spectra differ"


def tables(data: Path | None) -> Tables:
    """Every figure of tremor."""
    found: dict[str, list[Row]] = {
        "Frequency and size on made truth": exactness(3.5, 12.0, 9000) + exactness(12.0, 18.0, 9001) + false_alarms(),
        "Verdicts on made truth": verdicts(),
    }
    return NOTE, found | (wrist(data) if data else {})


if __name__ == "__main__":
    ready: Callable[[Path | None], Tables] = tables
    for title, rows in ready(Path(sys.argv[1]) if len(sys.argv) > 1 else None)[1].items():
        print(f"# {title}")
        print("\n".join(" | ".join(row) for row in rows))
