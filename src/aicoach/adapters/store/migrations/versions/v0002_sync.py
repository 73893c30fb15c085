"""Between cabins and the centre: tokens, what was confirmed, plan versions set aside.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables of ``aicoach sync``."""
    op.create_index("ix_sessions_cabin", "sessions", ["cabin"])
    _tokens()
    _confirmed()
    _set_aside()


def _tokens() -> None:
    op.create_table(
        "cabin_tokens",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cabin", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("may_sign", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["cabin"], ["cabins.id"], name="fk_cabin_tokens_cabin"),
        sa.PrimaryKeyConstraint("id", name="pk_cabin_tokens"),
        sa.UniqueConstraint("digest", name="uq_cabin_tokens_digest"),
    )
    op.create_index("ix_cabin_tokens_cabin", "cabin_tokens", ["cabin"])


def _confirmed() -> None:
    op.create_table(
        "sync_identity",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_identity"),
    )
    op.create_table(
        "sync_sessions",
        sa.Column("centre", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Text()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_sync_sessions_session_id"
        ),
        sa.PrimaryKeyConstraint("centre", "session_id", name="pk_sync_sessions"),
    )
    op.create_index("ix_sync_sessions_session_id", "sync_sessions", ["session_id"])
    op.create_table(
        "sync_rows",
        sa.Column("centre", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("row", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("refused", sa.Text()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("centre", "kind", "row", name="pk_sync_rows"),
    )


def _set_aside() -> None:
    op.create_table(
        "set_aside_plans",
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
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_set_aside_plans_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_set_aside_plans"),
        sa.UniqueConstraint(
            "resident",
            "plan",
            "version",
            "digest",
            name="uq_set_aside_plans_resident_plan_version_digest",
        ),
    )
