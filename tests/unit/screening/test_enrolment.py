"""Who may start, who asks a doctor first: the enrolment table, row by row."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from aicoach.screening import (
    Clearance,
    ClearanceRecord,
    EnrolmentAnswers,
    Outcome,
    ScreeningInputError,
    clearance,
    enrolment_questions,
)

TODAY = date(2026, 11, 22)
P, L, R, B = Outcome.PROCEED, Outcome.LIMITED, Outcome.REFER, Outcome.BLOCK
ANY = ClearanceRecord(by="dr-li", on=date(2026, 10, 1), until=date(2027, 3, 31), scope="any")
LIGHT = ClearanceRecord(by="dr-li", on=date(2026, 10, 1), until=date(2027, 3, 31))

# active, disease, symptoms -> without clearance, with one of any scope
TRUTH = [
    ((False, False, False), (P, "light_moderate"), (P, "any")),
    ((False, True, False), (R, "none"), (L, "light_moderate")),
    ((False, False, True), (B, "none"), (L, "light_moderate")),
    ((False, True, True), (B, "none"), (L, "light_moderate")),
    ((True, False, False), (P, "any"), (P, "any")),
    ((True, True, False), (L, "light_moderate"), (P, "any")),
    ((True, False, True), (B, "none"), (L, "light_moderate")),
    ((True, True, True), (B, "none"), (L, "light_moderate")),
]


def enrolled(
    active: bool | None, disease: bool | None, symptoms: bool | None, **more: Any
) -> EnrolmentAnswers:
    facts: dict[str, Any] = {"age_years": 60, "answered_on": date(2026, 11, 1)}
    return EnrolmentAnswers(active=active, disease=disease, symptoms=symptoms, **(facts | more))


def verdict(found: Clearance) -> tuple[Outcome, str]:
    return found.outcome, found.allowed


@pytest.mark.parametrize(("given", "without", "cleared"), TRUTH)
def test_truth_table(
    given: tuple[bool, bool, bool], without: tuple[Outcome, str], cleared: tuple[Outcome, str]
) -> None:
    assert verdict(clearance(enrolled(*given), TODAY)) == without
    assert verdict(clearance(enrolled(*given, clearance=ANY), TODAY)) == cleared


@pytest.mark.parametrize("given", [row[0] for row in TRUTH])
def test_clearance_for_light_exercise_never_allows_more(given: tuple[bool, bool, bool]) -> None:
    found = clearance(enrolled(*given, clearance=LIGHT), TODAY)
    assert found.allowed == "light_moderate"
    assert found.limits.ceiling == "moderate"
    assert found.by == "dr-li"


@pytest.mark.parametrize("given", list(product((False, True, None), repeat=3)))
@pytest.mark.parametrize("record", [None, LIGHT, ANY], ids=["uncleared", "light", "any"])
def test_unknown_is_the_strictest_of_all_it_could_be(
    given: tuple[bool | None, ...], record: ClearanceRecord | None
) -> None:
    could_be = product(*((False, True) if g is None else (g,) for g in given))
    outcomes = [clearance(enrolled(*c, clearance=record), TODAY).outcome for c in could_be]
    assert clearance(enrolled(*given, clearance=record), TODAY).outcome == max(outcomes)


def test_every_row_gives_its_id_its_inputs_and_a_phrase() -> None:
    found = clearance(enrolled(False, True, None), TODAY)
    reason = found.reasons[0]
    assert reason.rule == "CLR-3"
    assert [(i.name, i.value) for i in reason.inputs] == [
        ("active", False),
        ("disease", True),
        ("symptoms", None),
    ]
    assert reason.phrase == "screening.reason.symptoms_first"


@pytest.mark.parametrize(
    ("age", "active", "expected"),
    [
        (69, False, P),
        (70, False, R),
        (70, True, P),
        (None, False, R),
        (70, None, R),
        (None, True, P),
    ],
)
def test_seventy_and_inactive_asks_a_doctor(
    age: int | None, active: bool | None, expected: Outcome
) -> None:
    answers = enrolled(active, False, False, age_years=age)
    assert clearance(answers, TODAY).outcome == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("coronary_disease", R),
        ("heart_failure", R),
        ("pregnancy", R),
        ("eye_surgery", R),
        ("hernia", R),
        ("recent_surgery", R),
        ("acute_vertebral_fracture", R),
        ("type_2_diabetes", L),  # a disease: light to moderate without clearance, being active
        ("stroke", L),
        ("hypertension", P),  # a risk factor, not a disease of the table
        ("knee_osteoarthritis", P),
    ],
)
def test_conditions_of_the_plan_count_though_the_resident_says_no_disease(
    condition: str, expected: Outcome
) -> None:
    answers = enrolled(True, False, False, conditions=frozenset({condition}))
    assert clearance(answers, TODAY).outcome == expected


def test_recorded_clearance_settles_what_asked_for_it() -> None:
    answers = enrolled(
        False, True, False, age_years=80, conditions=frozenset({"heart_failure"}), clearance=LIGHT
    )
    assert verdict(clearance(answers, TODAY)) == (L, "light_moderate")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("cleared", P), ("clearance_obtained", P), ("not_used", P), ("follow_up", R), (None, R)],
)
def test_official_questionnaire_enters_by_its_outcome(outcome: Any, expected: Outcome) -> None:
    answers = enrolled(True, False, False, questionnaire=outcome)
    assert clearance(answers, TODAY).outcome == expected


@pytest.mark.parametrize(
    ("answered_on", "expected"),
    [
        (date(2025, 11, 22), P),  # twelve months to the day
        (date(2025, 11, 21), R),
        (date(2026, 11, 22), P),
        (date(2026, 11, 23), R),  # not yet given
        (None, R),
    ],
)
def test_answers_hold_for_twelve_months(answered_on: date | None, expected: Outcome) -> None:
    answers = enrolled(True, False, False, answered_on=answered_on)
    assert clearance(answers, TODAY).outcome == expected


@pytest.mark.parametrize(
    ("record", "holds"),
    [
        (ClearanceRecord(by="dr-li", on=TODAY, until=TODAY), True),
        (ClearanceRecord(by="dr-li", on=date(2026, 1, 1), until=date(2026, 11, 21)), False),
        (ClearanceRecord(by="dr-li", on=date(2026, 11, 23)), False),
        (ClearanceRecord(by="dr-li", on=date(2025, 11, 22)), True),
        (ClearanceRecord(by="dr-li", on=date(2025, 11, 21)), False),
        (ClearanceRecord(by="  ", on=TODAY, until=TODAY), False),
    ],
)
def test_clearance_needs_a_name_and_a_day_that_holds(record: ClearanceRecord, holds: bool) -> None:
    found = clearance(enrolled(False, True, False, clearance=record), TODAY)
    assert (found.outcome == L) == holds
    assert (found.by is not None) == holds


def test_start_without_restriction_has_no_limits_and_a_gentle_one_has() -> None:
    assert clearance(enrolled(True, False, False), TODAY).limits.ceiling is None
    gentle = clearance(enrolled(False, False, False), TODAY).limits
    assert gentle.ceiling == "moderate"
    assert gentle.hr_reserve_upper_pct is not None
    assert gentle.hr_reserve_upper_pct.value == 59


def test_implausible_age_and_unknown_condition_are_refused_in_one_line() -> None:
    with pytest.raises(
        ScreeningInputError, match=r"^screening: age_years: is 700; allowed: 1 to 120$"
    ):
        clearance(enrolled(True, False, False, age_years=700), TODAY)
    with pytest.raises(ScreeningInputError, match=r"^screening: conditions: 'gout' is not known"):
        clearance(enrolled(True, False, False, conditions=frozenset({"gout"})), TODAY)


def test_enrolment_asks_three_questions_of_its_own() -> None:
    assert [q.id for q in enrolment_questions()] == ["active", "disease", "symptoms"]
