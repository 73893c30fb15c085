"""Falls on postures whose answer is known; the recordings of real ones are in the bench."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.intensity.guard import IntensityGuard, MotionInput
from aicoach.intensity.postures import Expected, expected_of
from aicoach.kinematics import Features
from aicoach.observations import Command
from aicoach.session_events import AlertLevel

CATALOG = load_catalog()
FPS = 15.0
STANDING = {"trunk_inclination_deg": 5.0, "hip_height": 1.5, "shoulder_height": 2.5}
SEATED = {"trunk_inclination_deg": 8.0, "hip_height": 0.85, "shoulder_height": 1.8}
LYING = {"trunk_inclination_deg": 85.0, "hip_height": 0.1, "shoulder_height": 0.2}
CRAWLING = {"trunk_inclination_deg": 75.0, "hip_height": 0.85, "shoulder_height": 0.95}
SITTING_ON_THE_FLOOR = {"trunk_inclination_deg": 25.0, "hip_height": 0.15, "shoulder_height": 1.1}
DEEP_SQUAT = {"trunk_inclination_deg": 50.0, "hip_height": 0.55, "shoulder_height": 1.2}
BENT_FORWARD = {"trunk_inclination_deg": 95.0, "hip_height": 1.4, "shoulder_height": 1.3}
HANDS_ON_FEET = {"trunk_inclination_deg": 130.0, "hip_height": 1.4, "shoulder_height": 0.7}
TYING_A_SHOE = {"trunk_inclination_deg": 75.0, "hip_height": 0.85, "shoulder_height": 1.05}


def frame(t_s, posture, score=0.9, sunk=0.0):
    values, scores = np.full(N_FEATURES, np.nan), np.full(N_FEATURES, score)
    for name, value in posture.items():
        values[FEATURE_INDEX[name]] = value
    values[FEATURE_INDEX["log_scale"]] = math.log(100.0)
    values[FEATURE_INDEX["shoulder_rise"]] = -1.0 - sunk
    return Features(t_s, values, scores)


def guard_of(given, exercise):
    guard = IntensityGuard(given.session())
    guard.begin_exercise(0.0, given.exercise(exercise), CATALOG[exercise])
    guard.begin_set(0.0)
    return guard


def show(guard, posture, seconds, *, start_s=0.0, **more):
    alerts = []
    for i in range(round(seconds * FPS)):
        t_s = start_s + i / FPS
        features = None if posture is None else frame(t_s, posture, **more)
        alerts += guard.moved(t_s, MotionInput(pose=None, features=features, view="front"))
    return alerts


@pytest.mark.parametrize("exercise", ["squat", "marching", "sit_to_stand", "single_leg_stand"])
@pytest.mark.parametrize("down", [LYING, CRAWLING, SITTING_ON_THE_FLOOR])
def test_who_is_down_for_two_seconds_in_a_standing_exercise_is_asked(given, exercise, down):
    guard = guard_of(given, exercise)
    assert show(guard, STANDING, 3.0) == []
    (fall,) = show(guard, down, 4.0, start_s=3.0)
    assert (fall.rule, fall.level, fall.ends) == ("STOP-9", AlertLevel.STOP, "session")
    assert 2.0 <= fall.t_s - 3.0 <= 2.2
    assert not fall.notify_staff
    assert guard.awaiting_answer


@pytest.mark.parametrize("exercise", ["bicep_curl", "seated_marching", "overhead_press"])
def test_who_lies_in_an_exercise_that_may_be_seated_is_asked(given, exercise):
    guard = guard_of(given, exercise)
    show(guard, SEATED, 3.0)
    assert given.rules(show(guard, LYING, 3.0, start_s=3.0)) == ["STOP-9"]


@pytest.mark.parametrize(
    ("exercise", "posture"),
    [
        ("squat", DEEP_SQUAT),
        ("squat", BENT_FORWARD),
        ("hip_hinge", BENT_FORWARD),
        ("baduanjin_6", HANDS_ON_FEET),
        ("bicep_curl", TYING_A_SHOE),
        ("seated_marching", TYING_A_SHOE),
        ("sit_to_stand", SEATED),
        ("seated_knee_extension", SEATED),
        ("push_up", LYING),
        ("glute_bridge", LYING),
        ("burpee", LYING),
        ("bird_dog", CRAWLING),
        ("plank", LYING),
        ("sit_up", SITTING_ON_THE_FLOOR),
    ],
)
def test_what_the_exercise_explains_is_no_fall(given, exercise, posture):
    guard = guard_of(given, exercise)
    show(guard, STANDING, 3.0)
    assert show(guard, posture, 20.0, start_s=3.0) == []


def test_going_down_and_up_again_within_two_seconds_is_no_fall(given):
    guard = guard_of(given, "squat")
    t_s = 0.0
    for _ in range(6):
        assert show(guard, STANDING, 1.5, start_s=t_s) == []
        assert show(guard, LYING, 1.5, start_s=t_s + 1.5) == []
        t_s += 3.0


def test_a_fall_is_seen_through_frames_without_anybody(given):
    guard = guard_of(given, "squat")
    show(guard, STANDING, 3.0)
    alerts = []
    for i in range(60):
        posture = LYING if i % 3 else None
        alerts += show(guard, posture, 1.0 / FPS, start_s=3.0 + i / FPS)
    assert given.rules(alerts) == ["STOP-9"]


def test_who_was_never_seen_upright_has_not_fallen(given):
    """Still on the mat of the exercise before, or no person at all."""
    guard = guard_of(given, "squat")
    assert show(guard, LYING, 30.0) == []
    show(guard, STANDING, 3.0, start_s=30.0)
    assert given.rules(show(guard, LYING, 3.0, start_s=33.0)) == ["STOP-9"]


def test_after_a_floor_exercise_getting_up_slowly_raises_no_alarm(given):
    guard = guard_of(given, "push_up")
    show(guard, STANDING, 2.0)
    show(guard, LYING, 20.0, start_s=2.0)
    guard.end_set(22.0)
    assert show(guard, LYING, 30.0, start_s=22.0) == []
    guard.begin_exercise(52.0, given.exercise("squat"), CATALOG["squat"])
    assert show(guard, LYING, 10.0, start_s=52.0) == []


def test_a_fall_in_the_rest_is_seen_too(given):
    guard = guard_of(given, "squat")
    show(guard, STANDING, 3.0)
    guard.end_set(3.0)
    assert given.rules(show(guard, LYING, 3.0, start_s=3.0)) == ["STOP-9"]


def test_who_sinks_fast_and_is_gone_has_gone_low(given):
    guard = guard_of(given, "marching")
    show(guard, STANDING, 3.0)
    sinking = {**STANDING, "hip_height": 1.0}
    for i in range(9):
        assert show(guard, sinking, 1 / FPS, start_s=3.0 + i / FPS, sunk=0.2 * i) == []
    (fall,) = show(guard, None, 3.0, start_s=3.0 + 9 / FPS)
    assert fall.value == "gone_low"


def test_who_walks_out_of_the_picture_has_not_fallen(given):
    guard = guard_of(given, "marching")
    show(guard, STANDING, 3.0)
    assert show(guard, None, 60.0, start_s=3.0) == []


def test_poorly_seen_joints_are_no_evidence(given):
    guard = guard_of(given, "squat")
    show(guard, STANDING, 3.0)
    assert show(guard, LYING, 10.0, start_s=3.0, score=0.3) == []


def fallen(given):
    guard = guard_of(given, "squat")
    show(guard, STANDING, 3.0)
    (fall,) = show(guard, LYING, 3.0, start_s=3.0)
    return guard, fall.t_s


def test_ten_seconds_of_silence_fetch_the_staff(given):
    guard, asked_s = fallen(given)
    assert guard.tick(asked_s + 9.9) == ()
    (silent,) = guard.tick(asked_s + 10.0)
    assert (silent.rule, silent.notify_staff) == ("STOP-9-SILENT", True)
    assert not guard.awaiting_answer
    assert guard.tick(asked_s + 30.0) == ()


@pytest.mark.parametrize("by", ["command", "answer"])
def test_i_am_ok_settles_the_question_and_the_session_stays_stopped(given, by):
    guard, asked_s = fallen(given)
    if by == "command":
        guard.command(Command(t_s=asked_s + 3.0, name="i_am_ok"))
    else:
        guard.answered(given.answer(asked_s + 3.0, "are_you_ok", True))
    assert not guard.awaiting_answer
    assert guard.tick(asked_s + 60.0) == ()
    assert guard.stopped


@pytest.mark.parametrize("value", [False, None])
def test_not_well_or_not_sure_fetches_the_staff_at_once(given, value):
    guard, asked_s = fallen(given)
    (silent,) = guard.answered(given.answer(asked_s + 1.0, "are_you_ok", value))
    assert silent.notify_staff


def test_the_question_is_open_after_the_end_of_the_session_too(given):
    guard, asked_s = fallen(given)
    guard.end_session(asked_s + 1.0)
    assert given.rules(guard.tick(asked_s + 11.0)) == ["STOP-9-SILENT"]


def test_before_exercise_and_after_the_session_nobody_has_fallen(given):
    """Whoever adjusts the camera stoops; whoever packs up kneels."""
    guard = IntensityGuard(given.session())
    show(guard, STANDING, 3.0)
    assert show(guard, LYING, 10.0, start_s=3.0) == []
    guard.begin_warm_up(13.0)
    assert show(guard, LYING, 10.0, start_s=13.0) == []
    show(guard, STANDING, 3.0, start_s=23.0)
    guard.end_session(26.0)
    assert show(guard, LYING, 10.0, start_s=26.0) == []
    assert guard.level is AlertLevel.NONE


def test_every_exercise_on_the_floor_is_known_as_such():
    floor = {name for name, spec in CATALOG.items() if expected_of(spec) is Expected.FLOOR}
    assert floor >= {
        "push_up", "knee_push_up", "plank", "side_plank", "burpee", "mountain_climber", "crunch",
        "sit_up", "glute_bridge", "dead_bug", "bird_dog", "heel_slide", "straight_leg_raise",
        "bench_press",
    }  # fmt: skip
    assert not floor & {
        "squat", "hip_hinge", "baduanjin_6", "baduanjin_5", "forward_lunge", "wall_sit",
        "sit_to_stand", "seated_marching", "marching", "bicep_curl", "wall_push_up",
    }  # fmt: skip
    assert expected_of(CATALOG["squat"]) is Expected.UPRIGHT
    assert expected_of(CATALOG["seated_marching"]) is Expected.ANY
    assert expected_of(None) is Expected.ANY
