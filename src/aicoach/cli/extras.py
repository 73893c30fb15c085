"""Whether an optional part of aicoach is installed, asked before it is loaded."""

from __future__ import annotations

from importlib.util import find_spec

from aicoach.errors import CoachError


def need_web() -> None:
    """See that the server's libraries are there.

    Raises
    ------
    CoachError
        With the command that installs them.
    """
    missing = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
    if missing:
        raise CoachError(f"{', '.join(missing)}: not installed; run: pip install 'aicoach[web]'")
