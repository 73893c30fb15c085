"""Frames travel in order over a file; live, the newest wins and nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aicoach.errors import CameraError, CameraProblem
from aicoach.pipeline import (
    LivePipeline,
    Mailbox,
    RateMeter,
    analyse_frames,
    analyse_poses,
)
from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints

PICTURE = np.zeros((4, 4, 3), np.uint8)


def frame(t_s: float) -> Frame:
    return Frame(t_s, PICTURE)


def pose(t_s: float) -> Pose:
    image = ImageKeypoints(np.full((33, 3), 0.5), (4, 4))
    return Pose(t_s, image, WorldKeypoints(np.zeros((33, 3))), np.ones(33))


class FakeEstimator:
    """Sees a person in every frame; can be made to wait."""

    def __init__(self, gate: threading.Event | None = None) -> None:
        self.gate, self.resets = gate, 0
        self.times: list[float] = []

    def estimate(self, frame: Frame) -> Pose | None:
        if self.gate:
            assert self.gate.wait(5.0)
        self.times.append(frame.t_s)
        return pose(frame.t_s)

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        pass


class FakeTracker:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, bool]] = []
        self.finished = 0

    def step(self, t_s: float, pose: Pose | None) -> Any:
        self.steps.append((t_s, pose is not None))
        return SimpleNamespace(t_s=t_s)

    def finish(self) -> Any:
        self.finished += 1
        return SimpleNamespace()

    def summary(self) -> Any:
        return self.steps


class FakeSource:
    """Gives frames, then ends or raises."""

    def __init__(self, frames: list[Frame], problem: Exception | None = None) -> None:
        self.frames, self.problem, self.closed = frames, problem, False

    def __enter__(self) -> FakeSource:
        return self

    def __exit__(self, *exc: object) -> None:
        self.closed = True

    def __iter__(self) -> Iterator[Frame]:
        yield from self.frames
        if self.problem:
            raise self.problem


class OneAtATime(FakeSource):
    """Gives the next frame when the one before was analysed, as a slow camera does."""

    def __init__(self, n: int, analysed: list[float]) -> None:
        super().__init__([frame(float(i)) for i in range(n)])
        self.analysed = analysed
        self.go = threading.Semaphore(1)

    def __iter__(self) -> Iterator[Frame]:
        for item in self.frames:
            assert self.go.acquire(timeout=5.0)
            yield item


def clock() -> Any:
    ticks = count()
    return lambda: next(ticks) * 0.1


def test_a_recording_is_stepped_row_by_row_and_finished() -> None:
    tracker, seen = FakeTracker(), []
    summary = analyse_poses([(0.0, pose(0.0)), (0.1, None)], tracker, seen.append)
    assert summary == [(0.0, True), (0.1, False)]
    assert (tracker.finished, seen) == (1, [0.0, 0.1])


def test_a_video_is_analysed_frame_by_frame_and_observers_see_each() -> None:
    tracker, seen = FakeTracker(), []
    analyse_frames(
        [frame(0.0), frame(0.1)],
        FakeEstimator(),
        tracker,
        [lambda item, found, update: seen.append((item.t_s, found is not None, update.t_s))],
    )
    assert seen == [(0.0, True, 0.0), (0.1, True, 0.1)]
    assert tracker.finished == 1


def test_the_mailbox_keeps_the_newest_and_counts_what_it_dropped() -> None:
    box = Mailbox()
    for t_s in (1.0, 2.0, 3.0):
        box.put(frame(t_s))
    taken = box.take(0.0)
    assert taken is not None
    assert (taken.t_s, box.dropped) == (3.0, 2)
    assert box.take(0.0) is None


def test_a_closed_mailbox_gives_its_last_frame_before_the_problem() -> None:
    box = Mailbox()
    box.put(frame(1.0))
    box.close(RuntimeError("cable"))
    assert not box.closed
    assert box.take(0.0) is not None
    with pytest.raises(RuntimeError, match="cable"):
        box.take(0.0)
    assert box.put(frame(2.0)) is False


def test_the_rate_is_that_of_the_last_two_seconds() -> None:
    meter = RateMeter()
    assert np.isnan(meter.step(0.0))
    for i in range(1, 20):
        meter.step(i * 1.0)
    rates = [meter.step(19.0 + i * 0.1) for i in range(1, 40)]
    assert rates[-1] == pytest.approx(10.0)


def live(source: FakeSource, estimator: FakeEstimator | None = None) -> LivePipeline:
    return LivePipeline(source, estimator or FakeEstimator(), FakeTracker, clock())


def test_live_frames_that_arrive_during_the_analysis_are_dropped_but_the_newest() -> None:
    gate = threading.Event()
    source = FakeSource([frame(float(i)) for i in range(50)])
    pipeline = live(source, estimator := FakeEstimator(gate))
    runner = threading.Thread(target=lambda: list(pipeline))
    runner.start()
    while not pipeline.mailbox._closed:  # the source has given all it has
        runner.join(0.005)
    gate.set()
    runner.join(5.0)
    assert not runner.is_alive()
    assert estimator.times[-1] == 49.0
    assert len(estimator.times) <= 2
    assert pipeline.mailbox.dropped == 50 - len(estimator.times)


def test_quit_ends_the_loop_finishes_the_set_and_releases_the_camera() -> None:
    source = FakeSource([frame(0.0)])
    pipeline = live(source)
    tracker = pipeline.tracker
    for _ in pipeline:
        pipeline.command("quit")
    assert source.closed
    assert isinstance(tracker, FakeTracker)
    assert tracker.finished == 1


def test_while_paused_the_tracker_is_told_that_nobody_is_seen() -> None:
    estimator = FakeEstimator()
    source = OneAtATime(4, estimator.times)
    pipeline = live(source, estimator)
    tracker = pipeline.tracker
    for item in pipeline:
        pipeline.command("pause" if item.frame.t_s in (0.0, 2.0) else None)
        source.go.release()
    assert isinstance(tracker, FakeTracker)
    assert tracker.steps == [(0.0, True), (1.0, False), (2.0, False), (3.0, True)]


def test_reset_begins_a_new_set_with_a_new_tracker() -> None:
    estimator = FakeEstimator()
    source = OneAtATime(3, estimator.times)
    pipeline = live(source, estimator)
    first = pipeline.tracker
    for item in pipeline:
        pipeline.command("reset" if item.frame.t_s == 0.0 else None)
        source.go.release()
    assert pipeline.tracker is not first
    assert pipeline.tracker.summary() == [(1.0, True), (2.0, True)]
    assert estimator.resets == 1


def test_a_camera_that_fails_ends_the_loop_with_its_error_after_the_last_frame() -> None:
    problem = CameraError(0, CameraProblem.UNPLUGGED, "check the cable")
    source = FakeSource([frame(0.0)], problem)
    pipeline = live(source)
    seen = []
    with pytest.raises(CameraError) as raised:
        seen.extend(item.frame.t_s for item in pipeline)
    assert raised.value is problem
    assert source.closed
    assert pipeline.n_analysed == 1
