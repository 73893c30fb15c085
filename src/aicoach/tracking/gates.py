"""Gates: conditions on a whole cycle that tell this movement from another one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from aicoach.features import FEATURE_INDEX, SIDED_FEATURES
from aicoach.tracking.ranks import mean_of, median_of, quantiles_of

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, FeatureUse, Gate
    from aicoach.events import Side
    from aicoach.pose import FloatArray
    from aicoach.tracking.cycles import Cycle
    from aicoach.tracking.history import Window

NEAR_S: Final = 0.12
"""Half width of the moment over which a pose is read."""
_LOW, _HIGH = 0.05, 0.95
"""Quantiles that stand for the smallest and the largest value: one bad frame is neither."""


class GateReader:
    """Holds an exercise's gates against cycles.

    Joints less visible than ``min_score`` say nothing; a gate that nothing is said about
    holds.
    """

    def __init__(self, spec: ExerciseSpec, min_score: float) -> None:
        self._gates = tuple((gate, columns_of(gate)) for gate in spec.gates)
        self._active_columns = _active_columns(spec)
        self._min_score = min_score
        self._compares = any(gate.side in ("active", "passive") for gate in spec.gates)
        self._window: Window | None = None
        self._seen_by: dict[int, FloatArray] = {}
        self._moves_more: int | None = None

    def problem(
        self, cycle: Cycle, side: Side, window: Window, means: Literal["other_movement", "partial"]
    ) -> str:
        """The first strict gate of that meaning that fails, measured; empty if none does."""
        active = self._active(side, window)
        for gate, columns in self._gates:
            if gate.strict and gate.means == means:
                problem = self._failure(gate, columns, cycle, side, window, active)
                if problem:
                    return problem
        return ""

    def doubts(self, cycle: Cycle, side: Side, window: Window) -> list[str]:
        """Ids of the other gates that fail."""
        active = self._active(side, window)
        return [
            gate.id
            for gate, columns in self._gates
            if not gate.strict and self._failure(gate, columns, cycle, side, window, active)
        ]

    def _active(self, side: Side, window: Window) -> int:
        """0 or 1: the side that moves more. A hidden limb is often drawn where it is not."""
        if side != "both" or not self._compares:
            return 1 if side == "right" else 0
        self._turn_to(window)
        if self._moves_more is None:
            self._moves_more = self._which_moves_more(window)
        return self._moves_more

    def _turn_to(self, window: Window) -> None:
        """Read a window once, however many gates are held against it."""
        if window is self._window:
            return
        self._window = window
        self._seen_by.clear()
        self._moves_more = None

    def _which_moves_more(self, window: Window) -> int:
        moved = []
        for column in self._active_columns:
            trust = mean_of(window.scores[:, column])
            spread = spread_of(window.values[:, column])
            moved.append(spread * trust**2 if math.isfinite(spread) else -1.0)
        return int(moved[1] > moved[0])

    def _failure(
        self,
        gate: Gate,
        columns: tuple[int, ...],
        cycle: Cycle,
        side: Side,
        window: Window,
        active: int,
    ) -> str:
        value = self._value(gate, columns, cycle, side, window, active)
        if math.isnan(value):
            return ""
        read = f"{gate.id}: {gate.feature} {gate.statistic} {value:.2f}"
        if gate.at_least is not None and value < gate.at_least:
            return f"{read}, at least {gate.at_least:g}"
        if gate.at_most is not None and value > gate.at_most:
            return f"{read}, at most {gate.at_most:g}"
        return ""

    def _value(
        self,
        gate: Gate,
        columns: tuple[int, ...],
        cycle: Cycle,
        side: Side,
        window: Window,
        active: int,
    ) -> float:
        sides = [self._seen(column, window) for column in columns]
        if len(sides) == 2 and gate.statistic == "range" and gate.side in ("max", "min"):
            ranges = [r for r in map(spread_of, sides) if math.isfinite(r)]
            if not ranges:
                return math.nan
            return max(ranges) if gate.side == "max" else min(ranges)
        if len(sides) == 1:
            values = sides[0]
        elif gate.side == "each":
            values = sides[1 if side == "right" else 0]
        elif gate.side in ("active", "passive"):
            values = sides[active if gate.side == "active" else 1 - active]
        elif gate.side == "nearest":
            scores = window.scores[:, list(columns)].mean(axis=0)
            values = sides[int(np.argmax(scores))]
        else:
            values = _fused(gate, sides)
        return _statistic(gate, values, cycle, window)

    def _seen(self, column: int, window: Window) -> FloatArray:
        self._turn_to(window)
        seen = self._seen_by.get(column)
        if seen is None:
            hidden = window.scores[:, column] < self._min_score
            seen = self._seen_by[column] = np.where(hidden, np.nan, window.values[:, column])
        return seen


def columns_of(use: FeatureUse) -> tuple[int, ...]:
    """The feature's columns: one, or left and right."""
    if use.feature not in SIDED_FEATURES:
        return (FEATURE_INDEX[use.feature],)
    both = (FEATURE_INDEX[f"{use.feature}.left"], FEATURE_INDEX[f"{use.feature}.right"])
    if use.side in ("left", "right"):
        return (both[0 if use.side == "left" else 1],)
    return both


def spread_of(values: FloatArray) -> float:
    """Largest less smallest value, without the outermost; NaN if fewer than two are seen."""
    known = values[np.isfinite(values)]
    if known.size < 2:
        return math.nan
    low, high = quantiles_of(known, _LOW, _HIGH)
    return high - low


def _active_columns(spec: ExerciseSpec) -> tuple[int, int]:
    """Left and right column of what moves: the range of motion, else the first sided signal."""
    uses = ((spec.range_of_motion,) if spec.range_of_motion else ()) + spec.signals
    name = next((u.feature for u in uses if u.feature in SIDED_FEATURES), "knee_flexion_deg")
    return FEATURE_INDEX[f"{name}.left"], FEATURE_INDEX[f"{name}.right"]


def _fused(gate: Gate, sides: list[FloatArray]) -> FloatArray:
    left, right = sides
    if gate.side == "max":
        return np.fmax(left, right)
    if gate.side == "min":
        return np.fmin(left, right)
    if gate.side == "difference":
        return np.abs(left - right)
    one = np.where(np.isfinite(left), left, right)
    other = np.where(np.isfinite(right), right, left)
    return (one + other) / 2


def _statistic(gate: Gate, values: FloatArray, cycle: Cycle, window: Window) -> float:
    known = np.isfinite(values)
    if not known.any():
        return math.nan
    seen, t_s = values[known], window.t_s[known]
    match gate.statistic:
        case "minimum":
            return quantiles_of(seen, _LOW)[0]
        case "maximum":
            return quantiles_of(seen, _HIGH)[0]
        case "range":
            return spread_of(seen) if seen.size > 1 else 0.0
        case "mean":
            return mean_of(seen)
        case "drift":
            return float(seen[-1] - seen[0])
        case "start" | "target":
            at_start = gate.statistic == "start"
            rows = (
                t_s <= cycle.start_s + NEAR_S if at_start else np.abs(t_s - cycle.peak_s) <= NEAR_S
            )
            return median_of(seen[rows]) if rows.any() else math.nan
