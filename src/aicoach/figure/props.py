"""Things people exercise with, placed where the body needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.figure.canvas import Colour, fill, line, outline_px, shaded
from aicoach.figure.parts import Part
from aicoach.pose import ByteImage, FloatArray
from aicoach.synth.body import Body
from aicoach.synth.camera import Camera
from aicoach.synth.stance import SEAT_HEIGHT_M

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec

_WOOD: Final[Colour] = (138, 166, 190)
_STEEL: Final[Colour] = (128, 122, 118)
_IRON: Final[Colour] = (82, 76, 72)
_RUBBER: Final[Colour] = (120, 140, 60)
_MAT: Final[Colour] = (178, 168, 140)
_WALL: Final[Colour] = (214, 212, 208)
_SITS_BELOW_M: Final = 0.66
_HOLDS_AHEAD_M: Final = 0.25
_HALF_SEAT_M: Final = 0.2
_NEAR_FLOOR_M: Final = 0.35
_FACES: Final = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """One convex piece of a prop: a box by its eight corners, or balls."""

    colour: Colour
    corners: FloatArray | None = None
    """Shape (8, 3)."""
    balls: Part | None = None

    def middle(self) -> FloatArray:
        """Centre, shape (3,)."""
        if self.corners is not None:
            return np.asarray(self.corners.mean(0))
        assert self.balls is not None
        return self.balls.middle


@dataclass(frozen=True, slots=True, eq=False)
class _Axes:
    """Where a prop stands: its place on the floor and the way it faces."""

    place: FloatArray
    left: FloatArray
    forward: FloatArray

    def box(
        self, centre: tuple[float, float, float], half: tuple[float, float, float]
    ) -> FloatArray:
        """Corners of a box given in left, up, forward; shape (8, 3)."""
        up = np.array([0.0, 1.0, 0.0])
        axes = np.stack((self.left, up, self.forward))
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
        return np.asarray(self.place + (np.asarray(centre) + signs * half) @ axes)


def props_of(spec: ExerciseSpec, body: Body, row: int) -> list[Solid]:
    """Everything that the exercise needs, at one moment of the body."""
    out: list[Solid] = []
    for prop in spec.motion.props:
        if prop == "chair":
            out += _chair(body)
        elif prop == "dumbbells":
            out += [solid for side in ("left", "right") for solid in _dumbbell(body, row, side)]
        elif prop == "barbell":
            out += _barbell(body, row)
        elif prop == "bar":
            out += _bar(body)
        elif prop == "band":
            out += _band(spec, body, row)
        elif prop == "wall":
            out += _wall(body)
        elif prop == "step":
            out += _step(body)
        elif prop == "mat":
            out += _mat(body)
    return out


def draw_solids(image: ByteImage, solids: list[Solid], camera: Camera, scale: float = 1.0) -> None:
    """Draw props, farthest first, in place."""
    for solid in sorted(solids, key=lambda s: -float(camera.depth_m(s.middle()))):
        if solid.balls is not None:
            fill(
                image,
                outline_px(solid.balls, camera, grow_px=1.2 * scale),
                shaded(solid.colour, 0.7),
            )
            fill(image, outline_px(solid.balls, camera), solid.colour)
        elif solid.corners is not None:
            _draw_box(image, solid.corners, solid.colour, camera, scale)


def _draw_box(
    image: ByteImage, corners: FloatArray, colour: Colour, camera: Camera, scale: float
) -> None:
    eye = np.array([0.0, camera.height_m, camera.distance_m])
    middle = corners.mean(0)
    for face in _FACES:
        points = corners[list(face)]
        outward = points.mean(0) - middle
        if float(outward @ (eye - points.mean(0))) <= 0.0:
            continue
        flat = camera.project_px(points)
        upward = outward[1] / max(float(np.linalg.norm(outward)), 1e-9)
        tone = 1.0 if upward > 0.9 else 0.88 if abs(outward[2]) >= abs(outward[0]) else 0.8
        fill(image, flat, shaded(colour, tone))
        line(image, flat, shaded(colour, 0.7), scale, closed=True)


def _axes_at(body: Body, row: int, place: FloatArray) -> _Axes:
    forward = body.frames["pelvis"][row][:, 2].copy()
    if abs(forward[1]) > 0.7:  # lying: along the trunk
        forward = body.frames["pelvis"][row][:, 1].copy()
    forward[1] = 0.0
    forward /= max(float(np.linalg.norm(forward)), 1e-9)
    floor = np.array([place[0], 0.0, place[2]])
    return _Axes(floor, np.cross([0.0, 1.0, 0.0], forward), forward)


def _chair(body: Body) -> list[Solid]:
    """Under the hips of who sits; else where a hand can hold its back."""
    hips = body.joints["mid_hip"]
    row = int(np.argmin(hips[:, 1]))
    if hips[row, 1] < _SITS_BELOW_M:
        return _chair_solids(_axes_at(body, row, hips[row]))
    axes = _axes_at(body, 0, hips[0])
    hands = [body.joints[f"{side}_wrist"] for side in ("left", "right")]
    reach = max(float((hand[0] - hips[0]) @ axes.forward) for hand in hands)
    if reach < _HOLDS_AHEAD_M:
        aside = axes.place + 0.6 * axes.left - 0.75 * axes.forward
        return _chair_solids(_Axes(aside, axes.left, axes.forward))
    ahead = axes.place + (reach + 0.05 + _HALF_SEAT_M) * axes.forward
    top = min(float(hand[:, 1].min()) for hand in hands) - 0.035
    return _chair_solids(_Axes(ahead, axes.left, axes.forward), max(top, 0.8))


def _chair_solids(axes: _Axes, top: float = 0.88) -> list[Solid]:
    half_leg = SEAT_HEIGHT_M / 2 - 0.02
    legs = [
        Solid(_WOOD, axes.box((x, half_leg, z), (0.02, half_leg, 0.02)))
        for x in (-0.2, 0.2)
        for z in (-0.19, 0.19)
    ]
    half_post = (top - SEAT_HEIGHT_M) / 2
    back = [
        Solid(
            _WOOD, axes.box((x, SEAT_HEIGHT_M + half_post, -_HALF_SEAT_M), (0.02, half_post, 0.02))
        )
        for x in (-0.2, 0.2)
    ]
    rest = Solid(_WOOD, axes.box((0.0, top - 0.09, -_HALF_SEAT_M), (0.21, 0.09, 0.015)))
    seat = Solid(_WOOD, axes.box((0.0, SEAT_HEIGHT_M - 0.045, 0.0), (0.22, 0.025, 0.22)))
    return [*legs, *back, rest, seat]


def _rod(start: FloatArray, end: FloatArray, radius: float, colour: Colour) -> Solid:
    centres = np.stack((start, end))
    return Solid(colour, balls=Part("rod", "prop", centres, np.full(2, radius)))


def _grip(body: Body, row: int, side: str) -> FloatArray:
    along = body.frames[f"{side}_hand"][row][:, 1]
    return np.asarray(body.joints[f"{side}_wrist"][row] - 0.075 * along)


def _dumbbell(body: Body, row: int, side: str) -> list[Solid]:
    grip = _grip(body, row, side)
    along = body.frames[f"{side}_hand"][row][:, 2]
    ends = [
        _rod(grip + sign * 0.07 * along, grip + sign * 0.1 * along, 0.045, _IRON)
        for sign in (-1.0, 1.0)
    ]
    return [_rod(grip - 0.07 * along, grip + 0.07 * along, 0.014, _STEEL), *ends]


def _barbell(body: Body, row: int) -> list[Solid]:
    left, right = _grip(body, row, "left"), _grip(body, row, "right")
    along = (left - right) / max(float(np.linalg.norm(left - right)), 1e-9)
    ends = (left + 0.42 * along, right - 0.42 * along)
    plates = [_rod(end - 0.01 * along, end + 0.01 * along, 0.13, _IRON) for end in ends]
    return [_rod(ends[0], ends[1], 0.014, _STEEL), *plates]


def _bar(body: Body) -> list[Solid]:
    left, right = (_grip(body, 0, side) for side in ("left", "right"))
    shoulders = float(body.joints["mid_shoulder"][0][1])
    if left[1] > shoulders:
        along = (left - right) / max(float(np.linalg.norm(left - right)), 1e-9)
        ends = (left + 0.35 * along, right - 0.35 * along)
        posts = [_rod(end, np.array([end[0], 0.0, end[2]]), 0.028, _STEEL) for end in ends]
        return [*posts, _rod(ends[0], ends[1], 0.018, _STEEL)]
    forward = _axes_at(body, 0, left).forward
    out = []
    for grip in (left, right):
        ends = (grip - 0.32 * forward, grip + 0.32 * forward)
        out += [_rod(end, np.array([end[0], 0.0, end[2]]), 0.022, _STEEL) for end in ends]
        out.append(_rod(ends[0], ends[1], 0.02, _STEEL))
    return out


def _band(spec: ExerciseSpec, body: Body, row: int) -> list[Solid]:
    left, right = (_grip(body, row, side) for side in ("left", "right"))
    if spec.motion.support == "seat":
        feet = [
            body.point(f"{side}_foot", f"{side}_ankle", (0.0, -0.06, 0.13))[0]
            for side in ("left", "right")
        ]
        anchor = np.mean(feet, axis=0)
        return [_rod(left, anchor, 0.008, _RUBBER), _rod(right, anchor, 0.008, _RUBBER)]
    return [_rod(left, right, 0.008, _RUBBER)]


def _wall(body: Body) -> list[Solid]:
    hips = body.joints["mid_hip"][0]
    axes = _axes_at(body, 0, hips)
    hands = [
        body.point(f"{side}_hand", f"{side}_wrist", (0.0, -0.05, 0.0)) for side in ("left", "right")
    ]
    ahead = max(float(((hand - hips) @ axes.forward).max()) for hand in hands)
    if ahead > 0.3:
        middle = ahead + 0.08
    else:  # the back leans against it
        back = body.point("chest", "mid_shoulder", (0.0, -0.12, -0.1)) - hips
        middle = float((back @ axes.forward).min()) - 0.06
    return [Solid(_WALL, axes.box((0.0, 1.1, middle), (0.75, 1.1, 0.05)))]


def _step(body: Body) -> list[Solid]:
    soles = np.concatenate(
        [
            body.point(f"{side}_foot", f"{side}_ankle", (0.0, -0.085, 0.05))
            for side in ("left", "right")
        ]
    )
    top = soles[np.argmax(soles[:, 1])]
    axes = _axes_at(body, 0, top)
    half = max(float(top[1]) / 2, 0.05)
    return [Solid(_WOOD, axes.box((0.0, half, 0.0), (0.35, half, 0.17)))]


def _mat(body: Body) -> list[Solid]:
    """Under everything that comes near the floor, along the longer way of it."""
    floor = body.keypoints[..., [0, 2]][body.keypoints[..., 1] < _NEAR_FLOOR_M]
    middle = (floor.max(0) + floor.min(0)) / 2
    _, _, directions = np.linalg.svd(floor - floor.mean(0), full_matrices=False)
    forward = np.array([directions[0, 0], 0.0, directions[0, 1]])
    axes = _Axes(np.array([middle[0], 0.0, middle[1]]), np.cross([0.0, 1.0, 0.0], forward), forward)
    half = float(max(np.ptp((floor - middle) @ directions[0]) / 2 + 0.12, 0.9))
    return [Solid(_MAT, axes.box((0.0, -0.006, 0.0), (0.33, 0.006, half)))]
