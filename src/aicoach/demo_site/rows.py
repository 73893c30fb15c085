"""The rows of one made-up resident, ready for the database; made by any process alike."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import make_url

from aicoach import __version__
from aicoach.adapters.store import tables
from aicoach.adapters.store.bulk import Binder
from aicoach.adapters.store.whole_session import session_rows
from aicoach.catalog.loader import load_catalog
from aicoach.demo_site.calendar import Weeks
from aicoach.demo_site.people import PLACES
from aicoach.demo_site.residents import MadeResident
from aicoach.demo_site.stories import stories
from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adapters.store.bulk import Bound
    from aicoach.demo_site.stories import Story
    from aicoach.prescription import Prescription

    BoundRows = dict[str, list[Bound]]

_STAFF_ROWS: Final = ("residents", "consents", "prescriptions")
_AFTER_SESSIONS: Final = ("reviews", "messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which site is to be made, and for which kind of database."""

    seed: int
    residents: int
    weeks: int
    until: date
    """The last day."""
    after: int = 0
    """The last number of a resident that is taken."""
    recorded_by: str
    driver: str
    """As a URL of the database names it, e.g. ``sqlite``."""

    @property
    def span(self) -> Weeks:
        """The days of the data."""
        return Weeks(first=self.until - timedelta(days=7 * self.weeks - 1), until=self.until)


def made_resident(order: Order, k: int) -> MadeResident:
    """The ``k``-th resident of the site, 0 is the first; nothing is written."""
    story = _stories(order.seed, order.residents, order.after)[k]
    place, ready = PLACES[story.place], _plans()[story.plan]
    return MadeResident(order.seed, story, place, order.span, ready, load_catalog(), __version__)


def resident_rows(order: Order, k: int) -> BoundRows:
    """All rows of a resident by table, in an order in which they can be inserted."""
    made = made_resident(order, k)
    people = ([made.row], made.consents, made.plans)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [_row(one) for one in each] for name, each in zip(_STAFF_ROWS, people, strict=True)
    }
    wrote: dict[str, list[dict[str, Any]]] = {name: [] for name in _AFTER_SESSIONS}
    for one in made.sessions():
        whole = session_rows(one.head, one.planned, one.happened, order.recorded_by)
        for name, found in whole.items():
            rows.setdefault(name, []).extend(found)
        for name, row in zip(_AFTER_SESSIONS, made.staff_wrote(one), strict=True):
            wrote[name] += [] if row is None else [_row(row)]
    binder = _binder(order.driver)
    return {
        name: binder.bound(tables.metadata.tables[name], found)
        for name, found in (rows | wrote).items()
        if found
    }


def _row(record: Any) -> dict[str, Any]:
    return {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}


@cache
def _binder(driver: str) -> Binder:
    return Binder(make_url(f"{driver}://").get_dialect()())


@cache
def _plans() -> dict[str, Prescription]:
    return {name: read_prescription(path) for name, path in ready_plans().items()}


@cache
def _stories(seed: int, residents: int, after: int) -> tuple[Story, ...]:
    return stories(seed, residents, _plans(), len(PLACES), after=after)
