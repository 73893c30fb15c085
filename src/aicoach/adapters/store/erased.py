"""Who was erased: known by the hash of their code, so that nothing of them comes back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from aicoach.adapters.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


def pseudonym(resident: str) -> str:
    """What stands for a code in the list of those who were erased."""
    return hashlib.sha256(f"aicoach erased {resident}".encode()).hexdigest()


def is_erased(connection: Connection, resident: str) -> bool:
    """Whether somebody of this code was erased here."""
    column = tables.erasures.c
    query = select(column.id).where(column.id == pseudonym(resident))
    return connection.execute(query).first() is not None
