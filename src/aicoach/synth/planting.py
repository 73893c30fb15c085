"""Keeps hands and feet that carry the body where they were put down.

The key poses of an exercise file are joint angles, so a foot that should rest creeps a
little. Here the limb's two bones are bent to its resting place instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from aicoach.pose import FloatArray
from aicoach.synth.body import Body, reassembled
from aicoach.synth.stance import sole_contacts
from aicoach.synth.turns import turn_about, turn_between, turn_y

if TYPE_CHECKING:
    from aicoach.synth.stance import Support

_RESTS_BELOW_M: Final = 0.02
_STEPS_ABOVE_M_S: Final = 0.3
"""A contact that moves faster than this is meant to move."""
_FLAT_M: Final = 0.16
"""A sole of 0.19 m that covers less of the floor has no direction to keep."""
_STANDS: Final = 0.5
"""A leg stands whose hip is this share of its length above its ankle."""
_EASE_S: Final = 0.12

_FEET: Final = (("thigh", "shank", "hip", "knee", "ankle"),)
_ARMS: Final = (("upper_arm", "forearm", "shoulder", "elbow", "wrist"),)
_LIMBS: Final[dict[str, tuple[tuple[str, str, str, str, str], ...]]] = {
    "feet": _FEET,
    "seat": _FEET,
    "hands_and_feet": (*_ARMS, *_FEET),
    "hands_and_knees": _ARMS,
    "forearms_and_feet": _FEET,
    "forearm_and_feet": _FEET,
    "back": _FEET,
    "hands": (),
}


@dataclass(frozen=True, slots=True, eq=False)
class Planting:
    """How far the end of each limb is to be moved over time."""

    t_s: FloatArray
    hips_follow: bool
    """The hips sink or rise so that the legs need not bend more than they should."""
    moves: dict[tuple[str, str], FloatArray]
    """(side, upper segment) -> shape (T, 3), metres."""
    turns_deg: dict[str, FloatArray]
    """Side -> turn of the foot about the vertical, shape (T,)."""

    def applied(self, t_s: FloatArray, body: Body) -> Body:
        """The body at ``t_s`` with its limbs bent to their resting places."""
        moves = {
            key: np.stack([np.interp(t_s, self.t_s, move[:, i]) for i in range(3)], -1)
            for key, move in self.moves.items()
        }
        if self.hips_follow and moves:
            sink = np.min([_hip_change(body, side, move) for (side, _), move in moves.items()], 0)
            down = np.stack((np.zeros_like(sink), sink, np.zeros_like(sink)), -1)
            body = body.shifted(down)
            moves = {key: move - down for key, move in moves.items()}
        frames: dict[str, FloatArray] = {}
        for (side, upper), move in moves.items():
            limb = next(limb for limb in (*_FEET, *_ARMS) if limb[0] == upper)
            frames.update(_reaching(body, side, limb, move))
        for side, turn in self.turns_deg.items():
            about = turn_y(np.interp(t_s, self.t_s, turn))
            frames[f"{side}_foot"] = about @ body.frames[f"{side}_foot"]
        return reassembled(body, frames)


def planting(t_s: FloatArray, body: Body, support: Support) -> Planting:
    """Find resting hands and feet of a body on a fine, even grid of times."""
    moves, turns = {}, {}
    for limb in _LIMBS[support]:
        for side in ("left", "right"):
            if limb[-1] == "ankle":
                points, heights = sole_contacts(body, side)
                points = np.concatenate((points, points.mean(1, keepdims=True)), axis=1)
                heights = np.concatenate((heights, heights.mean(1, keepdims=True)), axis=1)
            else:
                points = body.joints[f"{side}_wrist"][:, None]
                heights = points[..., 1] - 0.05
            path = _bearing_path(points, heights)
            rests = _resting(t_s, path, heights)
            if support == "feet":
                rests &= _stands(body, side)
            moved = _towards_middle(t_s, path, rests)
            move = np.stack((moved[:, 0], np.zeros(len(t_s)), moved[:, 1]), axis=-1)
            if np.abs(move).max(initial=0.0) > 1e-4:
                moves[side, limb[0]] = move
            if limb[-1] == "ankle" and support in ("feet", "seat"):
                toe = points[:, 1] - points[:, 0]
                yaw = np.degrees(np.unwrap(np.arctan2(toe[:, 0], toe[:, 2])))[:, None]
                flat = np.hypot(toe[:, 0], toe[:, 2]) > _FLAT_M
                turns[side] = _towards_middle(t_s, yaw, rests & flat)[:, 0]
    return Planting(t_s, support == "feet", moves, turns)


def _bearing_path(points: FloatArray, heights: FloatArray) -> FloatArray:
    """Path (T, 2) over the floor of what bears: a foot may roll from heel to toe.

    points : shape (T, N, 3); heights : shape (T, N).
    """
    bears = np.exp(-(heights - heights.min(-1, keepdims=True)) / 0.02)
    bears /= bears.sum(-1, keepdims=True)
    steps = np.einsum("tn,tni->ti", (bears[1:] + bears[:-1]) / 2, np.diff(points, axis=0))
    return np.vstack((np.zeros((1, 3)), np.cumsum(steps, axis=0)))[:, [0, 2]]


def _resting(t_s: FloatArray, path: FloatArray, heights: FloatArray) -> NDArray[np.bool_]:
    speed = np.linalg.norm(np.gradient(path, float(t_s[1] - t_s[0]), axis=0), axis=-1)
    return np.asarray((heights.min(-1) < _RESTS_BELOW_M) & (speed < _STEPS_ABOVE_M_S), dtype=bool)


def _towards_middle(t_s: FloatArray, path: FloatArray, rests: NDArray[np.bool_]) -> FloatArray:
    """What brings every moment of a rest to its middle, shape of ``path`` (T, N)."""
    move = np.zeros_like(path)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rests.astype(int), [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        rest = path[start:end]
        move[start:end] = (rest.max(0) + rest.min(0)) / 2 - rest
    if rests.all():
        return move
    width = max(int(_EASE_S / float(t_s[1] - t_s[0])), 1)
    kernel = np.hanning(2 * width + 3)
    kernel /= kernel.sum()
    padded = np.pad(move, ((width + 1, width + 1), (0, 0)), mode="edge")
    columns = [np.convolve(padded[:, i], kernel, mode="valid") for i in range(path.shape[1])]
    return np.stack(columns, axis=-1)


def _hip_change(body: Body, side: str, move: FloatArray) -> FloatArray:
    """How much higher the hip would be over the moved foot with the knee bent as it is."""
    leg = body.joints[f"{side}_ankle"] - body.joints[f"{side}_hip"]
    span2 = np.einsum("ti,ti->t", leg, leg)
    beside = (leg + move)[:, [0, 2]]
    upright = np.sqrt(np.maximum(span2 - np.einsum("ti,ti->t", beside, beside), 0.0))
    return np.where(_stands(body, side), upright + leg[:, 1], 0.0)


def _stands(body: Body, side: str) -> NDArray[np.bool_]:
    """Whether a leg is under the body, not behind it as in a push-up."""
    leg = body.joints[f"{side}_ankle"] - body.joints[f"{side}_hip"]
    return np.asarray(-leg[:, 1] > _STANDS * np.linalg.norm(leg, axis=-1), dtype=bool)


def _reaching(
    body: Body, side: str, limb: tuple[str, str, str, str, str], move: FloatArray
) -> dict[str, FloatArray]:
    """Axes of one limb, bent so that its end moves by ``move``; the plane of its bend stays."""
    upper, lower, *joints = (f"{side}_{part}" for part in limb)
    root, middle, end = (body.joints[joint] for joint in joints)
    wanted = end + move - root
    long_a, long_b = (np.linalg.norm(v, axis=-1) for v in (middle - root, end - middle))
    span = np.linalg.norm(end - root, axis=-1)
    reach = np.minimum(np.linalg.norm(wanted, axis=-1), 0.9995 * (long_a + long_b))
    # The triangle of the two bones: its corners at the root and at the middle joint.
    lift = _corner(long_a, reach, long_b) - _corner(long_a, span, long_b)
    bend = _corner(long_a, long_b, span) - _corner(long_a, long_b, reach)
    sign = 1.0 if limb[0] == "thigh" else -1.0
    axis = body.frames[upper][:, :, 0]
    new_upper = turn_about(axis, -sign * lift) @ body.frames[upper]
    new_lower = turn_about(axis, sign * (bend - lift)) @ body.frames[lower]
    now = -(long_a[:, None] * new_upper[:, :, 1] + long_b[:, None] * new_lower[:, :, 1])
    swing = turn_between(now, wanted)
    return {upper: swing @ new_upper, lower: swing @ new_lower}


def _corner(one: FloatArray, other: FloatArray, opposite: FloatArray) -> FloatArray:
    cosine = (one**2 + other**2 - opposite**2) / np.maximum(2 * one * other, 1e-9)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))
