"""Looking whether a database is sound, without changing anything, and at what lies beside it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, text, union_all

from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import Audit
from aicoach.adapters.store.failures import UNREADABLE
from aicoach.adapters.store.in_use import InUse
from aicoach.adapters.store.journal import DAMAGED, SUFFIX
from aicoach.adapters.store.recovering import left_open
from aicoach.adapters.store.sqlite_files import SIDES
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from pathlib import Path

    from aicoach.adapters.store.database import Database
    from aicoach.adapters.store.store import Store

_FAULTS: Final = (
    StoreProblem.CORRUPTED, StoreProblem.FAILED, StoreProblem.NEWER, StoreProblem.OLDER,
)  # fmt: skip
"""The database was reached, and this is what is wrong with it."""
_PUT_BACK: Final = "put a copy in its place: aicoach db restore FILE"
COPIES: Final = {
    "as-of": "a copy from before its tables were brought forward",
    "replaced": "what was there before a copy was put in its place",
}
"""Files that stay beside a database: ``NAME.as-of-0006``, ``NAME.replaced-1``."""


def find_faults(store: Store) -> tuple[str, ...]:
    """Everything that is wrong with a database, one line each; empty: it is sound.

    Raises
    ------
    StoreError
        If it cannot be reached.
    """
    database = store.database
    if database.file is not None and not database.file.exists():
        return (f"{database.name}: there is no such file",)
    looking = store.looking()
    found: list[str] = []
    try:
        for look in (_file, _tables, _audit, _gaps, _left_open, _journals):
            found += look(looking)
    except StoreError as problem:
        if problem.reason not in _FAULTS:
            raise
        found.append(_told(problem))
    finally:
        looking.close()
    return tuple(found)


def copies_kept(database: Database) -> tuple[str, ...]:
    """Copies that were put beside a file and stay there, one line each."""
    file = database.file
    return tuple(
        f"{path}: {what}, {_day(path)}, {path.stat().st_size:,} bytes; remove it once it is "
        "not needed: what was erased since is still in it"
        for word, what in COPIES.items()
        for path in (() if file is None else sorted(file.parent.glob(f"{file.name}.{word}-*")))
        if not path.name.endswith((*SIDES, ".lock"))
    )


def file_faults(database: Database) -> tuple[str, ...]:
    """What is wrong with the file itself, as far as SQLite can see."""
    if not database.embedded:
        return ()
    with database.reading() as connection:
        said = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
        strays = connection.execute(text("PRAGMA foreign_key_check")).all()
    faults = [f"file: {line}" for line in said if line != "ok"]
    return (*faults, *(f"{row[0]}: row {row[1]} refers to a missing {row[2]}" for row in strays))


def _file(store: Store) -> tuple[str, ...]:
    faults = file_faults(store.database)
    return (*faults, _PUT_BACK) if faults else ()


def _tables(store: Store) -> tuple[str, ...]:
    store.open()
    return ()


def _audit(store: Store) -> tuple[str, ...]:
    try:
        broken = Audit(store).verify()
    except StoreError:
        raise
    except UNREADABLE as problem:
        return (f"audit: cannot be read ({type(problem).__name__})",)
    return () if broken is None else (f"audit: entry {broken.number} {broken.problem}",)


def _gaps(store: Store) -> tuple[str, ...]:
    """Sessions whose lines are not numbered 1, 2, 3 ... without a gap."""
    lines = union_all(
        *(select(t.c.session_id, t.c.sequence) for t in (tables.events, tables.heart_rate_samples))
    ).subquery()
    found, newest = func.count(), func.max(lines.c.sequence)
    query = select(lines.c.session_id, found, newest).group_by(lines.c.session_id)
    with store.reading() as connection:
        rows = connection.execute(query.having(found != newest).order_by(lines.c.session_id)).all()
    return tuple(
        f"session {session}: {last - count} of {last} lines missing"
        for session, count, last in rows
    )


def _left_open(store: Store) -> tuple[str, ...]:
    """Sessions that nobody records; of other installations only where nobody else can."""
    file = store.database.file
    lock = None if file is None else InUse(file)
    nobody_else = lock is not None and (not lock.path.exists() or lock.take_alone())
    if lock is not None:
        lock.release()
    return tuple(
        f"session {one.session} of {one.resident}, begun {one.began:%Y-%m-%d %H:%M}: was cut off "
        "and is not closed; run: aicoach db recover" + (" --all" if one.foreign else "")
        for one in left_open(store, of_all=nobody_else)
    )


def _journals(store: Store) -> tuple[str, ...]:
    found = []
    for path in sorted(store.journals.glob(f"*{SUFFIX}*")):
        if DAMAGED in path.name:
            found.append(f"{path}: a damaged journal that was put aside; save it elsewhere")
        elif path.suffix == SUFFIX and not store.is_running(path.stem):
            found.append(f"{path}: a journal that waits; run: aicoach db recover")
    return tuple(found)


def _told(problem: StoreError) -> str:
    if problem.reason is not StoreProblem.CORRUPTED:
        return str(problem)
    return str(StoreError(problem.database, problem.reason, _PUT_BACK, problem.detail))


def _day(path: Path) -> str:
    at = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).astimezone()
    return f"{at:%Y-%m-%d}"
