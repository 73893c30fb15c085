from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.skeleton import INDEX, MIRROR
from aicoach.synth.angles import ANGLES, N_ANGLES, angle_row, mirrored
from aicoach.synth.body import BodyShape, body_of

BONES = {
    ("left_hip", "left_knee"): 0.43,
    ("right_knee", "right_ankle"): 0.42,
    ("left_shoulder", "left_elbow"): 0.29,
    ("right_elbow", "right_wrist"): 0.255,
}
any_angles = st.lists(st.floats(-150.0, 150.0), min_size=N_ANGLES, max_size=N_ANGLES)


def keypoint(angles, name, row=0):
    return body_of(np.atleast_2d(angles)).keypoints[row, INDEX[name]]


@given(any_angles)
@settings(max_examples=60, deadline=None)
def test_bones_keep_their_length_however_the_body_bends(values):
    body = body_of(np.array([values]))
    for (one, other), length in BONES.items():
        bone = body.keypoints[0, INDEX[one]] - body.keypoints[0, INDEX[other]]
        assert np.linalg.norm(bone) == pytest.approx(length, abs=1e-9)


@given(any_angles)
@settings(max_examples=60, deadline=None)
def test_mirrored_angles_give_the_mirrored_body(values):
    angles = np.array([values])
    there = body_of(mirrored(angles)).keypoints[:, list(MIRROR)] * np.array([-1.0, 1.0, 1.0])
    assert np.allclose(there, body_of(angles).keypoints, atol=1e-9)


def test_anatomical_position_is_upright_with_hanging_arms_and_the_left_at_plus_x():
    rest = angle_row()
    assert keypoint(rest, "left_wrist")[1] < keypoint(rest, "left_hip")[1]
    assert keypoint(rest, "left_shoulder")[0] > 0.15
    assert keypoint(rest, "nose")[2] > 0.1
    assert keypoint(rest, "left_foot_index")[2] > keypoint(rest, "left_heel")[2]


@pytest.mark.parametrize(
    ("angles", "name", "axis", "sign"),
    [
        ({"both": {"hip_flexion": 60.0}}, "left_knee", 2, 1),
        ({"both": {"hip_abduction": 40.0}}, "left_knee", 0, 1),
        ({"both": {"hip_abduction": 40.0}}, "right_knee", 0, -1),
        ({"both": {"knee_flexion": 60.0}}, "left_ankle", 2, -1),
        ({"both": {"ankle_plantarflexion": 30.0}}, "left_foot_index", 1, -1),
        ({"both": {"shoulder_flexion": 90.0}}, "left_wrist", 2, 1),
        ({"both": {"shoulder_abduction": 90.0}}, "right_wrist", 0, -1),
        ({"both": {"elbow_flexion": 90.0}}, "left_wrist", 2, 1),
        ({"both": {"elbow_flexion": 90.0, "shoulder_rotation": 60.0}}, "left_wrist", 0, 1),
        ({"body": {"pitch": 90.0}}, "nose", 2, 1),
        ({"body": {"lean": 40.0}}, "nose", 0, 1),
        ({"body": {"yaw": 90.0}}, "nose", 0, 1),
        ({"body": {"spine_flexion": 50.0}}, "nose", 2, 1),
        ({"body": {"spine_lean": 30.0}}, "nose", 0, 1),
        ({"body": {"spine_twist": 60.0}}, "right_shoulder", 2, 1),
        ({"body": {"neck_turn": 60.0}}, "nose", 0, 1),
        ({"body": {"neck_flexion": 40.0}}, "nose", 1, -1),
    ],
)
def test_positive_angles_move_as_the_vocabulary_says(angles, name, axis, sign):
    moved = keypoint(angle_row(**angles), name) - keypoint(angle_row(), name)
    assert sign * moved[axis] > 0.03


def test_both_arm_angles_at_180_point_up():
    for name in ("shoulder_flexion", "shoulder_abduction"):
        raised = angle_row({name: 180.0})
        assert keypoint(raised, "left_wrist")[1] > keypoint(raised, "nose")[1] + 0.2


def test_hip_flexion_is_against_the_pelvis():
    bent = angle_row({"hip_flexion": 105.0}, body={"pitch": 35.0})
    thigh = keypoint(bent, "left_knee") - keypoint(bent, "left_hip")
    assert np.degrees(np.arctan2(thigh[2], -thigh[1])) == pytest.approx(70.0, abs=1e-6)


def test_a_scaled_shape_is_the_same_person_larger():
    small, large = BodyShape(), BodyShape().scaled(1.2)
    angles = angle_row({"hip_flexion": 40.0, "elbow_flexion": 70.0})[None]
    assert np.allclose(body_of(angles, large).keypoints, 1.2 * body_of(angles, small).keypoints)


def test_unknown_angle_names_are_refused():
    with pytest.raises(KeyError):
        angle_row({"knee_bend": 10.0})


def test_every_sided_angle_stands_for_both_sides():
    assert len(ANGLES) == len(set(ANGLES)) == N_ANGLES
    assert sum(name.endswith(".left") for name in ANGLES) == sum(
        name.endswith(".right") for name in ANGLES
    )
