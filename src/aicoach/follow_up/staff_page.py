"""The page of staff: one resident, done against prescribed, and what to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aicoach.adherence import (
    Period,
    adherence_of,
    fault_changes,
    persistence,
    propose,
    say_proposal,
    say_reason,
    say_waiting,
    top_faults,
    triage,
)
from aicoach.catalog.vocabulary import conditions
from aicoach.follow_up.safety import AlertLine, grave_events, lesser_events
from aicoach.follow_up.staff_shares import (
    MetricLine,
    dose_lines,
    index_text,
    metric_lines,
    open_lines,
)
from aicoach.follow_up.weeks import RangeCourse, Week, blocks_of, range_courses, weeks_of
from aicoach.follow_up.wording import words_of
from aicoach.prescription.explain import explain
from aicoach.prescription.session_limits import limits_and_problems

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adherence import Persistence, SessionSummary
    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up.followed import Followed
    from aicoach.follow_up.wording import Words
    from aicoach.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """The version in force."""

    title: str
    version: int
    kind: str
    author: str
    signed_at: date | None
    valid_until: date | None
    review_due: date | None
    conditions: tuple[str, ...]
    asks: tuple[str, ...]
    """What it asks for, in plain words."""
    limits: tuple[str, ...]
    """With who set them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """Why somebody should look."""

    level: str
    text: str
    day: date | None
    session: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A fault that comes back, as what to do about it."""

    exercise: str
    cue: str
    severity: str
    reps: int
    judged: int
    rate: float | None
    trend: str
    """``better``, ``same``, ``worse``, or empty: too few repetitions to say."""
    before: float | None
    now: float | None
    trend_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellsPoint:
    """What the resident told in one session, 0 to 10; None: not told."""

    day: date
    effort: float | None
    pain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A change that the data speak for; nothing until somebody signs."""

    text: str
    because: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of the period."""

    session: str
    day: date
    weekday: str
    minutes: str
    sets: str
    as_asked: float | None
    highest_bpm: str
    effort: str
    pain: str
    ended: str
    alerts: int
    """That stopped something or asked for rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """What staff read about one resident on one page."""

    language: Language
    resident: str
    name: str | None
    birth_year: int | None
    made_on: date
    first: date
    last: date
    plan: PlanFacts | None
    level: str
    level_text: str
    reasons: tuple[ReasonLine, ...]
    metrics: tuple[MetricLine, ...]
    index_text: str
    dose: tuple[tuple[str, str], ...]
    weeks: tuple[Week, ...]
    tells: tuple[TellsPoint, ...]
    effort_stop: float | None
    pain_stop: float | None
    faults: tuple[FaultLine, ...]
    ranges: tuple[RangeCourse, ...]
    persistence: tuple[tuple[str, str], ...]
    safety: tuple[AlertLine, ...]
    lesser_alerts: tuple[tuple[str, int], ...]
    proposals: tuple[ProposalLine, ...]
    waiting: tuple[str, ...]
    not_measured: tuple[str, ...]
    sessions: tuple[SessionLine, ...]


def staff_page(
    followed: Followed, language: Language, catalog: Mapping[str, ExerciseSpec]
) -> StaffPage:
    """Everything that stands on the page."""
    words = words_of(language, catalog)
    course = followed.course(catalog)
    plan = followed.plan(course)
    found = adherence_of(followed.summaries, course, blocks_of(followed), followed.as_of)
    weeks = weeks_of(followed, course)
    known = [one for one in followed.summaries if one.day <= followed.as_of]
    level = triage(
        known, course, followed.as_of, reviewed_at=followed.reviewed_at, told=followed.told
    )
    limits = None if plan is None else limits_and_problems(plan, catalog, followed.as_of).limits
    proposals, waiting = _proposals(followed, plan, words)
    return StaffPage(
        language=language,
        resident=followed.resident,
        name=followed.name,
        birth_year=followed.birth_year,
        made_on=followed.today,
        first=followed.period.first,
        last=followed.as_of,
        plan=None if plan is None else _plan_facts(plan, followed, words),
        level=level.level.name.lower(),
        level_text=words.phrases.text(f"staff.level.{level.level.name.lower()}"),
        reasons=tuple(
            ReasonLine(
                level=one.level.name.lower(),
                text=say_reason(one, language, catalog),
                day=one.day,
                session=one.session,
            )
            for one in level.reasons
        ),
        metrics=tuple(metric_lines(found, words)),
        index_text=index_text(found, words),
        dose=dose_lines(found, words),
        weeks=weeks,
        tells=tuple(
            TellsPoint(day=one.day, effort=one.highest_effort, pain=one.highest_pain)
            for one in followed.in_period
        ),
        effort_stop=None if limits is None else limits.effort.rpe_stop.value,
        pain_stop=None if limits is None else limits.effort.pain_stop.value,
        faults=_faults(followed, words),
        ranges=range_courses(followed, plan, catalog),
        persistence=_persistence(persistence(known, course, followed.as_of), words),
        safety=grave_events(followed.alerts, words),
        lesser_alerts=lesser_events(followed.alerts, words),
        proposals=proposals,
        waiting=waiting,
        not_measured=tuple(open_lines(found, followed, course, words)),
        sessions=tuple(_session_line(one, followed, words) for one in reversed(followed.in_period)),
    )


def _plan_facts(plan: Prescription, followed: Followed, words: Words) -> PlanFacts:
    sections = {
        section.title: section.lines
        for section in explain(plan, words.catalog, words.language, followed.as_of)
    }
    known = conditions()
    author = ""
    if plan.author is not None:
        role = words.phrases.text(f"plan.role.{plan.author.role}")
        author = words("author_and_role", author=plan.author.id, role=role)
    return PlanFacts(
        title=plan.title.text(words.language),
        version=plan.version,
        kind=words(f"kind.{plan.kind}"),
        author=author or words("author.unknown"),
        signed_at=plan.signed_at,
        valid_until=plan.valid_until,
        review_due=plan.review_due,
        conditions=tuple(
            known[code].name(words.language) for code in plan.conditions if code in known
        ),
        asks=sections.get(words.phrases.text("plan.section.what"), ()),
        limits=sections.get(words.phrases.text("plan.section.limits"), ()),
    )


def _faults(followed: Followed, words: Words) -> tuple[FaultLine, ...]:
    """The three most frequent of the period, each with its last half against its first."""
    period = Period(followed.period.first, followed.as_of)
    changes = {}
    if period.n_days > 1:
        middle = period.first + timedelta(days=period.n_days // 2 - 1)
        before, now = Period(period.first, middle), Period(middle + timedelta(days=1), period.last)
        changes = {
            (one.exercise, one.rule): one for one in fault_changes(followed.summaries, before, now)
        }
    lines = []
    for one in top_faults(followed.summaries, period):
        change = changes.get((one.exercise, one.rule))
        trend = "" if change is None else change.trend
        lines.append(
            FaultLine(
                exercise=words.exercise(one.exercise),
                cue=words.cue(one.cue),
                severity=words.known(f"severity.{one.severity}", one.severity),
                reps=one.reps,
                judged=one.judged,
                rate=one.rate,
                trend=trend,
                before=None if change is None else change.before,
                now=None if change is None else change.now,
                trend_text=words(f"trend.{trend or 'unknown'}"),
            )
        )
    return tuple(lines)


def _persistence(found: Persistence, words: Words) -> tuple[tuple[str, str], ...]:
    last = (
        words("persistence.never")
        if found.last_day is None
        else words(
            "persistence.last_day_ago",
            day=words.day(found.last_day),
            days=found.idle_days,
        )
    )
    dropouts = words("join").join(words.day(day, year=True) for day in found.dropouts)
    return (
        (words("persistence.last_day"), last),
        (words("persistence.streak"), words("weeks", value=found.streak_weeks)),
        (words("persistence.longest"), words("weeks", value=found.longest_streak_weeks)),
        (
            words("persistence.reached"),
            words("of", done=found.weeks_reached, asked=found.weeks_asked),
        ),
        (words("persistence.dropouts"), dropouts or words("none")),
    )


def _proposals(
    followed: Followed, plan: Prescription | None, words: Words
) -> tuple[tuple[ProposalLine, ...], tuple[str, ...]]:
    if plan is None:
        return (), ()
    first = followed.first_version(plan)
    found = propose(plan, followed.summaries, words.catalog, followed.as_of, first=first)
    lines = []
    for one in found.proposals:
        text, because, _ = say_proposal(one, words.language, words.catalog)
        evidence = tuple(words.evidence(shown) for shown in one.evidence)
        lines.append(ProposalLine(text=text, because=because, evidence=evidence))
    waiting = tuple(say_waiting(one, words.language, words.catalog) for one in found.waiting)
    return tuple(lines), waiting


def _session_line(one: SessionSummary, followed: Followed, words: Words) -> SessionLine:
    judged = one.reps_valid / one.reps_judged if one.reps_judged else None
    grave = sum(
        dated.session == one.session and dated.alert.level in ("stop", "rest")
        for dated in followed.alerts
    )
    return SessionLine(
        session=one.session,
        day=one.day,
        weekday=words.weekday(one.day),
        minutes=words.minutes(one.lasted_s),
        sets=words(
            "of", done=words.number(one.done_share, 1), asked=words.number(one.planned_share, 1)
        ),
        as_asked=judged,
        highest_bpm=words.number(one.highest_bpm),
        effort=words.number(one.highest_effort),
        pain=words.number(one.highest_pain),
        ended=words.ended(one.why_ended),
        alerts=grave,
    )
