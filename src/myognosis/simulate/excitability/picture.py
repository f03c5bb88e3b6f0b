"""A nerve-excitability test drawn over the range of 280 healthy people."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from myognosis.faults import Message, MissingExtra
from myognosis.language import Language, mark, say
from myognosis.model.stimulation import ExcitabilityTest
from myognosis.simulate.excitability.indices import indices
from myognosis.simulate.excitability.people import norms, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_PANELS = (
    (("electrotonus +40", "electrotonus -40", "electrotonus +20", "electrotonus -20"), mark("Threshold electrotonus"),
     mark("Delay (ms)"), mark("Threshold reduction (%)"), "linear"),
    (("recovery",), mark("Recovery cycle"), mark("Interval (ms)"), mark("Threshold change (%)"), "log"),
    (("current-threshold",), mark("Current-threshold relation"), mark("Current (% of threshold)"), mark("Threshold reduction (%)"),
     "linear"),
)  # fmt: skip
_COLOURS = ("#0b5394", "#b45309")
_STYLES: tuple[dict[str, Any], ...] = ({"linestyle": "", "marker": "o", "markersize": 3.5}, {"linestyle": "--", "linewidth": 1.3})


def draw(tests: Sequence[tuple[str, ExcitabilityTest]], language: Language) -> bytes:
    """An SVG of tests by name (the first as points, the second as a dashed line) over the healthy mean and two SDs.

    The same tests give the same bytes.

    Raises
    ------
    MissingExtra
        Matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra(mark("A picture of an excitability test"), "simulate") from None
    with mpl.rc_context({"svg.hashsalt": "myognosis", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(9.0, 7.6), layout="constrained")
        first, *others = figure.subplots(2, 2).ravel()
        _strength_duration(first, tests, language)
        for axes, panel in zip(others, _PANELS, strict=True):
            _panel(axes, panel, tests, language)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "Myognosis"})
    return out.getvalue()


def _strength_duration(axes: "Axes", tests: Sequence[tuple[str, ExcitabilityTest]], language: Language) -> None:
    """Thresholds by the length of the pulse, over that at 1 ms as the line of threshold charge gives it.

    By Weiss's law the healthy curve follows from the time constant alone: threshold is in proportion to 1 + constant / length. So
    electrodes, which set the current in mA, do not matter.
    """
    widths = np.linspace(0.2, 1.0, 41)
    mean, sd, *_ = norms().indices["sdtc_ms"]
    low, middle, high = (100.0 * (1.0 + tau / widths) / (1.0 + tau) for tau in (mean - 2 * sd, mean, mean + 2 * sd))
    axes.fill_between(widths, low, high, color="0.86", linewidth=0)
    axes.plot(widths, middle, color="0.45", linewidth=0.8)
    for (_, test), style, colour in zip(tests, _STYLES, _COLOURS, strict=False):
        found, charge = indices(test), test.charge_duration
        if charge is not None and "sdtc_ms" in found:
            at_1_ms = found["rheobase_ma"] * (1.0 + found["sdtc_ms"])
            axes.plot(charge.x, 100.0 * charge.y / charge.x / at_1_ms, color=colour, **style)
    title, across, up = mark("Strength-duration"), mark("Length of the pulse (ms)"), mark("Threshold (% of that at 1 ms)")
    axes.set(title=say(Message(title), language), xlabel=say(Message(across), language), ylabel=say(Message(up), language))


def _panel(axes: "Axes", panel: tuple[Any, ...], tests: Sequence[tuple[str, ExcitabilityTest]], language: Language) -> None:
    names, title, x_label, y_label, scale = panel
    band, middle = say(Message(mark("280 healthy people, mean and two SD")), language), None
    for name in names:
        x, mean, sd = norms().curves[name]
        axes.fill_between(x, mean - 2 * sd, mean + 2 * sd, color="0.86", linewidth=0, label=None if middle else band)
        (middle,) = axes.plot(x, mean, color="0.45", linewidth=0.8)
    for (label, test), style, colour in zip(tests, _STYLES, _COLOURS, strict=False):
        found, told = tables(test), label
        for name in names:
            if name in found:
                order = np.argsort(found[name][0])
                axes.plot(found[name][0][order], found[name][1][order], color=colour, label=told, **style)
                told = "_nolegend_"
    axes.axhline(0.0, color="0.6", linewidth=0.6)
    axes.set(title=say(Message(title), language), xlabel=say(Message(x_label), language), ylabel=say(Message(y_label), language))
    axes.set_xscale(scale)
    if scale == "log":
        axes.set_xticks([2, 5, 10, 20, 50, 100, 200], ["2", "5", "10", "20", "50", "100", "200"], minor=False)
        axes.set_xticks([], minor=True)
        axes.set_ylim(-60, 140)
