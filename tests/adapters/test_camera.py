"""Cameras that are absent, taken, forbidden, or pulled out."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from aicoach.adapters.camera import Camera, FakeCapture
from aicoach.errors import CameraError, CameraProblem

PICTURES = [np.full((48, 64, 3), i, np.uint8) for i in range(5)]


def clock() -> Callable[[], float]:
    """A clock that goes on by a tenth of a second whenever it is read."""
    ticks = count()
    return lambda: next(ticks) * 0.1


def camera(capture: FakeCapture, device: Path | None) -> Camera:
    return Camera(
        0,
        clock=clock(),
        sleep=lambda _: None,
        open_capture=lambda _: capture,
        device=None if device is None else lambda _: device,
    )


@pytest.fixture
def device(tmp_path: Path) -> Path:
    (tmp_path / "video0").touch()
    return tmp_path / "video0"


def test_frames_come_in_order_with_increasing_times(device: Path) -> None:
    with camera(FakeCapture(PICTURES), device) as source:
        frames = [frame for frame, _ in zip(source, range(5), strict=False)]
    assert [int(frame.bgr[0, 0, 0]) for frame in frames] == [0, 1, 2, 3, 4]
    assert (np.diff([frame.t_s for frame in frames]) > 0).all()


def test_leaving_the_block_releases_the_camera(device: Path) -> None:
    capture = FakeCapture(PICTURES)
    with camera(capture, device):
        assert not capture.released
    assert capture.released


def test_no_device_is_absent(tmp_path: Path) -> None:
    with (
        pytest.raises(CameraError) as raised,
        camera(FakeCapture(PICTURES), tmp_path / "video7"),
    ):
        pytest.fail("opened")
    assert raised.value.reason is CameraProblem.ABSENT
    assert raised.value.remedy


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_device_without_permission_is_denied(device: Path) -> None:
    device.chmod(0)
    with pytest.raises(CameraError) as raised, camera(FakeCapture(PICTURES), device):
        pytest.fail("opened")
    assert raised.value.reason is CameraProblem.DENIED


def test_permission_is_asked_of_the_system(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CameraError) as raised, camera(FakeCapture(PICTURES), device):
        pytest.fail("opened")
    assert raised.value.reason is CameraProblem.DENIED


@pytest.mark.parametrize(
    "capture", [FakeCapture(PICTURES, opens=False), FakeCapture([], unplugged=True)]
)
def test_a_device_that_gives_nothing_is_busy(device: Path, capture: FakeCapture) -> None:
    with pytest.raises(CameraError) as raised, camera(capture, device):
        pytest.fail("opened")
    assert raised.value.reason is CameraProblem.BUSY
    assert capture.released


def test_where_there_are_no_device_files_a_camera_that_does_not_open_is_absent() -> None:
    with pytest.raises(CameraError) as raised, camera(FakeCapture(opens=False), None):
        pytest.fail("opened")
    assert raised.value.reason is CameraProblem.ABSENT


def test_a_camera_pulled_out_gives_its_frames_and_then_says_so(device: Path) -> None:
    frames = []

    def watch() -> None:
        with camera(FakeCapture(PICTURES, unplugged=True), device) as source:
            for frame in source:
                frames.append(int(frame.bgr[0, 0, 0]))

    with pytest.raises(CameraError) as raised:
        watch()
    assert frames == [0, 1, 2, 3, 4]
    assert raised.value.reason is CameraProblem.UNPLUGGED


@pytest.mark.camera
def test_the_first_camera_of_this_computer_gives_a_picture() -> None:
    with Camera(0) as source:
        assert next(iter(source)).bgr.any()
