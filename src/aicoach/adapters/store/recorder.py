"""Keeps a session while it happens, and never makes it wait.

Two threads stand between the session and the disk. One brings what was appended into the
database, at once and in order. The other watches: what the database has not confirmed within
half a second goes to the local journal, whether the database refuses, waits or hangs. What
neither can take, a full disk for instance, stays in memory and is tried again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store.entries import Entry, Kind
from aicoach.errors import StoreError
from aicoach.ports import RecordingState
from aicoach.wire import event_line, observation_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aicoach.adapters.store.journal import Journal, RunningLock
    from aicoach.observations import HeartRateSample

PATIENCE_S: Final = 0.5
"""How long an entry may wait for the database before the journal takes it."""
RETRY_S: Final = 1.0
"""Between two attempts at something that failed."""
CLOSE_S: Final = 5.0
MEMORY: Final = 20_000
"""Entries held in memory; an hour of exercise makes about a third of that."""
BATCH: Final = 500


class ReplacedError(Exception):
    """Another file lies at the place of the database: nothing that was stored is in it."""


class Recorder:
    """One session that is being kept; made by :meth:`Store.record`.

    Parameters
    ----------
    session_id
        Id of the session.
    keep
        Puts entries into the database in one transaction; raises StoreError, or ReplacedError
        once for each time that the database was replaced.
    finish
        Closes the session in the database; raises StoreError.
    journal
        Where entries wait.
    lock
        Tells other programs that this session is alive.
    """

    def __init__(
        self,
        session_id: str,
        *,
        keep: Callable[[Sequence[Entry]], None],
        finish: Callable[[], None],
        journal: Journal,
        lock: RunningLock,
        memory: int = MEMORY,
    ) -> None:
        self.session_id = session_id
        self._keep, self._finish = keep, finish
        self._journal, self._lock, self._memory = journal, lock, memory
        self._changed = threading.Condition()
        self._waiting: deque[tuple[float, Entry]] = deque()
        """Not yet in the database, with the time of their appending."""
        self._behind: deque[Entry] = deque(maxlen=memory)
        """In the database; kept here too, as it may be replaced while the session goes on."""
        self._appended = self._stored = self._journaled = self._lost = 0
        self._problem: StoreError | None = None
        self._journal_problem: StoreError | None = None
        self._left_to_journal = False
        self._closing = self._stopped = self._finished = False
        self._lock.take()
        self._threads = [
            threading.Thread(target=work, name=f"aicoach-{name}", daemon=True)
            for name, work in (("store", self._to_database), ("journal", self._to_journal))
        ]
        for thread in self._threads:
            thread.start()

    def append(self, t_s: float, cause: str, event: object) -> None:
        """Keep an event; returns at once."""
        self._put("event", type(event).__name__, t_s, event_line(t_s, cause, event))

    def heart_rate(self, sample: HeartRateSample) -> None:
        """Keep a packet of the strap; returns at once."""
        self._put("heart_rate", "HeartRateSample", sample.t_s, observation_line(sample))

    def state(self) -> RecordingState:
        """How far the session is kept, and what stands in the way."""
        with self._changed:
            return RecordingState(
                appended=self._appended,
                kept=max(self._stored, self._journaled),
                stored=self._stored,
                lost=self._lost,
                problem=self._problem,
                journal_problem=self._journal_problem,
            )

    def close(self, timeout_s: float = CLOSE_S) -> RecordingState:
        """Close the session, waiting for the database no longer than this.

        What the database could not take by then waits in the journal for the next start.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._finished, timeout_s)
            self._stopped = True
            self._changed.notify_all()
        self._threads[1].join(timeout_s)
        self._threads[0].join(0.1)  # hanging in the database, it may go on; all it does is safe
        if not self._threads[1].is_alive():
            self._journal.close(remove=self._finished and not self._left_to_journal)
        self._lock.release()
        return self.state()

    def _put(self, kind: Kind, name: str, t_s: float, line: str) -> None:
        with self._changed:
            if self._closing:
                raise RuntimeError("the session is closed; nothing can be added")
            self._appended += 1
            entry = Entry(sequence=self._appended, kind=kind, type=name, t_s=t_s, line=line)
            if len(self._waiting) >= self._memory:
                self._make_room()
            self._waiting.append((time.monotonic(), entry))
            self._changed.notify_all()

    def _make_room(self) -> None:
        """Let go of the oldest entry: of one that the journal has, if there is one."""
        _, oldest = self._waiting.popleft()
        if oldest.sequence <= self._journaled:
            self._left_to_journal = True
        else:
            self._lost += 1

    def _to_database(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing or self._stopped)
                if self._stopped:
                    return
                batch = [entry for _, entry in islice(self._waiting, BATCH)]
            try:
                if batch:
                    self._keep(batch)
                elif not self._left_to_journal:
                    self._finish()
            except ReplacedError:
                self._begin_again()
                continue
            except StoreError as problem:
                with self._changed:
                    self._problem = problem
                    self._changed.wait_for(lambda: self._stopped, RETRY_S)
                continue
            with self._changed:
                self._problem = None
                if not batch:
                    self._finished = True
                    self._changed.notify_all()
                    return
                self._stored = batch[-1].sequence
                self._behind.extend(batch)
                while self._waiting and self._waiting[0][1].sequence <= self._stored:
                    self._waiting.popleft()

    def _begin_again(self) -> None:
        """Nothing is kept any more: everything waits once more, for the database or the journal.

        What is held in memory is as much as may wait; what was stored before that is lost.
        """
        with self._changed:
            if self._behind and not self._left_to_journal:
                self._lost += self._behind[0].sequence - 1
            now = time.monotonic()
            self._waiting.extendleft((now, one) for one in reversed(self._behind))
            self._behind.clear()
            self._stored = self._journaled = 0
            self._changed.notify_all()

    def _to_journal(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._finished or self._stopped)
                batch = self._overdue()
                if not batch:
                    if self._finished or self._stopped:
                        return
                    self._changed.wait(PATIENCE_S / 2)
                    continue
            try:
                self._journal.append(batch)
            except StoreError as problem:
                with self._changed:
                    self._journal_problem = problem
                    if self._stopped:
                        self._lost += len(batch)
                        return
                    self._changed.wait_for(lambda: self._stopped, RETRY_S)
                continue
            with self._changed:
                self._journal_problem = None
                self._journaled = batch[-1].sequence

    def _overdue(self) -> list[Entry]:
        """What has waited too long; everything that waits, once the session is over."""
        due = time.monotonic() - (0.0 if self._stopped else PATIENCE_S)
        after = max(self._stored, self._journaled)
        return [one for at, one in self._waiting if at <= due and one.sequence > after]
