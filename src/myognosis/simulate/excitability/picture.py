"""A nerve-excitability test drawn over the range of 280 healthy people."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from myognosis.faults import Message, MissingExtra
from myognosis.language import Language, mark, say
from myognosis.model.stimulation import ExcitabilityTest
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
        figure = Figure(figsize=(11.0, 4.4), layout="constrained")
        for axes, panel in zip(figure.subplots(1, 3), _PANELS, strict=True):
            _panel(axes, panel, tests, language)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "Myognosis"})
    return out.getvalue()


def _panel(axes: "Axes", panel: tuple[Any, ...], tests: Sequence[tuple[str, ExcitabilityTest]], language: Language) -> None:
    names, title, x_label, y_label, scale = panel
    band, middle = say(Message(mark("280 healthy people, mean and two SD")), language), None
    for name in names:
        x, mean, sd = norms().curves[name]
        axes.fill_between(x, mean - 2 * sd, mean + 2 * sd, color="0.86", linewidth=0, label=None if middle else band)
        (middle,) = axes.plot(x, mean, color="0.45", linewidth=0.8)
    for (label, test), style, colour in zip(tests, _STYLES, ("#0b5394", "#b45309"), strict=False):
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
