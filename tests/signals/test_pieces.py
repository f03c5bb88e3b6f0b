"""What is looked at piece by piece is what the whole gives, whatever the length of the pieces."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.movement import add_wave, eeg_channels, eeg_of, emg_of, gated, irregular

from myognosis.findings.criteria import jerk_criteria
from myognosis.knowledge import Knowledge
from myognosis.model.recording import Channel, Recording
from myognosis.signals import pieces, stimuli
from myognosis.signals.jerks import CORTICAL, JerkCriteria, average_back, find_jerks, find_lapses, measure_reflexes
from myognosis.signals.pieces import pieces_of

RATE = 500.0


@pytest.fixture(scope="module")
def criteria(knowledge: Knowledge) -> JerkCriteria:
    return jerk_criteria(knowledge)


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch):
    """Pieces of so many seconds."""

    def shorten(seconds: int) -> None:
        monkeypatch.setattr(pieces, "_SAMPLES", 1)
        monkeypatch.setattr(pieces, "_LEAST_S", seconds)

    return shorten


@given(st.integers(0, 3_000_000), st.sampled_from([31.25, 100.0, 512.0, 2048.0]), st.integers(1, 64))
@settings(max_examples=40, deadline=None)
def test_pieces_share_out_every_sample_once_and_begin_on_whole_seconds(n: int, rate: float, together: int):
    found = pieces_of(n, rate, together)
    assert [piece.begin for piece in found] == [0, *(piece.end for piece in found[:-1])]
    assert found[-1].end == found[-1].last == n
    assert all(piece.first % round(rate) == piece.begin % round(rate) == 0 for piece in found)
    assert all(piece.first <= piece.begin <= piece.end <= piece.last for piece in found)


def test_bursts_and_lapses_in_pieces_are_those_of_the_whole(criteria: JerkCriteria, short_pieces):
    rng = np.random.default_rng(4)
    jerks, lapses = irregular(rng, 75.0, 0.9, 50), irregular(rng, 75.0, 1.2, 110)
    calm = emg_of(rng, gated(jerks, 75.0, RATE, 1.0), RATE)
    held = emg_of(rng, 1.0 - gated(lapses, 75.0, RATE, 1.0), RATE, rest=3.0)
    whole, silent = find_jerks((calm,), criteria), find_lapses(held, criteria)
    short_pieces(25)
    found, lapsed = find_jerks((calm,), criteria), find_lapses(held, criteria)
    assert len(pieces_of(len(calm.samples), RATE)) == 3
    assert (found.bursts, found.measurements) == (whole.bursts, whole.measurements)
    assert (lapsed.lapses, lapsed.measurements) == (silent.lapses, silent.measurements)
    assert len(whole.bursts) > 50
    assert len(silent.lapses or ()) > 30


def test_averages_in_pieces_are_those_of_the_whole(criteria: JerkCriteria, short_pieces):
    rng = np.random.default_rng(5)
    at = 1.0 + np.arange(58) + rng.uniform(0, 0.1, 58)
    emg, data = emg_of(rng, np.zeros(round(60 * RATE)), RATE), eeg_of(rng, 60.0, 100.0, channels=2)
    add_wave(data[1], at, 100.0, -20.0, 12.0, -15.0)
    quick = replace(CORTICAL, surrogates=19)

    def both() -> tuple[object, object]:
        return measure_reflexes(emg, at, criteria, contracted=False), average_back(eeg_channels(data, 100.0), at, criteria, quick)

    (answers, before), _ = both(), short_pieces(20)
    answered, averaged = both()
    assert answered.mean == pytest.approx(answers.mean, rel=1e-9)  # type: ignore[attr-defined]
    assert answered.level == pytest.approx(answers.level, rel=1e-9)  # type: ignore[attr-defined]
    assert (answered.stimuli, averaged.used) == (answers.stimuli, before.used) == (58, 58)  # type: ignore[attr-defined]
    assert averaged.mean == pytest.approx(before.mean, abs=1e-9)  # type: ignore[attr-defined]


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 20))
@settings(max_examples=30, deadline=None)
def test_stimuli_of_a_channel_are_where_it_rises_however_it_is_read(high: list[bool], block: int):
    channel = Channel("trigger", "stimulus", "mA", 100.0, np.array(high, np.float32))
    expected = [i / 100 for i in range(1, len(high)) if high[i] and not high[i - 1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stimuli, "_BLOCK", block)
        assert stimuli.stimulus_times(Recording("x", (channel,))).tolist() == expected
