"""One past for many exercises: features are stored once, phases per exercise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from aicoach.tracking.history import History, Window

if TYPE_CHECKING:
    from aicoach.pose import FloatArray


class SharedHistory(History):
    """A history whose phase has a column per exercise; NaN where one did not see its joints."""

    def __init__(self, n_lanes: int, span_s: float) -> None:
        super().__init__(span_s)
        self._phase = np.full((len(self._t_s), n_lanes), math.nan)

    def mark(self, lane: int, phase: float) -> None:
        """Set the phase of one exercise in the newest row."""
        self._phase[self._end - 1, lane] = phase


class LaneHistory(History):
    """What one exercise sees of the shared past: the rows in which it had a phase."""

    def __init__(self, shared: SharedHistory, lane: int) -> None:  # the arrays are not its own
        self._shared, self._lane = shared, lane

    def append(self, t_s: float, values: FloatArray, scores: FloatArray, phase: float) -> None:
        """Note the phase; the row itself has been appended to the shared history."""
        del t_s, values, scores
        self._shared.mark(self._lane, phase)

    def between(self, start_s: float, end_s: float) -> Window:
        """The rows from ``start_s`` to ``end_s`` in which the exercise had a phase."""
        window = self._shared.between(start_s, end_s)
        phase = window.phase[:, self._lane]
        known = ~np.isnan(phase)
        if known.all():
            return Window(window.t_s, window.values, window.scores, phase)
        return Window(window.t_s[known], window.values[known], window.scores[known], phase[known])
