"""The table of permissions, and the one function that reads it. What it lacks is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from aicoach.access.actors import Relation, Role, relation_of
from aicoach.catalog.loader import read_toml
from aicoach.errors import ExerciseSpecError
from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aicoach.access.actors import Actor, Subject
    from aicoach.catalog.cues import Language

FILE: Final = "permissions.toml"
_MAY: Final = {"x": True, "-": False}
_NEEDS: Final = ("licence",)

Cell = tuple[str, Role, Relation]


class Why(str, Enum):
    """The reason of a decision; ``phrases/access.*.toml`` say it."""

    ALLOWED = "allowed"
    NOT_THIS_ROLE = "not_this_role"
    """Nobody of this role may, whoever it is about."""
    NOT_THIS_ONE = "not_this_one"
    """This role may, but not here: another resident, another site."""
    NO_LICENCE = "no_licence"
    UNKNOWN = "unknown"
    """The table does not know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether somebody may, and why."""

    allowed: bool
    why: Why
    action: str
    role: Role
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """The table as it was read."""

    cells: Mapping[Cell, bool]
    needs: Mapping[str, str]
    """Action to the field of an actor that must not be empty."""

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action, in the order of the table."""
        return tuple(dict.fromkeys(action for action, _, _ in self.cells))


def permits(actor: Actor, action: str, subject: Subject) -> Decision:
    """Whether ``actor`` may do ``action`` to ``subject``.

    The only place where this is decided. What the table does not say is refused.
    """
    return decide(permissions(), actor, action, subject)


def decide(table: Permissions, actor: Actor, action: str, subject: Subject) -> Decision:
    """The decision by a certain table."""
    relation = relation_of(actor, subject)
    why = _why(table, actor, action, relation)
    return Decision(
        allowed=why is Why.ALLOWED, why=why, action=action, role=actor.role, relation=relation
    )


def _why(table: Permissions, actor: Actor, action: str, relation: Relation) -> Why:
    cell = table.cells.get((action, actor.role, relation))
    if cell is None:
        return Why.UNKNOWN
    if not cell:
        elsewhere = any(table.cells.get((action, actor.role, other)) for other in Relation)
        return Why.NOT_THIS_ONE if elsewhere else Why.NOT_THIS_ROLE
    needed = table.needs.get(action)
    if needed is not None and not getattr(actor, needed):
        return Why.NO_LICENCE
    return Why.ALLOWED


def say_decision(decision: Decision, language: Language) -> str:
    """The reason as one sentence."""
    phrases = load_phrases(language)
    return phrases.text(
        f"access.why.{decision.why.value}", role=phrases.text(f"access.role.{decision.role.value}")
    )


@cache
def permissions() -> Permissions:
    """The table of ``rules/permissions.toml``.

    Raises
    ------
    ExerciseSpecError
        If the file is missing or a row is malformed.
    """
    return read_permissions(resource_dir("rules") / FILE)


def read_permissions(path: Path) -> Permissions:
    """Read a table; a row or a cell that it lacks is simply not in ``cells``.

    Raises
    ------
    ExerciseSpecError
        If something in it is no role, no relation, or no cell.
    """
    document = read_toml(path)
    unknown = sorted(document.keys() - {"columns", "needs", "action"})
    if unknown:
        raise ExerciseSpecError(path, unknown[0], "is not known")
    try:
        columns = tuple(Relation(name) for name in document["columns"])
    except (KeyError, TypeError, ValueError) as problem:
        raise ExerciseSpecError(path, "columns", "must name relations") from problem
    cells: dict[Cell, bool] = {}
    for action, rows in _table(path, document, "action").items():
        if not isinstance(rows, dict):
            raise ExerciseSpecError(path, action, "must be a table of roles")
        for name, row in rows.items():
            cells |= _row(path, action, name, row, columns)
    needs = _table(path, document, "needs")
    for action, field in needs.items():
        if field not in _NEEDS or action not in document["action"]:
            raise ExerciseSpecError(path, f"needs.{action}", "must name an action and a field")
    return Permissions(cells=MappingProxyType(cells), needs=MappingProxyType(needs))


def _table(path: Path, document: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name)
    if not isinstance(table, dict):
        raise ExerciseSpecError(path, name, "this table is missing")
    return table


def _row(
    path: Path, action: str, name: str, row: object, columns: tuple[Relation, ...]
) -> dict[Cell, bool]:
    where = f"action.{action}.{name}"
    if name not in {role.value for role in Role}:
        raise ExerciseSpecError(path, where, "is no role")
    marks = row.split() if isinstance(row, str) else ["?"]
    if len(marks) > len(columns) or not set(marks) <= _MAY.keys():
        raise ExerciseSpecError(path, where, f"must be {len(columns)} of x and -")
    found = zip(columns, marks, strict=False)
    return {(action, Role(name), relation): _MAY[mark] for relation, mark in found}
