"""The resident, what the resident agreed to, and the devices that measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach import __version__
from aicoach.adapters.fhir.addresses import CODES, LOINC, TERMINOLOGY
from aicoach.adapters.fhir.elements import Json, coding, concept, moment, ours, without_none

if TYPE_CHECKING:
    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.resident_file import ConsentRecord, ResidentFile

_SCOPE: Final = {"sharing": "research"}
"""Scope of a consent by its kind; the others are about privacy."""
_FHIR_GENDER: Final = frozenset({"female", "male", "other"})


def add_patient(into: Transaction, file: ResidentFile, words: Words) -> Json:
    """The resident; nothing is there that was not entered."""
    sexes = {
        one.plan.resident.sex
        for one in file.plans
        if one.plan.resident is not None and one.plan.resident.sex in _FHIR_GENDER
    }
    born = file.birth_year
    spoken = coding("urn:ietf:bcp:47", file.language)
    body: Json = {
        "resourceType": "Patient",
        "name": [{"text": file.name}] if file.name else None,
        "gender": sexes.pop() if len(sexes) == 1 else None,  # plans that differ say nothing
        "birthDate": str(born) if born is not None else None,
        "communication": [{"language": {"coding": [spoken]}, "preferred": True}],
        "managingOrganization": (
            into.somebody("site", file.site, "Organization") if file.site else None
        ),
    }
    text = words.say("resident", code=file.resident)
    return into.add(body, "resident", file.resident, (text,))


def add_consent(into: Transaction, one: ConsentRecord, patient: Json, words: Words) -> Json:
    """One consent, given or withdrawn."""
    given = moment(one.given_at)
    what = words.known(f"exchange.consent.{one.kind}") or one.kind
    withdrawn = moment(one.withdrawn_at) if one.withdrawn_at is not None else None
    body: Json = {
        "resourceType": "Consent",
        "status": "active" if withdrawn is None else "inactive",
        "scope": {
            "coding": [
                coding(f"{TERMINOLOGY}/consentscope", _SCOPE.get(one.kind, "patient-privacy"))
            ]
        },
        "category": [
            {"coding": [coding(LOINC, "59284-0")]},
            ours(f"consent-{one.kind}", what),
        ],
        "patient": patient,
        "dateTime": given,
        "performer": [{"display": one.given_by}],
        "policyRule": concept(
            words.say("consent_text", version=one.text_version),
            coding(f"{CODES}:consent-text", one.text_version),
        ),
        "provision": {
            "type": "permit",
            "period": without_none({"start": given, "end": withdrawn}),
        },
    }
    state = "given" if withdrawn is None else "withdrawn"
    text = words.say(f"consent_{state}", what=what, day=(withdrawn or given)[:10])
    return into.add(body, "consent", one.id, (text,), changing=True)


def add_software(into: Transaction, words: Words, version: str = __version__) -> Json:
    """The program in one version."""
    known = version or __version__
    body: Json = {
        "resourceType": "Device",
        "status": "active",
        "deviceName": [{"name": "aicoach", "type": "model-name"}],
        "type": ours("software", words.say("device.software")),
        "version": [{"value": known}],
        "note": [{"text": words.say("device.boundary")}],
    }
    text = (f"aicoach {known}", words.say("device.boundary"))
    return into.add(body, "device", f"aicoach/{known}", text)


def add_strap(into: Transaction, resident: str, sensor: str, patient: Json, words: Words) -> Json:
    """A heart-rate sensor; of which make it is nobody told."""
    name = words.known(f"exchange.sensor.{sensor}") or sensor
    body: Json = {
        "resourceType": "Device",
        "type": ours(f"heart-rate-{sensor}", name),
        "patient": patient,
    }
    return into.add(body, "device", f"{resident}/{sensor}", (name,))
