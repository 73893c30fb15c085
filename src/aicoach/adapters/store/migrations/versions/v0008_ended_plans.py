"""From which day a plan that was set aside held no more: the weeks before it stay asked for.

What was set aside until now is looked up in the audit, which noted it with its moment.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from aicoach.zones import day_in

revision = "0008"
down_revision = "0007"

_TABLES: Final = ("prescriptions", "set_aside_plans")
_ENDED: Final = ("paused", "completed", "revoked")
_NOTED: Final = {"plan.draft": "status", "plan.status": "after"}
"""Action of the audit, and where its details say the new state of the version."""

_plans = sa.table(
    "prescriptions",
    sa.column("id", sa.Uuid(as_uuid=False)),
    sa.column("resident", sa.String),
    sa.column("plan", sa.String),
    sa.column("version", sa.Integer),
    sa.column("status", sa.String),
    sa.column("signed_at", sa.Date),
    sa.column("ended_on", sa.Date),
)
_people = sa.table("residents", sa.column("id", sa.String), sa.column("time_zone", sa.String))
_audit = sa.table(
    "audit",
    sa.column("number", sa.Integer),
    sa.column("action", sa.String),
    sa.column("entry", sa.Text),
)


def upgrade() -> None:
    """Add the day, and fill it where the audit knows it."""
    for table in _TABLES:
        op.add_column(table, sa.Column("ended_on", sa.Date()))
    connection = op.get_bind()
    ended = _noted(connection)
    signed = _plans.c.signed_at.is_not(None)  # a draft that was refused never held
    query = (
        sa.select(_plans.c.id, _plans.c.resident, _plans.c.plan, _plans.c.version)
        .where(_plans.c.status.in_(_ENDED), signed)
        .order_by(_plans.c.id)
    )
    zones = {row.id: row.time_zone for row in connection.execute(sa.select(_people))}
    for row in connection.execute(query).all():
        at = ended.get((row.resident, row.plan, row.version))
        if at is None:
            continue
        day: date = day_in(zones.get(row.resident) or "UTC", at)
        connection.execute(sa.update(_plans).where(_plans.c.id == row.id).values(ended_on=day))


def _noted(connection: sa.Connection) -> dict[tuple[str, str, int], datetime]:
    """When each version was set aside for the first time since it was last in force."""
    found: dict[tuple[str, str, int], datetime] = {}
    query = (
        sa.select(_audit.c.action, _audit.c.entry)
        .where(_audit.c.action.in_(tuple(_NOTED)))
        .order_by(_audit.c.number)
    )
    for row in connection.execute(query):
        entry: dict[str, Any] = json.loads(row.entry)
        details = entry["details"]
        status = details.get(_NOTED[row.action])
        which = (entry["subject"], details.get("plan"), details.get("version"))
        if "refused" in details or status is None:
            continue
        if status in _ENDED:
            found.setdefault(which, datetime.fromisoformat(entry["at"]))
        else:
            found.pop(which, None)
    return found
