"""Whether the resident is in the picture: waits for who left, goes on when they are back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.session.room import Room

AWAY: Final = "away"
CAMERA: Final = "camera"
"""Who makes everything wait: the resident who left, or a camera without a picture."""


class Presence:
    """Follows the frames of a session."""

    def __init__(self) -> None:
        self._back_since_s: float | None = None
        self._away_said = False
        self._others = Others()

    def step(self, room: Room, t_s: float, *, needed: bool) -> bool:
        """Take a frame; whether the resident has stayed away for good.

        needed : whether the part that is on cannot do without the resident in the picture.
        """
        present = room.sight.pose is not None
        if room.paused_by in (AWAY, CAMERA):
            return self._wait(room, t_s, present=present)
        self._back_since_s = None
        if room.paused_by and _absent_s(room, t_s) >= room.settings.away.paused_end_s:
            room.say(t_s, "session.away.ended", subject="away")
            return True  # the next one finds a screen that is nobody's
        self._others.step(room, t_s, needed=needed and not room.paused_by)
        if present or not needed or room.paused_by:
            self._away_said = False
            return False
        away, absent_s = room.settings.away, _absent_s(room, t_s)
        if absent_s >= away.say_s and not self._away_said:
            self._away_said = True
            room.say(t_s, "session.away.nobody", subject="away")
        if absent_s >= away.pause_s:
            room.pause(t_s, AWAY)
            room.say(t_s, "session.away.come_back", subject="away")
        return False

    def _wait(self, room: Room, t_s: float, *, present: bool) -> bool:
        away = room.settings.away
        if not present:
            self._back_since_s = None
            if _absent_s(room, t_s) < away.end_s:
                return False
            room.say(t_s, "session.away.ended", subject="away")
            return True
        if self._back_since_s is None:
            self._back_since_s = t_s
        if t_s - self._back_since_s >= away.back_s:
            picture = room.paused_by == CAMERA
            room.resume(t_s, room.paused_by)
            back = "session.camera.picture_back" if picture else "session.away.welcome_back"
            room.say(t_s, back, subject="away")
        return False


class Others:
    """Asks for room when somebody else stays in the picture; once for each time they come."""

    def __init__(self) -> None:
        self._came_s: float | None = None
        self._seen_s = -math.inf
        self._said = False

    def step(self, room: Room, t_s: float, *, needed: bool) -> None:
        """Take a frame; ``needed``: the room in front of the camera is in use."""
        stay_s = room.settings.camera.people_s
        if (room.sight.people or 0) < 2:
            if t_s - self._seen_s >= stay_s:  # a look that missed them is no leaving
                self._came_s, self._said = None, False
            return
        self._seen_s = t_s
        self._came_s = t_s if self._came_s is None else self._came_s
        if needed and not self._said and t_s - self._came_s >= stay_s:
            self._said = True
            room.say(t_s, "session.away.other_person", subject="other person")


def _absent_s(room: Room, t_s: float) -> float:
    last_s = room.sight.last_seen_s
    return math.inf if last_s is None else t_s - last_s
