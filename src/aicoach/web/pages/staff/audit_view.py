"""Who saw or changed what, and what was refused; for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field
from sqlalchemy import select

from aicoach.adapters.store import tables
from aicoach.adapters.store.audit import SORTS
from aicoach.adapters.store.gate import SYSTEM
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.audit_words import say_action, say_details, say_who
from aicoach.web.pages.staff.shell import framed

if TYPE_CHECKING:
    from aicoach.adapters.store.audit import AuditEntry
    from aicoach.web.pages.staff.desk import Desk

_ON_A_PAGE: Final = 40
Short = Annotated[str, Field(max_length=128)]


class AuditAsked(Asked):
    """Filters and page of the audit."""

    actor: Short = ""
    action: Annotated[str, Field(max_length=64)] = ""
    resident: Annotated[str, Field(max_length=64)] = ""
    day: date | None = None
    refused: Annotated[str, Field(max_length=4)] = ""
    sort: Literal["", "newest", "oldest", "actor", "action", "about"] = ""
    p: Annotated[int, Field(ge=1, le=1_000_000)] = 1


class ChainAsked(Asked):
    """Whether somebody altered the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry, in words."""

    number: int
    at: datetime
    who: str
    action: str
    about: str
    details: str
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A page of it."""

    rows: tuple[AuditRow, ...]
    total: int
    page: int
    pages: int


def audit_view(desk: Desk, asked: AuditAsked) -> Answer:
    """The page."""
    subjects = _subjects(desk, asked)
    first = before = None
    if asked.day is not None:
        first = datetime(asked.day.year, asked.day.month, asked.day.day, tzinfo=timezone.utc)
        before = first + timedelta(days=1)
    actor = next(
        (code for code, name in desk.colleagues.items() if asked.actor == name), asked.actor
    )
    rows, total = desk.store.audit.page(
        actor=actor or None, action=asked.action, subjects=subjects, first=first, before=before,
        refused=bool(asked.refused), sort=asked.sort or "newest", page=asked.p, size=_ON_A_PAGE,
    )  # fmt: skip
    found = AuditPage(
        rows=tuple(_row(desk, one) for one in rows), total=total, page=asked.p,
        pages=max(1, -(-total // _ON_A_PAGE)),
    )  # fmt: skip
    actions = sorted({action.split(".")[0] for action in _actions()})
    html = desk.draw(
        "audit.html", asked=asked, found=found, actions=actions, head=desk.store.audit.head(),
        whole=desk.may("audit.view", SYSTEM), sorts=SORTS,
    )  # fmt: skip
    return framed(desk, html, "audit", desk.text("nav.audit"))


def check_chain(desk: Desk, _asked: ChainAsked) -> Answer:
    """Go through the whole chain."""
    desk.gate.require("audit.view", SYSTEM, {"checked": True})
    broken = desk.store.audit.verify()
    if broken is None:
        number, _ = desk.store.audit.head()
        return {"say": desk.text("audit.sound", count=number)}
    return {"problem": "failed", "say": desk.text("audit.broken", number=broken.number)}


def _subjects(desk: Desk, asked: AuditAsked) -> frozenset[str] | None:
    """Whom it may be about; None: anybody. Refused where this person may not see it."""
    if asked.resident:
        desk.see("audit.view", desk.gate.of_resident(asked.resident))
        return frozenset({asked.resident})
    if desk.may("audit.view", SYSTEM):
        desk.see("audit.view", SYSTEM)
        return None
    actor = desk.visitor.actor
    site = None if actor is None else actor.site
    desk.see("audit.view", desk.gate.of_site(site))
    people, accounts = tables.residents.c, tables.accounts.c
    with desk.store.reading() as connection:
        mine = set(connection.scalars(select(people.id).where(people.site == site)))
        mine |= set(connection.scalars(select(accounts.id).where(accounts.site == site)))
    return frozenset(mine | {str(site)})


def _actions() -> tuple[str, ...]:
    from aicoach.access.permissions import permissions  # noqa: PLC0415

    return permissions().actions


def _row(desk: Desk, one: AuditEntry) -> AuditRow:
    return AuditRow(
        number=one.number,
        at=one.at,
        who=say_who(desk, one.actor),
        action=say_action(desk, one.action),
        about=say_who(desk, one.subject),
        details=say_details(desk, one.details),
        refused="refused" in one.details,
    )
