"""Signs of fatigue within a set, each against the person's own first repetitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of, over
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.events import Repetition
    from aicoach.intensity.settings import FatigueSettings
    from aicoach.limits import ExerciseLimits

TIRING, TIRED = "FATIGUE-1", "FATIGUE-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What fatigue shows in, of one repetition; None where it was not seen."""

    speed: float | None
    """Mean of the way against gravity: angle over time, deg/s, or ways a second."""
    duration_s: float
    """Both ways, without the pauses."""
    range_deg: float | None
    pause_s: float | None
    """Since the repetition before."""
    faulty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """How far one repetition is from the baseline."""

    speed_loss_pct: float | None = None
    duration_drift_pct: float | None = None
    range_loss_pct: float | None = None
    pause_ratio: float | None = None
    names: tuple[str, ...] = ()
    """Those beyond their bound."""


class FatigueWatch:
    """The repetitions of one set.

    Parameters
    ----------
    rest_deg
        The angle of the range of motion in the start pose; None: a way is a way.
    """

    def __init__(
        self, limits: ExerciseLimits, settings: FatigueSettings, rest_deg: float | None = None
    ) -> None:
        self._limits, self._rules = limits, settings
        self._rest_deg = rest_deg
        self._reps: list[Measures] = []
        self._last_end_s: dict[str, float] = {}
        self._tired = self._tiring = 0

    def begin_set(self, t_s: float) -> Alerts:
        """A new set begins rested."""
        self._reps, self._last_end_s = [], {}
        self._tired = self._tiring = 0
        return over(t_s, TIRING), over(t_s, TIRED)

    def repetition(self, t_s: float, rep: Repetition) -> Alerts:
        """Take one repetition; both sides of an alternating one follow each other."""
        before_s = self._last_end_s.get("any")
        self._last_end_s["any"] = rep.end_s
        self._reps.append(
            Measures(
                speed=self._speed(rep),
                duration_s=rep.phases.eccentric_s + rep.phases.concentric_s,
                range_deg=rep.range_deg,
                pause_s=None if before_s is None else max(rep.start_s - before_s, 0.0),
                faulty=any(fault.severity != "info" for fault in rep.faults),
            )
        )
        if len(self._reps) <= self._rules.baseline_of:
            return NOTHING
        signs = self._signs(self._reps)
        end_pct = self._rules.speed_end_trained_pct if self._limits.trained else None
        end_pct = end_pct or self._rules.speed_end_pct
        worn = signs.speed_loss_pct is not None and signs.speed_loss_pct >= end_pct
        self._tiring = self._tiring + 1 if signs.names else 0
        self._tired = self._tired + 1 if worn and len(signs.names) > 1 else 0
        if self._tired >= self._rules.in_a_row:
            return (self._alert(t_s, TIRED, AlertLevel.REST, signs, end_pct),)
        if self._tiring >= self._rules.in_a_row:
            return (self._alert(t_s, TIRING, AlertLevel.WARN, signs, self._rules.speed_warn_pct),)
        return NOTHING if self._tiring else (over(t_s, TIRING),)

    def begin_anew(self) -> None:
        """Who was just asked to slow down is compared with how it goes from now on."""
        self._reps = []
        self._tired = self._tiring = 0

    def _speed(self, rep: Repetition) -> float | None:
        """Mean, not peak: one jump of a keypoint is no speed."""
        way_s = rep.phases.concentric_s
        if not way_s > 0.0:
            return None
        if self._rest_deg is None:
            return 1.0 / way_s
        return None if rep.range_deg is None else abs(rep.range_deg - self._rest_deg) / way_s

    def _signs(self, reps: Sequence[Measures]) -> Signs:
        """The newest repetition against the best three of the first five."""
        rules, now = self._rules, reps[-1]
        first = reps[: int(rules.baseline_of)]
        best = int(rules.baseline_best)
        names = []
        speed = _of_best([m.speed for m in first], best, largest=True)
        loss = None
        if speed and now.speed is not None and not self._limits.slow_on_purpose:
            loss = 100.0 * (speed - now.speed) / speed
            if loss >= rules.speed_warn_pct:
                names.append("speed")
        duration_s = _of_best([m.duration_s for m in first], best, largest=False)
        drift = 100.0 * (now.duration_s / duration_s - 1.0) if duration_s else None
        if drift is not None and drift > rules.duration_drift_pct:
            names.append("duration")
        range_deg = _of_best([m.range_deg for m in first], best, largest=True)
        lost = None
        if range_deg and now.range_deg is not None:
            lost = 100.0 * (range_deg - now.range_deg) / range_deg
            if lost > rules.range_loss_pct:
                names.append("range")
        pause_s = _of_best([m.pause_s for m in first], best, largest=False)
        ratio = None
        if pause_s is not None and now.pause_s is not None:
            usual_s = max(pause_s, rules.least_pause_s)
            ratio = now.pause_s / usual_s
            if ratio > rules.pause_ratio:
                names.append("pause")
        recent = sum(m.faulty for m in reps[-int(rules.faulty_of) :])
        if recent >= rules.faulty and recent > sum(m.faulty for m in first[: int(rules.faulty_of)]):
            names.append("form")
        return Signs(
            speed_loss_pct=loss,
            duration_drift_pct=drift,
            range_loss_pct=lost,
            pause_ratio=ratio,
            names=tuple(names),
        )

    def _alert(
        self, t_s: float, rule: str, level: AlertLevel, signs: Signs, limit: float
    ) -> IntensityAlert:
        measured = (
            ("speed_loss", signs.speed_loss_pct, "%"),
            ("duration_drift", signs.duration_drift_pct, "%"),
            ("range_loss", signs.range_loss_pct, "%"),
            ("pause_ratio", signs.pause_ratio, ""),
        )
        return IntensityAlert(
            t_s=t_s,
            rule=rule,
            level=level,
            cue=cue_of(rule),
            quantity="fatigue",
            value=", ".join(signs.names),
            limit=limit,
            unit="%",
            author=DEFAULT,
            inputs=tuple(
                Input(name=name, value=None if value is None else round(value, 1), unit=unit)
                for name, value, unit in measured
            ),
            ends="set" if level is AlertLevel.REST else "nothing",
        )


def _of_best(values: Sequence[float | None], best: int, *, largest: bool) -> float | None:
    """Median of the best few; None unless so many were seen."""
    seen = sorted((value for value in values if value is not None), reverse=largest)[:best]
    return seen[len(seen) // 2] if len(seen) >= best else None
