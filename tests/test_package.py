"""What the package promises from outside: fast import, light import, a public surface that exists."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import myognosis


def _fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_neither_numpy_nor_a_face():
    loaded = _fresh("import sys, myognosis; print(*sorted(sys.modules))").split()
    for heavy in ("numpy", "scipy", "matplotlib", "fastapi", "pydantic", "jinja2", "click", "ruamel.yaml", "babel"):
        assert heavy not in loaded, heavy


def test_help_loads_neither_numpy_nor_the_knowledge():
    code = "import sys\nfrom click.testing import CliRunner\nfrom myognosis.cli import main\n"
    loaded = _fresh(code + "CliRunner().invoke(main, ['--help'])\nprint(*sorted(sys.modules))").split()
    assert "numpy" not in loaded
    assert "pydantic" not in loaded


def test_assess_loads_no_plotting_no_web_and_no_yaml():
    code = "import sys, myognosis\nmyognosis.load_knowledge(); myognosis.assess; print(*sorted(sys.modules))"
    loaded = _fresh(code).split()
    for heavy in ("scipy", "matplotlib", "fastapi", "jinja2"):
        assert heavy not in loaded, heavy


def test_every_public_name_exists():
    for name in myognosis.__all__:
        assert getattr(myognosis, name) is not None


def test_an_unknown_name_is_refused_in_the_usual_way():
    try:
        _ = myognosis.diagnose
    except AttributeError as error:
        assert "diagnose" in str(error)
    else:
        raise AssertionError("no AttributeError")


def test_the_page_on_the_case_format_is_up_to_date():
    from pathlib import Path

    from tools.case_doc import document

    assert Path("docs/case.md").read_text("utf-8") == document(), "run: python tools/case_doc.py"


def test_every_compiled_function_has_a_name_of_its_own_in_the_cache():
    """Two of one name and place share files there, and processes that compile at once take each other's: wild numbers."""
    files = (file.read_text("utf-8") for file in Path(myognosis.__file__).parent.rglob("*.py"))
    assert [text for text in files if re.search(r"^ +@(njit|compiled)", text, re.MULTILINE)] == []


def test_no_compiled_function_lies_in_the_cache_for_two_kinds_of_arguments():
    """The files of the two are numbered in turn: processes that compile at once give one number to both, and the code is mixed up.

    What the cache holds is what all tests and other runs of this very source asked for.
    """
    root = Path(myognosis.__file__).parent
    kinds = dict[str, list[str]]()
    for file in root.rglob("*.py"):
        if re.search(r"^from numba import .*njit", file.read_text("utf-8"), re.MULTILINE):
            name = ".".join((root.name, *file.relative_to(root).with_suffix("").parts))
            for one, function in vars(importlib.import_module(name)).items():
                if kept := getattr(getattr(function, "_cache", None), "_cache_file", None):
                    kinds[f"{name}.{one}"] = sorted({str(key[0]) for key in kept._load_index()})
    assert len(kinds) > 30
    assert {name: some for name, some in kinds.items() if len(some) > 1} == {}
