"""How fast: repetitions a minute against their cap, phases against the prescribed tempo."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

from aicoach.intensity.alerts import NOTHING, Alerts, cue_of, over
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.events import Repetition
    from aicoach.intensity.settings import PaceSettings
    from aicoach.limits import ExerciseLimits, Limit

CADENCE, TEMPO = "CADENCE", "TEMPO"


class PaceWatch:
    """The repetitions of one set.

    Attributes
    ----------
    cadence_per_min
        60 over the median of the newest intervals; None before there are enough.
    tension_s
        Time under tension: both ways and the turning point of every repetition.
    """

    def __init__(self, limits: ExerciseLimits, settings: PaceSettings) -> None:
        self._limits, self._rules = limits, settings
        self._ends_s: deque[float] = deque(maxlen=int(settings.intervals) + 1)
        self._hasty: deque[bool] = deque(maxlen=int(settings.tempo_of))
        self.cadence_per_min: float | None = None
        self.tension_s = 0.0

    def begin_set(self, t_s: float) -> Alerts:
        """A new set: nothing from before counts."""
        self._ends_s.clear()
        self._hasty.clear()
        self.cadence_per_min = None
        self.tension_s = 0.0
        return over(t_s, CADENCE), over(t_s, TEMPO)

    def repetition(self, t_s: float, rep: Repetition) -> Alerts:
        """Take one repetition."""
        self.tension_s += (
            rep.phases.eccentric_s + rep.phases.bottom_hold_s + rep.phases.concentric_s
        )
        return self._judge_cadence(t_s, rep) + self._judge_tempo(t_s, rep)

    def _judge_cadence(self, t_s: float, rep: Repetition) -> Alerts:
        if self._ends_s and rep.end_s <= self._ends_s[-1]:
            return NOTHING  # the other side of the same movement
        self._ends_s.append(rep.end_s)
        ends = list(self._ends_s)
        intervals = sorted(b - a for a, b in pairwise(ends))
        if len(intervals) < self._rules.least_intervals:
            return NOTHING
        middle = len(intervals) // 2
        median = (intervals[middle] + intervals[-middle - 1]) / 2.0
        self.cadence_per_min = 60.0 / median
        cap = self._limits.cadence_per_min
        if cap is None:
            return NOTHING
        if self.cadence_per_min <= cap.value:
            return (over(t_s, CADENCE),)
        return (self._alert(t_s, CADENCE, self.cadence_per_min, cap, "1/min"),)

    def _judge_tempo(self, t_s: float, rep: Repetition) -> Alerts:
        tempo, rules = self._limits.tempo, self._rules
        if tempo is None:
            return NOTHING
        shares = [
            taken / asked
            for taken, asked in (
                (rep.phases.eccentric_s, tempo.eccentric_s),
                (rep.phases.concentric_s, tempo.concentric_s),
            )
            if asked >= rules.tempo_least_s and taken > 0.0  # 0 s was not measured
        ]
        if not shares:
            return NOTHING
        fastest = min(shares)
        self._hasty.append(fastest < 1.0 - rules.tempo_tolerance)
        fast = fastest < 1.0 - rules.tempo_fast
        if sum(self._hasty) < rules.tempo_hasty and not fast:
            return NOTHING if self._hasty[-1] else (over(t_s, TEMPO),)
        return (
            IntensityAlert(
                t_s=t_s, rule=TEMPO, level=AlertLevel.WARN, cue=cue_of(TEMPO),
                quantity="phase_share", value=round(fastest, 2),
                limit=1.0 - rules.tempo_tolerance, unit="of the tempo",
                author="resident plan",
                inputs=(
                    Input(name="eccentric", value=round(rep.phases.eccentric_s, 2), unit="s"),
                    Input(name="concentric", value=round(rep.phases.concentric_s, 2), unit="s"),
                ),
            ),
        )  # fmt: skip

    @staticmethod
    def _alert(t_s: float, rule: str, value: float, limit: Limit, unit: str) -> IntensityAlert:
        return IntensityAlert(
            t_s=t_s, rule=rule, level=AlertLevel.WARN, cue=cue_of(rule), quantity="cadence",
            value=round(value, 1), limit=limit.value, unit=unit, author=limit.author,
            inputs=(Input(name="limit_from", value=limit.source),),
        )  # fmt: skip
