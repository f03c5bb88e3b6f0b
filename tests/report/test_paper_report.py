"""A paper report of nerve conduction and needle EMG, as the table and the page for the doctor show it."""

import datetime as dt

import pytest
from tests.report.pdf_text import text_of

from myognosis.assessing import assess
from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.language import Language
from myognosis.model import case as m
from myognosis.report.build import build_page
from myognosis.report.html import render_html
from myognosis.report.page import Page
from myognosis.report.pdf import render_pdf
from myognosis.report.terminal import render_summary

TODAY = dt.date(2026, 11, 29)
ELBOW = m.Case(
    person=m.Person(age_years=58.0, sex="male"),
    complaint=m.Complaint(words="My hand got thinner.", places=(m.Place(where="first_dorsal_interosseous", side="right"),)),
    conduction=(
        m.Conduction(nerve="ulnar", side="right", kind="motor", segment="forearm", site="wrist", amplitude_mv=4.1,
                     velocity_m_s=56.0, temperature_c=33.0),
        m.Conduction(nerve="ulnar", side="right", kind="motor", segment="elbow", velocity_m_s=32.0, temperature_c=33.0),
        m.Conduction(nerve="median", side="right", kind="sensory", amplitude_uv=24.0),
        m.Conduction(nerve="sural", side="left", kind="sensory", absent=True),
    ),
    needle=(
        m.NeedleMuscle(muscle="first_dorsal_interosseous", side="right", fibrillation=2, fasciculation="simple", units="large",
                       recruitment="reduced"),
        m.NeedleMuscle(muscle="abductor_pollicis_brevis", side="right", fibrillation=0, units="normal", recruitment="normal"),
    ),
)  # fmt: skip


def page_of(case: m.Case, language: Language = "en") -> Page:
    knowledge = load_knowledge()
    return build_page(assess(case, knowledge), case, check_case(case, knowledge)[0], knowledge, language, today=TODAY)


def test_the_page_for_the_doctor_tells_what_was_beyond_its_limit_and_what_was_not():
    page = page_of(ELBOW)
    first, second, gone, within = page.conduction_lines
    assert first.startswith("Ulnar nerve, right, motor, forearm, wrist, 33.0 °C: amplitude 4.10 mV (normal limit ≥ 7.40 mV)")
    assert "velocity" not in first, "it is within its limit"
    assert "velocity 32.0 m/s (normal limit ≥ 45.3 m/s)" in second
    assert gone == "Sural nerve, left, sensory: no response"
    assert within == "within the limits: Median nerve, right, sensory"
    muscle, calm = page.needle_lines
    assert muscle.startswith("First dorsal interosseous")
    assert muscle.endswith("right: fibrillations and positive waves ++, simple fasciculations, large units, reduced recruitment")
    assert calm == "nothing abnormal: Abductor pollicis brevis, right"
    told = render_html(page), render_summary(page, 400), " ".join(text_of(render_pdf(page)).split())
    assert all("velocity 32.0 m/s" in text and "large units" in text for text in told)


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_word_of_the_table_is_translated(language: Language):
    far = m.Proximal(site="elbow", latency_ms=7.5, amplitude_mv=3.9, area_mv_ms=20.0, duration_ms=6.0, distance_mm=224.0)
    study = {"latency_ms": 3.4, "area_mv_ms": 24.0, "duration_ms": 5.5, "distance_mm": 70.0, "rate_hz": 3.0, "proximal": far}
    table = page_of(m.Case(conduction=(ELBOW.conduction[0].model_copy(update=study),)), language).conduction
    told = " ".join(f"{row.nerve} {row.technique} {row.values} {row.limit} {row.flag}" for row in table)
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(told)


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_the_page_for_the_doctor_speaks_one_language(language: Language):
    lines = " ".join((*page_of(ELBOW, language).conduction_lines, *page_of(ELBOW, language).needle_lines))
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(lines)


def test_a_small_response_of_a_compressed_nerve_is_not_called_slow():
    flags = [row.flag for row in page_of(ELBOW).conduction if row.flag]
    assert flags[0] == "▲ beyond the limit: Ulnar nerve slowing at the elbow"
    assert flags[1] == "▲ Ulnar nerve slowing at the elbow"


def test_how_far_an_h_reflex_lags_behind_the_other_side_is_told():
    rows = [
        m.Conduction(nerve="tibial", side=side, kind="h_reflex", latency_ms=ms) for side, ms in (("left", 34.0), ("right", 31.0))
    ]
    line, *_ = page_of(m.Case(person=m.Person(age_years=47.0, height_cm=181.0), conduction=tuple(rows))).conduction_lines
    assert line == "Tibial nerve, left, H reflex: behind the other side 3.00 ms (normal limit ≤ 2.00 ms)"


def test_one_velocity_stands_once_in_the_table_where_it_is_within_its_limits():
    rows = [row.values for row in page_of(ELBOW).conduction]
    assert sum("56.0 m/s" in row for row in rows) == 1
    slow = ELBOW.conduction[0].model_copy(update={"velocity_m_s": 20.0})
    limits = [row.limit for row in page_of(m.Case(conduction=(slow,))).conduction if "20.0 m/s" in row.values]
    assert len(limits) == 2, "how far it is beyond is said"


def test_places_that_nobody_was_asked_about_are_not_listed_as_absent():
    page = page_of(ELBOW)
    assert not {"Calf", "Eyelid", "Tongue"} & set(page.absent)
    assert not {"Nerve conduction normal", "Needle EMG normal"} & set(page.absent), "what was found has lines of its own"
    assert "Calf" in page_of(ELBOW.model_copy(update={"answers": {"site_calf": m.Answer.ABSENT}})).absent
