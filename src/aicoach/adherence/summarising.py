"""A kept session in numbers that add up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.summary import AlertCount, ExerciseSummary, FaultCount, SessionSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aicoach.records import KeptSession, PlannedExercise, RepetitionRecord, SetRecord

_LEVELS: Final = ("none", "inform", "warn", "slow", "rest", "stop")


def summarise(kept: KeptSession, settings: AdherenceSettings | None = None) -> SessionSummary:
    """What the session came to, beside what was asked for; of the main part unless said."""
    settings = adherence_settings() if settings is None else settings
    main = tuple(
        _exercise(kept, planned, settings)
        for planned in kept.planned.exercises
        if planned.part == "main"
    )
    of_main = {one.ordinal for one in kept.sets if one.part == "main"}
    reps = [one for one in kept.repetitions if one.set in of_main]
    exercise_of = {one.ordinal: one.exercise for one in kept.sets}
    scores = [one.score for one in reps if one.score is not None]
    tempo = [kept_tempo(one, settings.counting.tempo_tolerance) for one in reps]
    ranges = [one.target_reached for one in reps if one.target_reached is not None]
    heart = kept.heart_rate
    moderate_s, moderate_judged = _moderate(kept, settings.counting.moderate_met)
    efforts = _answers(kept, "effort")
    # A rest of the cool-down may hold the newest answer: the session is rated as a whole.
    return SessionSummary(
        session=kept.session.id,
        resident=kept.session.resident,
        plan_id=kept.session.plan_id,
        plan_version=kept.session.plan_version,
        medical=kept.session.medical,
        started_at=kept.session.started_at,
        day=kept.session.day,
        lasted_s=kept.session.lasted_s,
        why_ended=kept.session.why_ended,
        exercises=main,
        planned_share=float(sum(one.planned_sets for one in main)),
        valid_share=sum(one.share for one in main),
        done_share=sum(
            _capped(one.done, one.planned, one.planned_sets, settings.counting.volume_cap)
            for one in main
        ),
        not_judged_share=float(sum(one.sets_not_judged for one in main)),
        zone_asked=heart.lower_bpm is not None or heart.upper_bpm is not None,
        main_s=heart.main_s,
        measured_s=heart.measured_s,
        in_zone_s=heart.in_zone_s,
        above_zone_s=heart.above_zone_s,
        highest_bpm=heart.highest_bpm,
        reps=len(reps),
        reps_judged=sum(one.valid is not None for one in reps),
        reps_valid=sum(one.valid is True for one in reps),
        score_sum=float(sum(scores)),
        score_count=len(scores),
        tempo_judged=sum(one is not None for one in tempo),
        tempo_kept=sum(one is True for one in tempo),
        range_judged=len(ranges),
        range_kept=sum(ranges),
        faults=_faults(kept, exercise_of, of_main),
        form_judged=_form_judged(reps, exercise_of),
        moderate_s=moderate_s,
        moderate_judged=moderate_judged,
        strength=any(one.type == "strength" and one.done > 0.0 for one in main),
        effort=efforts[-1] if efforts else None,
        highest_effort=max(efforts, default=None),
        highest_pain=max(_answers(kept, "pain"), default=None),
        alerts=_alerts(kept),
        met_minutes_low=kept.session.met_minutes_low,
        met_minutes_high=kept.session.met_minutes_high,
        demonstration=kept.session.demonstration,
    )


def kept_tempo(repetition: RepetitionRecord, tolerance: float) -> bool | None:
    """Whether both moving phases took what was asked for; None without a target."""
    pairs = [
        (repetition.eccentric_s, repetition.target_eccentric_s),
        (repetition.concentric_s, repetition.target_concentric_s),
    ]
    asked = [(taken, wanted) for taken, wanted in pairs if wanted]
    if not asked:
        return None
    return all(abs(taken - wanted) <= tolerance * wanted for taken, wanted in asked)


def _exercise(
    kept: KeptSession, planned: PlannedExercise, settings: AdherenceSettings
) -> ExerciseSummary:
    mine = [one for one in kept.sets if one.planned_ordinal == planned.ordinal]
    ordinals = {one.ordinal for one in mine}
    reps = [one for one in kept.repetitions if one.set in ordinals]
    cap = settings.counting.volume_cap
    # A stand-in may be asked for in another unit: its sets count by their share.
    valid = sum(_in_plan(one, one.valid or 0.0, planned) for one in mine)
    done = sum(_in_plan(one, measured_work(one) or 0.0, planned) for one in mine)
    whole = planned.sets * planned.per_set
    counted = sum(one.counted for one in mine)
    gate = planned.min_valid_ratio
    good = sum(one.valid is True for one in reps)
    passed = gate is None or counted == 0 or good >= gate * counted
    last = [one for one in mine if one.number >= planned.sets and one.replaces is None]
    ranges = [
        abs(one.range_deg - (planned.rest_deg or 0.0)) for one in reps if one.range_deg is not None
    ]
    replaced = any(one.replaces is not None for one in mine)
    asked = {
        question: [
            one.value
            for one in kept.efforts
            if one.question == question and one.set in ordinals and one.value is not None
        ]
        for question in ("effort", "pain")
    }
    return ExerciseSummary(
        field=planned.field,
        exercise=planned.exercise,
        instead=next((one.exercise for one in mine if one.replaces is not None), None),
        part=planned.part,
        type=planned.type,
        mode=planned.mode,
        planned_sets=planned.sets,
        planned=whole,
        done=done,
        valid=valid,
        sets_done=sum((measured_work(one) or 0.0) > 0.0 for one in mine),
        sets_not_judged=sum(one.valid is None for one in mine),
        last_set_valid=last[-1].valid if last else None,
        reps_min=planned.reps_min,
        reps_max=planned.reps_max,
        share=_capped(valid, whole, planned.sets, cap) if passed else 0.0,
        range_sum_deg=0.0 if replaced else float(sum(ranges)),
        range_count=0 if replaced else len(ranges),
        highest_effort=max(asked["effort"], default=None),
        highest_pain=max(asked["pain"], default=None),
    )


def measured_work(one: SetRecord) -> float | None:
    """What was done, in the unit of the plan; of a set by time only what was movement."""
    return one.active_s if one.mode == "duration" else one.done


def _in_plan(one: SetRecord, amount: float, planned: PlannedExercise) -> float:
    if one.planned <= 0.0:
        return 0.0
    return amount / one.planned * planned.per_set


def _capped(amount: float, whole: float, sets: int, cap: float) -> float:
    return min(cap, amount / whole) * sets if whole > 0.0 else 0.0


def _answers(kept: KeptSession, question: str) -> list[float]:
    """Answers about an exercise of this session; those of the pre-check come before it."""
    return [
        one.value
        for one in kept.efforts
        if one.question == question and one.exercise is not None and one.value is not None
    ]


def _moderate(kept: KeptSession, moderate_met: float) -> tuple[float, bool]:
    """Active seconds of moderate or harder work in any part, and whether all of it was seen."""
    planned = {one.ordinal: one for one in kept.planned.exercises}
    total_s, judged = 0.0, True
    for one in kept.sets:
        plan = planned.get(one.planned_ordinal or 0)
        met = None if plan is None or one.replaces is not None else plan.met
        if one.active_s is None or (met is None and one.part == "main"):
            judged = False
        elif met is not None and met >= moderate_met:
            total_s += one.active_s
    return total_s, judged


def _faults(
    kept: KeptSession, exercise_of: dict[int, str], of_main: set[int]
) -> tuple[FaultCount, ...]:
    found: dict[tuple[str, str], set[tuple[int, int]]] = {}
    looks: dict[tuple[str, str], tuple[str, str]] = {}
    for fault in kept.faults:
        if fault.repetition is None or fault.set not in of_main:
            continue
        key = (exercise_of[fault.set], fault.rule)
        found.setdefault(key, set()).add((fault.set, fault.repetition))
        looks.setdefault(key, (fault.cue, fault.severity))
    return tuple(
        FaultCount(
            exercise=key[0], rule=key[1], cue=looks[key][0], severity=looks[key][1], reps=len(reps)
        )
        for key, reps in sorted(found.items())
    )


def _form_judged(
    reps: Iterable[RepetitionRecord], exercise_of: dict[int, str]
) -> tuple[tuple[str, int], ...]:
    judged = Counter(exercise_of[one.set] for one in reps if one.score is not None)
    return tuple(sorted(judged.items()))


def _alerts(kept: KeptSession) -> tuple[AlertCount, ...]:
    found: dict[tuple[str, str | None], list[str]] = {}
    for alert in kept.alerts:
        found.setdefault((alert.rule, alert.exercise), []).append(alert.level)
    return tuple(
        AlertCount(rule=rule, exercise=exercise, level=_gravest(levels), times=len(levels))
        for (rule, exercise), levels in sorted(found.items(), key=lambda one: str(one[0]))
    )


def _gravest(levels: Sequence[str]) -> str:
    return max(levels, key=lambda level: _LEVELS.index(level) if level in _LEVELS else 0)
