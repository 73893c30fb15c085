"""Numbers of a site, week by week: counted by the database, nobody's name among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, select

from aicoach.adapters.store import tables
from aicoach.adherence import weeks_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from aicoach.adapters.store import Store
    from aicoach.adherence import Period

_GRAVE: Final = ("stop", "rest")
_COMPLETE: Final = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWeek:
    """Seven days of one site."""

    first: date
    last: date
    active: int
    """Residents with at least one session."""
    sessions: int
    completed: int
    minutes: float
    alerts: int
    """That stopped something or asked for rest."""
    open: int
    """Sessions with such an alert that nobody of staff has marked as seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinLine:
    """One cabin of the site."""

    id: str
    name: str
    last: datetime | None
    """When its newest session began."""
    sessions: int
    """In the weeks that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNumbers:
    """A site now, and its weeks, the oldest first."""

    residents: int
    with_plan: int
    review_due: int
    """Plans whose review is due."""
    weeks: tuple[SiteWeek, ...]
    cabins: tuple[CabinLine, ...]


def site_numbers(store: Store, site: str, today: date, weeks: int) -> SiteNumbers:
    """The numbers of a site until a day."""
    people, standings = tables.residents.c, tables.standings.c
    both = tables.residents.outerjoin(tables.standings, standings.resident == people.id)
    now = select(
        func.count(),
        func.count(standings.plan),
        func.sum(case((standings.next_review < today, 1), else_=0)),
    ).select_from(both).where(people.site == site)  # fmt: skip
    periods = weeks_until(today, 7 * weeks)
    with store.reading() as connection:
        residents, with_plan, due = connection.execute(now).one()
        found = tuple(_week(connection, site, one) for one in periods)
        cabins = tuple(_cabins(connection, site, periods[0].first))
    return SiteNumbers(
        residents=residents, with_plan=with_plan, review_due=due or 0, weeks=found, cabins=cabins
    )


def _week(connection: Connection, site: str, period: Period) -> SiteWeek:
    rows, people = tables.session_summaries.c, tables.residents.c
    mine = tables.session_summaries.join(tables.residents, people.id == rows.resident)
    here = (
        people.site == site,
        rows.day.between(period.first, period.last),
        rows.demonstration.is_(False),
    )
    active, sessions, completed, seconds = connection.execute(
        select(
            func.count(func.distinct(rows.resident)),
            func.count(),
            func.sum(case((rows.why_ended == _COMPLETE, 1), else_=0)),
            func.sum(rows.lasted_s),
        )
        .select_from(mine)
        .where(*here)
    ).one()
    alerts_table, _ = tables.UNDER_SESSION["alerts"]
    alerts = alerts_table.c
    seen = select(tables.reviews.c.session_id).distinct()
    unseen = case((alerts.session_id.not_in(seen), alerts.session_id), else_=None)
    grave, open_sessions = connection.execute(
        select(func.count(), func.count(func.distinct(unseen)))
        .select_from(mine.join(alerts_table, alerts.session_id == rows.session))
        .where(*here, alerts.level.in_(_GRAVE))
    ).one()
    return SiteWeek(
        first=period.first,
        last=period.last,
        active=active,
        sessions=sessions,
        completed=completed or 0,
        minutes=(seconds or 0.0) / 60.0,
        alerts=grave,
        open=open_sessions,
    )


def _cabins(connection: Connection, site: str, first: date) -> Iterator[CabinLine]:
    cabins, sessions = tables.cabins.c, tables.sessions.c
    since = datetime.combine(first, datetime.min.time(), timezone.utc)
    query = (
        select(
            cabins.id,
            cabins.name,
            func.max(sessions.started_at).label("last"),
            func.sum(case((sessions.started_at >= since, 1), else_=0)).label("recent"),
        )
        .select_from(tables.cabins.outerjoin(tables.sessions, sessions.cabin == cabins.id))
        .where(cabins.site == site, cabins.retired_at.is_(None))
        .group_by(cabins.id, cabins.name)
        .order_by(cabins.name)
    )
    for row in connection.execute(query):
        yield CabinLine(id=row.id, name=row.name, last=row.last, sessions=row.recent or 0)
