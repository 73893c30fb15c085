"""Removing what is past its time, by the rules of ``rules/retention.toml``.

The audit stays: it is the proof of everything else, and holds codes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update

from aicoach.access.retention import RetentionRule, retention_rules
from aicoach.access.settings import keep_settings
from aicoach.adapters.store import tables
from aicoach.adapters.store.belongings import session_column, under_sessions
from aicoach.adapters.store.consents import uncovered
from aicoach.adapters.store.gate import IN_FORCE, SYSTEM

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from aicoach.adapters.store.gate import Gate

CLOSED: Final = "closed-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What one rule removed, or would."""

    what: str
    rule: str
    before: datetime
    rows: int
    """Things of this kind; what belongs to them goes too and is not counted."""


def retain(gate: Gate, *, at: datetime | None = None, dry_run: bool = False) -> tuple[Removal, ...]:
    """Remove what is past its time, in one transaction, and say by which rule.

    Parameters
    ----------
    dry_run
        Only say what would go.

    Raises
    ------
    AccessError
        If the actor may not.
    """
    now = (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
    rules = retention_rules(keep_settings(), now)
    details: dict[str, Any] = {"dry_run": dry_run}
    with gate.deed("retention.run", SYSTEM, details) as connection:
        removals = tuple(_apply(connection, rule, now, dry_run) for rule in rules)
        details["removed"] = {one.what: one.rows for one in removals if one.rows}
    if not dry_run and any(one.rows for one in removals):
        gate.store.scrub()
    return removals


def kept_since(what: str, now: datetime) -> datetime:
    """What ended before this moment is kept no more: ``sessions``, ``messages`` ..."""
    return next(one.before for one in retention_rules(keep_settings(), now) if one.what == what)


def is_past(connection: Connection, table: Table, row: str, now: datetime) -> bool:
    """Whether a row would be removed at this moment: there is no use in taking it."""
    return any(
        connection.scalar(select(func.count()).select_from(one).where(one.c.id == row, condition))
        for rule in retention_rules(keep_settings(), now)
        for one, condition in _past(rule, now)
        if one is table
    )


def _apply(connection: Connection, rule: RetentionRule, now: datetime, dry_run: bool) -> Removal:
    rows = 0
    for table, condition in _past(rule, now):
        query = select(func.count()).select_from(table).where(condition)
        found = connection.scalar(query) or 0
        rows += found
        if found and not dry_run:
            _remove(connection, table, condition)
    return Removal(what=rule.what, rule=rule.rule, before=rule.before, rows=rows)


def _remove(connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
    if table is tables.accounts:  # notes and audit refer to the account: only the name goes
        gone = {"login": CLOSED + tables.accounts.c.id, "name": CLOSED, "licence": None}
        connection.execute(update(table).where(condition).values(**gone))
        return
    if table is tables.sessions:
        ids = select(table.c.id).where(condition)
        for below in under_sessions():
            connection.execute(delete(below).where(session_column(below).in_(ids)))
    connection.execute(delete(table).where(condition))


def _past(rule: RetentionRule, now: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    """Tables and conditions of what is past its time."""
    before, t = rule.before, tables
    if rule.what == "keypoints":
        late = or_(t.keypoints.c.keep_until <= now, t.keypoints.c.kept_at < before, uncovered())
        return [(t.keypoints, late)]
    if rule.what == "plans":
        ran = exists().where(
            t.sessions.c.resident == t.prescriptions.c.resident,
            t.sessions.c.plan_id == t.prescriptions.c.plan,
            t.sessions.c.plan_version == t.prescriptions.c.version,
        )
        return [
            (t.prescriptions, and_(_out_of_force(before), not_(ran))),
            (t.set_aside_plans, t.set_aside_plans.c.set_aside_at < before),
        ]
    if rule.what == "accounts":
        named = not_(t.accounts.c.login.startswith(CLOSED))
        return [(t.accounts, and_(t.accounts.c.closed_at < before, named))]
    simple: dict[str, tuple[Table, ColumnElement[bool]]] = {
        "sessions": (t.sessions, t.sessions.c.ended_at < before),
        "screenings": (
            t.screenings,
            and_(t.screenings.c.session_id.is_(None), t.screenings.c.taken_at < before),
        ),
        "messages": (t.messages, t.messages.c.sent_at < before),
        "enrolments": (
            t.enrolments,
            and_(t.enrolments.c.answered_at < before, exists().where(_answered_later())),
        ),
        "consents": (t.consents, t.consents.c.withdrawn_at < before),
        "sign_in_waits": (t.sign_in_waits, t.sign_in_waits.c.last_at < before),
        "credentials": (t.credentials, t.credentials.c.revoked_at < before),
    }
    return [simple[rule.what]]


def _out_of_force(before: datetime) -> ColumnElement[bool]:
    """Versions of plans that held no more before that day, or never did.

    A version stays ``active`` when a newer one is signed or its last day is over. So one counts
    as held no more from the day on which it was set aside, from its last day, or from the first
    day of the version that is in force instead (``people.plan_in_force``).
    """
    mine, newer, day = tables.prescriptions.c, tables.prescriptions.alias("newer").c, before.date()
    began = func.coalesce(newer.valid_from, newer.signed_at)
    superseded = exists().where(
        newer.resident == mine.resident,
        newer.status == IN_FORCE,
        newer.signed_at.is_not(None),
        or_(
            mine.signed_at.is_(None),
            newer.signed_at > mine.signed_at,
            and_(newer.signed_at == mine.signed_at, newer.version > mine.version),
        ),
        began < day,
    )
    aside = or_(mine.ended_on < day, and_(mine.ended_on.is_(None), mine.created_at < before))
    held = mine.status == IN_FORCE
    return or_(and_(not_(held), aside), and_(held, or_(mine.valid_until < day, superseded)))


def _answered_later() -> ColumnElement[bool]:
    """Answers that the same resident gave after those of a row: the newest stay."""
    later, mine = tables.enrolments.alias("later"), tables.enrolments.c
    return and_(later.c.resident == mine.resident, later.c.answered_at > mine.answered_at)
