"""Columns of the tables: ids, codes, moments in UTC, and one for each field of a record."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timezone
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    String,
    Text,
    TypeDecorator,
    Uuid,
)

from aicoach import records
from aicoach.adapters.store.sealing import SealedJson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Dialect


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """To UTC; SQLite, which knows no zones, keeps the plain UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time needs its zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """From UTC, whatever zone the server shows it in."""
        if not isinstance(value, datetime):
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


def uuid_of(name: str, target: str | None = None, *, optional: bool = False) -> Column[str]:
    """An id, of the row of another table where ``target`` names its column."""
    keys = () if target is None else (ForeignKey(target),)
    return Column(name, Uuid(as_uuid=False), *keys, nullable=optional)


def code_of(name: str, target: str | None = None, *, optional: bool = False) -> Column[str]:
    """A code that a site gives its people and cabins."""
    keys = () if target is None else (ForeignKey(target),)
    return Column(name, String(64), *keys, nullable=optional)


def key(kind: Any) -> Column[str]:
    """The primary key ``id``."""
    return Column("id", kind, primary_key=True)


def moment(name: str, *, optional: bool = False) -> Column[datetime]:
    """A moment, in UTC."""
    return Column(name, UtcTime(), nullable=optional)


def must(name: str, kind: Any) -> Column[Any]:
    """A value that is always there."""
    return Column(name, kind, nullable=False)


def one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    """A column that holds one of these words."""
    values = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=column)


_KINDS: Final[dict[Any, Any]] = {
    bool: Boolean,
    int: Integer,
    float: Double,
    str: Text,
    date: Date,
    datetime: UtcTime,
}
_SEALED: Final[dict[tuple[type, str], Any]] = {
    (records.AnswerRecord, "value"): SealedJson("answers.value"),
    (records.ScreeningRecord, "rules"): SealedJson("screenings.rules"),
}
"""Fields of records that say something about somebody's health in so many words."""


def columns_of(record: type, *but: str) -> Iterator[Column[Any]]:
    """One column per field of a record; lists and mixed values are JSON, ``| None`` is NULL."""
    hints = get_type_hints(record)
    for field in dataclasses.fields(record):
        if field.name in but:
            continue
        hint = hints[field.name]
        kinds = get_args(hint) if get_origin(hint) is UnionType else (hint,)
        known = [kind for kind in kinds if kind is not type(None)]
        kind = _KINDS.get(known[0], JSON) if len(known) == 1 else JSON
        plain: Any = JSON(none_as_null=True) if kind is JSON else kind()
        column = _SEALED.get((record, field.name), plain)
        yield Column(field.name, column, nullable=type(None) in kinds)
