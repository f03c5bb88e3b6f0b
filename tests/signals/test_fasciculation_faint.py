"""Units that hardly stand out: told by the courses that stronger units take in time, grown from what comes back."""

import numpy as np
from tests.signals.made_needle import AT_REST

from myognosis.signals.fasciculation.faint import EVERY, Seed, courses_of, grown, stands_out
from myognosis.signals.fasciculation.gates import dominance_of
from myognosis.signals.fasciculation.sorting import Templates

LENGTH, CHANNELS, FRAMES = 31, 32, 500
COURSE = np.gradient(np.exp(-(((np.arange(LENGTH) - 15) / 3.0) ** 2)))
KNOWN = Templates(np.outer(COURSE, np.linspace(40, 1, CHANNELS)).astype(np.float32)[None], (9,))


def faint_shape() -> np.ndarray:
    """As the known one in time, elsewhere in space; twelve times the SD of its fit to noise."""
    shape = np.outer(COURSE, np.exp(-(((np.arange(CHANNELS) - 24) / 4.0) ** 2)))
    return 12 * shape / np.linalg.norm(shape)


def stretches(each: int) -> list[np.ndarray]:
    """Ten stretches of noise with so many faint potentials in each."""
    rng = np.random.default_rng(3)
    out = [rng.normal(0, 1, (FRAMES, CHANNELS)) for _ in range(10)]
    for z in out:
        for k in range(each):
            at = 60 + 150 * k
            z[at : at + LENGTH] += faint_shape()
    return [z.astype(np.float32) for z in out]


def grown_in(noise: list[np.ndarray]) -> Templates:
    """What the six places of each stretch that stand out most grow to."""
    courses = courses_of(KNOWN, 3)
    seeds = []
    for k, z in enumerate(noise):
        level = stands_out(z, courses)[LENGTH:-LENGTH]
        seeds += [Seed(float(level[at]), k, EVERY * (int(at) + LENGTH)) for at in np.argsort(-level)[:6]]
    return grown(noise, seeds, courses, AT_REST)


def test_a_unit_that_hardly_stands_out_is_grown_from_what_comes_back():
    found = grown_in(stretches(2))
    truth = faint_shape()
    alike = max(float(np.sum(found.shapes[0, max(0, k) : LENGTH + k] * truth[max(0, -k) : LENGTH - k])) for k in range(-4, 5))
    assert found.members[0] >= 15
    assert alike > 0.85 * float(found.norms[0]) * 12


def test_noise_alone_grows_to_nothing():
    assert grown_in(stretches(0)).members == ()


def test_what_swings_to_and_fro_grows_to_nothing():
    noise, turn = stretches(0), np.sin(2 * np.pi * 0.05 * np.arange(FRAMES))
    for k, z in enumerate(noise):
        z += (1.5 * np.outer(turn * (np.arange(FRAMES) // 100 == k % 5), np.linspace(1, 0.2, CHANNELS))).astype(np.float32)
    assert grown_in(noise).members == ()


def test_courses_are_orthonormal_and_hold_the_shapes_that_they_were_made_of():
    courses = courses_of(KNOWN, 3)
    assert np.allclose(courses.T @ courses, np.eye(3), atol=1e-5)
    assert np.linalg.norm(courses.T @ KNOWN.shapes[0]) > 0.98 * KNOWN.norms[0]


def test_a_channel_that_noise_alone_lifts_is_no_pop():
    noise = np.random.default_rng(5).normal(0, 1, (17, CHANNELS)).astype(np.float32)
    popped = noise.copy()
    popped[:, 3] += 5
    assert dominance_of(noise + faint_shape()[7:24].astype(np.float32)) < 0.4 < 0.7 < dominance_of(popped)
