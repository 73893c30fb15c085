"""A taped resident does all that is on the tape, however busy the computer is."""

from __future__ import annotations

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.pose import Frame
from aicoach.session_events import Screen
from aicoach.synth import perform
from aicoach.web.live.taped import TapedWatcher

TAPE = list(perform(load_catalog()["squat"], reps=1, fps=10.0).track.poses())
PICTURE = np.zeros((4, 4, 3), np.uint8)


def played(times_s: list[float], screen: Screen = Screen.EXERCISE_SET) -> list[int]:
    """Which rows of the tape were shown at these times."""
    watcher = TapedWatcher(TAPE)
    rows = {id(pose): i for i, (_, pose) in enumerate(TAPE)}
    return [rows[id(watcher.look(Frame(t_s, PICTURE), screen).pose)] for t_s in times_s]


def test_a_gap_leaves_at_most_a_quarter_of_a_second_out() -> None:
    steady = played([0.1 * i for i in range(20)])
    assert max(np.diff(steady)) <= 2
    halting = played([0.1 * i + (5.0 if i >= 7 else 0.0) for i in range(20)])
    assert max(np.diff(halting)) <= 3


def test_between_sets_it_stands_in_the_first_pose() -> None:
    assert set(played([0.0, 0.5, 1.0], Screen.REST)) == {0}


@pytest.mark.parametrize("fps", [4.0, 10.0, 30.0])
def test_at_every_rate_it_keeps_time(fps: float) -> None:
    rows = played([i / fps for i in range(int(2.0 * fps) + 1)])
    assert rows[-1] == pytest.approx(20, abs=1)
