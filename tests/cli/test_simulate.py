"""``myognosis simulate`` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from myognosis.cli import main

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


def test_a_sweep_makes_a_recording_for_each_value(tmp_path: Path):
    result = run("cramp", *SMALL, "--sweep", "pool.gain=0.5,1", "--out", tmp_path, "--json")
    rows = json.loads(result.output)
    assert [row["changed"]["pool.gain"] for row in rows] == [0.5, 1.0]
    assert all(Path(name).exists() for row in rows for name in row["files"])
    assert sorted(path.suffix for path in tmp_path.glob("*=1*")) == [".edf", ".json", ".json", ".tsv"]


def test_a_data_set_says_how_many_were_made(tmp_path: Path):
    result = run("cramp", "asterixis", *SMALL, "--dataset", 2, "--out", tmp_path, "--json")
    assert json.loads(result.output) == {"folder": str(tmp_path), "made": 2, "failed": 0}


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
    ],
)
def test_wrong_use_is_refused_with_its_mend(words: list[str], code: int, said: str, tmp_path: Path):
    result = run(*words, "--out", tmp_path)
    assert result.exit_code == code and said in result.output
    assert not list(tmp_path.glob("*.edf"))
