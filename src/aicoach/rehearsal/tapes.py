"""What a synthetic resident does, as poses over time; made once and kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from aicoach.catalog.sides import limb_of
from aicoach.pose import FloatArray, ImageKeypoints, Pose, PoseTrack, WorldKeypoints
from aicoach.synth import Imperfections, perform
from aicoach.synth.acting import Script
from aicoach.synth.angles import SIDED_ANGLES
from aicoach.synth.camera import view_yaw_deg

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.catalog.spec import ExerciseSpec, MotionPose, OneSide, View
    from aicoach.rehearsal.resident import Manner

Act = Literal["falls", "sinks", "crosses_arms", "stands", "picks_up", "walks_about", "passes_by"]
TAPE_FPS: Final = 30.0
_ACT_S: Final = 8.0
_NOISE: Final = 0.008


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Poses that can be asked for at any time; before and after, the outermost ones.

    ``play_s`` and ``tape_s`` say which second of the track is shown when, so that single
    repetitions can be faster or slower.
    """

    track: PoseTrack
    play_s: tuple[float, ...] = ()
    tape_s: tuple[float, ...] = ()

    def at(self, into_s: float, t_s: float) -> Pose | None:
        """The pose of ``into_s`` seconds, stamped ``t_s``; between two frames, between both."""
        if self.play_s:
            into_s = float(np.interp(into_s, self.play_s, self.tape_s))
        times = self.track.t_s
        row = min(max(into_s * TAPE_FPS, 0.0), len(times) - 1.0)
        low = math.floor(row)
        high = min(low + 1, len(times) - 1)
        share = row - low
        image = _between(self.track.image_xyzs, low, high, share)
        if not np.isfinite(image[:, :2]).any():
            return None
        return Pose(
            t_s,
            ImageKeypoints(image[:, :3], self.track.frame_size_px),
            WorldKeypoints(_between(self.track.world_xyz, low, high, share)),
            np.clip(image[:, 3], 0.0, 1.0),
        )


def _between(rows: FloatArray, low: int, high: int, share: float) -> FloatArray:
    first = np.asarray(rows[low], dtype=float)
    return first if share < 1e-9 else first + share * (np.asarray(rows[high], dtype=float) - first)


def played_tape(
    spec: ExerciseSpec,
    manner: Manner,
    repetitions: int,
    hold_s: float,
    side: OneSide | None = None,
) -> Tape:
    """``repetitions`` of an exercise in a manner; of a hold, ``hold_s`` seconds of it.

    side : with this side alone.
    """
    return _played(spec.id, _Known(spec), manner, repetitions, hold_s, side)


class _Known:
    """A specification as part of a key: the same exercise is the same."""

    __slots__ = ("spec",)

    def __init__(self, spec: ExerciseSpec) -> None:
        self.spec = spec

    def __hash__(self) -> int:
        return hash(self.spec.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.spec is self.spec


@lru_cache(maxsize=64)
def _played(
    name: str, known: _Known, manner: Manner, n: int, hold_s: float, side: OneSide | None
) -> Tape:
    del name  # part of the key
    spec = known.spec
    motion = spec.motion
    if side is not None:
        motion = motion.model_copy(update={"alternates": False})
    # As it is drawn the left moves: it stands on the right leg, and props itself on the left arm.
    drawn = "right" if limb_of(spec) == "standing_leg" else "left"
    if manner.astray:
        wrong = dict(manner.astray)
        poses = tuple(_astray(pose, motion.base, wrong) for pose in motion.poses)
        back = tuple(_astray(pose, motion.base, wrong) for pose in motion.back)
        motion = motion.model_copy(update={"poses": poses, "back": back})
    depths = manner.depth if isinstance(manner.depth, tuple) else (manner.depth,)
    performance = perform(
        spec.model_copy(update={"motion": motion}),
        reps=n,
        view=manner.view or spec.views[0],
        fps=TAPE_FPS,
        cycle_s=manner.cycle_s,
        rom=depths[0] if spec.kind == "hold" else _each(depths, n),
        pause_s=manner.pause_s,
        hold_s=hold_s,
        mirror=side not in (None, drawn),
        noise=manner.noise,
        seed=manner.seed,
    )
    times = performance.truth.times
    if manner.speeds == (1.0,) or spec.kind == "hold":
        return Tape(performance.track)
    tape_s, play_s = [0.0, times[0][0]], [0.0, times[0][0]]
    for i, ((start, _), speed) in enumerate(zip(times, _each(manner.speeds, n), strict=True)):
        end = times[i + 1][0] if i + 1 < n else float(performance.track.t_s[-1])
        tape_s.append(end)
        play_s.append(play_s[-1] + (end - start) / speed)
    return Tape(performance.track, tuple(play_s), tuple(tape_s))


def _each(values: tuple[float, ...], n: int) -> tuple[float, ...]:
    return (*values[:n], *(values[-1] for _ in range(n - len(values))))


def _astray(pose: MotionPose, base: MotionPose, wrong: dict[str, float]) -> MotionPose:
    """The pose with angles off by their degrees at the target, by none at the start."""
    parts = {"both": dict(pose.both), "left": dict(pose.left), "right": dict(pose.right)}
    body = dict(pose.body)
    for name, degrees in wrong.items():
        off = degrees * pose.at
        if name not in SIDED_ANGLES:
            body[name] = body.get(name, base.body.get(name, 0.0)) + off
            continue
        parts["both"][name] = parts["both"].get(name, base.both.get(name, 0.0)) + off
        for side in ("left", "right"):
            inherited = getattr(base, side).get(name)
            if name in parts[side] or inherited is not None:
                parts[side][name] = parts[side].get(name, inherited or 0.0) + off
    return pose.model_copy(update={**parts, "body": body})


@lru_cache(maxsize=32)
def acted_tape(act: Act, view: View, seed: int) -> Tape:
    """Something that is no exercise, from the moment on at which it begins."""
    script = Script(np.random.default_rng(seed), facing_deg=view_yaw_deg(view))
    _ACTS[act](script)
    track = script.play(
        duration_s=max(script.now_s, _ACT_S),
        fps=TAPE_FPS,
        imperfections=Imperfections(noise=_NOISE),
    )
    return Tape(track)


def _falls(script: Script) -> None:
    script.wait(0.3)
    script.go(0.7, {"knee_flexion": 20.0, "shoulder_flexion": 60.0}, body={"pitch": 86.0})
    script.wait(7.0)


def _sinks(script: Script) -> None:
    script.go(2.0, {"hip_flexion": 110.0, "knee_flexion": 120.0}, body={"pitch": 10.0})
    script.go(2.0, {"hip_flexion": 20.0, "knee_flexion": 40.0}, body={"pitch": -80.0})
    script.wait(4.0)


def _crosses_arms(script: Script) -> None:
    script.face(0.0, 0.3)
    script.go(
        0.6,
        {"shoulder_flexion": 157.0, "shoulder_abduction": 7.0, "shoulder_rotation": -69.0,
         "elbow_flexion": 84.0},
    )  # fmt: skip
    script.wait(7.0)


def _picks_up(script: Script) -> None:
    script.go(
        1.2,
        {"hip_flexion": 115.0, "knee_flexion": 55.0, "shoulder_flexion": 60.0},
        body={"pitch": 72.0},
    )
    script.wait(0.6)
    script.relax(1.3)
    script.wait(5.0)


def _walks_about(script: Script) -> None:
    script.face(90.0, 0.8)
    script.walk(0.8)
    script.face(-90.0, 1.0)
    script.walk(0.8)
    script.face(0.0, 0.8)
    script.wait(3.0)


def _passes_by(script: Script) -> None:
    script.appear_at(0.75, -0.7)
    for bend in (40.0, 10.0, 60.0, 20.0):
        script.go(0.8, right={"elbow_flexion": bend})
        script.wait(0.7)


_ACTS: Final[dict[Act, Callable[[Script], None]]] = {
    "falls": _falls,
    "sinks": _sinks,
    "crosses_arms": _crosses_arms,
    "stands": lambda script: script.wait(_ACT_S),
    "picks_up": _picks_up,
    "walks_about": _walks_about,
    "passes_by": _passes_by,
}
