"""``label`` writes one page without any outside address and label files; ``compare`` speaks three languages and JSON."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.readers.edf_bytes import EdfFile

from myognosis.cli import main
from myognosis.language import LANGUAGES
from myognosis.model.labels import Label, Labels
from myognosis.model.recording import Channel
from myognosis.report.labelling import _short_names, _sizes, _top

DATA = Path(__file__).parents[1] / "data" / "recordings"


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    return result.exit_code, result.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_everything_and_asks_nobody(language: str, tmp_path: Path):
    page = tmp_path / "label.html"
    code, _ = run("label", DATA / "emg_healthy.hea", "--html", page, "--stop", "2", "--class", "</script><b>", "-l", language)
    text = page.read_text("utf-8")
    assert code == 0
    assert not re.search(r"https?://|src=|@import|url\(", text)
    assert text.count("</script>") == 2, "what is named in a file or a class cannot end the script"
    assert f'lang="{language}"' in text
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert data["classes"][0]["id"] == "</script><b>"
    assert data["channels"][0]["rate"] == 4000.0


def test_a_long_recording_is_drawn_from_extremes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("myognosis.report.labelling._MOST_SAMPLES", 10_000)
    page = tmp_path / "label.html"
    run("label", DATA / "emg_healthy.hea", "--html", page, "-l", "en")
    text = page.read_text("utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert data["channels"][0]["rate"] < 4000
    assert data["channels"][0]["low"] != data["channels"][0]["high"]
    assert "--start" in text


def test_a_recording_too_long_to_lie_in_memory_is_refused_with_the_part_that_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("myognosis.cli.label._MOST_SAMPLES", 12_000)
    page = tmp_path / "label.html"
    code, said = run("label", DATA / "emg_healthy.hea", "--html", page, "-l", "en")
    assert code == 3
    assert "at most 3 s" in said
    assert not page.exists()
    assert run("label", DATA / "emg_healthy.hea", "--html", page, "--start", "2", "--stop", "5")[0] == 0


def test_the_page_opens_on_the_channels_that_are_labelled():
    channels = [Channel(f"EMG {n}", "emg", "uV", 2000.0, np.zeros(4, np.float32)) for n in range(64)]

    def top(*labelled: int) -> int:
        labels = tuple(Label.model_validate({"start_s": 1.0, "class": "cramp", "channel": f"EMG {n}"}) for n in labelled)
        return _top(channels, Labels(labels=labels))

    assert [top(), top(40, 33), top(62)] == [0, 33, 48]


def test_the_page_opens_at_a_scale_that_shows_rare_potentials_and_forgets_artefacts():
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 5, (2, 60_000)).astype(np.float32)
    for at in range(2000, 58_000, 6000):  # a potential every six seconds, on a trace that stands off zero
        noise[0, at : at + 5] += np.float32([50, 100, 150, 80, 30])
    noise[0, 33_000:33_010] = 5000.0
    emg = [Channel(name, "emg", "uV", 1000.0, trace + 300) for name, trace in zip("ab", noise, strict=True)]
    push = Channel("push", "accelerometer", "m/s2", 100.0, np.full(6000, np.nan, np.float32))
    sizes = _sizes([*emg, push])
    assert 100 < sizes[0] < 170 and sizes[0] == sizes[1], "channels of a kind stand on one scale"
    assert sizes[2] == 1.0


@pytest.mark.whole
def test_labels_are_written_and_compared(tmp_path: Path):
    assert run("label", DATA / "emg_healthy.hea", "--stop", "3", "--find", "--out", tmp_path / "a.json")[0] == 0
    assert (
        run("label", DATA / "emg_healthy.hea", "--stop", "3", "--labels", tmp_path / "a.json", "--out", tmp_path / "a.csv")[0] == 0
    )
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("start_s,class\n1,fasciculation\n2,fasciculation\n3,artefact\n")
    other.write_text("start_s,class\n1.004,fasciculation\n3.002,fasciculation\n9,artefact\n")
    code, text = run("compare", one, other, "--json")
    row = json.loads(text)
    assert code == 0
    assert (row["matched"], row["duplicates"]) == (2, 0)
    assert row["timing_ms"]["bias"] == pytest.approx(3)
    assert {"truth": "artefact", "result": "fasciculation", "count": 1} in row["confusion"]
    assert json.loads(run("compare", one, other, "--class", "artefact", "--json")[1])["matched"] == 0
    for language in LANGUAGES:
        code, text = run("compare", one, other, "-l", language)
        assert code == 0
        assert ("0.667" if language == "en" else "0,667") in text
        assert language == "en" or not re.search(r"\d\.\d", text)


@pytest.mark.whole
def test_what_is_simulated_and_found_again_is_found_at_the_true_moment(tmp_path: Path):
    """simulate, label --find, compare: as docs/labels.md says, at the tolerance that stands there."""
    numbers = ("muscle.fibres=600", "pool.units=30", "device.noise_uv=1", "fasciculation.per_min=60", "fasciculation.units=3")
    options = [word for number in numbers for word in ("--set", number)]
    made = run("simulate", "benign_fasciculation", "--seed", 5, "--seconds", 12, "--out", tmp_path, *options)
    assert made[0] == 0, made[1]
    truth, found = tmp_path / "benign_fasciculation-5.labels.json", tmp_path / "found.json"
    assert run("label", tmp_path / "benign_fasciculation-5.edf", "--find", "--out", found)[0] == 0
    row = json.loads(run("compare", truth, found, "--json")[1])
    assert row["matched"] >= 5 and row["precision"]["value"] > 0.9
    assert abs(row["timing_ms"]["bias"]) < 2


@pytest.mark.parametrize(("language", "words"), [("en", "fasciculation"), ("uk", "фасцикуляція"), ("ru", "фасцикуляция")])
def test_classes_are_said_and_asked_for_in_the_language_of_the_reader(language: str, words: str, tmp_path: Path):
    one = tmp_path / "one.csv"
    one.write_text("start_s,class\n1,fasciculation\n2,fasciculation\n3,artefact\n4,our own word\n")
    text = run("compare", one, one, "-l", language)[1]
    assert f"{words}: " in text
    assert "our own word" in text
    assert language == "en" or "fasciculation" not in text
    assert json.loads(run("compare", one, one, "--class", words.upper(), "--json")[1])["matched"] == 2


def test_a_grid_is_shown_a_few_channels_at_a_time_with_names_that_fit(tmp_path: Path):
    names = [f"Vastus Lateralis - AUX 3 (Channel 1->1) - GR08MM1305 ({n})" for n in range(1, 65)]
    labels = tuple(f"Vastus ({n})" for n in range(1, 65))
    assert _short_names(names) == [f"({n})" for n in range(1, 65)]
    assert _short_names(["EMG TA", "EMG GM"]) == ["EMG TA", "EMG GM"]
    (tmp_path / "a.edf").write_bytes(EdfFile(labels=labels, units=(b"uV",) * 64, per_record=20, n_records=2).to_bytes())
    run("label", tmp_path / "a.edf", "--html", tmp_path / "a.html", "-l", "en")
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "Page up and Page down" in page
    assert json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))["rows"] == 16  # type: ignore[union-attr]


def test_wrong_use_and_faulty_files_are_said(tmp_path: Path):
    assert run("label", DATA / "emg_healthy.hea")[0] == 2
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    assert run("compare", bad, bad, "-l", "en")[0] == 3
    assert run("compare", tmp_path / "none.csv", bad, "-l", "en")[0] == 3
    assert run("label", tmp_path / "none.edf", "--html", tmp_path / "x.html")[0] == 3


FAULTY = {
    "text.json": '{"schema": "myognosis/labels/1", "labels": [{"start_s": "soon", "class": ""}, {"class": 4, "colour": 1}]}',
    "broken.json": '{"schema": ',
    "text.csv": "start_s,class\nsoon,jerk\n-1,jerk\n",
}
ENGLISH = re.compile(r"[Ii]nput|[Ss]hould|[Ff]ield required|[Ee]xpecting|permitted|valid ", re.ASCII)


@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_of_a_label_file_are_told_in_the_person_s_language(name: str, language: str, tmp_path: Path):
    path = tmp_path / name
    path.write_text(FAULTY[name])
    code, text = run("compare", path, path, "-l", language)
    assert code == 3
    assert not ENGLISH.search(text), text
    if language != "en":
        assert re.search("[а-яії]{4}", text)
    if name == "text.json":
        assert all(place in text for place in ("labels[0].start_s", "labels[0].class", "labels[1].start_s", "labels[1].colour"))
