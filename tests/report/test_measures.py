"""Every number of a recording has a name that a reader understands."""

from pathlib import Path

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model import case as m
from myognosis.report.measured import channel_in, measured_views

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


def test_an_axis_that_we_named_is_told_in_words_and_a_name_from_a_file_stays(knowledge: Knowledge):
    assert [channel_in(name, knowledge, "uk") for name in ("acceleration x", "rotation z", "Acc y")] == [
        "прискорення x", "обертання z", "Acc y",
    ]  # fmt: skip
