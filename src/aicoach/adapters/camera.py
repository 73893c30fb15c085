"""A camera of this computer, and a made-up one for tests and demonstrations."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from aicoach.errors import CameraError, CameraProblem
from aicoach.pose import ByteImage, Frame

_REMEDY: Final = {
    CameraProblem.ABSENT: "plug it in, or name another one with --camera N",
    CameraProblem.BUSY: "close the program that uses it (a call, a browser tab), then try again",
    CameraProblem.DENIED: "allow camera access for this user (Linux: sudo usermod -aG video $USER, "
    "then log in again; macOS and Windows: privacy settings)",
    CameraProblem.UNPLUGGED: "it gave pictures and stopped; check the cable, then start again",
}
_SILENCE_S: Final = 2.0
"""Without a picture for this long, the camera is gone."""
_RETRY_S: Final = 0.02


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that a camera needs."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether the camera could be opened."""
        ...

    def read(self) -> tuple[bool, Any]:
        """Success and the next picture."""
        ...

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 - OpenCV's name
        """Ask for a property; whether it was accepted."""
        ...

    def release(self) -> None:
        """Close the camera."""
        ...


class FakeCapture:
    """Stands in for ``cv2.VideoCapture``: gives the pictures, then whatever was asked for.

    ``opens`` False is a camera that is there but taken; after the last picture a camera
    that is ``unplugged`` gives nothing more, otherwise the last picture stays.
    """

    def __init__(
        self, pictures: Iterable[ByteImage] = (), *, opens: bool = True, unplugged: bool = False
    ) -> None:
        self._pictures = iter(pictures)
        self._last: ByteImage | None = None
        self._opens, self._unplugged = opens, unplugged
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether the camera could be opened."""
        return self._opens and not self.released

    def read(self) -> tuple[bool, Any]:
        """Success and the next picture."""
        picture = next(self._pictures, None)
        if picture is None and self._unplugged:
            return False, None
        self._last = self._last if picture is None else picture
        return self._last is not None, self._last

    def set(self, propId: int, value: float) -> bool:  # noqa: ARG002, N803 - OpenCV's name
        """Every property is accepted and ignored."""
        return True

    def release(self) -> None:
        """Close the camera."""
        self.released = True


def open_capture(camera: int) -> Capture:
    """OpenCV's capture of a camera of this computer."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
    import cv2  # noqa: PLC0415 - the doctor and the fakes need no OpenCV

    return cv2.VideoCapture(camera, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)


def brightness(frame: Frame) -> float:
    """Mean brightness of a frame, [0, 1]; every eighth pixel each way is enough."""
    return float(frame.bgr[::8, ::8].mean()) / 255.0


def camera_files() -> list[Path]:
    """Device files of the cameras of this computer; empty elsewhere than on Linux."""
    return sorted(Path("/dev").glob("video*"))


def _device(camera: int) -> Path:
    return Path(f"/dev/video{camera}")


class Camera:
    """Frames of a camera in order of capture; a context manager that can be iterated once.

    Raises
    ------
    CameraError
        On entering, if the camera is absent, busy or denied; on iterating, if it was
        unplugged.
    """

    def __init__(
        self,
        camera: int = 0,
        *,
        size_px: tuple[int, int] = (640, 480),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        open_capture: Callable[[int], Capture] = open_capture,
        device: Callable[[int], Path] | None = None,
    ) -> None:
        self.camera, self._size_px = camera, size_px
        self._clock, self._sleep, self._open = clock, sleep, open_capture
        self._device = device or (_device if sys.platform == "linux" else None)
        self._capture: Capture | None = None
        self._first: ByteImage | None = None

    def __enter__(self) -> Camera:
        device = self._device(self.camera) if self._device else None
        if device is not None:
            if not device.exists():
                raise self._error(CameraProblem.ABSENT)
            if not os.access(device, os.R_OK | os.W_OK):
                raise self._error(CameraProblem.DENIED)
        capture = self._open(self.camera)
        if capture.isOpened():
            for field, value in ((3, self._size_px[0]), (4, self._size_px[1]), (38, 1)):
                capture.set(field, value)  # width, height, and a buffer of one picture
            self._capture = capture
            self._first = self._read(capture)
            if self._first is not None:
                return self
        capture.release()
        self._capture = None
        raise self._error(CameraProblem.ABSENT if device is None else CameraProblem.BUSY)

    def __exit__(self, *exc: object) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def __iter__(self) -> Iterator[Frame]:
        start_s, picture = self._clock(), self._first
        last_s = -1.0
        while (capture := self._capture) is not None:
            if picture is None:
                raise self._error(CameraProblem.UNPLUGGED)
            t_s = max(self._clock() - start_s, last_s + 1e-4)
            last_s = t_s
            yield Frame(t_s, picture)
            picture = self._read(capture)

    def _read(self, capture: Capture) -> ByteImage | None:
        """The next picture, or None when none came for two seconds."""
        since_s = self._clock()
        while True:
            ok, picture = capture.read()
            if ok and picture is not None and picture.size:
                return np.asarray(picture, dtype=np.uint8)
            if self._clock() - since_s > _SILENCE_S:
                return None
            self._sleep(_RETRY_S)

    def _error(self, reason: CameraProblem) -> CameraError:
        return CameraError(self.camera, reason, _REMEDY[reason])
