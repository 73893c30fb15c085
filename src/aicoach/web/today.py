"""What a resident sees of themselves: their day, plan, consents and messages. All by the gate."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from aicoach.access.consents import NEEDED, consent_kinds
from aicoach.adapters.store.consents import give, holds, withdraw
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.people import Account, Message, Resident, plan_in_force
from aicoach.catalog.cues import LANGUAGES
from aicoach.errors import PrescriptionError
from aicoach.prescription import parse_prescription
from aicoach.visit.today import day_of, last_time, standing_of, standing_without
from aicoach.web.enrolled import asks_enrolment, told_of
from aicoach.web.refusals import NotNowError, refusal
from aicoach.zones import day_in

if TYPE_CHECKING:
    from datetime import date

    from aicoach.prescription import Prescription
    from aicoach.visit.today import ExerciseToday
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor

MESSAGES: Final = 50
"""So many of the newest are shown."""


class ResidentDesk:
    """What is done for a resident's own page; every method is one request."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def today(self, visitor: Visitor) -> dict[str, Any]:
        """The day: plan, what comes, what was done last, and what keeps from starting."""
        premises, resident = self._premises, about(visitor)
        gate = premises.gate(visitor)
        row = gate.resident(resident)
        day = day_in(row.time_zone, premises.now())
        summaries = gate.summaries(resident)
        last = last_time(summaries)
        told: dict[str, Any] = {
            "resident": row.id,
            "name": row.name or "",
            "day": day.isoformat(),
            "language": row.language,
            "role": gate.actor.role.value,
            "may_start": gate.allows("session.record", gate.of_resident(resident)).allowed,
            "last": None if last is None else dataclasses.asdict(last) | {"day": str(last.day)},
            "plan": None,
            "problem": None,
            "missing": [],
            "enrolment": None,
        }
        try:
            plan = require_plan(premises, visitor, resident, day)
        except NotNowError as problem:
            return told | {"problem": refusal(problem.code)}
        found = day_of(plan, premises.catalog, summaries, day)
        told["plan"] = {
            "title": {"zh": plan.title.zh, "en": plan.title.en},
            "medical": plan.kind == "medical",
            "exercises": [self._exercise(one) for one in found.exercises],
            "warm_up_min": _minutes(found.warm_up_s),
            "cool_down_min": _minutes(found.cool_down_s),
            "minutes": max(1, _minutes(found.expected_s)),
            "strap_helps": found.strap_helps,
            "done_this_week": found.done_this_week,
            "asked_per_week": found.asked_per_week,
            "trained_today": found.trained_today,
            "next_day": None if found.next_day is None else found.next_day.isoformat(),
        }
        missing = [one for one in NEEDED if not holds(premises.store, resident, one)]
        told["missing"] = missing
        if told["may_start"] and asks_enrolment(plan):
            told["enrolment"] = told_of(premises, gate, row, day)
        return told

    def answer_enrolment(self, visitor: Visitor, answers: dict[str, bool | None]) -> dict[str, Any]:
        """Keep what the resident says of their health, and whether that is to be asked again."""
        premises, resident = self._premises, about(visitor)
        gate = premises.gate(visitor)
        if gate.allows("enrolment.answer", gate.of_resident(resident)).allowed and not holds(
            premises.store, resident, "records"
        ):
            raise NotNowError("no_consent")
        answer_enrolment(gate, resident, answers, place=visitor.place, at=premises.now())
        row = gate.resident(resident)
        day = day_in(row.time_zone, premises.now())
        return {"enrolment": told_of(premises, gate, row, day)}

    def consents(self, visitor: Visitor) -> dict[str, Any]:
        """Everything that is asked for, in the words of today, and what was said."""
        premises, resident = self._premises, about(visitor)
        gate = premises.gate(visitor)
        subject = gate.of_resident(resident)
        gate.require("consent.view", subject)
        return {
            "may_change": gate.allows("consent.change", subject).allowed,
            "kinds": [
                {
                    "kind": one.kind,
                    "needed": one.kind in NEEDED,
                    "given": holds(premises.store, resident, one.kind),
                    "title": {language: one.title(language) for language in LANGUAGES},
                    "text": {language: one.text(language) for language in LANGUAGES},
                }
                for one in consent_kinds().values()
                if one.asked
            ],
        }

    def consent(self, visitor: Visitor, kind: str, agreed: bool) -> dict[str, Any]:
        """Give a consent or take it back, as the resident and nobody else."""
        premises, resident = self._premises, about(visitor)
        gate = premises.gate(visitor)
        subject = gate.of_resident(resident)
        if not gate.allows("consent.change", subject).allowed:
            gate.require("consent.change", subject)  # also where nothing would change
        if holds(premises.store, resident, kind) != agreed:
            if agreed:
                give(gate, resident, kind, given_by=resident)
            else:
                withdraw(gate, resident, kind, withdrawn_by=resident)
        return self.consents(visitor)

    def messages(self, visitor: Visitor) -> dict[str, Any]:
        """The newest messages; a resident who looks has read what staff wrote."""
        premises, resident = self._premises, about(visitor)
        gate = premises.gate(visitor)
        rows = gate.messages(resident)[-MESSAGES:]
        accounts = premises.store.shelf(Account)
        senders = {one: accounts.get(one) for one in {row.sender for row in rows}}
        if visitor.resident is not None:
            shelf, now = premises.store.shelf(Message), premises.now()
            for row in rows:
                if row.read_at is None and row.sender != gate.actor.account:
                    shelf.change(row.id, read_at=now)
        zone = premises.store.shelf(Resident).get(resident)
        return {
            "may_write": gate.allows("message.write", gate.of_resident(resident)).allowed,
            "messages": [
                {
                    "text": row.text,
                    "at": row.sent_at.isoformat(),
                    "zone": None if zone is None else zone.time_zone,
                    "mine": row.sender == gate.actor.account,
                    "from": "" if (who := senders[row.sender]) is None else who.name,
                    "new": row.read_at is None and row.sender != gate.actor.account,
                }
                for row in rows
            ],
        }

    def write(self, visitor: Visitor, text: str) -> dict[str, Any]:
        """A message to the staff."""
        self._premises.gate(visitor).message(about(visitor), text.strip())
        return self.messages(visitor)

    def _exercise(self, one: ExerciseToday) -> dict[str, Any]:
        spec = self._premises.catalog[one.exercise]
        return {
            "id": one.exercise,
            "name": {"zh": spec.names.zh, "en": spec.names.en},
            "sets": one.sets,
            "reps": one.reps,
            "seconds": None if one.seconds is None else round(one.seconds),
            "minutes": max(1, _minutes(one.expected_s)),
        }


def about(visitor: Visitor) -> str:
    """The resident whose pages these are: themselves, or whose family looks.

    Raises
    ------
    PermissionError
        If nobody is signed in.
    NotNowError
        If it is somebody of the staff, who has pages of their own.
    """
    if visitor.actor is None:
        raise PermissionError("sign in first")
    if visitor.actor.role.value not in {"resident", "family"} or visitor.actor.resident is None:
        raise NotNowError("not_yours")
    return visitor.actor.resident


def plan_of_today(premises: Premises, visitor: Visitor) -> tuple[Prescription, date]:
    """The plan that this resident may be guided by now, and their day.

    Raises
    ------
    PermissionError, AccessError
        If nobody, or nobody who may, is signed in.
    NotNowError
        If there is no such plan, or a consent is missing.
    """
    resident = about(visitor)
    gate = premises.gate(visitor)
    gate.require("session.record", gate.of_resident(resident))
    day = day_in(gate.resident(resident).time_zone, premises.now())
    plan = require_plan(premises, visitor, resident, day)
    if not all(holds(premises.store, resident, one) for one in NEEDED):
        raise NotNowError("no_consent")
    return plan, day


def require_plan(premises: Premises, visitor: Visitor, resident: str, today: date) -> Prescription:
    """The plan in force.

    Raises
    ------
    NotNowError
        If there is none that may be carried out today.
    """
    versions = premises.gate(visitor).plans(resident)
    held = plan_in_force(premises.store, resident)
    if held is None:
        raise NotNowError(standing_without(one.status for one in versions))
    name = f"{held.plan} version {held.version}.json"
    try:
        plan = parse_prescription(json.dumps(held.document), name)
    except PrescriptionError as problem:
        raise NotNowError("plan_wrong") from problem
    plan = plan.model_copy(update={"status": held.status})
    standing = standing_of(plan, premises.catalog, today)
    if standing is not None:
        raise NotNowError(standing)
    return plan


def _minutes(seconds: float) -> int:
    return round(seconds / 60.0)
