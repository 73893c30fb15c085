"""Forbidden movements are replaced by a safe one or left out, and the resident is told."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.permission import refusals
from aicoach.catalog.vocabulary import conditions
from aicoach.errors import ExerciseSpecError, UnknownExerciseError
from aicoach.limits import AppliedLimits, Limit
from aicoach.phrases import load_phrases
from aicoach.screening import ScreeningInputError
from aicoach.screening.substitution import Planned, load_substitutes, plan_exercises

CATALOG = load_catalog()


def only(planned: tuple[Planned, ...]) -> Planned:
    assert len(planned) == 1
    return planned[0]


def moderate() -> AppliedLimits:
    return AppliedLimits(
        met_below=Limit(value=6, unit="MET", author="default", source="BP-SYSTOLIC-LIMIT")
    )


def test_what_is_not_forbidden_stays_as_planned() -> None:
    planned = plan_exercises(["jumping_jack", "plank"], (), (), CATALOG)
    assert [p.exercise for p in planned] == ["jumping_jack", "plank"]
    assert not any(p.replaced or p.why or p.phrase or p.because for p in planned)
    assert planned[0].text(load_phrases("en"), CATALOG, "en") == ""


@pytest.mark.parametrize(
    ("asked", "mine", "expected"),
    [
        ("jumping_jack", {"obesity"}, "step_jack"),
        ("jumping_jack", {"fall_risk"}, "marching"),
        ("jumping_jack", {"fall_risk", "wheelchair_user"}, "overhead_clap"),
        ("squat", {"knee_osteoarthritis"}, "half_squat"),
        ("sit_up", {"osteoporosis"}, "dead_bug"),
        ("sit_up", {"osteoporosis", "heart_failure"}, "bird_dog"),
        ("push_up", {"fall_risk"}, "wall_push_up"),
        ("baduanjin_6", {"hip_replacement"}, "baduanjin_1"),
    ],
)
def test_conditions_bring_the_nearest_safe_exercise(
    asked: str, mine: set[str], expected: str
) -> None:
    assert only(plan_exercises([asked], (), mine, CATALOG)).exercise == expected


def test_plans_substitute_comes_first_and_its_chain_is_followed() -> None:
    substitutes = {"jumping_jack": ("high_knees", "heel_raise")}
    planned = only(plan_exercises(["jumping_jack"], {"high_impact"}, (), CATALOG, substitutes))
    assert (planned.exercise, planned.from_plan) == ("heel_raise", True)


def test_substitutes_that_go_in_a_circle_end() -> None:
    substitutes = {"jumping_jack": ("high_knees",), "high_knees": ("jumping_jack",)}
    planned = only(
        plan_exercises(["jumping_jack"], {"high_impact"}, (), CATALOG, substitutes, safer={})
    )
    assert planned.exercise is None


def test_nothing_suitable_is_left_out_and_said() -> None:
    planned = only(plan_exercises(["baduanjin_6"], {"head_below_heart"}, (), CATALOG, safer={}))
    assert planned.exercise is None
    assert planned.text(load_phrases("zh"), CATALOG, "zh").startswith("今天先不做")
    assert planned.text(load_phrases("en"), CATALOG, "en").endswith(
        "is not for today: your head stays up."
    )


def test_resident_is_told_what_stands_for_what_and_why() -> None:
    planned = only(plan_exercises(["jumping_jack"], {"high_impact"}, (), CATALOG))
    assert [(h.kind, h.name, h.by) for h in planned.why] == [("tag", "high_impact", "plan")]
    assert (planned.phrase, planned.because) == (
        "screening.instead",
        "screening.because.high_impact",
    )
    zh = planned.text(load_phrases("zh"), CATALOG, "zh")
    names = CATALOG["step_jack"].names, CATALOG["jumping_jack"].names
    assert zh == f"今天用{names[0].zh}代替{names[1].zh}，不跳，关节更舒服。"
    en = planned.text(load_phrases("en"), CATALOG, "en")
    assert en == f"{names[0].en} instead of {names[1].en} today: no jumping, kinder to your joints."


def test_clinician_allows_against_a_condition_and_not_against_today() -> None:
    allowed = {"plank": "dr-li"}
    kept = only(plan_exercises(["plank"], (), {"hypertension"}, CATALOG, allowed=allowed))
    assert (kept.exercise, kept.allowed_by) == ("plank", "dr-li")
    today = AppliedLimits(forbidden_tags=frozenset({"isometric_long"}))
    off = plan_exercises(["plank"], (), {"hypertension"}, CATALOG, allowed=allowed, limits=today)
    assert only(off).exercise != "plank"
    assert only(off).why[0].by == "today"
    nameless = plan_exercises(["plank"], (), {"hypertension"}, CATALOG, allowed={"plank": " "})
    assert only(nameless).exercise != "plank"


def test_chair_in_the_hand_lifts_what_it_lifts() -> None:
    free = only(plan_exercises(["single_leg_stand"], (), {"stroke"}, CATALOG))
    held = plan_exercises(
        ["single_leg_stand"], (), {"stroke"}, CATALOG, support={"single_leg_stand": "chair"}
    )
    assert only(held).exercise == "single_leg_stand"
    assert free.exercise not in (None, "single_leg_stand")
    assert free.kind_changes  # a hold became repetitions


def test_moderate_day_has_no_vigorous_exercise() -> None:
    planned = only(plan_exercises(["jumping_jack"], (), (), CATALOG, limits=moderate()))
    assert planned.exercise == "step_jack"
    assert planned.because == "screening.because.met"


def test_seated_day_has_no_standing_exercise() -> None:
    limits = AppliedLimits(postures=frozenset({"seated"}))
    planned = only(plan_exercises(["marching"], (), (), CATALOG, limits=limits))
    assert (planned.exercise, planned.because) == ("seated_marching", "screening.because.posture")


@pytest.mark.parametrize("pair", list(combinations(sorted(conditions()), 2)), ids="+".join)
def test_no_pair_of_conditions_gets_a_forbidden_exercise(pair: tuple[str, str]) -> None:
    for planned in plan_exercises(tuple(CATALOG), (), pair, CATALOG, limits=moderate()):
        if planned.exercise is not None:
            spec = CATALOG[planned.exercise]
            assert refusals(spec, pair) == ()
            assert spec.met.value < 6


def test_every_exercise_with_a_hazard_has_a_safer_one_and_none_of_them_jumps() -> None:
    safer = load_substitutes()
    hazards = [s.id for s in CATALOG.values() if s.tags or s.contraindications]
    assert [exercise for exercise in hazards if exercise not in safer] == []
    names = {name for row in safer.values() for name in row} | set(safer)
    assert [name for name in names if name not in CATALOG] == []
    jumps = {n for e, row in safer.items() for n in row if "high_impact" in CATALOG[n].tags}
    assert jumps == set()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('a = ["b"]\nb = ["c"]\nc = ["a"]', "a: 'b' leads back to it; no circles"),
        ('a = ["a"]', "a: 'a' leads back to it; no circles"),
        ('a = ["b", "b"]', "a: names an exercise twice"),
        ('a = "b"', "a: must be a list of exercises"),
    ],
)
def test_broken_substitutes_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "substitutes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match=f"^substitutes.toml: {problem}$"):
        load_substitutes(path)


def test_unknown_exercise_or_condition_is_refused() -> None:
    with pytest.raises(UnknownExerciseError, match="did you mean jumping_jack"):
        plan_exercises(["jumpin_jack"], (), (), CATALOG)
    with pytest.raises(ScreeningInputError, match="'flu' is not known"):
        plan_exercises(["squat"], (), ("flu",), CATALOG)
