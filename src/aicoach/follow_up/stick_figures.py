"""Stick figures of the best and the worst repetition: joints as points, never a picture.

The points come from keypoints that somebody agreed to keep, or from a recording of joints.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.skeleton import INDEX, LINKS

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up.wording import Words
    from aicoach.records import KeptSession, RepetitionRecord

Points = Mapping[int, tuple[float, float]]
"""Keypoint of the skeleton to its place, x to the right and y down, in one unit."""
PoseAt = Callable[[float], Points | None]
"""The joints at a time of the session's clock; None: not kept, or nobody seen."""

_JOINTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "knee_flexion": ("hip", "knee", "ankle"),
    "hip_flexion": ("shoulder", "hip", "knee"),
    "elbow_flexion": ("shoulder", "elbow", "wrist"),
    "shoulder_elevation": ("hip", "shoulder", "elbow"),
}
"""The three keypoints between which an angle is marked."""
_FACE: Final = 11
"""Keypoints below this are the face; of it only the nose is drawn, as a head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StickFigure:
    """One person at one moment, in a square from 0 to 1, y down."""

    limbs: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    head: tuple[float, float] | None
    marked: tuple[tuple[float, float], ...]
    """The three points of the measured joint, the joint in the middle; empty: not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One repetition at its furthest point."""

    which: str
    """``best`` or ``worst``."""
    title: str
    angle: str
    score: str
    faults: tuple[str, ...]
    figure: StickFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotPair:
    """The best and the worst repetition of one exercise."""

    exercise: str
    snapshots: tuple[Snapshot, ...]


def snapshots(kept: KeptSession, pose_at: PoseAt, words: Words) -> tuple[SnapshotPair, ...]:
    """A pair for every exercise of the main part whose joints were kept."""
    return tuple(_pairs(kept, pose_at, words))


def _pairs(kept: KeptSession, pose_at: PoseAt, words: Words) -> Iterator[SnapshotPair]:
    sets = {one.ordinal: one for one in kept.sets if one.part == "main"}
    for exercise in dict.fromkeys(one.exercise for one in sets.values()):
        spec = words.catalog.get(exercise)
        drawn = []
        for which, repetition in _best_and_worst(kept, exercise, spec):
            points = pose_at(repetition.peak_s)
            if points is not None:
                number = sets[repetition.set].number
                drawn.append(_snapshot(which, repetition, number, points, kept, spec, words))
        if drawn:
            yield SnapshotPair(exercise=words.exercise(exercise), snapshots=tuple(drawn))


def _best_and_worst(
    kept: KeptSession, exercise: str, spec: ExerciseSpec | None
) -> Iterator[tuple[str, RepetitionRecord]]:
    """By score, then by how near the range came to the target."""
    mine = {one.ordinal for one in kept.sets if one.exercise == exercise and one.part == "main"}
    judged = [one for one in kept.repetitions if one.set in mine and one.score is not None]
    motion = None if spec is None else spec.range_of_motion
    rest = 0.0 if motion is None else motion.rest_deg

    def goodness(one: RepetitionRecord) -> tuple[float, float]:
        reached = math.inf
        if one.range_deg is not None and one.target_deg is not None:
            reached = abs(one.range_deg - rest) / max(1.0, abs(one.target_deg - rest))
        return float(one.score or 0), min(1.0, reached)

    if judged:
        best = max(judged, key=goodness)
        worst = min(judged, key=goodness)
        yield "best", best
        if worst is not best:
            yield "worst", worst


def _snapshot(
    which: str,
    repetition: RepetitionRecord,
    number: int,
    points: Points,
    kept: KeptSession,
    spec: ExerciseSpec | None,
    words: Words,
) -> Snapshot:
    feature = "" if spec is None or spec.range_of_motion is None else spec.range_of_motion.feature
    angle = ""
    if repetition.range_deg is not None and feature:
        angle = words(
            "angle", joint=words.joint(feature), value=words.amount(repetition.range_deg, "deg")
        )
        if repetition.target_deg is not None:
            angle = words(
                "angle_of_target", angle=angle, target=words.amount(repetition.target_deg, "deg")
            )
    return Snapshot(
        which=which,
        title=words(f"snapshot.{which}", set=number, index=repetition.index),
        angle=angle or words("not_measured"),
        score=words("score", value=words.number(repetition.score)),
        faults=tuple(
            words.cue(fault.cue)
            for fault in kept.faults
            if fault.set == repetition.set and fault.repetition == repetition.index
        ),
        figure=figure_of(points, feature, repetition.side),
    )


def figure_of(points: Points, feature: str, side: str = "both") -> StickFigure:
    """The figure in a square; feet at its lower edge, nothing distorted."""
    shown = {i: at for i, at in points.items() if i == 0 or i >= _FACE}
    if not shown:
        return StickFigure(limbs=(), head=None, marked=())
    left, right = min(x for x, _ in shown.values()), max(x for x, _ in shown.values())
    top, bottom = min(y for _, y in shown.values()), max(y for _, y in shown.values())
    size = max(right - left, bottom - top, 1e-6)

    def placed(i: int) -> tuple[float, float]:
        x, y = shown[i]
        across = (x - (left + right) / 2.0) / size + 0.5
        return round(across, 4), round(1.0 - (bottom - y) / size, 4)

    limbs = tuple((placed(a), placed(b)) for a, b in LINKS if a in shown and b in shown)
    marked = next(
        (
            tuple(placed(i) for i in three)
            for three in _measured(feature, side)
            if all(i in shown for i in three)
        ),
        (),
    )
    return StickFigure(limbs=limbs, head=placed(0) if 0 in shown else None, marked=marked)


def _measured(feature: str, side: str) -> Iterator[tuple[int, int, int]]:
    names = _JOINTS.get(feature.removesuffix("_deg").removesuffix("_world"))
    if names is None:
        return
    sides = (side,) if side in ("left", "right") else ("left", "right")
    for one in sides:
        a, b, c = (INDEX[f"{one}_{name}"] for name in names)
        yield a, b, c
