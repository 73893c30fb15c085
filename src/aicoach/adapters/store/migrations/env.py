"""What Alembic runs: the steps that are missing, in the caller's transaction."""

from __future__ import annotations

from alembic import context

from aicoach.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
