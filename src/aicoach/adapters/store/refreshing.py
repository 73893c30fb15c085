"""Brings standings up to date: a batch of residents at a time, as the pure triage says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select, update

from aicoach import __version__
from aicoach.adapters.store import tables
from aicoach.adapters.store.enrolments import told_of_health
from aicoach.adapters.store.plain_records import from_plain
from aicoach.adapters.store.standing_rows import plain_course, plain_reasons, read_course
from aicoach.adapters.store.standings import out_of_date
from aicoach.adherence import (
    SessionSummary,
    adherence_of,
    adherence_settings,
    course_of_plans,
    in_force_on,
    triage,
    weeks_until,
)
from aicoach.catalog.loader import load_catalog
from aicoach.errors import CoachError
from aicoach.prescription import parse_prescription
from aicoach.resources import resource_dir
from aicoach.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from aicoach.adapters.store.store import Store
    from aicoach.adherence import HealthAnswers, PlanInForce

_AT_ONCE: Final = 200
"""Residents in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh came to."""

    residents: int
    failed: tuple[tuple[str, str], ...] = ()
    """Code and problem of those whose plan cannot be read; they stay out of date."""


def refresh(
    store: Store,
    now: datetime,
    residents: Iterable[str] | None = None,
    *,
    at_most: int | None = None,
    every: bool = False,
) -> Refreshed:
    """Bring standings up to date.

    residents : only of these; None: of all.
    at_most : so many, and no more.
    every : those too that are not out of date.
    """
    only = None if residents is None else sorted(set(residents))
    done, after = 0, ""
    failed: list[tuple[str, str]] = []
    while at_most is None or done < at_most:
        left = _AT_ONCE if at_most is None else min(_AT_ONCE, at_most - done)
        with store.reading() as connection:
            batch = _batch(connection, now, only, after=after, at_most=left, every=every)
            facts = _facts(connection, batch, now) if batch else []
        if not batch:
            break
        found = [_found(one, now, failed) for one in facts]
        with store.writing() as connection:
            _write(connection, [row for row in found if row is not None])
        done, after = done + len(batch), batch[-1]["id"]
    return Refreshed(residents=done - len(failed), failed=tuple(failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """All that one standing rests on."""

    resident: str
    changes: int
    today: date
    good_until: datetime
    course_key: str
    course: Sequence[Mapping[str, Any]] | None
    """As it was kept; None: plans changed, so ``documents`` are to be read."""
    documents: Sequence[Any]
    ended: Mapping[tuple[str, int], date]
    """Plan and version of what was set aside, and from when it held no more."""
    summaries: tuple[SessionSummary, ...]
    reviewed: frozenset[str]
    told: tuple[HealthAnswers, ...]
    last: tuple[str, datetime] | None


def _batch(
    connection: Connection,
    now: datetime,
    only: list[str] | None,
    *,
    after: str,
    at_most: int,
    every: bool,
) -> list[dict[str, Any]]:
    people, rows = tables.residents.c, tables.standings.c
    query = (
        select(
            people.id, people.time_zone, rows.changes, rows.course_key, rows.course
        )
        .select_from(tables.residents.outerjoin(tables.standings, rows.resident == people.id))
        .where(people.id > after)
        .order_by(people.id)
        .limit(at_most)
    )  # fmt: skip
    if only is not None:
        ahead = [one for one in only if one > after][:at_most]
        query = query.where(people.id.in_(ahead))
    if not every:
        query = query.where(out_of_date(now))
    return [dict(row) for row in connection.execute(query).mappings()]


def _facts(connection: Connection, batch: list[dict[str, Any]], now: datetime) -> list[_Facts]:
    who = [row["id"] for row in batch]
    days = {row["id"]: _today(row["time_zone"], now) for row in batch}
    keys = _course_keys(connection, who)
    changed = [row["id"] for row in batch if row["course_key"] != keys[row["id"]]]
    documents, ended = _documents(connection, changed)
    window = timedelta(days=int(adherence_settings().triage.trend_days) - 1)
    first = min(day for day, _ in days.values()) - window
    summaries = _summaries(connection, who, first)
    reviewed = _reviewed(connection, who, first)
    told = told_of_health(connection, {row["id"]: row["time_zone"] for row in batch})
    lasts = _last_sessions(connection, who)
    return [
        _Facts(
            resident=row["id"],
            changes=row["changes"] or 0,
            today=days[row["id"]][0],
            good_until=days[row["id"]][1],
            course_key=keys[row["id"]],
            course=None if row["id"] in documents else row["course"],
            documents=documents.get(row["id"], ()),
            ended=ended.get(row["id"], {}),
            summaries=tuple(summaries.get(row["id"], ())),
            reviewed=frozenset(reviewed.get(row["id"], ())),
            told=told.get(row["id"], ()),
            last=lasts.get(row["id"]),
        )
        for row in batch
    ]


def _found(facts: _Facts, now: datetime, failed: list[tuple[str, str]]) -> dict[str, Any] | None:
    """The row of a standing; None where a plan cannot be read."""
    try:
        course = _course(facts)
    except CoachError as problem:
        failed.append((facts.resident, str(problem)))
        return None
    found = triage(facts.summaries, course, facts.today, reviewed=facts.reviewed, told=facts.told)
    days = int(adherence_settings().triage.window_days)
    week = adherence_of(facts.summaries, course, weeks_until(facts.today, days), facts.today)
    plan = in_force_on(course, facts.today)
    return {
        "key": facts.resident,
        "seen": facts.changes,
        "level": int(found.level),
        "reasons": plain_reasons(found.reasons),
        "as_of": facts.today,
        "good_until": facts.good_until,
        "found_at": now,
        "last_session": None if facts.last is None else facts.last[0],
        "last_at": None if facts.last is None else facts.last[1],
        "next_review": None if plan is None else plan.review_due,
        "plan": None if plan is None else plan.plan_id,
        "version": None if plan is None else plan.version,
        "done": None if plan is None else week.tally.completed,
        "asked": None if plan is None or week.too_early else week.tally.prescribed_sessions,
        "course_key": facts.course_key,
        "course": plain_course(course),
    }


def _course(facts: _Facts) -> tuple[PlanInForce, ...]:
    if facts.course is not None:
        return read_course(facts.course)
    name = f"plan of {facts.resident}.json"
    plans = [parse_prescription(json.dumps(one), name) for one in facts.documents]
    return course_of_plans(plans, load_catalog(), facts.ended)


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """What happened meanwhile was counted, and keeps the row out of date."""
    if not rows:
        return
    table = tables.standings
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
    statement = update(table).where(table.c.resident == bindparam("key")).values(values)
    connection.execute(statement, rows)


def _today(zone: str, now: datetime) -> tuple[date, datetime]:
    """The resident's day, and the moment (UTC) at which it is over."""
    here = zone_of(zone)
    today = now.astimezone(here).date()
    over = datetime.combine(today + timedelta(days=1), time(0, 0), tzinfo=here)
    return today, over.astimezone(timezone.utc)


def _course_keys(connection: Connection, who: list[str]) -> dict[str, str]:
    """What the course of each resident's plans depends on, in one word."""
    columns = tables.prescriptions.c
    found: dict[str, list[str]] = {one: [] for one in who}
    query = select(columns.resident, columns.id, columns.status, columns.ended_on)
    for row in connection.execute(query.where(columns.resident.in_(who)).order_by(columns.id)):
        found[row.resident].append(f"{row.id} {row.status} {row.ended_on}")
    return {
        one: hashlib.sha256("\n".join((_program(), *plans)).encode()).hexdigest()
        for one, plans in found.items()
    }


def _documents(
    connection: Connection, who: list[str]
) -> tuple[dict[str, list[Any]], dict[str, dict[tuple[str, int], date]]]:
    """The plans of each resident, and from when those held no more that were set aside."""
    columns = tables.prescriptions.c
    found: dict[str, list[Any]] = {one: [] for one in who}
    ended: dict[str, dict[tuple[str, int], date]] = {one: {} for one in who}
    query = select(
        columns.resident, columns.document, columns.status, columns.plan, columns.version,
        columns.ended_on,
    )  # fmt: skip
    for row in connection.execute(query.where(columns.resident.in_(who)).order_by(columns.version)):
        # A version may have been paused since it was written: the row knows.
        found[row.resident].append({**row.document, "status": row.status})
        if row.ended_on is not None:
            ended[row.resident][row.plan, row.version] = row.ended_on
    return found, ended


def _summaries(
    connection: Connection, who: list[str], first: date
) -> dict[str, list[SessionSummary]]:
    table = tables.session_summaries
    query = (
        select(table)
        .where(table.c.resident.in_(who), table.c.day >= first)
        .order_by(table.c.started_at, table.c.session)
    )
    found: dict[str, list[SessionSummary]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["resident"], []).append(from_plain(SessionSummary, dict(row)))
    return found


def _reviewed(connection: Connection, who: list[str], first: date) -> dict[str, list[str]]:
    seen, of = tables.reviews.c, tables.session_summaries.c
    query = (
        select(of.resident, of.session)
        .join(tables.reviews, seen.session_id == of.session)
        .where(of.resident.in_(who), of.day >= first)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.resident, []).append(row.session)
    return found


def _last_sessions(connection: Connection, who: list[str]) -> dict[str, tuple[str, datetime]]:
    columns = tables.session_summaries.c
    newest = (
        select(columns.resident, func.max(columns.day).label("day"))
        .where(columns.resident.in_(who))
        .group_by(columns.resident)
        .subquery()
    )
    query = (
        select(columns.resident, columns.session, columns.started_at)
        .join(newest, (columns.resident == newest.c.resident) & (columns.day == newest.c.day))
        .order_by(columns.started_at)
    )
    return {row.resident: (row.session, row.started_at) for row in connection.execute(query)}


@cache
def _program() -> str:
    """Version of the program, and of its exercises: what a plan asks for depends on both."""
    files = sorted(resource_dir("exercises").glob("*.toml"))
    return __version__ + hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()
