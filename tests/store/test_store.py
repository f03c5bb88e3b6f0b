"""Keeping a case: the old file or the new one, never a part, never a stray."""

import os
import re
import threading
from pathlib import Path

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.model.case import Answer, Case, Complaint
from myognosis.store import FileShelf, NoSuchCase, Stale, id_of, save_case, shelf, sweep

OLD = Case(answers={"tremor": Answer.PRESENT})
NEW = Case(answers={"tremor": Answer.ABSENT})


def test_what_is_saved_reads_back(tmp_path: Path):
    save_case(OLD, tmp_path / "case.yaml")
    assert read_case(tmp_path / "case.yaml") == OLD


def test_a_failed_save_leaves_the_old_case_and_no_stray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "case.yaml"
    save_case(OLD, path)

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        save_case(NEW, path)
    assert read_case(path) == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["case.yaml"]


@pytest.mark.whole
def test_a_kill_at_any_moment_leaves_a_whole_case(tmp_path: Path):
    import signal
    import subprocess
    import sys
    import time

    path = tmp_path / "case.yaml"
    save_case(OLD, path)
    code = (
        "import sys, pathlib\nfrom myognosis.store import save_case\nfrom myognosis.model.case import Answer, Case\n"
        "print('ready', flush=True)\n"
        "while True:\n    for a in Answer:\n        save_case(Case(answers={'tremor': a}), pathlib.Path(sys.argv[1]))\n"
    )
    for moment in (0.0, 0.007, 0.013, 0.029, 0.05):
        process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert "tremor" in read_case(path).answers


def test_after_a_restart_no_stray_file_is_left(tmp_path: Path):
    save_case(OLD, tmp_path / "case.yaml")
    (tmp_path / ".case.yaml.x1.tmp").write_text("half")
    assert sweep(tmp_path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["case.yaml"]


def test_a_save_that_has_begun_does_not_bring_an_erased_case_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cases = FileShelf(tmp_path)
    kept = cases.new(OLD)
    eraser = threading.Thread(target=cases.erase, args=(kept.id,))

    def meanwhile(case: Case, path: Path) -> None:
        eraser.start()
        eraser.join(0.2)  # it waits for this save; where it does not, it is done by now
        save_case(case, path)

    monkeypatch.setattr(shelf, "save_case", meanwhile)
    cases.save(kept.id, NEW, kept.revision)
    eraser.join()
    assert list(tmp_path.iterdir()) == []


def test_a_case_erased_while_it_is_read_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cases = FileShelf(tmp_path)
    kept, other = cases.new(OLD), cases.new(NEW)

    def meanwhile(path: Path) -> Case:
        case = read_case(path)
        cases.erase(kept.id)
        return case

    monkeypatch.setattr(shelf, "read_case", meanwhile)
    with pytest.raises(NoSuchCase):
        cases.load(kept.id)
    assert [found.id for found in cases.all()] == [other.id]


def test_a_late_version_stays_in_a_file_beside_the_case_and_is_erased_with_it(tmp_path: Path):
    shelf = FileShelf(tmp_path)
    kept = shelf.new(OLD)
    shelf.save(kept.id, NEW, kept.revision)
    mine = Case(answers={"cramp": Answer.PRESENT})
    with pytest.raises(Stale):
        shelf.save(kept.id, mine, kept.revision, keep_late=False)
    assert shelf.late(kept.id) == ()
    with pytest.raises(Stale):
        shelf.save(kept.id, mine, kept.revision)
    (late,) = shelf.late(kept.id)
    beside = tmp_path / f"{kept.id}.late-{late.id}.json"
    assert read_case(beside) == late.case == mine
    assert [one.id for one in shelf.all()] == [kept.id]
    shelf.settle(kept.id, late.id, take=True)
    assert shelf.load(kept.id).case == mine
    (other,) = shelf.late(kept.id)
    assert other.case == NEW
    shelf.settle(kept.id, "../x", take=True)
    shelf.settle(kept.id, other.id, take=False)
    assert [path.name for path in tmp_path.iterdir()] == [f"{kept.id}.json"]
    shelf.set_aside(kept.id, OLD)
    shelf.erase(kept.id)
    assert list(tmp_path.iterdir()) == []


def test_a_case_in_a_file_of_ones_own_stays_in_that_file(tmp_path: Path):
    own, folder = tmp_path / "mine.yaml", tmp_path / "cases"
    save_case(OLD, own)
    (tmp_path / ".mine.yaml.x.tmp").touch()  # what a killed save left
    (tmp_path / ".other.tmp").touch()
    shelf, name = FileShelf(folder, own), id_of(own, folder)
    kept = shelf.load(name)
    shelf.save(name, NEW, kept.revision)
    assert read_case(own) == NEW
    assert own.read_text("utf-8").startswith("schema:")
    shelf.set_aside(name, OLD)
    assert [late.case for late in shelf.late(name)] == [OLD]
    assert [one.id for one in shelf.all()] == [name]
    shelf.erase(name)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [".other.tmp"]


def test_a_file_of_the_folder_opened_as_ones_own_is_one_case(tmp_path: Path):
    kept = FileShelf(tmp_path).new(OLD)
    own = tmp_path / f"{kept.id}.json"
    assert id_of(own, tmp_path) == kept.id
    assert [one.id for one in FileShelf(tmp_path, own).all()] == [kept.id]


NOTED = """\
# For Dr. K., before Tuesday
schema: myognosis/case/1  # the format
person: {age_years: 34}  # in May
medicines:
  - name: sertraline  # since the winter
  - {name: ibuprofen}  # now and then
answers:
  # asked by telephone
  cramp: absent  # never
"""


def test_notes_in_a_file_of_ones_own_stay_when_an_answer_is_saved(tmp_path: Path):
    own = tmp_path / "mine.yaml"
    own.write_text(NOTED, "utf-8")
    shelf = FileShelf(tmp_path / "cases", own)
    kept = shelf.load(id_of(own, shelf.folder))
    new = kept.case.model_copy(update={"answers": kept.case.answers | {"tremor": Answer.PRESENT}})
    shelf.save(kept.id, new, kept.revision)
    assert read_case(own) == new
    assert [line.partition("#")[2] for line in own.read_text("utf-8").splitlines() if "#" in line] == [
        line.partition("#")[2] for line in NOTED.splitlines() if "#" in line
    ]


def test_the_note_of_what_was_taken_out_goes_with_it_and_stands_beside_nothing_else(tmp_path: Path):
    own = tmp_path / "mine.yaml"
    own.write_text(NOTED, "utf-8")
    case = read_case(own)
    save_case(case.model_copy(update={"medicines": case.medicines[1:]}), own)
    assert "winter" not in own.read_text("utf-8")
    assert re.search(r"- \{name: ibuprofen\} +# now and then", own.read_text("utf-8"))


ABOVE = """\
schema: myognosis/case/1
# what I take
medicines:
  # since the winter,
  # every evening
  - name: sertraline
  # now and then
  - {name: ibuprofen}
answers:
  # in the night
  cramp: absent
  # by telephone
  tremor: absent
# the end
"""


def test_a_note_above_an_entry_goes_with_it_alone_and_is_not_lost(tmp_path: Path):
    own, beside = tmp_path / "mine.yaml", tmp_path / "mine.earlier.yaml"
    own.write_text(ABOVE, "utf-8")
    case = read_case(own)
    less = case.model_copy(update={"medicines": case.medicines[1:], "answers": {"tremor": Answer.ABSENT}})
    save_case(less, own)
    lines = [line.strip() for line in own.read_text("utf-8").splitlines()]
    assert lines[lines.index("- {name: ibuprofen}") - 1] == "# now and then"
    assert lines[lines.index("tremor: absent") - 1] == "# by telephone"
    assert not {"# since the winter,", "# every evening", "# in the night"} & set(lines)
    assert (lines[1], lines[-1]) == ("# what I take", "# the end")
    assert beside.read_text("utf-8") == ABOVE
    save_case(less.model_copy(update={"medicines": ()}), own)
    assert "# now and then" in beside.read_text("utf-8").split("---")[1]
    assert FileShelf(tmp_path / "cases", own).notes_beside(id_of(own, tmp_path / "cases")) == beside


def test_a_number_sign_within_a_text_is_no_note(tmp_path: Path):
    own, words = tmp_path / "mine.yaml", "a list:\n  # first\nsecond # third\n"
    own.write_text("schema: myognosis/case/1\ncomplaint:\n  words: |\n    a list:\n      # first\n    second # third\n", "utf-8")
    case = read_case(own)
    assert case.complaint.words == words
    new = case.model_copy(update={"answers": {"cramp": Answer.ABSENT}})
    save_case(new, own)
    assert read_case(own) == new
    assert not (tmp_path / "mine.earlier.yaml").exists()


def test_where_notes_cannot_stay_the_earlier_file_is_kept_beside_until_the_case_is_erased(tmp_path: Path):
    own, beside = tmp_path / "mine.yaml", tmp_path / "mine.earlier.yaml"
    own.write_text(NOTED, "utf-8")
    shelf = FileShelf(tmp_path / "cases", own)
    kept = shelf.load(id_of(own, shelf.folder))
    odd = Complaint(words="one line\u0085and another")  # which YAML would fold
    shelf.save(kept.id, kept.case.model_copy(update={"complaint": odd}), kept.revision)
    assert read_case(own).complaint == odd
    assert beside.read_text("utf-8") == NOTED
    shelf.erase(kept.id)
    assert list(tmp_path.glob("mine*")) == []
