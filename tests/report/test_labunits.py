"""Units of laboratory values stand as a laboratory prints them, and can be typed back as they stand."""

import pytest

from myognosis.language import LANGUAGES, Language
from myognosis.report.labunits import lab_unit
from myognosis.units import canonical_unit, known_units


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_that_was_read_on_a_page_is_accepted_as_it_stands(language: Language):
    shown = {unit: lab_unit(unit, language) for unit in known_units() if unit not in ("[pH]", "{x_ULN}")}
    assert {unit: canonical_unit(said) for unit, said in shown.items()} == {unit: unit for unit in shown}


@pytest.mark.parametrize(("language", "shown"), [("en", "mmol/L"), ("uk", "ммоль/л"), ("ru", "ммоль/л")])
def test_any_spelling_becomes_the_one_of_the_language(language: Language, shown: str):
    assert {lab_unit(written, language) for written in ("mmol/l", "ммоль/л", "mmol/L")} == {shown}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_that_nobody_knows_stands_as_it_was_written(language: Language):
    assert lab_unit("cups", language) == "cups"
