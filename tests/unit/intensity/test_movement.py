"""Cadence, tempo, holds and fatigue on repetitions whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aicoach.events import FormFault, Hold, PhaseDurations, Repetition
from aicoach.intensity.guard import IntensityGuard
from aicoach.limits import Tempo
from aicoach.session_events import AlertLevel

FAULT = FormFault(
    rule="knees_in", severity="major", start_s=0.0, end_s=1.0, value=1.0, limit=0.5, cue="knees"
)


def rep(index, end_s, *, speed=100.0, ecc=1.5, con=None, reach=80.0, pause=0.5, faults=()):
    """``speed`` in % of one way a second."""
    con = 100.0 / speed if con is None else con
    return Repetition(
        index=index,
        side="both",
        start_s=end_s - ecc - con,
        peak_s=end_s - con,
        end_s=end_s,
        counted_s=end_s,
        phases=PhaseDurations(
            eccentric_s=ecc, bottom_hold_s=0.1, concentric_s=con, top_hold_s=pause
        ),
        range_left_deg=reach,
        range_right_deg=reach,
        range_deg=reach,
        target_reached=True,
        asymmetry=0.0,
        peak_speed_deg_s=None,
        score=100,
        faults=faults,
    )


@pytest.fixture
def begun(given):
    def make(**limits):
        guard = IntensityGuard(given.session())
        guard.begin_exercise(0.0, given.exercise(**limits))
        guard.begin_set(0.0)
        return guard

    return make


def done(guard, reps):
    alerts = []
    for one in reps:
        alerts += guard.tick(one.end_s)
        alerts += guard.repetition(one)
    return alerts


def every(period_s, n, start=0, **more):
    return [rep(start + i + 1, (start + i + 1) * period_s, **more) for i in range(n)]


@pytest.mark.parametrize(("period_s", "too_fast"), [(4.0, False), (4.1, False), (3.9, True)])
def test_more_repetitions_a_minute_than_allowed_are_too_many(begun, given, period_s, too_fast):
    guard = begun(cadence_per_min=given.by_doctor(15.0, "1/min"))
    alerts = done(guard, every(period_s, 6))
    assert given.rules(alerts) == (["CADENCE"] if too_fast else [])
    assert guard.cadence_per_min == pytest.approx(60.0 / period_s)
    if too_fast:
        assert alerts[0].author == "dr-lin"
        assert alerts[0].t_s == pytest.approx(4 * period_s)


def test_a_slower_pace_ends_the_alert_and_one_quick_repetition_is_none(begun, given):
    guard = begun(cadence_per_min=given.by_doctor(15.0, "1/min"))
    assert done(guard, [rep(1, 5.0), rep(2, 10.0), rep(3, 12.0), rep(4, 17.0)]) == []
    guard = begun(cadence_per_min=given.by_doctor(15.0, "1/min"))
    done(guard, every(3.0, 4))
    assert given.over(done(guard, [rep(5, 17.0), rep(6, 22.0)]), "CADENCE")


def test_a_pause_between_sets_is_no_slow_repetition(begun, given):
    guard = begun(cadence_per_min=given.by_doctor(15.0, "1/min"))
    done(guard, every(3.0, 4))
    guard.end_set(12.0)
    guard.begin_set(100.0)
    assert guard.cadence_per_min is None
    assert guard.level is AlertLevel.NONE


TEMPO = Tempo(eccentric_s=2.0, bottom_s=0.0, concentric_s=2.0, top_s=0.0)


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ([(2.0, 2.0)] * 4, False),
        ([(1.4, 1.5)] * 4, False),
        ([(1.2, 2.0), (2.0, 2.0), (2.0, 2.0)], False),
        ([(1.2, 2.0), (2.0, 2.0), (2.0, 1.2)], True),
        ([(2.0, 0.9)], True),
        ([(6.0, 6.0)] * 4, False),
    ],
)
def test_hasty_phases_are_spoken_of_when_two_of_three_or_one_far_too_fast(
    begun, given, phases, said
):
    guard = begun(tempo=TEMPO)
    reps = [rep(i, 10.0 * i, ecc=ecc, con=con) for i, (ecc, con) in enumerate(phases, start=1)]
    assert given.rules(done(guard, reps)) == (["TEMPO"] if said else [])


def test_time_under_tension_adds_up_over_sets(begun):
    guard = begun()
    done(guard, every(5.0, 4))
    guard.end_set(20.0)
    guard.begin_set(60.0)
    done(guard, [rep(1, 70.0), rep(2, 75.0)])
    assert guard.summary().tension_s == pytest.approx(6 * 2.6)


def test_a_set_that_stays_fresh_is_silent(begun):
    assert done(begun(), every(5.0, 15)) == []


def test_falling_speed_is_named_after_two_in_a_row(begun, given):
    guard = begun()
    done(guard, every(5.0, 5))
    assert done(guard, [rep(6, 30.0, speed=75.0)]) == []
    (alert,) = done(guard, [rep(7, 35.0, speed=75.0)])
    assert (alert.rule, alert.level, alert.ends) == ("FATIGUE-1", AlertLevel.WARN, "nothing")
    assert {i.name: i.value for i in alert.inputs}["speed_loss"] == 25.0


def test_speed_that_is_up_again_ends_it(begun, given):
    guard = begun()
    done(guard, every(5.0, 5))
    done(guard, every(5.0, 2, start=5, speed=75.0))
    assert given.over(done(guard, [rep(8, 40.0)]), "FATIGUE-1")


def test_lost_speed_and_longer_repetitions_together_end_the_set(begun, given):
    guard = begun()
    done(guard, every(5.0, 5))
    alerts = done(guard, every(5.0, 2, start=5, speed=60.0, ecc=2.0))
    assert given.begun(alerts, "FATIGUE-2")[0].ends == "set"
    assert guard.level is AlertLevel.REST


def test_trained_people_may_lose_more(begun, given):
    for trained, rules in ((False, ["FATIGUE-2"]), (True, ["FATIGUE-1"])):
        guard = begun(trained=trained)
        done(guard, every(5.0, 5))
        found = done(guard, every(5.0, 2, start=5, speed=65.0, ecc=2.0))
        assert given.rules(found) == rules


def test_a_jump_of_a_keypoint_is_no_speed(begun):
    guard = begun()
    done(guard, [replace(one, peak_speed_deg_s=300.0) for one in every(5.0, 5)])
    assert (
        done(guard, [replace(one, peak_speed_deg_s=90.0) for one in every(5.0, 4, start=5)]) == []
    )


def test_who_slows_down_when_asked_to_is_not_tired(begun, given):
    guard = begun(cadence_per_min=given.by_doctor(15.0, "1/min"))
    assert given.rules(done(guard, every(3.0, 6, con=0.6, ecc=0.6))) == ["CADENCE"]
    slower = [rep(6 + i, 18.0 + 5.0 * i, con=1.2, ecc=1.2) for i in range(1, 9)]
    assert not given.begun(done(guard, slower), "FATIGUE-1")


def test_speed_says_nothing_where_slowness_is_asked_for(begun):
    guard = begun(slow_on_purpose=True)
    done(guard, every(5.0, 5))
    assert done(guard, every(5.0, 4, start=5, speed=70.0)) == []


@pytest.mark.parametrize(
    "worn",
    [{"reach": 65.0}, {"ecc": 2.2, "con": 1.4}, {"faults": (FAULT,)}],
    ids=["range", "duration", "form"],
)
def test_every_sign_counts_for_itself(begun, given, worn):
    guard = begun()
    done(guard, every(5.0, 5))
    assert given.rules(done(guard, every(5.0, 3, start=5, **worn))) == ["FATIGUE-1"]


def test_longer_pauses_are_a_sign(begun, given):
    guard = begun()
    done(guard, every(4.0, 5))
    alerts = done(guard, [rep(6, 29.0), rep(7, 38.0)])
    assert given.rules(alerts) == ["FATIGUE-1"]
    assert alerts[0].value == "pause"


def test_what_was_not_seen_is_no_sign(begun):
    guard = begun()
    done(guard, every(5.0, 5, con=0.0, reach=None))
    assert done(guard, every(5.0, 5, start=5, con=0.0, reach=None)) == []


def test_too_few_repetitions_are_no_baseline(begun):
    guard = begun()
    assert done(guard, [rep(i, 5.0 * i, speed=200.0 / i) for i in range(1, 6)]) == []


@pytest.mark.parametrize(("held_s", "said"), [(9.9, False), (10.0, True)])
def test_a_hold_that_is_too_long_ends(begun, given, held_s, said):
    guard = begun(longest_hold_s=given.by_doctor(10.0, "s"))
    alerts = guard.holding(held_s, held_s)
    assert given.rules(alerts) == (["HOLD-LONG"] if said else [])
    ended = Hold(start_s=0.0, end_s=held_s, ended_by="moved", accepted=True)
    again = guard.hold(ended)
    assert given.rules(alerts + again) == (["HOLD-LONG"] if said else [])


def test_without_a_bound_holds_are_free(begun):
    assert begun().holding(300.0, 300.0) == ()
