"""Before the exercise: greeting, pre-check, strap, and a good picture."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from aicoach.coaching.requests import KeyOf
from aicoach.errors import CoachError
from aicoach.intensity.guard import IntensityGuard
from aicoach.limits import stricter
from aicoach.observations import HeartRateSample
from aicoach.prescription import require_runnable, session_blocks, session_limits, state_of
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.session_limits import limits_and_problems
from aicoach.screening import Outcome, evaluate, questions_for, standing_limits
from aicoach.screening.outcomes import ReleaseError, ScreeningInputError
from aicoach.screening.pre_check import check_answer
from aicoach.screening.symptoms import load_symptoms
from aicoach.session.camera_view import camera_problem
from aicoach.session.program import stages_of
from aicoach.session.stage import Stage
from aicoach.session.start_decision import (
    context_of,
    gravest,
    lifted,
    may_be_lifted,
    own_limits,
    screened,
)
from aicoach.session_events import ExerciseReplaced, Screen, StaffNotified

if TYPE_CHECKING:
    from aicoach.observations import Answer, AnswerValue, HeartRateLink, StaffLift
    from aicoach.screening import Question as AskedToday
    from aicoach.screening import ScreeningResult
    from aicoach.screening.pre_check import ScreeningContext
    from aicoach.session.room import Room


_HOW_TO_STOP: Final = {
    "voice": "session.how_to_stop",
    "keys": "session.how_to_stop_by_key",
    "screen": "session.how_to_stop_by_button",
}


def read_rules(room: Room) -> None:
    """Read all the rules now, so that no step of the session waits for a disk."""
    symptoms = load_symptoms()
    with suppress(CoachError):  # a plan that is refused is refused when it is decided
        limits = session_limits(room.plan, room.catalog, room.today, demonstration=True)
        IntensityGuard(limits, symptoms=symptoms)
        session_blocks(room.plan, room.catalog)
        evaluate({}, context_of(room))
        questions_for(context_of(room), {})


class CheckIn(Stage):
    """Says hello, how to stop and how to pause."""

    screen: ClassVar[Screen] = Screen.CHECK_IN

    def begin(self, room: Room, t_s: float) -> None:
        """Greet."""
        room.say(t_s, "session.greeting")
        room.say(t_s, "session.camera_only_watches")
        room.say(t_s, _HOW_TO_STOP[room.controls])
        room.say(t_s, "session.how_to_pause")

    def done(self, room: Room, t_s: float) -> bool:
        """Everything was said."""
        return self.spoken(room, t_s)


class PreCheck(Stage):
    """Asks the day's questions and decides whether and how there is exercise today."""

    screen: ClassVar[Screen] = Screen.PRE_CHECK

    def __init__(self) -> None:
        super().__init__()
        self._context: ScreeningContext | None = None
        self._given: dict[str, AnswerValue] = {}
        self._unusable: Counter[str] = Counter()
        self._refusal = ""
        """Why the plan may not be carried out today, whatever is answered."""
        self._decided = False
        self._result: ScreeningResult | None = None
        """What the session of today is yet to be made of."""
        self._held: ScreeningResult | None = None
        """Not today, unless the staff who are here lift it."""
        self._held_s = 0.0
        """``Room.clock`` since when they may."""
        self._ahead: tuple[str, ...] = ()
        self._listed = False

    def begin(self, room: Room, t_s: float) -> None:
        """Begin to ask."""
        self._context = context_of(room)
        try:
            require_runnable(
                room.plan, room.catalog, room.today, demonstration=room.demonstration,
                name=room.plan.id,
            )  # fmt: skip
        except CoachError as problem:  # said where the day is decided
            self._refusal = str(problem)
        room.say(t_s, "session.pre_check.intro")

    def answered(self, room: Room, answer: Answer) -> None:
        """Keep an answer of the pre-check that makes sense; ask again where it does not."""
        try:
            self._given[answer.question] = check_answer(answer.question, answer.value)
        except ScreeningInputError as problem:
            room.notice(answer.t_s, "answer_not_usable", str(problem), "answer")
            if any(question.id == answer.question for question in self._asked()):
                room.answers.pop(answer.question, None)
                self._unusable[answer.question] += 1
                if self._unusable[answer.question] >= room.settings.pre_check.tries:
                    self._given[answer.question] = None
                room.say(answer.t_s, "session.answer.not_understood", subject="answer")

    def _asked(self) -> tuple[AskedToday, ...]:
        assert self._context is not None  # made on entering
        return questions_for(self._context, self._given)

    @property
    def ahead(self) -> tuple[str, ...]:
        """Questions whose plain answer is "no" or "none", and that are still open."""
        return tuple(one for one in self._ahead if one not in self._given)

    def _ask(self, room: Room, t_s: float, question: AskedToday) -> None:
        """One question; on a screen that shows the list, the list, with time to read it."""
        if room.controls == "screen" and len(self.ahead) > 1 and not self._listed:
            self._listed = True
            longest = room.settings.pre_check.list_patience
            patience_s = room.settings.talk.answer_s * min(len(self.ahead), longest)
            room.ask(t_s, question.id, "session.pre_check.list", patience_s)
            return
        room.ask(t_s, question.id, question.ask)

    def done(self, room: Room, t_s: float) -> bool:
        """Ask the next one; after the last one, decide."""
        if room.wait_for_answer(t_s):
            return False
        asked = self._asked()
        self._ahead = tuple(one.id for one in asked if one.kind in ("yes_no", "scale"))
        for question in asked:
            if question.id not in self._given:
                if question.id in room.answers and room.answers[question.id] is None:
                    self._given[question.id] = None
                    continue
                self._ask(room, t_s, question)
                return False
        if not self._decided:
            self._decided = True
            self._result = self._decide(room, t_s)
            return False
        if self._result is not None:  # in a step of its own: each is short
            result, self._result = self._result, None
            self._plan_today(room, t_s, result)
            return False
        if self._held is not None:
            waited_s = room.clock(t_s) - self._held_s
            if waited_s < room.settings.pre_check.lift_s:
                return False
            self._give_up(room)
        return self.spoken(room, t_s)

    def lifted(self, room: Room, lift: StaffLift) -> None:
        """Staff lift what keeps the resident from starting; who and why is written down."""
        what = f"{', '.join(lift.rules)} by {lift.by} ({lift.role}): {lift.reason}"
        if self._held is None:
            room.notice(lift.t_s, "lift_refused", f"{what}; nothing waits for it", lift.by)
            return
        try:
            result = lifted(self._held, lift)
        except ReleaseError as problem:
            room.notice(lift.t_s, "lift_refused", f"{what}; {problem}", lift.by)
            return
        self._held = None
        room.notice(lift.t_s, "lifted", what, lift.by)
        self._note(room, lift.t_s, result, lift.by)
        self._result = self._begin_day(room, lift.t_s, result)

    def _give_up(self, room: Room) -> None:
        assert self._held is not None  # asked before
        room.why_ended = self._held.outcome.name.lower()
        self._held = None

    def _decide(self, room: Room, t_s: float) -> ScreeningResult | None:
        """The outcome and the limits; None: there is no exercise today."""
        assert self._context is not None  # made on entering
        result = evaluate(self._given, self._context)
        self._note(room, t_s, result, "pre-check")
        if result.notify_staff:
            why = result.reasons[0].rule if result.reasons else "pre-check"
            room.note(t_s, StaffNotified(why=why), "pre-check")
        if result.outcome >= Outcome.REFER:
            self._turn_away(room, t_s, result)
            return None
        return self._begin_day(room, t_s, result)

    @staticmethod
    def _note(room: Room, t_s: float, result: ScreeningResult, cause: str) -> None:
        room.note(t_s, screened(result), cause)
        for said in own_limits(result):
            room.notice(t_s, "start_limit", said, "prescription")

    def _begin_day(self, room: Room, t_s: float, result: ScreeningResult) -> ScreeningResult | None:
        """The limits of today; None: the plan may not be carried out."""
        if self._refusal:  # never a session without its limits
            room.notice(t_s, "plan_refused", self._refusal, "prescription")
            room.note(t_s, StaffNotified(why="plan_refused"), "prescription")
            state = state_of(room.plan, room.today)
            room.say(t_s, f"session.plan.{_REFUSED.get(state, 'refused')}")
            room.why_ended = "plan_refused"
            return None
        room.limits = limits_and_problems(room.plan, room.catalog, room.today, result.limits).limits
        if result.outcome is Outcome.LIMITED and result.reasons:
            room.say(t_s, "session.check.limited", reason=gravest(result))
        else:
            room.say(t_s, "session.check.go")
        due = room.plan.review_due
        if due is not None and due <= room.today:
            room.notice(t_s, "review_due", due.isoformat(), "prescription")
            room.say(t_s, "session.plan.review_due")
        return result

    def _plan_today(self, room: Room, t_s: float, result: ScreeningResult) -> None:
        """Blocks, guard and program, and what is said of them."""
        assert room.limits is not None  # computed with the decision
        today = session_blocks(
            room.plan, room.catalog, result.limits, session_of_week=room.session_of_week
        )
        room.blocks = today.blocks
        room.guard = IntensityGuard(room.limits, symptoms=load_symptoms())
        room.tell_limits(t_s)
        for replacement in today.replacements:
            planned = replacement.planned
            told_why = tuple(hindrance.name for hindrance in planned.why)
            room.note(
                t_s,
                ExerciseReplaced(planned=planned.asked, instead=planned.exercise, why=told_why),
                "screening",
            )
            places: dict[str, Any] = {
                "exercise": room.name_of(planned.asked),
                "because": KeyOf(planned.because),
            }
            if planned.exercise is not None:
                places["substitute"] = room.name_of(planned.exercise)
            room.say(t_s, planned.phrase, **places)
        standing = standing_limits(conditions_of(room.plan))
        for advice in stricter(standing, result.limits).advice:
            room.say(t_s, advice)
        minutes = max(1, round(sum(block.expected_s for block in room.blocks) / 60.0))
        n_exercises = len({b.exercise for b in room.blocks if b.part == "main"})
        room.say(t_s, "session.today", exercises=n_exercises, minutes=minutes)
        room.program.extend(stages_of(room))

    def _turn_away(self, room: Room, t_s: float, result: ScreeningResult) -> None:
        blocked = result.outcome is Outcome.BLOCK
        key = "session.check.blocked" if blocked else "session.check.refer"
        room.say(t_s, key, reason=gravest(result))
        self._held, self._held_s = result, room.clock(t_s)
        if room.staff_present and may_be_lifted(result):
            room.say(t_s, "session.check.ask_staff")
            return
        room.say(t_s, "session.check.rest_well" if blocked else "session.check.ask_staff")
        self._give_up(room)


_REFUSED: Final = {"draft": "unsigned", "example": "unsigned", "unsigned": "unsigned"}
"""What is said of a plan that the screening let pass and the prescription did not."""


class Strap(Stage):
    """Waits for a heart rate where one is to come."""

    screen: ClassVar[Screen] = Screen.STRAP

    def __init__(self) -> None:
        super().__init__()
        self._found = self._told = False

    def begin(self, room: Room, t_s: float) -> None:
        """Ask for it, where it is expected."""
        self._found = self._found or self._has_rate(room)
        if not self._found and (room.strap_expected or self._required(room)):
            room.say(t_s, "session.strap.put_on", subject="strap")
            room.say(t_s, "session.strap.searching", subject="strap search")

    def heart_rate(self, room: Room, observed: HeartRateSample | HeartRateLink) -> None:
        """The first good packet is enough; one without contact asks for a moment of care."""
        if not isinstance(observed, HeartRateSample):
            return
        if observed.contact is False:
            room.say(observed.t_s, "session.strap.no_contact", subject="strap")
        elif observed.bpm:
            if not self._found:
                room.say(observed.t_s, "session.strap.found", subject="strap")
            self._found = True

    def done(self, room: Room, t_s: float) -> bool:
        """Found, or waited long enough; a plan that needs it does not go on without."""
        if self._found or not (room.strap_expected or self._required(room)):
            return self.spoken(room, t_s)
        strap = room.settings.strap
        if not self._required(room):
            if self.lasted_s(room, t_s) < strap.wait_s:
                return False
            if not self._told:
                self._told = True
                room.notice(t_s, "no_heart_rate", "the session goes by effort", "strap")
                room.say(t_s, "session.strap.go_on_without", subject="strap")
            return self.spoken(room, t_s)
        if not self._told and self.lasted_s(room, t_s) >= strap.wait_s:
            self._told = True
            room.say(t_s, "session.strap.cannot_go_on_without", subject="strap")
        if self.lasted_s(room, t_s) >= strap.required_wait_s:
            room.why_ended = "monitoring_missing"
            return True
        return False

    @staticmethod
    def _required(room: Room) -> bool:
        return room.limits is not None and room.limits.heart_rate.required

    @staticmethod
    def _has_rate(room: Room) -> bool:
        return room.guard is not None and room.guard.heart_rate_bpm is not None


class CameraSetup(Stage):
    """Guides the resident until the camera sees enough of them."""

    screen: ClassVar[Screen] = Screen.CAMERA_SETUP

    def __init__(self) -> None:
        super().__init__()
        self._good_since_s: float | None = None
        self._said: tuple[str, float] | None = None
        self._nobody_since_s: float | None = None
        self._finished = False

    def begin(self, room: Room, t_s: float) -> None:
        """Say what it is about."""
        room.say(t_s, "session.camera.intro", subject="camera")

    def seen(self, room: Room, t_s: float) -> None:
        """Judge the picture and say the one thing to change."""
        if self._finished:
            return
        camera, now_s = room.settings.camera, room.clock(t_s)
        first = next((block for block in room.blocks), None)
        spec = room.catalog[first.exercise] if first else None
        problem = camera_problem(room.sight, spec, camera)
        if problem is None and (room.sight.people or 1) > 1:
            problem = "other_person"
        if problem != "nobody":
            self._nobody_since_s = None
        elif self._nobody_since_s is None:
            self._nobody_since_s = now_s
        if problem is None:
            self._good_since_s = now_s if self._good_since_s is None else self._good_since_s
            if now_s - self._good_since_s >= camera.good_s:
                room.say(t_s, "session.camera.good", subject="camera")
                self._finished = True
            return
        self._good_since_s = None
        partly = problem != "nobody" and self.lasted_s(room, t_s) >= camera.partly_after_s
        if partly:
            room.notice(t_s, "picture_not_ideal", problem, "camera")
            room.say(t_s, "session.camera.go_on_partly_seen", subject="camera")
            self._finished = True
            return
        repeat = self._said is None or now_s - self._said[1] >= camera.repeat_s
        changed = self._said is None or (
            self._said[0] != problem and now_s - self._said[1] >= camera.repeat_s / 2.0
        )
        if (repeat or changed) and room.coach.quiet(t_s):
            room.say(t_s, f"session.camera.{problem}", subject="camera")
            self._said = (problem, now_s)

    def done(self, room: Room, t_s: float) -> bool:
        """The picture is good and that was said; nobody for long ends the session."""
        if self._finished:
            return self.spoken(room, t_s)
        if (
            self._nobody_since_s is not None
            and room.clock(t_s) - self._nobody_since_s >= room.settings.camera.give_up_s
        ):
            room.why_ended = "nobody_seen"
            return True
        return False
