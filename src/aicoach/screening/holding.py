"""Whether a row of a table holds, where a thing unknown counts as the worst it could be."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.screening.outcomes import LIFTS, Reason, named
from aicoach.session_events import Input

if TYPE_CHECKING:
    from aicoach.limits import Limit
    from aicoach.screening.bounds import Bounds
    from aicoach.screening.questions import Question
    from aicoach.screening.tables import Operator, Row, Test

Fact = bool | float | str | None
"""None: it matters and is not known."""
Facts = Mapping[str, Fact]
"""What is not in here was not asked, and no row that tests it holds."""

_COMPARE: Final[dict[Operator, Callable[[float, float], bool]]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A row that held."""

    row: Row
    unknown: tuple[str, ...]
    """Inputs that were not known."""
    limit: Limit | None
    """The first bound that was compared with."""


def holding(row: Row, facts: Facts, conditions: frozenset[str], bounds: Bounds) -> Held | None:
    """The row if it holds, or could hold for all that is known."""
    if row.conditions and not conditions & set(row.conditions):
        return None
    unknown = []
    for test in row.when:
        if test.input not in facts:
            return None
        fact = facts[test.input]
        if fact is None:
            unknown.append(test.input)
        elif not passes(test, fact, bounds):
            return None
    if unknown and row.if_unknown == "skip":
        return None
    keys = [key for test in row.when for _, key in test.bounds]
    return Held(row=row, unknown=tuple(unknown), limit=bounds[keys[0]] if keys else None)


def passes(test: Test, fact: bool | float | str, bounds: Bounds) -> bool:
    """Whether a known fact passes a test."""
    for name, key in test.bounds:
        return _COMPARE[name](float(fact), bounds[key].value)
    return fact == test.equals


def reasons_of(
    held: list[Held], facts: Facts, questions: Mapping[str, Question], bounds: Bounds
) -> tuple[Reason, ...]:
    """What is told, strictest first: one reason per row, and one per question without answer."""
    before = {name: question.id for question in questions.values() for name in question.follow_ups}
    found: dict[str, Reason] = {}
    for one in sorted(held, key=_strictest_first):
        open_questions = [name for name in one.unknown if name in questions]
        if open_questions:
            # The strictest row that the missing answer could have made hold speaks for all.
            name = open_questions[0]
            while name in before and facts.get(before[name], ...) is None:
                name = before[name]  # the answer that would bring the follow-up is missing too
            question = questions[name]
            found.setdefault(question.id, _reason(one, facts, question.unknown, bounds))
        else:
            found[one.row.id] = _reason(one, facts, f"screening.reason.{one.row.phrase}", bounds)
    return tuple(sorted(found.values(), key=lambda reason: -reason.outcome))


def _strictest_first(held: Held) -> tuple[int, int]:
    return -named(held.row.outcome), -LIFTS.index(held.row.lift)


def _reason(held: Held, facts: Facts, phrase: str, bounds: Bounds) -> Reason:
    row = held.row
    return Reason(
        rule=row.id,
        outcome=named(row.outcome),
        phrase=phrase,
        inputs=tuple(
            Input(
                name=test.input,
                value=facts[test.input],
                unit=bounds[test.bounds[0][1]].unit if test.bounds else "",
            )
            for test in row.when
        ),
        limit=held.limit,
        notify_staff=row.notify_staff,
        lift=row.lift,
    )
