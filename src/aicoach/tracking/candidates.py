"""Every exercise looks at the same person; what each of them finds is its evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from aicoach.catalog.recognition_settings import key_poses
from aicoach.catalog.settings import counting_settings
from aicoach.tracking.comparison import Comparer, Describer, Likeness
from aicoach.tracking.holds import HoldMachine
from aicoach.tracking.repetitions import RepetitionCounter
from aicoach.tracking.shared_history import LaneHistory, SharedHistory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog import Catalog
    from aicoach.catalog.recognition_settings import KeyPoses, RecognitionSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import Hold
    from aicoach.kinematics import Features
    from aicoach.tracking.evidence import Evidence
    from aicoach.tracking.history import History

_LONGEST_CYCLE_S: Final = 60.0
"""Longest duration that an exercise file asks for (baduanjin)."""
_RIVAL: Final = 0.4
"""Share of the most time explained from which an exercise's number of cycles matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """How well one exercise explains what was seen."""

    exercise: str
    kin: frozenset[str]
    """Exercises of its family, itself included: they are told apart least surely."""
    score: float
    """0 is a perfect explanation, 1 hardly one."""
    cycles: int
    explained_s: float
    density: float
    """Share of the time since its first cycle that it explains, ways back included."""
    longest_s: float
    """Its longest cycle."""


class _Repeating:
    """An exercise that repeats: its counter, and how alike its cycles are to its key poses."""

    def __init__(
        self, spec: ExerciseSpec, likeness: Likeness, history: History, way_out_share: float
    ) -> None:
        self.spec, self._likeness = spec, likeness
        self.kin: frozenset[str] = frozenset()
        self._counter = RepetitionCounter(spec, counting_settings())
        self._counter.history = history
        self._at_target = spec.repetition is not None and spec.repetition.count_at == "target"
        self._stretch = 1.0 / way_out_share if self._at_target else 1.0
        self._unlike: list[float] = []
        self._durations_s: list[float] = []
        self._n_weak = 0
        self.first_s = math.inf
        self._until_s = -math.inf
        self.explained_s = 0.0

    @property
    def longest_s(self) -> float:
        """Its longest cycle."""
        return max(self._durations_s, default=0.0)

    @property
    def cycles(self) -> int:
        """Accepted cycles."""
        return len(self._unlike)

    def step(self, t_s: float, features: Features | None, describer: Describer) -> bool:
        """Take a frame; whether a cycle was accepted."""
        return self._keep(self._counter.step(t_s, features).accepted, describer)

    def finish(self, t_s: float, describer: Describer) -> None:
        """The input ends."""
        self._keep(self._counter.finish(t_s).accepted, describer)

    @property
    def filled_s(self) -> float:
        """Time that it explains, with the ways back that it does not wait for."""
        return self._stretch * self.explained_s

    def score(
        self, longest_s: float, most: int, first_s: float, settings: RecognitionSettings
    ) -> float:
        """Its score.

        longest_s : what the best exercise explains; most : the cycles of those that explain
        nearly as much; first_s : when the first of these of its family began.
        """
        ranking = settings.ranking
        unexplained = max(0.0, 1.0 - self.filled_s / longest_s) if longest_s > 0.0 else 0.0
        return (
            median(self._unlike)
            + ranking.unexplained * unexplained
            + ranking.weak * self._n_weak / self.cycles
            + ranking.single * (self.cycles == 1 and most > 1)
            + ranking.late * self._is_late(first_s, ranking.late_share)
            + ranking.seldom.get(self.spec.pattern, 0.0)
            + ranking.pace * max(0.0, self._tempo_ratio() - math.log(ranking.same_pace))
        )

    def _is_late(self, first_s: float, share: float) -> bool:
        return self.first_s - first_s > share * median(self._durations_s)

    def is_twin(self, poses: KeyPoses, at_most: float) -> bool:
        """Whether these key poses are nearly its own."""
        return self._likeness.is_twin(poses, at_most)

    def _tempo_ratio(self) -> float:
        """How far the cycles are from the exercise's tempo, as a logarithm."""
        tempo = self.spec.tempo
        wanted_s = tempo.cycle_s
        if self._at_target:
            wanted_s = tempo.eccentric_s if tempo.outward == "eccentric" else tempo.concentric_s
        if wanted_s <= 0.0:
            return 0.0
        return abs(math.log(median(self._durations_s) / wanted_s))

    def _keep(self, accepted: tuple[Evidence, ...], describer: Describer) -> bool:
        for evidence in accepted:
            cycle = evidence.cycle
            self.first_s = min(self.first_s, cycle.start_s)
            poses = describer.describe(cycle, self._counter.history)
            self._unlike.append(self._likeness.unlikeness(poses))
            self._n_weak += bool(evidence.weak)
            self._durations_s.append(cycle.duration_s)
            self.explained_s += max(0.0, cycle.end_s - max(cycle.start_s, self._until_s))
            self._until_s = max(self._until_s, cycle.end_s)
        return bool(accepted)


class _Holding:
    """An exercise that is held."""

    def __init__(self, spec: ExerciseSpec) -> None:
        self.spec = spec
        self._machine = HoldMachine(spec)
        self._done_s = 0.0

    @property
    def held_s(self) -> float:
        """Seconds held in all."""
        return self._done_s + self._machine.held_s

    def step(self, t_s: float, features: Features | None) -> bool:
        """Take a frame; whether another second has been held."""
        before_s = self.held_s
        self._keep(self._machine.step(t_s, features))
        return int(self.held_s) > int(before_s)

    def finish(self, t_s: float) -> None:
        """The input ends."""
        self._keep(self._machine.finish(t_s))

    def _keep(self, holds: tuple[Hold, ...]) -> None:
        for hold in holds:
            if hold.accepted:
                self._done_s += hold.duration_s


class Candidates:
    """All exercises of the catalogue that have key poses, side by side on one history."""

    def __init__(self, catalog: Catalog, settings: RecognitionSettings) -> None:
        self._settings = settings
        self._t_s = -math.inf
        self._describer, comparer = Describer(settings), Comparer(settings)
        poses = key_poses()
        repeating = [s for s in catalog.values() if s.kind != "hold" and s.id in poses]
        self.history = SharedHistory(len(repeating), 1.25 * _LONGEST_CYCLE_S)
        self._repeating = [
            self._candidate(spec, lane, poses[spec.id], comparer)
            for lane, spec in enumerate(repeating)
        ]
        for one in self._repeating:
            one.kin = self._kin(one, poses)
        self._holding = [_Holding(spec) for spec in catalog.values() if spec.kind == "hold"]

    def _candidate(
        self, spec: ExerciseSpec, lane: int, poses: KeyPoses, comparer: Comparer
    ) -> _Repeating:
        likeness = Likeness(spec, poses, self._settings, comparer)
        history = LaneHistory(self.history, lane)
        return _Repeating(spec, likeness, history, self._settings.ranking.way_out_share)

    def _kin(self, one: _Repeating, poses: Mapping[str, KeyPoses]) -> frozenset[str]:
        twin = self._settings.decision.twin
        return frozenset(
            other.spec.id
            for other in self._repeating
            if other.spec.pattern == one.spec.pattern or one.is_twin(poses[other.spec.id], twin)
        )

    def step(self, t_s: float, features: Features | None) -> bool:
        """Take a frame; whether the evidence has changed."""
        self._t_s = t_s
        if features is not None:
            self.history.append(t_s, features.values, features.scores, math.nan)
        changed = False
        for exercise in self._repeating:
            changed |= exercise.step(t_s, features, self._describer)
        for hold in self._holding:
            changed |= hold.step(t_s, features)
        return changed

    def finish(self, t_s: float) -> None:
        """The input ends: what waits is decided."""
        for exercise in self._repeating:
            exercise.finish(t_s, self._describer)
        for hold in self._holding:
            hold.finish(t_s)

    def ranked(self) -> list[Rank]:
        """The exercises that counted something, best first."""
        found = [e for e in self._repeating if e.cycles]
        longest_s = max((e.filled_s for e in found), default=0.0)
        rivals = [e for e in found if e.filled_s > _RIVAL * longest_s]
        most = max((e.cycles for e in rivals), default=0)
        first_s = {
            e.spec.id: min((r.first_s for r in rivals if r.spec.id in e.kin), default=math.inf)
            for e in found
        }
        ranks = [
            Rank(
                exercise=e.spec.id,
                kin=e.kin,
                score=e.score(longest_s, most, first_s[e.spec.id], self._settings),
                cycles=e.cycles,
                explained_s=e.explained_s,
                density=e.filled_s / max(self._t_s - e.first_s, e.filled_s),
                longest_s=e.longest_s,
            )
            for e in found
        ]
        return sorted(ranks, key=lambda rank: (rank.score, rank.exercise))

    def longest_hold(self) -> tuple[str, float]:
        """The exercise that was held longest and the seconds; ('', 0.0) without one."""
        held = [(hold.held_s, hold.spec.id) for hold in self._holding]
        seconds, exercise = max(held, default=(0.0, ""))
        return (exercise, seconds) if seconds > 0.0 else ("", 0.0)
