"""Labels against labels: pairs are one to one and as many as can be, numbers keep their meaning when sides change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.model.labels import Label, Labels
from myognosis.signals.agreement import compare_labels, kappa, kappa_of

pytest.importorskip("scipy")


def at(*times: float, kind: str = "fasciculation", channel: str = "", seconds: float | None = 60.0) -> Labels:
    return Labels(seconds=seconds, labels=tuple(Label(start_s=t, kind=kind, channel=channel) for t in times))


TIMES = st.lists(st.integers(0, 6000).map(lambda n: n / 100), max_size=25, unique=True)


@given(TIMES)
def test_labels_agree_with_themselves(times: list[float]):
    found = compare_labels(at(*times), at(*times), 0.010)
    assert found.matched == len(times)
    assert found.duplicates == 0
    assert not times or (found.precision and found.recall and found.precision.value == found.recall.value == found.f1 == 1)


@given(TIMES, TIMES, st.sampled_from([0.0, 0.01, 0.05]))
def test_changing_sides_changes_precision_with_recall(one: list[float], other: list[float], tolerance: float):
    there, back = compare_labels(at(*one), at(*other), tolerance), compare_labels(at(*other), at(*one), tolerance)
    assert there.matched == back.matched <= min(len(one), len(other))
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert sorted(there.errors_s) == pytest.approx(sorted(-e for e in back.errors_s))
    assert all(abs(e) <= tolerance + 1e-8 for e in there.errors_s)
    assert there.kappa_seconds == back.kappa_seconds


def test_as_many_pairs_as_can_be_are_found():
    found = compare_labels(at(1.000, 1.009), at(1.008, 1.017), 0.010)
    assert found.matched == 2, "the nearest first would leave one alone"


def test_a_second_label_of_one_event_is_a_duplicate():
    found = compare_labels(at(1.0, 5.0), at(1.0, 1.005, 3.0, 5.002), 0.010)
    assert (found.matched, found.duplicates) == (2, 1)
    assert found.precision
    assert found.precision.value == 0.5
    assert found.confusion["", "fasciculation"] == 2


def test_channels_matter_when_they_are_asked_for():
    one, other = at(1.0, channel="a"), at(1.0, channel="b")
    assert compare_labels(one, other, 0.01).matched == 1
    assert compare_labels(one, other, 0.01, by_channel=True).matched == 0


def test_classes_are_crossed_and_rates_have_intervals():
    truth = Labels(seconds=120.0, labels=at(1.0, 2.0).labels + at(3.0, kind="doublet").labels)
    result = Labels(labels=at(1.0).labels + at(2.0, 3.0, kind="doublet").labels)
    found = compare_labels(truth, result, 0.01)
    assert found.confusion == {("fasciculation", "fasciculation"): 1, ("fasciculation", "doublet"): 1, ("doublet", "doublet"): 1}
    assert found.by_class["doublet"][1]
    assert found.by_class["doublet"][1].value == 0.5
    assert found.truth.per_minute.value == 1.5
    assert found.truth.per_minute.low < 1.5 < found.truth.per_minute.high


def test_kappa_of_chance_is_nought_and_of_one_class_undefined():
    assert kappa({("a", "a"): 25, ("a", "b"): 25, ("b", "a"): 25, ("b", "b"): 25}) == 0
    assert kappa({("a", "a"): 25}) is None
    assert kappa({}) is None


def test_nothing_against_nothing():
    found = compare_labels(at(), at(), 0.01)
    assert found.precision is None
    assert found.f1 is None
    assert found.truth.per_minute.high > 0, "none in a minute still has an upper bound"


def test_thousands_of_labels_are_paired_without_delay():
    times = np.cumsum(np.random.default_rng(1).exponential(0.05, 2000))
    moved = times + np.random.default_rng(2).normal(0, 0.002, 2000)
    found = compare_labels(at(*times, seconds=None), at(*np.maximum(moved, 0), seconds=None), 0.010)
    assert found.matched > 1950


def test_the_interval_of_kappa_is_that_of_its_derivatives():
    """The delta method with numeric derivatives, as an independent judge of the published formula."""
    kinds, counts = ("a", "b", "c"), np.array([[22, 5, 3], [4, 15, 6], [2, 1, 19]])
    n = counts.sum()

    def of(p: np.ndarray) -> float:
        by_chance = float(p.sum(axis=1) @ p.sum(axis=0)) / p.sum() ** 2
        return (float(np.trace(p)) / float(p.sum()) - by_chance) / (1 - by_chance)

    p = counts / n
    slopes = np.array([of(p + step) - of(p - step) for step in 1e-6 * np.eye(9).reshape(9, 3, 3)]) / 2e-6
    spread = np.sqrt(((p.ravel() * slopes**2).sum() - (p.ravel() @ slopes) ** 2) / n)
    found = kappa_of({(a, b): int(counts[i, j]) for i, a in enumerate(kinds) for j, b in enumerate(kinds)})
    assert found
    assert found.value == pytest.approx(of(p))
    assert (found.high - found.value) / 1.96 == pytest.approx(spread, rel=1e-6)


def test_agreement_without_a_truth_is_the_same_from_both_sides():
    rng = np.random.default_rng(3)
    one, other = at(*rng.uniform(0, 60, 40)), at(*rng.uniform(0, 60, 30))
    there, back = compare_labels(one, other, 0.2), compare_labels(other, one, 0.2)
    assert there.agreed
    assert there.agreed.value == pytest.approx(2 * there.matched / 70) == pytest.approx(there.f1)
    assert there.agreed.low < there.agreed.value < there.agreed.high
    assert there.agreed == back.agreed
    assert compare_labels(at(), at(), 0.2).agreed is None
