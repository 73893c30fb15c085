"""Who guesses waits: counters of failed tries, kept in the database.

A try is counted before the secret is looked at, in a transaction of its own, so that a
hundred guesses at once are a hundred tries. Names and addresses stand there as hashes only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from aicoach.access.secrets import wait_after
from aicoach.adapters.store import tables
from aicoach.adapters.store.sessions import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from aicoach.access.settings import Waits
    from aicoach.adapters.store.store import Store

_WAITS = tables.sign_in_waits


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing at which tries are counted: an account, or where they come from."""

    name: str
    waits: Waits
    own: bool
    """Whether success forgets it; of a shared origin it takes back one try only."""

    @property
    def id(self) -> str:
        """What stands in the database."""
        return hashlib.sha256(f"aicoach wait {self.name}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted, or refused because it came too early."""

    allowed: bool
    wait_s: float
    """Until the next one."""


def count_try(store: Store, counters: tuple[Counter, ...], now: datetime) -> Try:
    """Count a try at all counters, unless one of them says that it is too early."""
    with store.writing() as connection:
        # In one order, so that two programs never wait for each other.
        rows = [
            (one, *_locked(connection, one, now)) for one in sorted(counters, key=lambda c: c.id)
        ]
        early = max((until - now).total_seconds() for _, _, until in rows)
        if early > 0:
            return Try(allowed=False, wait_s=early)
        longest = 0.0
        for one, failures, _ in rows:
            wait_s = wait_after(failures + 1, one.waits)
            longest = max(longest, wait_s)
            values = {
                "failures": failures + 1,
                "last_at": now,
                "wait_until": now + timedelta(seconds=wait_s),
            }
            connection.execute(update(_WAITS).where(_WAITS.c.id == one.id).values(**values))
    return Try(allowed=True, wait_s=longest)


def forgive(store: Store, counters: tuple[Counter, ...], now: datetime) -> None:
    """The last try was right."""
    with store.writing() as connection:
        for one in sorted(counters, key=lambda c: c.id):
            here = _WAITS.c.id == one.id
            if one.own:
                connection.execute(delete(_WAITS).where(here))
                continue
            statement = update(_WAITS).where(here, _WAITS.c.failures > 0)
            values = {"failures": _WAITS.c.failures - 1, "wait_until": now}
            connection.execute(statement.values(**values))


def _locked(connection: Connection, one: Counter, now: datetime) -> tuple[int, datetime]:
    """Failures so far and until when to wait; the row is ours until the transaction ends."""
    new = {"id": one.id, "failures": 0, "last_at": now, "wait_until": now}
    insert_new(connection, _WAITS, [new])
    row = connection.execute(select(_WAITS).where(_WAITS.c.id == one.id).with_for_update()).one()
    if (now - row.last_at).total_seconds() > one.waits.forget_s:
        return 0, now
    return row.failures, row.wait_until
