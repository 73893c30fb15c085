"""Whether a plan may be carried out today: status, signature, dates, what it must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aicoach.catalog.vocabulary import conditions
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.parts import CLINICAL_ROLES
from aicoach.prescription.resident import age_on, conditions_of
from aicoach.prescription.rules import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aicoach.prescription.model import Prescription

PlanState = Literal[
    "in_force", "draft", "example", "unsigned", "expired", "not_yet_valid", "paused", "completed",
    "revoked",
]  # fmt: skip
_REFUSED = {
    "draft": "is 'draft'; set 'active' when the plan is complete (and signed, if medical)",
    "paused": "is 'paused' by its author; no session until it is active again",
    "completed": "is 'completed'; a new plan is needed",
    "revoked": "is 'revoked' by its author; it must not be carried out",
    "example": "is 'example', made for nobody; make a plan with: aicoach prescription new",
}


def state_of(plan: Prescription, today: date) -> PlanState:
    """Where a plan stands on a day; the first thing that keeps it from being carried out."""
    if plan.status != "active":
        return plan.status
    if plan.valid_until is not None and today > plan.valid_until:
        return "expired"
    if plan.valid_from is not None and today < plan.valid_from:
        return "not_yet_valid"
    return "unsigned" if plan.kind == "medical" and any(_unsigned(plan, today)) else "in_force"


def standing(
    plan: Prescription, today: date, *, demonstration: bool = False
) -> Iterator[PlanProblem]:
    """Why a plan must not be carried out today."""
    if plan.status in _REFUSED and not (plan.status == "example" and demonstration):
        yield PlanProblem("status", _REFUSED[plan.status])
    if plan.valid_until is not None and today > plan.valid_until:
        yield PlanProblem("valid_until", f"the plan expired on {plan.valid_until}")
    if plan.valid_from is not None and today < plan.valid_from:
        yield PlanProblem("valid_from", f"the plan is not valid before {plan.valid_from}")
    if plan.kind == "medical" and plan.status in ("active", "example"):
        yield from _unsigned(plan, today)
    yield from completeness(plan, today)


def _unsigned(plan: Prescription, today: date) -> Iterator[PlanProblem]:
    """What a medical plan lacks to be signed."""
    if plan.author is None:
        yield PlanProblem("author", "a medical plan must name who answers for it")
    elif plan.author.role not in CLINICAL_ROLES:
        allowed = ", ".join(sorted(CLINICAL_ROLES))
        text = f"'{plan.author.role}' may not sign a medical plan; allowed: {allowed}"
        yield PlanProblem("author.role", text)
    elif plan.author.qualification_no is None:
        yield PlanProblem("author.qualification_no", "is missing: a medical plan needs it")
    if plan.signed_at is None:
        yield PlanProblem("signed_at", "the medical plan is not signed")
    elif plan.signed_at > today:
        yield PlanProblem("signed_at", f"is {plan.signed_at}, a day to come")
    if plan.valid_until is None:
        yield PlanProblem("valid_until", "is missing: a medical plan must have an end")


def completeness(plan: Prescription, today: date) -> Iterator[PlanProblem]:
    """What a plan must know before anybody exercises by it."""
    age = age_on(plan, today)
    lowest, highest = table("age")["lowest"].value, table("age")["highest"].value
    if plan.resident is None:
        yield PlanProblem("resident", "is missing: id and birth_year are needed")
    elif age is None:
        yield PlanProblem("resident.birth_year", "is missing: limits depend on the age")
    elif not lowest <= age <= highest:
        text = f"makes an age of {age}; plans are for {lowest:g} to {highest:g} years"
        yield PlanProblem("resident.birth_year", text)
    yield from _must_be_entered(plan)


def _must_be_entered(plan: Prescription) -> Iterator[PlanProblem]:
    """Limits for which no default is safe."""
    codes = sorted(conditions_of(plan))
    at = "intensity.heart_rate.hard_cap_bpm"
    for code in codes:
        if conditions()[code].clinician_cap and plan.intensity.heart_rate.hard_cap_bpm is None:
            yield PlanProblem(at, f"is missing: with {code} a clinician must enter it")
            break
    given = {bound.joint for bound in plan.joint_limits if bound.never_above_deg is not None}
    for code in codes:
        joint = conditions()[code].needs_limit
        if joint is not None and joint not in given:
            text = f"never_above_deg for {joint} is missing: with {code} a clinician must enter it"
            yield PlanProblem("joint_limits", text)


def notices(plan: Prescription, today: date) -> Iterator[PlanProblem]:
    """What staff should know although the plan may be carried out."""
    if plan.review_due is not None and today > plan.review_due:
        yield PlanProblem("review_due", f"the review was due on {plan.review_due}")
    if plan.medications.beta_blocker == "unknown":
        text = "is unknown: no heart-rate window by formula, effort and talk test lead"
        yield PlanProblem("medications.beta_blocker", text)
    if plan.status == "draft":
        yield PlanProblem("status", _REFUSED["draft"])
        if plan.kind == "medical":
            yield from _unsigned(plan, today)
        yield from completeness(plan, today)
