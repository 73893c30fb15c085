"""The synthetic resident does what the session asks for, in the manner that is wished."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.rehearsal import Manner, SyntheticResident
from aicoach.rehearsal.resident import Picture
from aicoach.rehearsal.scenario import manner_of
from aicoach.rehearsal.tapes import acted_tape, played_tape
from aicoach.session_events import Screen
from aicoach.tracking.tracker import ExerciseTracker

CATALOG = load_catalog()


def moment(screen=Screen.EXERCISE_SET, exercise="squat", **more):
    told = {"set_number": 1, "planned": 5.0, "done": 0.0, "mode": "reps", "side": None}
    return SimpleNamespace(screen=screen, exercise=exercise, **{**told, **more})


def counted(resident, now, seconds=40.0, fps=15.0):
    tracker = ExerciseTracker(CATALOG[now.exercise])
    count = 0
    for i in range(int(seconds * fps)):
        seen = resident.seen(i / fps, now)
        count = tracker.step(seen.t_s, seen.pose).count
    return count


def knee_at(resident, t_s, now):
    return resident.seen(t_s, now).pose.image.xyz


def test_as_many_repetitions_as_the_plan_asks_for_are_done():
    assert counted(SyntheticResident(CATALOG, "squat"), moment()) == 5


def test_after_a_pause_only_what_is_left_is_done():
    assert counted(SyntheticResident(CATALOG, "squat"), moment(done=3.0)) == 2


def test_a_manner_may_say_how_many():
    resident = SyntheticResident(CATALOG, "squat", manner=Manner(repetitions=2))
    assert counted(resident, moment()) == 2


def test_between_sets_the_resident_stands_in_the_start_pose():
    resident = SyntheticResident(CATALOG, "squat")
    rest = moment(Screen.REST)
    assert np.array_equal(knee_at(resident, 1.0, rest), knee_at(resident, 9.0, rest))


def test_the_last_exercise_is_kept_when_the_session_names_none():
    resident = SyntheticResident(CATALOG, "glute_bridge")
    standing = knee_at(resident, 1.0, moment(Screen.REST))
    after = knee_at(resident, 2.0, moment(Screen.SUMMARY, exercise=None))
    assert np.array_equal(standing, after)


def test_who_is_away_is_not_seen_and_a_dead_camera_gives_nothing():
    resident = SyntheticResident(CATALOG, "squat", away=True)
    seen = resident.seen(0.0, None)
    assert seen.pose is None
    assert seen.people == 0
    resident.camera_on = False
    assert resident.seen(1.0, None) is None


def test_the_same_wishes_give_the_same_poses():
    one, other = (SyntheticResident(CATALOG, "squat").seen(3.0, moment()) for _ in range(2))
    assert np.array_equal(one.pose.image.xyz, other.pose.image.xyz)


def test_nearer_to_the_camera_is_larger_in_the_picture():
    resident = SyntheticResident(CATALOG, "squat")
    plain = np.ptp(knee_at(resident, 0.0, None)[:, 1])
    resident.picture = Picture(zoom=1.5)
    assert np.ptp(knee_at(resident, 0.0, None)[:, 1]) == pytest.approx(1.5 * plain)


def test_speeds_stretch_single_repetitions():
    plain = played_tape(CATALOG["squat"], Manner(cycle_s=4.0), 3, 3.0)
    slower = played_tape(CATALOG["squat"], Manner(cycle_s=4.0, speeds=(1.0, 0.5)), 3, 3.0)
    assert slower.play_s[-1] - slower.tape_s[-1] == pytest.approx(4.0 + 5.0)
    hips = slice(23, 25)
    early = [tape.at(2.5, 0.0).image.xyz[hips] for tape in (plain, slower)]
    assert np.allclose(*early)


def test_between_two_frames_the_pose_lies_between_both():
    tape = played_tape(CATALOG["squat"], Manner(cycle_s=4.0), 1, 3.0)
    before, between, after = (tape.at(s, 0.0).image.xyz for s in (2.0, 2.0 + 1 / 60, 2.0 + 1 / 30))
    assert np.allclose(between, (before + after) / 2.0)


def test_whoever_falls_lies_in_the_end():
    start, end = (acted_tape("falls", "side", 1).at(s, 0.0).image.xyz for s in (0.0, 6.0))
    assert np.ptp(end[:, 1]) < 0.6 * np.ptp(start[:, 1])


def test_a_manner_with_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match="mood; allowed: astray"):
        manner_of({"mood": 1})


@pytest.mark.parametrize("side", ["left", "right"])
def test_who_is_asked_for_one_side_does_that_side_only(side):
    resident = SyntheticResident(CATALOG, "seated_knee_extension")
    now = moment(exercise="seated_knee_extension", planned=3.0, side=side)
    tracker = ExerciseTracker(CATALOG["seated_knee_extension"])
    for i in range(15 * 30):
        seen = resident.seen(i / 15, now)
        tracker.step(seen.t_s, seen.pose)
    assert [one.side for one in tracker.summary().repetitions] == [side] * 3


@pytest.mark.parametrize("side", ["left", "right"])
def test_who_is_asked_to_stand_on_one_leg_stands_on_that_one(side):
    resident = SyntheticResident(CATALOG, "single_leg_stand")
    now = moment(exercise="single_leg_stand", planned=5.0, mode="hold", side=side)
    tracker = ExerciseTracker(CATALOG["single_leg_stand"], side=side)
    held_s = [
        tracker.step(seen.t_s, seen.pose).held_s
        for seen in (resident.seen(i / 15, now) for i in range(15 * 9))
    ]
    assert max(held_s) > 4.0
