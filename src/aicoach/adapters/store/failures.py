"""What went wrong with a database, told in words a person can act on."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import exc

from aicoach.errors import CoachError, StoreError, StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REMEDIES: Final[dict[StoreProblem, str]] = {
    StoreProblem.FULL: "free some space; what was measured waits in the journal",
    StoreProblem.LOCKED: "close the other program, or wait until it is done",
    StoreProblem.READ_ONLY: "give this user the right to write the file and its folder",
    StoreProblem.CORRUPTED: "see: aicoach db check; then: aicoach db restore",
    StoreProblem.NEWER: "update aicoach on this computer",
    StoreProblem.OLDER: "run: aicoach db migrate",
    StoreProblem.LOST: "see that the server runs and the network is there",
    StoreProblem.REFUSED: "check user, password and database in the address",
    StoreProblem.SEALED: "set AICOACH_KEY to the key it was sealed with",
    StoreProblem.NOT_INSTALLED: "run: pip install 'aicoach[postgres]'",
}
UNREADABLE: Final = (
    CoachError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What is raised where something that was written is not what it should be."""
_SQLITE: Final = (
    ("disk is full", StoreProblem.FULL),
    ("is locked", StoreProblem.LOCKED),
    ("readonly", StoreProblem.READ_ONLY),
    ("unable to open", StoreProblem.READ_ONLY),
    ("not a database", StoreProblem.CORRUPTED),
    ("malformed", StoreProblem.CORRUPTED),
    # A file that may not grow, or a disk that fails: what SQLite says of both.
    ("disk i/o error", StoreProblem.FULL),
)
_SQLSTATES: Final = (
    ("53100", StoreProblem.FULL),
    ("25006", StoreProblem.READ_ONLY),
    ("28", StoreProblem.REFUSED),
    ("3D000", StoreProblem.REFUSED),
    ("42501", StoreProblem.REFUSED),
    ("55P03", StoreProblem.LOCKED),
    ("40", StoreProblem.LOCKED),
    ("57P", StoreProblem.LOST),
    ("08", StoreProblem.LOST),
    ("53", StoreProblem.LOST),
    ("XX", StoreProblem.CORRUPTED),
    ("23", StoreProblem.CONFLICT),
)


def store_error(database: str, problem: exc.SQLAlchemyError) -> StoreError:
    """The error that a person is told, made of what the database said."""
    cause = getattr(problem, "orig", None) or problem
    if isinstance(cause, StoreError):  # of a key, raised while a value was written
        return cause
    said = " ".join(str(cause).split()) or type(cause).__name__
    reason = _reason(problem, cause, said.lower())
    return StoreError(database, reason, REMEDIES.get(reason, ""), said[:200])


def file_error(file: Path, problem: OSError) -> StoreError:
    """The error that a person is told, made of what the system said of a file."""
    said = problem.strerror or str(problem)
    if problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return StoreError(str(file), StoreProblem.FULL, "free some space", said)
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = StoreProblem.READ_ONLY
        return StoreError(str(file), reason, REMEDIES[reason], said)
    return StoreError(str(file), StoreProblem.FAILED, detail=said)


@contextmanager
def telling_unreadable(database: str) -> Iterator[None]:
    """Tell of lines that no records can be made of as of any other failure."""
    try:
        yield
    except StoreError:
        raise
    except UNREADABLE as problem:
        detail = f"no records can be made of it: {' '.join(str(problem).split())}"
        raise StoreError(database, StoreProblem.FAILED, detail=detail[:200]) from problem


def _reason(problem: exc.SQLAlchemyError, cause: BaseException, said: str) -> StoreProblem:
    if isinstance(problem, exc.NoSuchModuleError):
        return StoreProblem.NOT_INSTALLED
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        for beginning, reason in _SQLSTATES:
            if state.startswith(beginning):
                return reason
        return StoreProblem.FAILED
    if type(cause).__module__.startswith("psycopg") and isinstance(problem, exc.OperationalError):
        refused = "authentication failed" in said or "does not exist" in said
        return StoreProblem.REFUSED if refused else StoreProblem.LOST
    for words, reason in _SQLITE:
        if words in said:
            return reason
    if isinstance(problem, exc.IntegrityError):
        return StoreProblem.CONFLICT
    return StoreProblem.FAILED
