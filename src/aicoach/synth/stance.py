"""Puts the jointed body on its support: nothing floats, sinks, or slides without cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from aicoach.pose import FloatArray
from aicoach.synth.angles import ANGLE_INDEX
from aicoach.synth.body import Body, BodyShape, body_of, reassembled
from aicoach.synth.turns import turn_about

if TYPE_CHECKING:
    from collections.abc import Iterable

Support = Literal[
    "feet", "seat", "hands_and_feet", "hands_and_knees", "forearms_and_feet",
    "forearm_and_feet", "back", "hands",
]  # fmt: skip
SEAT_HEIGHT_M: Final = 0.45
BAR_CLEARANCE_M: Final = 0.08
_SEATED_HIP_M: Final = 0.055
_TOUCH_M: Final = 0.02
"""A contact this far above the lowest one carries 1/e of its weight."""


@dataclass(frozen=True, slots=True)
class _Contact:
    """A point of the body's surface that can rest on something."""

    frame: str
    joint: str
    local: tuple[float, float, float]
    radius: float


def _sided(
    frame: str, joint: str, local: tuple[float, float, float], radius: float
) -> tuple[_Contact, _Contact]:
    left, right = (
        _Contact(f"{side}_{frame}", f"{side}_{joint}", local, radius) for side in ("left", "right")
    )
    return left, right


_SOLES: Final = (
    *_sided("foot", "ankle", (0.0, -0.085, -0.045), 0.0),
    *_sided("foot", "ankle", (0.0, -0.085, 0.145), 0.0),
)
_KNEES: Final = _sided("thigh", "knee", (0.0, 0.0, 0.0), 0.055)
_HANDS: Final = _sided("forearm", "wrist", (0.0, 0.0, 0.0), 0.05)
_GRIPS: Final = _sided("forearm", "wrist", (0.0, -0.07, 0.0), 0.0)
_FOREARMS: Final = (
    *_sided("forearm", "elbow", (0.0, 0.0, 0.0), 0.045),
    *_sided("forearm", "wrist", (0.0, 0.0, 0.0), 0.035),
)
_INSTEPS: Final = _sided("foot", "ankle", (0.0, -0.06, 0.13), 0.03)
_TRUNK: Final = (
    _Contact("pelvis", "mid_hip", (0.0, 0.0, 0.0), 0.105),
    _Contact("chest", "mid_shoulder", (0.0, -0.12, 0.0), 0.105),
    _Contact("head", "head", (0.0, 0.0, 0.0), 0.09),
    *_sided("upper_arm", "shoulder", (0.0, 0.0, 0.0), 0.06),
    *_sided("thigh", "hip", (0.0, 0.0, 0.0), 0.09),
)
_LYING: Final = (*_TRUNK, *_KNEES, *_sided("shank", "ankle", (0.0, 0.0, 0.0), 0.045), *_SOLES)
_PAIRED: Final[dict[str, tuple[tuple[_Contact, ...], tuple[_Contact, ...]]]] = {
    "hands_and_feet": (_HANDS, _SOLES),
    "hands_and_knees": (_HANDS, _KNEES),
    "forearms_and_feet": (_FOREARMS, _SOLES),
    "forearm_and_feet": (_FOREARMS, _SOLES),
}
_ALONE: Final[dict[str, tuple[_Contact, ...]]] = {
    "feet": (*_SOLES, *_KNEES),
    "seat": _SOLES,
    "back": _LYING,
    "hands": _GRIPS,
}


def stand(
    angles: FloatArray,
    support: Support,
    *,
    shape: BodyShape | None = None,
    level_feet: ArrayLike = (True, True),
    grip_height_m: float | None = None,
) -> Body:
    """The body at its right height and tilt, with the hips over the origin.

    ``level_feet`` : left and right, (2,) or (T, 2): the sole follows the floor there.
    ``grip_height_m`` is where the hands hold on (support ``hands``); by default so that the
    lowest moment of ``angles`` just clears the floor.
    """
    shape = shape or BodyShape()
    body = body_of(_with_level_feet(angles, support, shape, level_feet), shape)
    if support in ("feet", "seat"):
        body = _with_soles_down(body)
    if support in _PAIRED:
        body = _tilted(body, *_PAIRED[support])
    elif support == "feet":
        body = _tilted(body, _HANDS, _SOLES, only_up=True)
    rise = angles[:, ANGLE_INDEX["rise_m"]]
    shift = np.zeros((len(body), 3))
    shift[:, 1] = _root_height(body, support, grip_height_m) + rise
    return _with_flat_hands(body.shifted(shift), support)


def grip_height(angles: FloatArray, shape: BodyShape | None = None) -> float:
    """Height of a bar that the body can hang from through all of ``angles``."""
    body = body_of(angles, shape)
    grips = _heights(body, _GRIPS).mean(-1)
    return float(BAR_CLEARANCE_M + (grips - _heights(body, (*_SOLES, *_KNEES)).min(-1)).max())


def contact_path(body: Body, support: Support) -> FloatArray:
    """How far the body must travel, shape (T, 2) in x and z, for its contacts to stay put."""
    groups = _PAIRED.get(support, (_ALONE.get(support, ()),))
    if support == "feet":
        groups = ((*_SOLES, *_KNEES, *_HANDS),)
    contacts = [contact for group in groups for contact in group]
    points = np.stack([body.point(c.frame, c.joint, c.local) for c in contacts], axis=1)
    weights = np.concatenate([_bearing(_heights(body, group)) for group in groups], axis=1)
    if support == "seat":
        seated = np.exp(
            -np.maximum(_hip_height(body) - SEAT_HEIGHT_M - _SEATED_HIP_M, 0.0) / _TOUCH_M
        )
        points = np.concatenate((points, body.joints["mid_hip"][:, None]), axis=1)
        weights = np.concatenate((weights * (1.0 - seated)[:, None], seated[:, None]), axis=1)
    weights = (weights[1:] + weights[:-1]) / 2
    weights = weights / np.maximum(weights.sum(-1, keepdims=True), 1e-9)
    steps = -np.einsum("tc,tci->ti", weights, np.diff(points, axis=0))[:, [0, 2]]
    return np.vstack((np.zeros((1, 2)), np.cumsum(steps, axis=0)))


def sole_contacts(body: Body, side: str) -> tuple[FloatArray, FloatArray]:
    """Heel and toe of one sole: places (T, 2, 3) and heights over the floor (T, 2)."""
    contacts = [c for c in _SOLES if c.joint.startswith(side)]
    points = np.stack([body.point(c.frame, c.joint, c.local) for c in contacts], axis=1)
    return points, points[..., 1]


def _heights(body: Body, contacts: Iterable[_Contact]) -> FloatArray:
    return np.stack(
        [
            body.point(c.frame, c.joint, c.local)[:, 1] - c.radius * body.shape.size
            for c in contacts
        ],
        axis=-1,
    )


def _bearing(heights: FloatArray) -> FloatArray:
    above = heights - heights.min(-1, keepdims=True)
    return np.asarray(np.exp(-above / _TOUCH_M))


def _hip_height(body: Body) -> FloatArray:
    return np.asarray(body.joints["mid_hip"][:, 1])


def _root_height(body: Body, support: Support, grip_height_m: float | None) -> FloatArray:
    if support == "hands":
        grips = _heights(body, _GRIPS).mean(-1)
        if grip_height_m is None:
            lowest = _heights(body, (*_SOLES, *_KNEES)).min(-1)
            grip_height_m = float(BAR_CLEARANCE_M + (grips - lowest).max())
        return np.asarray(grip_height_m - grips)
    if support in _PAIRED:
        return np.asarray(
            -np.minimum(*(_heights(body, group).min(-1) for group in _PAIRED[support]))
        )
    lowest = -_heights(body, _ALONE[support]).min(-1)
    if support == "seat":
        return np.asarray(np.maximum(lowest, (SEAT_HEIGHT_M + _SEATED_HIP_M) * body.shape.size))
    return np.asarray(lowest)


def _tilted(
    body: Body, front: tuple[_Contact, ...], rear: tuple[_Contact, ...], *, only_up: bool = False
) -> Body:
    """Turn the body so that both groups of contacts reach the floor.

    ``only_up`` : only where the front would be under the floor.
    """
    for _ in range(2):
        ends, lows = [], []
        for group in (front, rear):
            heights = _heights(body, group)
            weights = _bearing(heights)
            weights /= weights.sum(-1, keepdims=True)
            points = np.stack([body.point(c.frame, c.joint, c.local) for c in group], axis=1)
            ends.append(np.einsum("tc,tci->ti", weights, points))
            lows.append(heights.min(-1))
        along = (ends[1] - ends[0])[:, [0, 2]]
        span = np.maximum(np.linalg.norm(along, axis=-1), 0.1)
        slope = np.arctan2(lows[1] - lows[0], span)
        if only_up:
            slope = np.maximum(slope, 0.0)
        if not slope.any():
            return body
        axis = np.stack((along[:, 1], np.zeros(len(span)), -along[:, 0]), axis=-1) / span[:, None]
        body = body.turned(turn_about(axis, slope))
    return body


_RELAXED_FOOT_DEG: Final[dict[str, float]] = {"hands_and_knees": 60.0, "back": 15.0, "hands": 20.0}


def _with_level_feet(
    angles: FloatArray, support: Support, shape: BodyShape, level_feet: ArrayLike
) -> FloatArray:
    """Ankles that the file leaves free follow the floor while the shank stands on it."""
    level = np.broadcast_to(np.asarray(level_feet, dtype=bool), (len(angles), 2))
    if not level.any():
        return angles
    angles = angles.copy()
    body = body_of(angles, shape)
    ankles = np.stack([body.joints[f"{side}_ankle"][:, 1] for side in ("left", "right")], -1)
    if support == "seat":
        lifted = ankles - np.minimum(ankles.min(-1, keepdims=True), -shape.shank - 0.02)
    else:
        lifted = ankles - ankles.min(-1, keepdims=True)
    for i, side in enumerate(("left", "right")):
        shank = body.frames[f"{side}_shank"]
        flat = np.degrees(np.arctan2(shank[:, 1, 2], shank[:, 1, 1]))
        upright = _smooth_step(shank[:, 1, 1], 0.3, 0.65)
        near = 1.0 - _smooth_step(lifted[:, i], 0.05, 0.25) if support in ("feet", "seat") else 1.0
        relaxed = _RELAXED_FOOT_DEG.get(support, 0.0)
        share = upright * near
        free = share * np.clip(flat, -30.0, 50.0) + (1.0 - share) * relaxed
        ankle = ANGLE_INDEX[f"ankle_plantarflexion.{side}"]
        angles[:, ankle] = np.where(level[:, i], free, angles[:, ankle])
    return angles


def _with_soles_down(body: Body) -> Body:
    """Feet that point ahead do not stand on their inner or outer edge."""
    frames = {}
    for side in ("left", "right"):
        foot = body.frames[f"{side}_foot"]
        forward = foot[:, :, 2]
        ahead = np.hypot(forward[:, 0], forward[:, 2])
        left = np.stack((forward[:, 2], np.zeros(len(ahead)), -forward[:, 0]), axis=-1)
        left = left / np.maximum(ahead, 1e-6)[:, None]
        flat = np.stack((left, np.cross(forward, left), forward), axis=-1)
        frames[f"{side}_foot"] = np.where((ahead > 0.5)[:, None, None], flat, foot)
    return reassembled(body, frames)


def _with_flat_hands(body: Body, support: Support) -> Body:
    """Palms that carry the body lie flat on the floor, fingers ahead."""
    if support not in ("hands_and_feet", "hands_and_knees", "feet"):
        return body
    frames = {}
    for side in ("left", "right"):
        ahead = body.joints["head"] - body.joints["mid_hip"]
        ahead[:, 1] = 0.0
        ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
        up = np.broadcast_to([0.0, 1.0, 0.0], ahead.shape)
        # The fingers run along -y of the hand, its thumb side along z.
        thumb = np.cross(ahead, up) * (1.0 if side == "left" else -1.0)
        flat = np.stack((np.cross(-ahead, thumb), -ahead, thumb), axis=-1)
        steep = body.frames[f"{side}_forearm"][:, 1, 1] > 0.6
        carries = (body.joints[f"{side}_wrist"][:, 1] < 0.1) & steep
        frames[f"{side}_hand"] = np.where(carries[:, None, None], flat, body.frames[f"{side}_hand"])
    return reassembled(body, frames)


def _smooth_step(value: FloatArray, low: float, high: float) -> FloatArray:
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))
