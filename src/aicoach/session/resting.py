"""Between sets: sit down, say how it was, breathe."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from aicoach.session.stage import Stage
from aicoach.session_events import AlertLevel, Screen, StaffNotified

if TYPE_CHECKING:
    from aicoach.observations import Answer
    from aicoach.prescription import Block
    from aicoach.session.room import Room


_NOT_RECOVERED: Final = "not_recovered"


class Rest(Stage):
    """A rest of the planned length; longer while the guard asks for it.

    last : whether nothing follows but the summary; only the questions are left then.
    """

    screen: ClassVar[Screen] = Screen.REST

    def __init__(self, block: Block, rest_s: float, *, last: bool = False) -> None:
        super().__init__(block)
        self._rest_s, self.last = rest_s, last
        self._to_ask: list[tuple[str, str]] = []
        self._announced = self._prolonged = False
        self._asked_s = 0.0
        """``Room.clock`` of the newest question."""
        self._asked_again = 0

    def begin(self, room: Room, t_s: float) -> None:
        """Announce the rest; after work of the main part ask for effort and pain."""
        self._announced = self._prolonged = self._heeded = False
        room.unanswered.discard("effort")
        self._to_ask = []
        if self.block is not None and self.block.part == "main":
            if not self.last:
                self._rest_s = max(self._rest_s, room.settings.rest.shortest_s)
            self._to_ask = [
                ("effort", "session.effort.question"),
                ("pain", "session.pain.question"),
            ]
        if self._rest_s > 0.0:
            room.say(t_s, "session.rest.begin", seconds=round(self._rest_s), subject="rest")

    def answered(self, room: Room, answer: Answer) -> None:
        """A thank you, and it goes on."""
        if answer.question in ("effort", "pain"):
            room.coach.answered(answer.t_s)

    def done(self, room: Room, t_s: float) -> bool:
        """The time is over, the questions are asked, and the guard is content."""
        if not room.wait_for_answer(t_s) and self._to_ask and room.coach.quiet(t_s):
            self._ask(room, t_s, *self._to_ask.pop(0))
        self._heed_silence(room, t_s)
        lasted_s, rest = self.lasted_s(room, t_s), room.settings.rest
        over = lasted_s >= self._rest_s and not self._to_ask and room.question is None
        left_s = self._rest_s - lasted_s
        if not self._announced and 0.0 < left_s <= rest.get_up_s and self._rest_s > rest.get_up_s:
            self._announced = True
            room.say(t_s, "session.rest.ten_seconds", subject="rest")
        if over and room.guard is not None and room.guard.level >= AlertLevel.SLOW:
            return self._wait_longer(room, t_s, room.guard.level)
        return over and room.coach.quiet(t_s)

    def left_s(self, room: Room, t_s: float) -> float | None:
        """Seconds until it goes on, if the guard is content."""
        return max(self._rest_s - self.lasted_s(room, t_s), 0.0)

    def _heed_silence(self, room: Room, t_s: float) -> None:
        """An effort that nobody told is no easy one: a longer rest, and staff can read it."""
        if self._heeded or "effort" not in room.unanswered:
            return
        self._heeded = True
        room.notice(t_s, "unanswered", "effort", "session")
        if not self.last:
            self._rest_s += room.settings.rest.unanswered_s
            room.say(t_s, "session.answer.no_answer", subject="rest")

    def _wait_longer(self, room: Room, t_s: float, level: AlertLevel) -> bool:
        """The guard is not content: rest on and ask how it feels; not for ever."""
        rest = room.settings.rest
        if self.lasted_s(room, t_s) >= rest.longest_s:
            if level >= AlertLevel.REST:  # nobody goes on who has not recovered
                room.why_ended = _NOT_RECOVERED
                room.note(t_s, StaffNotified(why=_NOT_RECOVERED), "guard")
                room.say(t_s, "session.stop.not_recovered", cause=_NOT_RECOVERED)
            return True
        if not self._prolonged:
            self._prolonged = True
            room.say(t_s, "session.rest.longer", subject="rest", cause="guard")
        elif room.clock(t_s) - self._asked_s >= rest.ask_again_s and room.question is None:
            hurts = room.answers.get("pain") or 0.0
            if self._asked_again % 2 and hurts:
                self._ask(room, t_s, "pain", "session.pain.question")
            else:
                self._ask(room, t_s, "effort", "session.rest.feel_now")
            self._asked_again += 1
        return False

    def _ask(self, room: Room, t_s: float, question: str, phrase: str) -> None:
        self._asked_s = room.clock(t_s)
        room.answers.pop(question, None)
        room.ask(t_s, question, phrase)
