"""The days of a report as somebody writes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adherence import Period
from aicoach.errors import ReportError
from aicoach.follow_up import report_period

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("28d", date(2026, 10, 26), TODAY),
        ("1d", TODAY, TODAY),
        ("12w", date(2026, 8, 31), TODAY),
        (" 12W ", date(2026, 8, 31), TODAY),
        ("2026-09-01..2026-09-30", date(2026, 9, 1), date(2026, 9, 30)),
        ("2026-11-01..2026-12-31", date(2026, 11, 1), date(2026, 12, 31)),
        ("2026-09-01..", date(2026, 9, 1), TODAY),
    ],
)
def test_days_weeks_and_dates_are_understood(written: str, first: date, last: date) -> None:
    assert report_period(written, TODAY) == Period(first, last)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "is no period"),
        ("28", "is no period"),
        ("-3d", "is no period"),
        ("four weeks", "is no period"),
        ("2026-09-01", "is no period"),
        ("2026-9-1..2026-9-30", "is no period"),
        ("0d", "has no day"),
        ("0w", "has no day"),
        ("2026-02-30..2026-03-01", "there is no day 2026-02-30"),
        ("2026-09-30..2026-09-01", "ends before it begins"),
        ("2026-12-01..2026-12-31", "lies in the future"),
        ("99999d", "is longer than"),
        ("1990-01-01..2026-01-01", "is longer than"),
        ("1990-01-01..", "is longer than"),
        ("2026-12-01..", "lies in the future"),
    ],
)
def test_what_is_no_period_is_one_line_that_says_why(written: str, problem: str) -> None:
    with pytest.raises(ReportError, match=problem) as caught:
        report_period(written, TODAY)
    assert "\n" not in str(caught.value)


@given(st.integers(1, 1000), st.sampled_from("dw"))
def test_a_length_ends_today_and_has_that_many_days(n: int, unit: str) -> None:
    days = n * (7 if unit == "w" else 1)
    if days > 3 * 366:
        return
    found = report_period(f"{n}{unit}", TODAY)
    assert (found.last, found.n_days) == (TODAY, days)
    assert found.first == TODAY - timedelta(days=days - 1)


def test_an_export_may_ask_for_more_days_than_a_page_has_room_for() -> None:
    found = report_period("1990-01-01..", TODAY, longest_days=None)
    assert found == Period(date(1990, 1, 1), TODAY)
