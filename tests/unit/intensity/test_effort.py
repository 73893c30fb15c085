"""Effort, pain, breath, symptoms and entered values: the stricter is obeyed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from aicoach.intensity.guard import IntensityGuard
from aicoach.session_events import AlertLevel


@dataclass(frozen=True)
class Complaint:
    rule: str
    level: AlertLevel
    ends: str
    notify_staff: bool
    say: str


SYMPTOMS = {
    "chest_pain": Complaint("STOP-1", AlertLevel.STOP, "session", True, "screening.chest"),
    "leg_cramp": Complaint("STOP-6", AlertLevel.REST, "exercise", False, "screening.cramp"),
}


@pytest.fixture
def guard(given):
    return IntensityGuard(given.session(), symptoms=SYMPTOMS)


@pytest.mark.parametrize(
    ("effort", "rule", "level", "ends"),
    [
        (0, None, AlertLevel.NONE, None),
        (5.9, None, AlertLevel.NONE, None),
        (6, "EFFORT-1", AlertLevel.WARN, "nothing"),
        (7.9, "EFFORT-1", AlertLevel.WARN, "nothing"),
        (8, "EFFORT-STOP", AlertLevel.REST, "set"),
        (10, "EFFORT-STOP", AlertLevel.REST, "set"),
        (11, "EFFORT-STOP", AlertLevel.REST, "set"),
    ],
)
def test_effort_warns_at_the_upper_value_and_ends_the_set_at_the_stop(
    guard, given, effort, rule, level, ends
):
    alerts = guard.answered(given.answer(5.0, "effort", effort))
    assert given.rules(alerts) == ([] if rule is None else [rule])
    assert guard.level is level
    if rule is not None:
        assert alerts[-1].ends == ends
        assert alerts[-1].author == "dr-lin"


def test_two_above_the_upper_effort_slows_although_the_heart_rate_is_in_the_zone(given):
    limits = given.session(rpe_upper=4.0)
    guard = IntensityGuard(limits)
    given.play(guard, lambda _: 115.0, 30.0)
    assert guard.zone == "in"
    assert given.rules(guard.answered(given.answer(31.0, "effort", 6))) == ["EFFORT-2"]
    assert guard.level is AlertLevel.SLOW


def test_effort_eight_ends_the_set_although_the_heart_rate_is_in_the_zone(guard, given):
    given.play(guard, lambda _: 115.0, 30.0)
    (alert,) = guard.answered(given.answer(31.0, "effort.after_set", 8))
    assert (guard.zone, alert.rule, alert.ends) == ("in", "EFFORT-STOP", "set")
    assert guard.level is AlertLevel.REST


def test_a_stricter_upper_effort_of_the_exercise_holds(guard, given):
    guard.begin_exercise(0.0, given.exercise(rpe_upper=given.by_doctor(3.0, "0-10")))
    assert given.rules(guard.answered(given.answer(1.0, "effort", 3))) == ["EFFORT-1"]


def test_a_lower_effort_afterwards_ends_the_alert_and_so_does_the_next_set(guard, given):
    guard.answered(given.answer(1.0, "effort", 9))
    assert given.over(guard.answered(given.answer(60.0, "effort", 3)), "EFFORT-STOP")
    assert guard.level is AlertLevel.NONE
    guard.answered(given.answer(61.0, "effort", 9))
    assert given.over(guard.begin_set(90.0), "EFFORT-STOP")


@pytest.mark.parametrize(("pain", "ends"), [(0, False), (5, False), (5.5, True), (6, True)])
def test_pain_above_the_stop_ends_the_exercise(guard, given, pain, ends):
    alerts = guard.answered(given.answer(1.0, "pain", pain))
    assert given.rules(alerts) == (["STOP-13"] if ends else [])
    if ends:
        assert alerts[-1].ends == "exercise"
        assert alerts[-1].notify_staff


def test_the_stricter_pain_limit_of_the_exercise_holds_and_ends_with_it(guard, given):
    strict = given.exercise(pain_stop=given.by_doctor(3.0, "0-10"))
    guard.begin_exercise(0.0, strict)
    assert given.rules(guard.answered(given.answer(1.0, "pain", 4))) == ["STOP-13"]
    assert given.over(guard.begin_exercise(30.0, given.exercise("bicep_curl")), "STOP-13")
    assert guard.level is AlertLevel.NONE


@pytest.mark.parametrize(
    ("said", "rules"),
    [("sing", []), ("talk", []), ("words", ["TALK-1"]), ("none", ["TALK-2"])],
)
def test_whoever_can_speak_less_than_the_plan_asks_slows_or_rests(guard, given, said, rules):
    assert given.rules(guard.answered(given.answer(1.0, "talk", said))) == rules


@pytest.mark.parametrize("question", ["effort", "pain", "talk"])
@pytest.mark.parametrize("value", [None, "a lot", -1, math.nan, True])
def test_an_answer_that_cannot_be_read_is_asked_again_and_changes_nothing(
    guard, given, question, value
):
    guard.answered(given.answer(0.0, "effort", 9))
    alerts = guard.answered(given.answer(1.0, question, value))
    assert given.rules(alerts) == ["ANSWER-UNCLEAR"]
    assert alerts[0].quantity == question
    assert guard.level is AlertLevel.REST


def test_a_symptom_follows_its_table(guard, given):
    (cramp,) = guard.answered(given.answer(1.0, "symptom", "leg_cramp"))
    assert (cramp.rule, cramp.ends, cramp.cue) == ("STOP-6", "exercise", "screening.cramp")
    (chest,) = guard.answered(given.answer(2.0, "symptom", "chest_pain"))
    assert (chest.rule, chest.ends, chest.level) == ("STOP-1", "session", AlertLevel.STOP)
    assert guard.summary().symptoms == ("leg_cramp", "chest_pain")


@pytest.mark.parametrize("value", ["something odd", True, 1])
def test_a_complaint_that_nobody_knows_stops(guard, given, value):
    (alert,) = guard.answered(given.answer(1.0, "symptom", value))
    assert (alert.level, alert.ends, alert.notify_staff) == (AlertLevel.STOP, "session", True)


@pytest.mark.parametrize("value", [None, False, "none", ""])
def test_no_complaint_stops_nobody(guard, given, value):
    assert guard.answered(given.answer(1.0, "symptom", value)) == ()


@pytest.mark.parametrize(
    ("question", "fine", "stops", "rule"),
    [
        ("systolic_mmhg", 220, 221, "STOP-11"),
        ("diastolic_mmhg", 105, 106, "STOP-11"),
        ("glucose_mmol", 3.9, 3.8, "STOP-12"),
        ("spo2_pct", 88, 87, "STOP-14"),
    ],
)
def test_a_measurement_beyond_its_bound_ends_the_session(guard, given, question, fine, stops, rule):
    assert guard.answered(given.answer(1.0, question, fine)) == ()
    (alert,) = guard.answered(given.answer(2.0, question, stops))
    assert (alert.rule, alert.ends, alert.value) == (rule, "session", float(stops))


def test_oxygen_that_falls_by_four_ends_the_session(guard, given):
    assert guard.answered(given.answer(1.0, "spo2_pct", 97)) == ()
    assert guard.answered(given.answer(2.0, "spo2_pct", 93.5)) == ()
    assert given.rules(guard.answered(given.answer(3.0, "spo2_pct", 93))) == ["STOP-14"]


def test_pressure_that_falls_by_ten_stops_only_with_a_complaint(given):
    for complaint, rules in ((None, []), ("leg_cramp", ["STOP-11"])):
        guard = IntensityGuard(given.session(), symptoms=SYMPTOMS)
        guard.answered(given.answer(1.0, "systolic_mmhg", 150))
        guard.answered(given.answer(2.0, "symptom", complaint))
        alerts = guard.answered(given.answer(3.0, "systolic_mmhg", 140))
        assert given.rules(alerts) == rules


@pytest.mark.parametrize(
    "question", ["systolic_mmhg", "diastolic_mmhg", "glucose_mmol", "spo2_pct"]
)
@pytest.mark.parametrize("value", [-3, 0, 9999, math.nan, "high", None, True])
def test_a_measurement_that_nobody_can_have_is_asked_again(guard, given, question, value):
    assert given.rules(guard.answered(given.answer(1.0, question, value))) == ["ANSWER-UNCLEAR"]
    assert guard.level is AlertLevel.NONE
