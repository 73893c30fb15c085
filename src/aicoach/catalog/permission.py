"""Whether an exercise may be done with a condition: the matrix, as data.

``rules/condition_matrix.toml`` says off or adapt per exercise and condition; the exercise
file's contraindications and the tags that a condition forbids say off as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import Key, SpecModel
from aicoach.catalog.vocabulary import conditions, movement_tags, with_implied
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aicoach.catalog.spec import ExerciseSpec

Verdict = Literal["ok", "adapt", "off"]
Support = Literal["none", "chair", "wall", "rail", "seated"]


class MatrixRow(SpecModel):
    """One exercise: with which conditions it is off, with which it is adapted and how."""

    adapt: dict[Key, Key] = Field(default_factory=dict)
    """Condition to advice, a key of the phrases."""
    off: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason why an exercise is off."""

    kind: Literal["tag", "exercise", "only"]
    """A forbidden movement tag; this exercise with this condition; not on the only list."""
    name: str
    """The movement tag, or the exercise."""
    by: str
    """The condition, or ``plan`` where the plan forbids the tag."""


@cache
def condition_matrix() -> Mapping[str, MatrixRow]:
    """Every row of the matrix by exercise.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong, or a condition does not exist.
    """
    path = resource_dir("rules") / "condition_matrix.toml"
    rows: dict[str, MatrixRow] = {}
    for exercise, table in read_toml(path).items():
        try:
            row = rows[exercise] = MatrixRow.model_validate(as_tuples(table))
        except ValidationError as problems:
            first = problems.errors()[0]
            where = ".".join((exercise, *map(str, first["loc"])))
            raise ExerciseSpecError(path, where, first["msg"]) from problems
        for code in (*row.adapt, *row.off):
            if code not in conditions():
                raise ExerciseSpecError(path, exercise, f"'{code}' is not a known condition")
        for code in row.off:
            if code in row.adapt:
                raise ExerciseSpecError(path, exercise, f"'{code}' is both off and adapted")
    return MappingProxyType(rows)


def verdict(spec: ExerciseSpec, condition: str, support: Support = "none") -> Verdict:
    """Whether ``spec`` is fine, adapted or off with one condition (and what it implies)."""
    if refusals(spec, (condition,), support=support):
        return "off"
    return "adapt" if advice(spec, (condition,)) or _limited(spec, condition) else "ok"


def _limited(spec: ExerciseSpec, condition: str) -> bool:
    known = conditions()
    return any(set(known[code].limits) & set(spec.tags) for code in with_implied((condition,)))


def advice(spec: ExerciseSpec, codes: Iterable[str]) -> tuple[str, ...]:
    """Keys of what to mind in this exercise with these conditions, each once."""
    row = condition_matrix().get(spec.id)
    if row is None:
        return ()
    mine = sorted(with_implied(codes))
    return tuple(dict.fromkeys(row.adapt[code] for code in mine if code in row.adapt))


def active_tags(spec: ExerciseSpec, support: Support = "none") -> frozenset[str]:
    """Movement tags of an exercise, without those that the support lifts."""
    held = support != "none"
    return frozenset(t for t in spec.tags if not (held and movement_tags()[t].lifted_by_support))


def refusals(
    spec: ExerciseSpec,
    codes: Iterable[str],
    forbidden_tags: Iterable[str] = (),
    support: Support = "none",
) -> tuple[Refusal, ...]:
    """Every reason why ``spec`` is off; an empty tuple is permission.

    Parameters
    ----------
    codes
        Conditions of the resident; what they imply is added.
    forbidden_tags
        Further tags, of the plan or of today's screening.
    support
        What the resident holds on to; it lifts some tags.
    """
    tags = active_tags(spec, support)
    row = condition_matrix().get(spec.id)
    off = set(spec.contraindications) | set(row.off if row else ())
    found = [Refusal(kind="tag", name=t, by="plan") for t in sorted(tags & set(forbidden_tags))]
    for code in sorted(with_implied(codes)):
        condition = conditions()[code]
        found += [
            Refusal(kind="tag", name=tag, by=code) for tag in sorted(tags & set(condition.forbids))
        ]
        if code in off:
            found.append(Refusal(kind="exercise", name=spec.id, by=code))
        if condition.only is not None and spec.id not in condition.only:
            found.append(Refusal(kind="only", name=spec.id, by=code))
    return tuple(found)
