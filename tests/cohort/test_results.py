"""The tables and the page."""

import csv
import datetime as dt
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from myognosis.cohort.listing import Found
from myognosis.cohort.parts import Channels, Part, Row
from myognosis.cohort.summary import Costs, render_summary
from myognosis.cohort.tables import FILES, write_tables
from myognosis.cohort.tally import Tally
from myognosis.cohort.told import Told
from myognosis.faults import Issue, Level, Message, pack_issue
from myognosis.findings.recordings.rests import RESTS_ON
from myognosis.language import LANGUAGES
from myognosis.model.case import Place
from myognosis.report.measures import MEASURES

HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>\u202e.edf"


def _row(value, measure="fasciculation_rate", channel="EMG 1", finding="", state=""):
    return Row(
        name=measure, channel=channel, value=value, low=1.0, high=9.0, unit="/min", method="count", source="estimate",
        seconds=60.0, finding=finding, state=state,
    )  # fmt: skip


def _issue(code, level, what="It is broken."):
    return pack_issue(Issue(code, level, "channel 1", Message(what), Message("Mend it.")))


def _found(name, person=None):
    return Found(Path("/nowhere") / name, name, Told(file=name, person=person, place=Place(where="hand", side="left")), True)


SEEN = Channels(format="edf", kind="emg", names=("EMG 1",), kinds=("emg",), units=("uV",), rates_hz=(1000.0,), seconds=60.0)
DONE = [
    (_found("a.edf", "p1"), Part(outcome="measured", channels=SEEN, rows=(_row(2.0, finding="emg_fp", state="present"), _row(4.0)),
                                 findings={"emg_fp": "present"}, issues=(_issue("x.doubt", Level.DOUBT),), cpu_s=2.0, wall_s=3.0,
                                 not_told=("during",))),
    (_found("b.edf", "p1"), Part(outcome="measured", channels=SEEN, rows=(_row(5.0),), findings={"emg_fp": "absent"}, cpu_s=1.0)),
    (_found("c.edf", "p2"), Part(outcome="measured", channels=SEEN, rows=(_row(7.0), _row(None, "tremor_frequency")), cpu_s=1.0)),
    (_found(HOSTILE, "<b>"), Part(outcome="refused", issues=(_issue("x.bad", Level.REFUSE),))),
    (_found("q.csv"), Part(outcome="question", issues=(_issue("recording.unit", Level.REFUSE, "What unit?"),))),
    (_found("r.txt"), Part(outcome="not_recording", issues=(_issue("recording.clock.none", Level.REFUSE),))),
]  # fmt: skip


def _written(folder, language="en"):
    tally = Tally()
    write_tables(iter(DONE), ("paper.pdf",), folder, language, tally.add)
    return tally


def _page(tally, knowledge, language, left=0):
    costs = Costs(6, 3.0, 2)
    return render_summary(
        tally, knowledge, language, source=Path(HOSTILE), others=1, left=left, costs=costs, today=dt.date(2026, 1, 2)
    )  # fmt: skip


def test_every_number_has_a_row_with_whose_it_is_and_what_it_became(tmp_path):
    _written(tmp_path)
    rows = pq.read_table(tmp_path / "measurements.parquet").to_pylist()
    assert [(r["file"], r["measure"], r["value"]) for r in rows] == [
        ("a.edf", "fasciculation_rate", 2.0), ("a.edf", "fasciculation_rate", 4.0), ("b.edf", "fasciculation_rate", 5.0),
        ("c.edf", "fasciculation_rate", 7.0), ("c.edf", "tremor_frequency", None),
    ]  # fmt: skip
    first = rows[0]
    whose = [first[n] for n in ("person", "place", "side", "kind", "channel", "low", "high", "unit", "method", "seconds")]
    assert whose == ["p1", "hand", "left", "emg", "EMG 1", 1.0, 9.0, "/min", "count", 60.0]
    assert (first["finding"], first["state"], rows[1]["finding"]) == ("emg_fp", "present", None)


def test_a_table_says_what_low_and_high_are_and_the_page_that_a_number_is_a_least(tmp_path, knowledge):
    kinds = {"spread": ["interval", "range", None], "at_least": [False, True, False]}
    rows = [_row(value) for value in (2.0, 5.0, 7.0)]
    rows = [
        rows[0],
        rows[1].model_copy(update={"spread": "range", "at_least": True}),
        rows[2].model_copy(update={"low": None, "high": None}),
    ]
    tally = Tally()
    done = [(_found(f"{i}.edf"), Part(outcome="measured", channels=SEEN, rows=(row,))) for i, row in enumerate(rows)]
    write_tables(iter(done), (), tmp_path, "en", tally.add)
    table = pq.read_table(tmp_path / "measurements.parquet").to_pydict()
    assert {name: table[name] for name in kinds} == kinds
    cells = re.findall(r'<td class="num">(.*?)</td>', _page(tally, knowledge, "en"))
    first = cells.index("3, 1 of them at least")
    assert cells[first + 1 : first + 4] == ["at least 5.00 /min", "3.50 – at least 6.00", "2.00 – at least 7.00"]


def test_every_file_has_a_row_and_no_time_that_changes_from_run_to_run(tmp_path):
    _written(tmp_path)
    table = pq.read_table(tmp_path / "recordings.parquet")
    rows = {row["file"]: row for row in table.to_pylist()}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "a.edf": "measured", "b.edf": "measured", "c.edf": "measured", HOSTILE: "refused", "q.csv": "question",
        "r.txt": "not_recording", "paper.pdf": "not_recording",
    }  # fmt: skip
    assert (rows["a.edf"]["present"], rows["a.edf"]["doubts"], rows["b.edf"]["absent"]) == (["emg_fp"], 1, ["emg_fp"])
    assert (rows["q.csv"]["questions"], rows[HOSTILE]["code"]) == (1, "x.bad")
    assert not {"cpu_s", "wall_s"} & set(table.column_names)
    assert pq.read_table(tmp_path / "costs.parquet").to_pylist()[0]["cpu_s"] == 2.0


def test_no_cell_of_the_faults_is_a_formula(tmp_path):
    _written(tmp_path)
    with (tmp_path / "faults.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["level"], row["code"]) for row in rows] == [
        ("doubt", "x.doubt"), ("refuse", "x.bad"), ("question", "recording.unit"),
    ]  # fmt: skip
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values())


def test_tables_appear_whole_or_not_at_all(tmp_path):
    def torn():
        yield DONE[0]
        raise KeyboardInterrupt

    _written(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    with pytest.raises(KeyboardInterrupt):
        write_tables(torn(), (), tmp_path, "en", Tally().add)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_escapes_names_and_asks_nothing_of_the_network(tmp_path, knowledge, language):
    page = _page(_written(tmp_path, language), knowledge, language)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "&lt;b&gt;" in page
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)|url\((?!#)|@import""", page)
    assert f'lang="{language}"' in page


def test_the_page_counts_what_was_read_found_asked_and_failed(tmp_path, knowledge):
    page = _page(_written(tmp_path), knowledge, "en", left=3)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))
    finding = knowledge.findings["emg_fp"].names.en
    expected = ("measured 3", "no recording 2", f"{finding} 1 1", "3 recordings are not measured yet", "What unit?", "Mend it.",
                "Recordings: 5.", "People: 3.", f"p1 2 2 {finding} {finding}", "files measured in this run 6")  # fmt: skip
    assert [said for said in expected if said not in text] == []
    assert page.count('<svg class="trace"') == 1, "the values 3, 5 and 7: of two channels the middle one"


def test_what_a_finding_rests_on_is_known(knowledge):
    kinds = {f"{kind}_{what}" for kind in knowledge.content.discharges for what in ("rate", "inside")}
    for finding, measure in RESTS_ON.items():
        assert finding in knowledge.findings
        assert measure in MEASURES or measure in kinds, measure
