"""A number that decides a name, a finding or an urgency stands in the knowledge with its source; other numbers say why they do not.

Looked at are the constants of the modules in ``signals`` and ``findings``; the fields of the ``...Settings`` are those of a method.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[1] / "src" / "myognosis"
SHOWN = "how much is drawn or listed; nothing is judged by it"
COST = "how much is held in memory, or how often is drawn and sought: more costs time and moves no figure beyond its interval"
EXACT = "a unit, a law of numbers, or a floor that keeps a division from nothing"
MEASURE = "part of what a measure is, as docs/measures.md and the page of the topic say; what it is held against is data"
METHOD = "how the method hears, sorts and aligns, tuned on made recordings (* is a module of nothing else); names come by data"
WHY = {
    SHOWN: """
        findings/ledger: _HINTS
        findings/recordings/analysed: COLUMNS
        findings/recordings/answers: _BEFORE_S _STIMULUS
        findings/recordings/fasciculation: _CLOSE_S _STEP_S _UNITS_SHOWN
        findings/recordings/jerks: _SHOWN_S
        findings/recordings/needle: _SHOWN _CLOSE_S _UNITS_SHOWN
        findings/recordings/pairs: _TO_HZ
        findings/recordings/quality: _STEPS _NAMED _LETTERS
        findings/recordings/tremor: _SHOWN_S _TO_HZ
        findings/traces: _REPLICATES _SHOWN_MS _COLUMNS
    """,
    COST: """
        findings/recordings/jerks: _MUSCLES
        findings/recordings/long: WHOLE_SAMPLES _PART_SAMPLES _MOST_PARTS _TREMOR_SAMPLES _TREMOR_HZ _UNIT_SAMPLES _UNIT_CHANNELS
        findings/recordings/needle: _TRIED
        findings/recordings/passing: PIECE_SAMPLES _KEPT
        findings/recordings/tremor: _EMG_CHANNELS
        signals/agreement: _BLOCK_S _DRAWS
        signals/conduction/late: _ROUNDS
        signals/conduction/tail: _ROUNDS
        signals/discharges/parting: MOST PLANES
        signals/discharges/rhythm: STARTS PARTNERS
        signals/fasciculation/smallest: _SECONDS _PLACES _RANGE_UV _HALVINGS
        signals/fasciculation/snippets: WAVES
        signals/jerks/bursts: _ROUNDS
        signals/jerks/pattern: _COPIES
        signals/jerks/sensory: _COPIES
        signals/jumps: _BLOCK_S _THINNED _AT_ONCE
        signals/pieces: AROUND_S _SAMPLES _LEAST_S
        signals/quality: _BLOCK_S AT_ONCE
        signals/stimuli: _BLOCK
        signals/tremor/distraction: _RATE_HZ
    """,
    EXACT: """
        findings/conduction: _NORMAL_SD _ALL
        findings/laboratory: _SAME
        findings/ledger: _RANK
        findings/story: _DAYS _HOURS_A_DAY
        signals/agreement: _FAR _TINY
        signals/coherence: _STILL
        signals/intervals: MAD_TO_SD FEW
    """,
    MEASURE: """
        findings/traces: _BEFORE_MS _AFTER_MS _LEAST_AFTER_MS
        signals/conduction/late: _H_MS
        signals/conduction/repetitive: _FIRST _COMPARED
        signals/discharges/measures: TURN_SHARE
        signals/fasciculation/measure: SPREAD_SHARE ENOUGH
        signals/fasciculation/rates: BLOCK_S FRAME_S MULTIPLETS LARGER
        signals/fasciculation/settings: NEEDLE_HZ
        signals/fasciculation/shape: LEAST_SHARE EDGE_SHARE
        signals/jerks/backaverage: CORTICAL READINESS
        signals/jerks/level: EDGES_MS
        signals/motor_units/interference: EPOCH_S TURN_UV SMALL_MS SMALL_UV NEAR_S
        signals/motor_units/units: BEFORE_S AFTER_S
        signals/potentials/shape: GAP_S FIRST_SHARE TURN_UV TURN_SHARE
        signals/tremor/distraction: _OWN_HZ _TAP_HZ
    """,
    METHOD: """
        signals/conduction/late: _AFTER_MS _MOST_TRACES _LOWER_SHARE
        signals/conduction/tail: _DECAYS_MS _CLEAR_MS
        signals/discharges/measures: SMOOTH BEFORE_S AFTER_S SIZE_S
        signals/fasciculation/smallest: _LENGTH _AROUND_S _REACHED
        signals/discharges/period: WINDOW_S
        signals/discharges/rhythm: MOST_MISSED FOLLOWS GIVEN_UP
        signals/discharges/series: BIN_S
        signals/heart: SLOW_HZ
        signals/jerks/sensory: _EARLIER_S
        signals/jumps: _ORDER
        signals/motor_units/units: SPLIT_S SPLITS
        signals/quality: CLIPPED_SHARE
        signals/discharges/grid: *
        signals/fasciculation/band: *
        signals/fasciculation/cascade: *
        signals/fasciculation/doublets: *
        signals/fasciculation/ear: *
        signals/fasciculation/engine: *
        signals/fasciculation/faint: *
        signals/fasciculation/finding: *
        signals/fasciculation/gates: *
        signals/fasciculation/kernels: *
        signals/fasciculation/needle: *
        signals/fasciculation/peel: *
        signals/fasciculation/ringing: *
        signals/fasciculation/sorting: *
        signals/fasciculation/towering: *
        signals/fasciculation/voluntary: *
        signals/potentials/firings: *
    """,
}


STATEMENT = re.compile(r"^[A-Z_][A-Z0-9_, ]*(?::[^=\n]+)? = .*\n(?:[ )}\]].*\n)*", re.MULTILINE)


def constants() -> Iterator[str]:
    """Each constant of a module that holds a number."""
    for path in (path for room in ("signals", "findings") for path in (HOUSE / room).rglob("*.py")):
        module = path.relative_to(HOUSE).with_suffix("").as_posix()
        for said in STATEMENT.findall(path.read_text("utf-8")):
            node = ast.parse(said).body[0]
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and holds_a_number(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
                yield from (f"{module}: {name}" for name in names)


def holds_a_number(value: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in ast.walk(value))


def listed() -> set[str]:
    rows = (row.split(": ") for rows in WHY.values() for row in rows.strip().splitlines())
    return {f"{module.strip()}: {name}" for module, names in rows for name in names.split()}


def test_a_number_in_the_code_of_signals_and_findings_says_why_it_is_not_in_the_knowledge():
    found, told = set(constants()), listed()
    found = {f"{name.split(': ')[0]}: *" if f"{name.split(': ')[0]}: *" in told else name for name in found}
    assert sorted(found - told) == [], "put it into knowledge/data with its source, or under its reason here"
    assert sorted(told - found) == [], "no longer there"
