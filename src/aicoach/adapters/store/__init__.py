"""What is kept: every session as it happens, people, plans, and who did what.

A file in the user's data folder, or a PostgreSQL server by its URL; docs/store.md explains.
"""

from aicoach.adapters.store.identifiers import made_at, new_id
from aicoach.adapters.store.store import Store

__all__ = ["Store", "made_at", "new_id"]
