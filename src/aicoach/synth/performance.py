"""A synthetic person who performs an exercise, with the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from aicoach.kinematics import included_angle
from aicoach.pose import FloatArray, PoseTrack
from aicoach.skeleton import INDEX, MIRROR
from aicoach.synth.angles import mirrored
from aicoach.synth.body import Body, BodyShape
from aicoach.synth.camera import Camera, view_yaw_deg
from aicoach.synth.imperfections import Imperfections, degrade, replace_arrays
from aicoach.synth.motion import MotionPath, motion_path, symmetric_start
from aicoach.synth.observation import far_side, observe
from aicoach.synth.planting import planting
from aicoach.synth.stance import contact_path, grip_height, stand
from aicoach.synth.timeline import Timeline, held, pace_of, repetitions
from aicoach.synth.turns import turn_y

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec, View
    from aicoach.skeleton import Side

_INNER_HZ: Final = 60.0
_HOLD_ENTER_S: Final = 1.5
_TRUE_ANGLES: Final = {
    "knee_flexion": ("hip", "knee", "ankle"),
    "hip_flexion": ("shoulder", "hip", "knee"),
    "elbow_flexion": ("shoulder", "elbow", "wrist"),
    "shoulder_elevation": ("hip", "shoulder", "elbow"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What really happened."""

    reps: int
    """True repetitions (or holds)."""
    times: tuple[tuple[float, float], ...]
    """Start and end of each, seconds."""
    sides: tuple[Side | None, ...]
    """The side that worked in each, None where both did."""
    t_s: FloatArray
    angles_deg: Mapping[str, FloatArray]
    """True joint angles over time, ``knee_flexion.left`` and so on; shape (T,)."""

    def peak_deg(self, angle: str) -> tuple[float, ...]:
        """Largest value of a joint angle in each repetition."""
        return tuple(
            float(self.angles_deg[angle][(self.t_s >= start) & (self.t_s <= end)].max())
            for start, end in self.times
        )


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """A performance: the track that a pose model would give, and the truth."""

    spec: ExerciseSpec
    track: PoseTrack
    truth: Truth
    body: Body
    """The body in the scene at the times of the track (drawn by ``aicoach.figure``)."""
    camera: Camera


def camera_for(spec: ExerciseSpec, frame_size_px: tuple[int, int] = (640, 480)) -> Camera:
    """Where the camera stands for this exercise: lower for the floor, further off for a bar."""
    if spec.motion.support == "hands":
        return Camera(distance_m=4.2, height_m=1.3, frame_size_px=frame_size_px)
    if spec.posture in ("upright", "seated", "hanging", "any") and spec.motion.support in (
        "feet",
        "seat",
    ):
        return Camera(frame_size_px=frame_size_px)
    return Camera(distance_m=3.0, height_m=0.85, frame_size_px=frame_size_px)


def perform(  # noqa: PLR0913 - a performance has many sides; all have defaults
    spec: ExerciseSpec,
    *,
    reps: int = 5,
    view: View | None = None,
    fps: float = 30.0,
    cycle_s: float | None = None,
    rom: float | tuple[float, ...] = 1.0,
    rest_phase: float = 0.0,
    lead_in_s: float = 1.0,
    lead_out_s: float = 1.0,
    pause_s: float = 0.0,
    hold_s: float = 10.0,
    mirror: bool = False,
    noise: float = 0.0,
    imperfections: Imperfections | None = None,
    world_compression: bool = True,
    camera: Camera | None = None,
    shape: BodyShape | None = None,
    seed: int = 0,
) -> Performance:
    """Play an exercise.

    Parameters
    ----------
    spec
        The exercise, from the catalogue.
    reps
        Repetitions; of an alternating exercise the efforts of both sides together. A hold
        is held once, for ``hold_s``.
    view
        Side, oblique or front; default the view that explains the exercise best.
    fps
        Frames per second.
    cycle_s
        Seconds per repetition; default the file's tempo, at least 2 s.
    rom
        How much of the way to the target pose is done, per repetition or for all.
    rest_phase
        How far back the person comes between repetitions; 0 is all the way.
    lead_in_s, lead_out_s, pause_s
        Stillness before, after and between the repetitions.
    mirror
        Show the mirror image: left and right exchanged.
    noise
        Jitter in body units of half a metre; more kinds of trouble in ``imperfections``.
    world_compression
        Whether world keypoints have BlazePose's bias; see ``observation``.
    seed
        Everything random comes from it.

    Raises
    ------
    ValueError
        If ``reps`` or ``fps`` is not positive, or ``rom`` has not one entry per repetition.
    """
    if reps < 1 or fps <= 0.0:
        raise ValueError(f"reps and fps must be positive, got {reps} and {fps}")
    peaks = rom if isinstance(rom, tuple) else (float(rom),) * reps
    if spec.kind == "hold":
        timeline = held(_HOLD_ENTER_S, hold_s, peaks[0], lead_s=(lead_in_s, lead_out_s))
    elif len(peaks) != reps:
        raise ValueError(f"rom has {len(peaks)} entries for {reps} repetitions")
    else:
        timeline = repetitions(
            pace_of(spec.tempo, cycle_s),
            peaks,
            rest_phase=rest_phase,
            lead_s=(lead_in_s, lead_out_s),
            pause_s=pause_s,
        )
    actor = _Actor(spec, timeline, shape or BodyShape())
    t_s = np.arange(int(timeline.duration_s * fps) + 1) / fps
    yaw = view_yaw_deg(view or spec.motion.view)
    body = actor.body(t_s, yaw)
    camera = camera or camera_for(spec)
    track = observe(t_s, body, camera, compression=world_compression)
    how = imperfections or Imperfections(noise=noise)
    track = degrade(track, how, far_side(body.keypoints), np.random.default_rng(seed))
    performance = Performance(spec, track, actor.truth(t_s, body), body, camera)
    return _mirror_image(performance) if mirror else performance


@dataclass(frozen=True, slots=True, eq=False)
class _Actor:
    spec: ExerciseSpec
    timeline: Timeline
    shape: BodyShape

    def angles(self, t_s: FloatArray) -> FloatArray:
        path = motion_path(self.spec.motion)
        phase, effort, returning = self.timeline.at(t_s)
        angles = path.angles(phase, returning)
        if not self.alternates:
            return angles
        towards_start = np.clip(1.0 - phase, 0.0, 1.0)[:, None]
        angles = angles + towards_start * (symmetric_start(path) - path.start)
        return np.where((effort % 2 == 1)[:, None], mirrored(angles), angles)

    @property
    def alternates(self) -> bool:
        return self.spec.motion.alternates

    def _level_feet(self, t_s: FloatArray, path: MotionPath) -> NDArray[np.bool_]:
        """Which ankles follow the floor, left and right, shape (T, 2)."""
        level = np.array(path.level_feet)
        swap = (self.timeline.at(t_s)[1] % 2 == 1) & self.alternates
        return np.where(swap[:, None], level[::-1], level)

    def body(self, t_s: FloatArray, yaw_deg: float) -> Body:
        """The body in the scene."""
        support = self.spec.motion.support
        path = motion_path(self.spec.motion)
        inner_t = np.arange(int(self.timeline.duration_s * _INNER_HZ) + 2) / _INNER_HZ
        inner_angles = self.angles(inner_t)
        placed = partial(
            stand,
            support=support,
            shape=self.shape,
            grip_height_m=grip_height(inner_angles, self.shape) if support == "hands" else None,
        )
        inner = placed(inner_angles, level_feet=self._level_feet(inner_t, path))
        travel = self._travel(inner_t, inner, inner_angles, path)
        middle = inner.keypoints[0][:, [0, 2]]
        travel = travel - (middle.max(0) + middle.min(0)) / 2
        inner = inner.shifted(_across(travel))
        plants = planting(inner_t, inner, support)
        at_times = np.stack([np.interp(t_s, inner_t, travel[:, i]) for i in range(2)], -1)
        body = placed(self.angles(t_s), level_feet=self._level_feet(t_s, path))
        body = body.shifted(_across(at_times))
        body = plants.applied(t_s, body)
        return body.turned(turn_y(np.array([yaw_deg])))

    def _travel(
        self, t_s: FloatArray, body: Body, angles: FloatArray, path: MotionPath
    ) -> FloatArray:
        if path.shifts:
            return np.asarray(angles[:, -2:])
        travel = contact_path(body, self.spec.motion.support)
        if path.back_angles is path.out_angles:
            return travel
        # Every repetition ends where it began: what is left over is taken out evenly.
        bounds = [0.0, *(t for effort in self.timeline.efforts for t in effort)]
        for column in range(2):
            drift = np.interp(bounds, t_s, travel[:, column])
            travel[:, column] -= np.interp(t_s, bounds, drift)
        return travel

    def truth(self, t_s: FloatArray, body: Body) -> Truth:
        side = motion_path(self.spec.motion).working_side
        other: Side | None = None if side is None else ("right" if side == "left" else "left")
        efforts = self.timeline.efforts
        sides = tuple(other if self.alternates and i % 2 else side for i in range(len(efforts)))
        return Truth(len(efforts), efforts, sides, t_s, true_angles(body))


def _across(travel: FloatArray) -> FloatArray:
    """A path over the floor (T, 2) as a shift in the scene (T, 3)."""
    return np.stack((travel[:, 0], np.zeros(len(travel)), travel[:, 1]), axis=-1)


def true_angles(body: Body) -> dict[str, FloatArray]:
    """Flexion of the joints and elevation of the arms of a body, degrees over time."""
    out = {}
    for name, joints in _TRUE_ANGLES.items():
        for side in ("left", "right"):
            points = (body.keypoints[:, INDEX[f"{side}_{joint}"]] for joint in joints)
            included = included_angle(*points)
            out[f"{name}.{side}"] = (
                included if name == "shoulder_elevation" else np.asarray(180.0 - included)
            )
    return out


def mirror_body(body: Body) -> Body:
    """The body in a mirror that stands along the line of sight: left and right exchanged."""
    flip = np.array([-1.0, 1.0, 1.0])

    def other(name: str) -> str:
        side, _, part = name.partition("_")
        return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)

    return Body(
        body.shape,
        {name: body.joints[other(name)] * flip for name in body.joints},
        {name: body.frames[other(name)] * np.outer(flip, flip) for name in body.frames},
    )


def mirror_track(track: PoseTrack) -> PoseTrack:
    """The track of the mirrored picture."""
    image = np.array(track.image_xyzs)[:, list(MIRROR)]
    image[..., 0] = 1.0 - image[..., 0]
    world = np.array(track.world_xyz)[:, list(MIRROR)] * np.array([-1.0, 1.0, 1.0])
    return replace_arrays(track, image, world)


def _mirror_image(performance: Performance) -> Performance:
    flip = {"left": "right", "right": "left"}
    truth, track = performance.truth, performance.track
    return Performance(
        performance.spec,
        mirror_track(track),
        Truth(
            truth.reps,
            truth.times,
            tuple(None if s is None else ("right" if s == "left" else "left") for s in truth.sides),
            truth.t_s,
            {
                f"{name.split('.')[0]}.{flip[name.split('.')[1]]}": values
                for name, values in truth.angles_deg.items()
            },
        ),
        mirror_body(performance.body),
        performance.camera,
    )
