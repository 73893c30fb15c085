"""Opens a made-up site for whoever tries it: accounts of every role, a PIN, a short plan.

The passwords are no secret: they stand here, and the demonstration prints them. Never for a
database in which somebody real is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aicoach.access import console_actor
from aicoach.adapters.store.accounts import actor_of, find_account, set_password, set_pin
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.people import Account, PlanVersion, Resident, plan_in_force
from aicoach.demo_site.people import LICENCE, PLACES
from aicoach.errors import DemoSiteError
from aicoach.prescription import parse_prescription
from aicoach.prescription.writing import to_json
from aicoach.screening.kept_answers import STAFF
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.prescription import Prescription

PASSWORD: Final = "a bench in the garden"
PIN: Final = "480263"
SHORT: Final = "short-session"
"""Name of the short plan, after the code of its resident."""
_HOLDS_DAYS: Final = 84
_REVIEW_DAYS: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoKeys:
    """With what somebody comes in."""

    cabin: str
    cabin_resident: str
    """Has the PIN at that cabin, and a short plan."""
    pin: str
    home_resident: str
    """Has an account with a password, and a short plan."""
    password: str
    """Of every account."""
    logins: dict[str, str]
    """Login by role."""


def open_site(
    store: Store, now: datetime, exercises: Sequence[str] = ("squat", "sit_to_stand"),
    repetitions: int = 5,
) -> DemoKeys:  # fmt: skip
    """Give the first residents of a made-up site a short plan, and everybody a password.

    now : their plans hold from the day that they have at this moment.

    Raises
    ------
    DemoSiteError
        If there is no made-up site in this database.
    """
    east, west = PLACES
    first, other = _first_of(store, east.id), _first_of(store, west.id)
    gate = store.gate(console_actor("demo"))
    logins = {
        "resident": "resident-east",
        "family": "family-east",
        "staff": east.staff(1),
        "clinician": east.clinician,
        "site_admin": f"{east.id}-admin-1",
        "system_admin": "demo-system-admin",
    }
    shelf = store.shelf(Account)
    for login, role, resident in (
        (logins["resident"], "resident", first), ("resident-west", "resident", other),
        (logins["family"], "family", first),
    ):  # fmt: skip
        name = resident.name or resident.id
        if role == "family":
            name = f"Family of {name}" if resident.language == "en" else f"{name}的家属"
        shelf.add(Account(login=login, name=name, role=role, site=resident.site,
                          resident=resident.id))  # fmt: skip
    shelf.add(Account(login=logins["system_admin"], name="System", role="system_admin"))
    for login in (*logins.values(), "resident-west", west.clinician, west.staff(1)):
        set_password(gate, find_account(store, login), PASSWORD)
    set_pin(gate, first.id, PIN, east.cabin(1))
    for person, clinician in ((first, east.clinician), (other, west.clinician)):
        today = day_in(person.time_zone, now)
        plan = short_plan(person, clinician, today, exercises, repetitions)
        _put_in_force(store, plan, clinician, today)
    return DemoKeys(
        cabin=east.cabin(1), cabin_resident=first.id, pin=PIN, home_resident=other.id,
        password=PASSWORD, logins=logins | {"home": "resident-west"},
    )  # fmt: skip


def enrol(store: Store, keys: DemoKeys) -> None:
    """Both residents with a short plan have answered the yearly questions, as well people do."""
    gate = store.gate(console_actor("demo"))
    answers = {"active": True, "disease": False, "symptoms": False}
    for resident in (keys.cabin_resident, keys.home_resident):
        answer_enrolment(gate, resident, answers, place=STAFF)


def short_plan(
    resident: Resident, clinician: str, today: date, exercises: Sequence[str], repetitions: int
) -> Prescription:
    """One set of each exercise, and nothing before or after it."""
    item: dict[str, Any] = {
        "type": "strength", "mode": "reps", "sets": 1, "reps_min": repetitions,
        "reps_max": repetitions, "rest_after_s": 15.0,
    }  # fmt: skip
    document = {
        "schema": 1, "id": f"{resident.id}-{SHORT}", "version": 1, "status": "active",
        "kind": "fitness", "title": {"zh": "短时练习", "en": "A short session"},
        "resident": {"id": resident.id, "birth_year": resident.birth_year},
        "author": {"id": clinician, "role": "physiotherapist", "qualification_no": LICENCE},
        "signed_at": today.isoformat(), "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=_HOLDS_DAYS)).isoformat(),
        "review_due": (today + timedelta(days=_REVIEW_DAYS)).isoformat(),
        "intensity": {"heart_rate": {"method": "none"}, "effort": {"upper": 5.0, "stop_at": 8.0}},
        "session": {"frequency_per_week": 3, "warm_up_min": 0.0, "cool_down_min": 0.0},
        "items": [{"exercise": name, **item} for name in exercises],
    }  # fmt: skip
    return parse_prescription(json.dumps(document), f"{SHORT}.json")


def _put_in_force(store: Store, plan: Prescription, clinician: str, today: date) -> None:
    assert plan.resident is not None
    resident = plan.resident.id
    gate = _gate_of(store, clinician)
    held = plan_in_force(store, resident)
    if held is not None:
        gate.set_plan_aside(held.id, "completed", today)
    row = PlanVersion(
        resident=resident, plan=plan.id, version=plan.version, status=plan.status,
        kind=plan.kind, author=clinician, signed_at=plan.signed_at,
        valid_from=plan.valid_from, valid_until=plan.valid_until,
        document=json.loads(to_json(plan)),
    )  # fmt: skip
    gate.sign_plan(row)
    store.refresh_standings([resident])


def _gate_of(store: Store, login: str) -> Gate:
    actor = actor_of(store, find_account(store, login).id)
    if actor is None:
        raise DemoSiteError(f"{store.database.name}: the account {login} is closed")
    return store.gate(actor)


def _first_of(store: Store, site: str) -> Resident:
    found = store.shelf(Resident).find(site=site)
    if not found:
        raise DemoSiteError(
            f"{store.database.name}: there is no made-up site; see aicoach demo-data"
        )
    return min(found, key=lambda one: one.id)
