"""The plan of one resident: FITT-VP, versioned, the same model for TOML and JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from aicoach.catalog.spec import Key
from aicoach.prescription.items import Item
from aicoach.prescription.parts import (
    Author,
    Code,
    Intensity,
    Medications,
    Override,
    PlanModel,
    Progression,
    Resident,
    Title,
    Volume,
)
from aicoach.prescription.quantities import Angle
from aicoach.prescription.start import Measure, StartValue

SCHEMA: Final = 1
"""Version of the file format."""
Status = Literal["draft", "example", "active", "paused", "completed", "revoked"]
StopRule = Annotated[str, Field(pattern=r"^STOP-([1-9]|1[0-4])$")]
Matrix = tuple[tuple[str, ...], ...]


class Scheme(PlanModel):
    """A local scheme by which the plan is filed; the coach does not interpret it."""

    code: Code = "none"
    matrix: Matrix | None = None


class JointLimit(PlanModel):
    """Bounds of one joint in every exercise, clinical flexion in degrees."""

    joint: Key
    never_above_deg: Angle | None = None
    never_below_deg: Angle | None = None


class Prescription(PlanModel):
    """One plan. Targets are aimed for, limits are never passed."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    """Version of this format; 1."""
    id: Code
    version: Annotated[int, Field(ge=1, le=9999)] = 1
    """Counts up with every change of this plan."""
    status: Status
    """Only an active plan is carried out; an example only in a demonstration."""
    kind: Literal["fitness", "medical"]
    """A medical plan needs a clinician's signature and an end."""
    title: Title
    conditions: tuple[Key, ...] = ()
    """Codes of rules/conditions.toml."""
    forbidden_tags: tuple[Key, ...] = ()
    """Movement tags that are off, besides those of the conditions."""
    stop_rules: tuple[StopRule, ...] = ()
    """STOP-1 to STOP-14 that the author wants named; all of them hold in any case."""
    screening_ref: Code | None = None
    """The screening on which the plan is based."""
    signed_at: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day."""
    review_due: date | None = None
    author: Author | None = None
    resident: Resident | None = None
    medications: Medications = Medications()
    scheme: Scheme = Scheme()
    intensity: Intensity = Intensity()
    session: Volume
    progression: Progression = Progression()
    substitutes: dict[Key, Key] = Field(default_factory=dict)
    """Exercise to the one that stands in for it."""
    joint_limits: tuple[JointLimit, ...] = ()
    overrides: tuple[Override, ...] = ()
    measures: tuple[Measure, ...] = ()
    """What is measured before every session, besides what the conditions need."""
    start_limits: tuple[StartValue, ...] = ()
    """A clinician's own values for the pre-check: stricter, or looser where the rules allow it."""
    warm_up: tuple[Item, ...] = ()
    """Without items, the default warm-up of rules/session_parts.toml."""
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)]
    """The main part, in order."""
    cool_down: tuple[Item, ...] = ()
    """Without items, the default cool-down."""

    def parts(self) -> tuple[tuple[str, int, Item], ...]:
        """Every item with the field it stands in: warm_up, items, cool_down."""
        return tuple(
            (name, i, item)
            for name, items in (
                ("warm_up", self.warm_up),
                ("items", self.items),
                ("cool_down", self.cool_down),
            )
            for i, item in enumerate(items)
        )

    @property
    def has_aerobic_work(self) -> bool:
        """Whether the main part holds aerobic work, after which one cools down."""
        return any(item.type == "aerobic" for item in self.items)
