"""Free acting: a person who stands, walks, turns and gestures, written as a short script."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aicoach.pose import FloatArray, PoseTrack
from aicoach.skeleton import INDEX
from aicoach.synth.angles import ANGLE_INDEX, N_ANGLES, angle_row
from aicoach.synth.body import Body, BodyShape
from aicoach.synth.camera import Camera
from aicoach.synth.imperfections import Imperfections, degrade, without
from aicoach.synth.observation import far_side, observe
from aicoach.synth.stance import contact_path, stand

_HZ: Final = 40.0
_LOST_NEARER_M: Final = 0.9
"""So close to the camera nobody is found."""
_STEP_RAMP_S: Final = 0.4
_SWAY: Final = {
    "spine_lean": 0.8,
    "spine_flexion": 1.0,
    "spine_twist": 1.2,
    "neck_turn": 4.0,
    "neck_flexion": 2.5,
    **{f"shoulder_flexion.{side}": 1.8 for side in ("left", "right")},
    **{f"shoulder_abduction.{side}": 1.0 for side in ("left", "right")},
    **{f"elbow_flexion.{side}": 2.5 for side in ("left", "right")},
}
"""Standard deviation, degrees, of what nobody keeps still."""


@dataclass(slots=True)
class Script:
    """Directions to an actor, given one after the other; ``now_s`` is the time so far."""

    rng: np.random.Generator
    facing_deg: float = 0.0
    """Turn to the person's left, away from facing the camera."""
    place: tuple[float, float] = (0.0, 0.0)
    """Where the person starts: metres to the right of the picture and towards the camera."""
    now_s: float = 0.0
    restless: float = 1.0
    _keys: list[tuple[float, FloatArray]] = field(default_factory=list)
    _walks: list[tuple[float, float, float]] = field(default_factory=list)
    _absent: list[tuple[float, float]] = field(default_factory=list)
    _places: list[tuple[float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = angle_row(
            {"shoulder_flexion": 3.0, "shoulder_abduction": 9.0, "elbow_flexion": 12.0,
             "hip_abduction": 4.0, "knee_flexion": 3.0, "hip_flexion": 1.5},
            body={"yaw": self.facing_deg},
        )  # fmt: skip
        self._keys.append((0.0, start))
        self._places.append((0.0, *self.place))

    def begin(self, both: dict[str, float]) -> None:
        """Be in this pose when the script starts."""
        self._keys[0] = (0.0, angle_row(both, onto=self._keys[0][1]))

    @property
    def row(self) -> FloatArray:
        """The angles reached so far."""
        return self._keys[-1][1]

    def wait(self, seconds: float) -> None:
        """Stay as you are."""
        self.now_s += seconds
        self._keys.append((self.now_s, self.row))

    def go(
        self,
        seconds: float,
        both: dict[str, float] | None = None,
        left: dict[str, float] | None = None,
        right: dict[str, float] | None = None,
        body: dict[str, float] | None = None,
    ) -> None:
        """Move to other angles; those not named stay."""
        self.now_s += seconds
        self._keys.append((self.now_s, angle_row(both, left, right, body, onto=self.row)))

    def relax(self, seconds: float) -> None:
        """Back to standing at ease, facing the same way."""
        row = np.array(self._keys[0][1])
        row[ANGLE_INDEX["yaw"]] = self.row[ANGLE_INDEX["yaw"]]
        self.now_s += seconds
        self._keys.append((self.now_s, row))

    def turn(self, degrees: float, seconds: float) -> None:
        """Turn to your left."""
        self.go(seconds, body={"yaw": float(self.row[ANGLE_INDEX["yaw"]]) + degrees})

    def face(self, degrees: float, seconds: float) -> None:
        """Turn until you face this way."""
        self.go(seconds, body={"yaw": degrees})

    def walk(self, seconds: float, cadence: float = 1.75) -> None:
        """Walk ahead; ``cadence`` in steps per second."""
        self._walks.append((self.now_s, self.now_s + seconds, cadence))
        self.wait(seconds)

    def absent(self, seconds: float) -> None:
        """Be out of the picture."""
        self._absent.append((self.now_s, self.now_s + seconds))
        self.wait(seconds)

    def appear_at(self, x_m: float, z_m: float) -> None:
        """Be somewhere else from now on (while out of the picture)."""
        self._places.append((self.now_s, x_m, z_m))

    def chance(self, low: float, high: float) -> float:
        """A number between two."""
        return float(self.rng.uniform(low, high))

    def angles(self, t_s: FloatArray) -> FloatArray:
        """Joint angles over time, with gait and restlessness; shape (T, N_ANGLES)."""
        times = np.array([t for t, _ in self._keys])
        rows = np.array([row for _, row in self._keys])
        i = np.clip(np.searchsorted(times, t_s, side="right") - 1, 0, len(times) - 2)
        share = (t_s - times[i]) / np.maximum(times[i + 1] - times[i], 1e-6)
        eased = (1.0 - np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2.0
        out = rows[i] + eased[:, None] * (rows[i + 1] - rows[i])
        out = out + self.restless * _unrest(t_s, self.rng)
        for start, end, cadence in self._walks:
            out += _gait(t_s, start, end, cadence)
        return np.asarray(out)

    def body(self, t_s: FloatArray, shape: BodyShape | None = None) -> Body:
        """The acted body in the scene."""
        inner_t = np.arange(int(max(self.now_s, float(t_s[-1])) * _HZ) + 2) / _HZ
        angles = self.angles(inner_t)
        inner = stand(angles, "feet", shape=shape)
        path = contact_path(inner, "feet")
        jumps = np.zeros_like(path)
        for start, *place in self._places:
            after = inner_t >= start
            jumps[after] = np.array(place) - path[int(np.argmax(after))]
        path = path + jumps
        columns = [np.interp(t_s, inner_t, angles[:, i]) for i in range(N_ANGLES)]
        body = stand(np.stack(columns, axis=-1), "feet", shape=shape)
        shift = np.zeros((len(t_s), 3))
        for column, axis in ((0, 0), (1, 2)):
            shift[:, axis] = np.interp(t_s, inner_t, path[:, column])
        return body.shifted(shift)

    def play(
        self,
        *,
        duration_s: float,
        fps: float,
        imperfections: Imperfections,
        camera: Camera | None = None,
    ) -> PoseTrack:
        """What a pose model reports of the acting."""
        camera = camera or Camera()
        t_s = np.arange(int(duration_s * fps)) / fps
        body = self.body(t_s)
        track = observe(t_s, body, camera)
        track = degrade(track, imperfections, far_side(body.keypoints), self.rng)
        lost = ~_in_sight(track, body, camera)
        for start, end in self._absent:
            lost |= (t_s >= start) & (t_s < end)
        return without(track, lost)


def _in_sight(track: PoseTrack, body: Body, camera: Camera) -> NDArray[np.bool_]:
    x = track.image_xyzs[:, [INDEX["left_hip"], INDEX["right_hip"]], 0].mean(-1)
    near = camera.distance_m - body.joints["mid_hip"][:, 2] < _LOST_NEARER_M
    seen = np.isfinite(x)
    x = np.nan_to_num(x)
    return np.asarray(seen & (x > -0.02) & (x < 1.02) & ~near, dtype=bool)


def _unrest(t_s: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Slow wandering of trunk, head and arms; shape (T, N_ANGLES), degrees."""
    out = np.zeros((len(t_s), N_ANGLES))
    for name, size in _SWAY.items():
        for period in (rng.uniform(3.0, 5.0), rng.uniform(6.0, 12.0), rng.uniform(1.5, 2.5)):
            out[:, ANGLE_INDEX[name]] += (
                0.8 * size * np.sin(2 * np.pi * (t_s / period + rng.random()))
            )
    return out


def _gait(t_s: FloatArray, start: float, end: float, cadence: float) -> FloatArray:
    """Angles of walking on top of standing; shape (T, N_ANGLES)."""
    out = np.zeros((len(t_s), N_ANGLES))
    ramp = np.clip(np.minimum(t_s - start, end - t_s) / _STEP_RAMP_S, 0.0, 1.0)
    size = ramp * ramp * (3.0 - 2.0 * ramp)
    turn = np.pi * cadence * (t_s - start)
    for side, phase in (("left", turn), ("right", turn + np.pi)):
        swing = np.sin(phase)
        lag = np.angle(np.exp(1j * (phase + np.radians(25.0))))
        bend = np.exp(-((lag / np.radians(48.0)) ** 2))
        out[:, ANGLE_INDEX[f"hip_flexion.{side}"]] = size * (6.0 + 21.0 * swing + 6.0 * bend)
        out[:, ANGLE_INDEX[f"knee_flexion.{side}"]] = size * (4.0 + 50.0 * bend)
        out[:, ANGLE_INDEX[f"shoulder_flexion.{side}"]] = size * (-18.0 * swing + 3.0)
        out[:, ANGLE_INDEX[f"elbow_flexion.{side}"]] = size * (6.0 - 8.0 * swing)
    return out
