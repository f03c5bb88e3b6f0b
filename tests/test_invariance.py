"""What must never change a result: the spelling of a unit, the language, the order of a list, the time of day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.assessing import assess
from myognosis.exchange.casefile import dump_case, parse_case
from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.language import LANGUAGES
from myognosis.model import case as m
from myognosis.report.words import Words

KNOWLEDGE = load_knowledge()
NAMES = sorted(KNOWLEDGE.findings)
SPELLINGS = {
    "mmol/L": ("mmol/L", "mmol/l", "ммоль/л", "MMOL/L", " mmol/L"),
    "mg/dL": ("mg/dL", "mg/dl", "мг/дл", "mg%"),
    "U/L": ("U/L", "u/l", "Ед/л", "Од/л", "IU/L"),
}


@given(
    st.sampled_from(["calcium_adjusted", "magnesium", "potassium", "sodium"]),
    st.sampled_from(SPELLINGS["mmol/L"]),
    st.floats(0.3, 1.0),
)
def test_the_spelling_of_a_unit_changes_nothing(analyte: str, spelling: str, share: float):
    lab = KNOWLEDGE.content.labs[analyte]
    value = lab.plausible[0] + share * (lab.plausible[1] - lab.plausible[0]) * 0.9
    one = check_case(m.Case(labs=(m.Lab(analyte=analyte, value=value, unit="mmol/L"),)), KNOWLEDGE)[0]
    other = check_case(m.Case(labs=(m.Lab(analyte=analyte, value=value, unit=spelling),)), KNOWLEDGE)[0]
    assert one.states == other.states


@given(st.floats(1.2, 3.5), st.sampled_from(SPELLINGS["mg/dL"]))
def test_the_same_calcium_in_another_unit_is_the_same_finding(value: float, spelling: str):
    one = check_case(m.Case(labs=(m.Lab(analyte="calcium_adjusted", value=value, unit="mmol/L"),)), KNOWLEDGE)[0]
    other = check_case(m.Case(labs=(m.Lab(analyte="calcium_adjusted", value=value * 4.0078, unit=spelling),)), KNOWLEDGE)[0]
    assert one.states == other.states


@given(st.lists(st.sampled_from(sorted(KNOWLEDGE.content.medicines)), max_size=5, unique=True), st.randoms())
def test_the_order_of_medicines_changes_no_finding(names: list[str], random: object):
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        check_case(m.Case(medicines=tuple(m.Medicine(name=KNOWLEDGE.content.medicines[n].names.en) for n in rows)), KNOWLEDGE)[0]
        for rows in (names, shuffled)
    )
    assert one.states == other.states


@given(st.sampled_from(sorted(KNOWLEDGE.content.medicines)), st.sampled_from(LANGUAGES))
def test_a_medicine_has_the_same_effects_in_every_language(name: str, language: str):
    medicine = KNOWLEDGE.content.medicines[name]
    found, issues = check_case(m.Case(medicines=(m.Medicine(name=getattr(medicine.names, language)),)), KNOWLEDGE)
    assert not issues
    assert all(found.present(effect) for effect in medicine.effects)


@pytest.mark.whole
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(m.Answer)), max_size=8))
def test_a_case_written_and_read_again_is_assessed_the_same(answers: dict[str, m.Answer]):
    case = m.Case(answers=answers)
    assert assess(parse_case(dump_case(case)), KNOWLEDGE) == assess(case, KNOWLEDGE)


@given(st.floats(0, 1))
def test_a_frequency_says_the_same_number_in_every_language(p: float):
    import re

    numbers = {
        tuple(re.findall(r"\d+", Words(language).frequency(p).replace(",", "").replace("\u00a0", ""))) for language in LANGUAGES
    }
    assert len(numbers) == 1
