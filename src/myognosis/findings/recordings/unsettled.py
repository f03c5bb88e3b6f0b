"""Why a recording settles nothing, or not all that was looked for: said in ids and numbers, put into words by the report."""

from collections.abc import Iterator

from myognosis.findings.recordings.analysed import Analysed
from myognosis.findings.recordings.fasciculation import FOREIGN, smallest_needed
from myognosis.knowledge import Knowledge
from myognosis.model.case import Recording as Row
from myognosis.model.finding import Unsettled

__all__ = ["SUITS", "why_unsettled"]

SUITS = {
    "emg": {"emg"}, "eeg": {"eeg", "emg"}, "accelerometer": {"accelerometer", "gyroscope"}, "gyroscope": {"gyroscope"},
}  # fmt: skip
"""The channels that a recording of a kind is measured in."""


def why_unsettled(row: Row, found: tuple[Analysed, ...], kinds: frozenset[str], knowledge: Knowledge) -> tuple[Unsettled, ...]:
    """The reasons, the plainest first; at least one where nothing was concluded."""
    if not SUITS.get(row.kind, set()) & kinds:
        return (Unsettled(reason="kind"),)
    entered = {entry.finding for part in found for entry in part.entries}
    if not found or (row.kind in ("emg", "eeg") and _value(found, "quality_assessable") == 0):
        return (Unsettled(reason="unusable"),)
    reasons = [
        *_potentials(row, found, entered, knowledge),
        *_tremor(row, found, knowledge),
        *_jerks(row, found, entered, knowledge),
    ]
    if not entered and any(part.motor_units is not None for part in found):
        reasons.append(Unsettled(reason="described"))
    if any(issue.code == "recording.slow" for part in found for issue in part.issues):
        reasons = [Unsettled(reason="slow"), *(reason for reason in reasons if reason.reason not in ("voluntary", "lapses"))]
    rest = [] if reasons or entered else [Unsettled(reason="criteria")]
    return tuple(dict.fromkeys([*reasons, *rest]))


def _value(found: tuple[Analysed, ...], name: str) -> float | None:
    return next((m.value for part in found for m in part.measurements if m.name == name), None)


def _potentials(row: Row, found: tuple[Analysed, ...], entered: set[str], knowledge: Knowledge) -> Iterator[Unsettled]:
    """Fasciculation potentials: not looked for, not at rest for long enough, or too few to say."""
    if row.kind != "emg" or "emg_fp" in entered or row.shows not in (None, "twitches") or row.task:
        return
    if any(issue.code in FOREIGN for part in found for issue in part.issues):
        return  # the doubt says it
    if row.during not in (None, "rest"):
        if row.electrode is None and not entered:
            yield Unsettled(reason="not_rest")
        return
    rate = next((m for part in found for m in part.measurements if m.name == "fasciculation_rate"), None)
    if rate is None:
        yield Unsettled(reason="voluntary")
    elif (rate.seconds or 0) < knowledge.number("recording_fasciculation_present_least_s"):
        yield Unsettled(reason="rest_short", value=rate.seconds, needed=knowledge.number("recording_fasciculation_present_least_s"))
    elif rate.value == 0 and row.during is None:
        yield Unsettled(reason="rest_unsaid")
    elif rate.value == 0 and (rate.seconds or 0) < knowledge.number("recording_fasciculation_absent_s"):
        yield Unsettled(reason="short", value=rate.seconds, needed=knowledge.number("recording_fasciculation_absent_s"))
    elif rate.value == 0 and any(p.discharges is not None and len(p.discharges.explained_s) for p in found):
        yield Unsettled(reason="discharges")
    elif rate.value == 0 and any(m.doubt == "unit" for part in found for m in part.measurements):
        yield Unsettled(reason="unit")
    elif rate.value == 0 and (size := _value(found, "fasciculation_smallest") or 0.0) > smallest_needed(row, knowledge):
        yield Unsettled(reason="noise", value=size, needed=smallest_needed(row, knowledge))
    elif rate.value == 0:
        yield Unsettled(reason="rate", needed=knowledge.number("recording_fasciculation_absent_rate_hz"))
    else:
        yield Unsettled(reason="few", value=rate.low, needed=knowledge.number("recording_fasciculation_present_per_min"))


def _tremor(row: Row, found: tuple[Analysed, ...], knowledge: Knowledge) -> Iterator[Unsettled]:
    """Tremor: on purpose, in an unknown state, as everybody has it, or watched for too short a time."""
    tremors = [tremor for part in found if not part.tasks for _, tremor in part.tremors]
    entries = any("tremor" in entry.finding for part in found for entry in part.entries)
    if not tremors or entries:
        return
    outcomes = {tremor.outcome for tremor in tremors}
    seconds, needed = max(tremor.seconds for tremor in tremors), knowledge.number("recording_tremor_absent_s")
    if any(issue.code.startswith("recording.again") for part in found for issue in part.issues):
        yield Unsettled(reason="take")
    elif row.during == "movement":
        yield Unsettled(reason="movement")
    elif "tremor" in outcomes:
        yield Unsettled(reason="physiological")
    elif row.during is None:
        yield Unsettled(reason="state")
    elif seconds < needed:
        yield Unsettled(reason="tremor_short", value=seconds, needed=needed)
    else:
        yield Unsettled(reason="tremor_unclear")


def _jerks(row: Row, found: tuple[Analysed, ...], entered: set[str], knowledge: Knowledge) -> Iterator[Unsettled]:
    """Bursts too few or of every length; lapses where the muscle did not hold; reflexes without an answer."""
    if row.kind not in ("emg", "eeg") or row.shows not in (None, "jerks", "reflexes") or row.task:
        return
    bursts = next((m for part in found for m in part.measurements if m.name == "jerk_burst_duration"), None)
    if row.shows == "jerks" and not {"emg_burst_short", "emg_burst_long"} & entered:
        yield (
            Unsettled(reason="burst_length")
            if bursts
            else Unsettled(reason="few_bursts", needed=knowledge.number("jerk_min_bursts"))
        )
    if row.during == "posture" and row.shows != "reflexes" and _value(found, "lapse_rate") is None:
        yield Unsettled(reason="lapses")
    if row.shows == "reflexes" and not {"emg_c_reflex", "giant_sep"} & entered:
        yield Unsettled(reason="reflexes", needed=knowledge.number("reflex_min_stimuli"))
