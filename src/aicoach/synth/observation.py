"""What a pose model would report of a synthetic body: keypoints in picture and space, scores.

The world keypoints of BlazePose bend nearly straight joints and straighten bent ones
(COUNTING calibration: a straight limb reads 155 to 165 degrees, a deep squat 50 to 85, a
full curl 45 to 65); ``compressed`` models that.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from aicoach.kinematics import angle_between
from aicoach.pose import FloatArray, PoseTrack
from aicoach.skeleton import INDEX, KEYPOINTS, N_KEYPOINTS
from aicoach.synth.body import Body, reassembled
from aicoach.synth.camera import Camera
from aicoach.synth.turns import turn_x

_STRAIGHT_READS_BENT_DEG: Final = 16.0
_BENDING_SHARE: Final = 0.24
"""Included angle read = 27 + 0.76 x true, fitted to FIGURE's and COUNTING's ranges."""

_MODEL_SIZE: Final = 0.9
"""World keypoints are of the model's own body, a tenth smaller than ours (COUNTING
calibration: a standing hip reads 1.4 to 1.6 body units over the ankle)."""

_SEEN: Final = 0.99
_HIDDEN_ARM, _HIDDEN_LEG, _HIDDEN_TRUNK, _HIDDEN_FACE = 0.40, 0.50, 0.95, 0.90
_OFF_FRAME: Final = 0.08


def compressed(body: Body) -> Body:
    """The body as the model's world keypoints show it."""
    frames = {}
    for side in ("left", "right"):
        thigh, shank, upper_arm, forearm = (
            body.frames[f"{side}_{part}"] for part in ("thigh", "shank", "upper_arm", "forearm")
        )
        knee = _bias_deg(thigh, shank)
        frames[f"{side}_thigh"] = thigh @ turn_x(-knee / 2)
        frames[f"{side}_shank"] = shank @ turn_x(knee / 2)
        frames[f"{side}_foot"] = body.frames[f"{side}_foot"] @ turn_x(knee / 2)
        for part in ("forearm", "hand"):
            bias = turn_x(-_bias_deg(upper_arm, forearm))
            frames[f"{side}_{part}"] = body.frames[f"{side}_{part}"] @ bias
    return reassembled(body, frames)


def _bias_deg(upper: FloatArray, lower: FloatArray) -> FloatArray:
    return _STRAIGHT_READS_BENT_DEG - _BENDING_SHARE * angle_between(upper[..., 1], lower[..., 1])


def observe(t_s: FloatArray, body: Body, camera: Camera, *, compression: bool = True) -> PoseTrack:
    """A noiseless track of ``body``, with BlazePose's bias in space unless told otherwise."""
    image = _image_xyz(body, camera)
    scores = visibility(body.keypoints, image, camera)
    world = hip_centred(body.keypoints)
    if compression:
        world = _MODEL_SIZE * hip_centred(compressed(body).keypoints)
    return PoseTrack(
        np.asarray(t_s, dtype=float),
        np.concatenate((image, scores[..., None]), axis=-1).astype(np.float32),
        world.astype(np.float32),
        camera.frame_size_px,
    )


def hip_centred(points: FloatArray) -> FloatArray:
    """Scene points (T, 33, 3) as world keypoints: origin between the hips, y down, z away."""
    middle = points[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1, keepdims=True)
    return np.asarray((points - middle) * np.array([1.0, -1.0, -1.0]))


def _image_xyz(body: Body, camera: Camera) -> FloatArray:
    xy = camera.project_px(body.keypoints) / np.asarray(camera.frame_size_px, float)
    depth = camera.depth_m(body.keypoints)
    hips = depth[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1, keepdims=True)
    z = (depth - hips) * camera.focal_px / hips / camera.frame_size_px[0]
    return np.concatenate((xy, z[..., None]), axis=-1)


def _hidden_scores() -> FloatArray:
    scores = np.full(N_KEYPOINTS, _HIDDEN_FACE)
    for i, name in enumerate(KEYPOINTS):
        if any(part in name for part in ("elbow", "wrist", "pinky", "index", "thumb")):
            scores[i] = _HIDDEN_ARM
        if any(part in name for part in ("knee", "ankle", "heel", "foot")):
            scores[i] = _HIDDEN_LEG
        if any(part in name for part in ("shoulder", "hip")):
            scores[i] = _HIDDEN_TRUNK
    return scores


_HIDDEN_SCORES: Final = _hidden_scores()
_IS_LEFT: Final = np.array(["left" in name for name in KEYPOINTS])
_IS_RIGHT: Final = np.array(["right" in name for name in KEYPOINTS])
_IS_LEG: Final = np.array(
    [any(p in name for p in ("hip", "knee", "ankle", "heel", "foot")) for name in KEYPOINTS]
)


def far_side(points: FloatArray) -> FloatArray:
    """How much each keypoint lies on the side turned away, (T, 33) in [0, 1]."""
    out = np.zeros(points.shape[:2])
    for joint, of_leg in (("shoulder", False), ("hip", True)):
        across = points[:, INDEX[f"left_{joint}"]] - points[:, INDEX[f"right_{joint}"]]
        width = np.maximum(np.linalg.norm(across, axis=-1), 1e-6)
        left_behind = -across[:, 2] / width
        for mine, behind in ((_IS_LEFT, left_behind), (_IS_RIGHT, -left_behind)):
            chosen = mine & (of_leg == _IS_LEG)
            out[:, chosen] = np.clip((behind - 0.55) / 0.35, 0.0, 1.0)[:, None]
    return out


def visibility(points: FloatArray, image: FloatArray, camera: Camera) -> FloatArray:
    """Scores (T, 33): full where seen, lower on the far side, lowest out of the picture."""
    far = far_side(points)
    scores = _SEEN + far * (_HIDDEN_SCORES - _SEEN)
    outside = ((image[..., :2] < 0.0) | (image[..., :2] > 1.0)).any(-1)
    outside |= camera.distance_m - points[..., 2] < 0.3
    return np.where(outside, _OFF_FRAME, scores)
