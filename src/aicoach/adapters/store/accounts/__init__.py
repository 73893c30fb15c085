"""Accounts: opened, closed, given a password, a PIN or a card; and signing in with them."""

from aicoach.adapters.store.accounts.cards import Card, issue_card, revoke_credential
from aicoach.adapters.store.accounts.opening import (
    account_of_resident,
    actor_of,
    add_account,
    close_account,
    find_account,
)
from aicoach.adapters.store.accounts.secrets import set_password, set_pin
from aicoach.adapters.store.accounts.signing_in import (
    Refused,
    SignedIn,
    sign_in,
    sign_in_card,
    sign_in_holds,
    sign_in_pin,
)

__all__ = [
    "Card",
    "Refused",
    "SignedIn",
    "account_of_resident",
    "actor_of",
    "add_account",
    "close_account",
    "find_account",
    "issue_card",
    "revoke_credential",
    "set_password",
    "set_pin",
    "sign_in",
    "sign_in_card",
    "sign_in_holds",
    "sign_in_pin",
]
