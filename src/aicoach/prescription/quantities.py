"""Kinds of numbers in a plan, each with the range that a living person can have.

The ranges stand in ``rules/prescription.toml``; a number outside its range is a typing
error, whoever entered it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args

from aicoach.catalog.thresholds import read_thresholds

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Quantity:
    """Marks a field of the model; ``name`` is a key of the tables lowest and highest."""

    name: str

    def range(self) -> tuple[float, float, str]:
        """Lowest and highest value that make sense, and the unit."""
        rules = read_thresholds("prescription")
        low, high = rules["lowest"][self.name], rules["highest"][self.name]
        return low.value, high.value, low.unit

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Minimum and maximum for the published schema."""
        low, high, unit = self.range()
        shown = {"minimum": _whole(low), "maximum": _whole(high)}
        return {**handler(core), **shown, "unit": unit}


def quantity_of(info: FieldInfo) -> Quantity | None:
    """The quantity that a field of the model is marked with, also inside ``... | None``."""
    marks = [*info.metadata]
    for part in get_args(info.annotation):
        marks += getattr(part, "__metadata__", ())
    return next((mark for mark in marks if isinstance(mark, Quantity)), None)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


Age = Annotated[int, Quantity("birth_year")]
RestBpm = Annotated[float, Quantity("rest_bpm")]
MaxBpm = Annotated[float, Quantity("max_bpm")]
TargetBpm = Annotated[float, Quantity("target_bpm")]
CapBpm = Annotated[float, Quantity("cap_bpm")]
Percent = Annotated[float, Quantity("percent")]
Angle = Annotated[float, Quantity("angle")]
Minutes = Annotated[float, Quantity("minutes")]
RestSeconds = Annotated[float, Quantity("rest_s")]
