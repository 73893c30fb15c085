"""A resident who does as asked, in one place to be changed: summaries, plans, courses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from aicoach.adherence import ExerciseSummary, PlanInForce, SessionSummary
from aicoach.catalog import load_catalog
from aicoach.catalog.loader import as_tuples
from aicoach.catalog.spec import ExerciseSpec
from aicoach.prescription import Prescription

CHINA = timezone(timedelta(hours=8))


def summary(day: date, **changes: Any) -> SessionSummary:
    """One session, everything done and measured."""
    began = datetime.combine(day, time(9), CHINA).astimezone(timezone.utc)
    whole: dict[str, Any] = {
        "session": f"s-{day.isoformat()}",
        "resident": "r-1",
        "plan_id": "plan-1",
        "plan_version": 1,
        "medical": False,
        "started_at": began,
        "day": day,
        "lasted_s": 1800.0,
        "why_ended": "complete",
        "exercises": (),
        "planned_share": 4.0,
        "valid_share": 4.0,
        "done_share": 4.0,
        "not_judged_share": 0.0,
        "zone_asked": True,
        "main_s": 900.0,
        "measured_s": 900.0,
        "in_zone_s": 810.0,
        "above_zone_s": 0.0,
        "highest_bpm": 118.0,
        "reps": 40,
        "reps_judged": 40,
        "reps_valid": 36,
        "score_sum": 3600.0,
        "score_count": 40,
        "tempo_judged": 40,
        "tempo_kept": 30,
        "range_judged": 40,
        "range_kept": 38,
        "faults": (),
        "form_judged": (("squat", 40),),
        "moderate_s": 1200.0,
        "moderate_judged": True,
        "strength": True,
        "effort": 4.0,
        "highest_effort": 4.0,
        "highest_pain": 0.0,
        "alerts": (),
    }
    return SessionSummary(**{**whole, **changes})


def exercise(**changes: Any) -> ExerciseSummary:
    """One exercise of a session, done in full with two repetitions to spare."""
    whole: dict[str, Any] = {
        "field": "items.1", "exercise": "sit_to_stand", "instead": None, "part": "main",
        "type": "strength", "mode": "reps", "planned_sets": 2, "planned": 24.0, "done": 22.0,
        "valid": 22.0, "sets_done": 2, "sets_not_judged": 0, "last_set_valid": 10.0,
        "reps_min": 8, "reps_max": 12, "share": 2.0, "highest_effort": 4.0, "highest_pain": 0.0,
    }  # fmt: skip
    return ExerciseSummary(**{**whole, **changes})


def in_force(first: date, last: date | None = None, **changes: Any) -> PlanInForce:
    """Three sessions of four sets a week."""
    held = PlanInForce(
        plan_id="plan-1", version=1, first=first, last=last, sessions_per_week=3,
        sets_per_week=12.0, zone_asked=True,
    )  # fmt: skip
    return replace(held, **changes)


def prescription(**changes: Any) -> Prescription:
    """A plan of two exercises that may grow."""
    document: dict[str, Any] = {
        "schema": 1,
        "id": "plan-1",
        "version": 1,
        "status": "active",
        "kind": "fitness",
        "title": {"zh": "计划", "en": "Plan"},
        "signed_at": date(2026, 1, 5),
        "valid_from": date(2026, 1, 5),
        "author": {"id": "coach-1", "role": "coach"},
        "resident": {"id": "r-1", "birth_year": 1961},
        "medications": {"beta_blocker": "no", "insulin": "no", "sulfonylurea_glinide": "no"},
        "session": {"frequency_per_week": 3, "cool_down_min": 5.0},
        "progression": {"type": "2for2"},
        "items": [
            {
                "exercise": "sit_to_stand", "type": "strength", "mode": "reps", "sets": 2,
                "reps_min": 8, "reps_max": 12,
            },
            {"exercise": "marching", "type": "aerobic", "mode": "duration", "duration_s": 240.0},
        ],
    }  # fmt: skip
    return Prescription.model_validate(as_tuples({**document, **changes}))


@pytest.fixture(scope="session")
def catalog() -> dict[str, ExerciseSpec]:
    return dict(load_catalog())


@pytest.fixture
def session() -> Callable[..., SessionSummary]:
    return summary


@pytest.fixture
def done() -> Callable[..., ExerciseSummary]:
    return exercise


@pytest.fixture
def held() -> Callable[..., PlanInForce]:
    return in_force


@pytest.fixture
def plan() -> Callable[..., Prescription]:
    return prescription
