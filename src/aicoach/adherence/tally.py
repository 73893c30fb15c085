"""Sums over sessions that can be added: a plan is the sum of its weeks.

What a week may be credited is bounded inside the week, so that a busy week does not make up
for an empty one, and the sum of weeks is bounded as each of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from aicoach.adherence.course import in_force_on, prescribed
from aicoach.adherence.settings import AdherenceSettings, adherence_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from aicoach.adherence.course import PlanInForce
    from aicoach.adherence.periods import Period
    from aicoach.adherence.summary import SessionSummary

_EXACT: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One week, or the sum of several, of one resident."""

    weeks: int = 0
    days_in_force: int = 0
    dose_days: int = 0
    """Days that a figure per week is spread over: those in force, or the whole of a week in which
    something was done on a day without a plan."""
    prescribed_sessions: float = 0.0
    credited_sessions: float = 0.0
    """Completed sessions, in no week more than were prescribed."""
    completed: int = 0
    partial: int = 0
    """Sessions with some work, but less than counts as completed."""
    turned_away: int = 0
    """Visits without any work: not permitted that day, or left before the first set."""
    prescribed_sets: float = 0.0
    credited_sets: float = 0.0
    """Sets done as asked, in no week beyond the cap."""
    done_sets: float = 0.0
    """Sets done at all."""
    not_judged_sets: float = 0.0
    prescribed_zone: float = 0.0
    """Sessions that were to be in a heart-rate window."""
    proven_zone: float = 0.0
    """Sessions' worth of it that is proven, in no week more than were prescribed."""
    possible_zone: float = 0.0
    """The same if all that was not measured in them had been in the window."""
    prescribed_quality: float = 0.0
    """Sessions that were to have repetitions."""
    proven_quality: float = 0.0
    """Sessions' worth of planned repetitions that were done as asked."""
    possible_quality: float = 0.0
    zone_sessions: int = 0
    """Sessions with a heart-rate window and a main part."""
    zone_s: float = 0.0
    """Length of their main parts."""
    measured_s: float = 0.0
    in_zone_s: float = 0.0
    above_zone_s: float = 0.0
    reps: int = 0
    reps_judged: int = 0
    reps_valid: int = 0
    score_sum: float = 0.0
    score_count: int = 0
    tempo_judged: int = 0
    tempo_kept: int = 0
    range_judged: int = 0
    range_kept: int = 0
    moderate_s: float = 0.0
    moderate_unjudged: int = 0
    """Sessions of which some work could not be counted towards the weekly dose."""
    strength_days: int = 0
    active_days: int = 0
    load: float = 0.0
    """Effort times minutes, summed over the sessions that told an effort."""
    load_known: int = 0
    load_unknown: int = 0
    alerts: tuple[tuple[str, int], ...] = ()
    """Rule, and how often; sorted by rule."""

    def __add__(self, other: Tally) -> Tally:
        counts = Counter(dict(self.alerts))
        counts.update(dict(other.alerts))
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name != "alerts"
        }
        return Tally(**sums, alerts=tuple(sorted(counts.items())))


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    whole = Tally()
    for one in tallies:
        whole = whole + one
    return whole


def tally_week(
    summaries: Iterable[SessionSummary],
    course: Sequence[PlanInForce],
    week: Period,
    settings: AdherenceSettings | None = None,
) -> Tally:
    """Done against prescribed in one week, or in the part of it that ``week`` is.

    Sessions of other days are left out, a session that is given twice is taken once, and
    the order does not matter.
    """
    settings = adherence_settings() if settings is None else settings
    mine = in_order(one for one in summaries if one.day in week)
    asked = prescribed(course, week)
    worked = [one for one in mine if one.done_share > 0.0 or one.not_judged_share > 0.0]
    completed = sum(is_completed(one, settings) for one in worked)
    zone = [one for one in worked if one.zone_asked and one.main_s]
    rated = [one for one in worked if one.effort is not None and one.lasted_s is not None]
    held = all(in_force_on(course, one.day) is not None for one in mine)
    in_zone = [zone_of(one) for one in zone]
    as_asked = [quality_of(one) for one in worked]
    counts: Counter[str] = Counter()
    for one in mine:
        for alert in one.alerts:
            counts[alert.rule] += alert.times
    return Tally(
        weeks=1,
        days_in_force=asked.days,
        dose_days=asked.days if held else week.n_days,
        prescribed_sessions=asked.sessions,
        credited_sessions=min(float(completed), asked.sessions),
        completed=completed,
        partial=len(worked) - completed,
        turned_away=len(mine) - len(worked),
        prescribed_sets=asked.sets,
        credited_sets=min(
            sum(one.valid_share for one in mine), settings.counting.volume_cap * asked.sets
        ),
        done_sets=sum(one.done_share for one in mine),
        not_judged_sets=sum(one.not_judged_share for one in mine),
        prescribed_zone=asked.zone_sessions,
        proven_zone=best((low for low, _ in in_zone), asked.zone_sessions),
        possible_zone=best((high for _, high in in_zone), asked.zone_sessions),
        prescribed_quality=asked.rep_sessions,
        proven_quality=best((low for low, _ in as_asked), asked.rep_sessions),
        possible_quality=best((high for _, high in as_asked), asked.rep_sessions),
        zone_sessions=len(zone),
        zone_s=sum(one.main_s or 0.0 for one in zone),
        measured_s=sum(one.measured_s or 0.0 for one in zone),
        in_zone_s=sum(one.in_zone_s or 0.0 for one in zone),
        above_zone_s=sum(one.above_zone_s or 0.0 for one in zone),
        reps=sum(one.reps for one in mine),
        reps_judged=sum(one.reps_judged for one in mine),
        reps_valid=sum(one.reps_valid for one in mine),
        score_sum=sum(one.score_sum for one in mine),
        score_count=sum(one.score_count for one in mine),
        tempo_judged=sum(one.tempo_judged for one in mine),
        tempo_kept=sum(one.tempo_kept for one in mine),
        range_judged=sum(one.range_judged for one in mine),
        range_kept=sum(one.range_kept for one in mine),
        moderate_s=sum(one.moderate_s for one in mine),
        moderate_unjudged=sum(not one.moderate_judged for one in mine),
        strength_days=len({one.day for one in mine if one.strength}),
        active_days=len(active_days(worked)),
        load=sum((one.effort or 0.0) * (one.lasted_s or 0.0) / 60.0 for one in rated),
        load_known=len(rated),
        load_unknown=len(worked) - len(rated),
        alerts=tuple(sorted(counts.items())),
    )


def zone_of(one: SessionSummary) -> tuple[float, float]:
    """How much of a session's main part was in the window, [0, 1]: proven, and at most.

    A main part of which only some was done is that share of one.
    """
    main_s = one.main_s or 0.0
    if main_s <= 0.0:
        return 0.0, 0.0
    whole = min(1.0, one.done_share / one.planned_share) if one.planned_share > 0.0 else 1.0
    inside_s = one.in_zone_s or 0.0
    open_s = max(0.0, main_s - (one.measured_s or 0.0))
    return whole * min(1.0, inside_s / main_s), whole * min(1.0, (inside_s + open_s) / main_s)


def quality_of(one: SessionSummary) -> tuple[float, float]:
    """How many of a session's planned repetitions were done as asked, [0, 1]: proven, at most.

    Beyond the plan nothing is looked at, so that a bad repetition that is lost helps nobody.
    """
    by_reps = [each for each in one.exercises if each.mode == "reps"]
    planned = sum(each.planned for each in by_reps) or float(one.reps)
    if planned <= 0.0:
        return 0.0, 0.0
    good = sum(min(each.valid, each.planned) for each in by_reps) if by_reps else one.reps_valid
    unseen = sum(
        each.planned * min(1.0, each.sets_not_judged / each.planned_sets)
        for each in by_reps
        if each.planned_sets > 0
    )
    unjudged = max(unseen, float(one.reps - one.reps_judged))
    return min(1.0, good / planned), min(1.0, (good + unjudged) / planned)


def best(shares: Iterable[float], asked: float) -> float:
    """The sum of the best ``asked`` of them; of a part of a session, that part."""
    total_of, left = 0.0, asked
    for share in sorted(shares, reverse=True):
        if left <= 0.0:
            break
        total_of += share * min(1.0, left)
        left -= 1.0
    return total_of


def is_completed(one: SessionSummary, settings: AdherenceSettings) -> bool:
    """Whether enough of the prescribed main part was done."""
    wanted = settings.counting.session_share * one.planned_share
    return one.planned_share > 0.0 and reaches(one.done_share, wanted)


def reaches(value: float, bound: float) -> bool:
    """Whether ``value`` is at least ``bound``; sums of shares are not exact to the last bit."""
    return value >= bound - _EXACT


def in_order(summaries: Iterable[SessionSummary]) -> tuple[SessionSummary, ...]:
    """Each session once, by time, without demonstrations."""
    once = {one.session: one for one in summaries if not one.demonstration}
    return tuple(sorted(once.values(), key=lambda one: (one.started_at, one.session)))


def active_days(summaries: Iterable[SessionSummary]) -> frozenset[date]:
    """Days with some work."""
    return frozenset(
        one.day for one in summaries if one.done_share > 0.0 or one.not_judged_share > 0.0
    )
