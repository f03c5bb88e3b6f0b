"""The reports: the same result in each language and view, urgency on top, user text as data, nothing fetched."""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.report.pdf_text import text_of

from myognosis.assessing import assess
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import LANGUAGES, Language
from myognosis.model import case as m
from myognosis.reason.triage import grave_signs
from myognosis.report import pdf
from myognosis.report.bodymap import body_map
from myognosis.report.build import build_page
from myognosis.report.html import icon_array, render_html
from myognosis.report.page import MeasuredView, Page
from myognosis.report.pdf import render_pdf
from myognosis.report.terminal import render_terminal
from myognosis.report.words import Words, thousand

TODAY = dt.date(2026, 1, 31)
HOSTILE = '<script>alert(1)</script>\x1b[31m‮ {{ 7*7 }} #import "x" =cmd() \' OR 1=1'


def rich_case(**more: object) -> m.Case:
    parts: dict[str, object] = {
        "person": m.Person(age_years=34.0, sex="male"),
        "complaint": m.Complaint(
            words=HOSTILE, since=m.Duration(value=5, unit="mo"), places=(m.Place(where="gastrocnemius", side="left"),)
        ),
        "answers": {
            "feel_flicker_under_skin": m.Answer.PRESENT, "fasciculation": m.Answer.PRESENT, "health_worry_mnd": m.Answer.PRESENT,
            "weakness": m.Answer.ABSENT, "atrophy": m.Answer.ABSENT, "bulbar_symptoms": m.Answer.ABSENT,
            "dysphagia": m.Answer.UNKNOWN,
        },
        "medicines": (m.Medicine(name="salbutamol"), m.Medicine(name="diazepam")),
        "labs": (m.Lab(analyte="magnesium", value=0.55, unit="mmol/L"),),
        "conduction": (m.Conduction(nerve="median", side="left", kind="motor", latency_ms=6.5, temperature_c=33.0),),
        "recordings": (m.Recording(file="calf.edf", kind="emg"),),
        "assessed_on": TODAY,
    }  # fmt: skip
    return m.Case(**(parts | more))  # type: ignore[arg-type]


def page_of(case: m.Case, language: Language = "en", number: str = "112") -> Page:
    knowledge = load_knowledge()
    findings, _ = check_case(case, knowledge)
    return build_page(assess(case, knowledge), case, findings, knowledge, language, today=TODAY, emergency_number=number)


class Outline(HTMLParser):
    """Collects tags, links and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.loads += [v or "" for k, v in given.items() if k in ("src", "srcset", "action", "data", "poster")]
        if tag == "link":
            self.loads.append(given.get("href") or "")
        self.ids += [given["id"] or ""] if "id" in given else []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_self_contained_and_runs_nothing(language: Language):
    html = render_html(page_of(rich_case(), language))
    seen = outline(html)
    assert "script" not in seen.tags
    assert not seen.loads
    assert "url(http" not in html
    assert not re.search(r'\son\w+="', html)
    assert len(html.encode()) < 2_000_000
    assert f'lang="{language}"' in html
    assert len(seen.ids) == len(set(seen.ids))
    assert seen.tags.count("h1") == 1


def test_what_people_wrote_is_data_and_never_markup():
    html = render_html(page_of(rich_case()))
    assert "&lt;script&gt;" in html
    assert "49" not in re.findall(r"<q>(.*?)</q>", html, re.S)[0]
    text = render_terminal(page_of(rich_case()))
    assert "\x1b" not in text


def test_urgency_comes_before_everything_else():
    emergency = rich_case(answers={"ascending_weakness": m.Answer.PRESENT})
    html, text = render_html(page_of(emergency)), render_terminal(page_of(emergency))
    assert html.index('class="urgency emergency"') < html.index('id="person"')
    parts = ["EMERGENCY", "What to say there", "On the way", "For the doctor", "What kind of movement"]
    assert sorted(parts, key=text.index) == parts
    assert "salbutamol; diazepam" in text and page_of(rich_case()).emergency is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_urgent_rules_say_once_whom_to_call(language: Language):
    page = page_of(
        m.Case(answers=dict.fromkeys(("dementia_rapid", "optic_neuritis", "tempo_subacute"), m.Answer.PRESENT)), language
    )
    first = load_knowledge().content.red_flags["rapid_dementia"].do.in_language(language).split(". ")[0]
    shown = " ".join(outline(render_html(page)).text), render_terminal(page)
    assert page.urgency.level == "urgent" and len(page.urgency.rules) == 2
    assert all(rule.do for rule in page.urgency.rules)
    assert [" ".join(text.split()).count(first) for text in shown] == [1, 1]


def test_what_several_rules_of_an_emergency_tell_is_said_once():
    signs = dict.fromkeys(("severe_hypocalcaemia", "tetany", "severe_hypomagnesaemia"), m.Answer.PRESENT)
    page = page_of(rich_case(answers=signs))
    assert len(page.urgency.rules) > 1
    text = " ".join(render_terminal(page).split())
    now = text[: text.index("For the doctor")]
    for once in ("Go to an emergency department now", "Who to see", "Bring:", *(rule.title for rule in page.urgency.rules)):
        assert now.count(once) == 1, once
    html = render_html(page)
    assert html.count("Go to an emergency department now") == 2, "on top, and on the page for the doctor"
    assert page.emergency and page.emergency.reasons[-1].note.count("Tetany") == 0, "a sign is named where it first counts"


@pytest.mark.whole
def test_no_warning_sign_is_hidden_behind_the_words_that_none_was_reported():
    signs = load_knowledge().content.must_ask
    for sign in (*signs, ""):
        told = dict.fromkeys(signs, m.Answer.ABSENT) | ({sign: m.Answer.PRESENT} if sign else {})
        page = page_of(m.Case(person=m.Person(age_years=45, sex="male"), answers=told))
        for text in (render_terminal(page), render_html(page)):
            assert ("None of the warning signs was reported" in text) is not bool(sign), sign
    half = page_of(m.Case(answers={"numbness": m.Answer.PRESENT}))
    assert "None of the warning signs" not in render_terminal(half)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("also", [(), ("laryngospasm",), ("ascending_weakness",)])
def test_who_thinks_of_ending_life_is_told_to_put_medicines_away_and_whom_to_call(language: Language, also: tuple[str, ...]):
    page = page_of(rich_case(answers=dict.fromkeys(("suicidal_thoughts", *also), m.Answer.PRESENT)), language)
    other = page_of(rich_case(answers={"laryngospasm": m.Answer.PRESENT}), language)
    assert page.emergency and other.emergency
    until = " ".join(page.emergency.until)
    assert all(number in until for number in ("116 123", "988", "7333", "112"))
    assert other.emergency.until[2] not in page.emergency.until, "no packages of medicines are laid ready"
    assert ("112" in page.emergency.until[-1]) and not any("988" in line for line in other.emergency.until)


def test_an_open_door_is_told_only_where_an_ambulance_comes():
    drives, waits = (page_of(rich_case(answers={sign: m.Answer.PRESENT})) for sign in ("ascending_weakness", "laryngospasm"))
    assert drives.emergency and waits.emergency
    assert (drives.emergency.say_title, waits.emergency.say_title) == ("What to say there", "What to say on the telephone")
    assert ["unlocked" in " ".join(page.emergency.until) for page in (drives, waits)] == [False, True]
    assert ["Where you are" in " ".join(page.emergency.say) for page in (drives, waits)] == [False, True]


def test_an_emergency_offers_no_self_care_that_would_delay_help():
    assert not page_of(rich_case(answers={"ascending_weakness": m.Answer.PRESENT})).self_care


def test_the_emergency_number_can_be_set_and_no_placeholder_is_left():
    for language in LANGUAGES:
        html = render_html(page_of(rich_case(answers={"ascending_weakness": m.Answer.PRESENT}), language, number="103"))
        assert "103" in html
        assert "{number}" not in html
        assert "112" not in outline(html).text


@pytest.mark.whole
def test_the_ranking_is_the_same_in_every_language_and_view():
    pages = {language: page_of(rich_case(), language) for language in LANGUAGES}
    rankings = {tuple((c.id, c.thousand) for c in page.causes) for page in pages.values()}
    assert len(rankings) == 1
    for language, page in pages.items():
        html = render_html(page)
        person, clinician = html.index('id="person"'), html.index('id="clinician"')
        for cause in page.causes[:3]:
            assert cause.name in outline(html[person:clinician]).text or any(
                cause.name in t for t in outline(html[person:clinician]).text
            ), language
            assert any(cause.name in t for t in outline(html[clinician:]).text), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_persons_view_reads_natural_frequencies_and_no_bare_percentage(language: Language):
    page = page_of(rich_case(), language)
    html = render_html(page)
    person = " ".join(outline(html[html.index('<section id="person"') : html.index('<section id="clinician"')]).text)
    for claim in page.claims:
        person = person.replace(claim.heard, "")  # what others say stays as they say it
    assert "%" not in person
    assert re.search(r"1[,   ]?000", person)


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_no_english_sentence_is_left_in_another_language(language: Language):
    page = page_of(rich_case(), language)
    html = render_html(page)
    person = outline(html[html.index('<section id="person"') : html.index('<section id="clinician"')]).text
    sources = {s.text for s in page.sources}
    for text in person:
        words = re.findall(r"\b[a-z]{3,}\b", text)
        if len(words) >= 5 and not any(text.strip(" ()…") in s or "(" in text for s in sources):
            raise AssertionError(f"English in {language}: {text!r}")


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_sentences_for_the_person_are_short(language: Language):
    html = render_html(page_of(rich_case(), language))
    texts = outline(html[html.index('<section id="person"') : html.index('<section id="clinician"')]).text
    words = [len(re.findall(r"[\w’'-]+", sentence)) for text in texts for sentence in re.split(r"(?<=[.!?…])\s+", text)]
    told = [n for n in words if n > 2]
    assert sum(told) / len(told) <= 14  # UX-29: reading age has no agreed formula in these languages; length stands for it


def test_every_label_that_the_pdf_can_ask_for_is_there():
    template = (Path(pdf.__file__).parent / "templates" / "report.typ").read_text("utf-8")
    assert set(re.findall(r'\b(?:l|labelled)\(\s*"([^"]+)"', template)) <= set(pdf.LABELS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_and_says_so(language: Language):
    data = render_pdf(page_of(rich_case(), language))
    assert data.startswith(b"%PDF")
    assert b"pdfuaid" in data
    assert b"StructTreeRoot" in data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_the_pdf_reads_back(language: Language):
    """Real letters in every language, not pictures of them: what stands on the page is found by who searches or listens."""
    page = page_of(rich_case(), language)
    read = "".join(text_of(render_pdf(page)).split())
    told = [page.title, page.urgency.title, *page.limits, *(cause.name for cause in page.causes[:3]), *page.safety_net]
    assert [text for text in told if "".join(text.split()) not in read] == []
    assert set({"en": "", "uk": "їєґі", "ru": "ыэёъ"}[language]) & set(read.casefold()) or language == "en"


@pytest.mark.whole
@settings(max_examples=8)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
@example("0\u20dd \u0438\u0488")  # a ring and a hundred-thousands sign round a letter, which few fonts have
def test_no_text_breaks_a_report(words: str):
    page = page_of(rich_case(complaint=m.Complaint(words=words)))
    assert "<script" not in render_html(page)
    assert render_terminal(page)
    assert render_pdf(page).startswith(b"%PDF")


def test_the_same_case_gives_the_same_bytes():
    assert render_html(page_of(rich_case())) == render_html(page_of(rich_case()))
    knowledge = load_knowledge()
    assert assess(rich_case(), knowledge).model_dump_json() == assess(rich_case(), knowledge).model_dump_json()


def test_the_assessment_reads_back_from_its_own_json():
    from myognosis.model.assessment import Assessment

    result = assess(rich_case(), load_knowledge())
    assert Assessment.model_validate_json(result.model_dump_json()) == result
    assert json.loads(result.model_dump_json())["format"] == "myognosis/assessment/1"


def test_medicines_that_must_not_be_stopped_suddenly_are_named():
    assert page_of(rich_case()).keep_medicines == ("diazepam",)


def test_recordings_are_kept_and_named_as_not_yet_analysed():
    assert "calf.edf" in render_html(page_of(rich_case()))


def test_the_clinician_sees_values_limits_and_flags():
    page = page_of(rich_case())
    assert "▲" in page.labs[0].flag
    assert "▲" in page.conduction[0].flag
    assert page.conduction[0].temperature == "33.0 °C"


def test_of_two_results_the_older_is_shown_with_its_day_and_said_to_be_not_weighed():
    old, new = (
        m.Lab(analyte="potassium", value=v, unit="mmol/L", on=on) for v, on in ((2.3, TODAY - dt.timedelta(days=1)), (3.0, TODAY))
    )
    first, second = page_of(m.Case(assessed_on=TODAY, labs=(old, new))).labs
    assert "newer" in first.flag
    assert "▲" in second.flag
    assert first.name != second.name


def test_worry_is_answered_with_help_and_a_date_not_with_more_checking():
    page = page_of(rich_case())
    assert page.health_worry
    assert not page_of(rich_case(answers={"fasciculation": m.Answer.PRESENT})).health_worry


def test_a_word_that_means_two_things_is_asked_back():
    page = page_of(rich_case(complaint=m.Complaint(words="У мене судоми в нозі")), "uk")
    assert page.ask_back


@pytest.mark.parametrize("n", [0, 1, 49, 50, 51, 999, 1000])
def test_an_icon_array_fills_exactly_so_many_dots(n: int):
    svg = str(icon_array(n))
    full = re.search(r'width="300" height="(\d+)" fill="url\(#on\)"', svg)
    part = re.search(r'<rect y="\d+" width="(\d+)" height="6"', svg)
    assert (int(full.group(1)) // 6 * 50 if full else 0) + (int(part.group(1)) // 6 if part else 0) == n


@given(st.floats(0, 1))
def test_a_natural_frequency_is_near_its_probability_and_never_a_certainty(p: float):
    n = thousand(p)
    assert 0 <= n <= 990
    assert n == 990 or abs(n - 1000 * p) <= max(1.0, 5.0 if 1000 * p >= 100 else 2.5 if 1000 * p >= 10 else 0.5) + 1e-9


@given(st.floats(0, 1), st.floats(0, 1))
def test_natural_frequencies_keep_the_order(p: float, q: float):
    if p <= q:
        assert thousand(p) <= thousand(q)


@pytest.mark.parametrize("n", [1, 2, 5, 11, 21, 22, 25, 101, 111])
def test_plurals_are_right_in_ukrainian_and_russian(n: int):
    for language in ("uk", "ru"):
        words = Words(language)  # type: ignore[arg-type]
        form = words.count("{n} year old", "{n} years old", n).format(n=n)
        few, one = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14), n % 10 == 1 and n % 100 != 11
        endings = {"uk": ("рік", "роки", "років"), "ru": ("год", "года", "лет")}[language]
        assert endings[0 if one else 1 if few else 2] in form, (language, n, form)


def test_the_body_map_says_in_words_what_it_shows(knowledge: Knowledge, make_findings: Callable[..., object]):
    page = page_of(rich_case())
    described = re.search(r"<desc[^>]*>(.*?)</desc>", page.body)
    assert described
    assert "calf" in described.group(1)
    assert "left" in described.group(1)


def test_every_place_that_can_be_told_has_its_words_on_the_body_map(knowledge: Knowledge):
    for place in knowledge.content.muscles:
        findings, _ = check_case(m.Case(complaint=m.Complaint(places=(m.Place(where=place),))), knowledge)
        assert "No place" not in body_map(findings, knowledge, "en"), place


def test_a_rule_is_not_said_to_hold_for_what_follows_from_its_other_signs():
    answers = {"postural_tremor": m.Answer.PRESENT, "tremor": m.Answer.PRESENT, "family_tremor": m.Answer.PRESENT}
    page = page_of(m.Case(answers=answers))
    because = next(rule.because for rule in page.urgency.rules if "Tremor of the hands" in rule.title)
    assert "Tremor (any)" not in because
    assert "Tremor when holding a posture" in because


def test_no_probability_is_written_as_certain():
    said = {p: Words("uk").chance(p) for p in (0.00052, 0.73, 0.994, 0.9951, 0.99999)}
    assert said == {0.00052: "0,00052", 0.73: "0,73", 0.994: "0,99", 0.9951: ">0,99", 0.99999: ">0,99"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_called_harmless_while_the_grave_is_unknown(language: Language):
    knowledge = load_knowledge()
    calm = {"fasciculation": m.Answer.PRESENT}
    quiet = {"labs": (), "medicines": (), "conduction": ()}
    early = page_of(rich_case(answers=calm, **quiet), language)
    assert early.urgency.open
    assert not early.urgency.rules
    known = page_of(rich_case(answers=calm | dict.fromkeys(knowledge.content.must_ask, m.Answer.ABSENT), **quiet), language)
    assert not known.urgency.open
    assert known.urgency.title != early.urgency.title


def test_alarming_words_are_answered_first_and_never_decide():
    page = page_of(rich_case(complaint=m.Complaint(words="Since this morning I cannot speak, my arm and leg are weak")))
    assert "112" in page.urgency.alarms[0]
    assert render_terminal(page).index(page.urgency.alarms[0][:20]) < render_terminal(page).index("What kind of movement")


def test_an_emergency_report_ends_with_no_date_to_wait_for():
    page = page_of(rich_case(answers={"ascending_weakness": m.Answer.PRESENT}))
    assert not page.recheck
    assert not page.safety_net
    assert not page.keep_medicines


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_the_end_of_a_result_says_once_when_to_call_and_fits_the_age(language: Language):
    grown, child, unsaid = (page_of(rich_case(person=m.Person(age_years=age)), language).safety_net for age in (34.0, 3.0, None))
    assert grown == unsaid != child
    for lines in (grown, child):
        assert " ".join(lines).count("112") == 1
    assert not set(grown) & set(child)


def test_who_to_see_says_who_and_leaves_when_to_the_title():
    for flag in load_knowledge().content.red_flags.values():
        who = load_knowledge().content.contacts[flag.who].names
        assert not re.search("day|days|week|today|днів|тижн|сьогодні|дней|недел|сегодня", " ".join(who.model_dump().values()))
    page = page_of(rich_case(answers={"progressive_weakness": m.Answer.PRESENT, "bulbar_symptoms": m.Answer.PRESENT}))
    assert page.urgency.rules
    assert f"{page.urgency.rules[0].who}, " not in render_html(page)


def test_what_stands_beside_a_number_of_a_recording_is_shown_in_every_form():
    seen = MeasuredView("rest.edf", "", (), (), (), (), (), beside=("Size: within what was found in one group.",))
    page = replace(page_of(rich_case()), measured=(seen,))
    assert seen.beside[0] in render_html(page)
    assert seen.beside[0] in " ".join(render_terminal(page).split())
    assert render_pdf(page) != render_pdf(replace(page, measured=(replace(seen, beside=()),)))


def test_a_range_no_wider_than_the_rounding_is_left_out():
    words = Words("en")
    assert words.frequency_range(0.991, 0.9999) == ""
    assert words.frequency_range(0.005, 0.035) == "between 5 and 35 of 1,000"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubt_about_the_answers_names_findings_and_shows_no_id(language: Language):
    told = {"perioral_tingling": m.Answer.PRESENT, "paraesthesia": m.Answer.ABSENT}
    doubts = " ".join(page_of(m.Case(answers=told), language).doubts)
    assert "perioral_tingling" not in doubts
    assert load_knowledge().findings["perioral_tingling"].names.in_language(language) in doubts


def test_the_one_page_names_the_telling_negatives_and_counts_the_rest():
    knowledge = load_knowledge()
    signs = [n for n in grave_signs(knowledge) if not knowledge.findings[n].private]
    boxes = [n for names in knowledge.boxes.values() for n in names]
    many = dict.fromkeys((*signs, "suicidal_thoughts", *boxes, "atrophy", "fever"), m.Answer.ABSENT)
    told = page_of(m.Case(answers={"fasciculation": m.Answer.PRESENT} | many))
    assert told.absent[0] == f"{len(signs)} warning signs asked of everybody"
    assert {knowledge.findings[n].names.en for n in ("atrophy", "fever")} <= set(told.absent)
    assert re.fullmatch(r"and \d+ more", told.absent[-1])
    assert len(told.absent) <= 16
    some = page_of(m.Case(answers={"fasciculation": m.Answer.PRESENT} | dict.fromkeys(signs[:3], m.Answer.ABSENT)))
    assert len(some.absent) == 3


def test_a_no_to_thoughts_of_ending_ones_life_stands_nowhere_on_the_page():
    case = rich_case(answers={"suicidal_thoughts": m.Answer.ABSENT, "fever": m.Answer.ABSENT})
    told = page_of(case)
    name = load_knowledge().findings["suicidal_thoughts"].names.en
    assert load_knowledge().findings["fever"].names.en in told.absent
    assert name not in json.dumps(told, default=vars)


def test_where_a_feared_disease_comes_first_it_is_said_that_this_is_no_diagnosis():
    weak = ("fasciculation", "atrophy", "hand_wasting", "focal_weakness", "weakness", "tongue_fasciculation", "painless_onset")
    case = m.Case(
        person=m.Person(age_years=62.0, sex="male"),
        complaint=m.Complaint(since=m.Duration(value=6, unit="mo"), course="progressive"),
        answers=dict.fromkeys(weak, m.Answer.PRESENT),
    )
    said = "This is no diagnosis: only an examination and tests can make it. Some illnesses that can be treated look alike."
    page = page_of(case)
    assert page.causes[0].id == "als"
    assert [cause.caution for cause in page.causes if cause.caution] == [said]
    html = render_html(page)
    assert html.index("Most likely") < html.index(said) < html.index("Next step")
    assert said in " ".join(render_terminal(page).split())
    harmless = m.Case(answers=dict.fromkeys(("eyelid_twitch", "lid_only"), m.Answer.PRESENT))
    assert not any(cause.caution for cause in page_of(harmless).causes)


def test_what_a_medicine_can_do_to_movement_is_said_and_that_nobody_stops_it_alone():
    taken = (m.Medicine(name="bupropion"), m.Medicine(name="clonazepam"), m.Medicine(name="salbutamol", stopped=TODAY))
    page = page_of(m.Case(answers={"eyelid_twitch": m.Answer.PRESENT}, medicines=taken, assessed_on=TODAY))
    told = {one.name: one.text for one in page.medicines}
    assert set(told) == {"bupropion", "clonazepam"}  # salbutamol is taken no more
    assert "tremor" in told["bupropion"]
    for text in (re.sub("<[^>]+>", "", render_html(page)), text_of(render_pdf(page))):
        plain = " ".join(text.split())
        assert plain.index("What your medicines can do to movement") < plain.index("Change nothing by yourself")
        assert "Never stop these suddenly; talk first to whoever prescribed them: clonazepam." in plain
    assert "bupropion: " in render_terminal(page)


def test_the_pdf_speaks_to_worry_as_the_page_does():
    page = page_of(rich_case())
    assert page.health_worry
    assert page.health_worry[:40] in " ".join(text_of(render_pdf(page)).split())


def test_a_limit_says_its_segment_where_the_study_does_not():
    rows = [m.Conduction(nerve="common_peroneal", side="left", kind="motor", velocity_m_s=47.0, segment=s) for s in (None, "leg")]
    unsaid, leg = ([row.limit for row in page_of(m.Case(conduction=(one,))).conduction if row.limit] for one in rows)
    assert "≥ 39.0 m/s (fibular head; adults)" in unsaid, "it is within the highest limit of any segment"
    assert not any("36.0" in limit for limit in unsaid), "one number has one limit of slowness"
    assert "≥ 36.0 m/s (adults)" in leg
    assert not any("39.0" in limit for limit in leg)
