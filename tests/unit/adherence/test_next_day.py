"""The next session: apart from the last one, and in a week that still asks for one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aicoach.adherence import next_session_day

MONDAY = date(2026, 11, 16)


def days(*of_week: int) -> list[date]:
    """Days of this week, Monday is 0."""
    return [MONDAY + timedelta(days=one) for one in of_week]


@pytest.mark.parametrize(
    ("done", "today", "expected"),
    [
        ((), 3, 3),
        ((0,), 0, 2),
        ((0, 2), 2, 4),
        ((0,), 5, 5),
        ((0, 1, 2), 3, 7),  # all three are done: not again this week
        ((0, 1, 2, 3, 5), 6, 7),
        ((2, 4, 6), 6, 8),  # and then still a day apart
        ((-3, -1), 1, 1),  # of the week before
    ],
)
def test_the_next_day_leaves_room_and_a_full_week_is_not_filled_further(
    done: tuple[int, ...], today: int, expected: int
) -> None:
    (now, wanted) = days(today, expected)
    assert next_session_day(days(*done), now, 3) == wanted
