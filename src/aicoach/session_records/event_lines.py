"""Events back from their lines of JSON, the counterpart of ``wire.event_line``.

What a line cannot say is what went into it as NaN or infinity: it comes back as NaN, so that
``event_line(read_event(line))`` gives the same line.
"""

from __future__ import annotations

import dataclasses
import json
import math
from enum import Enum, IntEnum
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin, get_type_hints

from aicoach.events import Event
from aicoach.session_events import Happening
from aicoach.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.session import SessionEvent

_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind for union in (Happening, Event) for kind in get_args(union)
}

_HINTS: Final[dict[type[Any], Mapping[str, Any]]] = {}
"""Annotations of the events, looked up once."""

_TAKEN: Final[dict[type[Any], tuple[type[Any], ...]]] = {
    float: (int, float), int: (int,), str: (str,), bool: (bool,),
}  # fmt: skip
"""What JSON may hold for a plain annotation."""


class UnknownEventError(WireError):
    """A line is an event of a newer program."""

    def __init__(self, kind: str) -> None:
        super().__init__("type", f"is {kind!r}, which this program does not know")
        self.kind = kind


def read_event(line: str) -> SessionEvent:
    """The event of a line; fields that a newer program added are left out.

    Raises
    ------
    WireError
        If the line is not JSON, a field is missing, or a value is none that is allowed.
    UnknownEventError
        If there is no event of this type.
    """
    try:
        body = json.loads(line)
    except ValueError as problem:
        raise WireError("line", f"is not JSON ({problem})") from problem
    if not isinstance(body, dict):
        raise WireError("line", "is not an object")
    name = body.get("type")
    if not isinstance(name, str):
        raise WireError("type", "is missing")
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownEventError(name)
    t_s = body.get("t_s")
    if isinstance(t_s, bool) or not isinstance(t_s, (int, float)):
        raise WireError("t_s", "must be a number of seconds")
    fields = {key: value for key, value in body.items() if key not in ("type", "t_s")}
    if "at_s" in fields:
        fields["t_s"] = fields.pop("at_s")
    # Numbers stay as they stand, so that a line read and written again is the same line.
    # Whoever only reads records need not load the whole coach.
    from aicoach.session import SessionEvent  # noqa: PLC0415

    return SessionEvent(t_s=t_s, cause=str(body.get("cause", "")), event=_made(kind, fields))


def _hints_of(kind: type[Any]) -> Mapping[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _made(kind: type[Any], body: Mapping[str, Any]) -> Any:
    hints, values = _hints_of(kind), {}
    for field in dataclasses.fields(kind):
        if field.name not in body:
            if (
                field.default is dataclasses.MISSING
                and field.default_factory is dataclasses.MISSING
            ):
                raise WireError(field.name, f"is missing in {kind.__name__}")
            continue
        try:
            values[field.name] = _value(hints[field.name], body[field.name])
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise WireError(field.name, f"is {body[field.name]!r}") from problem
    return kind(**values)


def _value(hint: Any, value: Any) -> Any:
    """``value`` as the annotation ``hint`` asks for it."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        options = [one for one in get_args(hint) if one is not type(None)]
        if value is None and len(options) < len(get_args(hint)):
            return None
        return _value(options[0], value) if len(options) == 1 else value
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in value)
    if isinstance(hint, type):
        if dataclasses.is_dataclass(hint):
            return _made(hint, value)
        if issubclass(hint, IntEnum):
            return hint[value.upper()]
        if issubclass(hint, Enum):
            return hint(value)
        if hint is float and value is None:
            return math.nan
        if not isinstance(value, _TAKEN.get(hint, object)) or (
            isinstance(value, bool) and hint in (int, float)
        ):
            raise TypeError
    return value
