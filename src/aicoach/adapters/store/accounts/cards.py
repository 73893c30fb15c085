"""Cards: a random code in a QR picture, of which only the hash is kept. One may have several."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from aicoach.adapters.store import tables
from aicoach.adapters.store.accounts.opening import account_of_resident
from aicoach.adapters.store.identifiers import new_id
from aicoach.errors import PrivacyError

if TYPE_CHECKING:
    from aicoach.adapters.store.gate import Gate

BEGINNING: Final = "AICOACH1:"
"""So that a camera that sees another code does not try it."""
_BYTES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as it is printed; the token is nowhere else."""

    id: str
    """By which it is revoked."""
    resident: str
    token: str
    label: str

    def __repr__(self) -> str:
        """Never the token."""
        return f"Card({self.id})"


def issue_card(gate: Gate, resident: str, label: str = "", at: datetime | None = None) -> Card:
    """Make a card for a resident, beside those they have.

    Raises
    ------
    AccessError, PrivacyError
        If the actor may not, or nobody has this code.
    """
    account = account_of_resident(gate, resident)
    token = BEGINNING + base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    card = Card(id=new_id(), resident=resident, token=token, label=label)
    row = {
        "id": card.id, "account": account.id, "kind": "card", "secret": "",
        "lookup": lookup_of(token), "cabin": None, "label": label,
        "created_at": at or datetime.now(timezone.utc), "revoked_at": None,
    }  # fmt: skip
    details = {"with": "card", "card": card.id}
    with gate.deed("card.issue", gate.of_resident(resident), details) as connection:
        connection.execute(insert(tables.credentials), [row])
    return card


def revoke_credential(gate: Gate, credential: str, at: datetime | None = None) -> None:
    """Make a card (or a PIN) void at once.

    Raises
    ------
    PrivacyError
        If there is none of this id, or it is void already.
    AccessError
        If the actor may not.
    """
    table, accounts = tables.credentials, tables.accounts
    query = (
        select(accounts.c.resident)
        .join(table, table.c.account == accounts.c.id)
        .where(table.c.id == credential, table.c.revoked_at.is_(None))
    )
    resident = None
    if _is_id(credential):
        with gate.store.reading() as connection:
            resident = connection.scalar(query)
    if resident is None:
        raise PrivacyError(f"card {credential}", "there is none that is valid")
    with gate.deed("card.issue", gate.of_resident(resident), {"revoked": credential}) as connection:
        now = at or datetime.now(timezone.utc)
        statement = update(table).where(table.c.id == credential).values(revoked_at=now)
        connection.execute(statement)


def lookup_of(token: str) -> str:
    """What is kept of a card. The token is random: nobody finds it by trying."""
    return hashlib.sha256(token.strip().upper().encode()).hexdigest()


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
