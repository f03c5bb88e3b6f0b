"""Help and faults of use are in the language that was asked for, wherever on the line it stands."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.cli.common import extra_with
from myognosis.cli.spoken import help_texts, spoken_in
from myognosis.language import catalogue


def said(*words: str) -> str:
    return CliRunner().invoke(main, list(words), catch_exceptions=False).output


@pytest.mark.parametrize("words", [["--help", "-l", "uk"], ["-l", "uk", "--help"], ["assess", "--help", "--language=uk"]])
def test_help_is_in_the_language_that_was_asked_for(words: list[str]):
    assert "Показати цю довідку" in said(*words)
    assert "Show this message" in said("--help", "-l", "en")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["asses"], "Може, «assess»?"),
        (["explain", "hypocalcemia"], "Може, «hypocalcaemia_cause»?"),
        (["assess"], "Не вказано аргумент"),
        (["simulate", "--seed", "x"], "потрібне число"),
        (["simulate"], "Назвіть сценарій"),
        (["label", "x.edf"], "Вкажіть, що записати"),
    ],
)
def test_wrong_use_is_explained_in_the_same_language(words: list[str], told: str):
    assert told in said("-l", "uk", *words)


def test_the_language_given_first_is_that_of_the_command_behind_it():
    assert said("-l", "uk", "explain", "als").startswith("Бічний аміотрофічний склероз")
    assert spoken_in(["assess", "-l", "nonsense", "case.yaml"]) == spoken_in([])
    assert spoken_in(["assess", "-luk"]) == spoken_in(["assess", "-l", "uk"]) == "uk"


def test_every_help_text_stands_in_every_catalogue():
    for language in ("uk", "ru"):
        assert [text for text in help_texts(main) if catalogue(language).gettext(text) == text] == []


def test_a_part_that_is_not_installed_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    (tmp_path / "a.csv").write_text("start_s,class\n1,fasciculation\n", "utf-8")
    result = CliRunner().invoke(main, ["-l", "uk", "compare", *[str(tmp_path / "a.csv")] * 2])
    assert result.exit_code == 4
    assert "не встановлено додаткову частину" in result.output
    assert extra_with("numba", "simulate") == "simulate"
    assert extra_with("numba", "label") == "signals"
    assert extra_with("nonsense", "label") == ""
