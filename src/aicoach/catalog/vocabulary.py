"""Closed lists that plans, screening and exercise files share: conditions and movement tags.

``rules/conditions.toml`` and ``rules/movement_tags.toml`` hold them, with the movements
that each condition forbids or limits.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import Key, Source, SpecModel
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aicoach.catalog.cues import Language

Word = Annotated[str, Field(min_length=1, max_length=60)]


class Term(SpecModel):
    """A code's name in both languages."""

    zh: Word
    en: Word

    def name(self, language: Language) -> str:
        """The name as residents read it."""
        return self.zh if language == "zh" else self.en


class MovementTag(Term):
    """A property of movements by which they are forbidden."""

    lifted_by_support: bool = False
    """Whether a chair, a wall or a rail in the hand makes it another movement."""


class Condition(Term):
    """What is known about a resident and changes what may be done."""

    implies: tuple[Key, ...] = ()
    """Conditions whose rules hold as well."""
    forbids: tuple[Key, ...] = ()
    """Movement tags that are off unless a clinician allows the exercise with a reason."""
    limits: tuple[Key, ...] = ()
    """Movement tags that are adapted: lighter, shorter, supported."""
    only: tuple[Key, ...] | None = None
    """Nothing but these exercises; None: all."""
    chronic: bool = False
    """The cautious defaults hold: heart-rate cap, effort, length of a session."""
    clinician_cap: bool = False
    """A heart-rate cap must be entered by a clinician."""
    needs_limit: Key | None = None
    """A joint whose hard limit must be entered: no default is safe."""
    rate_unreliable: bool = False
    """Formulas of the heart rate say nothing."""
    source: Source
    evidence: Literal["S", "K", "D"]


_Entry = TypeVar("_Entry", bound=Term)


def _entries(file: str, model: type[_Entry]) -> Mapping[str, _Entry]:
    path = resource_dir("rules") / f"{file}.toml"
    entries: dict[str, _Entry] = {}
    for code, table in read_toml(path).items():
        try:
            entries[code] = model.model_validate(as_tuples(table))
        except ValidationError as problems:
            first = problems.errors()[0]
            where = ".".join((code, *map(str, first["loc"])))
            raise ExerciseSpecError(path, where, first["msg"]) from problems
    return MappingProxyType(entries)


@cache
def movement_tags() -> Mapping[str, MovementTag]:
    """Every movement tag by its code.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong.
    """
    return _entries("movement_tags", MovementTag)


@cache
def conditions() -> Mapping[str, Condition]:
    """Every condition by its code.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong, or names a tag or a condition that does not exist.
    """
    path = resource_dir("rules") / "conditions.toml"
    known = _entries("conditions", Condition)
    for code, condition in known.items():
        for field, names, allowed in (
            ("implies", condition.implies, known.keys()),
            ("forbids", condition.forbids, movement_tags().keys()),
            ("limits", condition.limits, movement_tags().keys()),
        ):
            for name in names:
                if name not in allowed:
                    raise ExerciseSpecError(path, f"{code}.{field}", f"'{name}' is not known")
    return known


def with_implied(codes: Iterable[str]) -> frozenset[str]:
    """The conditions and all that come with them."""
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += conditions()[code].implies
    return frozenset(found)
