"""Symptoms that a resident may report during or after a session, and what follows at once.

``rules/symptoms.toml`` holds them; the guard and the session act on them.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import Source, SpecModel
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir
from aicoach.session_events import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Posture = Literal["sit", "sit_upright", "sit_supported", "rest"]


class Symptom(SpecModel):
    """One thing a resident may feel, and what the coach does then."""

    id: str = ""
    """Its key in the file."""
    rule: Annotated[str, Field(pattern=r"^STOP-\d{1,2}$")]
    action: Literal["stop", "rest"] = "stop"
    ends: Literal["session", "exercise"]
    """What is over."""
    posture: Posture
    """How the resident is to wait."""
    emergency: bool = False
    """Whether the screen shows the emergency number."""
    notify_staff: bool = True
    source: Source
    evidence: Literal["S", "K", "D"]

    @property
    def level(self) -> AlertLevel:
        """How far the guard goes."""
        return AlertLevel.STOP if self.action == "stop" else AlertLevel.REST

    @property
    def ask(self) -> str:
        """Phrase key of the name of the symptom, on a button or in a question."""
        return f"screening.symptom.{self.id}.ask"

    @property
    def say(self) -> str:
        """Phrase key of what is said at once."""
        return f"screening.symptom.{self.id}.say"

    @property
    def more(self) -> str:
        """Phrase key of what the screen adds."""
        return f"screening.symptom.{self.id}.more"


@cache
def load_symptoms(path: Path | None = None) -> Mapping[str, Symptom]:
    """Every symptom by its id (default: those that come with aicoach).

    Raises
    ------
    ExerciseSpecError
        If the file is wrong; names file and field.
    """
    path = resource_dir("rules") / "symptoms.toml" if path is None else path
    found: dict[str, Symptom] = {}
    for symptom, table in read_toml(path).items():
        try:
            found[symptom] = Symptom.model_validate({**as_tuples(table), "id": symptom})
        except (ValidationError, TypeError) as problem:
            first = problem.errors()[0] if isinstance(problem, ValidationError) else None
            where = ".".join((symptom, *map(str, first["loc"]))) if first else symptom
            text = first["msg"] if first else "must be a table"
            raise ExerciseSpecError(path, where, text) from problem
    return MappingProxyType(found)
