"""The rungs of the ladder on traces whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.intensity.guard import IntensityGuard
from aicoach.session_events import AlertLevel

UPPER = 124.0


def guard_of(given, **heart):
    return IntensityGuard(given.session(given.heart(**heart)))


def first_s(given, alerts, rule):
    found = given.begun(alerts, rule)
    return found[0].t_s if found else None


def step_to(height, at_s=60.0, base=110.0):
    """A step that is no jump: half way in the second before."""
    return lambda t_s: base if t_s < at_s - 1 else (base + height) / 2 if t_s < at_s else height


def test_inside_the_window_the_guard_is_quiet(given):
    guard = guard_of(given)
    assert given.play(guard, lambda t_s: 115.0 + 3.0 * math.sin(t_s / 9.0), 600.0) == []
    assert guard.state == "in"
    assert guard.zone == "in"
    assert guard.level is AlertLevel.NONE


@pytest.mark.parametrize(
    ("height", "rule", "within"),
    [
        (UPPER + 3.0, "HR-HIGH-1", (10.0, 16.0)),
        (UPPER + 8.0, "HR-HIGH-2", (15.0, 24.0)),
        (UPPER + 14.0, "HR-HIGH-3", (10.0, 18.0)),
    ],
)
def test_each_rung_comes_with_its_delay(given, height, rule, within):
    """Its own delay, and what the median and the average of the signal take."""
    alerts = given.play(guard_of(given, cap=None), step_to(height), 82.0)
    assert within[0] <= first_s(given, alerts, rule) - 60.0 <= within[1]


def test_nothing_is_said_of_an_excess_shorter_than_its_delay(given):
    guard = guard_of(given, cap=None)
    alerts = given.play(guard, lambda t_s: UPPER + 4 if 60 <= t_s < 68 else 112.0, 120.0)
    assert [a for a in alerts if a.level > AlertLevel.NONE] == []


def test_a_warning_that_does_not_help_becomes_slower_after_thirty_seconds(given):
    alerts = given.play(guard_of(given, cap=None), step_to(UPPER + 3.0), 180.0)
    warned_s = first_s(given, alerts, "HR-HIGH-1")
    assert first_s(given, alerts, "HR-HIGH-2") - warned_s == pytest.approx(30.0, abs=1.5)
    assert first_s(given, alerts, "HR-HIGH-3") is None


def test_slowing_that_does_not_help_becomes_rest_after_thirty_seconds(given):
    alerts = given.play(guard_of(given, cap=None), step_to(UPPER + 8.0), 180.0)
    slowed_s = first_s(given, alerts, "HR-HIGH-2")
    assert first_s(given, alerts, "HR-HIGH-3") - slowed_s <= 31.5


def test_the_first_rung_is_left_three_below_for_ten_seconds(given):
    guard = guard_of(given)
    trace = lambda t_s: UPPER + 3.0 if t_s < 30 else UPPER - 9.0  # noqa: E731
    alerts = given.play(guard, trace, 90.0)
    ended = given.over(alerts, "HR-HIGH-1")
    assert len(ended) == 1
    assert 10.0 <= ended[0].t_s - 30.0 <= 18.0
    assert guard.state == "in"
    assert guard.level is AlertLevel.NONE


def test_close_below_the_limit_the_first_rung_waits_longer(given):
    """Four below may be a slow swing; it is left in the end all the same."""
    guard = guard_of(given)
    trace = lambda t_s: UPPER + 3.0 if t_s < 30 else UPPER - 4.2  # noqa: E731
    alerts = given.play(guard, trace, 160.0)
    assert 60.0 <= given.over(alerts, "HR-HIGH-1")[0].t_s - 30.0 <= 110.0


def test_at_the_limit_less_two_no_rung_is_left(given):
    guard = guard_of(given)
    given.play(guard, lambda t_s: UPPER + 3.0 if t_s < 30 else UPPER - 2.0, 300.0)
    assert guard.state == "high_1"


def rest_and_recover(given, guard, effort):
    """A rest is asked for at 130 s; from 140 s on the heart calms down."""
    trace = lambda t_s: 118.0 if t_s < 110 else UPPER + 14 if t_s < 140 else 95.0  # noqa: E731
    alerts = given.play(guard, trace, 190.0)
    if effort is not None:
        alerts += guard.answered(given.answer(190.0, "effort", effort))
    return alerts + given.play(guard, trace, 260.0, start_s=191.0)


def test_a_rest_ends_after_a_minute_when_heart_and_effort_have_calmed(given):
    guard = guard_of(given, cap=None)
    alerts = rest_and_recover(given, guard, 3)
    begun, ended = given.begun(alerts, "HR-HIGH-3"), given.over(alerts, "HR-HIGH-3")
    assert len(begun) == len(ended) == 1
    assert begun[0].ends == "set"
    assert ended[0].t_s - begun[0].t_s >= 60.0
    assert ended[0].t_s <= 225.0
    assert guard.state == "in"


@pytest.mark.parametrize("effort", [None, 5, 9])
def test_a_rest_goes_on_while_effort_is_high_or_unknown(given, effort):
    guard = guard_of(given, cap=None)
    rest_and_recover(given, guard, effort)
    assert guard.state == "high_3"


def test_an_answer_from_before_the_rest_does_not_end_it(given):
    guard = guard_of(given, cap=None)
    guard.answered(given.answer(0.0, "effort", 2))
    rest_and_recover(given, guard, None)
    assert guard.state == "high_3"


@pytest.mark.parametrize(
    ("rest_bpm", "max_bpm", "left_at"), [(70.0, 162.5, 107.0), (None, None, UPPER - 15.0)]
)
def test_a_rest_ends_at_forty_percent_of_the_reserve_or_fifteen_below(
    given, rest_bpm, max_bpm, left_at
):
    for after, state in ((left_at + 1.0, "high_3"), (left_at - 1.0, "in")):
        guard = guard_of(given, cap=None, rest_bpm=rest_bpm, max_bpm=max_bpm)
        trace = lambda t_s, to=after: UPPER + 14 if t_s < 30 else to  # noqa: E731
        given.play(guard, trace, 100.0)
        guard.answered(given.answer(100.0, "effort", 2))
        given.play(guard, trace, 130.0, start_s=101.0)
        assert guard.state == state


def test_a_second_rest_ends_the_session(given):
    guard = guard_of(given, cap=None)
    rest_and_recover(given, guard, 3)
    alerts = given.play(guard, lambda _: UPPER + 14.0, 330.0, start_s=261.0)
    (stop,) = given.begun(alerts, "STOP-10")
    assert stop.t_s <= 261.0 + 25.0
    assert stop.ends == "session"
    assert stop.limit == UPPER
    assert ("reason", "second_rest") in {(i.name, i.value) for i in stop.inputs}


def test_whoever_never_recovers_from_the_first_rest_is_stopped_too(given):
    alerts = given.play(guard_of(given, cap=None), lambda _: UPPER + 14.0, 200.0)
    first = first_s(given, alerts, "HR-HIGH-3")
    assert first_s(given, alerts, "STOP-10") - first == pytest.approx(90.0, abs=1.5)


def test_a_stop_is_for_good(given):
    guard = guard_of(given)
    given.play(guard, lambda t_s: 150.0 if t_s < 20 else 90.0, 400.0)
    assert guard.state == "hard"
    assert guard.stopped


def test_an_alert_names_rule_value_limit_author_and_inputs(given):
    guard = guard_of(given)
    (stop,) = given.begun(given.play(guard, lambda _: 150.0, 10.0), "STOP-10")
    assert (stop.value, stop.limit, stop.unit, stop.author) == (150.0, 145.0, "bpm", "dr-lin")
    assert stop.level is AlertLevel.STOP
    assert stop.notify_staff
    names = {i.name: i.value for i in stop.inputs}
    assert names["limit_from"] == "intensity.hr"
    assert names["sensor"] == "chest_strap"


CAP_TRACES = {
    "step": lambda t_s: 100.0 if t_s < 30 else 150.0,
    "jump from rest": lambda t_s: 62.0 if t_s < 30 else 190.0,
    "just at the cap": lambda t_s: 130.0 if t_s < 30 else 145.0,
    "ramp": lambda t_s: 100.0 + 1.5 * t_s,
    "slow ramp": lambda t_s: 138.0 + 0.1 * t_s,
    "to two hundred and ten": lambda t_s: 100.0 if t_s < 30 else 210.0,
}


@pytest.mark.parametrize("every_s", [0.1, 0.25, 1.0, 1.7, 2.5, 4.0, 6.0, 9.0])
@pytest.mark.parametrize("trace", CAP_TRACES.values(), ids=CAP_TRACES.keys())
def test_a_passed_cap_stops_within_five_seconds_of_the_fifth_second(given, trace, every_s):
    """Ticks between the packets, as frames give them."""
    guard = guard_of(given)
    above_s = stopped_s = None
    next_s = 0.0
    for i in range(1500):
        t_s = round(0.1 * i, 3)
        alerts = ()
        if t_s >= next_s:
            next_s += every_s
            bpm = trace(t_s)
            if above_s is None and bpm >= 145.0:
                above_s = t_s
            alerts = guard.heart_rate(given.sample(t_s, bpm))
        alerts += guard.tick(t_s)
        if given.begun(alerts, "STOP-10"):
            stopped_s = t_s
            break
    assert stopped_s is not None
    assert stopped_s - above_s + 1e-9 >= 5.0
    assert stopped_s - (above_s + 5.0) <= 5.0


@pytest.mark.parametrize("seed", range(30))
def test_a_noisy_passed_cap_stops_within_five_seconds_of_the_fifth_second(given, seed):
    """Sagging packets, zeros and lost contact on the way do not spare anybody."""
    random = np.random.default_rng(seed)
    guard = guard_of(given)
    true = 110.0 + 0.4 * np.arange(150.0) + random.uniform(-1.0, 1.0, 150)
    above_s = 1 + max(i for i in range(150) if true[i] < 145.0)  # from here on for good
    stopped_s = None
    for i in range(150):
        packet = random.random()
        bpm = 0.0 if packet < 0.1 else 60.0 if packet < 0.2 else float(true[i])
        if given.begun(guard.heart_rate(given.sample(float(i), bpm)), "STOP-10"):
            stopped_s = i
            break
    assert stopped_s is not None
    assert stopped_s <= above_s + 10.0


@pytest.mark.parametrize("spike_s", [1, 2, 3, 4, 5])
def test_a_spike_above_the_cap_of_less_than_five_seconds_stops_nobody(given, spike_s):
    """Five packets span four seconds."""
    guard = guard_of(given)
    alerts = given.play(guard, lambda t_s: 190.0 if 60 <= t_s < 60 + spike_s else 112.0, 120.0)
    assert given.begun(alerts, "STOP-10") == []


def test_alternating_false_packets_stop_nobody(given):
    guard = guard_of(given)
    assert given.rules(given.play(guard, lambda t_s: 190.0 if t_s % 3 == 0 else 112.0, 300.0)) == []


def test_without_a_window_only_the_cap_is_watched(given):
    guard = guard_of(given, lower=None, upper=None)
    assert given.play(guard, lambda _: 144.0, 300.0) == []
    alerts = given.play(guard, lambda _: 150.0, 320.0, start_s=301.0)
    assert given.rules(alerts) == ["STOP-10"]


def test_without_any_limit_nothing_is_said(given):
    guard = guard_of(given, lower=None, upper=None, cap=None)
    assert given.play(guard, lambda _: 190.0, 300.0) == []
    assert guard.state == "no_limits"


def test_a_wrist_sensor_asks_for_ten_more_and_fifteen_seconds(given):
    alerts = given.play(guard_of(given), lambda _: UPPER + 8, 200.0, sensor="wrist_optical")
    assert alerts == []
    alerts = given.play(
        guard_of(given, cap=None), lambda _: UPPER + 12, 60.0, sensor="wrist_optical"
    )
    assert first_s(given, alerts, "HR-HIGH-1") >= 15.0


@pytest.mark.parametrize("sensor", ["chest_strap", "arm_optical", "wrist_optical"])
def test_no_sensor_loosens_the_cap(given, sensor):
    alerts = given.play(guard_of(given), lambda _: 146.0, 60.0, sensor=sensor)
    assert first_s(given, alerts, "STOP-10") == pytest.approx(5.0, abs=1.0)


def test_an_arm_sensor_asks_for_five_more(given):
    assert given.play(guard_of(given), lambda _: UPPER + 4, 200.0, sensor="arm_optical") == []
    alerts = given.play(guard_of(given), lambda _: UPPER + 6, 60.0, sensor="arm_optical")
    assert given.begun(alerts, "HR-HIGH-1")


def test_a_lost_rate_keeps_the_rung(given):
    guard = guard_of(given, cap=None)
    given.play(guard, lambda _: UPPER + 3, 20.0)
    assert guard.state == "high_1"
    given.play(guard, lambda _: None, 200.0, start_s=21.0)
    assert guard.state == "high_1"
    assert guard.heart_rate_bpm is None


def test_a_climb_towards_the_limit_is_advised_on_before_it_is_passed(given):
    guard = guard_of(given, cap=None)
    alerts = given.play(guard, lambda t_s: 95.0 + 0.5 * t_s, 80.0)
    rising = first_s(given, alerts, "HR-RISING")
    assert 95.0 + 0.5 * rising < UPPER
    assert rising < first_s(given, alerts, "HR-HIGH-1")
    assert given.begun(alerts, "HR-RISING")[0].level is AlertLevel.NONE
    assert given.over(alerts, "HR-RISING")


def test_a_rise_that_ends_well_below_is_no_reason_to_speak(given):
    guard = guard_of(given)
    assert given.play(guard, lambda t_s: min(80.0 + 0.4 * t_s, 108.0), 300.0) == []
