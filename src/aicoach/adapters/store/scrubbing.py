"""After a deletion: what is gone from the tables goes from the file and its log as well.

SQLite is asked to overwrite what it deletes (``secure_delete``); older copies of a page wait
in the write-ahead log until it is folded back, and pages that were freed before may hold
anything until the file is written anew. A server overwrites freed space when it likes;
``VACUUM`` lets it, and what its own log and copies hold is the business of who runs it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import text

from aicoach.adapters.store.failures import store_error

if TYPE_CHECKING:
    from aicoach.adapters.store.database import Database


def scrub(database: Database, *, anew: bool = False) -> bool:
    """Remove what was deleted from file and log.

    Parameters
    ----------
    anew
        Write the whole file anew, which also clears pages that were freed long ago.

    Returns
    -------
    bool
        Whether it was done; False: another program is reading, try again later.

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    if database.file is None:
        with database.apart() as connection:
            connection.execute(text("VACUUM"))
        return True
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415 - only to tell what went wrong

    try:
        with contextlib.closing(sqlite3.connect(database.file, timeout=database.busy_s)) as plain:
            plain.isolation_level = None
            plain.execute("PRAGMA secure_delete = ON")
            if anew:
                plain.execute("VACUUM")
            busy, _, _ = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem):
            return False
        raise store_error(database.name, DatabaseError("VACUUM", None, problem)) from problem
    return not busy
