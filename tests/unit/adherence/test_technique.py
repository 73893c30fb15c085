from __future__ import annotations

from datetime import date, timedelta

from aicoach.adherence import FaultCount, Period, fault_changes, fault_rates, top_faults

MONDAY = date(2026, 3, 2)
WEEK = Period(MONDAY, MONDAY + timedelta(days=6))


def fault(rule, reps, exercise="squat"):
    return FaultCount(exercise=exercise, rule=rule, cue=rule, severity="minor", reps=reps)


def test_the_three_most_frequent_faults_come_first(session):
    one = session(MONDAY, faults=(fault("a", 1), fault("b", 4), fault("c", 2), fault("d", 3)))
    two = session(MONDAY + timedelta(days=1), faults=(fault("c", 3),))
    assert [(f.rule, f.reps) for f in top_faults([one, two], WEEK)] == [
        ("c", 5), ("b", 4), ("d", 3),
    ]  # fmt: skip


def test_a_rate_is_of_the_repetitions_that_could_be_judged(session):
    one = session(MONDAY, faults=(fault("a", 5),), form_judged=(("squat", 20), ("lunge", 99)))
    unseen = session(MONDAY + timedelta(days=1), reps=40, form_judged=())
    (rate,) = fault_rates([one, unseen], WEEK)
    assert rate.rate == 0.25


def test_without_a_judged_repetition_there_is_no_rate(session):
    (rate,) = fault_rates([session(MONDAY, faults=(fault("a", 5),), form_judged=())], WEEK)
    assert rate.rate is None


def test_a_fault_that_goes_away_is_better(session):
    later = Period(WEEK.last + timedelta(days=1), WEEK.last + timedelta(days=7))
    given = [
        session(MONDAY, faults=(fault("a", 20),)),
        session(later.first, faults=()),
    ]
    (change,) = fault_changes(given, WEEK, later)
    assert (change.before, change.now, change.trend) == (0.5, 0.0, "better")
