"""What the centre hands to a cabin, and by which rules it is taken. docs/sync.md lists them.

The centre's word stands for sites, people, accounts and how they sign in; plans go by
:mod:`aicoach.adapters.store.plan_rules`; a withdrawn consent stays withdrawn. What is
overruled here is noted in the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from aicoach.adapters.store import audit, tables
from aicoach.adapters.store.consents import delete_uncovered
from aicoach.adapters.store.erased import pseudonym
from aicoach.adapters.store.outbox import mark_row
from aicoach.adapters.store.set_aside import CENTRE, Side, plan_with_number, settle
from aicoach.adapters.store.shared_rows import (
    DOWN,
    TABLES,
    Body,
    RowError,
    bodies,
    digest_of,
    plain_body,
    row_of,
)
from aicoach.errors import StoreError, StoreProblem
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from aicoach.adapters.store.store import Store

ACTOR: Final = "sync"
Row = dict[str, Any]
RowName = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the centre no longer hands to this cabin."""

    residents: tuple[str, ...]
    accounts: tuple[str, ...]


class Inbox:
    """Takes rows of one centre into a cabin's store.

    Parameters
    ----------
    store
        The cabin's.
    centre
        Id of the centre's database.
    may_sign
        Whether plans that were signed in this cabin hold at the centre.
    erase
        Erases a resident in this cabin.
    """

    def __init__(
        self, store: Store, centre: str, *, may_sign: bool, erase: Callable[[str], None]
    ) -> None:
        self._store, self._centre, self._erase = store, centre, erase
        self._side = Side(at_centre=False, other=CENTRE, actor=ACTOR, cabin_may_sign=may_sign)

    def wanted(self, manifest: Iterable[tuple[str, str, str]]) -> tuple[RowName, ...]:
        """Rows that are not here as the centre has them, and were not settled before."""
        told = tables.sync_rows.c
        with self._store.reading() as connection:
            here = {
                (kind, body["id"]): digest_of(body)
                for kind in DOWN
                for body in bodies(connection, kind)
            }
            last = {
                (row.kind, row.row): row.digest
                for row in connection.execute(
                    select(told.kind, told.row, told.digest).where(told.centre == self._centre)
                )
            }
        return tuple(
            (kind, row)
            for kind, row, digest in manifest
            if kind in DOWN
            and digest != here.get((kind, row))
            and (digest, here.get((kind, row), _ABSENT))
            != (last.get((_FROM + kind, row)), last.get((_HERE + kind, row)))
        )

    def take(self, rows: Iterable[tuple[str, Body]]) -> tuple[str, ...]:
        """Take rows, and say which ones could not be taken, and why."""
        order = {kind: number for number, kind in enumerate(DOWN)}
        problems = []

        def turn(row: tuple[str, Body]) -> tuple[int, bool]:
            """What others refer to first; consents that hold before those taken back."""
            return order.get(row[0], len(order)), row[1].get("withdrawn_at") is not None

        for kind, body in sorted(rows, key=turn):
            try:
                if kind not in DOWN:
                    raise RowError(f"{kind}: no cabin takes this")
                row = row_of(kind, body)
                with self._store.writing() as connection:
                    self._take(connection, kind, row, body)
                    deleted = self._delete_uncovered(connection, row) if kind == "consents" else 0
                if deleted:
                    self._store.scrub()
            except RowError as problem:
                problems.append(str(problem))
            except StoreError as problem:
                if problem.reason not in (StoreProblem.FAILED, StoreProblem.CONFLICT):
                    raise
                problems.append(f"{kind} {body['id']}: {problem.reason.value}")
        return tuple(problems)

    def finish(
        self, manifest: Iterable[tuple[str, str, str]], erased: Iterable[str]
    ) -> tuple[str, ...]:
        """Let go of who left, forget who was erased at the centre; what there is to say of it."""
        listed = tuple(manifest)
        said = list(self._forget_erased(erased))
        left = self.left(listed)
        self.let_go(left)
        said += [f"resident {one} left this site: plans are paused here" for one in left.residents]
        said += [f"account {one} is no longer of this site" for one in left.accounts]
        return tuple(said)

    def _forget_erased(self, erased: Iterable[str]) -> tuple[str, ...]:
        """Who was erased at the centre is erased here; the centre names them by hashes."""
        hashes = frozenset(erased)
        with self._store.reading() as connection:
            known = connection.scalars(select(tables.residents.c.id)).all()
        gone = tuple(one for one in known if pseudonym(one) in hashes)
        for resident in gone:
            self._erase(resident)
            with self._store.writing() as connection:
                self._forget(connection, "residents", resident)
        return tuple(f"resident {one} was erased at the centre, and is erased here" for one in gone)

    def left(self, manifest: Iterable[tuple[str, str, str]]) -> Left:
        """Who came from the centre once, and is no longer on its list."""
        listed = {(kind, row) for kind, row, _ in manifest}
        told = tables.sync_rows.c
        query = select(told.kind, told.row).where(
            told.centre == self._centre,
            told.kind.in_([_FROM + "residents", _FROM + "accounts"]),
        )
        with self._store.reading() as connection:
            once = [(row.kind.removeprefix(_FROM), row.row) for row in connection.execute(query)]
        gone = sorted(set(once) - listed)
        return Left(
            residents=tuple(row for kind, row in gone if kind == "residents"),
            accounts=tuple(row for kind, row in gone if kind == "accounts"),
        )

    def let_go(self, left: Left) -> None:
        """Whoever left the site has no plan in force and no way to sign in here any more."""
        now = datetime.now(timezone.utc)
        plans, accounts = tables.prescriptions, tables.accounts
        people = tables.residents.c
        for resident in left.residents:
            with self._store.writing() as connection:
                active = (plans.c.resident == resident) & (plans.c.status == "active")
                zone = connection.scalar(select(people.time_zone).where(people.id == resident))
                aside = {"status": "paused", "ended_on": day_in(zone or "UTC", now)}
                paused = update(plans).where(active).values(**aside)
                number = connection.execute(paused).rowcount
                self._keep_to_ourselves(connection, resident)
                self._forget(connection, "residents", resident)
                details = {"plans_paused": number}
                audit.append(connection, ACTOR, "sync.resident_left", resident, details)
        for account in left.accounts:
            with self._store.writing() as connection:
                still = (accounts.c.id == account) & accounts.c.closed_at.is_(None)
                connection.execute(update(accounts).where(still).values(closed_at=now))
                self._forget(connection, "accounts", account)
                audit.append(connection, ACTOR, "sync.account_left", account)

    def _take(self, connection: Connection, kind: str, row: Row, body: Body) -> None:
        if kind == "prescriptions":
            self._take_plan(connection, row)
        else:
            self._take_other(connection, kind, row)
        sent = digest_of(body)
        table = TABLES[kind]
        now = connection.execute(select(table).where(table.c.id == row["id"])).mappings()
        found = now.one_or_none()
        here = None if found is None else digest_of(plain_body(dict(found)))
        mark_row(connection, self._centre, _FROM + kind, row["id"], sent, None)
        mark_row(connection, self._centre, _HERE + kind, row["id"], here or _ABSENT, None)
        if here == sent:
            mark_row(connection, self._centre, kind, row["id"], sent, None)

    def _take_plan(self, connection: Connection, plan: Row) -> None:
        here = plan_with_number(connection, plan)
        if here is None:
            connection.execute(insert(tables.prescriptions), [plan])
        elif settle(connection, here, plan, self._side):
            mark = tables.sync_rows.c
            mine = (mark.centre == self._centre) & (mark.row == here["id"])
            connection.execute(delete(tables.sync_rows).where(mine))

    def _take_other(self, connection: Connection, kind: str, row: Row) -> None:
        table = TABLES[kind]
        found = connection.execute(select(table).where(table.c.id == row["id"])).mappings()
        here = found.one_or_none()
        if kind == "accounts":
            self._free_login(connection, row)
        if here is None:
            connection.execute(insert(table), [row])
            return
        if kind in _ONE_WAY:
            row = row | {
                name: here[name]
                for name in _ONE_WAY[kind]
                if here[name] is not None and row[_ONE_WAY[kind][0]] is None
            }
        before, after = plain_body(dict(here)), plain_body(row)
        changed = sorted(name for name in after if before[name] != after[name])
        if not changed:
            return
        values = {name: row[name] for name in changed}
        connection.execute(update(table).where(table.c.id == row["id"]).values(**values))
        told = tables.sync_rows.c
        query = select(told.digest).where(
            told.centre == self._centre, told.kind == _HERE + kind, told.row == row["id"]
        )
        overruled = [name for name in changed if before[name] is not None]
        if overruled and connection.scalar(query) != digest_of(before):
            details = {"kind": kind, "fields": overruled, "why": "the centre's word stands"}
            audit.append(connection, ACTOR, "sync.overruled", row["id"], details)

    def _delete_uncovered(self, connection: Connection, consent: Row) -> int:
        """A consent that was taken back elsewhere: its skeletons go here in the same moment."""
        resident, kind = consent["resident"], consent["kind"]
        deleted = delete_uncovered(connection, resident, kind)
        if deleted:
            details = {"kind": kind, "keypoints_deleted": deleted}
            audit.append(connection, ACTOR, "sync.consents", resident, details)
        return deleted

    def _free_login(self, connection: Connection, account: Row) -> None:
        """An account made in the cabin gives way to the centre's of the same login."""
        accounts = tables.accounts
        query = select(accounts.c.id).where(
            accounts.c.login == account["login"], accounts.c.id != account["id"]
        )
        own = connection.scalar(query)
        if own is None:
            return
        closed = {"login": f"{account['login']} ({own})"[:128], "closed_at": _now()}
        connection.execute(update(accounts).where(accounts.c.id == own).values(**closed))
        details = {"why": "the centre has an account of this login", "instead": account["id"]}
        audit.append(connection, ACTOR, "sync.account_closed", own, details)

    def _keep_to_ourselves(self, connection: Connection, resident: str) -> None:
        """A plan that is paused here is no news for the centre, and comes down again later."""
        mine = tables.prescriptions.c.resident == resident
        for body in bodies(connection, "prescriptions", mine):
            self._forget(connection, "prescriptions", body["id"])
            digest = digest_of(body)
            mark_row(connection, self._centre, "prescriptions", body["id"], digest, None)

    def _forget(self, connection: Connection, kind: str, row: str) -> None:
        marks = tables.sync_rows
        for name in (kind, _FROM + kind, _HERE + kind):
            key = (marks.c.centre == self._centre) & (marks.c.kind == name) & (marks.c.row == row)
            connection.execute(delete(marks).where(key))


_FROM: Final = "from:"
"""Before the kind of a row: the state in which the centre last sent it."""
_HERE: Final = "here:"
"""Before the kind of a row: the state it had here after that was taken."""
_ABSENT: Final = "0" * 64
"""State of a row that is not here: a plan version that was set aside, for instance."""
_ONE_WAY: Final[dict[str, tuple[str, ...]]] = {
    "consents": ("withdrawn_at", "withdrawn_by"),
    "messages": ("read_at",),
}
"""What stands once it is there: not taken back by an older state of the centre's."""


def _now() -> datetime:
    return datetime.now(timezone.utc)
