"""Reads exercise files; every error names the file and the field."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from aicoach.catalog.spec import ExerciseSpec
from aicoach.errors import ExerciseSpecError, UnknownExerciseError
from aicoach.resources import resource_dir

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NOT_EXERCISES = frozenset({"SOURCES", "cues.zh", "cues.en", "counting", "recognition", "key_poses"})
"""Files of the exercises folder that are not exercises."""


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file.

    Raises
    ------
    ExerciseSpecError
        If it cannot be read or parsed.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ExerciseSpecError(path, "file", str(problem.strerror or problem)) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ExerciseSpecError(path, "TOML", str(problem)) from problem


def as_tuples(value: Any) -> Any:
    """TOML arrays become tuples, as the frozen strict models want them."""
    if isinstance(value, list):
        return tuple(as_tuples(v) for v in value)
    if isinstance(value, dict):
        return {k: as_tuples(v) for k, v in value.items()}
    return value


def load_exercise(path: Path) -> ExerciseSpec:
    """Read one exercise file.

    Raises
    ------
    ExerciseSpecError
        If the file is missing, is not TOML, or a field is wrong; names file and field.
    """
    document = as_tuples(read_toml(path))
    try:
        spec = ExerciseSpec.model_validate(document)
    except ValidationError as problems:
        first = problems.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise ExerciseSpecError(path, field, first["msg"]) from problems
    if spec.id != path.stem:
        raise ExerciseSpecError(path, "id", f"is '{spec.id}', but the file is '{path.name}'")
    return spec


@dataclass(frozen=True, slots=True)
class Catalog(Mapping[str, ExerciseSpec]):
    """All exercises by id."""

    exercises: Mapping[str, ExerciseSpec]

    def __getitem__(self, exercise: str) -> ExerciseSpec:
        try:
            return self.exercises[exercise]
        except KeyError:
            nearest = tuple(difflib.get_close_matches(exercise, self.exercises, n=3, cutoff=0.5))
            raise UnknownExerciseError(exercise, nearest) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.exercises)

    def __len__(self) -> int:
        return len(self.exercises)

    def __contains__(self, exercise: object) -> bool:
        return exercise in self.exercises


def load_catalog(folder: Path | None = None) -> Catalog:
    """Read every exercise of ``folder`` (default: the catalogue that comes with aicoach).

    What comes with aicoach is read once: it takes a tenth of a second, and a session that begins
    must not hold up the frames of another.

    Raises
    ------
    ExerciseSpecError
        For the first file that is wrong.
    """
    return _installed(resource_dir("exercises")) if folder is None else _read(folder)


def _read(folder: Path) -> Catalog:
    specs = {
        path.stem: load_exercise(path)
        for path in sorted(folder.glob("*.toml"))
        if path.stem not in NOT_EXERCISES
    }
    return Catalog(MappingProxyType(specs))


_installed = cache(_read)
