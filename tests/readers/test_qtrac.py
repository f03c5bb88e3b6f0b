"""Qtrac .MEM: real files are read to the last digit, without a name; a damaged one is doubted or refused by its place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.faults import RecordingError
from myognosis.model.stimulation import CmapScan, ExcitabilityTest
from myognosis.readers.qtrac import read_mem

DATA = Path(__file__).parents[1] / "data" / "recordings"
TEST, SCAN = DATA / "FESB70821A.MEM", DATA / "MSCC00128A_OM2.MEM"


def changed(folder: Path, original: Path, old: str, new: str) -> Path:
    text = original.read_bytes().decode("cp1251").replace("\r\n", "\n")
    assert old in text
    path = folder / "changed.MEM"
    path.write_bytes(text.replace(old, new, 1).encode("cp1251"))
    return path


def codes(found: ExcitabilityTest | CmapScan) -> set[str]:
    return {issue.code for issue in found.issues}


def test_an_excitability_test_is_read_to_the_last_digit():
    test = read_mem(TEST)
    assert isinstance(test, ExcitabilityTest)
    assert not test.issues
    assert (test.head.age_years, test.head.sex, test.head.temperature_c, test.head.site) == (30.0, "male", 33.5, "Median Wr-APB")
    assert test.head.start is not None
    assert test.head.start.isoformat() == "2017-08-21T12:57:17"
    assert test.charge_duration is not None
    assert test.charge_duration.y.tolist() == [1.958192, 2.762345, 3.587318, 4.354728, 5.187509]
    assert [run.current_percent.max() or run.current_percent.min() for run in test.electrotonus] == [40.0, -40.0, 20.0, -20.0]
    assert test.recovery is not None
    assert (test.recovery.x[0], test.recovery.y[0]) == (3.2, 4.99)
    assert test.current_threshold is not None
    assert test.current_threshold.y[-1] == -301.32
    assert test.stimulus_response is not None
    assert len(test.stimulus_response.x) == 49


def test_our_curves_give_the_values_that_the_recording_software_derived():
    """The software is the independent judge: time constant from Weiss's law, TEd and TEh means, subexcitability."""
    test = read_mem(TEST)
    assert isinstance(test, ExcitabilityTest)
    assert test.charge_duration is not None
    slope, charge = np.polyfit(test.charge_duration.x, test.charge_duration.y, 1)
    assert charge / slope == pytest.approx(test.device_values["Strength-duration time constant (ms)"], abs=0.005)
    depolarised, hyperpolarised = test.electrotonus[0], test.electrotonus[1]
    assert depolarised.reduction_percent.max() == pytest.approx(test.device_values["TEd(peak)"], rel=0.05)
    late = (hyperpolarised.delay_ms >= 100) & (hyperpolarised.delay_ms <= 109)
    assert hyperpolarised.reduction_percent[late].mean() == pytest.approx(test.device_values["TEh(90-100ms)"], rel=0.01)


def test_a_scan_keeps_every_stimulus_in_its_order():
    scan = read_mem(SCAN)
    assert isinstance(scan, CmapScan)
    assert not scan.issues
    assert len(scan.stimulus_ma) == len(scan.response_mv) == 557
    assert (scan.stimulus_ma[0], scan.response_mv[0], scan.stimulus_ma[-1], scan.response_mv[-1]) == (14.0, 6.733, 4.802, 0.01)
    assert scan.marks == (99, 102, 548, 551)
    assert scan.device_values["MSFNUnits"] == 94


def test_no_name_no_operator_and_no_path_is_kept():
    for path in (TEST, SCAN):
        found = read_mem(path)
        assert not any(word in repr((found.head, found.device_values)) for word in ("CR21S", "CA.EDM", "KJ", "Qtrac", "smooth"))


DOUBTED = {
    "recording.mem.rows": ("6.717", "abc"),
    "recording.mem.numbering": ("MS.2 ", "MS.9 "),
    "recording.mem.marks": ("548, 551", "548, 5510"),
    "recording.mem.head": ("Age:               \t43", "Age:               \t430"),
    "recording.mem.start": ("28/1/20", "28/13/20"),
    "recording.mem.end": ("DERIVED EXCITABILITY VARIABLES", ""),
}


@pytest.mark.parametrize(("code", "change"), DOUBTED.items())
def test_what_may_be_wrong_is_named(tmp_path: Path, code: str, change: tuple[str, str]):
    found = read_mem(changed(tmp_path, SCAN, *change))
    assert code in codes(found)
    assert all(str(issue.fix) and str(issue.what) for issue in found.issues)


@pytest.mark.parametrize(("old", "new"), [("(mV)", "(furlong)"), ("(mA)", ""), ("Stim. (mA)     \tAmp. (mV)\n", "")])
def test_a_table_in_unknown_units_is_refused(tmp_path: Path, old: str, new: str):
    with pytest.raises(RecordingError, match="units are not known"):
        read_mem(changed(tmp_path, SCAN, old, new))


def test_a_scan_of_which_only_a_second_run_is_sound_is_refused_and_a_second_run_beside_it_is_named(tmp_path: Path):
    text = SCAN.read_bytes().decode("cp1251")
    second = tmp_path / "second.MEM"
    second.write_bytes(text.replace("MS.", "MS2.").encode("cp1251"))
    with pytest.raises(RecordingError) as caught:
        read_mem(second)
    assert [issue.code for issue in caught.value.issues] == ["recording.mem.empty"]
    assert codes(read_mem(changed(tmp_path, SCAN, "MS.3 ", "MS2.3 "))) == {"recording.mem.runs", "recording.mem.numbering"}


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"nothing of ours\n", b"Age:\t3\nDERIVED EXCITABILITY VARIABLES\n"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a.MEM"
    path.write_bytes(content)
    for place in (path, tmp_path, tmp_path / "absent.MEM"):
        with pytest.raises(RecordingError):
            read_mem(place)


def test_decimal_commas_and_other_line_ends_change_nothing(tmp_path: Path):
    text = SCAN.read_bytes().decode("cp1251")
    sound = read_mem(SCAN)
    assert isinstance(sound, CmapScan)
    for number, other in enumerate((text.replace("\r\n", "\r"), text.replace(".", ",").replace("MS,", "MS."), "\ufeff" + text)):
        path = tmp_path / f"{number}.MEM"
        path.write_bytes(other.encode("utf-16" if number == 2 else "utf-8"))
        found = read_mem(path)
        assert isinstance(found, CmapScan)
        assert np.array_equal(found.response_mv, sound.response_mv)


@given(cut=st.integers(0, 14_000))
def test_a_file_cut_anywhere_is_refused_or_named(tmp_path_factory: pytest.TempPathFactory, cut: int):
    path = tmp_path_factory.mktemp("mem") / "cut.MEM"
    path.write_bytes(SCAN.read_bytes()[:cut])
    try:
        found = read_mem(path)
    except RecordingError:
        return
    assert "recording.mem.end" in codes(found)
