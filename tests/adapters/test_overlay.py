"""What is drawn on a picture: where, in which colour, and never by harming the picture."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aicoach.adapters.drawing import AMBER, GREEN, RED, score_colour
from aicoach.adapters.overlay import DarkRoom, Overlay
from aicoach.events import FormFault, PhaseDurations, Repetition
from aicoach.pose import ImageKeypoints, Pose, PoseTrack, WorldKeypoints
from aicoach.skeleton import INDEX

SIZES = [(640, 480), (480, 854), (3840, 2160), (64, 48)]


def update(**changes: Any) -> Any:
    fields = {
        "t_s": 1.0, "events": (), "count": 3, "phase_value": 0.5, "phase": "eccentric",
        "readiness": "in_set", "view": "side", "held_s": 0.0,
    }  # fmt: skip
    return SimpleNamespace(**(fields | changes))


def person(score: float = 1.0, spread: float = 0.2) -> Pose:
    xyz = np.random.default_rng(1).normal(0.5, spread, (33, 3))
    xyz[INDEX["left_knee"], :2] = (0.5, 0.5)
    image = ImageKeypoints(xyz, (640, 480))
    return Pose(1.0, image, WorldKeypoints(np.zeros((33, 3))), np.full(33, score))


def picture(size_px: tuple[int, int]) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((size_px[1], size_px[0], 3), 120, np.uint8)


def repetition(*cues: str) -> Repetition:
    faults = tuple(
        FormFault(rule=cue, severity="minor", start_s=0.0, end_s=1.0, value=1.0, limit=0.5, cue=cue)
        for cue in cues
    )
    phases = PhaseDurations(eccentric_s=1.0, bottom_hold_s=0.0, concentric_s=1.0, top_hold_s=0.0)
    return Repetition(
        index=1, side="both", start_s=0.0, peak_s=1.0, end_s=2.0, counted_s=2.0, phases=phases,
        range_left_deg=90.0, range_right_deg=None, range_deg=90.0, target_reached=True,
        asymmetry=None, peak_speed_deg_s=None, score=90, faults=faults,
    )  # fmt: skip


@pytest.mark.parametrize("size_px", SIZES)
def test_every_size_is_drawn_on_a_copy(size_px: tuple[int, int]) -> None:
    before = picture(size_px)
    drawn = Overlay("Squat", {}).draw(before, person(), update(), corner=("30 fps",))
    assert drawn.shape == before.shape
    assert (before == 120).all()
    assert (drawn != 120).any()


def test_a_joint_is_drawn_where_it_is_seen_in_the_colour_of_its_score() -> None:
    for score, colour in ((1.0, GREEN), (0.5, AMBER)):
        drawn = Overlay("Squat", {}).draw(picture((640, 480)), person(score), update())
        near = drawn[235:246, 315:326].reshape(-1, 3).astype(int)
        assert np.abs(near - colour).sum(axis=1).min() < 30


def test_colours_go_from_red_through_amber_to_green() -> None:
    assert [score_colour(score) for score in (0.0, 0.5, 1.0)] == [RED, AMBER, GREEN]


def test_what_is_not_seen_is_not_drawn() -> None:
    overlay = Overlay("Squat", {})
    without = overlay.draw(picture((640, 480)), None, update())
    assert (overlay.draw(picture((640, 480)), person(score=0.0), update()) == without).all()


@pytest.mark.parametrize("spread", [50.0, 1e7, np.nan])
def test_keypoints_far_outside_do_no_harm(spread: float) -> None:
    Overlay("Squat", {}).draw(picture((640, 480)), person(spread=spread), update())


@pytest.mark.parametrize("readiness", ["not_seen", "not_ready", "ready", "in_set"])
def test_every_readiness_has_its_own_picture(readiness: str) -> None:
    seen = {
        word: Overlay("Squat", {}).draw(picture((640, 480)), None, update(readiness=word)).tobytes()
        for word in ("not_seen", "not_ready", "ready", "in_set")
    }
    others = [image for word, image in seen.items() if word != readiness]
    assert seen[readiness] not in others


def test_the_faults_of_the_last_repetition_stay_until_the_next() -> None:
    overlay = Overlay("Squat", {"chest_up": "Chest up"})
    canvas = picture((640, 480))
    overlay.draw(canvas, None, update(events=(repetition("chest_up"),)))
    kept = overlay.draw(canvas, None, update())
    clean = Overlay("Squat", {}).draw(canvas, None, update())
    assert (kept != clean).any()
    overlay.draw(canvas, None, update(events=(repetition(),)))
    assert (overlay.draw(canvas, None, update()) != kept).any()


def test_a_phase_that_is_not_measured_leaves_the_bar_hollow() -> None:
    overlay = Overlay("Squat", {})
    full = overlay.draw(picture((640, 480)), None, update(phase_value=1.0))
    hollow = overlay.draw(picture((640, 480)), None, update(phase_value=float("nan"), phase=None))
    green = [np.abs(image.astype(int) - GREEN).sum(axis=2) < 6 for image in (full, hollow)]
    bar = (slice(40, 280), slice(560, 640))
    assert green[0][bar].sum() > 1000
    assert green[1][bar].sum() < 100


def test_a_hold_shows_seconds() -> None:
    hold = Overlay("Plank", {}, holds=True).draw(picture((640, 480)), None, update(held_s=12.0))
    count = Overlay("Plank", {}).draw(picture((640, 480)), None, update(count=12))
    assert (hold != count).any()


def test_a_recording_is_played_on_a_dark_room_of_modest_size() -> None:
    track = PoseTrack(
        np.array([0.0, 0.1]),
        np.full((2, 33, 4), 0.5),
        np.zeros((2, 33, 3)),
        (30_000, 15_000),
    )
    room = DarkRoom(track)
    for frame in room:
        assert frame.size_px == (1280, 640)
        pose = room.estimate(frame)
        assert pose is not None
        assert pose.t_s == frame.t_s
