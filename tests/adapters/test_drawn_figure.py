"""The real pose model follows the drawn figure: footage without people.

Figures on a drawing are no accuracy on people; these tests say that the way from pixels to
features is whole, in the views that suit an exercise.
"""

from __future__ import annotations

import numpy as np
import pytest

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.catalog.loader import load_catalog
from aicoach.figure import film
from aicoach.kinematics import included_angle
from aicoach.skeleton import INDEX
from aicoach.synth import perform

pytestmark = pytest.mark.model

CATALOG = load_catalog()
MAIN = [
    f"{side}_{joint}"
    for side in ("left", "right")
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]
ROWS = [INDEX[name] for name in MAIN]
SWAPPED = [*ROWS[6:], *ROWS[:6]]
ANGLES = {
    "knee": ("hip", "knee", "ankle"),
    "hip": ("shoulder", "hip", "knee"),
    "shoulder": ("hip", "shoulder", "elbow"),
}


def followed(performance, **how):
    """For each frame true and estimated keypoints in pixels, None where nobody is found."""
    estimator = OnnxPoseEstimator()
    out = []
    for row, frame in enumerate(film(performance, **how)):
        pose = estimator.estimate(frame)
        true = performance.camera.project_px(performance.body.keypoints[row])
        out.append((true, None if pose is None else pose.image.xy_px()))
    estimator.close()
    return out


def angle_errors(pairs, joints, sides):
    rows = [[INDEX[f"{side}_{joint}"] for joint in joints] for side in sides]
    return np.array(
        [
            abs(float(included_angle(*true[r])) - float(included_angle(*found[r])))
            for true, found in pairs
            if found is not None
            for r in rows
        ]
    )


@pytest.mark.parametrize(
    ("exercise", "view", "joints"),
    [
        ("squat", "side", ("knee", "hip")),
        pytest.param("squat", "oblique", ("knee", "hip"), marks=pytest.mark.thorough),
        pytest.param("sit_to_stand", "side", ("knee", "hip"), marks=pytest.mark.thorough),
        ("lateral_raise", "front", ("shoulder",)),
        ("push_up", "side", ("hip", "shoulder")),
        pytest.param("marching", "oblique", ("knee",), marks=pytest.mark.thorough),
    ],
)
def test_the_model_follows_the_figure_in_views_that_suit_the_exercise(exercise, view, joints):
    performance = perform(CATALOG[exercise], reps=2, view=view, fps=8.0, lead_in_s=0.5)
    pairs = followed(performance)
    found = [(true, got) for true, got in pairs if got is not None]
    assert len(found) >= 0.98 * len(pairs)
    swapped = [
        np.linalg.norm(true[ROWS] - got[SWAPPED]) < np.linalg.norm(true[ROWS] - got[ROWS])
        for true, got in found
    ]
    assert np.mean(swapped) <= 0.05
    torso_px = 0.5 * performance.camera.focal_px / performance.camera.distance_m
    off = [np.linalg.norm(true[ROWS] - got[ROWS], axis=1).mean() / torso_px for true, got in found]
    assert np.median(off) < 0.09
    for joint in joints:
        errors = angle_errors(found, ANGLES[joint], ("right",))
        assert np.median(errors) < 7.0
        assert np.percentile(errors, 90) < 15.0


def test_the_knee_of_a_drawn_squat_is_followed_through_its_range():
    performance = perform(CATALOG["squat"], reps=2, view="side", fps=8.0)
    rows = [INDEX[f"right_{joint}"] for joint in ANGLES["knee"]]
    pairs = [(t, g) for t, g in followed(performance) if g is not None]
    true, got = (np.array([float(included_angle(*p[i][rows])) for p in pairs]) for i in (0, 1))
    assert np.corrcoef(true, got)[0, 1] > 0.98
    assert abs(true.min() - got.min()) < 15.0


def test_a_dim_room_is_still_enough():
    performance = perform(CATALOG["squat"], reps=1, view="oblique", fps=4.0)
    pairs = followed(performance, brightness=0.3, grain=5.0)
    assert np.mean([got is not None for _, got in pairs]) > 0.9
