"""The store: sessions kept while they happen, given back as records, brought in after a cut."""

from __future__ import annotations

import hashlib
import threading
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store import consents, erased, recovering, sessions
from aicoach.adapters.store.audit import Audit
from aicoach.adapters.store.data_keys import check_keys, enter_key
from aicoach.adapters.store.database import BUSY_S, Database, data_folder, without_password
from aicoach.adapters.store.failures import telling_unreadable
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.journal import SUFFIX, Journal, RunningLock
from aicoach.adapters.store.people import Shelf
from aicoach.adapters.store.recorder import MEMORY, Recorder, ReplacedError
from aicoach.adapters.store.refreshing import Refreshed, refresh
from aicoach.adapters.store.schema import check_revision, migrate, revision_of
from aicoach.adapters.store.scrubbing import scrub
from aicoach.adapters.store.standings import Sort, StandingsPage, read_page
from aicoach.errors import StoreError, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from aicoach.access import Actor
    from aicoach.adapters.store.entries import Entry
    from aicoach.adapters.store.people import Row
    from aicoach.adherence.summary import SessionSummary
    from aicoach.adherence.triage import TriageLevel
    from aicoach.pose import PoseTrack
    from aicoach.records import KeptSession, PlannedSession, SessionRecord

_LOCK: Final = ".lock"
_INSTALLATION: Final = "installation"


class Store:
    """Everything that is kept, in one database. Nothing is opened before it is needed.

    Parameters
    ----------
    database
        Path of a file, or a URL; None: the file in the user's data folder.
    folder
        Where journals wait; None: in the user's data folder, apart for each database.
    busy_s
        How long a transaction waits for another program's before it fails as locked.
    """

    def __init__(
        self, database: str | None = None, *, folder: Path | None = None, busy_s: float = BUSY_S
    ) -> None:
        self._set_up(Database(database, busy_s=busy_s), folder)

    def _set_up(self, database: Database, folder: Path | None) -> None:
        self.database = database
        self._home = folder or data_folder()
        told = without_password(self.database.url)
        self.journals = self._home / "journal" / hashlib.sha256(told.encode()).hexdigest()[:16]
        self._opening = threading.Lock()
        self._is_open = False
        self._recorded_by: str | None = None

    def open(self) -> None:
        """See that the tables are there and are those of this program.

        A file is made, and brought forward where it is older. A server is made when it is
        empty; bringing it forward is for ``aicoach db migrate``, as others may be using it.

        Raises
        ------
        StoreError
            If it cannot be reached, used, is newer than this program, or is sealed with a key
            that is not here.
        """
        with self._opening:
            if self._is_open and not self.database.was_replaced():
                return
            looking = self.database.read_only
            if self.database.embedded and not looking:
                migrate(self.database)
            else:
                found = revision_of(self.database)
                if found is None and not looking:
                    migrate(self.database)
                else:
                    check_revision(self.database, found)
            with self.database.reading() as connection:
                begins = check_keys(connection, self.database.name)
            if begins and not looking:
                with self.database.writing() as connection:
                    enter_key(connection)
            self._is_open = True

    def record(
        self, head: SessionRecord, planned: PlannedSession, *, memory: int = MEMORY
    ) -> Recorder:
        """Keep a session from now on. Returns at once, whatever the database does."""
        recorded_by = self.recorded_by
        began = False
        file: tuple[int, int] | None = None

        def keep(entries: Sequence[Entry]) -> None:
            nonlocal began, file
            if began and self.database.is_other_than(file):  # it need not be a sound one
                began = False
                raise ReplacedError
            with self.writing() as connection:
                if began and file != self.database.identity:
                    began = False
                    raise ReplacedError
                if not began:
                    self._refuse_erased(connection, head.resident)
                    sessions.begin_session(connection, head, planned, recorded_by)
                    file = self.database.identity
                sessions.append_entries(connection, head.id, entries)
            began = True

        def finish() -> None:
            keep(())
            with telling_unreadable(self.database.name), self.writing() as connection:
                sessions.close_session(connection, head.id)

        return Recorder(
            head.id,
            keep=keep,
            finish=finish,
            journal=Journal(self._journal(head.id), head, planned),
            lock=self._lock(head.id),
            memory=memory,
        )

    def recover(self) -> tuple[str, ...]:
        """Bring in what waits in journals, and close what was cut off; call it at the start.

        Sessions that are being recorded at this moment, by any program, are left alone. What
        could not be brought in :func:`recovering.recover` tells.

        Returns
        -------
        tuple of str
            Ids of the sessions that were brought in or closed, oldest first.

        Raises
        ------
        StoreError
            If the database cannot be opened; the journals stay.
        """
        return recovering.recover(self).sessions

    def session(self, session_id: str) -> KeptSession:
        """One session; of one that is running, what there is so far.

        Raises
        ------
        StoreError
            If there is none of this id, or the database cannot be read.
        """
        with self.reading() as connection:
            found = sessions.read_session(connection, session_id)
        if found is None:
            detail = f"there is no session {session_id}"
            raise StoreError(self.database.name, StoreProblem.UNKNOWN, detail=detail)
        return found

    def session_ids(self, resident: str | None = None) -> tuple[str, ...]:
        """Ids of a resident's sessions, or of all, oldest first."""
        with self.reading() as connection:
            return sessions.session_ids(connection, resident)

    def summaries(
        self, resident: str | None = None, first: date | None = None, last: date | None = None
    ) -> tuple[SessionSummary, ...]:
        """Closed sessions in numbers that add up, by the resident's days, oldest first."""
        with self.reading() as connection:
            return sessions.read_summaries(connection, resident, first, last)

    def standings(
        self,
        *,
        site: str | None = None,
        level: TriageLevel | None = None,
        text: str = "",
        sort: Sort = "gravest",
        page: int = 1,
        size: int = 50,
        now: datetime | None = None,
    ) -> StandingsPage:
        """A page of the list that staff begin the day with; what is out of date says so."""
        at = datetime.now(timezone.utc) if now is None else now
        with self.reading() as connection:
            return read_page(
                connection, at, site=site, level=level, text=text, sort=sort, page=page, size=size
            )

    def refresh_standings(
        self,
        residents: Iterable[str] | None = None,
        *,
        now: datetime | None = None,
        at_most: int | None = None,
        every: bool = False,
    ) -> Refreshed:
        """Bring standings up to date; of all residents, or of these.

        at_most : so many, and no more.
        every : those too that are not out of date.
        """
        at = datetime.now(timezone.utc) if now is None else now
        return refresh(self, at, residents, at_most=at_most, every=every)

    def entries(self, session_id: str, after: int = 0) -> tuple[Entry, ...]:
        """The lines of a session behind the ``after``-th one, as they were appended."""
        with self.reading() as connection:
            return sessions.read_entries(connection, session_id, after)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        self.open()
        with self.database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: kept wholly when the block ends, or not at all."""
        self.open()
        with self.database.writing() as connection:
            yield connection

    def shelf(self, kind: type[Row]) -> Shelf[Row]:
        """All residents, plans, consents ... by the kind of their rows."""
        return Shelf(self, kind)

    def gate(self, actor: Actor) -> Gate:
        """Everything that one actor may see and do; who acts for somebody goes through it."""
        return Gate(self, actor)

    def holds_consent(self, resident: str, kind: str) -> bool:
        """Whether a resident agrees to something today."""
        return consents.holds(self, resident, kind)

    def keep_keypoints(
        self, session_id: str, track: PoseTrack, at: datetime | None = None
    ) -> datetime:
        """Keep the skeletons of a session until the moment that is returned.

        Raises
        ------
        PrivacyError
            If the resident has not agreed to it, or there is no such session.
        """
        from aicoach.adapters.store.keypoints import keep_keypoints  # noqa: PLC0415 - numpy

        return keep_keypoints(self, session_id, track, at)

    def keypoints(self, session_id: str) -> PoseTrack | None:
        """The skeletons of a session, as long as they are kept."""
        from aicoach.adapters.store.keypoints import read_keypoints  # noqa: PLC0415 - numpy

        return read_keypoints(self, session_id)

    def is_erased(self, resident: str, connection: Connection | None = None) -> bool:
        """Whether somebody of this code was erased: nothing about them is taken any more."""
        if connection is None:
            with self.reading() as own:
                return erased.is_erased(own, resident)
        return erased.is_erased(connection, resident)

    def is_running(self, session_id: str) -> bool:
        """Whether a program on this computer records this session at this moment."""
        with self.alone(session_id) as alone:
            return not alone

    def running(self) -> tuple[str, ...]:
        """Sessions that programs on this computer record at this moment."""
        locks = sorted(self.journals.glob(f"*{_LOCK}"))
        return tuple(path.stem for path in locks if self.is_running(path.stem))

    def looking(self) -> Store:
        """The same store, to look at: nothing is made, brought forward or changed."""
        store = Store.__new__(Store)
        store._set_up(self.database.looking(), self._home)
        return store

    @contextmanager
    def alone(self, session_id: str) -> Iterator[bool]:
        """Whether no other program records this session; none begins to within the block."""
        lock = self._lock(session_id)
        taken = lock.take()
        try:
            yield taken
        finally:
            lock.release()

    def scrub(self, *, anew: bool = False) -> bool:
        """Remove what was deleted from file and log; False: others are reading, try later."""
        return scrub(self.database, anew=anew)

    @property
    def audit(self) -> Audit:
        """Who saw or changed what."""
        return Audit(self)

    def close(self) -> None:
        """Give all connections back; using it again opens it anew."""
        self._is_open = False
        self.database.close()

    @property
    def recorded_by(self) -> str:
        """Id of this installation: it closes the sessions that it recorded, and no others."""
        if self._recorded_by is None:
            self._recorded_by = _installation(self._home)
        return self._recorded_by

    def _refuse_erased(self, connection: Connection, resident: str) -> None:
        if erased.is_erased(connection, resident):
            detail = f"the code {resident} belonged to somebody who was erased"
            remedy = "give them a new code"
            raise StoreError(self.database.name, StoreProblem.CONFLICT, remedy, detail)

    def _journal(self, session_id: str) -> Path:
        return self.journals / f"{session_id}{SUFFIX}"

    def _lock(self, session_id: str) -> RunningLock:
        return RunningLock(self.journals / f"{session_id}{_LOCK}")


def _installation(home: Path) -> str:
    """The id in the data folder, made on first use; one of the network card if it cannot be."""
    path = home / _INSTALLATION
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("x", encoding="ascii") as file:
            file.write(new_id())
    except FileExistsError:
        pass
    except OSError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{uuid.getnode()}:{home}"))
    try:
        return str(uuid.UUID(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{uuid.getnode()}:{home}"))
