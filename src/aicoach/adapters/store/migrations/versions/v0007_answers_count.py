"""What residents answer about their health changes where they stand.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_COUNT = (
    "INSERT INTO standings (resident, changes, seen) VALUES (NEW.resident, 1, 0) "
    "ON CONFLICT (resident) DO UPDATE SET changes = standings.changes + 1"
)


def upgrade() -> None:
    """Count answers as sessions, plans and reviews are counted since 0004; look at all anew."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER enrolments_insert_counts AFTER INSERT ON enrolments "
            f"BEGIN {_COUNT}; END"
        )
    else:
        op.execute(
            "CREATE FUNCTION enrolments_count() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {_COUNT}; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER enrolments_counts AFTER INSERT ON enrolments "
            "FOR EACH ROW EXECUTE FUNCTION enrolments_count()"
        )
    op.execute(
        "UPDATE standings SET changes = changes + 1 "
        "WHERE resident IN (SELECT resident FROM enrolments)"
    )
