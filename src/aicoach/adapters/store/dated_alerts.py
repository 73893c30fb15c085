"""The alerts of a resident's sessions in one go: a report of months reads no whole session."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from aicoach.adapters.store import tables
from aicoach.adapters.store.plain_records import from_plain
from aicoach.records import AlertRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

Told = tuple[str, datetime, float, int, AlertRecord]
"""Session, when it began (UTC), its clock then, minutes east of UTC, and the alert."""


def read_alerts(connection: Connection, resident: str, first: date, last: date) -> tuple[Told, ...]:
    """Alerts of the closed sessions of these days, the oldest session first."""
    sessions, summaries = tables.sessions, tables.session_summaries
    alerts, _ = tables.UNDER_SESSION["alerts"]
    query = (
        select(alerts, sessions.c.started_at, sessions.c.start_s, sessions.c.utc_offset_min)
        .join(sessions, sessions.c.id == alerts.c.session_id)
        .join(summaries, summaries.c.session == alerts.c.session_id)
        .where(summaries.c.resident == resident, summaries.c.day.between(first, last))
        .order_by(sessions.c.started_at, alerts.c.session_id, alerts.c.position)
    )
    found = []
    for row in connection.execute(query).mappings():
        values = dict(row)
        session = values.pop("session_id")
        began, start_s = values.pop("started_at"), values.pop("start_s")
        offset = values.pop("utc_offset_min")
        values.pop("position")
        found.append((session, began, start_s, offset, from_plain(AlertRecord, values)))
    return tuple(found)
