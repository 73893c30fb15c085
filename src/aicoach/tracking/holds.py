"""Holds: a position kept, with grace for a wobble and the reason why it ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.events import Hold
from aicoach.features import FEATURE_INDEX
from aicoach.tracking.approach import Approach, Place
from aicoach.tracking.sides import SideReader, readers_of

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, HoldCondition, OneSide
    from aicoach.kinematics import Features

GLITCH_S: Final = 0.2
"""While the position settles, a breach shorter than this is a misplaced frame."""
MIN_SCORE: Final = 0.3
"""Mean score of the joints below which a condition is not seen. Lower than for form: all
conditions must agree, and on the floor the far limbs score low though their places are
right (docs/form.md)."""
MOVED: Final = "moved"
LOST: Final = "lost_from_sight"
END: Final = "end"
SHORT: Final = "too_short"

_HIP_X, _HIP_RISE = FEATURE_INDEX["hip_x"], FEATURE_INDEX["hip_rise"]
_SHOULDER_RISE, _LOG_SCALE = FEATURE_INDEX["shoulder_rise"], FEATURE_INDEX["log_scale"]


class _Condition:
    """One condition; where one side is enough, it must stay the same side."""

    __slots__ = ("_either", "_keeping", "_readers", "high", "id", "low")

    def __init__(self, condition: HoldCondition, side: OneSide | None) -> None:
        self.id = condition.id
        self.low = -math.inf if condition.at_least is None else condition.at_least
        self.high = math.inf if condition.at_most is None else condition.at_most
        self._either = condition.either_side
        self._readers: tuple[SideReader, ...]
        if self._either:
            self._readers = tuple(
                SideReader(condition.feature, s, MIN_SCORE) for s in _sides_of(condition, side)
            )
        else:
            self._readers = tuple(reader for _, reader in readers_of(condition, MIN_SCORE))
        self.forget()

    def forget(self) -> None:
        """Let either side keep the condition again."""
        self._keeping = (True,) * len(self._readers)

    def met(self, features: Features, *, opening: bool) -> bool | None:
        """Whether the condition is met (on both sides for ``each``); None: not seen.

        Where one side is enough, those that meet it at the ``opening`` of a hold must go on.
        """
        verdicts = [self._verdict(reader, features) for reader in self._readers]
        if not self._either:
            return False if False in verdicts else None if None in verdicts else True
        if opening and True in verdicts:
            self._keeping = tuple(verdict is True for verdict in verdicts)
        kept = [v for v, keeps in zip(verdicts, self._keeping, strict=True) if keeps]
        return True if True in kept else None if None in kept else False

    def _verdict(self, reader: SideReader, features: Features) -> bool | None:
        value, _ = reader.read(features.values, features.scores)
        if value != value:  # noqa: PLR0124 NaN is unlike itself
            return None
        return self.low <= value <= self.high


def _sides_of(condition: HoldCondition, side: OneSide | None) -> tuple[OneSide, ...]:
    """The sides of which one is enough: both, or the one that the set asks for."""
    if side is None or condition.of is None:
        return ("left", "right")
    if condition.of == "worked":
        return (side,)
    return ("right",) if side == "left" else ("left",)


class HoldMachine:
    """Says when a hold of one exercise began, how long it lasts and why it ended.

    A hold begins when every condition is met and the hips stay within the exercise's
    ``still_within`` for ``settle_s``; it counts from the first of those moments. It ends
    with the breach that outlasts ``grace_s``, at the moment that breach began. Strict
    gates of the exercise speak of the way into the position: if it does not pass, there is
    no hold until the position is left and taken anew.

    side : the one side that is asked for, as the exercise's ``worked_by`` names it.
    """

    def __init__(self, spec: ExerciseSpec, side: OneSide | None = None) -> None:
        if spec.hold is None:
            raise ValueError(f"{spec.id}: not a hold")
        self._spec = spec.hold
        self._conditions = [_Condition(condition, side) for condition in spec.hold.conditions]
        self._approach = Approach(spec.gates)
        self._place = Place()
        self._start_s = math.nan
        self._kept_s = math.nan
        self._last_s = -math.inf
        self._holding = False
        self._why: str | None = None
        self._cause: str | None = None
        self._refused: str | None = None

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
        """What is not met now; None: nothing.

        A condition's id, 'moved', 'lost_from_sight', or the gate that the way here failed.
        """
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
            self._approach.forget()
        self._last_s = t_s
        self._why = self._breach(features)
        if features is not None:
            self._approach.step(t_s, features)
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
            met = condition.met(features, opening=math.isnan(self._start_s))
            if met is False:
                self._refused = None
                return condition.id
            unseen = unseen or met is None
        if unseen:
            return LOST
        if math.isnan(self._start_s) and self._refused is None:
            self._refused = self._approach.refusal()
        if self._refused is not None:
            return self._refused
        return None if self._still(features) else MOVED

    def _still(self, features: Features) -> bool:
        """Whether the body is where the hold began; unseen hips cannot tell that it is not."""
        values = features.values
        unit = math.exp(values.item(_LOG_SCALE))
        here = (
            values.item(_HIP_X) * unit,
            values.item(_HIP_RISE) * unit,
            values.item(_SHOULDER_RISE) * unit,
            unit,
        )
        if not self._holding:
            self._place.learn(*here)
        return not self._place.travel(*here) > self._spec.still_within

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
        self._place.forget()
        for condition in self._conditions:
            condition.forget()
