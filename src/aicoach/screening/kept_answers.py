"""Answers of the enrolment that were kept: whether they still hold, and what of them counts.

A "yes" to disease or symptoms stays a "yes" until somebody answers anew; everything else that
holds no longer is unknown, and unknown is never good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import Key, Source, SpecModel
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir
from aicoach.screening.enrolment import months_since
from aicoach.screening.rules import load_screening
from aicoach.screening.symptoms import load_symptoms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from aicoach.observations import AnswerValue
    from aicoach.screening.rules import ScreeningRules

Why = Literal["never", "unknown", "expired", "reported"]
"""Why the questions are asked: never answered, "I don't know", too old, health has changed."""
ASKED: Final = ("active", "disease", "symptoms")
"""What is asked at the enrolment, in this order."""
STAFF: Final = "staff"
"""The place of answers that staff wrote down."""
SYMPTOM: Final = "symptom"
"""The question that a symptom during or after a session answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswers:
    """What was answered, and when; None: the resident did not know."""

    active: bool | None
    disease: bool | None
    symptoms: bool | None
    answered_on: date
    """A day of the resident's calendar."""


class _AskedAgain(SpecModel):
    answers: dict[Key, Annotated[tuple[bool | str, ...], Field(min_length=1)]]
    symptoms: tuple[Key, ...]
    source: Source
    evidence: Literal["S", "K", "D"]
    last_reviewed: date


def ask_again(
    kept: KeptAnswers | None, today: date, *, reported: bool, rules: ScreeningRules | None = None
) -> Why | None:
    """Why the questions are to be asked today; None: the answers hold.

    Parameters
    ----------
    reported
        Since they were answered, something was said that :func:`tells_of_change`.
    """
    if kept is None:
        return "never"
    if reported:
        return "reported"
    rules = load_screening() if rules is None else rules
    months = months_since(kept.answered_on, today)
    if months is None or months > rules.bounds["enrolment.answers_valid_months"].value:
        return "expired"
    return "unknown" if None in (kept.active, kept.disease, kept.symptoms) else None


def what_counts(kept: KeptAnswers | None, why: Why | None) -> KeptAnswers | None:
    """The answers as a session takes them; of those that hold no longer only a grave one."""
    if kept is None or why not in ("expired", "reported"):
        return kept
    return replace(kept, active=None, disease=kept.disease or None, symptoms=kept.symptoms or None)


def tells_of_change(question: str, value: AnswerValue) -> bool:
    """Whether an answer of a session says that the enrolment must be asked again."""
    wanted = changes().get(question)
    if wanted is None:
        return False
    if value is None:  # nothing was said of a symptom; "I don't know" was said of the rest
        return question != SYMPTOM
    return value in wanted


def any_tells_of_change(answers: Iterable[tuple[str, AnswerValue]]) -> bool:
    """The same for many."""
    return any(tells_of_change(question, value) for question, value in answers)


@cache
def changes(path: Path | None = None) -> Mapping[str, tuple[bool | str, ...]]:
    """Question to the answers after which the enrolment is asked again.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong, or names a question or a symptom that there is not.
    """
    path = resource_dir("rules") / "enrolment.toml" if path is None else path
    document = read_toml(path)
    try:
        found = _AskedAgain.model_validate(as_tuples(document.get("asked_again")))
    except ValidationError as problems:
        first = problems.errors()[0]
        field = ".".join(("asked_again", *map(str, first["loc"])))
        raise ExerciseSpecError(path, field, first["msg"]) from problems
    for kind, names, known in (
        ("answers", found.answers, load_screening().questions),
        ("symptoms", found.symptoms, load_symptoms()),
    ):
        for name in names:
            if name not in known:
                raise ExerciseSpecError(path, f"asked_again.{kind}", f"'{name}' is not known")
    return MappingProxyType({**found.answers, SYMPTOM: found.symptoms})
