"""Where every resident stands: the list that staff begin the day with, kept as a table.

Whatever may change a standing counts up ``changes`` of its row, in the transaction that makes
the change, whoever makes it: a standing is out of date while ``seen`` is behind.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WHO = {
    "session_summaries": "NEW.resident",
    "prescriptions": "NEW.resident",
    "reviews": "(SELECT resident FROM sessions WHERE id = NEW.session_id)",
    "residents": "NEW.id",
}
"""Table whose rows change a standing, and whose standing it is."""
_COUNT = (
    "INSERT INTO standings (resident, changes, seen) VALUES ({who}, 1, 0) "
    "ON CONFLICT (resident) DO UPDATE SET changes = standings.changes + 1"
)


def upgrade() -> None:
    """Make the table, and let every change of what it rests on be counted."""
    op.create_table(
        "standings",
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer()),
        sa.Column("reasons", sa.JSON()),
        sa.Column("as_of", sa.Date()),
        sa.Column("good_until", sa.DateTime(timezone=True)),
        sa.Column("found_at", sa.DateTime(timezone=True)),
        sa.Column("last_session", sa.Uuid(as_uuid=False)),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("next_review", sa.Date()),
        sa.Column("plan", sa.String(length=64)),
        sa.Column("version", sa.Integer()),
        sa.Column("done", sa.Integer()),
        sa.Column("asked", sa.Double()),
        sa.Column("course_key", sa.String(length=64)),
        sa.Column("course", sa.JSON()),
        sa.ForeignKeyConstraint(["resident"], ["residents.id"], name="fk_standings_resident"),
        sa.PrimaryKeyConstraint("resident", name="pk_standings"),
    )
    op.create_index("ix_standings_level", "standings", ["level"])
    op.create_index("ix_standings_good_until", "standings", ["good_until"])
    # Residents who are there already: nobody has looked at them yet.
    op.execute("INSERT INTO standings (resident, changes, seen) SELECT id, 1, 0 FROM residents")
    for table, who in _WHO.items():
        if op.get_bind().dialect.name == "sqlite":
            for action in ("INSERT", "UPDATE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{action.lower()}_counts AFTER {action} ON {table} "
                    f"BEGIN {_COUNT.format(who=who)}; END"
                )
        else:
            op.execute(
                f"CREATE FUNCTION {table}_count() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {_COUNT.format(who=who)}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_counts AFTER INSERT OR UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_count()"
            )
