"""Erasing a resident for good, with proof.

What hangs on a resident is found by the keys of the tables, so that a table that is added
later is erased too; its rows are counted and hashed while they go. Then every table, the
journals and the copies beside the database are searched for what is left. The proof names
the resident by a hash; the audit keeps the code, which leads to nobody any more.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import append, canonical
from aicoach.adapters.store.belongings import THEIR_ROLES, belongings_of, pieces
from aicoach.adapters.store.erased import is_erased, pseudonym
from aicoach.adapters.store.journal import read_journal
from aicoach.adapters.store.people import Resident
from aicoach.adapters.store.traces import Trace, copies_beside, find_traces
from aicoach.errors import JournalError, PrivacyError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Table

    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.store import Store

ACTION: Final = "record.erase"
CHECKED: Final = "record.erase.checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was erased, when, by whom; nothing in it leads back to the resident."""

    resident: str
    """Hash of the code."""
    erased_at: str
    """UTC, ISO 8601."""
    by: str
    deleted: dict[str, int]
    """Rows by table; files under ``journals``."""
    digest: str
    """SHA-256 over every row that was deleted, in order."""
    scrubbed: bool = False
    """Whether file and log were written anew; False: another program was reading."""
    searched: str = "every table"
    traces: tuple[Trace, ...] = ()
    """Where the code still stands."""
    look_at: tuple[Trace, ...] = ()
    """Where the name still stands: perhaps somebody else of the same name."""
    copies: tuple[str, ...] = ()
    """Files beside the database, or in the folder of backups, that may still hold something."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left in database, journals and copies."""
        return self.scrubbed and not self.traces and not self.copies

    def as_json(self) -> str:
        """The certificate as a file holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def erase_resident(
    gate: Gate,
    resident: str,
    *,
    at: datetime | None = None,
    backups: Path | None = None,
    quick: bool = False,
) -> Certificate:
    """Erase a resident, as somebody who may.

    Parameters
    ----------
    backups
        A folder with copies, to be searched as well.
    quick
        Do not search the tables under sessions, whose rows are deleted by their keys: on a
        centre with millions of lines that search takes hours.

    Raises
    ------
    AccessError
        If the actor may not.
    PrivacyError
        If nobody has this code, or the resident is exercising at this moment.
    """
    gate.require(ACTION, gate.of_resident(resident), {"begins": True})
    return erase(
        gate.store, resident, actor=gate.actor.account, at=at, backups=backups, quick=quick
    )


def erase(
    store: Store,
    resident: str,
    *,
    actor: str,
    at: datetime | None = None,
    backups: Path | None = None,
    quick: bool = False,
) -> Certificate:
    """Erase a resident; for programs that were told to by a centre that had asked.

    Raises
    ------
    PrivacyError
        If nobody has this code, or the resident is exercising at this moment.
    """
    person = store.shelf(Resident).get(resident)
    if person is None:
        again = "was erased before" if store.is_erased(resident) else "nobody has this code"
        raise PrivacyError(f"resident {resident}", again)
    now = (at or datetime.now(timezone.utc)).astimezone(timezone.utc)
    _must_not_be_running(store, resident)
    deleted: dict[str, int] = {}
    digest = hashlib.sha256()
    with store.writing() as connection:
        _delete_all(connection, resident, deleted, digest)
        certificate = Certificate(
            resident=pseudonym(resident),
            erased_at=now.isoformat(),
            by=actor,
            deleted=deleted,
            digest=digest.hexdigest(),
        )
        if not is_erased(connection, resident):
            row = {"id": certificate.resident, "erased_at": now}
            row["certificate"] = canonical({"deleted": deleted, "digest": certificate.digest})
            connection.execute(insert(tables.erasures), [row])
        proof = {"deleted": deleted, "digest": certificate.digest}
        append(connection, actor, ACTION, resident, proof, now)
    journals = _delete_journals(store, resident)
    if journals:
        deleted["journals"] = journals
    return _checked(store, person, replace(certificate, deleted=deleted), backups, quick)


def _checked(
    store: Store, person: Resident, certificate: Certificate, backups: Path | None, quick: bool
) -> Certificate:
    """Write the file anew, look for what is left, and note what was found."""
    scrubbed = store.scrub(anew=True)
    traces, look_at = find_traces(store, person.id, person.name, quick=quick)
    checked = replace(
        certificate,
        scrubbed=scrubbed,
        searched="every table but those under sessions" if quick else "every table",
        traces=traces,
        look_at=look_at,
        copies=copies_beside(store, person.id, person.name, backups),
    )
    details = {
        "scrubbed": scrubbed,
        "searched": checked.searched,
        "traces": len(traces),
        "look_at": len(look_at),
        "copies": len(checked.copies),
    }
    store.audit.record(certificate.by, CHECKED, person.id, details)
    return checked


def _must_not_be_running(store: Store, resident: str) -> None:
    column = tables.sessions.c
    query = select(column.id).where(column.resident == resident, column.why_ended.is_(None))
    with store.reading() as connection:
        running = tuple(connection.scalars(query))
    for session_id in running:
        if store.is_running(session_id):
            remedy = "end the session first"
            raise PrivacyError(f"resident {resident}", "is exercising at this moment", remedy)


def _delete_all(
    connection: Connection, resident: str, deleted: dict[str, int], digest: Any
) -> None:
    """Delete what hangs on a resident, the leaves first."""
    theirs = belongings_of(connection, resident)
    column = tables.accounts.c
    connection.execute(  # staff who are residents too stay staff
        update(tables.accounts)
        .where(column.resident == resident, column.role.not_in(THEIR_ROLES))
        .values(resident=None)
    )
    gone: list[str] = [resident]
    for table in reversed(tables.metadata.sorted_tables):
        for condition in theirs.conditions(table):
            rows = _delete(connection, table, condition, digest, gone)
            if rows:
                deleted[table.name] = deleted.get(table.name, 0) + rows
    for some in pieces(tuple(gone)):
        statement = delete(tables.sync_rows).where(tables.sync_rows.c.row.in_(some))
        rows = connection.execute(statement).rowcount
        if rows:
            deleted["sync_rows"] = deleted.get("sync_rows", 0) + rows


def _delete(
    connection: Connection,
    table: Table,
    condition: ColumnElement[bool],
    digest: Any,
    gone: list[str],
) -> int:
    rows = connection.execute(select(table).where(condition).order_by(*table.primary_key))
    for row in rows.mappings():
        plain = {name: _plain(value) for name, value in row.items()}
        digest.update(f"{table.name}\n{json.dumps(plain, sort_keys=True)}\n".encode())
        if "id" in row:
            gone.append(str(row["id"]))
    return connection.execute(delete(table).where(condition)).rowcount


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return (
        value if isinstance(value, (int, float, str, list, dict)) or value is None else str(value)
    )


def _delete_journals(store: Store, resident: str) -> int:
    """Remove every file of lines that wait, or were put aside, and are the resident's."""
    removed = 0
    if not store.journals.is_dir():
        return 0
    for path in sorted(store.journals.iterdir()):
        if path.is_file() and _is_theirs(path, resident):
            path.write_bytes(b"\0" * path.stat().st_size)
            path.unlink()
            removed += 1
    return removed


def _is_theirs(path: Path, resident: str) -> bool:
    try:
        waiting = read_journal(path)
    except (JournalError, OSError):
        waiting = None
    if waiting is None:  # damaged: what names the resident is taken for theirs
        return f'"{resident}"'.encode() in path.read_bytes()
    return waiting.head.resident == resident
