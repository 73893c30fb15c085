"""Ids that sort by the time at which they were made: UUID version 7, RFC 9562."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NS_PER_MS: Final = 1_000_000


def new_id(time_ns: int | None = None) -> str:
    """A new id, in the usual form with hyphens.

    Parameters
    ----------
    time_ns
        Nanoseconds since 1970, UTC; None: now. The part below a millisecond fills the twelve
        bits after the version, so that ids of one process sort in the order they were made.
    """
    now_ns = time.time_ns() if time_ns is None else time_ns
    milliseconds, rest_ns = divmod(now_ns, _NS_PER_MS)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (rest_ns * 4096 // _NS_PER_MS) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def made_at(identifier: str) -> datetime:
    """When an id was made, in UTC, to the millisecond.

    Raises
    ------
    ValueError
        If it is no UUID of version 7.
    """
    found = uuid.UUID(identifier)
    if found.version != 7:
        raise ValueError(f"'{identifier}' is no UUID of version 7")
    return _EPOCH + timedelta(milliseconds=found.int >> 80)
