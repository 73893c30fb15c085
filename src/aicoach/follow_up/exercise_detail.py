"""One exercise of a session, repetition by repetition: range and tempo beside target and limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.adherence import adherence_settings
from aicoach.adherence.summarising import kept_tempo

if TYPE_CHECKING:
    from aicoach.follow_up.wording import Words
    from aicoach.records import KeptSession, PlannedExercise, RepetitionRecord, SetRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionPoint:
    """One counted repetition."""

    set: int
    """Number of the set within this exercise; 1 is the first."""
    index: int
    side: str
    range_deg: float | None
    """From the start pose; None: not measured."""
    angle_deg: float | None
    """The joint's angle itself."""
    reached: bool | None
    eccentric_s: float
    concentric_s: float
    tempo_kept: bool | None
    score: int | None
    valid: bool | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseDetail:
    """One exercise of the main part, with every repetition."""

    exercise: str
    name: str
    instead_of: str
    joint: str
    """What was measured; empty: nothing."""
    target_deg: float | None
    """From the start pose, as all ranges here."""
    limit_deg: float | None
    """Never to be passed, on the way to the target; None: there is none on this way."""
    limit_angle_deg: float | None
    """The joint's own angle at the limit, also of one that lies behind the start pose."""
    limit_author: str
    eccentric_s: float | None
    """As prescribed."""
    concentric_s: float | None
    tolerance: float
    """Share by which a phase may differ."""
    repetitions: tuple[RepetitionPoint, ...]
    not_counted: tuple[str, ...]
    """Movements that were not counted, with their reason."""
    not_assessed: tuple[str, ...]
    """What this view of the camera could not judge."""


def exercise_details(kept: KeptSession, words: Words) -> tuple[ExerciseDetail, ...]:
    """Every exercise of the main part that was begun, in order."""
    return tuple(_details(kept, words))


def _details(kept: KeptSession, words: Words) -> Iterator[ExerciseDetail]:
    groups: dict[tuple[int | None, str], list[SetRecord]] = {}
    for one in kept.sets:
        if one.part == "main":
            groups.setdefault((one.planned_ordinal, one.exercise), []).append(one)
    planned = {one.ordinal: one for one in kept.planned.exercises}
    for (ordinal, exercise), sets in groups.items():
        plan = planned.get(ordinal or 0)
        if sets[0].replaces is not None:
            plan = None
        yield _detail(kept, exercise, sets, plan, words)


def _detail(
    kept: KeptSession,
    exercise: str,
    sets: list[SetRecord],
    plan: PlannedExercise | None,
    words: Words,
) -> ExerciseDetail:
    spec = words.catalog.get(exercise)
    motion = None if spec is None else spec.range_of_motion
    rest = plan.rest_deg if plan is not None else None if motion is None else motion.rest_deg
    tolerance = adherence_settings().counting.tempo_tolerance
    numbers = {one.ordinal: one.number for one in sets}
    aim = plan.target_deg if plan is not None else None if motion is None else motion.target_deg
    limit, ahead = None, False
    if motion is not None:
        of_joint = [
            one for one in kept.limits if one.exercise == exercise and one.what == motion.feature
        ]
        limit = next((one for one in of_joint if _is_ahead(one.value, rest, aim)), None)
        ahead = limit is not None
        limit = limit or next(iter(of_joint), None)
    return ExerciseDetail(
        exercise=exercise,
        name=words.exercise(exercise),
        instead_of="" if sets[0].replaces is None else words.exercise(sets[0].replaces),
        joint="" if motion is None else words.joint(motion.feature),
        target_deg=None if plan is None else _from_start(plan.target_deg, rest),
        limit_deg=_from_start(limit.value, rest) if limit is not None and ahead else None,
        limit_angle_deg=None if limit is None else limit.value,
        limit_author="" if limit is None else words.author(limit.author),
        eccentric_s=None if plan is None else plan.eccentric_s,
        concentric_s=None if plan is None else plan.concentric_s,
        tolerance=tolerance,
        repetitions=tuple(
            _point(one, kept, numbers[one.set], rest, tolerance, words)
            for one in kept.repetitions
            if one.set in numbers
        ),
        not_counted=tuple(
            words(
                "not_counted_line",
                set=numbers[one.set],
                reason=words.known(f"reason.{one.reason}", one.reason),
                range=words.amount(_from_start(one.range_deg, rest), "deg"),
            )
            for one in kept.rejected
            if one.set in numbers
        ),
        not_assessed=_not_assessed(exercise, sets, words),
    )


def _point(
    one: RepetitionRecord,
    kept: KeptSession,
    number: int,
    rest: float | None,
    tolerance: float,
    words: Words,
) -> RepetitionPoint:
    return RepetitionPoint(
        set=number,
        index=one.index,
        side=words(f"side.{one.side}"),
        range_deg=_from_start(one.range_deg, rest),
        angle_deg=one.range_deg,
        reached=one.target_reached,
        eccentric_s=one.eccentric_s,
        concentric_s=one.concentric_s,
        tempo_kept=kept_tempo(one, tolerance),
        score=one.score,
        valid=one.valid,
        faults=tuple(
            words.cue(fault.cue)
            for fault in kept.faults
            if fault.set == one.set and fault.repetition == one.index
        ),
    )


def _from_start(angle_deg: float | None, rest_deg: float | None) -> float | None:
    """How far from the start pose: an exercise may open a joint or bend it."""
    return None if angle_deg is None else abs(angle_deg - (rest_deg or 0.0))


def _is_ahead(limit_deg: float, rest_deg: float | None, aim_deg: float | None) -> bool:
    """Whether a limit lies on the way to the target.

    A movement that opens a joint leads away from what limits its bending.
    """
    if rest_deg is None or aim_deg is None:
        return True
    return (limit_deg - rest_deg) * (aim_deg - rest_deg) >= 0.0


def _not_assessed(exercise: str, sets: list[SetRecord], words: Words) -> tuple[str, ...]:
    spec = words.catalog.get(exercise)
    cues = {} if spec is None else {rule.id: rule.cue for rule in spec.form_rules}
    rules = dict.fromkeys(rule for one in sets for rule in one.not_assessed)
    return tuple(dict.fromkeys(words.cue(cues.get(rule, rule)) for rule in rules))
