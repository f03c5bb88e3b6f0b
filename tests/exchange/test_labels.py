"""Label files come back as they were, in JSON and CSV; a faulty one is refused with every place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.exchange.labels import labels_to_csv, labels_to_json, read_labels
from myognosis.faults import RecordingError
from myognosis.model.labels import Label, Labels

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
LABELS = st.lists(
    st.builds(Label, start_s=st.floats(0, 1e6), duration_s=st.floats(0, 10), kind=WORDS, channel=WORDS | st.just(""), note=WORDS),
    max_size=5,
)


@given(LABELS)
def test_labels_come_back_from_json_and_csv(tmp_path_factory: pytest.TempPathFactory, rows: list[Label]):
    folder = tmp_path_factory.mktemp("labels")
    labels = Labels(recording="a.edf", seconds=1e6, labels=tuple(sorted(rows, key=lambda x: (x.start_s, x.channel, x.kind))))
    (folder / "a.json").write_text(labels_to_json(labels), "utf-8")
    (folder / "a.csv").write_text(labels_to_csv(labels), "utf-8")
    assert read_labels(folder / "a.json") == labels
    assert read_labels(folder / "a.csv").labels == labels.labels


def test_a_semicolon_table_with_decimal_commas_is_read(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("﻿start_s;duration_s;class\n1,25;0,5;фасцикуляція\n", "utf-8")
    (label,) = read_labels(path).labels
    assert (label.start_s, label.duration_s, label.kind) == (1.25, 0.5, "фасцикуляція")


def test_decimal_commas_between_commas_are_no_moments_of_a_class_of_digits(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("start_s,class\n1,25,fasciculation\n2,75,fasciculation\n3,x\n", "utf-8")
    with pytest.raises(RecordingError) as caught:
        read_labels(path)
    assert [issue.where for issue in caught.value.issues] == ["a.csv line 2", "a.csv line 3"]


@pytest.mark.parametrize(
    ("seconds", "starts", "sound"), [(60, (1, 59), True), (60, (100, 159), True), (5, (1, 59), False), (0, (1,), True)]
)
def test_labels_lie_no_further_apart_than_what_was_watched(tmp_path: Path, seconds: float, starts: tuple[float, ...], sound: bool):
    path = tmp_path / "a.json"
    path.write_text(labels_to_json(Labels(seconds=seconds, labels=tuple(Label(start_s=at, kind="x") for at in starts))), "utf-8")
    if sound:
        assert len(read_labels(path).labels) == len(starts)
        return
    with pytest.raises(RecordingError) as caught:
        read_labels(path)
    assert caught.value.issues[0].where == "a.json seconds"


def test_a_field_that_stands_twice_is_no_label(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(HEAD + '[{"start_s": 1, "start_s": 9, "class": "x"}]}', "utf-8")
    with pytest.raises(RecordingError):
        read_labels(path)


def test_a_formula_stays_words(tmp_path: Path):
    labels = Labels(labels=(Label(start_s=1.0, kind="=1+1"),))
    assert ",'=1+1," in labels_to_csv(labels)


HEAD = '{"schema": "myognosis/labels/1", "labels": '


@pytest.mark.parametrize(
    "text",
    ["{", "[]", HEAD.replace("/1", "/9") + "[]}", HEAD + '[{"start_s": -1, "class": "x"}]}', HEAD + '[{"start_s": 1}]}',
     HEAD + '[{"start_s": NaN, "class": "x"}]}', HEAD + "3}", "[" * 100000],
)  # fmt: skip
def test_a_faulty_file_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    with pytest.raises(RecordingError) as caught:
        read_labels(path)
    assert all(issue.where.startswith("a.json") for issue in caught.value.issues)


def test_every_fault_is_named_with_its_place(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("start_s,class\n1,x\nnought,x\n2,\n", "utf-8")
    with pytest.raises(RecordingError) as caught:
        read_labels(path)
    assert {issue.where for issue in caught.value.issues} == {"a.csv labels[1].start_s", "a.csv labels[2].class"}


def test_a_recording_without_annotations_is_no_word_that_nothing_was_seen():
    with pytest.raises(RecordingError) as caught:
        read_labels(Path("tests/data/recordings/emg_healthy.hea"))
    assert "no annotations" in caught.value.issues[0].what.template
