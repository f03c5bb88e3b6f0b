"""The report as one HTML file: no script, no outside request, a person's and a clinician's view of one result."""

import re
from functools import cache
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from myognosis.language import Language, catalogue
from myognosis.report.glossary import explained
from myognosis.report.page import Page
from myognosis.report.pictures import picture
from myognosis.report.stacked import stacked
from myognosis.report.words import small

__all__ = ["STYLE", "environment", "render_doctor", "render_html"]

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = _TEMPLATES / "report.css"
_COLUMNS, _ROWS = 50, 20
_ENGLISH = re.compile(r"[A-Za-z][^Ѐ-ӿ;]*[^Ѐ-ӿ;\s(«]")


class _Compiled(BytecodeCache):
    """Templates as programs. Sentences are looked up when a page is made, so one program serves every language."""

    def __init__(self) -> None:
        self._programs = dict[str, bytes]()

    def load_bytecode(self, bucket: Bucket) -> None:
        """The program of a template, where another language needed it before."""
        if bucket.key in self._programs:
            bucket.bytecode_from_string(self._programs[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the others."""
        self._programs[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


def environment(language: Language, *folders: Path) -> Environment:
    """Where templates of one language come from: further folders first, then the parts of the report."""
    made = Environment(
        loader=FileSystemLoader([*folders, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["picture"] = lambda name: Markup(picture(name))  # noqa: S704  # drawn by us, no user text
    made.filters["icons"] = icon_array
    made.filters["drawn"] = lambda svg: Markup(svg)  # noqa: S704  # the body map: user text cannot enter it
    made.filters["sentence"] = lambda text: f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
    made.filters["listed"] = lambda items: "; ".join(small(item) for item in items)
    made.filters["capital"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    made.filters["explained"] = lambda html: explained(html, language)
    made.filters["stacked"] = stacked
    made.filters["tongue"] = lambda text: in_its_tongue(text, language)
    made.filters["bar"] = lambda db: max(3, round(min(abs(db), 30) / 30 * 100))
    return made


def in_its_tongue(text: str, language: Language) -> Markup:
    """A text, in which what is not of the page's own alphabet says that it is English: names of papers, mostly."""
    if language == "en":
        return escape(text)
    made, at = Markup(""), 0
    for run in _ENGLISH.finditer(text):
        made += escape(text[at : run.start()]) + Markup('<span lang="en">{}</span>').format(run[0])
        at = run.end()
    return made + escape(text[at:])


def icon_array(n: int) -> Markup:
    """One thousand dots, n of them filled; the sentence beside it says the same."""
    full, part = divmod(n, _COLUMNS)
    rects = f'<rect width="{_COLUMNS * 6}" height="{full * 6}" fill="url(#on)"/>' if full else ""
    rects += f'<rect y="{full * 6}" width="{part * 6}" height="6" fill="url(#on)"/>' if part else ""
    size = f"0 0 {_COLUMNS * 6} {_ROWS * 6}"
    return Markup(  # noqa: S704  # numbers only
        f'<svg class="icons" viewBox="{size}" aria-hidden="true"><rect width="100%" height="100%" fill="url(#off)"/>{rects}</svg>'
    )


@cache
def _environment(language: Language) -> Environment:
    return environment(language)


def render_html(page: Page) -> str:
    """The page as a whole HTML file."""
    return _environment(page.language).get_template("report.html").render(page=page)


def render_doctor(page: Page) -> str:
    """One page for the doctor as a whole HTML file."""
    return _environment(page.language).get_template("doctor.html").render(page=page)
