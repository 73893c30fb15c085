"""Records as values for JSON and for rows of tables, and back again without loss."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")
Reader = Callable[[Any], Any]


def as_plain(value: Any) -> Any:
    """Values for JSON: records become objects, tuples lists, times text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: as_plain(getattr(value, name)) for name in _names(cast("Hashable", type(value)))
        }
    if isinstance(value, (tuple, list)):
        return [as_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def from_plain(kind: type[T], body: Any) -> T:
    """The record of an object; fields that it lacks take their defaults.

    Raises
    ------
    TypeError, ValueError
        If a field is missing that has no default, is unknown, or a time is none.
    """
    readers = _readers(cast("Hashable", kind))
    if not isinstance(body, dict) or not readers.keys() >= body.keys():
        raise ValueError(f"is no {kind.__name__}")
    values = {}
    for name, value in body.items():
        read = readers[name]
        values[name] = value if read is None or value is None else read(value)
    return kind(**values)


@cache
def _readers(kind: Hashable) -> dict[str, Reader | None]:
    """How each field comes back, found out once; None: as it is."""
    hints = get_type_hints(cast("type", kind))
    return {name: _reader(hint) for name, hint in hints.items()}


def _reader(hint: Any) -> Reader | None:
    if get_origin(hint) is types.UnionType:
        kinds = [one for one in get_args(hint) if one is not type(None)]
        return _reader(kinds[0]) if len(kinds) == 1 else None
    if get_origin(hint) is tuple:
        return _reader_of_tuple(get_args(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return partial(from_plain, hint)
    if hint is datetime:
        return _moment
    return _number if hint is float else None


def _reader_of_tuple(inner: tuple[Any, ...]) -> Reader:
    if inner[-1] is not Ellipsis:
        readers = [_reader(one) for one in inner]
        return lambda values: tuple(
            value if read is None or value is None else read(value)
            for read, value in zip(readers, values, strict=True)
        )
    read = _reader(inner[0])
    if read is None:
        return tuple
    return lambda values: tuple(None if value is None else read(value) for value in values)


def _moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


def as_row(record: Any) -> dict[str, Any]:
    """A record as the values of a row: lists for JSON, times and numbers as they are."""
    row = {}
    for name in _names(cast("Hashable", type(record))):
        value = getattr(record, name)
        row[name] = as_plain(value) if isinstance(value, tuple) else value
    return row


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cast("Any", kind)))
