"""Whose limit holds: the stricter one by itself, a looser one only with a recorded author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.limits import Limit

if TYPE_CHECKING:
    from aicoach.prescription.model import Prescription

COMPUTED = "computed"
RESIDENT_PLAN = "resident plan"


@dataclass(frozen=True, slots=True, order=True)
class PlanProblem:
    """One thing that is wrong with a plan."""

    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


@dataclass(frozen=True, slots=True)
class Settled:
    """A bound with its author, and what is wrong with it."""

    limit: Limit | None
    problem: PlanProblem | None = None


def author_of(plan: Prescription) -> str:
    """Who answers for what the plan enters."""
    return RESIDENT_PLAN if plan.author is None else plan.author.id


def entered(plan: Prescription, value: float, unit: str, field: str, how: str = "") -> Limit:
    """A limit that stands in the plan."""
    source = f"plan: {field}" + (f" ({how})" if how else "")
    return Limit(value=value, unit=unit, author=author_of(plan), source=source)


def computed(value: float, unit: str, source: str) -> Limit:
    """A limit that follows from rules or a formula."""
    return Limit(value=value, unit=unit, author=COMPUTED, source=source)


def settle(
    plan: Prescription,
    name: str,
    wanted: Limit | None,
    default: Limit | None,
    *,
    field: str,
    exercise: str | None = None,
) -> Settled:
    """The bound that holds, of one that must not be exceeded.

    What the plan asks for holds where it is as strict as the default, or where no default
    is known. A looser one needs an override; without it the default holds, and that is
    said as a problem.
    """
    if wanted is None or default is None:
        return Settled(wanted if default is None else default)
    if wanted.value <= default.value:
        return Settled(wanted)
    for override in plan.overrides:
        if override.limit == name and override.exercise in (None, exercise):
            why = f"{wanted.source}; looser than {default.value:g}: {override.reason}"
            return Settled(
                Limit(value=wanted.value, unit=wanted.unit, author=override.author, source=why)
            )
    where = f" for {exercise}" if exercise else ""
    return Settled(
        default,
        PlanProblem(
            field,
            f"is {wanted.value:g} {wanted.unit}, looser than {default.value:g} ({default.source}); "
            f"allowed with an [[overrides]] of limit '{name}'{where}, with author and reason",
        ),
    )


def strictest(*limits: Limit | None) -> Limit | None:
    """The lowest of the limits that are there; of equal ones the first."""
    given = [limit for limit in limits if limit is not None]
    return min(given, key=lambda limit: limit.value, default=None)
