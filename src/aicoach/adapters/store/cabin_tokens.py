"""Tokens of cabins: random, told once, kept as a hash only, good until revoked or run out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import insert, select, update

from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.tables import cabin_tokens, cabins
from aicoach.errors import CabinError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.store import Store

_BEGINNING: Final = "aicoach-cabin-"
"""So that a token that got into a place where it should not be is known for what it is."""
_SEEN_EVERY: Final = timedelta(minutes=1)
TokenProblem = Literal["refused", "expired", "revoked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinPass:
    """What a good token stands for."""

    cabin: str
    site: str
    may_sign: bool
    """Plans that were signed in this cabin hold at the centre too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinToken:
    """One token, without its secret."""

    id: str
    cabin: str
    may_sign: bool
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    seen_at: datetime | None
    """Last used, to the minute; None: never."""

    def good(self, now: datetime) -> bool:
        """Whether it opens the door."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def issue(
    connection: Connection,
    cabin: str,
    by: str,
    *,
    now: datetime,
    expires_at: datetime | None = None,
    may_sign: bool = False,
) -> str:
    """Make a token for a cabin, in the caller's transaction, and tell it this once.

    Raises
    ------
    CabinError
        If there is no such cabin, it is retired, or the token would have run out already.
    """
    row = connection.execute(select(cabins).where(cabins.c.id == cabin)).one_or_none()
    if row is None:
        raise CabinError(cabin, "there is no such cabin", "see: aicoach cabin list")
    if row.retired_at is not None:
        raise CabinError(cabin, "is retired, and gets no token")
    if expires_at is not None and expires_at <= now:
        raise CabinError(cabin, f"a token until {expires_at:%Y-%m-%d} would be of no use")
    token = _BEGINNING + secrets.token_urlsafe(32)
    values = {
        "id": new_id(),
        "cabin": cabin,
        "digest": _digest(token),
        "may_sign": may_sign,
        "created_at": now,
        "created_by": by,
        "expires_at": expires_at,
    }
    connection.execute(insert(cabin_tokens), [values])
    return token


def revoke(connection: Connection, cabin: str, by: str, *, now: datetime) -> int:
    """End every token of a cabin, and say how many were good until now."""
    good = update(cabin_tokens).where(
        cabin_tokens.c.cabin == cabin, cabin_tokens.c.revoked_at.is_(None)
    )
    return connection.execute(good.values(revoked_at=now, revoked_by=by)).rowcount


def tokens_of(store: Store, cabin: str | None = None) -> tuple[CabinToken, ...]:
    """Tokens of a cabin, or all, oldest first."""
    table = cabin_tokens
    query = select(*(c for c in table.c if c.name != "digest")).order_by(table.c.created_at)
    if cabin is not None:
        query = query.where(table.c.cabin == cabin)
    with store.reading() as connection:
        return tuple(CabinToken(**row) for row in connection.execute(query).mappings())


def check(store: Store, token: str, now: datetime | None = None) -> CabinPass | TokenProblem:
    """Whose token it is, or why it does not open the door.

    The hash is what is looked up: the time that takes says nothing about the token.
    """
    moment = now or datetime.now(timezone.utc)
    query = (
        select(cabin_tokens, cabins.c.site, cabins.c.retired_at)
        .join(cabins, cabins.c.id == cabin_tokens.c.cabin)
        .where(cabin_tokens.c.digest == _digest(token))
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return "refused"
    if row.revoked_at is not None or row.retired_at is not None:
        return "revoked"
    if row.expires_at is not None and row.expires_at <= moment:
        return "expired"
    if row.seen_at is None or moment - row.seen_at >= _SEEN_EVERY:
        with store.writing() as connection:
            seen = update(cabin_tokens).where(cabin_tokens.c.id == row.id)
            connection.execute(seen.values(seen_at=moment))
    return CabinPass(cabin=row.cabin, site=row.site, may_sign=row.may_sign)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
