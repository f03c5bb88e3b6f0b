"""Pictures of a simulation: spikes, EMG and a closer look at it, force, movement, spectra, the membrane of an axon.

The same simulation gives the same picture. Words stand in the language asked for, beside what they name; nothing lies on a trace.
"""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from myognosis.faults import MissingExtra
from myognosis.language import Language, catalogue, decimal, mark
from myognosis.model.recording import Channel
from myognosis.model.truth import DISCHARGES, Truth
from myognosis.simulate.output.places import Close, closer
from myognosis.simulate.run import Simulation
from myognosis.simulate.words import EPOCHS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from myognosis.simulate.axon import Membrane

__all__ = ["draw"]

Say = Callable[..., str]
"""A text in the language, its numbers in place."""
_INK, _PALE, _BAND, _BAR = "#333333", "#8a8a8a", "#f3efe6", "#b4552d"
_KINDS = {
    "regular": ("#3d6a94", mark("voluntary")), "tremor": ("#3f7f5f", mark("tremor")), "jerk": ("#8c4a7a", mark("jerk")),
    "fasciculation": ("#b4552d", mark("fasciculation")), "doublet": ("#e0a243", mark("second of a pair")),
    "f_wave": ("#7a7a2c", mark("F-wave")), "myokymic": ("#d07ab6", mark("myokymic")),
    "neuromyotonic": ("#b03060", mark("neuromyotonic")), "tetanic": ("#2f8f8a", mark("tetanic")), 
    "cramp": ("#5c2e14", mark("cramp")),
    "m_wave": (_INK, mark("M-wave")), "fibrillation": ("#777777", mark("fibrillation")),
}  # fmt: skip
_GATES = {
    "h": ("#3d6a94", mark("fast sodium gates not inactivated")), "s": (_BAR, mark("slow potassium gates open")),
    "u": ("#3f7f5f", mark("slow sodium gates not inactivated")),
}  # fmt: skip
_TRACES = 5
_STYLE: Any = {
    "svg.hashsalt": "myognosis", "svg.fonttype": "none", "path.simplify_threshold": 0.6, "font.size": 8, "axes.edgecolor": _PALE,
    "axes.labelcolor": _INK, "xtick.color": _PALE, "ytick.color": _PALE, "xtick.labelcolor": _INK, "ytick.labelcolor": _INK,
    "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6, "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "legend.fontsize": 7, "axes.labelsize": 8,
}  # fmt: skip


def draw(
    simulation: Simulation, *, form: Literal["svg", "png"] = "svg", start_s: float = 0.0, stop_s: float | None = None,
    title: str = "", language: Language = "en",
) -> bytes:  # fmt: skip
    """One page: spikes by what they are, a few EMG channels and a closer look at one, force, movement, and both spectra.

    Where axons follow their own equations, the membrane of one around an event as well. ``title`` stands above, the scenario's id
    by default.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra(mark("Drawing a simulation"), "simulate") from None
    truth = simulation.truth
    span = (start_s, truth.duration_s if stop_s is None else min(stop_s, truth.duration_s))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9, 8.6), layout="constrained")
        _fill(figure, simulation, span, _words(language))
        name = title or truth.scenario
        seed = _words(language)(mark("seed {n}"), n=str(truth.seed))
        figure.suptitle(f"{name}  ·  {seed}", x=0.01, ha="left", fontsize=11, color=_INK)
        for axis in figure.axes:
            _in_language(axis, language)
        out = BytesIO()
        figure.savefig(out, format=form, dpi=90, metadata={"Date": None, "Creator": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def _words(language: Language) -> Say:
    gettext = catalogue(language).gettext
    return lambda text, **numbers: gettext(text).format(**{name: decimal(number, language) for name, number in numbers.items()})


def _fill(figure: "Figure", simulation: Simulation, span: tuple[float, float], say: Say) -> None:
    truth, recording = simulation.truth, simulation.recording
    emg = recording.of_kind("emg")
    grid = figure.add_gridspec(6, 2, height_ratios=[2.0, 2.4, 1.5, 0.9, 0.9, 1.7])
    spikes, traces, close, force, movement = (figure.add_subplot(grid[row, :]) for row in range(5))
    place = closer(truth, emg, span)
    _raster(spikes, truth, span, say)
    _emg(traces, emg, span, say)
    traces.axvspan(place.start_s, place.stop_s, facecolor=_BAND, edgecolor=_BAR, lw=0.5, zorder=0)
    _close(close, place, say)
    shocks = [event.start_s for event in truth.events if event.kind == "stimulus"]
    _stimuli(traces, [at for at in shocks if span[0] <= at <= span[1]])
    _stimuli(close, [1000 * (at - place.start_s) for at in shocks if place.start_s <= at <= place.stop_s], say(mark("stimulus")))
    _trace(force, recording.of_kind("force"), span, say(mark("force, N")))
    outward = tuple(channel for channel in recording.of_kind("accelerometer") if channel.name.endswith("Z"))
    _trace(movement, outward, span, say(mark("acceleration, m/s²")))
    movement.set_xlabel(say(mark("time, s")))
    for axis in (spikes, traces, force, movement):
        axis.set_xlim(*span)
    for axis in (spikes, traces, force):
        axis.tick_params(labelbottom=False, bottom=False)
        axis.spines["bottom"].set_visible(False)
    shown = simulation.membrane
    _spectra(figure.add_subplot(grid[5, 0] if shown is not None else grid[5, :]), simulation, say)
    if shown is not None:
        _membrane(figure.add_subplot(grid[5, 1]), shown, say)


def _in_language(axis: "Axes", language: Language) -> None:
    """The decimal sign of the language on both axes."""
    from matplotlib.ticker import FuncFormatter, ScalarFormatter

    for ticks in (axis.xaxis, axis.yaxis):
        if language != "en" and isinstance(ticks.get_major_formatter(), ScalarFormatter) and len(ticks.get_ticklocs()):
            ticks.set_major_formatter(FuncFormatter(lambda value, _: decimal(f"{value:g}", language)))


def _aside(axis: "Axes") -> None:
    """The legend to the right of the axis."""
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.02), handlelength=1.2, borderaxespad=0.3)


def _raster(axis: "Axes", truth: Truth, span: tuple[float, float], say: Say) -> None:
    s = truth.spikes
    inside = (s.time_s >= span[0]) & (s.time_s <= span[1])
    for code in np.unique(s.discharge[inside]):
        rows = inside & (s.discharge == code)
        colour, name = _KINDS[DISCHARGES[code]]
        axis.plot(s.time_s[rows], s.unit[rows], "|", ms=3, mew=0.6, color=colour, rasterized=rows.sum() > 3000)
        axis.plot([], [], "|", ms=7, mew=2, color=colour, label=say(name))
    free = span[0]  # a label that would run into the last one stands a line higher
    for i, epoch in enumerate(truth.epochs):
        if i % 2:
            axis.axvspan(epoch.start_s, epoch.start_s + epoch.duration_s, color="#f4f4f4", lw=0, zorder=0)
        if span[0] <= epoch.start_s < span[1]:
            name = say(EPOCHS[epoch.kind]) if epoch.kind in EPOCHS else epoch.kind.replace("_", " ")
            line = 1.02 if epoch.start_s >= free else 1.12
            axis.text(epoch.start_s, line, name, transform=axis.get_xaxis_transform(), fontsize=7, color=_INK)
            free = epoch.start_s + 0.011 * len(name) * (span[1] - span[0])
    axis.set_ylabel(say(mark("motor unit")))
    axis.set_ylim(-1, len(truth.units))
    if inside.any():
        _aside(axis)


def _emg(axis: "Axes", channels: tuple[Channel, ...], span: tuple[float, float], say: Say) -> None:
    """At most five channels, evenly taken, one under the other on one scale."""
    chosen = [channels[i] for i in np.unique(np.linspace(0, len(channels) - 1, min(_TRACES, len(channels))).round().astype(int))]
    cut = [_within(channel, span) for channel in chosen]
    step = 1.1 * max(max(float(np.ptp(y)) for _, y in cut), 1e-3)
    for row, (x, y) in enumerate(cut):
        axis.plot(x, y - row * step, lw=0.4, color=_INK, rasterized=len(x) > 20_000)
    axis.set_yticks([-row * step for row in range(len(chosen))], [channel.name for channel in chosen], fontsize=7)
    axis.tick_params(left=False)
    axis.spines["left"].set_visible(False)
    axis.set_ylim(-(len(chosen) - 0.4) * step, 0.6 * step)
    _bar(axis, step / 2, say)


def _bar(axis: "Axes", size: float, say: Say) -> None:
    """A scale bar to the right of the axis, at its foot."""
    bar = _round(size)
    foot = axis.get_ylim()[0]
    at = axis.get_yaxis_transform()
    axis.plot([1.012] * 2, [foot, foot + bar], lw=2, color=_BAR, solid_capstyle="butt", clip_on=False, transform=at)
    size_told, up = say(mark("{n} µV"), n=f"{bar:g}"), say(mark("positive up"))
    axis.text(1.02, foot + bar / 2, f"{size_told}\n{up}", transform=at, fontsize=7, color=_BAR, va="center")


def _stimuli(axis: "Axes", at: list[float], name: str = "") -> None:
    """An arrow at the top of the axis for each shock, the first with its name."""
    if not at:
        return  # an empty line that is not clipped would take all the room
    top = axis.get_xaxis_transform()
    axis.plot(at, [1.0] * len(at), "v", ms=4, color=_BAR, clip_on=False, transform=top, zorder=3)
    if name:
        axis.annotate(name, (at[0], 1.0), (5, 2), xycoords=top, textcoords="offset points", fontsize=7, color=_BAR)


def _close(axis: "Axes", place: Close, say: Say) -> None:
    """A part of the channel that shows it best, on a scale of its own."""
    x, y = _within(place.channel, (place.start_s, place.stop_s))
    axis.set_facecolor(_BAND)
    axis.plot(1000 * (x - place.start_s), y, lw=0.7, color=_INK)
    axis.set_xlim(0, 1000 * (place.stop_s - place.start_s))
    axis.set_yticks([0], [place.channel.name], fontsize=7)
    axis.tick_params(left=False)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(say(mark("a closer look: time from {start} s, ms"), start=f"{place.start_s:.2f}"))
    _bar(axis, float(np.ptp(axis.get_ylim())) / 3, say)


def _round(value: float) -> float:
    """The nearest smaller of 1, 2, 5 times a power of ten."""
    scale = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return float(scale * max(step for step in (1, 2, 5) if step * scale <= value * 1.0001))


def _within(channel: Channel, span: tuple[float, float]) -> tuple[Any, Any]:
    first, last = (round(edge * channel.rate_hz) for edge in span)
    return np.arange(first, min(last, len(channel.samples))) / channel.rate_hz, channel.samples[first:last]


def _trace(axis: "Axes", channels: tuple[Channel, ...], span: tuple[float, float], label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    for channel, colour in zip(channels, ("#3d6a94", _BAR), strict=False):
        axis.plot(*_within(channel, span), lw=0.7, color=colour, label=channel.name)
    axis.set_title(label, loc="left", fontsize=8, color=_INK, pad=2)
    axis.yaxis.set_major_locator(MaxNLocator(2))
    if len(channels) > 1:
        _aside(axis)


def _membrane(axis: "Axes", membrane: "Membrane", say: Say) -> None:
    """The node's potential above, how open the gates are below it on the right."""
    start = membrane.time_s[0]
    ms = 1000 * (membrane.time_s - start)
    axis.plot(ms, membrane.node_mv, lw=0.9, color=_INK)
    axis.set_ylabel(say(mark("node of an axon, mV")))
    axis.set_xlabel(say(mark("time from {start} s, ms"), start=f"{start:.2f}"))
    axis.set_xlim(0, ms[-1])
    axis.set_ylim(-110, 50)
    right = axis.twinx()
    right.spines["right"].set_visible(True)
    for (name, open_), (gate, (colour, label)) in zip(membrane.gates.items(), _GATES.items(), strict=True):
        right.plot(ms, open_, lw=0.8, color=colour, label=say(label) if name == gate else name)
    right.set_ylabel(say(mark("share of the gates")))
    right.set_ylim(0, 1.05)
    right.set_yticks([0, 0.5, 1])
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=1, borderaxespad=0.1, handlelength=1.2)


def _spectra(axis: "Axes", simulation: Simulation, say: Say) -> None:
    """Power by frequency to 30 Hz, each over its largest: of the rectified EMG and of the movement (Welch 1967, windows of 4 s)."""
    from scipy.signal import welch

    emg = simulation.recording.of_kind("emg")
    middle = emg[len(emg) // 2]
    fold = max(1, round(middle.rate_hz / 128))
    whole = np.abs(middle.samples[: len(middle.samples) // fold * fold]).reshape(-1, fold).mean(axis=1)
    rows = [(whole, middle.rate_hz / fold, say(mark("rectified EMG")), _INK)]
    rows += [(c.samples, c.rate_hz, say(mark("acceleration")), _BAR) for c in simulation.recording.of_kind("accelerometer")[2:3]]
    for signal, rate, label, colour in rows:
        hz, power = welch(signal, rate, nperseg=min(len(signal), round(4 * rate)), detrend="linear")
        part = (hz >= 0.75) & (hz <= 30)
        if part.any() and power[part].max() > 0:
            axis.plot(hz[part], power[part] / power[part].max(), lw=0.9, label=label, color=colour)
    axis.set_xlabel(say(mark("frequency, Hz")))
    axis.set_ylabel(say(mark("power over its largest")))
    axis.set_xlim(0, 30)
    axis.set_ylim(0, 1.05)
    axis.set_yticks([0, 0.5, 1])
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1, handlelength=1.2)
