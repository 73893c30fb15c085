"""Questions of a session as a keyboard or a screen needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from aicoach.phrases import load_phrases

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language
    from aicoach.observations import AnswerValue

Kind = Literal["yes_no", "number", "choice"]
_TALK: Final = {"sing": "sing", "talk": "talk", "words": "few_words", "none": "none"}
_NUMBERS: Final = {"effort": (0.0, 10.0), "pain": (0.0, 10.0)}
NOTHING: Final = "none"
"""The answer of somebody who feels well when asked for a symptom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSheet:
    """How one question is asked and answered with keys."""

    id: str
    text: str
    kind: Kind
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label, numbered from 1; a symptom's "nothing" is 0."""

    def read(self, typed: str) -> AnswerValue:
        """The answer that was typed.

        Raises
        ------
        ValueError
            If it is none; the message says what is allowed.
        """
        typed = typed.strip().casefold()
        if typed in {"?", "？"}:
            return None
        if self.kind == "yes_no":
            if typed in {"y", "yes", "是"}:
                return True
            if typed in {"n", "no", "否"}:
                return False
            raise ValueError("y, n, ?")
        try:
            number = float(typed)
        except ValueError:
            raise ValueError(self.allowed) from None
        if self.kind == "number":
            if not self.low <= number <= self.high:
                raise ValueError(self.allowed)
            return number
        if self.id == "symptom" and number == 0:
            return NOTHING
        if number != int(number) or not 1 <= number <= len(self.choices):
            raise ValueError(self.allowed)
        return self.choices[int(number) - 1][0]

    @property
    def allowed(self) -> str:
        """What may be typed."""
        if self.kind == "yes_no":
            return "y, n, ?"
        if self.kind == "number":
            return f"{self.low:g}-{self.high:g}{' ' + self.unit if self.unit else ''}, ?"
        return f"{0 if self.id == 'symptom' else 1}-{len(self.choices)}, ?"


@cache
def question_sheet(question: str, lang: Language) -> QuestionSheet:
    """The sheet of a question; one that nobody knows is a question for yes or no."""
    from aicoach.screening import load_screening  # noqa: PLC0415
    from aicoach.screening.symptoms import load_symptoms  # noqa: PLC0415

    texts = load_phrases(lang).by_key
    if question == "symptom":
        choices = tuple((name, texts[s.ask]) for name, s in load_symptoms().items())
        text = texts["session.symptom_question"]
        return QuestionSheet(id=question, text=text, kind="choice", choices=choices)
    if question == "talk":
        choices = tuple((value, texts[f"session.talk.{key}"]) for value, key in _TALK.items())
        text = texts["session.talk.question"]
        return QuestionSheet(id=question, text=text, kind="choice", choices=choices)
    known = load_screening().questions.get(question)
    if question in _NUMBERS or known is None:
        text = texts.get(f"session.{question}.question", texts.get(f"session.{question}", question))
        low, high = _NUMBERS.get(question, (0.0, 0.0))
        kind: Kind = "number" if question in _NUMBERS else "yes_no"
        return QuestionSheet(id=question, text=text, kind=kind, low=low, high=high)
    text = texts[known.ask]
    if known.kind == "choice":
        prefix = f"screening.choice.{question}"
        choices = tuple((one, texts[f"{prefix}.{one}"]) for one in known.choices)
        return QuestionSheet(id=question, text=text, kind="choice", choices=choices)
    if known.range is not None:
        low, high = known.range
        return QuestionSheet(
            id=question, text=text, kind="number", low=low, high=high, unit=known.unit
        )
    return QuestionSheet(id=question, text=text, kind="yes_no")


def question_text(question: str, lang: Language) -> str:
    """The question as a person reads it."""
    return question_sheet(question, lang).text


def accepts(question: str, value: AnswerValue) -> bool:
    """Whether a value is an answer to a question; None, "I don't know", always is."""
    if value is None:
        return True
    sheet = question_sheet(question, "en")
    if sheet.kind == "yes_no":
        return isinstance(value, bool)
    if sheet.kind == "number":
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and sheet.low <= float(value) <= sheet.high
    allowed = {known for known, _label in sheet.choices}
    return value in allowed or (question == "symptom" and value == NOTHING)
