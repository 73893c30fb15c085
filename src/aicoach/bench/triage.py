"""The list that staff begin the day with, over many residents and sessions on PostgreSQL.

A small demonstration site is written, then copied inside the server until there are enough
residents, and into the past until there are enough sessions. Rows of the last weeks are whole;
older ones are without their lists, which nothing reads.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table as Printed
from sqlalchemy import Connection, Table, text

from aicoach.adapters.store import Store, tables
from aicoach.adherence import TriageLevel
from aicoach.bench.postgres_server import PostgresServer
from aicoach.demo_site import write_site

PAGE_BAR_MS: Final = 300.0
RESIDENTS: Final = 10_000
SESSIONS: Final = 1_000_000
_TEMPLATES: Final = 40
"""Residents that are made; all others are copies."""
_WEEKS: Final = 8
_UNTIL: Final = date(2026, 11, 20)
_NOW: Final = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
_ROUNDS: Final = 40
_LISTS: Final = ("exercises", "faults", "form_judged", "alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageFigures:
    """What was found."""

    residents: int
    sessions: int
    pages_ms: dict[str, tuple[float, float]]
    """Kind of page: 95th percentile and the longest, in milliseconds."""
    every_p95_ms: float
    """Over all kinds."""
    first_refresh_s: float
    """Every standing found for the first time, plans read."""
    refresh_s: float
    """Every standing found again, as when the day turns."""
    one_ms: float
    """One standing found again, 95th percentile."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar."""
        return tuple(
            f"{kind}: p95 {p95:.0f} > {PAGE_BAR_MS:.0f} ms"
            for kind, (p95, _) in self.pages_ms.items()
            if p95 > PAGE_BAR_MS
        )


def run(
    residents: int = RESIDENTS, sessions: int = SESSIONS, *, console: Console | None = None
) -> TriageFigures:
    """Load, measure, and print the table."""
    console = console or Console()
    with PostgresServer() as server, tempfile.TemporaryDirectory() as folder:
        store = Store(server.create("triage"), folder=Path(folder))
        began_s = time.perf_counter()
        _load(store, residents, sessions)
        console.print(f"loaded in {time.perf_counter() - began_s:.0f} s")
        found = _measure(store)
        store.close()
    _print(found, console)
    return found


def _load(store: Store, residents: int, sessions: int) -> None:
    write_site(store, residents=_TEMPLATES, weeks=_WEEKS, seed=1, until=_UNTIL)
    copies = max(1, residents // _TEMPLATES)
    with store.writing() as connection:
        made = connection.scalar(text("SELECT count(*) FROM sessions")) or 1
        shifts = max(1, round(sessions / (made * copies)))
        for name in ("session_summaries", "prescriptions"):
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        if copies > 1:
            people = f"generate_series(1, {copies - 1}) AS k"
            _copy(connection, tables.residents, people, {"id": "id || '-' || k"})
            _copy(connection, tables.prescriptions, people, {
                "id": _id("id", "k"), "resident": "resident || '-' || k",
            })  # fmt: skip
            sessions_of = {"id": _id("id", "k"), "resident": "resident || '-' || k"}
            _copy(connection, tables.sessions, people, sessions_of)
            _copy(connection, tables.session_summaries, people, {
                "session": _id("session", "k"), "resident": "resident || '-' || k",
            })  # fmt: skip
        if shifts > 1:
            weeks = f"generate_series(1, {shifts - 1}) AS s"
            past = {"started_at": f"started_at - s * interval '{_WEEKS} weeks'"}
            _copy(connection, tables.sessions, weeks, {"id": _id("id", "'s' || s"), **past})
            empty = dict.fromkeys(_LISTS, "'[]'::json")
            _copy(connection, tables.session_summaries, weeks, {
                "session": _id("session", "'s' || s"),
                "day": f"day - s * {7 * _WEEKS}", **past, **empty,
            })  # fmt: skip
        for name in ("session_summaries", "prescriptions"):
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    with store.database.reading() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.rollback()
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")
        raw.autocommit = False


def _id(column: str, what: str) -> str:
    return f"md5({column}::text || '/' || {what})::uuid"


def _copy(connection: Connection, table: Table, times: str, changed: dict[str, str]) -> None:
    """Copy every row of a table inside the server, with some columns changed."""
    names = [f'"{column.name}"' for column in table.columns]
    values = [changed.get(column.name, f't."{column.name}"') for column in table.columns]
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} "
            f"FROM {table.name} AS t, {times}"
        )
    )


def _measure(store: Store) -> TriageFigures:
    with store.reading() as connection:
        residents = connection.scalar(text("SELECT count(*) FROM residents")) or 0
        sessions = connection.scalar(text("SELECT count(*) FROM session_summaries")) or 0
    first_s = _timed(lambda: store.refresh_standings(now=_NOW))
    again_s = _timed(lambda: store.refresh_standings(now=_NOW, every=True))
    spent: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        for kind, page in _pages(store, residents):
            spent.setdefault(kind, []).append(1000.0 * _timed(page))
    some = [f"R-{1 + k % _TEMPLATES:04d}" for k in range(_ROUNDS)]
    one = [
        1000.0 * _timed(lambda who=who: store.refresh_standings([who], now=_NOW, every=True))  # type: ignore[misc]
        for who in some
    ]
    return TriageFigures(
        residents=residents,
        sessions=sessions,
        pages_ms={
            kind: (float(np.quantile(each, 0.95)), max(each)) for kind, each in spent.items()
        },
        every_p95_ms=float(np.quantile([ms for each in spent.values() for ms in each], 0.95)),
        first_refresh_s=first_s,
        refresh_s=again_s,
        one_ms=float(np.quantile(one, 0.95)),
    )


def _pages(store: Store, residents: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    def page(**wanted: Any) -> Callable[[], Any]:
        return lambda: store.standings(now=_NOW, **wanted)

    last = max(1, residents // 50)
    yield "first page, the gravest first", page()
    yield "one site", page(site="demo-east")
    yield "red ones of one site", page(site="demo-west", level=TriageLevel.RED)
    yield "amber ones, page 20", page(level=TriageLevel.AMBER, page=20)
    yield "part of a code", page(text="0017-1")
    yield "longest without a session", page(sort="last_session")
    yield "next review", page(sort="next_review", page=3)
    yield "fewest sessions", page(sort="sessions", site="demo-east")
    yield "the last page", page(sort="resident", page=last)
    yield "200 on a page", page(size=200)


def _timed(work: Callable[[], Any]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _print(found: TriageFigures, console: Console) -> None:
    table = Printed("triage page on PostgreSQL", "bar", "p95", "longest", "held")
    for kind, (p95, longest) in found.pages_ms.items():
        held = "yes" if p95 <= PAGE_BAR_MS else "NO"
        table.add_row(kind, f"{PAGE_BAR_MS:.0f} ms", f"{p95:.1f} ms", f"{longest:.1f} ms", held)
    table.add_row("all of them", f"{PAGE_BAR_MS:.0f} ms", f"{found.every_p95_ms:.1f} ms", "", "")
    console.print(f"{found.residents:,} residents, {found.sessions:,} sessions")
    console.print(table)
    console.print(
        f"every standing found: {found.first_refresh_s:.0f} s the first time, "
        f"{found.refresh_s:.0f} s when the day turns; one standing p95 {found.one_ms:.0f} ms"
    )
