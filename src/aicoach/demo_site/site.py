"""Writes a made-up site into a store: people, plans, sessions, and what staff did."""

from __future__ import annotations

import gc
import re
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store import tables
from aicoach.adapters.store.bulk import insert_bound
from aicoach.adapters.store.people import Account, Cabin, Resident, Site
from aicoach.catalog.loader import load_catalog
from aicoach.demo_site.people import PLACES, PREFIX, account_rows, cabin_rows, moment, site_row
from aicoach.demo_site.rows import Order, resident_rows
from aicoach.demo_site.skeletons import keep_some
from aicoach.errors import DemoSiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from aicoach.adapters.store import Store
    from aicoach.demo_site.rows import BoundRows

FEWEST_WEEKS: Final = 4
MOST: Final = 9999
"""Residents; their codes have four digits."""
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2045, 12, 31)
"""Between these the data may end: residents are then of an age that is believable."""
_CODE: Final = re.compile(r"R-(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSite:
    """What was written."""

    residents: int
    sessions: int
    rows: dict[str, int]
    """How many in each table."""


def write_site(  # noqa: PLR0913 - a site is all of these
    store: Store,
    *,
    residents: int,
    weeks: int,
    seed: int,
    until: date,
    add: bool = False,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> MadeSite:
    """Make a site and write it.

    until : the last day of the data.
    add : also into a database in which somebody real is kept.
    workers : processes that make residents while this one writes; 0: none.

    Raises
    ------
    DemoSiteError
        If the numbers make no site, there is one already, or residents that are real.
    StoreError
        If the database cannot be written.
    """
    _check(residents, weeks, until)
    order = Order(
        seed=seed, residents=residents, weeks=weeks, until=until, after=_room_in(store, add=add),
        recorded_by=store.recorded_by, driver=store.database.url.drivername,
    )  # fmt: skip
    counts: Counter[str] = Counter()
    opened = moment(PLACES[0], until - timedelta(days=7 * weeks + 7), 9.0)
    with store.writing() as connection:
        for k, place in enumerate(PLACES):
            mine = len(range(k, residents, len(PLACES)))
            store.shelf(Site).add(site_row(place, opened), connection)
            for cabin in cabin_rows(place, mine, opened):
                store.shelf(Cabin).add(cabin, connection)
            for account in account_rows(place, opened):
                store.shelf(Account).add(account, connection)
    for done, rows in enumerate(_each(order, workers), start=1):
        with store.writing() as connection:
            for name, bound in rows.items():
                insert_bound(connection, tables.metadata.tables[name], bound)
                counts[name] += len(bound)
        if progress is not None:
            progress(done, residents)
    keep_some(store, load_catalog())
    details = {"residents": residents, "weeks": weeks, "seed": seed, "until": until.isoformat()}
    store.audit.record("demo-data", "demo_site.made", PREFIX, details)
    return MadeSite(residents=residents, sessions=counts["sessions"], rows=dict(counts))


def _each(order: Order, workers: int) -> Iterator[BoundRows]:
    """The rows of every resident, one resident after the other, whoever makes them."""
    if not workers:
        for k in range(order.residents):
            yield resident_rows(order, k)
        return
    # A new interpreter each: nothing open here, a database least of all, is shared with them.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_collect_rarely) as pool:
        waiting: deque[Future[BoundRows]] = deque()
        for k in range(order.residents):
            waiting.append(pool.submit(resident_rows, order, k))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _collect_rarely() -> None:
    """Plain values hold no circles; looking for some took a fifth of the time."""
    gc.set_threshold(200_000, 50, 50)


def _check(residents: int, weeks: int, until: date) -> None:
    if not FIRST_DAY <= until <= LAST_DAY:
        raise DemoSiteError(f"--until is {until}; allowed: {FIRST_DAY} to {LAST_DAY}")
    if not 1 <= residents <= MOST:
        raise DemoSiteError(f"--residents is {residents}; allowed: 1 to {MOST}")
    if not FEWEST_WEEKS <= weeks <= 104:
        raise DemoSiteError(f"--weeks is {weeks}; allowed: {FEWEST_WEEKS} to 104")


def _room_in(store: Store, *, add: bool) -> int:
    """The last number of a resident that is taken."""
    sites = {one.id for one in store.shelf(Site).find()}
    name = store.database.name
    if any(one.id in sites for one in PLACES):
        raise DemoSiteError(
            f"{name}: there is a demonstration site already; name another --database"
        )
    codes = [one.id for one in store.shelf(Resident).find()]
    if codes and not add:
        raise DemoSiteError(
            f"{name}: residents are kept here ({len(codes)}); name another --database, or say "
            "--add to mix made-up residents among them"
        )
    taken = [int(found[1]) for code in codes if (found := _CODE.fullmatch(code))]
    return max(taken, default=0)
