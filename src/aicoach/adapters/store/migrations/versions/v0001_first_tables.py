"""The first tables: people, plans, sessions, and the audit.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    _people()
    _plans()
    _sessions()
    _lists()
    _audit()
    _append_only()


def _people() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "cabins",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_cabins_site"),
        sa.PrimaryKeyConstraint("id", name="pk_cabins"),
        sa.UniqueConstraint("site", "name", name="uq_cabins_site_name"),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64)),
        sa.Column("name", sa.Text()),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_residents_site"),
        sa.PrimaryKeyConstraint("id", name="pk_residents"),
    )
    op.create_index("ix_residents_site", "residents", ["site"])
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=64)),
        sa.Column("resident", sa.String(length=64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "role IN ('resident', 'family', 'staff', 'clinician', 'site_admin', 'system_admin')",
            name="ck_accounts_role",
        ),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_accounts_resident"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_accounts_site"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_version", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.Text()),
        sa.CheckConstraint(
            "kind IN ('records', 'camera', 'keypoints', 'sharing', 'video')",
            name="ck_consents_kind",
        ),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_consents_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_resident_kind", "consents", ["resident", "kind"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_messages_resident"),
        sa.ForeignKeyConstraint(["sender"], ["accounts.id"], name="fk_messages_sender"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_resident_sent_at", "messages", ["resident", "sent_at"])


def _plans() -> None:
    op.create_table(
        "prescriptions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("signed_at", sa.Date()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_prescriptions_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_prescriptions"),
        sa.UniqueConstraint(
            "resident", "plan", "version", name="uq_prescriptions_resident_plan_version"
        ),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("recorded_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("planned", sa.JSON(), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("medical", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("utc_offset_min", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("why_ended", sa.Text()),
        sa.Column("cabin", sa.Text()),
        sa.Column("site", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.Column("lasted_s", sa.Double()),
        sa.Column("completed", sa.Double()),
        sa.Column("met_minutes_low", sa.Double()),
        sa.Column("met_minutes_high", sa.Double()),
        sa.Column("notes", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_sessions_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_resident_started_at", "sessions", ["resident", "started_at"])
    op.create_index("ix_sessions_why_ended_recorded_by", "sessions", ["why_ended", "recorded_by"])
    op.create_table(
        "events",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_events_session_id"),
        sa.PrimaryKeyConstraint("session_id", "sequence", name="pk_events"),
    )
    op.create_table(
        "heart_rate_samples",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("bpm", sa.Double()),
        sa.Column("contact", sa.Boolean()),
        sa.Column("sensor", sa.String(length=32), nullable=False),
        sa.Column("rr_ms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_heart_rate_samples_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "sequence", name="pk_heart_rate_samples"),
    )
    op.create_table(
        "heart_rates",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sensor", sa.Text()),
        sa.Column("lower_bpm", sa.Double()),
        sa.Column("upper_bpm", sa.Double()),
        sa.Column("hard_cap_bpm", sa.Double()),
        sa.Column("main_s", sa.Double()),
        sa.Column("measured_s", sa.Double()),
        sa.Column("in_zone_s", sa.Double()),
        sa.Column("above_zone_s", sa.Double()),
        sa.Column("highest_bpm", sa.Double()),
        sa.Column("mean_bpm", sa.Double()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_heart_rates_session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_heart_rates"),
    )
    op.create_table(
        "effort_samples",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("limit", sa.Double()),
        sa.Column("limit_author", sa.Text()),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Text()),
        sa.Column("set", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_effort_samples_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_effort_samples"),
    )
    op.create_table(
        "screenings",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False)),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("t_s", sa.Double()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unanswered", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("question_version", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_screenings_resident"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_screenings_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_screenings"),
        sa.UniqueConstraint("session_id", name="uq_screenings_session_id"),
    )
    op.create_index("ix_screenings_resident_taken_at", "screenings", ["resident", "taken_at"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_reviews_account"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_reviews_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_session_id", "reviews", ["session_id"])
    op.create_table(
        "session_summaries",
        sa.Column("session", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("medical", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lasted_s", sa.Double()),
        sa.Column("why_ended", sa.Text()),
        sa.Column("exercises", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("planned_share", sa.Double(), nullable=False),
        sa.Column("valid_share", sa.Double(), nullable=False),
        sa.Column("done_share", sa.Double(), nullable=False),
        sa.Column("not_judged_share", sa.Double(), nullable=False),
        sa.Column("zone_asked", sa.Boolean(), nullable=False),
        sa.Column("main_s", sa.Double()),
        sa.Column("measured_s", sa.Double()),
        sa.Column("in_zone_s", sa.Double()),
        sa.Column("above_zone_s", sa.Double()),
        sa.Column("highest_bpm", sa.Double()),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("reps_judged", sa.Integer(), nullable=False),
        sa.Column("reps_valid", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.Double(), nullable=False),
        sa.Column("score_count", sa.Integer(), nullable=False),
        sa.Column("tempo_judged", sa.Integer(), nullable=False),
        sa.Column("tempo_kept", sa.Integer(), nullable=False),
        sa.Column("range_judged", sa.Integer(), nullable=False),
        sa.Column("range_kept", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("form_judged", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("moderate_s", sa.Double(), nullable=False),
        sa.Column("moderate_judged", sa.Boolean(), nullable=False),
        sa.Column("strength", sa.Boolean(), nullable=False),
        sa.Column("effort", sa.Double()),
        sa.Column("highest_effort", sa.Double()),
        sa.Column("highest_pain", sa.Double()),
        sa.Column("alerts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("met_minutes_low", sa.Double()),
        sa.Column("met_minutes_high", sa.Double()),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident"], ["residents.id"], name="fk_session_summaries_resident"
        ),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name="fk_session_summaries_session"),
        sa.PrimaryKeyConstraint("session", name="pk_session_summaries"),
    )
    op.create_index("ix_session_summaries_day", "session_summaries", ["day"])
    op.create_index("ix_session_summaries_resident_day", "session_summaries", ["resident", "day"])


def _lists() -> None:
    op.create_table(
        "session_limits",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Text()),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_session_limits_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_session_limits"),
    )
    op.create_table(
        "replacements",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("planned", sa.Text(), nullable=False),
        sa.Column("instead", sa.Text()),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_replacements_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_replacements"),
    )
    op.create_table(
        "sets",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double()),
        sa.Column("planned", sa.Double(), nullable=False),
        sa.Column("done", sa.Double(), nullable=False),
        sa.Column("valid", sa.Double()),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("held_s", sa.Double(), nullable=False),
        sa.Column("active_s", sa.Double()),
        sa.Column("why_ended", sa.Text()),
        sa.Column("mean_score", sa.Double()),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("seen_share", sa.Double()),
        sa.Column("not_assessed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("planned_ordinal", sa.Integer()),
        sa.Column("replaces", sa.Text()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_sets_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_sets"),
    )
    op.create_table(
        "repetitions",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("set", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("peak_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("eccentric_s", sa.Double(), nullable=False),
        sa.Column("bottom_s", sa.Double(), nullable=False),
        sa.Column("concentric_s", sa.Double(), nullable=False),
        sa.Column("top_s", sa.Double(), nullable=False),
        sa.Column("target_eccentric_s", sa.Double()),
        sa.Column("target_bottom_s", sa.Double()),
        sa.Column("target_concentric_s", sa.Double()),
        sa.Column("target_top_s", sa.Double()),
        sa.Column("range_deg", sa.Double()),
        sa.Column("range_left_deg", sa.Double()),
        sa.Column("range_right_deg", sa.Double()),
        sa.Column("target_deg", sa.Double()),
        sa.Column("target_reached", sa.Boolean()),
        sa.Column("asymmetry", sa.Double()),
        sa.Column("peak_speed_deg_s", sa.Double()),
        sa.Column("score", sa.Integer()),
        sa.Column("valid", sa.Boolean()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_repetitions_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_repetitions"),
    )
    op.create_table(
        "rejected_repetitions",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("set", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("range_deg", sa.Double()),
        sa.Column("target_deg", sa.Double()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_rejected_repetitions_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_rejected_repetitions"),
    )
    op.create_table(
        "holds",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("set", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("target_s", sa.Double()),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_holds_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_holds"),
    )
    op.create_table(
        "faults",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("set", sa.Integer(), nullable=False),
        sa.Column("repetition", sa.Integer()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("limit", sa.Double()),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_faults_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_faults"),
    )
    op.create_table(
        "answers",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Text()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_answers_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_answers"),
    )
    op.create_table(
        "alerts",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True)),
        sa.Column("limit", sa.Double()),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("notify_staff", sa.Boolean(), nullable=False),
        sa.Column("cleared_s", sa.Double()),
        sa.Column("exercise", sa.Text()),
        sa.Column("set", sa.Integer()),
        sa.Column("said", sa.Text()),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_alerts_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_alerts"),
    )
    op.create_table(
        "notices",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("t_s", sa.Double(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_notices_session_id"),
        sa.PrimaryKeyConstraint("session_id", "position", name="pk_notices"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _append_only() -> None:
    """Lines of a session are never changed; entries of the audit are not removed either."""
    if op.get_bind().dialect.name == "sqlite":
        for table, action in (("events", "UPDATE"), ("audit", "UPDATE"), ("audit", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} may only be appended to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% may only be appended to', TG_TABLE_NAME; END $$"
    )
    for table, actions in (("events", "UPDATE"), ("audit", "UPDATE OR DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {actions} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
