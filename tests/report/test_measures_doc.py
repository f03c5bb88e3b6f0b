"""Every number that can be measured stands in the document of methods with where its method comes from."""

import re
from collections import Counter
from pathlib import Path

from myognosis.knowledge import Knowledge
from myognosis.report.measures import MEASURES

ROOT = Path(__file__).parents[2]
ROWS = [line.split("|")[1:-1] for line in (ROOT / "docs" / "measures.md").read_text("utf-8").splitlines() if line.startswith("| `")]
NAMES = re.compile(r"`(\w+)`")


def test_every_measure_stands_once_in_the_document_with_its_source():
    listed = Counter(name for row in ROWS for name in NAMES.findall(row[0]))
    assert set(listed) == set(MEASURES)
    assert not [name for name, times in listed.items() if times > 1]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in ROWS)


def test_a_source_that_the_code_names_is_one_that_the_knowledge_knows(knowledge: Knowledge):
    files = [path for room in ("signals", "findings") for path in (ROOT / "src" / "myognosis" / room).rglob("*.py")]
    named = {source for path in files for source in re.findall(r'\bsource="(\w+)"', path.read_text("utf-8"))}
    assert len(named) > 5
    assert named <= set(knowledge.content.sources)
