"""What is kept of a session: plain values, every one with its target beside it.

A session is kept as one :class:`KeptSession`. Inside it, ``t_s`` is the session's own clock;
:meth:`SessionRecord.at` gives the moment. A set is named by its ``ordinal``, 1 is the first
of the session. None means not measured, not known, or not asked for: never zero, never good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

COMPLETE: Final = "complete"
INTERRUPTED: Final = "interrupted"
"""``why_ended`` of a session that was cut off: by a power cut, a crash, a closed lid."""
NOBODY: Final = "nobody"
"""Whose session it is when the plan names no resident: a demonstration's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One visit: whose, where, by which plan, from when to when."""

    id: str
    resident: str
    plan_id: str
    plan_version: int
    """The version it ran with, whatever came later."""
    medical: bool
    started_at: datetime
    """UTC."""
    time_zone: str
    """Of the resident, as the zone database names it, e.g. ``Asia/Shanghai``."""
    utc_offset_min: int
    """Of that zone when the session began, in minutes east."""
    start_s: float = 0.0
    """Session clock at ``started_at``."""
    ended_at: datetime | None = None
    """UTC; None while it is going on."""
    why_ended: str | None = None
    """``complete``, ``interrupted``, the rule or the command that ended it; None: goes on."""
    cabin: str | None = None
    site: str | None = None
    language: str = "zh"
    demonstration: bool = False
    """A show, with an example plan; nobody's exercise."""
    program_version: str = ""
    lasted_s: float | None = None
    """Without the pauses."""
    completed: float | None = None
    """Share of the planned sets that were done, [0, 1], as the session reckoned it."""
    met_minutes_low: float | None = None
    met_minutes_high: float | None = None
    """Energy cost times minutes, an estimate, so a band."""
    notes: tuple[str, ...] = ()

    def at(self, t_s: float) -> datetime:
        """The moment (UTC) of a time of the session's clock."""
        return self.started_at + timedelta(seconds=t_s - self.start_s)

    @property
    def day(self) -> date:
        """The resident's calendar day on which it began."""
        return (self.started_at + timedelta(minutes=self.utc_offset_min)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedExercise:
    """One exercise as it was prescribed for this session."""

    ordinal: int
    """1 is the first of the session."""
    field: str
    """Where it stands in the plan, e.g. ``items.2``, or ``default warm_up``."""
    part: str
    """``warm_up``, ``main`` or ``cool_down``."""
    type: str
    """``aerobic``, ``strength``, ``balance``, ``flexibility`` or ``mobility``."""
    exercise: str
    mode: str
    """``reps``, ``hold`` or ``duration``."""
    sets: int
    reps_min: int | None = None
    reps_max: int | None = None
    hold_s: float | None = None
    duration_s: float | None = None
    side: str = "both"
    support: str = "none"
    eccentric_s: float | None = None
    bottom_s: float | None = None
    concentric_s: float | None = None
    top_s: float | None = None
    target_deg: float | None = None
    rest_deg: float | None = None
    """The same angle in the start pose."""
    load_type: str | None = None
    load_kg: float | None = None
    load_band: str | None = None
    met: float | None = None
    """Energy cost of the exercise by the catalogue."""
    min_valid_ratio: float | None = None
    """Share of good repetitions below which it does not count as done."""

    @property
    def per_set(self) -> float:
        """Repetitions, or seconds, of one set."""
        wanted = {"reps": self.reps_max or self.reps_min, "hold": self.hold_s}
        return float(wanted.get(self.mode, self.duration_s) or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSession:
    """What was prescribed for this session, before anything was replaced for the day."""

    frequency_per_week: int
    exercises: tuple[PlannedExercise, ...]
    main_min: float | None = None
    total_min_max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRecord:
    """One limit that held, with who set it."""

    what: str
    """``heart_rate_upper``, ``pain_stop``, ``knee_flexion_deg`` ..."""
    exercise: str | None
    value: float
    unit: str
    author: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRecord:
    """What the pre-check of the day came to."""

    t_s: float
    outcome: str
    rules: tuple[str, ...]
    """Strictest first."""
    unanswered: tuple[str, ...]
    question_version: str
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementRecord:
    """A planned exercise that was done otherwise, or not at all."""

    t_s: float
    planned: str
    instead: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRecord:
    """One set: planned, done, and how it was seen."""

    ordinal: int
    part: str
    exercise: str
    number: int
    """1 is the first set of this exercise."""
    of: int
    mode: str
    start_s: float
    end_s: float | None
    """None: it never ended, the session was cut off."""
    planned: float
    """Repetitions, or seconds of a hold or of a set by time."""
    done: float
    """In the unit of ``planned``: everything that was counted."""
    valid: float | None
    """In the unit of ``planned``: what was done as asked; None: could not be judged."""
    counted: int
    rejected: int
    held_s: float
    active_s: float | None
    """Seconds in movement or in a hold, without the waiting in between; None: not seen."""
    why_ended: str | None
    mean_score: float | None
    view: str
    seen_share: float | None
    """Share of the set with the resident in the picture, [0, 1]."""
    not_assessed: tuple[str, ...] = ()
    """Form rules that this view could not judge."""
    planned_ordinal: int | None = None
    """The :class:`PlannedExercise` it belongs to; None: done in the place of another one, or
    not planned."""
    replaces: str | None = None
    """The planned exercise it was done for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionRecord:
    """One counted repetition, each measurement beside what was asked for."""

    set: int
    """Ordinal of the set."""
    index: int
    """1 is the first of the set."""
    side: str
    start_s: float
    peak_s: float
    end_s: float
    eccentric_s: float
    bottom_s: float
    concentric_s: float
    top_s: float
    target_eccentric_s: float | None
    target_bottom_s: float | None
    target_concentric_s: float | None
    target_top_s: float | None
    range_deg: float | None
    range_left_deg: float | None
    range_right_deg: float | None
    target_deg: float | None
    target_reached: bool | None
    asymmetry: float | None
    peak_speed_deg_s: float | None
    score: int | None
    """0 to 100; None when nothing could be judged."""
    valid: bool | None
    """Done as asked: range reached, nothing gravely wrong; None: could not be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """A movement that was not counted, and why."""

    set: int
    side: str
    start_s: float
    end_s: float
    reason: str
    detail: str
    range_deg: float | None
    target_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRecord:
    """One kept position beside the seconds that were asked for."""

    set: int
    start_s: float
    end_s: float
    target_s: float | None
    ended_by: str
    accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRecord:
    """One breach of a form rule, with its bound."""

    set: int
    repetition: int | None
    """Index of the repetition; None: between repetitions."""
    rule: str
    severity: str
    cue: str
    start_s: float
    end_s: float
    value: float | None
    limit: float | None
    side: str
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateRecord:
    """The heart rate of a session: the series as sent, and what it came to.

    ``t_s`` and ``bpm`` have the same length; None in ``bpm`` is a packet without a rate.
    """

    sensor: str | None = None
    t_s: tuple[float, ...] = ()
    bpm: tuple[float | None, ...] = ()
    lower_bpm: float | None = None
    upper_bpm: float | None = None
    hard_cap_bpm: float | None = None
    main_s: float | None = None
    """Length of the main part."""
    measured_s: float | None = None
    """Of the main part, how much had a heart rate."""
    in_zone_s: float | None = None
    above_zone_s: float | None = None
    """Both of the measured seconds; None where there is no window, or nothing was measured."""
    highest_bpm: float | None = None
    mean_bpm: float | None = None

    @property
    def coverage(self) -> float | None:
        """Share of the main part with a heart rate; None when there was no main part."""
        if not self.main_s or self.measured_s is None:
            return None
        return min(1.0, self.measured_s / self.main_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortRecord:
    """Effort or pain as the resident put it, 0 to 10, beside the highest that is allowed."""

    t_s: float
    question: str
    """``effort`` or ``pain``."""
    value: float | None
    """None: asked, and not answered."""
    limit: float | None
    limit_author: str | None
    by: str
    exercise: str | None
    set: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """Any other answer, and what staff entered."""

    t_s: float
    question: str
    value: bool | int | float | str | None
    by: str
    exercise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRecord:
    """One measurement or answer behind an alert."""

    name: str
    value: float | str | bool | None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """A limit was reached or passed: value, limit, and whose limit it was."""

    t_s: float
    rule: str
    level: str
    """``none``, ``inform``, ``warn``, ``slow``, ``rest`` or ``stop``."""
    cue: str
    quantity: str
    value: float | str | None
    limit: float | None
    unit: str
    author: str
    inputs: tuple[InputRecord, ...]
    ends: str
    """``nothing``, ``set``, ``exercise`` or ``session``."""
    notify_staff: bool
    cleared_s: float | None
    """When it was over; None: never."""
    exercise: str | None
    set: int | None
    said: str | None = None
    """What the resident heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """Something that staff may want to know, or were told at once."""

    t_s: float
    what: str
    detail: str = ""
    urgent: bool = False
    """Staff were notified while the session ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """Everything that is kept of one session, each list in order of time."""

    session: SessionRecord
    planned: PlannedSession
    limits: tuple[LimitRecord, ...] = ()
    screening: ScreeningRecord | None = None
    replacements: tuple[ReplacementRecord, ...] = ()
    sets: tuple[SetRecord, ...] = ()
    repetitions: tuple[RepetitionRecord, ...] = ()
    rejected: tuple[RejectedRecord, ...] = ()
    holds: tuple[HoldRecord, ...] = ()
    faults: tuple[FaultRecord, ...] = ()
    heart_rate: HeartRateRecord = HeartRateRecord()
    efforts: tuple[EffortRecord, ...] = ()
    answers: tuple[AnswerRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
