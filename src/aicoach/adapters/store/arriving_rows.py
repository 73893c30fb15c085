"""Other rows that arrive at the centre: what residents and staff did in a cabin.

A cabin adds; it never changes what the centre has, but for three things that only go one way:
a consent is withdrawn, a message was read, a plan is stopped. Everything is of its own site, and
a note or a message holds only if the account that it names might have written it here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import insert, select, update

from aicoach.access import Subject, permits, say_decision
from aicoach.adapters.store import audit, tables
from aicoach.adapters.store.accounts.opening import actor_from
from aicoach.adapters.store.arriving import note_once
from aicoach.adapters.store.consents import delete_uncovered
from aicoach.adapters.store.enrolments import checked_answers
from aicoach.adapters.store.people import Account
from aicoach.adapters.store.plain_records import from_plain
from aicoach.adapters.store.plan_rules import MAY_NOT_SIGN, is_signed, same_version
from aicoach.adapters.store.retention import is_past
from aicoach.adapters.store.set_aside import Side, plan_with_number, put_aside, settle
from aicoach.adapters.store.shared_rows import (
    TABLES,
    UP_AFTER,
    UP_BEFORE,
    Body,
    RowError,
    plain_body,
    row_of,
)
from aicoach.errors import CoachError, PrescriptionError, StoreError, StoreProblem
from aicoach.prescription import parse_prescription
from aicoach.records import NOBODY

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.cabin_tokens import CabinPass
    from aicoach.adapters.store.store import Store

Outcome = Literal["kept", "known", "set_aside", "refused"]
Row = dict[str, Any]
_TAKEN: Final = frozenset({*UP_BEFORE, *UP_AFTER})
_WRITTEN: Final = {
    "reviews": ("review.write", "account", "reviewed_at"),
    "messages": ("message.write", "sender", "sent_at"),
}
"""What somebody wrote: the action, who they are, and when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTaken:
    """What became of one row."""

    kind: str
    id: str
    outcome: Outcome
    text: str = ""


class _RefusedError(Exception):
    """The row is not taken."""


class _PastError(Exception):
    """The row is past its time here: nothing of it is kept, and it is not offered again."""


def take_row(store: Store, cabin: CabinPass, kind: str, body: Body) -> RowTaken:
    """Take one row in a transaction of its own, or say why not.

    Raises
    ------
    StoreError
        If the database cannot be used at this moment.
    """
    identifier = str(body.get("id", ""))[:64]
    try:
        if kind not in _TAKEN:
            raise _RefusedError("no cabin hands this on")
        row = row_of(kind, body)
        with store.writing() as connection:
            outcome = _take(store, connection, cabin, kind, row)
            deleted = _delete_uncovered(connection, cabin, row) if kind == "consents" else 0
        if deleted:
            store.scrub()
        return RowTaken(kind=kind, id=identifier, outcome=outcome)
    except _PastError:
        return RowTaken(kind=kind, id=identifier, outcome="known")
    except (RowError, _RefusedError) as problem:
        text = str(problem)
    except StoreError as problem:
        if problem.reason not in (StoreProblem.FAILED, StoreProblem.CONFLICT):
            raise
        text = str(problem.reason.value)
    with store.writing() as connection:
        details = {"cabin": cabin.cabin, "kind": kind, "row": identifier, "problem": text[:200]}
        note_once(connection, f"cabin:{cabin.cabin}", "sync.refused", identifier, details)
    return RowTaken(kind=kind, id=identifier, outcome="refused", text=text)


def _take(store: Store, connection: Connection, cabin: CabinPass, kind: str, row: Row) -> Outcome:
    resident = row["id"] if kind == "residents" else _resident_of(connection, kind, row)
    if store.is_erased(resident, connection):
        raise _RefusedError("this resident was erased")
    _must_be_of_site(connection, cabin, kind, resident)
    here = _here(connection, kind, row)
    actor = f"cabin:{cabin.cabin}"
    if kind == "prescriptions":
        return _take_plan(connection, cabin, row, actor)
    if here is None:
        if kind in _WRITTEN:
            _must_be_allowed(connection, kind, row, resident)
        _add(connection, cabin, kind, row)
        return "kept"
    if plain_body(here) == plain_body(row):
        return "known"
    changed = _one_way(kind, here, row)
    if not changed:
        if kind in ("residents", "messages", "consents"):
            return "known"  # the centre's stands, and comes down with the next pull
        raise _RefusedError(f"the {kind} that is kept under this id says something else")
    table = TABLES[kind]
    connection.execute(update(table).where(table.c.id == row["id"]).values(**changed))
    subject = resident
    details = {"cabin": cabin.cabin, "row": row["id"], "fields": sorted(changed)}
    audit.append(connection, actor, f"sync.{kind}", subject, details)
    return "kept"


def _resident_of(connection: Connection, kind: str, row: Row) -> str:
    if kind != "reviews":
        return str(row["resident"])
    columns = tables.sessions.c
    found = connection.scalar(select(columns.resident).where(columns.id == row["session_id"]))
    if found is None:
        raise _RefusedError("the session that was reviewed is not here")
    return str(found)


def _must_be_of_site(connection: Connection, cabin: CabinPass, kind: str, resident: str) -> None:
    columns = tables.residents.c
    query = select(columns.id, columns.site).where(columns.id == resident)
    found = connection.execute(query).one_or_none()
    if found is None and kind != "residents":
        raise _RefusedError(f"there is no resident {resident}")
    if found is not None and found.site not in (None, cabin.site):
        raise _RefusedError(f"resident {resident} belongs to another site")


def _must_be_allowed(connection: Connection, kind: str, row: Row, resident: str) -> None:
    """Whoever wrote it has an account, not closed by then, and may write about this resident."""
    action, who, when = _WRITTEN[kind]
    query = select(tables.accounts).where(tables.accounts.c.id == row[who])
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise _RefusedError(f"there is no account {row[who]}")
    account = from_plain(Account, dict(found))
    if account.closed_at is not None and account.closed_at <= row[when]:
        raise _RefusedError(f"the account {account.id} was closed before")
    people = tables.residents.c
    site = connection.scalar(select(people.site).where(people.id == resident))
    decision = permits(actor_from(account), action, Subject(resident=resident, site=site))
    if not decision.allowed:
        raise _RefusedError(f"account {account.id}: {say_decision(decision, 'en')}")


def _delete_uncovered(connection: Connection, cabin: CabinPass, consent: Row) -> int:
    """A consent that was taken back in the cabin: its skeletons go here in the same moment."""
    resident, kind = consent["resident"], consent["kind"]
    deleted = delete_uncovered(connection, resident, kind)
    if deleted:
        details = {"cabin": cabin.cabin, "kind": kind, "keypoints_deleted": deleted}
        audit.append(connection, f"cabin:{cabin.cabin}", "sync.consents", resident, details)
    return deleted


def _here(connection: Connection, kind: str, row: Row) -> Row | None:
    table = TABLES[kind]
    query = select(table).where(table.c.id == row["id"])
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _add(connection: Connection, cabin: CabinPass, kind: str, row: Row) -> None:
    if kind == "residents":
        if row["id"] == NOBODY:
            raise _RefusedError("this code is nobody's")
        row = row | {"site": cabin.site}
    if kind == "enrolments":
        try:
            checked_answers(row["answers"] if isinstance(row["answers"], dict) else {})
        except CoachError as problem:
            raise _RefusedError(str(problem)) from problem
    if kind == "screenings" and row["session_id"] is not None:
        raise _RefusedError("the screening of a session is made of its lines")
    connection.execute(insert(TABLES[kind]), [row])
    if is_past(connection, TABLES[kind], row["id"], datetime.now(timezone.utc)):
        raise _PastError


def _one_way(kind: str, here: Row, row: Row) -> Row:
    """What a cabin may change in a row that the centre has."""
    if kind == "consents" and here["withdrawn_at"] is None and row["withdrawn_at"] is not None:
        return {name: row[name] for name in ("withdrawn_at", "withdrawn_by")}
    if kind == "messages" and here["read_at"] is None and row["read_at"] is not None:
        return {"read_at": row["read_at"]}
    if kind == "residents":  # entered by the code when a session came: nothing is written over
        names = ("name", "birth_year")
        return {n: row[n] for n in names if here[n] is None and row[n] is not None}
    return {}


def _take_plan(connection: Connection, cabin: CabinPass, plan: Row, actor: str) -> Outcome:
    here = plan_with_number(connection, plan)
    _must_be_a_plan(plan)
    if is_signed(plan) and not cabin.may_sign and not (here and same_version(here, plan)):
        put_aside(connection, plan, origin=cabin.cabin, why=MAY_NOT_SIGN, actor=actor)
        return "set_aside"
    if here is None:
        connection.execute(insert(tables.prescriptions), [plan])
        if is_past(connection, tables.prescriptions, plan["id"], datetime.now(timezone.utc)):
            raise _PastError
        details = {
            "cabin": cabin.cabin,
            "plan": plan["plan"],
            "version": plan["version"],
            "status": plan["status"],
        }
        audit.append(connection, actor, "sync.prescriptions", plan["resident"], details)
        return "kept"
    before = plain_body(here)
    side = Side(at_centre=True, other=cabin.cabin, actor=actor, cabin_may_sign=cabin.may_sign)
    if settle(connection, here, plan, side):
        return "kept"
    return "known" if before["document"] == plan["document"] else "set_aside"


def _must_be_a_plan(row: Row) -> None:
    """What will be carried out must at least be one, and be what the row says of it."""
    try:
        plan = parse_prescription(json.dumps(row["document"]), "plan.json")
    except (PrescriptionError, ValueError) as problem:
        raise _RefusedError(f"the document is no plan: {problem}") from problem
    if (plan.id, plan.version, plan.kind) != (row["plan"], row["version"], row["kind"]):
        raise _RefusedError("the document is another plan than the row says")
    if is_signed(row) and (plan.author is None or plan.signed_at != row["signed_at"]):
        raise _RefusedError("the document is not signed as the row says")
