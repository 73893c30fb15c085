"""The tables: one schema for SQLite and PostgreSQL. docs/store.md draws how they hang together.

Ids are UUIDs of version 7, or codes that a site gives its people and cabins; times are UTC,
and where the day of a resident matters the name of the time zone stands beside. What must
come back to the byte (an event, an entry of the audit) is text; lists are JSON.

The tables under a session have the columns of the records in :mod:`aicoach.records`, so
that a field added there without a migration fails a test. What names or describes somebody
is sealed where there is a key (:mod:`aicoach.adapters.store.sealing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from aicoach import records
from aicoach.adapters.store.columns import (
    code_of,
    columns_of,
    key,
    moment,
    must,
    one_of,
    uuid_of,
)
from aicoach.adapters.store.sealing import Sealed, SealedBytes, SealedJson, SealedNumber
from aicoach.adherence.summary import SessionSummary

if TYPE_CHECKING:
    from collections.abc import Iterator


ROLES: Final = ("resident", "family", "staff", "clinician", "site_admin", "system_admin")
CONSENTS: Final = ("records", "camera", "keypoints", "hospital", "sharing", "video")
"""Asked for one by one: plans and logs; the camera; keeping keypoints; research; video."""
ENROLLED_AT: Final = ("cabin", "home", "staff")
"""Where the questions of the enrolment are answered: at a screen, or told to the staff."""


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _under_session(name: str, record: type, *more: Any) -> Table:
    """A list of a session: its rows are numbered from 1 in the order of time."""
    return Table(
        name,
        metadata,
        Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
        Column("position", Integer(), primary_key=True, autoincrement=False),
        *columns_of(record),
        *more,
    )


sites = Table(
    "sites",
    metadata,
    key(String(64)),
    must("name", Text()),
    must("time_zone", String(64)),
    moment("created_at"),
)
cabins = Table(
    "cabins",
    metadata,
    key(String(64)),
    code_of("site", "sites.id"),
    must("name", Text()),
    moment("created_at"),
    moment("retired_at", optional=True),
    UniqueConstraint("site", "name"),
)
residents = Table(
    "residents",
    metadata,
    key(String(64)),
    code_of("site", "sites.id", optional=True),
    Column("name", Sealed("residents.name")),
    Column("birth_year", SealedNumber("residents.birth_year")),
    must("language", String(8)),
    must("time_zone", String(64)),
    moment("created_at"),
    Index(None, "site"),
)
accounts = Table(
    "accounts",
    metadata,
    key(String(64)),
    must("login", String(128)),
    must("name", Sealed("accounts.name")),
    must("role", String(16)),
    code_of("site", "sites.id", optional=True),
    code_of("resident", "residents.id", optional=True),
    code_of("licence", optional=True),
    moment("created_at"),
    moment("closed_at", optional=True),
    UniqueConstraint("login"),
    one_of("role", ROLES),
)
consents = Table(
    "consents",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("resident", "residents.id"),
    must("kind", String(16)),
    must("text_version", String(64)),
    moment("given_at"),
    must("given_by", Sealed("consents.given_by")),
    moment("withdrawn_at", optional=True),
    Column("withdrawn_by", Sealed("consents.withdrawn_by")),
    one_of("kind", CONSENTS),
    Index(None, "resident", "kind"),
)
enrolments = Table(
    "enrolments",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("resident", "residents.id"),
    moment("answered_at"),
    must("answered_by", Text()),
    must("place", String(16)),
    must("answers", SealedJson("enrolments.answers")),
    must("question_version", Text()),
    one_of("place", ENROLLED_AT),
    Index(None, "resident", "answered_at"),
)


def _plan_columns() -> Iterator[Column[Any]]:
    """One version of a plan, in force or set aside: the same row, so that nothing is lost."""
    yield key(Uuid(as_uuid=False))
    yield code_of("resident", "residents.id")
    yield code_of("plan")
    yield must("version", Integer())
    yield must("status", String(16))
    yield must("kind", String(16))
    yield Column("author", Text())
    yield Column("signed_at", Date())
    yield Column("valid_from", Date())
    yield Column("valid_until", Date())
    yield Column("ended_on", Date())
    yield must("document", SealedJson("prescriptions.document"))
    yield moment("created_at")


prescriptions = Table(
    "prescriptions",
    metadata,
    *_plan_columns(),
    UniqueConstraint("resident", "plan", "version"),
)
sessions = Table(
    "sessions",
    metadata,
    key(Uuid(as_uuid=False)),
    uuid_of("recorded_by"),
    must("planned", JSON()),
    code_of("resident", "residents.id"),
    *columns_of(records.SessionRecord, "id", "resident"),
    Index(None, "resident", "started_at"),
    Index(None, "why_ended", "recorded_by"),
    Index(None, "cabin"),
)
events = Table(
    "events",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    must("type", String(64)),
    must("t_s", Double()),
    must("line", Sealed("events.line")),
)
heart_rate_samples = Table(
    "heart_rate_samples",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    must("t_s", Double()),
    Column("bpm", Double()),
    Column("contact", Boolean()),
    must("sensor", String(32)),
    must("rr_ms", JSON()),
)
keypoints = Table(
    "keypoints",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    moment("kept_at"),
    moment("keep_until"),
    must("frames", Integer()),
    must("body", SealedBytes("keypoints.body")),
    # 33 joints of 7 numbers of 2 bytes and a time make 470 bytes: a picture does not fit.
    CheckConstraint("frames > 0 AND length(body) <= 480 * frames + 1024", name="no_picture"),
    Index(None, "keep_until"),
)
heart_rates = Table(
    "heart_rates",
    metadata,
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    *columns_of(records.HeartRateRecord, "t_s", "bpm"),
)
screenings = Table(
    "screenings",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("resident", "residents.id"),
    uuid_of("session_id", "sessions.id", optional=True),
    moment("taken_at"),
    Column("t_s", Double()),
    *columns_of(records.ScreeningRecord, "t_s"),
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
    code_of("resident", "residents.id"),
    *columns_of(SessionSummary, "session", "resident"),
    Index(None, "resident", "day"),
    Index(None, "day"),
)
reviews = Table(
    "reviews",
    metadata,
    key(Uuid(as_uuid=False)),
    uuid_of("session_id", "sessions.id"),
    code_of("account", "accounts.id"),
    moment("reviewed_at"),
    must("note", Sealed("reviews.note")),
    Index(None, "session_id"),
)
messages = Table(
    "messages",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("resident", "residents.id"),
    code_of("sender", "accounts.id"),
    moment("sent_at"),
    must("text", Sealed("messages.text")),
    moment("read_at", optional=True),
    Index(None, "resident", "sent_at"),
)
standings = Table(
    "standings",
    metadata,
    Column("resident", String(64), ForeignKey("residents.id"), primary_key=True),
    must("changes", Integer()),
    must("seen", Integer()),
    Column("level", Integer()),
    Column("reasons", JSON(none_as_null=True)),
    Column("as_of", Date()),
    moment("good_until", optional=True),
    moment("found_at", optional=True),
    uuid_of("last_session", optional=True),
    moment("last_at", optional=True),
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
    moment("at"),
    must("actor", Text()),
    must("action", String(64)),
    Column("subject", Text()),
    must("entry", Text()),
    must("previous_hash", String(64)),
    must("hash", String(64)),
    Index(None, "subject"),
)

# Between a cabin and the centre; docs/sync.md.
cabin_tokens = Table(
    "cabin_tokens",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("cabin", "cabins.id"),
    must("digest", String(64)),
    must("may_sign", Boolean()),
    moment("created_at"),
    must("created_by", Text()),
    moment("expires_at", optional=True),
    moment("revoked_at", optional=True),
    Column("revoked_by", Text()),
    moment("seen_at", optional=True),
    UniqueConstraint("digest"),
    Index(None, "cabin"),
)
sync_identity = Table(
    "sync_identity",
    metadata,
    key(Uuid(as_uuid=False)),
    moment("created_at"),
)
sync_sessions = Table(
    "sync_sessions",
    metadata,
    Column("centre", Uuid(as_uuid=False), primary_key=True),
    Column("session_id", Uuid(as_uuid=False), ForeignKey("sessions.id"), primary_key=True),
    must("lines", Integer()),
    must("closed", Boolean()),
    Column("refused", Text()),
    moment("told_at"),
    Index(None, "session_id"),
)
sync_rows = Table(
    "sync_rows",
    metadata,
    Column("centre", Uuid(as_uuid=False), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("row", String(64), primary_key=True),
    must("digest", String(64)),
    Column("refused", Text()),
    moment("told_at"),
)
set_aside_plans = Table(
    "set_aside_plans",
    metadata,
    *_plan_columns(),
    must("digest", String(64)),
    must("origin", String(64)),
    must("why", String(32)),
    moment("set_aside_at"),
    UniqueConstraint("resident", "plan", "version", "digest"),
)
CREDENTIALS: Final = ("password", "pin", "card")
credentials = Table(
    "credentials",
    metadata,
    key(Uuid(as_uuid=False)),
    code_of("account", "accounts.id"),
    must("kind", String(16)),
    must("secret", Sealed("credentials.secret")),
    Column("lookup", String(64)),
    code_of("cabin", "cabins.id", optional=True),
    must("label", Text()),
    moment("created_at"),
    moment("revoked_at", optional=True),
    one_of("kind", CREDENTIALS),
    UniqueConstraint("lookup"),
    Index(None, "account", "kind"),
)
sign_in_waits = Table(
    "sign_in_waits",
    metadata,
    key(String(64)),
    must("failures", Integer()),
    moment("last_at"),
    moment("wait_until"),
    Index(None, "last_at"),
)
erasures = Table(
    "erasures",
    metadata,
    key(String(64)),
    moment("erased_at"),
    must("certificate", Text()),
)
data_keys = Table(
    "data_keys",
    metadata,
    key(String(8)),
    moment("since"),
)
