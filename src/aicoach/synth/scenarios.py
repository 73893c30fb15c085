"""The sixteen stress scenarios (FIELD.md): what residents do and peers miscount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.catalog.loader import load_catalog
from aicoach.synth.acting import Script
from aicoach.synth.angles import ANGLE_INDEX
from aicoach.synth.camera import view_yaw_deg
from aicoach.synth.imperfections import Imperfections
from aicoach.synth.motion import motion_path
from aicoach.synth.people import with_bystander
from aicoach.synth.performance import perform

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, View
    from aicoach.pose import PoseTrack

_REPS: Final = 10
_CAMERA_NOISE: Final = 0.012
_SEED: Final = 2026
_STILL_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: asked for ``exercise``, a coach must count ``truth``."""

    name: str
    exercise: str
    truth: int
    target_rom_deg: float | None
    """Prescribed flexion of the knee at the target pose, None: the file's."""
    _play: Callable[[ExerciseSpec], PoseTrack]

    def play(self) -> PoseTrack:
        """The track a pose model would give; always the same."""
        return self._play(load_catalog()[self.exercise])


def knee_phase(spec: ExerciseSpec, flexion_deg: float) -> float:
    """The phase of the exercise at which the knee is bent by so many degrees."""
    path = motion_path(spec.motion)
    knees = path.out_angles[:, ANGLE_INDEX["knee_flexion.left"]]
    return float((flexion_deg - knees[0]) / (knees[-1] - knees[0]))


def _squats(
    included_deg: float,
    view: View = "side",
    *,
    fps: float = 30.0,
    cycle_s: float = 3.0,
    top_deg: float | None = None,
    how: Imperfections | None = None,
) -> Callable[[ExerciseSpec], PoseTrack]:
    def play(spec: ExerciseSpec) -> PoseTrack:
        return perform(
            spec,
            reps=_REPS,
            view=view,
            fps=fps,
            cycle_s=cycle_s,
            rom=knee_phase(spec, 180.0 - included_deg),
            rest_phase=0.0 if top_deg is None else knee_phase(spec, 180.0 - top_deg),
            imperfections=how or Imperfections(noise=_CAMERA_NOISE),
            seed=_SEED,
        ).track

    return play


def _with_holds(spec: ExerciseSpec) -> PoseTrack:
    tempo = spec.tempo.model_copy(
        update={"eccentric_s": 1.5, "bottom_s": 2.0, "concentric_s": 1.5, "top_s": 0.5}
    )
    return _squats(70.0, cycle_s=5.5, how=Imperfections(noise=0.03))(
        spec.model_copy(update={"tempo": tempo})
    )


def _chair_stands(spec: ExerciseSpec) -> PoseTrack:
    return perform(
        spec, reps=_REPS, view="side", cycle_s=3.5, noise=_CAMERA_NOISE, seed=_SEED
    ).track


def _march(view: View) -> Callable[[ExerciseSpec], PoseTrack]:
    def play(_: ExerciseSpec) -> PoseTrack:
        script = Script(np.random.default_rng(_SEED), facing_deg=view_yaw_deg(view))
        script.wait(1.0)
        for i in range(40):
            up = {"hip_flexion": 75.0, "knee_flexion": 80.0}
            down = {"hip_flexion": 1.5, "knee_flexion": 3.0}
            if i % 2:
                script.go(0.4, right=up)
                script.go(0.4, right=down)
            else:
                script.go(0.4, left=up)
                script.go(0.4, left=down)
        script.wait(1.0)
        return script.play(
            duration_s=script.now_s, fps=30.0, imperfections=Imperfections(noise=_CAMERA_NOISE)
        )

    return play


def _still(spec: ExerciseSpec) -> PoseTrack:
    del spec
    script = Script(np.random.default_rng(_SEED), facing_deg=view_yaw_deg("side"))
    script.wait(_STILL_S)
    return script.play(duration_s=_STILL_S, fps=30.0, imperfections=Imperfections(noise=0.04))


def _bystander(spec: ExerciseSpec) -> PoseTrack:
    track = _squats(70.0)(spec)
    # Once while standing, once on the way down, once on the way up.
    times = [(6.6, 7.6), (13.3, 14.3), (23.8, 24.8)]
    return with_bystander(track, times, seed=_SEED)


SCENARIOS: Final[tuple[Scenario, ...]] = (
    Scenario("side_full_70deg", "squat", _REPS, None, _squats(70.0)),
    Scenario("side_parallel_90deg", "squat", _REPS, None, _squats(90.0)),
    Scenario("side_mini_120deg", "squat", _REPS, 60.0, _squats(120.0)),
    Scenario("side_fast_1.0s", "squat", _REPS, None, _squats(70.0, cycle_s=1.0)),
    Scenario("side_10fps", "squat", _REPS, None, _squats(70.0, fps=10.0)),
    Scenario("front_full_70deg", "squat", _REPS, None, _squats(70.0, "front")),
    Scenario("oblique45_full_70deg", "squat", _REPS, None, _squats(70.0, "oblique")),
    Scenario("oblique45_parallel_90deg", "squat", _REPS, None, _squats(90.0, "oblique")),
    Scenario("side_hold2s_jitter", "squat", _REPS, None, _with_holds),
    Scenario("side_no_lockout_150top", "squat", _REPS, None, _squats(70.0, top_deg=150.0)),
    Scenario("chair_stand_side_95deg", "sit_to_stand", _REPS, None, _chair_stands),
    Scenario("marching_not_squat_side", "squat", 0, None, _march("side")),
    Scenario("marching_not_squat_front", "squat", 0, None, _march("front")),
    Scenario("standing_still_jitter", "squat", 0, None, _still),
    Scenario("bystander_steals_1s_x3", "squat", _REPS, None, _bystander),
    Scenario(
        "dropout_25pct",
        "squat",
        _REPS,
        None,
        _squats(70.0, how=Imperfections(noise=_CAMERA_NOISE, drop_out=0.25)),
    ),
)
