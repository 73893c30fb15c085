"""The count does not depend on rate, clock, side, size or place; and nothing adds to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.skeleton import INDEX, MIRROR, N_KEYPOINTS
from aicoach.synth import Imperfections, perform
from aicoach.synth.imperfections import degrade
from aicoach.tracking.repetitions import RepetitionCounter

CATALOG = load_catalog()
EXERCISES = ("squat", "sit_to_stand", "bicep_curl", "lateral_raise", "push_up", "marching")
REPS = 4
FPS = 20.0
exercises = st.sampled_from(EXERCISES)
seeds = st.integers(0, 2**32 - 1)


@cache
def played(exercise, fps=FPS, pause_s=0.0):
    return perform(
        CATALOG[exercise],
        reps=REPS,
        fps=fps,
        cycle_s=3.0,
        pause_s=pause_s,
        lead_in_s=1.5,
        lead_out_s=1.5,
        noise=0.008,
        seed=6,
    )


@cache
def features(exercise):
    return features_of_track(played(exercise).track)


def count(exercise, track):
    """Repetitions in features or poses."""
    rows = track if isinstance(track, FeatureTrack) else features_of_track(track)
    counter = RepetitionCounter(CATALOG[exercise], counting_settings())
    seen = np.isfinite(rows.values).any(axis=1)
    for i in range(len(rows)):
        counter.step(float(rows.t_s[i]), rows.row(i) if seen[i] else None)
    counter.finish(float(rows.t_s[-1]))
    return counter.count


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_sets_below_are_counted_right_to_begin_with(exercise):
    assert count(exercise, features(exercise)) == REPS


@given(exercise=exercises, fps=st.floats(8.0, 60.0))
@settings(max_examples=12)
def test_the_frame_rate_leaves_the_count_unchanged(exercise, fps):
    assert count(exercise, played.__wrapped__(exercise, fps).track) == REPS


@given(exercise=exercises, start_s=st.one_of(st.just(0.0), st.floats(-1e5, 1e6)))
@settings(max_examples=12)
def test_the_clock_may_start_anywhere(exercise, start_s):
    rows = features(exercise)
    assert count(exercise, replace(rows, t_s=rows.t_s - rows.t_s[0] + start_s)) == REPS


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_mirror_image_has_the_same_count(exercise):
    track = played(exercise).track
    image = track.image_xyzs[:, list(MIRROR)] * (-1.0, 1.0, 1.0, 1.0) + (1.0, 0.0, 0.0, 0.0)
    world = track.world_xyz[:, list(MIRROR)] * (-1.0, 1.0, 1.0)
    assert count(exercise, replace(track, image_xyzs=image, world_xyz=world)) == REPS


@given(
    exercise=exercises,
    size=st.floats(0.3, 1.5),
    across=st.floats(-0.5, 0.5),
    down=st.floats(-0.5, 0.5),
)
@settings(max_examples=12)
def test_size_and_place_in_the_picture_leave_the_count_unchanged(exercise, size, across, down):
    track = played(exercise).track
    image = np.array(track.image_xyzs, dtype=float)
    image[..., :3] *= size
    image[..., :2] += (across, down)
    assert count(exercise, replace(track, image_xyzs=image)) == REPS


@given(exercise=exercises, size=st.floats(0.7, 1.3))
@settings(max_examples=10)
def test_a_tall_person_counts_like_a_short_one(exercise, size):
    track = played(exercise).track
    image = np.array(track.image_xyzs, dtype=float)
    image[..., :3] *= size
    grown = replace(track, image_xyzs=image, world_xyz=track.world_xyz * size)
    assert count(exercise, grown) == REPS


@given(exercise=exercises, seed=seeds, share=st.floats(0.0, 0.9))
@settings(max_examples=15)
def test_unseen_frames_never_add_a_repetition(exercise, seed, share):
    rng, track = np.random.default_rng(seed), played(exercise).track
    image, world = np.array(track.image_xyzs), np.array(track.world_xyz)
    lost = rng.random(len(track)) < share
    image[lost] = world[lost] = np.nan
    assert count(exercise, replace(track, image_xyzs=image, world_xyz=world)) <= REPS


@given(exercise=exercises, seed=seeds, share=st.floats(0.0, 0.6), runs=st.booleans())
@settings(max_examples=15)
def test_unseen_joints_never_add_a_repetition(exercise, seed, share, runs):
    """Joints vanish frame by frame, or for half a second each."""
    rng, track = np.random.default_rng(seed), played(exercise).track
    frames_each = int(FPS / 2) if runs else 1
    lost = rng.random((len(track) // frames_each + 1, N_KEYPOINTS)) < share
    lost = np.repeat(lost, frames_each, axis=0)[: len(track)]
    image, world = np.array(track.image_xyzs), np.array(track.world_xyz)
    image[lost] = world[lost] = np.nan
    assert count(exercise, replace(track, image_xyzs=image, world_xyz=world)) <= REPS


@given(
    asked=st.sampled_from([name for name in CATALOG if CATALOG[name].kind != "hold"]),
    posing=exercises,
    moment=st.floats(0.0, 1.0),
    seed=seeds,
)
@settings(max_examples=25)
def test_a_still_person_never_counts_whatever_the_pose(asked, posing, moment, seed):
    track = played(posing).track
    row, n = int(moment * (len(track) - 1)), int(20 * FPS)
    still = replace(
        track,
        t_s=np.arange(n) / FPS,
        image_xyzs=np.repeat(track.image_xyzs[row][None], n, axis=0),
        world_xyz=np.repeat(track.world_xyz[row][None], n, axis=0),
    )
    how = Imperfections(noise=0.015, drop_out=0.05)
    jittery = degrade(still, how, np.zeros((n, N_KEYPOINTS)), np.random.default_rng(seed))
    assert count(asked, jittery) == 0


@pytest.mark.parametrize("exercise", EXERCISES)
def test_splitting_at_rest_gives_the_same_sum(exercise):
    performed = played(exercise, pause_s=1.5)
    rows, times = features_of_track(performed.track), performed.truth.times
    middle_s = (times[REPS // 2 - 1][1] + times[REPS // 2][0]) / 2.0
    first = rows.t_s < middle_s
    halves = [FeatureTrack(rows.t_s[m], rows.values[m], rows.scores[m]) for m in (first, ~first)]
    assert [count(exercise, half) for half in halves] == [REPS // 2, REPS - REPS // 2]
    assert count(exercise, rows) == REPS


def test_a_hidden_knee_does_not_bend():
    """Scores near zero are nobody's joints, however wildly they are drawn."""
    track = played("squat").track
    image = np.array(track.image_xyzs, dtype=float)
    image[..., 3] = 0.05
    swinging = 0.2 * np.sin(2 * np.pi * track.t_s / 2.0)
    for name in ("left_knee", "right_knee", "left_hip", "right_hip"):
        image[:, INDEX[name], 1] += swinging
    assert count("squat", replace(track, image_xyzs=image)) == 0
