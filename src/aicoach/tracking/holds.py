"""Holds: a position kept, with grace for a wobble and the reason why it ended."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Final

from aicoach.events import Hold
from aicoach.features import FEATURE_INDEX
from aicoach.tracking.sides import SideReader, readers_of

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, HoldCondition
    from aicoach.kinematics import Features

GLITCH_S: Final = 0.2
"""While the position settles, a breach shorter than this is a misplaced frame."""
MOVED: Final = "moved"
LOST: Final = "lost_from_sight"
END: Final = "end"
SHORT: Final = "too_short"

_HIP_X, _HIP_RISE = FEATURE_INDEX["hip_x"], FEATURE_INDEX["hip_rise"]
_LOG_SCALE = FEATURE_INDEX["log_scale"]


class _Condition:
    __slots__ = ("high", "id", "low", "readers")

    def __init__(self, condition: HoldCondition) -> None:
        self.id = condition.id
        self.readers: tuple[SideReader, ...] = tuple(r for _, r in readers_of(condition))
        self.low = -math.inf if condition.at_least is None else condition.at_least
        self.high = math.inf if condition.at_most is None else condition.at_most

    def met(self, features: Features) -> bool | None:
        """Whether the condition is met (on both sides for ``each``); None: not seen."""
        seen = True
        for reader in self.readers:
            value, _ = reader.read(features.values, features.scores)
            if value != value:  # noqa: PLR0124 NaN is unlike itself
                seen = False
            elif not self.low <= value <= self.high:
                return False
        return True if seen else None


class HoldMachine:
    """Says when a hold of one exercise began, how long it lasts and why it ended.

    A hold begins when every condition is met and the hips stay within the exercise's
    ``still_within`` for ``settle_s``; it counts from the first of those moments. It ends
    with the breach that outlasts ``grace_s``, at the moment that breach began.
    """

    def __init__(self, spec: ExerciseSpec) -> None:
        if spec.hold is None:
            raise ValueError(f"{spec.id}: not a hold")
        self._spec = spec.hold
        self._conditions = [_Condition(condition) for condition in spec.hold.conditions]
        self._place: list[tuple[float, float]] = []
        self._start_s = math.nan
        self._kept_s = math.nan
        self._last_s = -math.inf
        self._holding = False
        self._why: str | None = None
        self._cause: str | None = None

    @property
    def holding(self) -> bool:
        """Whether a hold is under way, grace included."""
        return self._holding

    @property
    def held_s(self) -> float:
        """Seconds of the hold under way; 0.0 between holds."""
        return self._kept_s - self._start_s if self._holding else 0.0

    @property
    def broken(self) -> str | None:
        """What is not met now: a condition's id, 'moved' or 'lost_from_sight'; None: nothing."""
        return self._why

    @property
    def grace_left_s(self) -> float | None:
        """Seconds until a broken hold ends; None while nothing is broken or nothing is held."""
        if not self._holding or self._why is None:
            return None
        return max(self._spec.grace_s - (self._last_s - self._kept_s), 0.0)

    def step(self, t_s: float, features: Features | None) -> tuple[Hold, ...]:
        """Take a frame (None: nobody was found); give the hold that ended with it, if any."""
        gap = t_s - self._last_s > self._spec.grace_s
        ended = self._finish(LOST) if gap and self._holding else ()
        if gap:
            self._forget()
        self._last_s = t_s
        self._why = self._breach(features)
        if self._why is None:
            self._keep(t_s)
            self._cause = None
            return ended
        self._cause = self._cause or self._why
        out_s = t_s - self._kept_s
        if self._holding:
            if out_s > self._spec.grace_s:
                ended += self._finish(self._cause)
        elif not out_s <= GLITCH_S:
            self._forget()
        return ended

    def finish(self, t_s: float) -> tuple[Hold, ...]:
        """End of the input at ``t_s``; give the hold under way, if any."""
        self._last_s = max(self._last_s, t_s)
        return self._finish(END) if self._holding else ()

    def _breach(self, features: Features | None) -> str | None:
        if features is None:
            return LOST
        unseen = False
        for condition in self._conditions:
            met = condition.met(features)
            if met is False:
                return condition.id
            unseen = unseen or met is None
        if unseen:
            return LOST
        return None if self._still(features) else MOVED

    def _still(self, features: Features) -> bool:
        """Whether the hips are where the hold began; there is no telling without their place."""
        scale = math.exp(features.values.item(_LOG_SCALE))
        x, y = features.values.item(_HIP_X) * scale, features.values.item(_HIP_RISE) * scale
        if not math.isfinite(x + y):
            return True
        if not self._holding:
            self._place.append((x, y))
        middle_x = median(place[0] for place in self._place)
        middle_y = median(place[1] for place in self._place)
        return math.hypot(x - middle_x, y - middle_y) <= self._spec.still_within * scale

    def _keep(self, t_s: float) -> None:
        if math.isnan(self._start_s):
            self._start_s = t_s
        self._kept_s = t_s
        if not self._holding and t_s - self._start_s >= self._spec.settle_s - 1e-9:
            self._holding = True

    def _finish(self, why: str) -> tuple[Hold, ...]:
        duration_s = self._kept_s - self._start_s
        accepted = duration_s >= self._spec.min_s - 1e-9
        hold = Hold(
            start_s=self._start_s,
            end_s=self._kept_s,
            ended_by=why,
            accepted=accepted,
            reason="" if accepted else SHORT,
        )
        self._forget()
        return (hold,)

    def _forget(self) -> None:
        self._holding = False
        self._start_s = self._kept_s = math.nan
        self._place.clear()
