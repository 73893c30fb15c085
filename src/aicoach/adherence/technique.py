"""Faults that come back, and whether form and range get better or worse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.tally import in_order, reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aicoach.adherence.periods import Period
    from aicoach.adherence.summary import SessionSummary

Trend = Literal["better", "same", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRate:
    """How often a fault came, of the repetitions in which it could have been seen."""

    exercise: str
    rule: str
    cue: str
    severity: str
    reps: int
    judged: int

    @property
    def rate(self) -> float | None:
        """Share of the judged repetitions; None where none could be judged."""
        return min(1.0, self.reps / self.judged) if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One number before and now, with how many repetitions stand behind each."""

    exercise: str
    rule: str
    """The fault; empty for the range of motion."""
    cue: str
    before: float
    now: float
    reps_before: int
    reps_now: int
    trend: Trend


def fault_rates(summaries: Iterable[SessionSummary], period: Period) -> tuple[FaultRate, ...]:
    """All faults of a period, the most frequent first."""
    mine = [one for one in in_order(summaries) if one.day in period]
    judged: Counter[str] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    looks: dict[tuple[str, str], tuple[str, str]] = {}
    for one in mine:
        judged.update(dict(one.form_judged))
        for fault in one.faults:
            counts[fault.exercise, fault.rule] += fault.reps
            looks[fault.exercise, fault.rule] = (fault.cue, fault.severity)
    rates = [
        FaultRate(
            exercise=exercise,
            rule=rule,
            cue=looks[exercise, rule][0],
            severity=looks[exercise, rule][1],
            reps=reps,
            judged=judged[exercise],
        )
        for (exercise, rule), reps in counts.items()
    ]
    return tuple(sorted(rates, key=lambda one: (-one.reps, one.exercise, one.rule)))


def top_faults(
    summaries: Iterable[SessionSummary], period: Period, n: int = 3
) -> tuple[FaultRate, ...]:
    """The ``n`` most frequent faults."""
    return fault_rates(summaries, period)[:n]


def fault_changes(
    summaries: Iterable[SessionSummary],
    before: Period,
    now: Period,
    settings: AdherenceSettings | None = None,
) -> tuple[Change, ...]:
    """How the rates changed, the worst first; without enough repetitions nothing is said."""
    rules = (adherence_settings() if settings is None else settings).triage
    given = tuple(summaries)
    then = {(one.exercise, one.rule): one for one in fault_rates(given, before)}
    today = {(one.exercise, one.rule): one for one in fault_rates(given, now)}
    judged_then, judged_now = judged_reps(given, before), judged_reps(given, now)
    changes = []
    for key in sorted(then.keys() | today.keys()):
        n_then, n_now = judged_then[key[0]], judged_now[key[0]]
        if min(n_then, n_now) < rules.trend_reps:
            continue
        was = then[key].reps / n_then if key in then else 0.0
        known = today.get(key) or then[key]
        rate = today[key].reps / n_now if key in today else 0.0
        changes.append(
            Change(
                exercise=key[0],
                rule=key[1],
                cue=known.cue,
                before=was,
                now=rate,
                reps_before=n_then,
                reps_now=n_now,
                trend=_trend(was - rate, rules.fault_rate_rise),
            )
        )
    return tuple(sorted(changes, key=lambda one: (one.before - one.now, one.exercise, one.rule)))


def range_changes(
    summaries: Iterable[SessionSummary],
    before: Period,
    now: Period,
    settings: AdherenceSettings | None = None,
) -> tuple[Change, ...]:
    """How the mean range (degrees from the start pose) of each exercise changed."""
    rules = (adherence_settings() if settings is None else settings).triage
    given = in_order(summaries)
    then, today = _ranges(given, before), _ranges(given, now)
    changes = []
    for exercise in sorted(then.keys() & today.keys()):
        (sum_then, n_then), (sum_now, n_now) = then[exercise], today[exercise]
        if min(n_then, n_now) < rules.trend_reps:
            continue
        was, is_now = sum_then / n_then, sum_now / n_now
        changes.append(
            Change(
                exercise=exercise,
                rule="",
                cue="",
                before=was,
                now=is_now,
                reps_before=n_then,
                reps_now=n_now,
                trend=_trend(is_now - was, rules.range_loss_deg),
            )
        )
    return tuple(sorted(changes, key=lambda one: (one.now - one.before, one.exercise)))


def judged_reps(summaries: Iterable[SessionSummary], period: Period) -> Counter[str]:
    """Repetitions of each exercise whose form could be judged."""
    judged: Counter[str] = Counter()
    for one in in_order(summaries):
        if one.day in period:
            judged.update(dict(one.form_judged))
    return judged


def _ranges(summaries: Sequence[SessionSummary], period: Period) -> dict[str, tuple[float, int]]:
    sums: dict[str, tuple[float, int]] = {}
    for one in summaries:
        if one.day in period:
            for exercise in one.exercises:
                total, n = sums.get(exercise.exercise, (0.0, 0))
                sums[exercise.exercise] = (
                    total + exercise.range_sum_deg,
                    n + exercise.range_count,
                )
    return {exercise: both for exercise, both in sums.items() if both[1]}


def _trend(gain: float, step: float) -> Trend:
    return "better" if reaches(gain, step) else "worse" if reaches(-gain, step) else "same"
