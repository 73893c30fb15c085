"""Files of SQLite: opened without changing anything, and copied whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DatabaseError

from aicoach.adapters.store.failures import file_error, store_error
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES: Final = ("-wal", "-shm")
"""Files that SQLite puts beside a database: its log, and where in it everything stands."""
_WAIT_S: Final = 5.0
_OF_THE_WRITTEN: Final = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
)  # fmt: skip
_OF_THE_READ: Final = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)


def open_to_read(file: Path, wait_s: float = _WAIT_S) -> sqlite3.Connection:
    """A connection that changes nothing, also on a disk that may only be read.

    Raises
    ------
    sqlite3.Error
        If it cannot be read.
    """
    address = f"{file.absolute().as_uri()}?mode=ro"
    log = file.with_name(f"{file.name}{SIDES[0]}")
    try:
        return _opened(address, wait_s)
    except sqlite3.OperationalError:
        if log.exists() and log.stat().st_size:
            raise  # the newest of it is in the log
        return _opened(f"{address}&immutable=1", wait_s)


def copy_whole(source: Path, target: Path, *, remedy: str = "") -> None:
    """Copy a database with whatever its log holds, to a file that may be written.

    Parameters
    ----------
    remedy
        What to do where the source is at fault.

    Raises
    ------
    StoreError
        Naming the file that is at fault.
    """
    try:
        reading = open_to_read(source)
    except sqlite3.Error as problem:
        raise _error(source, problem, remedy) from problem
    with contextlib.closing(reading):
        try:
            with contextlib.closing(sqlite3.connect(target)) as writing:
                reading.backup(writing)
                writing.execute("PRAGMA journal_mode = DELETE")  # one file, not three
        except sqlite3.Error as problem:
            at_fault = target if _is_of_the_written(problem) else source
            raise _error(at_fault, problem, remedy if at_fault is source else "") from problem


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A file to write, which takes the name of the target when the block ends well.

    Only this user may read it; it is on the disk before it has its name. After a failure
    nothing is left of it.

    Raises
    ------
    StoreError
        Naming the target, if it cannot be written.
    """
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            yield half
            settle(half)
            half.replace(target)
        except OSError as problem:
            raise file_error(target, problem) from problem
        except StoreError as problem:
            if problem.database != str(half):
                raise
            raise StoreError(
                str(target), problem.reason, problem.remedy, problem.detail
            ) from problem
    finally:
        for side in ("", *SIDES, "-journal"):
            with contextlib.suppress(OSError):
                half.with_name(half.name + side).unlink()


def settle(file: Path) -> None:
    """Make a file private, and wait until the disk has it."""
    file.chmod(0o600)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _opened(address: str, wait_s: float) -> sqlite3.Connection:
    # A pool hands connections from thread to thread, one at a time.
    connection = sqlite3.connect(address, uri=True, timeout=wait_s, check_same_thread=False)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_of_the_written(problem: sqlite3.Error) -> bool:
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code not in _OF_THE_READ and code & 0xFF in _OF_THE_WRITTEN


def _error(file: Path, problem: sqlite3.Error, remedy: str) -> StoreError:
    found = store_error(str(file), DatabaseError("copy", None, problem))
    if found.reason is StoreProblem.FULL:  # nothing is being measured
        remedy = "free some space"
    return StoreError(str(file), found.reason, remedy or found.remedy, found.detail)
