"""Which exercise is off, adapted or fine with which condition."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicoach.catalog import load_catalog, permission, vocabulary
from aicoach.catalog.lint import CONDITIONS, TAGS
from aicoach.catalog.loader import read_toml
from aicoach.catalog.permission import advice, condition_matrix, refusals, verdict
from aicoach.catalog.vocabulary import conditions, movement_tags, with_implied
from aicoach.errors import ExerciseSpecError

SPECS = load_catalog()
COLUMNS = (
    "hypertension", "neuropathy", "obesity", "osteoporosis", "knee_osteoarthritis",
    "knee_replacement", "stroke", "fall_risk",
)  # fmt: skip
MATRIX = """
sit_to_stand                ok ok ok ok ~ ~ ~ ok
half_squat                  ok ok ok ok ~ ~ ~ ~
squat                       ~ ok ~ ~ off off ~ off
forward_lunge               ok ~ ~ ~ off off off off
reverse_lunge               ok ~ ~ ~ ~ off off off
seated_knee_extension       ok ok ok ok ~ ~ ok ok
straight_leg_raise          ~ ok ok ok ok ok ok ~
standing_hip_abduction      ok ~ ok ok ok ok ~ ~
standing_hip_extension      ok ~ ok ok ok ok ~ ~
heel_raise                  ok ~ ok ok ok ok ~ ~
marching                    ok ~ ok ok ok ok ~ ~
high_knees                  ~ off off off off off off off
jumping_jack                ~ off off off off off off off
step_jack                   ok ~ ok ok ~ off off off
wall_push_up                ~ ok ok ok ok ok ~ ok
push_up                     ~ ok ~ ~ ok off off off
knee_push_up                ~ ok ~ ~ off off off off
bicep_curl                  ~ ok ok ok ok ok ~ ~
overhead_press              ~ ok ok ~ ok ok ~ ~
glute_bridge                ~ ok ok ok ok ~ ~ ~
bird_dog                    ok ok ~ ok off off off off
dead_bug                    ~ ok ok ok ok ~ ~ ~
plank                       off ok ~ ~ ~ off off off
side_plank                  off ok ~ ~ ~ off off off
sit_up                      off ~ ~ off ok ~ off off
crunch                      off ~ ~ off ok ~ off off
baduanjin_1                 ok ok ok ok ok ok ~ ~
"""
CASES = [
    (exercise, condition, {"~": "adapt"}.get(word, word))
    for exercise, *row in map(str.split, MATRIX.strip().splitlines())
    for condition, word in zip(COLUMNS, row, strict=True)
]


@pytest.mark.parametrize(("exercise", "condition", "said"), CASES)
def test_matrix_says_what_the_domain_reference_says(
    exercise: str, condition: str, said: str
) -> None:
    assert verdict(SPECS[exercise], condition) == said


@pytest.mark.parametrize("condition", COLUMNS)
def test_standing_on_one_leg_is_done_with_a_hand_on_the_chair(condition: str) -> None:
    said = {"hypertension": "ok", "obesity": "ok"}.get(condition, "adapt")
    assert verdict(SPECS["single_leg_stand"], condition, support="chair") == said


def test_support_lifts_the_tag_of_one_leg_and_no_other() -> None:
    stand = SPECS["single_leg_stand"]
    assert [r.name for r in refusals(stand, ["stroke"])] == ["single_leg_unsupported"]
    assert refusals(stand, ["stroke"], support="rail") == ()
    squat = refusals(SPECS["squat"], (), ["deep_knee_flexion"], support="rail")
    assert [(r.kind, r.name, r.by) for r in squat] == [("tag", "deep_knee_flexion", "plan")]


def test_exercise_files_and_matrix_agree_on_what_is_off() -> None:
    assert set(condition_matrix()) <= set(SPECS)
    for spec in SPECS.values():
        row = condition_matrix().get(spec.id)
        off = set(row.off) if row else set()
        listed = set(spec.contraindications) & (set(COLUMNS) | off)
        assert listed == off, spec.id


def test_what_is_adapted_is_not_off_by_a_tag() -> None:
    for exercise, row in condition_matrix().items():
        for condition in row.adapt:
            assert verdict(SPECS[exercise], condition, support="chair") == "adapt", exercise


def test_codes_of_the_lint_are_the_closed_lists() -> None:
    assert frozenset(conditions()) == CONDITIONS
    assert frozenset(movement_tags()) == TAGS
    used = {code for spec in SPECS.values() for code in spec.contraindications}
    assert used <= CONDITIONS


def test_every_pedigree_is_a_source() -> None:
    sources = read_toml(Path(__file__).parents[3] / "exercises" / "SOURCES.toml")
    assert {condition.source for condition in conditions().values()} <= sources.keys()


def test_implied_conditions_bring_their_rules_along() -> None:
    assert with_implied(["hypertension_uncontrolled"]) == {
        "hypertension_uncontrolled", "hypertension",
    }  # fmt: skip
    assert verdict(SPECS["plank"], "hypertension_uncontrolled") == "off"
    assert "moderate_only" in advice(SPECS["jumping_jack"], ["hypertension_uncontrolled"])


def test_wheelchair_user_is_offered_nothing_that_needs_standing() -> None:
    only = conditions()["wheelchair_user"].only
    assert only is not None
    for exercise in only:
        assert SPECS[exercise].posture in ("seated", "any")
        assert not {"floor_transfer", "high_impact"} & set(SPECS[exercise].tags)
    assert verdict(SPECS["marching"], "wheelchair_user") == "off"
    assert verdict(SPECS["bicep_curl"], "wheelchair_user") == "ok"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("conditions", '[gout]\nzh = "痛风"\nen = "gout"\n', "source"),
        ("conditions", '[gout]\nzh="痛风"\nen="gout"\nsource="general_knowledge"\n'
         'evidence="K"\nforbids=["rumba"]\n', "gout.forbids: 'rumba' is not known"),
        ("conditions", '[gout]\nzh="痛风"\nen="gout"\nsource="general_knowledge"\n'
         'evidence="K"\nimplies=["age"]\n', "gout.implies: 'age' is not known"),
        ("condition_matrix", '[squat]\noff = ["monday"]\n', "'monday' is not a known condition"),
        ("condition_matrix", '[squat]\nof = ["stroke"]\n', "squat.of"),
        ("condition_matrix", '[squat]\noff = ["stroke"]\nadapt = { stroke = "light" }\n',
         "both off and adapted"),
    ],
)  # fmt: skip
def test_wrong_data_is_refused_with_file_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, said: str
) -> None:
    rules = Path(__file__).parents[3] / "rules"
    for name in ("conditions", "condition_matrix", "movement_tags"):
        words = (rules / f"{name}.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(text if name == file else words, encoding="utf-8")
    for module in (vocabulary, permission):
        monkeypatch.setattr(module, "resource_dir", lambda _: tmp_path)
    read = conditions.__wrapped__ if file == "conditions" else condition_matrix.__wrapped__
    with pytest.raises(ExerciseSpecError, match=said):
        read()
