"""What points up in a potential that is drawn: the negative, as is usual, where somebody said what the file has there."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.made_needle import UNIT, channel, unit

from myognosis.findings.recordings.needle import _shape


@pytest.mark.parametrize(("negative_up", "turned", "up"), [(True, 1, "negative"), (False, -1, "negative"), (None, 1, "unsaid")])
def test_a_motor_unit_is_drawn_with_the_negative_up(negative_up: bool | None, turned: int, up: str):
    drawn = _shape(replace(unit(500.0), waveform_uv=UNIT), channel(UNIT), negative_up)
    assert np.allclose(drawn.low, turned * UNIT, atol=1e-3)
    assert drawn.up == up
