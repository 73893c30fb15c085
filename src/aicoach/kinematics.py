"""Pure geometry: keypoints in, features out, for one pose or a whole track at once.

NaN in, NaN out: a joint that was not seen never becomes a number. The formulas are
written once, over coordinates that are floats for one pose and arrays for a track
(``_Scalars`` and ``_Arrays``): a live frame costs a tenth of what arrays of length one
would.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from aicoach.features import FEATURE_INDEX, FEATURE_JOINTS, N_FEATURES
from aicoach.pose import FloatArray, Pose, PoseTrack
from aicoach.skeleton import INDEX, N_KEYPOINTS

UNIT_M: Final = 0.5
"""A body unit in metres; see features.py."""

_SPREAD_ROWS: Final = [
    INDEX[f"{side}_{joint}"]
    for joint in ("shoulder", "hip", "knee", "ankle")
    for side in ("left", "right")
]
_IN_PLANE_LOW, _IN_PLANE_HIGH = 0.60, 0.90
"""Share of a segment's length seen in the picture below and above which the world's and
the picture's angle is taken alone (drawn-figure calibration: image angles are within 2 to
4 deg where both segments keep more than half of their length)."""


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
    space. NaN where fewer than four of them are seen.
    """
    image = np.asarray(image_px, dtype=float)[..., _SPREAD_ROWS, :]
    world = np.asarray(world_m, dtype=float)[..., _SPREAD_ROWS, :2]
    seen = np.isfinite(image + world).all(-1, keepdims=True)
    count = seen.sum(-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        spreads = []
        for points in (image, world):
            mean = np.where(seen, points, 0.0).sum(-2, keepdims=True) / count
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
        rows = {
            INDEX[j if j == "nose" else f"{s}_{j}"]
            for j in FEATURE_JOINTS[name]
            for s in ((side,) if side else ("left", "right"))
        }
        weights[sorted(rows), i] = 1.0 / len(rows)
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
        if math.isfinite(unit_px) and unit_px > 0:
            self._seen.append((t_s, float(unit_px)))
        while len(self._seen) > 1 and self._seen[0][0] < t_s - self._window_s:
            self._seen.pop(0)
        if not self._seen:
            return math.nan
        units = sorted(unit for _, unit in self._seen)
        middle = len(units) // 2
        return units[middle] if len(units) % 2 else (units[middle - 1] + units[middle]) / 2


def features_of_pose(pose: Pose, unit_px: float) -> Features:
    """Features of one pose; ``unit_px`` from ``BodyScale``."""
    image_px = pose.image.xy_px()
    numbers = _formulas(image_px.tolist(), pose.world.xyz_m.tolist(), unit_px, _SCALARS)
    scores = np.where(np.isnan(pose.score), 0.0, pose.score) @ _SCORE_WEIGHTS
    return Features(pose.t_s, np.array(numbers), scores)


def features_of_track(track: PoseTrack) -> FeatureTrack:
    """Features of a recording, row by row the same as stepping through it."""
    image_px = track.image_xyzs[..., :2].astype(float) * np.asarray(track.frame_size_px, float)
    world = track.world_xyz.astype(float)
    unit = np.atleast_1d(body_unit_px(image_px, world))
    scale = BodyScale()
    units = np.array([scale.step(float(t), float(u)) for t, u in zip(track.t_s, unit, strict=True)])
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = _formulas(np.moveaxis(image_px, 0, -1), np.moveaxis(world, 0, -1), units, _ARRAYS)
    scores = np.nan_to_num(track.image_xyzs[..., 3].astype(float), nan=0.0) @ _SCORE_WEIGHTS
    values = np.stack(columns, axis=-1) if len(track) else np.empty((0, N_FEATURES))
    return FeatureTrack(np.asarray(track.t_s, dtype=float), values, scores)


Number = Any
"""A float, or an array of floats: whatever the arithmetic at hand computes with."""
Vector = tuple[Number, ...]


class _Arithmetic(Protocol):
    """What the formulas need beside + - * and abs."""

    def angle_deg(self, y: Number, x: Number) -> Number:
        """Angle of (x, y) in degrees; NaN for a vector without length."""

    def root(self, square: Number) -> Number:
        """Square root."""

    def ratio(self, part: Number, whole: Number) -> Number:
        """Quotient; NaN unless ``whole`` is positive."""

    def least(self, a: Number, b: Number) -> Number:
        """The smaller; NaN if one is."""

    def greatest(self, a: Number, b: Number) -> Number:
        """The larger; NaN if one is."""

    def sign(self, x: Number) -> Number:
        """1 or -1; 1 for zero and NaN."""

    def share(self, x: Number) -> Number:
        """X cut to [0, 1]."""

    def log(self, x: Number) -> Number:
        """Natural logarithm; NaN unless ``x`` is positive."""


class _Scalars:
    """Numbers are floats."""

    def angle_deg(self, y: float, x: float) -> float:
        return math.nan if x == 0.0 and y == 0.0 else math.degrees(math.atan2(y, x))

    def root(self, square: float) -> float:
        return math.sqrt(square)

    def ratio(self, part: float, whole: float) -> float:
        return part / whole if whole > 0.0 else math.nan

    def least(self, a: float, b: float) -> float:
        return math.nan if math.isnan(a) or math.isnan(b) else min(a, b)

    def greatest(self, a: float, b: float) -> float:
        return math.nan if math.isnan(a) or math.isnan(b) else max(a, b)

    def sign(self, x: float) -> float:
        return -1.0 if x < 0.0 else 1.0

    def share(self, x: float) -> float:
        return math.nan if math.isnan(x) else min(max(x, 0.0), 1.0)

    def log(self, x: float) -> float:
        return math.log(x) if x > 0.0 else math.nan


class _Arrays:
    """Numbers are arrays over time."""

    def angle_deg(self, y: FloatArray, x: FloatArray) -> FloatArray:
        degrees = np.degrees(np.arctan2(y, x))
        return np.where((np.asarray(x) == 0.0) & (np.asarray(y) == 0.0), np.nan, degrees)

    def root(self, square: FloatArray) -> FloatArray:
        return np.sqrt(square)

    def ratio(self, part: FloatArray, whole: FloatArray) -> FloatArray:
        return np.asarray(part / np.where(whole > 0.0, whole, np.nan))

    def least(self, a: FloatArray, b: FloatArray) -> FloatArray:
        return np.minimum(a, b)

    def greatest(self, a: FloatArray, b: FloatArray) -> FloatArray:
        return np.maximum(a, b)

    def sign(self, x: FloatArray) -> FloatArray:
        return np.where(x < 0.0, -1.0, 1.0)

    def share(self, x: FloatArray) -> FloatArray:
        return np.clip(x, 0.0, 1.0)

    def log(self, x: FloatArray) -> FloatArray:
        return np.log(np.where(x > 0.0, x, np.nan))


_SCALARS: Final = _Scalars()
_ARRAYS: Final = _Arrays()


def _minus(a: Vector, b: Vector) -> Vector:
    return tuple(p - q for p, q in zip(a, b, strict=True))


def _middle(a: Vector, b: Vector) -> Vector:
    return tuple((p + q) * 0.5 for p, q in zip(a, b, strict=True))


def _dot(a: Vector, b: Vector) -> Number:
    if len(a) == 2:
        return a[0] * b[0] + a[1] * b[1]
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def _between_deg(a: Vector, b: Vector, m: _Arithmetic) -> Number:
    """Angle of two vectors, [0, 180]."""
    if len(a) == 2:
        return m.angle_deg(abs(a[0] * b[1] - a[1] * b[0]), _dot(a, b))
    normal = _cross(a, b)
    return m.angle_deg(m.root(_dot(normal, normal)), _dot(a, b))


def _tilt_deg(a: Vector, m: _Arithmetic) -> Number:
    """Angle of a vector from straight down, [0, 180]; y grows downwards."""
    aside = abs(a[0]) if len(a) == 2 else m.root(a[0] * a[0] + a[2] * a[2])
    return m.angle_deg(aside, a[1])


def _length(a: Vector, m: _Arithmetic) -> Number:
    return m.root(_dot(a, a))


def _directed(a: Vector, m: _Arithmetic) -> Vector:
    length = _length(a, m)
    return tuple(m.ratio(p, length) for p in a)


def _in_plane(a_m: Vector, m: _Arithmetic) -> Number:
    """Share of a segment's length that lies in the picture's plane."""
    return m.ratio(m.root(a_m[0] * a_m[0] + a_m[1] * a_m[1]), _length(a_m, m))


def _blend(image: Number, world: Number, in_plane: Number, m: _Arithmetic) -> Number:
    trust = m.share((in_plane - _IN_PLANE_LOW) / (_IN_PLANE_HIGH - _IN_PLANE_LOW))
    return trust * image + (1.0 - trust) * world


_SEGMENTS: Final = (
    ("trunk", "shoulder", "hip"),
    ("upper_arm", "shoulder", "elbow"),
    ("forearm", "elbow", "wrist"),
    ("arm", "shoulder", "wrist"),
    ("thigh", "hip", "knee"),
    ("shank", "knee", "ankle"),
    ("leg", "hip", "ankle"),
)
_FLEXIONS: Final = (
    ("knee_flexion", "thigh", "shank"),
    ("hip_flexion", "trunk", "thigh"),
    ("elbow_flexion", "upper_arm", "forearm"),
    ("shoulder_elevation", "trunk", "upper_arm"),
)
_INCLINED: Final = ("upper_arm", "arm", "forearm", "thigh", "leg", "shank")
_SIDES: Final = (("left", 1.0), ("right", -1.0))


def _formulas(image_px: Any, world_m: Any, unit: Number, m: _Arithmetic) -> list[Number]:
    """Every feature in the order of FEATURE_INDEX.

    image_px : indexable (33, 2), world_m : (33, 3), of floats or of arrays over time.
    """
    out: dict[str, Number] = {}
    px = {name: tuple(image_px[i]) for name, i in _USED.items()}
    metres = {name: tuple(world_m[i]) for name, i in _USED.items()}
    pairs = ("shoulder", "hip", "knee", "ankle", "ear")
    middle = {j: _middle(px[f"left_{j}"], px[f"right_{j}"]) for j in pairs}
    low_ankle_y = m.greatest(px["left_ankle"][1], px["right_ankle"][1])
    # Outward is away from the other side in the picture.
    left_sign = m.sign(px["left_shoulder"][0] - px["right_shoulder"][0])
    axes = _body_axes(metres, m)
    for side, hand in _SIDES:
        here = {j: px[f"{side}_{j}"] for j in _SIDED_JOINTS}
        here_m = {j: metres[f"{side}_{j}"] for j in _SIDED_JOINTS}
        segments = {s: _minus(here[b], here[a]) for s, a, b in _SEGMENTS}
        segments_m = {s: _minus(here_m[b], here_m[a]) for s, a, b in _SEGMENTS}
        _put_angles(out, side, segments, segments_m, m)
        _put_heights(out, side, here, low_ankle_y, unit, m)
        _put_sideways(out, side, here, segments, segments_m, left_sign * hand, unit, m)
        _put_in_body_axes(out, side, segments_m, axes, hand, m)
    _put_frontal(out, px, middle, unit, m)
    _put_trunk(out, metres, middle, axes, unit, m)
    out["hip_height"] = m.ratio(low_ankle_y - middle["hip"][1], unit)
    out["shoulder_height"] = m.ratio(low_ankle_y - middle["shoulder"][1], unit)
    out["hip_x"] = m.ratio(middle["hip"][0], unit)
    out["hip_rise"] = m.ratio(-middle["hip"][1], unit)
    out["shoulder_rise"] = m.ratio(-middle["shoulder"][1], unit)
    out["nose_rise"] = m.ratio(-px["nose"][1], unit)
    out["foot_rise"] = m.ratio(-low_ankle_y, unit)
    out["log_scale"] = m.log(unit)
    return [out[name] for name in FEATURE_INDEX]


_SIDED_JOINTS: Final = (
    "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index", "ear",
)  # fmt: skip
_USED: Final = {
    "nose": INDEX["nose"],
    **{f"{side}_{j}": INDEX[f"{side}_{j}"] for side, _ in _SIDES for j in _SIDED_JOINTS},
}


def _body_axes(metres: dict[str, Vector], m: _Arithmetic) -> dict[str, Vector]:
    """The body's own axes in space: to the person's left, and forward.

    With y down, forward of a person who faces the camera (-z) is shoulder line x trunk.
    """
    shoulders = _minus(metres["left_shoulder"], metres["right_shoulder"])
    hips = _minus(metres["left_hip"], metres["right_hip"])
    trunk = _minus(
        _middle(metres["left_shoulder"], metres["right_shoulder"]),
        _middle(metres["left_hip"], metres["right_hip"]),
    )
    hips_level = (hips[0], hips[1] * 0.0, hips[2])
    return {
        "shoulders": _directed(shoulders, m),
        "hips": _directed(hips, m),
        "trunk": trunk,
        "chest_forward": _directed(_cross(shoulders, trunk), m),
        "hip_forward": _directed(_cross(hips_level, (0.0, -1.0, 0.0)), m),
    }


def _put_angles(
    out: dict[str, Number],
    side: str,
    segments: dict[str, Vector],
    segments_m: dict[str, Vector],
    m: _Arithmetic,
) -> None:
    in_plane = {s: _in_plane(v, m) for s, v in segments_m.items()}
    for name, a, b in _FLEXIONS:
        image = _between_deg(segments[a], segments[b], m)
        world = _between_deg(segments_m[a], segments_m[b], m)
        out[f"{name}_image_deg.{side}"] = image
        out[f"{name}_world_deg.{side}"] = world
        out[f"{name}_deg.{side}"] = _blend(image, world, m.least(in_plane[a], in_plane[b]), m)
    for segment in _INCLINED:
        image = _tilt_deg(segments[segment], m)
        world = _tilt_deg(segments_m[segment], m)
        out[f"{segment}_inclination_image_deg.{side}"] = image
        out[f"{segment}_inclination_world_deg.{side}"] = world
        out[f"{segment}_inclination_deg.{side}"] = _blend(image, world, in_plane[segment], m)


def _put_heights(
    out: dict[str, Number],
    side: str,
    here: dict[str, Vector],
    low_ankle_y: Number,
    unit: Number,
    m: _Arithmetic,
) -> None:
    for name, point, over in (
        ("wrist_height", "wrist", "shoulder"),
        ("elbow_height", "elbow", "shoulder"),
        ("wrist_over_hip", "wrist", "hip"),
        ("knee_height", "knee", "hip"),
        ("heel_height", "heel", "foot_index"),
        ("ear_over_shoulder", "ear", "shoulder"),
    ):
        out[f"{name}.{side}"] = m.ratio(here[over][1] - here[point][1], unit)
    out[f"ankle_x.{side}"] = m.ratio(here["ankle"][0], unit)
    out[f"ankle_rise.{side}"] = m.ratio(-here["ankle"][1], unit)
    out[f"ankle_height.{side}"] = m.ratio(low_ankle_y - here["ankle"][1], unit)
    for name, one, other in (
        ("wrist_to_knee", "wrist", "knee"),
        ("wrist_to_head", "wrist", "ear"),
    ):
        out[f"{name}.{side}"] = m.ratio(_length(_minus(here[one], here[other]), m), unit)


def _put_sideways(  # noqa: PLR0913, PLR0917 one place in the picture, in all its parts
    out: dict[str, Number],
    side: str,
    here: dict[str, Vector],
    segments: dict[str, Vector],
    segments_m: dict[str, Vector],
    outward: Number,
    unit: Number,
    m: _Arithmetic,
) -> None:
    out[f"wrist_outward.{side}"] = m.ratio(outward * (here["wrist"][0] - here["shoulder"][0]), unit)
    out[f"ankle_outward.{side}"] = m.ratio(outward * (here["ankle"][0] - here["hip"][0]), unit)
    leg = segments["leg"]
    out[f"leg_abduction_deg.{side}"] = m.angle_deg(outward * leg[0], leg[1])
    forearm_px = _length(segments_m["forearm"], m) / UNIT_M * unit
    out[f"forearm_outward.{side}"] = m.ratio(outward * segments["forearm"][0], forearm_px)
    foot = _minus(here["foot_index"], here["heel"])
    out[f"foot_pitch_deg.{side}"] = m.angle_deg(foot[1], abs(foot[0]))
    out[f"knee_past_toe.{side}"] = m.ratio(
        m.sign(foot[0]) * (here["knee"][0] - here["foot_index"][0]), _length(segments["shank"], m)
    )


def _put_in_body_axes(
    out: dict[str, Number],
    side: str,
    segments_m: dict[str, Vector],
    axes: dict[str, Vector],
    hand: float,
    m: _Arithmetic,
) -> None:
    upper_arm = _directed(segments_m["upper_arm"], m)
    out[f"forearm_lateral.{side}"] = hand * _dot(
        _directed(segments_m["forearm"], m), axes["shoulders"]
    )
    out[f"upper_arm_lateral.{side}"] = hand * _dot(upper_arm, axes["shoulders"])
    out[f"upper_arm_forward.{side}"] = _dot(upper_arm, axes["chest_forward"])
    leg = segments_m["leg"]
    out[f"leg_swing_deg.{side}"] = m.angle_deg(_dot(leg, axes["hip_forward"]), leg[1])


def _put_frontal(
    out: dict[str, Number],
    px: dict[str, Vector],
    middle: dict[str, Vector],
    unit: Number,
    m: _Arithmetic,
) -> None:
    apart = {j: abs(px[f"left_{j}"][0] - px[f"right_{j}"][0]) for j in ("knee", "ankle", "hip")}
    out["knee_ankle_ratio"] = m.ratio(apart["knee"], apart["ankle"])
    out["feet_ratio"] = m.ratio(apart["ankle"], apart["hip"])
    out["feet_apart"] = m.ratio(apart["ankle"], unit)
    out["hip_shift"] = m.ratio(abs(middle["hip"][0] - middle["ankle"][0]), apart["hip"])
    gap = _minus(px["left_wrist"], px["right_wrist"])
    out["wrist_gap"] = m.ratio(_length(gap, m), unit)
    out["wrist_level"] = m.ratio(abs(gap[1]), unit)
    out["knee_level"] = m.ratio(abs(px["left_knee"][1] - px["right_knee"][1]), unit)
    for name, joint in (("hip_tilt_deg", "hip"), ("shoulder_tilt_deg", "shoulder")):
        line = _minus(px[f"left_{joint}"], px[f"right_{joint}"])
        out[name] = m.angle_deg(abs(line[1]), abs(line[0]))


def _put_trunk(
    out: dict[str, Number],
    metres: dict[str, Vector],
    middle: dict[str, Vector],
    axes: dict[str, Vector],
    unit: Number,
    m: _Arithmetic,
) -> None:
    trunk, trunk_m = _minus(middle["shoulder"], middle["hip"]), axes["trunk"]
    image = 180.0 - _tilt_deg(trunk, m)
    world = 180.0 - _tilt_deg(trunk_m, m)
    out["trunk_inclination_image_deg"] = image
    out["trunk_inclination_world_deg"] = world
    out["trunk_inclination_deg"] = _blend(image, world, _in_plane(trunk_m, m), m)
    out["trunk_lean_deg"] = m.angle_deg(trunk[0], -trunk[1])
    out["trunk_length"] = m.ratio(_length(trunk, m), unit)
    out["trunk_pitch_deg"] = m.angle_deg(_dot(trunk_m, axes["hip_forward"]), -trunk_m[1])
    down_trunk = _minus(middle["hip"], middle["shoulder"])
    for name, joint in (("body_line_deg", "ankle"), ("body_line_knee_deg", "knee")):
        along = _minus(middle[joint], middle["shoulder"])
        bend = _between_deg(down_trunk, _minus(middle[joint], middle["hip"]), m)
        # Sag: the hip lies below the line from shoulder to ankle, as seen along gravity.
        line_y = m.ratio(_dot(down_trunk, along), _dot(along, along)) * along[1]
        out[name] = bend * m.sign(down_trunk[1] - line_y)
    out["spine_flexion_deg"] = _between_deg(_minus(middle["ear"], middle["shoulder"]), trunk, m)
    ears = _minus(metres["left_ear"], metres["right_ear"])
    ears_x = (metres["left_ear"][0] + metres["right_ear"][0]) * 0.5
    out["head_turn"] = m.ratio(abs(metres["nose"][0] - ears_x), _length(ears, m))
    feet = _minus(metres["left_ankle"], metres["right_ankle"])
    out["feet_distance"] = _length(feet, m) / UNIT_M
    shoulders, hips = axes["shoulders"], axes["hips"]
    out["trunk_twist_deg"] = _between_deg(shoulders[::2], hips[::2], m)
    out["facing_deg"] = m.angle_deg(abs(shoulders[2]), abs(shoulders[0]))


__all__ = [
    "UNIT_M",
    "BodyScale",
    "FeatureTrack",
    "Features",
    "angle_between",
    "body_unit_px",
    "features_of_pose",
    "features_of_track",
    "included_angle",
]
