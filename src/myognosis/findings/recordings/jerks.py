"""Jerks and lapses: how long the bursts of the muscles are, what goes before them in the EEG, what a stimulus calls up.

Bursts are looked for only where somebody saw jerks (``shows: jerks``) or an EEG was recorded with the muscles: a fasciculation is
a burst as well. Lapses are looked for in every muscle that holds a posture.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import jerk_criteria
from myognosis.findings.recordings.analysed import Analysed, Draw, Entry, SourceOf, in_each, trace_picture
from myognosis.findings.recordings.answers import answers, stimuli_of
from myognosis.findings.recordings.rates import fast_enough
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.picture import Mark, Picture, TracePicture
from myognosis.model.recording import Channel, Recording

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from myognosis.signals.jerks import BackAverage, JerkCriteria, Jerks, Lapses

__all__ = ["analyse", "analyse_in"]

_MUSCLES = 12
_SHOWN_S = 10.0
_SPARSE = mark("In {seconds} s the muscle is contracted by so few units that jerks cannot be told from them: these are left out.")
_NO_LAPSES = mark("Lapses of the muscle could not be judged: {why}.")
_WHY = {
    "short": mark("too little was recorded"),
    "not_held": mark("the muscle is not held contracted"),
    "sparse": mark("too few units fire, so that silence is common between them"),
}
_HOLD = mark("Record again while the muscle is held a little more firmly, or at rest where jerks are looked for.")


def analyse(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """Bursts, lapses, order of muscles, the EEG before the bursts, and the answers of muscles and brain to stimuli."""
    from myognosis.signals.source import ChannelSource

    return analyse_in(recording.channels, row, knowledge, ChannelSource, trace_picture, lambda: stimuli_of(recording, row))


def analyse_in(
    channels: tuple[Channel, ...], row: Row, knowledge: Knowledge, source: SourceOf, draw: Draw,
    stimuli: "Callable[[], npt.NDArray[np.float64]]",
) -> Analysed:  # fmt: skip
    """The same of channels that need not lie in memory; ``stimuli`` tells when stimuli were given."""
    if row.kind not in ("emg", "eeg") or row.shows not in (None, "jerks", "reflexes"):
        return Analysed()
    eeg = tuple(channel for channel in channels if channel.kind == "eeg")
    asked = row.shows is not None or row.during == "posture" or eeg
    emg, slow = fast_enough(channels if asked else (), "jerks", knowledge)
    emg, criteria, parts = emg[:_MUSCLES], jerk_criteria(knowledge), [Analysed(issues=slow)]
    if emg and row.shows != "reflexes":
        parts += [_lapses(emg, criteria, source)] if row.during == "posture" else []
        parts += [_bursts(emg, eeg, criteria, knowledge, source, draw)] if row.shows == "jerks" or eeg else []
    if row.shows in ("jerks", "reflexes") or eeg:
        parts += answers(stimuli(), emg, eeg, criteria, row, source)
    return Analysed(
        tuple(m for part in parts for m in part.measurements),
        tuple(e for part in parts for e in part.entries),
        tuple(p for part in parts for p in part.pictures),
        tuple(i for part in parts for i in part.issues),
    )


def _bursts(
    emg: tuple[Channel, ...], eeg: tuple[Channel, ...], criteria: "JerkCriteria", knowledge: Knowledge, source: SourceOf, draw: Draw
) -> Analysed:
    from myognosis.signals.jerks import find_jerks_in, order_muscles

    found = in_each(emg, source, lambda some: find_jerks_in(some, criteria))
    channel, busiest = max(found, key=lambda one: len(one[1].bursts))
    numbers = [m for _, jerks in found for m in jerks.measurements]
    if len(found) > 1:
        numbers += order_muscles([jerks for _, jerks in found], criteria).measurements
    entries = _by_length(busiest, criteria, knowledge)
    pictures: list[Picture] = [_drawn(busiest, channel, draw)] if busiest.bursts else []
    if eeg and busiest.bursts:
        before = _before(eeg, busiest, criteria, source)
        numbers, entries, pictures = [*numbers, *before.measurements], [*entries, *before.entries], [*pictures, *before.pictures]
    issues = (*_too_quiet(busiest, criteria), *(issue for _, jerks in found for issue in _sparse(jerks)))
    return Analysed(tuple(numbers), tuple(entries), tuple(pictures), issues)


def _sparse(jerks: "Jerks") -> tuple[Issue, ...]:
    """Why some seconds were not watched for bursts."""
    if not jerks.sparse_s:
        return ()
    params = {"seconds": f"{jerks.sparse_s:g}"}
    return (Issue("jerks.sparse", Level.DOUBT, jerks.muscle, Message(_SPARSE, params), Message(_HOLD)),)


def _too_quiet(jerks: "Jerks", criteria: "JerkCriteria") -> tuple[Issue, ...]:
    """Why no length is told of bursts that were found."""
    if len(jerks.bursts) < criteria.min_bursts or jerks.snr >= criteria.min_snr:
        return ()
    what = mark("The bursts are only {snr} times as large as the noise: their length cannot be told to within 3 ms.")
    fix = mark("Let the muscle rest, or bring the electrodes closer to it ({least} times is enough).")
    message = Message(what, {"snr": f"{jerks.snr:.1f}"})
    return (Issue("jerks.quiet", Level.DOUBT, jerks.muscle, message, Message(fix, {"least": f"{criteria.min_snr:g}"})),)


def _by_length(jerks: "Jerks", criteria: "JerkCriteria", knowledge: Knowledge) -> list[Entry]:
    """Bursts all shorter, or all longer, than the limits that the findings are named by; else nothing is concluded.

    Neither is it of bursts as brief as the potential of one unit: they may be fasciculation potentials.
    """
    length = jerks.get("jerk_burst_duration")
    if length is None or length.low is None or length.high is None or len(jerks.bursts) < criteria.min_bursts:
        return []
    raw = f"{jerks.muscle}: {length.value:.0f} ms (95 % {length.low:.0f} to {length.high:.0f}), {len(jerks.bursts)} bursts"
    if knowledge.number("emg_burst_of_one_unit_up_to_ms") < length.low and length.high < knowledge.number(
        "emg_burst_short_below_ms"
    ):
        return [Entry("emg_burst_short", "present", raw)]
    return [Entry("emg_burst_long", "present", raw)] if length.low > knowledge.number("emg_burst_long_above_ms") else []


def _drawn(jerks: "Jerks", channel: Channel, draw: Draw) -> TracePicture:
    marks = [Mark(label="burst", start_s=b.onset_s, duration_s=b.duration_ms / 1000) for b in jerks.bursts]
    start = max(0.0, jerks.bursts[0].onset_s - 0.5)
    return draw(channel, start_s=start, seconds=_SHOWN_S, marks=marks)


def _before(eeg: tuple[Channel, ...], jerks: "Jerks", criteria: "JerkCriteria", source: SourceOf) -> Analysed:
    """The cortex right before the jerk, and the slow potential of a movement that is being prepared."""
    from myognosis.signals.jerks import CORTICAL, READINESS, average_back_in

    one_rate = tuple(channel for channel in eeg if channel.rate_hz == eeg[0].rate_hz)
    cortical = average_back_in(source(one_rate), jerks.onsets_s, criteria, CORTICAL)
    readiness = average_back_in(source(one_rate), jerks.onsets_s, criteria, READINESS)
    entries = []
    if cortical.present is not None:
        raw = f"{cortical.used} jerks, p {cortical.p:.3f}, {cortical.peak_channel}"
        entries.append(Entry("eeg_backaverage_spike", "present" if cortical.present else "absent", raw))
    if readiness.present:
        entries.append(Entry("eeg_premovement_potential", "present", f"{readiness.used} jerks, p {readiness.p:.3f}"))
    numbers = (*cortical.measurements, *readiness.measurements)
    return Analysed(numbers, tuple(entries), (_average(cortical),) if cortical.peak_channel else ())


def _average(found: "BackAverage") -> TracePicture:
    """The average of the channel that departs most, as a band of twice its standard error."""
    at = found.channels.index(found.peak_channel)
    mean, error, times = found.mean[at], found.error[at], found.times_s
    step = float(times[1] - times[0])
    return TracePicture(
        channel=found.peak_channel,
        unit="uV",
        rate_hz=1 / step,
        start_s=float(times[0]),
        seconds=step * len(times),
        low=tuple(float(f"{x:.4g}") for x in mean - 2 * error),
        high=tuple(float(f"{x:.4g}") for x in mean + 2 * error),
        marks=(Mark(label="onset", start_s=0.0),),
        averaged=True,
    )


def _lapses(emg: tuple[Channel, ...], criteria: "JerkCriteria", source: SourceOf) -> Analysed:
    """Silences of a muscle that holds a posture; a burst before most of them makes them part of a jerk."""
    from myognosis.signals.jerks import find_lapses_in

    found = [lapses for _, lapses in in_each(emg, source, lambda some: find_lapses_in(some, criteria))]
    entries = [entry for lapses in found if (entry := _lapsing(lapses, len(found)))]
    issues = tuple(_unjudged(lapses) for lapses in found if lapses.why is not None)
    return Analysed(tuple(m for lapses in found for m in lapses.measurements), tuple(entries[:1]), (), issues)


def _unjudged(found: "Lapses") -> Issue:
    """Why lapses could not be judged."""
    what = Message(_NO_LAPSES, {"why": Message(_WHY[found.why or "short"])})
    return Issue("lapses.unjudged", Level.NOTE, found.muscle, what, Message(_HOLD))


def _lapsing(found: "Lapses", muscles: int) -> Entry | None:
    """Lapses that come again, and surely more often than chance makes them in any of so many muscles."""
    rate, lapses = found.get("lapse_rate"), found.lapses or ()
    if len(lapses) < 2 or rate is None or (rate.low or 0.0) <= muscles * found.chance_per_min:
        return None
    if 2 * sum(lapse.after_burst for lapse in lapses) > len(lapses):
        return None
    return Entry("emg_silent_period_lapse", "present", f"{found.muscle}: {len(lapses)} in {found.seconds:g} s")
