"""From where the camera sees a person, on shoulder lines whose turn is known."""

from __future__ import annotations

import csv
import itertools
import math

import numpy as np
import pytest

from aicoach.adapters.recording import read_recording
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.kinematics import Features, features_of_track
from aicoach.tracking.view import ViewEstimator


def looking(t_s: float, turn_deg: float, score: float = 1.0) -> Features:
    values, scores = np.full(N_FEATURES, np.nan), np.zeros(N_FEATURES)
    values[FEATURE_INDEX["facing_deg"]], scores[FEATURE_INDEX["facing_deg"]] = turn_deg, score
    return Features(t_s, values, scores)


def views_over(turns_deg, fps=30.0, score=1.0):
    estimator = ViewEstimator()
    return [estimator.step(i / fps, looking(i / fps, t, score)) for i, t in enumerate(turns_deg)]


@pytest.mark.parametrize(
    ("turn_deg", "view"), [(0.0, "front"), (20.0, "front"), (45.0, "oblique"), (80.0, "side")]
)
def test_the_turn_of_the_shoulder_line_is_the_view(turn_deg, view):
    assert set(views_over([turn_deg] * 30)) == {view}


def test_the_view_is_unknown_before_the_first_look():
    assert ViewEstimator().step(0.0, None) == "unknown"
    assert views_over([math.nan] * 10) == ["unknown"] * 10


def test_hidden_shoulders_say_nothing():
    assert set(views_over([80.0] * 30, score=0.1)) == {"unknown"}


def test_a_quick_twist_of_the_chest_is_not_a_new_view():
    turns = [5.0] * 60 + [70.0] * 12 + [5.0] * 60
    assert set(views_over(turns)) == {"front"}


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_a_person_who_turns_is_seen_in_the_new_view_within_two_seconds(fps):
    n = int(3 * fps)
    found = views_over([5.0] * n + [85.0] * n, fps=fps)
    assert found[n - 1] == "front"
    assert found[n + int(2 * fps)] == "side"


def test_a_turn_on_the_border_does_not_make_the_view_flicker():
    rng = np.random.default_rng(4)
    found = views_over(60.0 + rng.uniform(-3.0, 3.0, 600))
    assert sum(a != b for a, b in itertools.pairwise(found)) <= 1


def test_somebody_who_left_is_forgotten_after_some_seconds():
    estimator = ViewEstimator()
    estimator.step(0.0, looking(0.0, 85.0))
    assert estimator.step(1.0, None) == "side"
    assert estimator.step(4.0, None) == "unknown"


def test_real_recordings_never_take_the_front_for_the_side(data_dir):
    folder = data_dir / "recordings"
    agree = n = 0
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if not r["view"].startswith("from above")]
    for row in rows:
        label = row["view"].split(",")[0]
        label = "oblique" if "45" in label else "side" if label.startswith("side") else "front"
        track = read_recording(folder / row["recording"])
        features = features_of_track(track)
        estimator = ViewEstimator()
        seen = [
            estimator.step(t_s, None if pose is None else features.row(i))
            for i, (t_s, pose) in enumerate(track.poses())
        ]
        usual = max(set(seen), key=seen.count)
        assert {label, usual} != {"front", "side"}, row["recording"]
        agree, n = agree + (label == usual), n + 1
    assert agree / n > 0.8
