"""What all parts of a session share: plan, coach, guard, what was answered, what happened."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from aicoach.coaching.coach import QUESTION, Coach
from aicoach.coaching.requests import InBoth
from aicoach.session_events import (
    AnswerTaken,
    Asked,
    CuePriority,
    LimitInForce,
    Noticed,
    Paused,
    Resumed,
    StaffNotified,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from aicoach.catalog.session_settings import SessionSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.coaching.requests import Place
    from aicoach.events import Event, View
    from aicoach.intensity.guard import IntensityGuard
    from aicoach.kinematics import Features
    from aicoach.limits import ExerciseLimits, Limit, SessionLimits
    from aicoach.observations import Answer, AnswerValue
    from aicoach.pose import Pose
    from aicoach.prescription import Block, Prescription
    from aicoach.screening.enrolment import Clearance
    from aicoach.session.stage import Stage
    from aicoach.session_events import Happening, IntensityAlert
    from aicoach.tracking.tracker import TrackerUpdate

Controls = Literal["voice", "keys", "screen"]
_ENDS: Final = ("nothing", "set", "exercise", "session")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """One thing that happened, when, and what caused it."""

    t_s: float
    cause: str
    event: Event | Happening


@dataclass(slots=True)
class Sight:
    """The newest frame as the session sees it."""

    t_s: float = 0.0
    pose: Pose | None = None
    features: Features | None = None
    view: View = "unknown"
    people: int | None = None
    brightness: float | None = None
    last_seen_s: float | None = None
    """When somebody was seen last; None before the first time."""


@dataclass(slots=True)
class Question:
    """What the resident is being asked."""

    id: str
    phrase: str
    patience_s: float
    heard_s: float | None = None
    """When the question had been said; patience begins there."""
    asked_twice: bool = False


@dataclass(slots=True)
class Room:
    """Handed to every stage; only the session and its stages change it."""

    plan: Prescription
    catalog: Mapping[str, ExerciseSpec]
    today: date
    coach: Coach
    settings: SessionSettings
    clearance: Clearance | None
    strap_expected: bool
    demonstration: bool
    session_of_week: int | None
    view: View | None = None
    """Where the camera stands, where that was told."""
    staff_present: bool = False
    controls: Controls = "voice"
    """How the resident reaches the session."""
    guard: IntensityGuard | None = None
    limits: SessionLimits | None = None
    sight: Sight = field(default_factory=Sight)
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    """Questions to which nobody said anything the last time."""
    question: Question | None = None
    program: deque[Stage] = field(default_factory=deque)
    blocks: tuple[Block, ...] = ()
    part: str = ""
    tracker: TrackerUpdate | None = None
    """Newest update of the set under way."""
    ends: str = "nothing"
    """The most that an alert of this step has ended."""
    ended_by: str = ""
    paused_by: str = ""
    """Rule of the guard or source of the command that makes everything wait; empty: nobody."""
    paused_since_s: float | None = None
    pauses_s: float = 0.0
    """Seconds that all pauses that are over have taken."""
    done_sets: int = 0
    planned_sets: int = 0
    cool_down_s: float = 0.0
    """Time to be left for cooling down."""
    why_ended: str = ""
    emergency: bool = False
    """Something was felt for which an ambulance may be needed."""
    left_silent: bool = False
    """Somebody fell and never said a word."""
    ranges_on: set[str] = field(default_factory=set)
    """Rules of the range of motion that are on."""
    happened: list[SessionEvent] = field(default_factory=list)

    def clock(self, t_s: float) -> float:
        """Session time without the pauses: what the stages measure their patience by."""
        return (t_s if self.paused_since_s is None else self.paused_since_s) - self.pauses_s

    def pause(self, t_s: float, by: str) -> None:
        """Everything waits from now on; a pause that is on stays whose it is."""
        if self.paused_by:
            return
        self.paused_by, self.paused_since_s = by, t_s
        if self.guard is not None:
            self.alerts(self.guard.pause(t_s))
        self.coach.mute()
        self.note(t_s, Paused(by=by), by)

    def resume(self, t_s: float, by: str) -> None:
        """The pause is over, if there is one."""
        if self.paused_since_s is None:
            return
        self.pauses_s += t_s - self.paused_since_s
        self.paused_by, self.paused_since_s = "", None
        if self.guard is not None:
            self.alerts(self.guard.resume(t_s))
        self.coach.unmute()
        self.note(t_s, Resumed(by=by), by)

    def note(self, t_s: float, event: Event | Happening, cause: str) -> None:
        """Something happened."""
        self.happened.append(SessionEvent(t_s=t_s, cause=cause, event=event))

    def notice(self, t_s: float, what: str, detail: str = "", cause: str = "session") -> None:
        """Something that staff may want to know."""
        self.note(t_s, Noticed(what=what, detail=detail), cause)

    def say(
        self,
        t_s: float,
        key: str,
        priority: CuePriority = CuePriority.GUIDE,
        *,
        subject: str = "",
        cause: str = "",
        **places: Place,
    ) -> None:
        """The coach says something of the session."""
        told: dict[str, Any] = dict(places)
        self.coach.say(t_s, key, priority, subject=subject, cause=cause or key, **told)

    def name_of(self, exercise: str) -> InBoth:
        """The exercise's name in both languages."""
        names = self.catalog[exercise].names
        return InBoth(zh=names.zh, en=names.en)

    # -- questions ---------------------------------------------------------------------------

    def ask(self, t_s: float, question: str, phrase: str, patience_s: float | None = None) -> None:
        """Ask; an answer is awaited for ``patience_s``."""
        wait_s = self.settings.talk.answer_s if patience_s is None else patience_s
        self.question = Question(id=question, phrase=phrase, patience_s=wait_s)
        self.note(t_s, Asked(question=question), self.part or "session")
        self.say(t_s, phrase, subject=QUESTION, cause=question)

    def take(self, answer: Answer) -> None:
        """An answer came; it is kept, and the question it belongs to is closed."""
        self.answers[answer.question] = answer.value
        self.unanswered.discard(answer.question)
        self.note(
            answer.t_s,
            AnswerTaken(question=answer.question, value=answer.value, by=answer.by),
            "answer",
        )
        if self.question is not None and self.question.id == answer.question:
            self.question = None
            self.coach.answered(answer.t_s, thank=False)

    def wait_for_answer(self, t_s: float) -> bool:
        """Whether a question is still open; repeats it once, then takes it as not known."""
        question = self.question
        if question is None:
            return False
        if question.heard_s is None:
            question.heard_s = t_s if self.coach.quiet(t_s) else None
            return True
        waited_s = t_s - question.heard_s
        if waited_s >= question.patience_s:
            self.question = None
            self.answers.setdefault(question.id, None)
            self.unanswered.add(question.id)
            self.note(
                t_s, AnswerTaken(question=question.id, value=None, by="nobody"), "no answer in time"
            )
            self.coach.answered(t_s, thank=False)
            return False
        talk = self.settings.talk
        again_s = min(talk.ask_again_s, question.patience_s / 2.0)
        if waited_s >= again_s and not question.asked_twice:
            question.asked_twice = True
            self.say(t_s, question.phrase, subject=QUESTION, cause=question.id)
        return True

    # -- alerts ------------------------------------------------------------------------------

    def alerts(self, alerts: Iterable[IntensityAlert]) -> None:
        """Pass on what the guard found: to the voice, to the log, to whoever must act."""
        for alert in alerts:
            self.note(alert.t_s, alert, alert.rule)
            self.coach.alert(alert)
            if alert.rule.startswith("RANGE-"):  # a limit that cannot be watched is near too
                (self.ranges_on.discard if alert.cleared else self.ranges_on.add)(alert.rule)
            if alert.cleared:
                continue
            if alert.rule == "HR-LOST":
                self.say(alert.t_s, "session.strap.lost", subject="strap", cause=alert.rule)
            if alert.notify_staff:
                self.note(alert.t_s, StaffNotified(why=alert.rule), alert.rule)
            if _ENDS.index(alert.ends) > _ENDS.index(self.ends):
                self.ends, self.ended_by = alert.ends, alert.rule

    @property
    def near_range_limit(self) -> bool:
        """Whether nobody may be asked to go further."""
        return bool(self.ranges_on)

    def limits_of(self, exercise: str) -> ExerciseLimits | None:
        """The limits of an exercise."""
        if self.limits is None:
            return None
        return next((one for one in self.limits.exercises if one.exercise == exercise), None)

    def guard_exercise(self, t_s: float, exercise: str, *, anew: bool = True) -> None:
        """The guard goes by this exercise; ``anew=False``: unless it does so already."""
        guard, limits = self.guard, self.limits_of(exercise)
        if guard is None or limits is None or (guard.exercise == exercise and not anew):
            return
        self.ranges_on.clear()
        self.alerts(guard.begin_exercise(t_s, limits, self.catalog[exercise]))

    def tell_limits(self, t_s: float) -> None:
        """Write down every limit that holds, with its author."""
        limits = self.limits
        if limits is None:
            return
        heart, effort = limits.heart_rate, limits.effort
        whole: list[tuple[str, Limit | None]] = [
            ("heart_rate_lower", heart.lower),
            ("heart_rate_upper", heart.upper),
            ("heart_rate_hard_cap", heart.hard_cap),
            ("effort_upper", effort.rpe_upper),
            ("effort_stop", effort.rpe_stop),
            ("pain_stop", effort.pain_stop),
            ("session_longest", limits.longest_s),
        ]
        for what, limit in whole:
            self._tell_limit(t_s, what, None, limit)
        for exercise in dict.fromkeys(block.exercise for block in self.blocks):
            mine = self.limits_of(exercise)
            if mine is None:
                continue
            joints = (mine.joint, *mine.more_joints)
            self._tell_limit(t_s, "cadence", exercise, mine.cadence_per_min)
            self._tell_limit(t_s, "hold", exercise, mine.longest_hold_s)
            for joint in joints:
                if joint is not None:
                    self._tell_limit(t_s, joint.feature, exercise, joint.hard_limit)

    def _tell_limit(self, t_s: float, what: str, exercise: str | None, limit: Limit | None) -> None:
        if limit is None:
            return
        told = LimitInForce(
            what=what, exercise=exercise, value=limit.value, unit=limit.unit,
            author=limit.author, source=limit.source,
        )  # fmt: skip
        self.note(t_s, told, "prescription")
