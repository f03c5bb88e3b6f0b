"""How a potential is drawn: the negative up where somebody said what the file has there, its peak at zero, all at one gain."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.made_needle import RATE, UNIT, channel, found_in, unit

from myognosis.findings.recordings.analysed import of_one_gain
from myognosis.findings.recordings.needle import _busiest_s, _shape
from myognosis.report.traces import draw


@pytest.mark.parametrize(("negative_up", "turned", "up"), [(True, 1, "negative"), (False, -1, "negative"), (None, 1, "unsaid")])
def test_a_motor_unit_is_drawn_with_the_negative_up(negative_up: bool | None, turned: int, up: str):
    drawn = _shape(replace(unit(500.0), waveform_uv=UNIT), channel(UNIT), negative_up)
    assert np.allclose(drawn.low, turned * UNIT, atol=1e-3)
    assert drawn.up == up
    peak = int(np.argmax(np.abs(UNIT)))
    assert drawn.start_s + peak / RATE == pytest.approx(0.0)


def test_of_a_contraction_the_seconds_are_shown_in_which_the_units_fire():
    late = replace(unit(500.0), times_s=np.arange(7.1, 9.0, 0.1))
    assert _busiest_s(found_in(unit(500.0), late)) == 7.0
    assert _busiest_s(found_in()) == 0.0


def test_units_that_are_compared_by_their_size_are_drawn_at_one_gain():
    large, small = of_one_gain(_shape(replace(unit(x), waveform_uv=x * UNIT), channel(UNIT), True) for x in (900.0, 300.0))
    assert large.span == small.span == (min(large.low), max(large.high))
    assert str(draw(small, "s")) != str(draw(small.model_copy(update={"span": None}), "s"))
