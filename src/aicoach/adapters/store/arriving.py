"""Sessions that arrive at the centre, line by line: taken once, never written over.

A line is named by its session and number. One that is there already and says the same
changes nothing; one that says something else is refused, and noted in the audit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from aicoach.adapters.store import audit, sessions, tables
from aicoach.adapters.store.line_ranges import count_of, spans_of
from aicoach.adapters.store.retention import kept_since
from aicoach.errors import CoachError, StoreError, StoreProblem
from aicoach.records import NOBODY

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.cabin_tokens import CabinPass
    from aicoach.adapters.store.entries import Entry
    from aicoach.adapters.store.line_ranges import Span
    from aicoach.adapters.store.store import Store
    from aicoach.records import PlannedSession, SessionRecord

UNKNOWN: Final = "unknown"
FOREIGN: Final = "foreign"
OTHER_SITE: Final = "other_site"
ERASED: Final = "erased"
PAST: Final = "past"
"""It ended before what is kept here: the clock of retention removed it, or would tonight."""
CONFLICT: Final = "conflict"
UNUSABLE: Final = "unusable"
_FIXED: Final = (
    "resident", "plan_id", "plan_version", "medical", "started_at", "time_zone",
    "utc_offset_min", "start_s", "demonstration",
)  # fmt: skip
"""What is known when a session begins, and never changes."""
_UNREADABLE: Final = (
    CoachError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
_POISONED: Final = (StoreProblem.FAILED, StoreProblem.CONFLICT)
"""The database is well, and does not take just this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Part of one session, as a cabin hands it over."""

    session_id: str
    head: SessionRecord | None
    """How it began; needed until the centre has it."""
    planned: PlannedSession | None
    entries: tuple[Entry, ...]
    close: int | None
    """It is over, and has so many lines; None: it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the centre has of the session now."""

    session_id: str
    kept: tuple[Span, ...] = ()
    closed: bool = False
    problem: str | None = None
    text: str = ""


class _RefusedError(Exception):
    def __init__(self, problem: str, text: str, **details: Any) -> None:
        super().__init__(text)
        self.problem, self.text, self.details = problem, text, details


def take(store: Store, cabin: CabinPass, piece: Piece) -> Taken:
    """Take a piece wholly, or not at all.

    Raises
    ------
    StoreError
        If the database cannot be used at this moment.
    """
    try:
        with store.writing() as connection:
            return _take(store, connection, cabin, piece)
    except _RefusedError as refused:
        return refuse(store, cabin, piece.session_id, refused.problem, refused.text,
                      **refused.details)  # fmt: skip
    except StoreError as problem:
        if problem.reason not in _POISONED:
            raise
        return refuse(store, cabin, piece.session_id, UNUSABLE, str(problem.reason.value))
    except _UNREADABLE as problem:
        # Lines that are events each, and make no session: of a program gone wrong, or forged.
        text = f"no records can be made of it ({type(problem).__name__})"
        return refuse(store, cabin, piece.session_id, UNUSABLE, text)


def refuse(
    store: Store, cabin: CabinPass, session_id: str, problem: str, text: str, **details: Any
) -> Taken:
    """Say no to a session, and note it in the audit, once however often it is tried."""
    if problem not in (UNKNOWN, ERASED, PAST):  # of whom was erased, nothing is kept
        known = {"cabin": cabin.cabin, "problem": problem, **details}
        with store.writing() as connection:
            note_once(connection, f"cabin:{cabin.cabin}", "sync.refused", session_id, known)
    return Taken(session_id=session_id, problem=problem, text=text)


def note_once(
    connection: Connection, actor: str, action: str, subject: str, details: dict[str, Any]
) -> None:
    """An entry in the audit, unless the same one stands there already."""
    table = tables.audit
    query = select(table.c.entry).where(table.c.subject == subject, table.c.action == action)
    if all(json.loads(one)["details"] != details for one in connection.scalars(query)):
        audit.append(connection, actor, action, subject, details)


def _take(store: Store, connection: Connection, cabin: CabinPass, piece: Piece) -> Taken:
    found = _locked(connection, piece.session_id)
    if found is None:
        _begin(store, connection, cabin, piece)
        found = _locked(connection, piece.session_id)
    if found is None or found["cabin"] != cabin.cabin:
        raise _RefusedError(FOREIGN, "this session is not of this cabin")
    if piece.head is not None:
        differing = [name for name in _FIXED if found[name] != getattr(piece.head, name)]
        if differing:
            text = f"the session began otherwise here: {', '.join(differing)}"
            raise _RefusedError(CONFLICT, text, fields=differing)
    new, kept = _append(connection, piece)
    closed = found["why_ended"] is not None
    if piece.close == count_of(kept) and (new or not closed):
        sessions.close_session(connection, piece.session_id)
        closed = True
    return Taken(session_id=piece.session_id, kept=kept, closed=closed and not _more(piece, kept))


def _more(piece: Piece, kept: tuple[Span, ...]) -> bool:
    """Whether the cabin has lines that are not here."""
    return piece.close is not None and piece.close != count_of(kept)


def _locked(connection: Connection, session_id: str) -> dict[str, Any] | None:
    """The row of a session; nobody else appends to it until this transaction is over."""
    query = select(tables.sessions).where(tables.sessions.c.id == session_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _begin(store: Store, connection: Connection, cabin: CabinPass, piece: Piece) -> None:
    head, planned = piece.head, piece.planned
    if head is None or planned is None:
        raise _RefusedError(UNKNOWN, "the centre does not have the beginning of this session")
    if (head.cabin or cabin.cabin, head.site or cabin.site) != (cabin.cabin, cabin.site):
        text = f"this session is of site {head.site}, cabin {head.cabin}"
        raise _RefusedError(FOREIGN, text, site=head.site, of_cabin=head.cabin)
    if store.is_erased(head.resident, connection):
        raise _RefusedError(ERASED, "this resident was erased")
    now = datetime.now(timezone.utc)
    if head.ended_at is not None and head.ended_at < kept_since("sessions", now):
        raise _RefusedError(PAST, "it is past the time for which sessions are kept here")
    _enter_resident(connection, head, cabin)
    begun = replace(
        head,
        site=cabin.site,
        cabin=cabin.cabin,
        ended_at=None,
        why_ended=None,
        lasted_s=None,
        completed=None,
        met_minutes_low=None,
        met_minutes_high=None,
        notes=(),
    )
    sessions.begin_session(connection, begun, planned, sessions.recorder_of(cabin.cabin))


def _enter_resident(connection: Connection, head: SessionRecord, cabin: CabinPass) -> None:
    """Whom nobody registered is entered by the code, as one of this site."""
    nobody = head.demonstration or head.resident == NOBODY
    bare = {
        "id": head.resident,
        "site": None if nobody else cabin.site,
        "language": head.language,
        "time_zone": head.time_zone,
        "created_at": datetime.now(timezone.utc),
    }
    sessions.insert_new(connection, tables.residents, [bare])
    column = tables.residents.c
    site = connection.scalar(select(column.site).where(column.id == head.resident))
    if site not in (None, cabin.site):
        text = f"resident {head.resident} belongs to another site"
        raise _RefusedError(OTHER_SITE, text, resident=head.resident)


def _append(connection: Connection, piece: Piece) -> tuple[list[Entry], tuple[Span, ...]]:
    """Append what is not there yet: the new lines, and which ones are there now."""
    if not piece.entries:
        return [], sessions.read_spans(connection, piece.session_id)
    after = min(one.sequence for one in piece.entries) - 1
    known = {
        one.sequence: one for one in sessions.read_entries(connection, piece.session_id, after)
    }
    new = []
    for one in piece.entries:
        before = known.get(one.sequence)
        if before is None:
            new.append(one)
            known[one.sequence] = one
        elif before != one:
            text = f"line {one.sequence} says something else than the one that is kept"
            kept, sent = _digest(before.line), _digest(one.line)
            raise _RefusedError(CONFLICT, text, sequence=one.sequence, kept=kept, sent=sent)
    sessions.append_entries(connection, piece.session_id, new)
    if after == 0:  # all of them were read
        return new, spans_of(known)
    return new, sessions.read_spans(connection, piece.session_id)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:16]
