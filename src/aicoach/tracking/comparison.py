"""How alike a cycle is to the key poses of an exercise.

A cycle is described by the features at its start and at its peak. Compared are both
poses and the motion between them; the motion tells exercises apart that pass through
the same pose, the poses those that move alike from another position.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicoach.features import FEATURE_INDEX

if TYPE_CHECKING:
    from aicoach.catalog.recognition_settings import KeyPoses, RecognitionSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.pose import FloatArray
    from aicoach.tracking.cycles import Cycle
    from aicoach.tracking.history import History, Window

_ARMS = frozenset({"arms", "forearms"})
_ON_HANDS = frozenset({"hands", "hands_and_feet", "hands_and_knees"})
_FEWEST = 3
"""Compared features below which a pose tells nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class CyclePoses:
    """The compared features at both ends of a cycle, shape (n,) each; NaN not seen."""

    start: FloatArray
    peak: FloatArray


class Describer:
    """Reads the compared features from a history."""

    def __init__(self, settings: RecognitionSettings) -> None:
        self._columns = np.array([FEATURE_INDEX[name] for name in settings.columns])
        self._min_score = settings.likeness.min_score
        self._near_s = settings.likeness.near_s
        self._near_share = settings.likeness.near_share

    def describe(self, cycle: Cycle, history: History) -> CyclePoses:
        """The poses at the start and at the peak of ``cycle``."""
        near_s = min(self._near_s, self._near_share * cycle.duration_s)
        start = history.between(cycle.start_s - near_s, cycle.start_s + near_s)
        peak = history.between(cycle.peak_s - near_s, cycle.peak_s + near_s)
        return CyclePoses(self._mean(start), self._mean(peak))

    def _mean(self, window: Window) -> FloatArray:
        if len(window) == 0:
            return np.full(len(self._columns), math.nan)
        values, scores = window.values[:, self._columns], window.scores[:, self._columns]
        known = (scores >= self._min_score) & np.isfinite(values)
        count = known.sum(axis=0)
        mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
        return np.asarray(np.where(count > 0, mean, math.nan))


class Comparer:
    """Compares poses feature by feature, in scales, with left and right exchangeable."""

    def __init__(self, settings: RecognitionSettings) -> None:
        self._settings = settings.likeness
        self._scale = np.array([f.scale for f in settings.features for _ in f.columns])
        mirror: list[int] = []
        for feature in settings.features:
            first = len(mirror)
            mirror += [first] if len(feature.columns) == 1 else [first + 1, first]
        self._mirror = np.array(mirror)

    def mirrored(self, poses: CyclePoses) -> CyclePoses:
        """The mirror image: left and right exchanged."""
        return CyclePoses(poses.start[self._mirror], poses.peak[self._mirror])

    def of_pose(self, one: FloatArray, other: FloatArray, weight: FloatArray) -> float:
        """Mean difference of two poses in scales; inf where too little is seen."""
        difference = np.minimum(np.abs(one - other) / self._scale, self._settings.cap)
        known = np.isfinite(difference) & (weight > 0.0)
        if known.sum() < _FEWEST:
            return math.inf
        return float(weight[known] @ difference[known] / weight[known].sum())

    def of_motion(self, one: CyclePoses, other: CyclePoses, weight: FloatArray) -> float:
        """Share of the motion that is not the same: 0 alike, 1 and more nothing in common."""
        one_way = (one.peak - one.start) / self._scale
        other_way = (other.peak - other.start) / self._scale
        known = np.isfinite(one_way + other_way)
        one_way, other_way, weight = one_way[known], other_way[known], weight[known]
        motion = weight @ np.maximum(np.abs(one_way), np.abs(other_way))
        return float(weight @ np.abs(one_way - other_way) / max(motion, self._settings.min_motion))


class Likeness:
    """Compares cycles with the key poses of one exercise."""

    def __init__(
        self, spec: ExerciseSpec, poses: KeyPoses, settings: RecognitionSettings, comparer: Comparer
    ) -> None:
        self._comparer, self._motion_weight = comparer, settings.likeness.motion_weight
        own = CyclePoses(np.array(poses.start), np.array(poses.target))
        self._own = (own, comparer.mirrored(own))
        self._pose_weight, self._motion_weights = _weights(spec, settings)

    def unlikeness(self, poses: CyclePoses) -> float:
        """0 for the same movement, about 1 for another one; inf where too little is seen."""
        return min(self._against(poses, own) for own in self._own)

    def is_twin(self, other: KeyPoses, at_most: float) -> bool:
        """Whether the other exercise's key poses are nearly its own."""
        poses = CyclePoses(np.array(other.start), np.array(other.target))
        return self.unlikeness(poses) <= at_most

    def _against(self, poses: CyclePoses, own: CyclePoses) -> float:
        start = self._comparer.of_pose(poses.start, own.start, self._pose_weight)
        peak = self._comparer.of_pose(poses.peak, own.peak, self._pose_weight)
        motion = self._comparer.of_motion(poses, own, self._motion_weights)
        return (start + peak + self._motion_weight * motion) / (2.0 + self._motion_weight)


def _weights(spec: ExerciseSpec, settings: RecognitionSettings) -> tuple[FloatArray, FloatArray]:
    """How much each feature counts, in a pose and in the motion."""
    like = settings.likeness
    arms_work = bool(_ARMS & set(spec.motion.working)) or spec.motion.support in _ON_HANDS
    pose, motion = [], []
    for feature in settings.features:
        in_pose, in_motion = 1.0, 1.0
        if feature.limb == "arm" and not arms_work:
            in_pose, in_motion = like.free_arms, like.free_arms_motion
        elif feature.limb != "arm" and arms_work and spec.posture == "any":
            in_pose = like.free_legs
        if feature.only_change:
            in_pose, in_motion = 0.0, like.place_motion
        pose += [in_pose] * len(feature.columns)
        motion += [in_motion] * len(feature.columns)
    return np.array(pose), np.array(motion)
