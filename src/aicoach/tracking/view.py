"""From where the camera sees the person: front, oblique or side.

The line of the shoulders says it, standing and lying alike: across the picture it is
seen from the front (or the back, or from head or feet), along the camera's axis from the
side. See docs/form.md for how well.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from aicoach.features import FEATURE_INDEX

if TYPE_CHECKING:
    from aicoach.events import View
    from aicoach.kinematics import Features

FRONT_UP_TO_DEG: Final = 25.0
SIDE_FROM_DEG: Final = 60.0
"""Turn of the shoulder line out of the picture's plane: up to 25 deg the shoulders keep
nine tenths of their breadth, from 60 deg on less than half. Calibrated on recordings:
docs/form.md."""
MARGIN_DEG: Final = 4.0
"""How far beyond a bound the turn must go to leave a view."""
WINDOW_S: Final = 1.0
"""Length of the median."""
DWELL_S: Final = 0.5
"""How long another view must be indicated before it is believed."""
FORGET_S: Final = 3.0
"""After so long without a look at the shoulders the view is unknown."""
_MIN_SCORE: Final = 0.3
"""The far shoulder of a side view scores low and its place is still good enough here."""

_FACING: Final = FEATURE_INDEX["facing_deg"]


class ViewEstimator:
    """Says from which view a person is seen, slowly: a turn of the chest is not a new view."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque()
        self._view: View = "unknown"
        self._candidate: View = "unknown"
        self._candidate_since_s = 0.0

    @property
    def view(self) -> View:
        """The view of the last step."""
        return self._view

    def step(self, t_s: float, features: Features | None) -> View:
        """Take one look (None: nobody) and say the view."""
        if features is not None and features.scores.item(_FACING) >= _MIN_SCORE:
            turn = features.values.item(_FACING)
            if turn == turn:  # noqa: PLR0124 NaN is unlike itself
                self._recent.append((t_s, turn))
        keep_s = WINDOW_S if len(self._recent) > 1 else FORGET_S
        while self._recent and self._recent[0][0] < t_s - keep_s:
            if len(self._recent) == 1 and self._recent[0][0] >= t_s - FORGET_S:
                break
            self._recent.popleft()
        if not self._recent:
            self._view = self._candidate = "unknown"
            return self._view
        turns = sorted(turn for _, turn in self._recent)
        self._believe(t_s, self._view_at(turns[len(turns) // 2]))
        return self._view

    def _view_at(self, turn_deg: float) -> View:
        front, side = FRONT_UP_TO_DEG, SIDE_FROM_DEG
        if self._view == "front":
            front += MARGIN_DEG
        elif self._view == "side":
            side -= MARGIN_DEG
        elif self._view == "oblique":
            front -= MARGIN_DEG
            side += MARGIN_DEG
        if turn_deg <= front:
            return "front"
        return "side" if turn_deg >= side else "oblique"

    def _believe(self, t_s: float, indicated: View) -> None:
        if indicated == self._view:
            self._candidate = indicated
            return
        if indicated != self._candidate:
            self._candidate, self._candidate_since_s = indicated, t_s
        if self._view == "unknown" or t_s - self._candidate_since_s >= DWELL_S:
            self._view = indicated
