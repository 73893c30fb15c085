"""Counts a movement that repeats, whatever it is.

A fixed set of motions is watched, each by its reversals; alike cycles in a row, in one
place, are a set. The motion that explains most gives the count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from aicoach.catalog.settings import counting_settings
from aicoach.features import FEATURE_INDEX
from aicoach.tracking.comparison import Comparer, CyclePoses, Describer
from aicoach.tracking.cycles import Cycle, CycleDetector
from aicoach.tracking.phases import PhaseFilter

if TYPE_CHECKING:
    from aicoach.catalog.recognition_settings import Motion, RecognitionSettings, UnknownSettings
    from aicoach.kinematics import Features
    from aicoach.tracking.history import History


@dataclass(slots=True)
class _Lane:
    """One motion and the cycles found in it."""

    column: int
    span: float
    filter: PhaseFilter
    detector: CycleDetector
    seen_s: float = -math.inf
    row: list[tuple[Cycle, CyclePoses]] = field(default_factory=list)
    """Alike cycles in a row, not yet a set or part of one."""
    counted: list[Cycle] = field(default_factory=list)
    is_set: bool = False

    @property
    def strength(self) -> float:
        """Time explained, times the size of the motion."""
        return sum(cycle.duration_s * cycle.amplitude for cycle in self.counted)


class PeriodicCounter:
    """Steps through features; keeps the cycles of the strongest periodic motion."""

    def __init__(self, settings: RecognitionSettings, history: History) -> None:
        self._settings: UnknownSettings = settings.unknown
        self._counting = counting_settings()
        self._history = history
        self._describer, self._comparer = Describer(settings), Comparer(settings)
        self._weight = np.ones(len(settings.columns))
        self._lanes = [self._lane(motion) for motion in settings.unknown.motions]
        self._leading: _Lane | None = None

    def _lane(self, motion: Motion) -> _Lane:
        return _Lane(
            column=FEATURE_INDEX[motion.feature],
            span=motion.span,
            filter=PhaseFilter(self._counting.signal.smoothing_s),
            detector=CycleDetector(self._settings.floor, self._counting.cycle),
        )

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        """The cycles that count, in order."""
        return tuple(self._leading.counted) if self._leading else ()

    def step(self, t_s: float, features: Features | None) -> None:
        """Take the features at ``t_s``, which are in the history already."""
        if features is None:
            return
        for lane in self._lanes:
            if features.scores.item(lane.column) < self._counting.signal.min_score:
                continue
            phase = features.values.item(lane.column) / lane.span
            if math.isnan(phase):
                continue
            if t_s - lane.seen_s > self._counting.cycle.gap_s:
                lane.filter.reset()
                lane.detector.reset()
                _end_row(lane)
            lane.seen_s = t_s
            cycle = lane.detector.step(t_s, lane.filter.step(t_s, phase))
            if cycle is not None:
                self._offer(lane, cycle)

    def _offer(self, lane: _Lane, cycle: Cycle) -> None:
        shortest, longest = self._settings.duration_s
        if not shortest <= cycle.duration_s <= longest or not self._in_place(cycle):
            _end_row(lane)
            return
        poses = self._describer.describe(cycle, self._history)
        if lane.row and not self._alike(lane.row[-1], (cycle, poses)):
            _end_row(lane)
        lane.row.append((cycle, poses))
        if lane.is_set:
            lane.counted.append(cycle)
        elif len(lane.row) >= self._settings.cycles:
            lane.is_set = True
            lane.counted += [one for one, _ in lane.row]
        leading = self._leading
        if lane.counted and (
            leading is None or lane.strength > self._settings.better * leading.strength
        ):
            self._leading = lane

    def _alike(self, one: tuple[Cycle, CyclePoses], other: tuple[Cycle, CyclePoses]) -> bool:
        (before, before_poses), (after, after_poses) = one, other
        s = self._settings
        pause_s = after.start_s - before.end_s
        return (
            pause_s <= s.pause_share * max(before.duration_s, after.duration_s)
            and _ratio(before.amplitude, after.amplitude) <= s.same_ratio
            and _ratio(before.duration_s, after.duration_s) <= s.same_ratio
            and self._comparer.of_motion(before_poses, after_poses, self._weight) <= s.unlike
        )

    def _in_place(self, cycle: Cycle) -> bool:
        window = self._history.between(cycle.start_s, cycle.end_s)
        place = self._counting.place
        for name, most in (("hip_x", place.settled_travel), ("log_scale", place.settled_approach)):
            values = window.values[:, FEATURE_INDEX[name]]
            values = values[np.isfinite(values)]
            if values.size > 1 and abs(values[-1] - values[0]) > most:
                return False
        return True


def _end_row(lane: _Lane) -> None:
    lane.row.clear()
    lane.is_set = False


def _ratio(one: float, other: float) -> float:
    big, small = max(one, other), min(one, other)
    return big / small if small > 0.0 else math.inf
