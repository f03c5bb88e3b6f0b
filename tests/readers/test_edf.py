"""EDF: a sound file is read exactly, a damaged one is mended with a word, asked about, or refused; none is read in silence."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.faults import Level, RecordingError
from myognosis.model.recording import Recording
from myognosis.readers import audit_recording, read_recording

pytest.importorskip("edfio")
_spec = importlib.util.spec_from_file_location("edf_bytes", Path(__file__).with_name("edf_bytes.py"))
assert _spec and _spec.loader
edf_bytes = sys.modules["edf_bytes"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(edf_bytes)
EdfFile = edf_bytes.EdfFile
DATA = Path(__file__).parents[1] / "data" / "recordings"


def write(folder: Path, **change: object) -> Path:
    path = folder / "a.edf"
    path.write_bytes(EdfFile(**change).to_bytes())
    return path


def codes(recording: Recording, level: Level | None = None) -> set[str]:
    return {issue.code for issue in recording.issues if level in (None, issue.level)}


def test_a_sound_file_is_read_to_the_last_digit(tmp_path: Path):
    recording = read_recording(write(tmp_path))
    truth = EdfFile().samples()[0] * 0.1
    assert np.allclose(recording.channels[0].samples, truth, atol=1e-3)
    assert [channel.kind for channel in recording.channels] == ["emg", "eeg"]
    assert not recording.issues


def test_an_independent_reader_agrees(tmp_path: Path):
    import edfio

    path = write(tmp_path)
    theirs = edfio.read_edf(path)
    for ours, other in zip(read_recording(path).channels, theirs.signals, strict=True):
        assert np.allclose(ours.samples, other.data, atol=1e-3)
        assert ours.rate_hz == other.sampling_frequency


@given(start=st.floats(0, 9.5), length=st.floats(0, 12))
def test_a_part_equals_the_same_part_of_the_whole(tmp_path_factory: pytest.TempPathFactory, start: float, length: float):
    path = write(tmp_path_factory.mktemp("edf"))
    whole, part = read_recording(path), read_recording(path, start_s=start, stop_s=start + length)
    first = round(start * 200)
    for a, b in zip(whole.channels, part.channels, strict=True):
        assert np.array_equal(a.samples[first : first + len(b.samples)], b.samples)
        assert len(b.samples) == min(round((start + length) * 200), 2000) - first


MENDED = {
    "recording.edf.count": {"stated_records": "-1"},
    "recording.truncated": {"cut": 1},
    "recording.length": {"extra": b"\0" * 1000},
    "recording.edf.header_bytes": {"header_bytes": "512"},
    "recording.edf.start": {"start": "99.99.9999.99.99"},
}


@pytest.mark.parametrize(("code", "change"), MENDED.items())
def test_what_is_safe_is_mended_and_named(tmp_path: Path, code: str, change: dict[str, object]):
    recording = read_recording(write(tmp_path, **change))
    assert code in codes(recording)
    kept = EdfFile().samples()[0] * 0.1
    got = recording.channels[0].samples
    assert len(got) >= 1800
    assert np.allclose(got, kept[: len(got)], atol=1e-3)


REFUSED = {
    "record duration 0": {"record_s": "0"},
    "record duration negative": {"record_s": "-1"},
    "record duration NaN": {"record_s": "NaN"},
    "record duration infinite": {"record_s": "inf"},
    "record duration a word": {"record_s": "one"},
    "pauses without marks": {"reserved": "EDF+D"},
    "no signals": {"overrides": {252: b"0   "}},
    "negative number of signals": {"overrides": {252: b"-3  "}},
    "number of signals a word": {"overrides": {252: b"two "}},
    "too many signals announced": {"overrides": {252: b"4000"}},
    "header only": {"n_records": 0},
    "cut in the fixed header": {"cut": 768 + 8000 - 100},
    "cut in the signal header": {"cut": 768 + 8000 - 400},
    "samples a word": {"overrides": {256 + 2 * 216: b"many    "}},
    "samples negative": {"overrides": {256 + 2 * 216: b"-200    "}},
    "no channel with a unit": {"units": (b"", b"")},
    "physical limits NaN": {"physical": ("NaN", "NaN")},
    "physical limits equal": {"physical": ("5", "5")},
    "digital limits equal": {"digital": ("7", "7")},
    "digital limits swapped": {"digital": ("32767", "-32768")},
    "zero samples a record": {"per_record": 0},
    "rate impossible": {"record_s": "0.0001"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_known_is_refused_with_place_and_mend(tmp_path: Path, name: str):
    with pytest.raises(RecordingError) as caught:
        read_recording(write(tmp_path, **REFUSED[name]))
    for issue in caught.value.issues:
        assert issue.where
        assert str(issue.what)
        assert str(issue.fix)


@pytest.mark.parametrize("unit", [b"", b"furlong", b"%"])
def test_a_channel_without_a_known_unit_is_left_out_with_a_question(tmp_path: Path, unit: bytes):
    recording = read_recording(write(tmp_path, units=(unit, b"uV")))
    assert [channel.name for channel in recording.channels] == ["EEG Cz"]
    assert "recording.unit" in codes(recording, Level.REFUSE)
    told = read_recording(write(tmp_path, units=(unit, b"uV")), units={"EMG TA": "uV"})
    assert len(told.channels) == 2


@pytest.mark.parametrize("unit", ["мкВ".encode(), "мкВ".encode("cp1251"), "µV".encode("latin-1"), "µV".encode()])
def test_cyrillic_and_greek_microvolts_are_microvolts(tmp_path: Path, unit: bytes):
    recording = read_recording(write(tmp_path, units=(unit, unit)))
    assert np.allclose(recording.channels[0].samples, EdfFile().samples()[0] * 0.1, atol=1e-3)


def test_a_cyrillic_name_does_not_refuse_a_sound_recording(tmp_path: Path):
    assert len(read_recording(write(tmp_path, patient="Шевченко Т.".encode("cp1251"))).channels) == 2


def test_millivolts_said_of_microvolts_are_doubted(tmp_path: Path):
    recording = read_recording(write(tmp_path, units=(b"mV", b"mV"), physical=("-32768", "32767")))
    assert "recording.implausible" in codes(recording, Level.DOUBT)


def test_a_unit_named_for_all_changes_none_that_the_file_states(tmp_path: Path):
    path = write(tmp_path, units=(b"mV", b""), physical=("-3.2768", "3.2767"))
    stated, told = read_recording(path, units={"*": "uV"}).channels
    assert np.allclose(stated.samples, EdfFile().samples()[0] * 0.1, atol=1e-3)
    assert np.allclose(told.samples, EdfFile().samples()[1] * 1e-4, atol=1e-6)
    assert np.allclose(read_recording(path, units={"EMG TA": "uV"}).channels[0].samples, EdfFile().samples()[0] * 1e-4, atol=1e-6)


def test_the_same_fault_of_many_channels_is_said_once(tmp_path: Path):
    labels = tuple(f"EMG {i}" for i in range(9))
    recording = read_recording(write(tmp_path, labels=labels, units=(b"uV",) + (b"",) * 8))
    asked = [issue for issue in recording.issues if issue.code == "recording.unit"]
    assert [issue.where for issue in asked] == ["signal 2 'EMG 1' (+7)"]


def test_twin_labels_stay_two_channels(tmp_path: Path):
    names = [head.name for head in audit_recording(write(tmp_path, labels=("EMG", "EMG"))).channels]
    assert names == ["EMG #1", "EMG #2"]


def test_the_published_header_that_is_a_byte_short_is_mended_where_the_size_bears_it_out(tmp_path: Path):
    import edfio

    raw = (DATA / "shifted_header.edf").read_bytes()
    by_hand = tmp_path / "by_hand.edf"
    by_hand.write_bytes(raw[:87] + b" " + raw[87:])
    mended = read_recording(DATA / "shifted_header.edf")
    assert "recording.edf.shift" in codes(mended, Level.DOUBT)
    for ours, theirs in zip(mended.channels, edfio.read_edf(by_hand).signals, strict=True):
        assert np.allclose(ours.samples, theirs.data * 1000 if theirs.physical_dimension == "mV" else theirs.data, rtol=1e-5)
    (tmp_path / "shorter.edf").write_bytes(raw[:-1])
    with pytest.raises(RecordingError, match="79 characters"):
        read_recording(tmp_path / "shorter.edf")


def with_marks(folder: Path, onsets: list[str], marks: dict[int, str], reserved: str, *, suffix: str = "edf") -> Path:
    """Records of one second of one channel, each with a mark that says when it began."""
    file = EdfFile(labels=("EMG", "EDF Annotations"), n_records=len(onsets), per_record=200, reserved=reserved)
    wave = edf_bytes.wave(len(onsets) * 200).reshape(len(onsets), 200)
    body = b""
    for index, onset in enumerate(onsets):
        tal = f"{onset}\x14\x14\0".encode() + (marks.get(index, "") + "\0").encode()
        body += wave[index].tobytes() + tal.ljust(400, b"\0")
    path = folder / f"marks.{suffix}"
    path.write_bytes(file.header() + body)
    return path


def test_marks_are_on_the_clock_of_the_samples(tmp_path: Path):
    import edfio

    path = with_marks(tmp_path, ["+0", "+1", "+2"], {1: "+1.25\x150.5\x14мышца\x14", 2: "+2.5\x14needle\x14in\x14"}, "EDF+C")
    recording = read_recording(path)
    assert [(m.start_s, m.duration_s, m.text) for m in recording.annotations] == [
        (1.25, 0.5, "мышца"), (2.5, 0.0, "needle"), (2.5, 0.0, "in"),
    ]  # fmt: skip
    theirs = edfio.read_edf(path)
    assert {(a.onset, a.text) for a in theirs.annotations} == {(m.start_s, m.text) for m in recording.annotations}


@pytest.mark.parametrize("reserved", ["EDF+D", "EDF+C"])
def test_across_a_pause_nothing_is_made_up(tmp_path: Path, reserved: str):
    path = with_marks(tmp_path, ["+0.5", "+1.5", "+12.75", "+13.75"], {2: "+13\x14end\x14"}, reserved)
    recording = read_recording(path)
    samples, truth = recording.channels[0].samples, edf_bytes.wave(800) * 0.1
    assert len(samples) == round(14.25 * 200)
    assert np.isnan(samples[400:2450]).all()
    assert np.allclose(np.concatenate([samples[:400], samples[2450:]]), truth, atol=1e-3)
    assert recording.annotations[0].start_s == pytest.approx(12.5)
    part = read_recording(path, start_s=1.9, stop_s=13.0)
    assert np.array_equal(part.channels[0].samples, samples[380:2600], equal_nan=True)


@pytest.mark.parametrize(
    "onsets", [["+0", "+5", "+1"], ["+0", "+999999999", "+5"], ["+0", "+0", "+0"], ["+0", "+900000", "+900001"]]
)
def test_records_that_overlap_or_pause_for_weeks_are_refused(tmp_path: Path, onsets: list[str]):
    with pytest.raises(RecordingError, match=r"before the one|cannot be"):
        read_recording(with_marks(tmp_path, onsets, {}, "EDF+D"))


def test_24_bits_are_read_as_an_independent_reader_reads_them(tmp_path: Path):
    import edfio

    rng = np.random.default_rng(5)
    signals = [edfio.BdfSignal(rng.normal(0, 300, 3000), 1000, label=f"EMG {i}", physical_dimension="uV") for i in range(3)]
    marks = [edfio.EdfAnnotation(0.75, 0.25, "twitch"), edfio.EdfAnnotation(2.5, None, "відпочинок")]
    edfio.Bdf(signals, annotations=marks).write(tmp_path / "a.bdf")
    ours, theirs = read_recording(tmp_path / "a.bdf"), edfio.read_bdf(tmp_path / "a.bdf")
    for mine, other in zip(ours.channels, theirs.signals, strict=True):
        assert np.allclose(mine.samples, other.data, rtol=1e-6, atol=1e-4)
    assert [(m.start_s, m.duration_s, m.text) for m in ours.annotations] == [(0.75, 0.25, "twitch"), (2.5, 0.0, "відпочинок")]


def test_samples_beyond_the_digital_limits_are_doubted(tmp_path: Path):
    recording = read_recording(write(tmp_path, digital=("-100", "100"), physical=("-10", "10")))
    assert "recording.edf.beyond" in codes(recording, Level.DOUBT)


@given(at=st.integers(0, 767), new=st.binary(min_size=1, max_size=8))
def test_no_damage_of_the_header_leaks_a_foreign_error(tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes):
    path = write(tmp_path_factory.mktemp("edf"), overrides={at: new})
    try:
        recording = read_recording(path)
    except RecordingError:
        return
    for channel in recording.channels:
        assert 1 <= channel.rate_hz <= 200_000
        assert np.isfinite(channel.samples).all()
