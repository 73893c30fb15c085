"""A bounded pool of warm pose objects, and a gate that lets only as many work as there are cores.

A pose object is made once, lent to one live session, and lent again. The nets behind it are the
same for all: a third of a second to open and fifty megabytes to keep.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from aicoach.adapters.onnx_pose import Nets
    from aicoach.observations import PoseSeen
    from aicoach.pose import Frame
    from aicoach.session_events import Screen


class Watcher(Protocol):
    """Looks at the frames of one resident. Not thread-safe."""

    def look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        """What is seen in a frame, in the part of the session that is on."""
        ...

    def share(self, *, alone: bool) -> None:
        """Whether nobody else looks; may be said while a frame is looked at."""
        ...

    def reset(self) -> None:
        """Forget the resident: the next frame is of another session."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class PoseWatcher:
    """Follows the resident who took the ready pose, with the pose model.

    Alone it spreads each look over two cores; beside others one core each gets more done.
    """

    def __init__(self) -> None:
        from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415 - slow to load
        from aicoach.tracking.station import Station  # noqa: PLC0415
        from aicoach.visit.watching import watching  # noqa: PLC0415

        # Both are open from now on: nothing is opened in the middle of a set.
        self._narrow, self._wide = _nets(1), _nets(min(2, cores()))
        station = Station(wait_for_ready=True)
        self._estimator = OnnxPoseEstimator(station=station, nets=self._narrow)
        self.look = watching(self._estimator)
        self.reset = self._estimator.reset
        self.close = self._estimator.close

    def share(self, *, alone: bool) -> None:
        """Take the nets that suit."""
        self._estimator.nets = self._wide if alone else self._narrow


_opening: Final = threading.Lock()
_open: Final[dict[int, Nets]] = {}


def _nets(threads: int) -> Nets:
    """The nets of this process, by the threads that they run on."""
    from aicoach.adapters.onnx_pose import open_nets  # noqa: PLC0415 - slow to load

    with _opening:
        if threads not in _open:
            _open[threads] = open_nets(threads=threads)
        return _open[threads]


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
        self._in_use: list[Watcher] = []
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
        if watcher is None:
            try:
                watcher = self._make()
            except BaseException:
                with self._lock:
                    self._lent -= 1
                raise
        with self._lock:
            self._in_use.append(watcher)
            self._tell()
        return watcher

    def give_back(self, watcher: Watcher) -> None:
        """The session is over: the watcher forgets whom it followed."""
        watcher.reset()
        with self._lock:
            self._lent -= 1
            self._in_use.remove(watcher)
            self._idle.append(watcher)
            self._tell()

    def _tell(self) -> None:
        for watcher in self._in_use:
            watcher.share(alone=len(self._in_use) == 1)

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
