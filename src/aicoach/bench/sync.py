"""Whether the centre gets everything, once, however often the wire is cut; and how fast.

The centre is the real program on a PostgreSQL server of our own, the cabins are the real
program on files; between them stands a wire that is cut in the middle of questions and
answers. At the end every line is compared.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urlsplit

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from aicoach.adapters.store import Store, cabin_tokens, tables
from aicoach.adapters.store.people import Cabin, Site
from aicoach.adapters.store.plain_records import as_plain
from aicoach.adapters.sync import CabinSettings, Centre
from aicoach.adapters.sync.messages import SessionPart, SessionsSent
from aicoach.bench.cutting_proxy import CuttingProxy
from aicoach.bench.postgres_server import PostgresServer
from aicoach.bench.store_session import made_plan
from aicoach.bench.sync_sessions import fill, small_head, small_session
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Iterator

CUTS: Final = 100
SESSIONS: Final = 10_000
_CABINS: Final = ("cabin-1", "cabin-2")
_SITE: Final = "site-1"
_BYTES_UP: Final = 9_000
_BYTES_DOWN: Final = 350
"""Of one request and its answer, roughly; so that the cuts fall all along the way."""
_VISITS: Final = 30
"""A cabin's program that gave up is started again, as its timer would."""
_AT_ONCE: Final = 8
_BATCHES: Final = 12
_RUNNING: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFigures:
    """What was found."""

    sessions: int
    lines: int
    cuts_up: int
    cuts_down: int
    connections: int
    spent_s: float
    problems: tuple[str, ...]
    cuts_wanted: int
    cabins_at_once: int
    sessions_per_s: float
    lines_per_s: float
    batch_p50_s: float
    batch_p95_s: float
    sessions_per_batch: int

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar."""
        made = self.cuts_up + self.cuts_down
        few = (
            [f"only {made} of {self.cuts_wanted} cuts were made"] if made < self.cuts_wanted else []
        )
        return (*self.problems, *few)


def run(
    sessions: int = SESSIONS, cuts: int = CUTS, *, seed: int = 7, console: Console | None = None
) -> SyncFigures:
    """Measure, and print the table."""
    console = console or Console()
    with tempfile.TemporaryDirectory(prefix="aicoach-sync-") as name, PostgresServer() as server:
        folder = Path(name)
        centre = Store(server.create("centre"), folder=folder / "centre")
        tokens = _cabins(centre, (*_CABINS, *(f"load-{n}" for n in range(_AT_ONCE))))
        with _served(centre, folder) as url:
            figures = _measure(centre, url, tokens, folder, (sessions, cuts, seed))
        centre.close()
    _print(figures, console)
    return figures


def _measure(
    centre: Store, url: str, tokens: dict[str, str], folder: Path, size: tuple[int, int, int]
) -> SyncFigures:
    sessions, cuts, seed = size
    stores = {
        name: Store(str(folder / f"{name}.sqlite3"), folder=folder / name) for name in _CABINS
    }
    lines = sum(
        fill(store, name, _SITE, sessions // len(stores), running=_RUNNING)
        for name, store in stores.items()
    )
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    requests = sessions / CabinSettings.load().sessions_per_batch
    between = max(0.2, requests / max(1, cuts))
    began = time.perf_counter()
    with CuttingProxy(
        (parts.hostname, parts.port),
        cuts=cuts,
        most_up=int(2 * between * _BYTES_UP),
        most_down=int(2 * between * _BYTES_DOWN),
        dice=random.Random(seed),
    ) as wire:
        problems = _sync_all(stores, tokens, f"http://127.0.0.1:{wire.port}", folder)
        spent_s = time.perf_counter() - began
        made, connections = dict(wire.cuts), wire.connections
    problems += compare(centre, tuple(stores.values()))
    problems += _sync_all(stores, tokens, url, folder, "--compare")
    problems += compare(centre, tuple(stores.values()))
    for store in stores.values():
        store.close()
    per_s, batch_s, per_batch, each = _load(url, tokens)
    return SyncFigures(
        sessions=sessions,
        lines=lines,
        cuts_up=made["up"],
        cuts_down=made["down"],
        connections=connections,
        spent_s=spent_s,
        problems=tuple(problems),
        cuts_wanted=cuts,
        cabins_at_once=_AT_ONCE,
        sessions_per_s=per_s,
        lines_per_s=per_s * each,
        batch_p50_s=float(np.quantile(batch_s, 0.5)),
        batch_p95_s=float(np.quantile(batch_s, 0.95)),
        sessions_per_batch=per_batch,
    )


def compare(centre: Store, cabins: tuple[Store, ...]) -> list[str]:
    """What the centre has too few, too many, or otherwise; line by line."""
    there = _contents(centre)
    here: dict[str, _Content] = {}
    for cabin in cabins:
        here |= _contents(cabin)
    problems = [f"{one}: not of any cabin" for one in there.keys() - here.keys()]
    for session, mine in here.items():
        found = there.get(session)
        if found is None:
            problems.append(f"{session}: missing at the centre")
        elif found.lines != mine.lines:
            problems.append(f"{session}: {len(found.lines)} lines, not these {len(mine.lines)}")
        elif found.closed != mine.closed:
            problems.append(f"{session}: {'closed' if found.closed else 'open'} at the centre")
    return problems


@dataclass(slots=True)
class _Content:
    closed: bool
    lines: dict[int, tuple[object, ...]]


def _contents(store: Store) -> dict[str, _Content]:
    """Every line of every session."""
    events, samples = tables.events.c, tables.heart_rate_samples.c
    queries = (
        select(events.session_id, events.sequence, events.type, events.t_s, events.line),
        select(
            samples.session_id, samples.sequence, samples.t_s, samples.bpm, samples.contact,
            samples.sensor, samples.rr_ms,
        ),
    )  # fmt: skip
    with store.reading() as connection:
        sessions = select(tables.sessions.c.id, tables.sessions.c.why_ended)
        found = {
            row.id: _Content(row.why_ended is not None, {}) for row in connection.execute(sessions)
        }
        for query in queries:
            for session, sequence, *rest in connection.execute(query):
                said = tuple(tuple(one) if isinstance(one, list) else one for one in rest)
                assert sequence not in found[session].lines, "two lines of one number"
                found[session].lines[sequence] = said
    return found


def _cabins(centre: Store, names: tuple[str, ...]) -> dict[str, str]:
    """Enter cabins; their tokens."""
    centre.shelf(Site).add(Site(id=_SITE, name="Site 1", time_zone="Asia/Shanghai"))
    tokens = {}
    for name in names:
        centre.shelf(Cabin).add(Cabin(id=name, site=_SITE, name=name))
        with centre.writing() as connection:
            now = datetime.now(timezone.utc)
            tokens[name] = cabin_tokens.issue(connection, name, "bench", now=now)
    return tokens


@contextmanager
def _served(centre: Store, folder: Path) -> Iterator[str]:
    """The real server in a program of its own; its address."""
    database = centre.database.url.set(drivername="postgresql").render_as_string(
        hide_password=False
    )
    command = [sys.executable, "-m", "aicoach", "serve", "--port", "0", "--database", database]
    with (folder / "server.log").open("w") as log, _program(command, folder, log) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if " at http" not in said:
            raise CoachError(f"the server does not start: {said.strip()}")
        yield said.split(" at ", 1)[1].split(",", 1)[0]


@contextmanager
def _program(command: list[str], folder: Path, log: IO[str]) -> Iterator[subprocess.Popen[str]]:
    import os  # noqa: PLC0415

    environment = {**os.environ, "AICOACH_HOME": str(folder / "served")}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def _sync_all(
    stores: dict[str, Store], tokens: dict[str, str], url: str, folder: Path, *more: str
) -> list[str]:
    """All cabins at once, each as the program that runs in it; what went wrong."""
    said: dict[str, str] = {}

    def visit(name: str, store: Store) -> None:
        file = folder / f"{name}.token"
        file.write_text(tokens[name], encoding="ascii")
        command = [
            sys.executable, "-m", "aicoach", "sync", "--to", url, "--database",
            str(store.database.file), "--token-file", str(file), *more,
        ]  # fmt: skip
        for _ in range(_VISITS):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
        said[name] = done.stderr.strip()

    threads = [threading.Thread(target=visit, args=pair) for pair in stores.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [f"{name}: {text}" for name, text in said.items()]


def _load(url: str, tokens: dict[str, str]) -> tuple[float, list[float], int, int]:
    """Cabins at once: sessions per second, seconds of each batch, sessions in it, lines of one."""
    settings = CabinSettings.load()
    per_batch = int(settings.sessions_per_batch)
    planned = as_plain(made_plan(1))
    batches: dict[str, list[SessionsSent]] = {}
    for name in (name for name in tokens if name.startswith("load-")):
        numbers = iter(range(_BATCHES * per_batch))
        batches[name] = [
            SessionsSent(sessions=[_whole(next(numbers), name, planned) for _ in range(per_batch)])
            for _ in range(_BATCHES)
        ]
    spent: list[float] = []

    def hand_over(name: str) -> None:
        with Centre(url, lambda: tokens[name], settings) as centre:
            for batch in batches[name]:
                began = time.perf_counter()
                taken = centre.sessions(batch)
                spent.append(time.perf_counter() - began)
                assert all(one.closed for one in taken.sessions), "a session was not taken"

    threads = [threading.Thread(target=hand_over, args=(name,)) for name in batches]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - began
    if len(spent) != _BATCHES * len(batches):
        raise CoachError("the load test broke off; see above")
    each = len(next(iter(batches.values()))[0].sessions[0].lines)
    return _BATCHES * per_batch * len(batches) / took_s, spent, per_batch, each


def _whole(number: int, cabin: str, planned: dict[str, object]) -> SessionPart:
    head = small_head(number, cabin, _SITE)
    lines = [(one.sequence, one.kind, one.line) for one in small_session(number)]
    return SessionPart(
        id=head.id, head=as_plain(head), planned=planned, lines=lines, close=len(lines)
    )


def _print(found: SyncFigures, console: Console) -> None:
    table = Table(title="Sync: two cabins, a wire that is cut, a centre on PostgreSQL")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_column("bar", justify="right")
    made = found.cuts_up + found.cuts_down
    rows = (
        ("sessions / lines handed over", f"{found.sessions:,} / {found.lines:,}", "10,000"),
        (
            "connection cut, in a question / in an answer",
            f"{found.cuts_up} / {found.cuts_down} = {made}",
            f"{found.cuts_wanted}",
        ),
        ("connections made", f"{found.connections:,}", ""),
        ("sessions missing, doubled or otherwise at the centre", f"{len(found.problems)}", "0"),
        ("time for all of it", f"{found.spent_s:.0f} s", ""),
        (f"load: {found.cabins_at_once} cabins at once", f"{found.sessions_per_s:.0f} sessions/s",
         ""),
        ("  lines", f"{found.lines_per_s:,.0f} lines/s", ""),
        (f"  batch of {found.sessions_per_batch} sessions, p50 / p95",
         f"{found.batch_p50_s:.2f} / {found.batch_p95_s:.2f} s", ""),
    )  # fmt: skip
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for problem in found.failures[:20]:
        console.print(problem)
