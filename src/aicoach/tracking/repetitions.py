"""Counts the repetitions of one exercise from features; judging form is elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final

from aicoach.catalog.settings import CountingSettings
from aicoach.catalog.spec import ExerciseSpec
from aicoach.events import Rejection, Side
from aicoach.kinematics import Features
from aicoach.tracking.confirmation import Confirmer, Verdict
from aicoach.tracking.cycles import Cycle, CycleDetector
from aicoach.tracking.evidence import Evidence, EvidenceReader
from aicoach.tracking.history import History
from aicoach.tracking.phases import PhaseFilter, PhaseReader

_SMALL: Final = 0.45
"""Share of the smallest believable swing from which a movement is worth a word."""


@dataclass(slots=True)
class _Lane:
    """The machines of one side."""

    side: Side
    filter: PhaseFilter
    detector: CycleDetector
    small: CycleDetector
    """Finds movements too small to be believed, so that they can be named."""
    turned_s: float = -math.inf
    """When the last whole cycle was found, counted or not."""
    last: Cycle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCycle:
    """A movement that was not counted."""

    side: Side
    start_s: float
    end_s: float
    reason: Rejection
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class CountUpdate:
    """What one step of the counter brought."""

    accepted: tuple[Evidence, ...] = ()
    rejected: tuple[RejectedCycle, ...] = ()
    waiting: tuple[Evidence, ...] = ()
    """Cycles that wait to be confirmed, where this step brought one."""
    phases: tuple[float, ...] = field(default=())
    """Smoothed phase per side; NaN where not seen."""


class RepetitionCounter:
    """Steps through features; gives accepted and rejected cycles as they are decided."""

    def __init__(
        self, spec: ExerciseSpec, settings: CountingSettings, *, target_share: float = 1.0
    ) -> None:
        """``target_share``: the prescribed range over the file's default range."""
        if spec.repetition is None:
            raise ValueError(f"{spec.id} has no repetitions")
        self._spec, self._settings = spec, settings
        self._reader = PhaseReader(spec, settings.signal, settings.cycle.baseline_s)
        scale = min(1.0, target_share)
        self._evidence = EvidenceReader(spec, settings, scale)
        self._confirmer = Confirmer(settings.confirm, spec.repetition, peak_scale=scale)
        floor = spec.repetition.min_amplitude * max(0.5, scale)
        steady = settings.cycle.model_copy(update={"swing_share": 0.0})
        self._lanes = tuple(
            _Lane(
                side,
                PhaseFilter(settings.signal.smoothing_s),
                CycleDetector(
                    floor,
                    settings.cycle,
                    at_target=spec.repetition.count_at == "target",
                    rearm_phase=spec.repetition.rearm_phase,
                ),
                CycleDetector(_SMALL * floor, steady),
            )
            for side in self._reader.sides
        )
        self.history = History(max(75.0, 1.2 * spec.repetition.duration_s[1]))
        self._first_seen_s = math.nan
        self._last_seen_s = math.nan
        self.count = 0

    def step(self, t_s: float, features: Features | None) -> CountUpdate:
        """Take the features at ``t_s``; None where nobody is at the station."""
        if features is None:
            return CountUpdate(phases=(math.nan,) * len(self._lanes))
        rejected: list[RejectedCycle] = []
        lost = math.isnan(self._last_seen_s) or (
            t_s - self._last_seen_s > self._settings.cycle.gap_s
        )
        accepted: list[Evidence] = []
        waiting: tuple[Evidence, ...] = ()
        if lost:
            accepted += self._arrivals(self._last_seen_s, rejected)
            rejected += self._lose_sight()
        raw = self._reader.read(t_s, features.values.tolist(), features.scores.tolist())
        if all(math.isnan(p) for p in raw):
            self.count += len(accepted)
            return CountUpdate(tuple(accepted), tuple(rejected), phases=raw)
        if lost:
            self._first_seen_s = t_s
        self._last_seen_s = t_s
        phases = tuple(
            math.nan if math.isnan(p) else lane.filter.step(t_s, p)
            for lane, p in zip(self._lanes, raw, strict=True)
        )
        seen = [p for p in phases if not math.isnan(p)]
        self.history.append(t_s, features.values, features.scores, max(seen))
        for lane, phase in zip(self._lanes, phases, strict=True):
            if math.isnan(phase):
                continue
            cycle = lane.detector.step(t_s, phase)
            small = lane.small.step(t_s, phase)
            if cycle is not None:
                lane.turned_s = t_s
                verdict = self._decide(lane, cycle)
                accepted += verdict.accepted
                rejected += [_named(*r) for r in verdict.rejected]
                waiting = self._confirmer.waiting
            rejected += self._too_small(lane, small)
        rejected += [_named(*r) for r in self._confirmer.close(t_s).rejected]
        self.count += len(accepted)
        return CountUpdate(tuple(accepted), tuple(rejected), waiting, phases)

    @property
    def moving(self) -> bool:
        """Whether a movement is under way on any side."""
        return any(lane.detector.under_way for lane in self._lanes)

    def ready(self, t_s: float) -> bool:
        """Whether the start pose is being held in place."""
        return self._evidence.held(self.history, t_s)

    def finish(self, t_s: float) -> CountUpdate:
        """The input ends at ``t_s``: give up what still waits."""
        rejected: list[RejectedCycle] = []
        accepted = self._arrivals(t_s, rejected)
        rejected += [
            _open(lane, replace(cycle, end_s=t_s), Rejection.ABORTED, "the input ended on the way")
            for lane in self._lanes
            if (cycle := lane.detector.open_cycle) is not None and cycle.duration_s > 0.0
        ]
        rejected += [_named(*r) for r in self._confirmer.close(math.inf).rejected]
        self.count += len(accepted)
        return CountUpdate(tuple(accepted), tuple(rejected), phases=(math.nan,) * len(self._lanes))

    def _arrivals(self, t_s: float, rejected: list[RejectedCycle]) -> list[Evidence]:
        """Decide the arrivals at the target that are still being completed."""
        accepted: list[Evidence] = []
        for lane in self._lanes:
            arrival = lane.detector.arrive(t_s)
            if arrival is not None:
                verdict = self._decide(lane, arrival)
                accepted += verdict.accepted
                rejected += [_named(*r) for r in verdict.rejected]
        return accepted

    def _lose_sight(self) -> list[RejectedCycle]:
        """Forget the movement under way; say which it was."""
        lost = []
        self._reader.reset()
        for lane in self._lanes:
            cycle = lane.detector.open_cycle
            if cycle is not None:
                lost.append(_open(lane, cycle, Rejection.LOST_FROM_SIGHT, "not seen on the way"))
            lane.filter.reset()
            lane.detector.reset()
            lane.small.reset()
        return lost

    def _decide(self, lane: _Lane, cycle: Cycle) -> Verdict:
        evidence = self._evidence.read(cycle, lane.side, self.history, self._first_seen_s)
        if evidence.rejection is Rejection.OTHER_MOVEMENT and self._confirmer.misread(evidence):
            lane.last = cycle
            return self._confirmer.accept(evidence)
        if evidence.rejection is not None:
            return Verdict(rejected=((evidence, evidence.rejection, evidence.detail),))
        if len(self._lanes) == 2 and self._same_movement(lane, cycle):
            return Verdict(
                rejected=((evidence, Rejection.OTHER_MOVEMENT, "both sides moved at once"),)
            )
        lane.last = cycle
        return self._confirmer.offer(evidence)

    def _too_small(self, lane: _Lane, cycle: Cycle | None) -> list[RejectedCycle]:
        """A movement in a set that stayed below what counts as one: said, not counted."""
        if cycle is None or self.count == 0 or lane.detector.under_way:
            return []
        known = cycle.peak_s <= lane.turned_s
        if known or not self._evidence.held(self.history, cycle.start_s):
            return []
        part = f"{cycle.peak:.0%} of the way to the target pose"
        return [_open(lane, cycle, Rejection.PARTIAL, part)]

    def _same_movement(self, lane: _Lane, cycle: Cycle) -> bool:
        other = next(x for x in self._lanes if x is not lane)
        if other.last is None:
            return False
        near = self._settings.cycle.same_movement * max(cycle.duration_s, 0.2)
        return abs(other.last.peak_s - cycle.peak_s) < near


def _named(evidence: Evidence, reason: Rejection, detail: str) -> RejectedCycle:
    cycle = evidence.cycle
    if reason is Rejection.NOT_CONFIRMED and "peak" in evidence.weak:
        reason, detail = Rejection.PARTIAL, f"{cycle.peak:.0%} of the way to the target pose"
    return RejectedCycle(
        side=evidence.side,
        start_s=cycle.start_s,
        end_s=cycle.end_s,
        reason=reason,
        detail=detail,
    )


def _open(lane: _Lane, cycle: Cycle, reason: Rejection, detail: str) -> RejectedCycle:
    return RejectedCycle(
        side=lane.side, start_s=cycle.start_s, end_s=cycle.end_s, reason=reason, detail=detail
    )
