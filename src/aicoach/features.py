"""Names of the features: every scalar that a pose is reduced to.

One table, so that an exercise file, the lint and the documentation speak of the same
things. ``aicoach.kinematics`` computes them.

Lengths are in body units: one unit is half a metre at the person's place in the
picture (COUNTING calibration: a standing hip is 1.4 to 1.6 above the ankle). Angles of
the ``_image_deg`` kind are measured in the picture, ``_world_deg`` in the model's metric
space, and plain ``_deg`` is the better of the two for this view: the picture where both
segments lie in its plane, the model's space where they point at the camera.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_ANGLES: Final = {
    "knee_flexion": "knee; 0 straight",
    "hip_flexion": "trunk against thigh; 0 straight",
    "elbow_flexion": "elbow; 0 straight",
    "shoulder_elevation": "upper arm against trunk; 0 hanging",
    "upper_arm_inclination": "shoulder to elbow from straight down; 90 horizontal",
    "arm_inclination": "shoulder to wrist from straight down",
    "forearm_inclination": "elbow to wrist from straight down",
    "thigh_inclination": "hip to knee from straight down",
    "leg_inclination": "hip to ankle from straight down",
    "shank_inclination": "knee to ankle from straight down",
}
_SPACES: Final = ("_image_deg", "_world_deg", "_deg")

_JOINTS_OF_ANGLE: Final = {
    "knee_flexion": ("hip", "knee", "ankle"),
    "hip_flexion": ("shoulder", "hip", "knee"),
    "elbow_flexion": ("shoulder", "elbow", "wrist"),
    "shoulder_elevation": ("hip", "shoulder", "elbow"),
    "upper_arm_inclination": ("shoulder", "elbow"),
    "arm_inclination": ("shoulder", "wrist"),
    "forearm_inclination": ("elbow", "wrist"),
    "thigh_inclination": ("hip", "knee"),
    "leg_inclination": ("hip", "ankle"),
    "shank_inclination": ("knee", "ankle"),
}

_SIDED_EXTRA: Final = {
    "wrist_height": ("wrist above the shoulder", ("shoulder", "wrist")),
    "elbow_height": ("elbow above the shoulder", ("shoulder", "elbow")),
    "wrist_over_hip": ("wrist above the hip", ("hip", "wrist")),
    "knee_height": ("knee above the hip (hanging: about -0.85)", ("hip", "knee")),
    "ankle_height": ("ankle above the lower ankle", ("ankle",)),
    "ankle_x": ("ankle in the picture, absolute", ("ankle",)),
    "ankle_rise": ("ankle in the picture, absolute, + up", ("ankle",)),
    "wrist_outward": (
        "wrist outward of the shoulder, sideways in the picture",
        ("shoulder", "wrist"),
    ),
    "ankle_outward": ("ankle outward of the hip, sideways in the picture", ("hip", "ankle")),
    "forearm_outward": (
        "sideways part of elbow to wrist in the picture over the forearm's length, + outward",
        ("elbow", "wrist"),
    ),
    "forearm_lateral": (
        "part of elbow to wrist along the shoulder line in space, + outward, [-1, 1]",
        ("elbow", "wrist"),
    ),
    "upper_arm_lateral": (
        "part of shoulder to elbow along the shoulder line in space, + outward, [-1, 1]",
        ("shoulder", "elbow"),
    ),
    "upper_arm_forward": (
        "part of shoulder to elbow to the front of the body in space, [-1, 1]",
        ("shoulder", "elbow"),
    ),
    "leg_abduction_deg": ("hip to ankle sideways in the picture, + outward", ("hip", "ankle")),
    "leg_swing_deg": (
        "hip to ankle in the body's forward plane in space, + forward",
        ("hip", "ankle"),
    ),
    "foot_pitch_deg": (
        "heel to toe against the floor in the picture, + heel up",
        ("heel", "foot_index"),
    ),
    "heel_height": ("heel above the toe", ("heel", "foot_index")),
    "knee_past_toe": (
        "knee ahead of the toe in the picture, over the shank's length",
        ("knee", "foot_index"),
    ),
    "ear_over_shoulder": (
        "ear above the shoulder; falls when the shoulder is shrugged",
        ("ear", "shoulder"),
    ),
    "wrist_to_knee": ("distance of wrist and knee in the picture", ("wrist", "knee")),
    "wrist_to_head": ("distance of wrist and ear in the picture", ("wrist", "ear")),
}

_CENTRAL: Final = {
    "hip_height": ("mid-hip above the lower ankle; standing 1.4 to 1.6", ("hip", "ankle")),
    "shoulder_height": ("mid-shoulder above the lower ankle", ("shoulder", "ankle")),
    "trunk_inclination_image_deg": (
        "trunk from upright in the picture; 90 horizontal",
        ("shoulder", "hip"),
    ),
    "trunk_inclination_world_deg": ("trunk from upright in space", ("shoulder", "hip")),
    "trunk_inclination_deg": ("trunk from upright, the better of both", ("shoulder", "hip")),
    "trunk_pitch_deg": (
        "trunk bent forward of upright in space, signed, + forward; 90 face down, -90 face up",
        ("shoulder", "hip"),
    ),
    "trunk_lean_deg": (
        "trunk sideways in the picture, + to the right of the picture",
        ("shoulder", "hip"),
    ),
    "body_line_deg": (
        "bend at the hip from shoulder to ankle in the picture; 0 straight, + hip low, - hip high",
        ("shoulder", "hip", "ankle"),
    ),
    "body_line_knee_deg": ("the same between shoulder and knee", ("shoulder", "hip", "knee")),
    "hip_tilt_deg": ("hip line against the horizontal in the picture, unsigned", ("hip",)),
    "shoulder_tilt_deg": ("shoulder line against the horizontal, unsigned", ("shoulder",)),
    "knee_ankle_ratio": ("knee separation over ankle separation, sideways", ("knee", "ankle")),
    "feet_ratio": ("ankle separation over hip separation, sideways", ("ankle", "hip")),
    "feet_apart": ("ankle separation, sideways", ("ankle",)),
    "feet_distance": ("distance of the ankles in space", ("ankle",)),
    "wrist_gap": ("distance of the wrists in the picture", ("wrist",)),
    "wrist_level": ("height difference of the wrists, unsigned", ("wrist",)),
    "knee_level": ("height difference of the knees, unsigned", ("knee",)),
    "hip_shift": ("mid-hip sideways of the mid-ankle over hip width, unsigned", ("hip", "ankle")),
    "hip_x": ("mid-hip in the picture, absolute", ("hip",)),
    "hip_rise": ("mid-hip in the picture, absolute, + up", ("hip",)),
    "shoulder_rise": ("mid-shoulder in the picture, absolute, + up", ("shoulder",)),
    "nose_rise": ("nose in the picture, absolute, + up", ("nose",)),
    "foot_rise": ("the lower ankle in the picture, absolute, + up", ("ankle",)),
    "trunk_length": ("mid-shoulder to mid-hip in the picture", ("shoulder", "hip")),
    "trunk_twist_deg": (
        "shoulder line against hip line about the trunk, unsigned",
        ("shoulder", "hip"),
    ),
    "facing_deg": (
        "shoulder line turned away from the picture plane: 0 front or back, 90 side",
        ("shoulder",),
    ),
    "head_turn": (
        "nose off the middle of the ears over the ears' distance in space, unsigned",
        ("nose", "ear"),
    ),
    "spine_flexion_deg": (
        "bend of ear-shoulder-hip in the picture, unsigned",
        ("ear", "shoulder", "hip"),
    ),
    "log_scale": ("logarithm of the body unit in px", ("shoulder", "hip", "knee", "ankle")),
}

SIDED_FEATURES: Final[MappingProxyType[str, str]] = MappingProxyType(
    {
        **{f"{angle}{space}": text for angle, text in _ANGLES.items() for space in _SPACES},
        **{name: text for name, (text, _) in _SIDED_EXTRA.items()},
    }
)
"""Features that exist once per side: name -> what it measures."""

CENTRAL_FEATURES: Final[MappingProxyType[str, str]] = MappingProxyType(
    {name: text for name, (text, _) in _CENTRAL.items()}
)
"""Features of the whole body: name -> what it measures."""

FEATURE_JOINTS: Final[MappingProxyType[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{f"{a}{space}": joints for a, joints in _JOINTS_OF_ANGLE.items() for space in _SPACES},
        **{name: joints for name, (_, joints) in _SIDED_EXTRA.items()},
        **{name: joints for name, (_, joints) in _CENTRAL.items()},
    }
)
"""Joints that a feature is read from, without their side."""

FEATURE_INDEX: Final[MappingProxyType[str, int]] = MappingProxyType(
    {
        name: i
        for i, name in enumerate(
            [
                *(f"{name}.{side}" for name in SIDED_FEATURES for side in ("left", "right")),
                *CENTRAL_FEATURES,
            ]
        )
    }
)
"""Column of each feature; sided ones as ``name.left`` and ``name.right``."""

N_FEATURES: Final = len(FEATURE_INDEX)
