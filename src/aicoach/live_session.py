"""A guided session in front of a camera: frames, heart rate and keys become observations.

Knows the ports and the session, never a camera, a model or a window. The clock is handed
in.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from aicoach.errors import CoachError
from aicoach.observations import SourceEnded, TimePassed
from aicoach.pipeline import CameraThread, Clock

if TYPE_CHECKING:
    from aicoach.observations import Observation, PoseSeen
    from aicoach.ports import FrameSource, HeartRateSource
    from aicoach.pose import Frame, Pose
    from aicoach.session import Session, SessionUpdate
    from aicoach.session_events import Screen

Look = Callable[["Frame", "Screen | None"], "PoseSeen"]
"""What is seen in a frame, in the part of the session that is on."""
Listen = Callable[[float, "SessionUpdate | None"], "Sequence[Observation]"]
"""What was pressed or answered since the last time, stamped with the time given."""

_PATIENCE_S: Final = 0.1
"""Keys and the heart are heard so often even without a picture."""
_SHORTEST_S: Final = 0.001
"""Two frames are never stamped alike."""


def spare_what_is_there() -> None:
    """Take all that set-up made out of garbage collection, for the life of the process.

    Going through a catalogue and a model once more held a step for 50 ms. Once per process:
    what is spared while a session is on would never be let go.
    """
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMoment:
    """One step of the session, for the screen."""

    update: SessionUpdate
    frame: Frame | None
    """The newest picture; None before the first."""
    pose: Pose | None
    """On that picture."""


class FrameFeed(Protocol):
    """Gives the newest frame, stamped in seconds on the session's clock; a context manager."""

    @property
    def dropped(self) -> int:
        """Frames that came while another one was looked at."""
        ...

    @property
    def closed(self) -> bool:
        """Whether no frame will come any more."""
        ...

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame; None when none came in time. Raises what the source raised."""
        ...

    def __enter__(self) -> FrameFeed: ...
    def __exit__(self, *exc: object) -> None: ...


class CameraFeed:
    """Frames of a source that counts time from its own beginning, moved to the session's clock."""

    def __init__(self, source: FrameSource, clock: Clock) -> None:
        self._camera, self._clock = CameraThread(source), clock
        self._later_s: float | None = None

    @property
    def dropped(self) -> int:
        """Frames that came while another one was looked at."""
        return self._camera.mailbox.dropped

    @property
    def closed(self) -> bool:
        """Whether no frame will come any more."""
        return self._camera.mailbox.closed

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame; None when none came in time. Raises what the source raised."""
        frame = self._camera.mailbox.take(timeout_s)
        if frame is None:
            return None
        if self._later_s is None:
            self._later_s = self._clock() - frame.t_s
        return type(frame)(frame.t_s + self._later_s, frame.bgr)

    def __enter__(self) -> CameraFeed:
        self._camera.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._camera.__exit__(*exc)


class LiveSession:
    """Iterate over it until the session has ended.

    Everything of one round is stamped no later than the frame that closes it, so that the time
    of a movement is the time of its picture; and no earlier than the round before, when a frame
    was long on its way. When the source fails the session is told, finished, and what the
    source raised is raised after the last moment.
    """

    def __init__(
        self,
        *,
        feed: FrameFeed,
        look: Look,
        session: Session,
        clock: Clock,
        heart_rate: HeartRateSource | None = None,
        listen: Listen | None = None,
    ) -> None:
        self._feed = feed
        self._look, self._session, self._clock = look, session, clock
        self._heart_rate, self._listen = heart_rate, listen
        self._update: SessionUpdate | None = None
        self._frame: Frame | None = None
        self._pose: Pose | None = None
        self._newest_s, self._framed_s = 0.0, -1.0
        self.n_steps = 0
        """Observations that reached the session."""

    @property
    def dropped(self) -> int:
        """Frames that came while another one was looked at."""
        return self._feed.dropped

    def __iter__(self) -> Iterator[LiveMoment]:
        """Every step, as it happens."""
        with self._feed:
            while not self._session.ended:
                try:
                    frame = self._feed.take(_PATIENCE_S)
                except CoachError as lost:
                    yield from self._close(str(lost))
                    raise
                if frame is None and self._feed.closed:
                    yield from self._close("")
                    return
                yield from self._round(frame)

    def _round(self, frame: Frame | None) -> Iterator[LiveMoment]:
        t_s = self._clock() if frame is None else max(frame.t_s, self._framed_s + _SHORTEST_S)
        t_s = self._newest_s = max(self._newest_s, t_s)
        steps = self.n_steps
        if self._heart_rate is not None:
            for sample in self._heart_rate.poll(t_s):
                yield self._step(sample)
        if self._listen is not None:
            for observation in self._listen(t_s, self._update):
                yield self._step(observation)
        if frame is not None:
            self._frame = frame
            screen = self._update.screen if self._update else None
            seen = self._look(frame if frame.t_s == t_s else type(frame)(t_s, frame.bgr), screen)
            self._pose, self._framed_s = seen.pose, t_s
            yield self._step(seen)
        elif steps and steps == self.n_steps:  # the session goes by the clock all the same
            yield self._step(TimePassed(t_s=t_s))

    def _step(self, observation: Observation) -> LiveMoment:
        self.n_steps += 1
        self._update = self._session.step(observation)
        return LiveMoment(update=self._update, frame=self._frame, pose=self._pose)

    def _close(self, detail: str) -> Iterator[LiveMoment]:
        """The source gives no more pictures: the session hears of it and says goodbye."""
        if not self.n_steps:
            return
        t_s = max(self._newest_s, self._clock())
        yield self._step(SourceEnded(t_s=t_s, reason="broken" if detail else "end", detail=detail))
        update = self._session.finish(t_s, "picture_ended")
        yield LiveMoment(update=update, frame=self._frame, pose=None)
