"""The limits of nerve conduction: those of the person where age and height are known, the wide ones where they are not."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.conduction_truth import RATE, cmap
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings.test_conduction import read, row

from myognosis.findings.conduction import compare_row
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model import case as m
from myognosis.model.finding import Comparison

AGES, HEIGHTS = st.floats(19, 79), st.floats(140, 205)
F_NERVES = ("median", "ulnar", "tibial", "common_peroneal")


def compared(study: m.Conduction, finding: str, **person: float | str) -> Comparison:
    found = compare_row(study, m.Person(**person), load_knowledge()).compared  # type: ignore[arg-type]
    return next(c for c in found if c.finding == finding)


def leg(nerve: str, **more: object) -> m.Conduction:
    return row(nerve=nerve, segment="leg" if nerve == "common_peroneal" else None, **more)


@pytest.mark.parametrize(
    ("nerve", "height_cm", "mean_ms", "sd"),
    [
        ("median", 156.05, 22.66, 1.23),
        ("median", 171.58, 24.93, 1.55),
        ("ulnar", 171.58, 25.73, 1.48),
        ("tibial", 156.05, 42.61, 3.20),
        ("common_peroneal", 171.58, 46.91, 3.04),
    ],
)
def test_the_limits_of_f_waves_leave_room_for_other_healthy_people(nerve: str, height_cm: float, mean_ms: float, sd: float):
    """Iranmanesh 2007 (abstract read): the shortest latencies of 30 women and of 30 men, measured apart from our limits."""
    found = compared(row(nerve=nerve, kind="f_wave", latency_ms=mean_ms), "f_wave_prolonged", height_cm=height_cm, age_years=30)
    assert found.high is not None
    assert 1.4 < (found.high - mean_ms) / sd < 4.5


@pytest.mark.parametrize(("age", "height_cm", "high"), [(25, 155, 30.7), (45, 175, 34.2), (65, 185, 38.2), (None, 165, 35.6)])
def test_the_h_reflex_is_held_against_people_of_that_age_and_height(age: float | None, height_cm: float, high: float):
    person = {"height_cm": height_cm} | ({"age_years": age} if age else {})
    found = compared(row(nerve="tibial", kind="h_reflex", latency_ms=31.0), "h_reflex_abnormal", **person)
    assert (found.high, found.state) == (high, "beyond" if high < 31 else "within")
    assert (compared(row(nerve="tibial", kind="h_reflex", latency_ms=31.0), "h_reflex_abnormal").high or 0) >= high


@settings(max_examples=25, deadline=None)
@given(height=HEIGHTS, more=st.floats(0.5, 40), age=AGES, nerve=st.sampled_from(F_NERVES))
def test_the_taller_the_later_may_an_f_wave_come(height: float, more: float, age: float, nerve: str):
    study = row(nerve=nerve, kind="f_wave", latency_ms=30.0)
    edges = [compared(study, "f_wave_prolonged", height_cm=h, age_years=age).high for h in (height, min(height + more, 205.5))]
    assert edges[0] is not None
    assert edges[1] is not None
    assert edges[0] <= edges[1]


@settings(max_examples=25, deadline=None)
@given(
    height=HEIGHTS, taller=st.floats(0, 40), age=AGES, older=st.floats(0, 40), nerve=st.sampled_from(("tibial", "common_peroneal"))
)
def test_the_taller_and_older_the_slower_may_a_nerve_of_the_leg_be(
    height: float, taller: float, age: float, older: float, nerve: str
):
    study = leg(nerve, velocity_m_s=40.0)
    own = compared(study, "ncs_slow", age_years=age, height_cm=height)
    beside = compared(study, "ncs_slow", age_years=min(age + older, 79.5), height_cm=min(height + taller, 205))
    unknown = compared(study, "ncs_slow")
    assert own.low is not None
    assert beside.low is not None
    assert unknown.low is not None
    assert own.low >= beside.low >= unknown.low
    assert compared(study, "ncs_demyelinating", age_years=age, height_cm=height).low == pytest.approx(0.7 * own.low)


@settings(max_examples=25, deadline=None)
@given(age=AGES, older=st.floats(0, 40), nerve=st.sampled_from(("median", "ulnar", "sural")))
def test_the_older_the_smaller_may_a_sensory_response_be(age: float, older: float, nerve: str):
    study = row(nerve=nerve, kind="sensory", amplitude_uv=10.0)
    young, old = (compared(study, "ncs_low_snap", age_years=a).low for a in (max(age, 20), max(min(age + older, 79.5), 20)))
    assert young is not None
    assert old is not None
    assert young >= old


def test_a_limit_says_for_whom_it_is_and_how_sure_the_less_sure_of_two_is(knowledge: Knowledge):
    study = leg("tibial", velocity_m_s=20.0, temperature_c=33.0)
    own, part = (compared(study, f, age_years=60, height_cm=180) for f in ("ncs_slow", "ncs_demyelinating"))
    assert (part.age, part.height_cm) == (own.age, own.height_cm) == ((50, 80), (170, 230))
    assert (part.source, part.trust) == ("cidp_criteria_table2021", "quoted")
    assert read(knowledge, study, age_years=60.0, height_cm=180.0)[0].present("ncs_demyelinating")


def test_a_tall_person_of_sixty_is_not_called_demyelinated_by_the_limit_of_the_short_and_young(knowledge: Knowledge):
    """28 m/s lies below 70 % of the limit of the short and young (30), not of that of the tall and old (24)."""
    study = leg("tibial", velocity_m_s=28.0, temperature_c=33.0)
    assert read(knowledge, study, age_years=30.0, height_cm=155.0)[0].present("ncs_demyelinating")
    old = read(knowledge, study, age_years=60.0, height_cm=180.0)[0]
    assert old.present("ncs_slow")
    assert not old.present("ncs_demyelinating")


def test_a_response_that_is_long_in_the_cold_is_not_demyelination(knowledge: Knowledge):
    """Cold makes responses longer (Rutkove 2001, abstract read); there is no rule to correct them by."""
    long = row(distal_duration_ms=9.5, temperature_c=28.0)
    cold, issues = read(knowledge, long)
    assert "ncs_demyelinating" not in cold.states
    assert "conduction.cold" in issues
    assert read(knowledge, long.model_copy(update={"temperature_c": 33.0}))[0].present("ncs_demyelinating")
    assert "conduction.no_temperature" in read(knowledge, long.model_copy(update={"temperature_c": None}))[1]


def test_a_sural_response_that_the_healthy_old_lack_says_nothing(knowledge: Knowledge):
    gone = row(nerve="sural", kind="sensory", absent=True)
    old, issues = read(knowledge, gone, age_years=78.0)
    assert "ncs_low_snap" not in old.states
    assert "ncs_normal" not in old.states
    assert "conduction.may_be_absent" in issues
    assert read(knowledge, gone, age_years=60.0)[0].present("ncs_low_snap")


def test_beyond_the_oldest_of_the_limits_a_doubt_is_said(knowledge: Knowledge):
    small = row(nerve="ulnar", kind="sensory", amplitude_uv=3.0)
    assert "case.conduction_age" in read(knowledge, small, age_years=85.0)[1]
    assert "case.conduction_age" not in read(knowledge, small, age_years=75.0)[1]


def test_a_latency_over_another_distance_is_not_held_against_the_limit(knowledge: Knowledge):
    def sural(distance_mm: float) -> set[str]:
        """What is beyond its limit in a sural response of 4.8 ms."""
        study = row(
            nerve="sural", kind="sensory", technique="antidromic", latency_ms=4.8, distance_mm=distance_mm, temperature_c=33.0
        )
        return {c.measure for c in compare_row(study, m.Person(age_years=40.0), knowledge).compared if c.state == "beyond"}

    assert sural(140.0) == {"latency_ms"}
    assert sural(170.0) == set()
    slow = row(nerve="sural", kind="sensory", velocity_m_s=35.0, temperature_c=33.0)
    found, _ = read(knowledge, slow, age_years=40.0)
    assert found.absent("ncs_normal")
    assert "ncs_slow" not in found.states, "that finding is of motor nerves"


def test_the_unit_of_the_file_changes_no_number(knowledge: Knowledge, tmp_path: Path):
    """One trace stored in microvolts and in millivolts is one row."""
    pytest.importorskip("scipy")
    made = cmap(np.random.default_rng(5), latency_ms=3.4, amplitude_uv=8000, noise_uv=5)
    pad = np.zeros(round(0.1 * RATE))
    raw = np.round(np.concatenate([pad, made.sweep.samples, pad])).astype("<i2")
    (tmp_path / "trace.dat").write_bytes(raw.tobytes())
    rows = []
    for unit, gain in (("uV", "1/uV"), ("mV", "1000/mV")):
        head = f"{unit} 1 {RATE:g} {len(raw)}\ntrace.dat 16 {gain} 16 0 {raw[0]} {int(raw.sum(dtype=np.int64)) % 65536} 0 EMG APB\n"
        (tmp_path / f"{unit}.hea").write_text(head)
        study = row(traces=(m.Trace(file=f"{unit}.hea", up="negative", stimuli_s=(0.105,)),), temperature_c=33.0)
        found, _ = read(knowledge, study, folder=tmp_path)
        rows.append((found.conduction[0].row.model_dump(exclude={"traces"}), dict(found.states)))
    assert rows[0] == rows[1]
    assert rows[0][0]["amplitude_mv"] == pytest.approx(8.0, rel=0.03)


@pytest.mark.parametrize("person", [{}, {"age_years": 5.0}, {"age_years": 95.0, "height_cm": 210.0, "sex": "male"}])
def test_every_nerve_at_every_segment_is_compared(knowledge: Knowledge, person: dict[str, float | str]):
    """Whoever it is, a velocity has at most one limit a finding, and a share never lies above the limit it is a share of."""
    segments = {limit.segment for limit in knowledge.content.conduction} | {None, "elsewhere"}
    for nerve in {limit.nerve for limit in knowledge.content.conduction}:
        for segment in segments:
            study = row(nerve=nerve, segment=segment, velocity_m_s=30.0, latency_ms=9.0, amplitude_mv=0.1)
            found = compare_row(study, m.Person(**person), knowledge).compared  # type: ignore[arg-type]
            keys = [(c.measure, c.finding) for c in found]
            assert len(keys) == len(set(keys))
            lows = {c.finding: c.low for c in found if c.measure == "velocity_m_s" and c.low is not None}
            assert lows.get("ncs_demyelinating", 0.0) <= min(lows.values(), default=0.0)
