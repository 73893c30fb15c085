"""The weeks of a report: what was asked, what was done, how hard, and what nobody measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.adherence import Period, adherence_of, weeks_until
from aicoach.prescription import session_blocks

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adherence import PlanInForce, SessionSummary
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up.followed import Followed
    from aicoach.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days, the first of a period maybe fewer."""

    first: date
    last: date
    asked: float
    """Sessions."""
    completed: int
    partial: int
    turned_away: int
    in_zone_s: float
    above_s: float
    below_s: float
    unmeasured_s: float
    """Of the main parts that asked for a heart rate."""
    as_asked: float | None
    """Share of the judged repetitions that were done as asked; None: none was judged."""
    tempo_kept: float | None
    mean_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeCourse:
    """How far one exercise went, week by week: degrees from its start pose."""

    exercise: str
    feature: str
    """What was measured, a feature of the catalogue."""
    target_deg: float | None
    """What the plan in force asks for, from the start pose."""
    weeks: tuple[float | None, ...]
    """Mean of the week; None: not measured."""
    repetitions: int
    """How many stand behind all of them."""


def blocks_of(followed: Followed) -> tuple[Period, ...]:
    """The period in blocks of seven days that end with its last reported day."""
    days = (followed.as_of - followed.period.first).days + 1
    return weeks_until(followed.as_of, days)


def weeks_of(followed: Followed, course: Sequence[PlanInForce]) -> tuple[Week, ...]:
    """One row a week, the oldest first."""
    return tuple(_week(followed, course, block) for block in blocks_of(followed))


def _week(followed: Followed, course: Sequence[PlanInForce], block: Period) -> Week:
    found = adherence_of(followed.summaries, course, (block,), followed.as_of)
    tally = found.tally
    below_s = tally.measured_s - tally.in_zone_s - tally.above_zone_s
    return Week(
        first=block.first,
        last=block.last,
        asked=tally.prescribed_sessions,
        completed=tally.completed,
        partial=tally.partial,
        turned_away=tally.turned_away,
        in_zone_s=tally.in_zone_s,
        above_s=tally.above_zone_s,
        below_s=max(0.0, below_s),
        unmeasured_s=max(0.0, tally.zone_s - tally.measured_s),
        as_asked=found.quality.measured,
        tempo_kept=found.tempo.measured,
        mean_score=found.mean_score,
    )


def range_courses(
    followed: Followed,
    plan: Prescription | None,
    catalog: Mapping[str, ExerciseSpec],
) -> tuple[RangeCourse, ...]:
    """The exercises whose range was measured, those of the plan first."""
    blocks = blocks_of(followed)
    targets = {} if plan is None else dict(_targets(plan, catalog))
    measured = dict.fromkeys(
        one.exercise
        for summary in followed.in_period
        for one in summary.exercises
        if one.range_count
    )
    ordered = [name for name in targets if name in measured]
    ordered += [name for name in measured if name not in targets]
    return tuple(
        _course(name, followed.in_period, blocks, targets.get(name), catalog) for name in ordered
    )


def _course(
    name: str,
    summaries: Sequence[SessionSummary],
    blocks: Sequence[Period],
    target_deg: float | None,
    catalog: Mapping[str, ExerciseSpec],
) -> RangeCourse:
    means: list[float | None] = []
    count = 0
    for block in blocks:
        mine = [
            one
            for summary in summaries
            if summary.day in block
            for one in summary.exercises
            if one.exercise == name
        ]
        n = sum(one.range_count for one in mine)
        means.append(sum(one.range_sum_deg for one in mine) / n if n else None)
        count += n
    spec = catalog.get(name)
    motion = None if spec is None else spec.range_of_motion
    return RangeCourse(
        exercise=name,
        feature="" if motion is None else motion.feature,
        target_deg=target_deg,
        weeks=tuple(means),
        repetitions=count,
    )


def _targets(
    plan: Prescription, catalog: Mapping[str, ExerciseSpec]
) -> Iterator[tuple[str, float | None]]:
    for block in session_blocks(plan, catalog).blocks:
        spec = catalog.get(block.exercise)
        motion = None if spec is None else spec.range_of_motion
        if block.part != "main":
            continue
        if block.target_deg is None or motion is None:
            yield block.exercise, None
        else:
            yield block.exercise, abs(block.target_deg - motion.rest_deg)
