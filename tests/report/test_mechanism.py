"""What happens in the nerve: for the first causes that have a mechanism, never in an emergency, in every language and form."""

import datetime as dt
import re

import pytest

from myognosis.assessing import assess_findings
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, Language
from myognosis.model.case import Answer, Case
from myognosis.report.build import build_page
from myognosis.report.html import render_html
from myognosis.report.mechanism import CLOSE_S, close_look, mechanism_view, spikes_path, told
from myognosis.report.page import Page
from myognosis.report.words import Words
from myognosis.simulate.mechanism import Watched, load_shown


def page_of(knowledge: Knowledge, *present: str, language: Language = "en") -> Page:
    case = Case(answers=dict.fromkeys(present, Answer.PRESENT))
    findings, _ = check_case(case, knowledge)
    result = assess_findings(findings, knowledge, case)
    return build_page(result, case, findings, knowledge, language, today=dt.date(2026, 1, 5))


def test_every_mechanism_speaks_every_language_and_draws_only_what_arises_in_the_axon(knowledge: Knowledge):
    for language in LANGUAGES:
        for one in knowledge.content.mechanisms.values():
            view = mechanism_view(one, one.causes[0], "", language, str)
            assert len(view.says) >= 2 and all(view.says)
            assert bool(view.rows) == bool(view.svg) == bool(view.limits) == (one.arises == "axon")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_harmless_twitch_is_explained_after_urgency(knowledge: Knowledge, language: Language):
    page = page_of(knowledge, "fasciculation", "eyelid_twitch", language=language)
    assert page.urgency.level != "emergency" and 1 <= len(page.mechanisms) <= 2
    html = render_html(page)
    first = page.mechanisms[0]
    assert html.index('class="urgency') < html.index(first.says[0].replace("'", "&#39;")) < html.index('id="clinician"')


def test_an_emergency_shows_no_mechanism(knowledge: Knowledge):
    page = page_of(knowledge, "tetany", "laryngospasm", "thyroid_neck_surgery")
    assert page.urgency.level == "emergency" and page.mechanisms == ()
    assert 'class="axon"' not in render_html(page)


def test_a_mechanism_shared_by_two_causes_is_told_once(knowledge: Knowledge):
    page = page_of(knowledge, "fasciculation", "eyelid_twitch")
    titles = [view.title for view in page.mechanisms]
    assert len(titles) == len(set(titles))


def test_strokes_stand_where_the_impulses_are():
    path = spikes_path((0.0, 2.0, 4.0, 9.0), 8.0)
    assert [float(x) for x in re.findall(r"M([\d.]+)", path)] == [0.0, 250.0, 500.0]


def test_the_closest_pair_is_looked_at_closely_and_single_impulses_are_not():
    assert close_look((1.0, 1.02, 5.0, 5.005)) == pytest.approx(5.0 - CLOSE_S / 2)
    assert close_look((1.0, 2.0)) is None and close_look(()) is None


def test_a_blocked_axon_has_no_rate_and_an_axon_without_rest_no_threshold():
    line = told(Watched("block", 0.0, None, None, ()), Words("en"))
    assert line == "blocked: its sodium gates are locked"
    ill, well = load_shown().runs["low_calcium"]
    assert f"{ill.threshold:.2g} times the current" in told(ill, Words("en")) and "current" not in told(well, Words("en"))


def test_an_axon_that_fires_unasked_needs_no_current_and_never_0_times_as_much():
    for rest, threshold in ((-69.0, 0.0), (None, None)):  # next to nothing is needed; it never rests
        assert "; it fires with no current from outside" in told(Watched("isolated", 60.0, rest, threshold, (1.0,)), Words("en"))
    for language in LANGUAGES:
        words = Words(language)
        needs = words._("to fire it needs {n} times the current of health").format(n="0")
        assert not [w for w in load_shown().grid.points if needs in told(w, words).split("; ")]
    assert "current" not in told(Watched("block", 0.0, -70.0, 0.0, ()), Words("en"))
