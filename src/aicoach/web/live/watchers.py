"""A bounded pool of warm pose objects, and a gate that lets only as many work as there are cores.

A pose object costs a third of a second to make and twenty megabytes to keep, so it is made once,
lent to one live session, and lent again.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aicoach.observations import PoseSeen
    from aicoach.pose import Frame
    from aicoach.session_events import Screen


class Watcher(Protocol):
    """Looks at the frames of one resident. Not thread-safe."""

    def look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        """What is seen in a frame, in the part of the session that is on."""
        ...

    def reset(self) -> None:
        """Forget the resident: the next frame is of another session."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class PoseWatcher:
    """Follows the resident who took the ready pose, with the pose model."""

    def __init__(self) -> None:
        from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415 - slow to load
        from aicoach.tracking.station import Station  # noqa: PLC0415
        from aicoach.visit.watching import watching  # noqa: PLC0415

        self._estimator = OnnxPoseEstimator(threads=2, station=Station(wait_for_ready=True))
        self.look = watching(self._estimator)
        self.reset = self._estimator.reset
        self.close = self._estimator.close


class Turnstile:
    """Lets so many through at once, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # whoever leaves opens it

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Watchers:
    """The pool.

    Parameters
    ----------
    most
        So many live sessions at once.
    make
        Makes a watcher; called for the first ``most`` loans only.
    """

    def __init__(self, most: int, make: Callable[[], Watcher] = PoseWatcher) -> None:
        self.most = most
        self._make = make
        self._lock = threading.Lock()
        self._idle: list[Watcher] = []
        self._lent = 0
        self.turnstile = Turnstile(cores())

    @property
    def lent(self) -> int:
        """Watchers in use."""
        return self._lent

    @property
    def made(self) -> int:
        """Watchers that exist."""
        with self._lock:
            return self._lent + len(self._idle)

    def warm(self, number: int = 1) -> None:
        """Make some before anybody asks."""
        while True:
            with self._lock:
                if self._lent + len(self._idle) >= min(number, self.most):
                    return
            made = self._make()
            with self._lock:
                self._idle.append(made)

    def take(self) -> Watcher | None:
        """A watcher for one session; None: all are in use. Give it back."""
        with self._lock:
            if self._lent >= self.most:
                return None
            self._lent += 1
            watcher = self._idle.pop() if self._idle else None
        if watcher is not None:
            return watcher
        try:
            return self._make()
        except BaseException:
            with self._lock:
                self._lent -= 1
            raise

    def give_back(self, watcher: Watcher) -> None:
        """The session is over: the watcher forgets whom it followed."""
        watcher.reset()
        with self._lock:
            self._lent -= 1
            self._idle.append(watcher)

    def close(self) -> None:
        """Let go of those that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for watcher in idle:
            watcher.close()


def cores() -> int:
    """Cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on this system
        return max(1, os.cpu_count() or 1)
