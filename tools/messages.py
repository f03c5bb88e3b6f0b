"""Bring the catalogues up to date: extract every message, merge it into each language, report what is missing.

Run ``python tools/messages.py`` after a sentence was added or changed; translate what it lists; commit the .po files.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "myognosis"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
KEYWORDS = {"_": None, "pgettext": ((1, "c"), 2), "mark": None, "gettext": None, "ngettext": (1, 2), "count": (1, 2)}


def extract() -> Catalog:
    """Every message of the package, of the labels of the PDF, of the help of the command line."""
    sys.path.insert(0, str(PACKAGE.parent))
    from myognosis.cli import main as command_line
    from myognosis.cli.spoken import CLICK_COUNTED, help_texts
    from myognosis.faults import NEEDS_EXTRA
    from myognosis.report.pdf import LABELS

    found = Catalog(project="myognosis", charset="utf-8")
    for path, line, message, comments, context in extract_from_dir(PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS):
        found.add(message, locations=[(path, line)], auto_comments=comments, context=context)
    for said in (*inside_fstrings(), NEEDS_EXTRA, *LABELS, *help_texts(command_line), *CLICK_COUNTED):
        found.add(said)
    return found


_MAY_HOLD_ONE = re.compile(r"""(?i)\br?fr?(?:"{3}|'{3}|["'].*\b(?:_|gettext|mark)\()""")
"""An f-string with a call on its line, or one of many lines."""


def inside_fstrings() -> Iterator[str]:
    """Messages that stand within an f-string: before Python 3.12 that is one token, into which the extraction does not look."""
    for text in (path.read_text("utf-8") for path in PACKAGE.rglob("*.py")):
        if not _MAY_HOLD_ONE.search(text):
            continue  # to parse every module takes a second
        strings = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.JoinedStr))
        calls = (node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call) and node.args)
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in ("_", "gettext", "mark"):
                yield from (one.value for one in call.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str))


def main() -> int:
    """Merge, write, and count what is missing."""
    template, missing = extract(), 0
    for language in ("uk", "ru"):
        path = PACKAGE / "locale" / language / "LC_MESSAGES" / "myognosis.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=language)
        if path.exists():
            with path.open("rb") as stream:
                catalogue = read_po(stream, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        with path.open("wb") as stream:
            write_po(stream, catalogue, width=120, no_location=True, sort_output=True, omit_header=False)
        for message in catalogue:
            if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,)):
                missing += 1
                print(f"{language}: {message.id}")
    print(f"{missing} missing of {2 * len(template)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
