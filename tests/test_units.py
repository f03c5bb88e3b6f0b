"""Units: accepted spellings, exact conversion, refusal of the rest. pint is the independent judge."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.units import UnitError, canonical_unit, convert, known_units

_MASS = {
    "g/L": "g/L",
    "g/dL": "g/dL",
    "mg/L": "mg/L",
    "mg/dL": "mg/dL",
    "ug/L": "ug/L",
    "ug/dL": "ug/dL",
    "ng/mL": "ng/mL",
    "pg/mL": "pg/mL",
    "ng/dL": "ng/dL",
    "ng/L": "ng/L",
    "ug/mL": "ug/mL",
}
_SUBSTANCE = {"mol/L": "mol/L", "mmol/L": "mmol/L", "umol/L": "umol/L", "nmol/L": "nmol/L", "pmol/L": "pmol/L"}


@cache
def _judge() -> Any:
    """Made where it is asked: only one of the processes that test does."""
    import pint

    return pint.UnitRegistry()


def quantity(value: float, unit: str) -> Any:
    return _judge().Quantity(value, unit)


@given(st.sampled_from(sorted(_MASS)), st.sampled_from(sorted(_SUBSTANCE)), st.floats(1e-3, 1e4), st.floats(1.0, 1000.0))
def test_mass_to_substance_agrees_with_pint(mass: str, substance: str, value: float, molar: float):
    expected = (quantity(value, _MASS[mass]) / quantity(molar, "g/mol")).to(_SUBSTANCE[substance]).magnitude
    assert convert(value, mass, substance, molar_mass=molar) == pytest.approx(expected, rel=1e-9)


@given(st.sampled_from(sorted(_MASS)), st.sampled_from(sorted(_MASS)), st.floats(1e-3, 1e4))
def test_mass_to_mass_agrees_with_pint(one: str, other: str, value: float):
    assert convert(value, one, other) == pytest.approx(quantity(value, _MASS[one]).to(_MASS[other]).magnitude, rel=1e-9)


@given(st.sampled_from(known_units()), st.floats(1e-3, 1e4))
def test_a_unit_to_itself_changes_nothing(unit: str, value: float):
    assert convert(value, unit, unit) == pytest.approx(value)


@given(st.floats(0.5, 5.0))
def test_there_and_back_returns(value: float):
    there = convert(value, "mmol/L", "mg/dL", molar_mass=40.078)
    assert convert(there, "mg/dL", "mmol/L", molar_mass=40.078) == pytest.approx(value)


def test_calcium_in_milligrams_and_magnesium_in_equivalents():
    assert convert(9.2, "mg/dL", "mmol/L", molar_mass=40.078) == pytest.approx(2.2955, abs=1e-4)
    assert convert(1.4, "mEq/L", "mmol/L", valence=2) == pytest.approx(0.7)
    assert convert(0.7, "mmol/L", "meq/L", valence=2) == pytest.approx(1.4)


@pytest.mark.parametrize("spelling", ["ммоль/л", "mmol/l", " mmol/L ", "MMOL/L"])
def test_one_unit_has_many_spellings(spelling: str):
    assert canonical_unit(spelling) == "mmol/L"


@pytest.mark.parametrize("spelling", ["mkg", "mkg/l", "", "mm", "meq", "mmol", "bananas", "mg", "<b>"])
def test_an_unknown_or_ambiguous_unit_is_refused(spelling: str):
    with pytest.raises(UnitError):
        canonical_unit(spelling)


@pytest.mark.parametrize(("unit", "wanted"), [("mg/dL", "mmol/L"), ("mmol/L", "U/L"), ("mEq/L", "mmol/L"), ("mmol/L", "mg/dL")])
def test_what_cannot_be_converted_is_refused(unit: str, wanted: str):
    with pytest.raises(UnitError):
        convert(1.0, unit, wanted)
