"""What a session is made of, read and checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from aicoach.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aicoach.adapters.session_head import SessionHead
    from aicoach.catalog import ExerciseSpec
    from aicoach.catalog.cues import Language
    from aicoach.events import View
    from aicoach.observations import AnswerValue
    from aicoach.prescription import Prescription
    from aicoach.screening import EnrolmentAnswers
    from aicoach.session.room import Controls

UNKNOWN: Final = "unknown"
"""How an answer says that nobody knows."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Who answers: the resident when asked, somebody assumed to be well, or a file."""

    how: str
    """``asked``, ``assumed`` or ``file``."""
    given: Mapping[str, AnswerValue]
    enrolment: Mapping[str, Any]


def enrolment_of(plan: Prescription, answers: Answers, today: date) -> EnrolmentAnswers:
    """What is known from the enrolment: the plan, a signature, and what was answered.

    A signature under a medical plan is a clearance for what the plan asks. What nobody
    answered stays unknown, except where answers are assumed.
    """
    from aicoach.prescription.resident import age_on, conditions_of  # noqa: PLC0415
    from aicoach.screening import ClearanceRecord, EnrolmentAnswers  # noqa: PLC0415

    record = None
    if plan.kind == "medical" and plan.author is not None and plan.signed_at is not None:
        record = ClearanceRecord(by=plan.author.id, on=plan.signed_at, until=plan.valid_until)
    known: dict[str, Any] = dict(answers.enrolment)
    if answers.how == "assumed":
        known = {"active": True, "disease": False, "symptoms": False, "answered_on": today}
    return EnrolmentAnswers(
        active=_yes_no(known, "active"),
        disease=_yes_no(known, "disease"),
        symptoms=_yes_no(known, "symptoms"),
        age_years=age_on(plan, today),
        answered_on=_day(known) if known else None,
        conditions=conditions_of(plan),
        clearance=record,
    )


def _yes_no(known: dict[str, Any], key: str) -> bool | None:
    value = known.get(key)
    if value is None or value == UNKNOWN:
        return None
    if not isinstance(value, bool):
        raise CoachError(f"answers: enrolment.{key}: is {value!r}; allowed: true, false, 'unknown'")
    return value


def _day(known: dict[str, Any]) -> date | None:
    unknown = sorted(known.keys() - {"active", "disease", "symptoms", "answered_on"})
    if unknown:
        allowed = "active, disease, symptoms, answered_on"
        raise CoachError(f"answers: enrolment.{unknown[0]}: is no key; allowed: {allowed}")
    day = known.get("answered_on")
    if day is not None and type(day) is not date:
        raise CoachError(f"answers: enrolment.answered_on: is {day!r}; allowed: a date, 2026-01-31")
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything that a session needs, sound and ready."""

    head: SessionHead
    plan: Prescription
    catalog: Mapping[str, ExerciseSpec]
    answers: Answers
    lang: Language


def prepare(  # noqa: PLR0913 - each is one option of the command
    file: Path | None,
    *,
    plan: Prescription | None = None,
    today: date,
    lang: Language,
    answers: Answers,
    demonstration: bool,
    strap_expected: bool,
    source: str,
    view: View | None = None,
    session_number: int | None = None,
    session_of_week: int | None = None,
    staff_present: bool = False,
    controls: Controls = "keys",
) -> Visit:
    """Read the plan and everything beside it; refuse what must not be carried out.

    ``plan`` was read elsewhere; without it ``file`` is read.

    ``demonstration`` lets an example plan through; it changes nothing for another one.

    Raises
    ------
    CoachError
        With the first reason why there can be no session.
    """
    from aicoach.adapters.session_head import (  # noqa: PLC0415
        SessionHead,
        enrolment_as_json,
        plan_as_json,
    )
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import read_prescription, require_runnable  # noqa: PLC0415

    if plan is None:
        assert file is not None  # the command asks for one of both
        plan = read_prescription(file)
    name = f"{plan.id} version {plan.version}" if file is None else str(file)
    catalog = load_catalog()
    shown = demonstration and plan.status == "example"
    require_runnable(plan, catalog, today, demonstration=shown, name=name)
    enrolled = enrolment_of(plan, answers, today)
    head = SessionHead(
        plan=plan_as_json(plan),
        plan_name=name if file is None else file.name,
        today=today,
        language=lang,
        session_number=session_number,
        session_of_week=session_of_week,
        strap_expected=strap_expected,
        demonstration=shown,
        enrolment=enrolment_as_json(enrolled),
        view=view,
        staff_present=staff_present,
        answers=answers.how,
        source=source,
        controls=controls,
    )
    return Visit(head=head, plan=plan, catalog=catalog, answers=answers, lang=lang)
