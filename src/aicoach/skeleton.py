"""The canonical skeleton: 33 named keypoints, sides, links, mirror pairs.

The order is BlazePose's (SOURCES.toml, ``blazepose``); maps from other skeletons
stand beside it, so that no other module knows an index.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

Side = Literal["left", "right"]

KEYPOINTS: Final[tuple[str, ...]] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
N_KEYPOINTS: Final = len(KEYPOINTS)
INDEX: Final[MappingProxyType[str, int]] = MappingProxyType(
    {name: i for i, name in enumerate(KEYPOINTS)}
)


def _mirrored(name: str) -> str:
    for one, other in (("left", "right"), ("right", "left")):
        if one in name:
            return name.replace(one, other)
    return name


MIRROR: Final[tuple[int, ...]] = tuple(INDEX[_mirrored(name)] for name in KEYPOINTS)
"""For each keypoint the index of its partner on the other side (itself for the nose)."""

LINKS: Final[tuple[tuple[int, int], ...]] = tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *(
            (f"{side}_{a}", f"{side}_{b}")
            for side in ("left", "right")
            for a, b in (
                ("shoulder", "elbow"),
                ("elbow", "wrist"),
                ("wrist", "index"),
                ("shoulder", "hip"),
                ("hip", "knee"),
                ("knee", "ankle"),
                ("ankle", "heel"),
                ("heel", "foot_index"),
                ("ankle", "foot_index"),
            )
        ),
    )
)

COCO_17: Final[MappingProxyType[int, int]] = MappingProxyType(
    dict(
        enumerate(
            INDEX[name]
            for name in (
                "nose",
                "left_eye",
                "right_eye",
                "left_ear",
                "right_ear",
                "left_shoulder",
                "right_shoulder",
                "left_elbow",
                "right_elbow",
                "left_wrist",
                "right_wrist",
                "left_hip",
                "right_hip",
                "left_knee",
                "right_knee",
                "left_ankle",
                "right_ankle",
            )
        )
    )
)
"""COCO keypoint index -> canonical index."""

KINECT_22: Final[MappingProxyType[str, str]] = MappingProxyType(
    {
        "head_tip": "nose",
        **{
            f"{short}_{joint}": f"{side}_{ours}"
            for short, side in (("l", "left"), ("r", "right"))
            for joint, ours in (
                ("shoulder", "shoulder"),
                ("elbow", "elbow"),
                ("wrist", "wrist"),
                ("hip", "hip"),
                ("knee", "knee"),
                ("ankle", "ankle"),
                ("toes", "foot_index"),
            )
        },
    }
)
"""Kinect joint name (UI-PRMD) -> canonical keypoint name."""
