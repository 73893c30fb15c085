"""Whatever a plan says, it comes back from FHIR as it went."""

from __future__ import annotations

import contextlib
import json
from datetime import date, datetime, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.adapters.fhir.exporting import bundle_of
from aicoach.adapters.fhir.importing import import_plan
from aicoach.catalog import load_catalog
from aicoach.errors import FhirError
from aicoach.prescription import Prescription, parse_prescription, read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.resident_file import PlanRecord, ResidentFile

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 4, 0, tzinfo=timezone.utc)
IDS = sorted(load_catalog())
NUMBER = st.integers(0, 2000).map(lambda n: n / 8)
WORDS = st.text("ab 血压é\"<&'\\|", min_size=1, max_size=12).filter(lambda s: bool(s.strip()))


def given_only(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields).map(
        lambda table: {key: value for key, value in table.items() if value is not None}
    )


ITEM = given_only(
    exercise=st.sampled_from(IDS),
    type=st.sampled_from(["aerobic", "strength", "balance", "flexibility", "mobility"]),
    mode=st.sampled_from(["reps", "hold", "duration"]),
    sets=st.none() | st.integers(1, 5),
    reps_min=st.none() | st.integers(1, 20),
    hold_s=st.none() | NUMBER,
    duration_s=st.none() | NUMBER,
    side=st.none() | st.sampled_from(["left", "right", "both"]),
    support=st.none() | st.sampled_from(["chair", "seated"]),
    tempo=st.none() | st.just("2-0-2-0.5"),
    per_week=st.none() | st.integers(1, 7),
    load=st.none() | given_only(type=st.just("dumbbell"), kg=st.none() | NUMBER),
    rom=st.none()
    | st.lists(given_only(joint=st.just("knee_flexion"), target_deg=NUMBER), max_size=2),
    cadence=st.none() | given_only(min_per_min=NUMBER, max_per_min=st.none() | NUMBER),
    quality_gate=st.none() | st.just({"min_valid_rep_ratio": 0.75}),
)
PLAN = given_only(
    schema=st.just(1),
    id=st.just("p-1"),
    version=st.integers(1, 99),
    status=st.sampled_from(["draft", "active", "paused", "completed", "revoked"]),
    kind=st.sampled_from(["fitness", "medical"]),
    title=st.fixed_dictionaries({"zh": WORDS, "en": WORDS}),
    conditions=st.none() | st.lists(st.sampled_from(["hypertension", "stroke"]), max_size=2),
    stop_rules=st.none() | st.just(["STOP-1", "STOP-14"]),
    signed_at=st.none() | st.just("2026-03-01"),
    valid_until=st.none() | st.just("2026-06-30"),
    author=st.none()
    | given_only(id=st.just("dr-17"), role=st.sampled_from(["physician", "coach", "resident"])),
    resident=st.just({"id": "r-1", "birth_year": 1958}),
    scheme=st.none() | st.just({"code": "local", "matrix": [["a", "b"], ["c"]]}),
    intensity=st.none()
    | given_only(
        talk=st.none() | st.just("moderate"),
        heart_rate=given_only(
            method=st.sampled_from(["hrr", "absolute", "none"]),
            lower_bpm=st.none() | NUMBER, upper_bpm=st.none() | NUMBER,
            upper_pct=st.none() | NUMBER, required=st.none() | st.booleans(),
        ),
        effort=given_only(scale=st.just("borg6_20"), upper=st.none() | NUMBER),
    ),
    session=given_only(frequency_per_week=st.integers(1, 7), main_min=st.none() | NUMBER),
    substitutes=st.none() | st.just({"squat": "half_squat", "plank": "wall_sit"}),
    overrides=st.none()
    | st.just([{"limit": "pain_stop", "author": "dr-17", "role": "physician",
                "reason": "walks well, tested", "decided_on": "2026-02-01"}]),
    warm_up=st.none() | st.lists(ITEM, max_size=1),
    items=st.lists(ITEM, min_size=1, max_size=3),
)  # fmt: skip


def bundle(plan: Prescription, status: str, language: Any) -> dict[str, Any]:
    record = PlanRecord(id="1", plan=plan, status=status, created_at=NOW)
    return bundle_of(
        ResidentFile(
            resident="r-1", time_zone="UTC", language="en", read_at=NOW, plans=(record,)
        ),
        language,
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    document=PLAN,
    standing=st.sampled_from(["active", "paused"]),
    language=st.sampled_from(["zh", "en"]),
)
def test_a_plan_comes_back_equal_and_nothing_of_it_seems_changed(
    document: dict[str, Any], standing: str, language: str
) -> None:
    plan = parse_prescription(json.dumps(document), "p.json")
    found = import_plan(json.dumps(bundle(plan, standing, language)), "b.json", "r-1", TODAY)
    assert found.exported == plan
    assert found.of("not_understood") == ()


SPOILT = st.sampled_from([None, 7, -1.5, True, "", "x", [], {}, [{}], {"reference": "#q"}])


@settings(max_examples=40, deadline=None)
@given(data=st.data(), value=SPOILT)
def test_a_spoilt_bundle_is_read_or_refused_and_never_falls_over(data: Any, value: Any) -> None:
    plan = read_prescription(ready_plans()["hypertension"])
    assert plan.resident is not None
    document = bundle(plan, "active", "zh")
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        inner = node[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 4)) == 0:
            node[key] = value
            break
        node = inner
    with contextlib.suppress(FhirError):
        import_plan(json.dumps(document), "b.json", plan.resident.id, TODAY)
