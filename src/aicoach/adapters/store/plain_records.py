"""Records as values for JSON and for rows of tables, and back again without loss."""

from __future__ import annotations

import dataclasses
import types
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")


def as_plain(value: Any) -> Any:
    """Values for JSON: records become objects, tuples lists, times text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: as_plain(getattr(value, name)) for name in _names(type(value))}
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
    hints = _hints(cast("Hashable", kind))
    if not isinstance(body, dict) or not hints.keys() >= body.keys():
        raise ValueError(f"is no {kind.__name__}")
    return kind(**{name: _back(hints[name], value) for name, value in body.items()})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(cast("type", kind))


def _back(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) is types.UnionType:
        kinds = [one for one in get_args(hint) if one is not type(None)]
        hint = kinds[0] if len(kinds) == 1 else Any
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return tuple(_back(inner[0], one) for one in value)
        return tuple(_back(*pair) for pair in zip(inner, value, strict=True))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, value)
    if hint is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if hint is float and isinstance(value, int):
        return float(value)
    return value


def as_row(record: Any) -> dict[str, Any]:
    """A record as the values of a row: lists for JSON, times and numbers as they are."""
    row = {}
    for name in _names(type(record)):
        value = getattr(record, name)
        row[name] = as_plain(value) if isinstance(value, tuple) else value
    return row


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
