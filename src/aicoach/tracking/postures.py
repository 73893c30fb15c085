"""Whether two cycles are the same movement: the whole body's pose at both ends compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.features import FEATURE_INDEX

if TYPE_CHECKING:
    from aicoach.events import Side
    from aicoach.pose import FloatArray
    from aicoach.tracking.history import Window

_ANGLES: Final = (
    "knee_flexion", "hip_flexion", "elbow_flexion",
    "upper_arm_inclination", "forearm_inclination", "thigh_inclination", "shank_inclination",
)  # fmt: skip
_COLUMNS: Final = np.array(
    [FEATURE_INDEX[f"{angle}_world_deg.{side}"] for side in ("left", "right") for angle in _ANGLES]
    + [FEATURE_INDEX["trunk_inclination_world_deg"]]
)
_MIRRORED: Final = np.array(
    [*range(len(_ANGLES), 2 * len(_ANGLES)), *range(len(_ANGLES)),
     2 * len(_ANGLES)]
)  # fmt: skip
_BOTH_WAYS: Final = np.stack([np.arange(len(_COLUMNS)), _MIRRORED])
"""Shape (2, n): as it is, and seen in a mirror."""
_MIN_SCORE: Final = 0.3
"""Joints less visible than this do not take part in the comparison."""
_STILL_DEG: Final = 8.0
"""An angle that changes by less does not move; full weight at twice as much."""


@dataclass(frozen=True, slots=True, eq=False)
class PosturePair:
    """Joint angles at the start and at the peak of a cycle, (n,) degrees, NaN hidden."""

    start_deg: FloatArray
    peak_deg: FloatArray

    def unlikeness_deg(self, other: PosturePair) -> float:
        """Mean difference of the angles that move, the worse of both poses.

        The smaller of the direct and the mirrored comparison, since a set may change
        sides; inf if too few joints are seen in both.
        """
        start = np.abs(self.start_deg - other.start_deg[_BOTH_WAYS])
        peak = np.abs(self.peak_deg - other.peak_deg[_BOTH_WAYS])
        moving = np.fmax(
            np.abs(self.peak_deg - self.start_deg),
            np.abs(other.peak_deg - other.start_deg)[_BOTH_WAYS],
        )
        return min(map(_mean_difference_deg, moving, start, peak))


def _mean_difference_deg(moving: FloatArray, start: FloatArray, peak: FloatArray) -> float:
    known = np.isfinite(start + peak + moving)
    if not known.any():
        return math.inf
    weight = ((moving[known] - _STILL_DEG) / _STILL_DEG).clip(0.0, 1.0)
    total = float(weight.sum())
    if total < 1.0:  # hardly a joint moves, as in a heel raise: compare them all
        weight, total = np.ones_like(weight), float(len(weight))
    return float(max(weight @ start[known], weight @ peak[known])) / total


def posture_in(window: Window, side: Side) -> FloatArray:
    """Mean joint angles over ``window``, sides exchanged for the right side; NaN hidden."""
    if len(window) == 0:
        return np.full(len(_COLUMNS), np.nan)
    values = window.values[:, _COLUMNS]
    values = np.where(window.scores[:, _COLUMNS] >= _MIN_SCORE, values, np.nan)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return np.asarray(mean[_MIRRORED] if side == "right" else mean)
