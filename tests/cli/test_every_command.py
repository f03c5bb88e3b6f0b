"""Every command, held in one table: JSON for programs, plain text when piped, and the same four exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from myognosis.cli import common, main
from myognosis.faults import Issue, KnowledgeError, Level, Message, MissingExtra
from myognosis.language import LANGUAGES, catalogue

DATA = Path(__file__).parents[1] / "data" / "recordings"
CASE = "schema: myognosis/case/1\nperson: {age_years: 34}\nanswers: {fasciculation: present, weakness: absent}\n"
TALK = "34\nm\n\n\n0\n0\n0\n0\nn\ns\n"
LABELS = "start_s,class\n1,fasciculation\n"

RIGHT = {
    "assess": ("assess", "case.yaml"),
    "report": ("report", "case.yaml"),
    "ask": ("ask",),
    "serve": ("serve", "--no-browser", "--folder", "cases"),
    "explain": ("explain", "als"),
    "claims": ("claims", "lactic"),
    "read": ("read", str(DATA / "FESB70821A.MEM")),
    "label": ("label", str(DATA / "emg_healthy.hea"), "--stop", "1", "--out", "made.csv"),
    "compare": ("compare", "a.csv", "a.csv"),
    "simulate": ("simulate", "--list"),
    "excitability": ("excitability", str(DATA / "FESB70821A.MEM")),
    "cohort": ("cohort", "folder", "--workers", "0", "--out", "made"),
    "check": ("check", "case.yaml"),
    "knowledge": ("knowledge", "check"),
    "schema": ("schema",),
}
"""Each command, used as it should be."""
FAULTY = {
    "assess": ("assess", "bad.yaml"),
    "report": ("report", "bad.yaml"),
    "ask": ("ask", "--resume", "bad.yaml"),
    "read": ("read", "bad.yaml"),
    "label": ("label", "bad.yaml", "--out", "made.csv"),
    "compare": ("compare", "bad.yaml", "a.csv"),
    "simulate": ("simulate", "no_such_scenario"),
    "excitability": ("excitability", "bad.yaml"),
    "cohort": ("cohort", "bad.yaml", "--workers", "0", "--out", "made"),
    "check": ("check", "bad.yaml"),
    "serve": ("serve", "--no-browser", "--folder", "cases", "bad.yaml"),
}
"""Each command that is given something, given what has faults."""
NEEDS_NO_KNOWLEDGE = {"read", "label", "compare", "simulate", "excitability", "schema", "knowledge"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name, text in (
        ("case.yaml", CASE),
        ("bad.yaml", "schema: myognosis/case/1\nperson: {age_years: 340}\n"),
        ("a.csv", LABELS),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "torn.edf").write_bytes(b"0       ")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("myognosis.web.serve.run", lambda app, door: door.close())
    read = SimpleNamespace(entries={"causes": {"als": None}})  # the files are parsed where the knowledge itself is tested
    monkeypatch.setattr("myognosis.knowledge.compile.check_knowledge", lambda: (read, ()))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["-l", "en", *words], input=TALK, catch_exceptions=False)

    return run


def test_the_table_holds_every_command():
    context = click.Context(main)
    assert set(RIGHT) == set(main.list_commands(context))
    for name, words in RIGHT.items():
        command = main.get_command(context, name)
        inner = command.commands[words[1]] if isinstance(command, click.Group) else command
        assert inner is not None
        assert "--json" in {option for param in inner.params for option in param.opts}


@pytest.mark.parametrize("words", RIGHT.values(), ids=list(RIGHT))
def test_a_command_that_is_done_leaves_with_zero_and_prints_plain_text(run: Callable[..., Result], words: tuple[str, ...]):
    result = run(*words)
    assert result.exit_code == 0
    assert result.stdout.strip()
    assert "\x1b" not in result.output


@pytest.mark.parametrize("words", RIGHT.values(), ids=list(RIGHT))
def test_json_alone_stands_on_standard_output(run: Callable[..., Result], words: tuple[str, ...]):
    result = run(*words, "--json")
    assert result.exit_code == 0
    assert isinstance(json.loads(result.stdout), dict | list)


@pytest.mark.parametrize("words", RIGHT.values(), ids=list(RIGHT))
def test_wrong_use_leaves_with_two(run: Callable[..., Result], words: tuple[str, ...]):
    assert run(*words, "--no-such-option").exit_code == 2
    assert run(*words, "-l", "tlh").exit_code == 2


@pytest.mark.parametrize("words", FAULTY.values(), ids=list(FAULTY))
def test_faults_of_what_is_given_leave_with_three_and_have_one_shape(run: Callable[..., Result], words: tuple[str, ...]):
    assert run(*words).exit_code == 3
    result = run(*words, "--json")
    assert result.exit_code == 3
    told = json.loads(result.stdout)["error"]
    assert told["code"] == 3
    assert told["issues"]
    assert {"code", "level", "where", "what", "fix"} == set(told["issues"][0])


@pytest.mark.parametrize("name", sorted(set(RIGHT) - NEEDS_NO_KNOWLEDGE))
def test_faults_of_the_knowledge_leave_with_four(run: Callable[..., Result], name: str, monkeypatch: pytest.MonkeyPatch):
    def broken() -> Any:
        raise KnowledgeError((Issue("knowledge.format", Level.REFUSE, "causes/als.yaml", Message("x"), Message("y")),))

    monkeypatch.setattr(common, "load_knowledge", broken)
    assert run(*RIGHT[name]).exit_code == 4
    told = json.loads(run(*RIGHT[name], "--json").stdout)["error"]
    assert told["code"] == 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", RIGHT.values(), ids=list(RIGHT))
def test_the_help_of_each_command_says_the_exit_codes(words: tuple[str, ...], language: str):
    text = CliRunner().invoke(main, ["-l", language, *words[: 2 if words[0] == "knowledge" else 1], "--help"]).output
    said = catalogue(language).gettext(  # type: ignore[arg-type]
        "Exit codes: 0 done, 2 wrong use, 3 faults in the case, 4 faults in the knowledge or a missing part."
    )
    assert said in " ".join(text.split())


def test_a_report_is_written_in_every_form(run: Callable[..., Result], tmp_path: Path):
    result = run("report", "case.yaml", "--html", "r.html", "--pdf", "r.pdf", "--doctor", "d.html")
    assert result.stdout.split() == ["r.html", "r.pdf", "d.html"]
    doctor = (tmp_path / "d.html").read_text("utf-8")
    assert "One page for the doctor" in doctor and "What may explain it" not in doctor
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_a_saved_assessment_is_shown_as_it_was_and_not_judged_anew(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    saved = tmp_path / "result.json"
    saved.write_text(run("assess", "case.yaml", "--json").stdout, "utf-8")
    whole = run("report", "case.yaml").stdout
    monkeypatch.setattr("myognosis.assessing.assess", None)
    assert run("report", "case.yaml", "--result", "result.json").stdout == whole
    told = json.loads(saved.read_text("utf-8"))
    saved.write_text(json.dumps(told | {"knowledge": "another"}), "utf-8")
    other = run("report", "case.yaml", "--result", "result.json")
    assert other.exit_code == 3
    assert "other knowledge" in other.output
    saved.write_text("{}", "utf-8")
    assert run("report", "case.yaml", "--result", "result.json").exit_code == 3


def test_a_part_that_is_missing_leaves_with_four(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch):
    def missing(page: Any) -> bytes:
        raise MissingExtra("PDF", "pdf")

    monkeypatch.setattr("myognosis.report.pdf.render_pdf", missing)
    assert run("report", "case.yaml", "--pdf", "r.pdf").exit_code == 4
