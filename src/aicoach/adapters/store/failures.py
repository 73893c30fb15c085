"""What went wrong with a database, told in words a person can act on."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exc

from aicoach.errors import StoreError, StoreProblem

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
