"""Ready plans for the common groups, and the draft that is made of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.catalog.vocabulary import conditions
from aicoach.prescription.parts import Medications, Resident
from aicoach.prescription.resident import conditions_of
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aicoach.prescription.model import Prescription


def ready_plans() -> Mapping[str, Path]:
    """Files of the ready plans by name, e.g. ``hypertension``."""
    folder = resource_dir("prescriptions") / "ready"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def blank_plan() -> Path:
    """The file of the plan with hardly anything in it."""
    return resource_dir("prescriptions") / "blank.toml"


def draft_of(
    plan: Prescription, plan_id: str, resident_id: str | None = None, birth_year: int | None = None
) -> Prescription:
    """A draft with the content of ``plan``, for a resident, signed by nobody.

    Everything that belongs to the example person falls away: body, medication, resting and
    maximal heart rate, overrides, start limits, and joint limits that only a clinician can
    give. It must be entered for the resident. What is handed in is not judged here: the
    draft is read again after it was written, and checked.
    """
    heart = plan.intensity.heart_rate.model_copy(
        update={"rest_bpm": None, "max_bpm": None, "max_source": "formula:gellish"}
    )
    theirs = {conditions()[code].needs_limit for code in conditions_of(plan)}
    resident = None
    if resident_id is not None:
        resident = Resident.model_construct(id=resident_id, birth_year=birth_year)
    return plan.model_copy(
        update={
            "id": plan_id,
            "version": 1,
            "status": "draft",
            "signed_at": None,
            "valid_from": None,
            "valid_until": None,
            "review_due": None,
            "screening_ref": None,
            "author": None,
            "resident": resident,
            "medications": Medications(),
            "intensity": plan.intensity.model_copy(update={"heart_rate": heart}),
            "joint_limits": tuple(b for b in plan.joint_limits if b.joint not in theirs),
            "overrides": (),
            "start_limits": (),
        }
    )
