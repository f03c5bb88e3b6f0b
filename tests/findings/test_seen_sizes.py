"""What could not have been seen is not denied, and a size of doubtful unit or of a cut trace says so where it stands."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from tests.findings.test_recordings import read, written
from tests.signals.made_needle import FIBRE, UNIT, trace

from myognosis.findings import check_case
from myognosis.findings.recordings import fasciculation
from myognosis.knowledge import Knowledge
from myognosis.model import case as m
from myognosis.model.finding import Findings, Measured, Unsettled
from myognosis.model.recording import Channel, Measurement, Recording
from myognosis.report.measured import measured_views
from myognosis.report.unsettled import why_told

pytest.importorskip("scipy")
SIDES: tuple[tuple[Literal["left", "right"], float], ...] = (("left", 1.0), ("right", 9.80665))


def quiet(sd: float, seconds: int = 72) -> np.ndarray:
    return np.random.default_rng(4).normal(0, sd, seconds * 1000)


def test_no_potentials_are_denied_where_noise_would_hide_them(knowledge: Knowledge, tmp_path: Path):
    loud, _ = read(knowledge, tmp_path, written(tmp_path, quiet(60.0), 1000, "loud"), "emg", during="rest")
    still, _ = read(knowledge, tmp_path, written(tmp_path, quiet(5.0), 1000, "still"), "emg", during="rest")
    assert not loud.asked("emg_fp")
    (why,) = loud.measured[0].unsettled
    assert why.reason == "noise"
    assert 300 < (why.value or 0) < 900
    assert "too noisy to see potentials smaller than" in why_told((why,), "en")[0]
    assert still.absent("emg_fp")
    assert "uV on" in still.provenance["emg_fp"][0].raw


def test_where_the_unit_is_in_doubt_nothing_is_denied_and_each_size_says_so(knowledge: Knowledge, tmp_path: Path):
    whisper, _ = read(knowledge, tmp_path, written(tmp_path, quiet(0.2), 1000, "whisper"), "emg", during="rest")
    assert not whisper.asked("emg_fp")
    assert [why.reason for why in whisper.measured[0].unsettled] == ["unit"]
    assert {m.name: m.doubt for m in whisper.measured[0].measurements}["fasciculation_smallest"] == "unit"


def test_the_ratio_of_two_sides_carries_the_doubt_of_one(knowledge: Knowledge, tmp_path: Path):
    rows = [
        m.Recording(file=phone_of(tmp_path, side, g), kind="accelerometer", during="rest", place=m.Place(where="hand", side=side))
        for side, g in SIDES
    ]
    findings, _ = check_case(m.Case(recordings=tuple(rows)), knowledge, tmp_path)
    told = {x.name: x.doubt for measured in findings.measured for x in measured.measurements if x.name in ("tremor_left_to_right",)}
    assert told == {"tremor_left_to_right": "unit"}
    doubts = {measured.file: {x.doubt for x in measured.measurements if x.unit == "mm"} for measured in findings.measured[:2]}
    assert doubts == {"left.csv": {"unit"}, "right.csv": {""}}


def phone_of(folder: Path, side: str, g: float) -> str:
    """A shaking phone of three axes whose numbers are in g or in m/s2, and said to be in m/s2."""
    rng, t = np.random.default_rng(1), np.arange(4000) / 100
    axes = [0.1 * np.sin(2 * np.pi * 5.2 * t), 0 * t, 1 + 0 * t]
    rows = np.stack([t, *(g * (axis + rng.normal(0, 0.002, len(t))) for axis in axes)], axis=1)
    heads = "Time (s),Acceleration x (m/s^2),Acceleration y (m/s^2),Acceleration z (m/s^2)\n"
    (folder / f"{side}.csv").write_text(heads + "\n".join(",".join(f"{x:.6f}" for x in row) for row in rows))
    return f"{side}.csv"


def test_potentials_that_were_searched_for_are_counted_once(knowledge: Knowledge, tmp_path: Path):
    times = np.cumsum(0.1 + np.random.default_rng(5).exponential(0.7, 30))
    file = written(tmp_path, trace(UNIT, times[times < 19], seconds=20.0), 4000, "rest")
    findings, _ = read(knowledge, tmp_path, file, "emg", during="rest", electrode="needle")
    rates = [x.name for x in findings.measured[0].measurements if x.name.startswith("fasciculation") and x.unit == "/min"]
    assert rates == ["fasciculation_rate", "fasciculation_rate_lenient", "fasciculation_rate_clustered"]


def test_a_potential_of_another_discharge_is_no_fasciculation_potential_and_none_are_denied(knowledge: Knowledge, tmp_path: Path):
    starts = np.arange(1.0, 19.0) + np.random.default_rng(2).normal(0, 0.03, 18)
    bursts = (starts[:, None] + np.arange(5) / 40).ravel()
    file = written(tmp_path, trace(UNIT, bursts, seconds=20.0), 4000, "myokymia")
    findings, _ = read(knowledge, tmp_path, file, "emg", during="rest", electrode="needle")
    measured = findings.measured[0]
    values = {x.name: x.value for x in measured.measurements}
    assert values["fasciculation_rate"] <= 6 < values["myokymic_discharge_rate"]
    assert measured.findings == {"emg_myokymic": "present"}


@pytest.mark.whole
def test_fasciculation_potentials_stand_out_of_fibrillation_and_fibrillation_makes_none(knowledge: Knowledge, tmp_path: Path):
    rng = np.random.default_rng(8)
    trains = [np.arange(0.5, 12.5, gap) + rng.normal(0, 0.004, len(np.arange(0.5, 12.5, gap))) for gap in (0.13, 0.21)]
    fibres = sum(trace(FIBRE, train, 160.0 - 60 * k, 13.0, k) for k, train in enumerate(trains))
    large = trace(UNIT, 0.7 + np.cumsum(0.4 + rng.exponential(0.7, 10)), 1500.0, 13.0)
    both, _ = read(knowledge, tmp_path, written(tmp_path, fibres + large, 4000, "both"), "emg", during="rest", electrode="needle")
    alone, _ = read(knowledge, tmp_path, written(tmp_path, fibres, 4000, "fibres"), "emg", during="rest", electrode="needle")
    assert both.measured[0].findings == {"emg_fp": "present", "emg_fib": "present"}
    assert {m.name: m.at_least for m in both.measured[0].measurements}["fasciculation_rate"]
    assert alone.measured[0].findings == {"emg_fib": "present"}


@pytest.mark.whole
def test_a_unit_that_fires_throughout_has_a_rate_and_no_count_a_minute(knowledge: Knowledge, tmp_path: Path):
    times = 0.5 + np.cumsum(np.random.default_rng(3).normal(0.125, 0.02, 150))
    file = written(tmp_path, trace(UNIT, times, seconds=20.0), 4000, "unit")
    findings, _ = read(knowledge, tmp_path, file, "emg", during="rest", electrode="needle")
    told = {x.name: x.value for x in findings.measured[0].measurements if x.name.startswith(("voluntary", "fasciculation"))}
    assert list(told) == ["voluntary_unit_inside"]
    assert told["voluntary_unit_inside"] == pytest.approx(8, rel=0.1)


def test_a_doubt_and_a_least_stand_beside_the_number(knowledge: Knowledge):
    row = Measurement(
        name="fasciculation_amplitude", value=136.0, low=135.0, high=None, unit="uV", method="", source="estimate", seconds=60,
        at_least=True, doubt="clipped",
    )  # fmt: skip
    measured = Measured(file="a.edf", during="rest", measurements=(row,))
    (view,) = measured_views(Findings(m.Person(), {}, measured=(measured,)), knowledge, "en", str)
    assert (view.rows[0].value, view.rows[0].unit) == ("at least 136", "µV (the trace is cut off)")


@pytest.mark.parametrize(("size", "told"), [(32.0, True), (200.0, False)])
def test_that_smaller_potentials_are_missed_is_told(knowledge: Knowledge, size: float, told: bool):
    rng, shape = np.random.default_rng(3), np.diff(np.exp(-(((np.arange(24) - 12) / 3.0) ** 2)), n=2)
    emg = rng.normal(0, 5, 40_000)
    for at in np.linspace(900, 39_000, 30).astype(int):
        emg[at : at + len(shape)] += size * shape / np.ptp(shape)
    recording = Recording("test", (Channel("1", "emg", "uV", 1000.0, emg.astype(np.float32)),))
    found = fasciculation.analyse(recording, m.Recording(file="a", kind="emg", during="rest"), knowledge)
    assert ("fasciculation.missed" in {issue.code for issue in found.issues}) == told
    (entry,) = found.entries
    assert (entry.state, "on)" in entry.raw) == ("present", told)


def test_what_is_counted_is_told_as_a_whole_number():
    why = Unsettled(reason="few_bursts", needed=10.0)
    assert [why_told((why,), language)[0].split()[-2:] for language in ("en", "uk")] == [["10", "bursts"], ["ніж", "10"]]
