"""How left and right become one number, and when a number counts as seen.

A value whose joints score below ``MIN_SCORE`` is not seen: it is NaN from here on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.features import CENTRAL_FEATURES, FEATURE_INDEX

if TYPE_CHECKING:
    from aicoach.catalog.spec import FeatureUse, SideRule
    from aicoach.events import Side
    from aicoach.pose import FloatArray

MIN_SCORE: Final = 0.5
"""Mean score of a feature's joints below which its value is not believed: the visibility
at which the pose model itself calls a joint more likely hidden than not."""

_NEARER_BY: Final = 0.1
"""Score by which the other side must be clearer before 'nearest' changes sides."""


class SideReader:
    """Reads one feature from one row, left and right combined as an exercise file asks.

    ``mean``, ``max``, ``min`` and ``nearest`` are content with the one side that is seen;
    ``difference`` (unsigned) needs both.
    """

    __slots__ = ("_min_score", "_nearest", "columns", "rule")

    def __init__(self, feature: str, rule: SideRule | None, min_score: float = MIN_SCORE) -> None:
        self.rule, self._min_score = rule, min_score
        if feature in CENTRAL_FEATURES:
            self.columns = [FEATURE_INDEX[feature]]
        elif rule in ("left", "right"):
            self.columns = [FEATURE_INDEX[f"{feature}.{rule}"]]
        else:
            self.columns = [FEATURE_INDEX[f"{feature}.{side}"] for side in ("left", "right")]
        self._nearest = 0

    def read(self, values: FloatArray, scores: FloatArray) -> tuple[float, float]:
        """Value and score of one row; a value that is not seen is NaN."""
        first = self.columns[0]
        score = scores.item(first)
        value = values.item(first) if score >= self._min_score else math.nan
        if len(self.columns) == 1:
            return value, score
        other_score = scores.item(self.columns[1])
        other = values.item(self.columns[1]) if other_score >= self._min_score else math.nan
        if self.rule == "nearest":
            pair = (score, other_score)
            if pair[1 - self._nearest] > pair[self._nearest] + _NEARER_BY:
                self._nearest = 1 - self._nearest
            return (value, score) if self._nearest == 0 else (other, other_score)
        return self._combine(value, score, other, other_score)

    def _combine(
        self, left: float, left_score: float, right: float, right_score: float
    ) -> tuple[float, float]:
        left_seen, right_seen = left == left, right == right  # noqa: PLR0124 NaN is unlike itself
        if left_seen and right_seen:
            score = (left_score + right_score) / 2.0
            if self.rule == "difference":
                return abs(left - right), score
            if self.rule == "max":
                return max(left, right), score
            if self.rule == "min":
                return min(left, right), score
            return (left + right) / 2.0, score
        if self.rule == "difference" or not (left_seen or right_seen):
            return math.nan, min(left_score, right_score)
        return (left, left_score) if left_seen else (right, right_score)

    def read_rows(self, values: FloatArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Value and score of many rows, each of shape (n,).

        Looking back, ``nearest`` is the side that was clearer over all rows.
        """
        if len(self.columns) == 1:
            (column,) = self.columns
            score = scores[:, column]
            return np.where(score >= self._min_score, values[:, column], np.nan), score
        score = scores[:, self.columns]
        value = np.where(score >= self._min_score, values[:, self.columns], np.nan)
        if self.rule == "nearest":
            near = int(np.argmax(score.mean(axis=0))) if len(score) else 0
            return value[:, near], score[:, near]
        left, right = value[:, 0], value[:, 1]
        if self.rule == "difference":
            return np.abs(left - right), score.mean(axis=1)
        combine = {"max": np.fmax, "min": np.fmin}.get(str(self.rule))
        both = combine(left, right) if combine else (left + right) / 2.0
        seen_left = np.isfinite(left)
        seen_both = seen_left & np.isfinite(right)
        one = np.where(seen_left, left, right)
        one_score = np.where(seen_left, score[:, 0], score[:, 1])
        return (
            np.where(seen_both, both, one),
            np.where(seen_both, (score[:, 0] + score[:, 1]) / 2.0, one_score),
        )


def readers_of(
    use: FeatureUse, min_score: float = MIN_SCORE
) -> tuple[tuple[Side, SideReader], ...]:
    """The reader of each side that is looked at by itself; ``each`` gives two."""
    if use.feature in CENTRAL_FEATURES:
        return (("both", SideReader(use.feature, None, min_score)),)
    if use.side == "each":
        return tuple((side, SideReader(use.feature, side, min_score)) for side in ("left", "right"))
    if use.side in {"left", "right"}:
        return ((use.side, SideReader(use.feature, use.side, min_score)),)
    return (("both", SideReader(use.feature, use.side, min_score)),)


def concerns(watched: Side, moving: Side) -> bool:
    """Whether a side that is looked at matters in a repetition of ``moving``."""
    return "both" in (watched, moving) or watched == moving
