"""After a cut: journals are brought in, and sessions that nobody records are closed.

Each by itself. What is wrong with one journal, or with one session, stops neither the others
nor the session that is about to begin: it is put aside under a name of its own, and told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from aicoach.adapters.store import sessions, tables
from aicoach.adapters.store.failures import UNREADABLE, file_error
from aicoach.adapters.store.journal import DAMAGED, SUFFIX, read_journal
from aicoach.errors import JournalError, StoreError, StoreProblem

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from aicoach.adapters.store.journal import Waiting
    from aicoach.adapters.store.store import Store

_POISONED: Final = (StoreProblem.FAILED, StoreProblem.CONFLICT)
"""The database is well, and does not take just this."""
_LATER: Final = (StoreProblem.LOCKED, StoreProblem.LOST)
"""It takes nothing at this moment, and each attempt would wait once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What became of earlier sessions."""

    sessions: tuple[str, ...]
    """Ids of those that were brought in or closed, oldest first."""
    problems: tuple[str, ...]
    """What could not be, one line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """A session that was begun and not closed, and that nobody records."""

    session: str
    resident: str
    site: str | None
    """Of the resident."""
    began: datetime
    """By the resident's clock."""
    foreign: bool
    """Another installation began it: this one does not close it unasked."""


def left_open(store: Store, *, of_all: bool = False) -> tuple[LeftOpen, ...]:
    """Sessions that were cut off, oldest first; of other installations too where asked for."""
    own, person = tables.sessions.c, tables.residents.c
    with store.reading() as connection:
        ids = sessions.open_sessions(connection, None if of_all else store.recorded_by)
        query = (
            select(own.id, own.resident, own.started_at, own.utc_offset_min, own.recorded_by)
            .add_columns(person.site.label("of_site"))
            .select_from(tables.sessions.join(tables.residents, person.id == own.resident))
            .where(own.id.in_(ids))
        )
        found = {row.id: row for row in connection.execute(query)} if ids else {}
    return tuple(
        LeftOpen(
            session=row.id,
            resident=row.resident,
            site=row.of_site,
            began=row.started_at + timedelta(minutes=row.utc_offset_min),
            foreign=row.recorded_by != store.recorded_by,
        )
        for row in (found[one] for one in ids)
        if not store.is_running(row.id)
    )


def recover(store: Store, *, of_all: bool = False) -> Recovered:
    """Bring in what waits in journals, and close what was cut off; call it at the start.

    Sessions that are being recorded at this moment, by any program, are left alone.

    Parameters
    ----------
    of_all
        Close those too that another installation began: after a copy was put back, or where
        the computer that began them is gone.

    Raises
    ------
    StoreError
        If the database cannot be opened; the journals stay.
    """
    store.open()
    done: set[str] = set()
    problems: list[str] = []
    try:
        for path in sorted(store.journals.glob(f"*{SUFFIX}")):
            with store.alone(path.stem) as alone:
                if alone and _replay(store, path, problems):
                    done.add(path.stem)
        for one in left_open(store, of_all=of_all):
            with store.alone(one.session) as alone:
                if alone and _close(store, one.session, problems):
                    done.add(one.session)
    except StoreError as problem:
        if problem.reason not in _LATER:
            raise
        problems.append(str(problem))
    return Recovered(sessions=tuple(sorted(done)), problems=tuple(dict.fromkeys(problems)))


def _close(store: Store, session_id: str, problems: list[str]) -> bool:
    """Close one session that nobody records; whether that could be done."""
    try:
        with store.writing() as connection:
            sessions.close_session(connection, session_id)
    except StoreError as problem:
        if problem.reason in _LATER:
            raise
        problems.append(f"session {session_id} cannot be closed: {problem}")
    except UNREADABLE as problem:
        problems.append(f"session {session_id} cannot be closed: {_said(problem)}")
    else:
        return True
    return False


def _replay(store: Store, path: Path, problems: list[str]) -> bool:
    """Bring one journal in; whether there was anything."""
    try:
        waiting = read_journal(path)
    except FileNotFoundError:  # another program was faster
        return False
    except (JournalError, IsADirectoryError) as problem:
        _put_aside(path, _said(problem), problems)
        return False
    except OSError as problem:
        problems.append(str(file_error(path, problem)))
        return False
    if waiting is not None and not _is_brought_in(store, waiting, problems):
        return False
    if waiting is not None and waiting.damaged_lines and not _is_erased(store, waiting):
        damaged = ", ".join(map(str, waiting.damaged_lines))
        _put_aside(path, f"brought in but for damaged lines: {damaged}", problems)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError as problem:  # it is replayed once more, which changes nothing
            problems.append(str(file_error(path, problem)))
    return waiting is not None


def _is_brought_in(store: Store, waiting: Waiting, problems: list[str]) -> bool:
    try:
        _bring_in(store, waiting)
    except StoreError as problem:
        if problem.reason in _LATER:
            raise
        if _is_poisoned(problem):
            _put_aside(waiting.path, problem.detail or problem.reason.value, problems)
        else:  # the database is at fault: the journal waits for a better one
            problems.append(str(problem))
        return False
    except UNREADABLE as problem:
        _put_aside(waiting.path, f"no records can be made of it: {_said(problem)}", problems)
        return False
    return True


def _bring_in(store: Store, waiting: Waiting) -> None:
    if _is_erased(store, waiting):
        return
    with store.writing() as connection:
        sessions.begin_session(connection, waiting.head, waiting.planned, store.recorded_by)
        sessions.append_entries(connection, waiting.head.id, waiting.entries)
        sessions.close_session(connection, waiting.head.id)


def _is_erased(store: Store, waiting: Waiting) -> bool:
    """Whoever was erased does not come back by an old journal, and none of theirs is kept."""
    return store.is_erased(waiting.head.resident)


def _put_aside(path: Path, why: str, problems: list[str]) -> None:
    """Give a journal a name under which nobody brings it in; somebody may want to look at it."""
    number, kept = 1, path.with_name(path.name + DAMAGED)
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}{DAMAGED}-{number}")
    try:
        path.rename(kept)
    except OSError as problem:
        problems.append(f"{path}: {why}; {file_error(path, problem)}")
    else:
        problems.append(f"{kept}: a journal that was put aside ({why})")


def _is_poisoned(problem: StoreError) -> bool:
    """Whether this journal is at fault, and not what it was to be brought into."""
    return problem.reason in _POISONED and not isinstance(problem.__cause__, OperationalError)


def _said(problem: BaseException) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__
