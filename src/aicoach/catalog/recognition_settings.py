"""Constants of exercise recognition and the key poses it compares with.

``exercises/recognition.toml`` is written by hand; ``exercises/key_poses.toml`` is played
by the synthetic person (``python -m aicoach.bench.key_poses``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.settings import Positive, Share
from aicoach.catalog.spec import SpecModel
from aicoach.errors import ExerciseSpecError
from aicoach.features import CENTRAL_FEATURES, FEATURE_INDEX, SIDED_FEATURES
from aicoach.resources import resource_dir

ModelT = TypeVar("ModelT", bound=SpecModel)
Cycles = Annotated[int, Field(ge=1, le=20)]


class PoseFeature(SpecModel):
    """A feature by which poses are compared."""

    feature: str
    scale: Positive
    """The difference that counts as one."""
    limb: Literal["arm", "leg", "trunk"]
    only_change: bool = False
    """The value has no origin: only its change over the cycle is compared."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns; left before right."""
        if self.feature in CENTRAL_FEATURES:
            return (self.feature,)
        return (f"{self.feature}.left", f"{self.feature}.right")


class LikenessSettings(SpecModel):
    """How unlike the key poses of an exercise a cycle is: 0 the same, 1 another movement."""

    min_score: Share
    """Joints less visible than this do not take part."""
    near_s: Positive
    """Half width of the moment over which a pose is read,"""
    near_share: Share
    """... and at most this share of the cycle."""
    cap: Positive
    """A single feature differs by at most so many scales."""
    motion_weight: Positive
    """Weight of the motion (change from start to target); each of the two poses has one."""
    free_arms: Share
    """Weight of where the arms are in an exercise that does not use them,"""
    free_arms_motion: Share
    """... and of what they do."""
    free_legs: Share
    """Weight of where legs and trunk are where the posture is free (seated or standing)."""
    place_motion: Share
    """Weight of the rise of the body in the picture, which needs a camera that stands."""
    min_motion: Positive
    """Less motion than this, in scales over all features, says nothing."""


class RankingSettings(SpecModel):
    """What besides likeness speaks against an exercise; the sum is its score, 0 is best."""

    unexplained: Positive
    """For the whole time that another exercise explains and this one does not."""
    weak: Positive
    """When all its cycles are weak evidence."""
    single: Positive
    """For a single cycle where another exercise has several."""
    late: Positive
    """When another of its family begins earlier: who starts standing squats, who starts
    seated stands up from a chair, though both then do the same."""
    late_share: Share
    """Share of a cycle that is late."""
    pace: Positive
    """For each factor of e beyond ``same_pace`` that a cycle is quicker or slower than
    the exercise's tempo."""
    same_pace: Positive
    """The factor within which tempo says nothing."""
    way_out_share: Share
    """Share of a cycle that has been seen when it counts on arrival at the target."""
    seldom: Mapping[str, Positive]
    """Added for families of which a single piece is seldom done by itself."""


class DecisionSettings(SpecModel):
    """When an exercise is named."""

    max_score: Positive
    max_single_score: Positive
    """The same where a single cycle is all there is."""
    margin: Positive
    """Share of its score by which the best exercise of another family must be worse. The
    family are those of one ``pattern`` and the twins."""
    twin: Positive
    """Exercises whose key poses are no more unlike than this are twins."""
    cycles: Cycles
    """From so many cycles on it is named at once,"""
    dense: Share
    """... if they fill this share of the time since the first; gestures come now and then."""
    explained: Share
    """At the end of the input any number will do that fills this share of the time the
    person was seen."""
    switch: Positive
    """Score by which another exercise must be better to replace the one that was named."""
    settled_cycles: Cycles
    """After so many of its cycles nothing else is considered any more."""
    hold_s: Positive
    """A hold is named after so long if nothing repeats,"""
    short_hold_s: Positive
    """... at the end of the input after this,"""
    hold_share: Share
    """... and this share of the time."""
    hold_of_cycle: Share
    """A single cycle of which the hold is this share, but not all, was the way into the
    hold and out of it."""
    remember_s: Positive
    """How far back the poses are kept, to be counted once the exercise has a name."""
    sure_score: Positive
    """Score at which the confidence is no longer limited by it."""
    sure_margin: Positive
    """The same for the margin to another family,"""
    sure_family_margin: Positive
    """... and within the family."""


class Motion(SpecModel):
    """A movement by which an unknown exercise may be counted."""

    feature: str
    span: float
    """Value that counts as one; negative where rest is high."""


class UnknownSettings(SpecModel):
    """The periodic movement that has no name."""

    floor: Positive
    """Smallest swing, in spans."""
    cycles: Cycles
    """So many alike cycles in a row are a set."""
    duration_s: tuple[float, float]
    same_ratio: Positive
    """Largest ratio of the sizes or durations of two neighbours."""
    pause_share: Positive
    """Longest pause between two neighbours over the duration of a cycle."""
    unlike: Positive
    """Largest difference of the motion of two neighbours, over the motion."""
    better: Positive
    """Factor by which another motion must be stronger to take over the count."""
    motions: tuple[Motion, ...]


class RecognitionSettings(SpecModel):
    """All of it."""

    features: tuple[PoseFeature, ...]
    likeness: LikenessSettings
    ranking: RankingSettings
    decision: DecisionSettings
    unknown: UnknownSettings

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the compared columns, in the order of a key pose."""
        return tuple(column for feature in self.features for column in feature.columns)


class KeyPoses(SpecModel):
    """What the compared features are at the start and at the target of an exercise."""

    model_config = ConfigDict(allow_inf_nan=True)

    start: tuple[float, ...]
    target: tuple[float, ...]


class KeyPoseTable(SpecModel):
    """Key poses by exercise."""

    columns: tuple[str, ...]
    exercises: Mapping[str, KeyPoses]


def _read(name: str, model: type[ModelT], path: Path | None = None) -> ModelT:
    path = path or resource_dir("exercises") / name
    try:
        return model.model_validate(as_tuples(read_toml(path)))
    except ValidationError as problems:
        first = problems.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ExerciseSpecError(path, field, first["msg"]) from problems


@cache
def recognition_settings() -> RecognitionSettings:
    """Read the constants that come with aicoach.

    Raises
    ------
    ExerciseSpecError
        If the file is missing or wrong.
    """
    settings = _read("recognition.toml", RecognitionSettings)
    path = resource_dir("exercises") / "recognition.toml"
    for feature in settings.features:
        if feature.feature not in CENTRAL_FEATURES and feature.feature not in SIDED_FEATURES:
            raise ExerciseSpecError(path, "features", f"unknown feature '{feature.feature}'")
    for motion in settings.unknown.motions:
        if motion.feature not in FEATURE_INDEX:
            raise ExerciseSpecError(path, "unknown.motions", f"unknown '{motion.feature}'")
    return settings


@cache
def key_poses() -> Mapping[str, KeyPoses]:
    """Read the key poses that come with aicoach.

    Raises
    ------
    ExerciseSpecError
        If the file is missing, wrong, or made for other features.
    """
    table = _read("key_poses.toml", KeyPoseTable)
    if table.columns != recognition_settings().columns:
        path = resource_dir("exercises") / "key_poses.toml"
        problem = "made for other features; run python -m aicoach.bench.key_poses"
        raise ExerciseSpecError(path, "columns", problem)
    return table.exercises
