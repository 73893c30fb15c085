"""Accounts, PINs and cards: opened, given and closed where the table of permissions allows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from aicoach.access.settings import access_settings
from aicoach.adapters.access_card import card_svg
from aicoach.adapters.store.accounts import (
    add_account,
    close_account,
    issue_card,
    set_password,
    set_pin,
)
from aicoach.adapters.store.gate import ADMINS, SYSTEM
from aicoach.adapters.store.people import Account, Cabin, Resident
from aicoach.errors import SecretError
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.desk import NotThereError
from aicoach.web.pages.staff.resident_tables import Code
from aicoach.web.pages.staff.shell import framed

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.access import Subject
    from aicoach.catalog.cues import Language
    from aicoach.web.pages.staff.desk import Desk

_ON_A_PAGE: Final = 25
_ROLES: Final = ("staff", "clinician", "site_admin", "system_admin", "resident", "family")
Secret = Annotated[str, Field(min_length=1, max_length=1024)]
Short = Annotated[str, Field(max_length=128)]
RoleName = Literal["staff", "clinician", "site_admin", "system_admin", "resident", "family"]


class AccountsAsked(Asked):
    """Filters and page of the list."""

    text: Short = ""
    role: Literal["", "staff", "clinician", "site_admin", "system_admin", "resident", "family"] = ""
    sort: Literal["", "role", "login", "name", "where", "open"] = ""
    p: Annotated[int, Field(ge=1, le=100_000)] = 1


class AddAsked(Asked):
    """A new account."""

    login: Annotated[str, Field(min_length=1, max_length=128)]
    name: Short = ""
    role: RoleName
    site: Short = ""
    resident: Short = ""
    licence: Short = ""


class PasswordAsked(Asked):
    """A new password, for oneself or for somebody who forgot theirs."""

    account: Annotated[str, Field(min_length=1, max_length=64)]
    password: Secret
    again: Secret


class CloseAsked(Asked):
    """An account that is not used any more."""

    account: Annotated[str, Field(min_length=1, max_length=64)]


class PinAsked(Asked):
    """A PIN of a resident for one cabin."""

    code: Code
    cabin: Annotated[str, Field(min_length=1, max_length=64)]
    pin: Annotated[str, Field(min_length=1, max_length=32)]
    again: Annotated[str, Field(min_length=1, max_length=32)]


class CardAsked(Asked):
    """A card of a resident."""

    code: Code
    label: Annotated[str, Field(max_length=40)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account in the list."""

    id: str
    login: str
    name: str
    role: str
    where: str
    licence: str
    is_open: bool
    closed: str
    may_password: bool
    may_close: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsPage:
    """A page of the list."""

    rows: tuple[AccountRow, ...]
    total: int
    page: int
    pages: int


def accounts_view(desk: Desk, asked: AccountsAsked) -> Answer:
    """The page."""
    subject = _own_place(desk)
    gives_cards = desk.may("card.issue", subject)
    manages = desk.may("account.manage", subject)
    if not gives_cards or manages:
        desk.see("account.view", subject)
    else:  # who only gives out cards sees no list of accounts
        desk.see("cabin.view", subject)
    actor = desk.visitor.actor
    cabins = [
        one for one in desk.store.shelf(Cabin).find()
        if one.retired_at is None and desk.may("cabin.view", desk.gate.of_site(one.site))
    ]  # fmt: skip
    roles = [
        one for one in _ROLES
        if desk.may("account.manage_admin" if one in ADMINS else "account.manage", subject)
    ]  # fmt: skip
    html = desk.draw(
        "accounts.html", asked=asked, found=_found(desk, asked) if manages else None, roles=roles,
        all_roles=_ROLES, sorts=tuple(_ORDERS), sites=desk.sites("site.view"), cabins=cabins,
        gives_cards=gives_cards, own_site=actor.site if actor else None,
    )  # fmt: skip
    return framed(desk, html, "accounts", desk.text("nav.accounts"))


def add(desk: Desk, asked: AddAsked) -> Answer:
    """Open an account; it has no password yet."""
    row = Account(
        login=asked.login, name=asked.name or asked.login, role=asked.role,
        site=asked.site or None, resident=asked.resident or None, licence=asked.licence or None,
    )  # fmt: skip
    made = add_account(desk.gate, row)
    return {"say": desk.text("accounts.added", login=made.login), "again": True}


def password(desk: Desk, asked: PasswordAsked) -> Answer:
    """Give an account a new password; the one before is void."""
    account = _account(desk, asked.account)
    if asked.password != asked.again:
        return {"problem": "failed", "say": desk.text("accounts.not_alike")}
    try:
        renewed = set_password(desk.gate, account, asked.password)
    except SecretError as problem:
        return _not_taken(desk, problem)
    if account.id == desk.gate.actor.account:  # other browsers of theirs are signed out
        desk.premises.visitors.renew(desk.visitor.id, renewed)
    return {"say": desk.text("accounts.password_set", login=account.login), "again": True}


def close(desk: Desk, asked: CloseAsked) -> Answer:
    """Close an account; its password, PINs and cards are void at once."""
    account = _account(desk, asked.account)
    close_account(desk.gate, account)
    return {"say": desk.text("accounts.closed", login=account.login), "again": True}


def pin(desk: Desk, asked: PinAsked) -> Answer:
    """Give a resident a PIN for one cabin."""
    if asked.pin != asked.again:
        desk.gate.require("card.issue", desk.gate.of_resident(asked.code))
        return {"problem": "failed", "say": desk.text("accounts.not_alike")}
    try:
        set_pin(desk.gate, asked.code, asked.pin, asked.cabin)
    except SecretError as problem:
        return _not_taken(desk, problem)
    return {"say": desk.text("accounts.pin_set", code=asked.code), "again": True}


def card(desk: Desk, asked: CardAsked) -> Answer:
    """Make a card, and show it once: it is kept nowhere."""
    made = issue_card(desk.gate, asked.code, asked.label)
    person = desk.store.shelf(Resident).get(asked.code)
    language: Language = "en" if person is not None and person.language == "en" else "zh"
    picture = card_svg(made.token, made.resident, language)
    slip = desk.draw("card.html", picture=picture, code=asked.code)
    return {"say": desk.text("accounts.card_made", code=asked.code), "slip": slip}


def _own_place(desk: Desk) -> Subject:
    actor = desk.visitor.actor
    site = None if actor is None else actor.site
    return SYSTEM if site is None else desk.gate.of_site(site)


def _account(desk: Desk, identifier: str) -> Account:
    found = desk.store.shelf(Account).get(identifier)
    if found is None:
        desk.gate.require("account.view", SYSTEM)  # who may not know is refused, not told
        raise NotThereError(desk.text("accounts.none"))
    return found


def _not_taken(desk: Desk, problem: SecretError) -> Answer:
    settings = access_settings()
    bounds = settings.pin if problem.key.startswith("access.pin") else settings.password
    phrases = desk.words.phrases
    places = {
        name: value
        for name, value in (("least", int(bounds.least)), ("most", int(bounds.most)))
        if name in phrases.places(problem.key)
    }
    return {"problem": "failed", "say": phrases.text(problem.key, **places)}


_ORDERS: Final[dict[str, Callable[[Account], tuple[object, ...]]]] = {
    "role": lambda one: (one.closed_at is not None, one.role, one.login),
    "login": lambda one: (one.login,),
    "name": lambda one: (one.name.casefold(), one.login),
    "where": lambda one: (one.site or "", one.resident or "", one.login),
    "open": lambda one: (one.closed_at is None, one.login),
}


def _found(desk: Desk, asked: AccountsAsked) -> AccountsPage:
    wanted = asked.text.casefold()
    every = [
        one
        for one in desk.store.shelf(Account).find()
        if desk.may("account.view", desk.gate.of_account(one))
        and (not asked.role or one.role == asked.role)
        and (not wanted or wanted in f"{one.login} {one.name} {one.resident or ''}".casefold())
    ]
    every.sort(key=_ORDERS[asked.sort or "role"])
    pages = max(1, -(-len(every) // _ON_A_PAGE))
    page = min(asked.p, pages)
    shown = every[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    return AccountsPage(
        rows=tuple(_row(desk, one) for one in shown), total=len(every), page=page, pages=pages
    )


def _row(desk: Desk, one: Account) -> AccountRow:
    subject, admin = desk.gate.of_account(one), one.role in ADMINS
    managing = "account.manage_admin" if admin else "account.manage"
    own = one.id == desk.gate.actor.account
    is_open = one.closed_at is None
    return AccountRow(
        id=one.id,
        login=one.login,
        name=one.name,
        role=desk.words.phrases.text(f"access.role.{one.role}"),
        where=" · ".join(part for part in (one.site, one.resident) if part),
        licence=one.licence or "",
        is_open=is_open,
        closed="" if one.closed_at is None else desk.words.day(one.closed_at.date(), year=True),
        may_password=is_open
        and desk.may("account.manage_admin" if admin and not own else "account.password", subject),
        may_close=is_open and not own and desk.may(managing, subject),
    )
