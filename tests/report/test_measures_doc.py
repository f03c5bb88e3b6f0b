"""Every number that can be measured stands in the document of methods with where its method comes from."""

import ast
import re
from collections import Counter
from pathlib import Path

from myognosis.knowledge import Knowledge
from myognosis.report.measures import MEASURES

ROOT = Path(__file__).parents[2]
ROWS = [line.split("|")[1:-1] for line in (ROOT / "docs" / "measures.md").read_text("utf-8").splitlines() if line.startswith("| `")]
NAMES = re.compile(r"`(\w+)`")


def calls() -> list[ast.Call]:
    """Every call in the rooms that measure."""
    files = [path for room in ("signals", "findings") for path in (ROOT / "src" / "myognosis" / room).rglob("*.py")]
    return [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


def test_every_measure_stands_once_in_the_document_with_its_source():
    listed = Counter(name for row in ROWS for name in NAMES.findall(row[0]))
    assert set(listed) == set(MEASURES)
    assert not [name for name, times in listed.items() if times > 1]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in ROWS)


def test_what_the_code_measures_has_a_name_and_a_source_that_the_knowledge_knows(knowledge: Knowledge):
    made = [call for call in calls() if isinstance(call.func, ast.Name) and call.func.id == "Measurement"]
    given = [(k.arg, k.value.value) for call in made for k in call.keywords if isinstance(k.value, ast.Constant)]
    assert {value for key, value in given if key == "name"} <= set(MEASURES)
    assert len({value for key, value in given if key == "source"}) > 5
    assert {value for key, value in given if key == "source"} <= set(knowledge.content.sources)
