"""By what a session is not started: the clinician's own values, and what is measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.catalog import load_catalog
from aicoach.phrases import load_phrases
from aicoach.prescription import Prescription, find_problems
from aicoach.prescription.drafts import draft_of
from aicoach.prescription.explain import explain
from aicoach.prescription.reading import parse_prescription
from aicoach.prescription.start import start_limits
from aicoach.prescription.writing import to_json, to_toml
from aicoach.screening import Outcome, ScreeningContext, evaluate, load_screening, questions_for

SPECS = load_catalog()
TODAY = date(2026, 11, 22)
Plans = Callable[..., Prescription]
SYSTOLIC = "blood_pressure.systolic_block_mmhg"


def value(limit: str = SYSTOLIC, number: float = 150.0, **more: Any) -> dict[str, Any]:
    return {
        "limit": limit, "value": number, "author": "dr-7", "role": "physician",
        "reason": "stroke last spring", "decided_on": date(2026, 10, 1), **more,
    }  # fmt: skip


def context(plan: Prescription) -> ScreeningContext:
    return ScreeningContext(
        plan="in_force", medical=True, measures=frozenset(plan.measures),
        clinician_limits=start_limits(plan.start_limits),
        beta_blocker="no", insulin="no", sulfonylurea_glinide="no",
    )  # fmt: skip


@pytest.mark.parametrize(("systolic", "blocked"), [(149.0, False), (151.0, True)])
def test_a_stricter_value_blocks_from_there_on_and_names_its_author(
    plan: Plans, systolic: float, blocked: bool
) -> None:
    made = plan(start_limits=[value()], measures=["blood_pressure"])
    answers = {"systolic_mmhg": systolic, "diastolic_mmhg": 80.0}
    reasons = evaluate(answers, context(made)).reasons
    high = [one for one in reasons if one.rule == "BP-SYSTOLIC-HIGH"]
    assert bool(high) is blocked
    if blocked:
        assert high[0].outcome is Outcome.BLOCK
        assert high[0].limit is not None
        assert (high[0].limit.value, high[0].limit.author) == (150.0, "dr-7")
        assert "start_limits.1 (physician" in high[0].limit.source


def test_a_looser_value_holds_where_the_rules_allow_one(plan: Plans) -> None:
    made = plan(start_limits=[value("blood_pressure.systolic_limit_mmhg", 170.0)])
    assert find_problems(made, SPECS, TODAY) == ()
    answers = {"systolic_mmhg": 165.0, "diastolic_mmhg": 80.0}
    rules = [one.rule for one in evaluate(answers, context(made)).reasons]
    assert "BP-SYSTOLIC-LIMIT" not in rules


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (
            [value(number=185.0)],
            "start_limits.1.value",
            "at most 180 mmHg, which nobody may loosen",
        ),
        (
            [value("blood_pressure.systolic_limit_mmhg", 181.0)],
            "start_limits.1.value",
            "at most 180 mmHg, which nobody may loosen",
        ),
        ([value("glucose.low_mmol", 3.5)], "start_limits.1.value", "at least 3.9 mmol/L"),
        ([value(number=15.0)], "start_limits.1.value", "measured from 60 to 280"),
        ([value("pain.watch", 2.0)], "start_limits.1.limit", "may not be set; allowed: "),
        ([value("blood.systolic", 2.0)], "start_limits.1.limit", "may not be set; allowed: "),
        ([value(), value()], "start_limits.2.limit", "stands twice"),
    ],
)
def test_what_nobody_may_set_is_refused_with_what_is_allowed(
    plan: Plans, given: list[dict[str, Any]], field: str, says: str
) -> None:
    made = plan(start_limits=given)
    found = [p for p in find_problems(made, SPECS, TODAY) if p.field == field]
    assert found, find_problems(made, SPECS, TODAY)
    assert says in found[0].text
    questions_for(context(made))  # a session that is refused still asks its questions


def test_what_the_plan_wants_measured_is_asked_for(plan: Plans) -> None:
    asked = {one.id for one in questions_for(context(plan(measures=["glucose", "spo2"])))}
    assert {"glucose_mmol", "spo2_pct"} <= asked
    assert not {"glucose_mmol", "spo2_pct"} & {one.id for one in questions_for(context(plan()))}


@pytest.mark.parametrize("number", [-1, 51])
def test_falls_and_the_timed_walk_lie_within_what_a_person_can_have(
    plan: Plans, number: int
) -> None:
    fields = [p.field for p in find_problems(plan(resident__falls_12_months=number), SPECS, TODAY)]
    assert fields == ["resident.falls_12_months"]
    assert find_problems(plan(resident__tug_s=14.5), SPECS, TODAY) == ()


def test_both_are_written_back_as_they_were_read(plan: Plans) -> None:
    made = plan(
        start_limits=[value(), value("glucose.low_mmol", 5.0)], measures=["glucose"],
        resident__falls_12_months=3, resident__tug_s=14.5,
    )  # fmt: skip
    assert parse_prescription(to_toml(made), "plan.toml") == made
    assert parse_prescription(to_json(made), "plan.json") == made


def test_a_draft_for_somebody_else_keeps_what_is_measured_and_not_whose_limits_it_was(
    plan: Plans,
) -> None:
    draft = draft_of(plan(start_limits=[value()], measures=["glucose"]), "new")
    assert (draft.start_limits, draft.measures) == ((), ("glucose",))


def test_the_explanation_says_each_value_with_its_author_and_what_is_measured(
    plan: Plans,
) -> None:
    made = plan(start_limits=[value()], measures=["blood_pressure", "glucose"])
    lines = {
        language: [line for one in explain(made, SPECS, language, TODAY) for line in one.lines]
        for language in ("en", "zh")
    }
    assert "No session with an upper blood pressure above 150 (dr-7)" in lines["en"]
    assert "高压超过 150 当天不练（dr-7）" in lines["zh"]
    assert "Before each session we measure: blood pressure, blood sugar." in lines["en"]
    assert "每次开始前测一测：血压、血糖。" in lines["zh"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_value_that_may_be_set_can_be_said(language: Any) -> None:
    by_key = load_phrases(language).by_key
    for entry in load_screening().tables.settable:
        assert "{value}" in by_key[f"plan.start.{entry.limit}"]
