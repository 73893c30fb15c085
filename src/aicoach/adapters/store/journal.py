"""Where events wait while the database cannot take them: one file per session.

JSON lines. The first says how the session began, each other one holds an entry; a line is on
the disk before it counts as kept. A file belongs to one database and is replayed into that
one only, as often as it takes: an entry that is there already changes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.store.database import make_private_folder
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.failures import REMEDIES, UNREADABLE
from aicoach.adapters.store.plain_records import as_plain, from_plain
from aicoach.errors import JournalError, StoreError, StoreProblem
from aicoach.observations import HeartRateSample
from aicoach.records import PlannedSession, SessionRecord
from aicoach.session_records import UnknownEventError, read_event
from aicoach.wire import read_observation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUFFIX: Final = ".jsonl"
DAMAGED: Final = ".damaged"
_SAMPLE: Final = {"t_s", "bpm", "contact", "sensor", "rr_ms"}
"""What the line of a packet must hold."""


class Journal:
    """The file of one session; made when the first entry must wait."""

    def __init__(self, path: Path, head: SessionRecord, planned: PlannedSession) -> None:
        self.path = path
        self._head = {"session": as_plain(head), "planned": as_plain(planned)}
        self._file: int | None = None
        self._length = 0

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, and wait until the disk has them.

        Raises
        ------
        StoreError
            If it cannot; the file is then as it was before.
        """
        try:
            file = self._opened()
            bodies = [] if self._length else [self._head]
            bodies += [_body(one) for one in entries]
            lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
            content = "".join(f"{line}\n" for line in lines).encode()
            self._write(file, content)
        except OSError as problem:
            full = problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
            reason = StoreProblem.FULL if full else StoreProblem.READ_ONLY
            detail = problem.strerror or str(problem)
            raise StoreError(str(self.path), reason, REMEDIES[reason], detail) from problem

    def close(self, *, remove: bool) -> None:
        """Let go of the file; remove it where the database has everything."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if remove:
            with contextlib.suppress(OSError):  # it is replayed once more, which changes nothing
                self.path.unlink()

    def _opened(self) -> int:
        if self._file is None:
            make_private_folder(self.path.parent, str(self.path))
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._length = os.fstat(self._file).st_size
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # else a power cut may take the name of the file
            finally:
                os.close(folder)
        return self._file

    def _write(self, file: int, content: bytes) -> None:
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        except OSError:
            os.ftruncate(file, self._length)  # half a line would spoil the next one
            raise
        self._length += len(content)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a journal holds."""

    path: Path
    head: SessionRecord
    planned: PlannedSession
    entries: tuple[Entry, ...]
    damaged_lines: tuple[int, ...]
    """Numbers of lines that are no entries, without a last one that was cut off."""


def read_journal(path: Path) -> Waiting | None:
    """What waits in a file; None where not even its head was written.

    Raises
    ------
    JournalError
        If the head cannot be read.
    OSError
        If the file cannot be.
    """
    # What follows the last end of a line was cut off, and never confirmed to anybody.
    lines = path.read_bytes().split(b"\n")[:-1]
    if not lines:
        return None
    try:
        body = json.loads(lines[0])
        head = from_plain(SessionRecord, body["session"])
        planned = from_plain(PlannedSession, body["planned"])
    except UNREADABLE as problem:
        raise JournalError(path, 1, "is not the head of a journal") from problem
    entries: list[Entry] = []
    damaged: list[int] = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            entries.append(_entry_of(line))
        except UNREADABLE:
            damaged.append(number)
    return Waiting(path, head, planned, tuple(entries), tuple(damaged))


def _entry_of(line: bytes) -> Entry:
    """The entry of a line, and a look at what it holds: nonsense would stop the whole journal."""
    entry = from_plain(Entry, json.loads(line))
    _wants(type(entry.sequence) is int and entry.sequence >= 1, "sequence")
    _wants(isinstance(entry.type, str) and isinstance(entry.line, str), "type or line")
    _wants(isinstance(entry.t_s, float) and math.isfinite(entry.t_s), "t_s")
    if entry.kind == "event":
        with contextlib.suppress(UnknownEventError):  # of a newer program: kept, and noticed
            read_event(entry.line)
        return entry
    _wants(entry.kind == "heart_rate" and json.loads(entry.line).keys() >= _SAMPLE, "kind")
    sample = read_observation(entry.line)
    _wants(isinstance(sample, HeartRateSample) and math.isfinite(sample.t_s), "line")
    return entry


def _wants(holds: bool, field: str) -> None:
    if not holds:
        raise ValueError(f"{field} is none of an entry")


def _body(entry: Entry) -> dict[str, Any]:
    body: dict[str, Any] = as_plain(entry)
    return body


class RunningLock:
    """Held while a session is recorded; the system lets go of it when the program dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Whether nobody else records this session; without a disk to lock on, nobody does."""
        while True:
            try:
                make_private_folder(self.path.parent, str(self.path))
                file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            except (OSError, StoreError):
                return True
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
                return False
            if self._is_at_its_place(file):
                self._file = file
                return True
            os.close(file)  # whoever had it removed it meanwhile; the next one makes another

    def _is_at_its_place(self, file: int) -> bool:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return os.path.samestat(found, os.fstat(file))

    def release(self) -> None:
        """Let the next program have it."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()
            os.close(self._file)
            self._file = None
