"""Noise around the limit makes at most two changes of state in ten minutes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aicoach.intensity.guard import IntensityGuard

SECONDS = 600


def uniform(random, n, _every_s):
    return random.uniform(-4.0, 4.0, n)


def whole_beats(random, n, _every_s):
    return np.round(random.uniform(-4.0, 4.0, n))


def gaussian(random, n, _every_s):
    return random.normal(0.0, 4.0, n)


def slow(random, n, every_s):
    """First-order noise of up to 40 s memory, within 4 bpm."""
    keep = np.exp(-every_s / random.uniform(2.0, 40.0))
    out = np.zeros(n)
    for i in range(1, n):
        out[i] = keep * out[i - 1] + np.sqrt(1.0 - keep**2) * random.normal(0.0, 2.5)
    return np.clip(out, -4.0, 4.0)


def swinging(random, n, every_s):
    period_s = random.uniform(4.0, 120.0)
    return 4.0 * np.sin(2.0 * np.pi * (np.arange(n) * every_s / period_s + random.random()))


def changes(given, noise, upper, every_s):
    limits = given.heart(lower=upper - 18.0, upper=upper, cap=None, rest_bpm=60.0, max_bpm=190.0)
    guard = IntensityGuard(given.session(limits))
    states = []
    for i, beside in enumerate(noise):
        guard.heart_rate(given.sample(i * every_s, upper + float(beside)))
        if i * every_s > 3.0:  # before, there is no rate yet
            states.append(guard.state)
    return sum(one != other for one, other in itertools.pairwise(states)), states[-1]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("every_s", "seeds"),
    [
        (1.0, 4),
        (0.5, 2),
        (2.0, 4),
        pytest.param(1.0, 100, marks=pytest.mark.thorough),
        pytest.param(0.5, 20, marks=pytest.mark.thorough),
    ],
)
@pytest.mark.parametrize("noise", [uniform, whole_beats, gaussian, slow, swinging])
def test_noise_around_the_limit_changes_the_state_at_most_twice(given, noise, every_s, seeds):
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        upper = float(np.round(random.uniform(90.0, 165.0)))
        made = noise(random, round(SECONDS / every_s), every_s)
        count, last = changes(given, made, upper, every_s)
        assert count <= 2, (seed, upper)
        assert last in {"in", "high_1", "high_2"}, (seed, upper)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("seed", range(20))
def test_noise_around_the_lower_bound_changes_nothing(given, seed):
    random = np.random.default_rng(seed)
    guard = IntensityGuard(given.session(medical=False))
    guard.begin_main(0.0)
    guard.begin_set(0.0)
    alerts = []
    for i in range(SECONDS):
        alerts += guard.heart_rate(given.sample(float(i), 107.0 + random.uniform(-4.0, 4.0)))
    assert alerts == []
