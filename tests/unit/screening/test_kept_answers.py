"""Answers of the enrolment that were kept: when they are asked again, and what counts till then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from aicoach.errors import ExerciseSpecError
from aicoach.observations import AnswerValue
from aicoach.resources import resource_dir
from aicoach.screening import EnrolmentAnswers, Outcome, clearance
from aicoach.screening.kept_answers import (
    ASKED,
    KeptAnswers,
    any_tells_of_change,
    ask_again,
    changes,
    tells_of_change,
    what_counts,
)

WELL = KeptAnswers(active=True, disease=False, symptoms=False, answered_on=date(2025, 11, 22))


def outcome(kept: KeptAnswers | None, today: date) -> Outcome:
    """What the enrolment comes to for somebody of sixty."""
    known = {name: getattr(kept, name, None) for name in (*ASKED, "answered_on")}
    return clearance(EnrolmentAnswers(age_years=60, **known), today).outcome


def test_whoever_never_answered_is_asked() -> None:
    assert ask_again(None, date(2026, 1, 1), reported=False) == "never"
    assert what_counts(None, "never") is None


@pytest.mark.parametrize(
    ("today", "why"),
    [
        (date(2025, 11, 22), None),
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), "expired"),
        (date(2025, 11, 21), "expired"),  # a clock ran ahead: nobody knows how old they are
    ],
)
def test_answers_hold_for_a_year_to_the_day(today: date, why: str | None) -> None:
    assert ask_again(WELL, today, reported=False) == why


@pytest.mark.parametrize("name", ASKED)
def test_whoever_did_not_know_is_asked_again_and_is_never_taken_to_be_well(name: str) -> None:
    kept = replace(WELL, **{name: None})
    assert ask_again(kept, WELL.answered_on, reported=False) == "unknown"
    assert what_counts(kept, "unknown") == kept
    assert outcome(kept, WELL.answered_on) >= outcome(WELL, WELL.answered_on)


def test_a_change_that_was_told_asks_again_at_once() -> None:
    assert ask_again(WELL, WELL.answered_on, reported=True) == "reported"


@pytest.mark.parametrize("why", ["expired", "reported"])
def test_of_answers_that_hold_no_longer_no_good_one_counts(why: str) -> None:
    counts = what_counts(WELL, why)  # type: ignore[arg-type]
    assert counts is not None
    assert (counts.active, counts.disease, counts.symptoms) == (None, None, None)
    assert outcome(counts, WELL.answered_on) >= Outcome.REFER


@pytest.mark.parametrize("name", ["disease", "symptoms"])
@pytest.mark.parametrize("why", [None, "unknown", "expired", "reported"])
def test_a_yes_is_never_dropped(name: str, why: str | None) -> None:
    kept = replace(WELL, **{name: True})
    counts = what_counts(kept, why)  # type: ignore[arg-type]
    assert getattr(counts, name) is True
    assert outcome(counts, WELL.answered_on) >= outcome(kept, WELL.answered_on)


@pytest.mark.parametrize(
    ("question", "value", "tells"),
    [
        ("chest_breath", True, True), ("chest_breath", False, False), ("chest_breath", None, True),
        ("medicine_change", True, True), ("dizzy_weak", True, True),
        ("pain_place", "chest", True), ("pain_place", "back", False),
        ("symptom", "chest_pain", True), ("symptom", "joint_pain", False),
        ("symptom", "none", False), ("symptom", None, False),
        ("unwell", True, False), ("effort", 9.0, False),
    ],
)  # fmt: skip
def test_what_is_said_in_a_session_may_tell_of_a_change(
    question: str, value: AnswerValue, tells: bool
) -> None:
    assert tells_of_change(question, value) is tells
    assert any_tells_of_change([("unwell", False), (question, value)]) is tells


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("chest_breath", "chest_broth", "'chest_broth' is not known"),
        ('"chest_pain"', '"chest_song"', "'chest_song' is not known"),
        ("[true]", "[]", "at least 1 item"),
        ('evidence = "D"', 'evidence = "?"', "evidence"),
        ("[asked_again]", "[asked_never]", "asked_again"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = Path(shutil.copy(resource_dir("rules") / "enrolment.toml", tmp_path))
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match=r"enrolment\.toml") as problem:
        changes(path)
    assert said in str(problem.value)
