"""One database, embedded or central: how it is reached, and how it is written to.

SQLite runs with a write-ahead log, so that reports are read while a session is recorded;
with foreign keys; and with ``synchronous = FULL``: each transaction is on the disk before it
counts as kept. With ``NORMAL`` a power cut could take the last transactions back, although
the program had gone on; a session writes a few transactions a second, which costs nothing.
What is deleted is overwritten with zeros.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from aicoach.adapters.store.failures import REMEDIES, store_error
from aicoach.adapters.store.in_use import InUse
from aicoach.adapters.store.sqlite_files import open_to_read
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

FILE_NAME: Final = "aicoach.sqlite3"
BUSY_S: Final = 5.0
"""How long a transaction waits for another program's."""
CONNECT_S: Final = 5
_WRITES: Final = "aicoach_writes"
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten: somebody may have asked for it
)
_STOP_THEM: Final = "stop every session and `aicoach serve`, then try again"


def data_folder() -> Path:
    """Where this user's data lie; ``AICOACH_HOME`` puts them elsewhere."""
    import platformdirs  # noqa: PLC0415 - only the embedded default asks for it

    home = os.environ.get("AICOACH_HOME")
    return Path(home) if home else platformdirs.user_data_path("aicoach", appauthor=False)


def address(database: str | None) -> URL:
    """The address of a database: a URL, the path of a file, or None for the default.

    Raises
    ------
    StoreError
        If it is neither, or of a kind that aicoach does not use.
    """
    if database is None:
        return URL.create("sqlite", database=str(data_folder() / FILE_NAME))
    if not database.strip():
        remedy = "give the path of a file, or leave it out for the one in your data folder"
        raise StoreError("the database", StoreProblem.UNNAMED, remedy, "its name is empty")
    if "://" not in database:
        return URL.create("sqlite", database=str(Path(database).absolute()))
    try:
        url = make_url(database)
    except ArgumentError as problem:
        raise StoreError(database, StoreProblem.FAILED, detail="is no address") from problem
    kind = url.get_backend_name()
    if kind == "sqlite" and url.database:
        return url
    if kind in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    wanted = "use a file, sqlite:///FILE or postgresql://USER@HOST/NAME"
    raise StoreError(url.render_as_string(), StoreProblem.FAILED, wanted)


def without_password(url: URL) -> str:
    """An address that may be written down."""
    return URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()


class Database:
    """Connections to one database; every failure leaves it as a :class:`StoreError`.

    Parameters
    ----------
    database
        A URL, the path of a file, or None for the file in the user's data folder.
    busy_s
        How long a transaction waits for another program's before it fails as locked.
    read_only
        Change nothing, not even beside a file: it may lie on a disk that can only be read.
    """

    def __init__(
        self, database: str | None = None, *, busy_s: float = BUSY_S, read_only: bool = False
    ) -> None:
        self.url = address(database)
        self.name = str(self.file or self.url.render_as_string(hide_password=True))
        self.busy_s = busy_s
        self.identity: tuple[int, int] | None = None
        """Which file is open, whatever it is called; None: of none, or on a server."""
        self.read_only = read_only
        self._engine: Engine | None = None
        self._reaching = threading.Lock()
        self._in_use = None if self.file is None or read_only else InUse(self.file)

    @property
    def file(self) -> Path | None:
        """The file of an embedded database; None for a server."""
        return Path(self.url.database or "") if self.embedded else None

    @property
    def embedded(self) -> bool:
        """Whether it is a file on this computer."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        with self._told(), self._reached().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: kept wholly when the block ends, or not at all."""
        with self._told():
            engine = self._reached().execution_options(**{_WRITES: True})
            with engine.begin() as connection:
                yield connection

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection without a transaction, for what a server does in none."""
        with self._told():
            engine = self._reached().execution_options(isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has a file open within the block, or opens it.

        Raises
        ------
        StoreError
            ``LOCKED``, if another program has.
        """
        self.close()
        if self._in_use is not None and not self._in_use.take_alone():
            detail = "another program has it open"
            raise StoreError(self.name, StoreProblem.LOCKED, _STOP_THEM, detail)
        try:
            yield
        finally:
            self.close()

    def looking(self) -> Database:
        """The same database, to look at and change nothing."""
        named = self.file or self.url.render_as_string(hide_password=False)
        return Database(str(named), busy_s=self.busy_s, read_only=True)

    def require_file(self) -> None:
        """Refuse a folder where a file should be.

        Raises
        ------
        StoreError
            ``UNNAMED``.
        """
        if self.file is not None and self.file.is_dir():
            remedy = f"name a file in it, for instance {self.file / FILE_NAME}"
            raise StoreError(self.name, StoreProblem.UNNAMED, remedy, "it is a folder")

    def was_replaced(self) -> bool:
        """Whether another file lies at the place of the one that is open, or none at all."""
        if self.identity is None or self.file is None:
            return False
        try:
            return _identity(self.file) != self.identity
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def is_other_than(self, identity: tuple[int, int] | None) -> bool:
        """Whether what is open, or would be opened, is another file than this one."""
        return self.was_replaced() or self.identity not in (None, identity)

    def close(self) -> None:
        """Give all connections back; using it again opens new ones."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        self.identity = None
        if self._in_use is not None:
            self._in_use.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as problem:
            raise store_error(self.name, problem) from problem

    def _reached(self) -> Engine:
        with self._reaching:
            if self._engine is not None and self.was_replaced():
                self._engine.dispose()
                self._engine = None
            if self._engine is None:
                self._engine = self._sqlite() if self.embedded else self._postgresql()
            if self.identity is None and self.file is not None:
                with contextlib.suppress(OSError):
                    self.identity = _identity(self.file)
            return self._engine

    def _sqlite(self) -> Engine:
        file = self.file
        assert file is not None  # asked before
        self.require_file()
        self.identity = None
        if self._in_use is None:
            engine = create_engine(self.url, creator=lambda: open_to_read(file, self.busy_s))
            event.listen(engine, "connect", _read_sqlite)
        else:
            make_private_folder(file.parent, self.name)
            # What is wrong, SQLite tells when it opens the file. One that is there is not
            # opened beside it: closing it would take SQLite's locks away.
            with contextlib.suppress(OSError):
                os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            if not self._in_use.share():
                reason, detail = StoreProblem.LOCKED, "a copy is being put in its place"
                raise StoreError(self.name, reason, REMEDIES[reason], detail)
            engine = create_engine(self.url, connect_args={"timeout": self.busy_s})
            event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql(self) -> Engine:
        wait = {
            "connect_timeout": CONNECT_S,
            "options": f"-c lock_timeout={int(self.busy_s * 1000)} -c timezone=UTC",
            # A cable that was pulled is noticed in seconds, not in the hours of TCP.
            "tcp_user_timeout": 5000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
        }
        try:
            return create_engine(self.url, pool_pre_ping=True, connect_args=wait)
        except ModuleNotFoundError as problem:
            reason = StoreProblem.NOT_INSTALLED
            raise StoreError(self.name, reason, REMEDIES[reason]) from problem


def make_private_folder(folder: Path, database: str) -> None:
    """A folder that only this user may look into; one that is there stays as it is.

    Raises
    ------
    StoreError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        reason = StoreProblem.FULL if problem.errno == 28 else StoreProblem.READ_ONLY
        raise StoreError(database, reason, REMEDIES[reason], str(problem)) from problem


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _read_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None


def _identity(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _begin_sqlite(connection: Connection) -> None:
    """Who will write takes the lock at once: a reader that turns writer would be refused."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
