"""The published JSON Schema of a plan, made from the model and the closed lists."""

from __future__ import annotations

import json
from typing import Any

from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.prescription.model import SCHEMA, Prescription
from aicoach.prescription.rules import table
from aicoach.screening import load_screening


def json_schema() -> dict[str, Any]:
    """The schema of ``prescriptions/prescription.schema.json``."""
    schema = Prescription.model_json_schema(by_alias=True)
    fields = schema["properties"]
    fields["conditions"]["items"] = {"enum": sorted(conditions())}
    fields["forbidden_tags"]["items"] = {"enum": sorted(movement_tags())}
    limit = schema["$defs"]["StartValue"]["properties"]["limit"]
    limit.pop("pattern", None)
    limit.pop("maxLength", None)
    limit["enum"] = sorted(entry.limit for entry in load_screening().tables.settable)
    for name in ("RangeOfMotion", "JointLimit"):
        joint = schema["$defs"][name]["properties"]["joint"]
        joint.pop("pattern", None)
        joint.pop("maxLength", None)
        joint["enum"] = sorted(table("joint_lowest"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:aicoach:prescription:{SCHEMA}",
        **schema,
        "title": "aicoach prescription",
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
