"""``aicoach live`` with a made-up camera, window and estimator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aicoach.adapters import camera as camera_module
from aicoach.adapters import window as window_module
from aicoach.adapters.camera import FakeCapture
from aicoach.adapters.overlay import Overlay
from aicoach.adapters.recording import read_recording
from aicoach.adapters.window import Window
from aicoach.catalog import ExerciseSpec
from aicoach.cli import compose
from aicoach.cli.live import watch
from aicoach.errors import CoachError
from aicoach.pipeline import LivePipeline
from aicoach.pose import ByteImage, Frame, Pose
from aicoach.synth import perform
from aicoach.tracking.tracker import ExerciseTracker

PICTURES = [np.full((48, 64, 3), i, np.uint8) for i in range(8)]


class Played:
    """A camera and an estimator in one: a played performance, frame by frame, not faster."""

    def __init__(self, spec: ExerciseSpec, reps: int) -> None:
        self.track = perform(spec, reps=reps, view="side", fps=15.0).track
        self.row = -1
        self.taken = -1

    def __enter__(self) -> Played:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def __iter__(self) -> Iterator[Frame]:
        for row, t_s in enumerate(self.track.t_s):
            patience = time.monotonic() + 1.0
            while self.taken < row - 1 and time.monotonic() < patience:
                time.sleep(0.0002)
            yield Frame(float(t_s), PICTURES[row % 8])

    def estimate(self, frame: Frame) -> Pose | None:
        self.row = int(np.searchsorted(self.track.t_s, frame.t_s))
        self.taken = self.row
        return self.track.pose(self.row)

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


class FakeScreen:
    """Shows nothing, remembers how much, and presses keys when told to."""

    def __init__(self, keys: dict[int, Any] | None = None) -> None:
        self.keys, self.shown = keys or {}, 0

    def __enter__(self) -> FakeScreen:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def show(self, picture: ByteImage) -> Any:
        assert picture.shape == (48, 64, 3)
        self.shown += 1
        key = self.keys.get(self.shown)
        if key is KeyboardInterrupt:
            raise KeyboardInterrupt
        return key


def pipeline(spec: ExerciseSpec, played: Played) -> LivePipeline:
    return LivePipeline(played, played, lambda: ExerciseTracker(spec), time.monotonic)


def test_a_live_set_counts_what_was_done(squat: ExerciseSpec) -> None:
    live = pipeline(squat, Played(squat, 3))
    screen = FakeScreen()
    assert watch(live, Overlay("Squat", {}), screen) is None
    assert live.tracker.summary().count == 3
    assert screen.shown == live.n_analysed


@pytest.mark.parametrize("key", ["quit", KeyboardInterrupt])
def test_quit_and_ctrl_c_end_the_set_with_its_summary(squat: ExerciseSpec, key: Any) -> None:
    live = pipeline(squat, Played(squat, 3))
    screen = FakeScreen({20: key})
    assert watch(live, Overlay("Squat", {}), screen) is None
    assert screen.shown == 20
    assert live.tracker.summary().quality.frames == 20


def test_reset_begins_at_nought(squat: ExerciseSpec) -> None:
    played = Played(squat, 3)
    live = pipeline(squat, played)
    watch(live, Overlay("Squat", {}), FakeScreen({len(played.track) - 5: "reset"}))
    assert live.tracker.summary().count == 0


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, squat: ExerciseSpec, tmp_path: Path) -> Path:
    """A home with a screen, and with a camera that is pulled out after eight pictures."""
    device = tmp_path / "video0"
    device.touch()
    monkeypatch.setattr(window_module, "Window", lambda _title: FakeScreen())
    monkeypatch.setattr(compose, "make_estimator", lambda _backend, **_options: Played(squat, 1))
    monkeypatch.setattr(camera_module, "_device", lambda _n: device)
    monkeypatch.setattr(camera_module, "_SILENCE_S", 0.0)
    capture = FakeCapture(PICTURES, unplugged=True)
    opener = camera_module.Camera.__init__.__kwdefaults__
    monkeypatch.setitem(opener, "open_capture", lambda _n: capture)
    return tmp_path


def test_a_camera_pulled_out_leaves_the_report_the_recording_and_the_error(
    aicoach: Callable[..., Any], home: Path
) -> None:
    path = home / "kept.npz"
    ran = aicoach("live", "-e", "squat", "--record", path, "--lang", "en")
    assert ran.code == 2
    assert ran.err.startswith("aicoach: camera 0: unplugged; ")
    assert "0 repetitions" in ran.out
    assert len(read_recording(path)) >= 1


def test_without_a_screen_live_says_so(
    aicoach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(window_module.sys, "platform", "linux")
    ran = aicoach("live", "-e", "squat")
    assert ran.code == 2
    assert "there is no screen" in ran.err
    with pytest.raises(CoachError), Window("aicoach"):
        pytest.fail("opened")


def test_an_unknown_exercise_is_refused_before_the_camera_opens(
    aicoach: Callable[..., Any],
) -> None:
    assert "did you mean squat" in aicoach("live", "-e", "squats").err
