"""What the brain does before a jerk: the average is the plain one, chance is chance, and what was put in is found."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.movement import add_wave, eeg_channels, eeg_of

from myognosis.findings.criteria import jerk_criteria
from myognosis.knowledge import Knowledge
from myognosis.signals.jerks import CORTICAL, READINESS, AverageSettings, BackAverage, JerkCriteria, average_back

RATE, SECONDS = 500.0, 200.0
QUICK = replace(CORTICAL, surrogates=99)


@pytest.fixture(scope="module")
def criteria(knowledge: Knowledge) -> JerkCriteria:
    return jerk_criteria(knowledge)


def jerks(rng: np.random.Generator, n: int = 80, gap: float = 0.8) -> np.ndarray:
    return 3.0 + np.cumsum(gap + rng.exponential(0.8, n))


def averaged(
    criteria: JerkCriteria, seed: int, size: float, settings: AverageSettings = QUICK, n: int = 80, at_ms: float = -20
) -> BackAverage:
    """Jerks with a wave of a size before (or after) them in the second channel."""
    rng = np.random.default_rng(seed)
    at = jerks(rng, n)
    data = eeg_of(rng, SECONDS, RATE)
    add_wave(data[1], at, RATE, at_ms, 6.0, size)
    return average_back(eeg_channels(data, RATE), at, criteria, settings)


def test_the_average_is_that_of_mne_and_its_error_that_of_numpy(criteria: JerkCriteria):
    mne = pytest.importorskip("mne")
    rng = np.random.default_rng(1)
    at, data = jerks(rng), eeg_of(rng, SECONDS, RATE).astype(np.float32).astype(np.float64)
    ours = average_back(eeg_channels(data, RATE), at, criteria, replace(QUICK, isolated_s=0.0, reject_sd=1e9))
    info = mne.create_info(4, RATE, "eeg")
    events = np.stack([np.round(at * RATE).astype(int), np.zeros(len(at), int), np.ones(len(at), int)], axis=1)
    raw = mne.io.RawArray(data, info, verbose="error")
    epochs = mne.Epochs(raw, events, tmin=-0.2, tmax=0.1, baseline=(-0.2, -0.1), preload=True, verbose="error")
    theirs = epochs.get_data(copy=False)
    assert ours.used == len(theirs)
    assert ours.mean == pytest.approx(theirs.mean(axis=0), abs=1e-9)
    assert ours.error == pytest.approx(theirs.std(axis=0, ddof=1) / np.sqrt(len(theirs)), abs=1e-9)
    assert ours.times_s == pytest.approx(epochs.times)


def test_a_potential_of_the_cortex_is_found_with_its_size_lead_and_channel(criteria: JerkCriteria):
    found = averaged(criteria, 2, -12.0)
    size, lead = found.get("cortical_potential"), found.get("cortical_potential_lead")
    assert (found.present, found.peak_channel) == (True, "E1")
    assert size is not None
    assert lead is not None
    assert lead.value == pytest.approx(20, abs=6)
    assert size.low < -12 * 0.85 < size.high or size.value == pytest.approx(-12, abs=3)  # type: ignore[operator]


@pytest.mark.whole
def test_jerks_unrelated_to_the_brain_are_called_cortical_no_more_often_than_said(criteria: JerkCriteria):
    settings = replace(CORTICAL, surrogates=39)
    assert sum(averaged(criteria, seed, 0.0, settings).p <= 0.05 for seed in range(100, 112)) <= 3


def test_what_comes_after_the_jerk_is_not_taken_for_what_comes_before(criteria: JerkCriteria):
    assert averaged(criteria, 3, 60.0, at_ms=40).present is False


def test_too_few_jerks_say_neither_yes_nor_no(criteria: JerkCriteria):
    assert averaged(criteria, 2, -12.0, n=30).present is None
    assert averaged(criteria, 2, -12.0, n=1).mean.shape == (4, 151)


def test_epochs_with_artefacts_or_gaps_are_left_out(criteria: JerkCriteria):
    rng = np.random.default_rng(5)
    at, data = jerks(rng), eeg_of(rng, SECONDS, RATE)
    data[0, round((at[4] - 0.05) * RATE)] = 5000.0
    data[2, round((at[9] - 0.15) * RATE)] = np.nan
    found = average_back(eeg_channels(data, RATE), at, criteria, QUICK)
    assert (found.used, found.left_out) == (len(at) - 2, 2)
    assert np.isfinite(found.mean).all()


@pytest.mark.parametrize(("size", "present"), [(-12.0, True), (12.0, False), (0.0, False)])
def test_a_slow_negative_potential_is_readiness_and_a_positive_one_is_not(criteria: JerkCriteria, size: float, present: bool):
    rng = np.random.default_rng(6)
    at = jerks(rng, 50, gap=4.0)
    data = eeg_of(rng, 260.0, 100.0)
    add_wave(data[1], at, 100.0, -100.0, 400.0, size)
    found = average_back(eeg_channels(data, 100.0), at, criteria, replace(READINESS, surrogates=99))
    assert found.present is present
