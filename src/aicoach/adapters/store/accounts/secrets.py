"""Passwords and PINs: checked, hashed, and put in the place of the ones before."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from aicoach.access.secrets import check_password, check_pin
from aicoach.access.settings import access_settings
from aicoach.adapters.store import tables
from aicoach.adapters.store.accounts.hashing import hasher
from aicoach.adapters.store.accounts.opening import account_of_resident
from aicoach.adapters.store.gate import ADMINS
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.people import Cabin, Resident
from aicoach.errors import PrivacyError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.people import Account


def set_password(gate: Gate, account: Account, password: str, at: datetime | None = None) -> str:
    """Give an account a new password; the one before is void. Returns the id of the new one.

    Raises
    ------
    SecretError
        If the password is not taken.
    AccessError
        If the actor may not set it.
    """
    plain = check_password(password, access_settings(), login=account.login)
    kept = hasher().hash(plain)
    own = gate.actor.account == account.id
    admin = account.role in ADMINS and not own
    action = "account.manage_admin" if admin else "account.password"
    with gate.deed(action, gate.of_account(account), {"with": "password"}) as connection:
        return _replace(connection, account.id, "password", kept, None, at)


def set_pin(gate: Gate, resident: str, pin: str, cabin: str, at: datetime | None = None) -> None:
    """Give a resident a PIN for the screen of one cabin; the one before is void.

    Raises
    ------
    SecretError
        If the PIN is not taken.
    PrivacyError
        If there is no such resident or cabin, or the cabin is at another site.
    AccessError
        If the actor may not set it.
    """
    account = account_of_resident(gate, resident)
    person = gate.store.shelf(Resident).get(resident)
    there = gate.store.shelf(Cabin).get(cabin)
    if there is None or there.retired_at is not None:
        raise PrivacyError(f"cabin {cabin}", "there is none, or it is retired")
    if account.site is not None and there.site != account.site:
        raise PrivacyError(f"cabin {cabin}", f"is not at the site of {resident}")
    birth_year = None if person is None else person.birth_year
    plain = check_pin(pin, access_settings(), birth_year=birth_year)
    kept = hasher().hash(plain)
    details = {"with": "pin", "cabin": cabin}
    with gate.deed("card.issue", gate.of_resident(resident), details) as connection:
        _replace(connection, account.id, "pin", kept, cabin, at)


def _replace(
    connection: Connection,
    account: str,
    kind: str,
    kept: str,
    cabin: str | None,
    at: datetime | None,
) -> str:
    now, table = at or datetime.now(timezone.utc), tables.credentials
    connection.execute(
        update(table)
        .where(table.c.account == account, table.c.kind == kind, table.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    made = new_id()
    row = {
        "id": made, "account": account, "kind": kind, "secret": kept, "lookup": None,
        "cabin": cabin, "label": "", "created_at": now, "revoked_at": None,
    }  # fmt: skip
    connection.execute(insert(table), [row])
    return made
