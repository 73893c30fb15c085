"""A few exercises for a visitor who tries the coach: an example plan, made from the catalogue.

Gentle by construction: one short set each at the exercise's own tempo and range, a low effort
ceiling, no heart-rate window. It is never a prescription, and ``status = "example"`` keeps it from
being run for a resident.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from aicoach.prescription import parse_prescription
from aicoach.prescription.rules import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from aicoach.catalog import ExerciseSpec
    from aicoach.prescription import Prescription

REPETITIONS: Final = 6
HOLD_S: Final = 15.0
PLAN_ID: Final = "trial"
VISITOR: Final = "visitor"
"""Whose plan it is: somebody of whom nothing is kept."""


def trial_ages() -> tuple[int, int]:
    """Lowest and highest age that any plan is made for, in years."""
    ages = table("age")
    return int(ages["lowest"].value), int(ages["highest"].value)


def trial_plan(
    exercises: Sequence[str],
    catalog: Mapping[str, ExerciseSpec],
    today: date,
    *,
    birth_year: int,
    repetitions: int = REPETITIONS,
) -> Prescription:
    """The plan.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    items: list[dict[str, Any]] = []
    for name in exercises:
        spec = catalog[name]
        item: dict[str, Any] = {
            "exercise": name, "type": "strength", "sets": 1, "rest_after_s": 15.0,
        }  # fmt: skip
        if spec.kind == "hold":
            item |= {"mode": "hold", "hold_s": HOLD_S}
        else:
            item |= {"mode": "reps", "reps_min": repetitions, "reps_max": repetitions}
        items.append(item)
    document = {
        "schema": 1,
        "id": PLAN_ID,
        "version": 1,
        "status": "example",
        "kind": "fitness",
        "title": {"zh": "试一试", "en": "Try it"},
        "resident": {"id": VISITOR, "birth_year": birth_year},
        "valid_from": today.isoformat(),
        "intensity": {"heart_rate": {"method": "none"}, "effort": {"upper": 6.0, "stop_at": 8.0}},
        "session": {"frequency_per_week": 1, "warm_up_min": 0.0, "cool_down_min": 0.0},
        "items": items,
    }
    return parse_prescription(json.dumps(document), f"{PLAN_ID}.json")
