"""A large table is told from places all over it, as the whole would be, and what was not looked at is said."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import described, rows

from myognosis.faults import RecordingError
from myognosis.readers import audit_recording, glance, glance_at, read_recording, table
from myognosis.report.overview import look_at

T = np.arange(4000) / 100
WAVE = np.sin(T)
LAYOUT = {"rate_hz": 100, "channels": [{"column": 2, "name": "EMG", "unit": "uV"}]}
HEAD = "Time (s),x (m/s^2)\n"


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(glance, "LARGE_BYTES", 20_000)
    monkeypatch.setattr(glance, "_PLACES", 9)
    monkeypatch.setattr(glance, "_PLACE_BYTES", 2000)
    monkeypatch.setattr(table, "_BLOCK_BYTES", 3000)


def log(folder: Path, text: str) -> Path:
    path = folder / "a.csv"
    path.write_text(HEAD + text)
    return path


def codes(path: Path) -> set[str]:
    return {issue.code for issue in look_at(path)[0].issues}


@pytest.mark.parametrize("make", [lambda folder: log(folder, rows(T, WAVE)),
                                  lambda folder: described(folder / "a.txt", rows(T, WAVE).encode(), LAYOUT)])  # fmt: skip
def test_places_say_what_the_whole_says(make: object, tmp_path: Path):
    path = make(tmp_path)  # type: ignore[operator]
    said, seen = look_at(path)
    whole = audit_recording(path)
    for one, other in zip(said.channels, whole.channels, strict=True):
        assert (one.name, one.kind, one.unit) == (other.name, other.kind, other.unit)
        assert one.rate_hz == pytest.approx(other.rate_hz, rel=1e-6)
        assert one.n_samples == pytest.approx(other.n_samples, abs=40)
    assert {issue.code for issue in said.issues} == {"recording.glance"}
    assert len(seen.pictures[0].low) == 18
    assert "recording.glance" not in {issue.code for issue in look_at(path, every_row=True)[0].issues}


def test_a_small_table_is_never_glanced_at(tmp_path: Path):
    assert glance_at(log(tmp_path, rows(T[:100], WAVE[:100]))) is None


def test_a_row_that_is_none_is_named_with_its_place(tmp_path: Path):
    lines = rows(T, WAVE).splitlines()
    lines[2001] = "x,y"  # in the middle, where one of nine places lies
    found = [issue for issue in look_at(log(tmp_path, "\n".join(lines) + "\n"))[0].issues if issue.code == "recording.rows"]
    assert "%" in found[0].where


def test_a_clock_that_runs_backwards_between_two_places_is_refused_by_the_row(tmp_path: Path):
    again = np.concatenate([T[:2200], T[1000:]])
    with pytest.raises(RecordingError, match="backwards") as caught:
        look_at(log(tmp_path, rows(again, np.sin(again))))
    assert caught.value.issues[0].what.params["row"] == 2200


def test_a_large_table_without_a_unit_asks_for_it(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("Time (s),x\n" + rows(T, WAVE))
    with pytest.raises(RecordingError, match="--unit 'x=uV'"):
        look_at(path)
    assert look_at(path, units={"x": "g"})[0].channels[0].unit == "m/s2"


@pytest.mark.parametrize("spoil", ["", "nan", "x", "1;2", "12:00:00", "1_0", "1,5", '"1"', "inf"])
def test_the_reader_of_plain_files_says_what_the_reader_of_rows_says(spoil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    lines = rows(T, WAVE).splitlines()
    lines[3000] = f"{T[3000]},{spoil}" if spoil else lines[3000]
    path = log(tmp_path, "\r\n\n".join(lines) + "\n")
    fast = read_recording(path)
    monkeypatch.setattr("myognosis.readers.formats.sensorlog.read_plain", lambda *_: None)
    slow = read_recording(path)
    assert fast.issues == slow.issues
    assert np.array_equal(fast.channels[0].samples, slow.channels[0].samples, equal_nan=True)
    plain = table.read_plain(path, 1, table.Dialect(",", 2))
    assert (plain is not None) == (spoil in ("", "nan", '"1"', "inf"))
