"""A set of an exercise that has no name: counted, timed, not judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.events import PhaseDurations, Repetition
from aicoach.tracking.decision import UNKNOWN
from aicoach.tracking.periodic import PeriodicCounter
from aicoach.tracking.tracker import Quality, SetSummary, TrackerUpdate
from aicoach.tracking.view import ViewEstimator

if TYPE_CHECKING:
    from aicoach.catalog.recognition_settings import RecognitionSettings
    from aicoach.events import View
    from aicoach.kinematics import Features
    from aicoach.tracking.cycles import Cycle
    from aicoach.tracking.history import History

_NO_PHASES: Final = PhaseDurations(
    eccentric_s=math.nan, bottom_hold_s=math.nan, concentric_s=math.nan, top_hold_s=math.nan
)
"""Which way gravity helps is not known of an unknown movement."""
_LONGEST_FRAME_S: Final = 0.5
"""Longer between two frames, and the person was not seen meanwhile."""


class UnknownSet:
    """Steps through features; counts whatever repeats."""

    def __init__(
        self, settings: RecognitionSettings, history: History, *, view: View | None
    ) -> None:
        self._counter = PeriodicCounter(settings, history)
        self._views, self._fixed_view = ViewEstimator(), view
        self._view: View = view or self._views.view
        self._first_s = self._last_s = math.nan
        self._frames = self._n_seen = 0
        self._present = False
        self._told = 0
        self.seen_s = 0.0
        """How long the person was seen."""

    @property
    def repeats(self) -> bool:
        """Whether a movement repeats."""
        return bool(self._counter.cycles)

    def step(self, t_s: float, features: Features | None) -> None:
        """Take a frame whose features are in the history already."""
        self._view = self._fixed_view or self._views.step(t_s, features)
        self._counter.step(t_s, features)
        if self._frames == 0:
            self._first_s = self._last_s = t_s
        self._frames += 1
        self._present = features is not None
        if self._present:
            self._n_seen += 1
            self.seen_s += min(t_s - self._last_s, _LONGEST_FRAME_S)
        self._last_s = t_s

    def update(self, t_s: float) -> TrackerUpdate:
        """What the newest frame changed; repetitions since the last update are its events."""
        repetitions = self._repetitions()
        fresh = repetitions[self._told :]
        self._told = max(self._told, len(repetitions))
        return TrackerUpdate(
            t_s=t_s,
            events=fresh,
            count=len(repetitions),
            phase_value=math.nan,
            phase=None,
            readiness="not_seen" if not self._present else "in_set" if repetitions else "ready",
            view=self._view,
            held_s=0.0,
        )

    def summary(self) -> SetSummary:
        """The set so far."""
        repetitions = self._repetitions()
        return SetSummary(
            exercise=UNKNOWN,
            kind="repetition",
            count=len(repetitions),
            repetitions=repetitions,
            rejected=(),
            holds=(),
            faults=(),
            not_assessed=(),
            view=self._view,
            quality=self._quality(),
        )

    def _repetitions(self) -> tuple[Repetition, ...]:
        return tuple(
            _repetition(index, cycle) for index, cycle in enumerate(self._counter.cycles, start=1)
        )

    def _quality(self) -> Quality:
        seen = self._n_seen / max(self._frames, 1)
        duration_s = self._last_s - self._first_s if self._frames > 1 else 0.0
        notes: tuple[str, ...] = ()
        if seen < 0.5:
            notes = ("often_not_seen",) if self._n_seen else ("nobody_found",)
        return Quality(
            frames=self._frames,
            seen_fraction=round(seen, 4),
            measured_fraction=round(seen, 4),
            duration_s=round(duration_s, 3),
            mean_fps=round((self._frames - 1) / duration_s, 2) if duration_s > 0 else 0.0,
            notes=notes,
        )


def _repetition(index: int, cycle: Cycle) -> Repetition:
    return Repetition(
        index=index,
        side="both",
        start_s=cycle.start_s,
        peak_s=cycle.peak_s,
        end_s=cycle.end_s,
        counted_s=cycle.end_s,
        phases=_NO_PHASES,
        range_left_deg=None,
        range_right_deg=None,
        range_deg=None,
        target_reached=None,
        asymmetry=None,
        peak_speed_deg_s=None,
        score=None,
    )
