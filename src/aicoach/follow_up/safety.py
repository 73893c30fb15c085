"""Safety events: the rule, what was measured, the limit, whose limit it was, what it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from aicoach.follow_up.followed import DatedAlert
    from aicoach.follow_up.wording import Words
    from aicoach.records import AlertRecord

GRAVE: Final = ("stop", "rest")
"""Levels that stand on the page of staff one by one; lesser ones are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert in words."""

    number: int
    """As it is numbered in the picture; 1 is the first."""
    at: datetime | None
    t_s: float
    session: str | None
    rule: str
    level: str
    level_text: str
    what: str
    """What was measured or told."""
    measured: str
    limit: str
    author: str
    during: str
    """The exercise; empty: none was on."""
    inputs: tuple[str, ...]
    ended: str
    said: str
    """What the resident heard; empty: nothing was said."""
    staff_told: bool
    lasted_s: float | None
    """Until it was over; None: it never was."""


def grave_events(alerts: tuple[DatedAlert, ...], words: Words) -> tuple[AlertLine, ...]:
    """The alerts that stopped something or asked for rest, the newest first."""
    grave = [one for one in alerts if one.alert.level in GRAVE]
    grave.sort(key=lambda one: one.at, reverse=True)
    return tuple(
        alert_line(one.alert, words, number=number, at=one.at, session=one.session)
        for number, one in enumerate(grave, start=1)
    )


def lesser_events(alerts: tuple[DatedAlert, ...], words: Words) -> tuple[tuple[str, int], ...]:
    """The other alerts by what was measured, and how often, the most frequent first."""
    counts: dict[str, int] = {}
    for one in alerts:
        if one.alert.level not in GRAVE:
            what = f"{words.quantity(one.alert.quantity)} ({one.alert.rule})"
            counts[what] = counts.get(what, 0) + 1
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def alert_line(
    alert: AlertRecord,
    words: Words,
    *,
    number: int,
    at: datetime | None = None,
    session: str | None = None,
) -> AlertLine:
    """One alert in words."""
    return AlertLine(
        number=number,
        at=at,
        t_s=alert.t_s,
        session=session,
        rule=alert.rule,
        level=alert.level,
        level_text=words.known(f"level.{alert.level}", alert.level),
        what=words.quantity(alert.quantity),
        measured=words.amount(alert.value, alert.unit),
        limit=words("no_limit") if alert.limit is None else words.amount(alert.limit, alert.unit),
        author=words.author(alert.author),
        during="" if alert.exercise is None else words.exercise(alert.exercise),
        inputs=tuple(
            words(
                "input_line", what=words.quantity(one.name), value=words.amount(one.value, one.unit)
            )
            for one in alert.inputs
        ),
        ended=words(f"ends.{alert.ends}"),
        said=alert.said or "",
        staff_told=alert.notify_staff,
        lasted_s=None if alert.cleared_s is None else alert.cleared_s - alert.t_s,
    )
