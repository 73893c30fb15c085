"""The residents' plans: ready plans, signed for one resident by the site's clinician."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aicoach.demo_site.people import LICENCE
from aicoach.prescription import session_blocks, session_limits
from aicoach.prescription.parts import Author, Resident
from aicoach.prescription.resident import conditions_of
from aicoach.screening import clearance, evaluate, questions_for
from aicoach.screening.enrolment import ClearanceRecord, EnrolmentAnswers
from aicoach.screening.pre_check import ScreeningContext
from aicoach.session_records import planned_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.limits import SessionLimits
    from aicoach.observations import AnswerValue
    from aicoach.prescription import Block, Prescription, Replacement
    from aicoach.prescription.items import Item
    from aicoach.records import PlannedSession
    from aicoach.screening import Clearance, ScreeningResult

WELL: Final[Mapping[str, AnswerValue]] = {
    "pain": 0.0,
    "systolic_mmhg": 126.0,
    "diastolic_mmhg": 78.0,
    "glucose_mmol": 7.2,
    "resting_hr_bpm": 70.0,
    "spo2_pct": 97.0,
    "temperature_c": 36.5,
    "falls_12_months": 0.0,
    "weight_gain_kg": 0.0,
}
"""What somebody answers who feels well; every other question with no."""
_LIGHTER: Final = 0.8
"""Share of repetitions and time that stays after an episode of pain."""
_FIRMER: Final = 1.1
_GRAIN_S: Final = 5.0


def signed_plan(
    ready: Prescription,
    *,
    resident: str,
    birth_year: int,
    author: str,
    first: date,
    last: date,
    review_due: date,
) -> Prescription:
    """The ready plan as version 1 for one resident, in force from ``first`` to ``last``."""
    person = ready.resident or Resident(id=resident)
    own = {"id": resident, "birth_year": birth_year}
    return ready.model_copy(
        update={
            "id": f"{resident}-plan",
            "version": 1,
            "status": "active",
            "author": Author(id=author, role="physiotherapist", qualification_no=LICENCE),
            "resident": person.model_copy(update=own),
            "signed_at": first,
            "valid_from": first,
            "valid_until": last,
            "review_due": review_due,
        }
    )


def lighter(plan: Prescription, day: date) -> Prescription:
    """The next version, signed on ``day``: less of everything in the main part."""
    return _changed(plan, day, _LIGHTER)


def firmer(plan: Prescription, day: date) -> Prescription:
    """The next version, signed on ``day``: a little more of everything in the main part."""
    return _changed(plan, day, _FIRMER)


def _changed(plan: Prescription, day: date, share: float) -> Prescription:
    return plan.model_copy(
        update={
            "version": plan.version + 1,
            "signed_at": day,
            "valid_from": day,
            "items": tuple(_scaled(item, share) for item in plan.items),
        }
    )


def _scaled(item: Item, share: float) -> Item:
    more: dict[str, object] = {}
    if item.mode == "reps" and item.reps_min is not None and item.reps_max is not None:
        least = max(1, round(item.reps_min * share))
        more = {"reps_min": least, "reps_max": max(least, round(item.reps_max * share))}
    elif item.mode == "hold" and item.hold_s is not None and share < 1.0:
        more = {"hold_s": max(_GRAIN_S, _GRAIN_S * round(item.hold_s * share / _GRAIN_S))}
    elif item.mode == "duration" and item.duration_s is not None and share < 1.0:
        more = {"duration_s": max(30.0, _GRAIN_S * round(item.duration_s * share / _GRAIN_S))}
    return item.model_copy(update=more)


@dataclass(slots=True)
class Standing:
    """One version of a plan as the sessions run with it: checked, with its limits."""

    plan: Prescription
    catalog: Mapping[str, ExerciseSpec]
    today: date
    """By which it is judged."""
    limits: SessionLimits = field(init=False)
    screened: ScreeningResult = field(init=False)
    """Of a resident who feels well."""
    answers: Mapping[str, AnswerValue] = field(init=False)
    _context: ScreeningContext = field(init=False)
    _sessions: dict[int, PlannedSession] = field(init=False, default_factory=dict)
    _blocks: dict[int, tuple[tuple[Block, ...], tuple[Replacement, ...]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Screen, and compute the limits, as a session does at its beginning."""
        plan = self.plan
        self._context = ScreeningContext(
            plan="in_force",
            medical=plan.kind == "medical",
            conditions=conditions_of(plan),
            beta_blocker=plan.medications.beta_blocker,
            insulin=plan.medications.insulin,
            sulfonylurea_glinide=plan.medications.sulfonylurea_glinide,
            clearance=_cleared(plan, self.today),
            staff_present=True,
        )
        self.answers = _answered(self._context)
        self.screened = evaluate(self.answers, self._context)
        self.limits = session_limits(plan, self.catalog, self.today, self.screened.limits)

    def screen(self, more: Mapping[str, AnswerValue]) -> ScreeningResult:
        """What the pre-check says to other answers."""
        return evaluate({**self.answers, **more}, self._context)

    def planned(self, session_of_week: int) -> PlannedSession:
        """What is prescribed for the week's so many-th session."""
        if session_of_week not in self._sessions:
            self._sessions[session_of_week] = planned_session(
                self.plan, self.catalog, session_of_week=session_of_week
            )
        return self._sessions[session_of_week]

    def today_s(self, session_of_week: int) -> tuple[Sequence[Block], Sequence[Replacement]]:
        """Blocks of that session after the screening, and what it replaced."""
        if session_of_week not in self._blocks:
            found = session_blocks(
                self.plan, self.catalog, self.screened.limits, session_of_week=session_of_week
            )
            self._blocks[session_of_week] = found.blocks, found.replacements
        return self._blocks[session_of_week]


def _cleared(plan: Prescription, today: date) -> Clearance:
    year = None if plan.resident is None else plan.resident.birth_year
    author = "" if plan.author is None else plan.author.id
    return clearance(
        EnrolmentAnswers(
            active=True,
            disease=plan.kind == "medical",
            symptoms=False,
            age_years=None if year is None else today.year - year,
            answered_on=today,
            conditions=conditions_of(plan),
            clearance=ClearanceRecord(
                by=author, on=today, scope="light_moderate" if plan.kind == "medical" else "any"
            ),
        ),
        today,
    )


def _answered(context: ScreeningContext) -> dict[str, AnswerValue]:
    given: dict[str, AnswerValue] = {}
    while True:
        left = [one.id for one in questions_for(context, given) if one.id not in given]
        if not left:
            return given
        given[left[0]] = WELL.get(left[0], False)
