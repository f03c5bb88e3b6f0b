"""A recording too long to lie in memory gives what it would give there; what was not looked at is said."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings.test_recordings import needle, phone, read
from tests.readers.edf_bytes import EdfFile
from tests.signals.made_needle import FIBRE, UNIT, trace

from myognosis.faults import Issue, Level, Message
from myognosis.findings import check_case
from myognosis.findings.recordings import forget_recordings, long
from myognosis.findings.recordings.fasciculation import off_beat
from myognosis.findings.recordings.passing import PassingEmg
from myognosis.knowledge import Knowledge
from myognosis.model import case as m
from myognosis.model.finding import Measured
from myognosis.model.picture import TracePicture
from myognosis.model.recording import Channel
from myognosis.readers import open_recording, read_recording
from myognosis.signals.envelope import envelope, envelope_of

pytest.importorskip("scipy")


@pytest.fixture
def all_is_long(monkeypatch: pytest.MonkeyPatch):
    """Every recording is too long to lie in memory."""

    def shorten(whole: int = 20_000, part: int = 40_000, piece: int = 777) -> None:
        forget_recordings()
        for name, value in (("WHOLE_SAMPLES", whole), ("_PART_SAMPLES", part), ("_TREMOR_SAMPLES", part)):
            monkeypatch.setattr(long, name, value)
        monkeypatch.setattr(PassingEmg, "__init__", _pieces_of(piece))

    return shorten


_INIT = PassingEmg.__init__


def _pieces_of(piece: int):
    def init(self: PassingEmg, tape: object, channels: tuple[Channel, ...]) -> None:
        _INIT(self, tape, channels, piece)  # type: ignore[arg-type]

    return init


def fasciculation(measured: Measured) -> list[object]:
    return [m for m in measured.measurements if m.name.startswith("fasciculation")]


@pytest.mark.whole
@pytest.mark.parametrize("piece", [777, 4_001])
def test_potentials_are_the_same_however_the_recording_is_read(knowledge: Knowledge, tmp_path: Path, all_is_long, piece: int):
    file = needle(tmp_path, 16, 10)
    forget_recordings()
    whole = read(knowledge, tmp_path, file, "emg", during="rest")[0].measured[0]
    all_is_long(piece=piece)
    streamed = read(knowledge, tmp_path, file, "emg", during="rest")[0].measured[0]
    assert fasciculation(streamed) == fasciculation(whole) != []
    assert (streamed.findings, streamed.beside) == (whole.findings, whole.beside)
    assert streamed.pictures[1:] == whole.pictures[1:]


@pytest.fixture(scope="module")
def jerking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute in which a muscle jerks each second, after a stimulus and a wave of the EEG."""
    folder, rng, rate, seconds = tmp_path_factory.mktemp("jerking"), np.random.default_rng(6), 500, 62
    rows = rng.normal(0, 5, (3, seconds * rate))
    rows[2] = 0.0
    for at in (1 + np.arange(seconds - 2)) * rate + rng.integers(0, 50, seconds - 2):
        rows[0, at : at + 20] += rng.normal(0, 120, 20)
        rows[1, at - 10 : at] += 12 * np.hanning(10)
        rows[2, at - 20 : at - 10] = 100.0
    made = EdfFile(labels=("EMG FDI", "EEG C3", "Trigger"), units=(b"uV", b"uV", b"mA"), per_record=rate, n_records=seconds)
    stored = np.round(rows * 10).astype("<i2").reshape(3, seconds, rate).transpose(1, 0, 2)
    (folder / "a.edf").write_bytes(made.header() + stored.tobytes())
    return folder


@pytest.mark.whole
@pytest.mark.parametrize("piece", [777, 4_001])
def test_jerks_reflexes_and_the_eeg_before_them_are_the_same_however_the_recording_is_read(
    knowledge: Knowledge, jerking: Path, all_is_long, piece: int
):
    forget_recordings()
    asked = {"during": "rest", "shows": "jerks"}
    whole = read(knowledge, jerking, "a.edf", "emg", **asked)[0].measured[0]
    all_is_long(piece=piece)
    passed = read(knowledge, jerking, "a.edf", "emg", **asked)[0].measured[0]
    names = {m.name for m in whole.measurements}
    assert {"jerk_burst_duration", "cortical_potential", "c_reflex_latency"} <= names
    rows = [[m for m in one.measurements if not m.name.startswith("quality")] for one in (whole, passed)]
    assert rows[0] == rows[1]
    assert passed.findings == whole.findings
    assert passed.pictures[-2:] == whole.pictures[-2:]


def test_what_was_looked_for_in_parts_only_is_said_with_its_share(knowledge: Knowledge, tmp_path: Path, all_is_long, monkeypatch):
    monkeypatch.setattr(long, "_MOST_PARTS", 2)
    all_is_long(part=8_000)
    _, codes = read(knowledge, tmp_path, needle(tmp_path, 16, 10), "emg", during="rest")
    assert "recording.long" not in codes  # a note, no doubt
    with open_recording(tmp_path / "rest.hea") as tape:
        found, _ = long.analyse_long(tape, _row("rest.hea"), knowledge)
    notes = [issue for part in found for issue in part.issues if issue.code == "recording.long"]
    assert [dict(note.what.params) for note in notes] == [{"n": 2, "seconds": "4", "share": "50"}]


def _row(file: str, **more: object):
    from myognosis.model.case import Recording

    return Recording(file=file, kind="emg", during="rest", **more)  # type: ignore[arg-type]


@given(st.floats(2.0, 400.0), st.integers(1, 4), st.integers(3_000, 90_000))
@settings(max_examples=25, deadline=None)
def test_parts_lie_in_order_within_the_recording_and_cover_it_where_they_can(seconds: float, channels: int, most: int):
    tape = SimpleNamespace(duration_s=seconds)
    like = tuple(Channel(f"{i}", "emg", "uV", 500.0, np.zeros(0, np.float32)) for i in range(channels))
    parts = long._parts(tape, like, most)  # type: ignore[arg-type]
    spans = np.array(parts.spans)
    assert (spans[:, 0] <= spans[:, 1]).all()
    assert (spans[1:, 0] >= spans[:-1, 1]).all()
    assert spans[0, 0] == 0
    assert abs(spans[-1, 1] - seconds) <= 0.5
    if long._MOST_PARTS * max(1.0, most / 500 / channels) >= seconds:
        assert (spans[1:, 0] == spans[:-1, 1]).all()
        assert not parts.note("")


def test_a_discharge_late_in_a_recording_keeps_its_time_in_parts(knowledge: Knowledge, tmp_path: Path, all_is_long):
    times = np.arange(17.0, 22.0, 0.1)
    _edf(tmp_path, trace(FIBRE, times, seconds=24.0))
    all_is_long(whole=10_000, part=32_000)
    with open_recording(tmp_path / "a.edf") as tape:
        (_, _, resting, *_), _ = long.analyse_long(tape, _row("a.edf", electrode="needle", negative_up=True), knowledge)
    (entry,) = resting.entries
    assert (entry.finding, entry.state) == ("emg_fib", "present")
    assert resting.pictures[0].start_s >= 16.0  # type: ignore[union-attr]


def _edf(folder: Path, samples: np.ndarray) -> None:
    """An EDF of one channel at 4000 Hz, a count each tenth of a microvolt."""
    made = EdfFile(labels=("EMG TA",), units=(b"uV",), per_record=4000, n_records=len(samples) // 4000)
    (folder / "a.edf").write_bytes(made.header() + np.round(samples * 10).astype("<i2").tobytes())


def test_motor_units_late_in_a_recording_are_found_in_parts_put_together_as_one_unit(
    knowledge: Knowledge, tmp_path: Path, all_is_long, monkeypatch: pytest.MonkeyPatch
):
    times = 16 + np.cumsum(np.random.default_rng(1).normal(0.11, 0.015, 60))
    _edf(tmp_path, trace(UNIT, times, uv=1500, seconds=24.0))
    all_is_long()
    monkeypatch.setattr(long, "_MOST_PARTS", 4)
    monkeypatch.setattr(long, "_UNIT_SAMPLES", 64_000)
    with open_recording(tmp_path / "a.edf") as tape:
        row = _row("a.edf", electrode="needle").model_copy(update={"during": "movement"})
        found = next(one for one in long.analyse_long(tape, row, knowledge)[0] if one.motor_units is not None)
    assert found.motor_units is not None
    (unit,) = found.motor_units.units
    assert unit.potential.amplitude_uv == pytest.approx(1500, rel=0.1)
    (note,) = [issue for issue in found.issues if issue.code == "recording.long"]
    assert dict(note.what.params) == {"n": 4, "seconds": "4", "share": "67"}


def test_a_moment_of_parts_put_together_is_told_in_the_time_of_the_recording():
    def moved(second: float) -> object:
        issue = Issue("x", Level.DOUBT, "", Message("{second}", {"second": second}), Message(""))
        return long._in_time(issue, ((0.0, 4.0), (10.0, 14.0), (20.0, 24.0))).what.params["second"]

    assert [moved(second) for second in (0.5, 3.9, 4.0, 8.5)] == [0.5, 3.9, 10.0, 20.5]


def test_a_stretch_of_parts_put_together_is_shown_at_its_time_in_the_recording():
    spans = ((0.0, 4.0), (10.0, 14.0))
    stretch = TracePicture(channel="x", unit="uV", rate_hz=1000.0, start_s=5.0, seconds=2.0, low=(0.0,), high=(1.0,))
    assert long._shown_in_time(stretch, spans).start_s == 11.0
    mean = stretch.model_copy(update={"averaged": True, "start_s": -0.01})
    assert long._shown_in_time(mean, spans) == mean


def test_tremor_in_parts_is_that_of_the_whole(knowledge: Knowledge, tmp_path: Path, all_is_long):
    file = phone(tmp_path, 5.2, 1.0)
    whole = read(knowledge, tmp_path, file, "accelerometer", during="rest")[0]
    recording = read_recording(tmp_path / file)
    parts = [(0.0, 32.0), (32.0, 60.0)]

    def cut(axes: tuple[Channel, ...]):
        for a, b in parts:
            yield a, read_recording(tmp_path / file, start_s=a, stop_s=b).of_kind(axes[0].kind)

    from myognosis.findings.recordings.analysed import trace_picture
    from myognosis.findings.recordings.tremor import analyse_in

    row = _row(file).model_copy(update={"kind": "accelerometer"})
    found = analyse_in(cut, recording, row, knowledge, trace_picture)
    assert found.measurements == whole.measured[0].measurements
    assert {e.finding: e.state for e in found.entries} == whole.measured[0].findings


@given(st.integers(1, 9_000), st.lists(st.tuples(st.integers(0, 8_000), st.integers(0, 900)), max_size=8))
@settings(max_examples=20, deadline=None)
def test_any_span_that_passes_is_the_same_span_of_the_whole(tmp_path_factory: pytest.TempPathFactory, piece: int, spans):
    folder = tmp_path_factory.mktemp("passing")
    rng = np.random.default_rng(3)
    _edf(folder, rng.normal(0, 20, 8_000))
    whole = read_recording(folder / "a.edf").channels
    with open_recording(folder / "a.edf") as tape:
        source = PassingEmg(tape, whole, piece)
        for first, length in spans:
            last = min(first + length, source.n_samples)
            assert np.array_equal(source.read(first, last), whole[0].samples[first:last, None])


def test_what_is_odd_in_each_piece_is_told_once_with_the_sum(tmp_path: Path):
    samples = np.random.default_rng(3).normal(0, 20, 8_000)
    samples[[10, 4_000, 7_999]] = 3_000.0
    made = EdfFile(labels=("EMG TA",), units=(b"uV",), per_record=4000, n_records=2, digital=("-20000", "20000"))
    (tmp_path / "a.edf").write_bytes(made.header() + np.round(samples * 10).astype("<i2").tobytes())
    whole = read_recording(tmp_path / "a.edf")
    with open_recording(tmp_path / "a.edf") as tape:
        source = PassingEmg(tape, whole.channels, 1_000)
        for _ in range(2):  # a second reading finds nothing new
            for first in range(0, 8_000, 500):
                source.read(first, first + 500)
    (told,) = source.doubts()
    assert (told.code, told.what.params["n"]) == ("recording.edf.beyond", 3)


def test_a_hand_that_shakes_for_long_is_looked_at_in_parts_which_is_said(
    knowledge: Knowledge, tmp_path: Path, all_is_long, monkeypatch: pytest.MonkeyPatch
):
    t = np.arange(12_000) / 100
    axes = np.stack([np.sin(2 * np.pi * 5.2 * t), 0 * t, 9.81 + 0 * t]) + np.random.default_rng(4).normal(0, 0.02, (3, len(t)))
    made = EdfFile(labels=("acc x", "acc y", "acc z"), units=(b"m/s2",) * 3, per_record=100, n_records=120)
    stored = np.round(axes * 10).astype("<i2").reshape(3, 120, 100).transpose(1, 0, 2)
    (tmp_path / "a.edf").write_bytes(made.header() + stored.tobytes())
    all_is_long(whole=10_000, part=9_000)
    monkeypatch.setattr(long, "_MOST_PARTS", 2)
    entry = m.Recording(file="a.edf", kind="accelerometer", during="rest")
    findings, issues = check_case(m.Case(recordings=(entry,)), knowledge, tmp_path)
    assert findings.present("rest_tremor")
    (note,) = [issue for issue in issues if issue.code == "recording.long"]
    assert dict(note.what.params) == {"n": 2, "seconds": "30", "share": "50"}
    assert {row.seconds for row in findings.measured[0].measurements} == {56.0}


@given(st.integers(0, 3_000), st.integers(1, 900), st.integers(1, 4_000))
@settings(max_examples=25, deadline=None)
def test_a_trace_that_passes_is_drawn_as_one_in_memory(n: int, columns: int, at_once: int):
    samples = np.random.default_rng(5).normal(size=n).astype(np.float32)
    samples[::7] = np.nan
    passed = envelope_of(lambda first, last: samples[first:last], n, columns, at_once)
    for one, other in zip(envelope(samples, columns), passed, strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@given(st.lists(st.floats(0, 100), max_size=20), st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_each_potential_is_held_against_the_nearest_beat(times: list[float], beats: list[float]):
    times_s, beats_s = np.array(times), np.sort(beats)
    assert np.array_equal(off_beat(times_s, beats_s), np.abs(times_s[:, None] - beats_s).min(axis=1))
