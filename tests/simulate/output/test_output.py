"""What is written reads back, carries its labels, is the same bytes for the same seed, and goes on where it was stopped."""

import json
from pathlib import Path

import edfio
import numpy as np
import pytest

from myognosis.faults import ScenarioError
from myognosis.model.truth import DISCHARGES, SOURCES, Happening, MotorUnit, Spikes, Truth
from myognosis.readers import read_recording
from myognosis.simulate import simulate
from myognosis.simulate.output import FORMATS, pictures, write_simulation
from myognosis.simulate.output import dataset as ds
from myognosis.simulate.output.bids import bids_stem
from myognosis.simulate.output.labels import labels_json
from myognosis.simulate.output.pictures import draw
from myognosis.simulate.output.vary import varied

FEW = {"muscle.fibres": 300, "pool.units": 20}
PLAN = ds.Plan(("asterixis", "myokymia"), 3, 7, "npz", 1.0, 0.2, tuple(FEW.items()))


@pytest.fixture(scope="module")
def made():
    return simulate("myokymia", seed=4, duration_s=2.5, parameters=FEW)


@pytest.mark.parametrize("form", FORMATS)
def test_a_seed_gives_the_same_bytes(form, made, tmp_path: Path):
    again = simulate("myokymia", seed=4, duration_s=2.5, parameters=FEW)
    first, second = (write_simulation(sim, tmp_path / name, form) for sim, name in ((made, "a"), (again, "b")))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert [path.relative_to(tmp_path / "a") for path in first] == [path.relative_to(tmp_path / "b") for path in second]


@pytest.mark.parametrize("form", ["edf", "bids", "npz"])
def test_the_recording_reads_back_with_its_marks(form, made, tmp_path: Path):
    read = read_recording(write_simulation(made, tmp_path, form)[0])
    assert len(read.channels) == len(made.recording.channels)
    for ours, theirs in zip(made.recording.channels, read.channels, strict=True):
        assert (ours.name, ours.kind, ours.unit, ours.rate_hz) == (theirs.name, theirs.kind, theirs.unit, theirs.rate_hz)
        step = 2.1 * np.abs(ours.samples).max() / 65535
        assert np.abs(ours.samples - theirs.samples).max() <= max(step, 1e-4)
    marks = [(round(a.start_s, 4), a.text) for a in made.recording.annotations]
    assert sorted((round(a.start_s, 4), a.text) for a in read.annotations) == sorted(marks)


def test_labels_hold_every_spike_with_its_words(made, tmp_path: Path):
    paths = {path.suffixes[-2]: path for path in write_simulation(made, tmp_path, "edf") if len(path.suffixes) > 1}
    rows = [line.split("\t") for line in paths[".spikes"].read_text().splitlines()]
    truth = json.loads(paths[".truth"].read_text())
    assert rows[0] == ["time_s", "unit", "muscle", "source", "discharge"]
    assert [float(row[0]) for row in rows[1:]] == pytest.approx(list(made.truth.spikes.time_s), abs=1e-6)
    assert {row[4] for row in rows[1:]} == {"myokymic"}
    assert truth["parameters"]["myokymia.rate_hz"]["trust"] == "remembered"
    assert len(truth["units"]) == 20 and len(truth["events"]) == len(made.truth.events)


def test_labels_are_those_that_compare_reads(made, tmp_path: Path):
    from myognosis.exchange.labels import read_labels

    path = next(path for path in write_simulation(made, tmp_path, "edf") if path.name.endswith(".labels.json"))
    labels = read_labels(path)
    assert labels.seconds == 2.5 and labels.recording == "myokymia-4.edf"
    assert {label.kind for label in labels.labels} == {"myokymia"}
    assert [label.start_s for label in labels.labels] == [made.truth.seen_s(event) for event in made.truth.events]
    assert all(label.note.endswith(" uV") for label in labels.labels)
    marked = [(mark.start_s, mark.text) for mark in made.recording.annotations if not mark.text.startswith("epoch ")]
    assert marked == [(label.start_s, label.kind) for label in labels.labels]


def test_a_single_potential_is_marked_where_it_stands_in_the_recording_and_not_at_its_spike(tmp_path: Path):
    twitch = simulate("benign_fasciculation", seed=2, duration_s=6.0, parameters=FEW | {"fasciculation.per_min": 60})
    truth, events = twitch.truth, [event for event in twitch.truth.events if event.unit is not None]
    marks = {round(mark.start_s, 6) for mark in twitch.recording.annotations}
    assert events
    for event in events:
        lag_ms = 1000 * (truth.seen_s(event) - event.start_s)
        assert lag_ms == pytest.approx(truth.units[event.unit].centre_ms) and 2 < lag_ms < 40
        assert round(truth.seen_s(event), 6) in marks


def test_the_second_potential_of_a_doublet_has_a_label_unless_a_cramp_holds_it():
    units = (MotorUnit("agonist", 0, 1, 0, 0.1, 0.1, 90.0, 4.0, 50.0, 10.0),)
    kinds = [DISCHARGES.index(kind) for kind in ("fasciculation", "doublet", "cramp", "doublet")]
    axon = np.full(4, SOURCES.index("axon"), np.uint8)
    spikes = Spikes(np.array([1.0, 1.008, 4.0, 4.008]), np.zeros(4, np.int32), axon, np.uint8(kinds))
    events = (Happening(1.0, 0.0, "fasciculation", "agonist", 0), Happening(3.5, 1.0, "cramp", "agonist"))
    labels = json.loads(labels_json(Truth("made", 1, 9.0, units, spikes, (), events, {}), "made.edf"))["labels"]
    assert [(x["class"], round(x["start_s"], 3)) for x in labels] == [("fasciculation", 1.01), ("doublet", 1.018), ("cramp", 3.5)]


def test_npz_needs_no_pickle_and_parquet_says_its_units(made, tmp_path: Path):
    import pyarrow.parquet as pq

    with np.load(write_simulation(made, tmp_path, "npz")[0], allow_pickle=False) as data:
        rows = json.loads(str(data["channels"]))
        assert np.array_equal(data["signal_2048"][0], made.recording.channels[0].samples)
        assert list(data["discharges"]) == list(DISCHARGES) and rows[0]["unit"] == "uV"
    fast = pq.read_table(write_simulation(made, tmp_path, "parquet")[0])
    assert json.loads(fast.schema.field(0).metadata[b"channel"])["rate_hz"] == 2048
    assert np.array_equal(fast.column(0).to_numpy(), made.recording.channels[0].samples)


def test_another_reader_of_edf_sees_the_same_samples_and_marks(made, tmp_path: Path):
    edf = edfio.read_edf(write_simulation(made, tmp_path, "edf")[0])
    assert [signal.label for signal in edf.signals] == [channel.name for channel in made.recording.channels]
    for signal, channel in zip(edf.signals, made.recording.channels, strict=True):
        step = 2.1 * np.abs(channel.samples).max() / 65535
        assert np.abs(signal.data[: len(channel.samples)] - channel.samples).max() <= max(step, 1e-4)
    marks = sorted((round(a.start_s, 4), a.text) for a in made.recording.annotations)
    assert sorted((round(a.onset, 4), a.text) for a in edf.annotations) == marks


def test_a_bids_tree_has_its_side_files(made, tmp_path: Path):
    write_simulation(made, tmp_path, "bids")
    stem = tmp_path / "sub-01" / "emg" / "sub-01_task-myokymia_run-4"
    side = json.loads(Path(f"{stem}_emg.json").read_text())
    channels = Path(f"{stem}_channels.tsv").read_text().splitlines()
    assert side["EMGChannelCount"] == 32 and side["SamplingFrequency"] == 2048
    assert len(channels) == 1 + len(made.recording.channels)
    assert len(Path(f"{stem}_electrodes.tsv").read_text().splitlines()) == 33
    assert "myokymic_burst" in Path(f"{stem}_events.tsv").read_text()
    assert json.loads((tmp_path / "dataset_description.json").read_text())["BIDSVersion"]


def test_recordings_of_a_sweep_and_of_other_seeds_lie_side_by_side_in_a_bids_tree(made):
    kept = {"myokymia-4": "", "myokymia-4-pool.gain=0.5": "_acq-PoolGain0p5", "myokymia-4-pool.gain=5": "_acq-PoolGain5"}
    kept |= {"myokymia-4-limb.tilt_deg=-5": "_acq-LimbTiltDegM5", "myokymia-4-limb.tilt_deg=5": "_acq-LimbTiltDeg5"}
    for name, label in kept.items():
        assert bids_stem(made.truth, name) == f"sub-01/emg/sub-01_task-myokymia{label}_run-4"


@pytest.mark.whole
def test_a_picture_is_the_same_each_time(made):
    picture = draw(made)
    assert picture.startswith(b"<?xml") and picture == draw(made)


def test_no_two_kinds_of_discharge_share_a_colour():
    assert len({colour for colour, _ in pictures._KINDS.values()}) == len(DISCHARGES)


@pytest.mark.whole
def test_a_picture_says_its_seed_polarity_and_stimulus_in_the_language():
    shocked = simulate("nerve_stimulation", seed=4, duration_s=2.5, parameters=FEW)
    picture = draw(shocked, language="uk").decode()
    assert "seed" not in picture and "плюс угору" in picture and "стимул" in picture


@pytest.mark.whole
def test_a_data_set_goes_on_and_makes_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = ds.run_plan(PLAN, tmp_path, 1)
    next(run)
    run.close()  # stopped after the first
    done = next(tmp_path.glob("0*"))
    before = (done / "recording.npz").stat().st_mtime_ns
    (tmp_path / ".000001-myokymia.part").mkdir()  # left behind by a run that was killed
    calls = []
    monkeypatch.setattr(ds, "simulate", lambda *a, **k: calls.append(k["seed"]) or simulate(*a, **k))
    items = list(ds.run_plan(PLAN, tmp_path, 1))
    assert sorted(calls) == [8, 9]
    assert (done / "recording.npz").stat().st_mtime_ns == before
    assert {item.fault for item in items} == {""}
    rows = [line.split("\t") for line in (tmp_path / "index.tsv").read_text().splitlines()]
    assert len(rows) == 4 and rows[0][-1] == "doubts" and [int(row[-1]) for row in rows[1:]] == [item.doubts for item in items]
    assert not list(tmp_path.glob(".*.part"))


def test_one_recording_that_fails_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*args, **more):
        if more["seed"] == 8:
            raise OSError("no space")
        return simulate(*args, **more)

    monkeypatch.setattr(ds, "simulate", fails)
    faults = [item.fault for item in ds.run_plan(PLAN, tmp_path, 1)]
    assert [bool(fault) for fault in faults] == [False, True, False]
    assert "no space" in (tmp_path / "index.tsv").read_text()


def test_recordings_of_a_data_set_differ_in_their_numbers_within_the_ranges():
    from myognosis.simulate import load_scenario
    from myognosis.simulate.settings import catalogue

    scenario = load_scenario("myokymia")
    a, b = (varied(scenario, FEW, 0.2, seed) for seed in (1, 2))
    assert a != b and a == varied(scenario, FEW, 0.2, 1)
    assert all(catalogue()[name].low <= value <= catalogue()[name].high for name, value in a.items())


def test_two_runs_at_once_do_not_write_into_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ds, "make_item", lambda item, plan, folder: item)
    first = ds.run_plan(PLAN, tmp_path, 1)
    next(first)
    with pytest.raises(ScenarioError, match="Another run writes into this folder"):
        next(ds.run_plan(PLAN, tmp_path, 1))
    first.close()
    assert len(list(ds.run_plan(PLAN, tmp_path, 1))) == 3


def test_a_folder_with_another_data_set_is_refused(tmp_path: Path):
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(ScenarioError, match="another data set"):
        list(ds.run_plan(PLAN, tmp_path, 1))
