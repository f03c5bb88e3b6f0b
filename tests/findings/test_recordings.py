"""A recording beside the case becomes findings; too little watched, or nothing to measure it with, concludes nothing."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import numpy as np
import pytest
from tests.readers.made import zip_bytes
from tests.signals.made_needle import FIBRE, UNIT, channel, found_in, trace, unit
from tests.signals.movement import emg_of, gated, irregular

from myognosis.assessing import assess
from myognosis.faults import Level, pack_issue, unpack_issue
from myognosis.findings import check_case
from myognosis.findings.ledger import Ledger
from myognosis.findings.recordings.analysed import Analysed, Entry, trace_picture
from myognosis.findings.recordings.fasciculation import _clear_s, _entries
from myognosis.findings.recordings.needle import (
    _clearness,
    _of_several,
    discharges,
    pool_positions,
    settle_cramps,
    settle_discharges,
)
from myognosis.findings.recordings.quality import add_quality
from myognosis.findings.recordings.shown import Shown
from myognosis.findings.recordings.tremor import analyse as analyse_tremor
from myognosis.knowledge import Knowledge
from myognosis.language import say
from myognosis.model import case as m
from myognosis.model.finding import Findings, Measured, State
from myognosis.model.picture import Mark
from myognosis.model.recording import Channel, Kind, Measurement, Recording
from myognosis.report.beside import beside_lines
from myognosis.report.unsettled import doubts_told, why_told
from myognosis.signals.fasciculation import Fasciculations
from myognosis.signals.quality import Fault

pytest.importorskip("scipy")
RATE = 100.0
RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"


def phone(folder: Path, hz: float, amplitude: float, seconds: float = 60.0, name: str = "phone.csv") -> str:
    rng = np.random.default_rng(1)
    t = np.arange(int(seconds * RATE)) / RATE
    rows = [t, amplitude * np.sin(2 * np.pi * hz * t) + rng.normal(0, 0.02, len(t)), 9.81 + rng.normal(0, 0.02, len(t))]
    text = "\n".join(",".join(f"{value:.6f}" for value in row) for row in zip(*rows, strict=True))
    (folder / name).write_text("Time (s),Acceleration x (m/s^2),Acceleration z (m/s^2)\n" + text + "\n")
    return name


def needle(folder: Path, seconds: float, n: int, name: str = "rest") -> str:
    """A WFDB record of an EMG at rest with n potentials."""
    rng = np.random.default_rng(2)
    rate = 2000
    emg = rng.normal(0, 5, int(seconds * rate))
    shape = 150 * np.diff(np.exp(-(((np.arange(32) - 16) / 4.0) ** 2)), n=2) / 0.16
    for at in np.linspace(0.7, seconds - 0.7, n) * rate if n else []:
        emg[int(at) : int(at) + len(shape)] += shape
    return written(folder, emg, rate, name)


def written(folder: Path, emg: np.ndarray, rate: int, name: str) -> str:
    """A WFDB record of one EMG."""
    raw = np.round(emg * 10).astype("<i2")
    (folder / f"{name}.dat").write_bytes(raw.tobytes())
    total = int(raw.sum(dtype=np.int64)) % 65536
    (folder / f"{name}.hea").write_text(f"{name} 1 {rate} {len(raw)}\n{name}.dat 16 10000/mV 16 0 {raw[0]} {total} 0 EMG biceps\n")
    return f"{name}.hea"


def read(knowledge: Knowledge, folder: Path | None, file: str, kind: str, **more: object) -> tuple[Findings, set[str]]:
    entry = m.Recording(file=file, kind=kind, **more)  # type: ignore[arg-type]
    findings, issues = check_case(m.Case(recordings=(entry,)), knowledge, folder)
    return findings, {issue.code for issue in issues if issue.level is not Level.NOTE}


def test_a_recording_inside_a_zip_counts_as_one_that_lies_beside_the_case(knowledge: Knowledge, tmp_path: Path):
    plain = read(knowledge, tmp_path, phone(tmp_path, 5.2, 1.0), "accelerometer", during="rest")[0]
    (tmp_path / "study.zip").write_bytes(zip_bytes({"day/phone.csv": (tmp_path / "phone.csv").read_bytes()}))
    for file in ("study.zip", "study.zip/day/phone.csv"):
        found, _ = read(knowledge, tmp_path, file, "accelerometer", during="rest")
        assert found.present("rest_tremor")
        assert found.measured[0].measurements == plain.measured[0].measurements
    (tmp_path / "beside").mkdir()
    found, _ = read(knowledge, tmp_path / "beside", "../study.zip/day/phone.csv", "accelerometer", during="rest")
    assert not found.measured


@pytest.mark.parametrize(("during", "finding"), [("rest", "rest_tremor"), ("posture", "postural_tremor")])
def test_a_shaking_phone_is_tremor_in_the_state_of_the_recording(knowledge: Knowledge, tmp_path: Path, during: str, finding: str):
    found, _ = read(knowledge, tmp_path, phone(tmp_path, 5.2, 1.0), "accelerometer", during=during)
    assert found.present(finding)
    assert "5.2 Hz" in found.provenance[finding][0].raw


def test_a_still_phone_is_absence_only_when_long_enough_was_watched(knowledge: Knowledge, tmp_path: Path):
    long, _ = read(knowledge, tmp_path, phone(tmp_path, 5, 0.0, 60, "a.csv"), "accelerometer", during="posture")
    assert long.absent("postural_tremor")
    for seconds in (32, 44):  # the half minute that a phone records could miss a tremor of a third of the time
        short, _ = read(knowledge, tmp_path, phone(tmp_path, 5, 0.0, seconds, "b.csv"), "accelerometer", during="posture")
        assert not short.asked("postural_tremor")
        assert [x.reason for x in short.measured[0].unsettled] == ["tremor_short"]


def test_a_slow_sensor_vetoes_no_sound_one_beside_it(knowledge: Knowledge):
    rng, row = np.random.default_rng(4), m.Recording(file="a.zip", kind="accelerometer", during="rest")

    def axis(kind: Kind, unit: str, rate: float, size: float, seconds: float = 40.0) -> Channel:
        t = np.arange(int(seconds * rate)) / rate
        wave = size * np.sin(2 * np.pi * 5 * t) + rng.normal(0, 0.02, len(t))
        return Channel("x", kind, unit, rate, wave.astype(np.float32))

    sound, slow = axis("accelerometer", "m/s2", 100.0, 1.0), axis("gyroscope", "deg/s", 50.0, 5.0)
    both, alone = (analyse_tremor(Recording("a.zip", some), row, knowledge) for some in ((sound, slow), (slow,)))
    assert [(e.finding, e.state) for e in both.entries] == [("rest_tremor", "present"), ("tremor_middle", "present")]
    assert not both.issues and {name for name, _ in both.tremors} == {"accelerometer"}
    assert not alone.entries and {issue.code for issue in alone.issues} == {"recording.again.rate"}


@pytest.mark.parametrize(("hz", "band"), [(3.0, "tremor_slow"), (5.2, "tremor_middle"), (9.4, "tremor_fast"), (8.0, None)])
def test_a_tremor_enters_with_the_band_of_its_frequency_unless_it_lies_on_an_edge(
    knowledge: Knowledge, tmp_path: Path, hz: float, band: str | None
):
    found, _ = read(knowledge, tmp_path, phone(tmp_path, hz, 2.0), "accelerometer", during="posture")
    assert found.present("postural_tremor")
    assert {name for name in found.measured[0].findings if name != "postural_tremor"} == ({band} if band else set())


@pytest.mark.parametrize(("hz", "shakes"), [(5.0, True), (10.0, False)])
def test_a_muscle_alone_shows_no_tremor_at_frequencies_at_which_every_muscle_has_a_rhythm(
    knowledge: Knowledge, hz: float, shakes: bool
):
    t = np.arange(round(40 * 1000.0)) / 1000.0
    trace = 60 * np.random.default_rng(6).normal(size=len(t)) * np.maximum(0.1, np.sin(2 * np.pi * hz * t))
    row = m.Recording(file="a.edf", kind="emg", during="posture")
    found = analyse_tremor(Recording("a.edf", (Channel("EMG", "emg", "uV", 1000.0, trace.astype(np.float32)),)), row, knowledge)
    assert found.tremors[0][1].outcome == "tremor"
    assert any(entry.finding == "postural_tremor" for entry in found.entries) is shakes


def test_a_still_phone_in_an_unknown_state_denies_no_tremor(knowledge: Knowledge, tmp_path: Path):
    found, _ = read(knowledge, tmp_path, phone(tmp_path, 5, 0.0), "accelerometer")
    assert not found.asked("tremor")


def test_the_tremor_that_everybody_has_is_no_finding(knowledge: Knowledge, tmp_path: Path):
    found, _ = read(knowledge, tmp_path, phone(tmp_path, 9.0, 0.15), "accelerometer", during="posture")
    assert not found.asked("postural_tremor")
    assert found.measured


def test_a_limb_that_drops_because_its_muscle_lapses_does_not_tremble(knowledge: Knowledge):
    lapses, shakes, holds = (("emg_silent_period_lapse", "present"), ("postural_tremor", "present"), ("postural_tremor", "absent"))

    def shown(**files: tuple[tuple[str, State], ...]) -> Findings:
        ledger = Ledger(knowledge)
        seen = Shown(ledger)
        for file, found in files.items():
            ledger.measured.append(Measured(file=file, during="posture", measurements=(), findings=dict(found)))
            for finding, state in found:
                seen.add(finding, state, "$", "raw", file, None)
        seen.enter()
        return ledger.close(m.Case())

    both = shown(emg=(lapses, holds), phone=(shakes, ("tremor_fast", "present")))
    assert both.present("asterixis") and both.absent("postural_tremor") and not both.asked("tremor_fast")
    assert [(row.file, row.findings, [why.reason for why in row.unsettled]) for row in both.measured][1] == (
        "phone",
        {},
        ["swings"],
    )
    assert [issue.code for issue in both.issues] == ["recording.swings"]
    assert shown(emg=(lapses, shakes), phone=(shakes,)).present("postural_tremor")  # the muscle itself shakes as well
    alone = shown(phone=(shakes,))
    assert alone.present("postural_tremor") and not alone.present("asterixis")


def test_bursts_as_brief_as_one_units_potential_are_no_short_jerks(knowledge: Knowledge, tmp_path: Path):
    rng, found = np.random.default_rng(4), {}
    for length in (12.0, 35.0):
        emg = emg_of(rng, gated(irregular(rng, 30.0, 0.8, length), 30.0, 2000.0, 1.0), 2000.0, size=100.0).samples
        file = written(tmp_path, emg, 2000, f"jerks{length:g}")
        states, _ = read(knowledge, tmp_path, file, "emg", shows="jerks", during="rest")
        found[length] = states.present("emg_burst_short"), states.present("myoclonus")
    assert found == {12.0: (False, False), 35.0: (True, True)}


def test_a_movement_on_purpose_concludes_nothing(knowledge: Knowledge, tmp_path: Path):
    found, _ = read(knowledge, tmp_path, phone(tmp_path, 4, 2.0), "accelerometer", during="movement")
    assert not found.all_present()


@pytest.mark.whole
def test_potentials_at_rest_are_present_and_none_in_seventy_seconds_is_absence(knowledge: Knowledge, tmp_path: Path):
    some, _ = read(knowledge, tmp_path, needle(tmp_path, 62, 20, "some"), "emg", during="rest")
    none, _ = read(knowledge, tmp_path, needle(tmp_path, 72, 0, "none"), "emg", during="rest")
    short, _ = read(knowledge, tmp_path, needle(tmp_path, 40, 0, "short"), "emg", during="rest")
    assert some.present("emg_fp")
    assert none.absent("emg_fp")
    assert not short.asked("emg_fp")


@pytest.mark.parametrize(("until", "states"), [(20, ["absent"]), (80, [])])
def test_beside_a_discharge_none_are_denied_but_in_enough_of_the_other_seconds(knowledge: Knowledge, until: int, states: list[str]):
    rate = Measurement(name="fasciculation_rate", value=0, low=0, high=2, unit="/min", method="", source="garwood1936", seconds=100)
    found = Fasciculations((), (), 100.0, np.ones(100, np.bool_), np.zeros(100, np.bool_), None, (rate, seen_from(20)))  # type: ignore[arg-type]
    row = m.Recording(file="a.edf", kind="emg", during="rest")
    clear_s = _clear_s(found, np.arange(1.5, until))
    assert [entry.state for entry in _entries(found, clear_s, 2000.0, row, knowledge)] == states


def seen_from(size_uv: float) -> Measurement:
    name, source = "fasciculation_smallest", "decarvalho_units2013"
    return Measurement(name=name, value=size_uv, low=size_uv, high=size_uv, unit="uV", method="", source=source, seconds=100)


@pytest.mark.whole
def test_one_potential_in_a_minute_is_neither_present_nor_absent(knowledge: Knowledge, tmp_path: Path):
    found, _ = read(knowledge, tmp_path, needle(tmp_path, 62, 1, "one"), "emg", during="rest")
    assert not found.asked("emg_fp")


def test_what_the_person_denies_and_the_recording_shows_is_a_named_contradiction(knowledge: Knowledge, tmp_path: Path):
    entry = m.Recording(file=phone(tmp_path, 5.2, 1.0), kind="accelerometer", during="rest")
    case = m.Case(answers={"rest_tremor": m.Answer.ABSENT}, recordings=(entry,))
    found, issues = check_case(case, knowledge, tmp_path)
    assert found.present("rest_tremor")
    assert "case.contradiction" in {issue.code for issue in issues}


@pytest.mark.parametrize("file", ["absent.csv", "../phone.csv", "/etc/passwd", "bad\0name.csv"])
def test_nothing_outside_the_folder_of_the_case_is_opened(knowledge: Knowledge, tmp_path: Path, file: str):
    inner = tmp_path / "inner"
    inner.mkdir()
    phone(tmp_path, 5.2, 1.0)
    found, codes = read(knowledge, inner, file, "accelerometer", during="rest")
    assert not found.measured
    assert codes == {"recording.missing"}


def test_a_recording_that_cannot_be_read_leaves_the_case_assessable(knowledge: Knowledge, tmp_path: Path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    entry = m.Recording(file="a.csv", kind="accelerometer", during="rest")
    result = assess(m.Case(recordings=(entry,)), knowledge, tmp_path)
    assert result.recordings == ("a.csv",)
    assert not result.measured


@pytest.mark.whole
def test_nothing_is_measured_of_a_trace_whose_bytes_are_out_of_step(knowledge: Knowledge, tmp_path: Path):
    file = needle(tmp_path, 70, 0)
    sound, _ = read(knowledge, tmp_path, file, "emg", during="rest")
    turned = needle(tmp_path, 70, 0, "turned")
    (tmp_path / "turned.dat").write_bytes(np.fromfile(tmp_path / "turned.dat", "<i2").byteswap().tobytes())
    found, codes = read(knowledge, tmp_path, turned, "emg", during="rest")
    assert sound.asked("emg_fp") and not found.asked("emg_fp")
    assert found.measured[0].measurements == () and "recording.bytes" in codes
    assert [why.reason for why in found.measured[0].unsettled] == ["unusable"]


@pytest.mark.whole
def test_samples_that_were_exported_again_under_their_old_header_are_measured_anew(knowledge: Knowledge, tmp_path: Path):
    file = needle(tmp_path, 70, 0)
    before, _ = read(knowledge, tmp_path, file, "emg", during="rest")
    needle(tmp_path, 70, 20, "other")
    (tmp_path / "rest.dat").write_bytes((tmp_path / "other.dat").read_bytes())
    after, _ = read(knowledge, tmp_path, file, "emg", during="rest")
    assert (before.states["emg_fp"], after.states["emg_fp"]) == ("absent", "present")


def test_without_a_folder_a_recording_is_kept_and_named_as_before(knowledge: Knowledge):
    result = assess(m.Case(recordings=(m.Recording(file="a.csv", kind="emg"),)), knowledge)
    assert result.recordings == ("a.csv",)


def test_a_measured_rest_tremor_moves_the_assessment(knowledge: Knowledge, tmp_path: Path):
    entry = m.Recording(file=phone(tmp_path, 5.0, 1.5), kind="accelerometer", during="rest")
    person = m.Person(age_years=66, sex="male")
    without = {c.cause: c.probability for c in assess(m.Case(person=person), knowledge).causes}
    result = assess(m.Case(person=person, recordings=(entry,)), knowledge, tmp_path)
    shown = {c.cause: c.probability for c in result.causes}
    assert "rest_tremor" in result.present
    assert result.recordings == ()
    assert any(row.name == "tremor_frequency" for row in result.measured[0].measurements)
    parkinson = next(cause for cause in shown if "parkinson" in cause)
    assert shown[parkinson] > without.get(parkinson, 0.0)


def test_a_recording_says_what_it_was_taken_for_and_shows_itself(knowledge: Knowledge, tmp_path: Path):
    found, _ = read(knowledge, tmp_path, needle(tmp_path, 70, 30), "emg", during="rest", place=m.Place(where="biceps_brachii"))
    measured = found.measured[0]
    assert measured.findings == {"emg_fp": "present"}
    assert measured.place is not None
    kinds = [picture.kind for picture in measured.pictures]
    assert kinds == ["trace", "trace", "trace", "rate"]
    trace = measured.pictures[0]
    assert trace.kind == "trace"
    assert len(trace.marks) >= 28


def test_the_same_file_described_otherwise_is_judged_anew(knowledge: Knowledge, tmp_path: Path):
    file = phone(tmp_path, 5.2, 1.0)
    assert read(knowledge, tmp_path, file, "accelerometer", during="rest")[0].present("rest_tremor")
    assert not read(knowledge, tmp_path, file, "accelerometer", during="movement")[0].measured[0].findings


HAND = m.Place(where="hand", side="right")


def several(knowledge: Knowledge, folder: Path, *rows: m.Recording) -> Findings:
    return check_case(m.Case(recordings=rows), knowledge, folder)[0]


def test_a_tremor_that_slows_under_a_weight_is_mechanical(knowledge: Knowledge, tmp_path: Path):
    slow, fast = phone(tmp_path, 5.0, 1.0, name="loaded.csv"), phone(tmp_path, 7.5, 1.0, name="free.csv")
    row = {"kind": "accelerometer", "during": "posture", "place": HAND}
    free, loaded = m.Recording(file=fast, **row), m.Recording(file=slow, loaded=True, **row)  # type: ignore[arg-type]
    assert several(knowledge, tmp_path, free, loaded).present("tremor_loading_shift")
    assert several(knowledge, tmp_path, loaded, free).present("tremor_loading_shift")
    same = m.Recording(file=fast, loaded=True, **row)  # type: ignore[arg-type]
    assert several(knowledge, tmp_path, free, same).absent("tremor_loading_shift")
    other = m.Recording(file=slow, loaded=True, kind="accelerometer", during="rest", place=HAND)
    assert not several(knowledge, tmp_path, free, other).asked("tremor_loading_shift")


def test_two_sides_are_compared_and_nothing_is_concluded(knowledge: Knowledge, tmp_path: Path):
    left, right = phone(tmp_path, 5.0, 1.0, name="l.csv"), phone(tmp_path, 5.0, 3.0, name="r.csv")
    rows = [
        m.Recording(file=file, kind="accelerometer", during="rest", place=m.Place(where="hand", side=side))
        for file, side in ((left, "left"), (right, "right"))
    ]
    found = several(knowledge, tmp_path, *rows)
    ratio = next(x for row in found.measured for x in row.measurements if x.name == "tremor_left_to_right")
    assert ratio.value == pytest.approx(1 / 3, rel=0.1)


def of_hand(folder: Path, side: Literal["left", "right"], amplitude: float, **more: object) -> m.Recording:
    file = phone(folder, 5.2, amplitude, name=f"{side}.csv")
    given = {"kind": "accelerometer", "during": "posture", "place": m.Place(where="hand", side=side)} | more
    return m.Recording(file=file, **given)  # type: ignore[arg-type]


def test_a_tremor_of_one_hand_only_is_a_side_and_no_contradiction(knowledge: Knowledge, tmp_path: Path):
    hands = of_hand(tmp_path, "right", 1.0), of_hand(tmp_path, "left", 0.0)
    found, issues = check_case(m.Case(recordings=hands), knowledge, tmp_path)
    assert found.present("postural_tremor")
    assert found.present("one_side_only")
    assert "case.contradiction" not in {issue.code for issue in issues}
    (told,) = [issue.what for issue in issues if issue.code == "recording.differ"]
    assert say(told, "en").startswith(
        "Tremor when holding a posture: present in right.csv (Hand, right), absent in left.csv (Hand, left)"
    )
    assert "postural_tremor" not in say(told, "ru")
    assert unpack_issue(pack_issue(issues[-1])) == issues[-1]
    denied = m.Case(recordings=hands, answers={"one_side_only": m.Answer.ABSENT})
    assert check_case(denied, knowledge, tmp_path)[0].absent("one_side_only"), "what the person says of it stays"


def test_what_keeps_a_recording_from_being_measured_is_said(knowledge: Knowledge, tmp_path: Path):
    hand = of_hand(tmp_path, "right", 1.0)
    case = m.Case(recordings=(hand, hand.model_copy(update={"file": "gone.csv"}), hand))
    found, issues = check_case(case, knowledge, tmp_path)
    assert [(i.code, i.where) for i in issues if i.level is Level.DOUBT] == [
        ("recording.missing", "$.recordings[1]"),
        ("recording.twice", "$.recordings[2]"),
    ]
    assert [row.file for row in found.measured] == ["right.csv"]
    found, codes = read(knowledge, tmp_path, "right.csv", "emg", during="rest")
    assert codes == {"recording.kind"}
    assert [x.reason for x in found.measured[0].unsettled] == ["kind"]
    found, _ = read(knowledge, tmp_path, "right.csv", "gyroscope", during="rest")
    assert [x.reason for x in found.measured[0].unsettled] == ["kind"], "a phone that gave no gyroscope"


def test_a_unit_for_a_channel_that_is_not_there_is_doubted(knowledge: Knowledge, tmp_path: Path):
    file = phone(tmp_path, 5.2, 1.0)
    assert read(knowledge, tmp_path, file, "accelerometer", during="rest", units={"seventh": "m/s2"})[1] == {
        "recording.unit.channel"
    }


def test_a_recording_that_concludes_nothing_says_why(knowledge: Knowledge, tmp_path: Path):
    why = {
        "movement": read(knowledge, tmp_path, phone(tmp_path, 5.2, 1.0), "accelerometer", during="movement"),
        "state": read(knowledge, tmp_path, phone(tmp_path, 5.2, 0.0), "accelerometer"),
        "few": read(knowledge, tmp_path, needle(tmp_path, 60.0, 1), "emg", during="rest"),
        "short": read(knowledge, tmp_path, needle(tmp_path, 20.0, 0, "brief"), "emg", during="rest"),
    }
    for reason, (found, _) in why.items():
        assert not found.measured[0].findings
        assert [x.reason for x in found.measured[0].unsettled] == [reason]
        assert len(why_told(found.measured[0].unsettled, "uk")) == 1


def test_a_take_that_does_not_serve_is_measured_and_concludes_nothing(knowledge: Knowledge, tmp_path: Path):
    found, issues = read(knowledge, tmp_path, phone(tmp_path, 5.2, 1.0, 12.0), "accelerometer", during="rest")
    assert not found.asked("rest_tremor")
    assert any(code.startswith("recording.again") for code in issues)


def jerking(folder: Path, burst_ms: float, name: str = "jerks", size: float = 150.0) -> str:
    """A WFDB record of a muscle that jerks once in two seconds."""
    rng, rate, seconds = np.random.default_rng(3), 2000, 60
    emg = rng.normal(0, 5, seconds * rate)
    for at in np.arange(1.0, seconds - 1, 2.0) + rng.uniform(0, 0.5, seconds // 2 - 1):
        n = int(burst_ms / 1000 * rate)
        emg[int(at * rate) : int(at * rate) + n] += rng.normal(0, size, n)
    return written(folder, emg, rate, name)


@pytest.mark.parametrize(("burst_ms", "finding"), [(30, "emg_burst_short"), (150, "emg_burst_long"), (75, None)])
def test_the_length_of_bursts_is_a_finding_where_jerks_were_seen(
    knowledge: Knowledge, tmp_path: Path, burst_ms: float, finding: str | None
):
    file = jerking(tmp_path, burst_ms)
    found, _ = read(knowledge, tmp_path, file, "emg", shows="jerks")
    assert {name for name in ("emg_burst_short", "emg_burst_long") if found.present(name)} == ({finding} if finding else set())
    unseen, _ = read(knowledge, tmp_path, file, "emg", during="movement")
    assert not unseen.asked("emg_burst_short")


def test_the_length_of_bursts_near_the_noise_is_not_told_and_why_is_said(knowledge: Knowledge, tmp_path: Path):
    found, codes = read(knowledge, tmp_path, jerking(tmp_path, 30, size=20.0), "emg", shows="jerks")
    told = {m.name for m in found.measured[0].measurements}
    assert "jerk_rate" in told
    assert "jerk_burst_duration" not in told
    assert "jerks.quiet" in codes
    assert not found.asked("emg_burst_short")


@pytest.mark.whole
def test_what_only_a_needle_shows_is_never_read_from_an_unnamed_electrode(knowledge: Knowledge, tmp_path: Path):
    rng, rate, seconds = np.random.default_rng(5), 10_000, 12
    emg = rng.normal(0, 3, seconds * rate)
    t = np.arange(40) / rate * 1000
    spike = 120 * (
        np.exp(-(((t - 0.8) / 0.25) ** 2)) - 1.1 * np.exp(-(((t - 1.5) / 0.3) ** 2)) + 0.4 * np.exp(-(((t - 2.3) / 0.4) ** 2))
    )
    for at in np.arange(0.3, seconds - 0.3, 0.13):
        emg[int(at * rate) : int(at * rate) + len(spike)] += spike
    written(tmp_path, emg, rate, "n")
    needle_found, _ = read(knowledge, tmp_path, "n.hea", "emg", during="rest", electrode="needle", negative_up=False)
    unnamed, _ = read(knowledge, tmp_path, "n.hea", "emg", during="rest")
    surface, _ = read(knowledge, tmp_path, "n.hea", "emg", during="rest", electrode="surface")
    assert needle_found.present("emg_fib")
    assert "rate_hz" in needle_found.provenance["emg_fib"][0].raw
    assert not unnamed.asked("emg_fib")
    assert not surface.asked("emg_fib")


@pytest.mark.whole
@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("emg_*.hea")), ids=lambda path: path.stem)
def test_features_of_motor_units_are_said_and_conclude_nothing(knowledge: Knowledge, path: Path):
    place = m.Place(where="tibialis_anterior")
    entry = m.Recording(file=path.name, kind="emg", during="movement", electrode="needle", place=place)
    found, issues = check_case(m.Case(recordings=(entry,)), knowledge, RECORDINGS)
    assert not found.states
    assert any(x.name == "motor_unit_amplitude" for x in found.measured[0].measurements)
    held = {limit.measure: limit for limit in found.measured[0].limits}
    assert held["motor_unit_amplitude"].low < 477.5 < 845.5 < held["motor_unit_amplitude"].high  # type: ignore[operator]
    assert held["motor_unit_fastest_rate"].units is None
    lines = beside_lines(found.measured[0], knowledge, "en", str, str)
    assert any("limits of healthy muscle" in line and "for the mean of" in line for line in lines)
    assert ("emg.side" in {issue.code for issue in issues}) == ("healthy" not in path.stem)


def test_of_a_grid_the_channel_with_the_clearest_potentials_is_measured_and_named():
    rng, t = np.random.default_rng(4), np.arange(8000) / 2000
    spikes = np.zeros(8000)
    for at in range(100, 7900, 180):
        spikes[at : at + 8] += 300 * np.sin(np.linspace(0, 2 * np.pi, 8))
    traces = {"noise": rng.normal(0, 30, 8000), "hum": 400 * np.sin(2 * np.pi * 50 * t) + rng.normal(0, 5, 8000), "flat": 0 * t,
              "units": spikes + rng.normal(0, 5, 8000)}  # fmt: skip
    channels = [Channel(name, "emg", "uV", 2000.0, trace.astype(np.float32)) for name, trace in traces.items()]
    assert max(channels, key=_clearness).name == "units"
    (told,) = _of_several(channels[3], 4, 4)
    assert (told.where, told.what.params["n"]) == ("units", 4)
    assert not _of_several(channels[3], 1, 1)


def test_what_disturbs_names_the_electrodes_that_have_it_and_so_do_the_doubts(knowledge: Knowledge):
    rng, n = np.random.default_rng(3), 6
    traces = {f"EMG {k}": rng.normal(0, 5, n * 1000) for k in range(1, 9)}
    traces["EMG 3"] *= 0.001
    traces["EMG 5"][2000:4000] = 0.0
    traces["EMG 7"][2000:4000] += rng.normal(0, 80, 2000)
    channels = tuple(Channel(name, "emg", "uV", 1000.0, trace.astype(np.float32)) for name, trace in traces.items())
    found = add_quality(Recording("edf", channels), m.Recording(file="a.edf", kind="emg"), knowledge, ())[0]
    where = {row.name: row.channel for row in found.measurements}
    assert (where["quality_dead"], where["quality_flat"], where["quality_contact"]) == ("EMG 3", "EMG 5", "EMG 7")
    (unjudged,) = found.issues
    assert unjudged.where == "EMG 3, EMG 5"
    case = m.Case(recordings=(m.Recording(file="night/a.edf", kind="emg"),))
    issues = [
        replace(unjudged, where=f"$.recordings[0] {where}") for where in (unjudged.where, "a.edf, byte 8", "12 channels", "a.edf")
    ]
    (told,) = doubts_told(issues, case, "uk", str)
    assert told.startswith("night/a.edf, EMG 3, EMG 5, night/a.edf, byte 8, night/a.edf, 12 каналів, night/a.edf: ")


def test_the_heart_in_a_muscle_is_named_and_is_no_fasciculation(knowledge: Knowledge, tmp_path: Path):
    rng, rate = np.random.default_rng(8), 1000
    emg, t = rng.normal(0, 5, 40 * rate), np.arange(100) / 1000 - 0.05
    beat = 150 * (np.exp(-((t / 0.008) ** 2)) - 0.4 * np.exp(-(((t - 0.02) / 0.01) ** 2)))
    for at in np.cumsum(0.8 + 0.02 * rng.normal(size=47)) * rate:
        emg[int(at) : int(at) + len(beat)] += beat
    found, codes = read(knowledge, tmp_path, written(tmp_path, emg, rate, "chest"), "emg", during="rest")
    assert not found.asked("emg_fp")
    assert "fasciculation.heart" in codes
    measured = found.measured[0]
    assert any(m.name == "quality_heart" and (m.value or 0) > 90 for m in measured.measurements)
    assert measured.pictures[0].kind == "quality"


def test_what_a_stimulator_leaves_that_nobody_marked_is_no_fasciculation(knowledge: Knowledge, tmp_path: Path):
    rng, rate = np.random.default_rng(10), 2000
    emg, wave = rng.normal(0, 5, 80 * rate), 120 * np.sin(np.linspace(0, 2 * np.pi, 20))
    for at in np.arange(600, 79 * rate, rate):
        emg[at : at + 3] += 500
        emg[at + 3 : at + 30] -= 80 * np.exp(-np.arange(27) / 6)
    only, _ = read(knowledge, tmp_path, written(tmp_path, emg, rate, "stimulator"), "emg", during="rest")
    assert not only.asked("emg_fp")
    for at in rng.uniform(2, 78, 40) * rate:
        emg[int(at) : int(at) + 20] += wave
    both, _ = read(knowledge, tmp_path, written(tmp_path, emg, rate, "both"), "emg", during="rest")
    assert both.states["emg_fp"] == "present"
    rate_told, size = (
        next(m for m in both.measured[0].measurements if m.name == f"fasciculation_{x}") for x in ("rate", "amplitude")
    )
    assert rate_told.low <= 30 <= rate_told.high  # type: ignore[operator]
    assert size.value < 300  # type: ignore[operator]


def test_a_stimulator_under_a_needle_is_no_complex_repetitive_discharge(knowledge: Knowledge, tmp_path: Path):
    rate = 10_000
    emg = np.random.default_rng(4).normal(0, 6, 12 * rate)
    for at in (np.arange(0.5, 11.5, 1 / 30) * rate).round().astype(int):
        emg[at : at + 5] += 900
        emg[at + 5 : at + 60] -= 150 * np.exp(-np.arange(55) / 14)
    file = written(tmp_path, emg, rate, "stimulator")
    found, _ = read(knowledge, tmp_path, file, "emg", during="rest", electrode="needle", negative_up=True)
    assert found.states.get("emg_crd") != "present"
    assert not any(m.name.startswith("complex_repetitive") for m in found.measured[0].measurements)
    assert any(m.name == "quality_stimulus" for m in found.measured[0].measurements)


def test_what_answers_a_stimulus_is_no_fasciculation(knowledge: Knowledge, tmp_path: Path):
    rng, rate = np.random.default_rng(9), 2000
    emg, wave = rng.normal(0, 5, 30 * rate), 300 * np.sin(np.linspace(0, 2 * np.pi, 20))
    stimuli = np.cumsum(0.8 + 0.4 * rng.random(25))
    for at in stimuli:
        emg[round((at + 0.004) * rate) :][:20] += wave
    file = written(tmp_path, emg, rate, "shocked")
    unmarked, _ = read(knowledge, tmp_path, file, "emg", during="rest")
    assert unmarked.present("emg_fp"), "without the marks nothing tells them from fasciculations"
    found, codes = read(knowledge, tmp_path, file, "emg", during="rest", moments_s=tuple(stimuli))
    assert not found.asked("emg_fp")
    assert "fasciculation.stimuli" in codes
    assert not any(m.name.startswith("fasciculation") for m in found.measured[0].measurements)


@pytest.mark.parametrize(("length_ms", "alike", "told"), [(32.0, False, False), (32.0, True, True), (8.0, False, True)])
def test_bursts_longer_than_a_unit_are_no_fasciculations_though_nobody_named_jerks(
    knowledge: Knowledge, tmp_path: Path, length_ms: float, alike: bool, told: bool
):
    """The briefer ones of the jerks of a cortex look like potentials one by one; their usual length does not.

    But a long potential that is the same again and again is that of a large unit, as in motor neurone disease.
    """
    rng, rate = np.random.default_rng(11), 2000
    emg = rng.normal(0, 5, 40 * rate)
    shape, fresh = 120 * np.convolve(rng.normal(size=200), np.hanning(5)), np.random.default_rng(5)
    for at, length in zip(np.arange(1.0, 38, 0.9), length_ms + 0.25 * length_ms * rng.normal(size=42), strict=False):
        n = max(8, round((length_ms if alike else length) / 1000 * rate))
        wave = shape[:n] if alike else 120 * np.convolve(fresh.normal(size=n), np.hanning(5))[:n]
        emg[round((at + 0.2 * rng.random()) * rate) :][:n] += wave * np.hanning(n) ** 0.2
    found, codes = read(knowledge, tmp_path, written(tmp_path, emg, rate, "jerks"), "emg", during="rest")
    assert found.present("emg_fp") == told
    assert ("fasciculation.jerks" in codes) != told


@pytest.mark.parametrize(("fibre_uv", "unit_uv", "wanted"), [(0.0, 160.0, True), (160.0, 120.0, False), (100.0, 1200.0, True)])
def test_beside_fibrillation_a_small_train_may_be_a_fibre_far_away_and_is_no_continuous_activity_of_units(
    knowledge: Knowledge, fibre_uv: float, unit_uv: float, wanted: bool
):
    steps = np.random.default_rng(2).normal(1, 0.03, (2, 60))
    fibre, own = 0.15 + np.cumsum(steps[0] * 0.13), 0.2 + np.cumsum(steps[1] * 0.171)
    samples = trace(FIBRE, fibre[fibre < 7.8], uv=fibre_uv) + trace(UNIT, own[own < 7.8], uv=unit_uv, seed=2)
    row = m.Recording(file="n", kind="emg", during="rest", electrode="needle", negative_up=True)
    found = {entry.finding for entry in discharges(Recording("n", (channel(samples),)), row, knowledge).entries}
    assert ("emg_cmua" in found, "emg_fib" in found) == (wanted, fibre_uv > 0)


def test_needle_positions_of_one_muscle_are_counted_together(knowledge: Knowledge):
    """Two recordings of one muscle and side are pooled under the later; another side stays by itself; one file is one position."""

    def position(
        index: int, file: str, side: Literal["left", "right"], *sizes_uv: float
    ) -> tuple[int, m.Recording, tuple[Analysed]]:
        place = m.Place(where="tibialis_anterior", side=side)
        row = m.Recording(file=file, kind="emg", electrode="needle", shows="motor_units", place=place)
        return index, row, (Analysed(motor_units=found_in(*[unit(uv) for uv in sizes_uv])),)

    done = [position(0, "a", "left", 500.0, 600.0), position(1, "b", "left", 700.0), position(2, "c", "right", 900.0)]
    ((index, row, pooled),) = pool_positions(done, knowledge)
    assert (index, row.file, pooled.measurements[0].channel) == (1, "b", "a + b")
    held = {x.measure: x for x in pooled.limits}
    assert (held["motor_unit_amplitude"].value, held["motor_unit_amplitude"].units) == (pytest.approx(600.0), 3)
    assert held["motor_unit_large_share"].source == "stalberg1994_outliers"
    assert not list(pool_positions([done[0], done[0]], knowledge))


def test_a_muscle_in_which_lapses_cannot_be_told_says_why(knowledge: Knowledge, tmp_path: Path):
    file = written(tmp_path, np.random.default_rng(3).normal(0, 2, 20_000), 1000, "slack")
    row = m.Recording(file=file, kind="emg", during="posture", shows="jerks")
    _, issues = check_case(m.Case(recordings=(row,)), knowledge, tmp_path)
    (said,) = [issue for issue in issues if issue.code == "lapses.unjudged"]
    assert "not held" in str(said.what)


@pytest.mark.parametrize(
    ("rested", "during", "shift", "entered"),
    [(8, "rest", 5.0, True), (0, "rest", 5.0, False), (8, None, 5.0, False), (8, "rest", 1.0, False), (8, "rest", None, False)],
)
def test_a_cramp_counts_only_after_rest_and_where_it_moves_over_a_grid(
    knowledge: Knowledge, rested: int, during: str | None, shift: float | None, entered: bool
):
    faults = np.where(np.arange(20) < rested, 0, int(Fault.VOLUNTARY))[None]
    quality = SimpleNamespace(faults=faults, assessable=np.ones(20, np.bool_))
    cramp = Analysed(entries=(Entry("emg_cramp_discharge", "present", ""),), cramps=((8.4, shift),))
    row = m.Recording(file="a.edf", kind="emg", during=during)  # type: ignore[arg-type]
    found = settle_cramps((Analysed(quality=quality), cramp), row, knowledge)  # type: ignore[arg-type]
    assert any(part.entries for part in found) is entered
    assert [issue.code for part in found for issue in part.issues] == ([] if entered else ["cramp.rest"])


def test_what_may_be_a_contraction_is_called_so_in_the_numbers_and_pictures_too(knowledge: Knowledge):
    rate = Measurement(
        name="cramp_discharge_rate", value=1, low=0, high=4, unit="/min", method="", source="garwood1936", seconds=60
    )
    row = m.Recording(file="a.edf", kind="emg", during="rest")
    drawn = trace_picture(Channel("1", "emg", "uV", 100.0, np.zeros(200)), marks=[Mark(label="cramp_discharge", start_s=1.0)])
    found = settle_cramps((Analysed((rate,), pictures=(drawn,), cramps=((8.4, None),)),), row, knowledge)
    assert [one.name for part in found for one in part.measurements] == ["contraction_or_cramp_rate"]
    assert [mark.label for part in found for picture in part.pictures for mark in picture.marks] == ["contraction_or_cramp"]


@pytest.mark.parametrize(("voluntary", "told"), [(False, ["doublet_multiplet_rate"]), (True, [])])
def test_what_a_contraction_makes_as_well_is_not_counted_in_its_seconds(knowledge: Knowledge, voluntary: bool, told: list[str]):
    pair = SimpleNamespace(kind="doublet_multiplet", groups=((0, 1),), times_s=np.array([8.0, 8.01]), measures={"units": 2})
    rate = Measurement(
        name="doublet_multiplet_rate", value=1, low=0, high=4, unit="/min", method="", source="garwood1936", seconds=60
    )
    found = Analysed((rate,), discharges=SimpleNamespace(found=(pair,), seconds=60.0))  # type: ignore[arg-type]
    faults = np.full((1, 20), int(Fault.VOLUNTARY) * voluntary, np.uint16)
    quality = Analysed(quality=SimpleNamespace(faults=faults, assessable=np.ones(20, np.bool_)))  # type: ignore[arg-type]
    settled = settle_discharges((quality, found), m.Recording(file="a.edf", kind="emg", during="rest"), knowledge)
    assert [one.name for part in settled for one in part.measurements] == told


def test_a_tremor_too_small_to_be_seen_is_no_finding_at_any_frequency(knowledge: Knowledge, tmp_path: Path):
    small, seen = (
        read(knowledge, tmp_path, phone(tmp_path, 6.4, size, name=f"{size}.csv"), "accelerometer", during="rest")[0]
        for size in (0.05, 0.2)
    )
    assert "rest_tremor" not in small.measured[0].findings
    assert [why.reason for why in small.measured[0].unsettled] == ["physiological"]
    assert seen.present("rest_tremor")


def sensor(folder: Path, kind: str, hz: float, amplitude: float) -> str:
    """A log of three axes whose first shakes; a gyroscope's numbers are in deg/s, an accelerometer's in m/s2."""
    unit, still = ("deg/s", 0.0) if kind == "gyroscope" else ("m/s^2", 9.81)
    t, rng = np.arange(6000) / 100, np.random.default_rng(3)
    shaking = amplitude * np.sin(2 * np.pi * hz * t)
    axes = np.stack([shaking, 0 * t, still + 0 * t], axis=1) + rng.normal(0, amplitude / 50, (6000, 3))
    name = "Gyroscope" if kind == "gyroscope" else "Acceleration"
    rows = "\n".join(",".join(f"{x:.6f}" for x in row) for row in np.column_stack([t, axes]))
    (folder / "sensor.csv").write_text(f"Time (s),{name} x ({unit}),{name} y ({unit}),{name} z ({unit})\n{rows}\n")
    return "sensor.csv"


@pytest.mark.parametrize(("amplitude", "seen"), [(0.8, False), (20.0, True)], ids=["0.05 degrees", "1.3 degrees"])
def test_a_turning_that_nobody_sees_is_no_tremor_at_rest(knowledge: Knowledge, tmp_path: Path, amplitude: float, seen: bool):
    found, _ = read(knowledge, tmp_path, sensor(tmp_path, "gyroscope", 5.0, amplitude), "gyroscope", during="rest")
    assert found.present("rest_tremor") is seen


@pytest.mark.parametrize(("hz", "amplitude", "is_finding"), [(15.0, 0.6, True), (15.0, 0.05, True), (5.2, 0.03, False)])
def test_legs_on_standing_are_not_held_against_the_tremor_of_a_hand(
    knowledge: Knowledge, tmp_path: Path, hz: float, amplitude: float, is_finding: bool
):
    found, _ = read(knowledge, tmp_path, sensor(tmp_path, "accelerometer", hz, amplitude), "accelerometer", during="standing")
    assert found.present("orthostatic_tremor_sign") is is_finding
    assert found.present("tremor") is is_finding
