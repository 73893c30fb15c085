from __future__ import annotations

from datetime import date, timedelta

from aicoach.adherence import persistence

MONDAY = date(2026, 3, 2)


def weeks_of(session, counts):
    """So many sessions in each week from MONDAY on."""
    return [
        session(MONDAY + timedelta(days=7 * week + i))
        for week, count in enumerate(counts)
        for i in range(count)
    ]


def test_a_streak_is_of_weeks_in_a_row(session, held):
    given = weeks_of(session, [3, 3, 1, 3, 3, 3])
    found = persistence(given, [held(MONDAY)], MONDAY + timedelta(days=41))
    assert (found.streak_weeks, found.longest_streak_weeks) == (3, 3)
    assert (found.weeks_reached, found.weeks_asked) == (5, 6)


def test_the_running_week_neither_breaks_a_streak_nor_counts_too_early(session, held):
    given = weeks_of(session, [3, 3, 1])
    wednesday = MONDAY + timedelta(days=16)
    found = persistence(given, [held(MONDAY)], wednesday)
    assert (found.streak_weeks, found.weeks_asked) == (2, 2)
    full = persistence(weeks_of(session, [3, 3, 3]), [held(MONDAY)], wednesday)
    assert (full.streak_weeks, full.weeks_asked) == (3, 2)


def test_fourteen_days_without_a_session_are_a_dropout_on_the_fourteenth(session, held):
    course = [held(MONDAY)]
    thirteen = persistence([session(MONDAY)], course, MONDAY + timedelta(days=13))
    assert not thirteen.dropped_out
    assert thirteen.idle_days == 13
    fourteen = persistence([session(MONDAY)], course, MONDAY + timedelta(days=14))
    assert fourteen.dropped_out
    assert fourteen.dropouts == (MONDAY + timedelta(days=14),)
    assert fourteen.last_day == MONDAY


def test_who_comes_back_has_not_dropped_out_but_it_is_remembered(session, held):
    given = [session(MONDAY), session(MONDAY + timedelta(days=20))]
    found = persistence(given, [held(MONDAY)], MONDAY + timedelta(days=21))
    assert not found.dropped_out
    assert found.dropouts == (MONDAY + timedelta(days=14),)
    assert found.idle_days == 1


def test_days_without_a_plan_are_not_idle(session, held):
    course = [held(MONDAY, MONDAY + timedelta(days=4)), held(MONDAY + timedelta(days=35))]
    found = persistence([session(MONDAY)], course, MONDAY + timedelta(days=36))
    assert found.idle_days == 6
    assert not found.dropouts
    assert found.weeks_asked == 1


def test_without_a_plan_nothing_is_asked(session):
    found = persistence([session(MONDAY)], [], MONDAY)
    assert (found.weeks_asked, found.dropped_out, found.last_day) == (0, False, MONDAY)
