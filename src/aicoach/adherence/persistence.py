"""Staying with it: weeks in a row, weeks that count, and when somebody stopped coming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.adherence.course import in_force_on
from aicoach.adherence.periods import Period, iso_weeks
from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.tally import active_days, in_order, reaches, tally_week

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from aicoach.adherence.course import PlanInForce
    from aicoach.adherence.summary import SessionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """Of one resident, from the first day of the plan until today."""

    streak_weeks: int
    """Weeks in a row that reached the threshold, up to now; the running week counts once it
    has, and does not break the row before."""
    longest_streak_weeks: int
    weeks_reached: int
    weeks_asked: int
    """Weeks that are over and asked for something."""
    last_day: date | None
    """The last day with a session."""
    idle_days: int
    """Days of a plan in force since then."""
    dropouts: tuple[date, ...]
    """Each day on which so many idle days were full that it is called a dropout."""
    dropped_out: bool
    """And nobody has come back since."""


def persistence(
    summaries: Iterable[SessionSummary],
    course: Sequence[PlanInForce],
    today: date,
    settings: AdherenceSettings | None = None,
) -> Persistence:
    """How steadily somebody comes; days without a plan are no idle days."""
    settings = adherence_settings() if settings is None else settings
    given = in_order(summaries)
    began = [plan.first for plan in course if plan.first <= today]
    days = active_days(given)
    last_day = max((day for day in days if day <= today), default=None)
    if not began:
        return Persistence(
            streak_weeks=0, longest_streak_weeks=0, weeks_reached=0, weeks_asked=0,
            last_day=last_day, idle_days=0, dropouts=(), dropped_out=False,
        )  # fmt: skip
    whole = Period(min(began), today)
    streak = longest = reached = asked = 0
    for week in iso_weeks(whole.first, whole.last):
        tally = tally_week(given, course, week, settings)
        if tally.prescribed_sessions <= 0.0:
            continue
        going_on = week.last == today and today.weekday() != 6
        good = _reaches(tally.credited_sessions, tally.prescribed_sessions, settings)
        if going_on:
            # Half a week is not held against anybody, but may be full already.
            full = _full_week(course, today)
            good = full > 0.0 and _reaches(float(tally.completed), full, settings)
        asked += not going_on
        reached += good and not going_on
        streak = streak + 1 if good else streak if going_on else 0
        longest = max(longest, streak)
    idle, dropouts = 0, []
    for day in whole:
        if day in days:
            idle = 0
        elif in_force_on(course, day) is not None:
            idle += 1
            if idle == settings.persistence.dropout_days:
                dropouts.append(day)
    return Persistence(
        streak_weeks=streak,
        longest_streak_weeks=longest,
        weeks_reached=reached,
        weeks_asked=asked,
        last_day=last_day,
        idle_days=idle,
        dropouts=tuple(dropouts),
        dropped_out=idle >= settings.persistence.dropout_days,
    )


def _reaches(credited: float, asked: float, settings: AdherenceSettings) -> bool:
    return reaches(credited, settings.persistence.week_share * asked)


def _full_week(course: Sequence[PlanInForce], today: date) -> float:
    plan = in_force_on(course, today)
    return 0.0 if plan is None else float(plan.sessions_per_week)
