"""Whose limit holds: the stricter by itself, the looser only with a recorded author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicoach.catalog import load_catalog
from aicoach.errors import PrescriptionError
from aicoach.limits import AppliedLimits, ExerciseLimits, Limit, SessionLimits
from aicoach.prescription import Prescription, find_problems, session_limits

SPECS = load_catalog()
TODAY = date(2026, 11, 22)
Plans = Callable[..., Prescription]
HR = "intensity__heart_rate__"
SQUAT = {"exercise": "half_squat", "type": "strength", "mode": "reps", "reps_min": 8}


def override(limit: str, **more: Any) -> dict[str, Any]:
    return {
        "limit": limit, "author": "dr-9", "role": "physician",
        "reason": "after the exercise test", "decided_on": date(2026, 11, 1), **more,
    }  # fmt: skip


def limits(plan: Prescription, applied: AppliedLimits | None = None) -> SessionLimits:
    return session_limits(plan, SPECS, TODAY, applied)


def of(found: SessionLimits, exercise: str) -> ExerciseLimits:
    return next(each for each in found.exercises if each.exercise == exercise)


def test_window_of_the_table_with_its_author(plan: Plans) -> None:
    heart = limits(plan()).heart_rate
    assert heart.lower is not None
    assert heart.upper is not None
    assert heart.hard_cap is not None
    assert heart.lower.value == pytest.approx(106.6, abs=0.01)
    assert heart.upper.value == pytest.approx(123.985, abs=0.01)
    assert heart.upper.author == "dr-7"
    assert "upper_pct" in heart.upper.source
    assert "207 - 0.7 x 65 years (gellish)" in heart.upper.source
    assert (heart.hard_cap.value, heart.hard_cap.author) == (pytest.approx(145.35), "computed")
    assert (heart.max_bpm, heart.rest_bpm) == (pytest.approx(161.5), 70.0)


@pytest.mark.parametrize(
    ("changes", "cap"),
    [
        ({}, 0.90 * 161.5),
        ({"conditions": ["hypertension"]}, 70 + 0.85 * 91.5),
        ({"conditions": ["hypertension"], HR + "hard_cap_bpm": 130.0}, 130.0),
        ({"conditions": ["dyslipidaemia"], "intensity__heart_rate": {}}, 0.85 * 161.5),
        ({"intensity__heart_rate": {"max_source": "measured", "max_bpm": 150.0}}, 135.0),
        ({HR + "ischaemic_threshold_bpm": 140.0}, 140.0),
    ],
)
def test_cap_is_the_stricter_of_clinician_and_rule(
    plan: Plans, changes: dict[str, Any], cap: float
) -> None:
    found = limits(plan(**changes)).heart_rate.hard_cap
    assert found is not None
    assert found.value == pytest.approx(cap)


def test_window_ends_before_an_ischaemic_threshold(plan: Plans) -> None:
    heart = limits(plan(intensity__heart_rate__ischaemic_threshold_bpm=125.0)).heart_rate
    assert heart.upper is not None
    assert heart.upper.value == 115.0


@pytest.mark.parametrize("taken", ["yes", "unknown"])
def test_no_window_by_formula_on_a_beta_blocker_or_when_nobody_knows(
    plan: Plans, taken: str
) -> None:
    heart = limits(plan(medications__beta_blocker=taken)).heart_rate
    assert (heart.method, heart.lower, heart.upper, heart.hard_cap) == ("none", None, None, None)
    capped = limits(
        plan(medications__beta_blocker=taken, intensity__heart_rate__hard_cap_bpm=105.0)
    ).heart_rate
    assert capped.upper is None
    assert capped.hard_cap is not None
    assert (capped.hard_cap.value, capped.hard_cap.author) == (105.0, "dr-7")


def test_a_measured_maximum_holds_on_a_beta_blocker(plan: Plans) -> None:
    measured = plan(
        medications__beta_blocker="yes",
        intensity__heart_rate__max_source="measured",
        intensity__heart_rate__max_bpm=120.0,
    )
    heart = limits(measured).heart_rate
    assert heart.upper is not None
    assert heart.upper.value == pytest.approx(99.5)


@pytest.mark.parametrize("code", ["arrhythmia", "pacemaker_icd"])
def test_no_window_by_formula_with_an_irregular_or_paced_heart(plan: Plans, code: str) -> None:
    heart = limits(plan(conditions=[code], intensity__heart_rate__hard_cap_bpm=110.0)).heart_rate
    assert (heart.method, heart.upper) == ("none", None)


def test_monitoring_that_has_no_limit_to_watch_is_refused(plan: Plans) -> None:
    blind = plan(medications__beta_blocker="yes", intensity__heart_rate__required=True)
    with pytest.raises(PrescriptionError, match="no limit can be computed"):
        limits(blind)
    seeing = plan(
        medications__beta_blocker="yes",
        intensity__heart_rate__required=True,
        intensity__heart_rate__hard_cap_bpm=105.0,
    )
    assert limits(seeing).heart_rate.required


def test_heart_patient_without_an_exercise_test_stays_near_the_resting_rate(plan: Plans) -> None:
    absolute = {"method": "absolute", "upper_bpm": 110.0, "rest_bpm": 70.0, "hard_cap_bpm": 115.0}
    with pytest.raises(PrescriptionError, match=r"looser than 90 \(rest \+ 20 bpm"):
        limits(plan(conditions=["coronary_disease"], intensity__heart_rate=absolute))
    decided = plan(
        conditions=["coronary_disease"],
        intensity__heart_rate=absolute,
        overrides=[override("heart_rate.upper")],
    )
    upper = limits(decided).heart_rate.upper
    assert upper is not None
    assert (upper.value, upper.author) == (110.0, "dr-9")


LOOSER = [
    ({HR + "hard_cap_bpm": 150.0}, "heart_rate.hard_cap", "intensity.heart_rate.hard_cap_bpm"),
    ({HR + "upper_pct": 70.0, "conditions": ["hypertension"]}, "heart_rate.upper",
     "intensity.heart_rate.upper_pct"),
    ({"intensity__effort": {"upper": 7.0}, "conditions": ["hypertension"]}, "effort.upper",
     "intensity.effort.upper"),
    ({"intensity__effort": {"stop_at": 9.0}, "conditions": ["hypertension"]}, "effort.stop_at",
     "intensity.effort.stop_at"),
    ({"intensity__pain_stop": 7.0}, "pain_stop", "intensity.pain_stop"),
    ({"intensity__talk": "vigorous", "conditions": ["hypertension"]}, "talk", "intensity.talk"),
    ({"items__1__cadence": {"max_per_min": 150.0}}, "cadence", "items.2.cadence.max_per_min"),
    ({"session__total_min_max": 75.0, "conditions": ["hypertension"]}, "total_min_max",
     "session.total_min_max"),
    ({"conditions": ["hypertension"],
      "items__0": {"exercise": "wall_sit", "type": "strength", "mode": "hold", "hold_s": 15.0,
                   "allowance": {"author": "dr-9", "role": "physician",
                                 "reason": "lowers resting pressure"}}},
     "hold_s", "items.1.hold_s"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "limit", "field"), LOOSER)
def test_a_looser_limit_needs_an_author_and_a_reason(
    plan: Plans, changes: dict[str, Any], limit: str, field: str
) -> None:
    said = {p.field: p.text for p in find_problems(plan(**changes), SPECS, TODAY)}
    assert "looser than" in said[field]
    assert f"limit '{limit}'" in said[field]
    other = "talk" if limit != "talk" else "cadence"
    assert find_problems(plan(**changes, overrides=[override(other)]), SPECS, TODAY) != ()
    assert find_problems(plan(**changes, overrides=[override(limit)]), SPECS, TODAY) == ()


def test_an_override_of_one_exercise_is_of_no_other(plan: Plans) -> None:
    fast = {"items__1__cadence": {"max_per_min": 150.0}}
    other = plan(**fast, overrides=[override("cadence", exercise="step_jack")])
    assert find_problems(other, SPECS, TODAY) != ()
    mine = plan(**fast, overrides=[override("cadence", exercise="marching")])
    cadence = of(limits(mine), "marching").cadence_per_min
    assert cadence is not None
    assert (cadence.value, cadence.author) == (150.0, "dr-9")


@pytest.mark.parametrize("role", ["coach", "resident", "friend"])
def test_only_clinicians_may_loosen(plan: Plans, role: str) -> None:
    with pytest.raises(ValueError, match="role"):
        plan(overrides=[override("cadence", role=role)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cap=st.integers(90, 200), stop=st.integers(2, 10), pain=st.integers(0, 10))
def test_without_an_override_no_limit_is_looser_than_the_rule(
    plan: Plans, cap: int, stop: int, pain: int
) -> None:
    changed = plan(
        intensity__heart_rate={"hard_cap_bpm": float(cap)},
        intensity__effort={"stop_at": float(stop)},
        intensity__pain_stop=float(pain),
    )
    try:
        found = limits(changed)
    except PrescriptionError:
        assert cap > 145.35 or stop > 9 or pain > 5
        return
    assert found.heart_rate.hard_cap is not None
    assert found.heart_rate.hard_cap.value == cap <= 145.35
    assert found.effort.rpe_stop.value == stop <= 9
    assert found.effort.pain_stop.value == pain <= 5


@pytest.mark.parametrize(
    ("exercise", "birth_year", "most"),
    [
        ("half_squat", 1990, 15),
        ("step_up", 1990, 30),
        ("marching", 1990, 120),
        ("marching", 1961, 100),
        ("step_jack", 1990, 60),
    ],
)
def test_cadence_caps_are_those_of_the_table(
    plan: Plans, exercise: str, birth_year: int, most: float
) -> None:
    cadence = of(limits(plan(resident__birth_year=birth_year)), exercise).cadence_per_min
    assert cadence is not None
    assert (cadence.value, cadence.author) == (most, "computed")


def test_who_keeps_the_tempo_is_not_too_fast_by_a_cap_of_ours(plan: Plans) -> None:
    for one in limits(plan()).exercises:
        assert one.tempo is not None
        assert one.cadence_per_min is not None
        tempo = one.tempo
        cycle_s = tempo.eccentric_s + tempo.bottom_s + tempo.concentric_s + tempo.top_s
        assert one.cadence_per_min.value >= 1.15 * 60.0 / cycle_s, one.exercise
    asked = plan(items__0__tempo="1-0-1-0", items__0__cadence={"max_per_min": 10.0})
    signed = of(limits(asked), "sit_to_stand").cadence_per_min
    assert signed is not None
    assert signed.value == 10.0  # what a person set stays as it is


def test_static_holds_are_short_with_high_blood_pressure(plan: Plans) -> None:
    usual, pressed = limits(plan()), limits(plan(conditions=["hypertension"]))
    assert of(usual, "wall_sit").longest_hold_s is None
    for exercise in ("wall_sit", "plank", "squat"):
        hold = of(pressed, exercise).longest_hold_s
        assert hold is not None
        assert hold.value == 10.0
    assert of(pressed, "single_leg_stand").longest_hold_s is None, "balance is no strain"


def test_hard_limit_of_a_joint_holds_in_every_exercise(plan: Plans) -> None:
    found = limits(
        plan(
            joint_limits=[{"joint": "knee_flexion", "never_above_deg": 90.0}],
            items__0={**SQUAT, "rom": [{"joint": "knee_flexion", "never_above_deg": 60.0}]},
        )
    )
    squat, half, curl = (of(found, name) for name in ("squat", "half_squat", "bicep_curl"))
    assert half.joint is not None
    assert half.joint.hard_limit is not None
    assert (half.joint.feature, half.joint.hard_limit.value) == ("knee_flexion_world_deg", 60.0)
    assert half.joint.target_deg == 50.0
    assert squat.joint is not None
    assert squat.joint.hard_limit is not None
    assert squat.joint.hard_limit.value == 90.0
    assert squat.joint.target_deg == 80.0, "the default target keeps its distance"
    assert [joint.feature for joint in curl.more_joints or (curl.joint,)] != []
    knees = [j for j in (curl.joint, *curl.more_joints) if j and j.feature == "knee_flexion_deg"]
    assert [j.hard_limit.value for j in knees if j.hard_limit] == [90.0]


def test_default_target_is_drawn_back_before_a_hard_limit(plan: Plans) -> None:
    bound = [{"joint": "knee_flexion", "never_above_deg": 80.0}]
    squat = {**SQUAT, "exercise": "squat"}
    joint = of(limits(plan(joint_limits=bound, items__0=squat)), "squat").joint
    assert joint is not None
    assert joint.target_deg == 70.0


def test_a_slow_tempo_is_known_to_be_on_purpose(plan: Plans) -> None:
    slow = of(limits(plan(items__0__tempo="4-1-4-1")), "sit_to_stand")
    quick = of(limits(plan(items__0__tempo="1-0-1-0")), "sit_to_stand")
    none = of(limits(plan()), "sit_to_stand")
    assert (slow.slow_on_purpose, quick.slow_on_purpose, none.slow_on_purpose) == (
        True, False, False,
    )  # fmt: skip
    assert none.tempo is not None


def test_effort_of_another_scale_is_told_on_ours(plan: Plans) -> None:
    found = limits(
        plan(intensity__effort={"scale": "borg6_20", "lower": 11.0, "upper": 13.0, "stop_at": 17.0})
    ).effort
    assert found.rpe_lower is not None
    assert found.rpe_upper is not None
    assert (found.rpe_lower.value, found.rpe_upper.value, found.rpe_stop.value) == (4, 6, 8)
    assert "13 on borg6_20" in found.rpe_upper.source


def test_items_may_be_stricter_than_the_plan_and_the_strictest_counts(plan: Plans) -> None:
    march = {"exercise": "marching", "type": "aerobic", "mode": "duration", "duration_s": 60.0}
    found = limits(
        plan(
            items__1={**march, "cadence": {"max_per_min": 80.0}, "pain_max": 3.0},
            warm_up=[{**march, "cadence": {"max_per_min": 60.0}, "effort_upper": 3.0}],
        )
    )
    marching = of(found, "marching")
    assert marching.cadence_per_min is not None
    assert marching.rpe_upper is not None
    assert (marching.cadence_per_min.value, marching.pain_stop.value) == (60.0, 3.0)
    assert marching.rpe_upper.value == 3.0
    assert of(found, "squat").pain_stop.value == 5.0


def test_todays_screening_only_ever_tightens(plan: Plans) -> None:
    def of_today(value: float) -> Limit:
        return Limit(value=value, unit="", author="screening", source="today")

    base = limits(plan())
    strict = AppliedLimits(
        ceiling="light",
        rpe_upper=of_today(3),
        pain_stop=of_today(2),
        hr_reserve_upper_pct=of_today(39),
        longest_hold_s=of_today(5),
    )
    loose = AppliedLimits(
        rpe_upper=of_today(10), pain_stop=of_today(10), hr_reserve_upper_pct=of_today(95)
    )
    found, same = limits(plan(), strict), limits(plan(), loose)
    assert found.effort.rpe_upper is not None
    assert found.heart_rate.upper is not None
    assert (found.effort.rpe_upper.value, found.effort.pain_stop.value) == (3, 2)
    assert found.effort.talk == "light"
    assert found.heart_rate.upper.value == pytest.approx(70 + 0.39 * 91.5)
    assert found.heart_rate.upper.author == "screening"
    hold = of(found, "wall_sit").longest_hold_s
    assert hold is not None
    assert hold.value == 5
    assert (same.effort, same.heart_rate) == (base.effort, base.heart_rate)
    by_effort = limits(plan(), AppliedLimits(effort_guided=True)).heart_rate
    assert by_effort.upper is None


@pytest.mark.parametrize(
    ("codes", "medication", "needed"),
    [
        (["type_1_diabetes"], {"insulin": "no", "sulfonylurea_glinide": "no"}, True),
        (["type_2_diabetes"], {"insulin": "no", "sulfonylurea_glinide": "no"}, False),
        (["type_2_diabetes"], {"insulin": "no", "sulfonylurea_glinide": "unknown"}, True),
        (["type_2_diabetes"], {"insulin": "yes", "sulfonylurea_glinide": "no"}, True),
        ([], {"insulin": "yes"}, False),
    ],
)
def test_blood_sugar_is_asked_for_where_it_can_fall(
    plan: Plans, codes: list[str], medication: dict[str, str], needed: bool
) -> None:
    found = limits(plan(conditions=codes, medications={"beta_blocker": "no", **medication}))
    assert found.glucose_required is needed


def test_every_exercise_of_the_catalogue_has_its_limits(plan: Plans) -> None:
    found = limits(plan(resident__mass_kg=61.0))
    assert {each.exercise for each in found.exercises} == set(SPECS)
    assert (found.body_mass_kg, found.birth_year, found.medical) == (61.0, 1961, True)
    assert found.longest_s is not None
    assert found.longest_s.value == 5400.0


def test_wider_fatigue_bounds_are_for_trained_healthy_adults(plan: Plans) -> None:
    def trained(**changes: Any) -> bool:
        return of(limits(plan(**changes)), "squat").trained

    young = {"resident__trained": True, "resident__birth_year": 1990}
    assert trained(**young)
    assert not trained(resident__trained=True)
    assert not trained(resident__birth_year=1990)
    assert not trained(**young, conditions=["hypertension"])


def test_there_are_no_limits_for_a_plan_that_must_not_be_carried_out(plan: Plans) -> None:
    for changes in ({"status": "draft"}, {"valid_until": date(2026, 11, 2)}, {"signed_at": ...}):
        with pytest.raises(PrescriptionError):
            limits(plan(**changes))
