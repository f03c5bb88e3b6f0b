"""``myognosis simulate`` on the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.cli.simulate import _shown

SMALL = ["--set", "muscle.fibres=200", "--set", "pool.units=10", "--seconds", "1"]


def run(*words: object):
    return CliRunner().invoke(main, ["simulate", *map(str, words)])


def test_the_list_speaks_the_language():
    assert "Паркінсонівський тремор" in run("--list", "--language", "uk").output
    assert {"id", "name", "about"} == set(json.loads(run("--list", "--json").output)[0])


def test_parameters_name_range_and_source():
    rows = json.loads(run("--parameters", "--json").output)
    assert rows["cramp.rate_hz"]["source"].startswith("Minetto")
    assert "pool.units\t120\t1 to 1000" in run("--parameters").output


@pytest.mark.whole
def test_a_sweep_makes_a_recording_for_each_value(tmp_path: Path):
    result = run("cramp", *SMALL, "--sweep", "pool.gain=0.5,1", "--out", tmp_path, "--json")
    rows = json.loads(result.output)
    assert [row["changed"]["pool.gain"] for row in rows] == [0.5, 1.0]
    assert all(Path(name).exists() for row in rows for name in row["files"])
    assert sorted(path.suffix for path in tmp_path.glob("*=1*")) == [".edf", ".json", ".json", ".tsv"]


def test_two_sweeps_make_a_grid_and_none_is_dropped(tmp_path: Path):
    grid = ["--sweep", "pool.gain=0.5,1", "--sweep", "cramp.rate_hz=20,25,25"]
    rows = json.loads(run("cramp", *SMALL, *grid, "--out", tmp_path, "--json").output)
    crossed = [(row["changed"]["pool.gain"], row["changed"]["cramp.rate_hz"]) for row in rows]
    assert crossed == [(0.5, 20), (0.5, 25), (1, 20), (1, 25)]
    assert len({name for row in rows for name in row["files"]}) == sum(len(row["files"]) for row in rows)


@pytest.mark.whole
def test_a_recording_that_is_too_short_for_its_scenario_says_what_it_lacks(tmp_path: Path):
    told = run("restless_legs", *SMALL, "--language", "en", "--out", tmp_path).output
    assert "not in these 1 s: a jerk. Make it 180 s long" in told
    assert "not in these 1 s: a jerk" in json.loads((tmp_path / "restless_legs-1.truth.json").read_text("utf-8"))["doubts"][0]
    [row] = json.loads(run("restless_legs", *SMALL, "--language", "uk", "--out", tmp_path, "--json").output)
    assert [doubt["code"] for doubt in row["doubts"]] == ["simulate.missing"] and "здригання" in row["doubts"][0]["what"]


@pytest.mark.whole
def test_a_sweep_leaves_every_recording_in_a_bids_tree(tmp_path: Path):
    words = ["--sweep", "pool.gain=0.5,1", "--format", "bids", "--picture", "--out", tmp_path, "--json"]
    rows = json.loads(run("cramp", *SMALL, *words).output)
    assert len({name for row in rows for name in row["files"] if name.endswith("_emg.edf")}) == 2
    assert len(list(tmp_path.rglob("*_emg.edf"))) == 2 and not list(tmp_path.glob("*.svg"))


@pytest.mark.whole
def test_a_data_set_says_how_many_were_made(tmp_path: Path):
    words = ["cramp", "asterixis", *SMALL, "--out", tmp_path, "--json", "--dataset"]
    rows = [json.loads(run(*words, n).output) for n in (2, 3)]
    assert [(row["made"], row["there"], row["failed"]) for row in rows] == [(2, 0, 0), (1, 2, 0)]
    assert rows[0]["folder"] == str(tmp_path) and 1 <= rows[0]["doubtful"] <= rows[1]["doubtful"]  # a cramp takes longer than 1 s
    assert "recordings lack something" in run(*words[:-2], "--dataset", 3, "--language", "en").output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["crampp"], 3, "Did you mean 'cramp'?"),
        (["cramp", "--set", "cramp.rate_hz=900"], 3, "Give 4 to 60 Hz."),
        (["cramp", "--set", "cramp.rate"], 2, "NAME=NUMBER"),
        (["cramp", "--seconds", "0"], 3, "Give 1 to 3600 s."),
        ([], 2, "--list"),
        (["--dataset", "0"], 3, "whole number from 1"),
        (["cramp", "--format", "mat"], 2, "edf"),
        (["--benchmark", "discharge", "--seeds", "1-2"], 3, "Did you mean 'discharges'?"),
        (["--benchmark", "discharges", "--seeds", "2-1"], 2, "FIRST-LAST"),
        (["--benchmark", "discharges", "--seeds", "1", "--set", "pool.gain=1"], 2, "are fixed"),
        (["--benchmark", "discharges", "--seeds", "1", "--dataset", "3"], 2, "are fixed"),
        (["--benchmark", "discharges", "--seeds", "1", "--seed", "3"], 2, "are fixed"),
        (["--benchmark", "discharges"], 2, "needs its seeds"),
        (["cramp", "--seeds", "1-2"], 2, "belongs to --benchmark"),
        (["cramp", "--dataset", "2", "--seeds", "1-2"], 2, "belongs to --benchmark"),
        (["cramp", "--workers", "2"], 2, "belong to --dataset"),
        (["cramp", "--dataset", "2", "--picture"], 2, "neither --sweep nor --picture"),
        (["cramp", "--sweep", "pool.gain=1,two"], 2, "NAME=NUMBER"),
        (["cramp", "--sweep", "pool.gian=1,2"], 3, "Did you mean 'pool.gain'?"),
        (["cramp", "--set", "state.calcium_mmol_l=9"], 3, "Give 0.3 to 2.5 mmol/L."),
        (["cramp", "--set", "electrode.along_mm=199"], 3, "from the middle of the muscle"),
        (["no_such.yaml"], 3, "cannot be read"),
    ],
)
def test_wrong_use_is_refused_with_its_mend(words: list[str], code: int, said: str, tmp_path: Path):
    result = run(*words, "--out", tmp_path)
    assert result.exit_code == code and said in result.output
    assert not list(tmp_path.glob("*.edf"))


@pytest.mark.parametrize(("language", "said"), [("en", "belongs to"), ("uk", "належить до"), ("ru", "относится к")])
def test_wrong_use_is_refused_in_the_language_of_the_person(language: str, said: str):
    assert said in run("cramp", "--seeds", "1-2", "--language", language).output


class Terminal(StringIO):
    """A standard error that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_person_at_a_terminal_sees_how_far_the_work_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stderr", seen := Terminal())
    assert list(_shown([1, 2, 3], 3, as_json=False)) == [1, 2, 3]
    assert "100%" in seen.getvalue()


def test_a_program_sees_no_progress_bar(monkeypatch: pytest.MonkeyPatch):
    for terminal, as_json in ((Terminal(), True), (StringIO(), False)):
        monkeypatch.setattr("sys.stderr", terminal)
        assert list(_shown([1, 2], 2, as_json=as_json)) == [1, 2]
        assert terminal.getvalue() == ""


@pytest.mark.whole
def test_a_picture_stands_beside_the_recording_in_the_language_asked_for(tmp_path: Path):
    result = run("cramp", *SMALL, "--picture", "--out", tmp_path, "--language", "uk")
    assert result.exit_code == 0 and "рухова одиниця" in (tmp_path / "cramp-1.svg").read_text("utf-8")
