"""The page of staff: what was asked, done and measured, and whose limit it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from aicoach.adherence import Period
from aicoach.bench.report_resident import made_prescription
from aicoach.catalog import ExerciseSpec
from aicoach.catalog.loader import Catalog as Catalogue
from aicoach.follow_up import Followed, StaffPage, resident_page, staff_page
from aicoach.follow_up.followed import one_after_the_other
from aicoach.records import KeptSession

from .conftest import FIRST, TODAY, a_stop

Follow = Callable[..., Followed]
Catalog = Mapping[str, ExerciseSpec]


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request: pytest.FixtureRequest, follow: Follow, catalog: Catalog) -> StaffPage:
    return staff_page(follow(), request.param, catalog)


def texts(value: Any) -> list[str]:
    """Every text of a page."""
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [t for f in dataclasses.fields(value) for t in texts(getattr(value, f.name))]
    if isinstance(value, (tuple, list)):
        return [t for one in value for t in texts(one)]
    return []


def test_sessions_stand_beside_what_was_asked(page: StaffPage) -> None:
    sessions = {one.key: one for one in page.metrics}["sessions"]
    assert sessions.asked == "12"
    assert float(sessions.done) == sum(week.completed for week in page.weeks)
    assert [week.asked for week in page.weeks] == [3.0] * 4


def test_minutes_of_a_week_are_those_of_its_main_parts(page: StaffPage, follow: Follow) -> None:
    for week in page.weeks:
        mine = [s for s in follow().summaries if week.first <= s.day <= week.last]
        whole = week.in_zone_s + week.above_s + week.below_s + week.unmeasured_s
        assert whole == pytest.approx(sum(s.main_s or 0.0 for s in mine))


def test_a_session_without_a_strap_counts_as_not_measured(page: StaffPage) -> None:
    assert any(week.unmeasured_s > 600.0 for week in page.weeks)
    assert any("心率" in one or "heart-rate" in one for one in page.not_measured)
    assert {one.key: one for one in page.metrics}["intensity"].coverage < 1.0  # type: ignore[operator]


def test_no_text_is_a_key_without_words(page: StaffPage) -> None:
    raw = [t for t in texts(page) if t.startswith(("report.", "staff.", "plan."))]
    assert raw == []


def test_a_week_without_sessions_is_a_gap_and_not_a_zero(
    follow: Follow, visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    second = Period(FIRST + timedelta(days=7), FIRST + timedelta(days=13))
    left = tuple(one for one in visits if one.session.day not in second)
    page = staff_page(follow(left), "en", catalog)
    assert page.weeks[1].completed == 0
    assert page.weeks[1].as_asked is None
    assert all(one.weeks[1] is None for one in page.ranges)
    assert page.weeks[0].as_asked is not None


def test_a_safety_event_names_rule_measurement_limit_and_author(
    follow: Follow, visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    alert = a_stop(visits[0])
    kept = (replace(visits[0], alerts=(alert,)), *visits[1:])
    (line,) = staff_page(follow(kept), "en", catalog).safety
    assert (line.rule, line.what, line.measured) == ("STOP-10", "heart rate", "152 bpm")
    assert (line.limit, line.author, line.ended) == ("147 bpm", "clinician-1", "session ended")
    assert line.session == visits[0].session.id


def test_lesser_advice_is_counted_and_not_listed(
    follow: Follow, visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    mild = replace(a_stop(visits[0]), level="warn", rule="HR-HIGH-1", ends="nothing")
    kept = (replace(visits[0], alerts=(mild, mild)), *visits[1:])
    page = staff_page(follow(kept), "en", catalog)
    assert page.safety == ()
    assert page.lesser_alerts == (("heart rate (HR-HIGH-1)", 2),)


def test_without_a_plan_nothing_is_compared_and_the_page_says_so(
    follow: Follow, catalog: Catalog
) -> None:
    page = staff_page(follow(plans=()), "en", catalog)
    assert page.plan is None
    assert [one.key for one in page.metrics if one.key in ("sessions", "volume")] == []
    assert page.proposals == ()
    assert any("No plan was in force" in one for one in page.not_measured)


def test_a_demonstration_is_nobodys_exercise(
    follow: Follow, visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    shown = replace(visits[0], session=replace(visits[0].session, demonstration=True))
    page = staff_page(follow((shown, *visits[1:])), "en", catalog)
    assert visits[0].session.id not in [one.session for one in page.sessions]


def test_a_period_of_the_past_is_reported_as_of_its_end(follow: Follow, catalog: Catalog) -> None:
    page = staff_page(follow(period=Period(FIRST, FIRST + timedelta(days=13))), "en", catalog)
    assert (page.last, len(page.weeks)) == (FIRST + timedelta(days=13), 2)
    assert all(one.day <= page.last for one in page.sessions)


def test_a_period_beyond_today_ends_today(follow: Follow, catalog: Catalog) -> None:
    page = staff_page(follow(period=Period(FIRST, date(2026, 12, 31))), "en", catalog)
    assert page.last == TODAY


def test_a_newer_plan_ends_the_one_before_it(catalog: Catalog) -> None:
    begin = FIRST + timedelta(days=14)
    first, second = made_prescription(FIRST), made_prescription(begin)
    course = one_after_the_other((first, second.model_copy(update={"id": "plan-2"})), catalog)
    assert [(one.plan_id, one.first, one.last) for one in course] == [
        ("plan-1", FIRST, begin - timedelta(days=1)),
        ("plan-2", begin, second.valid_until),
    ]


def test_a_plan_that_was_replaced_before_it_began_never_held(catalog: Catalog) -> None:
    one = made_prescription(FIRST)
    other = one.model_copy(update={"id": "plan-2"})
    assert [held.plan_id for held in one_after_the_other((one, other), catalog)] == ["plan-2"]


def test_an_exercise_that_left_the_catalogue_is_shown_by_its_id(
    follow: Follow, catalog: Catalog
) -> None:
    left = Catalogue({name: spec for name, spec in catalog.items() if name != "sit_to_stand"})
    page = staff_page(follow(), "en", left)
    assert "sit_to_stand" in [one.exercise for one in page.ranges]
    assert page.plan is not None
    assert [line for line in page.plan.asks if line.startswith("sit_to_stand")]
    whole = staff_page(follow(), "en", catalog)
    for share in ("sessions", "volume"):  # what was asked for is not less because of it
        assert _asked(page, share) == _asked(whole, share)
    ours = resident_page(follow(), "en", left)
    assert any("sit_to_stand" in one for one in ours.next_exercises)


def _asked(page: StaffPage, key: str) -> str:
    return next(one.asked for one in page.metrics if one.key == key)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_that_made_room_for_another_is_still_compared_with(
    follow: Follow, catalog: Catalog, language: Any
) -> None:
    long = made_prescription(FIRST)
    short = long.model_copy(update={"id": "short", "signed_at": TODAY, "valid_from": TODAY})
    aside = long.model_copy(update={"status": "completed"})
    plans, ended = (aside, short), {(long.id, long.version): TODAY}
    page = staff_page(follow(plans=plans, ended=ended), language, catalog)
    before = staff_page(follow(), language, catalog)
    kept = {one.key: one for one in page.metrics}
    assert {key: one.asked for key, one in kept.items()} == {
        one.key: one.asked for one in before.metrics
    }
    assert page.dose == before.dose


@pytest.mark.parametrize(("language", "said"), [("zh", "暂无"), ("en", "not yet")])
def test_a_plan_of_yesterday_is_compared_with_nothing_yet(
    follow: Follow, catalog: Catalog, language: Any, said: str
) -> None:
    young = made_prescription(TODAY)
    page = staff_page(follow(plans=(young,)), language, catalog)
    lines = {one.key: one for one in page.metrics}
    for key in ("sessions", "volume", "done_volume"):
        assert (lines[key].asked, lines[key].credited, lines[key].label) == (said, None, None)
    assert float(lines["sessions"].done) == sum(week.completed for week in page.weeks)
    assert said in page.index_text
    fresh = staff_page(follow(kept=(), plans=(young,)), language, catalog)
    assert fresh.dose
    assert {value for _, value in fresh.dose} == {said}
