"""Jerks: how exact on made truth, how often chance is taken for a finding, and how often what was put in is found.

Seeds here (7000 on) are used nowhere else. Jerks are made: no public recording of jerks has its truth with it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.signals.movement import add_wave, eeg_channels, eeg_of, emg_of, gated, irregular, unit_bursts, unit_contraction  # noqa: E402

from benchmarks.motor_units import RATE as GRID_HZ  # noqa: E402
from benchmarks.motor_units import load  # noqa: E402
from benchmarks.reasoning import Row, Tables  # noqa: E402
from benchmarks.tremor import share  # noqa: E402
from myognosis.findings.criteria import jerk_criteria  # noqa: E402
from myognosis.knowledge import load_knowledge  # noqa: E402
from myognosis.model.recording import Channel  # noqa: E402
from myognosis.readers import read_recording  # noqa: E402
from myognosis.signals import jerks as j  # noqa: E402
from myognosis.signals.intervals import middle_of  # noqa: E402
from myognosis.simulate import load_scenario, simulate  # noqa: E402

RATE, SECONDS, RUNS = 2000.0, 60.0, 10
CRITERIA = jerk_criteria(load_knowledge())
UNHEEDED = CRITERIA.model_copy(update={"min_snr": 0.0})
Spans = list[tuple[float, float]]
NOTE = (
    "Made truth. Two generators of bursts: 'gated', noise of 20-400 Hz with edges of 2 ms; 'units', motor-unit potentials, one a "
    "millisecond, true from where a burst reaches a twentieth of its peak. SNR is RMS in the burst over RMS of rest. A burst is "
    "hit within 10 ms of its onset; its length is the middle (Hodges-Lehmann) of some 60 bursts of a minute, over 10 recordings. "
    "EEG: falling noise "
    "and a 10 Hz rhythm, SD 12 uV, four channels, half of it common."
)


def burst_records(seed: int, kind: str, snr: float, length_ms: float) -> Iterator[tuple[Channel, Spans]]:
    """EMG with bursts of about one length, and where they are."""
    for run in range(RUNS):
        rng = np.random.default_rng((seed, run))
        spans = irregular(rng, SECONDS, 0.8, length_ms, 0.15)
        if kind == "gated":
            yield emg_of(rng, gated(spans, SECONDS, RATE, 1.0), RATE, size=5 * snr), spans
            continue
        trace, spans = unit_bursts(rng, spans, SECONDS, RATE)
        active = gated(spans, SECONDS, RATE, 1.0) > 0.5
        rest = emg_of(rng, 0 * trace, RATE).samples
        yield (
            Channel("EMG", "emg", "uV", RATE, (trace * 5 * snr / np.sqrt((trace[active] ** 2).mean()) + rest).astype(np.float32)),
            spans,
        )


def bursts(seed: int, kind: str, snr: float, length_ms: float) -> Row:
    """Precision, recall, and errors of onset and length, over some recordings."""
    hits = found = true = told = 0
    onsets, errors, inside = [], [], 0
    for channel, spans in burst_records(seed, kind, snr, length_ms):
        seen = j.find_jerks((channel,), CRITERIA)
        starts = np.array([start for start, _ in spans])
        near = np.array([np.abs(starts - burst.onset_s).min() for burst in seen.bursts])
        hit = {int(np.argmin(np.abs(starts - b.onset_s))) for b, gap in zip(seen.bursts, near, strict=True) if gap < 0.01}
        hits, found, true = hits + len(hit), found + len(seen.bursts), true + len(spans)
        onsets += list(1000 * near[near < 0.01])
        duration, length = seen.get("jerk_burst_duration"), middle_of(np.array([1000 * (b - a) for a, b in spans])).value
        told += duration is not None
        duration = duration or j.find_jerks((channel,), UNHEEDED).get("jerk_burst_duration")
        assert duration is not None
        errors.append(duration.value - length)  # type: ignore[operator]
        inside += bool(duration.low <= length <= duration.high)  # type: ignore[operator]
    what = f"{kind}, SNR {snr:g}, {length_ms:g} ms (n = {true}): length, error, mean and largest"
    measured = (
        f"{np.mean(errors):+.1f}, {np.abs(errors).max():.1f} ms; interval covers the truth {inside} of {RUNS}; precision "
        f"{hits / found:.3f}, recall {hits / true:.3f}; onset error, median {np.median(onsets):.1f} ms"
    )
    if told < RUNS:
        measured += f"; length told in {told} of {RUNS}, too near to the noise in the others (the errors are of all)"
    return (what, measured, "<= 3 ms where told")


def quiet() -> list[Row]:
    """Bursts and lapses found where there are none."""
    hour = 3600.0
    rest, held, silent = 0, 0, 0
    for run in range(6):
        rng = np.random.default_rng((7900, run))
        nothing = np.zeros(int(hour / 6 * RATE))
        rest += len(j.find_jerks((emg_of(rng, nothing, RATE),), CRITERIA).bursts)
        steady = emg_of(rng, nothing + 1.0, RATE)
        held += len(j.find_jerks((steady,), CRITERIA).bursts)
        silent += len(j.find_lapses(steady, CRITERIA).lapses or ())
    return [
        ("bursts found in an hour of rest", str(rest), "-"),
        ("bursts found in an hour of steady contraction", str(held), "-"),
        ("lapses found in an hour of steady contraction", str(silent), "-"),
        built_up(),
    ]


def built_up() -> Row:
    """Contractions of 10-60 units that are built up and let go within 1-8 s: silences called lapses."""
    made, judged = 0, 0.0
    for run in range(60):
        rng = np.random.default_rng((7910, run))
        trace = unit_contraction(rng, int(rng.integers(10, 61)), 30.0, 1000.0, built_s=float(rng.uniform(1, 8)))
        found = j.find_lapses(Channel("EMG", "emg", "uV", 1000.0, trace.astype(np.float32)), CRITERIA)
        made, judged = made + len(found.lapses or ()), judged + found.seconds
    return ("lapses found while 60 contractions of units are built up, held and let go", f"{made} in {judged:g} s judged", "0")


def lapses() -> list[Row]:
    """Silences of 60-250 ms in a contraction: with edges of 2 ms, and cut out of it abruptly."""
    rows: list[Row] = []
    for kind, lengths in (("edges of 2 ms", (70.0, 110.0, 180.0)), ("abrupt, white", ABRUPT), ("abrupt, 20-400 Hz", ABRUPT)):
        for length in lengths:
            rows += _lapses(kind, length)
    return rows


ABRUPT = (60.0, 100.0, 150.0, 250.0)


def _lapses(kind: str, length: float) -> list[Row]:
    """How many are found, and how far their usual length is from the true one."""
    hits = found = true = inside = 0
    errors = []
    for run in range(RUNS):
        rng = np.random.default_rng((7800, int(length), run))
        spans = irregular(rng, SECONDS, 1.0, length)
        quiet = gated(spans, SECONDS, RATE, 1.0)
        emg = emg_of(rng, 1.0 - (quiet if kind == "edges of 2 ms" else quiet > 0.5), RATE, size=60.0, rest=4.0)
        if kind == "abrupt, white":
            trace = rng.normal(0, np.where(quiet > 0.5, 5.0, 150.0))
            emg = Channel("EMG", "emg", "uV", RATE, trace.astype(np.float32))
        seen = j.find_lapses(emg, CRITERIA)
        starts = np.array([start for start, _ in spans])
        marks = seen.lapses or ()
        hits += len({int(np.argmin(np.abs(starts - m.onset_s))) for m in marks if np.abs(starts - m.onset_s).min() < 0.02})
        found, true = found + len(marks), true + len(spans)
        duration, usual = seen.get("lapse_duration"), middle_of(np.array([1000 * (b - a) for a, b in spans])).value
        if duration is not None:
            errors.append(duration.value - usual)  # type: ignore[operator]
            inside += bool(duration.low <= usual <= duration.high)  # type: ignore[operator]
    error = f"{np.mean(errors):+.1f}, {np.abs(errors).max():.1f} ms; interval covers the truth {inside} of {len(errors)}"
    what = f"{kind}, {length:g} ms"
    return [
        (f"{what}: precision, recall (n = {true})", f"{hits / max(found, 1):.3f}, {hits / true:.3f}", "-"),
        (f"{what}: error of the length, mean and largest", error, "<= 3 ms"),
    ]


def simulated() -> list[Row]:
    """Jerks and lapses of the simulator's muscle, over the interference pattern of its motor units; and the same held still."""
    rows: list[Row] = []
    for scenario, muscles in (("asterixis", {"EMG": ""}), ("cortical_myoclonus", {"EMG": "agonist", "EMG B": "antagonist"})):
        for name, muscle in muscles.items():
            rows.append(_scenario(scenario, name, muscle))
    made, lapsed = 0, 0
    seconds = 0.0
    for seed in range(7210, 7216):
        emg = simulate(load_scenario("asterixis"), seed=seed, parameters={"lapse.per_min": 0.0}).recording.of_kind("emg")[0]
        still, silent = j.find_jerks((emg,), CRITERIA), j.find_lapses(emg, CRITERIA)
        made, lapsed, seconds = made + len(still.bursts), lapsed + len(silent.lapses or ()), seconds + still.seconds
    what = f"asterixis without its lapses: jerks; lapses, in {seconds:g} s of held contraction"
    return [*rows, (what, f"{made}; {lapsed}", "0; 0"), *lengths()]


def lengths() -> list[Row]:
    """How long the lapses of the simulator's muscle are: the silence of its drive, and what is measured in the EMG."""
    errors, inside, each = [], 0, []
    for seed in range(7220, 7232):
        made = simulate(load_scenario("asterixis"), seed=seed)
        found = j.find_lapses(made.recording.of_kind("emg")[0], CRITERIA)
        true = silences([(e.start_s, e.start_s + e.duration_s) for e in made.truth.events if e.kind == "lapse"])
        duration, usual = found.get("lapse_duration"), middle_of(np.array([1000 * (b - a) for a, b in true])).value
        assert duration is not None
        errors.append(duration.value - usual)  # type: ignore[operator]
        inside += bool(duration.low <= usual <= duration.high)  # type: ignore[operator]
        for lapse in found.lapses or ():
            start, stop = min(true, key=lambda span: abs(span[0] - lapse.onset_s))
            each += [lapse.duration_ms - 1000 * (stop - start)] * (abs(start - lapse.onset_s) < 0.06)
    spread = f"{np.mean(each):+.1f}, {np.std(each):.1f} ms"
    return [
        (
            "asterixis, 12 seeds: error of the usual length, mean and largest",
            f"{np.mean(errors):+.1f}, {np.abs(errors).max():.1f} ms",
            "-",
        ),
        ("asterixis, 12 seeds: the interval covers the usual silence of the drive", f"{inside} of 12", ">= 11"),
        (f"asterixis, 12 seeds: error of each lapse, mean and SD (n = {len(each)})", spread, "-"),
    ]


def silences(spans: Spans) -> Spans:
    """Lapses that touch are one silence."""
    out: Spans = []
    for start, stop in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(stop, out[-1][1]))
        else:
            out.append((start, stop))
    return out


def _scenario(scenario: str, name: str, muscle: str) -> Row:
    """How many of the true jerks and lapses of one muscle are found within 60 ms, and how many others are."""
    counts = {"jerk": [0, 0, 0], "lapse": [0, 0, 0]}
    unjudged = {"jerk": 0, "lapse": 0}
    for seed in range(7200, 7206):
        made = simulate(load_scenario(scenario), seed=seed)
        emg = next(c for c in made.recording.of_kind("emg") if c.name == name)
        jerks, silent = j.find_jerks((emg,), CRITERIA), j.find_lapses(emg, CRITERIA)
        unjudged["jerk"] += jerks.seconds == 0
        unjudged["lapse"] += silent.lapses is None
        found = {"jerk": jerks.onsets_s, "lapse": np.array([lapse.onset_s for lapse in silent.lapses or ()])}
        for kind, onsets in found.items():
            judged = jerks.seconds if kind == "jerk" else silent.seconds
            true = np.array([e.start_s for e in made.truth.events if e.kind == kind and e.muscle in ("", muscle)])
            if judged:
                near = np.abs(true[:, None] - onsets).min(axis=1, initial=9.0) < 0.06
                alone = np.abs(true[:, None] - onsets).min(axis=0, initial=9.0) >= 0.06
                counts[kind] = [a + b for a, b in zip(counts[kind], (len(true), near.sum(), alone.sum()), strict=True)]
    said = [
        f"{kind}s {hit} of {true}, {wrong} made up" + f", not judged in {unjudged[kind]} of 6" * bool(unjudged[kind])
        for kind, (true, hit, wrong) in counts.items()
    ]
    return (f"{scenario}, {name}: found where judged", "; ".join(said), "all, 0 made up")


def spread() -> list[Row]:
    """Jerks that run along the cord at a known speed, with 1 ms of jitter a muscle."""
    late, speeds, told = [], [], 0
    for run in range(20):
        rng = np.random.default_rng((7700, run))
        speed = rng.uniform(3, 11)
        base, found = irregular(rng, SECONDS, 0.8, 60), []
        for name, path in (("rectus", 0.0), ("lumbar", 120.0), ("leg", 240.0)):
            spans = [(a + path / speed / 1000 + rng.normal(0, 0.001), b + path / speed / 1000) for a, b in base]
            channel = emg_of(rng, gated(spans, SECONDS, RATE, 1.0), RATE, name=name)
            found.append(j.find_jerks((channel,), CRITERIA))
        order = j.order_muscles(found, CRITERIA, path_mm={"rectus": 0.0, "lumbar": 120.0, "leg": 240.0})
        late.append(abs(order.latencies["leg"].value - 240 / speed))
        row = next((m for m in order.measurements if m.name == "jerk_spread_speed"), None)
        if row is not None:
            speeds.append(abs(row.value / speed - 1))  # type: ignore[operator]
            told += bool(row.low <= speed <= row.high)  # type: ignore[operator]
    return [
        ("latency between muscles, error, largest of 20", f"{max(late):.2f} ms", "-"),
        ("speed of spread of 3-11 m/s, error, mean and largest", f"{np.mean(speeds):.3f}, {max(speeds):.3f}", "-"),
        ("95 % interval of the speed covers the truth", f"{told} of {len(speeds)}", "-"),
    ]


def one_average(
    seed: tuple[int, ...], before: float, after: float, settings: j.AverageSettings, n: int, rate: float
) -> j.BackAverage:
    """An average with a wave before and another after each jerk."""
    rng = np.random.default_rng(seed)
    slow = settings.sign < 0
    at = 3.0 + np.cumsum((4.0 if slow else 0.8) + rng.exponential(0.8, n))
    data = eeg_of(rng, float(at[-1]) + 4.0, rate)
    add_wave(data[1], at, rate, -100.0 if slow else -20.0, 400.0 if slow else 6.0, before)
    add_wave(data[2], at, rate, 60.0, 12.0, after)
    return j.average_back(eeg_channels(data, rate), at, CRITERIA, settings)


def spike_before(seed: tuple[int, ...]) -> j.BackAverage:
    """The search for a readiness potential where only a sharp wave of the cortex goes before each jerk."""
    rng = np.random.default_rng(seed)
    at = 3.0 + np.cumsum(4.0 + rng.exponential(0.8, 50))
    data = eeg_of(rng, float(at[-1]) + 4.0, 500.0)
    add_wave(data[1], at, 500.0, -20.0, 6.0, -25.0)
    return j.average_back(eeg_channels(data, 500.0), at, CRITERIA, j.READINESS)


def averages() -> list[Row]:
    """How often chance is called a potential, and how often a potential is found."""
    many, rows = 200, list[Row]()
    chance = share(bool(one_average((7600, i), 0, 0, j.CORTICAL, 60, 500.0).present) for i in range(many))
    rows.append(("no potential, 60 jerks: called present", chance, "5 %"))
    later = share(bool(one_average((7601, i), 0, 80, j.CORTICAL, 60, 500.0).present) for i in range(many // 2))
    rows.append(("none before, 80 uV after each jerk, 60 jerks: called present", later, "5 %"))
    for size in (4.0, 6.0, 9.0):
        found = [one_average((7610, int(size), i), -size, 0, j.CORTICAL, 100, 500.0) for i in range(40)]
        rows.append(
            (f"{size:g} uV (SNR {size / 12:.2f}), 20 ms before, 100 jerks: found", share(bool(f.present) for f in found), "-")
        )
        leads = [f.get("cortical_potential_lead").value - 20 for f in found if f.present]  # type: ignore[union-attr,operator]
        if leads:
            rows.append((f"{size:g} uV: error of the lead, mean and SD", f"{np.mean(leads):+.1f}, {np.std(leads):.1f} ms", "-"))
    slow = share(bool(one_average((7640, i), 0, 0, j.READINESS, 50, 100.0).present) for i in range(many // 2))
    rows.append(("no readiness potential, 50 jerks: called present", slow, "5 %"))
    spikes = share(bool(spike_before((7660, i)).present) for i in range(many // 2))
    rows.append(("25 uV of cortex 20 ms before each jerk, 50 jerks: called readiness", spikes, "5 %"))
    for size in (4.0, 8.0):
        found = [one_average((7650, int(size), i), -size, 0, j.READINESS, 50, 100.0) for i in range(40)]
        rows.append((f"readiness potential of {size:g} uV, 50 jerks: found", share(bool(f.present) for f in found), "-"))
    return rows


def answers() -> list[Row]:
    """C-reflex and long-latency reflexes after stimuli, with a large direct answer."""

    def record(seed: tuple[int, ...], begin: float, size: float, rest: float) -> tuple[Channel, np.ndarray]:
        rng = np.random.default_rng(seed)
        at = 1.0 + np.arange(60) + rng.uniform(0, 0.1, 60)
        trace = emg_of(rng, np.zeros(int(63 * RATE)), RATE, rest=rest).samples.astype(np.float64)
        add_wave(trace, at, RATE, 6.0, 1.5, 4000.0)
        t = np.arange(round(0.012 * RATE)) / RATE
        for stimulus in at:
            first = round((stimulus + (begin + rng.normal(0, 0.5)) / 1000) * RATE)
            trace[first : first + len(t)] += size * rng.uniform(0.6, 1.4) * np.sin(2 * np.pi * t / 0.012)
        return Channel("APB", "emg", "uV", RATE, trace.astype(np.float32)), at

    def judged(seed: tuple[int, ...], id: str, size: float, rest: float, begin: float) -> j.Reflex:
        found = j.measure_reflexes(*record(seed, begin, size, rest), CRITERIA, contracted=id != "c_reflex").get(id)
        assert found is not None
        return found

    none = share(bool(judged((7500, i), "c_reflex", 0.0, 4.0, 40.0).present) for i in range(100))
    rows: list[Row] = [("no answer: C-reflex called present", none, "1 %")]
    for id, size, rest, begin in (("c_reflex", 6.0, 4.0, 40.0), ("c_reflex", 20.0, 4.0, 40.0), ("llr2", 30.0, 20.0, 50.0)):
        found = [judged((7510, int(size), i), id, size, rest, begin) for i in range(30)]
        told = [f.get(f"{id}_latency") for f in found if f.present]
        late = [latency.value - begin for latency in told]  # type: ignore[union-attr,operator]
        holds = sum(latency.low <= begin <= latency.high for latency in told)  # type: ignore[union-attr,operator]
        error = f"{np.mean(late):+.1f}, {np.std(late):.1f} ms; interval holds the truth {holds} of {len(late)}" if late else "-"
        rows.append((f"{id} of {size:g} uV over noise of {rest:g} uV, 60 stimuli: found", f"{len(late)} of {len(found)}", "-"))
        rows.append((f"{id} of {size:g} uV: error of the latency, mean and SD", error, "-"))
    return rows


def real(folder: Path) -> list[Row]:
    """Real EMG during voluntary contraction, in which nothing jerks: needle (PhysioNet emgdb, ODC-By 1.0), skin (openhdemg)."""
    rows: list[Row] = []
    for name in ("emg_healthy", "emg_neuropathy", "emg_myopathy"):
        (channel,) = read_recording(folder / "emgdb" / f"{name}.hea").channels
        emg = Channel(channel.name, "emg", channel.unit, channel.rate_hz, channel.samples)
        rows.append(_voluntary(name, emg))
    grid = np.diff(load(folder)[0], axis=0)
    pairs = [Channel(f"{k}", "emg", "uV", GRID_HZ, trace.astype(np.float32)) for k, trace in enumerate(grid)]
    shown = [_voluntary(f"hd_emg, pair {pair.name}", pair) for pair in pairs if int(pair.name) in PAIRS]
    return [*rows, *shown, *_pairs(pairs), *_cut(pairs)]


PAIRS = (5, 20, 40, 55)
"""Neighbours on the grid of openhdemg, each a bipolar channel, that no limit was chosen on; nine others were looked at."""


def _voluntary(name: str, emg: Channel) -> Row:
    found, silent = j.find_jerks((emg,), CRITERIA), j.find_lapses(emg, CRITERIA)
    lapsed = f"cannot be judged ({silent.why})" if silent.lapses is None else f"{len(silent.lapses)} in {silent.seconds:g} s"
    told = f"{len(found.bursts)} in {found.seconds:g} s watched, {found.held_s:g} s of them contracted"
    sparse = f", {found.sparse_s:g} s too sparse to judge" * bool(found.sparse_s)
    return (f"{name}: jerks, lapses", f"{told}{sparse}; {lapsed}", "none")


def _pairs(pairs: list[Channel]) -> list[Row]:
    """Lapses made up in all pairs of a grid over one contraction that is built up, held and let go."""
    found = [j.find_lapses(pair, CRITERIA) for pair in pairs]
    rows = []
    for name, some in (("all 63 pairs", found), ("those of even number", found[::2]), ("those of odd number", found[1::2])):
        made = [len(one.lapses or ()) for one in some]
        told = f"{sum(made)} in {sum(map(bool, made))} of {len(some)} pairs, {sum(one.seconds for one in some):g} s judged"
        rows.append((f"hd_emg, {name}: lapses made up", told, "0"))
    return rows


def _cut(pairs: list[Channel]) -> list[Row]:
    """Silences cut into the held part of the same contraction, filled with what the pair shows at rest: how many are found."""
    rows = []
    for length in (60.0, 100.0, 200.0):
        true = hits = wrong = 0
        errors = []
        for pair in pairs[::4]:
            rng = np.random.default_rng((7950, int(length), int(pair.name)))
            at, trace = np.arange(6.0, 26.0, 2.0) + rng.uniform(0, 1.5, 10), pair.samples.copy()
            for start in at:
                n = round(length / 1000 * GRID_HZ)
                trace[round(start * GRID_HZ) :][:n] = pair.samples[round(rng.uniform(0.1, 0.6) * GRID_HZ) :][:n]
            lapses = j.find_lapses(Channel(pair.name, "emg", "uV", GRID_HZ, trace), CRITERIA).lapses or ()
            gaps = np.abs(at[:, None] - np.array([lapse.onset_s for lapse in lapses]))
            true, hits = true + len(at), hits + int((gaps.min(axis=1, initial=9.0) < 0.06).sum())
            wrong += int((gaps.min(axis=0, initial=9.0) >= 0.06).sum())
            errors += [lapse.duration_ms - length for lapse, gap in zip(lapses, gaps.min(axis=0), strict=True) if gap < 0.06]
        error = f"; error of the length, mean and SD {np.mean(errors):+.0f}, {np.std(errors):.0f} ms" if errors else ""
        rows.append(
            (f"hd_emg, silences of {length:g} ms cut into 16 pairs: found", f"{hits} of {true}, {wrong} made up{error}", "-")
        )
    return rows


def tables(data: Path | None) -> Tables:
    """Every figure of jerks."""
    conditions = [
        (kind, snr, length) for kind in ("gated", "units") for snr in (3.0, 5.0, 10.0, 20.0) for length in (30.0, 60.0, 150.0)
    ]
    found = {
        "Bursts": [bursts(7000 + i, *condition) for i, condition in enumerate(conditions)],
        "Nothing there": quiet(),
        "Lapses of a held muscle": lapses(),
        "Scenarios of the simulator, 40 s each, six seeds": simulated(),
        "Spread": spread(),
        "Averages before jerks": averages(),
        "Answers to stimuli": answers(),
    }
    return NOTE, found | ({"Real voluntary contraction": real(data)} if data else {})


if __name__ == "__main__":
    for title, rows in tables(Path(sys.argv[1]) if len(sys.argv) > 1 else None)[1].items():
        print(f"# {title}")
        print("\n".join(" | ".join(row) for row in rows))
