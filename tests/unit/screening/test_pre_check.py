"""The pre-check of a day: boundary values, conditions, medicines, plans, limits applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.limits import Limit
from aicoach.observations import AnswerValue
from aicoach.phrases import load_phrases
from aicoach.screening import (
    EnrolmentAnswers,
    Outcome,
    ScreeningContext,
    ScreeningInputError,
    ScreeningResult,
    StartLimit,
    clearance,
    evaluate,
    questions_for,
    standing_limits,
)

P, L, R, B = Outcome.PROCEED, Outcome.LIMITED, Outcome.REFER, Outcome.BLOCK
Context = Callable[..., ScreeningContext]
Well = Callable[..., dict[str, AnswerValue]]
T2 = {"conditions": frozenset({"type_2_diabetes"})}
T1 = {"conditions": frozenset({"type_1_diabetes"}), "insulin": "yes"}
HTN = {"conditions": frozenset({"hypertension"})}


def rules(result: ScreeningResult) -> list[str]:
    return [reason.rule for reason in result.reasons]


def test_well_resident_proceeds_without_a_reason_or_a_limit(context: Context, well: Well) -> None:
    result = evaluate(well(context()), context())
    assert (result.outcome, result.reasons, result.unanswered) == (P, (), ())
    assert result.limits.ceiling is None
    assert not result.forbidden_tags
    assert not result.notify_staff


BOUNDARIES = [
    # who, answers, outcome, the row that decides
    (HTN, {"systolic_mmhg": 159}, P, None),
    (HTN, {"systolic_mmhg": 160}, L, "BP-SYSTOLIC-LIMIT"),
    (HTN, {"systolic_mmhg": 180}, L, "BP-SYSTOLIC-LIMIT"),
    (HTN, {"systolic_mmhg": 180.5}, B, "BP-SYSTOLIC-HIGH"),
    (HTN, {"diastolic_mmhg": 99}, P, None),
    (HTN, {"diastolic_mmhg": 100}, L, "BP-DIASTOLIC-LIMIT"),
    (HTN, {"diastolic_mmhg": 110}, L, "BP-DIASTOLIC-LIMIT"),
    (HTN, {"diastolic_mmhg": 111}, B, "BP-DIASTOLIC-HIGH"),
    (HTN, {"systolic_mmhg": 90, "diastolic_mmhg": 60}, P, None),
    (HTN, {"systolic_mmhg": 89, "diastolic_mmhg": 60}, R, "BP-SYSTOLIC-LOW"),
    ({}, {"pain": 2}, P, None),
    ({}, {"pain": 3, "pain_place": "other"}, L, "DAY-PAIN-WATCH"),
    ({}, {"pain": 5, "pain_place": "other"}, L, "DAY-PAIN-WATCH"),
    ({}, {"pain": 6, "pain_place": "other"}, B, "DAY-PAIN"),
    ({}, {"pain": 3, "pain_place": "chest"}, B, "DAY-PAIN-CHEST"),
    ({}, {"pain": None}, B, "DAY-PAIN-CHEST"),  # as grave as what it hides
    ({}, {"medicine_change": None}, R, "DAY-MEDICINE-SUGAR"),
    ({}, {"temperature_c": 37.4}, P, None),
    ({}, {"temperature_c": 37.5}, B, "DAY-FEVER"),
    ({}, {"resting_hr_bpm": 100}, P, None),
    ({}, {"resting_hr_bpm": 101}, L, "HR-REST-FLAG"),
    ({}, {"resting_hr_bpm": 120}, L, "HR-REST-FLAG"),
    ({}, {"resting_hr_bpm": 121}, B, "HR-REST-HIGH"),
    ({}, {"resting_hr_bpm": 40}, P, None),
    ({}, {"resting_hr_bpm": 39}, R, "HR-REST-LOW"),
    ({}, {"spo2_pct": 88}, P, None),
    ({}, {"spo2_pct": 87.9}, B, "SPO2-LOW"),
    (T2, {"glucose_mmol": 3.8}, B, "GLUCOSE-LOW"),
    (T2, {"glucose_mmol": 3.9}, R, "GLUCOSE-T2-LOW"),
    (T2, {"glucose_mmol": 4.9}, R, "GLUCOSE-T2-LOW"),
    (T2, {"glucose_mmol": 5.0}, P, None),
    (T2, {"glucose_mmol": 13.9}, P, None),
    (T2, {"glucose_mmol": 14.0, "ketones": False}, R, "GLUCOSE-T2-HIGH"),
    (T2, {"glucose_mmol": 14.0, "ketones": True}, B, "GLUCOSE-KETONES"),
    (T2, {"glucose_mmol": 16.7, "ketones": False}, R, "GLUCOSE-T2-HIGH"),
    (T2, {"glucose_mmol": 16.8, "ketones": False}, B, "GLUCOSE-HIGH"),
    (T2 | {"insulin": "yes"}, {"glucose_mmol": 5.5}, B, "GLUCOSE-MEDICATED-LOW"),
    (T2 | {"insulin": "yes"}, {"glucose_mmol": 5.6}, P, None),
    (T2 | {"sulfonylurea_glinide": "yes"}, {"glucose_mmol": 5.5}, B, "GLUCOSE-MEDICATED-LOW"),
    (T2 | {"insulin": "unknown"}, {"glucose_mmol": 5.5}, B, "GLUCOSE-MEDICATED-LOW"),
    (T1, {"glucose_mmol": 5.5}, B, "GLUCOSE-MEDICATED-LOW"),
    (T1 | {"insulin": "no"}, {"glucose_mmol": 5.5}, B, "GLUCOSE-MEDICATED-LOW"),
    (T1, {"glucose_mmol": 6.9}, R, "GLUCOSE-T1-LOW"),
    (T1, {"glucose_mmol": 7.0}, P, None),
    (T1, {"glucose_mmol": 10.0}, P, None),
    (T1, {"glucose_mmol": 10.1}, R, "GLUCOSE-T1-HIGH"),
    ({"conditions": frozenset({"heart_failure"})}, {"weight_gain_kg": 2}, R, "HF-WEIGHT"),
    ({"conditions": frozenset({"heart_failure"})}, {"weight_gain_kg": 1.9}, P, None),
    ({"falls_12_months": 1}, {}, P, None),
    ({"falls_12_months": 2, "staff_present": True}, {}, L, "FALLS-SEVERAL"),
    ({"falls_12_months": 2}, {}, R, "STAFF-NEEDED"),
    ({"falls_12_months": 3}, {"falls_12_months": 0}, R, "STAFF-NEEDED"),
    ({"falls_12_months": 0}, {"falls_12_months": None}, R, "STAFF-NEEDED"),
    ({"tug_s": 11.9}, {}, P, None),
    ({"tug_s": 12.0, "staff_present": True}, {}, L, "FALLS-TUG"),
]


@pytest.mark.parametrize(("who", "answers", "outcome", "rule"), BOUNDARIES)
def test_boundary_values(
    context: Context,
    well: Well,
    who: dict[str, Any],
    answers: dict[str, AnswerValue],
    outcome: Outcome,
    rule: str | None,
) -> None:
    resident = context(**who)
    result = evaluate(well(resident, **answers), resident)
    assert result.outcome == outcome
    assert (rules(result)[:1] or [None])[0] == rule


SYMPTOMS = [
    ("unwell", {}, B),
    ("chest_breath", {}, B),
    ("dizzy_weak", {}, B),
    ("meal_alcohol", {}, B),
    ("low_sugar_24h", {"type_2_diabetes"}, B),
    ("foot_wound", {"neuropathy"}, R),
    ("eye_bleed", {"retinopathy"}, B),
    ("joint_hot", {"knee_osteoarthritis"}, R),
    ("calf_swollen", {"knee_replacement"}, B),
    ("wound_trouble", {"knee_replacement"}, R),
    ("sudden_back_pain", {"osteoporosis"}, R),
    ("dark_urine", {"dyslipidaemia"}, R),
    ("fallen", {"fall_risk"}, R),
]


@pytest.mark.parametrize(("question", "conditions", "outcome"), SYMPTOMS)
@pytest.mark.parametrize("answer", [True, None], ids=["yes", "unknown"])
def test_do_not_start_items_hold_for_yes_and_for_dont_know(
    context: Context,
    well: Well,
    question: str,
    conditions: set[str],
    outcome: Outcome,
    answer: bool | None,
) -> None:
    resident = context(conditions=frozenset(conditions))
    assert question in {q.id for q in questions_for(resident)}
    result = evaluate(well(resident, **{question: answer}), resident)
    assert result.outcome == outcome
    assert (question in result.unanswered) == (answer is None)
    told = result.reasons[0].phrase
    assert told.startswith("screening.unknown." if answer is None else "screening.reason.")


def test_missing_answer_is_told_once_and_not_for_its_follow_ups(
    context: Context, well: Well
) -> None:
    told = [r.phrase for r in evaluate(well(context(), pain=None), context()).reasons]
    assert told == ["screening.unknown.pain"]


def test_what_is_not_answered_at_all_counts_as_unknown(context: Context, well: Well) -> None:
    answers = well(context(**HTN))
    del answers["systolic_mmhg"]
    result = evaluate(answers, context(**HTN))
    assert (result.outcome, result.unanswered) == (B, ("systolic_mmhg",))
    assert result.reasons[0].lift == "never"  # it takes a measurement, not a signature
    assert evaluate({}, context()).outcome == B


@pytest.mark.parametrize(
    ("conditions", "asked"),
    [
        ({"hypertension"}, {"systolic_mmhg", "diastolic_mmhg"}),
        ({"hypertension_uncontrolled"}, {"systolic_mmhg", "diastolic_mmhg"}),  # implied
        ({"stroke"}, {"systolic_mmhg", "diastolic_mmhg", "fallen"}),
        ({"type_1_diabetes"}, {"glucose_mmol", "low_sugar_24h"}),
        ({"copd"}, {"spo2_pct"}),
        (
            {"heart_failure"},
            {"weight_gain_kg", "resting_hr_bpm", "systolic_mmhg", "diastolic_mmhg"},
        ),
        ({"fall_risk"}, {"fallen", "falls_12_months"}),
        ({"hip_replacement"}, {"calf_swollen", "wound_trouble"}),
    ],
)
def test_conditions_bring_their_questions(
    context: Context, conditions: set[str], asked: set[str]
) -> None:
    base = {q.id for q in questions_for(context())}
    mine = {q.id for q in questions_for(context(conditions=frozenset(conditions)))}
    assert mine - base == asked


def test_plan_may_ask_for_measurements_and_knows_the_falls(context: Context) -> None:
    asked = [q.id for q in questions_for(context(measures=frozenset({"glucose", "spo2"})))]
    assert {"glucose_mmol", "spo2_pct"} <= set(asked)
    known = context(conditions=frozenset({"fall_risk"}), falls_12_months=0)
    assert "falls_12_months" not in {q.id for q in questions_for(known)}


@pytest.mark.parametrize(
    ("answers", "follow_up"),
    [
        ({"pain": 3}, "pain_place"),
        ({"medicine_change": True}, "medicine_kind"),
        ({"glucose_mmol": 14}, "ketones"),
    ],
)
def test_follow_ups_come_only_when_needed(
    context: Context, well: Well, answers: dict[str, AnswerValue], follow_up: str
) -> None:
    resident = context(**T2)
    assert follow_up not in {q.id for q in questions_for(resident)}
    assert follow_up not in {q.id for q in questions_for(resident, well(resident))}
    given = well(resident, **answers)
    assert follow_up in {q.id for q in questions_for(resident, given)}
    result = evaluate(given, resident)
    assert follow_up in result.unanswered
    assert result.outcome >= R


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("other", L), ("blood_thinner", L), ("diabetes", R), ("heart_pressure", R), (None, R)],
)
def test_new_medicine_makes_it_gentler_and_some_ask_staff_first(
    context: Context, well: Well, kind: str | None, outcome: Outcome
) -> None:
    answers = well(context(), medicine_change=True, medicine_kind=kind)
    result = evaluate(answers, context())
    assert result.outcome == outcome
    assert result.limits.ceiling == "moderate"
    assert result.notify_staff
    assert result.limits.effort_guided == (kind in ("heart_pressure", None))


def test_raised_pressure_is_light_to_moderate_and_dynamic(context: Context, well: Well) -> None:
    resident = context(**HTN)
    result = evaluate(well(resident, systolic_mmhg=168), resident)
    limits = result.limits
    assert limits.ceiling == "moderate"
    assert limits.rpe_upper is not None
    assert limits.met_below is not None
    assert limits.longest_hold_s is not None
    assert (limits.rpe_upper.value, limits.met_below.value, limits.longest_hold_s.value) == (
        6,
        6,
        10,
    )
    assert {"isometric_long", "breath_hold", "valsalva_prone"} <= result.forbidden_tags
    assert limits.conditions == {"hypertension_uncontrolled"}
    assert result.notify_staff
    assert limits.rpe_upper.source.startswith("BP-SYSTOLIC-LIMIT: ")


@pytest.mark.parametrize("flag", ["yes", "unknown"])
def test_beta_blocker_or_not_knowing_lets_effort_lead(
    context: Context, well: Well, flag: str
) -> None:
    resident = context(beta_blocker=flag)
    result = evaluate(well(resident), resident)
    assert (result.outcome, rules(result)) == (L, ["HR-BETA-BLOCKER"])
    assert result.limits.effort_guided


@pytest.mark.parametrize("condition", ["arrhythmia", "pacemaker_icd"])
def test_irregular_or_paced_hearts_let_effort_lead(
    context: Context, well: Well, condition: str
) -> None:
    resident = context(conditions=frozenset({condition}))
    assert evaluate(well(resident), resident).limits.effort_guided


@pytest.mark.parametrize(
    ("place", "tag"),
    [
        ("knee_hip", "deep_knee_flexion"),
        ("back", "spinal_flexion_loaded"),
        ("shoulder_arm", "overhead_heavy"),
    ],
)
def test_sore_place_is_spared(context: Context, well: Well, place: str, tag: str) -> None:
    result = evaluate(well(context(), pain=4, pain_place=place), context())
    assert result.outcome == L
    assert tag in result.forbidden_tags


@pytest.mark.parametrize(
    ("state", "medical", "outcome"),
    [
        ("in_force", True, P),
        ("unsigned", True, B),
        ("unsigned", False, P),
        ("expired", True, B),
        ("expired", False, R),
        ("not_yet_valid", False, B),
        ("paused", False, B),
        ("revoked", True, B),
        ("missing", False, B),
    ],
)
def test_plan_must_be_in_force(
    context: Context, well: Well, state: str, medical: bool, outcome: Outcome
) -> None:
    resident = context(plan=state, medical=medical)
    assert evaluate(well(resident), resident).outcome == outcome


def test_enrolment_carries_into_the_day(context: Context, well: Well, today: date) -> None:
    assert rules(evaluate(well(context()), context(clearance=None))) == ["CLEARANCE-MISSING"]
    unwell = EnrolmentAnswers(
        active=True, disease=False, symptoms=True, age_years=60, answered_on=today
    )
    blocked = context(clearance=clearance(unwell, today))
    assert evaluate(well(blocked), blocked).outcome == B
    gentle = EnrolmentAnswers(
        active=False, disease=False, symptoms=False, age_years=60, answered_on=today
    )
    start = context(clearance=clearance(gentle, today))
    result = evaluate(well(start), start)
    assert (result.outcome, result.limits.ceiling) == (P, "moderate")


def set_to(key: str, value: float, author: str = "dr-li") -> StartLimit:
    return StartLimit(key=key, limit=Limit(value=value, unit="", author=author, source="plan.toml"))


@pytest.mark.parametrize(
    ("value", "systolic", "outcome", "author"),
    [
        (150, 151, B, "dr-li"),  # stricter holds at once
        (150, 150, P, None),
        (200, 181, B, "default"),  # looser never, whoever writes it
        (200, 180, L, None),
    ],
)
def test_clinician_may_lower_the_blocking_pressure_and_nobody_may_raise_it(
    context: Context,
    well: Well,
    value: float,
    systolic: float,
    outcome: Outcome,
    author: str | None,
) -> None:
    resident = context(
        **HTN, clinician_limits=(set_to("blood_pressure.systolic_block_mmhg", value),)
    )
    result = evaluate(well(resident, systolic_mmhg=systolic), resident)
    assert result.outcome == outcome
    if author is not None:
        limit = result.reasons[0].limit
        assert limit is not None
        assert limit.author == author


def test_looser_value_holds_with_its_author_where_that_is_allowed(
    context: Context, well: Well
) -> None:
    resident = context(
        conditions=frozenset({"copd"}), clinician_limits=(set_to("oxygen.spo2_block_pct", 85),)
    )
    assert evaluate(well(resident, spo2_pct=86), resident).outcome == P
    result = evaluate(well(resident, spo2_pct=84), resident)
    assert result.reasons[0].limit == Limit(value=85, unit="%", author="dr-li", source="plan.toml")


def test_of_two_clinicians_the_stricter_one_holds(context: Context, well: Well) -> None:
    key = "oxygen.spo2_block_pct"
    for limits in ((90, 85), (85, 90)):
        resident = context(clinician_limits=tuple(set_to(key, value) for value in limits))
        assert evaluate(well(resident, spo2_pct=89), resident).outcome == B


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (set_to("pain.watch", 5), "may not be set; allowed: blood_pressure.systolic_block_mmhg"),
        (set_to("pain.block", float("nan")), "is nan; allowed: above 0"),
        (set_to("pain.block", -1), "is -1; allowed: above 0"),
        (set_to("pain.block", 4, author=" "), "names no author"),
        (set_to("pain.block", 4, author="default"), "names no author"),
    ],
)
def test_bad_limits_of_a_clinician_are_refused_in_one_line(
    context: Context, well: Well, start: StartLimit, problem: str
) -> None:
    resident = context(clinician_limits=(start,))
    with pytest.raises(ScreeningInputError) as caught:
        evaluate({}, resident)
    assert str(caught.value).startswith(f"screening: clinician limit {start.key}: {problem}")
    assert "\n" not in str(caught.value)


def test_reason_names_rule_value_limit_and_author_and_says_it_in_plain_words(
    context: Context, well: Well
) -> None:
    resident = context(**HTN)
    result = evaluate(well(resident, systolic_mmhg=186, diastolic_mmhg=112), resident)
    reason = result.reasons[0]
    assert (reason.rule, reason.inputs[0].value, reason.inputs[0].unit) == (
        "BP-SYSTOLIC-HIGH",
        186,
        "mmHg",
    )
    assert reason.limit is not None
    assert (reason.limit.value, reason.limit.author) == (180, "default")
    zh, en = load_phrases("zh"), load_phrases("en")
    assert reason.text(zh) == "血压高了（186，不能超过180）。坐下歇一歇，请工作人员来。"
    assert "186, at most 180" in reason.text(en)
    assert len(result.texts(en)) == len(set(result.texts(en)))
    assert [r.outcome for r in result.reasons] == sorted(
        (r.outcome for r in result.reasons), reverse=True
    )


def test_result_says_which_questions_and_rules_it_rests_on(context: Context, well: Well) -> None:
    result = evaluate(well(context()), context())
    assert result.question_version.startswith("2026.1-")
    assert result.rule_version.startswith("2026.1-")


def test_unknown_condition_is_refused(context: Context) -> None:
    with pytest.raises(ScreeningInputError, match="'hypertention' is not known; allowed: "):
        questions_for(context(conditions=frozenset({"hypertention"})))


def test_conditions_ask_for_their_limits_in_every_session() -> None:
    limits = standing_limits({"hypertension", "heart_failure", "fall_risk"})
    assert limits.ceiling == "moderate"
    assert limits.cool_down_min is not None
    assert limits.cool_down_min.value == 10  # the longer one is the stricter one
    assert limits.longest_hold_s is not None
    assert limits.longest_hold_s.value == 10
    assert "screening.advice.breathe_out" in limits.advice
    assert "screening.advice.chair_near" in limits.advice
    assert standing_limits(()).ceiling is None
