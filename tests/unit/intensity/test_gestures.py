"""Raised crossed forearms stop, a hand on the head pauses; whatever else arms do does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.features import FEATURE_INDEX
from aicoach.intensity.gestures import CrossedArms, HandOnHead, crosses, unit_px_of
from aicoach.intensity.gestures import hand_on_head as hand_on_head_in
from aicoach.intensity.guard import IntensityGuard, MotionInput
from aicoach.intensity.settings import guard_settings
from aicoach.kinematics import BodyScale, body_unit_px, features_of_pose, features_of_track
from aicoach.pose import ImageKeypoints, Pose, WorldKeypoints
from aicoach.session_events import AlertLevel
from aicoach.skeleton import INDEX
from aicoach.synth import idle, perform
from aicoach.synth.signs import HANDS_ON_HEAD, hand_on_head

RULES = guard_settings().gestures
SIZE = (640, 480)
UNIT_PX = 100.0
STANDING = {
    "nose": (0.0, -0.5), "shoulder": (0.35, 0.0), "hip": (0.2, 1.0), "knee": (0.2, 1.9),
    "ankle": (0.2, 2.7),
}  # fmt: skip
"""Half metres from between the shoulders, the person's left, y down."""


def posed(t_s=0.0, *, elbow, wrist, hand=None, score=0.95, wrist_score=None):
    """Seen from the front: the person's left is on the right of the picture."""
    image = np.full((33, 3), np.nan)
    scores = np.full(33, score)
    hand = hand or tuple(w + 0.25 * (w - e) for e, w in zip(elbow, wrist, strict=True))
    joints = {**STANDING, "elbow": elbow, "wrist": wrist, "index": hand}
    for name, (x, y) in joints.items():
        sides = ((name, 1.0),) if name == "nose" else ((f"left_{name}", 1), (f"right_{name}", -1))
        for full, side in sides:
            place = (320.0 + side * x * UNIT_PX, 180.0 + y * UNIT_PX)
            image[INDEX[full]] = (place[0] / SIZE[0], place[1] / SIZE[1], 0.0)
    if wrist_score is not None:
        scores[INDEX["left_wrist"]] = wrist_score
    world = np.zeros((33, 3))
    world[:, 0] = (image[:, 0] * SIZE[0] - 320.0) / UNIT_PX * 0.5
    world[:, 1] = (image[:, 1] * SIZE[1] - 280.0) / UNIT_PX * 0.5
    return Pose(t_s, ImageKeypoints(image, SIZE), WorldKeypoints(world), scores)


UNSEEN = (math.nan, math.nan)
CROSSED_AT_FACE = {"elbow": (0.4, 0.1), "wrist": (-0.15, -0.35)}
CROSSED_OVERHEAD = {"elbow": (0.35, -0.5), "wrist": (-0.15, -0.95)}
WRIST_ON_WRIST = {"elbow": (0.42, 0.1), "wrist": (0.0, -0.35)}
NOT_CROSSED = {
    "hanging": {"elbow": (0.42, 0.55), "wrist": (0.45, 1.05)},
    "palms meet before the chest": {
        "elbow": (0.5, 0.4),
        "wrist": (0.04, 0.1),
        "hand": (0.01, -0.08),
    },
    "palms meet overhead": {"elbow": (0.45, -0.5), "wrist": (0.05, -1.0), "hand": (0.01, -1.2)},
    "hands meet and are not seen": {"elbow": (0.45, -0.5), "wrist": (0.01, -1.0), "hand": UNSEEN},
    "arms up": {"elbow": (0.4, -0.55), "wrist": (0.42, -1.1)},
    "arms out": {"elbow": (0.9, 0.0), "wrist": (1.4, 0.0)},
    "curl": {"elbow": (0.4, 0.55), "wrist": (0.4, 0.1)},
    "crossed on the chest, as in sit-to-stand": {"elbow": (0.4, 0.35), "wrist": (-0.3, 0.05)},
    "crossed before the belly": {"elbow": (0.45, 0.6), "wrist": (-0.15, 0.85)},
    "arms folded low": {"elbow": (0.42, 0.55), "wrist": (-0.3, 0.45)},
}


@pytest.mark.parametrize("arms", [CROSSED_AT_FACE, CROSSED_OVERHEAD, WRIST_ON_WRIST])
def test_forearms_that_cross_before_the_face_or_above_are_seen(arms):
    assert crosses(posed(**arms), UNIT_PX, RULES)
    assert crosses(posed(**arms).mirrored(), UNIT_PX, RULES)


@pytest.mark.parametrize("arms", NOT_CROSSED.values(), ids=NOT_CROSSED.keys())
def test_other_arms_are_not_taken_for_crossed(arms):
    assert not crosses(posed(**arms), UNIT_PX, RULES)


def test_both_wrists_must_be_visible_and_the_scale_known():
    assert not crosses(posed(**CROSSED_AT_FACE, wrist_score=0.4), UNIT_PX, RULES)
    assert not crosses(posed(**CROSSED_AT_FACE, wrist_score=math.nan), UNIT_PX, RULES)
    assert not crosses(posed(**CROSSED_AT_FACE), math.nan, RULES)


def test_somebody_who_lies_says_nothing_with_crossed_arms():
    """Turned by a quarter, above the shoulders is beside them."""
    lying = posed(**CROSSED_AT_FACE)
    lying.image.xyz[:, :2] = (lying.image.xyz[:, :2] * SIZE)[:, ::-1] / SIZE
    assert not crosses(lying, UNIT_PX, RULES)


def hold(watch, seconds, *, fps=15.0, start_s=0.0, gap=()):
    made = []
    for i in range(round(seconds * fps) + 1):
        t_s = start_s + i / fps
        pose = None if i in gap else posed(t_s, **CROSSED_AT_FACE)
        if watch.step(t_s, pose, UNIT_PX):
            made.append(t_s)
    return made


@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0])
def test_held_for_a_second_it_is_made_once(fps):
    watch = CrossedArms(RULES)
    (made,) = hold(watch, 5.0, fps=fps)
    assert 1.0 <= made <= 1.0 + 1.5 / fps
    assert watch.shown


def test_held_for_less_it_is_not():
    assert hold(CrossedArms(RULES), 0.9) == []


def test_a_short_loss_of_sight_does_not_undo_it_and_a_long_one_does():
    assert hold(CrossedArms(RULES), 1.2, gap={5, 6})
    assert not hold(CrossedArms(RULES), 1.2, gap=set(range(5, 12)))


def test_lowered_and_crossed_again_it_is_made_again():
    watch = CrossedArms(RULES)
    assert hold(watch, 1.5)
    for i in range(20):
        watch.step(2.0 + i / 15.0, posed(**NOT_CROSSED["hanging"]), UNIT_PX)
    assert hold(watch, 1.5, start_s=5.0)


def test_the_guard_stops_at_once(given):
    guard, scale, alerts = IntensityGuard(given.session()), BodyScale(), []
    for i in range(30):
        pose = posed(i / 15.0, **CROSSED_AT_FACE)
        unit_px = scale.step(pose.t_s, float(body_unit_px(pose.image.xy_px(), pose.world.xyz_m)))
        features = features_of_pose(pose, unit_px)
        assert math.exp(features["log_scale"]) == pytest.approx(UNIT_PX, rel=0.05)
        alerts += guard.moved(pose.t_s, MotionInput(pose=pose, features=features, view="front"))
    (stop,) = alerts
    assert (stop.rule, stop.value, stop.level) == ("STOP-7", "gesture", AlertLevel.STOP)
    assert 1.0 <= stop.t_s <= 1.2


def test_a_frame_without_scale_is_survived(given):
    guard = IntensityGuard(given.session())
    pose = posed(0.0, **CROSSED_AT_FACE)
    features = features_of_pose(pose, math.nan)
    assert math.isnan(features.values[FEATURE_INDEX["log_scale"]])
    assert guard.moved(0.0, MotionInput(pose=pose, features=features)) == ()


PAUSE = guard_settings().hand_on_head
FPS = 15.0


def signs_in(track):
    watch, features = HandOnHead(PAUSE), features_of_track(track)
    return [
        t_s
        for i, (t_s, pose) in enumerate(track.poses())
        if watch.step(t_s, pose, unit_px_of(None if pose is None else features.row(i)))
    ]


@pytest.mark.parametrize("way", HANDS_ON_HEAD)
@pytest.mark.parametrize(("yaw_deg", "seated"), [(0, False), (0, True), (-45, False), (45, True)])
def test_a_hand_held_on_the_head_is_seen_once_after_a_second_and_a_half(way, yaw_deg, seated):
    side = "left" if yaw_deg >= 0 else "right"
    (seen_s,) = signs_in(hand_on_head(way, side=side, yaw_deg=yaw_deg, seated=seated, fps=FPS))
    assert 3.0 <= seen_s <= 3.0 + PAUSE.hold_s + 0.8  # while the hand settles


def test_from_the_side_the_near_hand_is_enough():
    assert signs_in(hand_on_head("crown", side="right", yaw_deg=90, fps=FPS))


def test_a_hand_that_only_touches_the_head_is_no_sign():
    assert not signs_in(hand_on_head("crown", hold_s=0.8, fps=FPS))


@pytest.mark.parametrize(
    "kind", ["touching_head", "phone_call", "drinking", "waving", "stretching"]
)
@pytest.mark.parametrize("seed", [3, 4])
def test_what_people_do_with_their_hands_in_a_room_is_no_sign(kind, seed):
    assert not signs_in(idle(kind, fps=FPS, seed=seed))


@pytest.mark.parametrize(
    "exercise",
    ["baduanjin_3", "shoulder_abduction", "overhead_press", "front_raise", "elbow_flexion"],
)
def test_an_exercise_that_raises_the_hands_is_no_sign(exercise):
    played = perform(load_catalog()[exercise], reps=3, cycle_s=5.0, pause_s=2.0, fps=FPS)
    assert not signs_in(played.track)


def made(t_s, *, other_score=0.95, other=(-0.45, 1.05), hand=(0.15, -0.75), lying=False):
    """The person's left hand on the head."""
    knuckles = (hand[0] - 0.1, hand[1] - 0.1)
    pose = posed(t_s, elbow=(0.6, -0.3), wrist=hand, hand=knuckles)
    image, scores = np.array(pose.image.xyz), np.array(pose.score)
    for name, (x, y) in {"right_wrist": other, "right_index": other, "left_ear": (0.15, -0.5),
                         "right_ear": (-0.15, -0.5)}.items():  # fmt: skip
        image[INDEX[name], :2] = (320 + x * UNIT_PX) / SIZE[0], (180 + y * UNIT_PX) / SIZE[1]
    scores[INDEX["right_wrist"]] = other_score
    if lying:
        image[INDEX["left_hip"], 1] = image[INDEX["left_shoulder"], 1]
    return Pose(t_s, ImageKeypoints(image, SIZE), pose.world, scores)


@pytest.mark.parametrize(
    ("there", "parts"),
    [
        (True, {}),
        (False, {"lying": True}),
        (False, {"other_score": math.nan}),  # not seen is not at rest
        (False, {"other": (-0.45, 0.1)}),
        (False, {"hand": (0.15, math.nan), "other": (math.nan, math.nan)}),
        (False, {"hand": (0.15, -2.2)}),  # stretched high above the head
    ],
)
def test_one_hand_on_the_head_and_the_other_at_rest_and_nothing_else(there, parts):
    found = hand_on_head_in(made(0.0, **parts), UNIT_PX, PAUSE)
    assert (found is not None) == there
    assert hand_on_head_in(made(0.0), math.nan, PAUSE) is None
    assert hand_on_head_in(made(0.0), 0.0, PAUSE) is None


def test_a_hand_that_moves_about_on_the_head_is_no_sign():
    watch = HandOnHead(PAUSE)
    for i in range(60):  # combing: up and down by 40 cm every second
        y = -0.75 + 0.4 * math.sin(2 * math.pi * i / FPS)
        assert not watch.step(i / FPS, made(i / FPS, hand=(0.15, y)), UNIT_PX)


def test_the_hand_has_to_be_taken_down_before_it_counts_again():
    watch = HandOnHead(PAUSE)
    seen = [watch.step(i / FPS, made(i / FPS), UNIT_PX) for i in range(120)]
    assert sum(seen) == 1
    assert watch.shown
    watch.step(9.0, posed(9.0, elbow=(0.45, 0.5), wrist=(0.45, 1.05)), UNIT_PX)
    assert not watch.shown
    again = [watch.step(10.0 + i / FPS, made(10.0 + i / FPS), UNIT_PX) for i in range(40)]
    assert sum(again) == 1
