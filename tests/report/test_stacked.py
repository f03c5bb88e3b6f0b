"""A cell names the heading above it, so that a phone can lay a row's cells below each other; nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from myognosis.language import LANGUAGES, Language
from myognosis.report.html import in_its_tongue, render_html
from myognosis.report.stacked import stacked

from .test_reports import page_of, rich_case

ADDED = re.compile(r' data-head="[^"]*"')


def test_each_cell_names_the_heading_above_it_and_a_wide_one_the_first_of_its_columns():
    head = '<table><thead><tr><th>A</th><th colspan="1">B <abbr>b</abbr></th><th>C</th></tr></thead><tbody>'
    rows = '<tr><th scope="row">x</th><td class="num">1</td><td>2</td></tr><tr><td colspan="2">3</td><td>4</td></tr>'
    made = stacked(f"<p>1</p>{head}{rows}</tbody></table>")
    assert re.findall(r'data-head="([^"]*)">(\d)', made) == [("B b", "1"), ("C", "2"), ("A", "3"), ("C", "4")]
    assert ADDED.sub("", made) == f"<p>1</p>{head}{rows}</tbody></table>"


@given(st.lists(st.text(), min_size=1, max_size=3), st.text())
def test_no_heading_leaves_its_attribute(heads: list[str], cell: str):
    html = "<table><thead><tr>{}</tr></thead><tr><td>{}</td></tr></table>".format(
        "".join(f"<th>{escape(name)}</th>" for name in heads), escape(cell)
    )
    assert ADDED.sub("", stacked(html)) == html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_the_report_is_named_in_its_language(language: Language):
    html = render_html(page_of(rich_case(), language))
    cells = re.findall(r"<td\b[^>]*>", html)
    assert len(cells) > 50
    assert all(re.search(r'data-head="[^"]+"', cell) for cell in cells)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Benign fasciculations (1993)", '<span lang="en">Benign fasciculations (1993)</span>'),
     ("добра доказова база; WHO guidelines (2020)", 'добра доказова база; <span lang="en">WHO guidelines (2020)</span>'),
     ("Negative <charge> (прочитано)", '<span lang="en">Negative &lt;charge&gt;</span> (прочитано)'),
     ("наша оцінка", "наша оцінка"), ("", "")],
)  # fmt: skip
def test_what_is_english_on_another_page_says_so(text: str, shown: str):
    assert in_its_tongue(text, "uk") == shown
    assert in_its_tongue(text, "en") == escape(text)
