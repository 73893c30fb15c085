"""Plan versions that lost against another one with the same number: kept whole, and noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from aicoach.adapters.store import audit, tables
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.plan_rules import (
    same_version,
    stricter_status,
    which_stands,
)
from aicoach.adapters.store.sessions import insert_new
from aicoach.adapters.store.shared_rows import digest_of, plain_body

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.store import Store

CENTRE: Final = "centre"
HERE: Final = "here"
"""Origin of a version that was kept in this very database until then."""
Plan = dict[str, Any]


def plan_with_number(connection: Connection, plan: Plan) -> Plan | None:
    """The version of the same resident, plan and number that is there; None: the number is free."""
    columns = tables.prescriptions.c
    query = select(tables.prescriptions).where(
        columns.resident == plan["resident"],
        columns.plan == plan["plan"],
        columns.version == plan["version"],
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where two versions meet."""

    at_centre: bool
    other: str
    """The cabin that sent the version, or ``centre``."""
    actor: str
    """Who is named in the audit."""
    cabin_may_sign: bool = True


def settle(connection: Connection, here: Plan, sent: Plan, side: Side) -> bool:
    """Let one of two rows with one number stand; whether the one that was sent does.

    Parameters
    ----------
    here, sent
        The version that is kept, and the one that came.
    """
    if same_version(here, sent):
        _follow_status(connection, here, sent, side)
        return False
    centre, cabin = (here, sent) if side.at_centre else (sent, here)
    verdict = which_stands(centre, cabin, cabin_may_sign=side.cabin_may_sign)
    here_stands = verdict.centre_stands is side.at_centre
    loser, origin = (sent, side.other) if here_stands else (here, HERE)
    put_aside(connection, loser, origin=origin, why=verdict.why, actor=side.actor)
    if not here_stands:
        table = tables.prescriptions
        connection.execute(delete(table).where(table.c.id == here["id"]))
        connection.execute(insert(table), [sent])
    return not here_stands


def put_aside(connection: Connection, plan: Plan, *, origin: str, why: str, actor: str) -> None:
    """Keep a version that does not stand, once, with an entry in the audit."""
    digest = digest_of(plain_body({name: plan[name] for name in plan if name != "id"}))
    table = tables.set_aside_plans
    known = select(table.c.id).where(
        table.c.resident == plan["resident"],
        table.c.plan == plan["plan"],
        table.c.version == plan["version"],
        table.c.digest == digest,
    )
    if connection.scalar(known) is not None:
        return
    more = {
        "id": new_id(),
        "digest": digest,
        "origin": origin,
        "why": why,
        "set_aside_at": datetime.now(timezone.utc),
    }
    insert_new(connection, table, [plan | more])
    details = {
        "plan": plan["plan"],
        "version": plan["version"],
        "signed_at": plan["signed_at"].isoformat() if plan["signed_at"] else None,
        "origin": origin,
        "why": why,
        "digest": digest[:16],
    }
    audit.append(connection, actor, "plan.set_aside", plan["resident"], details)


def set_aside_plans(store: Store, resident: str | None = None) -> tuple[Plan, ...]:
    """Versions that were set aside, of one resident or of all, oldest first."""
    table = tables.set_aside_plans
    query = select(table).order_by(table.c.set_aside_at, table.c.id)
    if resident is not None:
        query = query.where(table.c.resident == resident)
    with store.reading() as connection:
        return tuple(dict(row) for row in connection.execute(query).mappings())


def _follow_status(connection: Connection, here: Plan, sent: Plan, side: Side) -> None:
    """How far a version has come: the centre says; a cabin may only be stricter."""
    status, ended_on = sent["status"], sent["ended_on"]
    if side.at_centre:
        status = stricter_status(here["status"], sent["status"])
        ended_on = min((one["ended_on"] for one in (here, sent) if one["ended_on"]), default=None)
    if (status, ended_on) == (here["status"], here["ended_on"]):
        return
    table = tables.prescriptions
    values = {"status": status, "ended_on": ended_on}
    connection.execute(update(table).where(table.c.id == here["id"]).values(**values))
    if status == here["status"]:
        return
    details = {
        "plan": here["plan"],
        "version": here["version"],
        "before": here["status"],
        "after": status,
    }
    audit.append(connection, side.actor, "plan.status", here["resident"], details)
