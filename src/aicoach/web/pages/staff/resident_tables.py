"""The tables on the page of a resident: what may be asked of them, events and versions of plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, Generic, Literal, TypeVar

from pydantic import Field

from aicoach.adapters.store.people import PlanVersion, plan_in_force
from aicoach.web.pages.staff.asking import Asked
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aicoach.adapters.store.people import Resident
    from aicoach.follow_up import StaffPage
    from aicoach.follow_up.safety import AlertLine
    from aicoach.web.pages.staff.desk import Desk

EVENTS_ON_A_PAGE: Final = 15
VERSIONS_ON_A_PAGE: Final = 10
_LEVELS: Final = ("stop", "rest")
Code = Annotated[str, Field(min_length=1, max_length=64)]
Number = Annotated[int, Field(ge=1, le=10_000)]
Row = TypeVar("Row")


class ResidentAsked(Asked):
    """Whose page, how far back, and what of each table."""

    code: Code
    weeks: Literal["4", "12", "26", "52"] = "12"
    sort: Literal["", "newest", "oldest", "longest", "effort", "pain", "heart", "alerts"] = ""
    only: Literal["", "alerts", "open", "cut_short"] = ""
    p: Number = 1
    grave: Literal["", "stop", "rest"] = ""
    events: Literal["", "newest", "oldest", "gravest", "rule"] = ""
    e: Number = 1
    state: Literal["", "in_force", "draft", "active", "paused", "completed", "revoked"] = ""
    versions: Literal["", "newest", "oldest", "plan", "state"] = ""
    v: Number = 1


class SessionsAsked(ResidentAsked):
    """The table of sessions alone."""


class EventsAsked(ResidentAsked):
    """The safety events alone."""


class VersionsAsked(ResidentAsked):
    """The versions of plans alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage(Generic[Row]):
    """A page of a table."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version of a plan."""

    id: str
    plan: str
    version: int
    state: str
    status: str
    """The state in words."""
    kind: str
    by: str
    signed: date | None
    ended: date | None
    """From then on it held no more."""
    made: date
    in_force: bool
    is_draft: bool


_EVENT_ORDERS: Final[dict[str, Callable[[AlertLine], tuple[object, ...]]]] = {
    "gravest": lambda one: (_LEVELS.index(one.level), one.number),
    "rule": lambda one: (one.rule, one.number),
}
_VERSION_ORDERS: Final[dict[str, Callable[[VersionRow], tuple[object, ...]]]] = {
    "plan": lambda one: (one.plan, -one.version),
    "state": lambda one: (not one.in_force, one.state, one.plan, -one.version),
}


def events_page(asked: ResidentAsked, page: StaffPage) -> TablePage[AlertLine]:
    """Safety events of the page of staff, the newest first unless asked otherwise."""
    every = [one for one in page.safety if not asked.grave or one.level == asked.grave]
    if asked.events == "oldest":
        every.reverse()
    elif asked.events in _EVENT_ORDERS:
        every.sort(key=_EVENT_ORDERS[asked.events])
    return _cut(every, asked.e, EVENTS_ON_A_PAGE)


def versions_page(desk: Desk, asked: ResidentAsked, row: Resident) -> TablePage[VersionRow]:
    """Versions of the resident's plans, the newest first unless asked otherwise."""
    held = plan_in_force(desk.store, row.id)
    rows = desk.store.shelf(PlanVersion).find(resident=row.id)
    every = [
        _version(desk, one, row, in_force=held is not None and one.id == held.id)
        for one in sorted(rows, key=lambda one: (one.created_at, one.version), reverse=True)
    ]
    if asked.state == "in_force":
        every = [one for one in every if one.in_force]
    elif asked.state:
        every = [one for one in every if one.state == asked.state]
    if asked.versions == "oldest":
        every.reverse()
    elif asked.versions in _VERSION_ORDERS:
        every.sort(key=_VERSION_ORDERS[asked.versions])
    return _cut(every, asked.v, VERSIONS_ON_A_PAGE)


def _version(desk: Desk, one: PlanVersion, row: Resident, *, in_force: bool) -> VersionRow:
    return VersionRow(
        id=one.id,
        plan=_title(one, desk.language),
        version=one.version,
        state=one.status,
        status=desk.known(f"plan.status.{one.status}", one.status),
        kind=desk.words(f"kind.{one.kind}"),
        by=desk.called(one.author),
        signed=one.signed_at,
        ended=one.ended_on,
        made=day_in(row.time_zone, one.created_at),
        in_force=in_force,
        is_draft=one.status == "draft" and one.signed_at is None,
    )


def _title(one: PlanVersion, language: str) -> str:
    title = one.document.get("title")
    return str(title.get(language, one.plan)) if isinstance(title, dict) else one.plan


def _cut(every: Sequence[Row], number: int, size: int) -> TablePage[Row]:
    pages = max(1, -(-len(every) // size))
    page = min(number, pages)
    rows = tuple(every[(page - 1) * size : page * size])
    return TablePage(rows=rows, total=len(every), page=page, pages=pages)
