"""What the amplifier adds and takes away."""

import numpy as np

from myognosis.simulate.electrode.disturbances import amplified
from myognosis.simulate.settings import Settings

QUIET = {f"device.{name}": 0.0 for name in ("noise_uv", "mains_uv", "wander_uv", "movement_uv")}


def test_an_amplifier_was_on_before_the_recording_begins():
    device = Settings.of(QUIET).device
    shown = next(amplified(np.full((400, 1), 1000.0, np.float32), device, np.zeros(10), 1, "agonist"))
    assert np.abs(shown).max() < 0.01


def test_hum_is_the_same_in_all_channels_but_for_their_gain():
    device = Settings.of(QUIET | {"device.mains_uv": 20.0}).device
    one, other = amplified(np.zeros((2048, 2), np.float32), device, np.zeros(10), 1, "agonist")
    assert one.std() > 5 and np.corrcoef(one, other)[0, 1] > 0.999
