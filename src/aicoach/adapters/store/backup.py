"""Copies of a database, and putting a copy in its place.

A copy is a file of its own: of SQLite a whole database, taken while others go on writing;
of PostgreSQL what ``pg_dump`` makes. It is complete or it is not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from aicoach.adapters.store.checking import file_faults
from aicoach.adapters.store.database import Database, make_private_folder, without_password
from aicoach.adapters.store.failures import file_error
from aicoach.adapters.store.recovering import recover
from aicoach.adapters.store.schema import check_revision, revision_of
from aicoach.adapters.store.sqlite_files import SIDES, appearing, copy_whole, settle
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from aicoach.adapters.store.store import Store

_DEBIAN: Final = Path("/usr/lib/postgresql")
_SQLITE_HEADER: Final = b"SQLite format 3\x00"
_DUMP_HEADER: Final = b"PGDMP"
_ANOTHER: Final = "use another copy; nothing was changed"
_GONE_S: Final = 2.0
"""How long a server takes to notice that a program has gone."""


def back_up(store: Store, target: Path) -> None:
    """Write a complete copy to a file that must not exist yet, in a folder that does.

    Raises
    ------
    StoreError
        If the file exists, its folder does not, or the copy cannot be made; then no file is left.
    """
    database = store.database
    if target.exists():
        remedy = "nothing was written; give another name"
        raise StoreError(str(target), StoreProblem.EXISTS, remedy)
    if not target.parent.is_dir():
        remedy = "nothing was written; plug the disk in, or make the folder"
        raise StoreError(str(target.parent), StoreProblem.ABSENT, remedy)
    if database.file is not None and not database.file.exists():
        raise StoreError(database.name, StoreProblem.ABSENT, "there is nothing to copy")
    looking = database.looking()
    try:
        if revision_of(looking) is None:
            raise StoreError(database.name, StoreProblem.FAILED, detail="there is nothing to copy")
    finally:
        looking.close()
    with appearing(target) as half:
        if database.file is not None:
            copy_whole(database.file, half)
        else:
            _run(database, "pg_dump", "--format=custom", f"--file={half}", _libpq(database))


def restore(store: Store, source: Path) -> Path | None:
    """Put a copy in the place of the database; the one that was there is kept.

    Sessions that were open in the copy are closed: nobody records them any more. A server's
    tables are replaced in one transaction: make a copy of it before.

    Returns
    -------
    pathlib.Path or None
        Where the file that was there is now; None where there was none, or it is a server.

    Raises
    ------
    StoreError
        If another program has the database open, or the copy is damaged, of another kind, or
        newer than this program; then nothing was changed.
    """
    database = store.database
    store.close()
    running = store.running()
    if running:
        detail = f"session {running[0]} is being recorded"
        raise StoreError(database.name, StoreProblem.LOCKED, "wait until it is over", detail)
    if database.file is None:
        _wants(source, _DUMP_HEADER, "a copy of a PostgreSQL database")
        _restore_server(database, source)
        before = None
    else:
        _wants(source, _SQLITE_HEADER, "a copy of a SQLite database")
        database.require_file()
        make_private_folder(database.file.parent, database.name)
        with database.alone():
            before = _restore_file(database.file, source)
    with contextlib.suppress(StoreError):  # older, or sealed: `db check` names what is open
        recover(store, of_all=True)
    store.close()
    return before


def _restore_file(file: Path, source: Path) -> Path | None:
    with appearing(file) as half:
        copy_whole(source, half, remedy=_ANOTHER)
        _must_be_sound(half, source)
        settle(half)
        return _set_aside(file)


def _restore_server(database: Database, source: Path) -> None:
    until = time.monotonic() + _GONE_S  # connections that were just given back
    while (others := _others(database)) and time.monotonic() < until:
        time.sleep(_GONE_S / 20)
    if others:
        remedy = "stop every session, cabin and `aicoach serve` that uses it, then try again"
        detail = f"{others} other connections"
        raise StoreError(database.name, StoreProblem.LOCKED, remedy, detail)
    _run(
        database, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        f"--dbname={_libpq(database)}", str(source),
    )  # fmt: skip


def _others(database: Database) -> int:
    """How many other connections a server's database has."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND usesysid IS NOT NULL AND pid <> pg_backend_pid() "
        "AND coalesce(backend_type, 'client backend') = 'client backend'"
    )
    with database.apart() as connection:
        found = int(connection.scalar(text(query)) or 0)
    database.close()
    return found


def _must_be_sound(half: Path, source: Path) -> None:
    copy = Database(str(half), read_only=True)
    try:
        faults, revision = file_faults(copy), revision_of(copy)
        if faults or revision is None:
            detail = faults[0] if faults else "it holds no tables of aicoach"
            raise StoreError(str(source), StoreProblem.CORRUPTED, _ANOTHER, detail)
        check_revision(copy, revision)
    except StoreError as problem:
        if problem.reason is StoreProblem.OLDER:  # an older one is brought forward later
            return
        remedy = _ANOTHER if problem.reason is StoreProblem.CORRUPTED else problem.remedy
        raise StoreError(str(source), problem.reason, remedy, problem.detail) from problem
    finally:
        copy.close()


def _set_aside(file: Path) -> Path | None:
    """Rename the file that is there, and with it what is left of its log."""
    if not file.exists():
        return None
    with (
        contextlib.suppress(sqlite3.Error),  # a damaged one keeps its log
        contextlib.closing(sqlite3.connect(file)) as plain,
    ):
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    number = 1
    while (kept := file.with_name(f"{file.name}.replaced-{number}")).exists():
        number += 1
    for side in SIDES:
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + side).replace(kept.with_name(kept.name + side))
    return file.replace(kept)


def _wants(source: Path, header: bytes, what: str) -> None:
    try:
        with source.open("rb") as file:
            found = file.read(len(header))
    except FileNotFoundError as problem:
        raise StoreError(str(source), StoreProblem.ABSENT) from problem
    except OSError as problem:
        raise file_error(source, problem) from problem
    if found != header:
        raise StoreError(str(source), StoreProblem.CORRUPTED, _ANOTHER, f"it is not {what}")


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
