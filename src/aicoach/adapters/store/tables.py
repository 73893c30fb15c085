"""The tables: one schema for SQLite and PostgreSQL. docs/store.md draws how they hang together.

Ids are UUIDs of version 7, or codes that a site gives its people and cabins; times are UTC,
and where the day of a resident matters the name of the time zone stands beside. What must
come back to the byte (an event, an entry of the audit) is text; lists are JSON.

The tables under a session have the columns of the records in :mod:`aicoach.records`, so
that a field added there without a migration fails a test. What names or describes somebody
is sealed where there is a key (:mod:`aicoach.adapters.store.sealing`).
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timezone
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)

from aicoach import records
from aicoach.adapters.store.sealing import Sealed, SealedBytes, SealedJson, SealedNumber
from aicoach.adherence.summary import SessionSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Dialect

ROLES: Final = ("resident", "family", "staff", "clinician", "site_admin", "system_admin")
CONSENTS: Final = ("records", "camera", "keypoints", "hospital", "sharing", "video")
"""Asked for one by one: plans and logs; the camera; keeping keypoints; research; video."""


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """To UTC; SQLite, which knows no zones, keeps the plain UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time needs its zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """From UTC, whatever zone the server shows it in."""
        if not isinstance(value, datetime):
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _uuid(name: str, target: str | None = None, *, optional: bool = False) -> Column[str]:
    keys = () if target is None else (ForeignKey(target),)
    return Column(name, Uuid(as_uuid=False), *keys, nullable=optional)


def _code(name: str, target: str | None = None, *, optional: bool = False) -> Column[str]:
    keys = () if target is None else (ForeignKey(target),)
    return Column(name, String(64), *keys, nullable=optional)


def _key(kind: Any) -> Column[str]:
    return Column("id", kind, primary_key=True)


def _at(name: str, *, optional: bool = False) -> Column[datetime]:
    return Column(name, UtcTime(), nullable=optional)


def _must(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    values = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=column)


_KINDS: Final[dict[Any, Any]] = {
    bool: Boolean,
    int: Integer,
    float: Double,
    str: Text,
    date: Date,
    datetime: UtcTime,
}
_SEALED: Final[dict[tuple[type, str], Any]] = {
    (records.AnswerRecord, "value"): SealedJson("answers.value"),
    (records.ScreeningRecord, "rules"): SealedJson("screenings.rules"),
}
"""Fields of records that say something about somebody's health in so many words."""


def _columns_of(record: type, *but: str) -> Iterator[Column[Any]]:
    """One column per field of a record; lists and mixed values are JSON, ``| None`` is NULL."""
    hints = get_type_hints(record)
    for field in dataclasses.fields(record):
        if field.name in but:
            continue
        hint = hints[field.name]
        kinds = get_args(hint) if get_origin(hint) is UnionType else (hint,)
        known = [kind for kind in kinds if kind is not type(None)]
        kind = _KINDS.get(known[0], JSON) if len(known) == 1 else JSON
        plain: Any = JSON(none_as_null=True) if kind is JSON else kind()
        column = _SEALED.get((record, field.name), plain)
        yield Column(field.name, column, nullable=type(None) in kinds)


def _under_session(name: str, record: type, *more: Any) -> Table:
    """A list of a session: its rows are numbered from 1 in the order of time."""
    return Table(
        name,
        metadata,
        Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
        Column("position", Integer(), primary_key=True, autoincrement=False),
        *_columns_of(record),
        *more,
    )


sites = Table(
    "sites",
    metadata,
    _key(String(64)),
    _must("name", Text()),
    _must("time_zone", String(64)),
    _at("created_at"),
)
cabins = Table(
    "cabins",
    metadata,
    _key(String(64)),
    _code("site", "sites.id"),
    _must("name", Text()),
    _at("created_at"),
    _at("retired_at", optional=True),
    UniqueConstraint("site", "name"),
)
residents = Table(
    "residents",
    metadata,
    _key(String(64)),
    _code("site", "sites.id", optional=True),
    Column("name", Sealed("residents.name")),
    Column("birth_year", SealedNumber("residents.birth_year")),
    _must("language", String(8)),
    _must("time_zone", String(64)),
    _at("created_at"),
    Index(None, "site"),
)
accounts = Table(
    "accounts",
    metadata,
    _key(String(64)),
    _must("login", String(128)),
    _must("name", Sealed("accounts.name")),
    _must("role", String(16)),
    _code("site", "sites.id", optional=True),
    _code("resident", "residents.id", optional=True),
    _code("licence", optional=True),
    _at("created_at"),
    _at("closed_at", optional=True),
    UniqueConstraint("login"),
    _one_of("role", ROLES),
)
consents = Table(
    "consents",
    metadata,
    _key(Uuid(as_uuid=False)),
    _code("resident", "residents.id"),
    _must("kind", String(16)),
    _must("text_version", String(64)),
    _at("given_at"),
    _must("given_by", Sealed("consents.given_by")),
    _at("withdrawn_at", optional=True),
    Column("withdrawn_by", Sealed("consents.withdrawn_by")),
    _one_of("kind", CONSENTS),
    Index(None, "resident", "kind"),
)


def _plan_columns() -> Iterator[Column[Any]]:
    """One version of a plan, in force or set aside: the same row, so that nothing is lost."""
    yield _key(Uuid(as_uuid=False))
    yield _code("resident", "residents.id")
    yield _code("plan")
    yield _must("version", Integer())
    yield _must("status", String(16))
    yield _must("kind", String(16))
    yield Column("author", Text())
    yield Column("signed_at", Date())
    yield Column("valid_from", Date())
    yield Column("valid_until", Date())
    yield _must("document", SealedJson("prescriptions.document"))
    yield _at("created_at")


prescriptions = Table(
    "prescriptions",
    metadata,
    *_plan_columns(),
    UniqueConstraint("resident", "plan", "version"),
)
sessions = Table(
    "sessions",
    metadata,
    _key(Uuid(as_uuid=False)),
    _uuid("recorded_by"),
    _must("planned", JSON()),
    _code("resident", "residents.id"),
    *_columns_of(records.SessionRecord, "id", "resident"),
    Index(None, "resident", "started_at"),
    Index(None, "why_ended", "recorded_by"),
    Index(None, "cabin"),
)
events = Table(
    "events",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    _must("type", String(64)),
    _must("t_s", Double()),
    _must("line", Sealed("events.line")),
)
heart_rate_samples = Table(
    "heart_rate_samples",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    _must("t_s", Double()),
    Column("bpm", Double()),
    Column("contact", Boolean()),
    _must("sensor", String(32)),
    _must("rr_ms", JSON()),
)
keypoints = Table(
    "keypoints",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    _at("kept_at"),
    _at("keep_until"),
    _must("frames", Integer()),
    _must("body", SealedBytes("keypoints.body")),
    # 33 joints of 7 numbers of 2 bytes and a time make 470 bytes: a picture does not fit.
    CheckConstraint("frames > 0 AND length(body) <= 480 * frames + 1024", name="no_picture"),
    Index(None, "keep_until"),
)
heart_rates = Table(
    "heart_rates",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    *_columns_of(records.HeartRateRecord, "t_s", "bpm"),
)
screenings = Table(
    "screenings",
    metadata,
    _key(Uuid(as_uuid=False)),
    _code("resident", "residents.id"),
    _uuid("session_id", "sessions.id", optional=True),
    _at("taken_at"),
    Column("t_s", Double()),
    *_columns_of(records.ScreeningRecord, "t_s"),
    UniqueConstraint("session_id"),
    Index(None, "resident", "taken_at"),
)
UNDER_SESSION: Final[dict[str, tuple[Table, type]]] = {
    name: (_under_session(table, record), record)
    for name, table, record in (
        ("limits", "session_limits", records.LimitRecord),
        ("replacements", "replacements", records.ReplacementRecord),
        ("sets", "sets", records.SetRecord),
        ("repetitions", "repetitions", records.RepetitionRecord),
        ("rejected", "rejected_repetitions", records.RejectedRecord),
        ("holds", "holds", records.HoldRecord),
        ("faults", "faults", records.FaultRecord),
        ("efforts", "effort_samples", records.EffortRecord),
        ("answers", "answers", records.AnswerRecord),
        ("alerts", "alerts", records.AlertRecord),
        ("notices", "notices", records.NoticeRecord),
    )
}
"""Field of :class:`~aicoach.records.KeptSession`, its table and its record."""

session_summaries = Table(
    "session_summaries",
    metadata,
    Column("session", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    _code("resident", "residents.id"),
    *_columns_of(SessionSummary, "session", "resident"),
    Index(None, "resident", "day"),
    Index(None, "day"),
)
reviews = Table(
    "reviews",
    metadata,
    _key(Uuid(as_uuid=False)),
    _uuid("session_id", "sessions.id"),
    _code("account", "accounts.id"),
    _at("reviewed_at"),
    _must("note", Sealed("reviews.note")),
    Index(None, "session_id"),
)
messages = Table(
    "messages",
    metadata,
    _key(Uuid(as_uuid=False)),
    _code("resident", "residents.id"),
    _code("sender", "accounts.id"),
    _at("sent_at"),
    _must("text", Sealed("messages.text")),
    _at("read_at", optional=True),
    Index(None, "resident", "sent_at"),
)
standings = Table(
    "standings",
    metadata,
    Column("resident", String(64), ForeignKey("residents.id"), primary_key=True),
    _must("changes", Integer()),
    _must("seen", Integer()),
    Column("level", Integer()),
    Column("reasons", JSON(none_as_null=True)),
    Column("as_of", Date()),
    _at("good_until", optional=True),
    _at("found_at", optional=True),
    _uuid("last_session", optional=True),
    _at("last_at", optional=True),
    Column("next_review", Date()),
    Column("plan", String(64)),
    Column("version", Integer()),
    Column("done", Integer()),
    Column("asked", Double()),
    Column("course_key", String(64)),
    Column("course", JSON(none_as_null=True)),
    Index(None, "level"),
    Index(None, "good_until"),
)
"""Where every resident stands. ``changes`` is counted by the database itself whenever a session
is closed or reviewed or a plan is written; the row is out of date while ``seen`` is behind it,
and from ``good_until`` on, when the resident's day is over."""
audit = Table(
    "audit",
    metadata,
    Column("number", Integer(), primary_key=True, autoincrement=False),
    _at("at"),
    _must("actor", Text()),
    _must("action", String(64)),
    Column("subject", Text()),
    _must("entry", Text()),
    _must("previous_hash", String(64)),
    _must("hash", String(64)),
    Index(None, "subject"),
)

# Between a cabin and the centre; docs/sync.md.
cabin_tokens = Table(
    "cabin_tokens",
    metadata,
    _key(Uuid(as_uuid=False)),
    _code("cabin", "cabins.id"),
    _must("digest", String(64)),
    _must("may_sign", Boolean()),
    _at("created_at"),
    _must("created_by", Text()),
    _at("expires_at", optional=True),
    _at("revoked_at", optional=True),
    Column("revoked_by", Text()),
    _at("seen_at", optional=True),
    UniqueConstraint("digest"),
    Index(None, "cabin"),
)
sync_identity = Table(
    "sync_identity",
    metadata,
    _key(Uuid(as_uuid=False)),
    _at("created_at"),
)
sync_sessions = Table(
    "sync_sessions",
    metadata,
    Column("centre", Uuid(as_uuid=False), primary_key=True),
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    _must("lines", Integer()),
    _must("closed", Boolean()),
    Column("refused", Text()),
    _at("told_at"),
    Index(None, "session_id"),
)
sync_rows = Table(
    "sync_rows",
    metadata,
    Column("centre", Uuid(as_uuid=False), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("row", String(64), primary_key=True),
    _must("digest", String(64)),
    Column("refused", Text()),
    _at("told_at"),
)
set_aside_plans = Table(
    "set_aside_plans",
    metadata,
    *_plan_columns(),
    _must("digest", String(64)),
    _must("origin", String(64)),
    _must("why", String(32)),
    _at("set_aside_at"),
    UniqueConstraint("resident", "plan", "version", "digest"),
)
CREDENTIALS: Final = ("password", "pin", "card")
credentials = Table(
    "credentials",
    metadata,
    _key(Uuid(as_uuid=False)),
    _code("account", "accounts.id"),
    _must("kind", String(16)),
    _must("secret", Sealed("credentials.secret")),
    Column("lookup", String(64)),
    _code("cabin", "cabins.id", optional=True),
    _must("label", Text()),
    _at("created_at"),
    _at("revoked_at", optional=True),
    _one_of("kind", CREDENTIALS),
    UniqueConstraint("lookup"),
    Index(None, "account", "kind"),
)
sign_in_waits = Table(
    "sign_in_waits",
    metadata,
    _key(String(64)),
    _must("failures", Integer()),
    _at("last_at"),
    _at("wait_until"),
    Index(None, "last_at"),
)
erasures = Table(
    "erasures",
    metadata,
    _key(String(64)),
    _at("erased_at"),
    _must("certificate", Text()),
)
data_keys = Table(
    "data_keys",
    metadata,
    _key(String(8)),
    _at("since"),
)
