"""Left and right of an exercise: what it can be asked of one side alone, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, OneSide

Limb = Literal["leg", "arm", "standing_leg", "propping_arm"]
_ONE: Final[dict[str, OneSide]] = {"left": "left", "right": "right"}
_OF_LEGS: Final = ("hip", "knee", "thigh", "leg", "shank", "ankle", "foot", "heel")
"""Beginnings of the names of features that are measured on a leg."""


def limb_of(spec: ExerciseSpec) -> Limb | None:
    """What one side of the exercise works with; None: both sides work at once."""
    if spec.hold is not None:
        return spec.hold.worked_by
    if spec.kind != "alternating":
        return None
    counted = next(signal.feature for signal in spec.signals if signal.side == "each")
    return "leg" if counted.startswith(_OF_LEGS) else "arm"


def side_of_set(side: str, spec: ExerciseSpec, number: int) -> OneSide | None:
    """The one side that counts in the set ``number``, 1 is the first; None: both.

    A hold is held on one side at a time, so ``alternate`` changes sides from set to set.
    """
    if limb_of(spec) is None:
        return None
    named = _ONE.get(side)
    if named is not None:
        return named
    if side == "alternate" and spec.kind == "hold":
        return "left" if number % 2 else "right"
    return None
