"""Whatever a plan says: it is refused in words, or its limits hold together."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from aicoach.catalog import load_catalog
from aicoach.catalog.loader import as_tuples
from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.errors import PrescriptionError
from aicoach.limits import AppliedLimits, Limit
from aicoach.prescription import (
    Prescription,
    find_problems,
    parse_prescription,
    session_blocks,
    session_limits,
)
from aicoach.prescription.explain import explain
from aicoach.prescription.heart_rate_limits import heart_rate_findings
from aicoach.prescription.writing import to_json, to_toml

SPECS = load_catalog()
TODAY = date(2026, 11, 22)
IDS = sorted(SPECS)
BPM = st.none() | st.integers(20, 240).map(float)
PERCENT = st.none() | st.integers(0, 110).map(float)
SMALL = st.none() | st.integers(0, 12).map(float)
KNOWN = st.sampled_from(["yes", "no", "unknown"])


def given_only(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table of a plan, without what is None."""
    return st.fixed_dictionaries(fields).map(
        lambda table: {key: value for key, value in table.items() if value is not None}
    )


HEART = given_only(
    method=st.sampled_from(["hrr", "pct_hrmax", "absolute", "none"]),
    lower_pct=PERCENT, upper_pct=PERCENT, lower_bpm=BPM, upper_bpm=BPM, rest_bpm=BPM,
    max_source=st.sampled_from(["measured", "clinician", "formula:gellish", "formula:brawner"]),
    max_bpm=BPM, hard_cap_bpm=BPM, ischaemic_threshold_bpm=BPM, required=st.booleans(),
)  # fmt: skip
JOINT = st.sampled_from(["knee_flexion", "hip_flexion", "elbow_flexion", "shoulder_elevation"])
ANGLE = st.none() | st.integers(-20, 180).map(float)
ITEM = given_only(
    exercise=st.sampled_from(IDS),
    type=st.sampled_from(["aerobic", "strength", "balance"]),
    mode=st.sampled_from(["reps", "hold", "duration"]),
    reps_min=st.none() | st.integers(1, 20),
    hold_s=st.none() | st.just(10.0),
    duration_s=st.none() | st.just(60.0),
    support=st.sampled_from(["none", "chair", "seated"]),
    tempo=st.none() | st.sampled_from(["2-0-2-0", "0-0-0-0", "3-1-3-1"]),
    pain_max=SMALL,
    effort_upper=SMALL,
    rom=st.none()
    | st.lists(
        given_only(joint=JOINT, target_deg=ANGLE, never_above_deg=ANGLE, never_below_deg=ANGLE),
        max_size=2,
    ),
)
SOUND_HEART = st.builds(
    lambda lower, span, rest, cap: {
        "method": "hrr", "lower_pct": lower, "upper_pct": lower + span, "rest_bpm": rest,
        **({} if cap is None else {"hard_cap_bpm": cap}),
    },
    st.integers(20, 45).map(float), st.integers(1, 30).map(float),
    st.integers(45, 95).map(float), st.none() | st.integers(120, 150).map(float),
)  # fmt: skip


def sound_item(exercise: str, dose: int, tempo: str | None) -> dict[str, Any]:
    """An item in a mode that fits the exercise."""
    item = {"exercise": exercise, "type": "balance", "sets": 2}
    if SPECS[exercise].kind == "hold":
        return {**item, "mode": "hold", "hold_s": 5.0, "support": "chair"}
    return {**item, "mode": "reps", "reps_min": dose, **({"tempo": tempo} if tempo else {})}


SOUND_ITEM = st.builds(
    sound_item, st.sampled_from(IDS), st.integers(1, 20), st.sampled_from([None, "3-1-3-1"])
)
SOUND = given_only(
    schema=st.just(1),
    id=st.just("p"),
    status=st.just("active"),
    kind=st.just("fitness"),
    title=st.just({"zh": "计划", "en": "Plan"}),
    conditions=st.lists(
        st.sampled_from(["hypertension", "type_2_diabetes", "overweight", "low_back_pain"]),
        max_size=2,
    ),
    resident=st.integers(1935, 2005).map(lambda year: {"id": "r", "birth_year": year}),
    medications=given_only(beta_blocker=KNOWN, insulin=KNOWN),
    intensity=given_only(
        talk=st.none() | st.sampled_from(["light", "moderate"]),
        pain_stop=st.none() | st.integers(0, 5).map(float),
        heart_rate=SOUND_HEART | st.just({}),
        effort=given_only(upper=st.none() | st.integers(2, 6).map(float)),
    ),
    session=st.just({"frequency_per_week": 2}),
    joint_limits=st.none() | st.just([{"joint": "knee_flexion", "never_above_deg": 100.0}]),
    items=st.lists(SOUND_ITEM, min_size=1, max_size=3),
)
WILD = given_only(
    schema=st.just(1),
    id=st.just("p"),
    status=st.just("active"),
    kind=st.just("fitness"),
    title=st.just({"zh": "计划", "en": "Plan"}),
    conditions=st.lists(st.sampled_from(sorted(conditions())), max_size=3),
    forbidden_tags=st.lists(st.sampled_from(sorted(movement_tags())), max_size=2),
    resident=st.integers(1925, 2005).map(lambda year: {"id": "r", "birth_year": year}),
    medications=given_only(beta_blocker=KNOWN, insulin=KNOWN),
    intensity=given_only(
        talk=st.none() | st.sampled_from(["light", "moderate", "vigorous"]),
        pain_stop=SMALL,
        heart_rate=HEART,
        effort=given_only(upper=SMALL, stop_at=SMALL),
    ),
    session=st.just({"frequency_per_week": 2}),
    joint_limits=st.lists(given_only(joint=JOINT, never_above_deg=ANGLE), max_size=1),
    items=st.lists(ITEM, min_size=1, max_size=3),
)

DOCUMENT = SOUND | WILD


def made(document: dict[str, Any]) -> Prescription:
    return Prescription.model_validate(as_tuples(copy.deepcopy(document)))


@settings(max_examples=150, deadline=None)
@given(DOCUMENT)
def test_any_plan_is_refused_in_words_or_its_limits_hold_together(
    document: dict[str, Any],
) -> None:
    plan = made(document)
    problems = find_problems(plan, SPECS, TODAY)
    assert all(problem.field and problem.text for problem in problems)
    try:
        limits = session_limits(plan, SPECS, TODAY)
    except PrescriptionError as refused:
        assert problems
        assert "\n" not in str(refused)  # noqa: PT017 - both ways are looked at
        return
    assert not problems
    heart, effort = limits.heart_rate, limits.effort
    for low, high in ((heart.lower, heart.upper), (heart.upper, heart.hard_cap)):
        assert low is None or high is None or low.value < high.value
    assert effort.rpe_upper is None or effort.rpe_upper.value <= effort.rpe_stop.value
    assert effort.pain_stop.value <= 5
    assert not heart.required or heart.upper is not None or heart.hard_cap is not None
    for exercise in limits.exercises:
        assert exercise.pain_stop.value <= effort.pain_stop.value
    event("carried out")
    assert explain(plan, SPECS, "zh", TODAY)
    assert explain(plan, SPECS, "en", TODAY)
    for block in session_blocks(plan, SPECS).blocks:
        assert block.set_s > 0
        assert block.expected_s >= block.sets * block.set_s


def test_plans_that_are_carried_out_are_among_those_that_are_made() -> None:
    sound = 0

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(SOUND)
    def count(document: dict[str, Any]) -> None:
        nonlocal sound
        sound += not find_problems(made(document), SPECS, TODAY)

    count()
    assert sound >= 25, "the properties above would say little"


@settings(max_examples=100, deadline=None)
@given(DOCUMENT)
def test_any_plan_survives_being_written_and_read(document: dict[str, Any]) -> None:
    plan = made(document)
    assert parse_prescription(to_toml(plan), "p.toml") == plan
    assert parse_prescription(to_toml(plan, guide=True, specs=SPECS), "p.toml") == plan
    assert parse_prescription(to_json(plan), "p.json") == plan


@settings(max_examples=100, deadline=None)
@given(DOCUMENT, st.integers(20, 95))
def test_screening_never_loosens_the_heart_rate(document: dict[str, Any], percent: int) -> None:
    plan = made(document)
    today = AppliedLimits(
        hr_reserve_upper_pct=Limit(value=percent, unit="%", author="screening", source="today")
    )
    usual, tight = (
        heart_rate_findings(plan, TODAY, applied).limits for applied in (AppliedLimits(), today)
    )
    for before, after in ((usual.upper, tight.upper), (usual.hard_cap, tight.hard_cap)):
        assert before is None or (after is not None and after.value <= before.value)


@settings(max_examples=100, deadline=None)
@given(DOCUMENT, st.sampled_from(sorted(conditions())))
def test_one_more_condition_never_permits_another_exercise(
    document: dict[str, Any], code: str
) -> None:
    plan = made(document)
    more = plan.model_copy(update={"conditions": (*plan.conditions, code)})

    def asked_and_done(plan: Prescription) -> set[str]:
        return {
            block.exercise
            for block in session_blocks(plan, SPECS).blocks
            if block.part == "main" and block.replaces is None
        }

    assert asked_and_done(more) <= asked_and_done(plan)
