"""Who saw or changed what: entries that are only ever appended, each sealing the ones before.

An entry is JSON in one fixed spelling, kept as text. Its hash covers the hash before it and
that text, so that an entry that is altered, removed or slipped in breaks the chain there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, text

from aicoach.adapters.store.tables import audit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection

    from aicoach.adapters.store.store import Store

SORTS: Final = ("newest", "oldest", "actor", "action", "about")
BEGINNING: Final = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did."""

    number: int
    """1 is the first; there are no gaps."""
    at: datetime
    actor: str
    """Account that did it, or the program."""
    action: str
    """What was done, e.g. ``prescription.sign``."""
    subject: str | None
    """Resident or other thing it was done to."""
    details: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChain:
    """The first entry that is not as it was written."""

    number: int
    problem: str


class Audit:
    """The audit of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(
        self,
        actor: str,
        action: str,
        subject: str | None = None,
        details: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> AuditEntry:
        """Append an entry in a transaction of its own; ``at`` None: now."""
        with self._store.writing() as connection:
            return append(connection, actor, action, subject, details, at)

    def entries(self, subject: str | None = None) -> tuple[AuditEntry, ...]:
        """All entries, or those about one subject, in order."""
        query = select(audit).order_by(audit.c.number)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(_entry_of(row) for row in rows)

    def page(  # noqa: PLR0913 - filters of a list
        self,
        *,
        actor: str | None = None,
        action: str = "",
        subjects: Collection[str] | None = None,
        first: datetime | None = None,
        before: datetime | None = None,
        refused: bool = False,
        sort: str = "newest",
        page: int = 1,
        size: int = 50,
    ) -> tuple[tuple[AuditEntry, ...], int]:
        """One page, and how many entries there are in all.

        action : how the action begins, as ``plan.``.
        subjects : about one of these; None: about anybody.
        first, before : from a moment on, and until one.
        refused : only what was refused.
        sort : one of ``SORTS``; within alike ones the newest come first.
        """
        column = audit.c
        wanted = []
        if actor:
            wanted.append(column.actor == actor)
        if action:
            wanted.append(column.action.startswith(action, autoescape=True))
        if subjects is not None:
            wanted.append(column.subject.in_(sorted(subjects)))
        if first is not None:
            wanted.append(column.at >= first)
        if before is not None:
            wanted.append(column.at < before)
        if refused:
            # As it is spelt in every entry; that a detail says so is seen below.
            wanted.append(column.entry.contains('"refused":', autoescape=True))
        query = select(audit).where(*wanted).order_by(*_order(sort))
        with self._store.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(audit).where(*wanted)) or 0
            rows = connection.execute(query.limit(size).offset((max(1, page) - 1) * size)).all()
        return tuple(_entry_of(row) for row in rows), total

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry; noted elsewhere, they show a cut-off end."""
        with self._store.reading() as connection:
            return _last(connection)

    def verify(self, head: tuple[int, str] | None = None) -> BrokenChain | None:
        """Find the first entry that was altered, removed or slipped in; None: all is well.

        Parameters
        ----------
        head
            Number and hash of an entry as noted before; it must still be there.
        """
        previous, count, noted = BEGINNING, 0, {0: BEGINNING}
        with self._store.reading() as connection:
            for row in connection.execute(select(audit).order_by(audit.c.number)):
                count += 1
                problem = _problem(row, count, previous)
                if problem is not None:
                    return BrokenChain(number=count, problem=problem)
                previous = row.hash
                if head is not None and head[0] == count:
                    noted[count] = row.hash
        if head is not None and noted.get(head[0]) != head[1]:
            if head[0] > count:
                return BrokenChain(number=count + 1, problem="is missing")
            return BrokenChain(number=head[0], problem="was replaced, with all after it")
        return None


def append(
    connection: Connection,
    actor: str,
    action: str,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append an entry in the caller's transaction: it stands if, and only if, the deed does."""
    if connection.dialect.name == "postgresql":  # one at a time; a SQLite writer is alone anyway
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    number, previous = _last(connection)
    when = (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
    known = dict(details or {})
    row = {"number": number + 1, "at": when, "actor": actor, "action": action, "subject": subject}
    entry = canonical({**row, "at": when.isoformat(), "details": known})
    digest = _hash(previous, entry)
    connection.execute(
        insert(audit), [row | {"entry": entry, "previous_hash": previous, "hash": digest}]
    )
    return AuditEntry(
        number=number + 1,
        at=when,
        actor=actor,
        action=action,
        subject=subject,
        details=known,
        hash=digest,
    )


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    column, newest = audit.c, audit.c.number.desc()
    match sort:
        case "oldest":
            return (column.number,)
        case "actor" | "action":
            return (column[sort], newest)
        case "about":
            return (column.subject.is_(None), column.subject, newest)
        case _:
            return (newest,)


def _entry_of(row: Any) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        details=json.loads(row.entry)["details"],
        hash=row.hash,
    )


def canonical(body: Mapping[str, Any]) -> str:
    """JSON in one fixed spelling: keys in order, no blanks, no NaN."""
    return json.dumps(
        body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _last(connection: Connection) -> tuple[int, str]:
    query = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (0, BEGINNING) if row is None else (row.number, row.hash)


def _hash(previous: str, entry: str) -> str:
    return hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()


def _problem(row: Any, number: int, previous: str) -> str | None:
    if row.number != number:
        return "is missing"
    if row.previous_hash != previous:
        return "does not follow the entry before it"
    if row.hash != _hash(previous, row.entry):
        return "was altered"
    return None if _agrees(row) else "has columns that contradict its text"


def _agrees(row: Any) -> bool:
    """Whether what is searched in the columns is what the sealed text says."""
    body = json.loads(row.entry)
    said = (body["number"], body["at"], body["actor"], body["action"], body["subject"])
    return said == (row.number, row.at.isoformat(), row.actor, row.action, row.subject)
