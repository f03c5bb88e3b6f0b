"""Every number of a recording has a name that a reader understands."""

import re
from pathlib import Path

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Source
from myognosis.model import case as m
from myognosis.report.cited import short_source
from myognosis.report.conduction import conduction_rows
from myognosis.report.measured import channel_in, measured_views
from myognosis.report.measures import in_short
from myognosis.report.words import Words

pytest.importorskip("scipy")
RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"
EXAMPLES = Path(__file__).parents[2] / "examples"
NEEDLE = m.Recording(file="emg_neuropathy.hea", kind="emg", during="movement", electrode="needle")


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize(
    ("case", "folder"), [(m.Case(recordings=(NEEDLE,)), RECORDINGS), (read_case(EXAMPLES / "wrist_tremor.yaml"), EXAMPLES)]
)
def test_no_measure_is_shown_by_its_id(knowledge: Knowledge, case: m.Case, folder: Path, language: str):
    findings, _ = check_case(case, knowledge, folder)
    rows = [row for view in measured_views(findings, knowledge, language, str) for row in view.rows]  # type: ignore[arg-type]
    assert len(rows) > 8
    assert not [row.name for row in rows if "_" in row.name]
    assert any(row.in_short for row in rows)


def test_a_cramp_that_cannot_be_told_from_a_contraction_stands_in_the_short_table():
    assert in_short("contraction_or_cramp_rate")


def test_an_axis_that_we_named_is_told_in_words_and_a_name_from_a_file_stays(knowledge: Knowledge):
    assert [channel_in(name, knowledge, "uk") for name in ("acceleration x", "rotation z", "Acc y")] == [
        "прискорення x", "обертання z", "Acc y",
    ]  # fmt: skip


def test_each_number_names_its_method_and_what_trust_it_bears(knowledge: Knowledge):
    findings, _ = check_case(m.Case(recordings=(NEEDLE,)), knowledge, RECORDINGS)
    (view,) = measured_views(findings, knowledge, "en", str)
    for row in view.rows:
        number, whose, *rest = row.method.split("; ")
        assert 1 <= int(number) <= len(view.methods)
        assert whose in ("published method", "our own method")
        assert bool(row.interval) or rest == ["error not known"] or rest == []
    assert any("polarity as in the file" in picture.caption for picture in view.pictures)


def test_a_number_measured_in_traces_keeps_its_interval_in_the_table_of_conduction(knowledge: Knowledge):
    scan = {"file": "MSCC00128A_OM2.MEM"}
    row = {"nerve": "median", "side": "right", "kind": "cmap_scan", "traces": [scan]}
    findings, _ = check_case(m.Case.model_validate({"conduction": [row]}, strict=False), knowledge, RECORDINGS)
    views = conduction_rows(findings.conduction, Words("en"), place=str, name=str, cite=str, measured=findings.measured)
    assert re.fullmatch(r"motor units, estimated [\d.]+ \(95 %: [\d.]+ – [\d.]+\)", views[0].values)
    entered = m.Case.model_validate({"conduction": [row | {"traces": [], "motor_units": 90}]}, strict=False)
    alone = check_case(entered, knowledge)[0]
    views = conduction_rows(alone.conduction, Words("en"), place=str, name=str, cite=str, measured=alone.measured)
    assert views[0].values == "motor units, estimated 90.0"


def test_a_title_is_never_cut_within_brackets():
    title = "Tremor stability index: a new tool for differential diagnosis in tremor (di Biase and others), Brain 140:1977"
    source = Source(title=title, year=2017, kind="paper_or_guideline")
    assert short_source(source, str) == "Tremor stability index: a new tool for differential diagnosis in … (2017)"
    source = Source(title="A title of some length that goes on (with brackets that it never comes to close), J", kind="tertiary")
    assert short_source(source, str) == "A title of some length that goes on …"
