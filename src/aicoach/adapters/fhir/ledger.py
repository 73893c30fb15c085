"""Reads a resource and keeps account: what was used, and what nobody looked at.

An import that drops something in silence is worse than one that fails. So every piece is
struck off when it was understood or named, and what is left over is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Path = tuple[str | int, ...]
_SHOWN: Final = 120
PLUMBING: Final = frozenset(
    {"resourceType", "id", "meta", "language", "implicitRules", "identifier"}
)
"""Parts of a resource that say nothing about the plan."""


@dataclass(slots=True)
class Ledger:
    """The account of one resource."""

    name: str
    document: dict[str, Any]
    _struck: set[Path] = field(default_factory=set)

    def root(self) -> Node:
        """The resource itself."""
        return Node(self.document, (), self)

    def strike(self, path: Path) -> None:
        """A place, and all in it, is accounted for."""
        self._struck.add(path)

    def left_over(self) -> Iterator[tuple[str, str]]:
        """Place and content of everything that is not accounted for, in as few pieces as can be."""
        for key, value in self.document.items():
            if key not in PLUMBING:
                yield from self._left(value, (key,))

    def _left(self, value: Any, path: Path) -> Iterator[tuple[str, str]]:
        if any(path[: len(struck)] == struck for struck in self._struck):
            return
        if any(struck[: len(path)] == path for struck in self._struck):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in pairs:
                yield from self._left(inner, (*path, key))
        else:
            yield self.place(path), shown(value)

    def place(self, path: Path) -> str:
        """A place as a person writes it: ``CarePlan.activity[1].detail``."""
        said = "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in path)
        return f"{self.name}{said}"


def shown(value: Any) -> str:
    """Content for people, short."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a resource. What is not there, or of another kind, is None or empty."""

    value: Any
    path: Path
    ledger: Ledger

    def get(self, *keys: str | int) -> Node | None:
        """The place below, along names and numbers."""
        value, path = self.value, self.path
        for key in keys:
            named = isinstance(value, dict) and key in value
            numbered = isinstance(value, list) and isinstance(key, int) and key < len(value)
            if not named and not numbered:
                return None
            value = value[key]
            path = (*path, key)
        return Node(value, path, self.ledger)

    def each(self, key: str) -> list[Node]:
        """The places in a list; a single thing where a list is meant counts as one."""
        found = self.get(key)
        if found is None:
            return []
        if isinstance(found.value, list):
            return [Node(v, (*found.path, i), self.ledger) for i, v in enumerate(found.value)]
        return [found]

    def text(self, *keys: str | int) -> str | None:
        """A text that is not empty."""
        found = self.get(*keys) if keys else self
        if found is None or not isinstance(found.value, str):
            return None
        return found.value.strip() or None

    def number(self, *keys: str | int) -> float | None:
        """A number; a truth value is none, nor is one without an end."""
        found = self.get(*keys) if keys else self
        if found is None or isinstance(found.value, bool):
            return None
        try:
            number = float(found.value) if isinstance(found.value, int | float) else math.nan
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    def use(self, *keys: str | int) -> None:
        """Strike this place off, or one below."""
        self.ledger.strike((*self.path, *keys))

    def take(self, *keys: str | int) -> str | None:
        """A text, struck off."""
        found = self.text(*keys)
        if found is not None:
            self.use(*keys)
        return found

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.ledger.place(self.path)
