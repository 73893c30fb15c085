"""Pure geometry: keypoints in, features out, for one pose or a whole track at once.

Every function takes arrays with any number of leading axes. NaN in, NaN out: a joint
that was not seen never becomes a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from aicoach.features import (
    CENTRAL_FEATURES,
    FEATURE_INDEX,
    FEATURE_JOINTS,
    N_FEATURES,
    SIDED_FEATURES,
)
from aicoach.pose import FloatArray, Pose, PoseTrack
from aicoach.skeleton import INDEX, N_KEYPOINTS

UNIT_M: Final = 0.5
"""A body unit in metres; see features.py."""

_DOWN_2D: Final = np.array([0.0, 1.0])
_DOWN_3D: Final = np.array([0.0, 1.0, 0.0])
_OUTWARD: Final = np.array([1.0, -1.0])

_SIDED_ROWS: Final = {
    joint: [INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]]
    for joint in (
        "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index", "ear",
    )
}  # fmt: skip
_SPREAD_ROWS: Final = [
    row for joint in ("shoulder", "hip", "knee", "ankle") for row in _SIDED_ROWS[joint]
]
_BLENDED: Final = (
    "knee_flexion", "hip_flexion", "elbow_flexion", "shoulder_elevation",
    "upper_arm_inclination", "arm_inclination", "forearm_inclination",
    "thigh_inclination", "leg_inclination", "shank_inclination",
)  # fmt: skip
_SEGMENTS: Final = (
    ("trunk", "shoulder", "hip"),
    ("upper_arm", "shoulder", "elbow"),
    ("forearm", "elbow", "wrist"),
    ("arm", "shoulder", "wrist"),
    ("thigh", "hip", "knee"),
    ("shank", "knee", "ankle"),
    ("leg", "hip", "ankle"),
)
_SEGMENT: Final = {name: i for i, (name, _, _) in enumerate(_SEGMENTS)}
_SEGMENT_FROM: Final = [_SIDED_ROWS[a] for _, a, _ in _SEGMENTS]
_SEGMENT_TO: Final = [_SIDED_ROWS[b] for _, _, b in _SEGMENTS]
_ANGLE_PAIRS: Final = (
    ("thigh", "shank"), ("trunk", "thigh"), ("upper_arm", "forearm"), ("trunk", "upper_arm"),
)  # fmt: skip
_PAIR_A: Final = [_SEGMENT[a] for a, _ in _ANGLE_PAIRS]
_PAIR_B: Final = [_SEGMENT[b] for _, b in _ANGLE_PAIRS]
_INCLINED: Final = [
    _SEGMENT[s] for s in ("upper_arm", "arm", "forearm", "thigh", "leg", "shank")
]
_IN_PLANE_LOW, _IN_PLANE_HIGH = 0.60, 0.90
"""Share of a segment's length seen in the picture below and above which the world's and
the picture's angle is taken alone (FIGURE calibration: image angles are within 2 to 4 deg
where both segments keep more than half of their length)."""


def included_angle(proximal: ArrayLike, vertex: ArrayLike, distal: ArrayLike) -> FloatArray:
    """Angle at ``vertex`` in degrees, [0, 180]; 180 is a straight joint.

    proximal, vertex, distal : shape (..., 2) or (..., 3), one length unit.
    Returns shape (...); NaN where a point is NaN or a segment has no length.
    """
    vertex = np.asarray(vertex, dtype=float)
    return angle_between(np.asarray(proximal, float) - vertex, np.asarray(distal, float) - vertex)


def angle_between(one: ArrayLike, other: ArrayLike) -> FloatArray:
    """Angle of two vectors in degrees, [0, 180]; NaN where one is NaN or has no length."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        length = np.sqrt(np.einsum("...i,...i", a, a) * np.einsum("...i,...i", b, b))
        cosine = np.einsum("...i,...i", a, b) / np.where(length > 0, length, np.nan)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def body_unit_px(image_px: ArrayLike, world_m: ArrayLike) -> FloatArray:
    """Half a metre at the person's place, in pixels; does not shrink when the trunk tips.

    image_px : shape (..., 33, 2); world_m : shape (..., 33, 3). Returns shape (...).
    The spread of shoulders, hips, knees and ankles in the picture over their spread in
    space. NaN where none of them is seen.
    """
    image = np.asarray(image_px, dtype=float)[..., _SPREAD_ROWS, :]
    world = np.asarray(world_m, dtype=float)[..., _SPREAD_ROWS, :2]
    seen = np.isfinite(image).all(-1, keepdims=True) & np.isfinite(world).all(-1, keepdims=True)
    count = seen.sum(-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        spreads = []
        for points in (image, world):
            known = np.where(seen, points, 0.0)
            mean = known.sum(-2, keepdims=True) / count
            spreads.append(np.sqrt((np.where(seen, points - mean, 0.0) ** 2).sum((-2, -1))))
        unit = UNIT_M * spreads[0] / np.where(spreads[1] > 0, spreads[1], np.nan)
    return np.asarray(np.where(count[..., 0, 0] >= 4, unit, np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of one pose."""

    t_s: float
    values: FloatArray
    """Shape (N_FEATURES,), order of ``features.FEATURE_INDEX``; NaN is not seen."""
    scores: FloatArray
    """Shape (N_FEATURES,): mean score of the joints that a feature is read from."""

    def __getitem__(self, name: str) -> float:
        """Value by name; sided features as ``name.left``."""
        return float(self.values[FEATURE_INDEX[name]])


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTrack:
    """The features of a whole track."""

    t_s: FloatArray
    values: FloatArray
    """Shape (T, N_FEATURES)."""
    scores: FloatArray
    """Shape (T, N_FEATURES)."""

    def __len__(self) -> int:
        return len(self.t_s)

    def row(self, i: int) -> Features:
        """The features at one time."""
        return Features(float(self.t_s[i]), self.values[i], self.scores[i])


def _score_weights() -> FloatArray:
    weights = np.zeros((N_KEYPOINTS, N_FEATURES))
    for column, i in FEATURE_INDEX.items():
        name, _, side = column.partition(".")
        rows = [
            INDEX[j if j == "nose" else f"{s}_{j}"]
            for j in FEATURE_JOINTS[name]
            for s in ((side,) if side else ("left", "right"))
        ]
        rows = sorted(set(rows))
        weights[rows, i] = 1.0 / len(rows)
    return weights


_SCORE_WEIGHTS: Final = _score_weights()


class BodyScale:
    """The body unit over time: median of the last two seconds.

    A single pose's unit jumps when a limb is misplaced; two seconds of them do not.
    """

    def __init__(self, window_s: float = 2.0) -> None:
        self._window_s = window_s
        self._seen: list[tuple[float, float]] = []

    def step(self, t_s: float, unit_px: float) -> float:
        """Take one reading (NaN allowed); give the unit in px, NaN before the first."""
        if np.isfinite(unit_px) and unit_px > 0:
            self._seen.append((t_s, float(unit_px)))
        while self._seen and self._seen[0][0] < t_s - self._window_s and len(self._seen) > 1:
            self._seen.pop(0)
        if not self._seen:
            return float("nan")
        units = sorted(unit for _, unit in self._seen)
        middle = len(units) // 2
        return units[middle] if len(units) % 2 else (units[middle - 1] + units[middle]) / 2


def features_of_pose(pose: Pose, unit_px: float) -> Features:
    """Features of one pose; ``unit_px`` from ``BodyScale``."""
    values, scores = extract(
        pose.image.xy_px(), pose.world.xyz_m, pose.score, np.asarray(unit_px, dtype=float)
    )
    return Features(pose.t_s, values, scores)


def features_of_track(track: PoseTrack) -> FeatureTrack:
    """Features of a recording, row by row the same as stepping through it."""
    image_px = track.image_xyzs[..., :2].astype(float) * np.asarray(track.frame_size_px, float)
    world = track.world_xyz.astype(float)
    unit = np.atleast_1d(body_unit_px(image_px, world))
    scale = BodyScale()
    units = np.array([scale.step(float(t), float(u)) for t, u in zip(track.t_s, unit, strict=True)])
    values, scores = extract(image_px, world, track.image_xyzs[..., 3].astype(float), units)
    return FeatureTrack(np.asarray(track.t_s, dtype=float), values, scores)


def extract(
    image_px: FloatArray, world_m: FloatArray, score: FloatArray, unit_px: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """All features of all poses.

    image_px : shape (..., 33, 2), pixels; world_m : shape (..., 33, 3), metres;
    score : shape (..., 33); unit_px : shape (...).
    Returns values and scores, each of shape (..., N_FEATURES).
    """
    lead = image_px.shape[:-2]
    values = np.full((*lead, N_FEATURES), np.nan)
    unit = np.asarray(unit_px, dtype=float)
    unit_sided = unit[..., None]

    def put_sided(name: str, both: FloatArray) -> None:
        i = FEATURE_INDEX[f"{name}.left"]
        values[..., i : i + 2] = both

    def put(name: str, value: FloatArray) -> None:
        values[..., FEATURE_INDEX[name]] = value

    with np.errstate(invalid="ignore", divide="ignore"):
        segments_px = image_px[..., _SEGMENT_TO, :] - image_px[..., _SEGMENT_FROM, :]
        segments_m = world_m[..., _SEGMENT_TO, :] - world_m[..., _SEGMENT_FROM, :]
        _put_angles(values, segments_px, segments_m)
        at = {joint: image_px[..., rows, :] for joint, rows in _SIDED_ROWS.items()}
        middle = {j: at[j].mean(-2) for j in ("shoulder", "hip", "ankle", "ear")}
        nose = image_px[..., INDEX["nose"], :]

        # Heights: y grows downwards, so "above" is the other point's y minus this one's.
        low_ankle_y = at["ankle"][..., 1].max(-1)
        for name, point, over in (
            ("wrist_height", "wrist", "shoulder"),
            ("elbow_height", "elbow", "shoulder"),
            ("wrist_over_hip", "wrist", "hip"),
            ("knee_height", "knee", "hip"),
            ("heel_height", "heel", "foot_index"),
            ("ear_over_shoulder", "ear", "shoulder"),
        ):
            put_sided(name, (at[over][..., 1] - at[point][..., 1]) / unit_sided)
        put_sided("ankle_height", (low_ankle_y[..., None] - at["ankle"][..., 1]) / unit_sided)
        put("hip_height", (low_ankle_y - middle["hip"][..., 1]) / unit)
        put("shoulder_height", (low_ankle_y - middle["shoulder"][..., 1]) / unit)
        put("hip_x", middle["hip"][..., 0] / unit)
        put("hip_rise", -middle["hip"][..., 1] / unit)
        put("shoulder_rise", -middle["shoulder"][..., 1] / unit)
        put("nose_rise", -nose[..., 1] / unit)
        put("foot_rise", -low_ankle_y / unit)
        put("log_scale", np.log(unit))

        # Sideways: outward is away from the other side in the picture.
        shoulder_sign = np.sign(at["shoulder"][..., 0, 0] - at["shoulder"][..., 1, 0])
        outward = np.where(shoulder_sign == 0, 1.0, shoulder_sign)[..., None] * _OUTWARD
        for name, point, start in (
            ("wrist_outward", "wrist", "shoulder"),
            ("ankle_outward", "ankle", "hip"),
        ):
            put_sided(name, outward * (at[point][..., 0] - at[start][..., 0]) / unit_sided)
        leg = segments_px[..., _SEGMENT["leg"], :, :]
        put_sided("leg_abduction_deg", np.degrees(np.arctan2(outward * leg[..., 0], leg[..., 1])))
        forearm_m = segments_m[..., _SEGMENT["forearm"], :, :]
        forearm_length = np.linalg.norm(forearm_m, axis=-1)
        put_sided(
            "forearm_outward",
            outward
            * segments_px[..., _SEGMENT["forearm"], :, 0]
            / np.where(forearm_length > 0, forearm_length / UNIT_M * unit_sided, np.nan),
        )
        put_sided("wrist_to_knee", np.linalg.norm(at["wrist"] - at["knee"], axis=-1) / unit_sided)
        put_sided("wrist_to_head", np.linalg.norm(at["wrist"] - at["ear"], axis=-1) / unit_sided)

        _put_frontal(put, at, middle, unit)
        _put_feet(put_sided, at)
        _put_trunk(put, at, middle, nose, world_m, unit)
        _put_body_axes(put, put_sided, segments_m, world_m)
        scores = np.nan_to_num(score, nan=0.0) @ _SCORE_WEIGHTS
    return values, scores


def _put_angles(values: FloatArray, segments_px: FloatArray, segments_m: FloatArray) -> None:
    both = []
    for segments, down in ((segments_px, _DOWN_2D), (segments_m, _DOWN_3D)):
        flexions = angle_between(segments[..., _PAIR_A, :, :], segments[..., _PAIR_B, :, :])
        inclinations = angle_between(segments[..., _INCLINED, :, :], down)
        both.append(np.concatenate((flexions, inclinations), axis=-2))
    in_plane = np.linalg.norm(segments_m[..., :2], axis=-1) / np.linalg.norm(segments_m, axis=-1)
    worst = np.concatenate(
        (
            np.minimum(in_plane[..., _PAIR_A, :], in_plane[..., _PAIR_B, :]),
            in_plane[..., _INCLINED, :],
        ),
        axis=-2,
    )
    trust = np.clip((worst - _IN_PLANE_LOW) / (_IN_PLANE_HIGH - _IN_PLANE_LOW), 0.0, 1.0)
    image, world = both
    blended = trust * image + (1.0 - trust) * world
    for i, name in enumerate(_BLENDED):
        for space, angles in (("_image_deg", image), ("_world_deg", world), ("_deg", blended)):
            column = FEATURE_INDEX[f"{name}{space}.left"]
            values[..., column : column + 2] = angles[..., i, :]


def _put_frontal(put, at, middle, unit) -> None:  # type: ignore[no-untyped-def]
    apart = {
        j: np.abs(at[j][..., 0, 0] - at[j][..., 1, 0]) for j in ("knee", "ankle", "hip", "shoulder")
    }
    put("knee_ankle_ratio", apart["knee"] / np.where(apart["ankle"] > 0, apart["ankle"], np.nan))
    put("feet_ratio", apart["ankle"] / np.where(apart["hip"] > 0, apart["hip"], np.nan))
    put("feet_apart", apart["ankle"] / unit)
    put("hip_shift", np.abs(middle["hip"][..., 0] - middle["ankle"][..., 0])
        / np.where(apart["hip"] > 0, apart["hip"], np.nan))
    gap = at["wrist"][..., 0, :] - at["wrist"][..., 1, :]
    put("wrist_gap", np.linalg.norm(gap, axis=-1) / unit)
    put("wrist_level", np.abs(gap[..., 1]) / unit)
    put("knee_level", np.abs(at["knee"][..., 0, 1] - at["knee"][..., 1, 1]) / unit)
    for name, joint in (("hip_tilt_deg", "hip"), ("shoulder_tilt_deg", "shoulder")):
        line = at[joint][..., 0, :] - at[joint][..., 1, :]
        put(name, np.degrees(np.arctan2(np.abs(line[..., 1]), np.abs(line[..., 0]))))


def _put_feet(put_sided, at) -> None:  # type: ignore[no-untyped-def]
    foot = at["foot_index"] - at["heel"]
    put_sided(
        "foot_pitch_deg", np.degrees(np.arctan2(foot[..., 1], np.abs(foot[..., 0])))
    )
    forward = np.sign(foot[..., 0])
    shank = np.linalg.norm(at["ankle"] - at["knee"], axis=-1)
    put_sided(
        "knee_past_toe",
        forward
        * (at["knee"][..., 0] - at["foot_index"][..., 0])
        / np.where(shank > 0, shank, np.nan),
    )


def _put_trunk(put, at, middle, nose, world_m, unit) -> None:  # type: ignore[no-untyped-def]
    trunk = middle["shoulder"] - middle["hip"]
    image = angle_between(trunk, -_DOWN_2D)
    trunk_m = (
        world_m[..., _SIDED_ROWS["shoulder"], :] - world_m[..., _SIDED_ROWS["hip"], :]
    ).mean(-2)
    world = angle_between(trunk_m, -_DOWN_3D)
    in_plane = np.linalg.norm(trunk_m[..., :2], axis=-1) / np.linalg.norm(trunk_m, axis=-1)
    trust = np.clip((in_plane - _IN_PLANE_LOW) / (_IN_PLANE_HIGH - _IN_PLANE_LOW), 0.0, 1.0)
    put("trunk_inclination_image_deg", image)
    put("trunk_inclination_world_deg", world)
    put("trunk_inclination_deg", trust * image + (1.0 - trust) * world)
    put("trunk_lean_deg", np.degrees(np.arctan2(trunk[..., 0], -trunk[..., 1])))
    put("trunk_length", np.linalg.norm(trunk, axis=-1) / unit)
    for name, joint in (("body_line_deg", "ankle"), ("body_line_knee_deg", "knee")):
        far = at[joint].mean(-2)
        bend = angle_between(middle["hip"] - middle["shoulder"], far - middle["hip"])
        # Sag: the hip lies below the line from shoulder to ankle, as seen along gravity.
        along = far - middle["shoulder"]
        share = np.einsum("...i,...i", middle["hip"] - middle["shoulder"], along) / np.einsum(
            "...i,...i", along, along
        )
        line_y = middle["shoulder"][..., 1] + share * along[..., 1]
        put(name, np.where(middle["hip"][..., 1] >= line_y, bend, -bend))
    put(
        "spine_flexion_deg",
        angle_between(middle["ear"] - middle["shoulder"], trunk),
    )
    ears_m = world_m[..., _SIDED_ROWS["ear"], :]
    nose_m = world_m[..., INDEX["nose"], :]
    put(
        "head_turn",
        np.abs(nose_m[..., 0] - ears_m[..., 0].mean(-1))
        / np.linalg.norm(ears_m[..., 0, :] - ears_m[..., 1, :], axis=-1),
    )


def _put_body_axes(put, put_sided, segments_m, world_m) -> None:  # type: ignore[no-untyped-def]
    """Features in the body's own axes: sideways (to the person's left), up, forward."""

    def unit_vector(vector: FloatArray) -> FloatArray:
        length = np.linalg.norm(vector, axis=-1, keepdims=True)
        return np.asarray(vector / np.where(length > 0, length, np.nan))

    shoulders, hips = (world_m[..., _SIDED_ROWS[j], :] for j in ("shoulder", "hip"))
    shoulder_line = unit_vector(shoulders[..., 0, :] - shoulders[..., 1, :])
    hip_line = unit_vector(hips[..., 0, :] - hips[..., 1, :])
    trunk = unit_vector((shoulders - hips).mean(-2))
    # Right-handed with y down: forward = up x left for a person who faces the camera (-z).
    chest_forward = unit_vector(np.cross(shoulder_line, trunk))
    hip_level = unit_vector(hip_line - hip_line[..., 1:2] * _DOWN_3D)
    hip_forward = unit_vector(np.cross(hip_level, -_DOWN_3D))
    for name, segment, axis, sign in (
        ("forearm_lateral", "forearm", shoulder_line, _OUTWARD),
        ("upper_arm_lateral", "upper_arm", shoulder_line, _OUTWARD),
        ("upper_arm_forward", "upper_arm", chest_forward, np.ones(2)),
    ):
        direction = unit_vector(segments_m[..., _SEGMENT[segment], :, :])
        put_sided(name, sign * np.einsum("...si,...i->...s", direction, axis))
    leg = segments_m[..., _SEGMENT["leg"], :, :]
    put_sided(
        "leg_swing_deg",
        np.degrees(np.arctan2(np.einsum("...si,...i->...s", leg, hip_forward), leg[..., 1])),
    )
    put(
        "trunk_pitch_deg",
        np.degrees(np.arctan2(np.einsum("...i,...i", trunk, hip_forward), -trunk[..., 1])),
    )
    flat = [0, 2]
    put(
        "trunk_twist_deg",
        angle_between(shoulder_line[..., flat], hip_line[..., flat]),
    )
    put(
        "facing_deg",
        np.degrees(np.arctan2(np.abs(shoulder_line[..., 2]), np.abs(shoulder_line[..., 0]))),
    )


__all__ = [
    "CENTRAL_FEATURES",
    "SIDED_FEATURES",
    "UNIT_M",
    "BodyScale",
    "FeatureTrack",
    "Features",
    "angle_between",
    "body_unit_px",
    "extract",
    "features_of_pose",
    "features_of_track",
    "included_angle",
]
