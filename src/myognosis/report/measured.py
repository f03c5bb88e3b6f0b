"""Measurements in words: one line each, with its interval and how much was watched."""

from myognosis.faults import Message
from myognosis.language import Language, mark, say
from myognosis.model.finding import Measured
from myognosis.model.recording import Measurement

__all__ = ["measured_lines"]

_NAMES = {
    "fasciculation_rate": mark("fasciculation potentials, voluntary seconds left out strictly"),
    "fasciculation_rate_lenient": mark("fasciculation potentials, voluntary seconds left out leniently"),
    "fasciculation_amplitude": mark("size of fasciculation potentials"),
    "tremor_frequency": mark("tremor frequency"),
    "tremor_half_width": mark("width of the tremor peak"),
    "tremor_relative_power": mark("share of the movement that is tremor"),
    "tremor_second_harmonic": mark("second harmonic against the first"),
    "tremor_amplitude": mark("size of the tremor"),
    "tremor_displacement": mark("path of the tremor from end to end"),
    "tremor_rotation": mark("turn of the tremor from end to end"),
    "tremor_share": mark("share of the time with tremor"),
    "tremor_stability_index": mark("change of tremor frequency from cycle to cycle"),
}
_LINE = mark("{file}, {channel}: {name} {value} {unit} (95 %: {low} to {high}; watched {seconds} s)")


def measured_lines(recordings: tuple[Measured, ...], language: Language) -> tuple[str, ...]:
    """Every measurement as a line."""
    return tuple(_line(row.file, m, language) for row in recordings for m in row.measurements if m.value is not None)


def _line(file: str, m: Measurement, language: Language) -> str:
    name = Message(_NAMES[m.name]) if m.name in _NAMES else m.name
    low, high = ("-" if bound is None else f"{bound:.3g}" for bound in (m.low, m.high))
    unit = "" if m.unit == "1" else m.unit
    params = {"file": file, "channel": m.channel, "name": name, "value": f"{m.value:.3g}", "unit": unit, "low": low, "high": high}
    return " ".join(say(Message(_LINE, params | {"seconds": f"{m.seconds:g}"}), language).split())
