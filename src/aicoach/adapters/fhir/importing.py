"""From a CarePlan or ServiceRequests to a draft that a clinician completes and signs.

Nothing that was read is carried out: the draft is signed by nobody, and everything that was
not understood is named.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.documents import parse_document
from aicoach.adapters.fhir.foreign_plan import read_foreign
from aicoach.adapters.fhir.imported import Account, Finding, ImportedPlan
from aicoach.adapters.fhir.own_plan import is_ours, read_own, version_of
from aicoach.adapters.fhir.wording import words
from aicoach.errors import FhirError, PrescriptionError
from aicoach.prescription import Prescription, content_problems, parse_prescription
from aicoach.prescription.items import Item
from aicoach.prescription.parts import (
    EffortAim,
    HeartRateAim,
    Intensity,
    Resident,
    Title,
    Volume,
)

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adapters.fhir.documents import Resources
    from aicoach.adapters.fhir.ledger import Ledger
    from aicoach.catalog.cues import Language

_READ: Final = frozenset({"CarePlan", "ServiceRequest", "Goal", "Patient", "Condition"})


def import_plan(
    content: bytes | str,
    name: str,
    resident: str,
    today: date,
    language: Language = "zh",
    plan_id: str | None = None,
) -> ImportedPlan:
    """Read a plan for one resident.

    Parameters
    ----------
    name
        Of the file, for errors.
    plan_id
        Which of several CarePlans: its id, or the name of one of our plans.

    Raises
    ------
    FhirError
        If the file is no plan, or cannot be one of this resident.
    """
    account = Account(words(language))
    resources = parse_document(content, name)
    chosen = _choose(resources, plan_id, account)
    if chosen is not None and is_ours(chosen):
        return _own(resources, chosen, resident, account)
    document = read_foreign(resources, chosen, resident, account)
    _tell_unread(resources, chosen, account)
    draft, complete = _draft(document, resident, today, account)
    return ImportedPlan(draft=draft, complete=complete, findings=tuple(account.findings))


def _choose(resources: Resources, plan_id: str | None, account: Account) -> Ledger | None:
    plans = [one for one in resources.of("CarePlan") if one.document.get("status") !=
             "entered-in-error"]  # fmt: skip
    if plan_id is not None:
        plans = [
            one
            for one in plans
            if plan_id in (one.document.get("id"), version_of(one)[0] if is_ours(one) else None)
        ]
        if not plans:
            raise FhirError(resources.name, "CarePlan", f"there is none of the name {plan_id}")
    names = {version_of(one)[0] if is_ours(one) else str(id(one)) for one in plans}
    if len(names) > 1:
        known = ", ".join(
            version_of(one)[0] if is_ours(one) else str(one.document.get("id")) for one in plans
        )
        raise FhirError(resources.name, "CarePlan", f"there are several ({known}); name one with "
                        "--plan")  # fmt: skip
    if len(plans) > 1:
        plans.sort(key=lambda one: (one.document.get("status") == "active", version_of(one)[1]))
        account.note("left_out", "CarePlan", "versions", version=version_of(plans[-1])[1])
    return plans[-1] if plans else None


def _own(resources: Resources, plan: Ledger, resident: str, account: Account) -> ImportedPlan:
    found = read_own(resources, plan, account)
    theirs = found.resident.id if found.resident is not None else resident
    if theirs != resident:
        raise FhirError(resources.name, plan.name, f"is a plan of {theirs}, not of {resident}")
    account.note("understood", plan.name, "own", plan=found.id, version=found.version)
    if found.author is not None and found.signed_at is not None:
        day = found.signed_at.isoformat()
        account.note("left_out", "author", "was_signed", author=found.author.id, day=day)
    account.note("to_complete", "author", "sign")
    _tell_others(resources, account)
    draft = found.model_copy(update={"status": "draft", "signed_at": None, "author": None})
    return ImportedPlan(
        draft=draft, complete=True, findings=tuple(account.findings), exported=found
    )


def _tell_unread(resources: Resources, plan: Ledger | None, account: Account) -> None:
    """Everything in the plan's resources that nobody looked at."""
    for ledger in resources.all:
        kind = ledger.document.get("resourceType")
        if kind not in _READ or (kind == "CarePlan" and ledger is not plan):
            continue
        for place, content in ledger.left_over():
            one = Finding(kind="not_understood", place=place, text=content)
            if not any(f.place == place and f.kind != "to_complete" for f in account.findings):
                account.findings.append(one)
    _tell_others(resources, account)


def _tell_others(resources: Resources, account: Account) -> None:
    counts = Counter(
        str(one.document.get("resourceType"))
        for one in resources.all
        if one.document.get("resourceType") not in _READ
    )
    for kind, n in sorted(counts.items()):
        account.note("left_out", kind, "not_a_plan", n=n, kind=kind)


def _draft(
    document: dict[str, Any], resident: str, today: date, account: Account
) -> tuple[Prescription, bool]:
    """The draft, and whether it is one already; what is wrong with it is to be completed."""
    try:
        draft = parse_prescription(json.dumps(document), f"{resident}.json")
    except PrescriptionError as problem:
        for field, text in ((problem.field, problem.problem), *problem.others):
            account.findings.append(Finding(kind="to_complete", place=field, text=text))
        return _incomplete(document), False
    for wrong in content_problems(draft, account.words.catalog, today):
        account.findings.append(Finding(kind="to_complete", place=wrong.field, text=wrong.text))
    return draft, True


def _incomplete(document: dict[str, Any]) -> Prescription:
    """What there is of a draft, unjudged; only to be written down and completed."""
    intensity = document.get("intensity", {})
    built: dict[str, Any] = {
        **document,
        "schema_version": 1,
        "title": Title.model_construct(**document["title"]),
        "resident": Resident.model_construct(**document["resident"]),
        "session": Volume.model_construct(
            **{"frequency_per_week": None, **document.get("session", {})}
        ),
        "conditions": tuple(document.get("conditions", ())),
        "intensity": Intensity.model_construct(
            pain_stop=intensity.get("pain_stop"),
            heart_rate=HeartRateAim.model_construct(**intensity.get("heart_rate", {})),
            effort=EffortAim.model_construct(**intensity.get("effort", {})),
        ),
        "items": tuple(Item.model_construct(**one) for one in document.get("items", ())),
    }
    built.pop("schema")
    for key in ("valid_from", "valid_until"):
        built.setdefault(key, None)
    return Prescription.model_construct(**built)
