"""One session in full: heart rate, sets, repetitions, every alert with its cause, answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aicoach.follow_up.exercise_detail import ExerciseDetail, exercise_details
from aicoach.follow_up.heart_rate import HeartRateCourse, heart_rate_course
from aicoach.follow_up.safety import AlertLine, alert_line
from aicoach.follow_up.stick_figures import PoseAt, SnapshotPair, snapshots
from aicoach.follow_up.wording import words_of

if TYPE_CHECKING:
    from datetime import date

    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.follow_up.wording import Words
    from aicoach.records import KeptSession, SetRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpan:
    """When a set was on."""

    start_s: float
    end_s: float
    part: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLine:
    """One set: done of planned, and how it was seen."""

    exercise: str
    part: str
    number: str
    done: str
    valid: str
    active: str
    score: str
    view: str
    seen: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """What somebody answered, beside its limit."""

    t_s: float
    question: str
    answer: str
    limit: str
    by: str
    during: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """One session for staff."""

    language: Language
    resident: str
    session: str
    made_on: date
    day: date
    weekday: str
    began: str
    """On the resident's clock."""
    facts: tuple[tuple[str, str], ...]
    heart_rate: HeartRateCourse
    spans: tuple[SetSpan, ...]
    ended_s: float
    alerts: tuple[AlertLine, ...]
    sets: tuple[SetLine, ...]
    exercises: tuple[ExerciseDetail, ...]
    answers: tuple[AnswerLine, ...]
    limits: tuple[str, ...]
    notices: tuple[tuple[float, str], ...]
    snapshots: tuple[SnapshotPair, ...]
    snapshots_note: str
    """Why there is no snapshot; empty where there is one."""
    not_measured: tuple[str, ...]


def session_page(
    kept: KeptSession,
    language: Language,
    catalog: Mapping[str, ExerciseSpec],
    made_on: date,
    pose_at: PoseAt | None = None,
) -> SessionPage:
    """Everything that stands on the page of one session.

    pose_at : the joints at a time of the session's clock; None: none were kept.
    """
    words = words_of(language, catalog)
    session = kept.session
    local = session.started_at + timedelta(minutes=session.utc_offset_min)
    course = heart_rate_course(kept)
    details = exercise_details(kept, words)
    pairs = () if pose_at is None else snapshots(kept, pose_at, words)
    note = "" if pairs else words("snapshots.none" if pose_at is None else "snapshots.no_match")
    return SessionPage(
        language=language,
        resident=session.resident,
        session=session.id,
        made_on=made_on,
        day=session.day,
        weekday=words.weekday(session.day),
        began=f"{local:%H:%M}",
        facts=tuple(_facts(kept, course, words)),
        heart_rate=course,
        spans=tuple(
            SetSpan(
                start_s=one.start_s,
                end_s=one.start_s if one.end_s is None else one.end_s,
                part=one.part,
                label=words.exercise(one.exercise),
            )
            for one in kept.sets
        ),
        ended_s=_last_s(kept),
        alerts=tuple(
            alert_line(
                one,
                words,
                number=number,
                at=session.at(one.t_s) + timedelta(minutes=session.utc_offset_min),
            )
            for number, one in enumerate(kept.alerts, start=1)
        ),
        sets=tuple(_set_line(one, words) for one in kept.sets),
        exercises=details,
        answers=tuple(_answers(kept, words)),
        limits=tuple(words.limit(one) for one in kept.limits),
        notices=tuple((one.t_s, _notice(one.what, one.detail, words)) for one in kept.notices),
        snapshots=pairs,
        snapshots_note=note,
        not_measured=tuple(_not_measured(kept, course, details, words)),
    )


def _facts(kept: KeptSession, course: HeartRateCourse, words: Words) -> Iterator[tuple[str, str]]:
    session = kept.session
    yield words("fact.lasted"), words.minutes(session.lasted_s)
    yield words("fact.completed"), words.percent(session.completed)
    yield words("fact.ended"), words.ended(session.why_ended)
    if kept.screening is not None:
        outcome = kept.screening.outcome
        yield words("fact.screening"), words.known(f"outcome.{outcome}", outcome)
    plan = words("plan_version", plan=session.plan_id, version=session.plan_version)
    yield words("fact.plan"), plan
    if session.cabin is not None:
        yield words("fact.cabin"), session.cabin
    if session.met_minutes_high:
        low, high = words.number(session.met_minutes_low), words.number(session.met_minutes_high)
        yield words("fact.energy"), words("energy", low=low, high=high)
    yield words("fact.coverage"), words.percent(course.coverage)
    if course.lower_bpm is None and course.upper_bpm is None:
        yield words("fact.in_zone"), words("no_zone")
    else:
        yield words("fact.in_zone"), words.minutes(course.in_zone_s)
        yield words("fact.above_zone"), words.minutes(course.above_zone_s)
    yield words("fact.highest"), words.amount(course.highest_bpm, "bpm")
    yield words("fact.mean"), words.amount(course.mean_bpm, "bpm")


def _set_line(one: SetRecord, words: Words) -> SetLine:
    in_time = one.mode != "reps"
    unit = "s" if in_time else "rep"
    return SetLine(
        exercise=words.exercise(one.exercise)
        if one.replaces is None
        else words(
            "instead",
            exercise=words.exercise(one.exercise),
            planned=words.exercise(one.replaces),
        ),
        part=words(f"part.{one.part}"),
        number=words("of", done=one.number, asked=one.of),
        done=words(f"done_of.{unit}", done=words.number(one.done), asked=words.number(one.planned)),
        valid=words.number(one.valid),
        active=words.amount(None if one.active_s is None else round(one.active_s), "s"),
        score=words.number(one.mean_score),
        view=words.known(f"view.{one.view}", one.view),
        seen=words.percent(one.seen_share),
        ended=words.ended(one.why_ended),
    )


def _answers(kept: KeptSession, words: Words) -> Iterator[AnswerLine]:
    told: list[tuple[float, AnswerLine]] = []
    for one in kept.efforts:
        limit = "" if one.limit is None else words.amount(one.limit, "0-10")
        if limit and one.limit_author:
            limit = words("limit_by", limit=limit, author=words.author(one.limit_author))
        told.append(
            (
                one.t_s,
                AnswerLine(
                    t_s=one.t_s,
                    question=words.quantity(one.question),
                    answer=words("no_answer")
                    if one.value is None
                    else words.amount(one.value, "0-10"),
                    limit=limit,
                    by=words.author(one.by),
                    during="" if one.exercise is None else words.exercise(one.exercise),
                ),
            )
        )
    for other in kept.answers:
        question = words.phrases.by_key.get(f"screening.ask.{other.question}", "")
        answer = words("no_answer") if other.value is None else words.amount(other.value, "")
        told.append(
            (
                other.t_s,
                AnswerLine(
                    t_s=other.t_s,
                    question=question or words.quantity(other.question),
                    answer=answer,
                    limit="",
                    by=words.author(other.by),
                    during="" if other.exercise is None else words.exercise(other.exercise),
                ),
            )
        )
    return (line for _, line in sorted(told, key=lambda one: one[0]))


def _notice(what: str, detail: str, words: Words) -> str:
    said = words.known(f"notice.{what}", what)
    return words("notice_line", what=said, detail=detail) if detail else said


def _not_measured(
    kept: KeptSession,
    course: HeartRateCourse,
    details: tuple[ExerciseDetail, ...],
    words: Words,
) -> Iterator[str]:
    if course.coverage is None or course.coverage == 0.0:
        yield words("open.heart_rate")
    elif round(100.0 * course.coverage) < 100:
        yield words("open.heart_rate_partly", percent=100 - round(100.0 * course.coverage))
    for one in details:
        unranged = sum(rep.range_deg is None for rep in one.repetitions)
        if unranged and one.joint:
            yield words("open.range", exercise=one.name, n=unranged, of=len(one.repetitions))
        unscored = sum(rep.score is None for rep in one.repetitions)
        if unscored:
            yield words("open.form", exercise=one.name, n=unscored, of=len(one.repetitions))
        if one.not_assessed:
            cues = words("join").join(one.not_assessed)
            yield words("open.view", exercise=one.name, cues=cues)
    asked = [one for one in kept.efforts if one.value is None]
    if asked:
        yield words("open.answers", n=len(asked), of=len(kept.efforts))


def _last_s(kept: KeptSession) -> float:
    ends = [one.start_s if one.end_s is None else one.end_s for one in kept.sets]
    return max([*ends, *kept.heart_rate.t_s[-1:], *(one.t_s for one in kept.alerts), 1.0])
