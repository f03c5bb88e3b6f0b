"""Rows of nerve conduction: the limit that fits the person, warmth, block; and traces that become the same rows."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.conduction_truth import RATE, cmap, f_series

from myognosis.assessing import assess
from myognosis.findings import check_case
from myognosis.findings.conduction import compare_row
from myognosis.knowledge import Knowledge
from myognosis.language import Language
from myognosis.model import case as m
from myognosis.model.finding import Findings
from myognosis.report.build import build_page
from myognosis.report.html import render_html
from myognosis.report.traces import draw


def row(**more: object) -> m.Conduction:
    return m.Conduction(**{"nerve": "median", "side": "left", "kind": "motor", **more})  # type: ignore[arg-type]


def read(knowledge: Knowledge, *rows: m.Conduction, folder: Path | None = None, **person: object) -> tuple[Findings, set[str]]:
    case = m.Case(person=m.Person(**person), conduction=rows)  # type: ignore[arg-type]
    findings, issues = check_case(case, knowledge, folder)
    return findings, {issue.code for issue in issues}


def test_the_limit_follows_age_and_height(knowledge: Knowledge):
    slow = row(nerve="tibial", velocity_m_s=40.0, temperature_c=33.0)
    assert read(knowledge, slow, age_years=30.0, height_cm=155.0)[0].present("ncs_slow")
    assert not read(knowledge, slow, age_years=60.0, height_cm=180.0)[0].present("ncs_slow")
    assert not read(knowledge, slow, age_years=30.0)[0].present("ncs_slow"), "without a height the widest limit holds"
    small = row(amplitude_mv=5.0)
    assert read(knowledge, small, age_years=25.0)[0].present("ncs_low_cmap")
    assert not read(knowledge, small, age_years=70.0)[0].present("ncs_low_cmap")
    assert not read(knowledge, small)[0].present("ncs_low_cmap"), "without an age the general limit holds"


def test_a_limit_from_a_regression_gives_z(knowledge: Knowledge):
    dorsal = row(nerve="sural", kind="sensory", segment="dorsal", technique="antidromic", amplitude_uv=4.8)
    person = m.Person(age_years=54.0, height_cm=172.0)
    (found,) = compare_row(dorsal, person, knowledge).compared
    expected = np.exp(3.712515 - 0.0000956 * 54**2 - 0.0115883 * 172)
    assert found.z == pytest.approx(np.log(4.8 / expected) / 0.51137)
    assert found.low == pytest.approx(expected * np.exp(-1.96 * 0.51137))


def test_slowing_that_goes_with_the_cold_does_not_count(knowledge: Knowledge):
    cold = row(nerve="ulnar", segment="forearm", velocity_m_s=46.0, temperature_c=29.0)
    found, issues = read(knowledge, cold)
    assert "ncs_slow" not in found.states
    assert "conduction.cold" in issues
    compared = next(c for c in found.conduction[0].compared if c.finding == "ncs_slow")
    assert (compared.state, compared.corrected) == ("open", pytest.approx(46 + 4 * 2.1))
    assert read(knowledge, cold.model_copy(update={"velocity_m_s": 35.0}))[0].present("ncs_slow"), "too slow for the cold alone"
    unsaid = cold.model_copy(update={"temperature_c": None})
    assert "conduction.no_temperature" in read(knowledge, unsaid)[1]
    assert "conduction.no_temperature" not in read(knowledge, unsaid, row(nerve="ulnar", kind="f_wave", temperature_c=33.0))[1]


def far(**more: float) -> m.Proximal:
    return m.Proximal(latency_ms=7.5, distance_mm=220.0, **more)  # type: ignore[arg-type]


WHOLE = {"latency_ms": 3.5, "amplitude_mv": 8.0, "area_mv_ms": 24.0, "duration_ms": 5.5}


def test_block_needs_area_and_duration(knowledge: Knowledge):
    blocked = row(**WHOLE, proximal=far(amplitude_mv=3.0, area_mv_ms=10.0, duration_ms=6.0))
    found, _ = read(knowledge, blocked)
    assert found.present("conduction_block")
    assert found.conduction[0].row.velocity_m_s == pytest.approx(55)
    fine = row(**WHOLE, proximal=far(amplitude_mv=7.0, area_mv_ms=22.0, duration_ms=5.8))
    assert not read(knowledge, fine)[0].present("conduction_block")
    unclear = row(**WHOLE, proximal=far(amplitude_mv=3.0))
    found, issues = read(knowledge, unclear)
    assert "conduction_block" not in found.states
    assert "conduction.block_open" in issues


def test_dispersion_is_not_block(knowledge: Knowledge):
    spread = row(**WHOLE, proximal=far(amplitude_mv=4.0, area_mv_ms=20.0, duration_ms=9.0))
    found, _ = read(knowledge, spread)
    assert found.present("ncs_demyelinating")
    assert not found.present("conduction_block")


def test_a_response_that_shrinks_and_spreads_leaves_block_open(knowledge: Knowledge):
    spread = row(**WHOLE, proximal=far(amplitude_mv=2.0, area_mv_ms=8.0, duration_ms=8.0))
    found, issues = read(knowledge, spread)
    assert found.present("ncs_demyelinating")
    assert "conduction_block" not in found.states, "two thirds of the area are gone: neither a block nor none"
    assert "conduction.block_open" in issues


def test_a_nerve_slow_all_along_is_not_compressed_at_the_wrist(knowledge: Knowledge):
    late = {"latency_ms": 5.6, "amplitude_mv": 8.0, "temperature_c": 34.0}
    sensory = row(kind="sensory", segment="wrist", latency_ms=5.0, amplitude_uv=20.0, temperature_c=34.0)
    for forearm, finding in ((52.0, "ncs_focal_median"), (26.0, "ncs_demyelinating")):
        slow = row(segment="forearm", velocity_m_s=forearm, **late)
        found, _ = read(knowledge, sensory, slow)
        assert found.present(finding)
        assert {"ncs_focal_median", "ncs_demyelinating"} & {f for f in found.states if found.present(f)} == {finding}
        assert read(knowledge, sensory, slow.model_copy(update={"side": "right"}))[0].present("ncs_focal_median")


def test_f_waves_that_never_come_have_a_limit(knowledge: Knowledge):
    assert "case.conduction_limit" not in read(knowledge, row(kind="f_wave", persistence_percent=0.0, stimuli=20))[1]


def test_block_at_the_elbow_is_the_sign_of_compression_there(knowledge: Knowledge):
    elbow = row(nerve="ulnar", segment="elbow", **WHOLE, proximal=far(amplitude_mv=3.0, area_mv_ms=10.0, duration_ms=6.0))
    found, _ = read(knowledge, elbow)
    assert found.present("ncs_focal_ulnar")
    assert "conduction_block" not in found.states


def test_one_nerve_is_too_few_and_an_open_number_too_uncertain_for_a_no(knowledge: Knowledge):
    sural = row(nerve="sural", kind="sensory", technique="antidromic", amplitude_uv=20.0)
    assert "ncs_low_snap" not in read(knowledge, sural)[0].states
    assert read(knowledge, sural, sural.model_copy(update={"side": "right"}))[0].absent("ncs_low_snap")
    legs = row(nerve="tibial", velocity_m_s=48.0, temperature_c=33.0)
    warm = legs, legs.model_copy(update={"side": "right"})
    assert read(knowledge, *warm)[0].absent("ncs_slow")
    open_row = row(nerve="ulnar", segment="forearm", velocity_m_s=46.0, temperature_c=29.0)
    found, _ = read(knowledge, *warm, open_row)
    assert "open" in {c.state for c in found.conduction[2].compared if c.finding == "ncs_slow"}
    assert "ncs_slow" not in found.states


def test_no_f_wave_after_an_unknown_number_of_stimuli_is_not_absence(knowledge: Knowledge):
    found, issues = read(knowledge, row(kind="f_wave", persistence_percent=0.0))
    assert "f_wave_prolonged" not in found.states
    assert "conduction.few_stimuli" in issues


def test_too_few_stimuli_prove_no_absence_of_f_waves(knowledge: Knowledge):
    few, issues = read(knowledge, row(kind="f_wave", persistence_percent=0.0, stimuli=5))
    assert "f_wave_prolonged" not in few.states
    assert "conduction.few_stimuli" in issues
    assert read(knowledge, row(kind="f_wave", persistence_percent=0.0, stimuli=20))[0].present("f_wave_prolonged")


def test_small_motor_and_sensory_responses_are_axonal_loss(knowledge: Knowledge):
    found, _ = read(knowledge, row(amplitude_mv=1.0), row(nerve="sural", kind="sensory", amplitude_uv=2.0))
    assert found.present("ncs_axonal")
    assert found.absent("ncs_normal")
    assert "ncs_low_cmap" not in found.states, "it means a small motor response where the sensory ones are normal"
    assert {c.finding for r in found.conduction for c in r.compared if c.state == "beyond"} == {"ncs_axonal"}


def test_a_small_sensory_response_of_a_compressed_nerve_is_no_axonal_loss_elsewhere(knowledge: Knowledge):
    """A carpal tunnel syndrome beside a motor disease: the small motor response of the leg still stands by itself."""
    wrist = row(kind="sensory", latency_ms=5.0, amplitude_uv=5.0, temperature_c=33.0)
    motor = row(nerve="tibial", amplitude_mv=0.8)
    found, _ = read(knowledge, wrist, motor)
    assert found.present("ncs_focal_median")
    assert found.present("ncs_low_cmap")
    assert "ncs_axonal" not in found.states
    assert read(knowledge, wrist, motor, row(nerve="sural", kind="sensory", absent=True))[0].present("ncs_axonal")


def test_rows_within_their_limits_are_a_normal_study(knowledge: Knowledge):
    rows = (
        row(**WHOLE, velocity_m_s=57.0),
        row(nerve="ulnar", amplitude_mv=9.0),
        row(nerve="sural", kind="sensory", amplitude_uv=15.0),
    )
    assert "ncs_normal" not in read(knowledge, *rows)[0].states
    more = row(nerve="ulnar", kind="sensory", amplitude_uv=30.0)
    assert read(knowledge, *rows, more)[0].present("ncs_normal")


def test_a_train_that_falls_is_a_decrement(knowledge: Knowledge):
    assert read(knowledge, row(kind="repetitive", decrement_percent=25.0))[0].present("rns_decrement")
    assert read(knowledge, row(kind="repetitive", decrement_percent=3.0))[0].absent("rns_decrement")


def wfdb(folder: Path, name: str, trace: np.ndarray) -> str:
    """A record of one channel in microvolts."""
    raw = np.round(trace).astype("<i2")
    (folder / f"{name}.dat").write_bytes(raw.tobytes())
    total = int(raw.sum(dtype=np.int64)) % 65536
    (folder / f"{name}.hea").write_text(f"{name} 1 {RATE:g} {len(raw)}\n{name}.dat 16 1000/mV 16 0 {raw[0]} {total} 0 EMG APB\n")
    return f"{name}.hea"


def test_traces_become_the_same_row_as_an_entered_one(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    rng = np.random.default_rng(1)
    pad = np.zeros(round(0.1 * RATE))
    files = {}
    for site, latency, size in (("distal", 3.4, 9000), ("proximal", 7.4, 8500)):
        made = cmap(rng, latency_ms=latency, amplitude_uv=size, noise_uv=5)
        files[site] = wfdb(tmp_path, site, np.concatenate([pad, made.sweep.samples, pad]))
    stimulus = 0.1 + 0.005
    traces = tuple(m.Trace(file=f, site=s, up="negative", stimuli_s=(stimulus,)) for s, f in files.items())  # type: ignore[arg-type]
    study = row(traces=traces, proximal=m.Proximal(distance_mm=220.0), temperature_c=33.0)
    found, _ = read(knowledge, study, folder=tmp_path)
    measured = found.conduction[0].row
    assert measured.latency_ms == pytest.approx(3.45, abs=0.15)
    assert measured.amplitude_mv == pytest.approx(9.0, rel=0.02)
    assert not found.present("ncs_slow")
    assert not found.present("conduction_block")
    entered = measured.model_copy(update={"traces": ()})
    assert read(knowledge, entered)[0].states == found.states
    silent = study.model_copy(update={"traces": (m.Trace(file=files["distal"]),)})
    assert "conduction.traces" in read(knowledge, silent, folder=tmp_path)[1], (
        "what points up and when the stimuli were is never guessed"
    )
    lost = study.model_copy(update={"traces": (m.Trace(file="../elsewhere.hea", up="negative"),)})
    assert "conduction.file" in read(knowledge, lost, folder=tmp_path)[1]


def test_a_response_upside_down_is_doubted_and_not_measured(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    rng = np.random.default_rng(1)
    pad = rng.normal(0, 5, round(0.1 * RATE))
    file = wfdb(
        tmp_path, "turned", np.concatenate([pad, cmap(rng, latency_ms=3.4, amplitude_uv=9000, noise_uv=5).sweep.samples, pad])
    )
    right, wrong = (
        row(traces=(m.Trace(file=file, up=up, stimuli_s=(0.105,)),), temperature_c=33.0)  # type: ignore[arg-type]
        for up in ("negative", "positive")
    )
    found, issues = read(knowledge, right, folder=tmp_path)
    assert "conduction.upside_down" not in issues
    latency, amplitude = found.measured[0].measurements[:2]
    assert latency.low is None, "one trace says nothing of its error"
    assert amplitude.low is not None and 8950 < amplitude.low < (amplitude.value or 0) - 5 < (amplitude.high or 0) < 9050
    found, issues = read(knowledge, wrong, folder=tmp_path)
    assert "conduction.upside_down" in issues
    assert not {"ncs_slow", "ncs_focal_median"} & set(found.states)


def test_replicates_give_latency_and_amplitude_an_interval(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    rng, pad = np.random.default_rng(1), np.zeros(round(0.1 * RATE))
    made = [cmap(rng, latency_ms=3.4, amplitude_uv=9000, noise_uv=20) for _ in range(4)]
    trace = np.concatenate([part for one in made for part in (pad, one.sweep.samples)] + [pad])
    step = (len(pad) + len(made[0].sweep.samples)) / RATE
    stimuli = tuple(0.105 + i * step for i in range(4))
    study = row(traces=(m.Trace(file=wfdb(tmp_path, "four", trace), up="negative", stimuli_s=stimuli),))
    for number in read(knowledge, study, folder=tmp_path)[0].measured[0].measurements[:2]:
        assert number.low is not None and number.high is not None and number.value is not None
        assert number.low < number.value < number.high < 1.05 * number.value


def test_f_waves_are_read_from_a_series(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    sweeps, truth = f_series(np.random.default_rng(2), n=12, persistence=0.9)
    length = len(sweeps[0].samples)
    gap = np.random.default_rng(3).normal(0, 8, length)
    trace = np.concatenate([gap, *(np.concatenate([s.samples, gap]) for s in sweeps), gap])
    stimuli = tuple((length + i * 2 * length + sweeps[0].stimulus) / RATE for i in range(12))
    file = wfdb(tmp_path, "f", trace)
    study = row(kind="f_wave", traces=(m.Trace(file=file, up="negative", stimuli_s=stimuli, window_ms=(20.0, 45.0)),))
    found, _ = read(knowledge, study, folder=tmp_path)
    seen = [x for x in truth if x is not None]
    assert found.conduction[0].row.latency_ms == pytest.approx(min(seen), abs=0.8)
    assert not found.present("f_wave_prolonged")
    assert {x.name for x in found.measured[0].measurements} >= {"f_minimum", "f_persistence"}


@pytest.mark.parametrize(("late_ms", "state"), [(28.0, "absent"), (40.0, "present")])
def test_an_h_reflex_is_read_from_rising_stimuli(knowledge: Knowledge, tmp_path: Path, late_ms: float, state: str):
    """From the traces to the finding; where M has not outgrown H, an F wave looks the same and H over M means nothing."""
    rng, steps = np.random.default_rng(5), ((0, 900), (400, 2500), (3000, 3500), (7000, 1200), (9000, 300))
    pad, parts = rng.normal(0, 8, round(0.2 * RATE)), []
    for m_uv, h_uv in steps:
        waves = [
            cmap(rng, latency_ms=late, amplitude_uv=max(uv, 1), artefact_uv=0, noise_uv=5)
            for late, uv in ((4, m_uv), (late_ms, h_uv))
        ]
        parts += [pad, waves[0].sweep.samples + waves[1].sweep.samples]
    file = wfdb(tmp_path, "h", np.concatenate([*parts, pad]))
    stimuli = tuple((len(pad) + i * len(np.concatenate(parts[:2]))) / RATE + 0.005 for i in range(len(steps)))
    for given, whole in ((stimuli, True), (stimuli[:3], False)):
        trace = m.Trace(file=file, up="negative", stimuli_s=given, window_ms=(24.0, 48.0))
        found, issues = read(
            knowledge, row(nerve="tibial", kind="h_reflex", traces=(trace,)), folder=tmp_path, age_years=50, height_cm=170
        )
        measured = found.conduction[0].row
        assert measured.latency_ms == pytest.approx(late_ms, abs=0.7)
        assert (measured.h_m_percent is not None and 30 < measured.h_m_percent < 50) == whole
        assert ("conduction.h_rising" in issues) == (not whole)
        assert found.states["h_reflex_abnormal"] == state


def test_measured_traces_stand_in_the_report_with_their_marks(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    made = cmap(np.random.default_rng(4), noise_uv=5)
    pad = np.zeros(round(0.1 * RATE))
    file = wfdb(tmp_path, "wrist", np.concatenate([pad, made.sweep.samples, pad]))
    case = m.Case(
        conduction=(row(traces=(m.Trace(file=file, up="negative", stimuli_s=(0.105,)),)),), assessed_on=dt.date(2026, 11, 28)
    )
    findings, _ = check_case(case, knowledge, tmp_path)
    page = build_page(assess(case, knowledge, tmp_path), case, findings, knowledge, "uk", today=dt.date(2026, 11, 28))
    html = render_html(page)
    assert "<svg" in html
    assert page.conduction[0].source
    assert "мВ" in html or "mV" in html


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_row_from_traces_is_shown_like_one_from_paper(knowledge: Knowledge, tmp_path: Path, language: Language):
    """The same numbers entered by hand give the same table but for intervals: temperature, filter, limit, z, source, flag."""
    pytest.importorskip("scipy")
    made = cmap(np.random.default_rng(6), latency_ms=5.2, amplitude_uv=2000, noise_uv=5)
    pad = np.zeros(round(0.1 * RATE))
    file = wfdb(tmp_path, "wrist", np.concatenate([pad, made.sweep.samples, pad]))
    trace = m.Trace(file=file, up="negative", stimuli_s=(0.105,))
    study = row(traces=(trace,), temperature_c=33.0, filter_hz=(2.0, 10000.0))
    person = m.Person(age_years=44.0, sex="female")
    entered = read(knowledge, study, folder=tmp_path, age_years=44.0, sex="female")[0].conduction[0].row
    tables = []
    for one in (study, entered.model_copy(update={"traces": ()})):
        case = m.Case(person=person, conduction=(one,), assessed_on=dt.date(2026, 11, 28))
        findings, _ = check_case(case, knowledge, tmp_path)
        page = build_page(assess(case, knowledge, tmp_path), case, findings, knowledge, language, today=dt.date(2026, 11, 28))
        tables.append(page.conduction)
    spread = re.compile(r" \((95 %: [^)]+|error not known|похибка невідома|погрешность неизвестна)\)")
    assert all(spread.search(line.values) for line in tables[0][:2]) and not any(spread.search(line.values) for line in tables[1])
    assert tuple(replace(line, values=spread.sub("", line.values)) for line in tables[0]) == tables[1]
    first = tables[0][0]
    assert all((first.nerve, first.side, first.technique, first.temperature, first.limit, first.source))
    assert "10000" in first.filters
    assert any(view.flag.startswith("▲") for view in tables[0])
    assert any(view.z for view in tables[0])


def test_a_fall_of_velocity_across_a_joint_is_compression_there(knowledge: Knowledge):
    def pair(across: float) -> tuple[m.Conduction, ...]:
        rows = {"forearm": 68.0, "elbow": across}
        return tuple(row(nerve="ulnar", segment=s, velocity_m_s=v, temperature_c=33.0) for s, v in rows.items())

    assert read(knowledge, *pair(51.0), age_years=40.0)[0].present("ncs_focal_ulnar")
    assert read(knowledge, *pair(58.0), age_years=40.0)[0].absent("ncs_focal_ulnar")


def test_the_table_shows_the_indices_of_a_nerve(knowledge: Knowledge):
    motor = row(latency_ms=3.4, velocity_m_s=55.0, distance_mm=70.0)
    late = row(kind="f_wave", latency_ms=26.0, distance_mm=605.0)
    case = m.Case(conduction=(motor, late), assessed_on=dt.date(2026, 11, 28))
    findings, _ = check_case(case, knowledge)
    page = build_page(assess(case, knowledge), case, findings, knowledge, "en", today=dt.date(2026, 11, 28))
    shown = " | ".join(view.values for view in page.conduction)
    for part in ("terminal latency index 0.374", "residual latency 2.13 ms", "F ratio 3.18", "F estimate 26.4 ms"):
        assert part in shown


def test_short_traces_are_measured_and_too_short_ones_named(knowledge: Knowledge, tmp_path: Path):
    pytest.importorskip("scipy")
    made = cmap(np.random.default_rng(8), noise_uv=5)
    file = wfdb(tmp_path, "short", made.sweep.samples[: round(0.035 * RATE)])
    short = row(traces=(m.Trace(file=file, up="negative", stimuli_s=(0.005,)),))
    measured = read(knowledge, short, folder=tmp_path)[0].conduction[0].row
    assert measured.latency_ms == pytest.approx(made.onset_ms, abs=0.25)
    late = short.model_copy(update={"traces": (m.Trace(file=file, up="negative", stimuli_s=(0.030,)),)})
    assert "conduction.short" in read(knowledge, late, folder=tmp_path)[1]


def test_a_real_scan_gives_a_number_near_that_of_the_other_program(knowledge: Knowledge):
    pytest.importorskip("scipy")
    folder = Path(__file__).parents[1] / "data" / "recordings"
    scan = row(kind="cmap_scan", traces=(m.Trace(file="MSCC00128A_OM2.MEM"),))
    found, _ = read(knowledge, scan, folder=folder)
    number = next(x for x in found.measured[0].measurements if x.name == "motor_units")
    assert number.low is not None
    assert number.high is not None
    assert number.low < 94 < number.high, "MScanFit counts 94 units in this file"
    assert found.conduction[0].row.motor_units == number.value
    size = next(x for x in found.measured[0].measurements if x.name == "unit_size")
    assert size.value and size.low and size.high and number.value
    assert size.low * number.high == pytest.approx(size.value * number.value), "many units are small ones"
    (drawn,) = found.measured[0].pictures
    svg = str(draw(drawn, "scan"))
    assert svg.count("h2v2h-2z") == len(drawn.x) == 557  # type: ignore[union-attr]
    assert ">mV</text>" in svg and " mA</text>" in svg
    other = scan.model_copy(update={"traces": (m.Trace(file="FESB70821A.MEM"),)})
    assert "conduction.scan" in read(knowledge, other, folder=folder)[1]


def test_a_limit_of_other_people_is_never_used_in_silence(knowledge: Knowledge):
    motor, late = row(latency_ms=3.0), row(nerve="tibial", kind="f_wave", latency_ms=70.0)
    assert "case.conduction_age" in read(knowledge, motor, age_years=9)[1]
    assert "case.conduction_age" not in read(knowledge, motor, age_years=40)[1]
    assert "case.conduction_height" in read(knowledge, late, age_years=40)[1]
    assert "case.conduction_height" not in read(knowledge, row(nerve="tibial", kind="f_wave", latency_ms=47.0), age_years=40)[1]


def nowhere(**more: object) -> m.Conduction:
    """A motor study whose report does not say over which segment."""
    return row(nerve="ulnar", temperature_c=33.0, **more)


def test_a_velocity_over_an_unnamed_segment_counts_only_beyond_the_limit_of_every_segment(knowledge: Knowledge):
    """47 m/s is slow in the forearm and healthy across the elbow: which it was decides, and is asked for."""
    found, issues = read(knowledge, nowhere(velocity_m_s=47.0))
    assert not {"ncs_slow", "ncs_focal_ulnar"} & set(found.states)
    assert "conduction.segment" in issues
    (slow,) = (c for c in found.conduction[0].compared if c.finding == "ncs_slow")
    assert (slow.state, slow.segment) == ("open", "forearm")
    found, _ = read(knowledge, nowhere(velocity_m_s=33.0))
    assert found.present("ncs_slow")
    assert not {"ncs_focal_ulnar", "ncs_demyelinating"} & set(found.states), "compression at the elbow can make it so slow"
    found, issues = read(knowledge, nowhere(velocity_m_s=58.0), nowhere(velocity_m_s=58.0, side="right"))
    assert found.absent("ncs_slow")
    assert "conduction.segment" not in issues, "it is well within every limit"
    assert "ncs_focal_ulnar" not in found.states, "the elbow may not have been crossed"


@pytest.mark.parametrize(
    "near, far_site, finding", [("wrist", "below_elbow", "ncs_slow"), ("below_elbow", "above_elbow", "ncs_focal_ulnar")]
)
def test_two_sites_say_the_segment_between_them(knowledge: Knowledge, near: str, far_site: str, finding: str):
    slow = nowhere(site=near, latency_ms=3.0, proximal=m.Proximal(site=far_site, latency_ms=8.5, distance_mm=230.0))
    found, issues = read(knowledge, slow)
    assert {f for f in found.states if found.present(f)} == {finding}
    assert "conduction.segment" not in issues


def test_a_latency_from_the_elbow_is_not_held_against_that_from_the_wrist(knowledge: Knowledge):
    across = nowhere(segment="elbow", site="below_elbow", latency_ms=7.0, amplitude_mv=5.0, velocity_m_s=55.0)
    assert {c.measure for c in read(knowledge, across)[0].conduction[0].compared} == {"velocity_m_s"}


def test_a_response_that_is_gone_at_the_second_site_is_blocked(knowledge: Knowledge):
    found, issues = read(knowledge, row(**WHOLE, proximal=m.Proximal(amplitude_mv=0.0)))
    assert found.present("conduction_block")
    assert "conduction.block_open" not in issues


def test_small_responses_of_demyelinated_nerves_are_no_axonal_neuropathy(knowledge: Knowledge):
    slow = row(nerve="tibial", velocity_m_s=18.0, amplitude_mv=0.8, temperature_c=33.0)
    found, _ = read(knowledge, slow, row(nerve="sural", kind="sensory", amplitude_uv=1.0), age_years=40.0)
    assert found.present("ncs_demyelinating")
    assert found.present("ncs_low_snap")
    assert not {"ncs_axonal", "ncs_low_cmap"} & set(found.states)


def test_a_nerve_that_disperses_in_the_forearm_is_not_compressed_at_the_wrist(knowledge: Knowledge):
    late = row(latency_ms=7.0, amplitude_mv=8.0, area_mv_ms=24.0, duration_ms=5.5, temperature_c=34.0,
               proximal=far(amplitude_mv=4.0, area_mv_ms=20.0, duration_ms=9.0))  # fmt: skip
    found, _ = read(knowledge, late)
    assert found.present("ncs_demyelinating")
    assert "ncs_focal_median" not in found.states


def test_a_decrement_leaves_the_conduction_of_nerves_normal(knowledge: Knowledge):
    nerves = [row(side=side, velocity_m_s=57.0, temperature_c=33.0) for side in ("left", "right")]
    nerves += [row(nerve="sural", kind="sensory", side=side, amplitude_uv=15.0) for side in ("left", "right")]
    found, _ = read(knowledge, *nerves, row(nerve="facial", kind="repetitive", rate_hz=3.0, decrement_percent=22.0))
    assert found.present("rns_decrement")
    assert found.present("ncs_normal")


def test_a_small_child_is_not_called_ill_by_the_limits_of_adults_nor_healthy_by_those_of_long_limbs(knowledge: Knowledge):
    legs = [row(nerve="tibial", side=side, velocity_m_s=30.0, latency_ms=4.0, temperature_c=33.0) for side in ("left", "right")]
    found, issues = read(knowledge, *legs, age_years=2.0)
    assert "ncs_slow" not in found.states
    assert {c.state for c in found.conduction[0].compared if c.finding == "ncs_slow"} == {"open"}
    assert "case.conduction_age" in issues
    assert read(knowledge, *legs, age_years=9.0)[0].present("ncs_slow"), "at nine nerves conduct as in adults"
    wrists = [row(side=side, latency_ms=4.0, temperature_c=33.0) for side in ("left", "right")]
    assert read(knowledge, *wrists, age_years=40.0)[0].absent("ncs_focal_median")
    assert "ncs_focal_median" not in read(knowledge, *wrists, age_years=9.0)[0].states, "in a short arm this may be late"
    assert read(knowledge, wrists[0].model_copy(update={"latency_ms": 6.0}), age_years=9.0)[0].present("ncs_focal_median")


@pytest.mark.parametrize("small", [{"amplitude_uv": 4.0}, {"absent": True}])
def test_a_compressed_nerve_has_small_responses_for_that_reason(knowledge: Knowledge, small: dict[str, object]):
    """They speak neither for a disease of motor neurons nor for a neuropathy; those of another nerve, or side, still do."""
    motor = row(nerve="ulnar", segment="forearm", amplitude_mv=3.0, velocity_m_s=56.0, temperature_c=33.0)
    across = row(nerve="ulnar", segment="elbow", velocity_m_s=32.0, temperature_c=33.0)
    finger = row(nerve="ulnar", kind="sensory", **small)
    found, _ = read(knowledge, motor, across, finger, age_years=58.0)
    assert {f for f in found.states if found.present(f)} == {"ncs_focal_ulnar"}
    other = finger.model_copy(update={"side": "right"})
    assert read(knowledge, motor, across, finger, other, age_years=58.0)[0].present("ncs_low_snap")
    assert read(knowledge, motor, finger, age_years=58.0)[0].present("ncs_axonal"), "nothing shows a compression"


def test_an_amplitude_counts_in_either_unit(knowledge: Knowledge):
    found, issues = read(knowledge, row(kind="sensory", amplitude_mv=0.004), age_years=30.0)
    assert found.present("ncs_low_snap")
    assert "case.conduction_limit" not in issues
    assert read(knowledge, row(amplitude_uv=900.0), age_years=30.0)[0].present("ncs_low_cmap")


def test_a_child_has_no_place_among_adults(knowledge: Knowledge):
    study = row(latency_ms=2.4, amplitude_mv=6.0)
    assert all(c.z is not None for c in read(knowledge, study, age_years=30.0)[0].conduction[0].compared)
    assert all(c.z is None for c in read(knowledge, study, age_years=4.0)[0].conduction[0].compared)


@pytest.mark.parametrize(
    ("written", "kind", "id"),
    [("Median nerve", "motor", "median"), ("серединний", "motor", "median"), ("срединный нерв", "sensory", "median"),
     ("peroneal", "motor", "common_peroneal"), ("peroneal", "sensory", "superficial_peroneal"),
     ("fibular", "motor", "common_peroneal"), ("medain", "motor", "median")],
)  # fmt: skip
def test_a_nerve_under_its_name_in_any_language_leads_to_its_id(knowledge: Knowledge, written: str, kind: str, id: str):
    case = m.Case(conduction=(row(nerve=written, kind=kind, latency_ms=3.0),))
    (issue,) = check_case(case, knowledge)[1]
    assert issue.where == "$.conduction[0].nerve"
    assert f"'{id}'" in str(issue.fix)


def test_the_deep_peroneal_nerve_of_a_report_has_the_limits_of_the_nerve_that_was_stimulated(knowledge: Knowledge):
    slow = row(nerve="deep_peroneal", segment="leg", latency_ms=5.0, velocity_m_s=20.0, amplitude_mv=4.0, temperature_c=32.0)
    found, issues = read(knowledge, slow, age_years=40.0)
    assert found.present("ncs_demyelinating")
    assert "case.conduction_limit" not in issues
    assert found.conduction[0].row.nerve == "deep_peroneal"
    fast = slow.model_copy(update={"velocity_m_s": 48.0, "amplitude_mv": 0.5})
    knee = row(nerve="common_peroneal", segment="fibular_head", velocity_m_s=30.0, temperature_c=32.0)
    assert {f for f in read(knowledge, fast, knee, age_years=40.0)[0].all_present()} == {"ncs_focal_peroneal"}


def test_a_nerve_compressed_at_the_wrist_may_be_a_little_slow_in_the_forearm(knowledge: Knowledge):
    wrist = row(latency_ms=8.2, amplitude_mv=0.6, velocity_m_s=46.0, temperature_c=33.0)
    found, _ = read(knowledge, wrist, row(kind="sensory", absent=True), age_years=70.0, sex="female")
    assert set(found.all_present()) == {"ncs_focal_median"}
    other = row(nerve="tibial", velocity_m_s=30.0, temperature_c=33.0)
    assert read(knowledge, wrist, other, age_years=70.0, sex="female")[0].present("ncs_slow")


def test_a_block_where_a_nerve_is_often_pressed_is_shown_and_the_sign_of_no_disease(knowledge: Knowledge):
    arm = row(nerve="radial", site="elbow", latency_ms=2.6, amplitude_mv=6.0, area_mv_ms=30.0, duration_ms=9.0,
              proximal=m.Proximal(site="axilla", amplitude_mv=1.0, area_mv_ms=6.0, duration_ms=9.5))  # fmt: skip
    rest = [row(nerve="sural", kind="sensory", side=side, amplitude_uv=20.0) for side in ("left", "right")]
    rest += [row(nerve="tibial", side=side, velocity_m_s=48.0, temperature_c=33.0) for side in ("left", "right")]
    found, _ = read(knowledge, arm, *rest, age_years=40.0)
    assert "conduction_block" not in found.states
    assert found.absent("ncs_normal")
    assert ("area_drop_percent", "beyond") in {(c.measure, c.state) for c in found.conduction[0].compared}


def test_a_tall_youth_is_held_against_the_limits_of_adults_without_a_doubt(knowledge: Knowledge):
    study = row(latency_ms=3.6, temperature_c=33.0), row(latency_ms=3.6, temperature_c=33.0, side="right")
    found, issues = read(knowledge, *study, age_years=16.0, height_cm=170.0)
    assert found.absent("ncs_focal_median")
    assert "case.conduction_age" not in issues
    assert "case.conduction_age" in read(knowledge, *study, age_years=9.0, height_cm=135.0)[1]


@pytest.mark.parametrize(("left", "right", "late"), [(33.9, 31.0, "left"), (31.0, 33.9, "right"), (32.5, 31.0, None)])
def test_an_h_reflex_that_lags_behind_the_other_side_is_late_there(
    knowledge: Knowledge, left: float, right: float, late: str | None
):
    """A pressed root delays the reflex of its side, and the limit of all people of that height does not see it."""
    sides = {"left": left, "right": right}
    rows = [row(nerve="tibial", kind="h_reflex", side=side, latency_ms=ms) for side, ms in sides.items()]
    found, _ = read(knowledge, *rows, age_years=47.0, height_cm=181.0)
    assert found.present("h_reflex_abnormal") == (late is not None)
    assert found.absent("h_reflex_abnormal") == (late is None)
    beyond = [r.row.side for r in found.conduction for c in r.compared if (c.measure, c.state) == ("behind_ms", "beyond")]
    assert beyond == ([late] if late else [])
    assert "behind_ms" not in {c.measure for r in read(knowledge, rows[0])[0].conduction for c in r.compared}
