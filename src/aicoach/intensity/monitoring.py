"""Whether there is a heart rate at all, and what follows where there must be one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of, over
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.heart_rate import Freshness
    from aicoach.intensity.settings import GuardSettings

LOST, MUST_STOP = "HR-LOST", "STOP-8"


class MonitoringWatch:
    """Says that the rate was lost, pauses where it is required, and ends a long pause.

    Parameters
    ----------
    required
        Whether the session may not go on without a heart rate.
    """

    def __init__(self, settings: GuardSettings, *, required: bool) -> None:
        self._rules = settings.monitoring
        self._lost_limit_s = settings.signal.lost_s
        self._required = required
        self._fresh_s = math.nan
        """The newest moment with a rate, or the one from which one is owed."""
        self._back_s: float | None = None
        self._lost = False

    def begin(self, t_s: float) -> None:
        """From now on a rate is owed."""
        if math.isnan(self._fresh_s):
            self._fresh_s = t_s

    def link(self, t_s: float, *, up: bool) -> Alerts:
        """The sensor says itself that it is gone."""
        return NOTHING if up or math.isnan(self._fresh_s) else self._lose(t_s)

    def step(self, t_s: float, freshness: Freshness, rate_age_s: float) -> Alerts:
        """Take one moment; ``rate_age_s``: since the newest rate."""
        if math.isnan(self._fresh_s):
            return NOTHING
        if freshness == "ok":
            if not self._lost:
                self._fresh_s = t_s - rate_age_s
                return NOTHING
            if self._back_s is None:
                self._back_s = t_s
            if t_s - self._back_s >= self._rules.fresh_s:
                self._lost, self._back_s, self._fresh_s = False, None, t_s
                return over(t_s, MUST_STOP), over(t_s, LOST)
        elif freshness == "lost":
            self._back_s = None
        age_s = t_s - self._fresh_s
        if age_s <= self._lost_limit_s and not self._lost:
            return NOTHING
        found = self._lose(t_s)
        if self._required and age_s > self._rules.pause_after_s:
            found += (self._must_wait(t_s, age_s),)
        return found

    def _lose(self, t_s: float) -> Alerts:
        if self._lost:
            return NOTHING
        self._lost = True
        level = AlertLevel.WARN if self._required else AlertLevel.INFORM
        return (self._alert(t_s, LOST, level, t_s - self._fresh_s),)

    def _must_wait(self, t_s: float, age_s: float) -> IntensityAlert:
        ends = age_s > self._rules.pause_after_s + self._rules.end_after_pause_s
        return self._alert(t_s, MUST_STOP, AlertLevel.STOP if ends else AlertLevel.REST, age_s)

    def _alert(self, t_s: float, rule: str, level: AlertLevel, age_s: float) -> IntensityAlert:
        stops = level is AlertLevel.STOP
        limit_s = {
            AlertLevel.INFORM: self._lost_limit_s,
            AlertLevel.WARN: self._lost_limit_s,
            AlertLevel.REST: self._rules.pause_after_s,
            AlertLevel.STOP: self._rules.pause_after_s + self._rules.end_after_pause_s,
        }[level]
        return IntensityAlert(
            t_s=t_s,
            rule=rule,
            level=level,
            cue=cue_of(rule) + ("_wait" if level is AlertLevel.REST else ""),
            quantity="heart_rate_age",
            value=round(age_s, 1),
            limit=limit_s,
            unit="s",
            author=DEFAULT,
            inputs=(Input(name="required", value=self._required),),
            notify_staff=stops,
            ends="session" if stops else "nothing",
            pauses=level is AlertLevel.REST,
        )
