"""The list that staff begin the day with: asked for in one query, whatever the number.

A standing is what :func:`aicoach.adherence.triage` says of one resident on one day, kept as
a row. Rows that are out of date stay in the list and are marked; ``refresh`` brings them up
to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import and_, case, func, or_, select

from aicoach.adapters.store import tables
from aicoach.adapters.store.standing_rows import Standing, standing_of
from aicoach.adherence.triage import TriageLevel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

Sort = Literal["gravest", "resident", "last_session", "next_review", "sessions"]
SORTS: Final = ("gravest", "resident", "last_session", "next_review", "sessions")
LARGEST_PAGE: Final = 500
_UNKNOWN_AMONG: Final = 15
"""Whom nobody has looked at yet comes after the red ones (20) and before the amber ones (10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingsPage:
    """A page of the list, and how many there are in all."""

    rows: tuple[Standing, ...]
    total: int
    """Of the chosen level, on all pages."""
    counts: Mapping[TriageLevel | None, int]
    """Of every level among the chosen residents; None: never looked at."""
    out_of_date: int
    """Among the chosen residents."""
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))


def read_page(  # noqa: PLR0913 - filters of a list
    connection: Connection,
    now: datetime,
    *,
    site: str | None = None,
    level: TriageLevel | None = None,
    text: str = "",
    sort: Sort = "gravest",
    page: int = 1,
    size: int = 50,
) -> StandingsPage:
    """One page; filters, counts, order and page are the database's work.

    text : part of a resident's code; names may be sealed and are not searched.
    page : 1 is the first.
    """
    size = min(max(1, size), LARGEST_PAGE)
    people, rows = tables.residents.c, tables.standings.c
    both = tables.residents.outerjoin(tables.standings, rows.resident == people.id)
    wanted: list[ColumnElement[bool]] = []
    if site is not None:
        wanted.append(people.site == site)
    if text:
        wanted.append(func.lower(people.id).contains(text.lower(), autoescape=True))
    old = out_of_date(now)
    counted = connection.execute(
        select(rows.level, func.count(), func.sum(case((old, 1), else_=0)))
        .select_from(both)
        .where(*wanted)
        .group_by(rows.level)
    ).all()
    counts: dict[TriageLevel | None, int] = dict.fromkeys((*reversed(TriageLevel), None), 0)
    for found, number, _ in counted:
        counts[None if found is None else TriageLevel(found)] = number
    if level is not None:
        wanted.append(rows.level == int(level))
    shown = (people.id, people.site, people.language, people.time_zone, *_SHOWN)
    found_rows = connection.execute(
        select(*shown, old.label("old"))
        .select_from(both)
        .where(*wanted)
        .order_by(*_order(sort))
        .limit(size)
        .offset((max(1, page) - 1) * size)
    ).mappings()
    return StandingsPage(
        rows=tuple(standing_of(dict(row), out_of_date=bool(row["old"])) for row in found_rows),
        total=sum(counts.values()) if level is None else counts[level],
        counts=counts,
        out_of_date=sum(number or 0 for *_, number in counted),
        page=max(1, page),
        size=size,
    )


def out_of_date(now: datetime) -> ColumnElement[bool]:
    """Whether a row is missing, behind what happened, or of a day that is over."""
    rows = tables.standings.c
    return or_(
        rows.resident.is_(None),
        rows.level.is_(None),
        rows.changes > rows.seen,
        rows.good_until <= now,
    )


_SHOWN: Final[tuple[ColumnElement[Any], ...]] = tuple(
    tables.standings.c[name]
    for name in (
        "level", "reasons", "as_of", "found_at", "last_session", "last_at", "next_review",
        "plan", "version", "done", "asked",
    )
)  # fmt: skip


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    people, rows = tables.residents.c, tables.standings.c
    match sort:
        case "gravest":
            weight = case((rows.level.is_(None), _UNKNOWN_AMONG), else_=rows.level * 10)
            return (weight.desc(), rows.last_at.is_(None), rows.last_at.desc(), people.id)
        case "last_session":  # the longest ago first
            return (rows.last_at.is_not(None), rows.last_at, people.id)
        case "next_review":
            return (rows.next_review.is_(None), rows.next_review, people.id)
        case "sessions":
            asked = and_(rows.asked.is_not(None), rows.asked > 0.0)
            share = case((asked, rows.done / rows.asked), else_=None)
            return (share.is_(None), share, people.id)
        case _:
            return (people.id,)
