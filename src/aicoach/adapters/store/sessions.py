"""Sessions in the tables: begun, appended to, closed, and read back as records.

What happened is kept as lines, numbered within their session and never changed. Every other
row of a session (sets, repetitions, alerts ...) is made of these lines when it is closed, so
that it can be made again at any time.
"""

from __future__ import annotations

import heapq
import json
import uuid
from dataclasses import replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from aicoach.adapters.store import tables
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.line_ranges import spans_of
from aicoach.adapters.store.plain_records import as_plain, as_row, from_plain
from aicoach.adherence.summarising import summarise
from aicoach.adherence.summary import SessionSummary
from aicoach.observations import HeartRateSample
from aicoach.records import (
    HeartRateRecord,
    KeptSession,
    PlannedSession,
    ScreeningRecord,
    SessionRecord,
)
from aicoach.session_records import SessionKeeper, interrupted
from aicoach.wire import observation_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Column, Connection, Table

    from aicoach.adapters.store.line_ranges import Span

_LEFT_OUT = ("recorded_by", "planned")
"""Columns of a session that are not fields of its record."""


def begin_session(
    connection: Connection, head: SessionRecord, planned: PlannedSession, recorded_by: str
) -> None:
    """Enter a session that starts; one that is there stays as it is.

    A resident whom nobody has registered is entered with the code alone: what was measured
    is never refused.
    """
    resident = {
        "id": head.resident,
        "language": head.language,
        "time_zone": head.time_zone,
        "created_at": head.started_at,
    }
    insert_new(connection, tables.residents, [resident])
    more = {"recorded_by": recorded_by, "planned": as_plain(planned)}
    insert_new(connection, tables.sessions, [as_row(head) | more])


def append_entries(connection: Connection, session_id: str, entries: Sequence[Entry]) -> None:
    """Append entries; those that are there already change nothing."""
    events, samples = [], []
    for one in entries:
        key = {"session_id": session_id, "sequence": one.sequence}
        if one.kind == "event":
            events.append(key | {"type": one.type, "t_s": one.t_s, "line": one.line})
        else:
            samples.append(key | _sample_row(one.line))
    insert_new(connection, tables.events, events)
    insert_new(connection, tables.heart_rate_samples, samples)


def close_session(connection: Connection, session_id: str) -> KeptSession:
    """Make the records of a session of its lines, and close it.

    One that never said that it ended was cut off: it ends with its last line, interrupted.
    """
    was_open = tables.sessions.c.why_ended.is_(None)
    first = bool(connection.scalar(select(was_open).where(tables.sessions.c.id == session_id)))
    kept = _made(connection, session_id)
    if kept.session.why_ended is None:
        last_s = _last_s(connection, session_id, kept.session.start_s)
        kept = interrupted(kept, kept.session.at(last_s))
    _write(connection, kept, replacing=not first)
    _tell_the_centre_again(connection, session_id)
    return kept


def recorder_of(cabin: str) -> str:
    """Who closes a session that a cabin hands over: the cabin, with what it sends."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"aicoach cabin {cabin}"))


def open_sessions(connection: Connection, recorded_by: str | None) -> tuple[str, ...]:
    """Sessions that were begun and never closed, oldest first.

    recorded_by : those of one installation; None: of all, but not those that a cabin hands
        over and will close itself.
    """
    columns = tables.sessions.c
    query = select(columns.id, columns.cabin, columns.recorded_by)
    query = query.where(columns.why_ended.is_(None)).order_by(columns.started_at, columns.id)
    if recorded_by is not None:
        query = query.where(columns.recorded_by == recorded_by)
    return tuple(
        row.id
        for row in connection.execute(query)
        if row.cabin is None or row.recorded_by != recorder_of(row.cabin)
    )


def read_session(connection: Connection, session_id: str) -> KeptSession | None:
    """A session as it is kept; one that still runs as far as it got; None: there is none."""
    found = _head(connection, session_id)
    if found is None:
        return None
    head, planned = found
    if head.why_ended is None:
        return _made(connection, session_id)
    lists: dict[str, Any] = {
        name: tuple(
            _record(record, row, "session_id", "position")
            for row in _rows(connection, table, session_id, "position")
        )
        for name, (table, record) in tables.UNDER_SESSION.items()
    }
    screened = _rows(connection, tables.screenings, session_id, "id")
    ours = ("id", "resident", "session_id", "taken_at")
    return KeptSession(
        session=head,
        planned=planned,
        heart_rate=_heart_rate(connection, session_id),
        screening=_record(ScreeningRecord, screened[0], *ours) if screened else None,
        **lists,
    )


def session_ids(connection: Connection, resident: str | None = None) -> tuple[str, ...]:
    """Ids of a resident's sessions, or of all, oldest first."""
    columns = tables.sessions.c
    query = select(columns.id).order_by(columns.started_at, columns.id)
    if resident is not None:
        query = query.where(columns.resident == resident)
    return tuple(connection.scalars(query))


def read_summaries(
    connection: Connection, resident: str | None, first: date | None, last: date | None
) -> tuple[SessionSummary, ...]:
    """Summaries of closed sessions, oldest first; None does not restrict."""
    table = tables.session_summaries
    query = select(table).order_by(table.c.started_at, table.c.session)
    if resident is not None:
        query = query.where(table.c.resident == resident)
    if first is not None:
        query = query.where(table.c.day >= first)
    if last is not None:
        query = query.where(table.c.day <= last)
    rows = connection.execute(query).mappings()
    return tuple(from_plain(SessionSummary, dict(row)) for row in rows)


def read_entries(
    connection: Connection, session_id: str, after: int = 0, at_most: int | None = None
) -> tuple[Entry, ...]:
    """The lines of a session behind the ``after``-th one, in order; None: all of them."""
    events = tables.events.c
    found = connection.execute(
        select(events.sequence, events.type, events.t_s, events.line)
        .where(events.session_id == session_id, events.sequence > after)
        .order_by(events.sequence)
        .limit(at_most)
    )
    said = [
        Entry(sequence=row.sequence, kind="event", type=row.type, t_s=row.t_s, line=row.line)
        for row in found
    ]
    samples = _rows(connection, tables.heart_rate_samples, session_id, "sequence", after, at_most)
    merged = heapq.merge(said, map(_sample_entry, samples), key=lambda one: one.sequence)
    return tuple(islice(merged, at_most))


def read_spans(connection: Connection, session_id: str) -> tuple[Span, ...]:
    """Which numbers of lines a session has."""
    lists = (tables.events.c, tables.heart_rate_samples.c)
    counted, last = 0, 0
    for columns in lists:
        query = select(func.count(), func.max(columns.sequence))
        number, highest = connection.execute(query.where(columns.session_id == session_id)).one()
        counted, last = counted + number, max(last, highest or 0)
    if counted == last:  # no gap: as good as always
        return ((1, last),) if last else ()
    numbers: set[int] = set()
    for columns in lists:
        numbers.update(
            connection.scalars(select(columns.sequence).where(columns.session_id == session_id))
        )
    return spans_of(numbers)


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, leaving those whose key is taken as they are."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    else:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only a centre has one

        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)


def _made(connection: Connection, session_id: str) -> KeptSession:
    """The records of a session, made of its lines."""
    found = _head(connection, session_id)
    if found is None:
        raise LookupError(session_id)
    head, planned = found
    keeper = SessionKeeper(replace(head, ended_at=None, why_ended=None), planned)
    columns = tables.events.c
    query = select(columns.sequence, columns.line).where(columns.session_id == session_id)
    events = connection.execute(query.order_by(columns.sequence)).all()
    samples = _rows(connection, tables.heart_rate_samples, session_id, "sequence")
    lines: list[tuple[int, str | HeartRateSample]] = [
        *((number, line) for number, line in events),
        *((row["sequence"], _sample(row)) for row in samples),
    ]
    for _, said in sorted(lines, key=itemgetter(0)):
        if isinstance(said, str):
            keeper.take_line(said)
        else:
            keeper.heart_rate(said)
    return keeper.kept()


def _head(connection: Connection, session_id: str) -> tuple[SessionRecord, PlannedSession] | None:
    """How a session began and ended, as its row says."""
    query = select(tables.sessions).where(tables.sessions.c.id == session_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    head: SessionRecord = _record(SessionRecord, dict(row), *_LEFT_OUT)
    return head, from_plain(PlannedSession, row["planned"])


def _write(connection: Connection, kept: KeptSession, *, replacing: bool) -> None:
    """Write the records of a session, in the place of those that are there.

    replacing : it was closed before; else nothing is there, and nothing need be removed.
    """

    def put(column: Column[Any], rows: Sequence[dict[str, Any]]) -> None:
        if replacing:
            connection.execute(delete(column.table).where(column == key))
        if rows:
            connection.execute(insert(column.table), rows)

    key = kept.session.id
    row = as_row(kept.session)
    del row["id"]
    connection.execute(update(tables.sessions).where(tables.sessions.c.id == key).values(**row))
    for name, (table, _) in tables.UNDER_SESSION.items():
        rows = [
            as_row(record) | {"session_id": key, "position": position}
            for position, record in enumerate(getattr(kept, name), start=1)
        ]
        put(table.c.session_id, rows)
    rates = as_row(kept.heart_rate) | {"session_id": key}
    del rates["t_s"], rates["bpm"]
    put(tables.heart_rates.c.session_id, [rates])
    put(tables.screenings.c.session_id, _screening_rows(kept))
    if not kept.session.demonstration:
        put(tables.session_summaries.c.session, [as_row(summarise(kept))])


def _tell_the_centre_again(connection: Connection, session_id: str) -> None:
    """What a journal brought in late is still to be handed on."""
    told = tables.sync_sessions
    confirmed = (told.c.session_id == session_id) & told.c.closed
    connection.execute(update(told).where(confirmed).values(closed=False))


def _screening_rows(kept: KeptSession) -> list[dict[str, Any]]:
    if kept.screening is None:
        return []
    more = {
        "id": new_id(),
        "resident": kept.session.resident,
        "session_id": kept.session.id,
        "taken_at": kept.session.at(kept.screening.t_s),
    }
    return [as_row(kept.screening) | more]


def _heart_rate(connection: Connection, session_id: str) -> HeartRateRecord:
    rows = _rows(connection, tables.heart_rates, session_id, "session_id")
    samples = _rows(connection, tables.heart_rate_samples, session_id, "sequence")
    series = {"t_s": [one["t_s"] for one in samples], "bpm": [one["bpm"] for one in samples]}
    return from_plain(HeartRateRecord, _without(rows[0], "session_id") | series)


def _rows(
    connection: Connection,
    table: Table,
    session_id: str,
    order: str,
    after: int | None = None,
    at_most: int | None = None,
) -> list[dict[str, Any]]:
    query = select(table).where(table.c.session_id == session_id).order_by(table.c[order])
    query = query.limit(at_most)
    if after is not None:
        query = query.where(table.c[order] > after)
    return [dict(row) for row in connection.execute(query).mappings()]


def _record(kind: type, row: dict[str, Any], *but: str) -> Any:
    return from_plain(kind, _without(row, *but))


def _without(row: dict[str, Any], *but: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in but}


def _last_s(connection: Connection, session_id: str, start_s: float) -> float:
    """Time of the last line, as far as the session's clock had come."""
    found = [
        connection.scalar(select(func.max(table.c.t_s)).where(table.c.session_id == session_id))
        for table in (tables.events, tables.heart_rate_samples)
    ]
    return max((t_s for t_s in found if t_s is not None), default=start_s)


def _sample_row(line: str) -> dict[str, Any]:
    body = json.loads(line)
    return {name: body[name] for name in ("t_s", "bpm", "contact", "sensor", "rr_ms")}


def _sample(row: dict[str, Any]) -> HeartRateSample:
    return HeartRateSample(
        t_s=row["t_s"],
        bpm=row["bpm"],
        contact=row["contact"],
        rr_ms=tuple(row["rr_ms"]),
        sensor=row["sensor"],
    )


def _sample_entry(row: dict[str, Any]) -> Entry:
    return Entry(
        sequence=row["sequence"],
        kind="heart_rate",
        type="HeartRateSample",
        t_s=row["t_s"],
        line=observation_line(_sample(row)),
    )
