"""A resident who is well, from whom each test takes one thing away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.observations import AnswerValue
from aicoach.screening import (
    Clearance,
    EnrolmentAnswers,
    ScreeningContext,
    clearance,
    questions_for,
)

TODAY = date(2026, 11, 22)
WELL: dict[str, AnswerValue] = {
    "unwell": False,
    "chest_breath": False,
    "dizzy_weak": False,
    "medicine_change": False,
    "meal_alcohol": False,
    "pain": 0,
    "low_sugar_24h": False,
    "foot_wound": False,
    "eye_bleed": False,
    "joint_hot": False,
    "calf_swollen": False,
    "wound_trouble": False,
    "sudden_back_pain": False,
    "dark_urine": False,
    "fallen": False,
    "falls_12_months": 0,
    "weight_gain_kg": 0,
    "systolic_mmhg": 125,
    "diastolic_mmhg": 78,
    "resting_hr_bpm": 68,
    "glucose_mmol": 7.5,
    "spo2_pct": 97,
}


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def cleared() -> Clearance:
    """An active person without disease or symptoms."""
    answers = EnrolmentAnswers(
        active=True, disease=False, symptoms=False, age_years=66, answered_on=date(2026, 6, 1)
    )
    return clearance(answers, TODAY)


@pytest.fixture
def context(cleared: Clearance) -> Callable[..., ScreeningContext]:
    """A plan in force and everything known, with the given differences."""

    def with_(**differences: Any) -> ScreeningContext:
        facts: dict[str, Any] = {
            "plan": "in_force",
            "medical": True,
            "beta_blocker": "no",
            "insulin": "no",
            "sulfonylurea_glinide": "no",
            "clearance": cleared,
        }
        return ScreeningContext(**(facts | differences))

    return with_


@pytest.fixture
def well() -> Callable[..., dict[str, AnswerValue]]:
    """The answers of a well resident to what is asked, with the given differences."""

    def with_(context: ScreeningContext, **differences: AnswerValue) -> dict[str, AnswerValue]:
        asked = questions_for(context)
        return {q.id: WELL[q.id] for q in asked} | differences

    return with_
