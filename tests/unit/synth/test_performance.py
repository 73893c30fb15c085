from __future__ import annotations

import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.features import FEATURE_INDEX
from aicoach.kinematics import features_of_track
from aicoach.skeleton import INDEX, MIRROR
from aicoach.synth import Imperfections, perform

CATALOG = load_catalog()
SQUAT = CATALOG["squat"]


def feature(track, name):
    return features_of_track(track).values[:, FEATURE_INDEX[name]]


def sole_heights(body):
    return [
        body.point(f"{side}_foot", f"{side}_ankle", (0.0, -0.085, z))[:, 1]
        for side in ("left", "right")
        for z in (-0.045, 0.145)
    ]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("view", ["side", "oblique", "front"])
@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0])
@pytest.mark.parametrize("mirror", [False, True])
def test_the_truth_counts_the_cycles_that_are_in_the_track(view, fps, mirror):
    performed = perform(SQUAT, reps=4, view=view, fps=fps, mirror=mirror)
    assert performed.truth.reps == len(performed.truth.times) == 4
    height = feature(performed.track, "hip_height")
    low = height < (height.max() + height.min()) / 2
    assert np.count_nonzero(np.diff(low.astype(int)) == 1) == 4


def test_planted_feet_do_not_slide_or_sink():
    body = perform(SQUAT, reps=2, view="front").body
    for side in ("left", "right"):
        assert np.ptp(body.joints[f"{side}_ankle"][:, [0, 2]], axis=0).max() < 0.01
    assert np.min(sole_heights(body)) > -0.01
    assert np.max(np.min(sole_heights(body), axis=0)) < 0.01


@pytest.mark.one_in(4)
@pytest.mark.parametrize("exercise", sorted(CATALOG))
def test_nobody_floats_or_sinks_through_the_floor(exercise):
    performed = perform(CATALOG[exercise], reps=2, fps=15.0, hold_s=2.0)
    lowest = performed.body.keypoints[..., 1].min(-1)
    assert lowest.min() > -0.03
    if performed.spec.motion.support != "hands":
        assert np.median(lowest) < 0.12


@pytest.mark.one_in(4)
@pytest.mark.parametrize("exercise", sorted(CATALOG))
def test_everybody_stays_in_the_picture(exercise):
    for view in CATALOG[exercise].views:
        track = perform(CATALOG[exercise], reps=2, view=view, fps=8.0, hold_s=2.0).track
        trunk = [INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("shoulder", "hip", "knee")]
        assert track.image_xyzs[:, trunk, :2].min() > 0.0
        assert track.image_xyzs[:, trunk, :2].max() < 1.0


def test_measured_knee_flexion_in_the_picture_follows_the_true_angle():
    performed = perform(SQUAT, reps=2, view="side")
    measured = feature(performed.track, "knee_flexion_image_deg.right")
    true = performed.truth.angles_deg["knee_flexion.right"]
    assert np.abs(measured - true).max() < 6.0
    assert max(performed.truth.peak_deg("knee_flexion.right")) == pytest.approx(100.0, abs=6.0)


def test_world_keypoints_are_compressed_like_the_real_model_unless_told_otherwise():
    biased = feature(perform(SQUAT, reps=1).track, "knee_flexion_world_deg.left")
    exact = perform(SQUAT, reps=1, world_compression=False)
    assert 12.0 < biased.min() < 28.0
    assert biased.max() < exact.truth.angles_deg["knee_flexion.left"].max() - 5.0
    assert feature(exact.track, "knee_flexion_world_deg.left") == pytest.approx(
        exact.truth.angles_deg["knee_flexion.left"], abs=0.1
    )


def test_the_axes_are_those_of_real_recordings():
    """A person who faces the camera has their left on the picture's right, nose towards it."""
    track = perform(SQUAT, reps=1, view="front").track
    left, right = (track.world_xyz[0, INDEX[f"{side}_shoulder"]] for side in ("left", "right"))
    assert left[0] > 0.1 > -0.1 > right[0]
    assert track.image_xyzs[0, INDEX["left_shoulder"], 0] > 0.5
    assert track.world_xyz[0, INDEX["nose"], 1] < -0.4
    assert track.world_xyz[0, INDEX["nose"], 2] < -0.05
    assert track.image_xyzs[0, INDEX["nose"], 2] < -0.02
    assert track.image_xyzs[0, INDEX["left_ankle"], 1] > track.image_xyzs[0, INDEX["nose"], 1]


def test_from_the_side_the_right_is_near_and_seen_and_the_left_arm_is_not():
    track = perform(SQUAT, reps=1, view="side").track
    assert track.image_xyzs[0, INDEX["right_wrist"], 3] > 0.9
    assert track.image_xyzs[0, INDEX["left_wrist"], 3] < 0.6
    assert (
        track.image_xyzs[0, INDEX["right_wrist"], 2] < track.image_xyzs[0, INDEX["left_wrist"], 2]
    )


def test_the_mirror_image_exchanges_left_and_right():
    plain, mirrored = (perform(SQUAT, reps=1, mirror=m).track for m in (False, True))
    assert mirrored.image_xyzs[:, list(MIRROR), 0] == pytest.approx(
        1.0 - plain.image_xyzs[..., 0], abs=1e-5
    )
    assert mirrored.world_xyz[:, list(MIRROR), 0] == pytest.approx(
        -plain.world_xyz[..., 0], abs=1e-5
    )


def test_the_same_seed_gives_the_same_track_and_another_seed_another():
    how = Imperfections(noise=0.02, spikes=0.01, drop_out=0.1, copies_far_arm=True)
    one, same, other = (
        perform(SQUAT, reps=1, imperfections=how, seed=seed).track for seed in (3, 3, 4)
    )
    assert np.array_equal(one.image_xyzs, same.image_xyzs, equal_nan=True)
    assert not np.array_equal(one.image_xyzs, other.image_xyzs, equal_nan=True)


def test_partial_repetitions_reach_their_share_of_the_range():
    performed = perform(SQUAT, reps=3, rom=(1.0, 0.5, 0.25))
    full, half, quarter = performed.truth.peak_deg("knee_flexion.left")
    assert full > half + 20.0 > quarter + 30.0


def test_alternating_exercises_work_both_sides_in_turn():
    marching = CATALOG["marching"]
    truth = perform(marching, reps=6).truth
    assert truth.sides == ("left", "right", "left", "right", "left", "right")
    lifted = truth.peak_deg("hip_flexion.left")
    assert min(lifted[0::2]) > max(lifted[1::2]) + 30.0


def test_the_mirror_image_of_an_alternating_set_begins_with_the_other_side():
    assert perform(CATALOG["marching"], reps=2, mirror=True).truth.sides == ("right", "left")


def test_a_hold_is_held_as_long_as_asked():
    truth = perform(CATALOG["plank"], hold_s=7.0).truth
    assert truth.reps == 1
    assert truth.times[0][1] - truth.times[0][0] == pytest.approx(7.0)


def test_tempo_and_pauses_are_kept():
    truth = perform(SQUAT, reps=3, cycle_s=2.0, lead_in_s=1.5, pause_s=0.5).truth
    assert truth.times[0][0] == pytest.approx(1.5)
    assert truth.times[1][0] - truth.times[0][0] == pytest.approx(2.5)


def test_drop_outs_and_gaps_leave_rows_with_nobody():
    how = Imperfections(drop_out=0.25, gaps=((1.0, 1.5),))
    track = perform(SQUAT, reps=5, imperfections=how).track
    lost = ~np.isfinite(track.image_xyzs[:, 0, 0])
    assert 0.2 < lost.mean() < 0.35
    assert lost[(track.t_s >= 1.0) & (track.t_s < 1.5)].all()


def test_hidden_keypoints_are_uncertain_and_restless():
    how = Imperfections(noise=0.005, hidden=("left_knee",))
    track = perform(SQUAT, reps=1, view="front", imperfections=how).track
    assert track.image_xyzs[:, INDEX["left_knee"], 3].max() <= 0.15
    still = track.t_s < 1.0
    shake = np.std(track.image_xyzs[still], axis=0)
    assert shake[INDEX["left_knee"], 0] > 4 * shake[INDEX["right_knee"], 0]


def test_a_copied_far_arm_lies_on_the_near_one():
    how = Imperfections(copies_far_arm=True)
    track = perform(SQUAT, reps=1, view="side", imperfections=how).track
    gap = (
        track.image_xyzs[:, INDEX["left_wrist"], :2] - track.image_xyzs[:, INDEX["right_wrist"], :2]
    )
    assert np.abs(gap).max() < 0.01


@pytest.mark.parametrize("wrong", [{"reps": 0}, {"fps": 0.0}, {"reps": 2, "rom": (1.0,)}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"reps|rom"):
        perform(SQUAT, **wrong)
