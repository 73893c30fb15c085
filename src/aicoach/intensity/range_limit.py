"""A joint against the range that must not be passed: a warning before it, an alert at it.

Only where the camera sees the plane in which the joint moves. Elsewhere the limit is not
supervised, and that is said: what is not seen is never good.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.features import FEATURE_INDEX
from aicoach.intensity.alerts import NOTHING, Alerts, over
from aicoach.intensity.held import Held
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.events import View
    from aicoach.intensity.settings import RangeSettings
    from aicoach.kinematics import Features
    from aicoach.limits import JointLimits, Limit

NEAR, PASSED, UNSEEN = "RANGE-NEAR", "RANGE-LIMIT", "RANGE-UNSEEN"
_FRONTAL: Final = ("abduction", "lateral", "outward", "lean", "tilt")
"""Parts of the names of features that are measured across the body, seen from the front."""


def views_of(feature: str) -> tuple[View, ...]:
    """From where a joint's range can be measured well enough for a limit."""
    if any(part in feature for part in _FRONTAL):
        return ("front",)
    return ("front", "side") if feature.startswith("shoulder_elevation") else ("side",)


class RangeWatch:
    """One joint of one exercise.

    Parameters
    ----------
    joint
        With a hard limit.
    mark
        Added to the rule ids when an exercise has several joints, e.g. ``-2``.
    asked_views
        How the exercise asks the resident to stand, the best first; nobody is asked to turn
        out of these. Empty: it does not ask.
    """

    def __init__(
        self,
        joint: JointLimits,
        limit: Limit,
        settings: RangeSettings,
        mark: str = "",
        asked_views: tuple[View, ...] = (),
    ) -> None:
        self._joint, self._limit, self._rules, self._mark = joint, limit, settings, mark
        self._sign = 1.0 if joint.direction == "at_most" else -1.0
        names = (f"{joint.feature}.left", f"{joint.feature}.right", joint.feature)
        self._columns = [FEATURE_INDEX[name] for name in names if name in FEATURE_INDEX]
        self._views = views_of(joint.feature)
        self._turn_to = next((v for v in asked_views or self._views if v in self._views), None)
        self._near, self._passed = Held(), Held()
        self._back, self._away = Held(), Held()
        self._unseen = Held()
        self._told = False
        self._on: set[str] = set()

    def step(self, t_s: float, features: Features | None, view: View) -> Alerts:
        """Take one frame of a set."""
        angle = self._angle(features) if view in self._views else math.nan
        unseen_s = self._unseen.step(t_s, math.isnan(angle))
        if math.isnan(angle):
            if unseen_s >= self._rules.clear_s:
                self._forget()
            if unseen_s < self._rules.unseen_s or self._told:
                return NOTHING
            self._told = True
            return self._begin(UNSEEN, self._alert(t_s, UNSEEN, AlertLevel.NONE, None, view))
        rules = self._rules
        beyond = self._sign * (angle - self._limit.value)
        near_s = self._near.step(t_s, beyond >= -rules.warn_deg)
        passed_s = self._passed.step(t_s, beyond >= 0.0)
        away_s = self._away.step(t_s, beyond < -rules.warn_deg - rules.clear_deg)
        back_s = self._back.step(t_s, beyond < -rules.clear_deg)
        found = self._end(t_s, UNSEEN)
        if passed_s >= rules.hold_s and PASSED not in self._on:
            found += self._begin(PASSED, self._alert(t_s, PASSED, AlertLevel.SLOW, angle, view))
        elif near_s >= rules.hold_s and not self._on:
            found += self._begin(NEAR, self._alert(t_s, NEAR, AlertLevel.WARN, angle, view))
        if back_s >= rules.clear_s:
            found += self._end(t_s, PASSED)
        if away_s >= rules.clear_s:
            found += self._end(t_s, NEAR)
        return found

    def end(self, t_s: float) -> Alerts:
        """The set is over."""
        self._forget()
        self._unseen.reset()
        return self._end(t_s, NEAR) + self._end(t_s, PASSED)

    def _forget(self) -> None:
        for clock in (self._near, self._passed, self._back, self._away):
            clock.reset()

    def _begin(self, rule: str, alert: IntensityAlert) -> Alerts:
        self._on.add(rule)
        return (alert,)

    def _end(self, t_s: float, rule: str) -> Alerts:
        if rule not in self._on:
            return NOTHING
        self._on.remove(rule)
        return (over(t_s, rule + self._mark),)

    def _angle(self, features: Features | None) -> float:
        """The side that went furthest, of those that are seen; NaN without one."""
        if features is None:
            return math.nan
        seen = [
            self._sign * features.values.item(column)
            for column in self._columns
            if features.scores.item(column) >= self._rules.score
            and math.isfinite(features.values.item(column))
        ]
        return self._sign * max(seen) if seen else math.nan

    def _how(self, rule: str, view: View) -> str:
        """Where the joint is not seen: what would help, as the ending of the cue's key."""
        if rule != UNSEEN:
            return ""
        if view in self._views:
            return ".hidden"
        return f".{self._turn_to or 'not_in_this_exercise'}"

    def _alert(
        self, t_s: float, rule: str, level: AlertLevel, angle: float | None, view: View
    ) -> IntensityAlert:
        return IntensityAlert(
            t_s=t_s,
            rule=rule + self._mark,
            level=level,
            cue=f"alerts.{rule.lower().replace('-', '_')}{self._how(rule, view)}",
            quantity=self._joint.feature,
            value=None if angle is None else round(angle, 1),
            limit=self._limit.value,
            unit="deg",
            author=self._limit.author,
            inputs=(
                Input(name="view", value=view),
                Input(name="limit_from", value=self._limit.source),
            ),
        )
