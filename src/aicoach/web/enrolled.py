"""The three questions before a fitness plan: what a page is told, and what a start needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicoach.adapters.store.people import Resident
from aicoach.visit.enrolment import known_enrolment
from aicoach.web.refusals import NotNowError

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adapters.store.gate import Gate
    from aicoach.prescription import Prescription
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor


def asks_enrolment(plan: Prescription) -> bool:
    """Whether a plan needs the answers; a medical one was cleared by whoever signed it."""
    return plan.kind != "medical"


def told_of(premises: Premises, gate: Gate, row: Resident, today: date) -> dict[str, Any]:
    """What was answered and when, and why it is asked for again, for the resident's own page."""
    gate.require("enrolment.view", gate.of_resident(row.id))
    known = known_enrolment(premises.store, row.id, today, row.time_zone)
    return {
        "ask": known.why,
        "answered_on": None if known.kept is None else known.kept.answered_on.isoformat(),
        "answers": None if known.row is None else known.row.answers,
    }


def require_enrolment(
    premises: Premises, visitor: Visitor, plan: Prescription, today: date
) -> None:
    """Go on only if the questions were answered; "I don't know" is an answer, and a strict one.

    Raises
    ------
    NotNowError
        If they were not, long ago, or before the resident's health changed.
    """
    if not asks_enrolment(plan) or visitor.resident is None:
        return
    row = premises.store.shelf(Resident).get(visitor.resident)
    zone = "UTC" if row is None else row.time_zone
    known = known_enrolment(premises.store, visitor.resident, today, zone)
    if known.why not in (None, "unknown"):
        raise NotNowError("enrolment")
