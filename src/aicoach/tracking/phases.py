"""From features to the phase: 0 at the start pose, 1 at the target pose.

Several signals vote, each normalised by the exercise's file, so that the phase can be
read from any view and survives a hidden joint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from aicoach.catalog.settings import SignalSettings
from aicoach.catalog.spec import ExerciseSpec, Signal
from aicoach.events import Side
from aicoach.features import FEATURE_INDEX, SIDED_FEATURES

_ABSOLUTE = frozenset({"hip_rise", "shoulder_rise", "nose_rise", "foot_rise", "hip_x"})
"""Features without an origin: read against the person's own level at the start pose."""
_SETTLE_S = 0.3
"""How fast the level follows away from the target: at once, but not on one frame."""


class _Level:
    """The value at the start pose, learned: quick away from the target, slow towards it."""

    def __init__(self, towards: float, slow_s: float) -> None:
        self._towards, self._slow_s = towards, slow_s
        self.reset()

    def reset(self) -> None:
        self._level, self._t_s = math.nan, math.nan

    def step(self, t_s: float, value: float) -> float:
        """Take a reading; give it relative to the level."""
        if math.isnan(self._level):
            self._level, self._t_s = value, t_s
            return 0.0
        tau_s = self._slow_s if (value - self._level) * self._towards > 0.0 else _SETTLE_S
        self._level += (1.0 - math.exp(-(t_s - self._t_s) / tau_s)) * (value - self._level)
        self._t_s = t_s
        return value - self._level


@dataclass(frozen=True, slots=True)
class _Voter:
    columns: tuple[int, ...]
    """One column, or left and right."""
    rule: str
    start: float
    span: float
    weight: float
    level: _Level | None


def _voter(signal: Signal, baseline_s: float) -> _Voter:
    if signal.feature in SIDED_FEATURES:
        columns: tuple[int, ...] = (
            FEATURE_INDEX[f"{signal.feature}.left"],
            FEATURE_INDEX[f"{signal.feature}.right"],
        )
        if signal.side in ("left", "right"):
            columns = (columns[0 if signal.side == "left" else 1],)
    else:
        columns = (FEATURE_INDEX[signal.feature],)
    span = signal.target - signal.start
    level = _Level(span, baseline_s) if signal.feature in _ABSOLUTE else None
    return _Voter(columns, signal.side or "central", signal.start, span, signal.weight, level)


class PhaseReader:
    """Fuses an exercise's signals into one phase, or one per side."""

    def __init__(self, spec: ExerciseSpec, settings: SignalSettings, baseline_s: float) -> None:
        self._voters = tuple(_voter(signal, baseline_s) for signal in spec.signals)
        self._settings = settings
        self.sides: tuple[Side, ...] = (
            ("left", "right") if spec.kind == "alternating" else ("both",)
        )

    def reset(self) -> None:
        """Forget the person's levels, after a gap or a cut."""
        for voter in self._voters:
            if voter.level is not None:
                voter.level.reset()

    def read(
        self, t_s: float, values: Sequence[float], scores: Sequence[float]
    ) -> tuple[float, ...]:
        """Phase per entry of ``sides``; NaN where no voter saw its joints."""
        totals = [0.0] * len(self.sides)
        weights = [0.0] * len(self.sides)
        for voter in self._voters:
            votes = [self._vote(voter, column, t_s, values, scores) for column in voter.columns]
            if voter.rule == "each":
                for i, (phase, weight) in enumerate(votes):
                    totals[i] += phase * weight
                    weights[i] += weight
                continue
            phase, weight = _fuse(voter.rule, votes)
            for i in range(len(totals)):
                totals[i] += phase * weight
                weights[i] += weight
        return tuple(t / w if w > 0.0 else math.nan for t, w in zip(totals, weights, strict=True))

    def _vote(
        self,
        voter: _Voter,
        column: int,
        t_s: float,
        values: Sequence[float],
        scores: Sequence[float],
    ) -> tuple[float, float]:
        value, score = values[column], scores[column]
        if math.isnan(value) or score < self._settings.min_score:
            return 0.0, 0.0
        if voter.level is not None:
            value = voter.level.step(t_s, value)
        phase = (value - voter.start) / voter.span
        phase = min(max(phase, self._settings.low_clip), self._settings.high_clip)
        return phase, voter.weight * math.sqrt(score)


def _fuse(rule: str, votes: list[tuple[float, float]]) -> tuple[float, float]:
    seen = [(phase, weight) for phase, weight in votes if weight > 0.0]
    if not seen:
        return 0.0, 0.0
    if rule == "max":
        return max(seen)
    if rule == "min":
        return min(seen)
    if rule == "nearest":
        return max(seen, key=lambda vote: vote[1])
    total = sum(weight for _, weight in seen)
    return sum(phase * weight for phase, weight in seen) / total, total / len(seen)


class PhaseFilter:
    """Exponential average over time; keeps its value over a short gap, then forgets."""

    def __init__(self, smoothing_s: float) -> None:
        self._smoothing_s = smoothing_s
        self._value = math.nan
        self._t_s = math.nan

    def step(self, t_s: float, phase: float) -> float:
        """Take one reading (not NaN); give the smoothed phase."""
        if math.isnan(self._value):
            self._value = phase
        else:
            share = 1.0 - math.exp(-(t_s - self._t_s) / self._smoothing_s)
            self._value += share * (phase - self._value)
        self._t_s = t_s
        return self._value

    def reset(self) -> None:
        """Forget: the next reading is taken as it is."""
        self._value = math.nan
