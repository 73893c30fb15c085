"""Whether the log survives, and keeps out of the way.

Killed programs on SQLite and on a PostgreSQL server of our own; the time an append takes,
from the call and until it is on the disk; the replay of a journal.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.store import Store
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.journal import Journal
from aicoach.bench.postgres_server import PostgresServer, PostgresServerError
from aicoach.bench.store_killed import Killed, kill_while_recording
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session

KILLS: Final = 200
APPEND_BAR_MS: Final = 5.0
KEPT_BAR_MS: Final = 1000.0
"""From the call until the line is safe."""
_APPENDS: Final = 1000
_EVERY_S: Final = 0.01
_JOURNALS: Final = 10
_ENTRIES: Final = 3000
_FRESH: Final = 10
"""Every so many kills a database that is not there yet: the making of it is cut too."""
_LATEST_S: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    """What was found on one database."""

    database: str
    killed: tuple[Killed, ...]
    call_p95_ms: float
    """How long ``append`` holds the caller."""
    kept_p95_ms: float
    """From the call until the line is in the database, on the disk."""
    replayed_per_s: float
    """Lines of journals brought in per second, sessions closed."""
    replay_problems: tuple[str, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar; empty where all is well."""
        found = [
            f"{self.database}: {problem} ({one.found} found)"
            for one in self.killed
            for problem in one.problems
        ]
        if self.call_p95_ms > APPEND_BAR_MS:
            found.append(f"{self.database}: append {self.call_p95_ms:.2f} > {APPEND_BAR_MS} ms")
        if self.kept_p95_ms > KEPT_BAR_MS:
            found.append(f"{self.database}: kept after {self.kept_p95_ms:.0f} > {KEPT_BAR_MS} ms")
        return (*found, *(f"{self.database}: {problem}" for problem in self.replay_problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBench:
    """What was found on all of them."""

    figures: tuple[StoreFigures, ...]
    not_measured: tuple[str, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar."""
        return tuple(problem for one in self.figures for problem in one.failures)


def run(kills: int = KILLS, *, seed: int = 7, console: Console | None = None) -> StoreBench:
    """Measure both databases, and print the table."""
    console = console or Console()
    figures, missing = [], []
    with tempfile.TemporaryDirectory(prefix="aicoach-bench-") as name:
        folder = Path(name)
        fresh = iter(range(10**6))
        figures.append(
            _measure("SQLite", lambda: str(folder / f"{next(fresh)}.sqlite3"), folder, kills, seed)
        )
        try:
            with _server() as new:
                figures.append(_measure("PostgreSQL", new, folder, kills, seed))
        except PostgresServerError as problem:
            missing.append(str(problem))
    found = StoreBench(figures=tuple(figures), not_measured=tuple(missing))
    _print(found, console)
    return found


@contextmanager
def _server() -> Iterator[Callable[[], str]]:
    with PostgresServer() as server:
        names = iter(range(10**6))
        yield lambda: server.create(f"bench_{next(names)}")


def _measure(
    name: str, new: Callable[[], str], folder: Path, kills: int, seed: int
) -> StoreFigures:
    dice = random.Random(seed)
    killed, database = [], ""
    for number in range(kills):
        fresh = number % _FRESH == 0
        if fresh:
            database = new()
        after_s = dice.uniform(0.0, _LATEST_S)
        killed.append(kill_while_recording(database, folder / name, after_s, opened=not fresh))
    call_ms, kept_ms = _append(Store(new(), folder=folder / name))
    per_s, problems = _replay(Store(new(), folder=folder / name))
    return StoreFigures(
        database=name,
        killed=tuple(killed),
        call_p95_ms=float(np.quantile(call_ms, 0.95)),
        kept_p95_ms=float(np.quantile(kept_ms, 0.95)),
        replayed_per_s=per_s,
        replay_problems=problems,
    )


def _append(store: Store) -> tuple[list[float], list[float]]:
    """Time of each append, and until it was kept, in milliseconds."""
    store.open()
    recorder = store.record(made_head(), made_plan())
    call_ms, kept_ms = [], []
    for happened in islice(cycle(tuple(made_session())[:-1]), _APPENDS):
        began = time.perf_counter()
        hand_over(recorder, happened)
        called = time.perf_counter()
        while (state := recorder.state()).stored < state.appended:
            time.sleep(0.0002)
        kept = time.perf_counter()
        call_ms.append(1000.0 * (called - began))
        kept_ms.append(1000.0 * (kept - began))
        time.sleep(max(0.0, _EVERY_S - (kept - began)))
    recorder.close()
    store.close()
    return call_ms, kept_ms


def _replay(store: Store) -> tuple[float, tuple[str, ...]]:
    """Lines per second, and what is wrong afterwards; everything is replayed twice."""
    store.open()
    template = store.record(made_head(), made_plan())
    for happened in islice(cycle(tuple(made_session())[:-1]), _ENTRIES):
        hand_over(template, happened)
    template.close(timeout_s=60.0)
    entries = store.entries(template.session_id)
    ids = _write_journals(store, entries)
    began = time.perf_counter()
    recovered = store.recover()
    spent_s = time.perf_counter() - began
    problems = [] if recovered == ids else ["a journal was not replayed"]
    _write_journals(store, entries, ids)
    store.recover()
    if any(store.entries(one) != entries for one in ids):
        problems.append("a replayed session differs from its journal")
    store.close()
    return _JOURNALS * len(entries) / spent_s, tuple(problems)


def _write_journals(
    store: Store, entries: tuple[Entry, ...], ids: tuple[str, ...] = ()
) -> tuple[str, ...]:
    heads = [made_head(session_id=one) for one in ids] or [made_head() for _ in range(_JOURNALS)]
    for head in heads:
        journal = Journal(store.journals / f"{head.id}.jsonl", head, made_plan())
        journal.append(entries)
        journal.close(remove=False)
    return tuple(sorted(head.id for head in heads))


def _print(found: StoreBench, console: Console) -> None:
    table = Table(title="Store: killed programs, appending, replaying")
    table.add_column("")
    for one in found.figures:
        table.add_column(one.database, justify="right")
    rows: list[tuple[str, Callable[[StoreFigures], str]]] = [
        ("programs killed", lambda one: str(len(one.killed))),
        (
            "  before anything was kept",
            lambda one: str(sum(not k.acknowledged for k in one.killed)),
        ),
        ("acknowledged lines", lambda one: f"{sum(k.acknowledged for k in one.killed):,}"),
        ("lines found", lambda one: f"{sum(k.found for k in one.killed):,}"),
        ("sessions with a problem", lambda one: str(sum(bool(k.problems) for k in one.killed))),
        ("append holds the caller, p95", lambda one: f"{one.call_p95_ms:.3f} ms"),
        ("line is on the disk after, p95", lambda one: f"{one.kept_p95_ms:.1f} ms"),
        ("journal replay", lambda one: f"{one.replayed_per_s:,.0f} lines/s"),
    ]
    for label, value in rows:
        table.add_row(label, *(value(one) for one in found.figures))
    console.print(table)
    for problem in (*found.failures, *(f"not measured: {one}" for one in found.not_measured)):
        console.print(problem)
