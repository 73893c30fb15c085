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

_PACE: Final = ("CADENCE", "TEMPO", "FATIGUE")
"""Beginnings of the rules that concern how, not whether, to go on."""
_RANGE: Final = ("RANGE",)
_RELIEF: Final = (("HR-HIGH", "heart_rate"), ("CADENCE", "cadence"))
"""Families of rules whose end deserves a kind word, and which."""


def priority_of(alert: IntensityAlert) -> CuePriority:
    """Whom the alert overtakes.

    Advice and pace wait their turn, a warning before a limit of the range overtakes
    corrections; everything else is safety, what is unknown to us included.
    """
    if alert.level is AlertLevel.NONE:
        return CuePriority.PACE
    if alert.level >= AlertLevel.REST:
        return CuePriority.SAFETY
    if alert.rule.startswith(_PACE):
        return CuePriority.PACE
    if alert.rule.startswith(_RANGE) and alert.level <= AlertLevel.WARN:
        return CuePriority.RANGE_LIMIT
    return CuePriority.SAFETY


def request_of(alert: IntensityAlert, phrases: Phrases, validity: ValiditySettings) -> CueRequest:
    """The request of an alert that is not cleared.

    INFORM is shown and not spoken, and so is advice that is meant for the staff.
    """
    priority = priority_of(alert)
    advice = alert.level is AlertLevel.NONE
    key, places = _words(alert, phrases)
    valid_for_s = {
        CuePriority.PACE: validity.advice_s if advice else validity.pace_s,
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
        show_only=alert.level is AlertLevel.INFORM or (advice and alert.notify_staff),
        level=alert.level,
    )


def family_of(alert: IntensityAlert) -> str:
    """Rungs of one ladder share a family; '' where the end of an alert needs no word."""
    families = [family for family, _ in _RELIEF if alert.rule.startswith(family)]
    return families[0] if families else ""


def relief_of(alert: IntensityAlert, validity: ValiditySettings) -> CueRequest:
    """A kind word when the last alert of a family is over."""
    return CueRequest(
        t_s=alert.t_s,
        key=f"coaching.relief.{dict(_RELIEF)[family_of(alert)]}",
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
