"""The range that must not be passed: a warning before it, an alert at it, honesty elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.cues import LANGUAGES
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.intensity.guard import IntensityGuard, MotionInput
from aicoach.intensity.range_limit import views_of
from aicoach.kinematics import Features
from aicoach.limits import JointLimits
from aicoach.phrases import load_phrases
from aicoach.session_events import AlertLevel

FPS = 20.0
CATALOG = load_catalog()


def frame(t_s, left, right=math.nan, score=0.9, feature="knee_flexion_deg"):
    values, scores = np.full(N_FEATURES, np.nan), np.zeros(N_FEATURES)
    for side, angle in (("left", left), ("right", right)):
        values[FEATURE_INDEX[f"{feature}.{side}"]] = angle
        scores[FEATURE_INDEX[f"{feature}.{side}"]] = score
    return Features(t_s, values, scores)


@pytest.fixture
def guard(given):
    def make(limit=90.0, direction="at_most", more=()):
        joint = JointLimits(
            feature="knee_flexion_deg",
            target_deg=70.0,
            hard_limit=given.by_doctor(limit, "deg"),
            direction=direction,
        )
        guard = IntensityGuard(given.session())
        guard.begin_exercise(0.0, given.exercise(joint=joint, more_joints=more))
        guard.begin_set(0.0)
        return guard

    return make


def bend(guard, angle_at, seconds, *, view="side", start_s=0.0, **more):
    alerts = []
    for i in range(round(seconds * FPS)):
        t_s = start_s + i / FPS
        features = frame(t_s, angle_at(t_s), **more)
        alerts += guard.moved(t_s, MotionInput(pose=None, features=features, view=view))
    return alerts


def test_a_squat_that_stays_fifteen_degrees_away_is_silent(guard):
    assert bend(guard(), lambda t_s: 37.0 - 37.0 * math.cos(t_s), 20.0) == []


def test_ten_degrees_before_the_limit_a_warning_and_at_the_limit_an_alert(guard, given):
    alerts = bend(guard(), lambda t_s: 20.0 * t_s, 5.0)
    near, passed = given.begun(alerts, "RANGE-NEAR")[0], given.begun(alerts, "RANGE-LIMIT")[0]
    assert 80.0 <= near.value <= 84.0
    assert 90.0 <= passed.value <= 94.0
    assert (near.level, passed.level) == (AlertLevel.WARN, AlertLevel.SLOW)
    assert (passed.limit, passed.author, passed.unit) == (90.0, "dr-lin", "deg")
    assert passed.t_s - 4.5 <= 0.2


def test_each_is_said_once_per_visit_and_ends_on_the_way_back(guard, given):
    alerts = bend(guard(), lambda t_s: 50.0 - 45.0 * math.cos(2 * math.pi * t_s / 4.0), 12.0)
    assert len(given.begun(alerts, "RANGE-NEAR")) == 3
    assert len(given.over(alerts, "RANGE-NEAR")) == 3
    assert len(given.begun(alerts, "RANGE-LIMIT")) == len(given.over(alerts, "RANGE-LIMIT")) == 3


def test_trembling_at_the_warning_says_it_once(guard, given):
    random = np.random.default_rng(3)
    alerts = bend(guard(), lambda _: 80.0 + float(random.uniform(-3.0, 3.0)), 20.0)
    assert len(given.begun(alerts, "RANGE-NEAR")) == 1


def test_a_single_misplaced_frame_is_no_evidence(guard):
    assert bend(guard(), lambda t_s: 130.0 if abs(t_s - 2.0) < 0.01 else 40.0, 5.0) == []


def test_the_side_that_bends_further_counts(guard, given):
    watched = guard()
    alerts = []
    for i in range(40):
        features = frame(i / FPS, 30.0, right=95.0)
        alerts += watched.moved(i / FPS, MotionInput(pose=None, features=features, view="side"))
    assert given.begun(alerts, "RANGE-LIMIT")


@pytest.mark.parametrize("view", ["front", "oblique", "unknown"])
def test_where_it_cannot_be_seen_that_is_said_once_and_nothing_else(guard, given, view):
    watched = guard()
    alerts = bend(watched, lambda _: 120.0, 60.0, view=view)
    (unseen,) = alerts
    assert (unseen.rule, unseen.level, unseen.value) == ("RANGE-UNSEEN", AlertLevel.NONE, None)
    assert unseen.t_s >= 2.0
    back = bend(watched, lambda _: 40.0, 5.0, start_s=61.0)
    assert given.over(back, "RANGE-UNSEEN")


def test_a_hidden_joint_is_not_taken_for_a_straight_one(guard, given):
    assert given.rules(bend(guard(), lambda _: 120.0, 10.0, score=0.2)) == ["RANGE-UNSEEN"]
    assert given.rules(bend(guard(), lambda _: math.nan, 10.0)) == ["RANGE-UNSEEN"]


KNEE, ABDUCTION, ELEVATION = "knee_flexion_deg", "leg_abduction_deg", "shoulder_elevation_deg"


@pytest.mark.parametrize(
    ("exercise", "feature", "view", "said"),
    [
        ("squat", KNEE, "front", "side"),
        ("standing_hip_abduction", ABDUCTION, "side", "front"),
        ("standing_hip_abduction", ABDUCTION, "oblique", "front"),
        # The exercise is judged from the front, where no knee bend is seen: nobody is turned away.
        ("standing_hip_abduction", KNEE, "front", "not_in_this_exercise"),
        ("overhead_press", ELEVATION, "oblique", "front"),
        ("squat", KNEE, "side", "hidden"),
    ],
)
def test_who_is_not_seen_well_is_told_what_would_help(given, exercise, feature, view, said):
    joint = JointLimits(feature=feature, target_deg=None, hard_limit=given.by_doctor(30.0, "deg"))
    guard = IntensityGuard(given.session())
    guard.begin_exercise(0.0, given.exercise(joint=joint), CATALOG[exercise])
    guard.begin_set(0.0)
    (unseen,) = bend(guard, lambda _: math.nan, 10.0, view=view)
    assert unseen.cue == f"alerts.range_unseen.{said}"
    for language in LANGUAGES:
        assert load_phrases(language).by_key[unseen.cue]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_range_is_not_seen_is_told_that_nobody_watches_it(language):
    by_key = load_phrases(language).by_key
    texts = [text for key, text in by_key.items() if key.startswith("alerts.range_unseen.")]
    assert len(texts) == 4
    assert all(("看不准" in text) or ("can't watch your range" in text) for text in texts)


def test_a_range_that_must_not_be_undercut_is_watched_from_the_other_side(guard, given):
    alerts = bend(guard(20.0, "at_least"), lambda t_s: 60.0 - 15.0 * t_s, 4.0)
    assert given.rules(alerts) == ["RANGE-NEAR", "RANGE-LIMIT"]
    assert given.begun(alerts, "RANGE-NEAR")[0].value >= 26.0


def test_in_a_rest_the_range_is_free_and_its_alerts_end(guard, given):
    watched = guard()
    bend(watched, lambda _: 95.0, 2.0)
    assert given.over(watched.end_set(2.0), "RANGE-LIMIT")
    assert bend(watched, lambda _: 120.0, 5.0, start_s=2.1) == []


def test_a_second_joint_has_a_rule_of_its_own(guard, given):
    hip = JointLimits(
        feature="hip_flexion_deg", target_deg=None, hard_limit=given.by_doctor(90.0, "deg")
    )
    alerts = bend(guard(more=(hip,)), lambda _: 100.0, 3.0, feature="hip_flexion_deg")
    assert {"RANGE-LIMIT-2", "RANGE-UNSEEN"} <= set(given.rules(alerts))


@pytest.mark.parametrize(
    ("feature", "views"),
    [
        ("knee_flexion_deg", ("side",)),
        ("hip_flexion_deg", ("side",)),
        ("leg_abduction_deg", ("front",)),
        ("trunk_lean_deg", ("front",)),
        ("shoulder_elevation_deg", ("front", "side")),
    ],
)
def test_a_joint_is_watched_from_where_its_plane_is_seen(feature, views):
    assert views_of(feature) == views
