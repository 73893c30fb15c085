"""What is wrong with the picture before an exercise begins; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.skeleton import INDEX

if TYPE_CHECKING:
    from aicoach.catalog.session_settings import CameraSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.session.room import Sight

_PARTS: Final = (
    ("head", ("nose",)),
    ("feet", ("left_ankle", "right_ankle")),
    ("hands", ("left_wrist", "right_wrist")),
)
_BODY: Final = [
    INDEX[name]
    for name in (
        "nose", "left_shoulder", "right_shoulder", "left_hip", "right_hip",
        "left_knee", "right_knee", "left_ankle", "right_ankle",
    )
]  # fmt: skip
_STANDS: Final = frozenset({"upright", "any"})


def camera_problem(sight: Sight, spec: ExerciseSpec | None, settings: CameraSettings) -> str | None:
    """Key under ``session.camera.`` of what to do for a better picture; None where it is good.

    The gravest first: nobody, light, hidden parts, distance, place, view.
    """
    if sight.brightness is not None:
        if sight.brightness < settings.dark:
            return "more_light"
        if sight.brightness > settings.bright:
            return "too_bright"
    if sight.pose is None:
        return "nobody"
    hidden = _hidden(sight, settings)
    lying = spec is not None and spec.posture not in _STANDS | {"seated", "hanging"}
    if hidden:
        if lying:
            return "lie_in_view"
        if spec is not None and spec.posture == "seated":
            return "sit_in_view" if len(hidden) > 1 else f"{hidden[0]}_not_visible"
        return "whole_body" if len(hidden) > 1 else f"{hidden[0]}_not_visible"
    if spec is None or spec.posture in _STANDS:
        problem = _distance(sight, settings)
        if problem:
            return problem
    return None if spec is None else view_problem(sight, spec)


def _hidden(sight: Sight, settings: CameraSettings) -> list[str]:
    pose = sight.pose
    assert pose is not None  # asked before
    found = []
    for part, names in _PARTS:
        rows = [INDEX[name] for name in names]
        at, low, high = pose.image.xyz[rows, :2], settings.margin, 1.0 - settings.margin
        inside = np.isfinite(at).all(axis=1) & (at > low).all(axis=1) & (at < high).all(axis=1)
        # The far hand or foot of a side view is hidden by the body, not by the picture.
        if not (inside & (pose.score[rows] >= settings.seen_score)).any():
            found.append(part)
    return found


def _distance(sight: Sight, settings: CameraSettings) -> str | None:
    pose = sight.pose
    assert pose is not None  # asked before
    body = pose.image.xyz[_BODY, :2]
    height = float(np.nanmax(body[:, 1]) - np.nanmin(body[:, 1]))
    if height > settings.height_high:
        return "step_back"
    if height < settings.height_low:
        return "come_nearer"
    # Who faces the camera and stands right in the picture stands too far to their own left.
    middle = float(np.nanmean(body[:, 0])) - 0.5
    if abs(middle) > settings.aside:
        return "move_right" if middle > 0 else "move_left"
    return None


def view_problem(sight: Sight, spec: ExerciseSpec) -> str | None:
    """Key of how to turn so that the exercise can be judged; None where it can, or not known."""
    if sight.view == "unknown" or sight.view in spec.views:
        return None
    best = spec.views[0]
    return {"side": "turn_to_side", "front": "face_camera", "oblique": "turn_half"}[best]
