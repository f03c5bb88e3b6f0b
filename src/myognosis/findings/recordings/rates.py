"""Whether an EMG is fast enough for a measure: what is too slow is refused before it is looked at, with the rate that is needed."""

from typing import Literal

from myognosis.faults import Issue, Level, Message
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.recording import Channel

__all__ = ["Measure", "fast_enough", "fast_of_one_rate"]

Measure = Literal["fasciculation", "needle", "skin_discharges", "jerks", "tremor_emg"]
_NAMES: dict[Measure, str] = {
    "fasciculation": mark("fasciculation potentials"),
    "needle": mark("discharges and motor units under a needle"),
    "skin_discharges": mark("discharges and motor units seen from the skin"),
    "jerks": mark("jerks, lapses and reflexes"),
    "tremor_emg": mark("tremor in an EMG"),
}
_SLOW = mark("Not assessable: {measure}. The EMG was recorded at {rate} Hz; at least {least} Hz are needed.")
_FIX = mark("Record again with {least} samples a second or more.")


def fast_enough(
    channels: tuple[Channel, ...], measure: Measure, knowledge: Knowledge
) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """The EMG channels that a measure can be made of, and what is said of those that are too slow."""
    least = knowledge.number(f"recording_{measure}_least_rate_hz")
    emg = [channel for channel in channels if channel.kind == "emg"]
    slow = [channel for channel in emg if channel.rate_hz < least]
    fast = tuple(channel for channel in emg if channel.rate_hz >= least)
    return fast, (_refused(slow, measure, least),) if slow else ()


def fast_of_one_rate(
    channels: tuple[Channel, ...], measure: Measure, knowledge: Knowledge
) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """The same, of the rate of the first of them."""
    fast, slow = fast_enough(channels, measure, knowledge)
    return tuple(channel for channel in fast if channel.rate_hz == fast[0].rate_hz), slow


def _refused(slow: list[Channel], measure: Measure, least: float) -> Issue:
    said = {"measure": Message(_NAMES[measure]), "rate": f"{slow[0].rate_hz:g}", "least": f"{least:g}"}
    where = slow[0].name if len(slow) == 1 else f"{slow[0].name} ... {slow[-1].name}"
    return Issue("recording.slow", Level.DOUBT, where, Message(_SLOW, said), Message(_FIX, {"least": f"{least:g}"}))
