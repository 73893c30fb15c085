"""What somebody asks for and must wait: the guard and the camera come before any button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.session.closing import Stopped
from aicoach.session.exercise import Countdown, Demonstration, ExerciseSet
from aicoach.session.presence import AWAY, CAMERA
from aicoach.session.resting import Rest
from aicoach.session_events import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.observations import CommandName
    from aicoach.session.room import Room
    from aicoach.session.stage import Stage

HELD: Final = "session.pause.held"
_ONWARD: Final = frozenset({"resume", "start", "skip", "repeat"})
_UNSEEN: Final = {CAMERA: "session.camera.lost_picture", AWAY: "session.away.come_back"}


def refusal(room: Room, stage: Stage | None, name: CommandName) -> str:
    """Phrase that says why a command has to wait; empty: nothing is against it.

    Slower, a pause and the end are never refused.
    """
    if name not in _ONWARD:
        return ""
    if room.guard is not None and room.guard.pausing:
        return HELD
    if room.paused_by in _UNSEEN and room.sight.pose is None:
        return _UNSEEN[room.paused_by]
    if name == "resume":
        return ""
    if isinstance(stage, Stopped) and stage.waits_for_word(room):
        return "session.are_you_ok.question"
    between = isinstance(stage, (Demonstration, Countdown, Rest))
    last = isinstance(stage, Rest) and stage.last
    if between and not last and at_least(room, AlertLevel.SLOW):
        return "session.rest.longer"
    return ""


def at_least(room: Room, level: AlertLevel) -> bool:
    """Whether the guard asks for so much now."""
    return room.guard is not None and room.guard.level >= level


def to_repeat(stage: Stage, past: Sequence[Stage]) -> list[Stage]:
    """What to do again: this set, what is being shown, or the set before this rest.

    A set is always counted in again; ``past`` holds the parts that were left, oldest first.
    """
    if isinstance(stage, Countdown) and stage.block is not None:
        return [Demonstration(stage.block), stage]
    if isinstance(stage, ExerciseSet) and stage.block is not None:
        return [Countdown(stage.block), stage]
    last = next((one for one in reversed(past) if isinstance(one, ExerciseSet)), None)
    if isinstance(stage, Demonstration) or last is None or last.block is None:
        return [stage]
    return [Countdown(last.block), last, stage]


def rest_before(stage: Stage, room: Room) -> list[Stage]:
    """What comes first while the guard wants a rest: nobody is counted in against it."""
    if not at_least(room, AlertLevel.REST) or stage.block is None:
        return []
    if isinstance(stage, Countdown):
        return [Rest(stage.block, 0.0)]
    if isinstance(stage, ExerciseSet):
        return [Rest(stage.block, 0.0), Countdown(stage.block)]
    return []
