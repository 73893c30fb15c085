"""The recent past of one person, so that a finished movement can be looked at whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicoach.features import N_FEATURES
from aicoach.pose import FloatArray

_FIRST_ROWS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Rows of the history between two times, both included; views, not copies."""

    t_s: FloatArray
    """Shape (n,)."""
    values: FloatArray
    """Shape (n, N_FEATURES)."""
    scores: FloatArray
    """Shape (n, N_FEATURES)."""
    phase: FloatArray
    """Shape (n,): the fused phase of the exercise, NaN where not seen."""

    def __len__(self) -> int:
        return len(self.t_s)


class History:
    """Features of the last ``span_s`` seconds, in arrays that are reused."""

    def __init__(self, span_s: float = 75.0) -> None:
        self._span_s = span_s
        self._t_s = np.empty(_FIRST_ROWS)
        self._values = np.empty((_FIRST_ROWS, N_FEATURES))
        self._scores = np.empty((_FIRST_ROWS, N_FEATURES))
        self._phase = np.empty(_FIRST_ROWS)
        self._first, self._end = 0, 0

    def append(self, t_s: float, values: FloatArray, scores: FloatArray, phase: float) -> None:
        """Add one row; drop what is older than the span."""
        if self._end == len(self._t_s):
            self._make_room(t_s)
        row = self._end
        self._t_s[row], self._phase[row] = t_s, phase
        self._values[row], self._scores[row] = values, scores
        self._end += 1

    def between(self, start_s: float, end_s: float) -> Window:
        """The rows from ``start_s`` to ``end_s``."""
        times = self._t_s[self._first : self._end]
        a = self._first + int(times.searchsorted(start_s - 1e-9, "left"))
        b = self._first + int(times.searchsorted(end_s + 1e-9, "right"))
        return Window(self._t_s[a:b], self._values[a:b], self._scores[a:b], self._phase[a:b])

    def _make_room(self, t_s: float) -> None:
        times = self._t_s[self._first : self._end]
        self._first += int(np.searchsorted(times, t_s - self._span_s, "left"))
        kept = self._end - self._first
        room = len(self._t_s) if kept <= len(self._t_s) // 2 else 2 * len(self._t_s)
        for name in ("_t_s", "_values", "_scores", "_phase"):
            old = getattr(self, name)
            new = np.empty((room, *old.shape[1:]))
            new[:kept] = old[self._first : self._end]
            setattr(self, name, new)
        self._first, self._end = 0, kept
