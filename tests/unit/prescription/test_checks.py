"""Nonsense, contradictions and forbidden exercises: each refused with its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.catalog import load_catalog
from aicoach.errors import PrescriptionError
from aicoach.prescription import content_problems, find_problems, require_runnable
from aicoach.prescription.model import Prescription

SPECS = load_catalog()
TODAY = date(2026, 11, 22)
Plans = Callable[..., Prescription]
CLINICIAN = {"id": "dr-7", "role": "physician", "qualification_no": "Q1"}
SIT_TO_STAND = {
    "exercise": "sit_to_stand", "type": "strength", "mode": "reps", "sets": 2,
    "reps_min": 8, "reps_max": 12,
}  # fmt: skip
MARCHING = {"exercise": "marching", "type": "aerobic", "mode": "duration", "duration_s": 240.0}
ALLOWANCE = {"author": "dr-7", "role": "physician", "reason": "trained for years with it"}
HR = "intensity__heart_rate__"


def found(plan: Prescription) -> dict[str, str]:
    return {problem.field: problem.text for problem in find_problems(plan, SPECS, TODAY)}


def test_the_sound_plan_has_no_problem(plan: Plans) -> None:
    assert found(plan()) == {}
    require_runnable(plan(), SPECS, TODAY)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        # outside physiology
        ({HR + "rest_bpm": 20.0}, "intensity.heart_rate.rest_bpm", "between 30 and 120 bpm"),
        ({HR + "hard_cap_bpm": 260.0}, "intensity.heart_rate.hard_cap_bpm", "between 60 and 210"),
        ({HR + "upper_pct": 120.0}, "intensity.heart_rate.upper_pct", "between 10 and 95 %"),
        ({"resident__birth_year": 1850}, "resident.birth_year", "between 1900 and"),
        ({"resident__mass_kg": 700.0}, "resident.mass_kg", "between 25 and 300 kg"),
        ({"intensity__pain_stop": 11.0}, "intensity.pain_stop", "between 0 and 10"),
        ({"intensity__effort__upper": 14.0}, "intensity.effort.upper", "between 0 and 10 on"),
        ({"items__0__reps_max": 5000}, "items.1.reps_max", "between 1 and 100"),
        ({"items__0__sets": 0}, "items.1.sets", "between 1 and 10"),
        ({"session__frequency_per_week": 9}, "session.frequency_per_week", "between 1 and 7"),
        ({"items__1__duration_s": 1.0}, "items.2.duration_s", "between 10 and 3600 s"),
        ({"items__0__tempo": "2-0-99-0"}, "items.1.tempo", "at most 15 s"),
        ({"items__0__tempo": "0-2-0-2"}, "items.1.tempo", "nothing moves"),
        ({"items__0__rom": [{"joint": "knee_flexion", "never_above_deg": 170.0}]},
         "items.1.rom.1.never_above_deg", "anatomy allows -10 to 160"),
        # the heart rate against itself
        ({HR + "lower_pct": 70.0}, "intensity.heart_rate.upper_pct", "above lower_pct 70"),
        ({HR + "lower_pct": 59.0}, "intensity.heart_rate.upper_pct", "above lower_pct 59"),
        ({HR + "upper_pct": ...}, "intensity.heart_rate.upper_pct", "is missing"),
        ({HR + "upper_bpm": 120.0}, "intensity.heart_rate.upper_bpm", "takes lower_pct or"),
        ({HR + "method": "none"}, "intensity.heart_rate.upper_pct", "takes no window"),
        ({HR + "rest_bpm": ...}, "intensity.heart_rate.rest_bpm", "'hrr' needs it"),
        ({HR + "rest_bpm": 39.0}, "intensity.heart_rate.rest_bpm", "only from 40 to 100"),
        ({HR + "rest_bpm": 101.0}, "intensity.heart_rate.rest_bpm", "only from 40 to 100"),
        ({HR + "max_bpm": 160.0}, "intensity.heart_rate.max_bpm", "'measured' or 'clinician'"),
        ({HR + "max_source": "measured"}, "intensity.heart_rate.max_bpm", "is missing"),
        ({HR + "max_source": "formula:brawner"}, "intensity.heart_rate.max_source", "only"),
        ({HR + "hard_cap_bpm": 110.0}, "intensity.heart_rate.hard_cap_bpm", "not below the cap"),
        ({"intensity__heart_rate": {"method": "absolute", "lower_bpm": 90.0, "upper_bpm": 120.0,
                                    "hard_cap_bpm": 115.0}},
         "intensity.heart_rate.hard_cap_bpm", "above upper_bpm 120"),
        ({HR + "icd_detection_bpm": 170.0}, "intensity.heart_rate.hard_cap_bpm", "at most 160"),
        # effort
        ({"intensity__effort": {"lower": 6.0, "upper": 4.0}}, "intensity.effort.upper", "below"),
        ({"intensity__effort": {"upper": 6.0, "stop_at": 5.0}}, "intensity.effort.stop_at", "belo"),
        ({"intensity__effort": {"scale": "borg6_20", "upper": 5.0}}, "intensity.effort.upper",
         "between 6 and 20"),
        ({"intensity__met": {"lower": 5.0, "upper": 3.0}}, "intensity.met.upper", "below"),
        ({"intensity__met": {"upper": 3.0}}, "items.1.exercise", "costs 3.8 MET"),
        # time and frequency
        ({"session__total_min_max": 20.0, "session__main_min": 30.0}, "session.total_min_max",
         "5 + 30 + 5 = 40"),
        ({"session__total_min_max": 12.0}, "session.total_min_max", "takes about"),
        ({"session__cool_down_min": 3.0}, "session.cool_down_min", "at least 5 after aerobic"),
        ({"cool_down": [{**MARCHING, "type": "mobility", "duration_s": 60.0}]}, "cool_down",
         "at least 5 after aerobic"),
        ({"session__frequency_per_week": 5}, "items.1.per_week", "at most 3"),
        ({"session__min_rest_days_between_strength": 3}, "items.1.per_week", "at most 1"),
        ({"items__0__per_week": 5}, "items.1.per_week", "above frequency_per_week 3"),
        # items
        ({"items__0__reps_min": 15}, "items.1.reps_max", "below reps_min 15"),
        ({"items__0__hold_s": 10.0}, "items.1.hold_s", "belongs to mode 'hold'"),
        ({"items__1__duration_s": ...}, "items.2.duration_s", "mode 'duration' needs it"),
        ({"items__0__mode": "hold"}, "items.1.hold_s", "is missing"),
        ({"items__0": {**SIT_TO_STAND, "mode": "hold", "hold_s": 9.0, "reps_min": None,
                       "reps_max": None}}, "items.1.mode", "is counted"),
        ({"items__0": {"exercise": "single_leg_stand", "type": "balance", "mode": "reps",
                       "reps_min": 4, "support": "chair"}}, "items.1.mode", "is a hold"),
        ({"items__0__side": "left"}, "items.1.side", "works both sides at once"),
        (
            {
                "items__0": {
                    "exercise": "plank", "type": "strength", "mode": "hold", "hold_s": 10.0,
                    "side": "alternate",
                }
            },
            "items.1.side",
            "works both sides at once",
        ),
        ({"items__0__support": "seated"}, "items.1.support", "not seated"),
        ({"items__0__cadence": {"min_per_min": 12.0, "max_per_min": 8.0}},
         "items.1.cadence.max_per_min", "below min_per_min"),
        ({"items__0__cadence": {"min_per_min": 10.0}, "items__0__tempo": "3-1-3-1"},
         "items.1.tempo", "cannot reach 10"),
        ({"items__0__load": {"kg": 3.0}}, "items.1.load.kg", "has no weight"),
        ({"items__0__load": {"type": "dumbbell"}}, "items.1.load.kg", "is missing"),
        ({"items__0__load": {"type": "dumbbell", "kg": 1.0, "band_colour": "red"}},
         "items.1.load.band_colour", "has no band"),
        ({"items__0__pain_max": 5.0, "intensity__pain_stop": 3.0}, "items.1.pain_max", "above"),
        # ranges
        ({"items__0__rom": [{"joint": "knee_flexion", "target_deg": 95.0,
                             "never_above_deg": 90.0}]}, "items.1.rom.1.target_deg", "hard limit"),
        ({"items__0__rom": [{"joint": "knee_flexion", "never_above_deg": 40.0,
                             "never_below_deg": 60.0}]}, "items.1.rom.1.never_below_deg", "not"),
        ({"items__0__rom": [{"joint": "knee_flexion"}]}, "items.1.rom.1", "give target_deg"),
        ({"items__0__rom": [{"joint": "nose", "target_deg": 3.0}]}, "items.1.rom.1.joint",
         "known are knee_flexion"),
        ({"items__0__rom": [{"joint": "hip_flexion", "target_deg": 30.0}]},
         "items.1.rom.1.target_deg", "measured by knee_flexion"),
        ({"items__0__rom": [{"joint": "knee_flexion", "target_deg": 80.0}]},
         "items.1.rom.1.target_deg", "hardly a movement"),
        ({"items__0__rom": [{"joint": "hip_flexion", "never_above_deg": 90.0,
                             "convention": "internal"}]}, "items.1.rom.1.convention", "use 'flex"),
        ({"joint_limits": [{"joint": "knee_flexion", "never_above_deg": 70.0}]},
         "items.1.exercise", "starts at 85 deg"),
        ({"joint_limits": [{"joint": "knee_flexion"}]}, "joint_limits.1", "give never_above"),
        ({"joint_limits": [{"joint": "knee_flexion", "never_above_deg": 90.0}],
          "items__0": {**SIT_TO_STAND, "exercise": "squat",
                       "rom": [{"joint": "knee_flexion", "target_deg": 100.0}]}},
         "items.1.rom.1.target_deg", "joint_limits.1.never_above_deg"),
        # names
        ({"items__0__exercise": "sit_to_stnd"}, "items.1.exercise", "did you mean sit_to_stand"),
        ({"conditions": ["hypertention"]}, "conditions", "did you mean hypertension"),
        ({"forbidden_tags": ["high_inpact"]}, "forbidden_tags", "did you mean high_impact"),
        ({"substitutes": {"squat": "half_sqat"}}, "substitutes.squat", "did you mean half_squat"),
        ({"substitutes": {"sqat": "half_squat"}}, "substitutes.sqat", "did you mean squat"),
        ({"overrides": [{"limit": "cadence", "exercise": "run", "author": "dr-7",
                         "role": "physician", "reason": "as we agreed",
                         "decided_on": date(2026, 1, 1)}]}, "overrides.1.exercise", "unknown"),
        # substitutes
        ({"substitutes": {"squat": "squat"}}, "substitutes.squat", "squat -> squat"),
        ({"substitutes": {"squat": "half_squat", "half_squat": "sit_to_stand",
                          "sit_to_stand": "squat"}}, "substitutes.squat", "circle: squat -> half"),
        ({"substitutes": {"marching": "jumping_jack"}, "conditions": ["fall_risk"]},
         "substitutes.marching", "jumping_jack is off itself: fall_risk forbids"),
        # forbidden movements
        ({"conditions": ["knee_osteoarthritis"], "items__0__exercise": "squat"},
         "items.1.exercise", "knee_osteoarthritis forbids deep_knee_flexion"),
        ({"forbidden_tags": ["floor_transfer"], "items__0__exercise": "glute_bridge"},
         "items.1.exercise", "plan forbids floor_transfer"),
        ({"resident__height_cm": 160.0, "resident__mass_kg": 90.0,
          "items__1__exercise": "jumping_jack"}, "items.2.exercise", "obesity forbids high_impact"),
        ({"conditions": ["wheelchair_user"]}, "items.1.exercise", "allows only some exercises"),
        ({"conditions": ["stroke"], "items__1__exercise": "jumping_jack"}, "items.2.exercise",
         "must lie below 6"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_field_and_reason(
    plan: Plans, changes: dict[str, Any], field: str, words: str
) -> None:
    changed = plan(**changes)
    said = [problem.text for problem in find_problems(changed, SPECS, TODAY)
            if problem.field == field]  # fmt: skip
    assert any(words in text for text in said), found(changed)
    with pytest.raises(PrescriptionError):
        require_runnable(changed, SPECS, TODAY)


def test_circles_are_named_once(plan: Plans) -> None:
    circle = plan(substitutes={"squat": "half_squat", "half_squat": "squat", "plank": "squat"})
    assert [p.field for p in content_problems(circle, SPECS, TODAY)] == ["substitutes.squat"]


def test_a_clinician_may_allow_what_a_condition_forbids(plan: Plans) -> None:
    squat = {"conditions": ["knee_osteoarthritis"], "items__0__exercise": "squat"}
    assert "items.1.exercise" in found(plan(**squat))
    assert found(plan(**squat, items__0__allowance=ALLOWANCE)) == {}


def test_support_makes_standing_on_one_leg_another_exercise(plan: Plans) -> None:
    stand = {"exercise": "single_leg_stand", "type": "balance", "mode": "hold", "hold_s": 10.0}
    assert "items.1.exercise" in found(plan(conditions=["stroke"], items__0=stand))
    held = {**stand, "support": "rail"}
    assert found(plan(conditions=["stroke"], items__0=held)) == {}


def test_internal_angles_are_turned_into_flexion(plan: Plans) -> None:
    squat = {**SIT_TO_STAND, "exercise": "half_squat"}
    rom = {"joint": "knee_flexion", "target_deg": 130.0, "never_below_deg": 120.0,
           "convention": "internal"}  # fmt: skip
    assert found(plan(items__0={**squat, "rom": [rom]})) == {}
    deeper = {**rom, "target_deg": 110.0}
    assert "beyond the hard limit of 60" in found(plan(items__0={**squat, "rom": [deeper]}))[
        "items.1.rom.1.target_deg"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"status": "draft"}, "status", "is 'draft'"),
        ({"status": "paused"}, "status", "is 'paused'"),
        ({"status": "completed"}, "status", "new plan"),
        ({"status": "revoked"}, "status", "must not be carried out"),
        ({"status": "example"}, "status", "aicoach prescription new"),
        ({"valid_until": date(2026, 11, 21)}, "valid_until", "expired on 2026-11-21"),
        ({"valid_from": date(2026, 11, 23)}, "valid_from", "not valid before 2026-11-23"),
        ({"valid_until": ...}, "valid_until", "must have an end"),
        ({"signed_at": ...}, "signed_at", "not signed"),
        ({"signed_at": date(2026, 12, 1)}, "signed_at", "a day to come"),
        ({"author": ...}, "author", "who answers for it"),
        ({"author__role": "coach"}, "author.role", "may not sign a medical plan"),
        ({"author": {"id": "dr-7", "role": "physician"}}, "author.qualification_no", "missing"),
        ({"valid_from": date(2027, 3, 1)}, "valid_until", "before valid_from"),
        ({"review_due": date(2026, 10, 1)}, "review_due", "before valid_from"),
        ({"resident": ...}, "resident", "is missing"),
        ({"resident": {"id": "r"}}, "resident.birth_year", "is missing"),
        ({"resident__birth_year": 2016}, "resident.birth_year", "age of 10"),
        ({"conditions": ["heart_failure"]}, "intensity.heart_rate.hard_cap_bpm", "clinician must"),
        ({"conditions": ["knee_replacement"]}, "joint_limits", "knee_flexion is missing"),
    ],
)  # fmt: skip
def test_who_signed_what_until_when_decides(
    plan: Plans, changes: dict[str, Any], field: str, words: str
) -> None:
    assert words in found(plan(**changes)).get(field, "")


def test_the_last_day_is_a_day_and_so_is_the_first(plan: Plans) -> None:
    assert found(plan(valid_until=TODAY, valid_from=TODAY, signed_at=TODAY)) == {}


def test_a_fitness_plan_needs_no_signature(plan: Plans) -> None:
    fitness = plan(kind="fitness", author=..., signed_at=..., valid_until=...)
    assert found(fitness) == {}


def test_an_example_is_let_through_in_a_demonstration_only(plan: Plans) -> None:
    example = plan(status="example")
    assert find_problems(example, SPECS, TODAY, demonstration=True) == ()
    revoked = plan(status="revoked")
    assert find_problems(revoked, SPECS, TODAY, demonstration=True) != ()


def test_the_error_says_the_first_problem_and_how_many_more(plan: Plans) -> None:
    broken = plan(status="paused", author=CLINICIAN, intensity__heart_rate__rest_bpm=20.0)
    with pytest.raises(PrescriptionError) as caught:
        require_runnable(broken, SPECS, TODAY, name="a.toml")
    assert str(caught.value).startswith("a.toml: status: is 'paused'")
    assert str(caught.value).endswith(f"(and {len(caught.value.others)} more)")
    assert ("intensity.heart_rate.rest_bpm", "is 20, must lie between 30 and 120 bpm") in (
        caught.value.others
    )


@pytest.mark.parametrize(
    ("changes", "field", "one_of_them"),
    [
        ({"conditions": ["plague"]}, "conditions", "hypertension"),
        ({"forbidden_tags": ["xyz"]}, "forbidden_tags", "high_impact"),
    ],
)
def test_a_code_that_resembles_none_is_refused_with_those_there_are(
    plan: Plans, changes: dict[str, Any], field: str, one_of_them: str
) -> None:
    (found,) = [p for p in find_problems(plan(**changes), SPECS, TODAY) if p.field == field]
    assert "is not known; allowed: " in found.text
    assert one_of_them in found.text
