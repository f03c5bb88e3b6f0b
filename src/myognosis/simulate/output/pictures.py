"""Pictures of a simulation: spikes, EMG, force, movement, spectrum. The same simulation gives the same picture."""

from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.model.recording import Channel
from myognosis.model.truth import DISCHARGES, Truth
from myognosis.simulate.run import Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from myognosis.simulate.axon import Membrane

__all__ = ["draw"]

_COLOURS = {
    "regular": "#4477aa", "tremor": "#228833", "jerk": "#aa3377", "fasciculation": "#cc3311", "doublet": "#ee7733",
    "f_wave": "#bbbb22", "myokymic": "#aa3377", "neuromyotonic": "#ee3377", "tetanic": "#009988", "cramp": "#cc3311",
    "m_wave": "#222222", "fibrillation": "#777777",
}  # fmt: skip
_TRACES = 5


def draw(
    simulation: Simulation, *, form: Literal["svg", "png"] = "svg", start_s: float = 0.0, stop_s: float | None = None
) -> bytes:
    """One page: spikes by what they are, a few EMG channels, force, the accelerometer's moving axis, and both spectra.

    Where axons follow their own equations, the membrane of one around an event as well.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra(mark("Drawing a simulation"), "simulate") from None
    truth, recording = simulation.truth, simulation.recording
    span = (start_s, truth.duration_s if stop_s is None else min(stop_s, truth.duration_s))
    with mpl.rc_context({"svg.hashsalt": "myognosis", "font.size": 8, "path.simplify_threshold": 0.6, "svg.fonttype": "none"}):
        shown = simulation.membrane is not None
        figure = Figure(figsize=(9, 7.2 + 1.9 * shown), layout="constrained")
        axes = figure.subplots(5 + shown, 1, height_ratios=[2.2, 2.6, 1, 1, 1.6] + [1.9] * shown)
        if simulation.membrane is not None:
            _membrane(axes[5], simulation.membrane)
        _raster(axes[0], truth, span)
        _emg(axes[1], recording.of_kind("emg"), span)
        _trace(axes[2], recording.of_kind("force"), span, "force, N")
        _trace(axes[3], recording.of_kind("accelerometer")[2:], span, "acceleration, m/s$^2$")
        _spectra(axes[4], simulation)
        axes[3].set_xlabel("s")
        for shared in axes[:4]:
            shared.set_xlim(*span)
        for shared in axes[:3]:
            shared.tick_params(labelbottom=False)
        figure.suptitle(f"{truth.scenario}, seed {truth.seed}")
        out = BytesIO()
        figure.savefig(out, format=form, dpi=90, metadata={"Date": None, "Creator": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def _raster(axis: "Axes", truth: Truth, span: tuple[float, float]) -> None:
    s = truth.spikes
    inside = (s.time_s >= span[0]) & (s.time_s <= span[1])
    for code in np.unique(s.discharge[inside]):
        rows = inside & (s.discharge == code)
        kind = DISCHARGES[code]
        axis.plot(s.time_s[rows], s.unit[rows], "|", ms=3, mew=0.6, color=_COLOURS[kind], label=kind, rasterized=rows.sum() > 3000)
    free = span[0]  # labels that would run into the last one stand a line higher
    for epoch in truth.epochs:
        axis.axvline(epoch.start_s, color="#999999", lw=0.6)
        if span[0] <= epoch.start_s < span[1]:
            line, label = 1.01 if epoch.start_s >= free else 1.08, f" {epoch.kind.replace('_', ' ')}"
            axis.text(epoch.start_s, line, label, transform=axis.get_xaxis_transform(), fontsize=7)
            free = epoch.start_s + 0.008 * len(label) * (span[1] - span[0])
    axis.set_ylabel("motor unit")
    axis.set_ylim(-1, len(truth.units))
    if len(np.unique(s.discharge[inside])):
        legend = axis.legend(loc="upper right", fontsize=7, frameon=True, markerscale=2)
        for mark in legend.get_lines():
            mark.set_markeredgewidth(2)


def _emg(axis: "Axes", channels: tuple[Channel, ...], span: tuple[float, float]) -> None:
    """At most five channels, evenly taken, one under the other on one scale."""
    chosen = [channels[i] for i in np.unique(np.linspace(0, len(channels) - 1, min(_TRACES, len(channels))).round().astype(int))]
    cut = [_within(channel, span) for channel in chosen]
    step = 1.1 * max(max(float(np.ptp(y)) for _, y in cut), 1e-3)
    for row, (channel, (x, y)) in enumerate(zip(chosen, cut, strict=True)):
        axis.plot(x, y - row * step, lw=0.4, color="#222222", rasterized=len(x) > 20_000)
        back = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
        axis.text(span[0], -row * step + 0.25 * step, f" {channel.name}", fontsize=6, va="bottom", bbox=back)
    bar = _round(step / 2)
    right = span[1] - 0.006 * (span[1] - span[0])
    axis.plot([right] * 2, [-bar / 2, bar / 2], lw=3, color="#cc3311", solid_capstyle="butt")
    axis.set_ylim(-(len(chosen) - 0.4) * step, 0.6 * step)
    axis.set_yticks([])
    axis.set_ylabel(f"EMG, bar {bar:g} \N{MICRO SIGN}V")


def _round(value: float) -> float:
    """The nearest smaller of 1, 2, 5 times a power of ten."""
    scale = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return float(scale * max(step for step in (1, 2, 5) if step * scale <= value * 1.0001))


def _within(channel: Channel, span: tuple[float, float]) -> tuple[Any, Any]:
    first, last = (round(edge * channel.rate_hz) for edge in span)
    return np.arange(first, min(last, len(channel.samples))) / channel.rate_hz, channel.samples[first:last]


def _trace(axis: "Axes", channels: tuple[Channel, ...], span: tuple[float, float], label: str) -> None:
    for channel in channels:
        axis.plot(*_within(channel, span), lw=0.7, label=channel.name)
    axis.set_ylabel(label)
    if len(channels) > 1:
        axis.legend(loc="upper right", fontsize=7)


def _membrane(axis: "Axes", membrane: "Membrane") -> None:
    """The node's potential, and on the right how open the gates are."""
    start = membrane.time_s[0]
    ms = 1000 * (membrane.time_s - start)
    axis.plot(ms, membrane.node_mv, lw=0.9, color="#222222")
    axis.set_ylabel("node, mV")
    axis.set_xlabel(f"ms from {start:.2f} s, axon of unit {membrane.axon}")
    axis.set_xlim(0, ms[-1])
    axis.set_ylim(-110, 50)
    right = axis.twinx()
    for (name, open_), (label, colour) in zip(membrane.gates.items(), _GATES.items(), strict=True):
        right.plot(ms, open_, lw=0.8, color=colour, label=f"{name}: {label}")
    right.set_ylim(0, 1.05)
    right.set_ylabel("open")
    right.legend(loc="upper right", fontsize=7)


_GATES = {"sodium, fast inactivation": "#4477aa", "potassium, slow": "#cc3311", "sodium, slow inactivation": "#228833"}


def _spectra(axis: "Axes", simulation: Simulation) -> None:
    """Power by frequency to 30 Hz, each over its largest: of the rectified EMG and of the movement (Welch 1967, windows of 4 s)."""
    from scipy.signal import welch

    emg = simulation.recording.of_kind("emg")
    middle = emg[len(emg) // 2]
    fold = max(1, round(middle.rate_hz / 128))
    whole = np.abs(middle.samples[: len(middle.samples) // fold * fold]).reshape(-1, fold).mean(axis=1)
    rows = [(whole, middle.rate_hz / fold, "rectified EMG")]
    rows += [(c.samples, c.rate_hz, "acceleration") for c in simulation.recording.of_kind("accelerometer")[2:]]
    for signal, rate, label in rows:
        hz, power = welch(signal, rate, nperseg=min(len(signal), round(4 * rate)), detrend="linear")
        part = (hz >= 0.75) & (hz <= 30)
        if part.any() and power[part].max() > 0:
            axis.plot(hz[part], power[part] / power[part].max(), lw=0.9, label=label)
    axis.set_xlabel("Hz")
    axis.set_ylabel("power")
    axis.set_xlim(0, 30)
    axis.legend(loc="upper right", fontsize=7)
