"""Movements whose name is known are named; others are counted, idle people are not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.catalog.recognition_settings import key_poses, recognition_settings
from aicoach.events import Repetition
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.synth import Imperfections, idle, perform
from aicoach.synth.acting import Script
from aicoach.tracking.candidates import Rank
from aicoach.tracking.decision import UNKNOWN, Decision, decide
from aicoach.tracking.recognition import AutoTracker
from aicoach.tracking.tracker import ExerciseTracker

CATALOG = load_catalog()
FPS = 12.0


@cache
def played(exercise: str, view: str) -> FeatureTrack:
    return features_of_track(
        perform(CATALOG[exercise], reps=4, view=view, fps=FPS, noise=0.01, seed=9).track
    )


def side_bends(reps: int) -> FeatureTrack:
    """A movement that no file describes: bends to one side, facing the camera."""
    script = Script(np.random.default_rng(4))
    script.wait(1.0)
    for _ in range(reps):
        script.go(1.0, body={"spine_lean": 32.0})
        script.go(1.0, body={"spine_lean": 0.0})
    script.wait(1.0)
    how = Imperfections(noise=0.01)
    return features_of_track(script.play(duration_s=script.now_s, fps=FPS, imperfections=how))


def follow(tracker, features: FeatureTrack):
    """Let a tracker see everything; its updates."""
    seen = np.isfinite(features.values).any(axis=1)
    updates = [
        tracker.step_features(float(t_s), features.row(i) if seen[i] else None)
        for i, t_s in enumerate(features.t_s)
    ]
    return [*updates, tracker.finish()]


@pytest.mark.parametrize(
    ("exercise", "view"), [("squat", "side"), ("bicep_curl", "oblique"), ("push_up", "side")]
)
def test_an_exercise_is_named_and_counted_as_if_asked_for(exercise: str, view: str) -> None:
    features = played(exercise, view)
    auto, named = AutoTracker(CATALOG), ExerciseTracker(CATALOG[exercise])
    updates = follow(auto, features)
    follow(named, features)
    assert auto.recognised == exercise
    assert 0.5 < auto.confidence <= 1.0
    assert auto.summary() == named.summary()
    assert auto.summary().count == 4
    told = [e for u in updates for e in u.events if isinstance(e, Repetition) and e.range_deg]
    assert [e.index for e in told] == [1, 2, 3, 4]
    assert updates[-1].count == 4


def test_poses_are_followed_like_features() -> None:
    track = perform(CATALOG["squat"], reps=4, view="side", fps=FPS, noise=0.01, seed=9).track
    auto = AutoTracker(CATALOG, view="side")
    for i, t_s in enumerate(track.t_s):
        auto.step(float(t_s), track.pose(i))
    auto.finish()
    assert (auto.recognised, auto.summary().count, auto.summary().view) == ("squat", 4, "side")
    with pytest.raises(ValueError, match="time must increase"):
        auto.step(0.0, None)


def test_a_hold_is_named_and_timed() -> None:
    features = features_of_track(
        perform(CATALOG["plank"], view="side", fps=FPS, hold_s=8.0, noise=0.01, seed=9).track
    )
    auto = AutoTracker(CATALOG)
    follow(auto, features)
    assert auto.recognised == "plank"
    assert sum(hold.duration_s for hold in auto.summary().holds) > 6.0


def test_an_unknown_movement_that_repeats_is_counted_as_unknown() -> None:
    auto = AutoTracker(CATALOG)
    updates = follow(auto, side_bends(6))
    summary = auto.summary()
    assert (auto.recognised, auto.confidence, summary.exercise) == (UNKNOWN, 0.0, UNKNOWN)
    assert summary.count == len(summary.repetitions) == updates[-1].count == 6
    told = [e.index for u in updates for e in u.events if isinstance(e, Repetition)]
    assert told == [1, 2, 3, 4, 5, 6]


def test_three_unknown_movements_are_not_yet_a_set() -> None:
    auto = AutoTracker(CATALOG)
    follow(auto, side_bends(3))
    assert auto.summary().count == 0


@pytest.mark.parametrize("kind", ["talking", "walking_to_and_fro", "standing"])
def test_idle_people_are_not_counted(kind: str) -> None:
    auto = AutoTracker(CATALOG)
    follow(auto, features_of_track(idle(kind, duration_s=25.0, fps=FPS, seed=3)))
    assert (auto.recognised, auto.summary().count) == (UNKNOWN, 0)


def test_nobody_is_a_summary_and_no_error() -> None:
    auto = AutoTracker(CATALOG)
    assert auto.finish().count == 0
    for i in range(10):
        assert auto.step(i / 10, None).readiness == "not_seen"
    auto.finish()
    assert auto.summary().quality.notes == ("nobody_found",)


def test_the_same_input_gives_the_same_result() -> None:
    runs = [AutoTracker(CATALOG) for _ in range(2)]
    for auto in runs:
        follow(auto, played("squat", "front"))
    assert runs[0].summary() == runs[1].summary()
    assert runs[0].confidence == runs[1].confidence


def test_without_its_family_an_exercise_is_not_named_wrongly() -> None:
    family = CATALOG["push_up"].pattern
    rest = Catalog({name: spec for name, spec in CATALOG.items() if spec.pattern != family})
    auto = AutoTracker(rest)
    follow(auto, played("push_up", "side"))
    assert auto.recognised in (UNKNOWN, "plank")


def test_every_exercise_that_repeats_has_key_poses() -> None:
    repeating = {name for name, spec in CATALOG.items() if spec.kind != "hold"}
    assert repeating <= key_poses().keys()
    width = len(recognition_settings().columns)
    assert all(len(p.start) == len(p.target) == width for p in key_poses().values())


# -- from ranks to a name ------------------------------------------------------------------

SETTINGS = recognition_settings().decision
GOOD = Rank(
    exercise="squat",
    kin=frozenset({"squat", "half_squat"}),
    score=0.3,
    cycles=5,
    explained_s=15.0,
    density=0.8,
    longest_s=3.0,
)


def name(*ranks: Rank, hold=("", 0.0), seen_s=20.0, **how) -> str:
    return named(*ranks, hold=hold, seen_s=seen_s, **how).exercise


def named(*ranks: Rank, hold=("", 0.0), seen_s=20.0, repeats=False, ended=False) -> Decision:
    return decide(ranks, hold, seen_s, SETTINGS, repeats=repeats, ended=ended)


def test_a_poor_explanation_is_no_name() -> None:
    assert name(GOOD) == "squat"
    assert name(replace(GOOD, score=0.9)) == UNKNOWN
    assert name() == UNKNOWN


def test_a_rival_of_another_family_forbids_the_name_one_of_the_same_lowers_it() -> None:
    other = replace(GOOD, exercise="hip_hinge", score=0.32)
    assert name(GOOD, other) == UNKNOWN
    brother = replace(GOOD, exercise="half_squat", score=0.32)
    assert name(GOOD, brother) == "squat"
    assert named(GOOD, brother).confidence < named(GOOD).confidence


def test_few_cycles_wait_for_the_end_and_must_fill_the_time() -> None:
    one = replace(GOOD, cycles=1, explained_s=3.0)
    assert name(one, seen_s=5.0) == UNKNOWN
    assert name(one, seen_s=5.0, ended=True) == "squat"
    assert name(one, seen_s=30.0, ended=True) == UNKNOWN


def test_gestures_that_come_now_and_then_are_no_set() -> None:
    assert name(replace(GOOD, density=0.1), seen_s=100.0) == UNKNOWN


def test_a_hold_wins_over_the_way_into_it_but_not_over_repetitions() -> None:
    way_in = replace(GOOD, cycles=1, explained_s=12.0, longest_s=12.0)
    assert name(way_in, hold=("wall_sit", 9.0), seen_s=15.0, ended=True) == "wall_sit"
    assert name(GOOD, hold=("plank", 18.0)) == "squat"
    assert name(hold=("plank", 18.0)) == "plank"
    assert name(hold=("plank", 18.0), repeats=True) == UNKNOWN
    assert name(hold=("plank", 6.0), seen_s=60.0) == UNKNOWN
