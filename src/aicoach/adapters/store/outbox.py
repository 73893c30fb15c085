"""What waits in a cabin for its centre, and what the centre has confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, delete, func, or_, select

from aicoach.adapters.store import sessions, tables
from aicoach.adapters.store.line_ranges import count_of, holds
from aicoach.adapters.store.plain_records import as_plain
from aicoach.adapters.store.shared_rows import (
    TABLES,
    UP_AFTER,
    UP_BEFORE,
    Body,
    bodies,
    digest_of,
)
from aicoach.records import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Table

    from aicoach.adapters.store.entries import Entry
    from aicoach.adapters.store.line_ranges import Span
    from aicoach.adapters.store.store import Store

PAST: Final = "past its time at the centre"
_NONE_CONFIRMED: Final[tuple[Span, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPiece:
    """The next part of one session that the centre does not have."""

    session_id: str
    head: dict[str, Any] | None
    """Only where the centre may not know how the session began."""
    planned: dict[str, Any] | None
    entries: tuple[Entry, ...]
    close: int | None
    """It is over, and has so many lines in all; None: it goes on."""


class Outbox:
    """What of one store one centre has not confirmed.

    Parameters
    ----------
    store
        The cabin's.
    centre
        Id of the centre's database: another centre begins anew.
    again_after_s
        What was refused is offered again after this time.
    """

    def __init__(self, store: Store, centre: str, *, again_after_s: float) -> None:
        self._store, self._centre = store, centre
        self._again = timedelta(seconds=again_after_s)

    def sessions(self) -> tuple[str, ...]:
        """Sessions with anything unconfirmed, oldest first; running ones too."""
        own, told = tables.sessions.c, tables.sync_sessions.c
        marks = and_(told.session_id == own.id, told.centre == self._centre)
        refused_lately = and_(told.refused.is_not(None), told.told_at > self._lately())
        query = (
            select(own.id, own.why_ended, told.lines)
            .select_from(tables.sessions.outerjoin(tables.sync_sessions, marks))
            .where(or_(told.session_id.is_(None), and_(~told.closed, ~refused_lately)))
            .order_by(own.started_at, own.id)
        )
        with self._store.reading() as connection:
            return tuple(
                row.id
                for row in connection.execute(query).all()
                if row.why_ended is not None or row.lines != _count(connection, row.id)
            )

    def confirmed(self, session_id: str) -> tuple[Span, ...]:
        """Which lines the centre had when it was last heard of."""
        told = tables.sync_sessions.c
        query = select(told.lines).where(told.session_id == session_id, told.centre == self._centre)
        with self._store.reading() as connection:
            lines = connection.scalar(query)
        return ((1, lines),) if lines else _NONE_CONFIRMED

    def piece(
        self, session_id: str, kept: Sequence[Span], *, at_most: int, with_head: bool
    ) -> WaitingPiece | None:
        """The next lines of a session behind those that the centre has; None: it was erased."""
        after = kept[0][1] if kept and kept[0][0] == 1 else 0
        columns = tables.sessions
        with self._store.reading() as connection:
            query = select(columns).where(columns.c.id == session_id)
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            found = sessions.read_entries(connection, session_id, after, at_most)
            total = _count(connection, session_id) if row["why_ended"] is not None else None
        head = {
            name: as_plain(value)
            for name, value in row.items()
            if name not in ("planned", "recorded_by")
        }
        return WaitingPiece(
            session_id=session_id,
            head=head if with_head else None,
            planned=row["planned"] if with_head else None,
            entries=tuple(one for one in found if not holds(kept, one.sequence)),
            close=total,
        )

    def confirm(self, answers: Iterable[tuple[str, Sequence[Span], bool]]) -> None:
        """Remember what the centre has: session, its lines there, whether it is closed there."""
        with self._store.writing() as connection:
            for session_id, kept, closed in answers:
                row = connection.execute(
                    select(tables.sessions.c.why_ended).where(tables.sessions.c.id == session_id)
                ).one_or_none()
                if row is None:  # erased meanwhile
                    continue
                # A journal may have brought in more while the answer was on its way.
                whole = row.why_ended is not None and _count(connection, session_id) == count_of(
                    kept
                )
                first = kept[0][1] if kept and kept[0][0] == 1 else 0
                self._mark(connection, session_id, first, closed=closed and whole)

    def refuse(self, session_id: str, text: str) -> None:
        """Remember that the centre does not take a session, and why."""
        with self._store.writing() as connection:
            self._mark(connection, session_id, 0, closed=False, refused=text)

    def settle(self, sessions: Iterable[str]) -> None:
        """Remember that the centre keeps sessions no more: they are not offered again."""
        with self._store.writing() as connection:
            for session_id in sessions:
                self._mark(connection, session_id, 0, closed=True, refused=PAST)

    def forget(self) -> None:
        """Compare everything anew: the centre is another one, or was put back to a copy."""
        with self._store.writing() as connection:
            for table in (tables.sync_sessions, tables.sync_rows):
                connection.execute(delete(table).where(table.c.centre == self._centre))

    def closed(self) -> int:
        """How many sessions the centre has confirmed wholly, and keeps."""
        query = select(func.count()).select_from(tables.sync_sessions).where(*self._kept())
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def oldest_closed(self, at_most: int) -> tuple[str, ...]:
        """Those of them that ended first."""
        own, told = tables.sessions.c, tables.sync_sessions.c
        query = (
            select(own.id)
            .join(tables.sync_sessions, told.session_id == own.id)
            .where(*self._kept())
            .order_by(own.ended_at, own.id)
            .limit(at_most)
        )
        with self._store.reading() as connection:
            return tuple(connection.scalars(query))

    def _kept(self) -> tuple[ColumnElement[bool], ...]:
        told = tables.sync_sessions.c
        return told.centre == self._centre, told.closed.is_(True), told.refused.is_(None)

    def refused(self) -> tuple[tuple[str, str], ...]:
        """What the centre does not take: session or row, and why."""
        told, rows = tables.sync_sessions.c, tables.sync_rows.c
        with self._store.reading() as connection:
            found = [
                *connection.execute(
                    select(told.session_id, told.refused).where(
                        told.centre == self._centre, told.refused.is_not(None), ~told.closed
                    )
                ),
                *connection.execute(
                    select(rows.row, rows.refused).where(
                        rows.centre == self._centre, rows.refused.is_not(None)
                    )
                ),
            ]
        return tuple((row[0], row[1]) for row in found)

    def rows(self, before_sessions: bool) -> Iterator[tuple[str, Body]]:
        """Rows that the centre has not, or has otherwise, as far as is known here.

        before_sessions : those that sessions refer to; else those that refer to sessions.
        """
        told = tables.sync_rows.c
        with self._store.reading() as connection:
            for kind in UP_BEFORE if before_sessions else UP_AFTER:
                marks = connection.execute(
                    select(told.row, told.digest, told.refused, told.told_at).where(
                        told.centre == self._centre, told.kind == kind
                    )
                )
                known = {
                    row.row: row.digest
                    for row in marks
                    if row.refused is None or row.told_at > self._lately()
                }
                where: tuple[ColumnElement[bool], ...] = ()
                if kind == "residents":
                    where = (TABLES[kind].c.id != NOBODY,)
                if kind == "screenings":  # the others are made of a session's lines
                    where = (TABLES[kind].c.session_id.is_(None),)
                found = bodies(connection, kind, *where)
                if kind == "consents":  # one given anew is known before the other was taken back
                    found = iter(sorted(found, key=lambda one: one["withdrawn_at"] is not None))
                for body in found:
                    if known.get(body["id"]) != digest_of(body):
                        yield kind, body

    def confirm_rows(self, answers: Iterable[tuple[str, Body, str | None]]) -> None:
        """Remember rows that the centre has seen as they are: kind, row, why it was refused."""
        with self._store.writing() as connection:
            for kind, body, refused in answers:
                mark_row(connection, self._centre, kind, body["id"], digest_of(body), refused)

    def _lately(self) -> datetime:
        return datetime.now(timezone.utc) - self._again

    def _mark(
        self,
        connection: Connection,
        session_id: str,
        lines: int,
        *,
        closed: bool,
        refused: str | None = None,
    ) -> None:
        row = {
            "centre": self._centre,
            "session_id": session_id,
            "lines": lines,
            "closed": closed,
            "refused": refused,
            "told_at": datetime.now(timezone.utc),
        }
        _put(connection, tables.sync_sessions, row)


def mark_row(
    connection: Connection, centre: str, kind: str, row: str, digest: str, refused: str | None
) -> None:
    """Remember in which state a row was last told to, or by, the centre."""
    values = {
        "centre": centre,
        "kind": kind,
        "row": row,
        "digest": digest,
        "refused": refused,
        "told_at": datetime.now(timezone.utc),
    }
    _put(connection, tables.sync_rows, values)


def _put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    key = [column == row[column.name] for column in table.primary_key.columns]
    connection.execute(delete(table).where(*key))
    sessions.insert_new(connection, table, [row])


def _count(connection: Connection, session_id: str) -> int:
    return sum(
        int(connection.scalar(select(func.count()).where(table.c.session_id == session_id)) or 0)
        for table in (tables.events, tables.heart_rate_samples)
    )
