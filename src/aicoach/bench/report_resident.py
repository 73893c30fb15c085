"""Twelve weeks of one resident as they would be kept: for reports, tests and measurements.

Deterministic, without camera and coach. Somebody who misses a session now and then, gets
better at what they do, once meets the heart-rate cap, once has pain, and once forgets the strap.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store import sessions
from aicoach.adapters.store.entries import Entry
from aicoach.events import FormFault, PhaseDurations, RejectedRepetition, Rejection, Repetition
from aicoach.observations import HeartRateSample
from aicoach.prescription import Prescription, read_prescription, session_limits
from aicoach.prescription.drafts import ready_plans
from aicoach.prescription.parts import Author, Resident
from aicoach.records import KeptSession, PlannedExercise, PlannedSession, SessionRecord
from aicoach.session import SessionEvent
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    Cue,
    CuePriority,
    Input,
    IntensityAlert,
    LimitInForce,
    Noticed,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)
from aicoach.session_records import SessionKeeper, planned_session
from aicoach.wire import event_line, observation_line

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.catalog import ExerciseSpec
    from aicoach.limits import SessionLimits

CHINA: Final = timezone(timedelta(hours=8))
_DAYS: Final = (0, 2, 4)
_REST_S: Final = 60.0
_PACKET_S: Final = 1.0
Happened = tuple[float, str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One session as it happened."""

    head: SessionRecord
    planned: PlannedSession
    happened: tuple[Happened, ...]

    def kept(self) -> KeptSession:
        """What is kept of it."""
        keeper = SessionKeeper(self.head, self.planned)
        for t_s, cause, event in self.happened:
            if isinstance(event, HeartRateSample):
                keeper.heart_rate(event)
            else:
                keeper.take(SessionEvent(t_s=t_s, cause=cause, event=event))  # type: ignore[arg-type]
        return keeper.kept()


def made_prescription(
    first: date, resident: str = "R-0001", ready: str = "hypertension"
) -> Prescription:
    """A ready plan, signed for a resident from ``first`` on, three times a week."""
    plan = read_prescription(ready_plans()[ready])
    return plan.model_copy(
        update={
            "id": "plan-1",
            "status": "active",
            "signed_at": first,
            "valid_from": first,
            "valid_until": first + timedelta(weeks=26),
            "review_due": first + timedelta(weeks=13),
            "author": Author(id="clinician-1", role="physician", qualification_no="Q-0001"),
            "resident": Resident(id=resident, birth_year=1960, height_cm=165.0, mass_kg=66.0),
            "session": plan.session.model_copy(update={"frequency_per_week": 3}),
        }
    )


def made_visits(
    plan: Prescription,
    catalog: Mapping[str, ExerciseSpec],
    first: date,
    weeks: int = 12,
    seed: int = 1,
) -> Iterator[Visit]:
    """All visits, oldest first."""
    dice = random.Random(seed)
    limits = session_limits(plan, catalog, first)
    n = 0
    for week in range(weeks):
        for k, weekday in enumerate(_DAYS, start=1):
            day = first + timedelta(days=7 * week + weekday - first.weekday())
            missed = dice.random() < (0.45 if week in (4, 5) else 0.1)
            if missed and n:
                continue
            n += 1
            planned = planned_session(plan, catalog, session_of_week=k)
            progress = week / max(1, weeks - 1)
            visit = _Visit(dice, limits, planned, catalog, progress=progress, number=n)
            yield Visit(
                head=_head(plan, day, n),
                planned=planned,
                happened=tuple(sorted(visit.events(), key=lambda one: one[0])),
            )


def _head(plan: Prescription, day: date, n: int) -> SessionRecord:
    began = datetime.combine(day, time(9, 10 + n % 20), CHINA).astimezone(timezone.utc)
    return SessionRecord(
        id=f"{int(began.timestamp()) * 1000:012x}"[:8] + f"-0000-7000-8000-{n:012d}",
        resident=plan.resident.id if plan.resident else "R-0001",
        plan_id=plan.id,
        plan_version=plan.version,
        medical=plan.kind == "medical",
        started_at=began,
        time_zone="Asia/Shanghai",
        utc_offset_min=480,
        site="site-1",
        cabin="cabin-1",
        program_version="made",
    )


class _Visit:
    """The events of one visit; lists them once."""

    def __init__(
        self,
        dice: random.Random,
        limits: SessionLimits,
        planned: PlannedSession,
        catalog: Mapping[str, ExerciseSpec],
        *,
        progress: float,
        number: int,
    ) -> None:
        self._dice, self._limits, self._planned = dice, limits, planned
        self._catalog = catalog
        self._progress, self._number = progress, number
        self._t_s, self._bpm, self._highest = 0.0, 78.0, 0.0
        self._strap = number % 9 != 7
        self._capped = number == 14
        self._in_pain = number == 21
        self._ends: str | None = None
        self._main_s: list[float] = []

    def events(self) -> Iterator[Happened]:
        yield 0.0, "pre_check", Screened(
            outcome="proceed", rules=(), unanswered=(), question_version="1", rule_version="1"
        )  # fmt: skip
        yield from self._told_limits()
        if not self._strap:
            yield 1.0, "strap", Noticed(what="no_heart_rate")
        self._t_s = 20.0
        sets = sum(one.sets for one in self._planned.exercises)
        done = 0
        for exercise in self._planned.exercises:
            for number in range(1, exercise.sets + 1):
                if self._ends:
                    break
                yield from self._set(exercise, number)
                done += 1
        yield self._t_s + 1.0, "plan", SessionEnded(
            why=self._ends or "complete", completed=done / sets, lasted_s=self._t_s,
            coverage=None, met_minutes_low=3.0 * self._t_s / 60.0,
            met_minutes_high=4.2 * self._t_s / 60.0, highest_bpm=self._highest or None,
            notes=(),
        )  # fmt: skip

    def _told_limits(self) -> Iterator[Happened]:
        heart, effort = self._limits.heart_rate, self._limits.effort
        for what, limit in (
            ("heart_rate_lower", heart.lower),
            ("heart_rate_upper", heart.upper),
            ("heart_rate_hard_cap", heart.hard_cap),
            ("effort_upper", effort.rpe_upper),
            ("effort_stop", effort.rpe_stop),
            ("pain_stop", effort.pain_stop),
        ):
            if limit is not None:
                yield 0.5, "plan", LimitInForce(
                    what=what, exercise=None, value=limit.value, unit=limit.unit,
                    author=limit.author, source=limit.source,
                )  # fmt: skip
        for one in self._limits.exercises:
            joint = one.joint
            if joint is not None and joint.hard_limit is not None:
                hard = joint.hard_limit
                yield 0.5, "plan", LimitInForce(
                    what=joint.feature, exercise=one.exercise, value=hard.value,
                    unit=hard.unit, author=hard.author, source=hard.source,
                )  # fmt: skip

    def _set(self, plan: PlannedExercise, number: int) -> Iterator[Happened]:
        began = self._t_s
        by_time = plan.mode == "duration"
        wanted = plan.per_set
        unseen = self._number % 11 == 4 and plan.exercise == "wall_push_up"
        yield began, "plan", SetBegan(
            part=plan.part, exercise=plan.exercise, number=number, of=plan.sets, mode=plan.mode,
            planned=wanted,
        )  # fmt: skip
        tired = self._number % 6 == 5 and number == plan.sets
        cycle_s = self._cycle_s(plan)
        count = int(wanted / cycle_s) if by_time else int(wanted) - (3 if tired else 0)
        hard = 1.0 if plan.part == "main" else 0.35
        for index in range(1, count + 1):
            yield from self._heart(self._t_s, self._t_s + cycle_s, hard)
            self._t_s += cycle_s
            yield self._t_s, "tracker", self._repetition(plan, index, cycle_s, judged=not unseen)
            if self._capped and plan.exercise == "step_jack" and index == 9:
                yield from self._passed_cap()
                break
        if not by_time and self._dice.random() < 0.3:
            yield self._t_s, "tracker", RejectedRepetition(
                side="both", start_s=self._t_s - 2.0, end_s=self._t_s, reason=Rejection.PARTIAL,
                detail="41° of 80°", range_deg=41.0,
            )  # fmt: skip
        self._t_s += 1.0
        lasted = self._t_s - began
        done = min(lasted, wanted) if by_time else float(count)
        yield self._t_s, "plan", SetEnded(
            part=plan.part, exercise=plan.exercise, number=number, of=plan.sets, mode=plan.mode,
            planned=wanted, done=done, counted=count, rejected=0, held_s=0.0, lasted_s=lasted,
            why=self._ends or ("complete" if not tired else "nothing_seen"),
            mean_score=None if unseen else 84.0 + 8.0 * self._progress,
            view="front" if unseen else "side", seen_share=0.97,
            not_assessed=("hips_sag",) if unseen else (),
        )  # fmt: skip
        if plan.part == "main" and number == plan.sets and not self._ends:
            yield from self._asked(plan)
        yield from self._heart(self._t_s, self._t_s + _REST_S, 0.1)
        self._t_s += _REST_S

    def _asked(self, plan: PlannedExercise) -> Iterator[Happened]:
        hurts = self._in_pain and plan.exercise in ("sit_to_stand", "half_squat")
        effort = 3 + round(2.2 * self._dice.random()) + (self._number % 10 == 8)
        yield self._t_s + 2.0, "effort", AnswerTaken(question="effort", value=effort, by="resident")
        pain = 6 if hurts else round(1.4 * self._dice.random())
        yield self._t_s + 4.0, "pain", AnswerTaken(question="pain", value=pain, by="resident")
        if hurts:
            limit = self._limits.effort.pain_stop
            alert = IntensityAlert(
                t_s=self._t_s + 4.0, rule="STOP-13", level=AlertLevel.STOP, cue="alerts.stop_13",
                quantity="pain", value=6.0, limit=limit.value, unit="0-10", author=limit.author,
                inputs=(Input(name="pain", value=6.0, unit="0-10"),), ends="exercise",
                notify_staff=True,
            )  # fmt: skip
            yield from _said(alert, "这个动作我们先不做，慢慢放松。")

    def _passed_cap(self) -> Iterator[Happened]:
        cap = self._limits.heart_rate.hard_cap
        if cap is None:
            return
        self._bpm = cap.value + 4.0
        for i in range(6):
            yield (
                self._t_s + i,
                "strap",
                HeartRateSample(
                    t_s=self._t_s + i + 0.01,
                    bpm=self._bpm + i % 2,
                    contact=True,
                    sensor="chest_strap",
                ),
            )
        self._t_s += 6.0
        self._highest = self._bpm + 1.0
        alert = IntensityAlert(
            t_s=self._t_s, rule="STOP-10", level=AlertLevel.STOP, cue="alerts.stop_10",
            quantity="heart_rate", value=self._bpm + 1.0, limit=cap.value, unit="bpm",
            author=cap.author, inputs=(
                Input(name="heart_rate", value=self._bpm + 1.0, unit="bpm"),
                Input(name="above_s", value=5.0, unit="s"),
            ), ends="session", notify_staff=True,
        )  # fmt: skip
        yield from _said(alert, "今天先到这里，慢慢走走，再坐下。")
        self._ends = "STOP-10"

    def _heart(self, begin_s: float, end_s: float, hard: float) -> Iterator[Happened]:
        if not self._strap:
            return
        lower = self._limits.heart_rate.lower
        upper = self._limits.heart_rate.upper
        middle = 112.0 if lower is None or upper is None else (lower.value + upper.value) / 2
        t_s = math.ceil(begin_s / _PACKET_S) * _PACKET_S
        while t_s < end_s:
            aim = 78.0 + (middle - 76.0) * hard + 5.0 * math.sin(t_s / 37.0)
            self._bpm += (aim - self._bpm) * 0.03 + self._dice.uniform(-0.8, 0.8)
            lost = self._number % 5 == 3 and 600.0 < t_s < 780.0
            if not lost:
                self._highest = max(self._highest, round(self._bpm, 1))
                yield (
                    t_s,
                    "strap",
                    HeartRateSample(
                        t_s=t_s, bpm=round(self._bpm, 1), contact=True, sensor="chest_strap"
                    ),
                )
            t_s += _PACKET_S

    def _cycle_s(self, plan: PlannedExercise) -> float:
        asked = sum(
            s or 0.0 for s in (plan.eccentric_s, plan.bottom_s, plan.concentric_s, plan.top_s)
        )
        return max(1.0, asked) * (0.8 + 0.2 * self._progress) * self._dice.uniform(0.92, 1.08)

    def _repetition(
        self, plan: PlannedExercise, index: int, cycle_s: float, *, judged: bool
    ) -> Repetition:
        reached: float | None = None
        if plan.target_deg is not None and judged:
            rest = plan.rest_deg or 0.0
            share = (
                0.955 + 0.09 * self._progress + self._dice.gauss(0.0, 0.03) - 0.002 * min(20, index)
            )
            reached = rest + share * (plan.target_deg - rest)
        fault = None
        rate = 0.45 - 0.35 * self._progress
        if judged and plan.mode == "reps" and self._dice.random() < rate:
            rule = self._catalog[plan.exercise].form_rules[0]
            fault = FormFault(
                rule=rule.id, severity=rule.severity, start_s=self._t_s - 2.0,
                end_s=self._t_s - 1.0, value=51.0 + index, limit=45.0, cue=rule.cue,
                repetition=index,
            )  # fmt: skip
        hit = None
        if reached is not None and plan.target_deg is not None:
            rest = plan.rest_deg or 0.0
            hit = abs(reached - rest) >= 0.94 * abs(plan.target_deg - rest)
        return Repetition(
            index=index, side="both", start_s=self._t_s - cycle_s,
            peak_s=self._t_s - cycle_s / 2.0, end_s=self._t_s, counted_s=self._t_s,
            phases=PhaseDurations(
                eccentric_s=round(0.47 * cycle_s, 2), bottom_hold_s=0.1,
                concentric_s=round(0.43 * cycle_s, 2), top_hold_s=0.1,
            ),
            range_left_deg=reached, range_right_deg=None, range_deg=reached, target_reached=hit,
            asymmetry=None, peak_speed_deg_s=90.0,
            score=None if not judged else 78 if fault else 96,
            faults=() if fault is None else (fault,),
        )  # fmt: skip


def _said(alert: IntensityAlert, text: str) -> Iterator[Happened]:
    yield alert.t_s, "guard", alert
    yield alert.t_s + 0.2, "coach", Cue(
        t_s=alert.t_s + 0.2, key=alert.cue, text=text, language="zh",
        priority=CuePriority.SAFETY, until_s=alert.t_s + 3.0, cause=alert.rule,
    )  # fmt: skip
    yield alert.t_s + 0.3, "guard", StaffNotified(why=alert.rule)


def write_visit(store: Store, visit: Visit) -> None:
    """Keep a visit in a store as if it had been recorded, in one transaction."""
    with store.writing() as connection:
        sessions.begin_session(connection, visit.head, visit.planned, store.recorded_by)
        sessions.append_entries(
            connection,
            visit.head.id,
            [_entry(number, *one) for number, one in enumerate(visit.happened, start=1)],
        )
        sessions.close_session(connection, visit.head.id)


def _entry(number: int, t_s: float, cause: str, event: object) -> Entry:
    if isinstance(event, HeartRateSample):
        line = observation_line(event)
        return Entry(sequence=number, kind="heart_rate", type="HeartRateSample", t_s=t_s, line=line)
    line = event_line(t_s, cause, event)
    return Entry(sequence=number, kind="event", type=type(event).__name__, t_s=t_s, line=line)
