"""Which keys a database is sealed with: asked when it is opened, changed by ``db rekey``.

Without this question a program that lacks the key would write open values beside sealed
ones, and one with another key would seal with it, and nobody would notice for months.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, text, tuple_, type_coerce, update

from aicoach.adapters.store import tables
from aicoach.adapters.store.failures import REMEDIES
from aicoach.adapters.store.sealing import (
    Keyring,
    SealedNumber,
    is_sealed,
    key_of_sealed,
    keyring,
)
from aicoach.adapters.store.sessions import insert_new
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Connection, Table

    from aicoach.adapters.store.store import Store

_BATCH: Final = 500


def check_keys(connection: Connection, name: str) -> bool:
    """Whether the key of the environment is one that the database knows.

    Returns
    -------
    bool
        True where a key is there that has to be entered: sealing begins.

    Raises
    ------
    StoreError
        ``SEALED`` if a key is missing that the database is sealed with.
    """
    ring = keyring()
    known = set(connection.scalars(select(tables.data_keys.c.id)))
    for key_id in sorted(known):
        if not ring.has(key_id):
            reason = StoreProblem.SEALED
            held = ", ".join(key.id for key in ring.keys) or "none"
            detail = f"key {key_id}; AICOACH_KEY holds {held}"
            raise StoreError(name, reason, REMEDIES[reason], detail)
    return ring.sealing is not None and ring.sealing.id not in known


def enter_key(connection: Connection) -> None:
    """Note the key that values are sealed with from now on."""
    key = keyring().sealing
    if key is not None:
        row = {"id": key.id, "since": datetime.now(timezone.utc)}
        insert_new(connection, tables.data_keys, [row])


def sealed_columns() -> Iterator[tuple[Table, tuple[Column[Any], ...]]]:
    """Every table with columns that may be sealed."""
    for table in tables.metadata.sorted_tables:
        columns = tuple(column for column in table.columns if is_sealed(column))
        if columns:
            yield table, columns


def rekey(store: Store, *, plain: bool = False) -> dict[str, int]:
    """Seal everything with the first key of the environment, or with none.

    All of it in one transaction: after a failure everything is as it was.

    Returns
    -------
    dict of str to int
        Column to the number of values that were written anew.

    Raises
    ------
    StoreError
        If a key that something is sealed with is not there, or there is none to seal with.
    """
    ring = keyring()
    store.open()  # which asks for the key of a sealed one
    if ring.sealing is None:
        detail = "nothing in it is sealed"
        remedy = "" if plain else "set AICOACH_KEY; `aicoach db key` makes one"
        raise StoreError(store.database.name, StoreProblem.NO_KEY, remedy, detail)
    target = Keyring() if plain else ring
    changed: dict[str, int] = {}
    with store.writing() as connection:
        _let_lines_change(connection, True)
        for table, columns in sealed_columns():
            for column in columns:
                changed[f"{table.name}.{column.name}"] = _rekey(connection, column, target)
        _let_lines_change(connection, False)
        connection.execute(delete(tables.data_keys))
        if not plain:
            enter_key(connection)
    store.scrub(anew=True)
    return changed


def _rekey(connection: Connection, column: Column[Any], target: Keyring) -> int:
    """Write the values of one column anew that are not sealed with the right key."""
    table, keys = column.table, tuple(column.table.primary_key)
    stored = type_coerce(column, _plain_type(column)).label("stored")
    wanted = target.sealing.id if target.sealing else None
    done, last = 0, None
    while True:
        query = select(*keys, stored, column.label("value")).where(column.is_not(None))
        if last is not None:
            query = query.where(tuple_(*keys) > last)
        rows = connection.execute(query.order_by(*keys).limit(_BATCH)).all()
        if not rows:
            return done
        last = tuple(rows[-1][: len(keys)])
        for row in rows:
            if key_of_sealed(row.stored) == wanted:
                continue
            here = [key == value for key, value in zip(keys, row, strict=False)]
            value = row.value
            if wanted is None:  # else the column's own type seals it
                value = type_coerce(_opened(column, value), _plain_type(column))
            connection.execute(update(table).where(*here).values({column.name: value}))
            done += 1


def _opened(column: Column[Any], value: Any) -> Any:
    """A value as it stands without a key."""
    if isinstance(value, str):
        return Keyring().seal(value, "")
    if isinstance(column.type, SealedNumber):
        return str(value)
    return value


def _plain_type(column: Column[Any]) -> Any:
    return column.type.impl_instance  # type: ignore[attr-defined]


def _let_lines_change(connection: Connection, may: bool) -> None:
    """Lines of a session are never changed, but for the key that they are sealed with."""
    if connection.dialect.name == "postgresql":
        word = "DISABLE" if may else "ENABLE"
        connection.execute(text(f"ALTER TABLE events {word} TRIGGER events_append_only"))
    elif may:
        connection.execute(text("DROP TRIGGER events_no_update"))
    else:
        connection.execute(
            text(
                "CREATE TRIGGER events_no_update BEFORE UPDATE ON events "
                "BEGIN SELECT RAISE(ABORT, 'events may only be appended to'); END"
            )
        )
