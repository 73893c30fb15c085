"""What waits to be sent to one screen: the newest picture's answer, what changed, what happened.

A slow screen gets fewer answers, never later ones: of answers only the newest waits, of states
only what they came to. Events wait in order and none is lost.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, Final

_NOTHING: Final = object()


class SlowScreenError(Exception):
    """So many events wait that the screen must begin anew."""


class Outbox:
    """Filled by the session's thread, emptied by the socket's task.

    Parameters
    ----------
    most
        Events that may wait.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answer: dict[str, Any] | None = None
        self._changed: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._events: list[dict[str, Any]] = []
        self._overflowed = False
        self._wake: Callable[[], None] | None = None

    def attend(self, wake: Callable[[], None] | None) -> None:
        """Whoever empties it is woken when there is something; it is shown everything anew.

        Whoever emptied it before is woken a last time.
        """
        with self._lock:
            before, self._wake = self._wake, wake
            self._answer = None
            self._events.clear()
            self._overflowed = False
            self._changed = dict(self._shown)
        if before is not None:
            before()
        self._tell()

    def answer(self, answer: dict[str, Any]) -> None:
        """The answer to the newest picture."""
        with self._lock:
            self._answer = answer
        self._tell()

    def state(self, view: dict[str, Any]) -> None:
        """Where the session stands; only what changed is sent."""
        with self._lock:
            fresh = {
                key: value for key, value in view.items() if self._shown.get(key, _NOTHING) != value
            }
            if not fresh:
                return
            self._shown |= fresh
            if self._wake is None:
                return
            self._changed |= fresh
        self._tell()

    def event(self, event: dict[str, Any]) -> None:
        """Something happened; in order, and none is lost while a screen is there."""
        with self._lock:
            if self._wake is None:
                return
            if len(self._events) >= self._most:
                self._overflowed = True
            else:
                self._events.append(event)
        self._tell()

    def take(self) -> str | None:
        """One message with all that waits; None: nothing.

        Raises
        ------
        SlowScreenError
            If events had to be left out.
        """
        with self._lock:
            if self._overflowed:
                raise SlowScreenError(f"more than {self._most} events waited")
            message: dict[str, Any] = {}
            if self._events:
                message["e"], self._events = self._events, []
            if self._changed:
                message["v"], self._changed = self._changed, {}
            if self._answer is not None:
                message["f"], self._answer = self._answer, None
        if not message:
            return None
        return json.dumps(message, ensure_ascii=False, separators=(",", ":"))

    @property
    def shown(self) -> dict[str, Any]:
        """The whole state as it was given last."""
        with self._lock:
            return dict(self._shown)

    def _tell(self) -> None:
        wake = self._wake
        if wake is not None:
            wake()
