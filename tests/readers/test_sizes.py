"""What no amplifier or sensor delivers is doubted, whatever the format; a trace cut off at its limits is named."""

import json
from pathlib import Path

import numpy as np
import pytest

from myognosis.language import say
from myognosis.model.recording import Channel, Kind, Unit
from myognosis.readers import read_recording
from myognosis.readers.sizes import doubt_sizes

RATE = 1000.0


def channel(samples: np.ndarray, kind: Kind = "emg", unit: Unit = "uV", name: str = "A") -> Channel:
    return Channel(name, kind, unit, RATE, samples.astype(np.float32))


def noise(n: int = 8000, sd: float = 5.0) -> np.ndarray:
    return np.random.default_rng(1).normal(0, sd, n)


def with_potentials(size: float, n: int = 8) -> np.ndarray:
    x = noise()
    for at in range(300, 8000, 8000 // n):
        x[at : at + 12] += size * np.sin(np.linspace(0, 2 * np.pi, 12))
    return x


def codes(*channels: Channel) -> list[str]:
    return [issue.code.removeprefix("recording.") for issue in doubt_sizes(channels)]


def test_microvolts_called_millivolts_are_doubted_also_where_only_the_potentials_are_too_large():
    assert codes(channel(with_potentials(75))) == []
    assert codes(channel(1000 * with_potentials(75))) == ["implausible"]
    jolts = noise()
    jolts[[100, 4000]] = 300_000.0
    assert codes(channel(jolts)) == []


def test_a_described_text_is_held_to_the_same_limits(tmp_path: Path):
    (tmp_path / "a.txt").write_text("\n".join(f"{x:.3f}" for x in with_potentials(75)))
    layout = {"rate_hz": RATE, "channels": [{"column": 1, "name": "EMG", "unit": "mV", "kind": "emg"}]}
    (tmp_path / "a.layout.json").write_text(json.dumps(layout))
    assert "recording.implausible" in {issue.code for issue in read_recording(tmp_path / "a.txt").issues}


def test_g_said_to_be_m_s2_are_doubted_and_the_mend_names_a_unit_of_acceleration():
    axes = [channel(0.01 * noise() + level, "accelerometer", "m/s2", name) for name, level in (("x", 0.1), ("y", 0.3), ("z", 0.95))]
    (doubt,) = doubt_sizes(axes)
    assert "--unit 'x=g'" in say(doubt.fix, "en")
    assert codes(channel(100 * noise(), "accelerometer", "m/s2")) == ["implausible"]


@pytest.mark.parametrize("limits", [(-60.0, 60.0), (-1000.0, 60.0)])
def test_a_trace_whose_potentials_alone_are_cut_off_is_named(limits: tuple[float, float]):
    whole = with_potentials(300)
    assert codes(channel(whole)) == []
    assert codes(channel(np.clip(whole, *limits))) == ["clipped"]


def test_what_comes_out_on_the_other_side_is_named():
    wide = np.random.default_rng(2).normal(0, 5, 20_000)
    for at in range(300, 20_000, 400):
        wide[at : at + 60] += 450 * np.sin(np.linspace(0, 2 * np.pi, 60))
    assert codes(channel(wide)) == []
    assert codes(channel((wide + 327.68) % 655.36 - 327.68)) == ["clipped"]


def test_a_slow_trace_that_rests_on_its_last_step_is_not_cut_off():
    assert codes(channel(np.round(20 * np.sin(np.arange(8000) / 300)))) == []


@pytest.mark.parametrize("edge", [0, 1, 2048])
def test_what_comes_out_on_the_other_side_is_seen_wherever_the_parts_of_a_long_trace_meet(edge: int):
    x = noise(60_000)
    for turn in range(1, 13):
        x[4096 * turn - edge] = 900.0 * (-1) ** turn
        x[4096 * turn - edge - 1] = -900.0 * (-1) ** turn
    assert codes(channel(x)) == ["clipped"]
