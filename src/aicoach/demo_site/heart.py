"""A heart that works harder in a set and settles in a rest, and the strap that reads it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aicoach.observations import HeartRateSample

if TYPE_CHECKING:
    from random import Random

    from aicoach.limits import SessionLimits

_RISES_S: Final = 45.0
_SETTLES_S: Final = 60.0
PACKET_S: Final = 10.0
"""Seconds between two packets; straps send one a second, which would be most of the data."""


@dataclass(slots=True, kw_only=True)
class Heart:
    """The rate follows what is asked of it; every packet is kept, and counted in the main part."""

    limits: SessionLimits
    draws: Random
    shift_bpm: float = 0.0
    """How much harder it works than the plan has it."""
    packet_s: float = PACKET_S
    strap: bool = True
    """It is worn and has contact."""
    samples: list[HeartRateSample] = field(default_factory=list)
    in_zone_s: float = 0.0
    above_zone_s: float = 0.0
    measured_s: float = 0.0
    highest_bpm: float | None = None
    bpm: float = field(init=False)
    _at_s: float = 0.0

    def __post_init__(self) -> None:
        """It begins a little above rest."""
        self.bpm = self.rest_bpm + 8.0

    @property
    def rest_bpm(self) -> float:
        """At rest; where it is not known, a usual one."""
        return self.limits.heart_rate.rest_bpm or 72.0

    def goal(self, work: str) -> float:
        """Where it settles under ``aerobic``, ``strength``, ``easy`` work or ``rest``."""
        heart = self.limits.heart_rate
        lower = self.rest_bpm + 25.0 if heart.lower is None else heart.lower.value
        upper = lower + 18.0 if heart.upper is None else heart.upper.value
        share = {"aerobic": 0.55, "strength": 0.3, "easy": -0.35, "rest": -0.9}[work]
        found = lower + share * (upper - lower) + (self.shift_bpm if work != "rest" else 0.0)
        return max(self.rest_bpm + 4.0, found)

    def until(self, t_s: float, goal_bpm: float, *, main: bool) -> None:
        """Go on to ``t_s`` towards ``goal_bpm``."""
        upper, lower = self.limits.heart_rate.upper, self.limits.heart_rate.lower
        step = self.packet_s
        while self._at_s + step <= t_s:
            self._at_s = round(self._at_s + step, 3)
            time_s = _RISES_S if goal_bpm > self.bpm else _SETTLES_S
            self.bpm += (goal_bpm - self.bpm) * (1.0 - math.exp(-step / time_s))
            if not self.strap:
                self.samples.append(
                    HeartRateSample(t_s=self._at_s, bpm=None, contact=False, sensor="chest_strap")
                )
                continue
            shown = float(round(self.bpm + self.draws.uniform(-1.5, 1.5)))
            self.samples.append(
                HeartRateSample(t_s=self._at_s, bpm=shown, contact=True, sensor="chest_strap")
            )
            self.highest_bpm = max(self.highest_bpm or 0.0, shown)
            if main:
                self.measured_s += step
                self.in_zone_s += step * (
                    (lower is None or shown >= lower.value)
                    and (upper is None or shown <= upper.value)
                )
                self.above_zone_s += step * (upper is not None and shown > upper.value)
