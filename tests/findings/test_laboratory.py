"""A laboratory value means what was measured, or is asked about."""

import datetime as dt

import pytest

from myognosis.faults import CaseError
from myognosis.findings.door import find
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case, Lab
from myognosis.model.finding import Findings

_TODAY = dt.date(2026, 11, 1)


def _read(*labs: Lab) -> Findings:
    return find(Case(labs=labs, assessed_on=_TODAY), load_knowledge())


def _potassium(value: float, on: dt.date | None) -> Lab:
    return Lab(analyte="potassium", value=value, unit="mmol/L", on=on)


@pytest.mark.parametrize("written", ["Ca++", "Ca2+"])
def test_a_low_total_calcium_under_a_name_of_either_is_never_a_high_ionised_one(written: str) -> None:
    with pytest.raises(CaseError, match="cannot be told"):
        _read(Lab(analyte=written, value=1.9, unit="mmol/L"))
    assert _read(Lab(analyte=written, value=0.95, unit="mmol/L")).states["hypocalcaemia"] == "present"


def test_the_printed_limits_of_ionised_calcium_are_not_taken_for_those_of_total_calcium() -> None:
    with pytest.raises(CaseError, match="cannot be told"):
        _read(Lab(analyte="кальций", value=1.2, unit="ммоль/л", low=1.12, high=1.32))


def test_a_calcium_that_low_is_doubted_and_still_an_alarm() -> None:
    findings = _read(Lab(analyte="calcium", value=1.25, unit="mmol/L"))
    assert findings.states["severe_hypocalcaemia"] == "present"
    assert [issue.code for issue in findings.issues] == ["case.lab_like"]


def test_what_else_a_panel_holds_does_not_hinder_the_assessment() -> None:
    findings = _read(Lab(analyte="СОЭ", value=80, unit="mm/h"))
    assert [issue.code for issue in findings.issues] == ["case.lab"]
    assert findings.states == {}


def test_a_slip_in_the_name_of_an_analyte_is_refused() -> None:
    with pytest.raises(CaseError, match="magnesium"):
        _read(Lab(analyte="magnesum", value=0.5, unit="mmol/L"))


@pytest.mark.parametrize(
    ("value", "suppressed", "low"), [(0.02, "present", "present"), (0.3, "absent", "present"), (2.0, "absent", "absent")]
)
def test_a_tsh_that_is_a_little_low_is_not_a_suppressed_one(value: float, suppressed: str, low: str) -> None:
    states = _read(Lab(analyte="TSH", value=value, unit="mU/L")).states
    assert (states["tsh_suppressed"], states["tsh_low"]) == (suppressed, low)


def test_of_two_results_the_newer_tells_how_it_is_today() -> None:
    old, new = dt.date(2026, 10, 1), dt.date(2026, 10, 20)
    assert _read(_potassium(2.3, old), _potassium(4.3, new)).states["hypokalaemia"] == "absent"
    assert _read(_potassium(4.3, old), _potassium(2.3, new)).states["severe_hypokalaemia"] == "present"
    assert _read(_potassium(4.3, new), _potassium(2.3, None)).states["severe_hypokalaemia"] == "present"


def test_a_result_of_years_ago_is_no_emergency_of_today_and_is_named() -> None:
    findings = _read(_potassium(2.3, dt.date(2019, 5, 2)))
    assert findings.states == {}
    assert [issue.code for issue in findings.issues] == ["case.lab_old"]


def test_a_result_of_tomorrow_is_refused() -> None:
    with pytest.raises(CaseError, match="future"):
        _read(_potassium(4.0, dt.date(2026, 11, 2)))


def _calcium(analyte: str, value: float, on: dt.date | None = None) -> Lab:
    return Lab(analyte=analyte, value=value, unit="mmol/L", on=on)


def test_free_calcium_tells_more_than_a_total_that_little_albumin_lowers() -> None:
    findings = _read(_calcium("calcium_total", 2.0), _calcium("calcium_ionised", 1.2))
    assert findings.states["hypocalcaemia"] == "absent"
    assert [issue.code for issue in findings.issues] == ["case.lab_decided"]


def test_a_low_free_calcium_is_low_whatever_the_total() -> None:
    assert _read(_calcium("calcium_total", 2.4), _calcium("calcium_ionised", 0.95)).states["hypocalcaemia"] == "present"


@pytest.mark.parametrize("before", [dt.date(2026, 9, 1), dt.date(2026, 10, 30)])
def test_a_free_calcium_of_last_week_says_nothing_of_a_total_of_today(before: dt.date) -> None:
    findings = _read(_calcium("calcium_total", 1.9, _TODAY), _calcium("calcium_ionised", 1.2, before))
    assert findings.present("hypocalcaemia")


def test_an_undated_total_beside_a_dated_free_calcium_still_counts() -> None:
    assert _read(_calcium("calcium_total", 1.7), _calcium("calcium_ionised", 1.2, _TODAY)).present("hypocalcaemia")
