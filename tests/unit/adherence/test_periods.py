from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from aicoach.adherence import Period, iso_weeks, weeks_until
from aicoach.records import SessionRecord

BERLIN = ZoneInfo("Europe/Berlin")


def began(local: datetime) -> SessionRecord:
    offset = local.utcoffset()
    assert offset is not None
    return SessionRecord(
        id="s", resident="r", plan_id="p", plan_version=1, medical=False,
        started_at=local.astimezone(timezone.utc), time_zone="Europe/Berlin",
        utc_offset_min=int(offset.total_seconds() // 60),
    )  # fmt: skip


def test_a_week_runs_from_monday_to_sunday_across_the_new_year():
    weeks = iso_weeks(date(2026, 12, 30), date(2027, 1, 5))
    assert [(week.first, week.last) for week in weeks] == [
        (date(2026, 12, 30), date(2027, 1, 3)),
        (date(2027, 1, 4), date(2027, 1, 5)),
    ]


def test_weeks_cover_a_leap_year_without_gap_or_overlap():
    weeks = iso_weeks(date(2028, 1, 1), date(2028, 12, 31))
    days = [day for week in weeks for day in week]
    assert days == [date(2028, 1, 1) + timedelta(days=i) for i in range(366)]
    assert all(week.first.weekday() == 0 for week in weeks[1:])


@pytest.mark.parametrize(("days", "lengths"), [(7, [7]), (28, [7] * 4), (10, [3, 7]), (1, [1])])
def test_a_window_ends_today_and_the_odd_days_come_first(days, lengths):
    blocks = weeks_until(date(2026, 3, 2), days)
    assert [one.n_days for one in blocks] == lengths
    assert blocks[-1].last == date(2026, 3, 2)
    assert sum(lengths) == days


@pytest.mark.parametrize(
    ("local", "day"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=BERLIN), date(2026, 12, 31)),
        (datetime(2027, 1, 1, 0, 1, tzinfo=BERLIN), date(2027, 1, 1)),
        (datetime(2026, 3, 29, 1, 59, tzinfo=BERLIN), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 30, tzinfo=BERLIN), date(2026, 3, 29)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=BERLIN), date(2026, 10, 25)),
        (datetime(2026, 1, 1, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai")), date(2026, 1, 1)),
    ],
)
def test_a_session_belongs_to_the_residents_own_day(local, day):
    assert began(local).day == day


def test_a_time_of_the_session_clock_is_a_moment():
    one = began(datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN))
    assert one.at(3600.0) == datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 1, 2), date(2026, 1, 1))
