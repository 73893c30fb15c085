"""Tables 3, 8 and 10: synthetic people, and pictures through the pose model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aicoach.bench.counting.machine import (
    Count,
    as_idle,
    count_as_all,
    count_poses,
    counted_exercises,
    in_parallel,
    trial,
)
from aicoach.bench.counting.material import Material, reps_range
from aicoach.bench.counting.trials import (
    Figure,
    Section,
    Trial,
    false_counts,
    share_in_range,
)
from aicoach.catalog.spec import ExerciseSpec, View
from aicoach.kinematics import features_of_track
from aicoach.synth import IDLE_ALLOWED, IDLE_KINDS, SCENARIOS, idle, perform

if TYPE_CHECKING:
    from aicoach.pose import Pose

Say = Callable[[str], None]

IDLE_MINUTES: Final = 200
_MINUTE_S: Final = 60.0
_VIEWS: Final[tuple[View, ...]] = ("front", "oblique", "side")
_IDLE_FPS: Final = (10.0, 15.0, 30.0)
SET_FPS: Final = (8.0, 15.0, 30.0)
_SET_REPS: Final = 5
_SET_NOISE: Final = 0.01
_SET_SEED: Final = 3


@dataclass(frozen=True, slots=True)
class IdleMinute:
    """A job: one minute of somebody who does not exercise."""

    kind: str
    view: View
    fps: float
    seed: int

    @property
    def name(self) -> str:
        """All that is needed to play it again."""
        return f"{self.kind}, {self.view}, {self.fps:g} fps, seed {self.seed}"


def idle_minutes(n: int) -> tuple[IdleMinute, ...]:
    """The first ``n`` minutes: every kind in turn, in changing views, at changing rates."""
    minutes = []
    for i in range(n):
        turn, kind = divmod(i, len(IDLE_KINDS))
        minutes.append(
            IdleMinute(
                IDLE_KINDS[kind],
                _VIEWS[turn % len(_VIEWS)],
                _IDLE_FPS[(turn + turn // len(_IDLE_FPS)) % len(_IDLE_FPS)],
                turn,
            )
        )
    return tuple(minutes)


def count_idle_minute(job: tuple[IdleMinute, tuple[ExerciseSpec, ...]]) -> dict[str, Count]:
    """What is counted in it, by exercise; features are computed once."""
    minute, exercises = job
    track = idle(
        minute.kind, duration_s=_MINUTE_S, view=minute.view, fps=minute.fps, seed=minute.seed
    )
    return count_as_all((features_of_track(track), exercises))


def synthetic_idle(material: Material, minutes: int, say: Say) -> Section:
    """Synthetic people who do not exercise, asked for every exercise."""
    exercises = counted_exercises(material.catalog.values())
    played = [m for m in idle_minutes(minutes) if material.wants("synthetic-idle", m.kind)]
    jobs = [(minute, exercises) for minute in played]
    trials: list[Trial] = []
    for done, (minute, counts) in enumerate(
        zip(played, in_parallel(count_idle_minute, jobs), strict=True), start=1
    ):
        trials += as_idle(minute.name, IDLE_ALLOWED.get(minute.kind, {}), counts)
        if done % 20 == 0 or done == len(jobs):
            false = sum(t.off for t in trials)
            say(f"synthetic idle: {done} of {len(jobs)} min, {false} false counts")
    return Section(
        key="synthetic-idle",
        title="Synthetic idle people, as every exercise",
        figures=(
            false_counts(trials, 0),
            Figure(what="minutes", value=len(jobs), trials=len(jobs)),
        ),
        trials=tuple(trials),
    )


def scenarios(material: Material) -> Section:
    """The sixteen scenarios that peers miscount, pose by pose."""
    trials = []
    for scenario in SCENARIOS:
        if material.wants("scenarios", scenario.name):
            spec = material.catalog[scenario.exercise]
            count = count_poses(spec, scenario.play().poses(), scenario.target_rom_deg)
            trials.append(trial(scenario.name, spec.id, (scenario.truth, scenario.truth), count))
    return Section(
        key="scenarios",
        title="Field scenarios",
        figures=(share_in_range(trials, 1.0, "exact"),),
        trials=tuple(trials),
    )


@dataclass(frozen=True, slots=True)
class PlayedSet:
    """A job: one set of an exercise."""

    spec: ExerciseSpec
    view: View
    fps: float
    mirror: bool

    @property
    def name(self) -> str:
        """All that is needed to play it again."""
        return f"{self.view}, {self.fps:g} fps{', mirrored' * self.mirror}"


def count_played_set(job: PlayedSet) -> tuple[int, Count]:
    """True repetitions (of a hold: one) and counted ones."""
    performance = perform(
        job.spec,
        reps=_SET_REPS,
        view=job.view,
        fps=job.fps,
        mirror=job.mirror,
        noise=_SET_NOISE,
        seed=_SET_SEED,
    )
    return performance.truth.reps, count_poses(job.spec, performance.track.poses())


def exercise_sets(material: Material, say: Say) -> Section:
    """One set of every exercise in each of its views, three rates, both mirror images."""
    jobs = [
        PlayedSet(spec, view, fps, mirror)
        for spec in material.catalog.values()
        if material.wants("sets", spec.id)
        for view in spec.views
        for fps in SET_FPS
        for mirror in (False, True)
    ]
    trials = []
    for done, (job, (truth, count)) in enumerate(
        zip(jobs, in_parallel(count_played_set, jobs), strict=True), start=1
    ):
        trials.append(trial(job.name, job.spec.id, (truth, truth), count))
        if done % 100 == 0 or done == len(jobs):
            wrong = sum(t.off != 0 for t in trials)
            say(f"exercise sets: {done} of {len(jobs)}, {wrong} not exact")
    return Section(
        key="sets",
        title="Every exercise's own set",
        figures=(share_in_range(trials, 1.0, "exact"),),
        trials=tuple(trials),
    )


def clips(material: Material, say: Say) -> Section:
    """Videos through the pose model; those of nobody's exercise as every exercise."""
    trials: list[Trial] = []
    for row in material.labels("recordings"):
        name = row["video"].rpartition(".")[0]
        if not name or not material.wants("clips", name):
            continue
        poses = _poses_of(material.folder / "clips" / row["video"])
        say(f"clips: {name} read, {len(poses)} frames")
        if row["exercise"] == "none":
            wanted = {spec.id: (0, 0) for spec in counted_exercises(material.catalog.values())}
        else:
            wanted = {row["exercise"]: reps_range(row)}
        trials += [
            trial(name, exercise, reps, count_poses(material.catalog[exercise], poses))
            for exercise, reps in wanted.items()
        ]
    sets = [t for t in trials if t.high > 0]
    nobody = [t for t in trials if t.high == 0]
    return Section(
        key="clips",
        title="Clips from pixels",
        figures=(
            share_in_range(sets, 1.0),
            false_counts(nobody, 0, "false counts in clips without exercise"),
        ),
        trials=tuple(trials),
    )


def _poses_of(path: Path) -> list[tuple[float, Pose | None]]:
    from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415 - needs a model
    from aicoach.adapters.video import VideoReader  # noqa: PLC0415

    estimator = OnnxPoseEstimator()
    with VideoReader(path) as video:
        poses = [(frame.t_s, estimator.estimate(frame)) for frame in video]
    estimator.close()
    return poses
