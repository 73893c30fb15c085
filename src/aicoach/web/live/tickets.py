"""Short-lived tickets: a page that may open a session's socket hands one over, and only once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicoach.pipeline import Clock


class Tickets:
    """Made for one room and one visitor.

    Parameters
    ----------
    lasts_s
        How long a ticket may be used.
    clock
        Seconds, never going back.
    """

    def __init__(self, lasts_s: float, clock: Clock) -> None:
        self._key = secrets.token_bytes(32)
        self._lasts_s, self._clock = lasts_s, clock
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}

    def make(self, room: str, owner: str) -> str:
        """A ticket for this room."""
        until = f"{self._clock() + self._lasts_s:.3f}"
        nonce = secrets.token_urlsafe(8)
        return f"{room}.{until}.{nonce}.{self._sign(room, until, nonce, owner)}"

    def room_of(self, ticket: str, owner: str) -> str | None:
        """The room it opens for this visitor; None: it opens none, or was used."""
        parts = ticket.rsplit(".", 4)
        if len(parts) != 5 or not ticket.isascii():
            return None
        room, whole, fraction, nonce, signature = parts
        until = f"{whole}.{fraction}"
        right = self._sign(room, until, nonce, owner)
        if not hmac.compare_digest(signature.encode(), right.encode()):
            return None
        now_s = self._clock()
        if now_s > float(until):
            return None
        with self._lock:
            self._used = {one: at_s for one, at_s in self._used.items() if at_s > now_s}
            if nonce in self._used:
                return None
            self._used[nonce] = float(until)
        return room

    def _sign(self, room: str, until: str, nonce: str, owner: str) -> str:
        text = "\n".join((room, until, nonce, owner))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
