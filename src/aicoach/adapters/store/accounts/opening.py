"""Accounts are opened and closed; they are never reused, as the audit names them."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from aicoach.access import Actor, Role, Subject
from aicoach.adapters.store import tables
from aicoach.adapters.store.gate import ADMINS
from aicoach.adapters.store.people import Account, Resident, Site
from aicoach.errors import PrivacyError, StoreError, StoreProblem

if TYPE_CHECKING:
    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.store import Store

_LONGEST: Final = 128
_OF_A_RESIDENT: Final = frozenset({Role.RESIDENT.value, Role.FAMILY.value})


def normal_login(login: str) -> str:
    """A login as it is kept: however it was typed, in small letters."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def actor_from(account: Account) -> Actor:
    """What an account may act as."""
    return Actor(
        account=account.id,
        role=Role(account.role),
        site=account.site,
        resident=account.resident,
        licence=account.licence,
    )


def actor_of(store: Store, account: str) -> Actor | None:
    """The actor of an account that is open now; ask again for every request."""
    found = store.shelf(Account).get(account)
    return None if found is None or found.closed_at is not None else actor_from(found)


def find_account(store: Store, login: str) -> Account:
    """The account of a login.

    Raises
    ------
    PrivacyError
        If there is none. For those who may know: signing in never says so.
    """
    found = store.shelf(Account).find(login=normal_login(login))
    if not found:
        raise PrivacyError(f"account '{login}'", "there is none", "see: aicoach account list")
    return found[0]


def add_account(gate: Gate, row: Account) -> Account:
    """Open an account.

    Raises
    ------
    AccessError
        If the actor may not open one of this role at this site.
    PrivacyError
        If the login is none, or the role and the resident do not go together.
    """
    login = normal_login(row.login)
    what = f"account '{row.login}'"
    if not 0 < len(login) <= _LONGEST or not login.isprintable() or " " in login:
        raise PrivacyError(what, f"a login has 1 to {_LONGEST} letters and no blanks")
    if row.role not in {role.value for role in Role} - {Role.CONSOLE.value}:
        raise PrivacyError(what, f"'{row.role}' is no role", f"use {', '.join(tables.ROLES)}")
    if row.role in _OF_A_RESIDENT and row.resident is None:
        raise PrivacyError(what, f"a {row.role} account needs the resident's code")
    store = gate.store
    if row.resident is not None and store.shelf(Resident).get(row.resident) is None:
        raise PrivacyError(f"resident {row.resident}", "nobody has this code")
    if row.site is not None and store.shelf(Site).get(row.site) is None:
        raise PrivacyError(f"site {row.site}", "there is none")
    if store.shelf(Account).find(login=login):
        raise PrivacyError(what, "this login is taken", "it is never given again")
    made = Account(
        id=row.id, login=login, name=row.name, role=row.role, site=_site(gate, row),
        resident=row.resident, licence=row.licence, created_at=row.created_at,
    )  # fmt: skip
    details = {"role": row.role, "account": row.id}
    with gate.deed(_managing(made), gate.of_account(made), details) as connection:
        return gate.store.shelf(Account).add(made, connection)


def close_account(gate: Gate, account: Account, at: datetime | None = None) -> None:
    """Close an account; its password, PINs and cards are void at once.

    Raises
    ------
    AccessError
        If the actor may not.
    """
    if account.closed_at is not None:
        detail = f"the account {account.login} is closed already"
        raise StoreError(gate.store.database.name, StoreProblem.CONFLICT, detail=detail)
    now = at or datetime.now(timezone.utc)
    column = tables.credentials.c
    with gate.deed(_managing(account), gate.of_account(account), {"closed": True}) as connection:
        gate.store.shelf(Account).change(account.id, connection, closed_at=now)
        connection.execute(
            update(tables.credentials)
            .where(column.account == account.id, column.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def account_of_resident(gate: Gate, resident: str) -> Account:
    """The account behind a resident's PIN and cards; made where there is none.

    Raises
    ------
    PrivacyError
        If nobody has this code.
    AccessError
        If the actor may not give out cards.
    """
    gate.require("card.issue", gate.of_resident(resident))
    person = gate.store.shelf(Resident).get(resident)
    if person is None:
        raise PrivacyError(f"resident {resident}", "nobody has this code")
    found = gate.store.shelf(Account).find(
        resident=resident, role=Role.RESIDENT.value, closed_at=None
    )
    if found:
        return found[0]
    return gate.store.shelf(Account).add(
        Account(
            login=f"{normal_login(resident)}#resident",
            name=person.name or resident,
            role=Role.RESIDENT.value,
            site=person.site,
            resident=resident,
        )
    )


def _managing(account: Account) -> str:
    return "account.manage_admin" if account.role in ADMINS else "account.manage"


def _site(gate: Gate, row: Account) -> str | None:
    """Family and residents belong to the site of the resident, whatever was said."""
    if row.resident is None or row.role not in _OF_A_RESIDENT:
        return row.site
    subject: Subject = gate.of_resident(row.resident)
    return subject.site
