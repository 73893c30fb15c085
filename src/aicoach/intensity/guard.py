"""The guard of one session: everything measured, said and pressed, against its limits.

It may only slow or stop. Every input gives the alerts that are new; an alert names its
rule, what was measured, the limit, and who set it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.intensity.alerts import NOTHING, AlertBoard, Alerts, cue_of
from aicoach.intensity.dose import DoseMeter, MetMinutes
from aicoach.intensity.effort import EffortWatch
from aicoach.intensity.entered import MeasurementWatch
from aicoach.intensity.heart import HeartWatch
from aicoach.intensity.monitoring import MUST_STOP
from aicoach.intensity.movement import MotionInput, MovementWatch
from aicoach.intensity.settings import GuardSettings, guard_settings
from aicoach.intensity.trends import DriftAdvice, RecoveryNote, ResponseWatch
from aicoach.session_events import AlertLevel, IntensityAlert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import FormFault, Hold, Repetition
    from aicoach.intensity.effort import Symptom
    from aicoach.intensity.heart import Freshness, HeartState, Zone
    from aicoach.limits import ExerciseLimits, SessionLimits
    from aicoach.observations import Answer, Command, HeartRateLink, HeartRateSample

__all__ = ["GuardSummary", "IntensityGuard", "MotionInput"]

ASKED: Final = "STOP-7"
TOO_LONG: Final = "TIME-LONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSummary:
    """What a session amounted to, for its report."""

    main_s: float
    active_s: float
    in_zone_s: float
    above_zone_s: float
    coverage: float | None
    """Share of the main part with a heart rate; None without a main part."""
    met_minutes: MetMinutes
    highest_bpm: float | None
    highest_effort: float | None
    highest_pain: float | None
    symptoms: tuple[str, ...]
    tension_s: float
    """Time under tension of all sets."""
    faults: int
    """Faults of form that were reported."""
    alerts: tuple[tuple[str, int], ...]
    """Rule and how often it began."""
    notes: tuple[str, ...]
    """What could not be measured, and how often."""


class IntensityGuard:
    """Watches one session.

    Parameters
    ----------
    limits
        The strictest of plan, screening and computation, each with its author.
    symptoms
        What follows on which complaint; ``screening.symptoms.load_symptoms()``. One that
        does not stand there stops the session.
    """

    def __init__(
        self,
        limits: SessionLimits,
        *,
        symptoms: Mapping[str, Symptom] | None = None,
        settings: GuardSettings | None = None,
    ) -> None:
        settings = settings or guard_settings()
        self._limits, self._settings = limits, settings
        self._board = AlertBoard()
        self._heart = HeartWatch(limits.heart_rate, settings)
        self._effort = EffortWatch(limits.effort, settings, symptoms or {})
        self._measured = MeasurementWatch(settings)
        self._movement = MovementWatch(settings)
        self._drift = DriftAdvice(settings.trends)
        self._recovery = RecoveryNote(limits.heart_rate, settings.trends)
        self._response = ResponseWatch(settings.trends)
        self._dose = DoseMeter(settings.dose)
        self._now_s = -math.inf
        self._began_s: float | None = None
        self._main_s: float | None = None
        self._in_main = self._in_set = self._ended = self._paused = False
        self._faults = 0
        self._exercise: ExerciseLimits | None = None
        self._highest: dict[str, float] = {}
        self._began: Counter[str] = Counter()
        self._odd: Counter[str] = Counter()

    # What the session does

    def begin_warm_up(self, t_s: float) -> Alerts:
        """The resident starts to move."""
        self._advance(t_s)
        return self._begin()

    def begin_main(self, t_s: float) -> Alerts:
        """The main part begins: heart rate and zone count from here."""
        self._advance(t_s)
        if self._main_s is None:
            self._main_s = self._now_s
        self._in_main = True
        return self._begin()

    def begin_cool_down(self, t_s: float) -> Alerts:
        """The main part is over."""
        self._advance(t_s)
        self._in_main = self._in_set = False
        return self._begin()

    def end_session(self, t_s: float) -> Alerts:
        """The session is over: only falls and the answer after one still matter."""
        self._advance(t_s)
        self._in_main = self._in_set = False
        self._ended = True
        return self._post(self._movement.end_set(self._now_s))

    def begin_exercise(
        self, t_s: float, exercise: ExerciseLimits, spec: ExerciseSpec | None = None
    ) -> Alerts:
        """Another exercise with its own limits."""
        self._advance(t_s)
        self._exercise, self._in_set = exercise, False
        self._drift.begin()
        found = self._movement.begin_exercise(self._now_s, exercise, spec)
        found += self._effort.begin_exercise(self._now_s, exercise)
        return self._begin() + self._post(found)

    def begin_set(self, t_s: float) -> Alerts:
        """The resident works."""
        self._advance(t_s)
        self._in_set = True
        self._recovery.begin_set()
        self._response.begin()
        found = self._effort.begin_set(self._now_s) + self._movement.begin_set(self._now_s)
        return self._begin() + self._post(found)

    def end_set(self, t_s: float) -> Alerts:
        """The resident rests."""
        self._advance(t_s)
        if self._in_set:
            self._recovery.end_set(self._now_s, self.heart_rate_bpm)
        self._in_set = False
        return self._post(self._movement.end_set(self._now_s)) + self.tick(t_s)

    def pause(self, t_s: float) -> Alerts:
        """Everything waits: watched as before, and no time of exercise."""
        self._advance(t_s)
        self._paused = True
        return NOTHING

    def resume(self, t_s: float) -> Alerts:
        """It goes on."""
        self._advance(t_s)
        self._paused = False
        return NOTHING

    # What is observed

    def heart_rate(self, sample: HeartRateSample) -> Alerts:
        """One packet of the sensor."""
        self._advance(sample.t_s)
        if not math.isfinite(sample.t_s):
            self._odd["time_unknown"] += 1
            return NOTHING
        self._heart.may_encourage = self._may_encourage()
        rate, found = self._heart.take(sample, self._now_s)
        if rate is None or math.isnan(rate.bpm):
            return self._post(found)
        self._note_highest("bpm", rate.bpm)
        if not self._in_set:
            found += self._recovery.step(self._now_s, self.heart_rate_bpm)
        else:
            cadence, cap = self._movement.cadence_per_min, self._limits.heart_rate.hard_cap
            found += self._drift.step(self._now_s, rate.bpm, cadence)
            found += self._response.step(rate, cadence, None if cap is None else cap.value)
        return self._post(found)

    def link(self, link: HeartRateLink) -> Alerts:
        """The connection to the sensor changed."""
        self._advance(link.t_s)
        return self._post(self._heart.link(link, self._now_s))

    def moved(self, t_s: float, motion: MotionInput) -> Alerts:
        """One frame."""
        self._advance(t_s)
        if self._ended:
            return self._post(self._movement.falls.tick(self._now_s))
        begun = self._began_s is not None  # whoever adjusts the camera stoops and kneels
        found, crossed = self._movement.moved(self._now_s, motion, falls=begun)
        if crossed:
            found += (self._asked("gesture"),)
        return self._post(found)

    def repetition(self, rep: Repetition) -> Alerts:
        """One accepted repetition."""
        return self._post(self._movement.repetition(self._now_s, rep))

    def fault(self, _fault: FormFault) -> Alerts:
        """One fault of form: counted; correcting it is the coach's part."""
        self._faults += 1
        return NOTHING

    def holding(self, t_s: float, held_s: float) -> Alerts:
        """A position has been kept for ``held_s`` so far."""
        self._advance(t_s)
        return self._post(self._movement.holding(self._now_s, held_s))

    def hold(self, hold: Hold) -> Alerts:
        """A position was left."""
        return self._post(self._movement.holding(self._now_s, hold.duration_s))

    def answered(self, answer: Answer) -> Alerts:
        """The resident, or staff, entered something."""
        self._advance(answer.t_s)
        found = self._effort.answered(self._now_s, answer)
        found += self._measured.answered(self._now_s, answer, symptoms=bool(self._effort.symptoms))
        topic = answer.question.partition(".")[0]
        if topic == "effort" and self._effort.effort is not None:
            self._heart.ladder.effort(self._now_s, self._effort.effort)
            self._note_highest("effort", self._effort.effort)
        if topic == "pain" and self._effort.pain is not None:
            self._note_highest("pain", self._effort.pain)
        if topic == "are_you_ok":
            found += self._movement.falls.answered(self._now_s, well=answer.value is True)
        return self._post(found)

    def command(self, command: Command) -> Alerts:
        """Somebody asked for something; "stop" is obeyed at once."""
        self._advance(command.t_s)
        if command.name == "i_am_ok":
            return self._post(self._movement.falls.answered(self._now_s, well=True))
        return self._post((self._asked(command.by),)) if command.name == "stop" else NOTHING

    def tick(self, t_s: float) -> Alerts:
        """Time passed."""
        self._advance(t_s)
        now_s = self._now_s
        found = self._heart.tick(now_s) + self._movement.falls.tick(now_s) + self._too_long()
        if not self._in_set:
            found += self._recovery.step(now_s, self.heart_rate_bpm)
        return self._post(found)

    # What may be read

    @property
    def level(self) -> AlertLevel:
        """The gravest alert that is on."""
        return self._board.level

    @property
    def stopped(self) -> bool:
        """Whether the session must end."""
        return self.level is AlertLevel.STOP

    @property
    def pausing(self) -> str:
        """Rule because of which everything must wait; empty: none."""
        return self._board.pausing

    @property
    def left_s(self) -> float:
        """Seconds until the session must end; infinite before it began or without a limit."""
        if self._limits.longest_s is None or self._began_s is None:
            return math.inf
        return self._limits.longest_s.value - (self._now_s - self._began_s)

    @property
    def exercise(self) -> str | None:
        """Whose limits hold; None before the first."""
        return None if self._exercise is None else self._exercise.exercise

    @property
    def awaiting_answer(self) -> bool:
        """Whether the resident was asked if all is well, and has not answered."""
        return self._movement.falls.awaiting_answer

    @property
    def cadence_per_min(self) -> float | None:
        """Repetitions a minute, over the newest."""
        return self._movement.cadence_per_min

    @property
    def state(self) -> HeartState:
        """Where the heart rate stands."""
        return self._heart.state(self._now_s)

    @property
    def heart_rate_bpm(self) -> float | None:
        """Smoothed; None when there is none to trust."""
        return self._heart.signal.shown_bpm(self._now_s)

    @property
    def freshness(self) -> Freshness:
        """How old the newest heart rate is."""
        return self._heart.signal.freshness(self._now_s)

    @property
    def zone(self) -> Zone | None:
        """Where the heart rate lies in its window."""
        return self._heart.zone(self._now_s)

    @property
    def coverage(self) -> float | None:
        """Share of the main part that had a heart rate."""
        return self._dose.coverage

    @property
    def time_in_zone_s(self) -> float:
        """Seconds of the main part with the heart rate in its window."""
        return self._dose.in_zone_s

    @property
    def time_above_s(self) -> float:
        """Seconds of the main part above it."""
        return self._dose.above_s

    @property
    def met_minutes(self) -> MetMinutes:
        """Estimate for the sets done so far, as a band."""
        return self._dose.met_minutes

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be used, and how often."""
        counts = self._odd + self._heart.signal.notes
        return tuple(f"{what}: {count}" for what, count in sorted(counts.items()))

    def summary(self) -> GuardSummary:
        """What the session amounted to so far."""
        return GuardSummary(
            main_s=self._dose.main_s,
            active_s=self._dose.active_s,
            in_zone_s=self._dose.in_zone_s,
            above_zone_s=self._dose.above_s,
            coverage=self.coverage,
            met_minutes=self.met_minutes,
            highest_bpm=self._highest.get("bpm"),
            highest_effort=self._highest.get("effort"),
            highest_pain=self._highest.get("pain"),
            symptoms=tuple(self._effort.symptoms),
            tension_s=self._movement.tension_s,
            faults=self._faults,
            alerts=tuple(sorted(self._began.items())),
            notes=self.notes,
        )

    # Inside

    def _advance(self, t_s: float) -> None:
        """Move time on, never back; what happened in between is added up."""
        if not t_s > self._now_s:
            self._odd["time_not_later"] += t_s != self._now_s
            return
        if math.isfinite(self._now_s) and math.isfinite(t_s) and not self._paused:
            self._dose.step(
                t_s - self._now_s,
                main=self._in_main,
                measured=self.heart_rate_bpm is not None,
                zone=self.zone,
                met=self._exercise.met if self._in_set and self._exercise else None,
            )
        if math.isfinite(t_s):
            self._now_s = t_s

    def _begin(self) -> Alerts:
        if self._began_s is None:
            self._began_s = self._now_s
        self._heart.begin(self._now_s)
        return self.tick(self._now_s)

    def _may_encourage(self) -> bool:
        """Never in the first minutes, never after a complaint, in medical plans only if allowed."""
        if not self._in_main or not self._in_set or self._main_s is None:
            return False
        early = self._now_s - self._main_s < self._settings.ladder.low_not_before_s
        medical = self._limits.medical and not self._limits.may_encourage
        return not (early or medical or self._effort.symptoms or self.level > AlertLevel.NONE)

    def _asked(self, by: str) -> IntensityAlert:
        return IntensityAlert(
            t_s=self._now_s, rule=ASKED, level=AlertLevel.STOP, cue=cue_of(ASKED),
            quantity="command", value=by, limit=None, unit="", author="resident",
            notify_staff=True, ends="session",
        )  # fmt: skip

    def _too_long(self) -> Alerts:
        limit = self._limits.longest_s
        if (
            limit is None
            or self._ended
            or self._began_s is None
            or self._now_s - self._began_s < limit.value
        ):
            return NOTHING
        return (
            IntensityAlert(
                t_s=self._now_s, rule=TOO_LONG, level=AlertLevel.REST, cue=cue_of(TOO_LONG),
                quantity="session_length", value=round(self._now_s - self._began_s, 1),
                limit=limit.value, unit="s", author=limit.author, ends="session",
            ),
        )  # fmt: skip

    def _note_highest(self, what: str, value: float) -> None:
        self._highest[what] = max(value, self._highest.get(what, -math.inf))

    def _post(self, alerts: Iterable[IntensityAlert]) -> Alerts:
        if self.stopped or self._ended:  # nothing but a graver reason is said after a stop
            alerts = [a for a in alerts if a.level is AlertLevel.STOP and a.rule != MUST_STOP]
        new = self._board.post(alerts)
        self._began.update(alert.rule for alert in new if not alert.cleared)
        return new
