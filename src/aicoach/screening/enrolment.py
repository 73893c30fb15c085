"""Enrolment: whether a clinician's clearance is needed before the first session."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, Literal

from aicoach.limits import AppliedLimits
from aicoach.screening.bounds import all_conditions, applied
from aicoach.screening.holding import Fact, holding, reasons_of
from aicoach.screening.outcomes import Outcome, Reason, ScreeningInputError, named
from aicoach.screening.rules import load_screening
from aicoach.session_events import Input

if TYPE_CHECKING:
    from datetime import date

    from aicoach.screening.questions import Question
    from aicoach.screening.rules import ScreeningRules
    from aicoach.screening.tables import Allowed, ClearanceRow, Verdict

Questionnaire = Literal["cleared", "follow_up", "clearance_obtained", "not_used"]
_ALLOWED: Final[tuple[Allowed, ...]] = ("none", "light_moderate", "any")
OLDEST_YEARS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceRecord:
    """A clinician's clearance."""

    by: str
    on: date
    until: date | None = None
    """None: as long as screening.toml says."""
    scope: Literal["light_moderate", "any"] = "light_moderate"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentAnswers:
    """What is known at enrolment; None: not known, which counts as the strictest answer."""

    active: bool | None
    """At least 30 min of moderate exercise on 3 days a week for 3 months."""
    disease: bool | None
    """Known disease of heart, vessels, kidneys, or diabetes."""
    symptoms: bool | None
    age_years: int | None
    answered_on: date | None
    conditions: frozenset[str] = frozenset()
    questionnaire: Questionnaire | None = "not_used"
    """Outcome of an official questionnaire, where the installation uses one."""
    clearance: ClearanceRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What the enrolment says."""

    outcome: Outcome
    allowed: Allowed
    """Hardest intensity to start with."""
    reasons: tuple[Reason, ...]
    limits: AppliedLimits
    by: str | None
    """Whose clearance it rests on; None: nobody's."""
    rule_version: str


def enrolment_questions(rules: ScreeningRules | None = None) -> tuple[Question, ...]:
    """What is asked at enrolment, beside what stands in the plan."""
    rules = load_screening() if rules is None else rules
    return tuple(q for q in rules.questions.values() if q.part == "enrolment")


def clearance(
    answers: EnrolmentAnswers, today: date, rules: ScreeningRules | None = None
) -> Clearance:
    """Whether a clinician must be asked first, and how hard the resident may start.

    Raises
    ------
    ScreeningInputError
        If the age is implausible or a condition is not known.
    """
    rules = load_screening() if rules is None else rules
    if answers.age_years is not None and not 0 < answers.age_years <= OLDEST_YEARS:
        raise ScreeningInputError(
            "age_years", f"is {answers.age_years}; allowed: 1 to {OLDEST_YEARS}"
        )
    mine = all_conditions(answers.conditions)
    record = _valid(answers.clearance, today, rules)
    row, verdict = _row(answers, mine, record, rules)
    reasons = [_row_reason(row, verdict, answers)]
    if record is None:
        reasons += _further(answers, mine, today, rules)
    outcome = max(reason.outcome for reason in reasons)
    allowed = "none" if outcome >= Outcome.REFER else verdict.allowed
    return Clearance(
        outcome=outcome,
        allowed=allowed,
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.outcome)),
        limits=_limits(allowed, row, rules),
        by=record.by if record else None,
        rule_version=rules.rule_version,
    )


def _row(
    answers: EnrolmentAnswers,
    conditions: frozenset[str],
    record: ClearanceRecord | None,
    rules: ScreeningRules,
) -> tuple[ClearanceRow, Verdict]:
    """The strictest row among those that the known answers leave open."""
    known = any(rules.standing[c].disease for c in conditions & rules.standing.keys())
    disease = True if known else answers.disease
    open_rows = []
    for active, has_disease, symptoms in product((False, True), repeat=3):
        combination = (active, has_disease, symptoms)
        given = (answers.active, disease, answers.symptoms)
        if all(g is None or g == c for g, c in zip(given, combination, strict=True)):
            row = next(
                r
                for r in rules.tables.clearance
                if r.fits(active=active, disease=has_disease, symptoms=symptoms)
            )
            verdict = row.without if record is None else _capped(row.cleared, record)
            open_rows.append((row, verdict))
    return max(
        open_rows,
        key=lambda pair: (named(pair[1].outcome), -_ALLOWED.index(pair[1].allowed)),
    )


def _capped(verdict: Verdict, record: ClearanceRecord) -> Verdict:
    """A clearance for light to moderate exercise allows no more than that."""
    if record.scope == "any" or verdict.allowed != "any":
        return verdict
    return verdict.model_copy(update={"allowed": "light_moderate"})


def _row_reason(row: ClearanceRow, verdict: Verdict, answers: EnrolmentAnswers) -> Reason:
    outcome = named(verdict.outcome)
    return Reason(
        rule=row.id,
        outcome=outcome,
        phrase=f"screening.reason.{row.phrase}",
        inputs=tuple(
            Input(name=name, value=getattr(answers, name))
            for name in ("active", "disease", "symptoms")
        ),
        notify_staff=outcome >= Outcome.REFER,
        lift="clinician",
    )


def _further(
    answers: EnrolmentAnswers, conditions: frozenset[str], today: date, rules: ScreeningRules
) -> tuple[Reason, ...]:
    follow_up = {None: None, "follow_up": True}.get(answers.questionnaire, False)
    facts: dict[str, Fact] = {
        "active": answers.active,
        "age_years": answers.age_years,
        "questionnaire_follow_up": follow_up,
        "answers_age_months": months_since(answers.answered_on, today),
    }
    found = (holding(row, facts, conditions, rules.bounds) for row in rules.tables.enrolment)
    held = [one for one in found if one is not None]
    return reasons_of(held, facts, {}, rules.bounds)


def _valid(
    record: ClearanceRecord | None, today: date, rules: ScreeningRules
) -> ClearanceRecord | None:
    """The clearance if it names somebody and holds today."""
    if record is None or not record.by.strip() or record.on > today:
        return None
    if record.until is not None:
        return record if today <= record.until else None
    months = months_since(record.on, today)
    valid = rules.bounds["enrolment.clearance_valid_months"].value
    return record if months is not None and months <= valid else None


def months_since(since: date | None, today: date) -> float | None:
    """Whole months and the part of the next, as a calendar counts; the future is unknown."""
    if since is None or since > today:
        return None
    whole = (today.year - since.year) * 12 + today.month - since.month
    return whole + (today.day - since.day) / 31


def _limits(allowed: Allowed, row: ClearanceRow, rules: ScreeningRules) -> AppliedLimits:
    """Light to moderate as limits; a start without restriction has none."""
    if allowed == "any":
        return AppliedLimits()
    return applied(rules.tables.light_moderate, row.id, rules.bounds)
