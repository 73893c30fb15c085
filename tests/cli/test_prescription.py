"""``aicoach prescription``: check, new, explain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans

Aicoach = Callable[..., Any]
READY = ready_plans()


def test_ready_plans_are_found_sound(aicoach: Aicoach) -> None:
    ran = aicoach("prescription", "check", *READY.values())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("no problem found; an example") == len(READY)


def test_every_problem_is_one_line_with_file_and_field(aicoach: Aicoach, tmp_path: Path) -> None:
    text = READY["hypertension"].read_text(encoding="utf-8")
    misspelt, wrong = tmp_path / "misspelt.toml", tmp_path / "wrong.toml"
    misspelt.write_text(text.replace("rest_bpm", "rest_bmp"), encoding="utf-8")
    wrong.write_text(
        text.replace("rest_bpm = 70.0", "rest_bpm = 20.0").replace("step_jack", "jumping_jacks"),
        encoding="utf-8",
    )
    ran = aicoach("prescription", "check", misspelt, READY["overweight"], wrong)
    lines = ran.err.splitlines()
    assert ran.code == 2
    assert lines[0].startswith(f"aicoach: {misspelt}: intensity.heart_rate.rest_bmp: ")
    assert "did you mean rest_bpm" in lines[0]
    assert f"aicoach: {wrong}: intensity.heart_rate.rest_bpm: is 20, must lie" in ran.err
    assert "did you mean jumping_jack" in ran.err
    assert f"{READY['overweight']}: no problem found" in ran.out


def test_the_day_decides_whether_a_plan_is_valid(aicoach: Aicoach, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    text = READY["type_2_diabetes"].read_text(encoding="utf-8")
    plan.write_text(
        text.replace('status = "example"', 'status = "active"').replace("2099-12-31", "2026-06-30"),
        encoding="utf-8",
    )
    assert aicoach("prescription", "check", plan, "--today", "2026-06-30").code == 0
    late = aicoach("prescription", "check", plan, "--today", "2026-07-01")
    assert (late.code, "valid_until: the plan expired on 2026-06-30" in late.err) == (2, True)
    assert aicoach("prescription", "check", plan, "--today", "July").code == 2
    said = aicoach("prescription", "explain", plan, "--lang", "en", "--today", "2026-07-01")
    assert (said.code, "This plan ended on 2026-06-30" in said.out) == (0, True)


@pytest.mark.parametrize("group", [None, *READY])
@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_new_writes_a_draft_that_can_be_checked_and_explained(
    aicoach: Aicoach, tmp_path: Path, group: str | None, suffix: str
) -> None:
    out = tmp_path / f"计划 1{suffix}"
    chosen = () if group is None else ("--for", group)
    ran = aicoach("prescription", "new", out, *chosen, "--resident", "r-1", "--birth-year", "1956")
    assert (ran.code, ran.err) == (0, "")
    plan = read_prescription(out)
    assert plan.status == "draft"
    assert plan.resident is not None
    assert plan.resident.birth_year == 1956
    checked = aicoach("prescription", "check", out)
    assert checked.code == 0
    assert "still to do: status" in checked.out
    assert aicoach("prescription", "explain", out, "--lang", "zh").code == 0
    if suffix == ".toml":
        assert "# hard_cap_bpm =" in out.read_text(encoding="utf-8")


def test_new_never_overwrites_and_says_what_is_wrong(aicoach: Aicoach, tmp_path: Path) -> None:
    out = tmp_path / "plan.toml"
    out.write_text("mine", encoding="utf-8")
    cases = {
        ("new", out): "exists already; nothing was written",
        ("new", tmp_path / "no" / "plan.toml"): "No such file or directory",
        ("new", tmp_path / "a.toml", "--for", "hypertention"): "did you mean hypertension",
        ("new", tmp_path / "a.toml", "--for", "x"): "there are fall_risk, ",
        ("new", tmp_path / "a.yaml"): "use .toml or .json",
        ("new", tmp_path / "a.toml", "--birth-year", "1950"): "give --resident too",
        ("explain", out): "plan.toml: TOML: ",
        ("explain", tmp_path / "none.toml"): "No such file or directory",
        ("check", tmp_path / "none.toml"): "No such file or directory",
    }
    for words, said in cases.items():
        ran = aicoach("prescription", *words)
        assert ran.code == 2, words
        assert said in ran.err
        assert len(ran.err.splitlines()) == 1
    assert out.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--resident", "Mr. Li"), "resident.id"),
        (("--resident", "r-1", "--birth-year", "1234"), "resident.birth_year"),
    ],
)
def test_new_does_not_write_what_could_not_be_read(
    aicoach: Aicoach, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    ran = aicoach("prescription", "new", tmp_path / "a.toml", *options)
    assert (ran.code, said in ran.err) == (2, True), ran
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_says_what_stops_the_session(aicoach: Aicoach, lang: str) -> None:
    ran = aicoach("prescription", "explain", READY["hypertension"], "--lang", lang)
    assert ran.code == 0
    assert ("When to stop" in ran.out) is (lang == "en")
    assert "147" in ran.out


def test_a_plan_that_contradicts_itself_is_not_explained(aicoach: Aicoach, tmp_path: Path) -> None:
    text = READY["hypertension"].read_text(encoding="utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(text.replace("lower_pct = 40.0", "lower_pct = 80.0"), encoding="utf-8")
    ran = aicoach("prescription", "explain", plan)
    assert (ran.code, "must be above lower_pct 80" in ran.err) == (2, True)


def test_the_group_alone_says_what_it_can_do(aicoach: Aicoach) -> None:
    ran = aicoach("prescription")
    assert ran.code == 0
    for word in ("check", "new", "explain"):
        assert word in ran.out


def test_the_language_of_an_explanation_is_named_as_everywhere_else(
    aicoach: Aicoach, root: Path
) -> None:
    plan = root / "prescriptions" / "ready" / "hypertension.toml"
    ways = [
        aicoach("prescription", "explain", plan, option, "zh", "--today", "2026-11-22")
        for option in ("--language", "--lang")
    ]
    assert [one.code for one in ways] == [0, 0]
    assert ways[0].out == ways[1].out
