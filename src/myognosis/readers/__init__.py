"""From files to recordings: one module a format, one contract, one registry.

A third party adds a format through the entry-point group ``myognosis.readers``; ours are listed here, so that finding
them costs nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import RecordingError
from myognosis.language import mark
from myognosis.model.misfit import why_no_file
from myognosis.model.recording import Recording
from myognosis.readers.base import Glance, Header, Reader, Source, Span, check_file, gathered, nameless, refuse
from myognosis.readers.boxed import in_the_open
from myognosis.readers.strangers import refused_as_part, refused_as_stranger
from myognosis.readers.tape import Tape

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

__all__ = ["audit_recording", "glance_at", "open_recording", "read_recording", "reader_for", "readers"]

_OURS = {
    "wfdb": "myognosis.readers.formats.wfdb:WfdbReader",
    "edf": "myognosis.readers.formats.edf:EdfReader",
    "tsdf": "myognosis.readers.formats.tsdf:TsdfReader",
    "cwa": "myognosis.readers.formats.cwa:CwaReader",
    "matlab": "myognosis.readers.formats.matlab:MatlabReader",
    "eeglab": "myognosis.readers.formats.eeglab:EeglabReader",
    "otb": "myognosis.readers.formats.otb:OtbReader",
    "otb4": "myognosis.readers.formats.otb4:Otb4Reader",
    "xdf": "myognosis.readers.formats.xdf:XdfReader",
    "neo": "myognosis.readers.formats.laboratory:LaboratoryReader",
    "text": "myognosis.readers.formats.plain:DescribedTextReader",
    "npz": "myognosis.readers.formats.npz:NpzReader",
    "wav": "myognosis.readers.formats.sound:SoundReader",
    "workbook": "myognosis.readers.formats.workbook:WorkbookReader",
    "sensor_logger": "myognosis.readers.formats.sensorlogger:SensorLoggerReader",
    "trigno": "myognosis.readers.formats.trigno:TrignoReader",
    "sensor_log": "myognosis.readers.formats.sensorlog:SensorLogReader",
}
_GROUP = "myognosis.readers"
_HEAD_BYTES = 4096


def readers(*, ours_only: bool = False) -> Iterator[Reader]:
    """Every reader, ours first, each made when it is its turn."""
    for place in _OURS.values():
        module, _, name = place.partition(":")
        yield getattr(import_module(module), name)()
    if ours_only:
        return
    for entry in _others():
        yield entry.load()()


@cache
def _others() -> "EntryPoints":
    """What others installed; looked for once, since it means reading what every installed package says of itself."""
    from importlib.metadata import entry_points

    return entry_points(group=_GROUP)


def reader_for(path: Path) -> Reader:
    """The reader that knows a file.

    Raises
    ------
    RecordingError
        There is no such file, or no reader knows it.
    """
    check_file(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    stranger = refused_as_stranger(path, head)
    if stranger is not None:
        raise stranger
    for reader in readers():
        if reader.recognises(path, head):
            return reader
    if (part := refused_as_part(path, head)) is not None:
        raise part
    what = mark("We know no such format.")
    fix = mark("Give one of the formats that docs/recordings.md lists, or export the recording as EDF.")
    raise refuse("format", path.name, what, fix)


def audit_recording(path: str | Path, units: Mapping[str, str] | None = None, rate_hz: float | None = None) -> Header:
    """What a file is, by its header alone."""
    with _opened(path, units, rate_hz) as source:
        header = nameless(reader_for(source.path).audit(source), source.path.name)
    return replace(header, issues=gathered(header.issues))


def glance_at(path: str | Path, units: Mapping[str, str] | None = None, rate_hz: float | None = None) -> Glance | None:
    """What a few places of a large file say; None where the header says it, or the whole is read as fast."""
    with _opened(path, units, rate_hz) as source:
        seen = reader_for(source.path).glance(source)
    return seen and replace(seen, header=replace(seen.header, issues=gathered(seen.header.issues)))


def read_recording(
    path: str | Path, *, units: Mapping[str, str] | None = None, rate_hz: float | None = None, start_s: float = 0.0,
    stop_s: float | None = None,
) -> Recording:  # fmt: skip
    """The recording in a file, whole or a span of it.

    Parameters
    ----------
    path
        The file; for WFDB the ``.hea``, for TSDF the ``.json``; one inside a zip as ``study.zip/arm.edf``.
    units
        Units by channel name (``*`` for all), where the file does not say them.
    rate_hz
        Samples a second, where the file does not say it.
    start_s, stop_s
        The span to read.

    Raises
    ------
    RecordingError
        With every fault found.
    """
    with open_recording(path, units=units, rate_hz=rate_hz) as tape:
        return tape.whole(Span(start_s, stop_s))


@contextmanager
def open_recording(path: str | Path, *, units: Mapping[str, str] | None = None, rate_hz: float | None = None) -> Iterator[Tape]:
    """The recording in a file, left there until a span of it or the whole is asked for.

    The parameters and the errors are those of ``read_recording``.
    """
    with _opened(path, units, rate_hz) as source:
        yield Tape(reader_for(source.path), source)


@contextmanager
def _opened(path: str | Path, units: Mapping[str, str] | None, rate_hz: float | None) -> Iterator[Source]:
    with _failing_as_ours(Path(path)), in_the_open(Path(path)) as real:
        yield Source(real, units or {}, rate_hz)


@contextmanager
def _failing_as_ours(path: Path) -> Iterator[None]:
    """What the system refuses is said as a fault of the recording; numbers beyond all measure become missing ones in peace."""
    try:
        with np.errstate(all="ignore"):
            yield
    except RecordingError as error:
        raise RecordingError(gathered(error.issues)) from None
    except OSError as error:
        what = mark("The file cannot be read: {why}.")
        raise refuse("file", path.name, what, mark("Check the file."), why=why_no_file(error)) from None
    except MemoryError:
        what = mark("The recording is larger than the memory of this computer.")
        raise refuse("memory", path.name, what, mark("Cut the file into parts.")) from None
