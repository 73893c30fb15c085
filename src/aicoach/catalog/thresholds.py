"""Thresholds of the coach: every number with its unit, source and evidence.

``rules/<file>.toml`` hold tables of them; a frozen dataclass names the values that a
machine needs, and ``load_settings`` fills it, refusing what is missing or unknown.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aicoach.catalog.loader import read_toml
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

Settings = TypeVar("Settings")


class Threshold(BaseModel):
    """One number with its pedigree."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    unit: Annotated[str, Field(min_length=1, max_length=24)]
    source: Annotated[str, Field(min_length=3, max_length=120)]
    """A key of SOURCES.toml, or ``calibrated:<what>``."""
    evidence: Literal["S", "K", "D"]
    """S: read in a source; K: general knowledge; D: design default."""
    last_reviewed: date


@cache
def read_thresholds(file: str) -> dict[str, dict[str, Threshold]]:
    """Tables of ``rules/<file>.toml``: section, then key, to threshold.

    Raises
    ------
    ExerciseSpecError
        If the file is missing or a threshold is malformed.
    """
    path = resource_dir("rules") / f"{file}.toml"
    sections: dict[str, dict[str, Threshold]] = {}
    for section, table in read_toml(path).items():
        if not isinstance(table, dict):
            raise ExerciseSpecError(path, section, "must be a table of thresholds")
        sections[section] = {}
        for key, entry in table.items():
            try:
                sections[section][key] = Threshold.model_validate(entry)
            except ValidationError as problems:
                first = problems.errors()[0]
                where = ".".join((section, key, *map(str, first["loc"])))
                raise ExerciseSpecError(path, where, first["msg"]) from problems
    return sections


def load_settings(cls: type[Settings], file: str, section: str) -> Settings:
    """Fill the frozen dataclass ``cls`` of floats from a section of a rule file.

    Raises
    ------
    ExerciseSpecError
        If the section is missing, lacks a field, or has one too many.
    """
    path = resource_dir("rules") / f"{file}.toml"
    table = read_thresholds(file).get(section)
    if table is None:
        raise ExerciseSpecError(path, section, "this table is missing")
    wanted = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in sorted(wanted ^ table.keys()):
        problem = "is missing" if key in wanted else "is not known"
        raise ExerciseSpecError(path, f"{section}.{key}", problem)
    values: dict[str, Any] = {key: threshold.value for key, threshold in table.items()}
    return cls(**values)
