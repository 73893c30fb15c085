"""What residents answered about their health at the enrolment, so that they are asked once.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("question_version", sa.Text(), nullable=False),
        sa.CheckConstraint("place IN ('cabin', 'home', 'staff')", name="ck_enrolments_place"),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_enrolments_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
    )
    op.create_index("ix_enrolments_resident_answered_at", "enrolments", ["resident", "answered_at"])
