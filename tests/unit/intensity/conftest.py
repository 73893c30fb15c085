"""Limits for tests: a person of 65 with a resting rate of 70, 40 to 59 % of reserve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace

import pytest

from aicoach.intensity.guard import IntensityGuard
from aicoach.limits import (
    EffortLimits,
    ExerciseLimits,
    HeartRateLimits,
    Limit,
    SessionLimits,
)
from aicoach.observations import Answer, AnswerValue, HeartRateSample, HeartRateSensor
from aicoach.session_events import IntensityAlert

LOWER, UPPER, CAP = 107.0, 124.0, 145.0


def by_doctor(value: float, unit: str = "bpm") -> Limit:
    return Limit(value=value, unit=unit, author="dr-lin", source="intensity.hr")


def heart_limits(
    *,
    lower: float | None = LOWER,
    upper: float | None = UPPER,
    cap: float | None = CAP,
    required: bool = False,
    rest_bpm: float | None = 70.0,
    max_bpm: float | None = 162.5,
) -> HeartRateLimits:
    return HeartRateLimits(
        method="hrr",
        lower=None if lower is None else by_doctor(lower),
        upper=None if upper is None else by_doctor(upper),
        hard_cap=None if cap is None else by_doctor(cap),
        rest_bpm=rest_bpm,
        max_bpm=max_bpm,
        required=required,
    )


def session_limits(
    heart: HeartRateLimits | None = None,
    *,
    medical: bool = True,
    may_encourage: bool = False,
    longest_s: float | None = None,
    rpe_upper: float | None = 6.0,
) -> SessionLimits:
    return SessionLimits(
        heart_rate=heart or heart_limits(),
        effort=EffortLimits(
            rpe_lower=None,
            rpe_upper=None if rpe_upper is None else by_doctor(rpe_upper, "0-10"),
            rpe_stop=by_doctor(8.0, "0-10"),
            pain_stop=by_doctor(5.0, "0-10"),
            talk="moderate",
        ),
        exercises=(),
        longest_s=None if longest_s is None else by_doctor(longest_s, "s"),
        medical=medical,
        beta_blocker="no",
        may_encourage=may_encourage,
    )


def exercise_limits(exercise: str = "squat", **changed: object) -> ExerciseLimits:
    values: dict[str, object] = {
        "exercise": exercise,
        "tempo": None,
        "slow_on_purpose": False,
        "cadence_per_min": None,
        "joint": None,
        "pain_stop": by_doctor(5.0, "0-10"),
        "rpe_upper": None,
        "longest_hold_s": None,
        "met": 3.8,
        **changed,
    }
    return ExerciseLimits(**values)  # type: ignore[arg-type]


def sample(
    t_s: float,
    bpm: float | None,
    *,
    contact: bool | None = None,
    sensor: HeartRateSensor = "chest_strap",
) -> HeartRateSample:
    return HeartRateSample(t_s=t_s, bpm=bpm, contact=contact, sensor=sensor)


def answer(t_s: float, question: str, value: AnswerValue) -> Answer:
    return Answer(t_s=t_s, question=question, value=value)


def play(
    guard: IntensityGuard,
    rate: Callable[[float], float | None],
    until_s: float,
    *,
    start_s: float = 0.0,
    every_s: float = 1.0,
    sensor: HeartRateSensor = "chest_strap",
) -> list[IntensityAlert]:
    """Feed ``rate(t)`` into the guard; None: no packet, only time. Gives the alerts."""
    alerts: list[IntensityAlert] = []
    for i in range(round((until_s - start_s) / every_s) + 1):
        t_s = start_s + i * every_s
        bpm = rate(t_s)
        if bpm is None:
            alerts += guard.tick(t_s)
        else:
            alerts += guard.heart_rate(sample(t_s, bpm, sensor=sensor))
    return alerts


def begun(alerts: Iterable[IntensityAlert], rule: str) -> list[IntensityAlert]:
    return [alert for alert in alerts if alert.rule == rule and not alert.cleared]


def over(alerts: Iterable[IntensityAlert], rule: str) -> list[IntensityAlert]:
    return [alert for alert in alerts if alert.rule == rule and alert.cleared]


def rules(alerts: Iterable[IntensityAlert]) -> list[str]:
    return [alert.rule for alert in alerts if not alert.cleared]


@pytest.fixture(scope="session")
def given() -> SimpleNamespace:
    """Builders that all tests of the guard share."""
    return SimpleNamespace(
        LOWER=LOWER,
        UPPER=UPPER,
        CAP=CAP,
        by_doctor=by_doctor,
        heart=heart_limits,
        session=session_limits,
        exercise=exercise_limits,
        sample=sample,
        answer=answer,
        play=play,
        begun=begun,
        over=over,
        rules=rules,
    )
