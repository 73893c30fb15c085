"""Whoever stands there while no set is on."""

from __future__ import annotations

import numpy as np

from aicoach.catalog import load_catalog
from aicoach.pose import ImageKeypoints, Pose
from aicoach.rehearsal.rehearsing import TapedPerformer, first_good_pose
from aicoach.synth import perform

TRACK = perform(load_catalog()["squat"], reps=2, fps=10.0).track
GOOD = list(TRACK.poses())


def badly_seen(pose: Pose, t_s: float) -> Pose:
    """The same joints elsewhere, hardly seen."""
    image = ImageKeypoints(pose.image.xyz[::-1].copy(), pose.image.frame_size_px)
    return Pose(t_s, image, pose.world, np.full(33, 0.3))


def test_the_first_picture_stands_there_where_it_is_as_good_as_the_others() -> None:
    assert first_good_pose(GOOD) is GOOD[0][1]


def test_what_flickers_up_in_an_empty_room_does_not_stand_there() -> None:
    first = GOOD[0][1]
    assert first is not None
    phantom = badly_seen(first, -3.0)
    tape = [(-3.0, phantom), (-2.9, phantom), (-2.8, None), *GOOD]
    assert first_good_pose(tape) is first


def test_who_comes_in_is_taken_once_they_are_seen_well() -> None:
    first = GOOD[0][1]
    assert first is not None
    coming = [(-0.1 * i, badly_seen(first, -0.1 * i)) for i in (3, 2, 1)]
    assert first_good_pose([*coming, *GOOD]) is first


def test_somebody_who_never_stays_is_better_than_nobody() -> None:
    first = GOOD[0][1]
    assert first_good_pose([(0.0, None), (0.1, first), (0.2, None)]) is first
    assert first_good_pose([(0.0, None), (0.1, None)]) is None


def test_an_empty_room_shows_nobody_at_any_time() -> None:
    performer = TapedPerformer([(0.0, None), (0.1, None)])
    assert [performer.seen(t_s, None).pose for t_s in (0.0, 5.0)] == [None, None]
