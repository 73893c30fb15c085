"""With what a session runs: the first line of its log, enough to run it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from aicoach import __version__
from aicoach.prescription import parse_prescription
from aicoach.prescription.writing import to_json
from aicoach.screening import ClearanceRecord, EnrolmentAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.cues import Language
    from aicoach.events import View
    from aicoach.prescription import Prescription
    from aicoach.session.room import Controls


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHead:
    """With what a session runs: enough to run it again."""

    plan: dict[str, Any]
    """The prescription as JSON."""
    plan_name: str
    today: date
    language: Language
    session_number: int | None = None
    session_of_week: int | None = None
    strap_expected: bool = False
    demonstration: bool = False
    enrolment: dict[str, Any] | None = None
    """What the enrolment said, as JSON; None: never enrolled."""
    view: View | None = None
    """Where the camera stands, where that was told."""
    staff_present: bool = False
    answers: str = ""
    """Who answered: ``assumed``, ``file`` or ``asked``."""
    source: str = ""
    """What was looked at, for a person to read."""
    controls: Controls = "keys"
    """How the resident reaches the session; logs from before a screen did had keys."""
    version: str = __version__

    def prescription(self) -> Prescription:
        """The plan.

        Raises
        ------
        PrescriptionError
            If it is none.
        """
        return parse_prescription(json.dumps(self.plan), f"{self.plan_name}.json")


def plan_as_json(plan: Prescription) -> dict[str, Any]:
    """A plan as a head holds it."""
    document: dict[str, Any] = json.loads(to_json(plan))
    return document


def enrolment_as_json(answers: EnrolmentAnswers) -> dict[str, Any]:
    """Answers of the enrolment as a head holds them."""
    document: dict[str, Any] = json.loads(json.dumps(asdict(answers), default=_plain))
    return document


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def read_enrolment(document: Mapping[str, Any]) -> EnrolmentAnswers:
    """The counterpart of :func:`enrolment_as_json`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a field is missing or wrong.
    """
    record = document["clearance"]
    dated = {**document, "conditions": frozenset(document["conditions"])}
    if document["answered_on"] is not None:
        dated["answered_on"] = date.fromisoformat(document["answered_on"])
    if record is not None:
        until = record["until"]
        dated["clearance"] = ClearanceRecord(
            by=record["by"],
            on=date.fromisoformat(record["on"]),
            until=None if until is None else date.fromisoformat(until),
            scope=record["scope"],
        )
    return EnrolmentAnswers(**dated)
