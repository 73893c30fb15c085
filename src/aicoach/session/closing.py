"""The end: a stop that is looked after, the summary, goodbye."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aicoach.session.stage import Stage
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from aicoach.observations import Answer
    from aicoach.session.room import Room

_NOTHING_FELT = (False, "none", "no")
"""Not None: what is not known is no relief."""
_HEART = frozenset({"STOP-10"})


class Stopped(Stage):
    """The session was stopped: sit down, is anything wrong, help is told."""

    screen: ClassVar[Screen] = Screen.STOPPED

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule

    def begin(self, room: Room, t_s: float) -> None:
        """The alert itself is being said; add what to do now."""
        if self.rule in _HEART:
            room.say(t_s, "session.stop.cool_down_first", cause=self.rule)
        elif self.rule.startswith("STOP") and self.rule != "STOP-9":
            room.say(t_s, "session.stop.sit_down", cause=self.rule)
        if self.rule in _HEART:
            room.ask(t_s, "symptom", "session.symptom_question", room.settings.talk.symptom_s)

    def answered(self, room: Room, answer: Answer) -> None:
        """What the resident feels was passed to the guard already."""
        if answer.question == "symptom" and answer.value in _NOTHING_FELT:
            room.say(answer.t_s, "session.are_you_ok.glad", subject="relief")

    def done(self, room: Room, t_s: float) -> bool:
        """Nothing more is to be answered; after a fall somebody must have spoken."""
        if room.wait_for_answer(t_s):
            return False
        if room.guard is not None and room.guard.awaiting_answer:
            return self.lasted_s(room, t_s) >= room.settings.talk.symptom_s
        return self.spoken(room, t_s)


class Summary(Stage):
    """What was done today, and goodbye."""

    screen: ClassVar[Screen] = Screen.SUMMARY

    def begin(self, room: Room, t_s: float) -> None:
        """Say it in a few sentences."""
        if room.why_ended:
            room.say(t_s, "session.summary.ended_early")
        else:
            room.say(t_s, "session.summary.intro")
        if room.done_sets:
            minutes = max(1, round(room.clock(t_s) / 60.0))
            room.say(t_s, "session.summary.done", sets=room.done_sets, minutes=minutes)
        share = room.done_sets / room.planned_sets if room.planned_sets else None
        if share is not None:
            room.coach.session_lines(t_s, completed=share)
        if room.done_sets:
            room.say(t_s, "session.summary.drink")
        room.say(
            t_s, "session.summary.goodbye_rest" if room.why_ended else "session.summary.goodbye"
        )

    def done(self, room: Room, t_s: float) -> bool:
        """Everything was said."""
        return self.spoken(room, t_s)
