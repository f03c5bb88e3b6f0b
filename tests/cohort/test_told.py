"""A list of recordings: what it may say, and every fault of it at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.cohort.told import COLUMNS, Told, read_list
from myognosis.faults import ListError
from myognosis.knowledge import load_knowledge
from myognosis.language import LANGUAGES, say
from myognosis.model.case import Recording


@pytest.fixture
def folder(tmp_path):
    for name in ("a.edf", "b.edf", "sub/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


def _list(folder, text, name="list.csv"):
    (folder / name).write_text(text, "utf-8")
    return folder / name


def _faults(path, knowledge):
    with pytest.raises(ListError) as error:
        read_list(path, knowledge)
    return error.value.issues


def test_a_row_says_what_a_recording_of_a_case_says(folder, knowledge):
    rows = [
        "file,person,kind,during,place,side,electrode,units,rate_hz,loaded,moments_s",
        'a.edf,p1,emg,rest,tibialis_anterior,left,needle,"EMG TA=uV; acc=g",2000,,',
        "sub/c.csv,p1,accelerometer,posture,hand,right,,m/s2,,yes,1.5 2",
    ]
    (_, one), (path, other) = read_list(_list(folder, "\n".join(rows)), knowledge)
    assert (one.person, one.electrode, one.units, one.rate_hz) == ("p1", "needle", {"EMG TA": "uV", "acc": "g"}, 2000)
    assert (one.place.where, one.place.side) == ("tibialis_anterior", "left")
    assert (other.units, other.loaded, other.moments_s) == ({"*": "m/s2"}, True, (1.5, 2))
    assert path == folder / "sub" / "c.csv"


def test_csv_and_yaml_say_the_same(folder, knowledge):
    as_csv = read_list(_list(folder, "file;during;place;rate_hz\na.edf;rest;biceps_brachii;1000,5\n"), knowledge)
    text = "recordings:\n  - {file: a.edf, during: rest, place: {where: biceps_brachii}, rate_hz: 1000.5}\n"
    assert read_list(_list(folder, text, "list.yaml"), knowledge) == as_csv


def test_every_field_of_a_recording_is_a_field_of_a_row():
    assert set(Recording.model_fields) <= set(Told.model_fields)
    flat = (set(COLUMNS) - {"side"}) | {"pairs"}
    assert flat == set(Told.model_fields)


def test_a_path_counts_from_the_list_and_may_lie_anywhere(folder, knowledge):
    (folder / "lists").mkdir()
    ((path, _),) = read_list(_list(folder, "file\n../a.edf\n", "lists/l.csv"), knowledge)
    assert path == folder / "a.edf"


def test_all_faults_are_told_at_once_with_their_lines(folder, knowledge):
    rows = [
        "file,during,place,units",
        "gone.edf,rest,,",
        "a.edf,resting,,",
        "b.edf,,bicep_brachii,mcV",
        "sub/c.csv,,,",
        "sub/c.csv,,,",
    ]
    issues = _faults(_list(folder, "\n".join(rows)), knowledge)
    told = [(issue.code, issue.where) for issue in issues]
    assert told == [
        ("list.file", "list.csv, line 2, file"),
        ("list.value", "list.csv, line 3, during"),
        ("list.place", "list.csv, line 4, place"),
        ("list.unit", "list.csv, line 4, units"),
        ("list.twice", "list.csv, line 6, file"),
    ]
    assert "biceps_brachii" in str(issues[2].fix)


def test_a_column_that_nobody_knows_is_refused_with_the_near_miss(folder, knowledge):
    (issue,) = _faults(_list(folder, "file,elektrode\na.edf,needle\n"), knowledge)
    assert (issue.code, str(issue.fix)) == ("list.field", "Did you mean 'electrode'?")


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("", "l.csv", "list.empty"),
        ("file\n", "l.csv", "list.empty"),
        ("during\nrest\n", "l.csv", "list.column"),
        ("file,file\na.edf,a.edf\n", "l.csv", "list.column"),
        ("file,during\na.edf,rest,7\n", "l.csv", "list.cells"),
        ("recordings: 7", "l.yaml", "list.rows"),
        ("- {during: rest}", "l.yaml", "list.missing"),
        ("- {file: a.edf, plce: {}}", "l.yaml", "list.field"),
        ("- {file: a.edf, place: {wher: x}}", "l.yaml", "list.missing"),
        ("- &a {file: a.edf}\n- *a", "l.yaml", "list.syntax"),
        ("[{", "l.json", "list.syntax"),
    ],
)
def test_a_list_that_cannot_be_is_refused_with_a_word_on_why(folder, knowledge, text, name, code):
    issues = _faults(_list(folder, text, name), knowledge)
    assert issues[0].code == code
    for issue in issues:
        assert all(say(text, language) for text in (issue.what, issue.fix) for language in LANGUAGES)


@pytest.mark.whole
@given(text=st.text(max_size=60), suffix=st.sampled_from([".csv", ".yaml", ".json"]))
def test_no_text_ends_the_program(tmp_path_factory, text, suffix):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_text(text, "utf-8", "replace")
    with pytest.raises(ListError):
        read_list(path, load_knowledge())
