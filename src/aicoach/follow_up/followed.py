"""What a report is made from: one resident's plans and sessions, and the day it is made on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from aicoach.adherence import Period, PlanInForce, course_of, in_force_on
from aicoach.prescription import Prescription
from aicoach.records import AlertRecord

if TYPE_CHECKING:
    from aicoach.adherence import HealthAnswers, SessionSummary
    from aicoach.catalog.spec import ExerciseSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAlert:
    """One alert with the session that shows it."""

    session: str
    at: datetime
    """On the resident's clock."""
    alert: AlertRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One resident as a report sees them."""

    resident: str
    name: str | None = None
    birth_year: int | None = None
    today: date
    """The resident's calendar day on which the report is made."""
    period: Period
    summaries: tuple[SessionSummary, ...]
    """All sessions until the end of the period: persistence and trends look further back."""
    alerts: tuple[DatedAlert, ...] = ()
    """Those of the sessions in the period."""
    plans: tuple[Prescription, ...] = ()
    """Every version of every plan."""
    ended: Mapping[tuple[str, int], date] = field(default_factory=dict)
    """Plan and version of what was set aside, and the day from which it held no more."""
    told: tuple[HealthAnswers, ...] = ()
    """Every answer about their health, the oldest first."""
    reviewed_at: datetime | None = None
    """Staff have looked at the sessions that began until then."""

    @property
    def as_of(self) -> date:
        """The last day that is reported on."""
        return min(self.today, self.period.last)

    @property
    def in_period(self) -> tuple[SessionSummary, ...]:
        """The sessions of the period, nobody's demonstrations left out."""
        return tuple(
            one for one in self.summaries if one.day in self.period and not one.demonstration
        )

    def course(self, catalog: Mapping[str, ExerciseSpec]) -> tuple[PlanInForce, ...]:
        """Which version of which plan was in force when."""
        return one_after_the_other(self.plans, catalog, self.ended)

    def plan(self, course: Iterable[PlanInForce]) -> Prescription | None:
        """The version in force at the end of the period; None: there is none."""
        held = in_force_on(course, self.as_of)
        if held is None:
            return None
        named = (held.plan_id, held.version)
        return next((one for one in self.plans if (one.id, one.version) == named), None)

    def first_version(self, plan: Prescription) -> Prescription:
        """The earliest version of the same plan that was signed."""
        signed = [
            one
            for one in self.plans
            if one.id == plan.id and one.status not in ("draft", "example") and one.signed_at
        ]
        return min(signed, key=lambda one: one.version, default=plan)


def one_after_the_other(
    plans: Iterable[Prescription],
    catalog: Mapping[str, ExerciseSpec],
    ended: Mapping[tuple[str, int], date] | None = None,
) -> tuple[PlanInForce, ...]:
    """The course through several plans: a newer plan ends the one before it."""
    by_plan: dict[str, list[Prescription]] = {}
    for plan in plans:
        by_plan.setdefault(plan.id, []).append(plan)
    held = sorted(
        (one for versions in by_plan.values() for one in course_of(versions, catalog, ended)),
        key=lambda one: (one.first, one.plan_id, one.version),
    )
    course: list[PlanInForce] = []
    for one in held:
        if course:
            day_before = one.first - timedelta(days=1)
            last = course[-1].last
            course[-1] = replace(
                course[-1], last=day_before if last is None else min(last, day_before)
            )
            if course[-1].last is not None and course[-1].last < course[-1].first:
                course.pop()
        course.append(one)
    return tuple(course)
