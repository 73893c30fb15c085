"""How long something has been so."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

EPS_S: Final = 1e-6


class Held:
    """Seconds since a condition began to hold without a break.

    Of two conditions, one of which holds whenever the other does, its clock is never
    behind: that is what makes the guard monotone.
    """

    __slots__ = ("_since_s",)

    def __init__(self) -> None:
        self._since_s: float | None = None

    def step(self, t_s: float, holds: bool) -> float:
        """Take one moment; give the seconds held, -inf while the condition does not hold."""
        if not holds:
            self._since_s = None
            return -math.inf
        if self._since_s is None:
            self._since_s = t_s
        return t_s - self._since_s + EPS_S

    def reset(self) -> None:
        """Forget: the next moment begins afresh."""
        self._since_s = None


class Mean:
    """Mean of a stepwise value over the last ``window_s`` seconds."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._pieces: deque[tuple[float, float, float]] = deque()  # end, length, value

    def step(self, t_s: float, elapsed_s: float, value: float) -> float:
        """``value`` stood for ``elapsed_s`` up to ``t_s``; NaN until half the window is full."""
        if elapsed_s > 0.0:
            self._pieces.append((t_s, elapsed_s, value))
        while self._pieces and self._pieces[0][0] <= t_s - self._window_s:
            self._pieces.popleft()
        time_s = sum(length for _, length, _ in self._pieces)
        if time_s < self._window_s / 2.0:
            return math.nan
        return sum(length * value for _, length, value in self._pieces) / time_s

    def reset(self) -> None:
        """Forget everything."""
        self._pieces.clear()
