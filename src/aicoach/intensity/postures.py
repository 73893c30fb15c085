"""Which postures an exercise explains, so that every other one on the floor is a fall."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, MotionPose

_FLOOR_POSTURES: Final = {"prone", "supine", "side_lying", "hands_and_knees"}
_UNWATCHED_SUPPORTS: Final = {
    "back", "hands", "hands_and_feet", "hands_and_knees", "forearms_and_feet", "forearm_and_feet",
}  # fmt: skip
"""On the floor, or hanging: there the posture says nothing about a fall."""
_LEVEL_DEG, _STRAIGHT_DEG = 45.0, 30.0
"""A key pose whose pelvis is turned so far with so little bend at the hip lies flat."""


class Expected(Enum):
    """What a person does who does the exercise right."""

    UPRIGHT = "upright"
    """On the feet; hips may go low in a squat, the trunk may bend over them."""
    ANY = "any"
    """On the feet or on a chair, bending included."""
    FLOOR = "floor"
    """On the floor or hanging: not watched."""


def expected_of(spec: ExerciseSpec | None) -> Expected:
    """What to expect of an exercise; without one, of a person between exercises."""
    if spec is None:
        return Expected.ANY
    motion = spec.motion
    if spec.posture in _FLOOR_POSTURES or motion.support in _UNWATCHED_SUPPORTS:
        return Expected.FLOOR
    if any(_lies(pose, motion.base) for pose in (motion.base, *motion.poses, *motion.back)):
        return Expected.FLOOR
    return Expected.UPRIGHT if spec.posture == "upright" else Expected.ANY


def _lies(pose: MotionPose, base: MotionPose) -> bool:
    pitch = pose.body.get("pitch", base.body.get("pitch", 0.0))
    bends = [
        part.get("hip_flexion", base.both.get("hip_flexion", 0.0))
        for part in (pose.both, pose.left, pose.right)
        if part or part is pose.both
    ]
    return abs(pitch) >= _LEVEL_DEG and min(bends) <= _STRAIGHT_DEG
