"""A resident may agree that the hospital or health centre gets the records, by name.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KINDS = "'records', 'camera', 'keypoints', 'hospital', 'sharing', 'video'"


def upgrade() -> None:
    """Let one more kind of consent in."""
    name = "ck_consents_kind"
    if op.get_bind().dialect.name != "sqlite":
        # The first revision wrote the name out, and the convention put its own before it.
        op.drop_constraint(op.f(f"ck_consents_{name}"), "consents", type_="check")
        op.create_check_constraint(op.f(name), "consents", f"kind IN ({_KINDS})")
        return
    # SQLite cannot change a check: the table is made anew, as it is written here.
    now = sa.Table(
        "consents",
        sa.MetaData(),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_version", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_consents_resident"),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=name),
        sa.Index("ix_consents_resident_kind", "resident", "kind"),
    )
    with op.batch_alter_table("consents", copy_from=now, recreate="always"):
        pass
