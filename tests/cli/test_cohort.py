"""``myognosis cohort`` from the outside."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from myognosis import spread
from myognosis.cli import main
from myognosis.cohort import measuring, running
from myognosis.cohort.parts import alone_in

DATA = Path(__file__).parents[1] / "data" / "recordings"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    shutil.copy(DATA / "MSCC00128A_OM2.MEM", place / "scan.MEM")
    (place / "torn.edf").write_bytes(b"0       ")
    (place / "paper.pdf").write_bytes(b"%PDF-1.4")
    return place


def _cohort(source, *words, language="en"):
    return CliRunner().invoke(
        main, ["-l", language, "cohort", str(source), "--workers", "0", "--out", str(source.parent / "out"), *words]
    )


@pytest.mark.whole
def test_a_folder_becomes_tables_and_a_page(folder):
    result = _cohort(folder)
    assert result.exit_code == 0, result.output
    out = folder.parent / "out"
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == {
        "measurements.parquet", "recordings.parquet", "costs.parquet", "faults.csv", "summary.html", "list.csv", "parts",
    }  # fmt: skip
    assert "recordings: 2; other files: 1; done before: 0; to be measured: 2 (new: 2)" in result.output
    assert "1 of 2; about 0:00:0" in result.output
    assert "files measured in this run: 2" in result.output
    rows = pq.read_table(out / "measurements.parquet").to_pylist()
    assert rows[0]["measure"] == "motor_units"


@pytest.mark.whole
def test_the_questions_are_answered_in_the_list_that_lies_beside_them(folder):
    _cohort(folder)
    listed = folder.parent / "out" / "list.csv"
    out = ("--workers", "0", "--out", str(folder.parent / "out"), "--json")
    again = json.loads(CliRunner().invoke(main, ["cohort", str(listed), *out]).stdout)
    assert (again["cost"]["files"], again["outcomes"]["measured"]) == (0, 1), "as long as nothing is answered nothing is done anew"
    head, *rows = listed.read_text("utf-8-sig").splitlines()
    answered = [row.replace(",,,", ",P-1,rest,", 1) if "scan" in row else row for row in rows]
    listed.write_text("\n".join([head, *answered]), "utf-8")
    answer = json.loads(CliRunner().invoke(main, ["cohort", str(listed), *out]).stdout)
    assert answer["cost"]["files"] == 1
    table = pq.read_table(folder.parent / "out" / "recordings.parquet").to_pylist()
    assert {(row["person"], row["during"]) for row in table} == {("P-1", "rest"), (None, None)}
    _cohort(folder)
    assert listed.read_text("utf-8").splitlines() == [head, *answered], "and no run writes over answers"


@pytest.mark.whole
def test_a_second_run_does_nothing_twice_and_speaks_json(folder):
    _cohort(folder)
    result = _cohort(folder, "--json")
    told = json.loads(result.stdout)
    assert told["outcomes"] == {"measured": 1, "refused": 1, "not_recording": 1}
    assert told["cost"]["files"] == 0
    assert told["left"] == 0


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(folder, monkeypatch):
    def stop(found):
        if found.name == "torn.edf":
            raise KeyboardInterrupt
        return real(found)

    real = measuring.measured_part
    with monkeypatch.context() as patch:
        patch.setattr(measuring, "measured_part", stop)
        result = _cohort(folder)
    assert result.exit_code == 130
    assert "Stopped; 1 recording is not measured yet. The same command goes on where it ended." in result.output
    assert "1 recording is not measured yet" in (folder.parent / "out" / "summary.html").read_text("utf-8")
    assert "done before: 1; to be measured: 1 (new: 1)" in _cohort(folder).output


@pytest.mark.parametrize(("language", "word"), [("uk", "виміряно"), ("ru", "измерено")])
def test_it_speaks_the_language_that_is_asked_for(folder, language, word):
    result = _cohort(folder, language=language)
    assert word in result.output
    assert f'lang="{language}"' in (folder.parent / "out" / "summary.html").read_text("utf-8")


def test_a_list_with_faults_runs_nothing(folder):
    listed = folder / "list.csv"
    listed.write_text("file,elektrode\nscan.MEM,needle\ngone.edf,\n")
    result = _cohort(listed, "--json")
    assert result.exit_code == 3
    assert [issue["code"] for issue in json.loads(result.stdout)["error"]["issues"]] == ["list.field"]
    assert not (folder.parent / "out").exists()


def test_a_second_run_beside_the_first_is_refused(folder):
    with alone_in(folder.parent / "out"):
        result = _cohort(folder)
    assert result.exit_code == 3
    assert "Another run writes into this folder." in result.output


def test_a_scheduler_has_its_own_workers(folder):
    result = _cohort(folder, "--scheduler", "tcp://127.0.0.1:1")
    assert result.exit_code == 2


def test_a_scheduler_that_cannot_be_used_is_said(folder, monkeypatch):
    def nobody(address, seconds=30.0):
        raise spread.NoScheduler("no worker has joined it")

    monkeypatch.setattr(spread, "cluster", nobody)
    out = str(folder.parent / "out")
    result = CliRunner().invoke(main, ["-l", "uk", "cohort", str(folder), "--scheduler", "tcp://127.0.0.1:1", "--out", out])
    assert result.exit_code == 1
    assert "не приєднався жоден виконавець" in result.output


def test_a_cluster_of_another_version_is_refused(folder, monkeypatch):
    class Client:
        def run(self, _):
            return {"tcp://w": "myognosis 0.0"}

        def nthreads(self):
            return {"tcp://w": 1}

    from contextlib import contextmanager

    @contextmanager
    def older(address, seconds=30.0):
        yield spread.Crew(spread.here().executor, 1, client=Client())

    monkeypatch.setattr(spread, "cluster", older)
    out = str(folder.parent / "out")
    result = CliRunner().invoke(main, ["-l", "en", "cohort", str(folder), "--scheduler", "tcp://127.0.0.1:1", "--out", out])
    assert result.exit_code == 3
    assert "A worker has another version: myognosis 0.0" in result.output
    assert running.engine() in result.output
