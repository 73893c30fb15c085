"""Files become plans, or one line that names file and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.errors import PrescriptionError
from aicoach.prescription import parse_prescription, read_prescription
from aicoach.prescription.writing import to_json, to_toml

TOML = """
schema = 1
id = "plan-1"
status = "active"
kind = "fitness"
title = { zh = "计划", en = "Plan" }

[resident]
id = "r-1"
birth_year = 1980

[intensity.heart_rate]
method = "pct_hrmax"
upper_pct = 75

[session]
frequency_per_week = 3

[substitutes]
squat = "half_squat"

[[items]]
exercise = "squat"
type = "strength"
mode = "reps"
reps_min = 8
rom = [{ joint = "knee_flexion", target_deg = 70 }]

[items.load]
type = "dumbbell"
kg = 2
"""


def said(text: str | bytes, name: str = "plan.toml") -> PrescriptionError:
    with pytest.raises(PrescriptionError) as caught:
        parse_prescription(text, name)
    assert "\n" not in str(caught.value)
    return caught.value


def test_toml_and_json_are_the_same_plan() -> None:
    plan = parse_prescription(TOML, "plan.toml")
    assert plan.items[0].load.kg == 2.0
    assert parse_prescription(to_json(plan), "plan.json") == plan
    assert parse_prescription(to_toml(plan), "plan.toml") == plan
    assert parse_prescription(to_toml(plan, guide=True, heading="a\nb"), "p.toml") == plan


def test_records_of_clinicians_survive_being_written_and_read() -> None:
    more = """
[[overrides]]
limit = "cadence"
exercise = "squat"
author = "dr-7"
role = "physician"
reason = "said \\"yes\\" in October"
decided_on = 2026-10-01

[scheme]
code = "hebei-3x3"
matrix = [["a", "b"], ["c"]]
"""
    allowance = 'allowance = { author = "dr-7", role = "physician", reason = "well watched" }'
    item = "reps_min = 8\nquality_gate = { min_valid_rep_ratio = 0.5 }\n" + allowance
    text = TOML.replace("reps_min = 8", item).replace("[[items]]", more + "\n[[items]]")
    plan = parse_prescription(text, "plan.toml")
    assert plan.overrides[0].reason == 'said "yes" in October'
    for guide in (True, False):
        assert parse_prescription(to_toml(plan, guide=guide), "plan.toml") == plan
    assert parse_prescription(to_json(plan), "plan.json") == plan


def test_windows_line_ends_and_byte_order_marks_are_read() -> None:
    plan = parse_prescription(TOML, "plan.toml")
    other = b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode()
    assert parse_prescription(other, "PLAN.TOML") == plan


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("birth_year", "birth_yaer", "resident.birth_yaer", "did you mean birth_year?"),
        ("upper_pct", "uper_pct", "intensity.heart_rate.uper_pct", "did you mean upper_pct"),
        ("[substitutes]", "[substitute]", "substitute", "did you mean substitutes"),
        ("reps_min", "rep_min", "items.1.rep_min", "did you mean reps_min"),
        ("target_deg", "target", "items.1.rom.1.target", "did you mean target_deg?"),
        ("kg = 2", "kilograms = 2", "items.1.load.kilograms", "is not a key of a plan"),
        ('status = "active"', 'status = "on"', "status", "'draft', 'example', 'active'"),
        ("frequency_per_week = 3", "", "session.frequency_per_week", "is missing"),
        ("birth_year = 1980", 'birth_year = "1980"', "resident.birth_year", "valid integer"),
        ("upper_pct = 75", "upper_pct = nan", "intensity.heart_rate.upper_pct", "finite number"),
        ("upper_pct = 75", "upper_pct = true", "intensity.heart_rate.upper_pct", "valid number"),
        ("schema = 1", "schema = 2", "schema", "is 2; this aicoach reads 1"),
        ("schema = 1", "", "schema", "is missing"),
        ('id = "plan-1"', 'id = "plan 1; drop"', "id", "match pattern"),
        ('id = "plan-1"', 'id = "plan-1"\nid = "b"', "TOML", "overwrite"),
        ('mode = "reps"', 'mode = "distance"', "items.1.mode", "'reps', 'hold' or 'duration'"),
        ('reps_min = 8', 'reps_min = 8\ntempo = "2-0-2"', "items.1.tempo", "match pattern"),
        ("[resident]", "[resident", "TOML", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_field(old: str, new: str, field: str, words: str) -> None:
    assert old in TOML
    problem = said(TOML.replace(old, new, 1))
    assert (problem.field, words in problem.problem) == (field, True), problem
    assert str(problem).startswith(f"plan.toml: {field}: ")


def test_the_first_problem_says_how_many_more_there_are() -> None:
    problem = said(TOML.replace("birth_year", "birth_yaer").replace("kg = 2", "kg = '2'"))
    assert len(problem.others) == 1
    assert str(problem).endswith("(and 1 more)")


@pytest.mark.parametrize(
    ("text", "name", "field"),
    [
        ("", "plan.toml", "schema"),
        ("", "plan.json", "JSON"),
        ("[]", "plan.json", "file"),
        ("3", "plan.json", "file"),
        ('{"schema": 1, "schema": 1}', "plan.json", "JSON"),
        ("{", "plan.json", "JSON"),
        (TOML, "plan.yaml", "file"),
        (TOML, "plan", "file"),
        (b"\xff\xfe\x00", "plan.toml", "file"),
        ("a = " + "[" * 5000, "plan.toml", "file"),
        ("[" * 100_000, "plan.json", "file"),
        ('{"schema": NaN}', "plan.json", "schema"),
    ],
)
def test_what_is_no_plan_at_all_is_refused_in_one_line(
    text: str | bytes, name: str, field: str
) -> None:
    assert said(text, name).field in (field, "TOML")


def test_missing_folder_and_huge_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    for name, words in (("none.toml", "No such file"), ("huge.toml", "larger than"), ("", "Is a")):
        with pytest.raises(PrescriptionError, match=words):
            read_prescription(tmp_path / name)


def test_json_dates_are_texts_and_toml_dates_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    document = json.loads(to_json(parse_prescription(TOML, "plan.toml")))
    path.write_text(json.dumps({**document, "valid_until": "2027-01-31"}), encoding="utf-8")
    assert str(read_prescription(path).valid_until) == "2027-01-31"
    problem = said(TOML.replace("kind =", 'valid_until = "2027-01-31"\nkind ='))
    assert problem.field == "valid_until"


def refusal(content: str | bytes, name: str) -> str:
    """What is said against the content; nothing where it is a plan."""
    try:
        parse_prescription(content, name)
    except PrescriptionError as problem:
        return str(problem)
    return ""


@given(st.text(max_size=200), st.sampled_from(["p.toml", "p.json"]))
def test_any_text_is_refused_in_one_clear_line(text: str, name: str) -> None:
    assert refusal(text, name).startswith(f"{name}: ")


@given(st.binary(max_size=100), st.integers(0, len(TOML)), st.sampled_from(["p.toml", "p.json"]))
def test_damaged_plans_are_refused_in_one_clear_line(noise: bytes, at: int, name: str) -> None:
    base = TOML if name == "p.toml" else to_json(parse_prescription(TOML, "p.toml"))
    damaged = base[:at].encode() + noise + base[at:].encode()
    line = refusal(damaged, name)
    assert line == "" or line.startswith(f"{name}: ")


@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)
)
def test_any_title_survives_being_written_and_read(title: str) -> None:
    plan = parse_prescription(TOML, "plan.toml")
    named = plan.model_copy(
        update={"title": plan.title.model_copy(update={"zh": title.strip(), "en": "x"})}
    )
    assert parse_prescription(to_toml(named, guide=True), "plan.toml") == named
    assert parse_prescription(to_json(named), "plan.json") == named
