"""How a potential is drawn: the negative up where somebody said what the file has there, its peak at zero, all at one gain."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.signals.made_needle import RATE, UNIT, channel, found_in, unit

from myognosis.findings.recordings.analysed import in_band, of_one_gain, of_what_was_judged
from myognosis.findings.recordings.needle import _busiest_s, _shape
from myognosis.model.picture import TracePicture
from myognosis.report.traces import draw

BAND = (10.0, 1800.0)


@pytest.mark.parametrize(("negative_up", "turned", "up"), [(True, 1, "negative"), (False, -1, "negative"), (None, 1, "unsaid")])
def test_a_motor_unit_is_drawn_with_the_negative_up(negative_up: bool | None, turned: int, up: str):
    drawn = _shape(replace(unit(500.0), waveform_uv=UNIT), channel(UNIT), BAND, negative_up)
    assert np.allclose(drawn.low, turned * UNIT, atol=1e-3)
    assert drawn.up == up
    peak = int(np.argmax(np.abs(UNIT)))
    assert drawn.start_s + peak / RATE == pytest.approx(0.0)


def test_of_a_contraction_the_seconds_are_shown_in_which_the_units_fire():
    late = replace(unit(500.0), times_s=np.arange(7.1, 9.0, 0.1))
    assert _busiest_s(found_in(unit(500.0), late)) == 7.0
    assert _busiest_s(found_in()) == 0.0


def test_units_that_are_compared_by_their_size_are_drawn_at_one_gain():
    large, small = of_one_gain(_shape(replace(unit(x), waveform_uv=x * UNIT), channel(UNIT), BAND, True) for x in (900.0, 300.0))
    assert large.span == small.span == (min(large.low), max(large.high))
    assert str(draw(small, "s")) != str(draw(small.model_copy(update={"span": None}), "s"))


def test_what_is_drawn_in_a_band_lies_where_it_was_and_keeps_its_gaps():
    """A drift far larger than the potentials is taken out, and a stretch looks the same drawn alone as within the whole."""
    n, at = round(8 * RATE), round(5 * RATE)
    samples = 5000 * np.sin(np.arange(n) / RATE)
    samples[at : at + len(UNIT)] += 300 * UNIT
    samples[:100] = np.nan
    read = in_band(lambda low, high: samples[low:high], n, RATE, (20.0, 450.0))
    whole, part = read(0, n), read(at - 400, at + 400)
    assert np.isnan(whole[:100]).all() and not np.isnan(whole[100:]).any()
    assert np.allclose(whole[at - 400 : at + 400], part, atol=1.0)
    assert abs(int(np.argmax(np.abs(part))) - 400 - int(np.argmax(np.abs(UNIT)))) <= 4
    assert np.abs(part[:300]).max() < 0.1 * np.abs(part).max()


def test_a_contraction_that_was_left_out_does_not_make_what_lies_beside_it_small():
    beside = TracePicture(
        channel="x", unit="uV", rate_hz=1000.0, start_s=0.0, seconds=4.0, low=(-1.0, -900.0, -2.0, -1.0),
        high=(1.0, 900.0, 2.0, 1.0), left_out=((1.0, 2.0),),
    )  # fmt: skip
    shown = of_what_was_judged(beside)
    assert shown.span == (-2.0, 2.0)
    heights = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)V", str(draw(shown, "t")))]
    assert len(heights) == 4 and min(heights) >= 16, "what is larger ends at the edge of the paper"
    nothing = beside.model_copy(update={"left_out": ((0.0, 4.0),)})
    assert of_what_was_judged(nothing) == nothing
