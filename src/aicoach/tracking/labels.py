"""The name of the phase at this moment, while the movement is still under way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.tracking.measures import PartName, phase_names

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import PhaseName

TURN: Final = 0.08
"""Change of the phase that shows a direction: about two thirds of the smallest swing that
any exercise file calls a movement would be two such steps."""
STILL_S: Final = 0.3
"""Without ``PROGRESS`` for so long, the body rests."""
PROGRESS: Final = 0.04
"""Change of the phase that still counts as moving on."""
FORGET_S: Final = 0.6
"""After so long without a phase nothing is known about the direction."""
_MIDDLE: Final = 0.5


class PhaseLabeler:
    """Names the phase by direction; a reversal or a rest must show before the name changes."""

    def __init__(self, spec: ExerciseSpec) -> None:
        self._names = phase_names(spec.tempo.outward)
        self.reset()

    def reset(self) -> None:
        """Forget the movement."""
        self._part: PartName | None = None
        self._extreme = math.nan
        self._seen_s = -math.inf
        self._progress = math.nan
        self._progress_s = -math.inf
        self._low, self._high = 0.0, 1.0

    def step(self, t_s: float, phase: float) -> PhaseName | None:
        """Take the phase (NaN is not seen); give its name, None while it is not known."""
        if math.isnan(phase):
            if t_s - self._seen_s > FORGET_S:
                self.reset()
        else:
            if t_s - self._seen_s > FORGET_S:
                self.reset()
            self._seen_s = t_s
            self._follow(t_s, phase)
        return None if self._part is None else self._names[self._part]

    def _follow(self, t_s: float, phase: float) -> None:
        if self._part is None:
            self._part = self._end_near(phase)
            self._extreme = self._progress = phase
            self._progress_s = t_s
            return
        rising, falling = self._part == "out", self._part == "back"
        if rising or falling:
            sign = 1.0 if rising else -1.0
            if sign * (phase - self._extreme) >= 0.0:
                self._extreme = phase
            if sign * (phase - self._progress) >= PROGRESS:
                self._progress, self._progress_s = phase, t_s
            if sign * (self._extreme - phase) >= TURN:
                self._go("back" if rising else "out", t_s, phase)
            elif t_s - self._progress_s >= STILL_S:
                self._rest(t_s, phase)
            return
        # At rest the reference follows slowly drifting poses, so only motion leaves it.
        if phase - self._extreme >= TURN:
            self._go("out", t_s, phase)
        elif self._extreme - phase >= TURN:
            self._go("back", t_s, phase)
        elif t_s - self._progress_s >= STILL_S:
            self._extreme, self._progress_s = phase, t_s

    def _go(self, part: PartName, t_s: float, phase: float) -> None:
        if part == "out" and self._part in ("back", "rest"):
            self._low = min(self._extreme, phase)
        if part == "back" and self._part in ("out", "target"):
            self._high = max(self._extreme, phase)
        self._part = part
        self._extreme = self._progress = phase
        self._progress_s = t_s

    def _rest(self, t_s: float, phase: float) -> None:
        self._part = self._end_near(phase)
        self._extreme = self._progress = phase
        self._progress_s = t_s

    def _end_near(self, phase: float) -> PartName:
        middle = self._low + _MIDDLE * (self._high - self._low)
        return "target" if phase >= middle else "rest"
