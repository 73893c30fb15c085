"""What a resident is asked to do today, and what they did last: values for a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.adherence import next_session_day
from aicoach.prescription import session_blocks, state_of
from aicoach.prescription.checks import find_problems
from aicoach.visit.from_store import session_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from aicoach.adherence import SessionSummary
    from aicoach.catalog import ExerciseSpec
    from aicoach.prescription import Prescription
    from aicoach.prescription.blocks import Block

_STANDING: Final = {
    "draft": "plan_unsigned", "example": "plan_unsigned", "unsigned": "plan_unsigned",
    "expired": "plan_expired", "completed": "plan_expired", "revoked": "no_plan",
    "not_yet_valid": "plan_not_yet", "paused": "plan_paused",
}  # fmt: skip
_NEWEST: Final = ("paused", "draft", "completed")
"""What is said where nothing is in force: the first of these that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseToday:
    """One exercise of the main part."""

    exercise: str
    sets: int
    mode: str
    reps: int | None
    """In one set; None: it goes by time."""
    seconds: float | None
    """Of one set; None: it goes by repetitions."""
    expected_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """What was done in the last session."""

    session: str
    day: date
    minutes: int | None
    sets_done: int
    sets_planned: int
    reps: int
    highest_bpm: int | None
    effort: float | None
    why_ended: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """A resident's day."""

    exercises: tuple[ExerciseToday, ...]
    warm_up_s: float
    cool_down_s: float
    expected_s: float
    strap_helps: bool
    """The plan asks for a heart rate."""
    done_this_week: int
    asked_per_week: int
    trained_today: bool
    next_day: date | None
    """None: the plan ends before."""


def standing_of(plan: Prescription, catalog: Mapping[str, ExerciseSpec], today: date) -> str | None:
    """Why a plan may not be carried out today, as a code of ``refusals``; None: it may."""
    state = state_of(plan, today)
    if state != "in_force":
        return _STANDING[state]
    return "plan_wrong" if any(find_problems(plan, catalog, today)) else None


def standing_without(statuses: Iterable[str]) -> str:
    """The code where no plan is in force, by the statuses of those there are."""
    known = set(statuses)
    newest = next((one for one in _NEWEST if one in known), None)
    return "no_plan" if newest is None else _STANDING[newest]


def day_of(
    plan: Prescription,
    catalog: Mapping[str, ExerciseSpec],
    summaries: Sequence[SessionSummary],
    today: date,
) -> Today:
    """The day by a plan that may be carried out."""
    done = [one.day for one in _worked(summaries) if one.day <= today]
    turn, _number = session_numbers(summaries, today)
    asked = plan.session.frequency_per_week
    blocks = session_blocks(plan, catalog, session_of_week=turn)
    following = next_session_day(done, today, asked)
    if following == today and today in done:  # somebody who comes more often than asked
        following = next_session_day([today], today, 7)
    past = plan.valid_until is not None and following > plan.valid_until
    return Today(
        exercises=tuple(_exercise(one) for one in blocks.blocks if one.part == "main"),
        warm_up_s=sum(one.expected_s for one in blocks.blocks if one.part == "warm_up"),
        cool_down_s=sum(one.expected_s for one in blocks.blocks if one.part == "cool_down"),
        expected_s=blocks.expected_s,
        strap_helps=plan.intensity.heart_rate.method != "none",
        done_this_week=turn - 1,
        asked_per_week=asked,
        trained_today=today in done,
        next_day=None if past else following,
    )


def last_time(summaries: Sequence[SessionSummary]) -> LastTime | None:
    """The last session that was no demonstration; None: there was none."""
    own = [one for one in summaries if not one.demonstration]
    if not own:
        return None
    last = max(own, key=lambda one: one.started_at)
    return LastTime(
        session=last.session,
        day=last.day,
        minutes=None if last.lasted_s is None else max(1, round(last.lasted_s / 60.0)),
        sets_done=sum(one.sets_done for one in last.exercises),
        sets_planned=sum(one.planned_sets for one in last.exercises),
        reps=last.reps,
        highest_bpm=None if last.highest_bpm is None else round(last.highest_bpm),
        effort=last.effort,
        why_ended=last.why_ended,
    )


def _worked(summaries: Sequence[SessionSummary]) -> list[SessionSummary]:
    return [one for one in summaries if one.done_share > 0.0 and not one.demonstration]


def _exercise(block: Block) -> ExerciseToday:
    by_reps = block.mode == "reps"
    return ExerciseToday(
        exercise=block.exercise,
        sets=block.sets,
        mode=block.mode,
        reps=block.reps_max or block.reps_min if by_reps else None,
        seconds=None if by_reps else block.set_s,
        expected_s=block.expected_s,
    )
