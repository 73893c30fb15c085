"""How an alert of the guard is spoken of: priority by what it concerns and how far it went."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.coaching.requests import CueRequest
from aicoach.session_events import AlertLevel, CuePriority

if TYPE_CHECKING:
    from aicoach.coaching.requests import Place
    from aicoach.coaching.settings import ValiditySettings
    from aicoach.phrases import Phrases
    from aicoach.session_events import IntensityAlert

_PACE: Final = (
    "cadence",
    "tempo",
    "velocity",
    "fatigue",
    "duration",
    "range_loss",
    "rest_between",
    "fault_rate",
    "time_under_tension",
    "heart_rate_low",
)
"""Beginnings of quantities that concern how, not whether, to go on."""
_RANGE: Final = ("range_of_motion", "knee_", "hip_", "shoulder_", "elbow_", "trunk_", "joint")
"""Beginnings of quantities with a hard limit of the range."""


def priority_of(alert: IntensityAlert) -> CuePriority:
    """Who the alert overtakes; what is unknown to us is safety."""
    if alert.level >= AlertLevel.REST:
        return CuePriority.SAFETY
    if alert.quantity.startswith(_PACE):
        return CuePriority.PACE
    if alert.quantity.startswith(_RANGE) and alert.level <= AlertLevel.WARN:
        return CuePriority.RANGE_LIMIT
    return CuePriority.SAFETY


def request_of(alert: IntensityAlert, phrases: Phrases, validity: ValiditySettings) -> CueRequest:
    """The request of an alert that is not cleared; INFORM is shown and not spoken."""
    priority = priority_of(alert)
    key, places = _words(alert, phrases)
    valid_for_s = {
        CuePriority.PACE: validity.pace_s,
        CuePriority.RANGE_LIMIT: validity.range_limit_s,
    }.get(priority, math.inf)
    return CueRequest(
        t_s=alert.t_s,
        key=key,
        priority=priority,
        places=places,
        rule=alert.rule,
        valid_for_s=valid_for_s,
        cause=alert.rule,
        show_only=alert.level <= AlertLevel.INFORM,
        level=alert.level,
    )


def relief_of(alert: IntensityAlert, validity: ValiditySettings) -> CueRequest:
    """A kind word when an alert is over."""
    kind = "other"
    if alert.quantity.startswith("heart_rate"):
        kind = "heart_rate"
    elif alert.quantity.startswith("cadence"):
        kind = "cadence"
    elif alert.quantity.startswith(_RANGE):
        kind = "range_of_motion"
    return CueRequest(
        t_s=alert.t_s,
        key=f"coaching.relief.{kind}",
        priority=CuePriority.PRAISE,
        valid_for_s=validity.praise_s,
        cause=alert.rule,
    )


def _words(alert: IntensityAlert, phrases: Phrases) -> tuple[str, tuple[tuple[str, Place], ...]]:
    """Key and places; an alert without words of its own is spoken of by its level."""
    given: dict[str, Place | bool | None] = {one.name: one.value for one in alert.inputs}
    given |= {
        "value": alert.value,
        "limit": alert.limit,
        "unit": alert.unit,
        "author": alert.author,
        "quantity": alert.quantity,
        "rule": alert.rule,
    }
    for key in (alert.cue, f"alerts.{alert.cue}"):
        if key not in phrases.by_key:
            continue
        wanted = sorted(phrases.places(key))
        values = [(name, given.get(name)) for name in wanted]
        places = tuple(
            (name, round(value) if isinstance(value, float) else value)
            for name, value in values
            if value is not None and not (isinstance(value, float) and not math.isfinite(value))
        )
        if len(places) == len(wanted):
            return key, places
    level = max(alert.level, AlertLevel.WARN)
    return f"coaching.alert.{level.name.lower()}", ()
