"""Recordings made worse: other rates, jitter, losses, and poses rebuilt from their shape alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from aicoach.kinematics import FeatureTrack
from aicoach.pose import PoseTrack
from aicoach.skeleton import INDEX, N_KEYPOINTS
from aicoach.synth.imperfections import Imperfections, degrade
from aicoach.synth.performance import mirror_track

_SEED: Final = 5
_REBUILT_FRAME: Final = (640, 480)
_REBUILT_SHARE: Final = 0.7
"""Part of the picture's height, and 1.7 m in space, that a rebuilt body spans."""
_REBUILT_M: Final = 1.7
_REBUILT_DEPTH: Final = 0.6
_REBUILT_SCORE: Final = 0.9


def at_rate(track: PoseTrack, fps: float) -> PoseTrack:
    """The frames nearest to the ticks of a slower camera."""
    t_s = track.t_s
    ticks = np.arange(t_s[0], t_s[-1] + 1e-9, 1.0 / fps)
    after = np.clip(np.searchsorted(t_s, ticks), 1, max(len(t_s) - 1, 1))
    nearer = np.where(ticks - t_s[after - 1] <= t_s[after] - ticks, after - 1, after)
    rows = np.unique(nearer)
    return replace(
        track,
        t_s=t_s[rows],
        image_xyzs=track.image_xyzs[rows],
        world_xyz=track.world_xyz[rows],
    )


def slower(track: PoseTrack, times: float) -> PoseTrack:
    """The same movement, taking so many times as long."""
    return replace(track, t_s=track.t_s[0] + times * (track.t_s - track.t_s[0]))


def worse(track: PoseTrack, how: Imperfections) -> PoseTrack:
    """The recording with more jitter or with losses."""
    nothing_far = np.zeros((len(track), N_KEYPOINTS))
    return degrade(track, how, nothing_far, np.random.default_rng(_SEED))


ALTERATIONS: Final[Mapping[str, Callable[[PoseTrack], PoseTrack]]] = MappingProxyType(
    {
        "as recorded": lambda track: track,
        "8 fps": lambda track: at_rate(track, 8.0),
        "12 fps": lambda track: at_rate(track, 12.0),
        "mirrored": mirror_track,
        "3 % jitter": lambda track: worse(track, Imperfections(noise=0.03)),
        "15 % of frames lost": lambda track: worse(track, Imperfections(drop_out=0.15)),
        "1.7 times slower": lambda track: slower(track, 1.7),
    }
)
"""What is done to every recording in the robustness table. Jitter is in body units of half
a metre, about the length of a trunk."""


def joined(parts: tuple[FeatureTrack, ...], gap_s: float) -> FeatureTrack:
    """Tracks one after the other, nobody seen for ``gap_s`` between them."""
    times, now_s = [], 0.0
    for part in parts:
        times.append(part.t_s - part.t_s[0] + now_s)
        now_s = float(times[-1][-1]) + gap_s
    return FeatureTrack(
        np.concatenate(times),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )


Shape = Literal["median shape", "square"]


def rebuilt(track: PoseTrack, shape: Shape) -> PoseTrack:
    """Poses scaled to their own bounding box in every frame, and drawn anew from that.

    Place, size, metric space and visibility are gone, as in data sets that publish
    normalised poses. ``median shape`` keeps the recording's median width to height,
    ``square`` not even that.
    """
    width, height = track.frame_size_px
    points = track.image_xyzs[..., :3].astype(float) * (width, height, width)
    with np.errstate(invalid="ignore"):
        low = np.min(points, axis=1, keepdims=True)
        extent = np.max(points, axis=1, keepdims=True) - low
        unit = (points - low) / np.where(extent > 0.0, extent, np.nan) - 0.5
    across, upright, _ = np.nanmedian(extent[:, 0], axis=0)
    ratio = across / upright if shape == "median shape" else 1.0
    scale = _REBUILT_SHARE / max(1.0, ratio)
    metres = _REBUILT_M / max(1.0, ratio)
    aspect = _REBUILT_FRAME[0] / _REBUILT_FRAME[1]
    image = np.empty((len(track), N_KEYPOINTS, 4))
    image[..., 0] = 0.5 + unit[..., 0] * ratio * scale / aspect
    image[..., 1] = 0.5 + unit[..., 1] * scale
    image[..., 2] = unit[..., 2] * _REBUILT_DEPTH * scale
    image[..., 3] = np.where(np.isfinite(unit[..., 0]), _REBUILT_SCORE, np.nan)
    world = unit * (ratio * metres, metres, _REBUILT_DEPTH * metres)
    hips = (world[:, INDEX["left_hip"]] + world[:, INDEX["right_hip"]]) / 2.0
    return PoseTrack(track.t_s, image, world - hips[:, None], _REBUILT_FRAME)
