"""Unknown is never normal, and worse is never treated as better, for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from aicoach.catalog.vocabulary import conditions as known_conditions
from aicoach.limits import AppliedLimits, Limit
from aicoach.observations import AnswerValue
from aicoach.screening import (
    ClearanceRecord,
    EnrolmentAnswers,
    Outcome,
    Question,
    ScreeningContext,
    ScreeningInputError,
    ScreeningResult,
    StartLimit,
    clearance,
    evaluate,
    load_screening,
    questions_for,
)

RULES = load_screening()
DAY = {q.id: q for q in RULES.questions.values() if q.part == "day"}
FLAGS = st.sampled_from(["no", "no", "yes", "unknown"])
TODAY = date(2026, 11, 22)
LEAST = {
    "systolic_mmhg": (90.0, 159.0),
    "resting_hr_bpm": (40.0, 100.0),
    "glucose_mmol": (7.0, 10.0),
}
"""Where an answer is fine; further out on either side is worse."""
FINE: dict[str, AnswerValue] = {
    name: False if question.kind == "yes_no" else question.choices[0] if question.choices else 0
    for name, question in DAY.items()
} | {
    "systolic_mmhg": 125,
    "diastolic_mmhg": 78,
    "resting_hr_bpm": 68,
    "glucose_mmol": 8.0,
    "spo2_pct": 97,
    "temperature_c": 36.6,
}
LOWER_IS_STRICTER = (
    "rpe_upper",
    "pain_stop",
    "hr_reserve_upper_pct",
    "met_below",
    "longest_hold_s",
)
CEILINGS = ("light", "moderate", None)


def an_answer(question: Question) -> st.SearchStrategy[AnswerValue]:
    if question.kind == "yes_no":
        return st.booleans()
    if question.kind == "choice":
        return st.sampled_from(question.choices)
    assert question.range is not None
    low, high = question.range
    return st.floats(low, high)


@st.composite
def contexts(draw: st.DrawFn) -> ScreeningContext:
    """Mostly people whom nothing keeps from starting: only they show a mistake."""
    enrolled = EnrolmentAnswers(
        active=True,
        disease=False,
        symptoms=draw(st.sampled_from([False, False, False, None])),
        age_years=66,
        answered_on=TODAY,
        clearance=draw(st.sampled_from([None, ClearanceRecord(by="dr-li", on=TODAY)])),
    )
    systolic = Limit(value=draw(st.floats(120, 240)), unit="mmHg", author="dr-li", source="plan")
    own = StartLimit(key="blood_pressure.systolic_block_mmhg", limit=systolic)
    return ScreeningContext(
        plan="in_force",
        medical=draw(st.booleans()),
        conditions=draw(st.frozensets(st.sampled_from(sorted(known_conditions())), max_size=3)),
        beta_blocker=draw(FLAGS),
        insulin=draw(FLAGS),
        sulfonylurea_glinide=draw(FLAGS),
        measures=draw(st.frozensets(st.sampled_from(["blood_pressure", "glucose", "spo2"]))),
        clearance=clearance(enrolled, TODAY),
        falls_12_months=draw(st.none() | st.integers(0, 3)),
        staff_present=draw(st.booleans()),
        clinician_limits=draw(st.sampled_from([(), (own,)])),
    )


@st.composite
def days(draw: st.DrawFn) -> tuple[ScreeningContext, dict[str, AnswerValue]]:
    """A resident who is well but for at most three answers: given, unknown, or not asked for."""
    context = draw(contexts())
    answers = {q.id: FINE[q.id] for q in questions_for(context)}
    for name in draw(st.lists(st.sampled_from(sorted(DAY)), max_size=3, unique=True)):
        answers[name] = draw(an_answer(DAY[name]) | st.none())
    left_open = draw(st.sampled_from([False, False, True]))
    for question in () if left_open else questions_for(context, usable(answers, context)):
        answers.setdefault(question.id, draw(st.just(FINE[question.id]) | an_answer(question)))
    return context, answers


def usable(answers: dict[str, AnswerValue], context: ScreeningContext) -> dict[str, AnswerValue]:
    result_of(answers, context)
    return answers


def result_of(answers: dict[str, AnswerValue], context: ScreeningContext) -> ScreeningResult:
    try:
        return evaluate(answers, context)
    except ScreeningInputError:  # the pressures the wrong way round
        assume(False)
        raise


def no_looser(found: AppliedLimits, than: AppliedLimits) -> bool:
    """Whether every limit of ``than`` holds in ``found`` as well."""

    def value(limits: AppliedLimits, name: str, without: float) -> float:
        limit = getattr(limits, name)
        return without if limit is None else float(limit.value)

    return (
        all(value(found, n, 1e9) <= value(than, n, 1e9) for n in LOWER_IS_STRICTER)
        and value(found, "cool_down_min", 0) >= value(than, "cool_down_min", 0)
        and CEILINGS.index(found.ceiling) <= CEILINGS.index(than.ceiling)
        and found.forbidden_tags >= than.forbidden_tags
        and found.conditions >= than.conditions
        and found.effort_guided >= than.effort_guided
        and found.staff_present >= than.staff_present
    )


def worse_answers(question: Question, answer: Any, context: ScreeningContext) -> list[AnswerValue]:
    """Answers graver than this one."""
    if question.worse == "yes":
        return [True]
    if question.worse == "choices":
        # Places and medicines differ in kind; only the last of the list is graver than all.
        return [question.choices[-1]]
    assert question.range is not None
    low, high = question.range
    if question.worse == "higher":
        return [answer + (high - answer) * share for share in (0.1, 0.5, 1.0)]
    if question.worse == "lower":
        return [answer + (low - answer) * share for share in (0.1, 0.5, 1.0)]
    fine = LEAST[question.id]
    if question.id == "glucose_mmol" and "type_1_diabetes" not in context.conditions:
        fine = (5.6, 13.9)
    graver: list[AnswerValue] = []
    if answer >= fine[0]:
        graver += [max(answer, fine[1]) + (high - max(answer, fine[1])) * s for s in (0.1, 1.0)]
    if answer <= fine[1]:
        graver += [min(answer, fine[0]) + (low - min(answer, fine[0])) * s for s in (0.1, 1.0)]
    return graver


@given(days(), st.data())
def test_not_knowing_an_answer_is_never_more_permissive(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], data: st.DataObject
) -> None:
    context, answers = day
    before = result_of(answers, context)
    question = data.draw(st.sampled_from(sorted(DAY)))
    after = result_of(answers | {question: None}, context)
    assert after.outcome >= before.outcome
    assert no_looser(after.limits, before.limits)
    assert after.notify_staff >= before.notify_staff


@given(days(), st.data())
def test_leaving_out_what_was_asked_is_never_more_permissive(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], data: st.DataObject
) -> None:
    context, answers = day
    asked = [q.id for q in questions_for(context) if q.id in answers]
    assume(asked)
    question = data.draw(st.sampled_from(asked))
    before = result_of(answers, context)
    without = {name: value for name, value in answers.items() if name != question}
    assert evaluate(without, context).outcome >= before.outcome


@given(days(), st.data())
def test_graver_answer_is_never_more_permissive(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], data: st.DataObject
) -> None:
    context, answers = day
    known = sorted(name for name, value in answers.items() if value is not None)
    assume(known)
    question = data.draw(st.sampled_from(known))
    graver = worse_answers(DAY[question], answers[question], context)
    assume(graver)
    before = result_of(answers, context)
    after = result_of(answers | {question: data.draw(st.sampled_from(graver))}, context)
    assert after.outcome >= before.outcome


@given(days(), st.sampled_from(["beta_blocker", "insulin", "sulfonylurea_glinide"]))
def test_not_knowing_a_medicine_is_never_more_permissive(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], medicine: str
) -> None:
    context, answers = day
    fields = {name: getattr(context, name) for name in ScreeningContext.__slots__}
    unknown = ScreeningContext(**(fields | {medicine: "unknown"}))
    assert result_of(answers, unknown).outcome >= result_of(answers, context).outcome


@given(days(), st.sampled_from(sorted(known_conditions())))
def test_another_condition_is_never_more_permissive(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], condition: str
) -> None:
    context, answers = day
    fields = {name: getattr(context, name) for name in ScreeningContext.__slots__}
    more = ScreeningContext(**(fields | {"conditions": context.conditions | {condition}}))
    after, before = result_of(answers, more), result_of(answers, context)
    assert after.outcome >= before.outcome
    assert no_looser(after.limits, before.limits)


@given(days(), st.floats(60, 400))
def test_no_clinician_can_raise_the_blocking_pressure(
    day: tuple[ScreeningContext, dict[str, AnswerValue]], value: float
) -> None:
    context, answers = day
    limit = Limit(value=value, unit="mmHg", author="dr-li", source="plan")
    fields = {name: getattr(context, name) for name in ScreeningContext.__slots__}
    own = (StartLimit(key="blood_pressure.systolic_block_mmhg", limit=limit),)
    theirs = ScreeningContext(**(fields | {"clinician_limits": own}))
    high = answers | {"systolic_mmhg": 180.5, "diastolic_mmhg": 70.0}
    result = evaluate(high, theirs)
    assert "BP-SYSTOLIC-HIGH" in {reason.rule for reason in result.reasons}


def test_the_residents_of_these_properties_are_mostly_well() -> None:
    """Else a blocked resident would hide every mistake."""
    outcomes = []

    @given(days())
    def look(day: tuple[ScreeningContext, dict[str, AnswerValue]]) -> None:
        outcomes.append(result_of(day[1], day[0]).outcome)

    look()
    assert sum(outcome < Outcome.BLOCK for outcome in outcomes) > len(outcomes) / 3
