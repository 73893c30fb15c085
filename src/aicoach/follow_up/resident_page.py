"""The page of the resident: what went well, what comes next, and when. Few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from aicoach.adherence import (
    Period,
    adherence_of,
    adherence_settings,
    fault_changes,
    in_force_on,
    next_session_day,
    persistence,
    range_changes,
    top_faults,
)
from aicoach.catalog.thresholds import load_settings
from aicoach.follow_up.safety import GRAVE
from aicoach.follow_up.weeks import blocks_of
from aicoach.follow_up.wording import words_of
from aicoach.prescription import session_blocks

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adherence import PlanInForce, SessionSummary
    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up.followed import Followed
    from aicoach.follow_up.wording import Words
    from aicoach.prescription import Prescription

_GOOD: Final = 3
"""More good news than this nobody reads."""
_NEXT: Final = 6
_WEEKS: Final = 5
"""More rows of the calendar than this become too small to read; four weeks touch five."""


@dataclass(frozen=True, slots=True)
class ResidentPageSettings:
    """What is worth a word to the resident; ``rules/report.toml``."""

    streak_weeks: float
    """From so many weeks in a row on, they are praised."""
    fault_rate_from: float
    """A fault below this share of the repetitions is not mentioned."""
    recent_days: float
    """How far back the one thing to try is looked for."""


@cache
def resident_page_settings() -> ResidentPageSettings:
    """Read the settings that come with aicoach."""
    return load_settings(ResidentPageSettings, "report", "resident")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """One day of the calendar."""

    day: date
    state: str
    """``done``, ``free``, ``today`` (nothing done yet) or ``later``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentPage:
    """What a resident reads."""

    language: Language
    resident: str
    name: str | None
    made_on: date
    days: str
    greeting: str
    headline: str
    went_well: tuple[str, ...]
    one_thing: str
    """One thing to try; empty: nothing."""
    please_tell: str
    """A kind word after a stop; empty: there was none."""
    calendar: tuple[tuple[DayMark, ...], ...]
    """The last weeks, Monday to Sunday, the oldest first."""
    next_day: str
    next_exercises: tuple[str, ...]
    review: str
    closing: str


def resident_page(
    followed: Followed, language: Language, catalog: Mapping[str, ExerciseSpec]
) -> ResidentPage:
    """Everything that stands on the page."""
    words = words_of(language, catalog)
    course = followed.course(catalog)
    plan = followed.plan(course)
    came = _worked(followed.in_period)
    good = tuple(_went_well(followed, course, words))[:_GOOD]
    stopped = any(
        one.alert.level in GRAVE and one.at.date() in _lately(followed) for one in followed.alerts
    )
    due = None if plan is None else plan.review_due
    return ResidentPage(
        language=language,
        resident=followed.resident,
        name=followed.name,
        made_on=followed.today,
        days=words.days(followed.period.first, followed.as_of),
        greeting=words("resident.hello", name=followed.name)
        if followed.name
        else words("resident.hello_nobody"),
        headline=_headline(len(came), words),
        went_well=good or (words("resident.good.start"),),
        one_thing=_one_thing(followed, words),
        please_tell=words("resident.stopped") if stopped else "",
        calendar=tuple(_calendar(followed)),
        next_day=_next_day(followed, course, words),
        next_exercises=_next_exercises(plan, followed, words),
        review=words("resident.review", day=words.day(due))
        if due is not None and due >= followed.today
        else "",
        closing=words("resident.closing"),
    )


def _worked(summaries: Sequence[SessionSummary]) -> list[SessionSummary]:
    return [one for one in summaries if one.done_share > 0.0 or one.not_judged_share > 0.0]


def _headline(times: int, words: Words) -> str:
    if times == 0:
        return words("resident.headline.none")
    return words("resident.headline.one" if times == 1 else "resident.headline.more", times=times)


def _went_well(followed: Followed, course: Sequence[PlanInForce], words: Words) -> Iterator[str]:
    """The good news that the data carry, the best first."""
    if not _worked(followed.in_period):
        return
    known = [one for one in followed.summaries if one.day <= followed.as_of]
    often = adherence_settings().labels.good
    found = adherence_of(followed.summaries, course, blocks_of(followed), followed.as_of)
    steady = persistence(known, course, followed.as_of)
    if steady.streak_weeks >= resident_page_settings().streak_weeks:
        yield words("resident.good.streak", weeks=steady.streak_weeks)
    elif not found.too_early and (found.sessions.credited or 0.0) >= often:
        yield words("resident.good.came")
    yield from _improved(followed, words)
    if (found.quality.measured or 0.0) >= often:
        yield words("resident.good.quality")
    if (found.tempo.measured or 0.0) >= often:
        yield words("resident.good.tempo")
    yield words("resident.good.moved")


def _improved(followed: Followed, words: Words) -> Iterator[str]:
    """What got better from the first half of the period to the second."""
    halves = _halves(followed)
    if halves is None:
        return
    for change in range_changes(followed.summaries, *halves):
        if change.trend == "better":
            yield words("resident.good.range", exercise=words.exercise(change.exercise))
            break
    for change in fault_changes(followed.summaries, *halves):
        if change.trend == "better":
            yield words("resident.good.fault", cue=words.cue(change.cue))
            break


def _halves(followed: Followed) -> tuple[Period, Period] | None:
    first, days = followed.period.first, (followed.as_of - followed.period.first).days + 1
    if days < 2:
        return None
    middle = first + timedelta(days=days // 2 - 1)
    return Period(first, middle), Period(middle + timedelta(days=1), followed.as_of)


def _one_thing(followed: Followed, words: Words) -> str:
    """The most frequent thing to do better lately; one is enough."""
    rules = resident_page_settings()
    for fault in top_faults(followed.summaries, _lately(followed)):
        if fault.rate is not None and fault.rate >= rules.fault_rate_from:
            return words(
                "resident.one_thing",
                exercise=words.exercise(fault.exercise),
                cue=words.cue(fault.cue),
            )
    return ""


def _lately(followed: Followed) -> Period:
    since = followed.as_of - timedelta(days=int(resident_page_settings().recent_days) - 1)
    return Period(max(followed.period.first, since), followed.as_of)


def _calendar(followed: Followed) -> Iterator[tuple[DayMark, ...]]:
    done = {one.day for one in _worked(followed.in_period)}
    last = followed.as_of
    sunday = last + timedelta(days=6 - last.weekday())
    weeks = min(_WEEKS, ((sunday - followed.period.first).days + 7) // 7)
    first = sunday - timedelta(days=7 * weeks - 1)
    for week in range(weeks):
        days = [first + timedelta(days=7 * week + i) for i in range(7)]
        yield tuple(DayMark(day=day, state=_state(day, done, followed)) for day in days)


def _state(day: date, done: set[date], followed: Followed) -> str:
    if day in done:
        return "done"
    if day == followed.today:
        return "today"
    return "later" if day > followed.as_of else "free"


def _next_day(followed: Followed, course: Sequence[PlanInForce], words: Words) -> str:
    """A day for the next session: spread over the week as the plan means it."""
    if followed.as_of != followed.today:
        return ""
    held = in_force_on(course, followed.today)
    if held is None or held.sessions_per_week <= 0:
        return words("resident.next.no_plan")
    done = [one.day for one in _worked(followed.summaries) if one.day <= followed.today]
    day = next_session_day(done, followed.today, held.sessions_per_week)
    if held.last is not None and day > held.last:
        return words("resident.next.plan_ends", day=words.day(held.last))
    if day == followed.today:
        return words("resident.next.today")
    return words("resident.next.day", day=words.day(day), weekday=words.weekday(day))


def _next_exercises(plan: Prescription | None, followed: Followed, words: Words) -> tuple[str, ...]:
    if plan is None or followed.as_of != followed.today:
        return ()
    monday = followed.today - timedelta(days=followed.today.weekday())
    this_week = [one for one in _worked(followed.summaries) if one.day >= monday]
    turn = len(this_week) % max(1, plan.session.frequency_per_week) + 1
    blocks = session_blocks(plan, words.catalog, session_of_week=turn).blocks
    main = dict.fromkeys(one.exercise for one in blocks if one.part == "main")
    return tuple(words.exercise(name) for name in main)[:_NEXT]
