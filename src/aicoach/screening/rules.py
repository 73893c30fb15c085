"""Everything screening decides by, read once from ``rules/`` and checked against itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.thresholds import read_thresholds
from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.errors import ExerciseSpecError
from aicoach.limits import Limit
from aicoach.resources import resource_dir
from aicoach.screening.questions import Question, QuestionEntry, QuestionsFile, question_of
from aicoach.screening.tables import ConditionLimits, LimitTable, Row, TablesFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DEFAULT_AUTHOR: Final = "default"
"""Author of the bounds that come with aicoach."""
DAY_FACTS: Final = frozenset({
    "plan", "medical", "enrolled", "beta_blocker", "glucose_lowering", "tug_s", "staff_needed",
    "staff_present",
})  # fmt: skip
"""What the rows of a day may test beside the answers."""
ENROLMENT_FACTS: Final = frozenset({"questionnaire_follow_up", "answers_age_months", "age_years"})
"""What the rows of the enrolment may test beside the answers."""
_NUMBERS: Final = (
    "rpe_upper", "pain_stop", "hr_reserve_upper_pct", "met_below", "longest_hold_s",
    "cool_down_min",
)  # fmt: skip

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRules:
    """All tables of the screening."""

    bounds: Mapping[str, Limit]
    """Defaults by ``section.key``."""
    questions: Mapping[str, Question]
    """In the order in which they are asked."""
    entries: Mapping[str, QuestionEntry]
    tables: TablesFile
    standing: Mapping[str, ConditionLimits]
    """By condition."""
    question_version: str
    rule_version: str
    """With the first digits of the files' fingerprint, so that an edit shows."""


@cache
def load_screening(folder: Path | None = None) -> ScreeningRules:
    """Read and check the tables (default: those that come with aicoach).

    Raises
    ------
    ExerciseSpecError
        For the first entry that is wrong; names file and field.
    """
    folder = resource_dir("rules") if folder is None else folder
    bounds = _bounds()
    asked = _read(folder / "questions.toml", QuestionsFile)
    tables = _read(folder / "screening_tables.toml", TablesFile)
    standing = _standing(folder / "condition_limits.toml")
    rules = ScreeningRules(
        bounds=bounds,
        questions=MappingProxyType(
            {e.id: question_of(e, asked.questions) for e in asked.questions}
        ),
        entries=MappingProxyType({e.id: e for e in asked.questions}),
        tables=tables,
        standing=standing,
        question_version=_version(asked.version, folder / "questions.toml"),
        rule_version=_version(
            tables.version,
            resource_dir("rules") / "screening.toml",
            folder / "screening_tables.toml",
            folder / "condition_limits.toml",
        ),
    )
    for file, field, problem in (
        *_of_questions(rules, len(asked.questions)),
        *_of_rows(rules),
        *_of_clearance(rules),
        *_of_standing(rules),
    ):
        raise ExerciseSpecError(folder / f"{file}.toml", field, problem)
    return rules


def _bounds() -> Mapping[str, Limit]:
    return MappingProxyType(
        {
            f"{section}.{key}": Limit(
                value=threshold.value,
                unit=threshold.unit,
                author=DEFAULT_AUTHOR,
                source=f"screening.toml {section}.{key} ({threshold.source})",
            )
            for section, table in read_thresholds("screening").items()
            for key, threshold in table.items()
        }
    )


def _read(path: Path, model: type[_Model]) -> _Model:
    return _validated(path, model, read_toml(path), "")


def _validated(path: Path, model: type[_Model], document: Any, prefix: str) -> _Model:
    try:
        return model.model_validate(as_tuples(document))
    except ValidationError as problems:
        first = problems.errors()[0]
        field = ".".join((*([prefix] if prefix else []), *map(str, first["loc"])))
        raise ExerciseSpecError(path, field or "file", first["msg"]) from problems


def _standing(path: Path) -> Mapping[str, ConditionLimits]:
    document = read_toml(path)
    return MappingProxyType(
        {code: _validated(path, ConditionLimits, table, code) for code, table in document.items()}
    )


def _version(declared: str, *files: Path) -> str:
    # Line ends differ between systems; the words do not.
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    return f"{declared}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


_Finding = tuple[str, str, str]


def _of_questions(rules: ScreeningRules, count: int) -> Iterator[_Finding]:
    if len(rules.questions) != count:
        yield "questions", "questions", "an id stands twice"
    for entry in rules.entries.values():
        where = f"questions.{entry.id}"
        yield from _unknown("questions", f"{where}.conditions", entry.conditions, conditions())
        if entry.follows is not None:
            yield from _unknown(
                "questions", f"{where}.follows", (entry.follows.question,), rules.questions
            )
            keys = [k for k in (entry.follows.at_least, entry.follows.above) if k is not None]
            yield from _unknown("questions", f"{where}.follows", keys, rules.bounds)


def _of_rows(rules: ScreeningRules) -> Iterator[_Finding]:
    enrolment = ENROLMENT_FACTS | {e.id for e in rules.entries.values() if e.part == "enrolment"}
    day = DAY_FACTS | {e.id for e in rules.entries.values() if e.part == "day"}
    tables = [("enrolment", row, enrolment) for row in rules.tables.enrolment]
    tables += [("day", row, day) for row in rules.tables.day]
    for table, row, inputs in tables:
        yield from _of_row(rules, row, f"{table}.{row.id}", inputs)
    yield from _of_limits(rules, rules.tables.light_moderate, "screening_tables", "light_moderate")
    for settable in rules.tables.settable:
        yield from _unknown("screening_tables", "settable", (settable.limit,), rules.bounds)


def _of_row(
    rules: ScreeningRules, row: Row, where: str, inputs: frozenset[str]
) -> Iterator[_Finding]:
    file = "screening_tables"
    yield from _unknown(file, f"{where}.conditions", row.conditions, conditions())
    for test in row.when:
        yield from _unknown(file, f"{where}.when", (test.input,), inputs)
        yield from _unknown(file, f"{where}.when", (key for _, key in test.bounds), rules.bounds)
        if row.if_unknown == "skip" and test.input in rules.questions:
            yield file, f"{where}.if_unknown", f"'{test.input}' is an answer: unknown is not normal"
        choices = rules.questions[test.input].choices if test.input in rules.questions else ()
        if choices:
            yield from _unknown(file, f"{where}.when", (str(test.equals),), choices)
    yield from _of_limits(rules, row.limits, file, f"{where}.limits")


def _of_limits(
    rules: ScreeningRules, limits: LimitTable, file: str, where: str
) -> Iterator[_Finding]:
    numbers = [getattr(limits, name) for name in _NUMBERS]
    yield from _unknown(file, where, (key for key in numbers if key is not None), rules.bounds)
    yield from _unknown(file, f"{where}.forbid", limits.forbid, movement_tags())
    yield from _unknown(file, f"{where}.conditions", limits.conditions, conditions())


def _of_clearance(rules: ScreeningRules) -> Iterator[_Finding]:
    for active, disease, symptoms in product((False, True), repeat=3):
        fitting = [
            row.id
            for row in rules.tables.clearance
            if row.fits(active=active, disease=disease, symptoms=symptoms)
        ]
        if len(fitting) != 1:
            combination = f"active={active}, disease={disease}, symptoms={symptoms}"
            found = ", ".join(fitting) or "no row"
            yield "screening_tables", "clearance", f"{combination}: {found}; must be exactly one"


def _of_standing(rules: ScreeningRules) -> Iterator[_Finding]:
    yield from _unknown("condition_limits", "conditions", rules.standing, conditions())
    for code, limits in rules.standing.items():
        yield from _of_limits(rules, limits, "condition_limits", code)


def _unknown(file: str, field: str, names: Any, known: Any) -> Iterator[_Finding]:
    for name in names:
        if name not in known:
            yield file, field, f"'{name}' is not known"
