"""What was prescribed, day by day: the versions of a plan and when each was in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from aicoach.prescription import session_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aicoach.adherence.periods import Period
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInForce:
    """One version of a plan as long as it held."""

    plan_id: str
    version: int
    first: date
    last: date | None
    """The last day; None: it still holds."""
    sessions_per_week: int
    sets_per_week: float
    """Sets of the main part, all sessions of a week together."""
    zone_asked: bool
    """There is a heart-rate window."""
    review_due: date | None = None
    sessions_with_reps: int | None = None
    """Sessions of a week that ask for repetitions in the main part; None: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """What a period asked for; a week's dose is spread evenly over its days."""

    days: int
    """Days on which a plan was in force."""
    sessions: float
    sets: float
    zone_sessions: float
    """Of them, those with a heart-rate window."""
    rep_sessions: float
    """And those that ask for repetitions."""


def plan_in_force(
    plan: Prescription,
    catalog: Mapping[str, ExerciseSpec],
    first: date,
    last: date | None = None,
) -> PlanInForce:
    """A plan as it is counted; what its conditions leave out is not asked for."""
    frequency = plan.session.frequency_per_week
    week = [
        [
            block
            for block in session_blocks(plan, catalog, session_of_week=k).blocks
            if block.part == "main"
        ]
        for k in range(1, frequency + 1)
    ]
    sets = sum(block.sets for blocks in week for block in blocks)
    return PlanInForce(
        plan_id=plan.id,
        version=plan.version,
        first=first,
        last=last,
        sessions_per_week=frequency,
        sets_per_week=float(sets),
        zone_asked=plan.intensity.heart_rate.method != "none",
        review_due=plan.review_due,
        sessions_with_reps=sum(any(one.mode == "reps" for one in blocks) for blocks in week),
    )


def course_of(
    versions: Iterable[Prescription],
    catalog: Mapping[str, ExerciseSpec],
    ended: Mapping[tuple[str, int], date] | None = None,
) -> tuple[PlanInForce, ...]:
    """Signed versions of one plan, one after the other: each holds until the next begins.

    A version begins on ``valid_from``, or on the day it was signed; drafts and examples
    ask for nothing. A paused, completed or revoked version ends what came before it.

    ended : plan and version of what was in force and then set aside, and the first day on which
        it held no more. What it asked for until then stays asked for; a version that was set
        aside before it began is left out.
    """
    ended = {} if ended is None else ended
    begun = [
        (plan.valid_from or plan.signed_at, plan, _ended(plan, ended))
        for plan in versions
        if plan.status not in ("draft", "example")
    ]
    dated = [
        (first, plan, end)
        for first, plan, end in begun
        if first is not None and (end is None or first < end)
    ]
    dated.sort(key=lambda one: one[1].version)
    course: list[PlanInForce] = []
    for first, plan, end in dated:
        while course and course[-1].first >= first:
            course.pop()  # replaced before it began
        if course:
            day_before = first - timedelta(days=1)
            last = course[-1].last
            last = day_before if last is None else min(last, day_before)
            course[-1] = replace(course[-1], last=last)
        lives = plan.valid_until is None or plan.valid_until >= first
        if lives and (plan.status == "active" or end is not None):
            course.append(plan_in_force(plan, catalog, first, _last_day(plan.valid_until, end)))
    return tuple(course)


def _ended(plan: Prescription, ended: Mapping[tuple[str, int], date]) -> date | None:
    """None for what holds still, whenever it was set aside before."""
    return None if plan.status == "active" else ended.get((plan.id, plan.version))


def _last_day(valid_until: date | None, end: date | None) -> date | None:
    if end is None:
        return valid_until
    day_before = end - timedelta(days=1)
    return day_before if valid_until is None else min(valid_until, day_before)


def course_of_plans(
    versions: Iterable[Prescription],
    catalog: Mapping[str, ExerciseSpec],
    ended: Mapping[tuple[str, int], date] | None = None,
) -> tuple[PlanInForce, ...]:
    """The same over several plans of one resident: a new plan ends the one before it."""
    plans: dict[str, list[Prescription]] = {}
    for one in versions:
        plans.setdefault(one.id, []).append(one)
    every = [part for mine in plans.values() for part in course_of(mine, catalog, ended)]
    every.sort(key=lambda one: (one.first, one.plan_id, one.version))
    course: list[PlanInForce] = []
    for part in every:
        if course and course[-1].first == part.first:
            course.pop()
        elif course and (course[-1].last is None or course[-1].last >= part.first):
            course[-1] = replace(course[-1], last=part.first - timedelta(days=1))
        course.append(part)
    return tuple(course)


def prescribed(course: Iterable[PlanInForce], period: Period) -> Prescribed:
    """What the versions ask for in a period; they must not overlap each other."""
    days, sessions, sets, zone, reps = 0, 0.0, 0.0, 0.0, 0.0
    for plan in course:
        mine = period.overlap_days(plan.first, plan.last)
        days += mine
        sessions += plan.sessions_per_week * mine / 7.0
        sets += plan.sets_per_week * mine / 7.0
        if plan.zone_asked:
            zone += plan.sessions_per_week * mine / 7.0
        with_reps = plan.sessions_with_reps
        reps += (plan.sessions_per_week if with_reps is None else with_reps) * mine / 7.0
    return Prescribed(
        days=days, sessions=sessions, sets=sets, zone_sessions=zone, rep_sessions=reps
    )


def in_force_on(course: Iterable[PlanInForce], day: date) -> PlanInForce | None:
    """The version that holds on a day."""
    for plan in course:
        if plan.first <= day and (plan.last is None or day <= plan.last):
            return plan
    return None
