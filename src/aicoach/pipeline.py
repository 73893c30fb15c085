"""How frames travel: a straight loop over a file, the newest frame only when live.

Knows the ports and the tracker's shape, never a camera, a model or a window. The clock
is handed in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from aicoach.ports import FrameSource, PoseEstimator
    from aicoach.pose import Frame, Pose
    from aicoach.tracking.tracker import SetSummary, TrackerUpdate

Item = TypeVar("Item")
"""A frame, decoded or as it came."""
Clock = Callable[[], float]
Command = Literal["quit", "pause", "reset"]
Progress = Callable[[float], None]
"""Told the time of the newest frame, in seconds of the input."""

_RATE_WINDOW_S: Final = 2.0


class Tracker(Protocol):
    """Counts and judges one set; ``aicoach.tracking`` has them."""

    def step(self, t_s: float, pose: Pose | None) -> TrackerUpdate:
        """What one more frame changed."""
        ...

    def finish(self) -> TrackerUpdate:
        """What the end of the input changed."""
        ...

    def summary(self) -> SetSummary:
        """The set so far."""
        ...


FrameObserver = Callable[["Frame", "Pose | None", "TrackerUpdate"], None]
"""Sees every analysed frame: an annotated video, a recording."""


def analyse_poses(
    poses: Iterable[tuple[float, Pose | None]], tracker: Tracker, progress: Progress | None = None
) -> SetSummary:
    """Count and judge poses that are already known."""
    for t_s, pose in poses:
        tracker.step(t_s, pose)
        if progress:
            progress(t_s)
    tracker.finish()
    return tracker.summary()


def analyse_frames(
    frames: Iterable[Frame],
    estimator: PoseEstimator,
    tracker: Tracker,
    observers: Sequence[FrameObserver] = (),
    progress: Progress | None = None,
) -> SetSummary:
    """Find the person in every frame, count and judge. One frame is held at a time."""
    for frame in frames:
        pose = estimator.estimate(frame)
        update = tracker.step(frame.t_s, pose)
        for observe in observers:
            observe(frame, pose, update)
        if progress:
            progress(frame.t_s)
    tracker.finish()
    return tracker.summary()


class Mailbox(Generic[Item]):
    """Room for one frame: the newest wins, what was not taken in time is dropped and counted."""

    def __init__(self) -> None:
        self.dropped = 0
        self._changed = threading.Condition()
        self._frame: Item | None = None
        self._closed = False
        self._problem: BaseException | None = None

    def put(self, frame: Item) -> bool:
        """Leave a frame; False when nobody will take it any more."""
        with self._changed:
            if self._closed:
                return False
            self.dropped += self._frame is not None
            self._frame = frame
            self._changed.notify()
            return True

    def take(self, timeout_s: float) -> Item | None:
        """The newest frame, or None when none came in time, or no more will come.

        Raises what the source raised, once its last frame was taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed, timeout_s)
            frame, self._frame = self._frame, None
            if frame is None and self._problem is not None:
                raise self._problem
            return frame

    @property
    def closed(self) -> bool:
        """Whether no frame will come any more."""
        with self._changed:
            return self._closed and self._frame is None

    def close(self, problem: BaseException | None = None) -> None:
        """No frame will come any more, because of ``problem`` or because the source ended."""
        with self._changed:
            self._closed = True
            self._problem = self._problem or problem
            self._changed.notify_all()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFrame:
    """What a live window shows."""

    frame: Frame
    pose: Pose | None
    update: TrackerUpdate
    fps: float
    """Analysed frames per second over the last two seconds; NaN at first."""
    dropped: int
    """Frames that the camera gave while another one was analysed."""
    paused: bool


class RateMeter:
    """Frames per second over the recent past."""

    def __init__(self, window_s: float = _RATE_WINDOW_S) -> None:
        self._window_s = window_s
        self._times: deque[float] = deque()

    def step(self, t_s: float) -> float:
        """Count a frame shown at ``t_s``; the rate, or NaN for the first frame."""
        self._times.append(t_s)
        while t_s - self._times[0] > self._window_s:
            self._times.popleft()
        span_s = t_s - self._times[0]
        return (len(self._times) - 1) / span_s if span_s > 0 else float("nan")


class CameraThread:
    """A source that is read in a thread of its own; its newest frame waits in the mailbox.

    A context manager: entering opens the source, leaving ends the thread.
    """

    def __init__(self, source: FrameSource, patience_s: float = 5.0) -> None:
        self.mailbox: Mailbox[Frame] = Mailbox()
        self._source, self._patience_s = source, patience_s
        self._stack = ExitStack()

    def __enter__(self) -> CameraThread:
        source = self._stack.enter_context(self._source)
        thread = threading.Thread(target=self._capture, args=(source,), daemon=True)
        thread.start()
        self._stack.callback(thread.join, self._patience_s)
        self._stack.callback(self.mailbox.close)
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _capture(self, source: FrameSource) -> None:
        problem: BaseException | None = None
        try:
            for frame in source:
                if not self.mailbox.put(frame):
                    return
        except BaseException as raised:  # handed over to the thread that shows it
            problem = raised
        finally:
            self.mailbox.close(problem)


class LivePipeline:
    """Camera thread, mailbox, pose, tracker: iterate over it to see and steer.

    ``new_tracker`` makes the tracker of a set; ``reset`` begins a new one. While paused
    the tracker is told that nobody is seen, so that a half-finished movement can never
    be completed by what happens after the pause.
    """

    def __init__(
        self,
        source: FrameSource,
        estimator: PoseEstimator,
        new_tracker: Callable[[], Tracker],
        clock: Clock,
        patience_s: float = 5.0,
    ) -> None:
        self._estimator, self._clock = estimator, clock
        self._new_tracker, self._patience_s = new_tracker, patience_s
        self.tracker = new_tracker()
        self._camera = CameraThread(source, patience_s)
        self.mailbox = self._camera.mailbox
        self.n_analysed = 0
        """Frames that went to the tracker."""
        self._paused = False
        self._stopped = False

    def command(self, command: Command | None) -> None:
        """What the person at the keyboard asks for."""
        if command == "quit":
            self._stopped = True
        elif command == "pause":
            self._paused = not self._paused
        elif command == "reset":
            self.tracker = self._new_tracker()
            self._estimator.reset()

    def __iter__(self) -> Iterator[LiveFrame]:
        """Frames as they are analysed, until the source ends, fails, or ``quit``.

        Raises what the source raised; the tracker is finished in any case, so that its
        summary holds what was done until then.
        """
        try:
            with self._camera:
                yield from self._analysed()
        finally:
            self.tracker.finish()

    def _analysed(self) -> Iterator[LiveFrame]:
        meter = RateMeter()
        while not self._stopped:
            frame = self.mailbox.take(self._patience_s)
            if frame is None:
                if self.mailbox.closed:
                    return
                continue
            self.n_analysed += 1
            pose = None if self._paused else self._estimator.estimate(frame)
            yield LiveFrame(
                frame=frame,
                pose=pose,
                update=self.tracker.step(frame.t_s, pose),
                fps=meter.step(self._clock()),
                dropped=self.mailbox.dropped,
                paused=self._paused,
            )
