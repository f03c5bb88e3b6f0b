"""What a recording of a scenario ought to hold and does not: one that was cut short, or that chance left without it."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.truth import DISCHARGES, Truth
from myognosis.simulate.scenarios import Scenario, Shown, Timeline
from myognosis.simulate.settings import DATA, read_yaml
from myognosis.simulate.words import EPOCHS, SHOWN

__all__ = ["doubts_of"]


@cache
def _from(name: str) -> float:
    """From when on something is said."""
    return float(read_yaml(DATA / "doubts.yaml")[name]["value"])


def doubts_of(scenario: Scenario, timeline: Timeline, truth: Truth) -> tuple[Issue, ...]:
    """What is missing of what the scenario is for, what lasts too short a time, and what the end cuts off."""
    found = (*_missing(scenario, truth), *_cuff(scenario, timeline, truth), *_cut_off(truth))
    usual: dict[str, object] = {"usual": f"{scenario.duration_s:g}"}
    if truth.duration_s < scenario.duration_s:
        fix = Message(mark("Make it {usual} s long, as this scenario is meant."), usual)
    else:
        fix = Message(mark("Take another seed, or make it longer."))
    told = tuple(Issue(f"simulate.{code}", Level.DOUBT, scenario.id, what, fix) for code, what in found)
    return (*told, *_too_cold(truth))


def _too_cold(truth: Truth) -> Iterator[Issue]:
    """Axons computed where their model is known to be wrong."""
    if truth.parameters["axon.axons"].value and truth.parameters["state.temperature_c"].value < _from("cold_c"):
        least: dict[str, object] = {"least": f"{_from('cold_c'):g}"}
        what = Message(mark("Colder than {least} °C the computed axon fires by itself more easily than a person's does."), least)
        fix = Message(mark("Trust none of its spikes, or keep it at {least} °C or warmer."), least)
        yield Issue("simulate.cold", Level.DOUBT, "state.temperature_c", what, fix)


def _missing(scenario: Scenario, truth: Truth) -> Iterator[tuple[str, Message]]:
    for shown in scenario.shows:
        if not _holds(shown, truth):
            what = {"what": Message(SHOWN[shown.kind]), "seconds": f"{truth.duration_s:g}"}
            if shown.phase is None:
                yield "missing", Message(mark("What this scenario is for is not in these {seconds} s: {what}."), what)
            else:
                phase = Message(EPOCHS[shown.phase]) if shown.phase in EPOCHS else shown.phase
                text = mark("What this scenario is for is not in these {seconds} s: {what}, in the phase '{phase}'.")
                yield "missing", Message(text, what | {"phase": phase})


def _holds(shown: Shown, truth: Truth) -> bool:
    lapses = [event.start_s for event in truth.events if event.kind == "lapse"]
    at = np.array(lapses) if shown.kind == "lapse" else truth.spikes.time_s[truth.spikes.discharge == DISCHARGES.index(shown.kind)]
    spans = [(e.start_s, e.start_s + e.duration_s) for e in truth.epochs if shown.phase in (None, e.kind)]
    return any(bool(np.any((at >= start) & (at < stop))) for start, stop in spans)


def _cuff(scenario: Scenario, timeline: Timeline, truth: Truth) -> Iterator[tuple[str, Message]]:
    """A cuff works within minutes, and cutting the recording cuts it as well."""
    on = [change.get("state.ischaemia", 0.0) > 0.5 for change in timeline.changes]
    held = float(np.diff(timeline.edges_s)[on].sum())
    before = truth.parameters["state.cuffed_s"].value
    meant = before + held * scenario.duration_s / truth.duration_s
    if any(on) and before + held < _from("cuff_share") * meant:
        seconds = {"seconds": f"{before + held:.3g}", "meant": f"{meant:.3g}"}
        text = mark("The cuff lasts {seconds} s instead of {meant}: what it does to an axon takes minutes.")
        yield "cuff", Message(text, seconds)


def _cut_off(truth: Truth) -> Iterator[tuple[str, Message]]:
    """Events of which the larger part lies behind the end."""
    for event in truth.events:
        stop = event.start_s + event.duration_s
        if event.duration_s > _from("cut_off_s") and stop - truth.duration_s > event.duration_s / 2:
            what = {"what": Message(SHOWN.get(event.kind, event.kind)), "start": f"{event.start_s:.3g}", "stop": f"{stop:.3g}"}
            yield "cut", Message(mark("The end cuts off what began at {start} s and would last until {stop} s: {what}."), what)
