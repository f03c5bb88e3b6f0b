"""The truth of a simulation as text: what is known as JSON, every spike as a table, what a person would mark as labels."""

import json
from dataclasses import asdict, replace
from importlib.metadata import version
from io import StringIO

import numpy as np

from myognosis.model.labels import Label, Labels
from myognosis.model.truth import DISCHARGES, SOURCES, Happening, Truth, class_of

__all__ = ["PROGRAM", "TRUTH", "events_tsv", "labels_json", "spikes_tsv", "truth_json"]

TRUTH = "myognosis/truth/1"
PROGRAM = f"myognosis {version('myognosis')}"


def truth_json(truth: Truth) -> str:
    """Everything but the spikes: scenario, seed, what it lacks, units, epochs, events, and each number with its source."""
    data = {
        "schema": TRUTH,
        "program": PROGRAM,
        "scenario": truth.scenario,
        "seed": truth.seed,
        "duration_s": truth.duration_s,
        "doubts": [f"{doubt.what} {doubt.fix}" for doubt in truth.doubts],
        "units": [asdict(unit) for unit in truth.units],
        "epochs": [asdict(epoch) for epoch in truth.epochs],
        "events": [asdict(event) | {"seen_s": truth.seen_s(event)} for event in truth.events],
        "parameters": {name: asdict(used) for name, used in truth.parameters.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def spikes_tsv(truth: Truth) -> str:
    """One row a spike: time in s, number of the unit in ``units``, its muscle, where it began, what discharge it belongs to."""
    s, out = truth.spikes, StringIO()
    out.write("time_s\tunit\tmuscle\tsource\tdischarge\n")
    for time, unit, source, kind in zip(s.time_s, s.unit, s.source, s.discharge, strict=True):
        out.write(f"{time:.6f}\t{unit}\t{truth.units[unit].muscle}\t{SOURCES[source]}\t{DISCHARGES[kind]}\n")
    return out.getvalue()


_DRIVEN = ("voluntary", "tremor")


def labels_json(truth: Truth, recording: str) -> str:
    """What a rater would mark, in the format ``myognosis/labels/1``: events, and phases of effort and of tremor."""
    rows = [
        Label(start_s=truth.seen_s(e), duration_s=e.duration_s, kind=class_of(e.kind), note=_note(e, truth), rater="truth")
        for e in truth.events
    ]
    rows += [
        Label(start_s=at, kind="doublet", note=f"second of a doublet {truth.units[unit].muscle} unit {unit}", rater="truth")
        for at, unit in _seconds_of_doublets(truth)
    ]
    centres = truth.centres_s
    for epoch in truth.epochs:
        inside = (truth.spikes.time_s >= epoch.start_s) & (truth.spikes.time_s < epoch.start_s + epoch.duration_s)
        for source in _DRIVEN:
            at = centres[inside & (truth.spikes.source == SOURCES.index(source))]
            if len(at):
                rows.append(Label(start_s=at.min(), duration_s=np.ptp(at), kind=source, note=epoch.kind, rater="truth"))
    rows.sort(key=lambda row: (row.start_s, row.kind))
    whole = Labels(recording=recording, seconds=truth.duration_s, labels=tuple(rows))
    return whole.model_dump_json(by_alias=True, indent=1) + "\n"


def _seconds_of_doublets(truth: Truth) -> list[tuple[float, int]]:
    """When the second potentials of fasciculations stand in the recording, and of which unit; those within a cramp belong to it."""
    s = truth.spikes
    own = (s.discharge == DISCHARGES.index("doublet")) & (s.source == SOURCES.index("axon")) & (s.time_s < truth.duration_s)
    for event in truth.events:
        if event.duration_s and event.kind != "lapse":
            own &= (s.time_s < event.start_s) | (s.time_s > event.start_s + event.duration_s)
    return list(zip(truth.centres_s[own].tolist(), s.unit[own].tolist(), strict=True))


def _note(event: Happening, truth: Truth) -> str:
    """What it is, and of which unit with which size: one far below the noise nobody can see."""
    whose = [] if event.unit is None else [f"unit {event.unit}, {truth.units[event.unit].peak_to_peak_uv:.3g} uV"]
    return " ".join([event.kind, event.muscle, *whose]).strip()


def events_tsv(truth: Truth) -> str:
    """Epochs and events as BIDS writes events."""
    seen = (replace(event, start_s=truth.seen_s(event)) for event in truth.events)
    rows = sorted((*(_epoch(e) for e in truth.epochs), *seen), key=lambda h: (h.start_s, h.kind))
    lines = [f"{h.start_s:.6f}\t{h.duration_s:.6f}\t{h.kind}\t{h.muscle or 'n/a'}\t{_unit(h)}" for h in rows]
    return "\n".join(["onset\tduration\ttrial_type\tmuscle\tunit", *lines]) + "\n"


def _epoch(epoch: Happening) -> Happening:
    return Happening(epoch.start_s, epoch.duration_s, f"epoch_{epoch.kind}")


def _unit(h: Happening) -> str:
    return "n/a" if h.unit is None else str(np.int64(h.unit))
