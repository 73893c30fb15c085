"""A watcher that looks at nothing: poses that were recorded before, played by time.

A fake of the edge of the world, public so that others can test their screens with it. Everything
after the pose is the real thing.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Final

from aicoach.observations import PoseSeen
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.pose import Frame, Pose


_LONGEST_STEP_S: Final = 0.25


class TapedWatcher:
    """Plays a tape, over and over; where pictures stay away for longer, it waits for them.

    So a busy computer leaves nothing out of a movement.

    Parameters
    ----------
    tape
        Times in seconds and poses, in order of time.
    only_in_sets
        Begin anew with every set, and stand in the first pose between them.
    """

    def __init__(
        self, tape: Sequence[tuple[float, Pose | None]], *, only_in_sets: bool = True
    ) -> None:
        self._tape, self._only_in_sets = tape, only_in_sets
        self._times = [t_s for t_s, _ in tape]
        self._length_s = self._times[-1] - self._times[0]
        self._before_s: float | None = None
        self._played_s = 0.0
        self.closed = False

    def look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        """The pose of this moment of the tape."""
        busy = screen is Screen.EXERCISE_SET
        if not busy and self._only_in_sets:
            self.reset()
        elif self._before_s is not None:
            self._played_s += min(frame.t_s - self._before_s, _LONGEST_STEP_S)
        if busy or self._before_s is not None:
            self._before_s = frame.t_s
        at_s = self._times[0] + (self._played_s % self._length_s if self._length_s else 0.0)
        pose = self._tape[bisect.bisect_right(self._times, at_s) - 1][1]
        return PoseSeen(t_s=frame.t_s, pose=pose, people=1, brightness=0.5)

    def share(self, *, alone: bool) -> None:
        """A tape needs no core."""

    def reset(self) -> None:
        """Play from the beginning."""
        self._before_s, self._played_s = None, 0.0

    def close(self) -> None:
        """Remember that it was let go."""
        self.closed = True
