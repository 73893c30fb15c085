"""What goes over the wire comes back as it went."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.observations import (
    Answer,
    Command,
    HeartRateLink,
    HeartRateSample,
    PoseSeen,
    SourceEnded,
)
from aicoach.rehearsal import SyntheticResident
from aicoach.wire import WireError, event_line, observation_line, read_observation

PLAIN = (
    PoseSeen(t_s=1.5, pose=None, people=2, brightness=0.25),
    HeartRateSample(t_s=0.1 + 0.2, bpm=88.0, contact=True, rr_ms=(681.5, 700.0)),
    HeartRateSample(t_s=1.0, bpm=None),
    HeartRateLink(t_s=2.0, state="lost", detail="out of reach"),
    Answer(t_s=3.0, question="pain", value=None),
    Answer(t_s=3.0, question="talk", value="words", by="staff"),
    Command(t_s=4.0, name="stop", by="voice"),
    SourceEnded(t_s=5.0, reason="broken", detail="拔掉了"),
)


@pytest.mark.parametrize("observation", PLAIN, ids=lambda one: type(one).__name__)
def test_an_observation_comes_back_equal(observation):
    assert read_observation(observation_line(observation)) == observation


def test_a_pose_comes_back_to_the_last_bit():
    seen = SyntheticResident(load_catalog(), "squat").seen(0.5, None)
    pose = read_observation(observation_line(seen)).pose
    assert pose.t_s == seen.pose.t_s
    assert pose.image.frame_size_px == seen.pose.image.frame_size_px
    for mine, theirs in (
        (pose.image.xyz, seen.pose.image.xyz),
        (pose.world.xyz_m, seen.pose.world.xyz_m),
        (pose.score, seen.pose.score),
    ):
        assert np.array_equal(mine, theirs, equal_nan=True)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_has_not_come_back_too(number):
    back = read_observation(observation_line(HeartRateSample(t_s=1.0, bpm=number)))
    assert back.bpm == number or (math.isnan(back.bpm) and math.isnan(number))
    answer = read_observation(observation_line(Answer(t_s=number, question="pain", value=number)))
    assert str((answer.t_s, answer.value)) == str((number, number))


def test_an_event_has_its_type_time_and_cause_first_and_is_json():
    line = event_line(1.0, "camera", SourceEnded(t_s=2.0, reason="end"))
    assert list(json.loads(line)) == ["type", "t_s", "cause", "at_s", "reason", "detail"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "line: is not JSON"),
        ("[]", "line: is not an object"),
        ('{"type": "dance", "t_s": 1}', "type: is 'dance'; allowed: pose"),
        ('{"type": "command", "t_s": 1, "name": "fly"}', "name: is 'fly'; allowed: start"),
        ('{"type": "command", "name": "stop"}', "t_s: must be a number of seconds"),
        ('{"type": "answer", "t_s": 1}', "line: "),
        ('{"type": "answer", "t_s": 1, "question": "x", "value": {"a": 1}}', "line: holds"),
        ('{"type": "pose", "t_s": 1, "pose": {"joints": "!"}}', "pose: cannot be read"),
    ],
)
def test_what_is_no_observation_is_refused(line, told):
    with pytest.raises(WireError, match=told.replace("(", r"\(")):
        read_observation(line)
