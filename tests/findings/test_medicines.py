"""What a person takes is weighed as it is commonly written."""

import pytest

from myognosis.findings.door import find
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case, Medicine
from myognosis.model.finding import Findings


def _taken(written: str) -> Findings:
    return find(Case(medicines=(Medicine(name=written),)), load_knowledge())


@pytest.mark.parametrize(
    "written",
    [
        "Salbutamol 100 mcg inhaler",
        "сальбутамол 2,5 мг/2,5 мл",
        "Сальбутамол спрей по 2 раза на день",
        "Ventolin, 2 puffs as needed",
    ],
)
def test_a_dose_or_a_form_beside_a_name_hides_no_medicine(written: str) -> None:
    assert _taken(written).states["takes_beta_agonist"] == "present"


def test_two_medicines_in_one_tablet_are_both_weighed() -> None:
    assert set(_taken("levodopa + hydrochlorothiazide 25 mg").medicines) == {"levodopa", "hydrochlorothiazide"}


@pytest.mark.parametrize("written", ["calcium channel blocker", "lithium (stopped last year)", "no salbutamol", "25 mg", "+"])
def test_a_text_with_words_that_are_not_understood_is_weighed_as_nothing(written: str) -> None:
    assert _taken(written).medicines == ()


@pytest.mark.parametrize("written", ["гидрохлортиазид 25 мг", "Hydrochlorthiazide", "salbutemol"])
def test_a_slip_of_spelling_is_asked_about_and_not_mended_unasked(written: str) -> None:
    findings = _taken(written)
    said = [issue for issue in findings.issues if issue.code == "case.medicine"]
    assert findings.medicines == ()
    assert len(said) == 1
    assert "Did you mean" in said[0].fix.template
