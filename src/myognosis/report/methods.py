"""How a number of a recording was made, in the reader's language.

A measurement carries its method in English, as programs read it: parts with a semicolon between them, some with numbers in them.
"""

import re
from functools import cache

from myognosis.faults import Message
from myognosis.language import Language, decimal, mark, say

__all__ = ["method_in"]

_PARTS = (
    mark("multitaper coherence of {a} windows of {b} s with {c} tapers"),
    mark("99 % limit {a} for two unrelated signals"),
    mark("discharges of this kind a minute, each burst counted once"),
    mark("rate of potentials inside of the discharges: median, with the range of nine tenths of them"),
    mark("single EMG potentials over the noise of each second, {a}-{b} Hz, and those of known shape"),
    mark("voluntary seconds left out"),
    mark("potentials of {a} ms set into the quiet of the recording, of which {b} % are found"),
    mark("smaller ones are likely missed, {a} of {b} are hardly larger than the smallest seen"),
    mark("only those of {a} uV and more, since smaller ones fire without end"),
    mark("strict rule"),
    mark("lenient rule"),
    mark("as the rate"),
    mark("interval widened by the variance of counts of 10 s over their mean"),
    mark("median size from peak to peak on the channel where each is largest"),
    mark("{a} % larger without the upper edge of the filter, which the interval holds"),
    mark("{a} of {b} cut off at the limits of the trace and at least so large"),
    mark("median time from one potential to the next, none over seconds left out"),
    mark("{a} potentials of one unit"),
    mark("{a} potentials or more of one unit"),
    mark("each {a}-{b} ms after the last"),
    mark("of all discharges"),
    mark("median interval"),
    mark("median over potentials of the mean wave of their unit on the channel where it is largest"),
    mark("potentials that follow one of the same unit within {a}-{b} ms, of all"),
    mark("potentials of the unit with the most, of all"),
    mark("shapes that come back at least four times"),
    mark("potentials of units with {a} phases or more, of all"),
    mark("average of {a} jerks"),
    mark("{a} surrogates of moved onsets, greatest of channels and times"),
    mark("bursts counted"),
    mark("lapses counted"),
    mark("median of {a}"),
    mark("greatest excursion"),
    mark("middle of {a} (Hodges-Lehmann), edges by likelihood, {b} ms of their error in the interval"),
    mark("SD over mean of the intervals, bootstrap"),
    mark("median of one over the interval"),
    mark("share of lapses right after a burst"),
    mark("after {a}, median of {b}"),
    mark("path over latency, least squares"),
    mark("bootstrap over jerks"),
    mark("where the rectified average rises"),
    mark("rectified average over its background"),
    mark("{a} stimuli"),
    mark("bootstrap"),
    mark("from peak to peak of the average"),
    mark("changes of direction of at least 100 uV"),
    mark("mean size of the segments between turns"),
    mark("share of time within 5 ms of a turn"),
    mark("segments between turns shorter than 3 ms and smaller than 2 mV"),
    mark("99th centile of the size of segments"),
    mark("root mean square"),
    mark("mean of the power spectrum (Welch)"),
    mark("median of the power spectrum (Welch)"),
    mark("mean of epochs of 0.5 s"),
    mark("units that fire at least four times in a second"),
    mark("median over seconds"),
    mark("with 95 % of seconds"),
    mark("rate of the fastest regular unit of each second"),
    mark("that rate over the number of units"),
    mark("that rate while exactly two fire"),
    mark("share of units near the electrode whose potential lies beyond what is usual for a single one"),
    mark("mean of the median potentials of {a} units near the electrode"),
    mark("interval by bootstrap over units"),
    mark("share of units near the electrode whose median potential has {a} phases or more"),
    mark("from both intervals as independent estimates"),
    mark("frequency without the weight less that with it"),
    mark("amplitude with the weight over that without"),
    mark("amplitude on the left over that on the right"),
    mark("frequency on the left less that on the right"),
    mark("amplitude over that in the state '{a}'"),
    mark("whole 4 s windows without a gap"),
    mark("envelope from a quick movement on over that before"),
    mark("amplitude while tapping over that before"),
    mark("median over 4 s windows of the rate with most power and overtone"),
    mark("frequency while tapping less that before"),
    mark("Welch spectrum of 4 s Hann windows that hold tremor, each of equal weight"),
    mark("95 % interval by bootstrap over windows"),
    mark("share of 4 s windows with a peak over a smooth background"),
    mark("interquartile range of cycle-to-cycle change of frequency, main axis, peak +- 2 Hz"),
    mark("interval by bootstrap over cycles"),
    mark("share of channels and whole seconds"),
    mark("onset by the line through two crossings, amplitude from the baseline to the negative peak"),
    mark("distance over difference of latencies, interval from the errors of marks and distance"),
    mark("late responses over 7 noise SD of all traces and 20 uV, the tail of the M wave and mains taken off"),
    mark("largest reflex from peak to peak, over the largest M wave"),
    mark("share of stimuli, Wilson interval"),
    mark("variance of neighbouring responses of a CMAP scan, unit sizes of CV 0.58, interval by simulated scans"),
    mark("the number of largest steps that make half of the response"),
    mark("F waves with a twin of the same form, size and latency"),
    mark("fourth response against the first"),
    mark("one trace or two"),
    mark("interval of the amplitude from the noise before the stimulus"),
    mark("interval from the spread of the single traces"),
)
_STATES = {
    "rest": mark("at rest"), "posture": mark("holding a posture"), "movement": mark("during movement"),
    "standing": mark("while standing"),
}  # fmt: skip


def method_in(method: str, language: Language) -> str:
    """A method in a language; a part that is not ours stays as it is.

    >>> method_in("median of 7; greatest excursion", "en")
    'median of 7; greatest excursion'
    """
    return "; ".join(_part(part, language) for part in method.split("; "))


def _part(part: str, language: Language) -> str:
    for form, template in _forms():
        if found := form.fullmatch(part):
            params = {key: Message(_STATES[text]) if text in _STATES else text for key, text in found.groupdict().items()}
            return say(Message(template, params), language)
    return decimal(part, language)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each part as what it looks like with any numbers in it; the longest first."""
    ordered = sorted(_PARTS, key=len, reverse=True)
    return tuple((re.compile(re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(part))), part) for part in ordered)
