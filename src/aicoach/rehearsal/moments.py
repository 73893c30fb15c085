"""Moments of a session, as a scenario names them, and when they came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from aicoach.session_events import (
    AnswerTaken,
    Asked,
    Cue,
    IntensityAlert,
    Paused,
    Resumed,
    ScreenChanged,
    SessionEnded,
    StaffNotified,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.session import SessionUpdate

_SHORT: Final[dict[str, tuple[type, str, dict[str, Any]]]] = {
    "alert": (IntensityAlert, "rule", {"cleared": False}),
    "cleared": (IntensityAlert, "rule", {"cleared": True}),
    "said": (Cue, "key", {"spoken": True}),
    "shown": (Cue, "key", {}),
    "question": (Asked, "question", {}),
    "answered": (AnswerTaken, "question", {}),
    "enters": (ScreenChanged, "screen", {}),
    "paused": (Paused, "by", {}),
    "resumed": (Resumed, "by", {}),
    "notified": (StaffNotified, "why", {}),
    "ended": (SessionEnded, "why", {}),
}
SHORT_FORMS: Final = frozenset(_SHORT)
"""Ways to name an event by its one telling field."""
STATES: Final = frozenset({"screen", "exercise", "set", "count"})
"""Where the session stands, as fields of its updates."""
BOUNDS: Final = frozenset({"above", "below", "at_least", "at_most", "contains", "one_of"})


@dataclass(frozen=True, slots=True)
class EventIs:
    """A kind of event with some of its fields."""

    kind: str
    """Name of its type."""
    where: tuple[tuple[str, Any], ...] = ()

    def fits(self, event: object) -> bool:
        """Whether an event is meant."""
        if type(event).__name__ != self.kind:
            return False
        return all(_fits(getattr(event, name), wanted) for name, wanted in self.where)


def event_is(given: Mapping[str, Any]) -> EventIs | None:
    """What is meant by ``alert = "HR-HIGH-1"`` or ``event = "SetEnded", where = {...}``."""
    where: dict[str, Any] = dict(given.get("where", {}))
    if "event" in given:
        return EventIs(str(given["event"]), tuple(where.items()))
    for name, (kind, field, fixed) in _SHORT.items():
        if name in given:
            return EventIs(kind.__name__, tuple({field: given[name], **fixed, **where}.items()))
    return None


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(value, Enum):
        value = value.name.lower() if isinstance(value.value, int) else value.value
    if not isinstance(wanted, dict):
        return bool(value == (tuple(wanted) if isinstance(wanted, list) else wanted))
    return all(_holds(value, name, bound) for name, bound in wanted.items())


def _holds(value: Any, name: str, bound: Any) -> bool:
    match name:
        case "one_of":
            return value in bound
        case "contains":
            return value is not None and bound in value
        case "above":
            return value is not None and bool(value > bound)
        case "below":
            return value is not None and bool(value < bound)
        case "at_least":
            return value is not None and bool(value >= bound)
        case "at_most":
            return value is not None and bool(value <= bound)
    raise ValueError(f"'{name}' bounds nothing; allowed: {', '.join(sorted(BOUNDS))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happens, ``after_s`` seconds later.

    Either an event, or that the session comes to stand where ``state`` says; without both,
    the beginning of the session.
    """

    event: EventIs | None = None
    state: tuple[tuple[str, Any], ...] = ()
    nth: int = 1
    after_s: float = 0.0


class MomentWatch:
    """Follows a session until a moment has come."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.came_s: float | None = None
        """When what is waited for happened; the moment itself is ``after_s`` later."""
        self._times = 0
        self._was = False

    @property
    def at_s(self) -> float | None:
        """When the moment is; None: it has not come yet."""
        return None if self.came_s is None else self.came_s + self.moment.after_s

    def step(self, update: SessionUpdate) -> None:
        """Take what one observation led to."""
        if self.came_s is not None:
            return
        for t_s in self._happens(update):
            self._times += 1
            if self._times == self.moment.nth:
                self.came_s = t_s
                return

    def _happens(self, update: SessionUpdate) -> Iterator[float]:
        moment = self.moment
        if moment.event is not None:
            for one in update.events:
                if moment.event.fits(one.event):
                    yield one.t_s
            return
        now = all(_stands(update, name, wanted) for name, wanted in moment.state)
        if now and not self._was:
            yield update.t_s
        self._was = now


def _stands(update: SessionUpdate, name: str, wanted: Any) -> bool:
    match name:
        case "screen":
            return bool(update.screen.value == wanted)
        case "exercise":
            return bool(update.exercise == wanted)
        case "set":
            return bool(update.set_number == wanted)
        case _:
            return bool(update.done >= wanted)
