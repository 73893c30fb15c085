"""Sites, people, and what was agreed and prescribed: the rows that staff write.

``Store.shelf(Resident)`` and its like add, find and list them. Nothing here is ever written
over in silence: a plan gets a new version, a consent is withdrawn, an account is closed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sqlalchemy import insert, select, update

from aicoach.adapters.store import tables
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.plain_records import from_plain
from aicoach.adapters.store.sealing import is_sealed
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

    from aicoach.adapters.store.store import Store


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with cabins and staff."""

    id: str = field(default_factory=new_id)
    name: str
    time_zone: str
    """As the zone database names it."""
    created_at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabin:
    """One computer with a camera."""

    id: str = field(default_factory=new_id)
    site: str
    name: str
    created_at: datetime = field(default_factory=_now)
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody who exercises; a code is enough."""

    id: str = field(default_factory=new_id)
    site: str | None = None
    name: str | None = None
    birth_year: int | None = None
    language: str = "zh"
    time_zone: str
    created_at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may see or change something."""

    id: str = field(default_factory=new_id)
    login: str
    name: str
    role: str
    """One of :data:`aicoach.adapters.store.tables.ROLES`."""
    site: str | None = None
    resident: str | None = None
    """Who they are, or whose family."""
    licence: str | None = None
    """Number of the qualification: who signs medical plans has one."""
    created_at: datetime = field(default_factory=_now)
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One thing a resident agreed to, apart from the others."""

    id: str = field(default_factory=new_id)
    resident: str
    kind: str
    """One of :data:`aicoach.adapters.store.tables.CONSENTS`."""
    text_version: str
    """What was read to them."""
    given_at: datetime = field(default_factory=_now)
    given_by: str
    """The resident, or who may decide for them."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a resident answered about their health before the first session, or later anew."""

    id: str = field(default_factory=new_id)
    resident: str
    answered_at: datetime = field(default_factory=_now)
    answered_by: str
    """The account that wrote it down: the resident's own, or of the staff."""
    place: str
    """One of :data:`aicoach.adapters.store.tables.ENROLLED_AT`."""
    answers: dict[str, bool | None]
    """``active``, ``disease``, ``symptoms``; None: not known."""
    question_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """One version of a plan, as it was; a session names the version that it ran with."""

    id: str = field(default_factory=new_id)
    resident: str
    plan: str
    version: int
    status: str
    kind: str
    author: str | None = None
    signed_at: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    """The resident's day on which it was paused, completed or revoked: the first on which it held
    no more. None: it holds, or never did."""
    document: dict[str, Any]
    """The whole plan as JSON."""
    created_at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Staff looked at a session."""

    id: str = field(default_factory=new_id)
    session_id: str
    account: str
    reviewed_at: datetime = field(default_factory=_now)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A word to a resident."""

    id: str = field(default_factory=new_id)
    resident: str
    sender: str
    sent_at: datetime = field(default_factory=_now)
    text: str
    read_at: datetime | None = None


Row = TypeVar(
    "Row", Site, Cabin, Resident, Account, Consent, Enrolment, PlanVersion, Review, Message
)
_TABLES: Final[dict[type, Table]] = {
    Site: tables.sites,
    Cabin: tables.cabins,
    Resident: tables.residents,
    Account: tables.accounts,
    Consent: tables.consents,
    Enrolment: tables.enrolments,
    PlanVersion: tables.prescriptions,
    Review: tables.reviews,
    Message: tables.messages,
}
_MAY_CHANGE: Final[dict[type, frozenset[str]]] = {
    Site: frozenset({"name", "time_zone"}),
    Cabin: frozenset({"name", "retired_at"}),
    Resident: frozenset({"site", "name", "birth_year", "language", "time_zone"}),
    Account: frozenset({"name", "role", "site", "licence", "closed_at"}),
    Consent: frozenset({"withdrawn_at", "withdrawn_by"}),
    Enrolment: frozenset(),
    PlanVersion: frozenset({"status", "ended_on"}),
    Review: frozenset(),
    Message: frozenset({"read_at"}),
}
"""What may be set later; everything else stays as it was written."""


class Shelf(Generic[Row]):
    """All rows of one kind in a store.

    Every method takes a ``connection`` where it is to be part of a transaction (together
    with an entry in the audit, say); without one it makes its own.
    """

    def __init__(self, store: Store, kind: type[Row]) -> None:
        self._store = store
        self._kind: type[Row] = kind
        self._table = _TABLES[kind]

    def add(self, row: Row, connection: Connection | None = None) -> Row:
        """Write a new row.

        Raises
        ------
        StoreError
            ``CONFLICT`` if its id or name is taken, or what it refers to is not there.
        """
        if connection is None:
            with self._store.writing() as own:
                return self.add(row, own)
        values = {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}
        connection.execute(insert(self._table), [values])
        return row

    def get(self, identifier: str) -> Row | None:
        """The row with this id; None where there is none."""
        found = self.find(id=identifier)
        return found[0] if found else None

    def find(self, **equals: object) -> tuple[Row, ...]:
        """Rows whose columns equal these values, in the order of their making; all without.

        Raises
        ------
        StoreError
            If a column may be sealed: what it holds is read, never searched for.
        """
        sealed = sorted(one for one in equals if is_sealed(self._table.c[one]))
        if sealed:
            self._refuse(f"{', '.join(sealed)} of a {self._kind.__name__} may be sealed")
        wanted: list[ColumnElement[bool]] = [
            self._table.c[name].is_(None) if value is None else self._table.c[name] == value
            for name, value in equals.items()
        ]
        query = select(self._table).where(*wanted).order_by(self._table.c[self._made()], "id")
        with self._store.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(from_plain(self._kind, dict(row)) for row in rows)

    def change(
        self, identifier: str, connection: Connection | None = None, **values: object
    ) -> None:
        """Set what may change in a row.

        Raises
        ------
        StoreError
            If the row is not there, or a value is to stay as it was written.
        """
        fixed = sorted(values.keys() - _MAY_CHANGE[self._kind])
        if fixed:
            self._refuse(f"{', '.join(fixed)} of a {self._kind.__name__} is never written over")
        if connection is None:
            with self._store.writing() as own:
                return self.change(identifier, own, **values)
        statement = update(self._table).where(self._table.c.id == identifier).values(**values)
        if connection.execute(statement).rowcount != 1:
            self._refuse(f"there is no {self._kind.__name__} {identifier}")
        return None

    def _made(self) -> str:
        times = ("created_at", "given_at", "answered_at", "reviewed_at", "sent_at")
        return next(name for name in times if name in self._table.c)

    def _refuse(self, detail: str) -> None:
        raise StoreError(self._store.database.name, StoreProblem.CONFLICT, detail=detail)


def plan_in_force(store: Store, resident: str, plan: str | None = None) -> PlanVersion | None:
    """The newest signed version, if it is active; None where nothing is to be carried out.

    One that was set aside does not bring an older one back: whoever pauses a plan wants a rest,
    not the limits of before.
    """
    known = {} if plan is None else {"plan": plan}
    found = Shelf(store, PlanVersion).find(resident=resident, **known)
    signed = [
        one
        for one in found
        if one.status != "draft" and (one.signed_at is not None or one.kind == "fitness")
    ]
    if not signed:
        return None
    newest = max(signed, key=lambda one: (one.signed_at or date.min, one.version, one.created_at))
    return newest if newest.status == "active" else None
