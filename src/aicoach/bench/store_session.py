"""A session as it would be kept, without camera and coach: for tests and measurements.

Deterministic, of any length, with everything the log holds: a screening, limits, sets with
repetitions and faults, refused movements, answers, alerts that come and go, a heart rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Final

from aicoach.adapters.store import new_id
from aicoach.events import FormFault, PhaseDurations, RejectedRepetition, Rejection, Repetition
from aicoach.observations import HeartRateSample
from aicoach.ports import SessionRecorder
from aicoach.records import PlannedExercise, PlannedSession, SessionRecord
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    Cue,
    CuePriority,
    Input,
    IntensityAlert,
    LimitInForce,
    Noticed,
    Screen,
    ScreenChanged,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
)

REPS: Final = 8
REST_S: Final = 30.0
_REP_S: Final = 3.0
Happened = tuple[float, str, object]
"""Time on the session's clock, cause, and the event or the packet of the strap."""


def made_head(resident: str = "R-0001", session_id: str | None = None) -> SessionRecord:
    """How a session begins."""
    return SessionRecord(
        id=session_id or new_id(),
        resident=resident,
        plan_id="steady",
        plan_version=2,
        medical=False,
        started_at=datetime(2026, 3, 2, 1, 30, tzinfo=timezone.utc),
        time_zone="Asia/Shanghai",
        utc_offset_min=480,
        site="site-1",
        cabin="cabin-1",
        program_version="test",
    )


def made_plan(sets: int = 3) -> PlannedSession:
    """What was prescribed for it."""
    squat = PlannedExercise(
        ordinal=1,
        field="items.0",
        part="main",
        type="strength",
        exercise="squat",
        mode="reps",
        sets=sets,
        reps_min=REPS,
        reps_max=REPS,
        eccentric_s=1.5,
        concentric_s=1.5,
        target_deg=80.0,
        met=3.5,
    )
    return PlannedSession(frequency_per_week=3, exercises=(squat,), main_min=10.0)


def made_session(sets: int = 3) -> Iterator[Happened]:
    """Everything that happens in it, in order of time; the last event ends it."""
    t_s = 0.0
    yield (
        t_s,
        "pre_check",
        Screened(
            outcome="limited",
            rules=("PRE-2",),
            unanswered=(),
            question_version="1",
            rule_version="1",
        ),
    )
    for what, value, unit in (
        ("heart_rate_lower", 95.0, "bpm"),
        ("heart_rate_upper", 120.0, "bpm"),
        ("effort_upper", 6.0, ""),
    ):
        yield t_s, "plan", LimitInForce(
            what=what, exercise=None, value=value, unit=unit, author="rules", source="plan"
        )  # fmt: skip
    for number in range(1, sets + 1):
        yield from _set(t_s, number, sets)
        t_s += REPS * _REP_S + REST_S
    ended = SessionEnded(
        why="complete",
        completed=1.0,
        lasted_s=t_s,
        coverage=0.9,
        met_minutes_low=3.0 * t_s / 60.0,
        met_minutes_high=4.0 * t_s / 60.0,
        highest_bpm=124.0,
        notes=(),
        in_zone_s=0.6 * t_s,
        above_zone_s=2.0,
    )
    yield t_s, "plan", ended


def _set(begin_s: float, number: int, of: int) -> Iterator[Happened]:
    t_s = begin_s
    yield t_s, "plan", ScreenChanged(screen=Screen.EXERCISE_SET, exercise="squat")
    yield t_s, "plan", SetBegan(
        part="main", exercise="squat", number=number, of=of, mode="reps", planned=float(REPS)
    )  # fmt: skip
    for index in range(1, REPS + 1):
        for second in range(int(_REP_S)):
            yield t_s + second, "strap", _heart_rate(t_s + second)
        t_s += _REP_S
        yield t_s, "tracker", _repetition(index, t_s)
        yield t_s, "coach", _cue(t_s, f"{index}")
    yield t_s, "tracker", RejectedRepetition(
        side="both", start_s=t_s - 1.0, end_s=t_s, reason=Rejection.PARTIAL,
        detail="41° of 80°", range_deg=41.0,
    )  # fmt: skip
    if number == 1:
        yield t_s, "strap", _alert(t_s, cleared=False)
        yield t_s + 4.0, "strap", _alert(t_s + 4.0, cleared=True)
    t_s += 5.0
    yield t_s, "plan", SetEnded(
        part="main", exercise="squat", number=number, of=of, mode="reps", planned=float(REPS),
        done=float(REPS), counted=REPS, rejected=1, held_s=0.0, lasted_s=t_s - begin_s,
        why="complete", mean_score=90.0, view="side", seen_share=1.0, not_assessed=("knee_in",),
    )  # fmt: skip
    yield t_s + 1.0, "effort", AnswerTaken(question="effort", value=4, by="resident")
    yield t_s + 2.0, "talk", AnswerTaken(question="talk", value="easily", by="resident")
    yield t_s + 2.0, "camera", Noticed(what="view", detail="侧面 side")


def _heart_rate(t_s: float) -> HeartRateSample:
    if int(t_s) % 11 == 5:
        return HeartRateSample(t_s=t_s, bpm=None, contact=False)
    bpm = 105.0 + 15.0 * math.sin(t_s / 40.0)
    return HeartRateSample(t_s=t_s, bpm=bpm, contact=True, rr_ms=(60_000.0 / bpm,))


def _repetition(index: int, t_s: float) -> Repetition:
    fault = FormFault(
        rule="trunk_lean",
        severity="minor",
        start_s=t_s - 2.0,
        end_s=t_s - 1.0,
        value=51.0 + index,
        limit=45.0,
        cue="chest_up",
        repetition=index,
    )
    return Repetition(
        index=index,
        side="both",
        start_s=t_s - _REP_S,
        peak_s=t_s - _REP_S / 2.0,
        end_s=t_s,
        counted_s=t_s,
        phases=PhaseDurations(eccentric_s=1.5, bottom_hold_s=0.1, concentric_s=1.4, top_hold_s=0.0),
        range_left_deg=82.0,
        range_right_deg=None,
        range_deg=82.0,
        target_reached=True,
        asymmetry=None,
        peak_speed_deg_s=91.5,
        score=95 if index % 3 else 85,
        faults=() if index % 3 else (fault,),
    )


def _cue(t_s: float, text: str) -> Cue:
    return Cue(
        t_s=t_s,
        key="session.count",
        text=text,
        language="zh",
        priority=CuePriority.COUNT,
        until_s=t_s + 0.4,
    )


def _alert(t_s: float, *, cleared: bool) -> IntensityAlert:
    return IntensityAlert(
        t_s=t_s,
        rule="HR-HIGH-1",
        level=AlertLevel.WARN,
        cue="alerts.heart_rate_high",
        quantity="heart_rate",
        value=124.0,
        limit=120.0,
        unit="bpm",
        author="rules",
        inputs=(Input(name="heart_rate", value=124.0, unit="bpm"),),
        cleared=cleared,
    )


def hand_over(recorder: SessionRecorder, happened: Happened) -> None:
    """Give one thing that happened to a recorder."""
    t_s, cause, event = happened
    if isinstance(event, HeartRateSample):
        recorder.heart_rate(event)
    else:
        recorder.append(t_s, cause, event)
