"""Copies of a database, looking whether it is sound, and putting a copy in its place.

A copy is a file of its own: of SQLite a whole database, taken while others go on writing;
of PostgreSQL what ``pg_dump`` makes. It is complete or it is not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, text, union_all
from sqlalchemy.exc import DatabaseError

from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import Audit
from aicoach.adapters.store.database import Database, make_private_folder, without_password
from aicoach.adapters.store.failures import store_error
from aicoach.adapters.store.schema import check_revision, revision_of
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from aicoach.adapters.store.store import Store

_DEBIAN: Final = Path("/usr/lib/postgresql")
_SQLITE_HEADER: Final = b"SQLite format 3\x00"
_DUMP_HEADER: Final = b"PGDMP"
_SIDES: Final = ("-wal", "-shm")


def back_up(store: Store, target: Path) -> None:
    """Write a complete copy to a file that must not exist yet.

    Raises
    ------
    StoreError
        If the file exists, or the copy cannot be made; then no file is left.
    """
    database = store.database
    if target.exists():
        detail = f"{target} exists already; nothing was written"
        raise StoreError(database.name, StoreProblem.CONFLICT, detail=detail)
    if revision_of(database) is None:
        raise StoreError(database.name, StoreProblem.FAILED, detail="there is nothing to copy")
    make_private_folder(target.parent, str(target))
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if database.file is not None:
            _copy_sqlite(database, database.file, half)
        else:
            _run(database, "pg_dump", "--format=custom", f"--file={half}", _libpq(database))
        half.chmod(0o600)
        _sync(half)
        half.replace(target)
    except OSError as problem:
        detail = f"{target}: {problem.strerror or problem}"
        raise StoreError(database.name, StoreProblem.FAILED, detail=detail) from problem
    finally:
        half.unlink(missing_ok=True)


def restore(store: Store, source: Path) -> Path | None:
    """Put a copy in the place of the database; the one that was there is kept.

    A server's tables are replaced in one transaction: make a copy of it before.

    Returns
    -------
    pathlib.Path or None
        Where the file that was there is now; None where there was none, or it is a server.

    Raises
    ------
    StoreError
        If the copy is damaged, of another kind, or newer than this program; then nothing
        was changed.
    """
    database = store.database
    store.close()
    if database.file is None:
        _wants(source, _DUMP_HEADER, database, "a copy of a PostgreSQL database")
        _run(
            database, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            f"--dbname={_libpq(database)}", str(source),
        )  # fmt: skip
        return None
    _wants(source, _SQLITE_HEADER, database, "a copy of a SQLite database")
    make_private_folder(database.file.parent, database.name)
    half = database.file.with_name(f".{database.file.name}.{os.getpid()}.part")
    try:
        _copy_sqlite(database, source, half)
        _must_be_sound(half, database)
        half.chmod(0o600)
        _sync(half)
        before = _set_aside(database.file)
        half.replace(database.file)
    finally:
        for side in ("", *_SIDES):
            half.with_name(half.name + side).unlink(missing_ok=True)
    return before


def find_faults(store: Store) -> tuple[str, ...]:
    """Everything that is wrong with a database, one line each; empty: it is sound.

    Raises
    ------
    StoreError
        If it cannot be read at all.
    """
    database = store.database
    if database.file is not None and not database.file.exists():
        return (f"{database.name}: there is no such file",)
    found = list(_file_faults(database))
    try:
        check_revision(database, revision_of(database))
    except StoreError as problem:
        return (*found, str(problem))
    broken = Audit(store).verify()
    if broken is not None:
        found.append(f"audit: entry {broken.number} {broken.problem}")
    return (*found, *_gaps(store))


def _file_faults(database: Database) -> tuple[str, ...]:
    if not database.embedded:
        return ()
    with database.reading() as connection:
        said = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
        strays = connection.execute(text("PRAGMA foreign_key_check")).all()
    faults = [f"file: {line}" for line in said if line != "ok"]
    return (*faults, *(f"{row[0]}: row {row[1]} refers to a missing {row[2]}" for row in strays))


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


def _must_be_sound(half: Path, target: Database) -> None:
    copy = Database(str(half))
    try:
        faults, revision = _file_faults(copy), revision_of(copy)
        if faults or revision is None:
            detail = f"the copy: {faults[0] if faults else 'holds no tables of aicoach'}"
            raise StoreError(target.name, StoreProblem.CORRUPTED, "use another copy", detail)
        check_revision(copy, revision)
    except StoreError as problem:
        if problem.reason is not StoreProblem.OLDER:  # an older one is brought forward later
            raise
    finally:
        copy.close()


def _copy_sqlite(database: Database, source: Path, target: Path) -> None:
    """Copy a file with whatever its write-ahead log holds, without changing it."""
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True))
            as there,
            contextlib.closing(sqlite3.connect(target)) as here,
        ):  # fmt: skip
            there.backup(here)
            here.execute("PRAGMA journal_mode = DELETE")  # one file, not three
    except sqlite3.Error as problem:
        raise store_error(database.name, DatabaseError("copy", None, problem)) from problem


def _set_aside(file: Path) -> Path | None:
    """Rename the file that is there, and its log with it."""
    if not file.exists():
        return None
    number = 1
    while (kept := file.with_name(f"{file.name}.replaced-{number}")).exists():
        number += 1
    for side in _SIDES:
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + side).replace(kept.with_name(kept.name + side))
    return file.replace(kept)


def _wants(source: Path, header: bytes, database: Database, what: str) -> None:
    try:
        with source.open("rb") as file:
            found = file.read(len(header))
    except OSError as problem:
        detail = f"{source}: {problem.strerror or problem}"
        raise StoreError(database.name, StoreProblem.FAILED, detail=detail) from problem
    if found != header:
        reason = StoreProblem.CORRUPTED
        raise StoreError(database.name, reason, "use another copy", f"{source} is not {what}")


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _libpq(database: Database) -> str:
    """The address as PostgreSQL's own programs want it, without the password."""
    return without_password(database.url.set(drivername="postgresql"))


def _run(database: Database, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, unseen."""
    found = _program(program)
    if found is None:
        remedy = "install what Debian calls: postgresql-client"
        detail = f"there is no {program} on this computer"
        raise StoreError(database.name, StoreProblem.NOT_INSTALLED, remedy, detail)
    environment = dict(os.environ)
    if database.url.password:
        environment["PGPASSWORD"] = str(database.url.password)
    done = subprocess.run(
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise StoreError(database.name, StoreProblem.FAILED, detail=f"{program}: {said}")


def _program(name: str) -> str | None:
    """The newest one of the system: an older one refuses a newer server."""
    known = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(known[-1]) if known else shutil.which(name)
