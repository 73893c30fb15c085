"""What holds in every session, whoever stands in front of it: the laws of the voice and of order.

Checked on what a session gave, not on how it came to it. Each law gives one line per breach.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.coaching import CORRECTIVE, coaching_settings
from aicoach.coaching.alerts import priority_of
from aicoach.session_events import (
    AlertLevel,
    Cue,
    CuePriority,
    IntensityAlert,
    LimitInForce,
    Screen,
    ScreenChanged,
    SessionEnded,
    SetBegan,
    SetEnded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aicoach.session import SessionUpdate

_EPSILON_S: Final = 1e-6
_OPENS_GAP: Final = CORRECTIVE | {CuePriority.RANGE_LIMIT, CuePriority.SAFETY}


def breaches(updates: Sequence[SessionUpdate]) -> list[str]:
    """Every breach of every law, in words; empty where all hold."""
    return [
        *safety_is_spoken_next(updates),
        *one_voice(updates),
        *one_correction_per_gap(updates),
        *nothing_after_the_end(updates),
        *never_without_limits(updates),
        *sets_are_closed(updates),
        *stops_stop(updates),
        *rests_rest(updates),
    ]


def spoken(updates: Sequence[SessionUpdate]) -> list[Cue]:
    """What was said, in order."""
    return [cue for update in updates for cue in update.cues if cue.spoken]


def safety_is_spoken_next(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """A safety alert begins to be said in its own step, unless one as grave is being said.

    Then it follows as the next words, or after others of safety.
    """
    waiting: list[IntensityAlert] = []
    speaking_until_s, speaking_level = -math.inf, AlertLevel.NONE
    for update in updates:
        new = [
            one.event
            for one in update.events
            if isinstance(one.event, IntensityAlert)
            and not one.event.cleared
            and priority_of(one.event) is CuePriority.SAFETY
            and one.event.level is not AlertLevel.INFORM
        ]
        waiting += new
        said = next((cue for cue in update.cues if cue.spoken), None)
        if said is None:
            gravest = max((alert.level for alert in waiting), default=AlertLevel.NONE)
            free = update.t_s >= speaking_until_s or gravest > speaking_level
            if waiting and free:
                rules = ", ".join(alert.rule for alert in waiting)
                yield f"{update.t_s:.2f} s: nothing is said although {rules} waits"
            continue
        if waiting and said.priority is not CuePriority.SAFETY:
            rules = ", ".join(alert.rule for alert in waiting)
            yield f"{said.t_s:.2f} s: '{said.key}' is said before {rules}"
        if said.priority is CuePriority.SAFETY:
            causes = said.cause.split(" + ")
            mine = [alert.level for alert in waiting if alert.rule in causes]
            # Safety that is no alert of the guard ranks as a stop, as the coach takes it.
            speaking_level = max(mine, default=AlertLevel.STOP)
            waiting = [alert for alert in waiting if alert.rule not in causes]
        else:
            speaking_level = AlertLevel.NONE
        speaking_until_s = said.until_s


def one_voice(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """At most one cue per step is spoken, and nothing while something is being said.

    Only safety and the range limit cut in, or what follows a silence that was asked for.
    """
    for update in updates:
        if sum(cue.spoken for cue in update.cues) > 1:
            yield f"{update.t_s:.2f} s: two cues are spoken in one step"
    previous: Cue | None = None
    for cue in spoken(updates):
        if previous is not None:
            overlaps = cue.t_s < previous.until_s - _EPSILON_S
            if overlaps and not cue.interrupts:
                yield f"{cue.t_s:.2f} s: '{cue.key}' over '{previous.key}'"
            if cue.interrupts and not overlaps:
                yield f"{cue.t_s:.2f} s: '{cue.key}' interrupts nothing"
        previous = cue


def one_correction_per_gap(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """After a correction, a range limit or safety, no correction for the gap."""
    gap_s = coaching_settings().voice.gap_s
    previous: Cue | None = None
    for cue in spoken(updates):
        if (
            previous is not None
            and cue.priority in CORRECTIVE
            and cue.t_s - previous.until_s < gap_s - _EPSILON_S
        ):
            yield f"{cue.t_s:.2f} s: '{cue.key}' {cue.t_s - previous.until_s:.2f} s after " + (
                f"'{previous.key}'"
            )
        if cue.priority in _OPENS_GAP:
            previous = cue


def nothing_after_the_end(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """One end, at the end; time never goes back."""
    events = [one for update in updates for one in update.events]
    ends = [i for i, one in enumerate(events) if isinstance(one.event, SessionEnded)]
    if len(ends) != 1:
        yield f"the session ended {len(ends)} times"
    elif ends[0] != len(events) - 1:
        after = ", ".join(type(one.event).__name__ for one in events[ends[0] + 1 :])
        yield f"after the end: {after}"
    last_s = -math.inf
    for update in updates:
        if update.t_s < last_s:
            yield f"{update.t_s:.2f} s comes after {last_s:.2f} s"
        last_s = update.t_s
        yield from (
            f"{one.t_s:.2f} s: {type(one.event).__name__} without a cause"
            for one in update.events
            if not one.cause
        )


def never_without_limits(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """Before the first set the limits of the session are known and written down."""
    known = False
    for one in (one for update in updates for one in update.events):
        known |= isinstance(one.event, LimitInForce)
        if isinstance(one.event, SetBegan) and not known:
            yield f"{one.t_s:.2f} s: a set begins without limits"


def sets_are_closed(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """Every set that began ended, before the next one and before the end."""
    open_set: SetBegan | None = None
    for one in (one for update in updates for one in update.events):
        if isinstance(one.event, SetBegan):
            if open_set is not None:
                yield f"{one.t_s:.2f} s: a set begins while {open_set.exercise} is open"
            open_set = one.event
        elif isinstance(one.event, SetEnded):
            if open_set is None or open_set.exercise != one.event.exercise:
                yield f"{one.t_s:.2f} s: a set ends that never began"
            open_set = None
        elif isinstance(one.event, SessionEnded) and open_set is not None:
            yield f"{one.t_s:.2f} s: the session ends with {open_set.exercise} open"


def stops_stop(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """After an alert that ends the session no exercise is shown, counted in or begun."""
    stopped = ""
    active = {Screen.DEMONSTRATION, Screen.COUNTDOWN, Screen.EXERCISE_SET, Screen.REST}
    for update in updates:
        for one in update.events:
            event = one.event
            if isinstance(event, IntensityAlert) and not event.cleared and event.ends == "session":
                stopped = stopped or event.rule
            if stopped and (
                isinstance(event, SetBegan)
                or (isinstance(event, ScreenChanged) and event.screen in active)
            ):
                yield f"{one.t_s:.2f} s: it goes on after {stopped}"
        if stopped and update.screen in active:
            yield f"{update.t_s:.2f} s: {update.screen.value} after {stopped}"


def rests_rest(updates: Sequence[SessionUpdate]) -> Iterator[str]:
    """No set begins while the guard asks for a rest."""
    on: dict[str, AlertLevel] = {}
    for one in (one for update in updates for one in update.events):
        event = one.event
        if isinstance(event, IntensityAlert):
            on[event.rule] = AlertLevel.NONE if event.cleared else event.level
        elif isinstance(event, SetBegan):
            rules = ", ".join(rule for rule, level in on.items() if level >= AlertLevel.REST)
            if rules:
                yield f"{one.t_s:.2f} s: a set begins against {rules}"
