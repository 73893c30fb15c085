"""The page of the resident is kind, true, and has few numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aicoach.adherence import Period
from aicoach.bench.report_resident import made_prescription
from aicoach.catalog import ExerciseSpec
from aicoach.follow_up import DatedAlert, Followed, resident_page
from aicoach.records import KeptSession

from .conftest import FIRST, TODAY, a_stop

Follow = Callable[..., Followed]
Catalog = Mapping[str, ExerciseSpec]


def test_it_says_how_often_somebody_came_and_shows_these_days(
    follow: Follow, catalog: Catalog, visits: tuple[KeptSession, ...]
) -> None:
    page = resident_page(follow(), "en", catalog)
    assert page.headline == f"You came {len(visits)} times. Well done!"
    marked = {mark.day for week in page.calendar for mark in week if mark.state == "done"}
    assert marked == {one.session.day for one in visits}


@pytest.mark.parametrize("weekday", range(7))
def test_whatever_day_it_is_the_calendar_shows_all_that_four_weeks_count(
    follow: Follow, catalog: Catalog, visits: tuple[KeptSession, ...], weekday: int
) -> None:
    today = TODAY + timedelta(days=weekday)
    period = Period(today - timedelta(days=27), today)
    days = {one.session.day for one in visits if one.session.day in period}
    page = resident_page(follow(today=today, period=period), "en", catalog)
    assert page.headline == f"You came {len(days)} times. Well done!"
    assert {mark.day for week in page.calendar for mark in week if mark.state == "done"} == days


def test_the_calendar_has_whole_weeks_up_to_this_one(follow: Follow, catalog: Catalog) -> None:
    page = resident_page(follow(), "en", catalog)
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in page.calendar)
    assert page.calendar[-1][0].day <= TODAY <= page.calendar[-1][-1].day


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_did_not_come_is_not_blamed(
    follow: Follow, catalog: Catalog, language: str
) -> None:
    page = resident_page(follow(()), language, catalog)  # type: ignore[arg-type]
    said = " ".join([page.headline, *page.went_well, page.one_thing, page.closing])
    assert page.went_well
    assert not re.search(r"\d|missed|only|没有来|缺", said)


def test_it_has_at_most_three_numbers_of_its_own(follow: Follow, catalog: Catalog) -> None:
    page = resident_page(follow(), "en", catalog)
    said = " ".join([page.headline, *page.went_well, page.one_thing, page.please_tell])
    assert len(re.findall(r"\d+", said)) <= 3


def test_the_next_day_leaves_room_after_the_last_session(
    follow: Follow, catalog: Catalog, visits: tuple[KeptSession, ...]
) -> None:
    last = visits[-2].session.day
    kept = follow(visits[:-1], today=last, period=Period(FIRST, last))
    wanted = last + timedelta(days=2)  # three a week
    next_day = resident_page(kept, "en", catalog).next_day
    assert next_day == f"{wanted:%A}, {wanted.day} {wanted:%b}"


def test_who_has_rested_enough_may_come_today(
    follow: Follow, catalog: Catalog, visits: tuple[KeptSession, ...]
) -> None:
    kept = follow(visits[:-1])
    assert resident_page(kept, "en", catalog).next_day == "Today is a good day."


def test_who_did_all_of_a_week_comes_again_in_the_next(follow: Follow, catalog: Catalog) -> None:
    assert resident_page(follow(), "en", catalog).next_day == "Monday, 28 Sep"


def test_a_plan_that_ends_sends_to_the_staff(follow: Follow, catalog: Catalog) -> None:
    plan = made_prescription(FIRST).model_copy(update={"valid_until": TODAY})
    kept = replace_last_day(follow, plan)
    assert resident_page(kept, "en", catalog).next_day.startswith("Your plan ends on 27 Sep")


def replace_last_day(follow: Follow, plan: object) -> Followed:
    followed = follow(plans=(plan,))
    newest = followed.summaries[-1]
    return replace(followed, summaries=(*followed.summaries[:-1], replace(newest, day=TODAY)))


def test_without_a_plan_it_asks_for_one(follow: Follow, catalog: Catalog) -> None:
    page = resident_page(follow(plans=()), "en", catalog)
    assert page.next_day == "Please ask the staff for your next plan."
    assert page.next_exercises == ()


def test_a_page_of_the_past_promises_no_next_day(follow: Follow, catalog: Catalog) -> None:
    page = resident_page(follow(today=date(2026, 12, 24)), "en", catalog)
    assert (page.next_day, page.next_exercises) == ("", ())


def test_a_stop_long_ago_is_not_brought_up_again(
    follow: Follow, catalog: Catalog, visits: tuple[KeptSession, ...]
) -> None:
    followed = follow()
    first, newest = followed.summaries[0], followed.summaries[-1]
    old = DatedAlert(session=first.session, at=first.started_at, alert=a_stop(visits[0]))
    lately = replace(old, session=newest.session, at=newest.started_at)
    said = [
        resident_page(replace(followed, alerts=(one,)), "en", catalog).please_tell
        for one in (old, lately)
    ]
    assert (said[0], bool(said[1])) == ("", True)
