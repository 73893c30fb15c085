"""What a session takes from the store before it starts: the plan, and which session it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aicoach.access.consents import NEEDED
from aicoach.errors import CoachError, StoreError
from aicoach.visit.keeping import Keeping
from aicoach.zones import today_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.people import Resident
    from aicoach.adherence import SessionSummary
    from aicoach.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class FromStore:
    """What the store knows before a session."""

    today: date
    """By the resident's calendar."""
    keeping: Keeping
    plan: Prescription | None = None
    """In force; None: a file was given."""
    language: str | None = None
    session_number: int | None = None
    session_of_week: int | None = None
    enrolment: Mapping[str, Any] = field(default_factory=dict)
    """What was answered at the enrolment, as far as it counts today."""


def ask_store(
    database: str,
    resident: str | None,
    today: date | None,
    *,
    with_plan: bool,
    rehearsal: bool,
    recorded_at: datetime | None = None,
    cabin: str | None = None,
) -> FromStore:
    """Who it is, what is in force, and which session of the week this makes.

    today : None: the day that it is now where the resident lives, or here.
    with_plan : the plan is to come from the store.
    recorded_at : when a recorded session took place, by the resident's clock.

    Raises
    ------
    CoachError
        If the plan is to come from the store and there is none, or the resident has not agreed
        to what a session needs. What else cannot be read stands in ``keeping.problems``, and the
        session goes on.
    """
    from aicoach.adapters.store import Store  # noqa: PLC0415

    store = Store(database)
    try:
        return ask_opened(
            store, resident, today, with_plan=with_plan, rehearsal=rehearsal,
            recorded_at=recorded_at, cabin=cabin, database=database,
        )  # fmt: skip
    except StoreError as problem:
        if with_plan:
            raise
        keeping = Keeping(
            database=database, resident=resident, cabin=cabin, rehearsal=rehearsal,
            began_at=_moment(recorded_at, None), problems=(str(problem),),
        )  # fmt: skip
        return FromStore(today=today or today_in(None), keeping=keeping)
    finally:
        store.close()


def ask_opened(  # noqa: PLR0913 - as above
    store: Store,
    resident: str | None,
    today: date | None,
    *,
    with_plan: bool,
    rehearsal: bool = False,
    recorded_at: datetime | None = None,
    cabin: str | None = None,
    database: str = "",
) -> FromStore:
    """The same from a store that is open, as a server's is.

    Raises
    ------
    CoachError
        If the plan is to come from the store and there is none, the resident has not agreed to
        what a session needs, or the store cannot be read.
    """
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415
    from aicoach.visit.enrolment import known_enrolment  # noqa: PLC0415

    if with_plan and resident is None:
        raise CoachError("--database: say --resident CODE, or give a plan with --prescription")
    row = None if resident is None else store.shelf(Resident).get(resident)
    if row is None and with_plan:
        raise CoachError(
            f"{resident}: is not registered in {store.database.name}; "
            f"see aicoach resident list, or aicoach resident add {resident}"
        )
    plan = _plan(store, row) if with_plan and row is not None else None
    if resident is not None and not rehearsal:
        require_consents(store, resident)
    zone = None if row is None else row.time_zone
    today = today or today_in(zone)
    known = () if resident is None else store.summaries(resident)
    of_week, number = session_numbers(known, today)
    return FromStore(
        today=today,
        keeping=Keeping(
            database=database,
            resident=resident,
            site=None if row is None else row.site,
            cabin=cabin,
            time_zone=zone,
            rehearsal=rehearsal,
            began_at=_moment(recorded_at, zone),
        ),
        plan=plan,
        language=None if row is None else row.language,
        session_number=None if resident is None else number,
        session_of_week=None if resident is None else of_week,
        enrolment={} if row is None else known_enrolment(store, row.id, today, row.time_zone).given,
    )


def require_consents(store: Store, resident: str) -> None:
    """See that a resident agreed to be watched and to have it kept; a rehearsal watches nobody.

    Raises
    ------
    CoachError
        If a consent is missing.
    """
    missing = [kind for kind in NEEDED if not store.holds_consent(resident, kind)]
    if missing:
        raise CoachError(
            f"{resident}: has not agreed to {' and '.join(missing)}; read it out, aicoach consent "
            f"text --kind {missing[0]}, then: aicoach consent give --resident {resident} "
            f"--kind {missing[0]}"
        )


def require_consents_of_named(database: str, plan: Prescription) -> None:
    """The same of the resident whom a plan from a file names; a store that is out stops nobody.

    Raises
    ------
    CoachError
        If a consent is missing.
    """
    from aicoach.adapters.store import Store  # noqa: PLC0415

    if plan.resident is None:
        return
    store = Store(database)
    try:
        require_consents(store, plan.resident.id)
    except StoreError:
        pass
    finally:
        store.close()


def _moment(recorded_at: datetime | None, zone: str | None) -> datetime | None:
    """The moment that a clock in that zone, or here, showed."""
    if recorded_at is None:
        return None
    here = recorded_at if zone is None else recorded_at.replace(tzinfo=ZoneInfo(zone))
    return here.astimezone(timezone.utc)


def _plan(store: Store, row: Resident) -> Prescription:
    from aicoach.adapters.store.people import plan_in_force  # noqa: PLC0415
    from aicoach.prescription import parse_prescription  # noqa: PLC0415

    held = plan_in_force(store, row.id)
    if held is None:
        raise CoachError(
            f"{row.id}: no plan is in force in {store.database.name}; see aicoach plan list "
            f"--resident {row.id}"
        )
    return parse_prescription(json.dumps(held.document), f"{held.plan} version {held.version}.json")


def session_numbers(known: Sequence[SessionSummary], today: date) -> tuple[int, int]:
    """Which session of the week, and which of all, the next one is; work makes a session."""
    done = [one for one in known if one.done_share > 0.0 and one.day <= today]
    week = [one for one in done if one.day.isocalendar()[:2] == today.isocalendar()[:2]]
    return len(week) + 1, len(done) + 1
