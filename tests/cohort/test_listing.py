"""What there is to measure in a folder."""

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import zip_bytes

from myognosis.cohort.listing import has_numbers, list_recordings
from myognosis.cohort.measuring import measured_part
from myognosis.cohort.parts import stamp_of
from myognosis.faults import ListError

DATA = Path(__file__).parents[1] / "data" / "recordings"
WRIST = Path(__file__).parents[2] / "examples" / "recordings"


def _copy(folder, *names):
    for name in names:
        shutil.copy(DATA / name, folder / name)


def _names(listing):
    return [found.name for found in listing.recordings]


def test_samples_and_marks_belong_to_the_recording_that_names_them(tmp_path, knowledge):
    _copy(tmp_path, "bw_3min.hea", "bw_3min.dat")
    (tmp_path / "bw_3min.atr").write_bytes(b"\0\0")
    (tmp_path / "stray.dat").write_bytes(b"1")
    listing = list_recordings(tmp_path, knowledge)
    assert _names(listing) == ["bw_3min.hea"]
    assert {file.name for file in listing.recordings[0].beside} == {"bw_3min.dat", "bw_3min.atr"}
    assert listing.others == ("stray.dat",)


def test_the_files_of_a_description_belong_to_it(knowledge):
    listing = list_recordings(WRIST, knowledge)
    assert _names(listing) == ["wrist.json"]
    assert listing.others == ("README.md",)


def test_side_files_of_bids_are_no_recordings(tmp_path, knowledge):
    place = tmp_path / "sub-01" / "emg"
    place.mkdir(parents=True)
    (tmp_path / "dataset_description.json").write_text("{}")
    (place / "sub-01_task-rest_emg.edf").write_bytes(EdfFile().to_bytes())
    (place / "sub-01_task-rest_channels.tsv").write_text("name\ttype\tunits\nEMG\tEMG\tuV\n")
    (tmp_path / "task-rest_emg.json").write_text(json.dumps({"SamplingFrequency": 100}))
    listing = list_recordings(tmp_path, knowledge)
    assert _names(listing) == ["sub-01/emg/sub-01_task-rest_emg.edf"]
    assert len(listing.recordings[0].beside) == 2
    assert listing.others == ("dataset_description.json",)


def test_a_description_of_text_belongs_to_it(tmp_path, knowledge):
    (tmp_path / "emg.txt").write_text("1\n2\n3\n")
    (tmp_path / "emg.layout.json").write_text("{}")
    listing = list_recordings(tmp_path, knowledge)
    assert _names(listing) == ["emg.txt"]
    assert listing.others == ()


def test_recordings_in_a_box_are_recordings(tmp_path, knowledge):
    (tmp_path / "study.zip").write_bytes(
        zip_bytes({"a.edf": EdfFile(per_record=1000).to_bytes(), "b.edf": b"0       ", "readme.txt": b"x"})
    )
    listing = list_recordings(tmp_path, knowledge)
    assert _names(listing) == ["study.zip/a.edf", "study.zip/b.edf"]
    assert [measured_part(found).outcome for found in listing.recordings] == ["measured", "refused"]


def test_an_archive_of_other_things_is_no_recording(tmp_path, knowledge):
    (tmp_path / "papers.zip").write_bytes(zip_bytes({"a.txt": b"prose", "b.png": b"x"}))
    (found,) = list_recordings(tmp_path, knowledge).recordings
    assert measured_part(found).outcome == "not_recording"


def test_what_no_reader_takes_is_no_recording_and_no_error(tmp_path, knowledge):
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "notes.docx").write_bytes(b"PK\3\4")
    (tmp_path / ".hidden.edf").write_bytes(EdfFile().to_bytes())
    listing = list_recordings(tmp_path, knowledge)
    assert listing.recordings == ()
    assert listing.others == ("notes.docx", "paper.pdf")


def test_a_damaged_recording_is_never_passed_over(tmp_path, knowledge):
    for name in ("gone.cwa", "zero.edf", "odd.mat"):
        (tmp_path / name).write_bytes(b"" if name == "zero.edf" else b"\1\2\3")
    assert _names(list_recordings(tmp_path, knowledge)) == ["gone.cwa", "odd.mat", "zero.edf"]


def test_a_name_that_is_no_text_is_refused_and_ends_nothing(tmp_path, knowledge):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.edf")).write_bytes(EdfFile().to_bytes())
    except OSError:
        pytest.skip("this system has no such names")
    (found,) = list_recordings(tmp_path, knowledge).recordings
    part = measured_part(found)
    assert (found.name, part.outcome, part.issues[0]["code"]) == ("\\xff.edf", "refused", "cohort.name")
    assert stamp_of(found, "1").model_dump_json()


def test_the_folder_of_results_is_left_out(tmp_path, knowledge):
    _copy(tmp_path, "MSCC00128A_OM2.MEM")
    (tmp_path / "cohort" / "parts").mkdir(parents=True)
    (tmp_path / "cohort" / "faults.csv").write_text("file,level\n")
    assert _names(list_recordings(tmp_path, knowledge, tmp_path / "cohort")) == ["MSCC00128A_OM2.MEM"]


def test_a_link_to_a_folder_above_is_not_followed(tmp_path, knowledge):
    _copy(tmp_path, "MSCC00128A_OM2.MEM")
    (tmp_path / "round").symlink_to(tmp_path)
    assert len(list_recordings(tmp_path, knowledge).recordings) == 1


def test_neither_a_folder_nor_a_list_is_refused(tmp_path, knowledge):
    (tmp_path / "x.edf").write_bytes(EdfFile().to_bytes())
    for source in (tmp_path / "x.edf", tmp_path / "gone"):
        with pytest.raises(ListError):
            list_recordings(source, knowledge)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 2\n3 4\n5 6\n7 8\n", True),
        ("a;b\n1,5;2\n3,0;-4e3\n1;2\n3;4\n5;6\n7;8\n9;9\n", True),
        ("Read me.\nThis is prose.\nIt has 3 lines.\nAnd more.\n", False),
        ("sub-01\t34\tM\nsub-02\t35\tF\nsub-03\t35\tF\nx\n", False),
        ("1\n", False),
    ],
)
def test_samples_are_told_from_words(tmp_path, text, numbers):
    (tmp_path / "t.txt").write_text(text)
    assert has_numbers(tmp_path / "t.txt") is numbers
