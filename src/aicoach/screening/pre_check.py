"""The pre-check of a day: which questions are asked, and what the answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from aicoach.screening.bounds import (
    Bounds,
    StartLimit,
    all_conditions,
    applied,
    personal_bounds,
    strictest,
)
from aicoach.screening.holding import Fact, Held, holding, reasons_of
from aicoach.screening.outcomes import Outcome, ScreeningInputError, ScreeningResult
from aicoach.screening.questions import Measure, Question, checked_answer
from aicoach.screening.rules import load_screening

if TYPE_CHECKING:
    from aicoach.observations import AnswerValue
    from aicoach.screening.enrolment import Clearance
    from aicoach.screening.questions import QuestionEntry
    from aicoach.screening.rules import ScreeningRules

PlanState = Literal[
    "in_force", "unsigned", "expired", "not_yet_valid", "paused", "revoked", "missing"
]
Flag = Literal["yes", "no", "unknown"]
Answers = Mapping[str, "AnswerValue"]
NO_ANSWERS: Final[Answers] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningContext:
    """What is known of the resident and the plan before anything is asked today."""

    plan: PlanState
    medical: bool
    conditions: frozenset[str] = frozenset()
    beta_blocker: Flag = "unknown"
    """Or another medicine that slows the heart."""
    insulin: Flag = "unknown"
    sulfonylurea_glinide: Flag = "unknown"
    measures: frozenset[Measure] = frozenset()
    """What the plan wants measured, beside what the conditions need."""
    clearance: Clearance | None = None
    """Of the enrolment; None: never enrolled."""
    falls_12_months: int | None = None
    tug_s: float | None = None
    """Timed up-and-go."""
    staff_present: bool = False
    clinician_limits: tuple[StartLimit, ...] = ()


def check_answer(question: str, value: AnswerValue) -> AnswerValue:
    """The answer as screening takes it.

    Raises
    ------
    ScreeningInputError
        If there is no such question, or the value is of the wrong kind or out of range.
    """
    return checked_answer(load_screening().questions, question, value)


def questions_for(
    context: ScreeningContext, answers: Answers = NO_ANSWERS, rules: ScreeningRules | None = None
) -> tuple[Question, ...]:
    """What must be asked today; follow-ups join as the answers come.

    Raises
    ------
    ScreeningInputError
        If an answer or the context cannot be used.
    """
    rules = load_screening() if rules is None else rules
    given = _checked(answers, rules)
    bounds = personal_bounds(rules, context.clinician_limits)
    mine = all_conditions(context.conditions)
    return tuple(
        rules.questions[entry.id]
        for entry in rules.entries.values()
        if entry.part == "day" and _asked(entry, context, mine, given, bounds, if_unknown=False)
    )


def evaluate(
    answers: Answers, context: ScreeningContext, rules: ScreeningRules | None = None
) -> ScreeningResult:
    """Whether and how the resident may exercise today.

    A question that must be asked and has no answer counts as the worst answer it could
    have, and so does None under any question.

    Raises
    ------
    ScreeningInputError
        If an answer or the context cannot be used.
    """
    rules = load_screening() if rules is None else rules
    given = _checked(answers, rules)
    bounds = personal_bounds(rules, context.clinician_limits)
    mine = all_conditions(context.conditions)
    facts = _facts(context, mine, given, bounds, rules)
    held = _held(rules, facts, mine, bounds)
    limits = strictest(
        [
            *(applied(h.row.limits, h.row.id, bounds) for h in held),
            *([context.clearance.limits] if context.clearance else []),
        ]
    )
    facts["staff_needed"] = limits.staff_present
    seen = {one.row.id for one in held}
    held += [h for h in _held(rules, facts, mine, bounds) if h.row.id not in seen]
    reasons = reasons_of(held, facts, rules.questions, bounds)
    if context.clearance is not None:
        reasons += tuple(r for r in context.clearance.reasons if r.outcome > Outcome.PROCEED)
    reasons = tuple(sorted(reasons, key=lambda reason: -reason.outcome))
    asked = questions_for(context, answers, rules)
    return ScreeningResult(
        outcome=max((reason.outcome for reason in reasons), default=Outcome.PROCEED),
        reasons=reasons,
        limits=limits,
        notify_staff=any(h.row.notify_staff for h in held)
        or any(reason.notify_staff for reason in reasons),
        unanswered=tuple(q.id for q in asked if given.get(q.id) is None),
        question_version=rules.question_version,
        rule_version=rules.rule_version,
    )


def _checked(answers: Answers, rules: ScreeningRules) -> dict[str, AnswerValue]:
    given = {name: checked_answer(rules.questions, name, value) for name, value in answers.items()}
    systolic, diastolic = given.get("systolic_mmhg"), given.get("diastolic_mmhg")
    if isinstance(systolic, float) and isinstance(diastolic, float) and systolic <= diastolic:
        raise ScreeningInputError(
            "systolic_mmhg", f"is {systolic:g}; allowed: above diastolic_mmhg {diastolic:g}"
        )
    return given


def _asked(
    entry: QuestionEntry,
    context: ScreeningContext,
    conditions: frozenset[str],
    given: Answers,
    bounds: Bounds,
    *,
    if_unknown: bool,
) -> bool:
    """Whether a question belongs to this day.

    if_unknown : whether a follow-up is asked when the answer before it is not known.
    """
    if entry.from_plan and getattr(context, entry.id) is not None:
        return False
    if entry.asked or entry.measure in context.measures or conditions & set(entry.conditions):
        return True
    if entry.follows is None:
        return False
    before = given.get(entry.follows.question)
    if before is None:
        return if_unknown
    if entry.follows.at_least is not None:
        return float(before) >= bounds[entry.follows.at_least].value
    if entry.follows.above is not None:
        return float(before) > bounds[entry.follows.above].value
    return before == entry.follows.equals


def _facts(
    context: ScreeningContext,
    conditions: frozenset[str],
    given: Answers,
    bounds: Bounds,
    rules: ScreeningRules,
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "plan": context.plan,
        "medical": context.medical,
        "enrolled": context.clearance is not None,
        "beta_blocker": _known(context.beta_blocker),
        "glucose_lowering": _glucose_lowering(context, conditions),
        "tug_s": context.tug_s,
        "staff_present": context.staff_present,
    }
    for entry in rules.entries.values():
        if entry.part != "day":
            continue
        parent = entry.follows.question if entry.follows is not None else None
        # The answer before a follow-up is unknown only where it was asked for itself.
        open_parent = parent is None or parent in facts
        if entry.id in given or (
            open_parent and _asked(entry, context, conditions, given, bounds, if_unknown=True)
        ):
            facts[entry.id] = given.get(entry.id)
    if context.falls_12_months is not None:
        told = facts.get("falls_12_months", 0.0)
        known = float(context.falls_12_months)
        facts["falls_12_months"] = None if told is None else max(float(told), known)
    return facts


def _held(
    rules: ScreeningRules, facts: Mapping[str, Fact], conditions: frozenset[str], bounds: Bounds
) -> list[Held]:
    found = (holding(row, facts, conditions, bounds) for row in rules.tables.day)
    return [held for held in found if held is not None]


def _known(flag: Flag) -> str | None:
    return None if flag == "unknown" else flag


def _glucose_lowering(context: ScreeningContext, conditions: frozenset[str]) -> str | None:
    """Whether a medicine can make the sugar too low; with type 1 there is always insulin."""
    flags = {context.insulin, context.sulfonylurea_glinide}
    if "yes" in flags or "type_1_diabetes" in conditions:
        return "yes"
    return None if "unknown" in flags else "no"
