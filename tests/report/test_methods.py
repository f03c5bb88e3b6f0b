"""How each number was made is told in the reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from myognosis.language import Language
from myognosis.report.methods import method_in

SOURCES = Path(__file__).parents[2] / "src" / "myognosis"
ELSEWHERE = ("mark", "ValueError", "Literal")


def english(node: ast.AST) -> Iterator[str]:
    """The strings of some code that a person would read: no docstrings, no marked messages, nothing raised."""
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ELSEWHERE:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub(r"\{.*?\}", "7", node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    else:
        for child in ast.iter_child_nodes(node):
            if not (
                isinstance(node, ast.arg | ast.AnnAssign | ast.FunctionDef)
                and child in (getattr(node, "annotation", 0), getattr(node, "returns", 0))
            ):
                yield from english(child)


def told() -> list[str]:
    paths = [
        *sorted((SOURCES / "signals").rglob("*.py")),
        SOURCES / "findings/traces.py",
        SOURCES / "findings/recordings/quality.py",
    ]
    strings = [text for path in paths for text in english(ast.parse(path.read_text("utf-8")))]
    return [text for text in dict.fromkeys(strings) if text.count(" ") > 1 and "[" not in text and "$" not in text]


@pytest.mark.whole
@pytest.mark.parametrize("language", ["uk", "ru"])
def test_no_method_is_untranslated(language: Language):
    methods = told()
    assert len(methods) > 50
    for method in methods:
        assert not re.search(
            "[a-z]{3}", re.sub("Welch|Hann|Hodges-Lehmann|Wilson|CMAP|bootstrap|multitaper", "", method_in(method, language))
        ), method


def test_the_numbers_of_a_method_stay_in_it():
    assert method_in("multitaper coherence of 12 windows of 2.5 s with 7 tapers; bootstrap", "uk").count("2,5") == 1
    assert method_in("a method of a plugin; bootstrap", "ru").startswith("a method of a plugin; ")
