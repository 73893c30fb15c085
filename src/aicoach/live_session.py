"""A guided session in front of a camera: frames, heart rate and keys become observations.

Knows the ports and the session, never a camera, a model or a window. The clock is handed
in.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.errors import CoachError
from aicoach.observations import SourceEnded
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


def spare_what_is_there() -> None:
    """Take all that set-up made out of garbage collection, for the life of the process.

    Going through a catalogue and a model once more held a step for 50 ms.
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


class LiveSession:
    """Iterate over it until the session has ended.

    Frames count from when the camera began; they are moved to the session's clock. Everything
    of one round is stamped no later than the frame that closes it, so that the time of a
    movement is the time of its picture. When the source fails the session is
    told, finished, and what the source raised is raised after the last moment.
    """

    def __init__(
        self,
        *,
        source: FrameSource,
        look: Look,
        session: Session,
        clock: Clock,
        heart_rate: HeartRateSource | None = None,
        listen: Listen | None = None,
    ) -> None:
        self._camera = CameraThread(source)
        self._look, self._session, self._clock = look, session, clock
        self._heart_rate, self._listen = heart_rate, listen
        self._update: SessionUpdate | None = None
        self._frame: Frame | None = None
        self._pose: Pose | None = None
        self._later_s: float | None = None
        self.n_steps = 0
        """Observations that reached the session."""

    @property
    def dropped(self) -> int:
        """Frames that came while another one was looked at."""
        return self._camera.mailbox.dropped

    def __iter__(self) -> Iterator[LiveMoment]:
        """Every step, as it happens."""
        spare_what_is_there()
        with self._camera:
            while not self._session.ended:
                try:
                    frame = self._camera.mailbox.take(_PATIENCE_S)
                except CoachError as lost:
                    yield from self._close(str(lost))
                    raise
                if frame is None and self._camera.mailbox.closed:
                    yield from self._close("")
                    return
                yield from self._round(None if frame is None else self._on_clock(frame))

    def _on_clock(self, frame: Frame) -> Frame:
        if self._later_s is None:
            self._later_s = self._clock() - frame.t_s
        return type(frame)(frame.t_s + self._later_s, frame.bgr)

    def _round(self, frame: Frame | None) -> Iterator[LiveMoment]:
        t_s = self._clock() if frame is None else frame.t_s
        if self._heart_rate is not None:
            for sample in self._heart_rate.poll(t_s):
                yield self._step(sample)
        if self._listen is not None:
            for observation in self._listen(t_s, self._update):
                yield self._step(observation)
        if frame is not None:
            self._frame = frame
            seen = self._look(frame, self._update.screen if self._update else None)
            self._pose = seen.pose
            yield self._step(seen)

    def _step(self, observation: Observation) -> LiveMoment:
        self.n_steps += 1
        self._update = self._session.step(observation)
        return LiveMoment(update=self._update, frame=self._frame, pose=self._pose)

    def _close(self, detail: str) -> Iterator[LiveMoment]:
        """The source gives no more pictures: the session hears of it and says goodbye."""
        if not self.n_steps:
            return
        t_s = self._clock()
        yield self._step(SourceEnded(t_s=t_s, reason="broken" if detail else "end", detail=detail))
        update = self._session.finish(t_s, "picture_ended")
        yield LiveMoment(update=update, frame=self._frame, pose=None)
