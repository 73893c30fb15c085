"""A guided session: observations in, events, cues and a picture of where it stands out.

The functional core. It knows nothing but what it is handed, so the same plan and the same
observations give the same events, byte for byte. It may only slow or stop.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aicoach.catalog.session_settings import session_settings
from aicoach.coaching.coach import Coach
from aicoach.intensity.gestures import CrossedArms, HandOnHead, unit_px_of
from aicoach.intensity.guard import MotionInput
from aicoach.intensity.settings import guard_settings
from aicoach.kinematics import BodyScale, body_unit_px, features_of_pose
from aicoach.observations import (
    Answer,
    Command,
    HeartRateLink,
    HeartRateSample,
    PoseSeen,
    SourceEnded,
    StaffLift,
)
from aicoach.session.closing import FALLS, Stopped, Summary
from aicoach.session.exercise import ExerciseSet
from aicoach.session.opening import CameraSetup, CheckIn, PreCheck, Strap, read_rules
from aicoach.session.presence import AWAY, CAMERA, Presence
from aicoach.session.resting import Rest
from aicoach.session.room import Room
from aicoach.session.steering import refusal, rest_before, to_repeat
from aicoach.session.update import update_of
from aicoach.session_events import (
    CommandGiven,
    CuePriority,
    ScreenChanged,
    SessionEnded,
)
from aicoach.tracking.view import ViewEstimator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import View
    from aicoach.kinematics import Features
    from aicoach.observations import CommandName, Observation
    from aicoach.pose import Pose
    from aicoach.prescription import Block, Prescription
    from aicoach.screening import Clearance
    from aicoach.session.room import Controls
    from aicoach.session.stage import Stage
    from aicoach.session.update import SessionUpdate
    from aicoach.session_events import Cue


class Session:
    """One visit of one resident.

    Parameters
    ----------
    plan
        The prescription; its limits are computed after the pre-check, never later.
    catalog
        Exercises by id.
    today
        The day by which the plan is judged.
    clearance
        What the enrolment said; None: never enrolled, so staff are asked first.
    strap_expected
        Whether a heart-rate source is connected or being looked for.
    demonstration
        Whether an example plan may be run. Never for a resident.
    view
        Where the camera stands, where that is known; None: found out in every set.
    staff_present
        Whether somebody of the staff stays beside the resident.
    controls
        How the resident reaches the session: by spoken words, a keyboard or buttons on a
        screen. Nobody is told to say "stop" where nobody listens.
    """

    def __init__(  # noqa: PLR0913 - each says something else about the visit
        self,
        plan: Prescription,
        catalog: Mapping[str, ExerciseSpec],
        today: date,
        *,
        language: Language = "zh",
        clearance: Clearance | None = None,
        session_number: int | None = None,
        session_of_week: int | None = None,
        strap_expected: bool = False,
        demonstration: bool = False,
        slower: bool = False,
        view: View | None = None,
        staff_present: bool = False,
        controls: Controls = "voice",
    ) -> None:
        coach = Coach(language, session_number=session_number, slower=slower)
        self._room = Room(
            plan=plan, catalog=catalog, today=today, coach=coach, settings=session_settings(),
            clearance=clearance, strap_expected=strap_expected, demonstration=demonstration,
            session_of_week=session_of_week, view=view, staff_present=staff_present,
            controls=controls,
        )  # fmt: skip
        read_rules(self._room)
        self._room.program.extend((CheckIn(), PreCheck(), Strap(), CameraSetup()))
        self._stage: Stage | None = None
        self._scale, self._views = BodyScale(), ViewEstimator()
        self._now_s = -math.inf
        self._pose_s = -math.inf
        self._presence = Presence()
        self._pause_sign = HandOnHead(guard_settings().hand_on_head)
        self._stop_sign = CrossedArms(guard_settings().gestures)
        self._past: list[Stage] = []
        self._given_up: list[Block] = []
        self._first_s = math.nan
        self._ended = False

    @property
    def room(self) -> Room:
        """What the session knows; to be read, not changed."""
        return self._room

    @property
    def ended(self) -> bool:
        """Whether everything is over."""
        return self._ended

    def step(self, observation: Observation) -> SessionUpdate:
        """Take one observation; those that are late are taken as of now."""
        room = self._room
        room.happened = []
        t_s = self._now_s = max(self._now_s, observation.t_s)
        if self._ended:
            return update_of(t_s, self._room, self._stage, ())
        if self._stage is None:
            self._first_s = t_s
            self._next_stage(t_s)
        room.ends, room.ended_by = "nothing", ""
        self._observe(t_s, observation)
        self._miss_picture(t_s)
        self._obey_guard(t_s)
        self._wind_down(t_s)
        self._go_on(t_s)
        cues = self._speak(t_s)
        return update_of(t_s, room, self._stage, cues)

    def finish(self, t_s: float, why: str = "picture_ended") -> SessionUpdate:
        """Nothing more will be observed: close what is open and say what it came to."""
        room = self._room
        room.happened = []
        t_s = self._now_s = max(self._now_s, t_s)
        if not self._ended:
            room.resume(t_s, "end")
            if self._stage is not None:
                self._leave(t_s, why)
            room.why_ended = room.why_ended or why
            self._end(t_s)
        cues = self._speak(t_s)
        return update_of(t_s, room, self._stage, cues)

    # -- observations ------------------------------------------------------------------------

    def _observe(self, t_s: float, observation: Observation) -> None:
        room, stage = self._room, self._stage
        self._guard(t_s, observation)
        if isinstance(observation, PoseSeen):
            self._see(t_s, observation)
        elif isinstance(observation, (HeartRateSample, HeartRateLink)):
            if stage is not None:
                stage.heart_rate(room, observation)
        elif isinstance(observation, Answer):
            room.take(observation)
            if stage is not None:
                stage.answered(room, observation)
        elif isinstance(observation, StaffLift) and stage is not None:
            stage.lifted(room, observation)
        elif isinstance(observation, Command):
            given = CommandGiven(name=observation.name, by=observation.by)
            room.note(t_s, given, observation.by)
            if room.ends != "session" or observation.name == "stop":  # else the guard was quicker
                self._command(t_s, observation)
        elif isinstance(observation, SourceEnded):
            self._lose_picture(t_s, observation.detail or observation.reason)

    def _lose_picture(self, t_s: float, why: str) -> None:
        room = self._room
        room.notice(t_s, "picture_ended", why, "camera")
        room.say(t_s, "session.camera.lost_picture", subject="camera")
        room.sight.pose = room.sight.features = None
        room.pause(t_s, CAMERA)

    def _miss_picture(self, t_s: float) -> None:
        """Frames that only stay away are a lost picture too; nobody waits for them for ever."""
        room, missed_s = self._room, t_s - self._pose_s
        if self._ended or self._stage is None or math.isinf(self._pose_s):
            return
        if room.paused_by == CAMERA and missed_s >= room.settings.away.end_s:
            room.say(t_s, "session.away.ended", subject="away")
            self._finish(t_s, "away", Summary())
        elif (
            self._stage.needs_sight
            and not room.paused_by
            and missed_s >= room.settings.camera.stalled_s
        ):
            self._lose_picture(t_s, "stalled")

    def _guard(self, t_s: float, observation: Observation) -> None:
        """Hand the guard what it watches, before anything else is done with it."""
        room, guard = self._room, self._room.guard
        if guard is None:
            return
        room.alerts(guard.tick(t_s))
        if isinstance(observation, HeartRateSample):
            room.alerts(guard.heart_rate(observation))
        elif isinstance(observation, HeartRateLink):
            room.alerts(guard.link(observation))
        elif isinstance(observation, Answer):
            room.alerts(guard.answered(observation))
        elif isinstance(observation, Command):
            room.alerts(guard.command(observation))

    def _see(self, t_s: float, seen: PoseSeen) -> None:
        if seen.t_s <= self._pose_s:
            self._room.notice(t_s, "frame_out_of_order", f"{seen.t_s:g} s", "camera")
            return
        self._pose_s = seen.t_s
        room, sight, pose = self._room, self._room.sight, seen.pose
        sight.t_s, sight.pose, sight.people = t_s, pose, seen.people
        sight.brightness = seen.brightness
        sight.features = None if pose is None else self._features(t_s, pose)
        if not isinstance(self._stage, ExerciseSet):
            sight.view = self._views.step(t_s, sight.features)
        if pose is not None:
            sight.last_seen_s = t_s
        needed = self._stage is not None and self._stage.needs_sight
        if self._presence.step(room, t_s, needed=needed):
            self._finish(t_s, "away", Summary())
        if room.guard is not None:
            motion = MotionInput(
                pose=pose, features=sight.features, view=sight.view, people=seen.people
            )
            room.alerts(room.guard.moved(t_s, motion))
        if self._pause_sign.step(t_s, pose, unit_px_of(sight.features)):
            self._signed(t_s)
        unguarded = room.guard is None  # until the limits are known the session looks itself
        if unguarded and self._stop_sign.step(t_s, pose, unit_px_of(sight.features)):
            self._observe(t_s, Command(t_s=t_s, name="stop", by="gesture"))
        if self._stage is not None and not room.paused_by:
            self._stage.seen(room, t_s)

    def _signed(self, t_s: float) -> None:
        """A hand on the head: a pause, or the end of one that waits for somebody to ask."""
        room = self._room
        if room.paused_by in (AWAY, CAMERA) or isinstance(self._stage, (Stopped, Summary)):
            return
        name: CommandName = "resume" if room.paused_by else "pause"
        self._observe(t_s, Command(t_s=t_s, name=name, by="gesture"))

    def _features(self, t_s: float, pose: Pose) -> Features:
        unit_px = float(body_unit_px(pose.image.xy_px(), pose.world.xyz_m))
        return features_of_pose(pose, self._scale.step(t_s, unit_px))

    # -- commands ----------------------------------------------------------------------------

    def _command(self, t_s: float, command: Command) -> None:
        room = self._room
        why_not = refusal(room, self._stage, command.name)
        if not why_not and command.name == "repeat" and self._not_again():
            why_not = "session.pause.not_again"
        if why_not:
            self._refuse(t_s, why_not)
        else:
            self._obey(t_s, command)

    def _obey(self, t_s: float, command: Command) -> None:
        room = self._room
        match command.name:
            case "stop":
                self._asked_to_stop(t_s)
            case "pause":
                room.pause(t_s, command.by)
                room.say(t_s, "session.pause.paused", subject="pause")
            case "resume":
                if room.paused_by:
                    room.resume(t_s, command.by)
                    room.say(t_s, "session.pause.resumed", subject="pause")
            case "skip" | "repeat" | "end" | "start":
                room.resume(t_s, command.by)
                self._steer(t_s, command.name)
            case "speak_zh" | "speak_en":
                room.coach.language = "zh" if command.name == "speak_zh" else "en"
            case "i_am_ok":
                if isinstance(self._stage, Stopped):
                    self._stage.said_well(room, t_s)

    def _refuse(self, t_s: float, why_not: str) -> None:
        """Say why it has to wait; whoever asked to go on goes on with the guard."""
        room, held = self._room, self._held()
        if held and room.paused_by:
            room.paused_by = held  # nobody has to ask twice
        room.say(t_s, why_not, subject="pause")

    def _not_again(self) -> bool:
        """Whether to repeat is to do once more what the guard has ended."""
        stage = self._stage
        if stage is None:
            return False
        again = to_repeat(stage, self._past)[0].block
        return any(again is one for one in self._given_up)

    def _asked_to_stop(self, t_s: float) -> None:
        """The guard obeys; before there is one, and after it has, the session does."""
        room = self._room
        if room.guard is None:
            room.say(t_s, "session.stop.resident", CuePriority.SAFETY, cause="STOP-7")
            self._finish(t_s, "STOP-7", Summary())
        elif isinstance(self._stage, (Stopped, Summary)):
            room.resume(t_s, "STOP-7")

    def _steer(self, t_s: float, name: str) -> None:
        room, stage = self._room, self._stage
        if stage is None or isinstance(stage, Summary):
            return
        if name == "end":
            room.coach.fall_silent(t_s)  # what was still to be said belongs to what is left
            room.say(t_s, "session.pause.end", subject="pause")
            self._finish(t_s, "ended_by_resident", Summary())
        elif name == "repeat" and stage.block is not None:
            room.coach.fall_silent(t_s)
            room.say(t_s, "session.pause.repeat", subject="pause")
            again = to_repeat(stage, self._past)
            self._leave(t_s, "repeat")
            room.program.extendleft(reversed(again))
            self._next_stage(t_s)
        elif name == "skip":
            if isinstance(stage, PreCheck):  # a safety question cannot be skipped, only unknown
                return
            room.coach.fall_silent(t_s)
            if isinstance(stage, ExerciseSet):
                room.say(t_s, "session.pause.skip", subject="pause")
                self._leave(t_s, "skip")
                self._drop_block(stage)
            else:
                self._leave(t_s, "skip")
            self._next_stage(t_s)

    def _drop_block(self, stage: Stage) -> None:
        program = self._room.program
        while program and program[0].block is not None and program[0].block is stage.block:
            program.popleft()

    def _give_up(self, stage: Stage) -> None:
        """Nothing of this block is done again today."""
        if stage.block is not None:
            self._given_up.append(stage.block)
        self._drop_block(stage)

    def _held(self) -> str:
        """Rule of the guard because of which everything must wait; empty: none."""
        guard = self._room.guard
        return guard.pausing if guard is not None else ""

    # -- the guard and the program -----------------------------------------------------------

    def _obey_guard(self, t_s: float) -> None:
        """Do what an alert of this step asks for: it may only slow or stop."""
        room, stage = self._room, self._stage
        held = self._held()
        if held:
            room.pause(t_s, held)
        elif room.paused_by.startswith("STOP"):
            room.resume(t_s, room.paused_by)
        if stage is None or room.ends == "nothing":
            return
        if room.ends == "session":
            self._stop(t_s, room.ended_by)
        elif isinstance(stage, (Stopped, Summary)):
            return
        elif isinstance(stage, ExerciseSet):
            self._leave(t_s, room.ended_by)
            if room.ends == "exercise":
                self._give_up(stage)
            self._next_stage(t_s)
        elif room.ends == "exercise" and stage.block is not None:  # resting or being shown
            self._give_up(stage)

    def _stop(self, t_s: float, rule: str) -> None:
        """Leave whatever is on; who was stopped already is not kept waiting by a pause."""
        room, stage = self._room, self._stage
        room.resume(t_s, rule)
        if isinstance(stage, Stopped):
            if rule in FALLS:
                stage.fell()
        elif not isinstance(stage, Summary) or rule in FALLS:
            room.coach.fall_silent(t_s)
            self._finish(t_s, rule, Stopped(rule), Summary())

    def _go_on(self, t_s: float) -> None:
        """Enter the next part as long as the present one is done."""
        room = self._room
        while not self._ended and self._stage is not None and not room.paused_by:
            if not self._stage.done(room, t_s):
                return
            self._leave(t_s, "complete")
            early = room.why_ended and not isinstance(self._stage, (Stopped, Summary))
            if early:
                room.program.clear()
                room.program.append(Summary())
            self._next_stage(t_s)

    def _wind_down(self, t_s: float) -> None:
        """Begin to cool down while there is time for it: the longest session is a limit."""
        room, guard = self._room, self._room.guard
        if guard is None or room.paused_by or room.part in ("", "cool_down"):
            return
        if guard.left_s > room.cool_down_s:
            return
        program = room.program
        down = [one for one in program if one.block and one.block.part == "cool_down"]
        if not down:
            return
        room.coach.fall_silent(t_s)
        room.say(t_s, "alerts.time_long", cause="TIME-LONG")
        room.notice(t_s, "cut_short", cause="TIME-LONG")
        self._leave(t_s, "TIME-LONG")
        while program[0] is not down[0]:
            program.popleft()
        self._next_stage(t_s)

    def _finish(self, t_s: float, why: str, *last: Stage) -> None:
        """Leave the program for its ``last`` parts."""
        room = self._room
        room.resume(t_s, why)
        room.why_ended = room.why_ended or why
        room.question = None
        self._leave(t_s, why)
        room.program.clear()
        room.program.extend(last)
        self._next_stage(t_s)

    def _leave(self, t_s: float, why: str) -> None:
        if self._stage is not None:
            self._stage.leave(self._room, t_s, why)
            self._past.append(self._stage)

    def _next_stage(self, t_s: float) -> None:
        room = self._room
        if not room.program:
            self._end(t_s)
            return
        if not isinstance(self._stage, Rest):
            room.program.extendleft(reversed(rest_before(room.program[0], room)))
        self._stage = room.program.popleft()
        block = self._stage.block
        shown = ScreenChanged(screen=self._stage.screen, exercise=block.exercise if block else None)
        room.note(t_s, shown, room.why_ended or "program")
        self._stage.enter(room, t_s)

    def _end(self, t_s: float) -> None:
        room = self._room
        self._ended, self._stage = True, None
        guard = room.guard
        if guard is not None:
            room.alerts(guard.end_session(t_s))
        told = guard.summary() if guard is not None else None
        completed = room.done_sets / room.planned_sets if room.planned_sets else 0.0
        ended = SessionEnded(
            why=room.why_ended or "complete",
            completed=round(min(1.0, completed), 3),
            lasted_s=round(room.clock(t_s) - self._first_s, 3),
            coverage=told.coverage if told else None,
            met_minutes_low=told.met_minutes.low if told else 0.0,
            met_minutes_high=told.met_minutes.high if told else 0.0,
            highest_bpm=told.highest_bpm if told else None,
            notes=told.notes if told else (),
            in_zone_s=round(told.in_zone_s, 3) if told else 0.0,
            above_zone_s=round(told.above_zone_s, 3) if told else 0.0,
            main_s=round(told.main_s, 3) if told else 0.0,
        )
        room.note(t_s, ended, room.why_ended or "program")

    # -- output ------------------------------------------------------------------------------

    def _speak(self, t_s: float) -> tuple[Cue, ...]:
        cues = self._room.coach.step(t_s)
        for cue in cues:
            self._room.note(t_s, cue, cue.cause or cue.key)
        if self._ended:  # the end is the last event, also of its own step
            self._room.happened.sort(key=lambda one: isinstance(one.event, SessionEnded))
        return cues
