"""Who answers for what: signatures, the program behind each measurement, and the audit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.addresses import CODES, TERMINOLOGY
from aicoach.adapters.fhir.elements import Json, coding, concept, moment, without_none
from aicoach.adapters.fhir.plans import author_of

if TYPE_CHECKING:
    from datetime import datetime

    from aicoach.adapters.fhir.observations import Told
    from aicoach.adapters.fhir.plans import PlanReferences
    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.resident_file import AuditRecord, PlanRecord, ResidentFile

_PART: Final = f"{TERMINOLOGY}/provenance-participant-type"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"


def add_plan_provenance(
    into: Transaction,
    record: PlanRecord,
    references: PlanReferences,
    resident: str,
    software: Json,
    words: Words,
) -> None:
    """Who signed the plan, when; of an unsigned one, by which program it was kept."""
    plan = record.plan
    author = author_of(into, plan)
    signed = plan.signed_at is not None and author is not None
    role = f" ({words.known(f'plan.role.{plan.author.role}')})" if plan.author else ""
    agents = [{"type": concept("assembler", coding(_PART, "assembler")), "who": software}]
    if signed:
        who = {**author, "display": f"{plan.author.id}{role}"} if author and plan.author else {}
        agents.insert(0, {"type": concept("author", coding(_PART, "author")), "who": who})
    body: Json = {
        "resourceType": "Provenance",
        "target": references.all(),
        "occurredDateTime": plan.signed_at.isoformat() if signed and plan.signed_at else None,
        "recorded": moment(record.created_at),
        "activity": concept(words.say("signed" if signed else "unsigned")),
        "agent": agents,
    }
    into.add(body, "provenance", f"{resident}/{plan.id}/{plan.version}")


def add_session_provenance(into: Transaction, told: Told, made: list[Json]) -> None:
    """Which program, in which version, made everything that is known of a session."""
    agents = [{"type": concept("assembler", coding(_PART, "assembler")), "who": told.software}]
    entity = None
    if told.strap is not None:
        entity = [{"role": "source", "what": told.strap}]
    body: Json = {
        "resourceType": "Provenance",
        "target": made,
        "occurredPeriod": told.period,
        "recorded": told.period["end"],
        "agent": agents,
        "entity": entity,
    }
    into.add(body, "provenance", told.kept.session.id)


def add_audit(
    into: Transaction, entry: AuditRecord, patient: Json, software: Json, words: Words
) -> None:
    """An entry of the audit as it was written; for the resident, who may know it."""
    details = [
        {"type": key, "valueString": value if isinstance(value, str) else json.dumps(value)}
        for key, value in sorted(entry.details.items())
        if value not in (None, "")
    ]
    body: Json = {
        "resourceType": "AuditEvent",
        "type": coding(f"{CODES}:audit", "entry", words.say("audit.entry")),
        "subtype": [coding(f"{CODES}:audit", entry.action)],
        "recorded": moment(entry.at),
        "agent": [{"who": _who(into, entry.actor), "requestor": True}],
        "source": {"observer": software},
        "entity": [without_none({"what": patient, "detail": details})],
    }
    into.add(body, "audit", entry.hash)


def add_export_audit(
    into: Transaction,
    file: ResidentFile,
    patient: Json,
    software: Json,
    by: str,
    receiver: str,
    words: Words,
) -> None:
    """The very export that makes the bundle."""
    at: datetime = file.read_at
    detail: list[dict[str, Any]] = [{"type": "receiver", "valueString": receiver}]
    body: Json = {
        "resourceType": "AuditEvent",
        "type": coding(_DICOM, "110106", "Export"),
        "action": "R",
        "recorded": moment(at),
        "outcome": "0",
        "outcomeDesc": words.say(f"audit.export_{receiver}"),
        "agent": [{"who": _who(into, by), "requestor": True}],
        "source": {"observer": software},
        "entity": [{"what": patient, "detail": detail}],
    }
    into.add(body, "export", f"{file.resident}/{receiver}/{at.isoformat()}")


def _who(into: Transaction, actor: str) -> Json:
    """An account of this installation; of which kind is not known outside it."""
    return {"identifier": {"system": into.addresses.of("account"), "value": actor}}
