"""Cycles of the phase: away from the start pose and back, found by reversals.

The size of a reversal adapts to the person: a share of the median of the recent
swings, never below the floor of the exercise's file. No absolute threshold decides
whether a cycle happened; whether it was the exercise is judged afterwards.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum
from statistics import median

from aicoach.catalog.settings import CycleSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One swing of the phase away from the start pose and back."""

    trough_s: float
    """When the phase was lowest before the movement: the start pose."""
    start_s: float
    """When the start pose was left."""
    left_s: float
    """When the movement had clearly left the start pose."""
    peak_s: float
    end_s: float
    trough: float
    """Phase at the start."""
    peak: float
    low: float
    """Phase at the end, when the cycle was believed."""

    @property
    def amplitude(self) -> float:
        """Rise from the start to the peak, in phase units."""
        return self.peak - self.trough

    @property
    def duration_s(self) -> float:
        """From the start to the moment the cycle was believed."""
        return self.end_s - self.start_s


class _Going(Enum):
    REST = "rest"
    OUT = "out"
    BACK = "back"


class CycleDetector:
    """Steps through the phase and gives each cycle when it has turned back far enough.

    With ``at_target`` a cycle is given on arrival at the target pose instead; ``arrive``
    is the phase there.
    """

    def __init__(
        self,
        floor: float,
        settings: CycleSettings,
        *,
        at_target: bool = False,
        rearm_phase: float | None = None,
    ) -> None:
        self._floor, self._settings, self._at_target = floor, settings, at_target
        self._rearm_phase = settings.rearm_phase if rearm_phase is None else rearm_phase
        self._swings: deque[float] = deque(maxlen=settings.memory)
        self.reset()

    def reset(self) -> None:
        """Forget the movement under way; keep what is known of the person's swing."""
        self._going = _Going.REST
        self._low = self._high = math.nan
        self._low_s = self._high_s = self._left_s = self._trough_s = math.nan
        self._now = self._progress = self._progress_s = math.nan
        self._given = False

    @property
    def under_way(self) -> bool:
        """Whether a movement away from the start pose or back to it is under way."""
        return self._going is _Going.OUT or (
            self._going is _Going.BACK and self._now - self._low > self._settings.trough_band
        )

    @property
    def open_cycle(self) -> Cycle | None:
        """The movement under way, not yet turned back; None at rest."""
        if self._going is not _Going.OUT or self._given:
            return None
        return self._cycle(self._high_s, self._high_s, self._high, self._high)

    def _cycle(self, peak_s: float, end_s: float, peak: float, low: float) -> Cycle:
        return Cycle(
            trough_s=self._trough_s,
            start_s=self._low_s,
            left_s=self._left_s,
            peak_s=peak_s,
            end_s=end_s,
            trough=self._low,
            peak=peak,
            low=low,
        )

    def _typical(self) -> float:
        """Median recent swing; more than the whole way to the target asks for no more."""
        return min(1.0, median(self._swings)) if self._swings else 0.0

    def _reversal(self) -> float:
        return max(self._floor, self._settings.swing_share * self._typical())

    def step(self, t_s: float, phase: float) -> Cycle | None:
        """Take the smoothed phase (not NaN); give a cycle when one is complete."""
        self._now = phase
        if math.isnan(self._low):
            self._low, self._low_s, self._trough_s = phase, t_s, t_s
            return None
        if self._going is not _Going.OUT:
            self._follow_down(t_s, phase)
            if phase - self._low < self._reversal():
                return None
            self._going, self._left_s = _Going.OUT, t_s
            self._high, self._high_s, self._given = phase, t_s, False
            self._progress, self._progress_s = phase, t_s
            return None
        if phase > self._high:
            self._high, self._high_s = phase, t_s
        if phase >= self._progress + self._settings.arrive_drop:
            self._progress, self._progress_s = phase, t_s
        if self._at_target:
            arrival = self._arrival(t_s, phase)
            if arrival is not None:
                return arrival
        rise = self._high - self._low
        if self._high - phase < max(self._reversal(), self._settings.return_share * rise):
            return None
        cycle = self._cycle(self._high_s, t_s, self._high, phase)
        self._swings.append(rise)
        self._going = _Going.BACK
        self._low, self._low_s, self._trough_s = phase, t_s, t_s
        return None if self._at_target else cycle

    def _follow_down(self, t_s: float, phase: float) -> None:
        if phase < self._low:
            self._low, self._low_s, self._trough_s = phase, t_s, t_s
        elif phase - self._low <= self._settings.trough_band * max(self._typical(), self._floor):
            self._low_s = t_s

    def arrive(self, t_s: float) -> Cycle | None:
        """The arrival at the target that was still being completed when sight was lost."""
        if not self._at_target or self._given or not self._arrived():
            return None
        self._given = True
        return self._cycle(self._high_s, t_s, self._high, self._high)

    def _arrived(self) -> bool:
        """Whether the rise came from the start pose and reached the target pose."""
        rise = self._high - self._low
        return (
            self._going is _Going.OUT
            and self._low <= self._rearm_phase
            and self._high >= self._settings.arrive_phase
            and rise >= self._settings.arrive_share * max(self._typical(), self._floor)
        )

    def _arrival(self, t_s: float, phase: float) -> Cycle | None:
        """The cycle once the rise has ended: the phase stands still or turns back."""
        s = self._settings
        still = t_s - self._progress_s >= s.arrive_still_s
        still = still or self._high - phase >= s.arrive_drop
        return self.arrive(t_s) if still else None
