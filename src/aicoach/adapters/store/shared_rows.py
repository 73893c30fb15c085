"""Rows that cabin and centre both have: as plain values, told apart by a digest, checked.

Nothing about a table is written down twice: what a row may hold is asked of its columns, so
a column that a migration adds travels by itself.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, create_model
from sqlalchemy import Boolean, Date, Double, Integer, String, Uuid, select

from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import canonical
from aicoach.adapters.store.columns import UtcTime
from aicoach.adapters.store.plain_records import as_plain
from aicoach.adapters.store.sealing import Sealed, SealedNumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, ColumnElement, Connection, Table

Body = dict[str, Any]
"""A row as values of JSON: times and days as text."""

TABLES: Final[dict[str, Table]] = {
    name: tables.metadata.tables[name]
    for name in (
        "sites", "cabins", "residents", "accounts", "credentials", "consents", "enrolments",
        "prescriptions", "messages", "screenings", "reviews",
    )
}  # fmt: skip
DOWN: Final = tuple(name for name in TABLES if name not in ("screenings", "reviews"))
"""What a cabin is given, in the order in which rows refer to each other."""
UP_BEFORE: Final = (
    "residents", "consents", "enrolments", "prescriptions", "screenings", "messages",
)  # fmt: skip
"""What a cabin hands on before its sessions."""
UP_AFTER: Final = ("reviews",)
"""And after them: it names sessions."""
_LONGEST: Final = 1_000_000
_INTEGER: Final = 2**31 - 1


class RowError(ValueError):
    """What was sent is no row of its table."""


def bodies(connection: Connection, kind: str, *where: ColumnElement[bool]) -> Iterator[Body]:
    """Rows of a table as plain values, by id."""
    table = TABLES[kind]
    query = select(table).where(*where).order_by(table.c.id)
    for row in connection.execute(query).mappings():
        yield plain_body(dict(row))


def plain_body(row: dict[str, Any]) -> Body:
    """A row as values of JSON."""
    return {name: _plain(value) for name, value in row.items()}


def digest_of(body: Body) -> str:
    """What tells two states of a row apart."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def row_of(kind: str, body: Body) -> dict[str, Any]:
    """The values for the columns.

    Raises
    ------
    RowError
        If a column is missing, unknown, or holds what it may not.
    """
    try:
        return _model(kind).model_validate(body).model_dump()
    except ValidationError as problems:
        first = problems.errors()[0]
        where = ".".join(map(str, first["loc"])) or kind
        raise RowError(f"{kind}: {where}: {first['msg']}") from problems


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else as_plain(value)


@cache
def _model(kind: str) -> type[BaseModel]:
    fields: dict[str, Any] = {c.name: (_type(c), ...) for c in TABLES[kind].columns}
    return create_model(
        f"row_of_{kind}",
        __config__=ConfigDict(extra="forbid", allow_inf_nan=False, protected_namespaces=()),
        **fields,
    )


def _type(column: Column[Any]) -> Any:
    kind = column.type
    found: Any = Any
    if isinstance(kind, UtcTime):
        found = AwareDatetime
    elif isinstance(kind, SealedNumber | Integer):
        found = Annotated[int, Field(ge=-_INTEGER, le=_INTEGER)]
    elif isinstance(kind, Date):
        found = date
    elif isinstance(kind, Boolean):
        found = bool
    elif isinstance(kind, Double):
        found = float
    elif isinstance(kind, Uuid):
        found = _UUID
    elif isinstance(kind, String | Sealed):
        longest = getattr(kind, "length", None) or _LONGEST
        found = Annotated[str, Field(max_length=longest, pattern=r"^[^\x00]*$")]
    return found | None if column.nullable and found is not Any else found


_UUID: Final = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
