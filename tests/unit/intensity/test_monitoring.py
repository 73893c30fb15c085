"""No heart rate: said once, and where it is required, a pause and then the end."""

from __future__ import annotations

import pytest

from aicoach.intensity.guard import IntensityGuard
from aicoach.observations import HeartRateLink
from aicoach.session_events import AlertLevel


def guard_of(given, *, required):
    guard = IntensityGuard(given.session(given.heart(required=required)))
    guard.begin_main(0.0)
    return guard


def dropped(from_s, to_s=1e9):
    return lambda t_s: None if from_s <= t_s < to_s else 115.0


def test_a_lost_rate_is_said_once_after_ten_seconds(given):
    guard = guard_of(given, required=False)
    alerts = given.play(guard, dropped(60.0), 600.0)
    (lost,) = alerts
    assert (lost.rule, lost.level) == ("HR-LOST", AlertLevel.INFORM)
    assert 69.0 < lost.t_s <= 71.0
    assert guard.state == "unknown"
    assert guard.zone is None


def test_a_gap_of_nine_seconds_is_not_spoken_of(given):
    assert given.play(guard_of(given, required=True), dropped(60.0, 68.0), 120.0) == []


def test_where_it_is_required_the_session_pauses_and_then_ends(given):
    alerts = given.play(guard_of(given, required=True), dropped(60.0), 200.0)
    assert [(a.rule, a.level, a.pauses, a.ends) for a in alerts] == [
        ("HR-LOST", AlertLevel.WARN, False, "nothing"),
        ("STOP-8", AlertLevel.REST, True, "nothing"),
        ("STOP-8", AlertLevel.STOP, False, "session"),
    ]
    times = [a.t_s - 59.0 for a in alerts]
    assert times == pytest.approx([10.0, 30.0, 60.0], abs=1.5)


def test_a_rate_that_is_back_for_five_seconds_ends_the_pause(given):
    guard = guard_of(given, required=True)
    alerts = given.play(guard, dropped(60.0, 100.0), 150.0)
    (pause,) = given.over(alerts, "STOP-8")
    assert pause.t_s == pytest.approx(105.0, abs=1.0)
    assert given.over(alerts, "HR-LOST")
    assert guard.level is AlertLevel.NONE


def test_a_short_return_does_not_buy_time(given):
    """Single packets every 20 s: the session ends 60 s after the last good time."""
    guard = guard_of(given, required=True)
    trace = lambda t_s: 115.0 if t_s < 60 or t_s % 20 == 0 else None  # noqa: E731
    alerts = given.play(guard, trace, 200.0)
    assert [a.t_s for a in alerts if a.level is AlertLevel.STOP] == pytest.approx([120.0], abs=2.0)


def test_a_rate_that_is_required_and_never_comes_is_owed_from_the_beginning(given):
    guard = guard_of(given, required=True)
    alerts = given.play(guard, lambda _: None, 100.0)
    assert given.rules(alerts) == ["HR-LOST", "STOP-8", "STOP-8"]


def test_where_no_rate_is_required_and_none_came_nothing_is_said(given):
    assert given.play(guard_of(given, required=False), lambda _: None, 600.0) == []


def test_zeros_and_lost_contact_are_no_rate(given):
    alerts = given.play(guard_of(given, required=True), lambda t_s: 0.0 if t_s > 30 else 115, 200.0)
    assert given.rules(alerts) == ["HR-LOST", "STOP-8", "STOP-8"]


def test_a_sensor_that_says_it_is_gone_is_believed_at_once(given):
    guard = guard_of(given, required=False)
    given.play(guard, lambda _: 115.0, 30.0)
    alerts = guard.link(HeartRateLink(t_s=31.0, state="lost"))
    assert given.rules(alerts) == ["HR-LOST"]
    alerts = given.play(guard, lambda _: 115.0, 60.0, start_s=40.0)
    assert given.over(alerts, "HR-LOST")
