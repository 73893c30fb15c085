"""The same tests on SQLite and on a real PostgreSQL server, which is started here."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.database import Database
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.schema import migrate
from aicoach.bench.postgres_server import PostgresServer, find_programs
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.catalog import load_catalog
from aicoach.pose import PoseTrack
from aicoach.synth import perform

from .filled import fill

NewDatabase = Callable[[], str]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that is thrown away afterwards."""
    if find_programs() is None:
        missing = "PostgreSQL is not installed; scripts/postgres.sh says how"
        if "CI" in os.environ or os.geteuid() == 0:
            pytest.fail(missing)
        pytest.skip(missing)
    with PostgresServer(durable=False) as running:
        yield running


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Addresses of databases that hold nothing yet."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"{next(_numbers)}.sqlite3")
    server: PostgresServer = request.getfixturevalue("server")
    return lambda: server.create(f"test_{os.getpid()}_{next(_numbers)}")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in a file that holds the tables and nothing else: making them takes time."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    migrate(Database(str(path)))
    return path


@pytest.fixture(scope="session")
def migrated_server(server: PostgresServer) -> str:
    """Name of a database on the server that holds the tables and nothing else."""
    database = Database(server.create("with_tables"))
    migrate(database)
    database.close()
    return "with_tables"


@pytest.fixture
def database(
    request: pytest.FixtureRequest, new_database: NewDatabase, tmp_path: Path
) -> Iterator[str]:
    """Address of a database that holds the tables and nothing else."""
    if "sqlite" in request.node.callspec.params["new_database"]:
        copy = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), copy)
        yield str(copy)
        return
    server: PostgresServer = request.getfixturevalue("server")
    template: str = request.getfixturevalue("migrated_server")
    name = f"store_{os.getpid()}_{next(_numbers)}"
    yield server.create(name, template)
    server.drop(name)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where journals wait."""
    return tmp_path / "home"


@pytest.fixture
def store(database: str, home: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(database, folder=home)
    yield made
    made.close()


@pytest.fixture
def file_store(tmp_path: Path, home: Path, migrated_file: Path) -> Iterator[Store]:
    """An empty store in a file."""
    made = Store(str(shutil.copy(migrated_file, tmp_path / "file.sqlite3")), folder=home)
    yield made
    made.close()


@pytest.fixture(scope="session")
def track() -> PoseTrack:
    """The joints of somebody who squats once."""
    return perform(load_catalog()["squat"], reps=1, fps=10.0).track


@pytest.fixture(scope="session")
def filled_file(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, track: PoseTrack
) -> Path:
    """A database in a file in which R-0001 has everything; made once."""
    folder = tmp_path_factory.mktemp("filled")
    path = Path(shutil.copy(migrated_file, folder / "filled.sqlite3"))
    made = Store(str(path), folder=folder)
    fill(made, track)
    assert made.scrub()
    made.close()
    return path


@pytest.fixture
def filled_store(tmp_path: Path, home: Path, filled_file: Path) -> Iterator[Store]:
    """A store of its own in which R-0001 has everything, in a file."""
    made = Store(str(shutil.copy(filled_file, tmp_path / "filled.sqlite3")), folder=home)
    yield made
    made.close()


@pytest.fixture
def console(filled_store: Store) -> Gate:
    """The person at the computer, before a filled store."""
    return filled_store.gate(console_actor("test"))


@pytest.fixture
def session_id(store: Store) -> str:
    """A session of three sets that was kept from beginning to end."""
    return keep_session(store)


def keep_session(store: Store, resident: str = "R-0001", sets: int = 3) -> str:
    head = made_head(resident)
    recorder = store.record(head, made_plan(sets))
    for happened in made_session(sets):
        hand_over(recorder, happened)
    state = recorder.close()
    assert (state.problem, state.stored, state.lost) == (None, state.appended, 0)
    return head.id


def until(holds: Callable[[], bool], at_most_s: float = 20.0) -> None:
    """Wait for something that other threads bring about."""
    end = time.monotonic() + at_most_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def blocked(store: Store) -> Iterator[None]:
    """Another program holds the tables."""
    other = Database(store.database.url.render_as_string(hide_password=False))
    with other.writing() as connection:
        if not other.embedded:
            connection.execute(text("LOCK TABLE events, sessions IN ACCESS EXCLUSIVE MODE"))
        yield
    other.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB of its own; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "aicoach-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk of its own: only root can mount one, outside of most containers")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
