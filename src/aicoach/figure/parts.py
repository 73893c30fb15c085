"""The body as solid parts: balls carried by its limbs, whose convex hulls are drawn.

Radii are those of FIGURE's drawing recipe, metres for a stature of 1.75 m.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from aicoach.pose import FloatArray
from aicoach.synth.body import Body

Ball = tuple[str, tuple[float, float, float], float]
"""Frame and joint as ``frame@joint``, place in the frame, radius."""

_SIDES: Final = (("left", 1.0), ("right", -1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One convex piece of the body at one moment."""

    name: str
    """What it is: ``thigh``, ``shoe``, ``hair`` ..."""
    limb: str
    """What it belongs to: ``left_leg``, ``right_arm``, ``trunk``, ``head``."""
    centres: FloatArray
    """Shape (N, 3), metres in the scene."""
    radii: FloatArray
    """Shape (N,), metres."""

    @property
    def middle(self) -> FloatArray:
        """Mean of its balls, shape (3,)."""
        return np.asarray(self.centres.mean(0))


def _leg(side: str) -> dict[str, tuple[Ball, ...]]:
    thigh, shank, foot = (f"{side}_{part}" for part in ("thigh", "shank", "foot"))
    return {
        "thigh": (
            (f"{thigh}@{side}_hip", (0.0, -0.02, 0.0), 0.088),
            (f"{thigh}@{side}_hip", (0.0, -0.2, 0.005), 0.078),
            (f"{thigh}@{side}_knee", (0.0, 0.0, 0.0), 0.058),
        ),
        "shank": (
            (f"{shank}@{side}_knee", (0.0, 0.0, 0.0), 0.056),
            (f"{shank}@{side}_knee", (0.0, -0.14, -0.014), 0.057),
            (f"{shank}@{side}_ankle", (0.0, 0.02, 0.0), 0.041),
        ),
        "shoe": (
            (f"{foot}@{side}_ankle", (0.0, -0.042, -0.03), 0.043),
            (f"{foot}@{side}_ankle", (0.0, -0.02, 0.03), 0.043),
            (f"{foot}@{side}_ankle", (0.0, -0.052, 0.125), 0.033),
        ),
    }


def _arm(side: str, outward: float) -> dict[str, tuple[Ball, ...]]:
    upper, lower, hand = (f"{side}_{part}" for part in ("upper_arm", "forearm", "hand"))
    return {
        "sleeve": (
            (f"{upper}@{side}_shoulder", (0.0, 0.0, 0.0), 0.062),
            (f"{upper}@{side}_shoulder", (0.0, -0.15, 0.0), 0.053),
        ),
        "upper_arm": (
            (f"{upper}@{side}_shoulder", (0.0, -0.05, 0.0), 0.050),
            (f"{upper}@{side}_shoulder", (0.0, -0.15, 0.004), 0.046),
            (f"{upper}@{side}_elbow", (0.0, 0.0, 0.0), 0.037),
        ),
        "forearm": (
            (f"{lower}@{side}_elbow", (0.0, 0.0, 0.0), 0.037),
            (f"{lower}@{side}_elbow", (0.0, -0.08, 0.004), 0.040),
            (f"{lower}@{side}_wrist", (0.0, 0.0, 0.0), 0.027),
        ),
        "hand": (
            (f"{hand}@{side}_wrist", (0.0, -0.02, 0.0), 0.027),
            (f"{hand}@{side}_wrist", (0.0, -0.07, 0.018), 0.024),
            (f"{hand}@{side}_wrist", (0.0, -0.07, -0.018), 0.022),
            (f"{hand}@{side}_wrist", (0.0, -0.145, 0.01), 0.013),
            (f"{hand}@{side}_wrist", (0.0, -0.14, -0.012), 0.013),
        ),
        "thumb": (
            (f"{hand}@{side}_wrist", (0.0, -0.04, 0.024), 0.016),
            (f"{hand}@{side}_wrist", (-0.012 * outward, -0.085, 0.052), 0.012),
        ),
    }


def _across(frame: str, x: float, y: float, z: float, radius: float) -> tuple[Ball, ...]:
    return tuple((frame, (side * x, y, z), radius) for side in (1.0, -1.0))


_TRUNK: Final[dict[str, tuple[Ball, ...]]] = {
    "pelvis": (
        *_across("pelvis@mid_hip", 0.075, -0.01, 0.005, 0.088),
        *_across("pelvis@mid_hip", 0.06, 0.06, 0.01, 0.088),
        *_across("pelvis@mid_hip", 0.06, -0.02, -0.03, 0.085),
    ),
    "belly": (
        *_across("pelvis@mid_hip", 0.06, 0.05, 0.01, 0.088),
        *_across("lumbar@waist", 0.055, -0.02, 0.01, 0.088),
        *_across("chest@waist", 0.06, 0.06, 0.01, 0.09),
    ),
    "chest": (
        *_across("chest@waist", 0.06, 0.02, 0.01, 0.088),
        *_across("chest@mid_shoulder", 0.075, -0.12, 0.015, 0.098),
        *_across("chest@mid_shoulder", 0.10, -0.03, 0.0, 0.072),
    ),
    "trapezius": (
        *_across("chest@mid_shoulder", 0.11, 0.01, -0.005, 0.045),
        ("chest@neck", (0.0, -0.03, 0.0), 0.058),
    ),
    "neck": (
        ("chest@mid_shoulder", (0.0, 0.02, 0.0), 0.056),
        ("head@head", (0.0, -0.06, -0.02), 0.05),
    ),
}


def _ellipsoid(x: float, y: float, z: float, rx: float, ry: float, rz: float) -> tuple[Ball, ...]:
    """An egg made of small balls on its surface."""
    small = 0.6 * min(rx, ry, rz)
    out: list[Ball] = []
    for sx, sy, sz in _DIRECTIONS:
        place = (x + sx * (rx - small), y + sy * (ry - small), z + sz * (rz - small))
        out.append(("head@head", place, small))
    return tuple(out)


def _directions() -> tuple[tuple[float, float, float], ...]:
    golden = np.pi * (3.0 - np.sqrt(5.0))
    n = 24
    rows = []
    for i in range(n):
        y = 1.0 - 2.0 * (i + 0.5) / n
        ring = np.sqrt(1.0 - y * y)
        rows.append((float(ring * np.cos(golden * i)), float(y), float(ring * np.sin(golden * i))))
    return tuple(rows)


_DIRECTIONS: Final = _directions()
_HEAD: Final[dict[str, tuple[Ball, ...]]] = {
    "skull": _ellipsoid(0.0, 0.015, 0.0, 0.077, 0.108, 0.093),
    "jaw": _ellipsoid(0.0, -0.055, 0.025, 0.056, 0.060, 0.066),
    "hair": _ellipsoid(0.0, 0.03, -0.045, 0.083, 0.098, 0.062),
    "crown": _ellipsoid(0.0, 0.088, -0.004, 0.080, 0.044, 0.094),
    "left_ear": (("head@head", (0.078, -0.005, -0.01), 0.018),),
    "right_ear": (("head@head", (-0.078, -0.005, -0.01), 0.018),),
}
_FACE: Final[dict[str, tuple[Ball, ...]]] = {
    "left_eye_white": (
        ("head@head", (0.026, 0.012, 0.085), 0.010),
        ("head@head", (0.038, 0.012, 0.081), 0.010),
    ),
    "right_eye_white": (
        ("head@head", (-0.026, 0.012, 0.085), 0.010),
        ("head@head", (-0.038, 0.012, 0.081), 0.010),
    ),
    "left_eye": (("head@head", (0.032, 0.012, 0.088), 0.008),),
    "right_eye": (("head@head", (-0.032, 0.012, 0.088), 0.008),),
    "left_brow": (
        ("head@head", (0.02, 0.036, 0.088), 0.006),
        ("head@head", (0.046, 0.036, 0.080), 0.006),
    ),
    "right_brow": (
        ("head@head", (-0.02, 0.036, 0.088), 0.006),
        ("head@head", (-0.046, 0.036, 0.080), 0.006),
    ),
    "nose": (
        ("head@head", (0.0, 0.01, 0.095), 0.010),
        ("head@head", (0.0, -0.025, 0.102), 0.014),
    ),
    "mouth": (
        ("head@head", (0.02, -0.062, 0.083), 0.007),
        ("head@head", (-0.02, -0.062, 0.083), 0.007),
    ),
}
FACE_PARTS: Final = tuple(_FACE)


def _solids() -> dict[str, tuple[str, str, tuple[Ball, ...]]]:
    out: dict[str, tuple[str, str, tuple[Ball, ...]]] = {}
    for side, outward in _SIDES:
        for name, balls in _leg(side).items():
            out[f"{side}_{name}"] = (name, f"{side}_leg", balls)
        for name, balls in _arm(side, outward).items():
            out[f"{side}_{name}"] = (name, f"{side}_arm", balls)
    for name, balls in _TRUNK.items():
        out[name] = (name, "trunk", balls)
    for name, balls in (_HEAD | _FACE).items():
        out[name] = (name.removeprefix("left_").removeprefix("right_"), "head", balls)
    return out


SOLIDS: Final = _solids()
"""Every part by its key, sided ones as ``left_thigh``: what it is, its limb, its balls."""


def parts_of(body: Body, row: int) -> dict[str, Part]:
    """All parts of the body at one of its moments, and the torso as one."""
    out: dict[str, Part] = {}
    size = body.shape.size
    for key, (name, limb, balls) in SOLIDS.items():
        centres = np.empty((len(balls), 3))
        for i, (where, local, _) in enumerate(balls):
            frame, joint = where.split("@")
            centres[i] = body.joints[joint][row] + body.frames[frame][row] @ (
                np.asarray(local) * size
            )
        out[key] = Part(name, limb, centres, size * np.array([ball[2] for ball in balls]))
    out["torso"] = _merged("torso", out["pelvis"], out["belly"], out["chest"])
    return out


def _merged(name: str, *parts: Part) -> Part:
    return Part(
        name,
        parts[0].limb,
        np.concatenate([part.centres for part in parts]),
        np.concatenate([part.radii for part in parts]),
    )
