"""An exercise: shown, counted in, done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Final

from aicoach.catalog.sides import side_of_set
from aicoach.events import FormFault, Hold, RejectedRepetition, Repetition
from aicoach.features import CENTRAL_FEATURES
from aicoach.phrases import load_phrases
from aicoach.session.camera_view import view_problem
from aicoach.session.dose import counts_both, say_dose, say_side
from aicoach.session.stage import Stage
from aicoach.session_events import CuePriority, Screen, SetBegan, SetEnded
from aicoach.tracking.tracker import ExerciseTracker

if TYPE_CHECKING:
    from aicoach.catalog.spec import OneSide
    from aicoach.coaching.coach import SetMode
    from aicoach.events import Event
    from aicoach.prescription import Block
    from aicoach.session.room import Room

_COUNTED_IN: Final = ("three", "two", "one", "go")
_COACH_MODE: Final[dict[str, SetMode]] = {
    "reps": "repetitions", "hold": "hold", "duration": "minutes",
}  # fmt: skip
_COMPLETE: Final = "complete"


class Demonstration(Stage):
    """Says what comes, what is needed, and shows it."""

    screen: ClassVar[Screen] = Screen.DEMONSTRATION

    def begin(self, room: Room, t_s: float) -> None:
        """Open the part that begins, name the exercise and its dose."""
        block = self.block
        assert block is not None  # made with one
        self._open_part(room, t_s, block)
        spec = room.catalog[block.exercise]
        room.guard_exercise(t_s, block.exercise)
        mains = [b for b in room.blocks if b.part == "main"]
        if block.part == "main" and block is mains[0]:
            key = "session.exercise.first"
        elif block.part == "main" and block is mains[-1]:
            key = "session.exercise.last"
        else:
            key = "session.exercise.next"
        room.say(t_s, key, exercise=room.name_of(block.exercise))
        say_dose(room, t_s, block)
        for thing in dict.fromkeys((*spec.equipment, *_held_on_to(block))):
            if f"session.place.{thing}" in load_phrases(room.coach.language).by_key:
                room.say(t_s, f"session.place.{thing}")
        room.say(t_s, "session.exercise.watch_first")

    def done(self, room: Room, t_s: float) -> bool:
        """Shown long enough, and everything said."""
        return self.spoken(room, t_s, room.settings.exercise.demonstration_s)

    @staticmethod
    def _open_part(room: Room, t_s: float, block: Block) -> None:
        if block.part == room.part:
            return
        room.part = block.part
        minutes = sum(b.expected_s for b in room.blocks if b.part == block.part) / 60.0
        guard = room.guard
        if block.part == "warm_up":
            room.say(t_s, "session.warm_up.intro", minutes=max(1, round(minutes)))
        elif block.part == "cool_down":
            room.say(t_s, "session.cool_down.intro", minutes=max(1, round(minutes)))
            room.say(t_s, "session.cool_down.why")
        if guard is not None:
            begin = {
                "warm_up": guard.begin_warm_up,
                "main": guard.begin_main,
                "cool_down": guard.begin_cool_down,
            }[block.part]
            room.alerts(begin(t_s))


def _held_on_to(block: Block) -> tuple[str, ...]:
    held = {"chair": ("chair_for_support",), "wall": ("wall",), "rail": ("rail",)}.get(
        block.support, ()
    )
    in_hand = ("band",) if block.load is not None and block.load.type == "band" else ()
    return (*held, *in_hand)


def _sides(asked: OneSide | None) -> tuple[OneSide, ...]:
    return ("left", "right") if asked is None else (asked,)


class Countdown(Stage):
    """Three, two, one, go."""

    screen: ClassVar[Screen] = Screen.COUNTDOWN
    needs_sight: ClassVar[bool] = True

    def __init__(self, block: Block, number: int = 1) -> None:
        super().__init__(block)
        self._number = number
        self._next = 0
        self._next_s = math.inf
        self._asked_to_turn = False

    def begin(self, room: Room, t_s: float) -> None:
        """Ask for the start pose; from here on the limits of this very exercise hold."""
        assert self.block is not None  # made with one
        room.guard_exercise(t_s, self.block.exercise, anew=False)
        self._next, self._next_s = 0, math.inf
        self._asked_to_turn = False
        room.say(t_s, "session.exercise.start_pose", subject="start pose")
        assert self.block is not None  # made with one
        if self.block.sets > 1:
            say_side(room, t_s, self.block, self._number)

    def done(self, room: Room, t_s: float) -> bool:
        """One word a second, once it is quiet."""
        now_s = room.clock(t_s)
        if math.isinf(self._next_s):
            if self._turning(room, t_s) or not self.spoken(room, t_s):
                return False
            self._next_s = now_s
        if self._next < len(_COUNTED_IN) and now_s >= self._next_s:
            word = _COUNTED_IN[self._next]
            room.say(t_s, f"session.countdown.{word}", CuePriority.COUNT, subject="countdown")
            self._next += 1
            self._next_s = now_s + room.settings.exercise.count_step_s
        return self._next == len(_COUNTED_IN) and now_s >= self._next_s - 0.5

    def _turning(self, room: Room, t_s: float) -> bool:
        """Whether to wait until the resident stands as this exercise is judged; not for long."""
        block = self.block
        assert block is not None  # made with one
        if room.view is not None or self.lasted_s(room, t_s) >= room.settings.camera.turn_s:
            return False
        problem = view_problem(room.sight, room.catalog[block.exercise])
        if problem is not None and not self._asked_to_turn:
            self._asked_to_turn = True
            room.say(t_s, f"session.camera.{problem}", subject="camera")
        return problem is not None


class ExerciseSet(Stage):
    """The resident's turn: counted, corrected, guarded."""

    screen: ClassVar[Screen] = Screen.EXERCISE_SET
    needs_sight: ClassVar[bool] = True

    def __init__(self, block: Block, number: int) -> None:
        super().__init__(block)
        self.number = number
        self._tracker: ExerciseTracker | None = None
        self._best_hold_s = 0.0
        self._active_s = 0.0
        """``Room.clock`` of the last thing the resident did."""
        self._encouraged = False
        self._talk_test_s = math.inf
        self._talk_next = False
        self._why = ""

    def begin(self, room: Room, t_s: float) -> None:
        """A fresh tracker, and the coach counts from nothing."""
        block = self.block
        assert block is not None  # made with one
        spec = room.catalog[block.exercise]
        target = block.target_deg if spec.range_of_motion is not None else None
        self._tracker = ExerciseTracker(
            spec, target_rom_deg=target, view=room.view, side=self.side(room)
        )
        self._best_hold_s, self._encouraged, self._why = 0.0, False, ""
        self._talk_test_s, self._talk_next = math.inf, False
        self._active_s = self.began_s
        planned = self.planned
        both = counts_both(room, block)
        coached = math.ceil(planned / 2) if both else round(planned)
        room.coach.begin_set(
            None if block.mode == "duration" else coached,
            mode=_COACH_MODE[block.mode],
            alternating=both,
        )
        if block.aerobic:
            self._talk_test_s = self.began_s + room.settings.talk.talk_test_every_s
        room.guard_exercise(t_s, block.exercise, anew=False)
        if room.guard is not None:
            room.alerts(room.guard.begin_set(t_s))
        room.note(
            t_s,
            SetBegan(
                part=block.part, exercise=block.exercise, number=self.number, of=block.sets,
                mode=block.mode, planned=planned,
            ),
            "program",
        )  # fmt: skip

    @property
    def planned(self) -> float:
        """Repetitions, or seconds."""
        block = self.block
        assert block is not None  # made with one
        if block.mode == "reps":
            return float(block.reps_max or block.reps_min or 0)
        return float((block.hold_s if block.mode == "hold" else block.duration_s) or 0.0)

    def side(self, room: Room) -> OneSide | None:
        """The one side that counts; None: both."""
        assert self.block is not None  # made with one
        return side_of_set(self.block.side, room.catalog[self.block.exercise], self.number)

    def aim_deg(self, room: Room) -> float | None:
        """The range that is aimed for; None where the exercise has none."""
        assert self.block is not None  # made with one
        rom = room.catalog[self.block.exercise].range_of_motion
        if rom is None:
            return None
        return rom.target_deg if self.block.target_deg is None else self.block.target_deg

    def joint_limit_deg(self, room: Room) -> float | None:
        """The range never to be passed; None where nobody set one.

        Of two of the same joint the one on the way to the target.
        """
        assert self.block is not None  # made with one
        limits = room.limits_of(self.block.exercise)
        rom = room.catalog[self.block.exercise].range_of_motion
        if limits is None or limits.joint is None or rom is None:
            return None
        towards = "at_most" if rom.target_deg >= rom.rest_deg else "at_least"
        known = [
            one
            for one in (limits.joint, *limits.more_joints)
            if one.hard_limit is not None and one.feature == rom.feature
        ]
        known.sort(key=lambda one: one.direction != towards)
        return known[0].hard_limit.value if known and known[0].hard_limit else None

    def reach_deg(self, room: Room) -> float | None:
        """How far the side that counts, or of both the one further on, has come; None: not seen."""
        assert self.block is not None  # made with one
        rom, features = room.catalog[self.block.exercise].range_of_motion, room.sight.features
        if rom is None or features is None:
            return None
        names = (
            (rom.feature,)
            if rom.feature in CENTRAL_FEATURES
            else tuple(f"{rom.feature}.{side}" for side in _sides(self.side(room)))
        )
        known = [value for value in map(features.__getitem__, names) if not math.isnan(value)]
        if not known:
            return None
        return max(known) if rom.target_deg >= rom.rest_deg else min(known)

    def seen(self, room: Room, t_s: float) -> None:
        """Count, judge, guard."""
        tracker = self._tracker
        assert tracker is not None  # made on entering
        sight = room.sight
        update = tracker.step_features(t_s, sight.features)
        room.tracker = update
        sight.view = update.view
        for event in update.events:
            room.note(t_s, event, f"set {self.number}")
            self._tell_coach(room, t_s, event)
            self._tell_guard(room, event)
        if update.held_s > 0.0:
            self._active_s = room.clock(t_s)
            self._best_hold_s = max(self._best_hold_s, update.held_s)
            room.coach.holding(t_s, update.held_s)
            if room.guard is not None:
                room.alerts(room.guard.holding(t_s, update.held_s))

    def _tell_coach(self, room: Room, t_s: float, event: Event) -> None:
        coach, near = room.coach, room.near_range_limit
        if isinstance(event, (Repetition, RejectedRepetition)):
            self._active_s = room.clock(t_s)
        if isinstance(event, Repetition):
            coach.repetition(event, range_limited=near)
        elif isinstance(event, RejectedRepetition):
            coach.rejected(t_s, event, range_limited=near)
        elif isinstance(event, FormFault):
            coach.fault(t_s, event, range_limited=near)
        elif isinstance(event, Hold):
            self._best_hold_s = max(self._best_hold_s, event.duration_s)

    @staticmethod
    def _tell_guard(room: Room, event: Event) -> None:
        guard = room.guard
        if guard is None:
            return
        if isinstance(event, Repetition):
            room.alerts(guard.repetition(event))
        elif isinstance(event, FormFault):
            room.alerts(guard.fault(event))
        elif isinstance(event, Hold):
            room.alerts(guard.hold(event))

    def done(self, room: Room, t_s: float) -> bool:
        """The plan is reached, or nothing more is to come."""
        block = self.block
        assert block is not None  # made with one
        settings, now_s = room.settings.exercise, room.clock(t_s)
        lasted_s = now_s - self.began_s
        idle_s = now_s - self._active_s
        counted = room.tracker.count if room.tracker is not None else 0
        enough = block.mode == "reps" and counted >= (block.reps_min or math.inf)
        if self.achieved(room, t_s) >= self.planned or (enough and idle_s >= settings.enough_s):
            self._why = _COMPLETE
        elif block.mode != "duration" and idle_s >= settings.give_up_s:
            self._why = "nothing_seen"
        elif lasted_s >= settings.longest_factor * block.set_s + settings.longest_extra_s:
            self._why = "too_long"
        elif idle_s >= settings.nothing_s and not self._encouraged and block.mode != "duration":
            self._encouraged = True
            room.say(t_s, "session.set.nothing_seen", subject="encourage")
        if now_s >= self._talk_test_s:
            self._talk_test_s = now_s + room.settings.talk.talk_test_every_s
            room.ask(t_s, "effort", "session.effort.question_short")
            self._talk_next = True
        if not room.wait_for_answer(t_s) and self._talk_next and room.coach.quiet(t_s):
            self._talk_next = False
            room.ask(t_s, "talk", "session.talk.question")
        return bool(self._why)

    def achieved(self, room: Room, t_s: float) -> float:
        """Repetitions, or seconds, so far."""
        block = self.block
        assert block is not None  # made with one
        if block.mode == "reps":
            return float(room.tracker.count if room.tracker is not None else 0)
        if block.mode == "hold":
            return self._best_hold_s
        return self.lasted_s(room, t_s)

    def leave(self, room: Room, t_s: float, why: str) -> None:
        """Close the set and say what was good."""
        block, tracker = self.block, self._tracker
        assert block is not None  # both were made on entering
        assert tracker is not None
        done = self.achieved(room, t_s)
        for event in tracker.finish().events:
            room.note(t_s, event, f"end of set {self.number}")
            if isinstance(event, Hold):
                self._best_hold_s = max(self._best_hold_s, event.duration_s)
        summary = tracker.summary()
        scores = [one.score for one in summary.repetitions if one.score is not None]
        if done >= room.settings.exercise.complete_share * self.planned:
            room.done_sets += 1
        ended = SetEnded(
            part=block.part,
            exercise=block.exercise,
            number=self.number,
            of=block.sets,
            mode=block.mode,
            planned=self.planned,
            done=round(done, 3),
            counted=summary.count,
            rejected=len(summary.rejected),
            held_s=round(self._best_hold_s, 3),
            lasted_s=round(self.lasted_s(room, t_s), 3),
            why=self._why or why,
            mean_score=round(sum(scores) / len(scores), 1) if scores else None,
            view=summary.view,
            seen_share=summary.quality.seen_fraction,
            not_assessed=tuple(dict.fromkeys(one.rule for one in summary.not_assessed)),
        )
        room.note(t_s, ended, self._why or why)
        room.tracker = None
        if room.guard is not None:
            room.alerts(room.guard.end_set(t_s))
        if why in (_COMPLETE, "skip", "repeat") and block.part == "main":
            room.coach.end_set(t_s, ask_effort=False)
