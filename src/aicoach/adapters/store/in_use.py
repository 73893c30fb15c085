"""Who has the file of a database open, told to other programs by a lock beside it.

Everybody who may write shares it; who puts another file in its place must be alone. The
system lets go of it when a program dies. SQLite's own locks cannot say this: they are held
for moments, and belong to the file that is about to go.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class InUse:
    """The lock of one database, as one program holds it."""

    def __init__(self, file: Path) -> None:
        self.path = file.with_name(f"{file.name}.lock")
        self._file: int | None = None
        self._closing: weakref.finalize[[int], InUse] | None = None

    def share(self) -> bool:
        """Whether nobody is alone with the database; where nothing can be locked, nobody is."""
        return self._file is not None or self._take(fcntl.LOCK_SH)

    def take_alone(self) -> bool:
        """Whether nobody else has it open; from then on nobody opens it."""
        self.release()
        return self._take(fcntl.LOCK_EX)

    def release(self) -> None:
        """Let others have it."""
        if self._closing is not None:
            self._closing()
        self._file = self._closing = None

    def _take(self, how: int) -> bool:
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CREAT, 0o644)
        except OSError:
            return True
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:  # a disk that knows no locks
            os.close(file)
            return True
        self._file, self._closing = file, weakref.finalize(self, os.close, file)
        return True
