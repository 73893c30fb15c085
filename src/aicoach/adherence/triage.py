"""Whom staff look at first: red, amber or green, and every reason why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from aicoach.adherence.course import in_force_on
from aicoach.adherence.health_answers import said_yes_on
from aicoach.adherence.metrics import adherence_of
from aicoach.adherence.periods import Period, weeks_until
from aicoach.adherence.settings import AdherenceSettings, TriageSettings, adherence_settings
from aicoach.adherence.tally import active_days, in_order
from aicoach.adherence.technique import fault_changes, range_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from aicoach.adherence.course import PlanInForce
    from aicoach.adherence.health_answers import HealthAnswers
    from aicoach.adherence.summary import SessionSummary

Value = str | int | float | date


class TriageLevel(IntEnum):
    """How soon somebody should look."""

    GREEN = 0
    AMBER = 1
    RED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: a phrase of ``phrases/staff.*.toml``, and the values that stand in it."""

    level: TriageLevel
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    """``exercise`` is an id of the catalogue, ``cue`` one of the exercises' cues."""
    day: date | None = None
    session: str | None = None
    """The session that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """One line of the list that staff begin the day with."""

    level: TriageLevel
    reasons: tuple[Reason, ...]
    """The gravest first, of these the newest."""


FALL: Final = frozenset({"STOP-9", "STOP-9-SILENT"})
HEART: Final = frozenset({"STOP-10"})
PAIN: Final = frozenset({"STOP-13"})
ASKED: Final = frozenset({"STOP-7"})
"""The resident asked to stop: their good right, and worth a question."""
UNWATCHED: Final = frozenset({"STOP-8"})
NOT_RECOVERED: Final = "not_recovered"
_TURNED_AWAY: Final = frozenset({"refer", "block"})


def triage(
    summaries: Iterable[SessionSummary],
    course: Sequence[PlanInForce],
    today: date,
    *,
    reviewed_at: datetime | None = None,
    reviewed: Collection[str] = (),
    told: Sequence[HealthAnswers] = (),
    settings: AdherenceSettings | None = None,
) -> Triage:
    """What the last days give reason to look at.

    summaries : at least those of the last four weeks.
    reviewed_at : staff have looked at everything that began until then (UTC); what happened
        in those sessions is not raised again, what persists is.
    reviewed : ids of sessions that staff have looked at one by one; the same holds for them.
    told : every answer about their health, the oldest first.
    """
    settings = adherence_settings() if settings is None else settings
    given, rules = in_order(summaries), settings.triage
    window = _window(today, rules.window_days)
    recent = [
        one
        for one in given
        if one.day in window
        and (reviewed_at is None or one.started_at > reviewed_at)
        and one.session not in reviewed
    ]
    reasons = [reason for one in recent for reason in _of_session(one, rules)]
    reasons += _of_adherence(given, course, today, settings)
    reasons += _of_trends(given, today, settings)
    reasons += _of_plan(given, course, today, settings)
    reasons += _of_answers(told, today)
    reasons.sort(key=lambda one: (-one.level, -(one.day or date.min).toordinal(), one.key))
    level = max((one.level for one in reasons), default=TriageLevel.GREEN)
    return Triage(level=level, reasons=tuple(reasons))


def _of_session(one: SessionSummary, rules: TriageSettings) -> Iterator[Reason]:
    yield from _of_alerts(one)
    if one.why_ended == NOT_RECOVERED:
        yield _shown_by(one, TriageLevel.RED, "not_recovered")
    if one.why_ended in _TURNED_AWAY:
        yield _shown_by(one, TriageLevel.AMBER, "turned_away")
    pain, effort = one.highest_pain, one.highest_effort
    if pain is not None and pain > rules.pain_above:
        limit = _short(rules.pain_above)
        yield _shown_by(one, TriageLevel.RED, "pain", value=_short(pain), limit=limit)
    elif any(alert.rule in PAIN for alert in one.alerts):
        yield _shown_by(one, TriageLevel.RED, "pain_stop")
    if effort is not None and effort >= rules.effort_from:
        yield _shown_by(one, TriageLevel.AMBER, "effort", value=_short(effort))


def _of_alerts(one: SessionSummary) -> Iterator[Reason]:
    rules = {alert.rule: alert.level for alert in one.alerts if alert.rule.startswith("STOP-")}
    stops = {rule for rule, level in rules.items() if level == "stop"}
    if stops & FALL:
        yield _shown_by(one, TriageLevel.RED, "fall")
    if stops & HEART and one.highest_bpm is not None:
        yield _shown_by(one, TriageLevel.RED, "heart_rate_cap", highest=round(one.highest_bpm))
    elif stops & HEART:
        yield _shown_by(one, TriageLevel.RED, "heart_rate_cap_unseen")
    if stops & ASKED:
        yield _shown_by(one, TriageLevel.AMBER, "asked_to_stop")
    if stops & UNWATCHED:
        yield _shown_by(one, TriageLevel.AMBER, "monitoring_lost")
    for rule in sorted(rules.keys() - FALL - HEART - ASKED - UNWATCHED - PAIN):
        if rule in stops:
            yield _shown_by(one, TriageLevel.RED, "safety_stop", rule=rule)
        else:
            yield _shown_by(one, TriageLevel.AMBER, "symptom", rule=rule)


def _shown_by(one: SessionSummary, level: TriageLevel, name: str, **values: Value) -> Reason:
    return Reason(
        level=level, key=f"staff.triage.{name}", values=values, day=one.day, session=one.session
    )


def _of_adherence(
    given: Sequence[SessionSummary],
    course: Sequence[PlanInForce],
    today: date,
    settings: AdherenceSettings,
) -> Iterator[Reason]:
    rules, days = settings.triage, int(settings.triage.window_days)
    found = adherence_of(given, course, weeks_until(today, days), today, settings)
    share, tally = found.sessions.credited, found.tally
    # Whoever has just begun is not behind yet.
    if tally.days_in_force >= days and share is not None and share < rules.share_below:
        yield Reason(
            level=TriageLevel.AMBER,
            key="staff.triage.few_sessions",
            values={
                "done": tally.completed,
                "asked": _short(tally.prescribed_sessions),
                "days": days,
            },
            day=today,
        )
    coverage = found.intensity.coverage
    if coverage is not None and coverage < rules.coverage_below:
        yield Reason(
            level=TriageLevel.AMBER,
            key="staff.triage.coverage",
            values={"percent": round(100.0 * coverage), "days": days},
            day=today,
        )


def _of_trends(
    given: Sequence[SessionSummary], today: date, settings: AdherenceSettings
) -> Iterator[Reason]:
    rules = settings.triage
    now = _window(today, rules.window_days)
    before = Period(
        today - timedelta(days=int(rules.trend_days) - 1), now.first - timedelta(days=1)
    )
    for change in fault_changes(given, before, now, settings):
        if change.trend == "worse":
            yield Reason(
                level=TriageLevel.AMBER,
                key="staff.triage.fault_trend",
                values={
                    "exercise": change.exercise,
                    "cue": change.cue,
                    "before": round(100.0 * change.before),
                    "now": round(100.0 * change.now),
                },
                day=today,
            )
    for change in range_changes(given, before, now, settings):
        if change.trend == "worse":
            yield Reason(
                level=TriageLevel.AMBER,
                key="staff.triage.range_loss",
                values={
                    "exercise": change.exercise,
                    "before": round(change.before),
                    "now": round(change.now),
                },
                day=today,
            )


def _of_plan(
    given: Sequence[SessionSummary],
    course: Sequence[PlanInForce],
    today: date,
    settings: AdherenceSettings,
) -> Iterator[Reason]:
    plan = in_force_on(course, today)
    if plan is None:
        return
    if plan.review_due is not None and plan.review_due < today:
        yield Reason(
            level=TriageLevel.AMBER,
            key="staff.triage.review_due",
            values={"date": plan.review_due},
            day=plan.review_due,
        )
    days = int(settings.persistence.dropout_days)
    idle = _window(today, days)
    asked = all(in_force_on(course, day) is not None for day in idle)
    if asked and not any(day in idle for day in active_days(given)):
        yield Reason(
            level=TriageLevel.AMBER,
            key="staff.triage.dropout",
            values={"days": days},
            day=today,
        )


def _of_answers(told: Sequence[HealthAnswers], today: date) -> Iterator[Reason]:
    """Raised until staff have asked and written it down: a yes does not pass with the days."""
    said = said_yes_on([one for one in told if one.day <= today])
    if said is not None:
        yield Reason(
            level=TriageLevel.AMBER,
            key="staff.triage.health_answer",
            values={"date": said},
            day=said,
        )


def _window(today: date, days: float) -> Period:
    return Period(today - timedelta(days=int(days) - 1), today)


def _short(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 1)
