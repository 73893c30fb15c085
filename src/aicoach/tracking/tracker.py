"""One exercise set of one person: poses in, counted and judged repetitions out.

The straight line of the core: features, view, counting or holding, form, events. Same
poses, same exercise file, same events; time is whatever the poses say it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from aicoach.catalog.settings import counting_settings
from aicoach.events import (
    FormFault,
    Hold,
    NotAssessed,
    PhaseChange,
    RejectedRepetition,
    Rejection,
    Repetition,
)
from aicoach.kinematics import BodyScale, body_unit_px, features_of_pose
from aicoach.tracking.form import FormJudge
from aicoach.tracking.holds import HoldMachine
from aicoach.tracking.judging import RepetitionJudge
from aicoach.tracking.parts import PhaseLabeler
from aicoach.tracking.repetitions import RepetitionCounter
from aicoach.tracking.view import ViewEstimator

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, Kind, OneSide
    from aicoach.events import Event, PhaseName, Side, View
    from aicoach.kinematics import Features
    from aicoach.pose import Pose
    from aicoach.tracking.evidence import Evidence
    from aicoach.tracking.repetitions import CountUpdate, RejectedCycle

Readiness = Literal["not_seen", "not_ready", "ready", "in_set"]
_IN_SET_S: Final = 6.0
"""How long after a repetition the person still counts as being in the set."""
_SIDES: Final = ("left", "right")
"""Order of the phases of an alternating exercise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerUpdate:
    """What one more pose changed."""

    t_s: float
    events: tuple[Event, ...]
    count: int
    phase_value: float
    """0 at the start pose, 1 at the target pose; NaN where not seen."""
    phase: PhaseName | None
    readiness: Readiness
    view: View
    held_s: float
    """Length of the hold under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How far the input can be trusted."""

    frames: int
    seen_fraction: float
    """Frames in which a person was found."""
    measured_fraction: float
    """Frames in which the joints of this exercise were visible enough to be used."""
    duration_s: float
    mean_fps: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSummary:
    """Everything that was counted, refused, judged and not judged."""

    exercise: str
    kind: Kind
    count: int
    repetitions: tuple[Repetition, ...]
    rejected: tuple[RejectedRepetition, ...]
    holds: tuple[Hold, ...]
    faults: tuple[FormFault, ...]
    not_assessed: tuple[NotAssessed, ...]
    view: View
    quality: Quality


class ExerciseTracker:
    """Follows one set of one exercise.

    ``target_rom_deg`` is the prescribed range: a repetition that stays short of it, less
    the file's measurement tolerance, is partial and not counted. ``view`` overrides the
    estimated one. ``side`` is the only one that counts, where the set asks for one.
    """

    def __init__(
        self,
        spec: ExerciseSpec,
        *,
        target_rom_deg: float | None = None,
        view: View | None = None,
        side: OneSide | None = None,
    ) -> None:
        self._spec, self._target_deg, self._fixed_view = spec, target_rom_deg, view
        self._side = side
        self._scale = BodyScale()
        self._views = ViewEstimator()
        self._form = FormJudge(spec)
        self._labeler = PhaseLabeler(spec)
        self._counter = (
            None
            if spec.kind == "hold"
            else RepetitionCounter(spec, counting_settings(), target_share=self._target_share())
        )
        self._judge = (
            None
            if self._counter is None
            else RepetitionJudge(spec, self._counter, self._form, target_rom_deg)
        )
        self._holder = HoldMachine(spec, side) if spec.kind == "hold" else None
        self._log = _SetLog(spec)
        self._phase: PhaseName | None = None
        self._t_s = -math.inf
        self._last_side: Side = "both" if side is None or spec.kind == "hold" else side

    def _target_share(self) -> float:
        rom = self._spec.range_of_motion
        if self._target_deg is None or rom is None:
            return 1.0
        return max(0.2, (self._target_deg - rom.rest_deg) / (rom.target_deg - rom.rest_deg))

    def step(self, t_s: float, pose: Pose | None) -> TrackerUpdate:
        """Take the pose at ``t_s`` seconds; None where nobody is at the station.

        Raises
        ------
        ValueError
            If time does not increase.
        """
        if t_s <= self._t_s:
            raise ValueError(f"time must increase: {t_s:g} s after {self._t_s:g} s")
        self._t_s = t_s
        features = None
        if pose is not None:
            unit_px = body_unit_px(pose.image.xy_px(), pose.world.xyz_m)
            features = features_of_pose(pose, self._scale.step(t_s, float(unit_px)))
        return self.step_features(t_s, features)

    def step_features(self, t_s: float, features: Features | None) -> TrackerUpdate:
        """The same from features that somebody else has taken from the pose."""
        self._t_s = t_s
        view = self._view(t_s, features)
        events: list[Event] = []
        if self._counter is not None:
            update = self._counter.step(t_s, features)
            phase_value = self._leading(update.phases)
            events += self._phase_events(t_s, phase_value)
            self._watch(features, view, in_repetition=self._counter.moving)
            events += self._decided(t_s, update, view)
            measured = not math.isnan(phase_value)
        else:
            events += self._hold_events(t_s, features, view)
            phase_value = math.nan
            measured = features is not None
        self._log.add(t_s, events, seen=features is not None, measured=measured)
        return self._update(t_s, tuple(events), phase_value, features, view)

    def finish(self) -> TrackerUpdate:
        """The input ends: decide what still waits, close what is open."""
        t_s, view = self._t_s, self._view_now()
        if not math.isfinite(t_s):
            return self._update(0.0, (), math.nan, None, view)
        if self._counter is not None:
            events = self._decided(t_s, self._counter.finish(t_s), view)
        else:
            events = list(self._holder.finish(t_s)) if self._holder else []
        self._log.keep(events)
        return self._update(t_s, tuple(events), math.nan, None, view)

    def summary(self) -> SetSummary:
        """The set so far."""
        return self._log.summary(self._view_now())

    # -- inside --------------------------------------------------------------------------

    def _view(self, t_s: float, features: Features | None) -> View:
        estimated = self._views.step(t_s, features)
        return self._fixed_view or estimated

    def _view_now(self) -> View:
        return self._fixed_view or self._views.view

    def _phase_events(self, t_s: float, phase_value: float) -> list[Event]:
        phase = self._labeler.step(t_s, phase_value)
        changed = phase is not None and phase != self._phase
        self._phase = phase
        if not changed or phase is None:
            return []
        return [PhaseChange(t_s=t_s, phase=phase)]

    def _watch(
        self, features: Features | None, view: View, *, in_repetition: bool
    ) -> tuple[FormFault, ...]:
        if features is None:
            return ()
        return self._form.step(features, self._phase, self._last_side, view, in_repetition)

    def _hold_events(self, t_s: float, features: Features | None, view: View) -> list[Event]:
        if self._holder is None:
            return []
        events: list[Event] = list(self._holder.step(t_s, features))
        events += self._watch(features, view, in_repetition=self._holder.holding)
        return events

    def _decided(self, t_s: float, update: CountUpdate, view: View) -> list[Event]:
        judge = self._judge
        if judge is None:
            raise RuntimeError("a hold has no repetitions")
        events: list[Event] = []
        index = self._log.count
        for evidence in update.waiting:
            judge.look(evidence, view)
        for evidence in update.accepted:
            if self._side is not None and evidence.side not in (self._side, "both"):
                events.append(_of_other_side(evidence))
                continue
            judged = judge.judge(t_s, evidence, view, index + 1, self._log.last_counted_s)
            if isinstance(judged.event, Repetition):
                index += 1
                self._log.judged(judged.not_assessed)
            events.append(judged.event)
            self._last_side = evidence.side
        events += [_rejected(cycle) for cycle in update.rejected]
        return events

    def _leading(self, phases: tuple[float, ...]) -> float:
        """The phase of the side that is asked for, or of the one that is further on."""
        if self._side is not None and len(phases) == len(_SIDES):
            return phases[_SIDES.index(self._side)]
        seen = [p for p in phases if not math.isnan(p)]
        return max(seen) if seen else math.nan

    def _readiness(self, t_s: float, features: Features | None) -> Readiness:
        if features is None:
            return "not_seen"
        if self._holder is not None:
            return "in_set" if self._holder.holding else "not_ready"
        if t_s - self._log.last_counted_s <= _IN_SET_S:
            return "in_set"
        return "ready" if self._counter is not None and self._counter.ready(t_s) else "not_ready"

    def _update(
        self,
        t_s: float,
        events: tuple[Event, ...],
        phase_value: float,
        features: Features | None,
        view: View,
    ) -> TrackerUpdate:
        return TrackerUpdate(
            t_s=t_s,
            events=events,
            count=self._log.count,
            phase_value=phase_value,
            phase=self._phase,
            readiness=self._readiness(t_s, features),
            view=view,
            held_s=self._holder.held_s if self._holder is not None else 0.0,
        )


class _SetLog:
    """Keeps what the summary needs, and numbers the repetitions."""

    def __init__(self, spec: ExerciseSpec) -> None:
        self._spec = spec
        self.count = 0
        self.last_counted_s = -math.inf
        self._repetitions: list[Repetition] = []
        self._rejected: list[RejectedRepetition] = []
        self._holds: list[Hold] = []
        self._faults: list[FormFault] = []
        self._missed: dict[str, tuple[int, NotAssessed]] = {}
        self._judged = 0
        self._frames = self._seen = self._measured = 0
        self._first_s = self._last_s = math.nan

    def add(self, t_s: float, events: list[Event], *, seen: bool, measured: bool) -> None:
        """One frame and what it brought."""
        if math.isnan(self._first_s):
            self._first_s = t_s
        self._last_s = t_s
        self._frames += 1
        self._seen += seen
        self._measured += measured
        self.keep(events)

    def keep(self, events: list[Event]) -> None:
        """File the events."""
        for event in events:
            if isinstance(event, Repetition):
                self.count += 1
                self.last_counted_s = event.counted_s
                self._repetitions.append(event)
                self._faults += event.faults
            elif isinstance(event, RejectedRepetition):
                self._rejected.append(event)
            elif isinstance(event, Hold):
                self._holds.append(event)
            elif isinstance(event, FormFault):
                self._faults.append(event)

    def judged(self, missed: tuple[NotAssessed, ...]) -> None:
        """What a judged repetition could not be judged on."""
        self._judged += 1
        for one in missed:
            times, _ = self._missed.get(one.rule, (0, one))
            self._missed[one.rule] = (times + 1, one)

    def summary(self, view: View) -> SetSummary:
        return SetSummary(
            exercise=self._spec.id,
            kind=self._spec.kind,
            count=self.count,
            repetitions=tuple(self._repetitions),
            rejected=tuple(sorted(self._rejected, key=lambda r: r.start_s)),
            holds=tuple(self._holds),
            faults=tuple(self._faults),
            not_assessed=self._not_assessed(view),
            view=view,
            quality=self._quality(),
        )

    def _not_assessed(self, view: View) -> tuple[NotAssessed, ...]:
        if self._judged:
            return tuple(one for times, one in self._missed.values() if times == self._judged)
        return tuple(
            NotAssessed(rule=rule.id, reason="view", needs=rule.views)
            for rule in self._spec.form_rules
            if view not in rule.views
        )

    def _quality(self) -> Quality:
        frames = max(self._frames, 1)
        duration_s = self._last_s - self._first_s if self._frames > 1 else 0.0
        seen, measured = self._seen / frames, self._measured / frames
        notes = []
        if self._seen == 0:
            notes.append("nobody_found")
        elif seen < 0.5:
            notes.append("often_not_seen")
        elif measured < 0.5 * seen:
            notes.append("joints_often_hidden")
        return Quality(
            frames=self._frames,
            seen_fraction=round(seen, 4),
            measured_fraction=round(measured, 4),
            duration_s=round(duration_s, 3),
            mean_fps=round((self._frames - 1) / duration_s, 2) if duration_s > 0 else 0.0,
            notes=tuple(notes),
        )


def _of_other_side(evidence: Evidence) -> RejectedRepetition:
    return RejectedRepetition(
        side=evidence.side,
        start_s=evidence.cycle.start_s,
        end_s=evidence.cycle.end_s,
        reason=Rejection.OTHER_SIDE,
        detail=f"the {evidence.side} side; this set is for the other one",
    )


def _rejected(cycle: RejectedCycle) -> RejectedRepetition:
    return RejectedRepetition(
        side=cycle.side,
        start_s=cycle.start_s,
        end_s=cycle.end_s,
        reason=cycle.reason,
        detail=cycle.detail,
    )
