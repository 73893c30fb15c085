"""Adherence of a period: shares with what they rest on, labels, and an index with its parts.

Three numbers stand behind every share: what was good, what was judged, what was asked for.
``credited`` relates the good to what was asked for, so that what nobody measured is never
credited; ``measured`` relates it to what was judged, and is None where nothing was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aicoach.adherence.periods import WEEK, iso_weeks
from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.tally import Tally, reaches, tally_week, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from aicoach.adherence.course import PlanInForce
    from aicoach.adherence.periods import Period
    from aicoach.adherence.summary import SessionSummary

Label = Literal["good", "partial", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Good of judged of asked, in one unit: sessions, sets, seconds, repetitions."""

    good: float
    judged: float
    asked: float
    cap: float = 1.0

    @property
    def measured(self) -> float | None:
        """Good of what was judged; None where nothing was."""
        return min(self.cap, self.good / self.judged) if self.judged > 0.0 else None

    @property
    def credited(self) -> float | None:
        """Good of what was asked for; None where nothing was asked for."""
        return min(self.cap, self.good / self.asked) if self.asked > 0.0 else None

    @property
    def coverage(self) -> float | None:
        """Judged of what was asked for, [0, 1]; None where nothing was asked for."""
        return min(1.0, self.judged / self.asked) if self.asked > 0.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """One component of the compliance index."""

    name: Literal["session", "volume", "intensity", "quality"]
    weight: float
    """Of the components that the plan asks for; they sum to 1."""
    low: float
    """What is proven, [0, 1]."""
    high: float
    """What it could be at most, if all that was not measured had been good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceIndex:
    """Weighted sum of its parts; a band where not all was measured."""

    low: float
    high: float
    parts: tuple[IndexPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What the period amounts to in a week, beside the guideline."""

    moderate_min_per_week: float
    """Moderate or harder activity; an estimate from the movement."""
    at_least: bool
    """Some work could not be counted: it was this, or more."""
    moderate_target_min: float
    moderate_enough_min: float
    strength_days_per_week: float
    strength_target_days: float
    load_per_week: float | None
    """Effort times minutes; None where no effort was told."""
    load_at_least: bool
    """Some sessions told no effort."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """Done against prescribed in a period."""

    first: date
    last: date
    finished: bool
    """Whether the period is over; no label is given before."""
    tally: Tally
    sessions: Share
    volume: Share
    """Sets of the main part as asked; ``done_volume`` has all that was done."""
    done_volume: Share
    intensity: Share
    """Seconds of the main part in the heart-rate window."""
    above_zone_s: float | None
    """None: not measured."""
    quality: Share
    """Repetitions done as asked."""
    tempo: Share
    range: Share
    mean_score: float | None
    dose: Dose | None
    """None where no plan was in force, or not yet for a week, as everything per week is."""
    index: ComplianceIndex | None
    """None where nothing was prescribed."""
    session_label: Label | None
    volume_label: Label | None
    intensity_label: Label | None
    quality_label: Label | None
    index_label: Label | None
    """By the proven end of the index."""
    not_measured: tuple[str, ...]
    """Names of the shares of which nothing, or not all, was measured."""

    @property
    def too_early(self) -> bool:
        """A plan was in force, but on fewer days than a week has: too few to compare with it."""
        return 0 < self.tally.days_in_force < WEEK


def adherence_of(
    summaries: Iterable[SessionSummary],
    course: Sequence[PlanInForce],
    weeks: Sequence[Period],
    today: date,
    settings: AdherenceSettings | None = None,
) -> Adherence:
    """The adherence of consecutive weeks.

    weeks : of :func:`iso_weeks`, or :func:`weeks_until` for a window up to today.
    today : days after it ask for nothing yet.

    Raises
    ------
    ValueError
        If there is no week.
    """
    if not weeks:
        raise ValueError("adherence needs at least one week")
    settings = adherence_settings() if settings is None else settings
    given = tuple(summaries)
    tallies = [
        tally_week(given, course, week, settings)
        for week in (_elapsed(week, today) for week in weeks)
        if week is not None
    ]
    first, last = weeks[0].first, weeks[-1].last
    return judged(total(tallies), first, last, finished=last <= today, settings=settings)


def by_week(
    summaries: Iterable[SessionSummary],
    course: Sequence[PlanInForce],
    first: date,
    today: date,
    settings: AdherenceSettings | None = None,
) -> tuple[Adherence, ...]:
    """One adherence per calendar week, Monday to Sunday, from ``first`` to this week."""
    given = tuple(summaries)
    last = max(first, today)
    weeks = iso_weeks(first, last)
    done = [adherence_of(given, course, (week,), today, settings) for week in weeks[:-1]]
    now = weeks[-1]
    whole = adherence_of(given, course, (now,), today, settings)
    over = now.last.weekday() == 6
    return (*done, whole if over else _going_on(whole, settings))


def by_day(
    summaries: Iterable[SessionSummary],
    period: Period,
    settings: AdherenceSettings | None = None,
) -> dict[date, Tally]:
    """What was done on each day. A plan asks for so much a week, so a day has no share."""
    given = tuple(summaries)
    return {day: tally_week(given, (), type(period)(day, day), settings) for day in period}


def judged(
    tally: Tally,
    first: date,
    last: date,
    *,
    finished: bool,
    settings: AdherenceSettings | None = None,
) -> Adherence:
    """A tally as shares, labels and index."""
    settings = adherence_settings() if settings is None else settings
    shares = {
        "sessions": Share(
            good=tally.credited_sessions,
            judged=tally.prescribed_sessions,
            asked=tally.prescribed_sessions,
        ),
        "volume": Share(
            good=tally.credited_sets,
            judged=max(0.0, tally.prescribed_sets - tally.not_judged_sets),
            asked=tally.prescribed_sets,
            cap=settings.counting.volume_cap,
        ),
        "intensity": Share(good=tally.in_zone_s, judged=tally.measured_s, asked=tally.zone_s),
        "quality": Share(good=tally.reps_valid, judged=tally.reps_judged, asked=tally.reps),
        "tempo": Share(good=tally.tempo_kept, judged=tally.tempo_judged, asked=tally.reps),
        "range": Share(good=tally.range_kept, judged=tally.range_judged, asked=tally.reps),
    }
    index = _index(tally, shares, settings)
    labels = {
        name: label_of(share.credited, settings)
        if finished and share.measured is not None
        else None
        for name, share in shares.items()
    }
    return Adherence(
        first=first,
        last=last,
        finished=finished,
        tally=tally,
        **shares,
        done_volume=Share(
            good=tally.done_sets,
            judged=tally.prescribed_sets,
            asked=tally.prescribed_sets,
            cap=settings.counting.volume_cap,
        ),
        above_zone_s=tally.above_zone_s if tally.measured_s > 0.0 else None,
        mean_score=tally.score_sum / tally.score_count if tally.score_count else None,
        dose=_dose(tally, settings),
        index=index,
        session_label=labels["sessions"],
        volume_label=labels["volume"],
        intensity_label=labels["intensity"],
        quality_label=labels["quality"],
        index_label=label_of(index.low, settings) if finished and index is not None else None,
        not_measured=tuple(
            name
            for name, share in shares.items()
            if share.coverage is not None and share.coverage < 1.0
        ),
    )


def label_of(share: float | None, settings: AdherenceSettings | None = None) -> Label | None:
    """``good``, ``partial`` or ``low``; None for what is not known."""
    if share is None:
        return None
    labels = (adherence_settings() if settings is None else settings).labels
    if reaches(share, labels.good):
        return "good"
    return "partial" if reaches(share, labels.partial) else "low"


def _index(
    tally: Tally, shares: dict[str, Share], settings: AdherenceSettings
) -> ComplianceIndex | None:
    """The index: every part in what the plan asked for, so that nothing that is lost raises it.

    Time in the window and repetitions as asked count by sessions, of the prescribed ones: of a
    session that did not take place, or of which nothing is known, neither is proven.
    """
    weights = settings.index
    zone = Share(
        good=tally.proven_zone,
        judged=tally.prescribed_zone - (tally.possible_zone - tally.proven_zone),
        asked=tally.prescribed_zone,
    )
    quality = Share(
        good=tally.proven_quality,
        judged=tally.prescribed_quality - (tally.possible_quality - tally.proven_quality),
        asked=tally.prescribed_quality,
    )
    asked = [
        ("session", weights.session, shares["sessions"]),
        ("volume", weights.volume, shares["volume"]),
        ("intensity", weights.intensity, zone),
        ("quality", weights.quality, quality),
    ]
    if shares["sessions"].asked <= 0.0:
        return None
    # A plan may have no window, or no repetitions: what it does not ask for has no weight.
    held = [(name, weight, share) for name, weight, share in asked if share.asked > 0.0]
    whole = sum(weight for _, weight, _ in held)
    parts = tuple(
        IndexPart(
            name=name,  # type: ignore[arg-type]
            weight=weight / whole,
            low=min(1.0, share.good / share.asked),
            high=min(1.0, (share.good + max(0.0, share.asked - share.judged)) / share.asked),
        )
        for name, weight, share in held
    )
    return ComplianceIndex(
        low=sum(one.weight * one.low for one in parts),
        high=sum(one.weight * one.high for one in parts),
        parts=parts,
    )


def _dose(tally: Tally, settings: AdherenceSettings) -> Dose | None:
    if tally.days_in_force == 0 or tally.dose_days < WEEK:
        return None
    weeks = tally.dose_days / WEEK
    return Dose(
        moderate_min_per_week=tally.moderate_s / 60.0 / weeks,
        at_least=tally.moderate_unjudged > 0,
        moderate_target_min=settings.week.moderate_min,
        moderate_enough_min=settings.week.moderate_enough_min,
        strength_days_per_week=tally.strength_days / weeks,
        strength_target_days=settings.week.strength_days,
        load_per_week=tally.load / weeks if tally.load_known else None,
        load_at_least=tally.load_unknown > 0,
    )


def _elapsed(week: Period, today: date) -> Period | None:
    if week.first > today:
        return None
    return week if week.last <= today else type(week)(week.first, today)


def _going_on(whole: Adherence, settings: AdherenceSettings | None) -> Adherence:
    return judged(whole.tally, whole.first, whole.last, finished=False, settings=settings)
