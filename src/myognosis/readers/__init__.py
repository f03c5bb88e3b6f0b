"""From files to recordings: one module a format, one contract, one registry.

A third party adds a format through the entry-point group ``myognosis.readers``; ours are listed here, so that finding
them costs nothing.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from myognosis.language import mark
from myognosis.model.recording import Recording
from myognosis.readers.base import Header, Reader, Source, Span, refuse

__all__ = ["audit_recording", "read_recording", "reader_for", "readers"]

_OURS = {
    "wfdb": "myognosis.readers.wfdb:WfdbReader",
    "edf": "myognosis.readers.edf:EdfReader",
    "tsdf": "myognosis.readers.tsdf:TsdfReader",
    "sensor_log": "myognosis.readers.sensorlog:SensorLogReader",
}
_GROUP = "myognosis.readers"
_HEAD_BYTES = 4096


def readers() -> Iterator[Reader]:
    """Every reader, ours first, each made when it is its turn."""
    for place in _OURS.values():
        module, _, name = place.partition(":")
        yield getattr(import_module(module), name)()
    from importlib.metadata import entry_points

    for entry in entry_points(group=_GROUP):
        yield entry.load()()


def reader_for(path: Path) -> Reader:
    """The reader that knows a file.

    Raises
    ------
    RecordingError
        There is no such file, or no reader knows it.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        what = mark("The file cannot be read: {why}.")
        raise refuse("file", str(path), what, mark("Check the path."), why=error.strerror or "") from None
    if not head:
        raise refuse("empty", str(path), mark("The file is empty."), mark("Export the recording again."))
    for reader in readers():
        if reader.recognises(path, head):
            return reader
    what = mark("We know no such format.")
    fix = mark("Give EDF, BDF, WFDB (.hea), a sensor log of a phone (.csv) or TSDF (.json).")
    raise refuse("format", str(path), what, fix)


def audit_recording(path: str | Path, units: Mapping[str, str] | None = None) -> Header:
    """What a file is, by its header alone."""
    place = Path(path)
    return reader_for(place).audit(Source(place, units or {}))


def read_recording(
    path: str | Path, *, units: Mapping[str, str] | None = None, start_s: float = 0.0, stop_s: float | None = None
) -> Recording:
    """The recording in a file, whole or a span of it.

    Parameters
    ----------
    path
        The file; for WFDB the ``.hea``, for TSDF the ``.json``.
    units
        Units by channel name (``*`` for all), where the file does not say them.
    start_s, stop_s
        The span to read.

    Raises
    ------
    RecordingError
        With every fault found.
    """
    place = Path(path)
    try:
        return reader_for(place).read(Source(place, units or {}), Span(start_s, stop_s))
    except OSError as error:
        what = mark("The file cannot be read: {why}.")
        raise refuse("file", str(place), what, mark("Check the file."), why=error.strerror or "") from None
