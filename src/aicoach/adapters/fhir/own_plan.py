"""A plan that aicoach had exported, read back without loss; and whether somebody changed it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.addresses import ITEM_EXTENSION, PLAN_EXTENSION
from aicoach.adapters.fhir.plan_extension import ExtensionError, document_of
from aicoach.adapters.fhir.plans import PARTS, care_plan, goals_of, service_request
from aicoach.adapters.fhir.wording import words
from aicoach.errors import FhirError, PrescriptionError
from aicoach.prescription import Prescription, parse_prescription
from aicoach.prescription.items import Item
from aicoach.resident_file import PlanRecord

if TYPE_CHECKING:
    from aicoach.adapters.fhir.documents import Resources
    from aicoach.adapters.fhir.imported import Account
    from aicoach.adapters.fhir.ledger import Ledger, Node

_STANDING: Final = {"on-hold": "paused"}
_STATUS: Final = frozenset({"draft", "active", "paused", "completed", "revoked"})
_CARRIERS: Final = frozenset(
    {"resourceType", "id", "meta", "text", "language", "identifier", "subject", "author",
     "requester", "activity", "goal", "contained", "implicitRules"}
)  # fmt: skip
"""Parts that carry the plan, or that a server may write anew."""


def is_ours(plan: Ledger) -> bool:
    """Whether aicoach had written this CarePlan."""
    return _extension(plan.root(), PLAN_EXTENSION) is not None


def version_of(plan: Ledger) -> tuple[str, int]:
    """Name and version of one of our plans."""
    extension = _extension(plan.root(), PLAN_EXTENSION)
    parts = extension.value.get("extension", []) if extension is not None else []
    by_url = {p.get("url"): p for p in parts if isinstance(p, dict)}
    version = by_url.get("version", {}).get("valueInteger", 1)
    name = by_url.get("id", {}).get("valueString", "")
    return str(name), version if isinstance(version, int) else 1


def _extension(node: Node, url: str) -> Node | None:
    return next((one for one in node.each("extension") if one.text("url") == url), None)


def read_own(resources: Resources, plan: Ledger, account: Account) -> Prescription:
    """The plan as it was.

    Raises
    ------
    FhirError
        If a part of it is missing, or no plan comes of it.
    """
    extension = _extension(plan.root(), PLAN_EXTENSION)
    if extension is None:
        raise FhirError(resources.name, plan.name, "has no plan of aicoach in it")
    orders = [
        resources.require(reference)
        for activity in plan.root().each("activity")
        if (reference := activity.get("reference")) is not None
    ]
    try:
        document = document_of(extension.value, Prescription, plan.name)
        by_field = dict(_item(one) for one in orders)
        for part in PARTS:
            mine = [by_field[field] for field in _in_order(by_field, part)]
            if mine:
                document[part] = mine
        found = parse_prescription(json.dumps(document), f"{plan.name}.json")
    except ExtensionError as problem:
        raise FhirError(resources.name, problem.field, problem.problem) from problem
    except PrescriptionError as problem:
        raise FhirError(resources.name, problem.field, problem.problem) from problem
    _tell_changes(resources, plan, found, orders, account)
    return found


def _item(order: Ledger) -> tuple[str, dict[str, Any]]:
    extension = _extension(order.root(), ITEM_EXTENSION)
    if extension is None:
        raise ExtensionError(order.name, "has no exercise of aicoach in it")
    parts = extension.value.get("extension")
    given = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
    fields = [one.get("valueString") for one in given if one.get("url") == "field"]
    if len(fields) != 1 or not isinstance(fields[0], str):
        raise ExtensionError(order.name, "does not say where it stands in the plan")
    rest = {"extension": [one for one in given if one.get("url") != "field"]}
    return fields[0], document_of(rest, Item, f"{order.name}.{fields[0]}")


def _in_order(by_field: dict[str, Any], part: str) -> list[str]:
    """Fields of one part, complete from the first to the last."""
    mine = [field for field in by_field if field.partition(".")[0] == part]
    wanted = [f"{part}.{number}" for number in range(1, len(mine) + 1)]
    missing = [field for field in wanted if field not in by_field]
    if missing:
        raise ExtensionError(missing[0], "is missing in the file")
    return wanted


def _tell_changes(
    resources: Resources, plan: Ledger, found: Prescription, orders: list[Ledger], account: Account
) -> None:
    """What a hospital reads is written anew and compared: a difference is somebody's change."""
    said = words("en" if plan.document.get("language") == "en" else "zh")
    standing = str(plan.document.get("status"))
    standing = _STANDING.get(standing, standing)
    if found.status == "example" and standing == "draft":
        standing = "example"
    record = PlanRecord(
        id="",
        plan=found,
        status=standing if standing in _STATUS | {"example"} else "active",
        created_at=datetime(1970, 1, 1, tzinfo=timezone.utc),
    )
    pairs = [(plan, care_plan(record, said))]
    by_field = {f"{part}.{i + 1}": item for part, i, item in found.parts()}
    for order in orders:
        field, _ = _item(order)
        pairs.append((order, service_request(record, field, by_field[field], said)))
    goals = {json.dumps(body, sort_keys=True) for body in _bare_goals(record, said)}
    for reference in plan.root().each("goal"):
        goal = resources.require(reference)
        body = {k: v for k, v in goal.document.items() if k not in _CARRIERS}
        if json.dumps(_numbers(body), sort_keys=True) not in goals:
            account.note("not_understood", goal.name, "changed")
    for ledger, whole in pairs:
        given = {k: v for k, v in ledger.document.items() if k not in _CARRIERS}
        wanted = {k: v for k, v in whole.items() if k not in _CARRIERS}
        for key in sorted(given.keys() | wanted.keys()):
            if given.get(key) != wanted.get(key):
                account.note("not_understood", f"{ledger.name}.{key}", "changed")


def _bare_goals(record: PlanRecord, said: Any) -> list[Any]:
    return [
        _numbers({k: v for k, v in body.items() if k not in _CARRIERS})
        for _, body in goals_of(record, said)
    ]


def _numbers(value: Any) -> Any:
    """The same with 3.0 as 3: servers write either."""
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
