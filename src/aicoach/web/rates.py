"""How often somebody may ask: a bucket each, that fills again with time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 10_000
"""Buckets held; those that are full again are thrown away first."""


class Rates:
    """So many at once, and so many a minute after that.

    Parameters
    ----------
    per_min, at_once
        The rate, and how many may come in a row.
    clock
        Seconds, from any beginning.
    """

    def __init__(self, per_min: float, at_once: float, clock: Callable[[], float]) -> None:
        self._per_s, self._at_once, self._clock = per_min / 60.0, at_once, clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, who: str) -> float:
        """Count one; 0.0: go on, else the seconds to wait."""
        with self._lock:
            now = self._clock()
            left = self._now(who, now)
            if left < 1.0:
                return (1.0 - left) / self._per_s
            if who not in self._left and len(self._left) >= _MOST:
                self._clear(now)
            self._left[who] = (left - 1.0, now)
            return 0.0

    def _now(self, who: str, now: float) -> float:
        left, at = self._left.get(who, (self._at_once, now))
        return min(self._at_once, left + (now - at) * self._per_s)

    def _clear(self, now: float) -> None:
        full = [who for who in self._left if self._now(who, now) >= self._at_once]
        for who in full or list(self._left)[: _MOST // 2]:
            del self._left[who]
