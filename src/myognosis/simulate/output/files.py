"""Files of a simulation. The same simulation gives the same bytes; a file stands whole or not at all."""

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.model.truth import DISCHARGES, SOURCES, Truth
from myognosis.simulate.output.labels import PROGRAM, events_tsv, labels_json, spikes_tsv, truth_json
from myognosis.simulate.run import Simulation

__all__ = ["FORMATS", "Format", "write_simulation"]

Format = Literal["edf", "bids", "npz", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)


def write_simulation(simulation: Simulation, folder: Path, form: Format, *, name: str = "") -> list[Path]:
    """Write a recording and its labels into a folder.

    Parameters
    ----------
    simulation
        What to write.
    folder
        Made where it is missing.
    form
        ``edf``: NAME.edf (EDF+ with epochs and events as annotations), NAME.truth.json, NAME.spikes.tsv,
        NAME.labels.json. ``bids``: a BIDS-EMG tree
        (BEP042) with one person. ``npz``: all in NAME.npz, readable without pickle. ``parquet``: a table for each rate, one of
        spikes.
    name
        The name of the files; scenario and seed by default.

    Returns
    -------
    list of Path
        What was written, the recording first.
    """
    stem = name or f"{simulation.truth.scenario}-{simulation.truth.seed}"
    written = []
    for path, data in _FILES[form](simulation, stem):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.tmp")
        temporary.write_bytes(data)
        temporary.replace(target)
        written.append(target)
    return written


def _edf_files(simulation: Simulation, stem: str) -> Iterator[tuple[str, bytes]]:
    yield f"{stem}.edf", edf_bytes(simulation.recording)
    yield from _label_files(simulation.truth, stem, f"{Path(stem).name}.edf")


def _label_files(truth: Truth, stem: str, recording: str) -> Iterator[tuple[str, bytes]]:
    yield f"{stem}.truth.json", truth_json(truth).encode()
    yield f"{stem}.spikes.tsv", spikes_tsv(truth).encode()
    yield f"{stem}.labels.json", labels_json(truth, recording).encode()


_NO_DATE = dt.date(2001, 1, 1)


def edf_bytes(recording: Recording) -> bytes:
    """EDF+C: 16 bits over the largest deflection of each channel, marks as annotations."""
    try:
        import edfio
    except ImportError:
        raise MissingExtra(mark("Writing EDF"), "simulate") from None
    ticks, total = _records(recording)
    signals = [_edf_signal(channel, total / ticks) for channel in recording.channels]
    marks = [edfio.EdfAnnotation(round(a.start_s, 6), round(a.duration_s, 6), a.text) for a in recording.annotations]
    start = recording.start or dt.datetime.combine(_NO_DATE, dt.time())
    who = edfio.Recording(startdate=start.date(), equipment_code=PROGRAM.replace(" ", "_"))
    edf = edfio.Edf(
        signals, recording=who, starttime=start.time(), annotations=marks, data_record_duration=_record_ticks(ticks, total) / ticks
    )
    return bytes(edf.to_bytes())


def _records(recording: Recording) -> tuple[int, int]:
    """Ticks a second at which all channels have a sample together, and how many ticks the recording lasts; the rest is cut off."""
    ticks = math.gcd(*(round(channel.rate_hz) for channel in recording.channels))
    return ticks, int(min(channel.duration_s for channel in recording.channels) * ticks + 1e-6)


def _record_ticks(ticks: int, total: int) -> int:
    """The longest record up to a second that divides the recording."""
    return max(n for n in range(1, ticks + 1) if total % n == 0)


def _edf_signal(channel: Channel, seconds: float) -> Any:
    import edfio

    samples = channel.samples[: round(seconds * channel.rate_hz)].astype(np.float64)
    most = float(np.abs(channel.samples).max(initial=0.0))
    limit = _rounded_up(max(most, 1e-3))
    step = 2 * limit / 65535
    digital = np.clip(np.round((samples + limit) / step) - 32768, -32768, 32767).astype(np.int16)
    return edfio.EdfSignal.from_digital(
        digital,
        channel.rate_hz,
        label=channel.name,
        physical_dimension=channel.unit,
        physical_range=(-limit, limit),
        digital_range=(-32768, 32767),
    )


def _rounded_up(value: float) -> float:
    """The next number of three digits: a header of EDF has eight characters for it."""
    scale = 10.0 ** (math.floor(math.log10(value)) - 2)
    return float(f"{math.ceil(value / scale * (1 - 1e-12)) * scale:.6g}")


def _npz_files(simulation: Simulation, stem: str) -> Iterator[tuple[str, bytes]]:
    """Arrays by name: ``signal_RATE`` [channel, sample] for each rate, ``channels`` as JSON, spikes, and the truth as JSON."""
    recording, truth = simulation.recording, simulation.truth
    arrays: dict[str, Any] = {
        "channels": np.array(json.dumps([_channel_row(c) for c in recording.channels])),
        "truth": np.array(truth_json(truth)),
        "spike_time_s": truth.spikes.time_s,
        "spike_unit": truth.spikes.unit,
        "spike_source": truth.spikes.source,
        "spike_discharge": truth.spikes.discharge,
        "sources": np.array(SOURCES),
        "discharges": np.array(DISCHARGES),
    }
    for rate, channels in _by_rate(recording):
        arrays[f"signal_{rate:g}"] = np.stack([channel.samples for channel in channels])
    stream = BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    yield f"{stem}.npz", stream.getvalue()


def _channel_row(channel: Channel) -> dict[str, object]:
    place = None if channel.place_mm is None else list(channel.place_mm)
    return {"name": channel.name, "kind": channel.kind, "unit": channel.unit, "rate_hz": channel.rate_hz, "place_mm": place}


def _by_rate(recording: Recording) -> list[tuple[float, list[Channel]]]:
    rates = sorted({channel.rate_hz for channel in recording.channels}, reverse=True)
    return [(rate, [channel for channel in recording.channels if channel.rate_hz == rate]) for rate in rates]


def _parquet_files(simulation: Simulation, stem: str) -> Iterator[tuple[str, bytes]]:
    """A column a channel, whose unit and place stand in the field's metadata; spikes with words instead of codes."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra(mark("Writing Parquet"), "cohort") from None

    def written(table: Any) -> bytes:
        stream = BytesIO()
        pq.write_table(table, stream, compression="zstd")
        return stream.getvalue()

    for rate, channels in _by_rate(simulation.recording):
        fields = [pa.field(c.name, pa.float32(), metadata={"channel": json.dumps(_channel_row(c))}) for c in channels]
        schema = pa.schema(fields, metadata={"rate_hz": f"{rate:g}"})
        yield f"{stem}.{rate:g}hz.parquet", written(pa.table([c.samples for c in channels], schema=schema))
    s = simulation.truth.spikes
    words = {"source": np.array(SOURCES)[s.source], "discharge": np.array(DISCHARGES)[s.discharge]}
    yield f"{stem}.spikes.parquet", written(pa.table({"time_s": s.time_s, "unit": s.unit, **words}))
    yield f"{stem}.truth.json", truth_json(simulation.truth).encode()


def _bids_files(simulation: Simulation, stem: str) -> Iterator[tuple[str, bytes]]:
    from myognosis.simulate.output.bids import bids_stem, bids_tree

    emg = bids_stem(simulation.truth, stem)
    yield from bids_tree(simulation, emg, edf_bytes(simulation.recording), events_tsv(simulation.truth))
    yield from _label_files(simulation.truth, f"derivatives/myognosis/{emg}", f"{Path(emg).name}_emg.edf")


_FILES: dict[Format, Callable[[Simulation, str], Iterator[tuple[str, bytes]]]] = {
    "edf": _edf_files,
    "bids": _bids_files,
    "npz": _npz_files,
    "parquet": _parquet_files,
}
