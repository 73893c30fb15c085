"""A centre that listens on this computer, in a thread."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest
import uvicorn

from aicoach.adapters.store import Store, cabin_tokens
from aicoach.adapters.store.database import Database
from aicoach.adapters.store.people import Cabin, Site
from aicoach.adapters.store.schema import migrate
from aicoach.adapters.sync import CentreSettings
from aicoach.web.centre import create_centre
from aicoach.web.premises import Conduct
from aicoach.web.serving import Address, listen

from .browser.served import MadeSite, Served, make_site, serving, taped

Serve = Callable[[], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's servers and sites are made once, by the worker that runs all of its tests."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@dataclass
class Running:
    """A centre that runs."""

    url: str
    port: int
    store: Store
    token: str

    def new_token(self, cabin: str = "cabin-1", *, may_sign: bool = False) -> str:
        with self.store.writing() as connection:
            now = datetime.now(timezone.utc)
            return cabin_tokens.issue(connection, cabin, "test", now=now, may_sign=may_sign)

    def revoke(self, cabin: str = "cabin-1") -> None:
        with self.store.writing() as connection:
            cabin_tokens.revoke(connection, cabin, "test", now=datetime.now(timezone.utc))


@pytest.fixture(scope="session")
def tables_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "tables.sqlite3"
    migrate(Database(str(path)))
    return path


@pytest.fixture
def new_store(tmp_path: Path, tables_file: Path) -> Iterator[Callable[[str], Store]]:
    """Stores in files, by name."""
    made: list[Store] = []

    def make(name: str) -> Store:
        file = shutil.copy(tables_file, tmp_path / f"{name}.sqlite3")
        made.append(Store(str(file), folder=tmp_path / name))
        return made[-1]

    yield make
    for store in made:
        store.close()


@contextmanager
def running(
    store: Store, settings: CentreSettings | None = None, **address: Path
) -> Iterator[Running]:
    """Serve a store until the block ends."""
    for code in ("site-1", "site-2"):
        if store.shelf(Site).get(code) is None:
            store.shelf(Site).add(Site(id=code, name=code, time_zone="Asia/Shanghai"))
    for code, site in (("cabin-1", "site-1"), ("cabin-2", "site-1"), ("cabin-9", "site-2")):
        if store.shelf(Cabin).get(code) is None:
            store.shelf(Cabin).add(Cabin(id=code, site=site, name=code))
    where = Address(host="127.0.0.1", port=0, **address)
    listening = listen(where)
    port = int(listening.getsockname()[1])
    config = uvicorn.Config(
        create_centre(store, settings),
        log_level="critical",
        lifespan="off",
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    found = Running(where.at(port).url, port, store, "")
    found.token = found.new_token()
    try:
        yield found
    finally:
        server.should_exit = True
        thread.join(10.0)
        listening.close()


@pytest.fixture
def centre(new_store: Callable[[str], Store]) -> Iterator[Running]:
    with running(new_store("centre")) as found:
        yield found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> MadeSite:
    """A made-up site that is ready to be tried; every server gets a copy."""
    return make_site(tmp_path_factory.mktemp("site") / "site.sqlite3")


@pytest.fixture(scope="module")
def screens(site: MadeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of the screens for residents at home and staff."""
    folder = tmp_path_factory.mktemp("screens")
    with serving(site, folder, Conduct(mode="home"), taped(), live_sessions=4) as found:
        yield found
