"""Nerve conduction as findings: the rows of a paper report and rows measured from traces go through one function.

Each number is compared with the most specific limit of the knowledge that fits the person (age, height, sex) and the study
(segment, technique). Slowing in a cold limb counts only if it remains after correction to the reference temperature.
"""

from collections.abc import Iterator
from math import exp, log
from typing import Literal, get_args

from myognosis.faults import Level
from myognosis.findings.compression import (
    COMPRESSED,
    explained_by_compression,
    falls_across_a_joint,
    later_than_the_other_side,
    slow_all_along,
)
from myognosis.findings.ledger import Ledger
from myognosis.findings.segment import ACROSS_A_JOINT, is_distal, over_any_segment, trunk, with_segment
from myognosis.findings.traces import measured_row
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import BlockLimit, ConductionLimit, NerveWarmth
from myognosis.language import mark
from myognosis.model.base import Trust
from myognosis.model.case import Case, Conduction, Person
from myognosis.model.finding import Comparison, ConductionRow, Measured, State, Unsettled, Verdict
from myognosis.signals.conduction.segments import corrected_latency_ms, corrected_velocity_m_s

__all__ = ["MEASURES", "compare_row", "read_conduction", "with_velocity"]

MEASURES = (
    "latency_ms", "amplitude_mv", "amplitude_uv", "velocity_m_s", "persistence_percent", "chronodispersion_ms", "decrement_percent",
    "increment_percent", "h_m_percent", "motor_units", "distal_duration_ms",
)  # fmt: skip
"""A row holds one of these at least, or says that there was no response."""
_GONE = ("f_wave_prolonged", "h_reflex_abnormal", "ncs_low_snap", "ncs_low_cmap", "ncs_axonal")
"""What a response that cannot be elicited speaks for."""
_OF_ANY_NERVE = ("ncs_slow", "ncs_demyelinating", "ncs_low_cmap", "ncs_low_snap", "f_wave_prolonged", "conduction_block")
"""Findings that any nerve can show, so that one normal nerve does not rule them out."""
_DROPS = ("area_drop_percent", "amplitude_drop_percent")
_PRESSED_ON_THE_WAY = ("radial",)
"""Nerves whose usual segment holds a place where they are pressed: the radial nerve winds round the bone of the upper arm."""
_AT_THE_DISTAL_SITE = ("latency_ms", "amplitude_mv", "distal_duration_ms")
_SLOWED_BY_COLD = ("velocity_m_s", "latency_ms", "distal_duration_ms")
_NORMAL_SD = 1.96
"""SD of a normal distribution below which 97.5 % lie."""


def read_conduction(case: Case, ledger: Ledger) -> None:
    """Each row of a nerve-conduction report, and what several rows say together."""
    known = ledger.knowledge.content
    nerves = sorted({limit.nerve for limit in known.conduction} - {"any"} | set(known.nerves))
    first, rows = len(ledger.measured), list[tuple[str, slice, ConductionRow]]()
    for index, entered in enumerate(case.conduction):
        path = f"$.conduction[{index}]"
        if entered.nerve not in nerves:
            likely = {limit.nerve for limit in known.conduction if limit.kind == entered.kind}
            ledger.unknown_part(entered.nerve, f"{path}.nerve", known.nerves, mark("nerve"), likely)
            continue
        files = len(ledger.measured)
        row = with_velocity(measured_row(entered, ledger, path) if entered.traces else entered)
        if not row.absent and not row.traces and all(getattr(row, name) is None for name in MEASURES):
            what, fix = mark("The row holds no measurement."), mark("Give a latency, amplitude or velocity, or: absent: true")
            ledger.issue("case.conduction", Level.REFUSE, path, what, fix)
        rows.append((path, slice(files, len(ledger.measured)), compare_row(row, case.person, ledger.knowledge)))
    judged_rows = later_than_the_other_side([judged for _, _, judged in rows], ledger.knowledge)
    ledger.conduction += explained_by_compression(slow_all_along(judged_rows), ledger.knowledge)
    for (path, files_of, _), judged in zip(rows, ledger.conduction, strict=True):
        _enter(judged, ledger, path)
        _beyond_the_limits_people(judged, case.person, ledger, path)
        ledger.measured[files_of] = [m.model_copy(update=_verdict(judged, ledger.knowledge)) for m in ledger.measured[files_of]]
        if not judged.compared and not _is_gone(judged) and any(getattr(judged.row, name) is not None for name in MEASURES):
            what = mark("We hold no limit for this nerve and kind; the row is kept and shown.")
            ledger.issue("case.conduction_limit", Level.NOTE, path, what, mark("Nothing needs to be done."))
    for nerve, _, speeds in falls_across_a_joint(ledger.conduction, ledger.knowledge):
        ledger.measure(COMPRESSED[nerve], True, "$.conduction", speeds)
    _too_little_for_no(ledger)
    _together(ledger)
    ledger.measured[first:] = [_settled(m, ledger) for m in ledger.measured[first:]]


def _too_little_for_no(ledger: Ledger) -> None:
    """A no of nerve conduction is not known while a number of the same finding is open, or from too few nerves."""
    said: dict[str, list[tuple[Comparison, Conduction]]] = {}
    for judged in ledger.conduction:
        for c in judged.compared:
            if c.finding and ledger.states.get(c.finding) == "absent":
                said.setdefault(c.finding, []).append((c, judged.row))
    for finding, rows in said.items():
        nerves = {(row.nerve, row.side) for _, row in rows}
        few = finding in _OF_ANY_NERVE and len(nerves) < ledger.knowledge.number("conduction_absent_least_nerves")
        by_rows = all(row.path.startswith("$.conduction") for row in ledger.provenance[finding])
        if by_rows and (few or any(c.state == "open" for c, _ in rows)):
            del ledger.states[finding], ledger.provenance[finding]


def _settled(measured: Measured, ledger: Ledger) -> Measured:
    """A row says no only where all rows together do."""
    kept = {f: s for f, s in measured.findings.items() if s == "present" or ledger.states.get(f) == "absent"}
    unsettled = measured.unsettled if kept == measured.findings else (Unsettled(reason="few_nerves"),)
    return measured.model_copy(update={"findings": kept, "unsettled": unsettled})


def _beyond_the_limits_people(judged: ConductionRow, person: Person, ledger: Ledger, path: str) -> None:
    """Says where a limit was made of other people: all are of adults, and some of late answers of people of every height."""
    young, old = (ledger.knowledge.number(f"conduction_limits_{end}_years") for end in ("from", "up_to"))
    age, fix = person.age_years, mark("Compare with the limits of a laboratory for people of this age and height.")
    general = any(c.age is None and c.height_cm is None for c in judged.compared)
    tall = person.height_cm is not None and person.height_cm >= ledger.knowledge.number("conduction_tall_cm")
    if age is not None and age < young and not tall and any(c.age is None for c in judged.compared):
        growing = age < ledger.knowledge.number("conduction_adult_from_years")
        small = mark("The limits are of adults; at {age} years answers come earlier, so that a late one may lie within them.")
        what = mark("The limits are of adults; at {age} years nerves conduct more slowly.") if growing else small
        ledger.issue("case.conduction_age", Level.DOUBT, path, what, fix, age=f"{age:g}")
    if age is not None and age >= old + 1 and general and any(c.state == "beyond" for c in judged.compared):
        what = mark("The limits are of people up to {old} years; at {age} years responses are smaller and slower in health too.")
        ledger.issue("case.conduction_age", Level.DOUBT, path, what, fix, age=f"{age:g}", old=f"{old:g}")
    late = judged.row.kind in ("f_wave", "h_reflex")
    if late and any(c.state == "beyond" and c.measure == "latency_ms" and c.height_cm is None for c in judged.compared):
        what = mark("This limit is of people of every height: the answer of a tall person comes later in health too.")
        ledger.issue("case.conduction_height", Level.DOUBT, path, what, fix)


def _verdict(judged: ConductionRow, knowledge: Knowledge) -> dict[str, object]:
    """What a measured row was taken for, and why not more."""
    told = _told(judged, knowledge)
    reason: Literal["no_limit", "open", "criteria"] = (
        "no_limit" if not judged.compared else "open" if all(c.state == "open" for c in judged.compared) else "criteria"
    )
    return {"findings": told, "unsettled": () if told else (Unsettled(reason=reason),)}


def _told(judged: ConductionRow, knowledge: Knowledge) -> dict[str, State]:
    """The findings that a row speaks of, as it speaks."""
    told: dict[str, State] = {}
    if _is_gone(judged):
        healthy = judged.may_be_absent or _too_few_stimuli(judged.row, knowledge)
        return {} if healthy else dict.fromkeys(_gone(judged, knowledge), "present")
    for c in judged.compared:
        if c.finding and c.state != "open":
            told[c.finding] = "present" if c.state == "beyond" or told.get(c.finding) == "present" else "absent"
    return told


def with_velocity(row: Conduction) -> Conduction:
    """The velocity between two sites, where the distance is given and the velocity is not."""
    far = row.proximal
    if row.velocity_m_s is not None or far is None or not far.distance_mm or not far.latency_ms or not row.latency_ms:
        return row
    gap = far.latency_ms - row.latency_ms
    return row if gap <= 0 else row.model_copy(update={"velocity_m_s": min(far.distance_mm / gap, 150.0)})


def compare_row(row: Conduction, person: Person, knowledge: Knowledge) -> ConductionRow:
    """Every number of a row against the limit that fits it best."""
    row = with_segment(_in_its_unit(row))
    warmth = next((w for w in knowledge.content.warmth.values() if row.nerve in w.nerves), None)
    cold = warmth is not None and row.temperature_c is not None and row.temperature_c < warmth.cold_below_c
    limits = _best(row, person, knowledge)
    found = [c for limit in limits if (c := _compare(limit, row, person, warmth if cold else None, knowledge)) is not None]
    unplaced = row.kind == "motor" and row.segment is None and any(c.segment for c in found)
    compared = (*(over_any_segment(found) if unplaced else found), *_blocks(row, knowledge))
    may_be_absent = any(limit.low == 0 for limit in limits)
    return ConductionRow(row=row, compared=compared, cold=cold, may_be_absent=may_be_absent)


def _in_its_unit(row: Conduction) -> Conduction:
    """The row with its amplitude in the unit of its limits: of muscle responses millivolts, of sensory ones microvolts."""
    if row.kind == "sensory" and row.amplitude_uv is None and row.amplitude_mv is not None:
        return row.model_copy(update={"amplitude_uv": 1000 * row.amplitude_mv, "amplitude_mv": None})
    if row.kind == "motor" and row.amplitude_mv is None and row.amplitude_uv is not None:
        return row.model_copy(update={"amplitude_mv": row.amplitude_uv / 1000, "amplitude_uv": None})
    return row


def _best(row: Conduction, person: Person, knowledge: Knowledge) -> list[ConductionLimit]:
    """Of the limits that fit, the most specific for each measure and finding; a segment with limits of its own has no others."""
    best: dict[tuple[str, str | None], ConductionLimit] = {}
    pool = [x for x in knowledge.content.conduction if x.nerve in (trunk(row.nerve), "any") and x.kind == row.kind]
    own = {x.measure for x in pool if x.segment is not None and x.segment == row.segment}
    for limit in pool:
        key = (limit.measure, limit.finding)
        foreign = limit.segment is None and limit.measure in own
        if not foreign and _fits(limit, row, person) and (key not in best or _specific(limit) > _specific(best[key])):
            best[key] = limit
    return [limit if limit.share is None else _part(limit, list(best.values())) for limit in best.values()]


def _part(limit: ConductionLimit, others: list[ConductionLimit]) -> ConductionLimit:
    """A limit that is a share of the lower limit that holds for the person; it is as sure as the less sure of both."""
    same = (x for x in others if (x.measure, x.segment) == (limit.measure, limit.segment) and x.low is not None)
    whole = next(same)  # the compiler sees to it that there is one
    trust = max(limit.trust, whole.trust, key=get_args(Trust).index)
    low = (limit.share or 0.0) * (whole.low or 0.0)
    own = {"low": low, "age": whole.age, "height_cm": whole.height_cm, "sex": whole.sex, "trust": trust}
    return limit.model_copy(update=own)


def _fits(limit: ConductionLimit, row: Conduction, person: Person) -> bool:
    segment = limit.segment in (None, row.segment) or (row.segment is None and row.kind == "motor")
    site = row.kind != "motor" or limit.measure not in _AT_THE_DISTAL_SITE or is_distal(row)
    technique = limit.technique in (None, row.technique)
    sex = limit.sex in (None, person.sex)
    age, height = _inside(person.age_years, limit.age), _inside(person.height_cm, limit.height_cm)
    distance = row.distance_mm is None or _inside(row.distance_mm, limit.distance_mm)
    train = row.rate_hz is None or limit.rate_hz is None or limit.rate_hz[0] <= row.rate_hz <= limit.rate_hz[1]
    return segment and site and technique and sex and age and height and distance and train


def _inside(value: float | None, span: tuple[float, float] | None) -> bool:
    return span is None or (value is not None and span[0] <= value < span[1])


def _specific(limit: ConductionLimit) -> int:
    return sum(x is not None for x in (limit.age, limit.height_cm, limit.sex, limit.technique, limit.segment))


def _compare(
    limit: ConductionLimit, row: Conduction, person: Person, cold: NerveWarmth | None, knowledge: Knowledge
) -> Comparison | None:
    value = getattr(row, limit.measure)
    if value is None:
        return None
    low, high, z = _bounds(limit, person, value)
    z = None if _is_small(person, limit, knowledge) else z  # a child has no place among adults
    beyond = (low is not None and value < low) or (high is not None and value > high)
    corrected = _corrected(limit, row, value, cold) if cold else None
    state: Verdict = "beyond" if beyond else "within"
    if beyond and cold and limit.measure in _SLOWED_BY_COLD:
        again = corrected is not None and ((low is not None and corrected < low) or (high is not None and corrected > high))
        state = "beyond" if again else "open"
    state = "open" if state == "beyond" and low is not None and _is_growing(person, limit, knowledge) else state
    # effort mends a decrement for a moment, and an answer comes early in a short limb: such a number says no no
    early = high is not None and _is_small(person, limit, knowledge)
    says_nothing = state == "within" and (row.exercise == "just_after" or early)
    return Comparison(
        measure=limit.measure, value=value, corrected=corrected, low=low, high=high, age=limit.age, height_cm=limit.height_cm,
        sex=limit.sex, centile=limit.centile, share=limit.share, segment=None if row.segment else limit.segment, z=z, state=state,
        finding=None if says_nothing else limit.finding, source=limit.source, trust=limit.trust,
    )  # fmt: skip


def _is_small(person: Person, limit: ConductionLimit, knowledge: Knowledge) -> bool:
    """Whether a limit of adults is held against a child, whose limbs are shorter."""
    tall = person.height_cm is not None and person.height_cm >= knowledge.number("conduction_tall_cm")
    young = not tall and _younger(person, "conduction_limits_from_years", knowledge)
    return limit.age is None and limit.kind != "repetitive" and young


def _is_growing(person: Person, limit: ConductionLimit, knowledge: Knowledge) -> bool:
    """Whether nerves conduct more slowly at this age, in health, than the limit of adults asks."""
    return limit.age is None and _younger(person, "conduction_adult_from_years", knowledge)


def _younger(person: Person, than: str, knowledge: Knowledge) -> bool:
    return person.age_years is not None and person.age_years < knowledge.number(than)


def _bounds(limit: ConductionLimit, person: Person, value: float) -> tuple[float | None, float | None, float | None]:
    """Lower and upper limit and how many SD from the mean the value lies, where this can be said."""
    expected = limit.log or limit.line
    if expected is not None:
        age, height = person.age_years or 0.0, person.height_cm or 0.0
        middle = expected.constant + expected.age * age + expected.age2 * age**2 + expected.height * height
        late = limit.measure.endswith("_ms")
        edge = middle + (_NORMAL_SD if late else -_NORMAL_SD) * expected.sd
        if limit.log is not None:
            z, edge = ((log(value) - middle) / expected.sd if value > 0 else None), exp(edge)
        else:
            z = (value - middle) / expected.sd
        return (None, edge, z) if late else (edge, None, z)
    z = (value - limit.mean) / limit.sd if limit.mean is not None and limit.sd else None
    return limit.low, limit.high, z


def _corrected(limit: ConductionLimit, row: Conduction, value: float, cold: NerveWarmth) -> float | None:
    """The number at the reference temperature, for velocities and distal latencies; F waves and H reflexes have no such rule."""
    if row.kind not in ("motor", "sensory") or row.temperature_c is None:
        return None
    at, to = row.temperature_c, cold.reference_c
    if limit.measure == "velocity_m_s":
        return corrected_velocity_m_s(value, at, to, cold.motor_m_s_per_c if row.kind == "motor" else cold.sensory_m_s_per_c)
    return corrected_latency_ms(value, at, to, cold.latency_ms_per_c) if limit.measure == "latency_ms" else None


def _blocks(row: Conduction, knowledge: Knowledge) -> Iterator[Comparison]:
    """The proximal response against the distal one, by every set of criteria that knows the nerve."""
    far = row.proximal
    if row.kind != "motor" or far is None:
        return
    drops = {
        "amplitude_drop": _drop(row.amplitude_mv, far.amplitude_mv), "area_drop": _drop(row.area_mv_ms, far.area_mv_ms),
        "duration_rise": None if (x := _drop(row.duration_ms, far.duration_ms)) is None else -x,
    }  # fmt: skip
    for rule in knowledge.content.blocks.values():
        if trunk(row.nerve) not in rule.nerves:
            continue
        told = _rule_holds(rule, drops, row.amplitude_mv)
        shown = (
            "duration_rise" if rule.kind == "dispersion" else "area_drop" if drops["area_drop"] is not None else "amplitude_drop"
        )
        value, limit = drops[shown], getattr(rule, shown)
        if value is None or limit is None:
            continue
        finding = "ncs_demyelinating" if rule.kind == "dispersion" else _block_of(row)
        yield Comparison(
            measure=f"{shown}_percent", value=value, high=limit, state="open" if told is None else "beyond" if told else "within",
            finding=finding, source=rule.source, trust=rule.trust,
        )  # fmt: skip


def _block_of(row: Conduction) -> str | None:
    """What a block is the sign of: nothing where a nerve is pressed on its way so often that it tells no disease."""
    return None if row.nerve in _PRESSED_ON_THE_WAY else ACROSS_A_JOINT.get(row.segment or "", "conduction_block")


_ALL = 100.0


def _drop(distal: float | None, proximal: float | None) -> float | None:
    return None if not distal or proximal is None else 100 * (distal - proximal) / distal


def _rule_holds(rule: BlockLimit, drops: dict[str, float | None], distal_mv: float | None) -> bool | None:
    """Whether a set of criteria is fulfilled; None where a number is missing that it cannot do without.

    Area is the better index (Oh 1994, Muscle Nerve 17:489); a report that gives amplitudes alone is judged by them where the
    criteria name an amplitude. Without the durations a block cannot be told from dispersion; nor can it where the response spreads
    by more than the criteria of a definite block allow.
    """
    if rule.kind == "dispersion":
        rise = drops["duration_rise"]
        return None if rise is None or rule.duration_rise is None else rise > rule.duration_rise
    pairs = [(drops["area_drop"], rule.area_drop), (drops["amplitude_drop"], rule.amplitude_drop)]
    known = [(value, limit) for value, limit in pairs if value is not None and limit is not None]
    if not known:
        return None
    if not all(value > limit for value, limit in known):
        return False
    if drops["amplitude_drop"] == _ALL:
        return True  # what is gone is not spread out
    rise, most = drops["duration_rise"], rule.duration_rise_at_most
    if rise is None or (rule.least_distal_mv and distal_mv is not None and distal_mv < rule.least_distal_mv):
        return None
    return True if most is None or rise <= most else None


def _enter(judged: ConductionRow, ledger: Ledger, path: str) -> None:
    """What one row says by itself."""
    row = judged.row
    if row.absent and judged.may_be_absent:
        what = mark("At this age the response may be absent in health: nothing follows from it.")
        ledger.issue("conduction.may_be_absent", Level.NOTE, path, what, mark("Nothing needs to be done."))
        return
    if _is_gone(judged):
        _enter_absent(judged, ledger, path)
        return
    blocks = [c for c in judged.compared if c.measure in _DROPS]
    for c in judged.compared:
        if c.finding is None or c in blocks or c.state == "open" or (c.measure == "duration_rise_percent" and c.state == "within"):
            continue
        ledger.measure(c.finding, c.state == "beyond", path, _raw(c, row))
    states = {c.state for c in blocks}
    if len(states) == 1 and states != {"open"}:
        for finding in {c.finding for c in blocks if c.finding}:
            ledger.measure(finding, states == {"beyond"}, path, _raw(blocks[0], row))
    elif states:
        _leave_block_open(row, ledger, path)
    _ask_for_the_segment(judged, ledger, path)
    _warn_of_temperature(judged, ledger, path)


def _ask_for_the_segment(judged: ConductionRow, ledger: Ledger, path: str) -> None:
    """A velocity that is slow over one segment and not over another is asked about."""
    if judged.row.segment is None and any(c.segment and c.state != "within" for c in judged.compared):
        what = mark("Over which segment the velocity is, is not said; a nerve is slower where it passes a joint.")
        ledger.issue("conduction.segment", Level.DOUBT, path, what, mark("Say the segment, or both sites of stimulation."))


def _leave_block_open(row: Conduction, ledger: Ledger, path: str) -> None:
    """Says why neither block nor none is told: numbers are missing, criteria disagree, or the response spreads as well."""
    what = mark("The proximal response is smaller, but the criteria of conduction block disagree or lack the durations.")
    fix = mark("Give area and duration of both responses.")
    far = row.proximal
    if far is not None and None not in (row.duration_ms, far.duration_ms, row.area_mv_ms, far.area_mv_ms):
        what = mark("The proximal response is smaller and also more spread out: block cannot be told from dispersion.")
        fix = mark("Stimulate in shorter steps along the nerve: a block is a fall within one step.")
    ledger.issue("conduction.block_open", Level.DOUBT, path, what, fix)


def _enter_absent(judged: ConductionRow, ledger: Ledger, path: str) -> None:
    row, number = judged.row, ledger.knowledge.number
    if _too_few_stimuli(row, ledger.knowledge):
        what = mark("No F wave after {n} {n:stimulus|stimuli}: too few to call them absent.")
        unsaid = mark("No F wave, and how many stimuli were given is not said: too little to call them absent.")
        params = {"n": row.stimuli, "least": f"{number('conduction_f_least_stimuli'):g}"}
        fix = mark("Give at least {least} stimuli.") if row.stimuli is not None else mark("Say how many stimuli were given.")
        ledger.issue("conduction.few_stimuli", Level.DOUBT, path, unsaid if row.stimuli is None else what, fix, **params)
        return
    for finding in _gone(judged, ledger.knowledge):
        ledger.enter(finding, "present", path, "absent")


def _is_gone(judged: ConductionRow) -> bool:
    """Whether no response could be elicited."""
    return judged.row.absent or judged.row.persistence_percent == 0


def _too_few_stimuli(row: Conduction, knowledge: Knowledge) -> bool:
    """Whether F waves cannot be called absent; an examiner who wrote so, and not how many stimuli, is believed."""
    if row.kind != "f_wave" or (row.absent and row.stimuli is None):
        return False
    return row.stimuli is None or row.stimuli < knowledge.number("conduction_f_least_stimuli")


def _gone(judged: ConductionRow, knowledge: Knowledge) -> list[str]:
    """What a missing response of this nerve and kind speaks for."""
    row, limits = judged.row, knowledge.content.conduction
    if judged.compressed is not None and row.kind in ("motor", "sensory"):
        return [judged.compressed]
    found = (x.finding for x in limits if x.nerve == trunk(row.nerve) and x.kind == row.kind and x.finding in _GONE)
    return list(dict.fromkeys(str(finding) for finding in found))


def _raw(c: Comparison, row: Conduction) -> str:
    at = f" at {row.temperature_c:g} °C, {c.corrected:.3g} corrected" if c.corrected is not None else ""
    return f"{c.value:.3g}{at}"


def _warn_of_temperature(judged: ConductionRow, ledger: Ledger, path: str) -> None:
    """A cold limb is said, and so is a slow one whose temperature nobody wrote down."""
    row = judged.row
    slow = [c for c in judged.compared if c.measure in _SLOWED_BY_COLD and c.state != "within"]
    if judged.cold:
        what = mark("The limb was cold ({t} °C). Slowing that goes away when it is corrected for warmth does not count.")
        ledger.issue(
            "conduction.cold", Level.DOUBT, path, what, mark("Warm the limb and measure again."), t=f"{row.temperature_c:g}"
        )
    elif slow and not any(r.row.temperature_c for r in ledger.conduction if (r.row.nerve, r.row.side) == (row.nerve, row.side)):
        what = mark("The nerve is slow, and the temperature of the limb is not given; a cold limb slows every nerve.")
        ledger.issue("conduction.no_temperature", Level.NOTE, path, what, mark("Give the temperature of the skin."))


def _together(ledger: Ledger) -> None:
    """What no row says alone: small motor and sensory responses are axonal loss; nothing beyond its limit is normal."""
    judged = [r for r in ledger.conduction if r.row.kind != "repetitive"]  # a train tests the junction
    rows = [r for r in judged if r.compared or (r.row.absent and not r.may_be_absent)]
    states = [c.state for r in rows for c in r.compared if c.finding or r.row.kind == "sensory" or c.measure in _DROPS]
    both = ledger.states.get("ncs_low_cmap") == ledger.states.get("ncs_low_snap") == "present"
    sensory = [r for r in rows if r.row.kind == "sensory"]
    if both and not (sensory and all(_compressed(r, ledger) for r in sensory)):
        lost = None if ledger.states.get("ncs_demyelinating") == "present" else "ncs_axonal"  # dispersed waves are small as well
        if lost:
            ledger.enter(lost, "present", "$.conduction", "small motor and sensory responses")
        _not_motor_alone(ledger, lost)
    if "beyond" in states or any(r.row.absent for r in rows):
        ledger.measure("ncs_normal", False, "$.conduction", "beyond a limit")
        return
    enough = len(rows) >= ledger.knowledge.number("conduction_normal_least_rows")
    if enough and {"motor", "sensory"} <= {r.row.kind for r in rows} and "open" not in states:
        ledger.measure("ncs_normal", True, "$.conduction", f"{len(rows)} rows within their limits")


def _compressed(judged: ConductionRow, ledger: Ledger) -> bool:
    """Whether a sensory response is not small, or small because its nerve is compressed at a common site."""
    small = judged.row.absent or any(c.finding == "ncs_low_snap" and c.state == "beyond" for c in judged.compared)
    return not small or ledger.states.get(COMPRESSED.get(judged.row.nerve, "")) == "present"


def _not_motor_alone(ledger: Ledger, instead: str | None) -> None:
    """A small motor response speaks for a motor disease where sensory responses are normal; here it is another thing, if any."""
    said = [row for row in ledger.provenance["ncs_low_cmap"] if not row.path.startswith("$.conduction")]
    if not said:
        del ledger.states["ncs_low_cmap"], ledger.provenance["ncs_low_cmap"]

    def told(c: Comparison) -> Comparison:
        both = c.finding == "ncs_low_cmap" or (instead is not None and c.finding == "ncs_low_snap")
        return c.model_copy(update={"finding": instead}) if both and c.state == "beyond" else c

    ledger.conduction[:] = [
        r.model_copy(update={"compared": tuple(told(c) for c in r.compared)}) if r.compared else r for r in ledger.conduction
    ]
