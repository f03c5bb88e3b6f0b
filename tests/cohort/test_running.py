"""Going through a cohort: nothing is done twice, nothing that changed is kept, no file ends the run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.readers.edf_bytes import EdfFile

from myognosis.cohort import measuring, running
from myognosis.cohort.listing import Found, list_recordings
from myognosis.cohort.measuring import Job, OtherEngine, measure, measured_part
from myognosis.cohort.parts import Part, alone_in, part_path, read_part, stamp_of, write_part
from myognosis.cohort.running import Cohort, check_workers
from myognosis.cohort.told import Told
from myognosis.exchange.casefile import read_case
from myognosis.faults import ListError
from myognosis.findings import check_case
from myognosis.model.case import Place
from myognosis.spread import Crew, Lost, here

DATA = Path(__file__).parents[1] / "data" / "recordings"
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    for name in ("bw_3min.hea", "bw_3min.dat"):
        shutil.copy(DATA / name, place / name)
    (place / "prose.txt").write_text("Read me.\nThis is prose.\nIt has 3 lines.\nAnd more.\n")
    (place / "short.edf").write_bytes(EdfFile(cut=100_000).to_bytes())
    return place


def _cohort(folder, knowledge, **more):
    return Cohort(list_recordings(folder, knowledge), folder.parent / "out", **more)


def _run(cohort, work=measure):
    return {step.found.name: step.done.outcome for step in cohort.run(here(), None, work)}


def _found(path, **told):
    return Found(path, path.name, Told(file=path.name, **told), True)


def _codes(part):
    return [issue["code"] for issue in part.issues]


def test_every_file_has_its_outcome(folder, knowledge):
    assert _run(_cohort(folder, knowledge)) == {"bw_3min.hea": "unmeasured", "prose.txt": "not_recording", "short.edf": "refused"}


def test_what_is_done_is_not_done_again(folder, knowledge):
    _run(_cohort(folder, knowledge))
    again = _cohort(folder, knowledge)
    assert again.left == 0
    assert _run(again) == {}
    assert len(list(again.done())) == 3


def test_a_stop_in_the_middle_loses_only_what_was_under_way(folder, knowledge):
    def stop(job):
        if job.found.name == "prose.txt":
            raise KeyboardInterrupt
        return measure(job)

    cohort = _cohort(folder, knowledge)
    with pytest.raises(KeyboardInterrupt):
        _run(cohort, stop)
    assert [found.name for found, _ in cohort.done()] == ["bw_3min.hea"]
    assert _run(_cohort(folder, knowledge)) == {"prose.txt": "not_recording", "short.edf": "refused"}


def test_what_a_worker_wrote_while_the_run_was_stopped_is_done(folder, knowledge):
    def stop(job):
        measure(job)
        raise KeyboardInterrupt

    cohort = _cohort(folder, knowledge)
    with pytest.raises(KeyboardInterrupt):
        _run(cohort, stop)
    assert cohort.left == 3
    cohort.take_late()
    assert cohort.left == 2
    assert [found.name for found, _ in cohort.done()] == ["bw_3min.hea"]


@pytest.mark.parametrize("changed", ["bw_3min.hea", "bw_3min.dat"])
def test_a_recording_that_changed_is_measured_anew_and_so_said(folder, knowledge, changed):
    _run(_cohort(folder, knowledge))
    os.utime(folder / changed, ns=(1, 1))
    cohort = _cohort(folder, knowledge)
    assert dict(cohort.changes) == {"file": 1}
    assert _run(cohort) == {"bw_3min.hea": "unmeasured"}


def test_another_description_or_another_program_measures_anew_but_a_name_does_not(folder, knowledge, monkeypatch):
    def left(*columns):
        heads, cells = zip(*columns, strict=True)
        listed = folder / "list.csv"
        listed.write_text(f"{','.join(heads)}\n{','.join(cells)}\n")
        cohort = _cohort(listed, knowledge)
        return dict(cohort.changes), _run(cohort)

    file = ("file", "short.edf")
    assert left(file)[0] == {"new": 1}
    assert left(file, ("person", "p1"), ("note", "a"))[0] == {}
    assert left(file, ("during", "rest"))[0] == {"told": 1}
    monkeypatch.setattr(running, "engine", lambda: "another")
    monkeypatch.setattr(measuring, "engine", lambda: "another")
    assert left(file, ("during", "rest"))[0] == {"engine": 1}


def test_a_part_that_is_half_written_or_torn_counts_for_nothing(folder, knowledge):
    _run(_cohort(folder, knowledge))
    parts = folder.parent / "out" / "parts"
    first = part_path(parts, list_recordings(folder, knowledge).recordings[0])
    first.write_text(first.read_text()[:-40])
    (parts / "x.1.new").write_text("{")
    cohort = _cohort(folder, knowledge)
    assert cohort.left == 1
    assert not list(parts.glob("*.new"))


def test_what_failed_is_tried_again_when_asked(folder, knowledge):
    def late(job):
        write_part(job.part, job.stamp, measuring.lost_part(late_s=1.0))
        return measuring.done_with(read_part(job.part))

    _run(_cohort(folder, knowledge), late)
    assert _cohort(folder, knowledge).left == 0
    again = _cohort(folder, knowledge, again=True)
    assert dict(again.changes) == {"again": 3}
    assert _run(again)["short.edf"] == "refused"


def test_a_file_that_ends_its_process_is_reported_and_the_rest_goes_on(folder, knowledge):
    def deadly(job):
        if job.found.name == "prose.txt":
            raise Lost
        return measure(job)

    cohort = _cohort(folder, knowledge)
    crew = Crew(here().executor, 1)
    outcomes = {step.found.name: step.done.outcome for step in cohort.run(crew, None, deadly)}
    assert outcomes == {"bw_3min.hea": "unmeasured", "prose.txt": "ended", "short.edf": "refused"}
    assert _cohort(folder, knowledge).left == 0, "and it is not tried for ever"


def test_a_part_written_before_the_process_ended_counts(folder, knowledge):
    tries = []

    def writes_and_ends(job):
        tries.append(job.found.name)
        measure(job)
        raise Lost

    outcomes = {s.found.name: s.done.outcome for s in _cohort(folder, knowledge).run(here(), None, writes_and_ends)}
    assert outcomes["short.edf"] == "refused"


def test_what_a_reader_raises_unforeseen_is_kept_as_our_fault_with_its_kind(folder, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(measuring, "audit_recording", fail)
    part = measured_part(_found(folder / "short.edf"))
    assert part.outcome == "bug"
    params = part.issues[0]["what"]["params"]
    assert params["kind"] == "ZeroDivisionError"
    assert params["place"].startswith(("tests", "test_running", __name__))


def test_a_missing_part_of_the_program_is_said(folder):
    from myognosis.faults import MissingExtra

    def fail(*_):
        raise MissingExtra("Reading", "formats")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "audit_recording", fail)
        part = measured_part(_found(folder / "short.edf"))
    assert (part.outcome, _codes(part)) == ("refused", ["recording.extra"])


def test_what_nobody_said_is_asked_and_not_guessed(tmp_path):
    (tmp_path / "raw.txt").write_text("1 2\n" * 50)
    (tmp_path / "log.csv").write_text("time (s),acc x\n" + "".join(f"{i / 50},1\n" for i in range(100)))
    for name, code in (("raw.txt", "recording.clock.none"), ("log.csv", "recording.unit")):
        part = measured_part(_found(tmp_path / name))
        assert (part.outcome, part.rows) == ("question", ())
        assert code in _codes(part)


def test_an_answer_in_the_list_lets_it_be_read(tmp_path):
    (tmp_path / "log.csv").write_text("time (s),acc x\n" + "".join(f"{i / 50},1\n" for i in range(100)))
    part = measured_part(_found(tmp_path / "log.csv", units={"*": "g"}))
    assert part.channels.units == ("m/s2",)
    assert part.not_told == ("place", "during")


def test_a_file_that_changes_while_it_is_read_is_said(folder, monkeypatch):
    found = _found(folder / "short.edf")
    part = folder.parent / "part.json"
    stamp = stamp_of(found, measuring.engine())
    real = measuring.measured_part

    def change(one):
        os.utime(one.path, ns=(1, 1))
        return real(one)

    monkeypatch.setattr(measuring, "measured_part", change)
    measure(Job(found, stamp, part, None))
    assert "cohort.changed" in _codes(read_part(part))


@pytest.mark.whole
def test_the_numbers_are_those_of_a_case(knowledge):
    folder = EXAMPLES / "recordings"
    case = read_case(EXAMPLES / "wrist_tremor.yaml")
    (row,) = case.recordings
    expected = check_case(case, knowledge, EXAMPLES)[0].measured
    told = Told.model_validate(row.model_dump() | {"person": None})
    part = measured_part(Found(folder / "wrist.json", "wrist.json", told, True))
    assert [(r.name, r.channel, r.value, r.low, r.high) for r in part.rows] == [
        (m.name, m.channel, m.value, m.low, m.high) for one in expected for m in one.measurements
    ]
    assert part.findings == expected[0].findings
    resting = [r for r in part.rows if r.name == "tremor_frequency"]
    assert {(r.finding, r.state) for r in resting} == {("tremor", "present")}
    assert part.findings == {"tremor": "present", "tremor_middle": "present"}  # its band follows from the same number


def test_a_worker_of_another_version_is_refused(folder):
    found = _found(folder / "short.edf")
    with pytest.raises(OtherEngine):
        measure(Job(found, stamp_of(found, "older"), folder.parent / "p.json", None))


@pytest.mark.parametrize("answer", [{"tcp://w": "older"}, RuntimeError("no module named myognosis")])
def test_a_cluster_with_another_version_is_refused_before_anything_runs(answer):
    class Client:
        def run(self, _):
            if isinstance(answer, Exception):
                raise answer
            return answer

        def nthreads(self):
            return {"tcp://w": 1}

    with pytest.raises(ListError):
        check_workers(Crew(here().executor, 1, client=Client()))


def test_a_worker_with_several_threads_is_refused():
    class Client:
        def nthreads(self):
            return {"tcp://v": 1, "tcp://w": 4}

    with pytest.raises(ListError) as error:
        check_workers(Crew(here().executor, 1, client=Client()))
    assert error.value.issues[0].code == "cohort.threads"


def test_a_fault_of_the_crew_is_never_taken_for_one_of_a_file(folder, knowledge):
    def broken(job):
        raise TypeError("cannot pickle")

    with pytest.raises(TypeError):
        _run(_cohort(folder, knowledge), broken)


def test_two_runs_in_one_folder_are_refused(tmp_path):
    with alone_in(tmp_path), pytest.raises(ListError), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


HOLD = """
import sys, threading
from pathlib import Path
from myognosis.cohort import measuring
from myognosis.cohort.parts import alone_in
from myognosis.cohort.measuring import Job, measure
from myognosis.cohort.parts import stamp_of
from myognosis.cohort.listing import Found
from myognosis.cohort.told import Told
path = Path(sys.argv[1])
measuring.measured_part = lambda found: threading.Event().wait()
with alone_in(path.parent):
    print("held", flush=True)
    sys.stdin.readline()
    found = Found(path, path.name, Told(file=path.name), True)
    measure(Job(found, stamp_of(found, measuring.engine()), path.with_suffix(".part"), 0.01))
"""


@pytest.mark.whole
def test_a_file_that_takes_too_long_ends_its_process_with_a_word_and_frees_the_folder(tmp_path):
    path = tmp_path / "slow.edf"
    path.write_bytes(EdfFile().to_bytes())
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(ListError), alone_in(tmp_path):
            pass
        process.communicate(b"\n")
    assert process.returncode < 0
    assert read_part(path.with_suffix(".part")).outcome == "late"
    with alone_in(tmp_path):
        pass


def test_a_place_reaches_the_measurement(tmp_path):
    told = Told(file="a", place=Place(where="hand", side="left"), units={"*": "g"}, rate_hz=50.0)
    entry = told.entry("accelerometer", "a")
    assert (entry.place, entry.units, entry.rate_hz) == (told.place, told.units, 50.0)


def test_a_part_is_two_lines_of_plain_json(folder, knowledge):
    _run(_cohort(folder, knowledge))
    for path in (folder.parent / "out" / "parts").iterdir():
        stamp, part = path.read_text().splitlines()
        assert json.loads(stamp)["path"]
        assert Part.model_validate_json(part)
