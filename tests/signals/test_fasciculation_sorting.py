"""Shapes that are nearly alike are told apart where they fall into heaps, and one shape stays one."""

import numpy as np
import pytest
from tests.signals.made_needle import AT_REST

from myognosis.signals.fasciculation import SpanSource
from myognosis.signals.fasciculation.ear import _steady, calibrate
from myognosis.signals.fasciculation.engine import Finder
from myognosis.signals.fasciculation.gates import is_far
from myognosis.signals.fasciculation.listen import listen
from myognosis.signals.fasciculation.peel import peel
from myognosis.signals.fasciculation.scan import scan
from myognosis.signals.fasciculation.snippets import Loader
from myognosis.signals.fasciculation.sorting import LAG, Templates, fits_of, learn
from myognosis.signals.fasciculation.strokes import taken_away

pytest.importorskip("scipy")
FRAMES, CHANNELS = 30, 12
BEND = 7.0 * np.random.default_rng(2).normal(0, 1, CHANNELS) / np.sqrt(CHANNELS)


def snippet(bent: float, rng: np.random.Generator) -> np.ndarray:
    """A potential of some size, between two frames, of one unit or of another that is bent."""
    t = np.arange(FRAMES + 2 * LAG) - LAG - FRAMES / 2 + rng.uniform(-0.5, 0.5)
    course = (1 - (t / 2.5) ** 2) * np.exp(-((t / 2.5) ** 2) / 2)
    wide = np.exp(-((t / 4) ** 2) / 2)
    size = rng.normal(1, 0.05)
    clean = 30 * size * np.outer(course, np.linspace(1, 0.2, CHANNELS)) + bent * size * np.outer(wide, BEND)
    return (clean + rng.normal(0, 1, clean.shape)).astype(np.float32)


def potential(size: float, rng: np.random.Generator) -> np.ndarray:
    """A potential of one shape and of some size, in noise."""
    t = np.arange(FRAMES + 2 * LAG) - LAG - FRAMES / 2 + rng.uniform(-0.5, 0.5)
    clean = size * np.outer((1 - (t / 2.5) ** 2) * np.exp(-((t / 2.5) ** 2) / 2), np.linspace(1, 0.2, CHANNELS))
    return (clean * rng.normal(1, 0.03) + rng.normal(0, 1, clean.shape)).astype(np.float32)


def learned(sizes: list[float]) -> list[Templates]:
    rng = np.random.default_rng(7)
    return learn([potential(size, rng) for size in sizes], FRAMES, AT_REST)


def members(bends: list[float]) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(3)
    return [family.members for family in learn([snippet(bend, rng) for bend in bends], FRAMES, AT_REST)]


def test_two_units_of_nearly_one_shape_are_a_family_of_two():
    assert members([1.0] * 14 + [-1.0] * 10) == [(14, 10)]


def test_one_unit_between_frames_and_of_any_size_is_one_shape():
    assert members([0.0] * 24) == [(24,)]


def test_a_shape_that_drifts_is_one_shape():
    assert members(list(np.linspace(-1, 1, 24))) == [(24,)]


def test_units_of_one_shape_and_two_sizes_are_a_family_of_two_and_sizes_that_run_through_are_one():
    assert [family.members for family in learned([12.0] * 9 + [8.0] * 7)] == [(9, 7)]
    assert [family.members for family in learned(list(np.linspace(9, 12, 16)))] == [(16,)]


def test_of_two_shapes_that_differ_in_size_alone_that_of_the_right_size_is_taken():
    t = np.arange(FRAMES) - FRAMES / 2
    shape = np.outer((1 - (t / 2.5) ** 2) * np.exp(-((t / 2.5) ** 2) / 2), np.linspace(1, 0.2, CHANNELS)).astype(np.float32)
    both = Templates(np.stack([12 * shape, 8 * shape]), (9, 7))
    for size, kept in ((12.0, 0), (8.0, 1)):
        matches, _ = peel(potential(size, np.random.default_rng(8)), both, AT_REST, 1000.0)
        assert [match.template for match in matches] == [kept]


def test_three_strong_potentials_make_a_unit_and_three_weak_ones_do_not():
    assert [family.members for family in learned([60.0] * 3)] == [(3,)]
    assert learned([10.0] * 3) == []


def test_a_deep_unit_is_no_heart_and_what_is_slow_or_wholly_alike_comes_from_afar():
    t, gain = np.arange(60) / 2048, np.random.default_rng(9).normal(1, 0.2, 64)
    fast, slow = (np.exp(-(((t - 0.015) / width) ** 2)) * np.sin(2 * np.pi * hz * t) for width, hz in ((0.004, 90), (0.012, 30)))
    none = np.zeros(64, np.float32)
    assert not is_far(np.outer(fast, gain).astype(np.float32), none, 0.0, 2048.0)
    assert is_far(np.outer(slow, gain).astype(np.float32), none, 0.0, 2048.0)
    assert is_far(np.outer(fast, np.ones(64)).astype(np.float32), none, 0.0, 2048.0)


def test_a_slow_heart_is_told_through_the_noise_of_a_mean_of_few_beats():
    t, rng = np.arange(60) / 2048, np.random.default_rng(10)
    beat = np.outer(np.exp(-(((t - 0.015) / 0.012) ** 2)) * np.sin(2 * np.pi * 30 * t), rng.normal(1, 0.1, 64))
    noise = np.full(64, 0.4, np.float32)
    assert is_far((beat + rng.normal(0, 0.4, beat.shape)).astype(np.float32), noise, 1 / 64, 2048.0)


def test_noise_that_all_electrodes_share_makes_no_heart_of_a_deep_unit():
    t, rng = np.arange(60) / 2048, np.random.default_rng(11)
    unit = np.outer(np.exp(-(((t - 0.015) / 0.012) ** 2)) * np.sin(2 * np.pi * 30 * t), rng.normal(1, 0.55, 64))
    shared = 0.3 * np.outer(rng.normal(size=60), np.ones(64))
    mean, noise = (unit + shared).astype(np.float32), np.full(64, 0.3, np.float32)
    assert is_far(mean, noise, 1 / 64, 2048.0)
    assert not is_far(mean, noise, 1.0, 2048.0)


def test_the_noise_is_learned_from_the_steady_half_of_the_seconds():
    rng = np.random.default_rng(4)
    calm = [rng.normal(0, 1, (512, 4)).astype(np.float32) for _ in range(5)]
    bursts = [second * np.where(np.arange(512) % 128 < 40, 4, 1)[:, None].astype(np.float32) for second in calm]
    kept = _steady([bursts[0], calm[0], bursts[1], calm[1], calm[2]], 16)
    assert [id(second) for second in kept] == [id(second) for second in calm[:3]]


def test_a_snippet_that_is_kept_holds_no_more_memory_than_its_own():
    """Of hundreds of stretches, each up to two seconds long, some milliseconds are sorted."""
    samples = np.random.default_rng(6).normal(0, 5, (3 * 1024, CHANNELS)).astype(np.float32)
    source = SpanSource(1024.0, tuple(map(str, range(CHANNELS))), len(samples), lambda first, last: samples[first:last])
    ear = calibrate(source, AT_REST)
    loader = Loader(source, ear, listen(source, ear, AT_REST), AT_REST)
    stretch = loader.load(1024, 2048).z
    kept = Finder(loader, ear, AT_REST, grid=True).cut(stretch, len(stretch) // 2)
    assert kept is not None and kept.base is None and not np.shares_memory(kept, stretch)
    assert any(np.array_equal(kept, stretch[first : first + len(kept)]) for first in range(len(stretch)))


def test_a_shape_that_noise_makes_as_it_turns_out_is_dropped_with_its_hits_and_a_unit_stays():
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 5, (8 * 1024, CHANNELS)).astype(np.float32)
    patterns = np.array([[1, -1] * 6, [1, 1, -1, -1] * 3]) / np.sqrt(CHANNELS)
    shapes = np.stack([20 * np.outer(np.hanning(FRAMES), v) / np.linalg.norm(np.hanning(FRAMES)) for v in patterns])

    def source(samples: np.ndarray) -> SpanSource:
        return SpanSource(1024.0, tuple(map(str, range(CHANNELS))), len(samples), lambda first, last: samples[first:last])

    settings = AT_REST
    ear = calibrate(source(noise), settings)
    swollen = noise + np.outer(rng.normal(0, 15, len(noise)), patterns[0]).astype(np.float32)
    kept = []
    for samples in (noise, swollen):
        heard = listen(source(samples), ear, settings)
        hits = scan(source(samples), ear, heard, Templates(shapes.astype(np.float32), (5, 6)), settings)
        kept.append(hits.templates.members)
        assert hits.spread.shape == (8, len(hits.templates.members))
        assert not len(hits.first)
    assert kept == [(5, 6), (6,)]


def test_two_potentials_of_one_unit_that_run_together_are_both_found():
    """Six milliseconds apart each hides the other: neither explains by itself what is there."""
    rng = np.random.default_rng(11)
    course = np.gradient(np.exp(-(((np.arange(30) - 14) / 3.0) ** 2)))
    shape = np.outer(course, rng.normal(1, 0.5, 16)).astype(np.float32)
    shape *= np.float32(80 / np.linalg.norm(shape))
    z = rng.normal(0, 1, (120, 16)).astype(np.float32)
    for first in (40, 46):
        z[first : first + 30] += shape
    templates = Templates(shape[None], (20,))
    matches, left = peel(z, templates, AT_REST, 1000.0)
    assert sorted(match.frame - templates.centres[0] for match in matches) == [40, 46]
    assert (left**2).mean() < 1.2


@pytest.mark.parametrize("at", [0, 7, 60, 120])
def test_what_is_left_of_the_fits_is_what_would_be_found_by_looking_again(at: int):
    rng = np.random.default_rng(at)
    known = Templates(rng.normal(0, 1, (3, FRAMES, CHANNELS)).astype(np.float32), (4, 4, 4))
    left = rng.normal(0, 1, (150, CHANNELS)).astype(np.float32)
    fits = fits_of(left, known.shapes) / known.norms[:, None]
    taken_away(left, fits, at, (1.2, -0.4), known.shapes[1], known.slopes[1], known.answers(1))
    assert fits == pytest.approx(fits_of(left, known.shapes) / known.norms[:, None], abs=1e-4)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_a_shape_is_looked_for_on_few_channels_as_beside_silent_ones(channels: int):
    rng = np.random.default_rng(channels)
    shapes, z = rng.normal(0, 1, (3, FRAMES, channels)).astype(np.float32), rng.normal(0, 1, (150, channels)).astype(np.float32)
    beside = fits_of(np.pad(z, ((0, 0), (0, 8))), np.pad(shapes, ((0, 0), (0, 0), (0, 8))))
    assert fits_of(z, shapes) == pytest.approx(beside, abs=1e-4)
