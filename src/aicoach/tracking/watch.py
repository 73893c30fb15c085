"""How long a bound has been broken, in seconds of capture time.

Broken time adds up between two moments that both break the bound and runs out again
between two that both keep it, so that one misplaced frame neither raises a fault nor
excuses one, at any frame rate. A moment that is not seen does neither.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.catalog.spec import Limit
    from aicoach.pose import FloatArray

MAX_GAP_S: Final = 0.5
"""Two moments further apart say nothing about the time between them, and what came
before is forgotten."""
_EPS_S: Final = 1e-6


class Watch:
    """Follows one value against one limit."""

    __slots__ = (
        "_broken_s", "_excess", "_hold_s", "_lead_s", "_major", "_major_s", "_sign", "_t_s",
        "bound", "end_s", "fired", "start_s", "worst",
    )  # fmt: skip

    def __init__(self, limit: Limit) -> None:
        at_most = limit.at_most is not None
        self._sign = 1.0 if at_most else -1.0
        self.bound = float(limit.at_most if limit.at_most is not None else limit.at_least or 0.0)
        self._hold_s = limit.hold_s - _EPS_S
        self._major = math.inf if limit.major is None else abs(limit.major - self.bound)
        self.reset()

    def reset(self) -> None:
        """Begin afresh."""
        self.fired = False
        self.start_s = self.end_s = math.nan
        self.worst = 0.0
        self._clear()

    def _clear(self) -> None:
        self._t_s = -math.inf
        self._excess = 0.0
        self._broken_s = self._major_s = self._lead_s = 0.0

    @property
    def major(self) -> bool:
        """Whether the marked bound was broken for as long as the limit asks."""
        return self._major_s >= self._hold_s and self.worst > self._major

    @property
    def value(self) -> float:
        """The worst value that lasted from one moment to the next."""
        return self.bound + self._sign * self.worst

    @property
    def settled(self) -> bool:
        """Whether the bound has been kept for as long as it had been broken."""
        return self._broken_s <= 0.0

    def breaks(self, value: float) -> bool:
        """Whether this value lies beyond the bound."""
        return self._sign * (value - self.bound) > 0.0

    def may_fire(self, values: FloatArray) -> bool:
        """Whether any of the values, shape (n,), lies beyond the bound."""
        return bool((self._sign * (values - self.bound) > 0.0).any())

    def step(self, t_s: float, value: float) -> bool:
        """Take a value (NaN is not seen); True at the moment the fault is certain."""
        if value != value:  # noqa: PLR0124 NaN is unlike itself
            return False
        elapsed_s = t_s - self._t_s
        if elapsed_s > MAX_GAP_S:
            self._clear()
            elapsed_s = 0.0
        excess, before = self._sign * (value - self.bound), self._excess
        self._t_s, self._excess = t_s, excess
        if excess <= 0.0:
            if before <= 0.0:
                self._broken_s = max(self._broken_s - elapsed_s, 0.0)
            return False
        self.end_s = t_s
        if before <= 0.0:
            # The bound was passed between the two moments; it counts once confirmed.
            self._lead_s = elapsed_s * excess / (excess - before)
            if self._broken_s <= 0.0 and not self.fired:
                self.start_s, self.worst = t_s - self._lead_s, 0.0
        else:
            self._broken_s += elapsed_s + self._lead_s
            self._lead_s = 0.0
            lasting = min(excess, before)
            self.worst = max(self.worst, lasting)
            if lasting > self._major:
                self._major_s += elapsed_s
        if self.fired or self._broken_s < self._hold_s:
            return False
        if self.worst <= 0.0:
            self.worst = excess
        self.fired = True
        return True
