"""What is appended to a session: one line each, numbered without gaps from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["event", "heart_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, or one packet of the strap, as it will be kept."""

    sequence: int
    """1 is the first of the session; with the session's id it names the entry for good."""
    kind: Kind
    type: str
    t_s: float
    line: str
    """As :mod:`aicoach.wire` writes it."""
