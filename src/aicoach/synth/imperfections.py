"""What goes wrong between a body and its keypoints: jitter, spikes, gaps, hidden limbs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aicoach.kinematics import UNIT_M, body_unit_px
from aicoach.pose import FloatArray, PoseTrack
from aicoach.skeleton import INDEX, N_KEYPOINTS

_SLOW_S: Final = 0.15
"""Correlation time of the slow half of the jitter."""
_ARM: Final = ("elbow", "wrist", "pinky", "index", "thumb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imperfections:
    """How badly a track was seen. All zero: perfectly."""

    noise: float = 0.0
    """Jitter, standard deviation in body units of half a metre (0.01 is a good camera)."""
    spikes: float = 0.0
    """Chance per keypoint and frame to be thrown off by about half a body unit."""
    drop_out: float = 0.0
    """Chance per frame that nobody is found."""
    gaps: tuple[tuple[float, float], ...] = ()
    """Times (start, end) in seconds in which nobody is found."""
    copies_far_arm: bool = False
    """The hidden arm is reported where the near one is."""
    hidden: tuple[str, ...] = ()
    """Keypoints behind something: low score and ten times the jitter."""
    score_scale: float = 1.0
    """Below 1: a dim or distant picture."""


def degrade(
    track: PoseTrack, how: Imperfections, far: FloatArray, rng: np.random.Generator
) -> PoseTrack:
    """The track as it would have been seen; ``far`` from ``observation.far_side``."""
    image = np.array(track.image_xyzs, dtype=float)
    world = np.array(track.world_xyz, dtype=float)
    if how.copies_far_arm:
        _copy_near_arm(image, world, far)
    jitter = np.full((len(track), N_KEYPOINTS), float(how.noise))
    jitter *= 1.0 + 1.5 * far
    for name in how.hidden:
        jitter[:, INDEX[name]] = 10.0 * max(how.noise, 0.005)
        image[:, INDEX[name], 3] = np.minimum(image[:, INDEX[name], 3], 0.15)
    unit = body_unit_px(image[..., :2] * track.frame_size_px, world)
    unit_fraction = unit[:, None, None] / np.asarray(track.frame_size_px, dtype=float)
    moved = jitter[..., None] * _jitter(track.t_s, rng)
    if how.spikes > 0.0:
        thrown = rng.random((len(track), N_KEYPOINTS)) < how.spikes
        moved += thrown[..., None] * rng.normal(0.0, 0.5, (*thrown.shape, 3))
    image[..., :2] += moved[..., :2] * unit_fraction
    image[..., 2] += moved[..., 2] * unit_fraction[..., 0]
    world += moved * UNIT_M
    if how.noise > 0.0:
        image[..., 3] -= np.abs(rng.normal(0.0, 0.02, image.shape[:2])) * (1.0 + 4.0 * far)
    image[..., 3] = np.clip(image[..., 3] * how.score_scale, 0.0, 1.0)
    lost = rng.random(len(track)) < how.drop_out
    for start, end in how.gaps:
        lost |= (track.t_s >= start) & (track.t_s < end)
    return without(replace_arrays(track, image, world), lost)


def without(track: PoseTrack, lost: NDArray[np.bool_]) -> PoseTrack:
    """The track with nobody found in the rows where ``lost`` (T,) is true."""
    image, world = np.array(track.image_xyzs), np.array(track.world_xyz)
    image[lost] = np.nan
    world[lost] = np.nan
    return replace_arrays(track, image, world)


def taken_over(track: PoseTrack, other: PoseTrack, rows: NDArray[np.bool_]) -> PoseTrack:
    """The track with another person's poses in the rows (T,) that are true."""
    image, world = np.array(track.image_xyzs), np.array(track.world_xyz)
    image[rows], world[rows] = other.image_xyzs[rows], other.world_xyz[rows]
    return replace_arrays(track, image, world)


def replace_arrays(track: PoseTrack, image: FloatArray, world: FloatArray) -> PoseTrack:
    """The track with other keypoints."""
    return replace(
        track,
        image_xyzs=image.astype(np.float32),
        world_xyz=world.astype(np.float32),
    )


def _jitter(t_s: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Unit jitter (T, 33, 3): half of its variance white, half slow."""
    white = rng.normal(size=(len(t_s), N_KEYPOINTS, 3))
    slow = rng.normal(size=(len(t_s), N_KEYPOINTS, 3))
    for i in range(1, len(t_s)):
        keep = np.exp(-(t_s[i] - t_s[i - 1]) / _SLOW_S)
        slow[i] = keep * slow[i - 1] + np.sqrt(1.0 - keep * keep) * slow[i]
    return np.asarray((white + slow) / np.sqrt(2.0))


def _copy_near_arm(image: FloatArray, world: FloatArray, far: FloatArray) -> None:
    for joint in _ARM:
        for side, other in (("left", "right"), ("right", "left")):
            mine, theirs = INDEX[f"{side}_{joint}"], INDEX[f"{other}_{joint}"]
            hidden = far[:, mine] > 0.5
            image[hidden, mine, :3] = image[hidden, theirs, :3] + np.array([0.005, 0.0, 0.05])
            world[hidden, mine] = world[hidden, theirs] + np.array([0.01, 0.0, 0.05])
