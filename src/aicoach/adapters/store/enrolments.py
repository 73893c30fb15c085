"""Answers of the enrolment: every time they were given, never written over.

The newest count. What was said before stays beside it, so that staff see a "yes" that somebody
took back.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from aicoach.adapters.store import tables
from aicoach.adapters.store.people import Enrolment, Resident
from aicoach.adherence.health_answers import HealthAnswers
from aicoach.errors import CoachError
from aicoach.screening import load_screening
from aicoach.screening.kept_answers import ASKED, STAFF, any_tells_of_change, changes
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.store import Store


def answer_enrolment(
    gate: Gate,
    resident: str,
    answers: Mapping[str, bool | None],
    *,
    place: str,
    at: datetime | None = None,
) -> Enrolment:
    """Keep what a resident answered, as the gate's actor wrote it down.

    Parameters
    ----------
    answers
        ``active``, ``disease`` and ``symptoms``; None: the resident does not know.
    place
        One of :data:`aicoach.adapters.store.tables.ENROLLED_AT`.

    Raises
    ------
    AccessError
        If the actor may not.
    CoachError
        If an answer is missing or none, or nobody has this code.
    """
    row = Enrolment(
        resident=resident,
        answered_at=at or datetime.now(timezone.utc),
        answered_by=gate.actor.account,
        place=place,
        answers=checked_answers(answers),
        question_version=load_screening().question_version,
    )
    if gate.store.shelf(Resident).get(resident) is None:
        raise CoachError(f"resident {resident}: nobody has this code; see aicoach resident list")
    with gate.deed("enrolment.answer", gate.of_resident(resident), {"at": place}) as connection:
        return gate.store.shelf(Enrolment).add(row, connection)


def enrolments_of(gate: Gate, resident: str) -> tuple[Enrolment, ...]:
    """Everything a resident answered, the oldest first.

    Raises
    ------
    AccessError
        If the actor may not see it.
    """
    gate.require("enrolment.view", gate.of_resident(resident))
    return gate.store.shelf(Enrolment).find(resident=resident)


def enrolment_on(store: Store, resident: str, today: date, time_zone: str) -> Enrolment | None:
    """The newest answers of a day; of a clock that ran ahead only where there are no others."""
    rows = store.shelf(Enrolment).find(resident=resident)
    known = [one for one in rows if day_in(time_zone, one.answered_at) <= today] or rows
    return known[-1] if known else None


def told_of_health(
    connection: Connection, zones: Mapping[str, str]
) -> dict[str, tuple[HealthAnswers, ...]]:
    """What residents, given with their time zones, answered; the oldest first."""
    columns = tables.enrolments.c
    query = select(columns.resident, columns.answered_at, columns.place, columns.answers)
    found: dict[str, tuple[HealthAnswers, ...]] = {}
    for row in connection.execute(
        query.where(columns.resident.in_(zones)).order_by(columns.answered_at, columns.id)
    ):
        said = HealthAnswers(
            day=day_in(zones[row.resident], row.answered_at),
            disease=row.answers["disease"],
            symptoms=row.answers["symptoms"],
            by_staff=row.place == STAFF,
        )
        found[row.resident] = (*found.get(row.resident, ()), said)
    return found


def change_reported_since(store: Store, resident: str, since: datetime) -> bool:
    """Whether a session that went on after a moment tells of a change of health."""
    answers, sessions = tables.UNDER_SESSION["answers"][0], tables.sessions
    query = (
        select(answers.c.question, answers.c.value)
        .join(sessions, sessions.c.id == answers.c.session_id)
        .where(
            sessions.c.resident == resident,
            or_(sessions.c.ended_at.is_(None), sessions.c.ended_at > since),
            answers.c.question.in_(tuple(changes())),
        )
    )
    with store.reading() as connection:
        return any_tells_of_change((row.question, row.value) for row in connection.execute(query))


def checked_answers(answers: Mapping[str, object]) -> dict[str, bool | None]:
    """The three answers.

    Raises
    ------
    CoachError
        If one is missing, unknown, or neither yes, no nor "don't know".
    """
    wrong = sorted(set(ASKED) ^ answers.keys())
    if wrong:
        state = "is missing" if wrong[0] in ASKED else f"is no answer; allowed: {', '.join(ASKED)}"
        raise CoachError(f"enrolment: {wrong[0]}: {state}")
    found: dict[str, bool | None] = {}
    for name in ASKED:
        value = answers[name]
        if value is not None and not isinstance(value, bool):
            raise CoachError(f"enrolment: {name}: is {value!r}; allowed: true, false, null")
        found[name] = value
    return found
