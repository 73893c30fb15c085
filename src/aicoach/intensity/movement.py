"""What the camera sees, against the limits of the exercise: range, pace, fatigue, falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.intensity.alerts import NOTHING, Alerts, cue_of, over
from aicoach.intensity.falls import FallWatch
from aicoach.intensity.fatigue import FatigueWatch
from aicoach.intensity.gestures import CrossedArms, unit_px_of
from aicoach.intensity.pace import PaceWatch
from aicoach.intensity.postures import Expected, expected_of
from aicoach.intensity.range_limit import RangeWatch
from aicoach.session_events import AlertLevel, IntensityAlert

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import Repetition, View
    from aicoach.intensity.settings import GuardSettings
    from aicoach.kinematics import Features
    from aicoach.limits import ExerciseLimits
    from aicoach.pose import Pose

HELD_LONG: Final = "HOLD-LONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionInput:
    """One frame, as far as the guard looks at it."""

    pose: Pose | None
    features: Features | None
    view: View = "unknown"
    people: int | None = None


class MovementWatch:
    """The exercise under way, if any.

    Attributes
    ----------
    falls
        The watch for falls, for reading.
    tension_s
        Time under tension of the session.
    """

    def __init__(self, settings: GuardSettings) -> None:
        self._settings = settings
        self.falls = FallWatch(settings.falls)
        self._crossed = CrossedArms(settings.gestures)
        self._limits: ExerciseLimits | None = None
        self._expected = Expected.ANY
        self._ranges: tuple[RangeWatch, ...] = ()
        self._pace: PaceWatch | None = None
        self._fatigue: FatigueWatch | None = None
        self._in_set = False
        self._tension_before_s = 0.0

    @property
    def cadence_per_min(self) -> float | None:
        """Repetitions a minute, over the newest."""
        return self._pace.cadence_per_min if self._pace is not None else None

    @property
    def tension_s(self) -> float:
        """Time under tension of the session, in seconds."""
        return self._tension_before_s + (self._pace.tension_s if self._pace else 0.0)

    def begin_exercise(
        self, t_s: float, limits: ExerciseLimits, spec: ExerciseSpec | None
    ) -> Alerts:
        """Another exercise: nothing of the one before holds."""
        found = self.end_set(t_s)
        if self._pace is not None:
            self._tension_before_s = self.tension_s
            found += over(t_s, "CADENCE"), over(t_s, "TEMPO")
            found += over(t_s, "FATIGUE-1"), over(t_s, "FATIGUE-2")
        self._limits = limits
        joints = (*((limits.joint,) if limits.joint else ()), *limits.more_joints)
        self._ranges = tuple(
            RangeWatch(
                joint,
                joint.hard_limit,
                self._settings.range,
                f"-{i}" if i > 1 else "",
                () if spec is None else spec.views,
            )
            for i, joint in enumerate(joints, start=1)
            if joint.hard_limit is not None
        )
        self._pace = PaceWatch(limits, self._settings.pace)
        rom = None if spec is None else spec.range_of_motion
        rest_deg = None if rom is None else rom.rest_deg
        self._fatigue = FatigueWatch(limits, self._settings.fatigue, rest_deg)
        self._expected = expected_of(spec)
        # Who is still on the mat of the exercise before is not taken for fallen.
        self.falls.expect(self._expected if self._expected is Expected.FLOOR else Expected.ANY)
        return found

    def begin_set(self, t_s: float) -> Alerts:
        """The resident works."""
        self._in_set = True
        self.falls.expect(self._expected, anew=False)
        if self._pace is None or self._fatigue is None:
            return NOTHING
        self._tension_before_s += self._pace.tension_s
        return self._pace.begin_set(t_s) + self._fatigue.begin_set(t_s) + (over(t_s, HELD_LONG),)

    def end_set(self, t_s: float) -> Alerts:
        """The resident rests; the range is not watched, falls are."""
        self._in_set = False
        if self._expected is not Expected.FLOOR:
            self.falls.expect(Expected.ANY, anew=False)
        return tuple(alert for watch in self._ranges for alert in watch.end(t_s))

    def moved(self, t_s: float, motion: MotionInput, *, falls: bool = True) -> tuple[Alerts, bool]:
        """Take one frame; the second value: the arms were crossed for "stop"."""
        features = motion.features
        found = self.falls.step(t_s, features) if falls else NOTHING
        if self._in_set:
            for watch in self._ranges:
                found += watch.step(t_s, features, motion.view)
        return found, self._crossed.step(t_s, motion.pose, unit_px_of(features))

    def repetition(self, t_s: float, rep: Repetition) -> Alerts:
        """Take one repetition of the set."""
        if self._pace is None or self._fatigue is None:
            return NOTHING
        hasty = self._pace.repetition(t_s, rep)
        tired = self._fatigue.repetition(t_s, rep)
        if any(not alert.cleared for alert in hasty):
            self._fatigue.begin_anew()
        return hasty + tired

    def holding(self, t_s: float, held_s: float) -> Alerts:
        """A position has been kept for ``held_s`` so far, or was when it ended."""
        limit = self._limits.longest_hold_s if self._limits is not None else None
        if limit is None or held_s < limit.value:
            return NOTHING
        return (
            IntensityAlert(
                t_s=t_s, rule=HELD_LONG, level=AlertLevel.REST, cue=cue_of(HELD_LONG),
                quantity="hold", value=round(held_s, 1), limit=limit.value, unit="s",
                author=limit.author, ends="set",
            ),
        )  # fmt: skip
