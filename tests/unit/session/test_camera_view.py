"""What is wrong with the picture is said, the gravest first."""

from __future__ import annotations

import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.session_settings import session_settings
from aicoach.rehearsal import Manner, SyntheticResident
from aicoach.rehearsal.resident import Picture
from aicoach.session.camera_view import camera_problem
from aicoach.session.room import Sight

CATALOG = load_catalog()
SETTINGS = session_settings().camera


def problem(exercise="squat", *, view="unknown", brightness=0.5, manner=None, **picture):
    resident = SyntheticResident(CATALOG, exercise, manner=manner or Manner(noise=0.0))
    resident.picture = Picture(**picture)
    pose = resident.seen(0.0, None).pose
    sight = Sight(pose=pose, view=view, brightness=brightness)
    return camera_problem(sight, CATALOG[exercise], SETTINGS)


def test_a_good_picture_has_no_problem():
    assert problem() is None


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ({"zoom": 0.45}, "come_nearer"),
        ({"down": 0.2}, "feet_not_visible"),
        ({"down": -0.3}, "head_not_visible"),
        ({"zoom": 3.0}, "whole_body"),
        ({"right": 0.3}, "move_right"),
        ({"right": -0.3}, "move_left"),
    ],
)
def test_distance_and_place_are_told(picture, said):
    assert problem(**picture) == said


def test_light_comes_before_everything_else():
    assert problem(brightness=0.05, zoom=0.45) == "more_light"
    assert problem(brightness=0.97, zoom=0.45) == "too_bright"


def test_light_that_nobody_measured_is_no_problem():
    assert problem(brightness=None) is None


def test_nobody_is_told_before_the_view():
    assert camera_problem(Sight(view="front"), CATALOG["wall_push_up"], SETTINGS) == "nobody"


@pytest.mark.parametrize(
    ("exercise", "view", "said"),
    [("wall_push_up", "front", "turn_to_side"), ("lateral_raise", "side", "face_camera")],
)
def test_a_view_in_which_nothing_can_be_judged_is_told(exercise, view, said):
    assert problem(exercise, view=view) == said
    assert problem(exercise, view="unknown") is None


def test_who_lies_is_asked_to_lie_in_view():
    assert problem("glute_bridge", right=0.6) == "lie_in_view"
