"""Key poses of an exercise file, played as joint angles along the phase of a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import FloatArray
from aicoach.synth.angles import ANGLE_INDEX, N_ANGLES, SIDED_ANGLES, angle_row, mirrored

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aicoach.catalog.spec import Motion, MotionPose
    from aicoach.skeleton import Side

_ONE_SIDED_DEG: Final = 8.0
"""A side that moves this much more than the other is the one that works."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionPath:
    """Joint angles of one cycle: ``phase`` 0 is the start pose, 1 the target pose."""

    out_at: FloatArray
    out_angles: FloatArray
    back_at: FloatArray
    back_angles: FloatArray
    level_feet: tuple[bool, bool]
    """Left and right: the file leaves the ankle free, so the sole follows the floor."""
    shifts: bool
    """The file moves the person across the floor itself."""

    def angles(self, phase: FloatArray, returning: FloatArray | bool = False) -> FloatArray:
        """Angles (T, N_ANGLES) at phases (T,); past 1 the movement goes on."""
        phase = np.asarray(phase, dtype=float)
        out = _along(self.out_at, self.out_angles, phase)
        if self.back_angles is self.out_angles:
            return out
        back = _along(self.back_at, self.back_angles, phase)
        return np.where(np.broadcast_to(returning, phase.shape)[:, None], back, out)

    @property
    def start(self) -> FloatArray:
        """The start pose, shape (N_ANGLES,)."""
        return np.asarray(self.out_angles[0])

    @property
    def working_side(self) -> Side | None:
        """The side that moves, None where both do the same."""
        ranges = np.ptp(self.out_angles, axis=0)
        per_side = {
            side: sum(ranges[ANGLE_INDEX[f"{name}.{side}"]] for name in SIDED_ANGLES)
            for side in ("left", "right")
        }
        if abs(per_side["left"] - per_side["right"]) < _ONE_SIDED_DEG:
            return None
        return "left" if per_side["left"] > per_side["right"] else "right"


def motion_path(motion: Motion) -> MotionPath:
    """Resolve base and overrides of an exercise's key poses."""
    base = _row(motion.base, None)
    out_at, out = _knots(motion.poses, base)
    back_at, back = out_at, out
    if motion.back:
        back_at, back = _knots(motion.back, base)
        back_at, back = _closed(back_at, back, out[0], out[-1])
    poses = (motion.base, *motion.poses, *motion.back)
    level = (_leaves_ankle_free(poses, "left"), _leaves_ankle_free(poses, "right"))
    across = [ANGLE_INDEX["shift_left_m"], ANGLE_INDEX["shift_forward_m"]]
    shifts = bool(np.abs(out[:, across]).any() or np.abs(back[:, across]).any())
    return MotionPath(out_at, out, back_at, back, level, shifts)


def symmetric_start(path: MotionPath) -> FloatArray:
    """The pose from which both sides can begin their effort, shape (N_ANGLES,)."""
    return np.asarray((path.start + mirrored(path.start)) / 2)


def _row(pose: MotionPose, base: FloatArray | None) -> FloatArray:
    return angle_row(pose.both, pose.left, pose.right, pose.body, onto=base)


def _knots(poses: Sequence[MotionPose], base: FloatArray) -> tuple[FloatArray, FloatArray]:
    ordered = sorted(poses, key=lambda pose: pose.at)
    at = np.array([pose.at for pose in ordered])
    return at, np.array([_row(pose, base) for pose in ordered]).reshape(-1, N_ANGLES)


def _closed(
    at: FloatArray, rows: FloatArray, start: FloatArray, target: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if at[0] > 0.0:
        at, rows = np.insert(at, 0, 0.0), np.vstack((start, rows))
    if at[-1] < 1.0:
        at, rows = np.append(at, 1.0), np.vstack((rows, target))
    return at, rows


def _along(at: FloatArray, rows: FloatArray, phase: FloatArray) -> FloatArray:
    if len(at) == 1:
        return np.repeat(rows, len(phase), axis=0)
    i = np.clip(np.searchsorted(at, phase, side="right") - 1, 0, len(at) - 2)
    share = (phase - at[i]) / (at[i + 1] - at[i])
    share = np.where(i == 0, np.maximum(share, 0.0), share)
    return np.asarray(rows[i] + share[:, None] * (rows[i + 1] - rows[i]))


def _leaves_ankle_free(poses: Iterable[MotionPose], side: Side) -> bool:
    return not any("ankle_plantarflexion" in {**p.both, **getattr(p, side)} for p in poses)
