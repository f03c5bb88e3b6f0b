"""A value in a notebook: a table that holds what was told, and no markup but its own."""

from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myognosis
from myognosis.model import case as m
from myognosis.model.notebook import as_html
from myognosis.model.recording import Channel, Recording

OURS = {"table", "caption", "tr", "th", "td"}


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.text = set[str](), ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"scope", "colspan"}

    def handle_data(self, data: str) -> None:
        self.text += data + "|"


def case(words: str) -> m.Case:
    return m.Case(
        person=m.Person(age_years=34, sex="male"), complaint=m.Complaint(words=words), medicines=(m.Medicine(name=words[:100]),)
    )


@pytest.mark.parametrize("words", ['<script>alert(1)</script>"&', "{{ 7*7 }}\x1b[31m\u202etext", "<b>x</b>" * 10])
def test_what_somebody_wrote_is_text_in_a_notebook(words: str):
    seen = Seen(case(words)._repr_html_())
    assert seen.tags <= OURS
    assert "".join(ch for ch in words if ch.isprintable()) in seen.text


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_no_text_becomes_markup(words: str):
    assert Seen(as_html({words: [words, {words: words}]})).tags <= OURS


def test_an_assessment_shows_its_urgency_and_its_causes():
    result = myognosis.assess(case("my calf twitches"), myognosis.load_knowledge())
    seen = Seen(result._repr_html_())
    for word in ("Assessment", "urgency", result.urgency.level, result.causes[0].cause, result.causes[0].band):
        assert word in seen.text


def test_a_recording_shows_what_it_is_and_not_its_samples():
    samples = np.zeros(100_000, dtype=np.float32)
    recording = Recording("edf", tuple(Channel(f"<{n}>", "emg", "uV", 2000.0, samples) for n in range(20)))
    html = recording._repr_html_()
    assert len(html) < 5000
    assert "2000" in html and "&lt;0&gt;" in html and "+8" in html
