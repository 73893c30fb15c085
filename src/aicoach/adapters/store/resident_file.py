"""Reads everything that is kept of one resident, for those who hand it out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aicoach.adapters.store.people import (
    Consent,
    Enrolment,
    Message,
    PlanVersion,
    Resident,
    Review,
    Shelf,
)
from aicoach.errors import StoreError, StoreProblem
from aicoach.prescription import parse_prescription
from aicoach.resident_file import (
    AuditRecord,
    ConsentRecord,
    EnrolmentRecord,
    MessageRecord,
    PlanRecord,
    ResidentFile,
    ReviewRecord,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from aicoach.adapters.store.store import Store


def read_resident_file(
    store: Store,
    resident: str,
    read_at: datetime,
    first: date | None = None,
    last: date | None = None,
) -> ResidentFile:
    """All of one resident; of the sessions those between two of the resident's days.

    Raises
    ------
    StoreError
        If nobody of this code is known, or the database cannot be read.
    PrescriptionError
        If a kept plan is one no more.
    """
    person = Shelf(store, Resident).get(resident)
    if person is None:
        detail = f"there is no resident {resident}"
        raise StoreError(store.database.name, StoreProblem.UNKNOWN, detail=detail)
    mine = store.summaries(resident, first, last)  # of closed sessions, the oldest first
    sessions = tuple(store.session(one.session) for one in mine if not one.demonstration)
    return ResidentFile(
        resident=person.id,
        time_zone=person.time_zone,
        language=person.language,
        read_at=read_at,
        name=person.name,
        birth_year=person.birth_year,
        site=person.site,
        first=first,
        last=last,
        consents=tuple(map(_consent, Shelf(store, Consent).find(resident=resident))),
        enrolments=tuple(map(_enrolment, Shelf(store, Enrolment).find(resident=resident))),
        plans=tuple(map(_plan, Shelf(store, PlanVersion).find(resident=resident))),
        sessions=sessions,
        messages=tuple(
            MessageRecord(
                sender=one.sender, sent_at=one.sent_at, text=one.text, read_at=one.read_at
            )
            for one in Shelf(store, Message).find(resident=resident)
        ),
        reviews=tuple(
            ReviewRecord(
                session=one.session_id,
                account=one.account,
                reviewed_at=one.reviewed_at,
                note=one.note,
            )
            for kept in sessions
            for one in Shelf(store, Review).find(session_id=kept.session.id)
        ),
        audit=tuple(
            AuditRecord(
                number=entry.number,
                at=entry.at,
                actor=entry.actor,
                action=entry.action,
                hash=entry.hash,
                details=entry.details,
            )
            for entry in store.audit.entries(resident)
        ),
    )


def _consent(row: Consent) -> ConsentRecord:
    return ConsentRecord(
        id=row.id,
        kind=row.kind,
        text_version=row.text_version,
        given_at=row.given_at,
        given_by=row.given_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
    )


def _enrolment(row: Enrolment) -> EnrolmentRecord:
    return EnrolmentRecord(
        id=row.id,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        place=row.place,
        active=row.answers["active"],
        disease=row.answers["disease"],
        symptoms=row.answers["symptoms"],
        question_version=row.question_version,
    )


def _plan(row: PlanVersion) -> PlanRecord:
    name = f"{row.plan}-{row.version}.json"
    plan = parse_prescription(json.dumps(row.document), name)
    return PlanRecord(id=row.id, plan=plan, status=row.status, created_at=row.created_at)
