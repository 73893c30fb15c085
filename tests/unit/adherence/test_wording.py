"""Every reason, every wait and every proposal has its sentence in both languages."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import aicoach.adherence
from aicoach.adherence import (
    AlertCount,
    Reason,
    TriageLevel,
    Waiting,
    propose,
    say_proposal,
    say_reason,
    say_waiting,
)
from aicoach.adherence.settings import adherence_settings
from aicoach.catalog.loader import read_toml
from aicoach.phrases import load_phrases

LANGUAGES = ("zh", "en")
VALUES = {
    "exercise": "squat", "cue": "knees_over_toes", "before": 10, "now": 30, "highest": 170,
    "rule": "STOP-1", "value": 6, "limit": 5, "done": 1, "asked": 3, "days": 7, "percent": 40,
    "date": date(2026, 3, 1), "extra": 2, "times": 2.0,
}  # fmt: skip
FOLDER = Path(aicoach.adherence.__file__).parent


def keys_of(topic: str) -> list[str]:
    known = load_phrases("en").by_key
    return sorted(key for key in known if key.startswith(f"staff.{topic}."))


def used_in_code(pattern: str, file: str) -> set[str]:
    return set(re.findall(pattern, (FOLDER / file).read_text(encoding="utf-8")))


@pytest.mark.parametrize("key", keys_of("triage"))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_said(key, language, catalog):
    values = {name: VALUES[name] for name in load_phrases(language).places(key)}
    reason = Reason(level=TriageLevel.AMBER, key=key, values=values)
    text = say_reason(reason, language, catalog)
    assert "{" not in text
    assert "squat" not in text or language == "en"


@pytest.mark.parametrize(("language", "said"), [("zh", "深蹲"), ("en", "Squat")])
def test_a_fault_is_said_in_the_words_of_its_cue(language, said, catalog):
    values = {"exercise": "squat", "cue": "knees_over_toes", "before": 10, "now": 30}
    key = "staff.triage.fault_trend"
    text = say_reason(Reason(level=TriageLevel.AMBER, key=key, values=values), language, catalog)
    assert said in text
    assert load_phrases(language).by_key["cues.knees_over_toes"].rstrip("。.") in text
    assert "knees_over_toes" not in text


@pytest.mark.parametrize("key", keys_of("waiting"))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wait_can_be_said(key, language, catalog):
    places = load_phrases(language).places(key) - {"exercise"}
    waiting = Waiting(
        field="items.1", exercise="squat", key=key,
        values={name: VALUES[name] for name in places},
    )  # fmt: skip
    assert "{" not in say_waiting(waiting, language, catalog)


def test_the_code_names_every_reason_and_no_other():
    named = used_in_code(r'TriageLevel\.\w+, "(\w+)"', "triage.py")
    named |= used_in_code(r'"staff\.triage\.(\w+)"', "triage.py")
    assert {f"staff.triage.{name}" for name in named} == set(keys_of("triage"))


def test_the_code_names_every_wait_and_no_other():
    named = used_in_code(r'_Wait\("(\w+)"', "progression.py")
    named |= used_in_code(r'_wait\([^)]*"(\w+)"\)', "regression.py")
    named |= used_in_code(r'"staff\.waiting\.(\w+)"', "proposing.py")
    assert {f"staff.waiting.{name}" for name in named} == set(keys_of("waiting"))


def test_both_languages_have_the_same_keys_and_places():
    zh, en = load_phrases("zh"), load_phrases("en")
    mine = {key for key in zh.by_key if key.startswith("staff.")}
    assert mine == {key for key in en.by_key if key.startswith("staff.")}
    assert all(zh.places(key) == en.places(key) for key in mine)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("load", [None, {"type": "band", "band_colour": "red"}])
def test_a_proposal_says_what_why_and_that_it_is_unsigned(
    language, load, plan, session, done, catalog
):
    items = [
        {
            "exercise": "bicep_curl", "type": "strength", "mode": "reps", "sets": 2,
            "reps_min": 8, "reps_max": 12, "load": load or {"type": "dumbbell", "kg": 5.0},
        }
    ]  # fmt: skip
    stop = AlertCount(rule="STOP-10", level="stop", exercise="bicep_curl", times=1)
    given = [session(date(2026, 3, 1), exercises=(done(exercise="bicep_curl"),), alerts=(stop,))]
    (found,) = propose(plan(items=items), given, catalog, date(2026, 3, 2)).proposals
    what, why, unsigned = say_proposal(found, language, catalog)
    assert getattr(catalog["bicep_curl"].names, language) in what
    assert ("4" in what) if load is None else (("黄色" if language == "zh" else "yellow") in what)
    assert why == load_phrases(language).text("staff.proposal.because_safety_stop")
    assert unsigned


@pytest.mark.parametrize("rule", ["2for2", "weekly_pct", "pain", "effort", "safety_stop"])
def test_every_rule_has_its_because(rule):
    name = rule.replace("2for2", "two_for_two")
    assert f"staff.proposal.because_{name}" in load_phrases("zh").by_key


def test_every_threshold_names_a_source_that_exists(root):
    sources = read_toml(root / "exercises" / "SOURCES.toml")
    for table in read_toml(root / "rules" / "adherence.toml").values():
        for entry in table.values():
            assert entry["source"] in sources


def test_the_weights_of_the_index_sum_to_one():
    weights = adherence_settings().index
    total = weights.session + weights.volume + weights.intensity + weights.quality
    assert total == pytest.approx(1.0)


def test_the_documentation_names_every_threshold(root):
    text = (root / "docs" / "adherence.md").read_text(encoding="utf-8")
    for section, table in read_toml(root / "rules" / "adherence.toml").items():
        for name in table:
            assert f"`{section}.{name}`" in text
