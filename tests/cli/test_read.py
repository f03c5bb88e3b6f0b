"""``myognosis read`` says what a file is, asks what it must, and refuses what it cannot know."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.language import LANGUAGES

DATA = Path(__file__).parents[1] / "data" / "recordings"


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    return result.exit_code, result.output


def test_a_sound_file_is_named_with_channels_rate_unit_and_length():
    code, text = run("read", DATA / "emg_healthy.hea", "-l", "en")
    assert code == 0
    for part in ("wfdb", "EMG", "4000.00 Hz", "µV", "12.71 s"):
        assert part in text


@pytest.mark.parametrize(("language", "told"), [("uk", ("4000,00 Гц", "мкВ", "12,71 с")), ("ru", ("4000,00 Гц", "мкВ", "12,71 с"))])
def test_people_read_decimal_commas_and_their_own_units(language: str, told: tuple[str, ...]):
    _, text = run("read", DATA / "emg_healthy.hea", "-l", language)
    assert all(part in text for part in told), text
    assert json.loads(run("read", DATA / "emg_healthy.hea", "-l", language, "--json")[1])["channels"][0]["rate_hz"] == 4000.0


@pytest.mark.parametrize(("language", "unit"), [("en", " N "), ("uk", " Н "), ("ru", " Н ")])
def test_a_force_is_told_in_newtons_as_they_are_written(language: str, unit: str, tmp_path: Path):
    log = tmp_path / "grip.csv"
    log.write_text("time (s),force (N)\n" + "".join(f"{i / 100},{i % 7}\n" for i in range(300)))
    code, text = run("read", log, "-l", language)
    assert code == 0, text
    assert unit in text


def test_json_holds_the_same():
    code, text = run("read", DATA / "bw_3min.hea", "--json")
    row = json.loads(text)
    assert code == 0
    assert [c["rate_hz"] for c in row["channels"]] == [360.0, 360.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_names_place_and_mend_in_every_language(language: str, tmp_path: Path):
    path = tmp_path / "shifted.edf"
    path.write_bytes((DATA / "shifted_header.edf").read_bytes()[:-3])
    code, text = run("read", path, "-l", language)
    assert code == 3
    assert "79" in text
    if language != "en":
        assert "characters" not in text


def test_a_question_can_be_answered(tmp_path: Path):
    path = tmp_path / "renamed.csv"
    path.write_text("time,seconds_elapsed,z\n" + "\n".join(f"{i}0000000,{i / 100},9.8" for i in range(300)))
    assert run("read", path)[0] == 3
    code, text = run("read", path, "--unit", "z=m/s2")
    assert code == 0
    assert "100.00 Hz" in text


def test_a_file_that_is_not_there_and_a_format_that_we_do_not_know_are_refused(tmp_path: Path):
    (tmp_path / "a.xyz").write_bytes(b"\1\2\3")
    assert run("read", tmp_path / "none.edf")[0] == 3
    assert run("read", tmp_path / "a.xyz")[0] == 3
    (tmp_path / "b.edf").write_bytes(b"")
    assert run("read", tmp_path / "b.edf")[0] == 3


def test_a_unit_without_a_channel_is_wrong_use():
    assert run("read", DATA / "emg_healthy.hea", "--unit", "uV")[0] == 2


def test_a_file_without_a_unit_says_so_and_offers_those_of_its_kind(tmp_path: Path):
    path = tmp_path / "Gyroscope log.csv"
    path.write_text("time,seconds_elapsed,z\n" + "\n".join(f"{i}0000000,{i / 100},9.8" for i in range(300)))
    code, text = run("read", path, "-l", "en")
    assert code == 3
    assert "The file states no unit" in text
    assert "--unit 'z=deg/s' (or rad/s); in a case: units" in text


@pytest.mark.parametrize(
    ("file", "unit", "said"),
    [("emg_healthy.hea", "EMGG=uV", "Did you mean 'EMG'?"), ("emg_healthy.hea", "seventh=uV", "Its channels are: EMG"),
     ("log.csv", "*=uV", "m/s2, g, deg/s or rad/s")],
)  # fmt: skip
def test_a_unit_that_fits_no_channel_is_refused(file: str, unit: str, said: str, tmp_path: Path):
    log = tmp_path / "log.csv"
    log.write_text("time,seconds_elapsed,z\n" + "\n".join(f"{i}0000000,{i / 100},9.8" for i in range(300)))
    code, text = run("read", log if file == "log.csv" else DATA / file, "--unit", unit, "-l", "en")
    assert code == 3
    assert said in text


def test_what_cannot_be_drawn_is_no_silence_and_a_folder_is_named(tmp_path: Path):
    code, text = run("read", DATA / "FESB70821A.MEM", "--picture", tmp_path / "a.svg", "-l", "en")
    assert code == 2
    assert "excitability" in text
    assert not (tmp_path / "a.svg").exists()
    assert run("read", tmp_path, "-l", "en")[1].startswith(f"{tmp_path}: This is a folder.")


def test_a_rate_can_be_told(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("1\n2\n5\n")
    (tmp_path / "a.layout.json").write_text('{"channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}')
    code, text = run("read", path, "-l", "en")
    assert code == 3
    assert "--rate" in text
    assert run("read", path, "--rate", 500)[0] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_and_the_bars_show_the_traces(language: str, tmp_path: Path):
    code, text = run("read", DATA / "emg_healthy.hea", "--picture", tmp_path / "a.svg", "-l", language)
    drawn = (tmp_path / "a.svg").read_text("utf-8")
    assert code == 0
    assert "█" in text
    assert drawn.startswith("<svg xmlns")
    assert ("µV" if language == "en" else "мкВ") in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "number"), [("FESB70821A.MEM", "16"), ("MSCC00128A_OM2.MEM", "557")])
def test_a_test_with_stimuli_is_named(language: str, name: str, number: str):
    code, text = run("read", DATA / name, "-l", language)
    assert code == 0
    assert number in text
    assert run("read", DATA / name, "--json")[0] == 0
