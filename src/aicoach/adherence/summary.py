"""One session in numbers that add up: what adherence is reckoned from.

A summary is small, so that a store can keep it as a row and read a year of it at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """One fault of one exercise, in how many repetitions it was found."""

    exercise: str
    rule: str
    cue: str
    severity: str
    reps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCount:
    """One alert of the guard, how grave it became, and how often."""

    rule: str
    level: str
    exercise: str | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSummary:
    """One planned exercise of a session in numbers that add up."""

    field: str
    """Where it stands in the plan."""
    exercise: str
    """As planned."""
    instead: str | None
    """What was done in its place; None: nothing was replaced."""
    part: str
    type: str
    mode: str
    planned_sets: int
    planned: float
    """All sets together: repetitions, or seconds."""
    done: float
    valid: float
    """What was done as asked; nothing that could not be judged."""
    sets_done: int
    sets_not_judged: int
    """Sets in which nobody could see whether it was done as asked."""
    last_set_valid: float | None
    """Of the last planned set; None when it was not done or could not be judged."""
    reps_min: int | None
    reps_max: int | None
    share: float = 0.0
    """Sets done as asked, in planned sets; nothing beyond the cap, nothing under the gate."""
    range_sum_deg: float = 0.0
    """Distance from the start pose, summed over the repetitions in which it was measured."""
    range_count: int = 0
    """Repetitions whose range was measured."""
    highest_effort: float | None = None
    highest_pain: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """One session in numbers that add up: what adherence needs, one row of a table.

    Volumes are of the main part. Counts of what was judged stand beside counts of what was
    good, so that the unseen is neither good nor bad.
    """

    session: str
    resident: str
    plan_id: str
    plan_version: int
    medical: bool
    started_at: datetime
    day: date
    """The resident's calendar day."""
    lasted_s: float | None
    why_ended: str | None
    exercises: tuple[ExerciseSummary, ...]
    """Of the main part, in the order of the plan."""
    planned_share: float
    """Planned sets."""
    valid_share: float
    """Sets done as asked, in planned sets; nothing beyond the cap of an exercise."""
    done_share: float
    """Sets done at all, in planned sets; nothing beyond the cap of an exercise."""
    not_judged_share: float
    """Sets that were done, but could not be judged."""
    zone_asked: bool
    """The plan has a heart-rate window."""
    main_s: float | None
    measured_s: float | None
    in_zone_s: float | None
    above_zone_s: float | None
    highest_bpm: float | None
    reps: int
    """Counted repetitions."""
    reps_judged: int
    reps_valid: int
    score_sum: float
    score_count: int
    tempo_judged: int
    tempo_kept: int
    range_judged: int
    range_kept: int
    faults: tuple[FaultCount, ...]
    form_judged: tuple[tuple[str, int], ...]
    """Exercise, and in how many repetitions its form could be judged."""
    moderate_s: float
    """Active seconds of moderate or harder work; an estimate."""
    moderate_judged: bool
    """False: something that would count could not be seen."""
    strength: bool
    """Some strength work was done."""
    effort: float | None
    """The last effort told in the session, 0 to 10."""
    highest_effort: float | None
    highest_pain: float | None
    alerts: tuple[AlertCount, ...]
    met_minutes_low: float | None = None
    met_minutes_high: float | None = None
    demonstration: bool = False
    """A show with an example plan: nobody's exercise, counted nowhere."""
