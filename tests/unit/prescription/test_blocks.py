"""A plan as a walk: warm-up, main part, cool-down, and what is done instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from aicoach.catalog import Catalog, load_catalog
from aicoach.catalog.permission import refusals
from aicoach.catalog.vocabulary import conditions
from aicoach.errors import PrescriptionError
from aicoach.limits import AppliedLimits, Limit
from aicoach.prescription import Prescription, session_blocks, session_limits
from aicoach.prescription.session_blocks import is_due
from aicoach.prescription.session_parts import session_parts
from aicoach.prescription.substitutes import chain_of, circle_of
from aicoach.session_records import planned_session

SPECS = load_catalog()
Plans = Callable[..., Prescription]
ITEM = {"type": "strength", "mode": "reps", "sets": 2, "reps_min": 8, "reps_max": 10}


def names(
    plan: Prescription, applied: AppliedLimits | None = None, part: str = "main"
) -> list[str]:
    found = session_blocks(plan, SPECS, applied or AppliedLimits())
    return [block.exercise for block in found.blocks if block.part == part]


def test_parts_come_in_order_with_their_doses(plan: Plans) -> None:
    found = session_blocks(plan(items__0__tempo="3-1-3-1"), SPECS)
    order = [block.part for block in found.blocks]
    assert order == sorted(order, key=["warm_up", "main", "cool_down"].index)
    stand, march = (block for block in found.blocks if block.part == "main")
    assert (stand.exercise, stand.mode, stand.sets, stand.reps_min, stand.reps_max) == (
        "sit_to_stand", "reps", 2, 8, 12,
    )  # fmt: skip
    assert stand.tempo is not None
    assert (stand.cycle_s, stand.set_s) == (8.0, 12 * 8.5)
    assert stand.expected_s == 2 * stand.set_s + stand.rest_between_sets_s + stand.rest_after_s
    assert (march.mode, march.duration_s, march.aerobic, march.field) == (
        "duration", 240.0, True, "items.2",
    )  # fmt: skip
    assert stand.target_deg == 20.0


def test_default_parts_last_as_long_as_the_plan_says(plan: Plans) -> None:
    found = session_blocks(plan(session__warm_up_min=7.0, session__cool_down_min=6.0), SPECS)
    for part, minutes in (("warm_up", 7.0), ("cool_down", 6.0)):
        lasts = sum(block.set_s for block in found.blocks if block.part == part)
        assert lasts == pytest.approx(60.0 * minutes, abs=2.0)


def test_the_plans_own_warm_up_takes_the_place_of_the_default(plan: Plans) -> None:
    own = {**ITEM, "exercise": "arm_circle", "type": "mobility"}
    assert names(plan(warm_up=[own]), part="warm_up") == ["arm_circle"]


@pytest.mark.parametrize("code", sorted(conditions()))
def test_every_condition_has_a_warm_up_and_a_cool_down_that_it_allows(
    plan: Plans, code: str
) -> None:
    found = session_blocks(plan(conditions=[code]), SPECS)
    for part in ("warm_up", "cool_down"):
        blocks = [block for block in found.blocks if block.part == part]
        assert blocks, part
        for block in blocks:
            spec = SPECS[block.exercise]
            assert refusals(spec, [code], support=block.support) == ()
            assert spec.kind != "hold"


def test_default_parts_name_exercises_of_the_catalogue() -> None:
    parts = session_parts()
    for step in (*parts.warm_up, *parts.cool_down):
        for choice in step.choices:
            spec = SPECS[choice.exercise]
            assert choice.support != "seated" or spec.posture in ("seated", "any")
    for steps in (parts.warm_up, parts.cool_down):
        assert sum(step.share for step in steps) == pytest.approx(1.0)


def test_after_aerobic_work_one_cools_down_for_five_minutes_or_longer(plan: Plans) -> None:
    longer = AppliedLimits(
        cool_down_min=Limit(value=8, unit="min", author="screening", source="today")
    )
    for applied, minutes in ((AppliedLimits(), 5.0), (longer, 8.0)):
        found = session_blocks(plan(session__cool_down_min=0.0), SPECS, applied)
        cooling = [block for block in found.blocks if block.part == "cool_down"]
        assert sum(b.set_s for b in cooling) == pytest.approx(60 * minutes, abs=2)
    heart = session_blocks(plan(conditions=["heart_failure"]), SPECS)
    cooling = [block for block in heart.blocks if block.part == "cool_down"]
    assert sum(b.set_s for b in cooling) == pytest.approx(600, abs=2)


def test_a_forbidden_jumping_jack_becomes_what_the_plan_names(plan: Plans) -> None:
    jack = {**ITEM, "exercise": "jumping_jack", "tempo": "1-0-1-0"}
    changes: dict[str, Any] = {"items__1": jack, "substitutes": {"jumping_jack": "overhead_clap"}}
    today = AppliedLimits(forbidden_tags=frozenset({"high_impact"}))
    assert names(plan(**changes)) == ["sit_to_stand", "jumping_jack"]
    found = session_blocks(plan(**changes), SPECS, today)
    block = [block for block in found.blocks if block.part == "main"][1]
    assert (block.exercise, block.replaces) == ("overhead_clap", "jumping_jack")
    assert (block.sets, block.reps_max) == (2, 10)
    assert block.cycle_s == 2.0, "the tempo is that of the exercise that is done"
    (replacement,) = found.replacements
    assert (replacement.exercise, replacement.by, replacement.field) == (
        "jumping_jack", "overhead_clap", "items.2",
    )  # fmt: skip
    assert [reason.name for reason in replacement.planned.why] == ["high_impact"]


def test_without_a_named_substitute_the_catalogues_safe_one_is_taken(plan: Plans) -> None:
    today = AppliedLimits(forbidden_tags=frozenset({"high_impact"}))
    assert names(plan(items__1={**ITEM, "exercise": "jumping_jack"}), today) == [
        "sit_to_stand", "step_jack",
    ]  # fmt: skip


def test_what_nothing_safe_can_replace_is_left_out_and_said(plan: Plans) -> None:
    nothing = AppliedLimits(
        met_below=Limit(value=1.1, unit="MET", author="screening", source="today")
    )
    found = session_blocks(plan(), SPECS, nothing)
    assert found.blocks == ()
    assert [(r.exercise, r.by) for r in found.replacements] == [
        ("sit_to_stand", None), ("marching", None),
    ]  # fmt: skip


def test_an_allowance_lifts_the_conditions_but_not_what_screening_adds(plan: Plans) -> None:
    squat = {
        **ITEM, "exercise": "squat",
        "allowance": {"author": "dr-7", "role": "physician", "reason": "strong and watched"},
    }  # fmt: skip
    allowed = plan(conditions=["knee_osteoarthritis"], items__0=squat)
    assert names(allowed)[0] == "squat"
    today = AppliedLimits(forbidden_tags=frozenset({"deep_knee_flexion"}))
    assert names(allowed, today)[0] == "half_squat"


def test_a_hold_and_repetitions_are_translated_into_each_other(plan: Plans) -> None:
    plank = {"exercise": "plank", "type": "strength", "mode": "hold", "hold_s": 30.0}
    today = AppliedLimits(conditions=frozenset({"hypertension"}))
    found = session_blocks(plan(items__0=plank), SPECS, today)
    block = next(block for block in found.blocks if block.replaces == "plank")
    assert (block.mode, block.duration_s, block.hold_s) == ("duration", 30.0, None)
    lunge = {**ITEM, "exercise": "reverse_lunge", "support": "chair"}
    changed = plan(items__0=lunge, substitutes={"reverse_lunge": "single_leg_stand"})
    steady = AppliedLimits(conditions=frozenset({"fall_risk"}))
    found = session_blocks(changed, SPECS, steady)
    block = next(block for block in found.blocks if block.replaces == "reverse_lunge")
    assert (block.exercise, block.mode, block.hold_s, block.reps_max) == (
        "single_leg_stand", "hold", 10.0, None,
    )  # fmt: skip


def test_who_may_only_sit_sits(plan: Plans) -> None:
    curl = {**ITEM, "exercise": "bicep_curl"}
    seated = AppliedLimits(postures=frozenset({"seated"}))
    for made, applied in (
        (plan(items=[curl], conditions=["wheelchair_user"]), AppliedLimits()),
        (plan(items=[curl]), seated),
    ):
        found = session_blocks(made, SPECS, applied)
        assert {block.support for block in found.blocks} == {"seated"}
        assert {SPECS[b.exercise].posture for b in found.blocks} <= {"seated", "any"}


@pytest.mark.parametrize(("per_week", "frequency"), [(1, 5), (2, 5), (3, 5), (5, 5), (2, 3)])
def test_items_of_some_days_come_as_often_as_they_should(
    plan: Plans, per_week: int, frequency: int
) -> None:
    item = plan(items__0__per_week=per_week).items[0]
    days = [k for k in range(1, frequency + 1) if is_due(item, frequency, k)]
    assert len(days) == per_week
    assert is_due(item, frequency, None)
    if per_week * 2 <= frequency + 1:
        assert all(b - a >= 2 for a, b in pairwise(days)), "not on two in a row"


def test_session_of_the_week_leaves_out_what_is_not_due(plan: Plans) -> None:
    some = plan(session__frequency_per_week=4, items__0__per_week=2)
    seen = [
        "sit_to_stand"
        in [b.exercise for b in session_blocks(some, SPECS, session_of_week=k).blocks]
        for k in (1, 2, 3, 4)
    ]
    assert sum(seen) == 2


def test_targets_stay_before_hard_limits_in_every_part(plan: Plans) -> None:
    bound = plan(joint_limits=[{"joint": "knee_flexion", "never_above_deg": 88.0}])
    knee = next(
        b for b in session_blocks(bound, SPECS).blocks if b.exercise == "standing_knee_flexion"
    )
    assert knee.target_deg == 78.0


def test_chains_end_and_circles_are_seen() -> None:
    chain = {"a": "b", "b": "c"}
    assert chain_of("a", chain) == ("b", "c")
    assert circle_of("a", chain) == ()
    assert circle_of("a", {**chain, "c": "a"}) == ("a", "b", "c", "a")
    assert circle_of("x", {"x": "a", "a": "b", "b": "a"}) == (), "the circle is not x's"


def test_an_exercise_that_left_the_catalogue_is_still_what_was_asked_for(plan: Plans) -> None:
    left = Catalog({name: spec for name, spec in SPECS.items() if name != "sit_to_stand"})
    assert left.get("sit_to_stand") is None
    before, after = (session_blocks(plan(), specs).blocks for specs in (SPECS, left))
    asked = [(b.exercise, b.mode, b.sets, b.reps_min) for b in before if b.part == "main"]
    assert [(b.exercise, b.mode, b.sets, b.reps_min) for b in after if b.part == "main"] == asked
    planned = planned_session(plan(), left)
    (stand,) = (one for one in planned.exercises if one.exercise == "sit_to_stand")
    assert (stand.met, stand.rest_deg) == (None, None)


def test_no_session_runs_with_an_exercise_that_left_the_catalogue(plan: Plans) -> None:
    left = Catalog({name: spec for name, spec in SPECS.items() if name != "sit_to_stand"})
    with pytest.raises(PrescriptionError, match="sit_to_stand"):
        session_limits(plan(), left, date(2026, 11, 20))
