"""The questions of the pre-check and of the enrolment, and which of them are asked."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from aicoach.catalog.spec import Key, Source, SpecModel
from aicoach.screening.outcomes import ScreeningInputError
from aicoach.screening.tables import BoundKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.observations import AnswerValue

QuestionKind = Literal["yes_no", "number", "scale", "choice"]
Part = Literal["day", "enrolment"]
Measure = Literal["blood_pressure", "glucose", "resting_heart_rate", "spo2"]
Worse = Literal["yes", "no", "higher", "lower", "outward", "choices"]


class Follows(SpecModel):
    """The answer after which a follow-up is asked."""

    question: Key
    equals: Annotated[bool | None, Field(alias="is")] = None
    at_least: BoundKey | None = None
    above: BoundKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Follows:
        if sum(v is not None for v in (self.equals, self.at_least, self.above)) != 1:
            raise ValueError("give exactly one of is, at_least, above")
        return self


class QuestionEntry(SpecModel):
    """One entry of questions.toml."""

    id: Key
    part: Part = "day"
    kind: QuestionKind
    unit: Annotated[str, Field(max_length=16)] = ""
    range: tuple[float, float] | None = None
    choices: tuple[Key, ...] = ()
    by: Literal["resident", "staff", "either"] = "either"
    asked: Literal["always"] | None = None
    measure: Measure | None = None
    conditions: tuple[Key, ...] = ()
    follows: Follows | None = None
    from_plan: bool = False
    optional: bool = False
    worse: Worse
    source: Source

    @model_validator(mode="after")
    def _complete(self) -> QuestionEntry:
        number = self.kind in ("number", "scale")
        if number != (self.range is not None):
            raise ValueError("numbers and scales have a range, other questions have none")
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError("range: the lower end must lie below the upper end")
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a choice has choices, other questions have none")
        wanted = self.asked or self.measure or self.conditions or self.follows
        if self.optional == bool(wanted):
            raise ValueError(
                "say when it is asked: asked, measure, conditions, follows or optional"
            )
        return self


class QuestionsFile(SpecModel):
    """The whole file questions.toml."""

    version: Annotated[str, Field(min_length=1, max_length=16)]
    questions: tuple[QuestionEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as a screen or a voice asks it."""

    id: str
    part: Part
    kind: QuestionKind
    unit: str
    range: tuple[float, float] | None
    """Plausible values; others are refused, not judged."""
    choices: tuple[str, ...]
    """From the mildest to the gravest; texts under ``screening.choice.<id>.<choice>``."""
    by: Literal["resident", "staff", "either"]
    required: bool
    worse: Worse
    """Which way an answer gets graver."""
    follow_ups: tuple[str, ...]
    """Questions that some answers to this one bring."""
    source: str

    @property
    def ask(self) -> str:
        """Phrase key of the question."""
        return f"screening.ask.{self.id}"

    @property
    def unknown(self) -> str:
        """Phrase key of what is said when there is no answer."""
        return f"screening.unknown.{self.id}"


def question_of(entry: QuestionEntry, entries: tuple[QuestionEntry, ...]) -> Question:
    """The plain value of an entry, knowing its follow-ups."""
    return Question(
        id=entry.id,
        part=entry.part,
        kind=entry.kind,
        unit=entry.unit,
        range=entry.range,
        choices=entry.choices,
        by=entry.by,
        required=not entry.optional,
        worse=entry.worse,
        follow_ups=tuple(e.id for e in entries if e.follows and e.follows.question == entry.id),
        source=entry.source,
    )


def checked_answer(
    questions: Mapping[str, Question], question: str, value: AnswerValue
) -> AnswerValue:
    """The answer as screening takes it; NaN means not known, as None does.

    Raises
    ------
    ScreeningInputError
        If there is no such question, or the value is of the wrong kind or out of range.
    """
    asked = questions.get(question)
    if asked is None:
        near = difflib.get_close_matches(question, questions, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; allowed: {', '.join(questions)}"
        raise ScreeningInputError(question, f"there is no such question{hint}")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if asked.kind == "yes_no":
        if not isinstance(value, bool):
            raise ScreeningInputError(question, f"is {value!r}; allowed: true, false")
        return value
    if asked.kind == "choice":
        if value not in asked.choices:
            raise ScreeningInputError(
                question, f"is {value!r}; allowed: {', '.join(asked.choices)}"
            )
        return value
    assert asked.range is not None  # the model of the file asks for it
    low, high = asked.range
    allowed = f"allowed: {low:g} to {high:g} {asked.unit}".rstrip()
    if isinstance(value, (bool, str)):
        raise ScreeningInputError(question, f"is {value!r}, which is no number; {allowed}")
    if not low <= value <= high:
        raise ScreeningInputError(question, f"is {value:g}; {allowed}")
    return float(value)
