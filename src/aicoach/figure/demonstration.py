"""The coach shows an exercise: pictures and video of the mannequin, straight from ``motion``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import cv2
import numpy as np

from aicoach.errors import VideoError
from aicoach.figure.canvas import Colour
from aicoach.figure.mannequin import Palette, draw_mannequin
from aicoach.figure.props import Solid, draw_solids, props_of
from aicoach.pose import ByteImage, FloatArray
from aicoach.synth.body import Body
from aicoach.synth.camera import Camera
from aicoach.synth.performance import perform
from aicoach.synth.timeline import pace_of

if TYPE_CHECKING:
    from pathlib import Path

    from aicoach.catalog.spec import ExerciseSpec, View

HZ: Final = 30.0
"""Moments of a loop per second."""
_PAUSE_S: Final = 0.5
_LEAD_S: Final = 0.5
_HOLD_S: Final = 3.0
_SLOWEST_CYCLE_S, _FASTEST_CYCLE_S = 5.0, 1.6
_MARGIN: Final = 0.05
_LIMB_M: Final = 0.06
_OVERSAMPLING: Final = 2
_TOP: Final[Colour] = (250, 247, 244)
_BOTTOM: Final[Colour] = (230, 225, 220)
_FLOOR: Final[Colour] = (222, 216, 210)


PhaseOfLoop = Literal["out", "target", "back"]


@dataclass(frozen=True, slots=True, eq=False)
class Demonstration:
    """One loop of an exercise, ready to be drawn at any moment and size."""

    spec: ExerciseSpec
    body: Body
    t_s: FloatArray
    target_s: float
    """When a target pose is reached: that of the side near the camera."""
    props: tuple[tuple[Solid, ...], ...]
    phases: tuple[tuple[PhaseOfLoop, float, float], ...]
    """What happens from when to when, in order; between them the start pose is kept."""

    @property
    def duration_s(self) -> float:
        """Length of the loop."""
        return float(self.t_s[-1])

    def render(
        self, t_s: float, size_px: tuple[int, int], *, palette: Palette | None = None
    ) -> ByteImage:
        """The picture at a moment of the loop (any time: it repeats), blue-green-red."""
        row = round((t_s % self.duration_s) * HZ) % len(self.t_s)
        large = (size_px[0] * _OVERSAMPLING, size_px[1] * _OVERSAMPLING)
        camera = self._framed(large)
        scale = large[1] / 480.0
        image = _backdrop(large, camera)
        solids = list(self.props[row])
        hips = float(camera.depth_m(self.body.joints["mid_hip"][row]))
        before: list[Solid] = []
        after: list[Solid] = []
        for solid in solids:
            nearer = float(camera.depth_m(solid.middle())) < hips - 0.22
            (after if nearer else before).append(solid)
        draw_solids(image, before, camera, scale)
        draw_mannequin(
            image,
            self.body,
            row,
            camera,
            working=self.spec.motion.working,
            palette=palette,
            scale=scale,
        )
        draw_solids(image, after, camera, scale)
        small = cv2.resize(image, size_px, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def _framed(self, size_px: tuple[int, int]) -> Camera:
        """A camera that holds the whole loop, with its props, and stands still."""
        camera = Camera(distance_m=5.0, height_m=1.35, fov_deg=40.0, frame_size_px=size_px)
        points = self.body.keypoints.reshape(-1, 3)
        head = self.body.joints["head"] + np.array([0.0, 0.13, 0.0])
        solids = [s.corners for row in self.props[::10] for s in row if s.corners is not None]
        rods = [s.balls.centres for row in self.props[::10] for s in row if s.balls is not None]
        feet = self.body.keypoints[:, -4:].reshape(-1, 3) - np.array([0.0, 0.05, 0.0])
        cloud = camera.project_px(np.concatenate([points, head, feet, *solids, *rods]))
        thickness = _LIMB_M * camera.focal_px / camera.distance_m
        low, high = cloud.min(0) - thickness, cloud.max(0) + thickness
        wanted = np.asarray(size_px) * (1.0 - 2.0 * _MARGIN)
        zoom = float((wanted / np.maximum(high - low, 1.0)).min())
        # A short figure is not blown up beyond a standing one's size.
        zoom = min(zoom, 1.15 * size_px[1] / (camera.focal_px * 1.75 / camera.distance_m))
        middle = (low + high) / 2 - np.asarray(size_px) / 2
        return replace(
            camera,
            fov_deg=float(np.degrees(2 * np.arctan(size_px[0] / 2 / (camera.focal_px * zoom)))),
            shift_px=(-zoom * float(middle[0]), -zoom * float(middle[1])),
        )


def demonstration(spec: ExerciseSpec, *, view: View | None = None) -> Demonstration:
    """Prepare the loop: one repetition, or one of each side."""
    cycle_s = float(np.clip(spec.tempo.cycle_s, _FASTEST_CYCLE_S, _SLOWEST_CYCLE_S))
    performed = perform(
        spec,
        reps=2 if spec.motion.alternates and spec.kind != "hold" else 1,
        view=view,
        fps=HZ,
        cycle_s=cycle_s,
        lead_in_s=_LEAD_S,
        lead_out_s=_LEAD_S,
        pause_s=_PAUSE_S,
        hold_s=_HOLD_S,
    )
    body = performed.body
    sides = performed.truth.sides
    shown = sides.index("right") if "right" in sides else 0  # the side near the camera
    start, end = performed.truth.times[shown]
    pace = pace_of(spec.tempo, cycle_s)
    target_s = (start + end) / 2 if spec.kind == "hold" else start + pace.out_s
    phases: list[tuple[PhaseOfLoop, float, float]] = []
    for begin, finish in performed.truth.times:
        if spec.kind == "hold":  # the truth is the time held; ways in and out lie around it
            way_s = begin - _LEAD_S
            marks = (begin - way_s, begin, finish, finish + way_s)
        else:
            marks = (begin, begin + pace.out_s, finish - pace.back_s, finish)
        phases += [("out", *marks[:2]), ("target", *marks[1:3]), ("back", *marks[2:])]
    props = tuple(tuple(props_of(spec, body, row)) for row in range(len(body)))
    return Demonstration(
        spec, body, performed.track.t_s, target_s, props,
        tuple(phase for phase in phases if phase[2] - phase[1] > 1e-6),
    )  # fmt: skip


def render_demonstration(
    spec: ExerciseSpec, t_s: float, size_px: tuple[int, int] = (640, 480), view: View | None = None
) -> ByteImage:
    """The coach at a moment of the demonstration, blue-green-red."""
    return demonstration(spec, view=view).render(t_s, size_px)


def write_demonstration_video(
    spec: ExerciseSpec,
    path: Path,
    *,
    size_px: tuple[int, int] = (640, 480),
    fps: float = HZ,
    view: View | None = None,
    loops: int = 2,
) -> None:
    """Write the demonstration as a video file.

    Raises
    ------
    VideoError
        If the file cannot be written.
    """
    shown = demonstration(spec, view=view)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, size_px)
    if not writer.isOpened():
        raise VideoError(path, "cannot be written", "choose another folder or a name in .mp4")
    try:
        for i in range(round(loops * shown.duration_s * fps)):
            writer.write(shown.render(i / fps, size_px))
    finally:
        writer.release()


def _backdrop(size_px: tuple[int, int], camera: Camera) -> ByteImage:
    width, height = size_px
    share = np.linspace(0.0, 1.0, height)[:, None, None]
    image = np.asarray(
        np.broadcast_to((1 - share) * _TOP + share * _BOTTOM, (height, width, 3)), np.uint8
    ).copy()
    horizon = float(camera.project_px(np.array([0.0, 0.0, -1.6]))[1])
    top = int(np.clip(horizon, 0, height))
    if top < height:
        fade = np.linspace(0.0, 1.0, height - top)[:, None, None]
        floor = (1 - fade) * np.asarray(_FLOOR) + fade * np.asarray(_BOTTOM)
        image[top:] = np.asarray(floor, np.uint8)
    return image
