from __future__ import annotations

from datetime import date

import pytest

from aicoach.adherence import (
    Period,
    course_of,
    course_of_plans,
    in_force_on,
    plan_in_force,
    prescribed,
)

FIRST = date(2026, 1, 5)


def test_the_sets_of_a_week_are_those_of_its_sessions(plan, catalog):
    # two sets of standing up in each of three sessions, marching in one of them
    items = [one.model_dump(exclude_unset=True) for one in plan().items]
    items[1]["per_week"] = 1
    found = plan_in_force(plan(items=items), catalog, FIRST)
    assert found.sessions_per_week == 3
    assert found.sets_per_week == 7.0
    assert not found.zone_asked


def test_each_version_holds_until_the_next_begins(plan, catalog):
    second = plan(
        version=2, signed_at=date(2026, 2, 1), valid_from=date(2026, 2, 2),
        session={"frequency_per_week": 5, "cool_down_min": 5.0},
    )  # fmt: skip
    course = course_of([second, plan()], catalog)
    assert [(one.version, one.first, one.last) for one in course] == [
        (1, FIRST, date(2026, 2, 1)),
        (2, date(2026, 2, 2), None),
    ]
    week = Period(date(2026, 1, 30), date(2026, 2, 5))
    assert prescribed(course, week).sessions == pytest.approx((3 * 3 + 4 * 5) / 7)
    assert prescribed(course, week).days == 7


def test_a_paused_version_ends_the_one_before_and_asks_for_nothing(plan, catalog):
    paused = plan(version=2, status="paused", valid_from=date(2026, 2, 1))
    course = course_of([plan(), paused], catalog)
    assert [one.last for one in course] == [date(2026, 1, 31)]
    assert in_force_on(course, date(2026, 2, 1)) is None


def test_drafts_and_examples_ask_for_nothing(plan, catalog):
    assert course_of([plan(status="draft"), plan(status="example")], catalog) == ()


def test_a_version_replaced_on_the_day_it_began_never_held(plan, catalog):
    again = plan(version=2)
    assert [one.version for one in course_of([plan(), again], catalog)] == [2]


def test_a_plan_ends_on_its_last_day(plan, catalog):
    course = course_of([plan(valid_until=date(2026, 3, 1))], catalog)
    assert in_force_on(course, date(2026, 3, 1)) is not None
    assert in_force_on(course, date(2026, 3, 2)) is None
    assert in_force_on(course, date(2026, 1, 4)) is None


def test_a_new_plan_ends_the_one_before_it(plan, catalog):
    new = plan(id="other", version=1, signed_at=date(2026, 3, 1), valid_from=date(2026, 3, 2))
    older = plan(version=2, signed_at=date(2026, 2, 1), valid_from=date(2026, 2, 2))
    course = course_of_plans([new, older, plan()], catalog)
    assert [(one.plan_id, one.version, one.first, one.last) for one in course] == [
        (plan().id, 1, FIRST, date(2026, 2, 1)),
        (plan().id, 2, date(2026, 2, 2), date(2026, 3, 1)),
        ("other", 1, date(2026, 3, 2), None),
    ]
    assert course_of_plans([plan()], catalog) == course_of([plan()], catalog)


@pytest.mark.parametrize("status", ["paused", "completed", "revoked"])
def test_a_plan_that_was_set_aside_asked_for_something_until_then(plan, catalog, status):
    ended = {(plan().id, 1): date(2026, 3, 10)}
    course = course_of([plan(status=status)], catalog, ended)
    assert [(one.first, one.last) for one in course] == [(FIRST, date(2026, 3, 9))]
    assert in_force_on(course, date(2026, 3, 10)) is None
    until = plan(status=status, valid_until=date(2026, 2, 1))
    assert course_of([until], catalog, ended)[0].last == date(2026, 2, 1), "it had ended before"


def test_a_plan_that_makes_room_for_another_keeps_its_weeks(plan, catalog):
    new = plan(id="short", signed_at=date(2026, 3, 10), valid_from=date(2026, 3, 10))
    course = course_of_plans(
        [plan(status="completed"), new], catalog, {(plan().id, 1): date(2026, 3, 10)}
    )
    month = Period(date(2026, 2, 11), date(2026, 3, 10))
    assert prescribed(course, month).days == 28
    assert prescribed(course, month).sessions == pytest.approx(12.0)


def test_a_version_set_aside_before_it_began_ends_nothing(plan, catalog):
    never = plan(version=2, status="revoked", valid_from=date(2026, 3, 1))
    course = course_of([plan(), never], catalog, {(plan().id, 2): date(2026, 2, 20)})
    assert [(one.version, one.last) for one in course] == [(1, None)]


def test_a_plan_that_goes_on_again_has_no_end(plan, catalog):
    assert course_of([plan()], catalog, {(plan().id, 1): date(2026, 3, 10)})[0].last is None
