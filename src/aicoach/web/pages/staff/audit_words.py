"""An entry of the audit in words: what was done, by whom, about whom, and what it says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aicoach.access import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.web.pages.staff.desk import Desk

_STATES: Final = frozenset({"status", "before", "after"})
"""Details that say how a plan stands."""
_OF: Final = ("console", "cabin")
"""Who acts under a name behind a colon."""


def say_action(desk: Desk, action: str) -> str:
    """What was done; an action that nobody gave words keeps its name."""
    return _phrase(desk, f"action.{action.replace('.', '_')}", action)


def say_who(desk: Desk, code: str | None) -> str:
    """Whom an entry names: an account, a resident, a cabin, a program, the whole system."""
    if code is None or code == Relation.SYSTEM.value:
        return "" if code is None else _phrase(desk, f"actor.{code}", code)
    kind, colon, name = code.partition(":")
    if colon and kind in _OF:
        return desk.words.phrases.text(f"audit.actor.{kind}", name=name)
    return _phrase(desk, f"actor.{code}", desk.called(code))


def say_details(desk: Desk, details: Mapping[str, Any]) -> str:
    """What an entry says besides, in the order of its names."""
    return " · ".join(
        f"{_phrase(desk, f'detail.{key}', key)}: {_value(desk, key, value)}"
        for key, value in sorted(details.items())
    )


def _value(desk: Desk, key: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _phrase(desk, f"value.{'yes' if value else 'no'}", str(value))
    if isinstance(value, dict):  # rows by table: how many in all
        return str(sum(one for one in value.values() if isinstance(one, int)))
    if isinstance(value, list | tuple):
        return desk.words("join").join(_value(desk, key, one) for one in value)
    if not isinstance(value, str):
        return str(value)
    by_key = desk.words.phrases.by_key
    if key == "role" and f"access.role.{value}" in by_key:
        return by_key[f"access.role.{value}"]
    if key in _STATES and f"desk.plan.status.{value}" in by_key:
        return by_key[f"desk.plan.status.{value}"]
    word = re.sub(r"[^a-z0-9]+", "_", value.casefold()).strip("_")
    return _phrase(desk, f"value.{word}", value)


def _phrase(desk: Desk, key: str, otherwise: str) -> str:
    return desk.words.phrases.by_key.get(f"audit.{key}", otherwise)
