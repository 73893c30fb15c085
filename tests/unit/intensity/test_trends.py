"""Heart rate against work: drift, recovery, a fall under rising work."""

from __future__ import annotations

import pytest

from aicoach.events import PhaseDurations, Repetition
from aicoach.intensity.guard import IntensityGuard
from aicoach.session_events import AlertLevel


def rep(index, end_s, period_s):
    way_s = period_s / 2.0 - 0.1
    return Repetition(
        index=index, side="both", start_s=end_s - period_s, peak_s=end_s - way_s, end_s=end_s,
        counted_s=end_s, range_left_deg=80.0, range_right_deg=80.0, range_deg=80.0,
        phases=PhaseDurations(
            eccentric_s=way_s, bottom_hold_s=0.0, concentric_s=way_s, top_hold_s=0.1
        ),
        target_reached=True, asymmetry=0.0, peak_speed_deg_s=100.0, score=100,
    )  # fmt: skip


def work(guard, given, minutes, rate, period_at, *, sensor="chest_strap", start_s=0.0):
    """One packet a second, and repetitions of ``period_at(t)`` seconds."""
    alerts, next_s, index = [], start_s + period_at(start_s), 1
    for second in range(int(minutes * 60)):
        t_s = start_s + second
        alerts += guard.heart_rate(given.sample(t_s, rate(t_s), sensor=sensor))
        while next_s <= t_s:
            alerts += guard.repetition(rep(index, next_s, period_at(next_s)))
            index, next_s = index + 1, next_s + period_at(next_s)
    return alerts


@pytest.fixture
def guard(given):
    guard = IntensityGuard(given.session(given.heart(lower=None, upper=None, cap=200.0)))
    guard.begin_main(0.0)
    guard.begin_exercise(0.0, given.exercise("marching", slow_on_purpose=True))
    guard.begin_set(0.0)
    return guard


def test_a_rate_that_creeps_up_at_equal_cadence_asks_for_water_once(guard, given):
    alerts = work(guard, given, 25, lambda t_s: 110.0 + t_s / 120.0, lambda _: 2.0)
    (drift,) = given.begun(alerts, "HR-DRIFT")
    assert drift.level is AlertLevel.NONE
    assert drift.value >= 5.0
    assert drift.t_s >= 780.0
    assert guard.level is AlertLevel.NONE


@pytest.mark.parametrize(
    ("rate", "period"),
    [
        (lambda _: 110.0, lambda _: 2.0),
        (lambda t_s: 110.0 + t_s / 120.0, lambda t_s: 2.0 if t_s < 600 else 1.5),
    ],
    ids=["steady rate", "faster work"],
)
def test_a_steady_rate_or_faster_work_is_no_drift(guard, given, rate, period):
    assert given.begun(work(guard, given, 20, rate, period), "HR-DRIFT") == []


def recover(guard, given, from_bpm, to_bpm):
    alerts = work(guard, given, 3, lambda _: from_bpm, lambda _: 2.0)
    alerts += guard.end_set(180.0)
    step = (from_bpm - to_bpm) / 60.0
    return alerts + given.play(
        guard, lambda t_s: max(from_bpm - step * (t_s - 180.0), to_bpm), 300.0, start_s=181.0
    )


@pytest.mark.parametrize(("to_bpm", "noted"), [(134.0, True), (120.0, False)])
def test_a_slow_recovery_after_hard_work_is_a_note_for_the_staff(guard, given, to_bpm, noted):
    """Hard is 60 % of the reserve: 125.5 here."""
    found = given.begun(recover(guard, given, 142.0, to_bpm), "HR-RECOVERY")
    assert len(found) == noted
    if noted:
        assert found[0].notify_staff
        assert found[0].level is AlertLevel.NONE
        assert found[0].t_s == pytest.approx(240.0, abs=2.0)


def test_after_light_work_recovery_says_nothing(guard, given):
    assert given.begun(recover(guard, given, 110.0, 109.0), "HR-RECOVERY") == []


def test_a_new_set_within_the_minute_takes_the_question_back(guard, given):
    work(guard, given, 3, lambda _: 142.0, lambda _: 2.0)
    guard.end_set(180.0)
    guard.begin_set(200.0)
    alerts = given.play(guard, lambda _: 142.0, 300.0, start_s=201.0)
    assert given.begun(alerts, "HR-RECOVERY") == []


def faster(t_s):
    return 3.0 if t_s < 120 else 2.0


def falling(t_s):
    return 140.0 if t_s < 120 else max(140.0 - 0.7 * (t_s - 120), 108.0)


def test_a_rate_that_falls_by_more_than_twenty_while_work_rises_stops(guard, given):
    (stop,) = given.begun(work(guard, given, 5, falling, faster), "STOP-10")
    assert stop.value > 20.0
    names = {i.name: i.value for i in stop.inputs}
    assert names["reason"] == "falls_while_work_rises"
    assert names["cadence"] > 1.15 * names["cadence_before"]


@pytest.mark.parametrize(
    ("rate", "period", "sensor"),
    [
        (falling, lambda _: 3.0, "chest_strap"),
        (falling, faster, "wrist_optical"),
        (lambda t_s: 140.0 if t_s < 120 else 105.0, faster, "chest_strap"),
        (lambda t_s: 140.0 if t_s < 120 else 128.0, faster, "chest_strap"),
    ],
    ids=["same work", "poor sensor", "a jump of the signal", "a small fall"],
)
def test_weak_evidence_of_a_falling_rate_stops_nobody(guard, given, rate, period, sensor):
    alerts = work(guard, given, 5, rate, period, sensor=sensor)
    assert given.begun(alerts, "STOP-10") == []
