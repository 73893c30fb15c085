"""The state of the tables: made, brought forward, or refused."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from aicoach.adapters.store.failures import REMEDIES
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.database import Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ADVISORY_KEY: Final = 7_214_332
"""Any number, the same in every program that brings tables forward."""
_one_at_a_time = threading.Lock()
"""Alembic runs one migration per program at a time."""


def newest_revision() -> str:
    """The state that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # the package has migrations
    return head


def revision_of(database: Database) -> str | None:
    """The state of a database; None where it holds nothing yet.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    with database.reading() as connection:
        return _revision(connection)


def check_revision(database: Database, found: str | None) -> None:
    """Refuse tables that this program does not know, or knows only from before.

    Raises
    ------
    StoreError
        With the reason ``NEWER`` or ``OLDER``.
    """
    wanted = newest_revision()
    if found == wanted:
        return
    reason = StoreProblem.OLDER if found is None or _is_known(found) else StoreProblem.NEWER
    detail = f"tables {found or 'none'}, this program has {wanted}"
    raise StoreError(database.name, reason, REMEDIES[reason], detail)


def migrate(database: Database) -> str | None:
    """Bring the tables to the state of this program; a file is copied beside itself before.

    Returns
    -------
    str or None
        The state before, None where there was nothing.

    Raises
    ------
    StoreError
        If the tables are newer than this program, or cannot be changed.
    """
    found = revision_of(database)
    if found == newest_revision():
        return found
    if found is not None:
        if not _is_known(found):
            check_revision(database, found)
        _copy_before(database, found)
    with _one_at_a_time, database.writing() as connection:
        if not database.embedded:  # a file's writer is alone anyway
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        if _revision(connection) == found:  # nobody was faster
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return found


def _is_known(revision: str) -> bool:
    script = ScriptDirectory.from_config(_config())
    return any(one.revision == revision for one in script.walk_revisions())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _copy_before(database: Database, found: str) -> None:
    if database.file is None:
        return
    target = database.file.with_name(f"{database.file.name}.as-of-{found}")
    with (
        contextlib.closing(sqlite3.connect(database.file)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
