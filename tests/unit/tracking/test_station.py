"""The station, on hand-made people whose place is known."""

from __future__ import annotations

import numpy as np
import pytest

from aicoach.pose import ImageKeypoints, Pose, WorldKeypoints
from aicoach.skeleton import INDEX, N_KEYPOINTS
from aicoach.tracking.station import (
    Outcome,
    Place,
    Reason,
    Station,
    StationSpec,
    find_place,
)

FRAME_PX = (1280, 720)
RATE_HZ = 30.0
STANDING_M = {
    "shoulder": (0.2, -0.5),
    "elbow": (0.25, -0.2),
    "wrist": (0.25, 0.05),
    "hip": (0.12, 0.0),
    "knee": (0.12, 0.45),
    "ankle": (0.12, 0.88),
}


def person(t_s, x_px=640.0, y_px=360.0, px_per_m=200.0, score=0.95, drop_m=0.0, **joints_m):
    """A figure whose hips are at (x_px, y_px) and sink by drop_m, seen at px_per_m."""
    world = np.zeros((N_KEYPOINTS, 3))
    for joint, (out_m, down_m) in (STANDING_M | joints_m).items():
        world[INDEX[f"left_{joint}"], :2] = (out_m, down_m)
        world[INDEX[f"right_{joint}"], :2] = (-out_m, down_m)
    if drop_m:  # the feet stay where they are
        for joint in ("knee", "ankle"):
            for side in ("left", "right"):
                world[INDEX[f"{side}_{joint}"], 1] -= drop_m
    image = np.zeros((N_KEYPOINTS, 3))
    place = np.array([x_px, y_px + drop_m * px_per_m])
    image[:, :2] = (world[:, :2] * px_per_m + place) / FRAME_PX
    return Pose(
        t_s,
        ImageKeypoints(image, FRAME_PX),
        WorldKeypoints(world),
        np.full(N_KEYPOINTS, score),
    )


class Play:
    """Steps a station through a story at 30 frames per second."""

    def __init__(self, station):
        self.station, self.t_s = station, 0.0

    def __call__(self, seconds, make):
        """Play ``make(fraction of the scene, t_s)``; the outcomes and reasons."""
        n = round(seconds * RATE_HZ)
        seen = []
        for i in range(n):
            seen.append(self.station.judge(self.t_s, make(i / n, self.t_s)))
            self.t_s += 1.0 / RATE_HZ
        return seen


def still(**where):
    return lambda _, t_s: person(t_s, **where)


def squats(**where):
    return lambda part, t_s: person(t_s, drop_m=0.2 * (1 - np.cos(8 * np.pi * part)), **where)


def nobody(_part, _t_s):
    return None


@pytest.fixture
def ready():
    """A station whose resident has taken the ready pose in the middle of the picture."""
    play = Play(Station())
    play(1.5, still())
    assert play.station.anchor is not None
    return play


def outcomes(sightings):
    return {sighting.outcome for sighting in sightings}


def reasons(sightings):
    return {sighting.reason for sighting in sightings}


def test_a_ready_pose_of_a_second_sets_the_station_where_the_hips_are():
    play = Play(Station())
    play(0.9, still())
    assert play.station.anchor is None
    play(0.3, still())
    assert play.station.anchor.hip_px == pytest.approx((640.0, 360.0))
    assert play.station.anchor.px_per_m == pytest.approx(200.0)


@pytest.mark.parametrize("rate_hz", [8.0, 15.0, 60.0])
def test_the_ready_pose_takes_a_second_at_any_frame_rate(rate_hz):
    station = Station()
    times = np.arange(0.0, 3.0, 1.0 / rate_hz)
    set_at = next(
        t for t in times if station.judge(t, person(t)).pose is not None and station.anchor
    )
    assert set_at == pytest.approx(1.0, abs=1.5 / rate_hz)


def test_somebody_who_walks_or_is_half_hidden_sets_no_station():
    play = Play(Station())
    play(3.0, lambda part, t_s: person(t_s, x_px=200.0 + 800.0 * part))
    play(3.0, still(score=0.4))
    assert play.station.anchor is None


def test_lying_still_is_a_ready_pose_too():
    play = Play(Station())
    lying = {joint: (down, 0.3 + out) for joint, (out, down) in STANDING_M.items()}
    play(1.5, still(**lying))
    assert play.station.anchor is not None


def test_before_the_ready_pose_everybody_is_measured_unless_told_to_wait():
    walking = person(0.0, x_px=100.0)
    assert Station().judge(0.0, walking).outcome is Outcome.MEASURED
    waiting = Station(wait_for_ready=True).judge(0.0, walking)
    assert (waiting.outcome, waiting.reason) == (Outcome.UNCERTAIN, Reason.WAITING)
    assert waiting.measured is None
    assert waiting.pose is walking


def test_the_resident_is_measured_through_squats_and_side_steps(ready):
    assert outcomes(ready(6.0, squats())) == {Outcome.MEASURED}
    sway = ready(6.0, lambda part, t_s: person(t_s, x_px=640 + 90 * np.sin(20 * part)))
    assert outcomes(sway) == {Outcome.MEASURED}


def test_nobody_is_not_seen(ready):
    seen = ready(0.5, nobody)
    assert outcomes(seen) == {Outcome.NOT_SEEN}
    assert reasons(seen) == {Reason.NOBODY}


def test_a_track_that_leaps_to_the_coach_beside_is_not_measured(ready):
    seen = ready(1.5, still(x_px=640.0 + 0.6 * 200.0))
    assert outcomes(seen) == {Outcome.UNCERTAIN}
    assert reasons(seen) == {Reason.JUMPED}
    assert outcomes(ready(0.2, still())) == {Outcome.MEASURED}


def test_a_coach_two_steps_away_is_elsewhere(ready):
    seen = ready(3.0, still(x_px=640.0 + 1.5 * 200.0))
    assert outcomes(seen) == {Outcome.NOT_SEEN}
    assert reasons(seen) == {Reason.ELSEWHERE}


def test_a_passer_by_nearer_to_the_camera_is_not_the_resident(ready):
    seen = ready(2.0, lambda part, t_s: person(t_s, x_px=1280.0 * part, px_per_m=330.0))
    assert outcomes(seen) == {Outcome.NOT_SEEN}
    assert reasons(seen) == {Reason.OTHER_SIZE}
    assert outcomes(ready(0.5, still())) == {Outcome.MEASURED}


def test_a_passer_by_who_draws_the_track_along_is_dropped_and_the_resident_taken_back(ready):
    drawn = ready(2.0, lambda part, t_s: person(t_s, x_px=640.0 + 600.0 * part))
    wrong = [s for s in drawn if s.outcome is Outcome.MEASURED]
    assert len(wrong) / RATE_HZ < 0.8
    assert outcomes(ready(0.5, still())) == {Outcome.MEASURED}


def test_a_small_chair_far_behind_is_not_the_resident(ready):
    seen = ready(2.0, still(x_px=660.0, y_px=300.0, px_per_m=65.0))
    assert Outcome.MEASURED not in outcomes(seen)


def test_a_find_that_no_detector_was_sure_of_is_uncertain_and_sets_no_station():
    station = Station()
    for i in range(90):
        seen = station.judge(i / RATE_HZ, person(i / RATE_HZ), confirmed=False)
        assert (seen.outcome, seen.reason) == (Outcome.UNCERTAIN, Reason.UNCONFIRMED)
    assert station.anchor is None


def test_the_resident_leaves_and_comes_back(ready):
    assert ready.station.expects(ready.t_s)
    ready(1.0, lambda part, t_s: person(t_s, x_px=640.0 + 600.0 * part))
    ready(20.0, nobody)
    assert not ready.station.expects(ready.t_s)
    ready(1.0, lambda part, t_s: person(t_s, x_px=1240.0 - 600.0 * part))
    assert outcomes(ready(2.0, squats())) == {Outcome.MEASURED}


def test_a_ready_pose_elsewhere_moves_a_station_that_stood_empty_for_long(ready):
    ready(6.0, nobody)
    assert outcomes(ready(0.9, still(x_px=200.0))) == {Outcome.NOT_SEEN}
    ready(0.2, still(x_px=200.0))
    assert outcomes(ready(1.0, squats(x_px=200.0))) == {Outcome.MEASURED}


def test_a_ready_pose_elsewhere_moves_no_station_that_was_just_in_use(ready):
    seen = ready(3.0, still(x_px=200.0))
    assert outcomes(seen) == {Outcome.NOT_SEEN}
    assert ready.station.anchor.hip_px == pytest.approx((640.0, 360.0))


def test_the_anchor_follows_a_resident_who_drifts(ready):
    seen = ready(60.0, lambda part, t_s: person(t_s, x_px=640.0 + 300.0 * part))
    assert outcomes(seen) == {Outcome.MEASURED}
    assert ready.station.anchor.hip_px[0] > 850.0


def test_too_little_torso_is_uncertain(ready):
    seen = ready(0.5, still(score=0.1))
    assert (outcomes(seen), reasons(seen)) == ({Outcome.UNCERTAIN}, {Reason.HIDDEN})


def test_picture_and_space_of_different_bodies_are_no_body(ready):
    odd = person(ready.t_s)
    image = odd.image.xyz.copy()
    rng = np.random.default_rng(0)
    image[:, :2] += rng.normal(0.0, 0.15, (N_KEYPOINTS, 2))
    pose = Pose(ready.t_s, ImageKeypoints(image, FRAME_PX), odd.world, odd.score)
    assert ready.station.judge(ready.t_s, pose).reason is Reason.NO_BODY


def test_hips_that_were_not_seen_are_no_body(ready):
    pose = person(ready.t_s)
    image = pose.image.xyz.copy()
    image[INDEX["left_hip"]] = np.nan
    hidden = Pose(ready.t_s, ImageKeypoints(image, FRAME_PX), pose.world, pose.score)
    assert find_place(hidden) is None
    assert ready.station.judge(ready.t_s, hidden).outcome is Outcome.UNCERTAIN


def test_a_limb_that_was_not_seen_changes_neither_place_nor_size():
    pose = person(0.0)
    image = pose.image.xyz.copy()
    image[INDEX["left_wrist"]] = np.nan
    hidden = Pose(0.0, ImageKeypoints(image, FRAME_PX), pose.world, pose.score)
    (place, misfit_m), (other, _) = find_place(hidden), find_place(pose)
    assert place.hip_px == other.hip_px
    assert place.px_per_m == pytest.approx(other.px_per_m)
    assert misfit_m == pytest.approx(0.0, abs=1e-9)


def test_the_size_of_a_body_does_not_change_when_it_squats():
    standing, squatting = (find_place(person(0.0, drop_m=drop))[0] for drop in (0.0, 0.4))
    assert squatting.px_per_m == pytest.approx(standing.px_per_m)


def test_of_several_candidates_the_one_at_the_station_is_chosen(ready):
    coach, resident, passer_by = (
        Place((760.0, 360.0), 200.0),
        Place((640.0, 430.0), 190.0),
        Place((650.0, 380.0), 420.0),
    )
    assert ready.station.choose([coach, passer_by, resident]) == 2
    assert ready.station.choose([passer_by]) is None
    assert ready.station.choose([]) is None


def test_without_a_station_the_detectors_best_is_chosen():
    far, near = Place((100.0, 100.0), 50.0), Place((640.0, 360.0), 200.0)
    assert Station().choose([far, near]) == 0
    assert Station().choose([]) is None
    assert Station().is_here(far)


def test_after_a_reset_the_resident_is_forgotten(ready):
    ready.station.reset()
    assert ready.station.anchor is None
    assert outcomes(ready(0.3, still(x_px=100.0))) == {Outcome.MEASURED}


def test_the_limits_are_the_callers_to_set():
    play = Play(Station(StationSpec(reach_m=0.3)))
    play(1.5, still())
    assert reasons(play(0.3, still(x_px=720.0))) == {Reason.ELSEWHERE}
