"""Which database this is: another one, or one made anew, has another id; a copy has the same."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from aicoach.adapters.store import tables
from aicoach.adapters.store.identifiers import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.cabin_tokens import CabinPass
    from aicoach.adapters.store.store import Store


def identity_of(store: Store) -> str:
    """The id of the database, given on first use."""
    with store.reading() as connection:
        known = _known(connection)
    if known is not None:
        return known
    row = {"id": new_id(), "created_at": datetime.now(timezone.utc)}
    with store.writing() as connection:
        connection.execute(insert(tables.sync_identity), [row])
    with store.reading() as connection:  # of two programs that were as fast, the first counts
        return _known(connection) or str(row["id"])


def closed_sessions(store: Store, cabin: CabinPass) -> int:
    """How many sessions of a cabin are here, whole."""
    columns = tables.sessions.c
    query = select(func.count()).where(columns.cabin == cabin.cabin, columns.why_ended.is_not(None))
    with store.reading() as connection:
        return int(connection.scalar(query) or 0)


def _known(connection: Connection) -> str | None:
    columns = tables.sync_identity.c
    found = connection.scalar(select(columns.id).order_by(columns.created_at, columns.id).limit(1))
    return None if found is None else str(found)
