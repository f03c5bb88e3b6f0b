"""A cramp begins at one place and spreads; a contraction on purpose begins everywhere at once."""

import numpy as np
import pytest

from myognosis.signals.discharges.find import MANY, _onset_spread
from myognosis.signals.potentials.firings import Trace

RATE = 500.0


def traces(delay_s: float, channels: int) -> list[Trace]:
    """Noise, and from 4 s on activity that reaches each channel so much later than the one before."""
    t, rng = np.arange(round(20 * RATE)) / RATE, np.random.default_rng(7)
    begins = 4 + delay_s * np.arange(channels)
    rows = [rng.normal(0, 1, len(t)) + rng.normal(0, 30, len(t)) * np.clip(t - start, 0, 1) for start in begins]
    return [Trace(f"{i}", RATE, row, row, 1.0, None) for i, row in enumerate(rows)]  # type: ignore[arg-type]


@pytest.mark.parametrize("delay_s", [0.0, 0.2, 0.5])
def test_the_spread_is_the_time_that_the_middle_channels_take_to_rise(delay_s: float):
    found = _onset_spread(traces(delay_s, 10), np.ones(10), round(4 * RATE), round(18 * RATE))
    assert found["onset_spread_s"] == pytest.approx(0.8 * 9 * delay_s, abs=0.3)


def test_few_channels_or_a_short_discharge_show_no_spread():
    assert not _onset_spread(traces(0.5, MANY - 1), np.ones(MANY - 1), 2000, 9000)
    assert not _onset_spread(traces(0.5, 10), np.ones(10), 0, 400)
