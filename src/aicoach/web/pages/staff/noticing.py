"""Who saw what a moment ago: turning a page of a list is not another look for the audit."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.access import Subject
    from aicoach.pipeline import Clock

AGAIN_S: Final = 300.0
"""After this a look is noted anew."""
_MOST: Final = 20_000


class Noticing:
    """Looks of the last minutes, by visitor, action and whom it was about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looks: dict[tuple[str, ...], float] = {}

    def is_noted(
        self, visitor: str, action: str, subject: Subject, details: Mapping[str, Any] | None
    ) -> bool:
        """Whether this very look stands in the audit since a moment ago."""
        with self._lock:
            at = self._looks.get(_key(visitor, action, subject, details))
        return at is not None and self._clock() - at < AGAIN_S

    def note(
        self, visitor: str, action: str, subject: Subject, details: Mapping[str, Any] | None
    ) -> None:
        """It was written just now."""
        now_s = self._clock()
        with self._lock:
            if len(self._looks) >= _MOST:
                self._looks = {k: at for k, at in self._looks.items() if now_s - at < AGAIN_S}
            if len(self._looks) >= _MOST:
                self._looks.clear()
            self._looks[_key(visitor, action, subject, details)] = now_s


def _key(
    visitor: str, action: str, subject: Subject, details: Mapping[str, Any] | None
) -> tuple[str, ...]:
    return (visitor, action, subject.name, json.dumps(details or {}, sort_keys=True))
