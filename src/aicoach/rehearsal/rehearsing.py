"""Everything that acts on a session, brought together: it runs as fast as it can compute."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from aicoach.observations import Answer, PoseSeen, TimePassed
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aicoach.observations import AnswerValue, Observation
    from aicoach.ports import HeartRateSource
    from aicoach.pose import Pose
    from aicoach.session import Session, SessionUpdate

_WATCHED: Final = frozenset({Screen.EXERCISE_SET, Screen.COUNTDOWN, Screen.CAMERA_SETUP})
"""Screens in which every frame counts; elsewhere a few a second are enough."""
_CALM_FPS: Final = 5.0
_STAYS_S: Final = 1.0
_NEARLY: Final = 0.9
_WELL: Final[Mapping[str, AnswerValue]] = {
    "unwell": False,
    "chest_breath": False,
    "dizzy_weak": False,
    "medicine_change": False,
    "meal_alcohol": False,
    "pain": 0.0,
    "systolic_mmhg": 126.0,
    "diastolic_mmhg": 78.0,
    "glucose_mmol": 7.2,
    "resting_hr_bpm": 70.0,
    "spo2_pct": 97.0,
    "weight_gain_kg": 0.0,
    "temperature_c": 36.5,
    "falls_12_months": 0.0,
    "effort": 4.0,
    "talk": "talk",
    "symptom": False,
}


class Performer(Protocol):
    """Whoever stands in front of the camera."""

    def seen(self, t_s: float, moment: SessionUpdate | None) -> PoseSeen | None:
        """What the camera sees at ``t_s``, after ``moment``; None: the camera gives nothing."""
        ...


class Silence(Enum):
    """Not answering, which is another thing than not knowing."""

    SILENT = "silent"


SILENT: Final = Silence.SILENT
Responder = Callable[[str], "AnswerValue | Silence"]
"""Answers a question by its id; None does not know, ``SILENT`` says nothing."""
Interruption = Callable[[float, "SessionUpdate"], "Sequence[Observation]"]
"""What else happens at a moment: a button, a word, a lost strap."""


def well(answers: Mapping[str, AnswerValue] | None = None) -> Responder:
    """Answers like somebody who feels well, except for ``answers``.

    Every yes-or-no question that is not known here is answered with no.
    """
    given = {**_WELL, **(answers or {})}
    return lambda question: given.get(question, False)


@dataclass(slots=True)
class TapedPerformer:
    """Plays known poses whenever a set is on, from the beginning; stands still otherwise.

    Between sets, and when the tape is over, its first good picture of a person is shown.
    """

    tape: Sequence[tuple[float, Pose | None]]
    _began_s: float | None = None
    _at: int = 0
    _stands: Pose | None = None
    _looked: bool = False

    def seen(self, t_s: float, moment: SessionUpdate | None) -> PoseSeen:
        """The picture of the tape that belongs to this moment."""
        exercising = moment is not None and moment.screen is Screen.EXERCISE_SET
        if not exercising:
            self._began_s = None
            return PoseSeen(t_s=t_s, pose=self._still(t_s))
        if self._began_s is None:
            self._began_s, self._at = t_s, 0
        into_s = t_s - self._began_s + self.tape[0][0]
        while self._at + 1 < len(self.tape) and self.tape[self._at + 1][0] <= into_s:
            self._at += 1
        if self._at + 1 == len(self.tape) and into_s > self.tape[-1][0] + 1.0:
            return PoseSeen(t_s=t_s, pose=self._still(t_s))
        return PoseSeen(t_s=t_s, pose=_at_time(self.tape[self._at][1], t_s))

    def _still(self, t_s: float) -> Pose | None:
        if not self._looked:
            self._stands, self._looked = first_good_pose(self.tape), True
        return _at_time(self._stands, t_s)


def first_good_pose(tape: Sequence[tuple[float, Pose | None]]) -> Pose | None:
    """The first pose of somebody who stays, seen nearly as well as then for most of the time.

    Who comes into the picture is seen badly at first, and not for long where it was nobody;
    that must not stand there for minutes. Without anybody who stays: the first one at all.
    """
    stays: list[Pose] = []
    began_s = 0.0
    for t_s, pose in (*tape, (math.inf, None)):
        if pose is not None:
            began_s = began_s if stays else t_s
            stays.append(pose)
            last_s = t_s
        elif stays and last_s - began_s >= _STAYS_S:
            break
        else:
            stays = []
    if not stays:
        return next((pose for _, pose in tape if pose is not None), None)
    scores = [math.fsum(pose.score.tolist()) for pose in stays]
    usual = sorted(scores)[len(scores) // 2]
    good = (pose for pose, score in zip(stays, scores, strict=True) if score >= _NEARLY * usual)
    return next(good, stays[0])


def _at_time(pose: Pose | None, t_s: float) -> Pose | None:
    if pose is None:
        return None
    return type(pose)(t_s, pose.image, pose.world, pose.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Everything that acts on a session.

    ``fps`` holds where frames count; in between time passes in larger steps.
    """

    performer: Performer
    respond: Responder
    heart_rate: HeartRateSource | None = None
    interrupt: Interruption | None = None
    fps: float = 15.0
    think_s: float = 1.5
    """From a question to its answer."""
    longest_s: float = 7200.0

    def run(self, session: Session) -> Iterator[tuple[Observation, SessionUpdate]]:
        """Let the session run to its end; every observation with what came of it."""
        t_s, update, talk = 0.0, None, _Conversation(self.respond, self.think_s)
        while not session.ended and t_s < self.longest_s:
            for sample in self.heart_rate.poll(t_s) if self.heart_rate is not None else ():
                update = session.step(sample)
                yield sample, update
            if update is not None:
                for observation in self.interrupt(t_s, update) if self.interrupt else ():
                    update = session.step(observation)
                    yield observation, update
                answer = talk.answer(t_s, update, quiet=session.room.coach.quiet(t_s))
                if answer is not None:
                    update = session.step(answer)
                    yield answer, update
            seen: Observation | None = self.performer.seen(t_s, update)
            if seen is None and update is not None:
                seen = TimePassed(t_s=t_s)
            if seen is not None:
                update = session.step(seen)
                yield seen, update
            watched = update is not None and update.screen in _WATCHED
            t_s += 1.0 / (self.fps if watched else min(self.fps, _CALM_FPS))
        if not session.ended:
            yield PoseSeen(t_s=t_s, pose=None), session.finish(t_s, "too_long")


@dataclass(slots=True)
class _Conversation:
    """Thinks a while, and answers when it is quiet."""

    respond: Responder
    think_s: float
    asked: str = ""
    answer_s: float = 0.0

    def answer(self, t_s: float, update: SessionUpdate, *, quiet: bool) -> Answer | None:
        if update.question is None:
            self.asked = ""
            return None
        if update.question != self.asked:
            self.asked, self.answer_s = update.question, t_s + self.think_s
        if t_s < self.answer_s or not quiet:
            return None
        value = self.respond(self.asked)
        self.answer_s = t_s + self.think_s
        if isinstance(value, Silence):
            return None
        return Answer(t_s=t_s, question=self.asked, value=value)
