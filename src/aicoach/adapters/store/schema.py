"""The state of the tables: made, brought forward, or refused.

Alembic is loaded only where tables are made or changed: every command looks at their state.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, inspect, select, text

from aicoach.adapters.store.failures import REMEDIES
from aicoach.adapters.store.sqlite_files import appearing, copy_whole
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from aicoach.adapters.store.database import Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ADVISORY_KEY: Final = 7_214_332
"""Any number, the same in every program that brings tables forward."""
_one_at_a_time = threading.Lock()
"""Alembic runs one migration per program at a time."""


def newest_revision() -> str:
    """The state that this program works with."""
    return _revisions()[-1]


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
    with _one_at_a_time:  # whoever looks while tables are being made waits for them
        return _migrate(database)


def _migrate(database: Database) -> str | None:
    found = revision_of(database)
    if found == newest_revision():
        return found
    if found is not None:
        if not _is_known(found):
            check_revision(database, found)
        _copy_before(database, found)
    with database.writing() as connection:
        if not database.embedded:  # a file's writer is alone anyway
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        if _revision(connection) == found:  # nobody was faster
            from alembic import command  # noqa: PLC0415

            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return found


def _is_known(revision: str) -> bool:
    return revision in _revisions()


@cache
def _revisions() -> tuple[str, ...]:
    """All states in order, by the names of their files: ``v0001_first_tables.py``."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("v[0-9]*_*.py"))
    return tuple(name[1:].partition("_")[0] for name in names)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _copy_before(database: Database, found: str) -> None:
    if database.file is None:
        return
    target = database.file.with_name(f"{database.file.name}.as-of-{found}")
    with appearing(target) as half:
        copy_whole(database.file, half)
