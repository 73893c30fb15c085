"""A whole server on this computer, in a thread, on a made-up site that is ready to be tried."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import uvicorn

from aicoach.adapters.store import Store
from aicoach.catalog import load_catalog
from aicoach.demo_site import last_full_day, write_site
from aicoach.demo_site.keys import DemoKeys, open_site
from aicoach.synth import perform
from aicoach.web.live.taped import TapedWatcher
from aicoach.web.live.watchers import PoseWatcher, Watcher
from aicoach.web.premises import Conduct, Premises, open_premises
from aicoach.web.server import create_server
from aicoach.web.serving import Address, listen, serving_config

EXERCISES = ("squat",)
REPETITIONS = 2
CYCLE_S = 2.5


@dataclass(frozen=True)
class MadeSite:
    """A database to be copied, and with what its people come in."""

    file: Path
    keys: DemoKeys


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    url: str
    premises: Premises
    keys: DemoKeys

    @property
    def store(self) -> Store:
        return self.premises.store


def make_site(
    file: Path, exercises: tuple[str, ...] = EXERCISES, repetitions: int = REPETITIONS
) -> MadeSite:
    """Two residents with some weeks of history and a short plan, accounts of every role."""
    store = Store(str(file))
    store.open()
    now = datetime.now(timezone.utc)
    write_site(store, residents=2, weeks=4, seed=1, until=last_full_day(now))
    keys = open_site(store, now, exercises, repetitions)
    store.close()
    return MadeSite(file, keys)


def taped(
    exercise: str = "squat", repetitions: int = REPETITIONS, cycle_s: float = CYCLE_S
) -> Callable[[], Watcher]:
    """Sees a synthetic resident who does one set of an exercise whenever a set is on."""
    made = perform(load_catalog()[exercise], reps=repetitions, cycle_s=cycle_s)
    tape = list(made.track.poses())
    last_s, still = tape[-1][0], tape[-1][1]
    tape.append((last_s + 300.0, still))  # then stands until the set is over
    return lambda: TapedWatcher(tape)


@contextmanager
def serving(
    site: MadeSite,
    folder: Path,
    conduct: Conduct,
    make_watcher: Callable[[], Watcher] | None = None,
    **parts: Any,
) -> Iterator[Served]:
    """Serve a copy of the site until the block ends; the real pose model without a watcher."""
    folder.mkdir(parents=True, exist_ok=True)
    file = shutil.copy(site.file, folder / "site.sqlite3")
    store = Store(str(file), folder=folder / "store")
    store.open()
    premises = open_premises(store, conduct, make_watcher=make_watcher or PoseWatcher, **parts)
    address = Address(host="127.0.0.1", port=0)
    listening = listen(address)
    url = address.at(int(listening.getsockname()[1])).url
    server = uvicorn.Server(serving_config(create_server(premises), address))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    ends = time.monotonic() + 60.0
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < ends, "the server takes too long to start"
        time.sleep(0.02)
    try:
        yield Served(url, premises, site.keys)
    finally:
        server.should_exit = True
        thread.join(30.0)
        listening.close()
        store.close()
