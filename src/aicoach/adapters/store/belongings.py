"""What belongs to a resident, found by the keys of the tables.

Erasing, exporting and the clock of retention all ask here, so that a table that is added
later is erased, handed out and aged like the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from aicoach.access import Role
from aicoach.adapters.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

THEIR_ROLES: Final = (Role.RESIDENT.value, Role.FAMILY.value)
"""Accounts of these roles are there for the resident alone."""
_STAYS: Final = frozenset({"audit", "erasures", "data_keys"})
_SOME: Final = 500
"""Ids in one condition: SQLite takes only so many."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """The keys by which rows belong to a resident."""

    resident: str
    sessions: tuple[str, ...]
    accounts: tuple[str, ...]

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        """Conditions that find the rows of a table which belong to the resident."""
        if table.name in _STAYS:
            return []
        if table is tables.residents:
            return [table.c.id == self.resident]
        if table is tables.accounts:
            return [table.c.id.in_(some) for some in pieces(self.accounts)]
        theirs = [
            column == self.resident
            for column in table.columns
            if column.name == "resident" or _refers(column, tables.residents)
        ]
        found: list[ColumnElement[bool]] = [or_(*theirs)] if theirs else []
        for target, ids in ((tables.sessions, self.sessions), (tables.accounts, self.accounts)):
            for column in table.columns:
                if _refers(column, target) or (
                    target is tables.sessions and column.name == "session_id"
                ):
                    found += [column.in_(some) for some in pieces(ids)]
        return found


def belongings_of(connection: Connection, resident: str) -> Belongings:
    """What belongs to a resident at this moment."""
    sessions, accounts = tables.sessions.c, tables.accounts.c
    theirs = select(accounts.id).where(
        accounts.resident == resident, accounts.role.in_(THEIR_ROLES)
    )
    mine = select(sessions.id).where(sessions.resident == resident).order_by(sessions.started_at)
    return Belongings(resident, tuple(connection.scalars(mine)), tuple(connection.scalars(theirs)))


def under_sessions() -> tuple[Table, ...]:
    """Tables whose rows belong to a session, the leaves first."""
    return tuple(
        table
        for table in reversed(tables.metadata.sorted_tables)
        if any(_refers(column, tables.sessions) for column in table.columns)
    )


def session_column(table: Table) -> Any:
    """The column by which a row belongs to a session."""
    return next(column for column in table.columns if _refers(column, tables.sessions))


def pieces(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Ids in pieces that fit into a condition."""
    return [ids[start : start + _SOME] for start in range(0, len(ids), _SOME)]


def _refers(column: Any, target: Table) -> bool:
    return any(key.column.table is target for key in column.foreign_keys)
