"""Signing in: with a password anywhere, with a PIN or a card at the shared screen.

The answer to a wrong login, a wrong password and a closed account is one and the same, takes
the same work, and waits the same time.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from aicoach.access import Actor, Role
from aicoach.access.settings import access_settings
from aicoach.adapters.store import tables
from aicoach.adapters.store.accounts.cards import lookup_of
from aicoach.adapters.store.accounts.hashing import hasher
from aicoach.adapters.store.accounts.opening import actor_from, normal_login
from aicoach.adapters.store.accounts.waits import Counter, count_try, forgive
from aicoach.adapters.store.people import Account, Cabin
from aicoach.adapters.store.plain_records import from_plain

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from aicoach.adapters.store.store import Store

NOBODY: Final = "nobody"
_ACTION: Final = "account.sign_in"
_LONGEST: Final = 1024
"""Characters of a secret that are looked at; the rest would only cost time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody is who they say."""

    actor: Actor
    account: Account
    credential: str
    """Id of the password, PIN or card by which they came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody was signed in; that is all that is said."""

    wait_s: float
    """Seconds until the next try is looked at."""


def sign_in(
    store: Store, login: str, password: str, origin: str, now: datetime
) -> SignedIn | Refused:
    """Sign in with login and password.

    Parameters
    ----------
    origin
        Where the try comes from: an address, or the name of a cabin.
    """
    name = normal_login(login)
    with store.reading() as connection:
        account = _account(connection, tables.accounts.c.login == name)
        kept = _secret(connection, account, "password", None)
    return _decide(store, account, kept, password, (f"login:{name}", f"from:{origin}"), now)


def sign_in_pin(
    store: Store, resident: str, pin: str, cabin: str, now: datetime
) -> SignedIn | Refused:
    """Sign a resident in at the screen of the cabin that the PIN was set for."""
    column = tables.accounts.c
    with store.reading() as connection:
        account = _account(
            connection, column.resident == resident, column.role == Role.RESIDENT.value
        )
        kept = _secret(connection, account, "pin", cabin)
    tries = (f"pin:{resident}", f"cabin:{cabin}")
    return _decide(store, account, kept, pin.strip(), tries, now)


def sign_in_card(store: Store, token: str, cabin: str, now: datetime) -> SignedIn | Refused:
    """Sign a resident in with the code of a card, at a cabin of their site."""
    settings = access_settings()
    counters = (Counter(f"cabin:{cabin}", settings.wait_origin, own=False),)
    tried = count_try(store, counters, now)
    if not tried.allowed:
        return Refused(wait_s=tried.wait_s)
    with store.reading() as connection:
        column = tables.credentials.c
        query = select(column.id, column.account).where(
            column.lookup == lookup_of(token), column.revoked_at.is_(None), column.kind == "card"
        )
        card = connection.execute(query).first()
        owned = None if card is None else tables.accounts.c.id == card.account
        account = None if owned is None else _account(connection, owned)
    there = store.shelf(Cabin).get(cabin)
    fits = (
        account is not None
        and there is not None
        and there.retired_at is None
        and account.site in (None, there.site)
    )
    if not fits or account is None or card is None:
        _note(store, account, "card", now, refused=True)
        return Refused(wait_s=tried.wait_s)
    forgive(store, counters, now)
    _note(store, account, "card", now, refused=False)
    return SignedIn(actor=actor_from(account), account=account, credential=card.id)


def sign_in_holds(store: Store, actor: Actor, credential: str | None) -> bool:
    """Whether somebody who signed in a while ago is still let in as that actor.

    Not when the account was closed meanwhile or has another role, site or licence, and not when
    the secret by which they came in is void (``credential``; None: only the account is asked).
    """
    with store.reading() as connection:
        account = _account(connection, tables.accounts.c.id == actor.account)
        if account is None or actor_from(account) != actor:
            return False
        if credential is None:
            return True
        column = tables.credentials.c
        query = select(column.id).where(column.id == credential, column.revoked_at.is_(None))
        return connection.scalar(query) is not None


def _decide(
    store: Store,
    account: Account | None,
    kept: dict[str, Any] | None,
    secret: str,
    tries: tuple[str, str],
    now: datetime,
) -> SignedIn | Refused:
    settings = access_settings()
    counters = (
        Counter(tries[0], settings.wait_account, own=True),
        Counter(tries[1], settings.wait_origin, own=False),
    )
    tried = count_try(store, counters, now)
    if not tried.allowed:
        return Refused(wait_s=tried.wait_s)
    plain = unicodedata.normalize("NFKC", secret[:_LONGEST])
    right = hasher().fits(None if kept is None else kept["secret"], plain)
    kind = tries[0].partition(":")[0]
    if not right or account is None or kept is None:
        _note(store, account, kind, now, refused=True)
        return Refused(wait_s=tried.wait_s)
    forgive(store, counters, now)
    if hasher().is_old(kept["secret"]):
        column = tables.credentials.c
        with store.writing() as connection:
            renewed = {"secret": hasher().hash(plain)}
            connection.execute(
                update(tables.credentials).where(column.id == kept["id"]).values(**renewed)
            )
    _note(store, account, kind, now, refused=False)
    return SignedIn(actor=actor_from(account), account=account, credential=kept["id"])


def _account(connection: Connection, *wanted: Any) -> Account | None:
    """The open account that fits."""
    query = select(tables.accounts).where(*wanted, tables.accounts.c.closed_at.is_(None))
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else from_plain(Account, dict(row))


def _secret(
    connection: Connection, account: Account | None, kind: str, cabin: str | None
) -> dict[str, Any] | None:
    """What is kept; asked for a nobody as well, so that it is the same work."""
    table = tables.credentials
    query = select(table.c.id, table.c.secret).where(
        table.c.account == (account.id if account else ""),
        table.c.kind == kind,
        table.c.revoked_at.is_(None),
    )
    if cabin is not None:
        query = query.where(table.c.cabin == cabin)
    row = connection.execute(query.order_by(table.c.created_at.desc()).limit(1)).mappings().first()
    return None if row is None else dict(row)


def _note(
    store: Store, account: Account | None, kind: str, now: datetime, *, refused: bool
) -> None:
    details = {"with": kind} | ({"refused": "does_not_fit"} if refused else {})
    subject = None if account is None else account.id
    actor = NOBODY if refused or account is None else account.id
    store.audit.record(actor, _ACTION, subject, details, now)
