"""Runs a scenario: brings resident, heart and session together, and does what is written."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aicoach.observations import Answer, Command, PoseSeen, SourceEnded
from aicoach.rehearsal.moments import MomentWatch
from aicoach.rehearsal.pulse import PulseCourse
from aicoach.rehearsal.rehearsing import SILENT, Rehearsal, Silence, well
from aicoach.rehearsal.resident import Manner, Picture, SyntheticResident
from aicoach.rehearsal.scenario import manner_of
from aicoach.screening import ClearanceRecord, EnrolmentAnswers, clearance
from aicoach.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.observations import AnswerValue, Observation
    from aicoach.rehearsal.scenario import Deed, Expectation, Scenario
    from aicoach.screening import Clearance
    from aicoach.session import SessionUpdate

_LONGEST_S: Final = 2400.0
_PICTURES: Final[Mapping[str, Picture]] = {
    "good": Picture(),
    "too_near": Picture(zoom=1.25),
    "too_far": Picture(zoom=0.45),
    "feet_hidden": Picture(down=0.2),
    "head_hidden": Picture(down=-0.3),
    "left": Picture(right=-0.32),
    "right": Picture(right=0.32),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What went in and what came out."""

    observations: tuple[Observation, ...]
    updates: tuple[SessionUpdate, ...]
    finished_s: float | None
    """When ``Session.finish`` was called; None: it was not."""
    finished_why: str = ""

    def failures(self, scenario: Scenario) -> list[str]:
        """Every expectation that was not met, in words."""
        return [found for one in scenario.expects if (found := _unmet(one, self.updates))]


def new_session(scenario: Scenario, catalog: Mapping[str, ExerciseSpec]) -> Session:
    """The session of a scenario, before anything happened."""
    given = scenario.session
    return Session(
        scenario.plan,
        catalog,
        given["today"],
        language=given.get("language", "en"),
        clearance=_enrolled(scenario),
        session_number=given.get("session_number"),
        session_of_week=given.get("session_of_week"),
        strap_expected=bool(given.get("strap", scenario.heart is not None)),
        demonstration=bool(given.get("demonstration", scenario.plan.status == "example")),
        slower=bool(given.get("slower", False)),
    )


def run_scenario(scenario: Scenario, catalog: Mapping[str, ExerciseSpec], fps: float) -> Run:
    """Let a scenario happen."""
    return _Director(scenario, catalog).run(new_session(scenario, catalog), fps)


@dataclass(slots=True)
class _Director:
    scenario: Scenario
    catalog: Mapping[str, ExerciseSpec]
    resident: SyntheticResident = field(init=False)
    pulse: PulseCourse | None = field(init=False)
    answers: dict[str, AnswerValue] = field(init=False)
    silent: bool = False
    source_on: bool = True
    over: bool = False
    waiting: list[tuple[Deed, MomentWatch]] = field(init=False)

    def __post_init__(self) -> None:
        given, scenario = self.scenario.resident, self.scenario
        manner = manner_of(given.get("manner", {}))
        self.resident = SyntheticResident(
            self.catalog,
            first=given.get("first", scenario.plan.parts()[0][2].exercise),
            manner=manner,
            manners={
                name: manner_of(one, manner) for name, one in given.get("manners", {}).items()
            },
        )
        heart = dict(scenario.heart or {})
        strap = heart.pop("strap", "worn")
        self.pulse = (
            None if scenario.heart is None else PulseCourse(heart.pop("bpm", None), **heart)
        )
        if self.pulse is not None:
            self.pulse.strap = strap
        self.answers = dict(scenario.answers)
        self.waiting = [(deed, MomentWatch(deed.when)) for deed in scenario.does]
        self._set(0.0, given.get("setting", {}))

    def run(self, session: Session, fps: float) -> Run:
        rehearsal = Rehearsal(
            performer=self.resident,
            respond=self._respond,
            heart_rate=self.pulse,
            interrupt=self._interrupt,
            fps=fps,
            think_s=self.scenario.resident.get("think_s", 1.0),
            longest_s=self.scenario.session.get("longest_s", _LONGEST_S),
        )
        observations: list[Observation] = []
        updates: list[SessionUpdate] = []
        finished_s, why = None, ""
        for observation, update in rehearsal.run(session):
            updates.append(update)
            if session.ended and update.t_s >= rehearsal.longest_s:
                finished_s, why = update.t_s, "too_long"
                break
            observations.append(observation)
            for _, watch in self.waiting:
                watch.step(update)
            if self.over and not session.ended:
                finished_s, why = update.t_s, "picture_ended"
                updates.append(session.finish(finished_s, why))
                break
        return Run(tuple(observations), tuple(updates), finished_s, why)

    def _respond(self, question: str) -> AnswerValue | Silence:
        if self.silent or self.answers.get(question) == SILENT.value:
            return SILENT
        value = self.answers.get(question, ...)
        if value == "unknown":
            return None
        return well()(question) if value is ... else value

    def _interrupt(self, t_s: float, update: SessionUpdate) -> list[Observation]:
        del update  # was seen already
        found: list[Observation] = []
        for deed, watch in [*self.waiting]:
            at_s = watch.at_s
            if at_s is not None and at_s <= t_s:
                self.waiting.remove((deed, watch))
                self._set(t_s, deed.actions)
                found += self._observed(t_s, deed.actions)
        return found

    def _set(self, t_s: float, actions: Mapping[str, Any]) -> None:
        """Do what changes the world; what is told to the session is in ``_observed``."""
        resident = self.resident
        for name in ("still", "followed", "people", "brightness"):
            if name in actions:
                setattr(resident, name, actions[name])
        if "presence" in actions:
            resident.away = actions["presence"] == "away"
        if "picture" in actions:
            resident.picture = _PICTURES[actions["picture"]]
        if "source" in actions:
            resident.camera_on = actions["source"] == "back"
        if "act" in actions:
            act = actions["act"]
            resident.act(t_s, None if act == "exercises" else act)
            resident.again()
        if "manner" in actions:
            resident.manner, resident.manners = manner_of(actions["manner"], resident.manner), {}
            resident.again()
        self.answers.update(actions.get("answers", {}))
        self.silent = actions.get("silent", self.silent)
        self.over = actions.get("finish", self.over)
        self._set_heart(t_s, actions)

    def _set_heart(self, t_s: float, actions: Mapping[str, Any]) -> None:
        pulse = self.pulse
        if pulse is None:
            return
        if "heart" in actions:
            pulse.follow(t_s, tuple((float(at), float(bpm)) for at, bpm in actions["heart"]))
        pulse.noise_bpm = actions.get("noise_bpm", pulse.noise_bpm)
        pulse.strap = actions.get("strap", pulse.strap)
        if "link" in actions:
            pulse.link(actions["link"])

    def _observed(self, t_s: float, actions: Mapping[str, Any]) -> list[Observation]:
        found: list[Observation] = []
        by = actions.get("by")
        if "command" in actions:
            found.append(Command(t_s=t_s, name=actions["command"], by=by or "button"))
        if "answer" in actions:
            for question, value in actions["answer"].items():
                known = None if value == "unknown" else value
                found.append(Answer(t_s=t_s, question=question, value=known, by=by or "resident"))
        if actions.get("source") in ("broken", "end"):
            found.append(SourceEnded(t_s=t_s, reason=actions["source"]))
        if "frame_at_s" in actions:
            found.append(PoseSeen(t_s=actions["frame_at_s"], pose=None))
        return found


def _enrolled(scenario: Scenario) -> Clearance | None:
    """The enrolment; by default of somebody active and well, cleared where a plan needs it."""
    given, today = scenario.session.get("enrolled", "well"), scenario.session["today"]
    if given == "never":
        return None
    changes = given if isinstance(given, dict) else {}
    cleared = scenario.plan.kind == "medical" and changes.get("cleared", True)
    record = ClearanceRecord(by="dr-1", on=today, scope="any") if cleared else None
    answers = EnrolmentAnswers(
        active=changes.get("active", True),
        disease=changes.get("disease", False),
        symptoms=changes.get("symptoms", False),
        age_years=changes.get("age_years", 60),
        answered_on=today,
        conditions=frozenset(scenario.plan.conditions),
        clearance=record,
    )
    return clearance(answers, today)


def _unmet(expected: Expectation, updates: tuple[SessionUpdate, ...]) -> str:
    start_s = 0.0
    if expected.of is not None:
        watch = MomentWatch(expected.of)
        for update in updates:
            watch.step(update)
        if watch.at_s is None:
            return f"{expected}: the moment {expected.of} never came"
        start_s = watch.at_s
    times = [
        one.t_s
        for update in updates
        for one in update.events
        if expected.event.fits(one.event)
        and start_s + expected.from_s - 1e-9 <= one.t_s <= start_s + expected.until_s + 1e-9
    ]
    if expected.least <= len(times) <= expected.most:
        return ""
    after = "" if math.isclose(start_s, 0.0) else f" after {start_s:.2f} s"
    came = ", ".join(f"{t_s:.2f}" for t_s in times[:6]) or "never"
    return f"{expected}{after}: came {len(times)} times ({came})"


def transcript(updates: tuple[SessionUpdate, ...]) -> str:
    """What happened, line by line, for whoever reads a failure."""
    lines = []
    for update in updates:
        for one in update.events:
            kind = type(one.event).__name__
            if kind in ("PhaseChange", "LimitInForce"):
                continue
            lines.append(f"{one.t_s:8.2f} {str(one.event)[:230]}")
    return "\n".join(lines)


__all__ = ["Manner", "Run", "new_session", "run_scenario", "transcript"]
