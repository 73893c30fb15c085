"""The ready plans: sound, safe for whom they are made, and explained in both languages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.permission import refusals, verdict
from aicoach.errors import PrescriptionError
from aicoach.phrases import load_phrases, untranslated
from aicoach.prescription import (
    content_problems,
    find_problems,
    notices,
    parse_prescription,
    read_prescription,
    require_runnable,
    session_blocks,
    session_limits,
    state_of,
)
from aicoach.prescription.drafts import blank_plan, draft_of, ready_plans
from aicoach.prescription.explain import explain
from aicoach.prescription.schema import json_schema, schema_text
from aicoach.prescription.writing import to_json, to_toml

ROOT = Path(__file__).resolve().parents[3]
SPECS = load_catalog()
TODAY = date(2026, 11, 22)
PLANS = {name: read_prescription(path) for name, path in ready_plans().items()}
each_plan = pytest.mark.parametrize("name", PLANS)


def test_there_is_a_plan_for_every_common_group() -> None:
    assert set(PLANS) == {
        "hypertension", "type_2_diabetes", "overweight", "fall_risk", "knee_osteoarthritis",
        "knee_replacement", "healthy_adult", "wheelchair_user",
    }  # fmt: skip


@each_plan
def test_ready_plan_is_sound_but_never_carried_out_for_somebody(name: str) -> None:
    plan = PLANS[name]
    assert find_problems(plan, SPECS, TODAY, demonstration=True) == ()
    assert state_of(plan, TODAY) == "example"
    with pytest.raises(PrescriptionError, match="made for nobody"):
        require_runnable(plan, SPECS, TODAY)
    with pytest.raises(PrescriptionError, match="made for nobody"):
        session_limits(plan, SPECS, TODAY)


@each_plan
def test_every_exercise_is_permitted_by_the_matrix(name: str) -> None:
    plan = PLANS[name]
    assert all(item.allowance is None for _, _, item in plan.parts())
    found = session_blocks(plan, SPECS)
    assert found.replacements == ()
    for block in found.blocks:
        spec = SPECS[block.exercise]
        assert refusals(spec, plan.conditions, plan.forbidden_tags, block.support) == ()
        for condition in plan.conditions:
            assert verdict(spec, condition, block.support) != "off"


@each_plan
def test_substitutes_are_gentler_or_equal_and_permitted(name: str) -> None:
    plan = PLANS[name]
    for exercise, other in plan.substitutes.items():
        light = 3.0  # below it every movement is light
        assert SPECS[other].met.value <= max(light, SPECS[exercise].met.value), exercise
        assert refusals(SPECS[other], plan.conditions, plan.forbidden_tags) == ()


@each_plan
def test_dose_is_that_of_the_group(name: str) -> None:
    plan = PLANS[name]
    found = session_blocks(plan, SPECS)
    minutes = found.expected_s / 60.0
    assert plan.session.total_min_max is not None
    assert 20 <= minutes <= plan.session.total_min_max <= 60
    cooling = sum(b.set_s for b in found.blocks if b.part == "cool_down")
    assert cooling >= 300 - 2
    limits = session_limits(plan, SPECS, TODAY, demonstration=True)
    assert limits.heart_rate.hard_cap is not None or plan.medications.beta_blocker != "no"
    if plan.conditions and name != "wheelchair_user":
        assert limits.effort.talk in ("light", "moderate")


def test_wheelchair_plan_is_seated_from_the_first_block_to_the_last() -> None:
    blocks = session_blocks(PLANS["wheelchair_user"], SPECS).blocks
    assert {block.support for block in blocks} == {"seated"}


def test_plan_for_fall_risk_has_support_in_everything_that_stands() -> None:
    for block in session_blocks(PLANS["fall_risk"], SPECS).blocks:
        standing = SPECS[block.exercise].posture == "upright"
        assert not standing or block.support in ("chair", "wall", "rail"), block.exercise


@each_plan
@pytest.mark.parametrize("language", ["zh", "en"])
def test_ready_plan_is_explained_in_plain_words(name: str, language: str) -> None:
    plan = PLANS[name]
    sections = explain(plan, SPECS, language, TODAY)  # type: ignore[arg-type]
    lines = [line for section in sections for line in section.lines]
    assert len(sections) >= 4
    assert not any("{" in line or "None" in line for line in lines)
    for item in plan.items:
        spec_name = getattr(SPECS[item.exercise].names, language)
        assert any(spec_name in line for line in lines), spec_name
    assert lines[0] == load_phrases(language).text("plan.notice.example")  # type: ignore[arg-type]


def test_explanation_names_limits_with_their_authors() -> None:
    sections = explain(PLANS["knee_replacement"], SPECS, "en", TODAY)
    limits = next(s.lines for s in sections if s.title.startswith("The limits"))
    assert "Knee bend never beyond 90° (example-clinician)" in limits
    assert any("by the rules of the programme" in line for line in limits)
    pressure = explain(PLANS["hypertension"], SPECS, "en", TODAY)
    stops = next(s.lines for s in pressure if s.title.startswith("When to stop"))
    assert "The heart rate stays at 147 or above." in stops


@each_plan
def test_a_draft_keeps_the_work_and_forgets_the_person(name: str) -> None:
    draft = draft_of(PLANS[name], "plan-9", "r-9", 1951)
    assert (draft.status, draft.author, draft.signed_at) == ("draft", None, None)
    assert draft.medications.beta_blocker == "unknown"
    assert draft.intensity.heart_rate.rest_bpm is None
    assert draft.items == PLANS[name].items
    assert content_problems(draft, SPECS, TODAY) == ()
    assert find_problems(draft, SPECS, TODAY) != ()
    text = to_toml(draft, guide=True, heading="A draft.", specs=SPECS)
    assert parse_prescription(text, "plan.toml") == draft
    assert parse_prescription(to_json(draft), "plan.json") == draft
    todo = {notice.field for notice in notices(draft, TODAY)}
    assert {"status", "medications.beta_blocker"} <= todo
    assert ("signed_at" in todo) == (draft.kind == "medical")


def test_the_surgeons_number_is_not_carried_into_a_draft() -> None:
    draft = draft_of(PLANS["knee_replacement"], "plan-9")
    assert draft.joint_limits == ()
    assert "joint_limits" in {notice.field for notice in notices(draft, TODAY)}


def test_the_blank_plan_is_sound() -> None:
    plan = read_prescription(blank_plan())
    assert find_problems(plan, SPECS, TODAY, demonstration=True) == ()


def test_published_schema_is_up_to_date() -> None:
    path = ROOT / "prescriptions" / "prescription.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), (
        "generate it anew, see docs/prescription.md"
    )


def test_schema_knows_ranges_descriptions_and_closed_lists() -> None:
    schema = json_schema()
    heart = schema["$defs"]["HeartRateAim"]["properties"]
    rest = json.dumps(heart["rest_bpm"])
    assert '"minimum": 30' in rest
    assert '"maximum": 120' in rest
    assert "five quiet minutes" in heart["rest_bpm"]["description"]
    assert "hypertension" in schema["properties"]["conditions"]["items"]["enum"]
    assert schema["additionalProperties"] is False
    assert "schema" in schema["required"]


def test_texts_of_plans_are_in_both_languages() -> None:
    assert [key for key in untranslated() if key.startswith("plan.")] == []
