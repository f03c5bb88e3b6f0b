"""Side files of BIDS beside a recording (BIDS 1.11, EMG: BEP042): names, kinds, units, places, and what contradicts the header.

A side file completes a header: names and kinds of channels are taken from it, and a unit where the header has none. A unit that
the header states stays, since the header's own numbers are in it; the contradiction is named.
"""

import json
import os
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Kind, Unit
from myognosis.readers.base import UnknownUnit, issue, kind_fits, kind_of, known_unit
from myognosis.readers.text import decode_text

__all__ = [
    "BidsChannel",
    "BidsSide",
    "completed_unit",
    "contradictions",
    "doubt_rate",
    "find_side",
    "fitting_kind",
    "matched",
    "side_files",
]

_NAMED = re.compile(r"^(?P<entities>sub-[^_]+(?:_[a-z]+-[^_]+)*)_(?P<suffix>emg|eeg|ieeg|meg)$")
_KINDS: dict[str, Kind] = {
    "EMG": "emg", "EEG": "eeg", "ECG": "ecg", "ACCEL": "accelerometer", "ACC": "accelerometer", "GYRO": "gyroscope",
    "TRIG": "stimulus",
}  # fmt: skip
_ENDINGS = (*(f"{suffix}.json" for suffix in ("emg", "eeg", "ieeg", "meg")), "channels.tsv", "electrodes.tsv", "coordsystem.json")
_SETTLED_NS = 2_000_000_000
"""A folder that was changed later than so long ago may change again without a change of its time."""
_TO_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_MAX_BYTES, _MAX_UP = 4_000_000, 4
_APART_MM = 1000.0
"""Grids of other groups are set so far apart, so that their electrodes are never taken for neighbours."""
_FIX = mark("Compare the side file with the recording, and mend the one that is wrong.")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class BidsChannel:
    """What the side files say of one channel."""

    name: str
    kind: Kind | None
    unit: str
    place_mm: tuple[float, float] | None
    rate_hz: float | None = None


@dataclass(frozen=True)
class BidsSide:
    """All that stands beside a recording."""

    channels: tuple[BidsChannel, ...]
    rate_hz: float | None
    seconds: float | None
    issues: tuple[Issue, ...]


def side_files(path: Path) -> tuple[Path, ...]:
    """Every side file that applies to a recording that is named as BIDS names it."""
    return tuple(file for _, file in _side_files(path))


def _side_files(path: Path) -> list[tuple[str, Path]]:
    named = _NAMED.match(path.stem)
    return _applicable(path, named["entities"], named["suffix"]) if named else []


def find_side(path: Path) -> BidsSide | None:
    """What the side files of a recording say, if it is named as BIDS names it and has any."""
    found = _side_files(path)
    if not found:
        return None
    return _read(tuple((kind, file, file.stat().st_mtime_ns, file.stat().st_size) for kind, file in found))


def _applicable(path: Path, entities: str, suffix: str) -> list[tuple[str, Path]]:
    """The files whose entities are all among the recording's, in its folder and those above; nearest and closest last."""
    own, found = set(entities.split("_")), []
    folders = [path.parent, *path.parents[1:_MAX_UP]]
    root = next((i for i, one in enumerate(folders) if (one / "dataset_description.json").is_file()), len(folders) - 1)
    for folder in reversed(folders[: root + 1]):
        names = _side_names(folder)
        for kind in (f"{suffix}.json", "channels.tsv", "electrodes.tsv", "coordsystem.json"):
            for name in (name for name in names if name.endswith(kind)):
                words = set(name.removesuffix(kind).strip("_").split("_")) - {""}
                spaces = {word for word in words if word.startswith("space-")}
                file = folder / name
                if words - spaces <= own and file.is_file() and file.stat().st_size <= _MAX_BYTES:
                    found.append((kind.removeprefix(suffix + "."), file))
    return found


def _side_names(folder: Path) -> tuple[str, ...]:
    """What in a folder is named like a side file, short names first; nothing where we may not look.

    A folder is looked through once: of one that holds thousands of recordings each would be asked for its names again.
    """
    try:
        changed = folder.stat().st_mtime_ns
        settled = time.time_ns() - changed > _SETTLED_NS
        return _scanned(folder, changed) if settled else _scanned.__wrapped__(folder, changed)
    except OSError:
        return ()


@lru_cache(maxsize=64)
def _scanned(folder: Path, _changed_ns: int) -> tuple[str, ...]:
    names = (file.name for file in os.scandir(folder))
    return tuple(sorted((name for name in names if name.endswith(_ENDINGS)), key=lambda name: (len(name), name)))


@lru_cache(maxsize=16)
def _read(found: tuple[tuple[str, Path, int, int], ...]) -> BidsSide:
    issues = list[Issue]()
    said, rows, electrodes, scales = dict[str, Any](), Rows(), Rows(), dict[str, float]()
    for kind, file, _, _ in found:
        if kind == "json":
            said |= _json(file, issues)
        elif kind == "channels.tsv":
            rows = _tsv(file, issues)
        elif kind == "electrodes.tsv":
            electrodes = _tsv(file, issues)
        else:
            space = re.search(r"space-([A-Za-z0-9]+)", file.name)
            unit = str(_json(file, issues).get("EMGCoordinateUnits", ""))
            scales[space[1].lower() if space else ""] = _TO_MM.get(unit, 0.0)
    places = _places(electrodes, scales)
    where = found[-1][1].name
    if {row["status"] for row in rows if "status" in row} & {"bad"}:
        bad = [row["name"] for row in rows if row.get("status") == "bad"]
        what = mark("The makers of the recording marked channels as bad: {names}.")
        issues.append(issue("bids.bad", Level.DOUBT, where, what, _FIX, names=", ".join(bad)[:120]))
    channels = tuple(_channel(row, places) for row in rows)
    known = {(row.get("group", ""), row["name"]) for row in electrodes}
    named = {row["name"]: (row.get("group", ""), row["signal_electrode"]) for row in rows if row.get("signal_electrode")}
    lost = [name for name, (group, electrode) in named.items() if not {(group, electrode), ("", electrode)} & known]
    if electrodes and lost:
        what = mark(
            "{n} {n:channel names an electrode that is|channels name electrodes that are} not in the table of "
            "electrodes, first '{name}'."
        )
        issues.append(issue("bids.electrodes", Level.DOUBT, where, what, _FIX, n=len(lost), name=lost[0][:40]))
    return BidsSide(channels, _number(said.get("SamplingFrequency")), _number(said.get("RecordingDuration")), tuple(issues))


def _channel(row: dict[str, str], places: dict[tuple[str, str], tuple[float, float]]) -> BidsChannel:
    electrode, group = row.get("signal_electrode") or row["name"], row.get("group", "")
    place = places.get((group, electrode)) or places.get(("", electrode))
    unit = row.get("units", "")
    return BidsChannel(
        row["name"],
        _KINDS.get(row.get("type", "").upper()),
        "" if unit == "n/a" else unit,
        place,
        _number(row.get("sampling_frequency")),
    )


def _places(electrodes: Rows, scales: dict[str, float]) -> dict[tuple[str, str], tuple[float, float]]:
    """By group and name, mm; an electrode without a length in a known unit has no place."""
    groups = sorted({row.get("group", "") for row in electrodes})
    places = {}
    for row in electrodes:
        space = (row.get("coordinate_system") or row.get("loc_reference") or "").lower()
        near = [scale for name, scale in scales.items() if name and space.startswith(name)] or list(scales.values())
        x, y = _number(row.get("x")), _number(row.get("y"))
        if x is not None and y is not None and len(set(near)) == 1 and near[0] > 0:
            group = row.get("group", "")
            places[(group, row["name"])] = (x * near[0], y * near[0] + _APART_MM * groups.index(group))
    return places


def matched(side: BidsSide, names: list[str], where: str) -> tuple[dict[str, BidsChannel], tuple[Issue, ...]]:
    """Each header name with its row: by name, else by order where the numbers agree; else none, with a doubt."""
    by_name = {channel.name: channel for channel in side.channels}
    if not side.channels or (len(by_name) == len(side.channels) and set(names) <= set(by_name)):
        return {name: by_name[name] for name in names if name in by_name}, ()
    if len(side.channels) == len(names) == len(by_name):
        what = mark("The channels are named otherwise in the header; they were matched by their order.")
        return dict(zip(names, side.channels, strict=True)), (issue("bids.names", Level.NOTE, where, what, _FIX),)
    what = mark("The table of channels describes {m} channels and the header {n}; it is not used.")
    return {}, (issue("bids.channels", Level.DOUBT, where, what, _FIX, n=len(names), m=len(side.channels)),)


def contradictions(side: BidsSide, rates: list[float], seconds: float, where: str) -> tuple[Issue, ...]:
    """Where the side files and the header disagree on rate or length."""
    doubts = [doubt_rate(side.rate_hz, rate, where) for rate in rates]
    issues = list(doubts[0]) if doubts and all(doubts) else []
    if side.seconds and abs(seconds - side.seconds) > max(0.01 * seconds, 0.05):
        what = mark("The side file states {a} s and the file holds {b} s.")
        issues.append(issue("bids.seconds", Level.DOUBT, where, what, _FIX, a=f"{side.seconds:g}", b=f"{seconds:g}"))
    return tuple(issues)


def fitting_kind(row: BidsChannel | None, name: str, unit: Unit, where: str) -> tuple[Kind, tuple[Issue, ...]]:
    """What a channel records: as the side file says, unless its unit says otherwise, which is a doubt."""
    if row is None or row.kind is None:
        return kind_of(name, unit), ()
    if kind_fits(row.kind, unit):
        return row.kind, ()
    what = mark("The side file calls it '{kind}', which is not measured in {unit}; its kind is not used.")
    return kind_of(name, unit), (issue("bids.kind", Level.DOUBT, where, what, _FIX, kind=row.kind, unit=unit),)


def doubt_rate(stated: float | None, rate: float, where: str) -> tuple[Issue, ...]:
    """A doubt where the side file states another rate."""
    if not stated or abs(rate - stated) <= 0.001 * rate:
        return ()
    what = mark("The side file states {a} Hz and the header {b} Hz; the header's is used.")
    return (issue("bids.rate", Level.DOUBT, where, what, _FIX, a=f"{stated:g}", b=f"{rate:g}"),)


def completed_unit(row: BidsChannel | None, spelled: str, where: str) -> tuple[str, tuple[Issue, ...]]:
    """The header's unit where it has one, else the side file's; and a doubt where they disagree."""
    if row is None or not row.unit:
        return spelled, ()
    try:
        header = known_unit(spelled)
    except UnknownUnit:
        return row.unit, ()
    try:
        beside = known_unit(row.unit)
    except UnknownUnit:
        beside = header
    if beside == header:
        return spelled, ()
    what = mark("The side file states '{a}' and the header '{b}'; the header's is used.")
    return spelled, (issue("bids.unit", Level.DOUBT, where, what, _FIX, a=row.unit[:20], b=spelled[:20]),)


def _json(file: Path, issues: list[Issue]) -> dict[str, Any]:
    try:
        data = json.loads(decode_text(file.read_bytes()))
        if isinstance(data, dict):
            return data
        why = "{}"
    except (ValueError, RecursionError) as error:
        why = str(error)
    what = mark("The side file cannot be read and is not used: {why}.")
    issues.append(issue("bids.json", Level.DOUBT, file.name, what, _FIX, why=why[:80]))
    return {}


def _tsv(file: Path, issues: list[Issue]) -> Rows:
    lines = [line for line in decode_text(file.read_bytes()).lstrip("\ufeff").splitlines() if line.strip()]
    names = lines[0].split("\t") if lines else []
    rows = [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:]]
    if "name" in names and all(row.get("name") for row in rows):
        return rows
    what = mark("The side file cannot be read and is not used: {why}.")
    issues.append(issue("bids.tsv", Level.DOUBT, file.name, what, _FIX, why="name"))
    return []


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None
