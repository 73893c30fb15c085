"""What the plan knows about its resident, with what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.catalog.vocabulary import conditions, with_implied
from aicoach.prescription.rules import default_rules

if TYPE_CHECKING:
    from datetime import date

    from aicoach.limits import AppliedLimits
    from aicoach.prescription.model import Prescription


def age_on(plan: Prescription, today: date) -> int | None:
    """Age in years, by the year of birth: the older of the two possible ones."""
    if plan.resident is None or plan.resident.birth_year is None:
        return None
    return today.year - plan.resident.birth_year


def body_mass_index(plan: Prescription) -> float | None:
    """Kilograms per square metre; None where height or mass is not known."""
    person = plan.resident
    if person is None or person.mass_kg is None or person.height_cm is None:
        return None
    return person.mass_kg / (person.height_cm / 100.0) ** 2


def conditions_of(plan: Prescription, applied: AppliedLimits | None = None) -> frozenset[str]:
    """Conditions of the plan and of today, what they imply, and obesity by the body-mass index.

    Codes that do not exist are left out; ``find_problems`` names them.
    """
    codes = set(plan.conditions) | (set(applied.conditions) if applied else set())
    index = body_mass_index(plan)
    if index is not None and index >= default_rules().obesity_bmi:
        codes.add("obesity")
    return with_implied(code for code in codes if code in conditions())


def is_chronic(codes: frozenset[str]) -> bool:
    """Whether the cautious defaults hold."""
    return any(conditions()[code].chronic for code in codes)


def is_older(plan: Prescription, today: date) -> bool:
    """Whether the defaults for older people hold; of unknown age they do."""
    age = age_on(plan, today)
    return age is None or age >= default_rules().older_from_age


def rate_is_unreliable(plan: Prescription, codes: frozenset[str]) -> bool:
    """Whether formulas of the heart rate say nothing about this resident.

    So on beta-blockers, with an irregular rhythm or a pacemaker; unknown is as good as yes.
    """
    return plan.medications.beta_blocker != "no" or any(
        conditions()[code].rate_unreliable for code in codes
    )
