"""A "yes" about the own health stays before the staff until they have written it down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aicoach.adherence import HealthAnswers, TriageLevel, triage
from aicoach.adherence.health_answers import said_yes_on

TODAY = date(2026, 3, 29)


def told(*rows: tuple[int, bool | None, bool | None, str]) -> list[HealthAnswers]:
    """Days ago, disease, symptoms, and who wrote it down."""
    return [
        HealthAnswers(
            day=TODAY - timedelta(days=ago), disease=disease, symptoms=symptoms,
            by_staff=who == "staff",
        )
        for ago, disease, symptoms, who in rows
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "ago"),
    [
        pytest.param([], None, id="nothing was answered"),
        pytest.param([(3, False, False, "self")], None, id="no"),
        pytest.param([(3, None, None, "self")], None, id="not known is no yes"),
        pytest.param([(3, True, False, "self")], 3, id="yes"),
        pytest.param([(400, False, True, "self")], 400, id="it does not pass with the days"),
        pytest.param([(9, True, False, "self"), (3, True, False, "self")], 9, id="since the first"),
        pytest.param([(9, True, False, "self"), (3, True, True, "self")], 3, id="another yes"),
        pytest.param([(9, True, False, "self"), (3, False, False, "self")], None, id="taken back"),
        pytest.param([(9, True, False, "self"), (3, True, False, "staff")], None, id="written"),
        pytest.param([(9, True, False, "staff"), (3, True, False, "self")], None, id="known"),
        pytest.param([(9, True, False, "staff"), (3, True, True, "self")], 3, id="one is new"),
        pytest.param([(9, False, False, "staff"), (3, True, False, "self")], 3, id="denied before"),
    ],
)
def test_a_yes_is_news_until_staff_know_it(
    rows: list[tuple[int, bool | None, bool | None, str]], ago: int | None
) -> None:
    assert said_yes_on(told(*rows)) == (None if ago is None else TODAY - timedelta(days=ago))


def test_such_a_yes_is_amber_with_its_day_and_nothing_of_what_was_asked() -> None:
    found = triage([], [], TODAY, told=told((3, True, True, "self")))
    (reason,) = found.reasons
    assert found.level is TriageLevel.AMBER
    assert reason.key == "staff.triage.health_answer"
    assert reason.day == TODAY - timedelta(days=3)
    assert dict(reason.values) == {"date": reason.day}


def test_what_is_answered_later_is_not_known_on_the_day() -> None:
    given = told((3, True, True, "self"))
    assert triage([], [], TODAY - timedelta(days=4), told=given).level is TriageLevel.GREEN
