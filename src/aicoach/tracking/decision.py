"""From ranks to a name: which exercise it is, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.catalog.recognition_settings import DecisionSettings
    from aicoach.tracking.candidates import Rank

UNKNOWN: Final = "unknown"
_LEAST: Final = 0.3
"""Confidence left to a name whose margins are as small as the settings allow (design default)."""
_CHANCE: Final = 0.4
"""Doubt that each further cycle leaves of the doubt before (design default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The name of what is being done."""

    exercise: str = UNKNOWN
    confidence: float = 0.0
    score: float = math.inf
    cycles: int = 0


def decide(
    ranks: Sequence[Rank],
    hold: tuple[str, float],
    seen_s: float,
    settings: DecisionSettings,
    *,
    repeats: bool,
    ended: bool,
) -> Decision:
    """Name the exercise, if it is clear enough.

    ranks : best first; hold : the longest hold and its seconds; seen_s : how long the
    person was seen; repeats : something repeats, whatever it is, which forbids a hold;
    ended : no more evidence will come.
    """
    repeated = _repeated(ranks, seen_s, settings, ended=ended)
    held = _held(hold, seen_s, settings, ended=ended)
    if held.exercise == UNKNOWN or repeats:
        return repeated
    longest_s = ranks[0].longest_s if ranks else 0.0
    inside = settings.hold_of_cycle * longest_s <= hold[1] < longest_s
    way_in = repeated.cycles == 1 and inside
    return held if repeated.exercise == UNKNOWN or way_in else repeated


def _repeated(
    ranks: Sequence[Rank], seen_s: float, settings: DecisionSettings, *, ended: bool
) -> Decision:
    if not ranks:
        return Decision()
    best = ranks[0]
    if best.score > (settings.max_single_score if best.cycles == 1 else settings.max_score):
        return Decision()
    enough = best.cycles >= settings.cycles and best.density >= settings.dense
    if not enough and not (ended and best.explained_s >= settings.explained * seen_s):
        return Decision()
    others = [r.score for r in ranks if r.exercise not in best.kin]
    family = [r.score for r in ranks[1:] if r.exercise in best.kin]
    margin = min(others, default=math.inf) - best.score
    if margin < settings.margin * best.score:
        return Decision()
    fit = min(1.0, (1.0 - best.score) / (1.0 - settings.sure_score))
    apart = min(1.0, margin / settings.sure_margin)
    alone = min(1.0, (min(family, default=math.inf) - best.score) / settings.sure_family_margin)
    enough_seen = 1.0 - _CHANCE**best.cycles
    confidence = fit * (_LEAST + (1.0 - _LEAST) * (apart + alone) / 2.0) * enough_seen
    return Decision(
        exercise=best.exercise,
        confidence=round(confidence, 3),
        score=best.score,
        cycles=best.cycles,
    )


def _held(
    hold: tuple[str, float], seen_s: float, settings: DecisionSettings, *, ended: bool
) -> Decision:
    exercise, seconds = hold
    least_s = settings.short_hold_s if ended else settings.hold_s
    if not exercise or seconds < least_s or seconds < settings.hold_share * seen_s:
        return Decision()
    confidence = min(1.0, seconds / max(seen_s, seconds)) * min(1.0, seconds / settings.hold_s)
    return Decision(exercise=exercise, confidence=round(confidence, 3), score=0.0)
