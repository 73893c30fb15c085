"""A plan that was handed out comes back as it was, and changes to it are told."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aicoach.adapters.fhir.exporting import bundle_of
from aicoach.adapters.fhir.imported import ImportedPlan
from aicoach.adapters.fhir.importing import import_plan
from aicoach.errors import FhirError
from aicoach.prescription.drafts import ready_plans
from aicoach.prescription.start import StartValue
from aicoach.resident_file import PlanRecord, ResidentFile

from .conftest import MONDAY, signed

TODAY = date(2026, 3, 20)


def exported(plans: list[PlanRecord], file: ResidentFile) -> dict[str, Any]:
    return bundle_of(replace(file, plans=tuple(plans), sessions=()), "zh")


def record(**more: Any) -> PlanRecord:
    plan = signed(**more)
    return PlanRecord(id="1", plan=plan, status="active", created_at=MONDAY)


def read(bundle: dict[str, Any], resident: str = "R-0001", **more: Any) -> ImportedPlan:
    return import_plan(json.dumps(bundle), "plan.json", resident, TODAY, "en", **more)


@pytest.mark.parametrize("group", sorted(ready_plans()))
def test_every_ready_plan_comes_back_equal(group: str, resident_file: ResidentFile) -> None:
    plan = record(group=group)
    found = read(exported([plan], resident_file))
    assert found.exported == plan.plan
    assert found.of("not_understood") == ()
    assert found.draft == plan.plan.model_copy(
        update={"status": "draft", "signed_at": None, "author": None}
    )


def test_what_a_clinician_set_for_the_start_comes_back_with_its_author(
    resident_file: ResidentFile,
) -> None:
    value = StartValue(
        limit="blood_pressure.systolic_block_mmhg", value=150.0, author="dr-7", role="physician",
        reason="stroke last spring", decided_on=date(2026, 1, 5),
    )  # fmt: skip
    plan = record()
    mine = plan.plan.model_copy(update={"start_limits": (value,), "measures": ("glucose",)})
    found = read(exported([replace(plan, plan=mine)], resident_file))
    assert found.exported == mine
    assert found.exported.start_limits == (value,)


def test_a_server_that_rewrites_numbers_and_names_loses_nothing(
    resident_file: ResidentFile,
) -> None:
    bundle = exported([record()], resident_file)
    text = json.dumps(bundle).replace('"value": 2,', '"value": 2.0,')
    held = json.loads(text)
    names = {
        one["fullUrl"]: f"{one['resource']['resourceType']}/{number}"
        for number, one in enumerate(held["entry"])
    }
    for one in held["entry"]:
        one["resource"]["id"] = names[one["fullUrl"]].split("/")[1]
        one["resource"]["meta"] = {"versionId": "3", "lastUpdated": "2026-03-20T10:00:00Z"}
        one["fullUrl"] = f"https://hospital.example/fhir/{names[one['fullUrl']]}"
    text = json.dumps(held)
    for url, name in names.items():
        text = text.replace(url, name)
    found = read(json.loads(text))
    assert found.exported == record().plan
    assert found.of("not_understood") == ()


def test_what_somebody_changed_is_told_and_what_we_wrote_is_kept(
    resident_file: ResidentFile,
) -> None:
    bundle = exported([record()], resident_file)
    for one in bundle["entry"]:
        resource = one["resource"]
        if resource["resourceType"] == "ServiceRequest":
            resource["occurrenceTiming"]["repeat"]["frequency"] = 1
        if resource["resourceType"] == "CarePlan":
            resource["note"] = [{"text": "half of it, please"}]
    found = read(bundle)
    places = {one.place for one in found.of("not_understood")}
    assert {"CarePlan.note", "ServiceRequest.occurrenceTiming"} <= places
    assert found.exported == record().plan


def test_of_several_versions_the_one_in_force_is_read(resident_file: ResidentFile) -> None:
    old = replace(record(version=1), status="completed")
    found = read(exported([old, record(version=2)], resident_file))
    assert found.exported is not None
    assert found.exported.version == 2
    assert any("version 2" in one.text for one in found.of("left_out"))


def test_a_plan_of_somebody_else_is_refused(resident_file: ResidentFile) -> None:
    with pytest.raises(FhirError, match="is a plan of R-0001, not of R-0002"):
        read(exported([record()], resident_file), "R-0002")


def without(bundle: dict[str, Any], kind: str, number: int) -> dict[str, Any]:
    mine = [one for one in bundle["entry"] if one["resource"]["resourceType"] == kind]
    return {**bundle, "entry": [one for one in bundle["entry"] if one is not mine[number]]}


@pytest.mark.parametrize(("kind", "number"), [("ServiceRequest", 0), ("Goal", 0)])
def test_a_plan_with_a_part_missing_is_refused(
    kind: str, number: int, resident_file: ResidentFile
) -> None:
    bundle = without(exported([record()], resident_file), kind, number)
    with pytest.raises(FhirError, match="which is not in the file"):
        read(bundle)


def _spoil(change: str, bundle: dict[str, Any]) -> dict[str, Any]:
    for one in bundle["entry"]:
        resource = one["resource"]
        parts = (resource.get("extension") or [{}])[0].get("extension")
        if resource["resourceType"] == "ServiceRequest" and parts is not None:
            if change == "unknown":
                parts.append({"url": "speed", "valueString": "fast"})
            elif change == "twice":
                parts.append(copy.deepcopy(parts[1]))
            elif change == "no place":
                parts.pop(0)
            elif change == "wrong":
                parts[1] = {"url": "exercise", "valueBoolean": True}
            elif change == "empty":
                resource["extension"][0]["extension"] = "nothing"
    return bundle


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("unknown", "'speed' is no field of a plan"),
        ("twice", "stands twice"),
        ("no place", "does not say where it stands"),
        ("wrong", "valid string"),
        ("empty", "does not say where it stands"),
    ],
)
def test_a_spoilt_extension_is_one_line(
    change: str, said: str, resident_file: ResidentFile
) -> None:
    with pytest.raises(FhirError, match=said) as caught:
        read(_spoil(change, exported([record()], resident_file)))
    assert "\n" not in str(caught.value)
