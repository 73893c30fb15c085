"""Stick figures: the best and the worst repetition at their furthest point, undistorted."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.catalog import ExerciseSpec
from aicoach.follow_up import session_page
from aicoach.follow_up.stick_figures import Points, figure_of
from aicoach.records import KeptSession
from aicoach.skeleton import INDEX

from .conftest import TODAY

STANDING: Points = {
    INDEX["nose"]: (100.0, 20.0),
    INDEX["left_shoulder"]: (110.0, 60.0),
    INDEX["left_hip"]: (108.0, 160.0),
    INDEX["left_knee"]: (112.0, 240.0),
    INDEX["left_ankle"]: (108.0, 320.0),
}


def test_a_moment_is_asked_for_and_drawn_with_its_angle(
    visits: tuple[KeptSession, ...], catalog: Mapping[str, ExerciseSpec]
) -> None:
    kept, asked = visits[0], []

    def pose_at(t_s: float) -> Points:
        asked.append(t_s)
        return STANDING

    page = session_page(kept, "en", catalog, TODAY, pose_at)
    assert page.snapshots_note == ""
    assert {one.peak_s for one in kept.repetitions} >= set(asked)
    squat = next(one for one in page.snapshots if one.exercise == "Sit to stand")
    best, worst = squat.snapshots
    assert (best.which, worst.which) == ("best", "worst")
    assert int(best.score.split()[1]) >= int(worst.score.split()[1])
    assert "asked for 20°" in best.angle


def test_joints_of_another_time_draw_nothing_and_say_so(
    visits: tuple[KeptSession, ...], catalog: Mapping[str, ExerciseSpec]
) -> None:
    page = session_page(visits[0], "en", catalog, TODAY, lambda _: None)
    assert page.snapshots == ()
    assert "no judged repetition" in page.snapshots_note


@given(st.floats(0.01, 50.0), st.floats(-500.0, 500.0), st.floats(-500.0, 500.0))
def test_size_and_place_in_the_picture_do_not_matter(size: float, dx: float, dy: float) -> None:
    moved = {i: (x * size + dx, y * size + dy) for i, (x, y) in STANDING.items()}
    there, here = figure_of(moved, "knee_flexion_deg"), figure_of(STANDING, "knee_flexion_deg")
    for a, b in zip(there.marked, here.marked, strict=True):
        assert a == pytest.approx(b, abs=2e-3)


def test_nothing_is_distorted_and_the_feet_stand_on_the_ground() -> None:
    figure = figure_of(STANDING, "knee_flexion_deg")
    hip, knee, ankle = figure.marked
    drawn = math.dist(hip, knee) / math.dist(knee, ankle)
    seen = math.dist(STANDING[INDEX["left_hip"]], STANDING[INDEX["left_knee"]]) / math.dist(
        STANDING[INDEX["left_knee"]], STANDING[INDEX["left_ankle"]]
    )
    assert drawn == pytest.approx(seen, abs=0.01)
    assert max(y for limb in figure.limbs for _, y in limb) == pytest.approx(1.0)


def test_a_joint_that_was_not_seen_is_not_drawn() -> None:
    seen = {i: at for i, at in STANDING.items() if i != INDEX["left_knee"]}
    figure = figure_of(seen, "knee_flexion_deg")
    assert figure.marked == ()
    assert len(figure.limbs) == 1  # shoulder to hip


def test_of_nobody_nothing_is_drawn() -> None:
    assert figure_of({}, "knee_flexion_deg").limbs == ()
