"""A sound plan that each test changes in one place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.catalog.loader import as_tuples
from aicoach.prescription import Prescription

CLINICIAN = {"id": "dr-7", "role": "physician", "qualification_no": "Q1"}
SIT_TO_STAND = {
    "exercise": "sit_to_stand", "type": "strength", "mode": "reps", "sets": 2,
    "reps_min": 8, "reps_max": 12,
}  # fmt: skip
MARCHING = {"exercise": "marching", "type": "aerobic", "mode": "duration", "duration_s": 240.0}
DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "id": "plan-1",
    "status": "active",
    "kind": "medical",
    "title": {"zh": "计划", "en": "Plan"},
    "signed_at": date(2026, 11, 1),
    "valid_from": date(2026, 11, 1),
    "valid_until": date(2027, 2, 1),
    "author": CLINICIAN,
    "resident": {"id": "r-1", "birth_year": 1961},
    "medications": {"beta_blocker": "no", "insulin": "no", "sulfonylurea_glinide": "no"},
    "intensity": {
        "heart_rate": {"method": "hrr", "lower_pct": 40.0, "upper_pct": 59.0, "rest_bpm": 70.0}
    },
    "session": {"frequency_per_week": 3, "cool_down_min": 5.0},
    "items": [SIT_TO_STAND, MARCHING],
}


def document(**changes: Any) -> dict[str, Any]:
    """The sound plan with changes at ``a__b__1__c``; ``...`` takes a key away."""
    made = copy.deepcopy(DOCUMENT)
    for place, value in changes.items():
        *way, last = place.split("__")
        node: Any = made
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        if value is ...:
            del node[last]
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return made


@pytest.fixture(scope="session")
def plan() -> Callable[..., Prescription]:
    """Make a plan: ``plan(intensity__talk="light")``."""
    return lambda **changes: Prescription.model_validate(as_tuples(document(**changes)))
