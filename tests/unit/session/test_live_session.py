"""A live session goes by the clock, whatever the camera does."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from aicoach.live_session import LiveSession
from aicoach.observations import Command, PoseSeen, TimePassed
from aicoach.pose import Frame


class Feed:
    """Frames at these rounds; None in the others."""

    dropped, closed = 0, False

    def __init__(self, frames):
        self.frames = list(frames)

    def take(self, _timeout_s):
        return self.frames.pop(0) if self.frames else None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


def frame(t_s):
    return Frame(t_s, np.zeros((4, 4, 3), dtype=np.uint8))


class Heard:
    """Takes observations until there are enough."""

    def __init__(self, enough):
        self.enough, self.observed = enough, []

    @property
    def ended(self):
        return len(self.observed) >= self.enough

    def step(self, observation):
        self.observed.append(observation)
        return SimpleNamespace(screen=None)


def observed(frames, enough, listen=None):
    now = iter(range(1000))
    session = Heard(enough)
    look = lambda frame, _screen: PoseSeen(t_s=frame.t_s, pose=None)  # noqa: E731
    for _ in LiveSession(
        feed=Feed(frames), look=look, session=session, clock=lambda: 0.1 * next(now), listen=listen
    ):
        pass
    return session.observed


def test_time_passes_for_the_session_when_no_frame_comes_any_more():
    found = observed([frame(0.0), frame(0.1)], 5)
    assert [type(one) for one in found] == [PoseSeen, PoseSeen, *[TimePassed] * 3]
    times = [one.t_s for one in found]
    assert times == sorted(times)


def test_before_the_first_observation_no_time_has_passed():
    found = observed([None, None, frame(5.0)], 1)
    assert [type(one) for one in found] == [PoseSeen]


def test_what_is_pressed_needs_no_frame():
    pressed = [Command(t_s=0.0, name="stop")]
    found = observed([frame(0.0)], 2, listen=lambda _t_s, update: pressed if update else [])
    assert [type(one) for one in found] == [PoseSeen, Command]
