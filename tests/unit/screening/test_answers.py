"""Answers that cannot be used are refused in one line; the questions take a minute."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from aicoach.observations import AnswerValue
from aicoach.phrases import load_phrases
from aicoach.screening import (
    ScreeningContext,
    ScreeningInputError,
    check_answer,
    evaluate,
    load_screening,
    questions_for,
)

ZH_CHARACTERS_PER_S = 3.3
EN_WORDS_PER_S = 2.5
ANSWERING_S = 2.5
LONGEST_S = 60.0


@pytest.mark.parametrize(
    ("question", "value", "problem"),
    [
        ("systolic_mmhg", 400, "is 400; allowed: 60 to 280 mmHg"),
        ("systolic_mmhg", 0, "is 0; allowed: 60 to 280 mmHg"),
        ("systolic_mmhg", "high", "is 'high', which is no number; allowed: 60 to 280 mmHg"),
        ("systolic_mmhg", True, "is True, which is no number; allowed: 60 to 280 mmHg"),
        ("glucose_mmol", float("inf"), "is inf; allowed: 1 to 40 mmol/L"),
        ("pain", 11, "is 11; allowed: 0 to 10"),
        ("pain", -1, "is -1; allowed: 0 to 10"),
        ("unwell", "yes", "is 'yes'; allowed: true, false"),
        ("unwell", 1, "is 1; allowed: true, false"),
        ("pain_place", "toe", "is 'toe'; allowed: other, shoulder_arm, back, knee_hip, chest"),
        ("pain_place", 3, "is 3; allowed: other, shoulder_arm, back, knee_hip, chest"),
        ("unwel", False, "there is no such question; did you mean 'unwell'?"),
        ("zzz", False, "there is no such question; allowed: unwell, "),
    ],
)
def test_bad_answers_are_refused_in_one_line(
    question: str, value: AnswerValue, problem: str
) -> None:
    with pytest.raises(ScreeningInputError) as caught:
        check_answer(question, value)
    assert str(caught.value).startswith(f"screening: {question}: {problem}")
    assert "\n" not in str(caught.value)


def test_pressures_the_wrong_way_round_are_refused(
    context: Callable[..., ScreeningContext], well: Callable[..., dict[str, AnswerValue]]
) -> None:
    answers = well(context(), systolic_mmhg=80, diastolic_mmhg=120)
    with pytest.raises(ScreeningInputError, match="systolic_mmhg: is 80; allowed: above diastolic"):
        evaluate(answers, context())


@pytest.mark.parametrize("value", [None, float("nan")])
def test_none_and_nan_both_mean_not_known(value: AnswerValue) -> None:
    assert check_answer("systolic_mmhg", value) is None


@pytest.mark.parametrize(("question", "value"), [("pain", 0), ("pain", 10), ("systolic_mmhg", 280)])
def test_ends_of_the_range_are_answers(question: str, value: AnswerValue) -> None:
    assert check_answer(question, value) == value


def test_everybody_is_asked_six_questions(context: Callable[..., ScreeningContext]) -> None:
    assert len(questions_for(context())) == 6


@pytest.mark.parametrize(
    "conditions",
    [
        (),
        ("hypertension",),
        ("type_2_diabetes", "neuropathy"),
        ("fall_risk",),
        ("knee_replacement",),
    ],
    ids=lambda codes: "+".join(codes) or "none",
)
def test_asking_and_answering_takes_at_most_a_minute(
    context: Callable[..., ScreeningContext], conditions: tuple[str, ...]
) -> None:
    """At a speaking rate for older people; taking a measurement is not asking."""
    zh, en = load_phrases("zh"), load_phrases("en")
    asked = [
        q
        for q in questions_for(context(conditions=frozenset(conditions)))
        if load_screening().entries[q.id].measure is None
    ]
    in_zh = sum(len(re.findall(r"\w", zh.text(q.ask))) / ZH_CHARACTERS_PER_S for q in asked)
    in_en = sum(len(en.text(q.ask).split()) / EN_WORDS_PER_S for q in asked)
    assert max(in_zh, in_en) + ANSWERING_S * len(asked) <= LONGEST_S
