"""Recognises which exercise is being done, and then counts and judges it as if asked for.

All exercises look at the same features. Until one of them explains the movement clearly
better than the other families do, a movement that repeats is counted as ``unknown``. Once
it has a name, everything seen so far is played to a fresh ``ExerciseTracker``, so that the
result is that of naming the exercise beforehand.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from aicoach.catalog.recognition_settings import recognition_settings
from aicoach.events import PhaseChange
from aicoach.kinematics import BodyScale, body_unit_px, features_of_pose
from aicoach.tracking.candidates import Candidates
from aicoach.tracking.decision import UNKNOWN, Decision, decide
from aicoach.tracking.tracker import ExerciseTracker, SetSummary, TrackerUpdate
from aicoach.tracking.unknown import UnknownSet

if TYPE_CHECKING:
    from aicoach.catalog import Catalog
    from aicoach.events import Event, View
    from aicoach.kinematics import Features
    from aicoach.pose import Pose


class AutoTracker:
    """Follows one set of an exercise that nobody named.

    Like ``ExerciseTracker``; the update in which an exercise gets its name carries the
    events of everything that was seen before. ``view`` overrides the estimated one.
    """

    def __init__(self, catalog: Catalog, *, view: View | None = None) -> None:
        self._catalog, self._fixed_view = catalog, view
        self._settings = recognition_settings()
        self._scale = BodyScale()
        self._candidates: Candidates | None = Candidates(catalog, self._settings)
        self._unknown = UnknownSet(self._settings, self._candidates.history, view=view)
        self._past: deque[tuple[float, Features | None]] = deque()
        self._decision = Decision()
        self._tracker: ExerciseTracker | None = None
        self._t_s = -math.inf

    @property
    def recognised(self) -> str:
        """Id of the exercise; 'unknown' until it is clear."""
        return self._decision.exercise

    @property
    def confidence(self) -> float:
        """How sure that is, [0, 1]; 0 while unknown."""
        return self._decision.confidence

    def step(self, t_s: float, pose: Pose | None) -> TrackerUpdate:
        """Take the pose at ``t_s`` seconds; None where nobody is at the station.

        Raises
        ------
        ValueError
            If time does not increase.
        """
        if t_s <= self._t_s:
            raise ValueError(f"time must increase: {t_s:g} s after {self._t_s:g} s")
        features = None
        if pose is not None:
            unit_px = body_unit_px(pose.image.xy_px(), pose.world.xyz_m)
            features = features_of_pose(pose, self._scale.step(t_s, float(unit_px)))
        return self.step_features(t_s, features)

    def step_features(self, t_s: float, features: Features | None) -> TrackerUpdate:
        """The same from features that somebody else has taken from the pose."""
        self._t_s = t_s
        if self._candidates is not None:
            self._remember(t_s, features)
            changed = self._candidates.step(t_s, features)
            self._unknown.step(t_s, features)
            if changed and self._name(self._candidates, ended=False):
                return self._replay()
        if self._tracker is None:
            return self._unknown.update(t_s)
        if self._decision.cycles >= self._settings.decision.settled_cycles:
            self._candidates = None
            self._past.clear()
        return self._tracker.step_features(t_s, features)

    def finish(self) -> TrackerUpdate:
        """The input ends: decide what still waits."""
        events: tuple[Event, ...] = ()
        if self._candidates is not None and math.isfinite(self._t_s):
            self._candidates.finish(self._t_s)
            if self._name(self._candidates, ended=True):
                events = self._replay().events
            self._candidates = None
        if self._tracker is None:
            return self._unknown.update(self._t_s if math.isfinite(self._t_s) else 0.0)
        last = self._tracker.finish()
        return replace(last, events=events + last.events)

    def summary(self) -> SetSummary:
        """The set so far, of the recognised exercise or of an ``unknown`` one."""
        return self._tracker.summary() if self._tracker else self._unknown.summary()

    # -- inside --------------------------------------------------------------------------

    def _remember(self, t_s: float, features: Features | None) -> None:
        self._past.append((t_s, features))
        while t_s - self._past[0][0] > self._settings.decision.remember_s:
            self._past.popleft()

    def _name(self, candidates: Candidates, *, ended: bool) -> bool:
        """Decide on the evidence; whether the name has changed."""
        settings, before = self._settings.decision, self._decision
        ranks = candidates.ranked()
        seen_s = self._unknown.seen_s
        decision = decide(
            ranks,
            candidates.longest_hold(),
            seen_s,
            settings,
            repeats=self._unknown.repeats,
            ended=ended,
        )
        if decision.exercise == UNKNOWN:
            return False
        if before.exercise not in (UNKNOWN, decision.exercise):
            now = next((r.score for r in ranks if r.exercise == before.exercise), math.inf)
            if decision.score > now - settings.switch:
                return False
        self._decision = decision
        return decision.exercise != before.exercise

    def _replay(self) -> TrackerUpdate:
        """Play the past to the tracker of the exercise that was recognised."""
        self._tracker = ExerciseTracker(self._catalog[self.recognised], view=self._fixed_view)
        events: list[Event] = []
        for t_s, features in self._past:
            update = self._tracker.step_features(t_s, features)
            events += [e for e in update.events if not isinstance(e, PhaseChange)]
        return replace(update, events=tuple(events))
