"""Accounts can sign in, keypoints are kept with consent, residents are erased, columns sealed.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, and let a birth year be sealed, which makes it a text."""
    op.add_column("accounts", sa.Column("licence", sa.String(length=64)))
    _birth_year_as_text()
    _sign_in()
    _privacy()


def _birth_year_as_text() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE residents ADD COLUMN born TEXT")
        op.execute("UPDATE residents SET born = CAST(birth_year AS TEXT)")
        op.execute("ALTER TABLE residents DROP COLUMN birth_year")
        op.execute("ALTER TABLE residents RENAME COLUMN born TO birth_year")
    else:
        op.execute("ALTER TABLE residents ALTER birth_year TYPE TEXT USING birth_year::text")


def _sign_in() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("lookup", sa.String(length=64)),
        sa.Column("cabin", sa.String(length=64)),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('password', 'pin', 'card')", name="ck_credentials_kind"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_credentials_account"),
        sa.ForeignKeyConstraint(["cabin"], ["cabins.id"], name="fk_credentials_cabin"),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
        sa.UniqueConstraint("lookup", name="uq_credentials_lookup"),
    )
    op.create_index("ix_credentials_account_kind", "credentials", ["account", "kind"])
    op.create_table(
        "sign_in_waits",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_waits"),
    )
    op.create_index("ix_sign_in_waits_last_at", "sign_in_waits", ["last_at"])


def _privacy() -> None:
    op.create_table(
        "keypoints",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "frames > 0 AND length(body) <= 480 * frames + 1024", name="ck_keypoints_no_picture"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_keypoints_session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_keypoints"),
    )
    op.create_index("ix_keypoints_keep_until", "keypoints", ["keep_until"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
    )
