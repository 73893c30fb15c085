"""One part of a session: a small machine that is entered, stepped, and done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from aicoach.observations import Answer, HeartRateLink, HeartRateSample, StaffLift
    from aicoach.prescription import Block
    from aicoach.session.room import Room
    from aicoach.session_events import Screen


class Stage:
    """Base of all parts. Patience is measured by ``Room.clock``, which stands in a pause."""

    screen: ClassVar[Screen]
    needs_sight: ClassVar[bool] = False
    """Whether the resident must be in the picture: being away makes it wait."""

    def __init__(self, block: Block | None = None) -> None:
        self.block = block
        self.began_s = math.nan
        """Of ``Room.clock``."""

    def enter(self, room: Room, t_s: float) -> None:
        """The part begins."""
        self.began_s = room.clock(t_s)
        self.begin(room, t_s)

    def begin(self, room: Room, t_s: float) -> None:
        """What to say and do first."""

    def seen(self, room: Room, t_s: float) -> None:
        """A frame was analysed; ``room.sight`` has it."""

    def answered(self, room: Room, answer: Answer) -> None:
        """The resident answered something; ``room.answers`` has it."""

    def lifted(self, room: Room, lift: StaffLift) -> None:
        """Staff lifted something; only the pre-check waits for it."""
        room.notice(lift.t_s, "lift_refused", "nothing waits for it", lift.by)

    def heart_rate(self, room: Room, observed: HeartRateSample | HeartRateLink) -> None:
        """The sensor sent something; the guard has it already."""

    def done(self, room: Room, t_s: float) -> bool:
        """Whether the next part may begin; asked in every step."""
        raise NotImplementedError

    def leave(self, room: Room, t_s: float, why: str) -> None:
        """The part is over: ``complete``, ``skip``, ``repeat``, ``end``, or an alert's rule."""

    def lasted_s(self, room: Room, t_s: float) -> float:
        """Seconds since it began, without pauses."""
        return room.clock(t_s) - self.began_s

    @property
    def ahead(self) -> tuple[str, ...]:
        """Questions that may be answered before they are asked; a screen can list them."""
        return ()

    def left_s(self, room: Room, t_s: float) -> float | None:  # noqa: ARG002 - for those that know
        """Seconds until the part is over by itself; None: nobody knows."""
        return None

    def spoken(self, room: Room, t_s: float, least_s: float = 0.0) -> bool:
        """Whether all was said, ``least_s`` have passed, and there was a moment of silence."""
        talk = room.settings.talk
        lasted_s = self.lasted_s(room, t_s)
        if lasted_s >= max(talk.longest_speech_s, least_s):
            return True
        said = room.coach.quiet(t_s) and t_s >= room.coach.speaking_until_s + talk.settle_s
        return said and lasted_s >= least_s
