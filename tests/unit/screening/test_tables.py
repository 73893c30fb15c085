"""The tables are whole: words for every key, a source for every number; broken ones are refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from aicoach.catalog.cues import LANGUAGES
from aicoach.catalog.loader import read_toml
from aicoach.catalog.thresholds import read_thresholds
from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.errors import ExerciseSpecError
from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir
from aicoach.screening import load_screening
from aicoach.screening.pages import screening_page
from aicoach.screening.symptoms import load_symptoms

TOPIC = "screening."
TOLD_WITHOUT_A_TABLE = {"instead", "left_out"}


def wanted() -> set[str]:
    """Every phrase key that the tables lead to."""
    rules = load_screening()
    keys = set(TOLD_WITHOUT_A_TABLE)
    for question in rules.questions.values():
        keys |= {f"ask.{question.id}", f"unknown.{question.id}"}
        keys |= {f"choice.{question.id}.{choice}" for choice in question.choices}
    rows = (*rules.tables.enrolment, *rules.tables.day)
    keys |= {f"reason.{row.phrase}" for row in (*rows, *rules.tables.clearance)}
    brought = [*(row.limits for row in rows), *rules.standing.values()]
    keys |= {f"advice.{key}" for limits in brought for key in limits.advice}
    kinds = ("exercise", "only", "met", "posture")
    keys |= {f"because.{name}" for name in (*movement_tags(), *kinds)}
    for symptom in load_symptoms():
        keys |= {f"symptom.{symptom}.{what}" for what in ("ask", "say", "more")}
    return keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_words_and_no_words_are_left_over(language: str) -> None:
    phrases = load_phrases(language)
    found = {key.removeprefix(TOPIC) for key in phrases.by_key if key.startswith(TOPIC)}
    assert found == wanted()


def test_both_languages_have_the_same_places() -> None:
    zh, en = load_phrases("zh"), load_phrases("en")
    keys = [key for key in zh.by_key if key.startswith(TOPIC)]
    assert [key for key in keys if zh.places(key) != en.places(key)] == []


def test_numbers_are_told_only_where_the_row_compares_one() -> None:
    rules, zh = load_screening(), load_phrases("zh")
    for row in (*rules.tables.enrolment, *rules.tables.day):
        if zh.places(f"screening.reason.{row.phrase}"):
            assert row.when[0].bounds, row.id


def test_every_source_is_a_key_of_the_sources() -> None:
    rules = load_screening()
    sources = read_toml(resource_dir("exercises") / "SOURCES.toml")
    entries = [*rules.tables.clearance, *rules.tables.enrolment, *rules.tables.day]
    used = {entry.source for entry in entries}
    used |= {question.source for question in rules.questions.values()}
    used |= {limits.source for limits in rules.standing.values()}
    used |= {symptom.source for symptom in load_symptoms().values()}
    used |= {t.source for table in read_thresholds("screening").values() for t in table.values()}
    assert used <= sources.keys()


def test_every_threshold_is_used() -> None:
    files = ("screening_tables", "condition_limits", "questions")
    text = "".join((resource_dir("rules") / f"{f}.toml").read_text("utf-8") for f in files)
    code = "enrolment.clearance_valid_months"
    assert [k for k in load_screening().bounds if f'"{k}"' not in text and k != code] == []


def test_page_shows_the_tables_as_they_are(root: Path) -> None:
    page = (root / "docs" / "screening.md").read_text(encoding="utf-8")
    assert page == screening_page(), (
        'write it anew: python -c "from pathlib import Path; from aicoach.screening.pages import '
        "screening_page; Path('docs/screening.md').write_text(screening_page(), encoding='utf-8')\""
    )


def test_page_names_every_row_question_and_symptom() -> None:
    page, rules = screening_page(), load_screening()
    rows = [*rules.tables.clearance, *rules.tables.enrolment, *rules.tables.day]
    assert [row.id for row in rows if f"| {row.id} |" not in page] == []
    names = [*rules.questions, *load_symptoms()]
    assert [name for name in names if f"| `{name}` |" not in page] == []


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder with the tables, to break one."""
    for name in ("questions", "screening_tables", "condition_limits"):
        shutil.copy(resource_dir("rules") / f"{name}.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "screening_tables",
            'input = "unwell", is = true',
            'input = "unwel", is = true',
            "day.DAY-UNWELL.when: 'unwel' is not known",
        ),
        (
            "screening_tables",
            'above = "pain.block"',
            'above = "pain.blok"',
            "day.DAY-PAIN.when: 'pain.blok' is not known",
        ),
        (
            "screening_tables",
            'is = "knee_hip"',
            'is = "toe"',
            "day.DAY-PAIN-KNEE-HIP.when: 'toe' is not known",
        ),
        (
            "screening_tables",
            '"spinal_flexion_loaded", "spinal_twist_loaded", "high_impact"',
            '"spinal_bending"',
            "day.DAY-PAIN-BACK.limits.forbid: 'spinal_bending' is not known",
        ),
        (
            "screening_tables",
            'conditions = ["fall_risk"]',
            'conditions = ["falling"]',
            "day.FALL-RISK.conditions: 'falling' is not known",
        ),
        ("screening_tables", 'phrase = "fever"', 'frase = "fever"', "day.9.phrase: Field required"),
        (
            "screening_tables",
            'id = "DAY-FEVER"',
            'id = "DAY-CHEST"',
            "row 'DAY-CHEST' stands twice",
        ),
        (
            "screening_tables",
            'id = "CLR-5"\nactive = true',
            'id = "CLR-5"\nactive = false',
            "disease=True, symptoms=False: CLR-2, CLR-5; must be exactly one",
        ),
        (
            "screening_tables",
            'input = "fallen", is = true }]',
            'input = "fallen", is = true }]\nif_unknown = "skip"',
            "day.FALLEN.if_unknown: 'fallen' is an answer: unknown is not normal",
        ),
        (
            "screening_tables",
            'limit = "pain.block"',
            'limit = "pain.bloc"',
            "settable: 'pain.bloc' is not known",
        ),
        ("questions", 'question = "pain",', 'question = "pane",', "questions.pain_place.follows"),
        ("questions", "range = [0, 10]", "range = [10, 0]", "the lower end must lie below"),
        ("questions", 'id = "dizzy_weak"', 'id = "unwell"', "an id stands twice"),
        ("condition_limits", "[copd]", "[copdd]", "conditions: 'copdd' is not known"),
        ("condition_limits", '"limits.hold_s"', '"limits.hold"', "hypertension: 'limits.hold'"),
    ],
)
def test_broken_tables_are_refused_by_file_and_field(
    broken: Path, file: str, old: str, new: str, problem: str
) -> None:
    path = broken / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match=re.escape(problem)) as caught:
        load_screening(broken)
    assert str(caught.value).startswith(f"{file}.toml: ")


def test_an_edit_of_the_tables_shows_in_the_version(broken: Path) -> None:
    path = broken / "screening_tables.toml"
    path.write_text(
        path.read_text("utf-8").replace('outcome = "refer"', 'outcome = "block"', 1), "utf-8"
    )
    assert load_screening(broken).rule_version != load_screening().rule_version
    assert load_screening(broken).question_version == load_screening().question_version


def test_conditions_of_the_standing_limits_are_in_the_closed_list() -> None:
    assert load_screening().standing.keys() <= conditions().keys()
