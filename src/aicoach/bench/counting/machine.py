"""Runs the counting machine over features or poses, and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final, TypeVar

import numpy as np

from aicoach.bench.counting.trials import Trial
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import ExerciseSpec
from aicoach.kinematics import FeatureTrack
from aicoach.pose import Pose
from aicoach.tracking.repetitions import CountUpdate, RepetitionCounter
from aicoach.tracking.tracker import ExerciseTracker

WORKERS: Final = 2
_STORY_PARTS: Final = 8

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted, and the story of it."""

    repetitions: int
    story: str


def count_features(spec: ExerciseSpec, track: FeatureTrack) -> Count:
    """Step the counter through a track; rows without any feature are nobody."""
    counter = RepetitionCounter(spec, counting_settings())
    seen = np.asarray(np.isfinite(track.values).any(axis=1))
    updates = [
        counter.step(float(track.t_s[i]), track.row(i) if seen[i] else None)
        for i in range(len(track))
    ]
    if len(track):
        updates.append(counter.finish(float(track.t_s[-1])))
    return Count(counter.count, _story(updates))


def count_poses(
    spec: ExerciseSpec,
    poses: Iterable[tuple[float, Pose | None]],
    target_rom_deg: float | None = None,
) -> Count:
    """Step a tracker through poses; of a hold, count the accepted ones."""
    tracker = ExerciseTracker(spec, target_rom_deg=target_rom_deg)
    for t_s, pose in poses:
        tracker.step(t_s, pose)
    tracker.finish()
    summary = tracker.summary()
    accepted = [_span(r.start_s, r.end_s) for r in summary.repetitions]
    accepted += [_span(h.start_s, h.end_s) for h in summary.holds if h.accepted]
    refused = [
        f"{_span(r.start_s, r.end_s)} {r.reason.value} ({r.detail})" for r in summary.rejected
    ]
    refused += [
        f"{_span(h.start_s, h.end_s)} ended by {h.ended_by} ({h.reason})"
        for h in summary.holds
        if not h.accepted
    ]
    counted = len(accepted) if spec.kind == "hold" else summary.count
    return Count(counted, _told(accepted, refused))


def trial(name: str, exercise: str, wanted: tuple[int, int], count: Count) -> Trial:
    """A trial; its story is kept if the count is wrong."""
    low, high = wanted
    right = low <= count.repetitions <= high
    return Trial(
        name=name,
        exercise=exercise,
        low=low,
        high=high,
        counted=count.repetitions,
        story="" if right else count.story,
    )


def counted_exercises(catalog: Iterable[ExerciseSpec]) -> tuple[ExerciseSpec, ...]:
    """The exercises that have repetitions."""
    return tuple(spec for spec in catalog if spec.kind != "hold")


def count_as_all(job: tuple[FeatureTrack, tuple[ExerciseSpec, ...]]) -> dict[str, Count]:
    """A job: the counts of one clip, asked for several exercises."""
    features, exercises = job
    return {spec.id: count_features(spec, features) for spec in exercises}


def as_idle(name: str, allowed: Mapping[str, int], counts: Mapping[str, Count]) -> list[Trial]:
    """Trials of a clip in which nobody exercises, less what may fairly be counted."""
    return [
        trial(name, exercise, (0, allowed.get(exercise, 0)), count)
        for exercise, count in counts.items()
    ]


def in_parallel(
    function: Callable[[Job], Result], jobs: Sequence[Job], workers: int = WORKERS
) -> Iterator[Result]:
    """Results in the order of the jobs; in this process where there is one job or worker.

    ``function`` must be a module's own, so that another process finds it.
    """
    if workers < 2 or len(jobs) < 2:
        yield from map(function, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(function, jobs)


def _story(updates: Iterable[CountUpdate]) -> str:
    accepted, refused = [], []
    for update in updates:
        accepted += [_span(e.cycle.start_s, e.cycle.end_s) for e in update.accepted]
        refused += [
            f"{_span(r.start_s, r.end_s)} {r.reason.value} ({r.detail})" for r in update.rejected
        ]
    return _told(accepted, refused)


def _told(accepted: list[str], refused: list[str]) -> str:
    parts = []
    for word, items in (("counted", accepted), ("refused", refused)):
        if items:
            more = f" and {len(items) - _STORY_PARTS} more" * (len(items) > _STORY_PARTS)
            parts.append(f"{word} {', '.join(items[:_STORY_PARTS])}{more}")
    return "; ".join(parts) or "no movement seen"


def _span(start_s: float, end_s: float) -> str:
    return f"{start_s:.1f}-{end_s:.1f} s"
