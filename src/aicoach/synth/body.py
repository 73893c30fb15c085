"""The jointed body: joint angles in, keypoints and limb axes out, in metres.

Axes of the person: x to their left, y up, z forward; the origin lies between the hips.
Of a person who faces the camera these are also the axes of the picture: x to its right,
y up, z towards the camera. Proportions are those of an adult of 1.75 m.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import FloatArray
from aicoach.skeleton import INDEX, N_KEYPOINTS
from aicoach.synth.angles import ANGLE_INDEX
from aicoach.synth.turns import turn_x, turn_y, turn_z

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_UP: Final = np.array([0.0, 1.0, 0.0])
_SIDES: Final = (("left", 1.0), ("right", -1.0))
_SHOULDER_LIFT_M, _SHOULDER_INWARD_M = 0.05, 0.03
"""How far a fully raised arm takes its shoulder along (FIGURE calibration)."""
_FACE: Final = {
    "nose": (0.0, -0.015, 0.105),
    "eye_inner": (0.018, 0.025, 0.09),
    "eye": (0.032, 0.025, 0.085),
    "eye_outer": (0.045, 0.025, 0.075),
    "ear": (0.075, 0.0, 0.0),
    "mouth": (0.025, -0.055, 0.085),
}
_HAND: Final = {
    "pinky": (0.0, -0.095, -0.032),
    "index": (0.0, -0.105, 0.03),
    "thumb": (-0.015, -0.055, 0.045),
}
_FOOT: Final = {"heel": (0.0, -0.06, -0.05), "foot_index": (0.0, -0.075, 0.14)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """Lengths of the body in metres."""

    hip_half_width: float = 0.095
    thigh: float = 0.43
    shank: float = 0.42
    ankle_height: float = 0.085
    lumbar: float = 0.17
    thorax: float = 0.33
    shoulder_half_width: float = 0.17
    upper_arm: float = 0.29
    forearm: float = 0.255
    hand: float = 0.16
    neck: float = 0.085
    head: float = 0.135
    head_forward: float = 0.025

    def scaled(self, factor: float) -> BodyShape:
        """The same proportions at another stature."""
        return replace(self, **{name: getattr(self, name) * factor for name in self.__slots__})

    @property
    def size(self) -> float:
        """Stature over that of the default body."""
        return self.thigh / 0.43


def _keypoints_on() -> tuple[tuple[str, str, str, tuple[float, float, float]], ...]:
    """Keypoints that are not joints: name, joint, frame, place in it."""
    out = [("nose", "head", "head", _FACE["nose"])]
    for side, outward in _SIDES:
        for part, (x, y, z) in _FACE.items():
            if part != "nose":
                name = f"{part}_{side}" if part == "mouth" else f"{side}_{part}"
                out.append((name, "head", "head", (outward * x, y, z)))
        for part, (x, y, z) in _HAND.items():
            out.append((f"{side}_{part}", f"{side}_wrist", f"{side}_hand", (outward * x, y, z)))
        for part, local in _FOOT.items():
            out.append((f"{side}_{part}", f"{side}_ankle", f"{side}_foot", local))
    return tuple(out)


_KEYPOINTS_ON: Final = _keypoints_on()


@dataclass(frozen=True, eq=False)
class Body:
    """The body at T moments: joints and limb axes, and the keypoints that follow from them.

    The columns of an axis frame are the person's left, up and forward, carried by that limb.
    """

    shape: BodyShape
    joints: Mapping[str, FloatArray]
    """Name -> shape (T, 3), metres."""
    frames: Mapping[str, FloatArray]
    """Name -> shape (T, 3, 3)."""

    def __len__(self) -> int:
        return len(self.joints["mid_hip"])

    @cached_property
    def keypoints(self) -> FloatArray:
        """Shape (T, 33, 3), metres."""
        out = np.empty((len(self), N_KEYPOINTS, 3))
        for side in ("left", "right"):
            for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
                out[:, INDEX[f"{side}_{joint}"]] = self.joints[f"{side}_{joint}"]
        for name, joint, frame, local in _KEYPOINTS_ON:
            out[:, INDEX[name]] = self.point(frame, joint, local)
        return out

    def point(self, frame: str, joint: str, local: tuple[float, float, float]) -> FloatArray:
        """A point fixed to a limb, shape (T, 3); ``local`` in metres of the default stature."""
        offset = np.asarray(local) * self.shape.size
        return np.asarray(self.joints[joint] + self.frames[frame] @ offset)

    def turned(self, turn: FloatArray) -> Body:
        """Turned about the origin by ``turn``, shape (T or 1, 3, 3)."""
        return Body(
            self.shape,
            {name: (turn @ p[..., None])[..., 0] for name, p in self.joints.items()},
            {name: turn @ frame for name, frame in self.frames.items()},
        )

    def shifted(self, shift: FloatArray) -> Body:
        """Moved by ``shift``, shape (T, 3), metres."""
        joints = {name: p + shift for name, p in self.joints.items()}
        return Body(self.shape, joints, self.frames)


def body_of(angles: FloatArray, shape: BodyShape | None = None) -> Body:
    """Place every joint for the angles (T, N_ANGLES); the mid-hip stays at the origin."""
    shape = shape or BodyShape()

    def angle(name: str) -> FloatArray:
        return np.asarray(angles[:, ANGLE_INDEX[name]])

    joints: dict[str, FloatArray] = {"mid_hip": np.zeros((len(angles), 3))}
    frames: dict[str, FloatArray] = {}
    pelvis = turn_y(angle("yaw")) @ turn_z(-angle("lean")) @ turn_x(angle("pitch"))
    half = turn_z(-angle("spine_lean") / 2) @ turn_x(angle("spine_flexion") / 2)
    lumbar = pelvis @ half
    chest = lumbar @ half @ turn_y(angle("spine_twist"))
    head = chest @ turn_y(angle("neck_turn")) @ turn_x(angle("neck_flexion"))
    frames.update(pelvis=pelvis, lumbar=lumbar, chest=chest, head=head)
    joints["waist"] = lumbar @ (shape.lumbar * _UP)
    joints["mid_shoulder"] = joints["waist"] + chest @ (shape.thorax * _UP)
    joints["neck"] = joints["mid_shoulder"] + chest @ (shape.neck * _UP)
    joints["head"] = joints["neck"] + head @ np.array([0.0, shape.head, shape.head_forward])
    for side, outward in _SIDES:
        limb = _Limb(joints, frames, shape, side, outward, angle)
        limb.place_leg()
        limb.place_arm()
    return Body(shape, joints, frames)


@dataclass(frozen=True, slots=True, eq=False)
class _Limb:
    """Places the limbs of one side into ``joints`` and ``frames``."""

    joints: dict[str, FloatArray]
    frames: dict[str, FloatArray]
    shape: BodyShape
    side: str
    outward: float
    angle: Callable[[str], FloatArray]

    def place_leg(self) -> None:
        side, out, angle = self.side, self.outward, self.angle
        thigh = (
            self.frames["pelvis"]
            @ turn_x(-angle(f"hip_flexion.{side}"))
            @ turn_z(out * angle(f"hip_abduction.{side}"))
            @ turn_y(out * angle(f"hip_rotation.{side}"))
        )
        shank = thigh @ turn_x(angle(f"knee_flexion.{side}"))
        foot = shank @ turn_x(angle(f"ankle_plantarflexion.{side}"))
        hip = self.frames["pelvis"] @ np.array([out * self.shape.hip_half_width, 0.0, 0.0])
        knee = hip - thigh @ (self.shape.thigh * _UP)
        ankle = knee - shank @ (self.shape.shank * _UP)
        self.joints.update({f"{side}_hip": hip, f"{side}_knee": knee, f"{side}_ankle": ankle})
        self.frames.update({f"{side}_thigh": thigh, f"{side}_shank": shank, f"{side}_foot": foot})

    def place_arm(self) -> None:
        side, out, angle = self.side, self.outward, self.angle
        chest = self.frames["chest"]
        upper_arm = (
            turn_x(-angle(f"shoulder_flexion.{side}"))
            @ turn_z(out * angle(f"shoulder_abduction.{side}"))
            @ turn_y(out * angle(f"shoulder_rotation.{side}"))
        )
        raised = (1.0 - upper_arm[:, 1, 1]) / 2.0
        size = self.shape.size
        at_shoulder = np.zeros((len(raised), 3))
        at_shoulder[:, 0] = out * (
            self.shape.shoulder_half_width - size * _SHOULDER_INWARD_M * raised
        )
        at_shoulder[:, 1] = size * _SHOULDER_LIFT_M * raised
        shoulder = self.joints["mid_shoulder"] + np.einsum("tij,tj->ti", chest, at_shoulder)
        upper_arm = chest @ upper_arm
        forearm = upper_arm @ turn_x(-angle(f"elbow_flexion.{side}"))
        elbow = shoulder - upper_arm @ (self.shape.upper_arm * _UP)
        wrist = elbow - forearm @ (self.shape.forearm * _UP)
        self.joints.update(
            {f"{side}_shoulder": shoulder, f"{side}_elbow": elbow, f"{side}_wrist": wrist}
        )
        self.frames.update(
            {f"{side}_upper_arm": upper_arm, f"{side}_forearm": forearm, f"{side}_hand": forearm}
        )


def reassembled(body: Body, frames: Mapping[str, FloatArray]) -> Body:
    """The body with other axes of limbs, its joints and keypoints placed anew."""
    frames = {**body.frames, **frames}
    joints = dict(body.joints)
    for side, _ in _SIDES:
        for start, segment, length, end in (
            ("hip", "thigh", body.shape.thigh, "knee"),
            ("knee", "shank", body.shape.shank, "ankle"),
            ("shoulder", "upper_arm", body.shape.upper_arm, "elbow"),
            ("elbow", "forearm", body.shape.forearm, "wrist"),
        ):
            along = frames[f"{side}_{segment}"] @ (length * _UP)
            joints[f"{side}_{end}"] = joints[f"{side}_{start}"] - along
    return Body(body.shape, joints, frames)
