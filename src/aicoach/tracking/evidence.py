"""What speaks for and against a cycle being a repetition of the exercise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from aicoach.events import Rejection
from aicoach.features import FEATURE_INDEX
from aicoach.tracking.gates import NEAR_S, GateReader, columns_of
from aicoach.tracking.place import PlaceReader
from aicoach.tracking.postures import PosturePair, posture_in
from aicoach.tracking.ranks import medians_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.catalog.settings import CountingSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import Side
    from aicoach.tracking.cycles import Cycle
    from aicoach.tracking.history import History, Window


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The verdict on one cycle before it is compared with others."""

    side: Side
    cycle: Cycle
    posture: PosturePair
    ready: bool
    """The start pose was held in place before the cycle."""
    opening: bool
    """The cycle stands at the very beginning of what was seen."""
    rejection: Rejection | None = None
    detail: str = ""
    weak: tuple[str, ...] = field(default=())
    """Why it is weak evidence; empty is good."""


class EvidenceReader:
    """Looks at a cycle's window in the history."""

    def __init__(self, spec: ExerciseSpec, settings: CountingSettings, peak_scale: float) -> None:
        if spec.repetition is None:
            raise ValueError(f"{spec.id} has no repetitions")
        self._spec, self._settings = spec, settings
        self._repetition = spec.repetition
        self._peak_scale = peak_scale
        self._gates = GateReader(spec, settings.sight.gate_score)
        self._place = PlaceReader(spec, settings)
        self._columns = sorted({c for s in spec.signals for c in columns_of(s)})
        names = list(FEATURE_INDEX)
        self._side_columns: dict[Side, list[int]] = {
            "left": [c for c in self._columns if names[c].endswith(".left")],
            "right": [c for c in self._columns if names[c].endswith(".right")],
        }

    def read(self, cycle: Cycle, side: Side, history: History, first_seen_s: float) -> Evidence:
        """Judge ``cycle`` by itself."""
        # While one side rests the other moves: its rest is read where it ends.
        rest_s = cycle.trough_s if side == "both" else cycle.start_s
        posture = PosturePair(
            posture_in(history.between(rest_s - NEAR_S, rest_s + NEAR_S), side),
            posture_in(history.between(cycle.peak_s - NEAR_S, cycle.peak_s + NEAR_S), side),
        )
        # What the other side finished before is not part of a one-sided cycle.
        first_s = cycle.start_s if side == "both" else cycle.left_s - NEAR_S
        window = history.between(first_s, cycle.end_s)
        score = _score(window, self._columns)
        rejection, detail = self._certain(cycle, side, window, history, score)
        return Evidence(
            side=side,
            cycle=cycle,
            posture=posture,
            ready=self.held(history, cycle.start_s),
            opening=self._opening(cycle, history, first_seen_s),
            rejection=rejection,
            detail=detail,
            weak=() if rejection else self._doubts(cycle, side, window, score),
        )

    def held(self, history: History, t_s: float) -> bool:
        """Whether the start pose was held in place until ``t_s``."""
        return self._place.held(history, t_s)

    def _opening(self, cycle: Cycle, history: History, first_seen_s: float) -> bool:
        """The first thing seen of this person: the cycle itself or the end of one before."""
        ready = self._settings.ready
        waited_s = cycle.start_s - first_seen_s
        if waited_s <= ready.opening_s:
            return True
        if waited_s > ready.opening_return_s:
            return False
        before = history.between(first_seen_s, first_seen_s + ready.opening_s).phase
        return bool(np.isfinite(before).any() and np.nanmax(before) >= ready.opening_phase)

    def _certain(
        self, cycle: Cycle, side: Side, window: Window, history: History, score: float
    ) -> tuple[Rejection | None, str]:
        """What alone is enough to refuse the cycle."""
        place, gates, settings = self._place, self._gates, self._settings
        stepping = history.between(cycle.left_s, cycle.end_s)
        arriving = history.between(cycle.start_s - settings.place.settled_s, cycle.end_s)
        looks: tuple[tuple[Rejection, Callable[[], str]], ...] = (
            (Rejection.TOO_FAST, lambda: self._too_fast(cycle)),
            (Rejection.TOO_SLOW, lambda: self._too_slow(cycle)),
            (Rejection.LOST_FROM_SIGHT, lambda: self._hidden(side, window, score)),
            (Rejection.WRONG_POSTURE, lambda: place.posture_problem(window, certain=True)),
            (Rejection.NOT_IN_PLACE, lambda: place.travel_problem(window)),
            (Rejection.NOT_IN_PLACE, lambda: place.step_problem(stepping, certain=True)),
            (Rejection.NOT_IN_PLACE, lambda: place.settling_problem(arriving)),
            (
                Rejection.OTHER_MOVEMENT,
                lambda: gates.problem(cycle, side, window, "other_movement"),
            ),
            (Rejection.PARTIAL, lambda: gates.problem(cycle, side, window, "partial")),
        )
        for reason, look in looks:
            problem = look()
            if problem:
                return reason, problem
        return None, ""

    def _too_fast(self, cycle: Cycle) -> str:
        shortest = self._repetition.duration_s[0]
        if self._repetition.count_at == "target":
            shortest *= 0.5  # only the way out has been seen
        if cycle.duration_s >= shortest:
            return ""
        return f"{cycle.duration_s:.2f} s, at least {shortest:g} s"

    def _too_slow(self, cycle: Cycle) -> str:
        longest = self._repetition.duration_s[1]
        if cycle.duration_s <= longest:
            return ""
        return f"{cycle.duration_s:.1f} s, at most {longest:g} s"

    def _hidden(self, side: Side, window: Window, score: float) -> str:
        sight = self._settings.sight
        lowest = sight.phantom_score
        if side != "both":  # one leg of two is easily made up when the picture ends at the waist
            lowest = sight.limb_score
            if self._spec.posture != "prone" and self._place.feet_hidden(window):
                return "both feet hidden or out of the picture"
            score = _score(window, self._side_columns[side])
        return f"joints seen with a score of {score:.2f}" if score < lowest else ""

    def _doubts(self, cycle: Cycle, side: Side, window: Window, score: float) -> tuple[str, ...]:
        """What makes the cycle weak evidence."""
        sight = self._settings.sight
        found = {
            "peak": cycle.peak < self._repetition.min_peak * self._peak_scale,
            "start": cycle.trough > self._settings.confirm.doubtful_start,
            "score": score < sight.doubtful_score,
            "posture": bool(self._place.posture_problem(window, certain=False)),
            "feet": bool(self._place.step_problem(window, certain=False)),
        }
        doubts = [name for name, doubtful in found.items() if doubtful]
        return (*doubts, *self._gates.doubts(cycle, side, window))


def _score(window: Window, columns: list[int]) -> float:
    """Median score of the best seen of ``columns``; 1 if there are none."""
    if not columns or not len(window):
        return 1.0
    return float(medians_of(window.scores[:, columns]).max())
