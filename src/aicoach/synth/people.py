"""Others in the picture: someone who passes by, and furniture taken for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import PoseTrack
from aicoach.synth.acting import Script
from aicoach.synth.angles import angle_row
from aicoach.synth.camera import Camera
from aicoach.synth.imperfections import Imperfections, replace_arrays, taken_over, without
from aicoach.synth.observation import observe
from aicoach.synth.stance import stand

if TYPE_CHECKING:
    from collections.abc import Sequence

_PHANTOM_SCORE: Final = 0.18


def bystander(
    t_s: Sequence[float], *, place: tuple[float, float], rng: np.random.Generator
) -> PoseTrack:
    """Someone who stands a little behind and shifts about, over the given times."""
    times = np.asarray(t_s, dtype=float)
    fps = 1.0 / float(np.median(np.diff(times)))
    script = Script(rng, facing_deg=float(rng.uniform(-40.0, 40.0)), place=place)
    while script.now_s < times[-1] + 1.0:
        script.go(0.8, right={"elbow_flexion": script.chance(10, 70)})
        script.wait(script.chance(1.0, 3.0))
    track = script.play(
        duration_s=len(times) / fps + 0.5 / fps, fps=fps, imperfections=Imperfections(noise=0.012)
    )
    return PoseTrack(
        times,
        track.image_xyzs[: len(times)],
        track.world_xyz[: len(times)],
        track.frame_size_px,
    )


def with_bystander(
    track: PoseTrack, times: Sequence[tuple[float, float]], *, seed: int = 0
) -> PoseTrack:
    """The pose model follows a bystander during the given times (start and end, seconds)."""
    other = bystander(list(track.t_s), place=(0.75, -0.7), rng=np.random.default_rng(seed))
    rows = np.zeros(len(track), dtype=bool)
    for start, end in times:
        rows |= (track.t_s >= start) & (track.t_s < end)
    return taken_over(track, other, rows)


def bystander_takes_over(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Someone passes now and then and is taken for the participant."""
    times, now = [], float(rng.uniform(2.0, 5.0))
    while now < track.t_s[-1]:
        length = float(rng.uniform(0.5, 3.0))
        times.append((now, now + length))
        now += length + float(rng.uniform(2.0, 8.0))
    return with_bystander(track, times, seed=int(rng.integers(2**31)))


def phantom(*, duration_s: float, fps: float, rng: np.random.Generator) -> PoseTrack:
    """An empty room: now and then a chair is taken for a person, faint and shaking.

    Such phantoms bend and stretch wildly; their keypoints' scores are low.
    """
    t_s = np.arange(int(duration_s * fps)) / fps
    rows = np.repeat(
        angle_row({"hip_flexion": 80.0, "knee_flexion": 90.0, "elbow_flexion": 60.0})[None],
        len(t_s),
        axis=0,
    )
    rows[:, 0] += 15.0 * np.sin(2 * np.pi * t_s / 3.1)
    body = stand(rows, "feet")
    place = np.broadcast_to([rng.uniform(-0.8, 0.8), 0.0, -0.8], (len(t_s), 3))
    track = observe(t_s, body.shifted(place), Camera())
    image, world = np.array(track.image_xyzs, float), np.array(track.world_xyz, float)
    image[..., :2] += rng.normal(0.0, 0.015, image[..., :2].shape)
    world += rng.normal(0.0, 0.05, world.shape)
    image[..., 3] = np.clip(_PHANTOM_SCORE + rng.normal(0.0, 0.08, image.shape[:2]), 0.01, 0.6)
    seen = np.zeros(len(t_s), dtype=bool)
    now = float(rng.uniform(0.0, 5.0))
    while now < duration_s:
        length = float(rng.uniform(1.0, 6.0))
        seen |= (t_s >= now) & (t_s < now + length)
        now += length + float(rng.uniform(2.0, 10.0))
    return without(replace_arrays(track, image, world), ~seen)
