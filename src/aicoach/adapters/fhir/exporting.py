"""Everything that is kept of one resident as one FHIR R4 transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aicoach.adapters.fhir.addresses import Addresses
from aicoach.adapters.fhir.people import add_consent, add_patient, add_software
from aicoach.adapters.fhir.plans import add_plan
from aicoach.adapters.fhir.questionnaires import add_enrolment
from aicoach.adapters.fhir.sessions import add_session
from aicoach.adapters.fhir.trail import add_audit, add_export_audit, add_plan_provenance
from aicoach.adapters.fhir.transaction import Transaction
from aicoach.adapters.fhir.weeks import add_report, add_weeks
from aicoach.adapters.fhir.wording import words

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language
    from aicoach.resident_file import ResidentFile

Receiver = Literal["resident", "hospital"]


def bundle_of(
    file: ResidentFile,
    language: Language = "zh",
    *,
    addresses: Addresses | None = None,
    receiver: Receiver = "resident",
    by: str = "aicoach",
) -> dict[str, Any]:
    """The bundle as plain JSON; the same file gives the same bundle.

    Parameters
    ----------
    receiver
        The audit of the resident's data goes to the resident only.
    by
        Account that exports.
    """
    said = words(language)
    into = Transaction(addresses or Addresses(), language)
    patient = add_patient(into, file, said)
    software = add_software(into, said)
    for consent in file.consents:
        add_consent(into, consent, patient, said)
    for enrolment in file.enrolments:
        add_enrolment(into, enrolment, patient, said)
    plans = {}
    for record in file.plans:
        references = add_plan(into, record, file.resident, patient, said)
        add_plan_provenance(into, record, references, file.resident, software, said)
        plans[(record.plan.id, record.plan.version)] = references
    groups = [add_session(into, one, plans, patient, said) for one in file.sessions]
    ran = {(one.session.plan_id, one.session.plan_version) for one in file.sessions}
    weeks = add_weeks(into, file, patient, said)
    based_on = [references for key, references in plans.items() if key in ran]
    add_report(into, file, [*weeks, *groups], based_on, patient, said)
    if receiver == "resident":
        for entry in file.audit:
            add_audit(into, entry, patient, software, said)
    add_export_audit(into, file, patient, software, by, receiver, said)
    return into.bundle(file.read_at)
