"""The command line: what it prints, its exit codes, plain when piped, in three languages, nothing written over by halves."""

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.readers.edf_bytes import EdfFile

from myognosis.cli import main
from myognosis.cli.ask import _Interview
from myognosis.knowledge import load_knowledge
from myognosis.language import LANGUAGES, Language, catalogue

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
GOOD = "schema: myognosis/case/1\nperson: {age_years: 34}\nanswers: {fasciculation: present, weakness: absent}\n"
BAD = "schema: myognosis/case/1\nperson: {age_years: 340}\nlabs: [{analyte: sodium, value: 1, unit: bananas}]\n"


def run(*args: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(args), input=text, catch_exceptions=False)


@pytest.fixture
def good(tmp_path: Path) -> str:
    (tmp_path / "case.yaml").write_text(GOOD, "utf-8")
    return str(tmp_path / "case.yaml")


def test_assess_prints_the_result_and_leaves_with_zero(good: str):
    result = run("assess", good, "-l", "en")
    assert result.exit_code == 0
    assert "What may explain it" in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize(("language", "word"), [("uk", "фасцикуляц"), ("ru", "фасцикуляц"), ("en", "asciculation")])
def test_assess_speaks_three_languages(good: str, language: str, word: str):
    assert word in run("assess", good, "-l", language).output


def test_assess_reads_standard_input():
    assert run("assess", "-", "-l", "en", text=GOOD).exit_code == 0


def test_assess_as_json_is_the_same_in_every_language(good: str):
    one, other = (json.loads(run("assess", good, "--json", "-l", language).output) for language in ("en", "uk"))
    assert one == other
    assert one["urgency"]["level"] == "self_care"


def test_reports_are_written_beside(good: str, tmp_path: Path):
    result = run("assess", good, "--html", str(tmp_path / "r.html"), "--pdf", str(tmp_path / "r.pdf"), "-l", "en")
    assert result.exit_code == 0
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!doctype html>")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert not list(tmp_path.glob(".*tmp"))


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_faulty_case_names_every_fault_and_leaves_with_three(tmp_path: Path, language: str):
    (tmp_path / "bad.yaml").write_text(BAD, "utf-8")
    result = run("assess", str(tmp_path / "bad.yaml"), "-l", language)
    assert result.exit_code == 3
    assert "$.person.age_years" in result.output
    assert "Traceback" not in result.output
    only_unit = BAD.replace("340", "34")
    (tmp_path / "bad.yaml").write_text(only_unit, "utf-8")
    result = run("assess", str(tmp_path / "bad.yaml"), "-l", language)
    assert result.exit_code == 3
    assert "$.labs[0].unit" in result.output


def test_faults_of_form_and_of_meaning_come_in_one_list(tmp_path: Path):
    text = (
        "schema: myognosis/case/1\nperson: {age_years: 340, sex: male}\nanswers: {fasiculation: present}\n"
        "labs: [{analyte: sodium, value: high, unit: mmol/L}, {analyte: calcium_adjusted, value: 2.2, unit: bananas}]\n"
        "medicines: [{name: lithium, since: 2999-01-01}, {nam: x}]\nfoo: 1\n"
    )
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    output = run("check", str(tmp_path / "bad.yaml"), "-l", "en").output
    for part in (
        "$.person.age_years",
        "$.labs[0].value",
        "$.foo",
        "$.answers.fasiculation",
        "bananas",
        "2999-01-01",
        "medicines[1]",
    ):
        assert part in output, part


def test_a_faulty_case_as_json_has_the_same_shape_everywhere(tmp_path: Path):
    (tmp_path / "bad.yaml").write_text(BAD, "utf-8")
    for command in ("assess", "check"):
        error = json.loads(run(command, str(tmp_path / "bad.yaml"), "--json", "-l", "en").output)["error"]
        assert error["code"] == 3
        assert {"code", "level", "where", "what", "fix"} == set(error["issues"][0])


def test_a_missing_file_is_a_fault_of_the_case():
    assert run("assess", "nowhere.yaml", "-l", "en").exit_code == 3


def test_check_passes_a_good_case_and_lists_the_notes(tmp_path: Path):
    (tmp_path / "case.yaml").write_text(GOOD + "medicines: [{name: Nonexistol}]\n", "utf-8")
    result = run("check", str(tmp_path / "case.yaml"), "-l", "en")
    assert result.exit_code == 0
    assert "Nonexistol" in result.output
    assert "can be assessed" in result.output


def test_explain_shows_sources_and_trust():
    result = run("explain", "als", "-l", "en")
    assert result.exit_code == 0
    assert "our estimate" in result.output
    assert "read in the source" in result.output


def test_explain_tells_what_happens_in_the_nerve():
    result = run("explain", "hypocalcaemia", "-l", "ru")
    assert result.exit_code == 0
    assert "Что происходит в нерве: Мало кальция" in result.output and "В норме: молчит" in result.output
    assert "Что происходит в нерве" not in run("explain", "wilson_disease", "-l", "ru").output
    assert "Что можно сделать" in result.output
    assert "Параметры" not in result.output


def test_explain_corrects_what_people_read_of_a_cause():
    said = " ".join(run("explain", "piriformis_syndrome", "-l", "en").output.split())
    assert "You may have read that a home remedy must be changed after a month" in said
    assert "The body does not get used to" in said


@pytest.mark.parametrize(
    ("language", "word", "held"), [("en", "lactic", "fuel"), ("uk", "молочн", "паливо"), ("ru", "МОЛОЧН", "топливо")]
)
def test_claims_are_found_by_a_word_and_corrected(language: str, word: str, held: str):
    result = run("claims", word, "-l", language)
    assert result.exit_code == 0
    assert held in result.output
    assert json.loads(run("claims", word, "-l", language, "--json").output)[0]["id"] == "lactic_acid"


def test_claims_without_a_word_are_all_and_a_word_that_stands_in_none_leaves_with_two():
    assert len(json.loads(run("claims", "--json").output)) >= 100
    assert run("claims", "xylophone", "-l", "en").exit_code == 2


def test_explain_finds_a_cause_by_its_name_in_any_language():
    assert run("explain", "Essential tremor", "-l", "en").exit_code == 0
    assert run("explain", "Есенціальний тремор", "-l", "uk").exit_code == 0


def test_explain_offers_the_near_miss_and_leaves_with_two():
    result = run("explain", "essential_tremer")
    assert result.exit_code == 2
    assert "essential_tremor" in result.output


def test_explain_without_a_cause_lists_them_all():
    assert len(run("explain", "-l", "ru").output.splitlines()) >= 160
    assert len(json.loads(run("explain", "--json").output)) >= 160


def test_a_misspelt_command_gets_the_near_miss():
    result = run("asess")
    assert result.exit_code == 2
    assert "assess" in result.output


def test_the_schema_and_the_vocabulary_are_published():
    assert json.loads(run("schema").output)["properties"]["labs"]
    assert json.loads(run("schema", "--assessment").output)["properties"]["urgency"]
    assert "fasciculation" in run("schema", "--vocabulary", "-l", "en").output
    assert json.loads(run("schema", "--vocabulary", "--json", "-l", "en").output)


def test_the_help_names_every_command_and_the_exit_codes():
    text = run("--help").output
    for word in ("assess", "ask", "explain", "check", "knowledge", "schema", "Exit codes"):
        assert word in text


class TestAsk:
    """The interview in the terminal."""

    def test_a_calm_interview_ends_with_a_result(self):
        result = run("ask", "-l", "en", text="34\nm\nmy calf flickers\n\n1 2\n0\n1\n0\n0\n" + "n\n" * 3 + "s\n")
        assert result.exit_code == 0
        assert "What may explain it" in result.output

    def test_a_red_flag_ends_the_asking_at_once(self):
        result = run("ask", "-l", "en", text="34\nm\n\n\n" + " ".join(str(i) for i in range(1, 20)) + "\n")
        assert result.exit_code == 0
        assert "EMERGENCY" in result.output
        assert "questions left" not in result.output
        assert "fit your movements" not in result.output

    @pytest.mark.parametrize(("answer", "goes_on"), [("n", True), ("?", False), ("y", False)])
    def test_an_emergency_is_shown_before_the_one_question_that_can_take_it_back(self, answer: str, goes_on: bool):
        boxes = load_knowledge().boxes
        vomiting, injury = (list(boxes[a]).index(b) + 1 for a, b in (("body", "vomiting"), ("history", "head_injury")))
        result = run("ask", "-l", "en", text=f"34\nm\n\n\n0\n0\n{vomiting}\n{injury}\n{answer}\ns\n")
        assert result.exit_code == 0
        assert result.output.index("Until help is there") < result.output.index("within the last three months")
        assert ("We go on" in result.output, "questions left" in result.output) == (goes_on, goes_on)

    @pytest.mark.whole
    def test_blood_tests_are_asked_for_once_and_can_make_an_emergency(self):
        lines = "34\nm\n\n\n0\n0\n0\n0\n"
        questions = run("ask", "-l", "en", text=lines + "n\n" * 40).output.count(" left)")
        result = run("ask", "-l", "en", text=lines + "n\n" * questions + "0\n" * 3 + "calcium\npotassium 7,2 mmol/L\n")
        assert "'calcium' is not a name, a number and a unit." in result.output
        assert "EMERGENCY" in result.output

    @pytest.mark.whole
    def test_what_can_be_tried_is_offered_in_each_language_and_how_it_went_is_kept(self, tmp_path: Path):
        path = tmp_path / "mine.yaml"
        path.write_text(
            "schema: myognosis/case/1\nperson: {age_years: 34}\nanswers: {fasciculation: present, health_worry_mnd: present}\n"
        )
        began = path.read_text("utf-8")
        questions = run("ask", "-l", "en", "--resume", str(path), text="n\n" * 50).output.count(" left)")
        path.write_text(began, "utf-8")
        result = run("ask", "-l", "en", "--resume", str(path), text="n\n" * questions + "9\n1 2\n2\n0\n0\n" + "\n" * 40)
        assert "Walking on the heels" in result.output
        kept = path.read_text("utf-8")
        assert "  heel_walk: one" in kept
        asked = re.sub(r"(?m)^self_tests:\n(  .*\n)+|^  .*: unknown\n", "", kept)  # as it was when the tests were offered
        for language, told in (("uk", "Ходьба на п'ятах"), ("ru", "Ходьба на пятках")):
            path.write_text(asked, "utf-8")
            assert told in run("ask", "-l", language, "--resume", str(path), text="n\n" * 60).output

    def test_back_why_unknown_and_wrong_answers(self):
        result = run("ask", "-l", "en", text="\n\n\n\n0\n0\n0\n0\ny\nb\nwhy\nmaybe\n?\n-\ns\n")
        assert result.exit_code == 0
        assert "Please answer" in result.output

    def test_wrong_numbers_in_the_checklist_are_asked_again(self):
        result = run("ask", "-l", "en", text="\n\n\n\nabc\n999\n0\n0\n0\n0\ns\n")
        assert "Please give numbers" in result.output

    @pytest.mark.parametrize(("language", "no"), [("uk", "ні"), ("ru", "нет"), ("en", "n")])
    def test_a_no_to_a_list_is_none_of_these(self, language: str, no: str):
        output = run("ask", "-l", language, text=f"\n\n\n\n{no}\n{no}\n{no}\n{no}\ns\n").output
        wrong = {"uk": "номери зі списку", "ru": "номера из списка", "en": "numbers from the list"}[language]
        assert wrong not in output

    def test_it_is_kept_after_every_answer_and_resumed(self, tmp_path: Path):
        path = tmp_path / "mine.yaml"
        run("ask", "-l", "en", "--save", str(path), text="50\nf\nshaking\nsalbutamol\n0\n0\n4\n0\n0\ny\ns\n")
        kept = path.read_text("utf-8")
        assert "salbutamol" in kept
        assert "present" in kept
        again = run("ask", "-l", "en", "--resume", str(path), text="s\n")
        assert again.exit_code == 0
        assert "warning signs. Which" not in again.output

    def test_ukrainian_and_russian_answers_are_understood(self):
        for language, yes in (("uk", "так"), ("ru", "да")):
            assert run("ask", "-l", language, text=f"\n\n\n\n0\n0\n0\n0\n{yes}\ns\n").exit_code == 0

    def test_as_json_only_the_result_is_on_standard_output(self):
        result = run("ask", "-l", "en", "--json", text="34\nm\n\n\n0\n0\n0\n0\nn\ns\n")
        assert json.loads(result.stdout)["format"] == "myognosis/assessment/1"
        assert "Age in years" in result.stderr

    def test_odd_ages_are_not_believed(self):
        result = run("ask", "-l", "en", text="999\nabc\n50\nx\n\n\n0\n0\n0\n0\ns\n")
        assert result.exit_code == 0
        assert result.output.count("Please give a number of years") == 2
        assert "50 years old" in result.output


@cache
def example(path: Path) -> Result:
    return run("assess", str(path), "--json")


@pytest.mark.whole
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_runs_and_is_cited(path: Path):
    assert "source:" in path.read_text("utf-8")
    assert example(path).exit_code == 0, example(path).output


@pytest.mark.whole
def test_the_examples_are_many_and_hold_emergencies():
    levels = [json.loads(example(path).output)["urgency"]["level"] for path in EXAMPLES.glob("*.yaml")]
    assert len(levels) >= 12
    assert levels.count("emergency") >= 3


def test_small_matrices_are_not_shared_among_threads_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MKL_NUM_THREADS", "")
    monkeypatch.delenv("MKL_NUM_THREADS")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    run("explain", "nothing of this name")
    assert (os.environ["MKL_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"]) == ("1", "4")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("запис.edf", EdfFile().to_bytes(), "Це запис, а не випадок."),
        ("запис.txt", EdfFile().to_bytes(), "Це запис, а не випадок."),
        ("звіт.pdf", b"%PDF-1.7 " + bytes(99), "Це документ"), ("фото.jpg", b"\xff\xd8\xff\xe0" + bytes(99), "Це зображення"),
        ("нерви.csv", "Нерв;Латентність;Амплітуда\n1;2;3\n".encode(), "дослідження нервів"),
    ],
)  # fmt: skip
def test_what_is_given_for_a_case_is_called_what_it_is(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    result = run("-l", "uk", "assess", str(tmp_path / name))
    assert result.exit_code == 3
    assert said in result.stderr
    assert "myognosis ask" in result.stderr


def test_a_folder_is_no_case(tmp_path: Path):
    result = run("-l", "uk", "assess", str(tmp_path))
    assert (result.exit_code, "Це тека" in result.stderr) == (3, True)


@pytest.mark.parametrize(("command", "said"), [("assess", "Вкажіть номер"), ("report", "Вкажіть номер")])
def test_what_is_no_number_never_stands_where_help_is_called(good: str, command: str, said: str):
    result = run("-l", "uk", command, good, "--emergency-number", "one one two")
    assert result.exit_code == 2
    assert said in result.output
    assert "one one two" not in run("assess", good, "--emergency-number", "911").output


@pytest.mark.parametrize(("language", "why"), [("en", "its folder is not"), ("uk", "немає його теки"), ("ru", "нет его папки")])
def test_what_the_system_refuses_is_said_in_the_language_of_the_rest(good: str, tmp_path: Path, language: str, why: str):
    result = run("-l", language, "assess", good, "--html", str(tmp_path / "none" / "x.html"))
    assert result.exit_code == 1
    assert why in result.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_question_for_blood_tests_can_be_typed_as_it_stands(language: Language):
    question = "Results of blood tests, such as: calcium 2.1 mmol/L; magnesium 0.8 mmol/L (Enter for none)"
    example = catalogue(language).gettext(question).partition(": ")[2].partition(" (")[0]
    rows, faults = _Interview(load_knowledge(), language, None, None, None, False).results(example)
    assert [row.value for row in rows] == [2.1, 0.8]
    assert not faults
