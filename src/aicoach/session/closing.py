"""The end: a stop that is looked after, the summary, goodbye."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from aicoach.intensity.falls import FALL, SILENT
from aicoach.screening.symptoms import load_symptoms
from aicoach.session.stage import Stage
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from aicoach.observations import Answer
    from aicoach.session.room import Room

FALLS: Final = frozenset({FALL, SILENT})
_NOTHING_FELT: Final = (False, "none", "no")
"""Not None: what is not known is no relief."""
_HEART: Final = "STOP-10"
_ASKED_FOR: Final = "STOP-7"
_ASKS: Final = frozenset({_HEART, _ASKED_FOR})
"""Why somebody wants to stop is asked as well: it may be the chest."""


class Stopped(Stage):
    """The session was stopped: sit down, is anything wrong, who can help.

    After a fall it goes on calling for help until the resident says a word; where something
    is felt that may be an emergency, the number stays on the screen.
    """

    screen: ClassVar[Screen] = Screen.STOPPED

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self._fell = rule in FALLS
        self._well = self._emergency = False
        self._told: str | None = None
        """The symptom whose advice was given."""
        self._called_s = 0.0
        """``Room.clock`` of the newest call for help."""
        self._calls = 0

    def begin(self, room: Room, t_s: float) -> None:
        """The alert itself is being said; add what to do now."""
        self._called_s = room.clock(t_s)
        if self.rule == _HEART:
            room.say(t_s, "session.stop.cool_down_first", cause=self.rule)
        elif self.rule.startswith("STOP") and not self._fell:
            room.say(t_s, "session.stop.sit_down", cause=self.rule)
        felt = load_symptoms().get(str(room.answers.get("symptom")))
        if felt is not None and felt.rule == self.rule:  # else it was told long ago
            self._advise(room, t_s, felt.id)
        if self.rule in _ASKS and self._told is None:
            talk = room.settings.talk
            patience_s = talk.symptom_s if self.rule == _HEART else talk.answer_s
            room.ask(t_s, "symptom", "session.symptom_question", patience_s)

    def answered(self, room: Room, answer: Answer) -> None:
        """What the resident feels was passed to the guard already."""
        if answer.question == "symptom":
            if answer.value in _NOTHING_FELT:
                room.say(answer.t_s, "session.are_you_ok.glad", subject="relief")
            self._advise(room, answer.t_s, answer.value)
        elif answer.question == "are_you_ok" and answer.value is True:
            self.said_well(room, answer.t_s)

    def said_well(self, room: Room, t_s: float) -> None:
        """The resident pressed "I am OK"."""
        if self._fell and not self._well:
            room.say(t_s, "session.are_you_ok.stay_down", subject="relief")
        self._well = True

    def fell(self) -> None:
        """A fall came on top of what was stopped for."""
        self._fell, self._well = True, False

    def waits_for_word(self, room: Room) -> bool:
        """Whether somebody fell and has not said a word since."""
        fallen = self._fell or (room.guard is not None and room.guard.awaiting_answer)
        return fallen and not self._well

    @property
    def emergency(self) -> bool:
        """Whether the screen shows the emergency number."""
        return self._emergency or (self._fell and not self._well)

    def done(self, room: Room, t_s: float) -> bool:
        """Nothing more is to be answered, and nobody lies there without a word."""
        if room.wait_for_answer(t_s):
            return False
        talk, lasted_s = room.settings.talk, self.lasted_s(room, t_s)
        if self.waits_for_word(room):
            self._call(room, t_s)
            room.left_silent = lasted_s >= talk.fall_s
            return room.left_silent
        if self._emergency and not self._well and lasted_s < talk.symptom_s:
            return False
        return self.spoken(room, t_s)

    def _advise(self, room: Room, t_s: float, felt: object) -> None:
        symptom = load_symptoms().get(felt) if isinstance(felt, str) else None
        if symptom is None or symptom.id == self._told:
            return
        self._told = symptom.id
        self._emergency |= symptom.emergency
        room.emergency |= symptom.emergency
        room.say(t_s, symptom.more, cause=symptom.rule)

    def _call(self, room: Room, t_s: float) -> None:
        """Call for help again, and ask again, by turns."""
        now_s = room.clock(t_s)
        if now_s - self._called_s < room.settings.talk.call_again_s:
            return
        self._called_s = now_s
        self._calls += 1
        key = "alerts.stop_9_silent" if self._calls % 2 else "session.are_you_ok.again"
        room.say(t_s, key, subject="call", cause=FALL)


class Summary(Stage):
    """What was done today, and goodbye."""

    screen: ClassVar[Screen] = Screen.SUMMARY

    def begin(self, room: Room, t_s: float) -> None:
        """Say it in a few sentences; where help is needed, only that."""
        if room.left_silent:
            room.say(t_s, "alerts.stop_9_silent", cause=FALL)
            return
        if room.emergency:
            room.say(t_s, "session.stop.emergency", cause=room.why_ended or "symptom")
            return
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
