"""``myognosis excitability`` places a test among healthy people and says what it cannot tell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.cli.excitability import _change, _constant
from myognosis.simulate.axon.parameters import BOUNDS
from myognosis.simulate.excitability import Explanation

FILE = Path(__file__).parents[1] / "data" / "recordings" / "FESB70821A.MEM"


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["excitability", *(str(arg) for arg in args)])
    return result.exit_code, result.output


def test_a_recording_stands_among_healthy_people():
    code, text = run(FILE, "--json")
    told = {row["name"]: row for row in json.loads(text)["indices"]}
    assert code == 0
    assert not told["sdtc_ms"]["usual"]
    assert told["superexcitability"]["usual"]


@pytest.mark.parametrize(("language", "word"), [("en", "Rheobase"), ("uk", "Реобаза"), ("ru", "Реобаза")])
def test_a_recording_is_told_in_every_language(language: str, word: str):
    code, text = run(FILE, "-l", language)
    assert code == 0
    assert word in text


@pytest.mark.whole
def test_the_modelled_axon_answers_with_a_picture(tmp_path: Path):
    code, text = run("-l", "uk", "--set", "potassium_mm=4.6", "--svg", tmp_path / "a.svg")
    assert code == 0
    assert "100" in text
    assert (tmp_path / "a.svg").read_text("utf-8").count("<path") > 20


def test_a_change_says_whether_it_is_a_factor_or_millivolts():
    assert _change(Explanation("nap_share", 2.5, 0.4), "en") == "2.5 times"
    assert _change(Explanation("nap_shift_mv", 2.5, 0.4), "uk") == "+2,5 мВ"
    assert all(_constant(name, "en") != name for name in BOUNDS)


def test_columns_have_heads():
    assert "value" in run(FILE, "-l", "en")[1].splitlines()[1]


def test_an_unknown_name_is_answered_with_the_nearest():
    code, text = run("--set", "calcum_mm=1")
    assert code == 2
    assert "calcium_mm" in text


def test_an_impossible_state_is_refused_with_its_range():
    code, text = run("--set", "calcium_mm=-3", "-l", "en")
    assert code == 3
    assert "0.1" in text


def test_a_scan_is_no_excitability_test():
    code, text = run(FILE.with_name("MSCC00128A_OM2.MEM"))
    assert code == 2
    assert "scan" in text
