"""A session in events, written by hand: what is known goes in, what is kept must come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any

import pytest

from aicoach.events import FormFault, Hold, PhaseDurations, Repetition
from aicoach.records import PlannedExercise, PlannedSession, SessionRecord
from aicoach.session import SessionEvent
from aicoach.session_events import SessionEnded, SetBegan, SetEnded
from aicoach.session_records import SessionKeeper

HEAD = SessionRecord(
    id="s-1", resident="r-1", plan_id="plan-1", plan_version=3, medical=True,
    started_at=datetime(2026, 3, 2, 1, tzinfo=timezone.utc), time_zone="Asia/Shanghai",
    utc_offset_min=480,
)  # fmt: skip
SQUAT = PlannedExercise(
    ordinal=1, field="items.1", part="main", type="strength", exercise="squat", mode="reps",
    sets=2, reps_min=4, reps_max=5, eccentric_s=2.0, bottom_s=0.0, concentric_s=2.0, top_s=0.0,
    target_deg=80.0, rest_deg=0.0, met=5.0,
)  # fmt: skip
MARCH = PlannedExercise(
    ordinal=2, field="items.2", part="main", type="aerobic", exercise="marching", mode="duration",
    sets=1, duration_s=60.0, met=4.0,
)  # fmt: skip
PLANK = PlannedExercise(
    ordinal=3, field="items.3", part="main", type="strength", exercise="plank", mode="hold",
    sets=1, hold_s=20.0, met=2.8,
)  # fmt: skip


def fault(rule: str = "knees_in", severity: str = "minor", **changes: Any) -> FormFault:
    whole: dict[str, Any] = {
        "rule": rule, "severity": severity, "start_s": 1.0, "end_s": 2.0, "value": 12.0,
        "limit": 10.0, "cue": "knees_out", "repetition": 1,
    }  # fmt: skip
    return FormFault(**{**whole, **changes})


def repetition(index: int, start_s: float, **changes: Any) -> Repetition:
    """Four seconds, as asked."""
    whole: dict[str, Any] = {
        "index": index, "side": "both", "start_s": start_s, "peak_s": start_s + 2.0,
        "end_s": start_s + 4.0, "counted_s": start_s + 4.0,
        "phases": PhaseDurations(
            eccentric_s=2.0, bottom_hold_s=0.1, concentric_s=1.9, top_hold_s=0.0
        ),
        "range_left_deg": 85.0, "range_right_deg": 84.0, "range_deg": 85.0,
        "target_reached": True, "asymmetry": 0.01, "peak_speed_deg_s": 80.0, "score": 100,
    }  # fmt: skip
    return Repetition(**{**whole, **changes})


def hold(start_s: float, end_s: float, *, accepted: bool = True) -> Hold:
    return Hold(start_s=start_s, end_s=end_s, ended_by="moved", accepted=accepted)


def a_set(
    start_s: float,
    end_s: float,
    seen: Iterable[Any],
    planned: PlannedExercise = SQUAT,
    **changes: Any,
) -> list[SessionEvent]:
    """A set with what was seen in it; ``ended`` holds changes of its end."""
    given = list(seen)
    ended = changes.pop("ended", {})
    about: dict[str, Any] = {
        "part": planned.part, "exercise": planned.exercise, "number": 1, "of": planned.sets,
        "mode": planned.mode, "planned": planned.per_set,
    }  # fmt: skip
    about |= changes
    counted = sum(isinstance(one, Repetition) for one in given)
    done = {"reps": float(counted), "duration": end_s - start_s}.get(about["mode"], 0.0)
    outcome: dict[str, Any] = {
        "done": done, "counted": counted, "rejected": 0,
        "held_s": max((one.duration_s for one in given if isinstance(one, Hold)), default=0.0),
        "lasted_s": end_s - start_s, "why": "complete", "mean_score": 100.0, "view": "side",
        "seen_share": 1.0, "not_assessed": (),
    }  # fmt: skip
    events = [event(start_s, SetBegan(**about))]
    events += [event(getattr(one, "end_s", start_s), one) for one in given]
    return [*events, event(end_s, SetEnded(**about, **{**outcome, **ended}))]


def the_end(t_s: float, **changes: Any) -> SessionEvent:
    whole: dict[str, Any] = {
        "why": "complete", "completed": 1.0, "lasted_s": t_s, "coverage": 0.5,
        "met_minutes_low": 1.0, "met_minutes_high": 2.0, "highest_bpm": 130.0, "notes": (),
        "in_zone_s": 40.0, "above_zone_s": 10.0, "main_s": 100.0,
    }  # fmt: skip
    return event(t_s, SessionEnded(**{**whole, **changes}))


def event(t_s: float, what: Any, cause: str = "test") -> SessionEvent:
    return SessionEvent(t_s=t_s, cause=cause, event=what)


@pytest.fixture
def keep() -> Callable[..., SessionKeeper]:
    """A keeper that has taken the events."""

    def kept(*events: SessionEvent, planned: tuple[PlannedExercise, ...] = (SQUAT, MARCH, PLANK)):
        keeper = SessionKeeper(HEAD, PlannedSession(frequency_per_week=3, exercises=planned))
        for one in events:
            keeper.take(one)
        return keeper

    return kept


class Make:
    """The makers above, for tests."""

    event, fault, hold, repetition = (staticmethod(f) for f in (event, fault, hold, repetition))
    a_set, the_end = staticmethod(a_set), staticmethod(the_end)
    squat, march, plank, head = SQUAT, MARCH, PLANK, HEAD


@pytest.fixture
def make() -> type[Make]:
    return Make
