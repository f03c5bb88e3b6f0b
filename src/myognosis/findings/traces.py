"""The traces of a nerve-conduction study become the numbers of its row; from there on the row is as good as an entered one."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING

from myognosis.faults import Issue, Level, MissingExtra, RecordingError
from myognosis.findings.ledger import Ledger
from myognosis.language import mark
from myognosis.model.case import Conduction, Proximal, Trace
from myognosis.model.finding import Measured
from myognosis.model.picture import Mark, ScatterPicture, TracePicture
from myognosis.model.recording import Annotation, Measurement

if TYPE_CHECKING:
    from myognosis.model.stimulation import CmapScan
    from myognosis.signals.conduction import Response, Sweep

__all__ = ["measured_row", "measured_scan"]

_BEFORE_MS, _AFTER_MS, _LEAST_AFTER_MS = 10.0, 100.0, 10.0
_REPLICATES = 3
_Numbers = dict[str, object]


def measured_row(row: Conduction, ledger: Ledger, path: str) -> Conduction:
    """The row with the numbers that its traces give; a number that was entered stays as it is."""
    if ledger.folder is None or find_spec("scipy") is None:
        return row
    if row.kind == "cmap_scan":
        return _motor_units(row, ledger, path)
    sweeps: dict[str, tuple[Sweep, ...]] = {}
    traces: _Traces = {trace.site: trace for trace in row.traces}
    for index, trace in enumerate(row.traces):
        cut = _sweeps(trace, ledger, f"{path}.traces[{index}]")
        if cut is None:
            return row
        sweeps[trace.site] = sweeps.get(trace.site, ()) + cut
    if "distal" not in sweeps:
        return row
    h_reflex = partial(_h_reflex, falls_below=ledger.knowledge.number("conduction_h_falls_below"))
    measures: dict[str, Callable[[Conduction, _Sites, _Traces], _Result]] = {
        "motor": _motor, "sensory": _sensory, "f_wave": _f_waves, "h_reflex": h_reflex, "repetitive": _train,
    }  # fmt: skip
    measure = measures.get(row.kind)
    if measure is None:
        return row
    turned = _upside_down(row, sweeps, traces, ledger, path)
    found, measurements = ({}, ()) if turned else measure(row, sweeps, traces)
    if not turned:
        _doubt_response(row, found, ledger, path)
    seconds = sum(len(s.samples) / s.rate_hz for cut in sweeps.values() for s in cut)
    measurements = tuple(m.model_copy(update={"seconds": seconds, "channel": row.nerve}) for m in measurements)
    pictures = tuple(_drawn(row, site, sweeps, traces) for site in sweeps)
    ledger.measured.append(Measured(file=traces["distal"].file, during=None, measurements=measurements, pictures=pictures))
    kept = {name: value for name, value in found.items() if getattr(row, name) is None or name == "proximal"}
    return row.model_copy(update=kept)


def _upside_down(row: Conduction, sites: "_Sites", traces: "_Traces", ledger: Ledger, path: str) -> bool:
    """Whether a response of muscle begins with so large a deflection the wrong way that its marks mean nothing; then it is said."""
    from myognosis.signals.conduction import average, positive_before

    if row.kind != "motor":
        return False
    found = {site: _response(row, site, sites, traces) for site in sites}
    shares = [positive_before(average(sites[site]), one) for site, one in found.items() if one is not None and one.automatic]
    if max(shares, default=0.0) < ledger.knowledge.number("conduction_first_positive_share"):
        return False
    what = mark("The response begins with a deflection downward, {share} % as large as its peak: nothing is measured in it.")
    fix = mark("Turn round what points up (up), move the electrode over the middle of the muscle, or set the marks by hand.")
    ledger.issue("conduction.upside_down", Level.DOUBT, path, what, fix, share=f"{100 * max(shares):.0f}")
    return True


def _doubt_response(row: Conduction, found: "_Numbers", ledger: Ledger, path: str) -> None:
    """Says that no response was seen, or that what was seen may be no H reflex."""
    if not found:
        what, fix = (
            mark("No response stands out of the noise of these traces."),
            mark("Set the marks by hand, or enter: absent: true"),
        )
        ledger.issue("conduction.no_response", Level.DOUBT, path, what, fix)
    elif row.kind == "h_reflex" and "h_m_percent" not in found:
        what = mark("The late answer does not grow smaller at the largest M wave: it may be an F wave, and H/M is not told.")
        fix = mark("Raise the stimulus step by step, from below the M wave to the largest M wave.")
        ledger.issue("conduction.h_rising", Level.DOUBT, path, what, fix)


def _motor_units(row: Conduction, ledger: Ledger, path: str) -> Conduction:
    """The number of motor units in the CMAP scan of a Qtrac file."""
    from myognosis.model.stimulation import CmapScan
    from myognosis.readers.qtrac import read_mem

    file = _beside(row.traces[0].file, ledger.folder)
    try:
        scan = read_mem(file) if file else None
    except RecordingError as error:
        ledger.issues += [Issue(i.code, Level.DOUBT, f"{path} {i.where}", i.what, i.fix) for i in error.issues]
        return row
    rows = measured_scan(scan, row.nerve) if isinstance(scan, CmapScan) else ()
    if not rows:
        what = mark("From this file the number of motor units cannot be estimated.")
        fix = mark("A CMAP scan of Qtrac (.MEM) with both plateaus is needed beside the case.")
        ledger.issue("conduction.scan", Level.DOUBT, path, what, fix)
        return row
    pictures = (_scanned(scan, row.nerve),) if isinstance(scan, CmapScan) else ()
    ledger.measured.append(Measured(file=row.traces[0].file, during=None, measurements=rows, pictures=pictures))
    return row if row.motor_units is not None else row.model_copy(update={"motor_units": min(rows[0].value or 0.0, 2000.0)})


def measured_scan(scan: "CmapScan", name: str) -> tuple[Measurement, ...]:
    """The number of motor units in a scan first, and what goes with it; nothing where the scan does not bear an estimate."""
    from myognosis.signals.munes import estimate_motor_units

    found = estimate_motor_units(scan)
    if found is None:
        return ()
    low, high = found.low / found.number, found.high / found.number  # size and weighted number rest on the same steps
    rows = (
        _number("motor_units", found.number, "1", "bostock2016", found.low, found.high),
        _number("motor_units_weighted", found.weighted, "1", "bostock2016", found.weighted * low, found.weighted * high),
        _number("d50", found.d50, "1", "sleutjes2014"),
        _number("unit_size", found.mean_size_uv, "uV", "bostock2016", found.mean_size_uv / high, found.mean_size_uv / low),
    )  # fmt: skip
    return tuple(m.model_copy(update={"channel": name}) for m in rows)


def _sweeps(trace: Trace, ledger: Ledger, path: str) -> "tuple[Sweep, ...] | None":
    """The traces around the stimuli of one file; None, with an issue, where something that must be known is not."""
    from myognosis.readers import read_recording
    from myognosis.signals.conduction import cut_sweeps

    file = _beside(trace.file, ledger.folder)
    if file is None:
        what, fix = mark("The file of the traces does not lie beside the case."), mark("Put it there, or correct its name.")
        ledger.issue("conduction.file", Level.DOUBT, f"{path}.file", what, fix)
        return None
    try:
        recording = read_recording(file, units=trace.units)
    except (RecordingError, MissingExtra) as error:
        for issue in getattr(error, "issues", ()):
            ledger.issues.append(Issue(issue.code, Level.DOUBT, f"{path} {issue.where}", issue.what, issue.fix))
        return None
    channels = [c for c in recording.channels if c.unit == "uV" and trace.channel in (None, c.name)]
    stimuli = trace.stimuli_s or _stimuli(recording.annotations)
    if len(channels) != 1 or not stimuli or trace.up is None:
        what = mark("To measure these traces one channel, the times of the stimuli and what points up must be known.")
        fix = mark("Give: channel, stimuli_s, up: negative or positive")
        ledger.issue("conduction.traces", Level.DOUBT, path, what, fix)
        return None
    before, after = _room(stimuli, channels[0].duration_s)
    cut = cut_sweeps(channels[0], stimuli, trace.up, before_ms=before, after_ms=after) if after >= _LEAST_AFTER_MS else ()
    if not cut:
        what, fix = mark("Too little was recorded after the stimuli."), mark("Check stimuli_s; give traces of {ms} ms and more.")
        ledger.issue("conduction.short", Level.DOUBT, path, what, fix, ms=f"{_LEAST_AFTER_MS:g}")
    return cut or None


def _room(stimuli: Sequence[float], duration_s: float) -> tuple[float, float]:
    """Milliseconds before and after every stimulus that hold no other one and are recorded."""
    times = [0.0, *sorted(stimuli), duration_s]
    gaps = [1000 * (b - a) for a, b in pairwise(times[1:])]
    return min(_BEFORE_MS, 1000 * times[1]), min(_AFTER_MS, *gaps)


def _stimuli(annotations: Sequence[Annotation]) -> tuple[float, ...]:
    return tuple(a.start_s for a in annotations if a.text.casefold().startswith("stim"))


def _beside(name: str, folder: Path | None) -> Path | None:
    """The file, if it lies in the folder of the case or below; nothing else is ever opened."""
    from myognosis.readers.boxed import stands

    if folder is None:
        return None
    try:
        path = (folder / name).resolve()
        return path if stands(path) and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


_Sites = dict[str, "tuple[Sweep, ...]"]
_Traces = dict[str, Trace]
_Result = tuple[_Numbers, tuple[Measurement, ...]]


def _response(row: Conduction, site: str, sites: _Sites, traces: _Traces) -> "Response | None":
    from myognosis.signals.conduction import Marks, average, measure_response

    if site not in sites:
        return None
    t = traces[site]
    marks = Marks(onset_ms=t.onset_ms, peak_ms=t.peak_ms, negative_end_ms=t.negative_end_ms)
    return measure_response(average(sites[site]), "sensory" if row.kind == "sensory" else "motor", marks)


def _number(
    name: str, value: float | None, unit: str, source: str, low: float | None = None, high: float | None = None, how: str = "",
    method: str = "",
) -> Measurement:  # fmt: skip
    method = "; ".join(filter(None, (method or _METHODS[source], how)))
    return Measurement(name=name, value=value, low=low, high=high, unit=unit, method=method, source=source, seconds=0.0)


def _sized(row: Conduction, near: "Response", sites: "_Sites", traces: "_Traces") -> list[Measurement]:
    """Latency and amplitude of the distal response, with what the single traces, or else the noise, say of their error.

    Of three traces and more: Student's interval of the mean (Gosset 1908, Biometrika 6:1, remembered). Of fewer the error of the
    latency is not known; that of the amplitude is the noise before the stimulus.
    """
    from scipy.stats import t

    latency = near.peak_ms if row.kind == "sensory" else near.onset_ms
    each = [one for sweep in sites["distal"] if (one := _response(row, "distal", {"distal": (sweep,)}, traces))]
    values, half = (latency, near.amplitude_uv), (None, 1.96 * near.noise_uv)
    how = "one trace or two; interval of the amplitude from the noise before the stimulus"
    if len(each) >= _REPLICATES:
        found = [[one.peak_ms if row.kind == "sensory" else one.onset_ms for one in each], [one.amplitude_uv for one in each]]
        reach = float(t.ppf(0.975, len(each) - 1)) / len(each) ** 0.5
        half, how = tuple(reach * stdev(x) for x in found), "interval from the spread of the single traces"
    rows = (("response_latency", "ms"), ("response_amplitude", "uV"))
    return [
        _number(name, x, unit, "kimura2013", None if h is None else x - h, None if h is None else x + h, how)
        for (name, unit), x, h in zip(rows, values, half, strict=True)
    ]


_REFLEX = "largest reflex from peak to peak, over the largest M wave"
_METHODS = {
    "kimura2013": "onset by the line through two crossings, amplitude from the baseline to the negative peak",
    "maynard1972": "distance over difference of latencies, interval from the errors of marks and distance",
    "fisher1992": "late responses over 7 noise SD of all traces and 20 uV, the tail of the M wave and mains taken off",
    "wilson1927": "share of stimuli, Wilson interval",
    "bostock2016": "variance of neighbouring responses of a CMAP scan, unit sizes of CV 0.58, interval by simulated scans",
    "sleutjes2014": "the number of largest steps that make half of the response",
    "chroni1996": "F waves with a twin of the same form, size and latency",
    "abraham2017_rns": "fourth response against the first",
}
_SHOWN_MS = {"motor": 30.0, "sensory": 12.0, "repetitive": 30.0}
_COLUMNS = 500


def _drawn(row: Conduction, site: str, sites: "_Sites", traces: "_Traces") -> TracePicture:
    """The mean trace of a site with the marks of its response; of late responses the first trace."""
    from myognosis.signals.conduction import average

    window = traces[site].window_ms
    sweep = sites[site][0] if window else average(sites[site])
    first, last = sweep.at(-2.0), sweep.at(window[1] if window else _SHOWN_MS.get(row.kind, 30.0))
    step = -(-(last - first) // _COLUMNS)
    last -= (last - first) % step
    columns = sweep.samples[first:last].reshape(-1, step)
    response = None if window else _response(row, site, sites, traces)
    told = response.marks if response else None
    places = (("onset", told.onset_ms), ("peak", told.peak_ms), ("end", told.negative_end_ms)) if told else ()
    return TracePicture(
        channel=f"{row.nerve}, {site}", unit="uV", rate_hz=sweep.rate_hz, band_hz=row.filter_hz,
        averaged=window is None and len(sites[site]) > 1, up="negative", start_s=sweep.ms(first) / 1000,
        seconds=(last - first) / sweep.rate_hz, low=tuple(columns.min(axis=1).tolist()),
        high=tuple(columns.max(axis=1).tolist()),
        marks=tuple(Mark(label=name, start_s=ms / 1000) for name, ms in places if ms is not None),
    )  # fmt: skip


def _scanned(scan: "CmapScan", nerve: str) -> ScatterPicture:
    """Every response over its stimulus."""
    x, y = (tuple(float(f"{v:.4g}") for v in values) for values in (scan.stimulus_ma, scan.response_mv))
    return ScatterPicture(label=nerve, x_unit="mA", y_unit="mV", x=x, y=y)


def _motor(row: Conduction, sites: _Sites, traces: _Traces) -> _Result:
    from myognosis.signals.conduction import compare_sites

    near, far = (_response(row, site, sites, traces) for site in ("distal", "proximal"))
    if near is None:
        return {}, ()
    numbers: _Numbers = {
        "latency_ms": near.onset_ms, "amplitude_mv": near.amplitude_uv / 1000, "area_mv_ms": near.area_uv_ms / 1000,
        "duration_ms": near.negative_duration_ms, "distal_duration_ms": near.duration_ms,
    }  # fmt: skip
    rows = _sized(row, near, sites, traces)
    if far is not None:
        distance = row.proximal.distance_mm if row.proximal else None
        both = compare_sites(near, far, distance)
        numbers["proximal"] = Proximal(
            latency_ms=far.onset_ms, amplitude_mv=far.amplitude_uv / 1000, area_mv_ms=far.area_uv_ms / 1000,
            duration_ms=far.negative_duration_ms, distance_mm=distance,
        )  # fmt: skip
        if both.velocity_m_s is not None and both.velocity_error_m_s is not None:
            v, e = both.velocity_m_s, both.velocity_error_m_s
            numbers["velocity_m_s"] = min(v, 150.0)
            rows.append(_number("conduction_velocity", v, "m/s", "maynard1972", v - e, v + e))
    return numbers, tuple(rows)


def _sensory(row: Conduction, sites: _Sites, traces: _Traces) -> _Result:
    near = _response(row, "distal", sites, traces)
    if near is None:
        return {}, ()
    numbers: _Numbers = {"latency_ms": near.peak_ms, "amplitude_uv": near.amplitude_uv, "duration_ms": near.negative_duration_ms}
    rows = _sized(row, near, sites, traces)
    if row.distance_mm:
        v = row.distance_mm / near.onset_ms
        numbers["velocity_m_s"] = min(v, 150.0)
        rows.append(_number("conduction_velocity", v, "m/s", "maynard1972"))
    return numbers, tuple(rows)


def _f_waves(row: Conduction, sites: _Sites, traces: _Traces) -> _Result:
    from myognosis.signals.conduction import find_f_waves

    window = traces["distal"].window_ms
    if window is None:
        return {}, ()
    found = find_f_waves(sites["distal"], *window)
    low, high = found.persistence_interval()
    numbers: _Numbers = {"stimuli": len(sites["distal"]), "persistence_percent": 100 * found.persistence}
    numbers |= {"latency_ms": found.minimum_ms, "chronodispersion_ms": found.chronodispersion_ms}
    rows = (
        _number("f_minimum", found.minimum_ms, "ms", "fisher1992"), _number("f_mean", found.mean_ms, "ms", "fisher1992"),
        _number("f_maximum", found.maximum_ms, "ms", "fisher1992"),
        _number("f_persistence", 100 * found.persistence, "%", "wilson1927", 100 * low, 100 * high),
        _number("f_repeaters", 100 * found.repeaters / len(found.latencies_ms), "%", "chroni1996"),
    )  # fmt: skip
    return numbers, rows


def _h_reflex(row: Conduction, sites: _Sites, traces: _Traces, falls_below: float) -> _Result:
    from myognosis.signals.conduction import measure_h_reflex

    window = traces["distal"].window_ms
    if window is None:
        return {}, ()
    found = measure_h_reflex(sites["distal"], window[0], *window)
    if found.latency_ms is None:
        return {}, ()
    latency = _number("h_latency", found.latency_ms, "ms", "fisher1992", method=_REFLEX)
    if found.left >= falls_below:
        return {"latency_ms": found.latency_ms}, (latency,)
    ratio = _number("h_m_ratio", 100 * found.ratio, "%", "fisher1992", method=_REFLEX)
    return {"latency_ms": found.latency_ms, "h_m_percent": min(100 * found.ratio, 1000.0)}, (latency, ratio)


def _train(row: Conduction, sites: _Sites, traces: _Traces) -> _Result:
    from myognosis.signals.conduction import measure_train

    found = measure_train(sites["distal"])
    if found is None or found.irregular:
        return {}, ()
    rows = (
        _number("decrement", found.decrement, "%", "abraham2017_rns"),
        _number("area_decrement", found.area_decrement, "%", "abraham2017_rns"),
    )
    return {"decrement_percent": found.decrement}, rows
