"""Values of a plan by which a session is not started: a clinician's own, and what is measured."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from aicoach.limits import Limit
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.parts import Code, PlanModel
from aicoach.screening import ScreeningInputError, load_screening
from aicoach.screening.bounds import StartLimit, check_start_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Measure = Literal["blood_pressure", "glucose", "resting_heart_rate", "spo2"]


class StartValue(PlanModel):
    """A value of the pre-check that a clinician sets for this resident."""

    limit: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$", max_length=64)]
    """section.key of rules/screening.toml, e.g. blood_pressure.systolic_block_mmhg."""
    value: float
    author: Code
    role: Literal["physician", "physiotherapist", "exercise_prescriber"]
    reason: Annotated[str, Field(min_length=8, max_length=300)]
    decided_on: date


def start_limits(values: Sequence[StartValue]) -> tuple[StartLimit, ...]:
    """The values as the pre-check obeys them, each with its author; those that may be set."""
    bounds = load_screening().bounds
    wrong = {problem.field for problem in of_start_values(values)}
    return tuple(
        StartLimit(
            key=one.limit,
            limit=Limit(
                value=one.value,
                unit=bounds[one.limit].unit,
                author=one.author,
                source=f"start_limits.{i} ({one.role}, {one.decided_on}: {one.reason})",
            ),
        )
        for i, one in enumerate(values, start=1)
        if not wrong & {f"start_limits.{i}.limit", f"start_limits.{i}.value"}
    )


def of_start_values(values: Sequence[StartValue]) -> Iterator[PlanProblem]:
    """What may not be set, or not so."""
    rules = load_screening()
    for i, one in enumerate(values, start=1):
        field = f"start_limits.{i}"
        try:
            check_start_limit(rules, one.limit, one.value)
        except ScreeningInputError as problem:
            settable = any(one.limit == entry.limit for entry in rules.tables.settable)
            at = "value" if settable else "limit"
            yield PlanProblem(f"{field}.{at}", problem.problem)
        if any(one.limit == other.limit for other in values[: i - 1]):
            yield PlanProblem(f"{field}.limit", f"'{one.limit}' stands twice")
