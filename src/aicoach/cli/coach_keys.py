"""Keys of the session's window, as what the session observes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.observations import Answer, Command

if TYPE_CHECKING:
    from aicoach.observations import CommandName, Observation
    from aicoach.visit.questions import QuestionSheet

_ESCAPE: Final = 27
_ENTER: Final = (10, 13)
_ERASE: Final = (8, 127)
_LONGEST: Final = 6
_ALWAYS: Final[dict[str, CommandName]] = {"s": "stop", "q": "end", "o": "i_am_ok"}
_UNASKED: Final[dict[str, CommandName]] = {"n": "skip", "r": "repeat"}


@dataclass(slots=True)
class KeyPad:
    """Turns keys into commands and answers.

    Stop is one key, always. While something is asked, keys that could be an answer are one.
    """

    typed: str = ""
    _question: str | None = None

    def press(
        self, key: int, t_s: float, question: QuestionSheet | None, *, paused: bool = False
    ) -> Observation | None:
        """What a key means at this moment; None: nothing yet."""
        asked = None if question is None else question.id
        if asked != self._question:
            self._question, self.typed = asked, ""
        if key == _ESCAPE:
            return Command(t_s=t_s, name="stop")
        letter = chr(key).casefold() if 0 <= key < 0x110000 else ""
        if letter in _ALWAYS:
            return Command(t_s=t_s, name=_ALWAYS[letter])
        if letter == " ":
            return Command(t_s=t_s, name="resume" if paused else "pause")
        if question is not None:
            return self._answer(key, letter, t_s, question)
        if letter in _UNASKED:
            return Command(t_s=t_s, name=_UNASKED[letter])
        return None

    def _answer(self, key: int, letter: str, t_s: float, question: QuestionSheet) -> Answer | None:
        if key in _ERASE:
            self.typed = self.typed[:-1]
            return None
        if key in _ENTER:
            said = self.typed
        elif letter == "?" or (question.kind == "yes_no" and letter in {"y", "n"}):
            said = letter
        elif letter and letter in "0123456789." and question.kind != "yes_no":
            self.typed = (self.typed + letter)[:_LONGEST]
            return None
        else:
            return None
        self.typed = ""
        try:
            return Answer(t_s=t_s, question=question.id, value=question.read(said))
        except ValueError:  # the box says what is allowed
            return None
