"""The truth of a simulation as text: a JSON of what is known, and a table of every spike."""

import json
from dataclasses import asdict
from importlib.metadata import version
from io import StringIO

import numpy as np

from myognosis.model.truth import DISCHARGES, SOURCES, Happening, Truth

__all__ = ["LABELS", "PROGRAM", "events_tsv", "spikes_tsv", "truth_json"]

LABELS = "myognosis/labels/1"
PROGRAM = f"myognosis {version('myognosis')}"


def truth_json(truth: Truth) -> str:
    """Everything but the spikes: scenario, seed, units, epochs, events, and each number with its source."""
    data = {
        "schema": LABELS,
        "program": PROGRAM,
        "scenario": truth.scenario,
        "seed": truth.seed,
        "duration_s": truth.duration_s,
        "units": [asdict(unit) for unit in truth.units],
        "epochs": [asdict(epoch) for epoch in truth.epochs],
        "events": [asdict(event) for event in truth.events],
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


def events_tsv(truth: Truth) -> str:
    """Epochs and events as BIDS writes events."""
    rows = sorted((*(_epoch(e) for e in truth.epochs), *truth.events), key=lambda h: (h.start_s, h.kind))
    lines = [f"{h.start_s:.6f}\t{h.duration_s:.6f}\t{h.kind}\t{h.muscle or 'n/a'}\t{_unit(h)}" for h in rows]
    return "\n".join(["onset\tduration\ttrial_type\tmuscle\tunit", *lines]) + "\n"


def _epoch(epoch: Happening) -> Happening:
    return Happening(epoch.start_s, epoch.duration_s, f"epoch_{epoch.kind}")


def _unit(h: Happening) -> str:
    return "n/a" if h.unit is None else str(np.int64(h.unit))
