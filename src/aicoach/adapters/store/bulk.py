"""Many rows at once: bound once per column, handed to the driver as they are.

For loads of made-up data and for rows that were computed elsewhere; a session that is being
kept goes its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Dialect, Table

Bound = tuple[Any, ...]
"""A row as the driver takes it."""
_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class _Columns:
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    binds: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Where a value is not handed over as it is."""


class Binder:
    """Turns rows into what the driver of one kind of database takes.

    Parameters
    ----------
    dialect
        Of the database; ``make_url(url).get_dialect()()`` where there is no connection.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._columns: dict[str, _Columns] = {}

    def bound(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> list[Bound]:
        """Rows by name of their columns, bound; a column that is not named is NULL."""
        columns, found = self._of(table), []
        for row in rows:
            try:
                values = list(columns.pick(row))
            except KeyError:
                values = [row.get(name) for name in columns.names]
            for i, bind in columns.binds:
                values[i] = bind(values[i])
            found.append(tuple(values))
        return found

    def _of(self, table: Table) -> _Columns:
        if table.name not in self._columns:
            names = tuple(column.name for column in table.columns)
            binds = [
                column.type.dialect_impl(self._dialect).bind_processor(self._dialect)
                for column in table.columns
            ]
            self._columns[table.name] = _Columns(
                names,
                itemgetter(*names),
                tuple((i, bind) for i, bind in enumerate(binds) if bind is not None),
            )
        return self._columns[table.name]


def insert_bound(connection: Connection, table: Table, rows: Sequence[Bound]) -> None:
    """Insert rows that were bound before."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer
    names = ", ".join(quote.quote(column.name) for column in table.columns)
    place = "?" if dialect.paramstyle == "qmark" else "%s"
    places = ", ".join([place] * len(table.columns))
    statement = f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({places})"
    for start in range(0, len(rows), _AT_ONCE):
        connection.exec_driver_sql(statement, list(rows[start : start + _AT_ONCE]))
