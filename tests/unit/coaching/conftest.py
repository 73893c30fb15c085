"""Repetitions, faults and alerts for the tests of the coach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aicoach.events import FormFault, PhaseDurations, RejectedRepetition, Repetition
from aicoach.session_events import AlertLevel, IntensityAlert

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.events import Rejection


def _fault(rule: str = "knees_in", end_s: float = 0.0, **more: Any) -> FormFault:
    given = {
        "severity": "major",
        "cue": "knees_over_toes",
        "start_s": end_s - 1.0,
        "value": 0.7,
        "limit": 0.85,
    }
    return FormFault(rule=rule, end_s=end_s, **(given | more))


def _repetition(index: int, end_s: float, *faults: FormFault, **more: Any) -> Repetition:
    given = {
        "side": "both",
        "start_s": end_s - 3.0,
        "peak_s": end_s - 1.5,
        "counted_s": end_s,
        "phases": PhaseDurations(
            eccentric_s=1.5, bottom_hold_s=0.0, concentric_s=1.5, top_hold_s=0.0
        ),
        "range_left_deg": 90.0,
        "range_right_deg": 90.0,
        "range_deg": 90.0,
        "target_reached": True,
        "asymmetry": 0.0,
        "peak_speed_deg_s": 90.0,
        "score": 75 if faults else 100,
    }
    return Repetition(index=index, end_s=end_s, faults=faults, **(given | more))


def _rejected(reason: Rejection, end_s: float = 0.0) -> RejectedRepetition:
    return RejectedRepetition(
        side="both", start_s=end_s - 2.0, end_s=end_s, reason=reason, detail="41 of 80 deg"
    )


def _alert(rule: str = "HR-HIGH-2", level: AlertLevel = AlertLevel.SLOW, **more: Any):
    given = {
        "t_s": 0.0,
        "cue": "no_words_of_its_own",
        "quantity": "heart_rate",
        "value": 131.0,
        "limit": 120.0,
        "unit": "bpm",
        "author": "clinician 7",
    }
    return IntensityAlert(rule=rule, level=level, **(given | more))


@pytest.fixture
def fault() -> Callable[..., FormFault]:
    """Makes a form fault that ends at ``end_s``."""
    return _fault


@pytest.fixture
def repetition() -> Callable[..., Repetition]:
    """Makes repetition ``index``, of three seconds, that ends and counts at ``end_s``."""
    return _repetition


@pytest.fixture
def rejected() -> Callable[..., RejectedRepetition]:
    """Makes a movement that was not counted."""
    return _rejected


@pytest.fixture
def alert() -> Callable[..., IntensityAlert]:
    """Makes an alert of the guard."""
    return _alert
