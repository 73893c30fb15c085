"""Video files in, annotated video files out.

Reading goes through OpenCV's FFmpeg, which turns the picture as the file's rotation
says. Times come from the file, so that a variable frame rate is honoured; where a file's
times are nonsense they are repaired, and the reader says so in ``notes``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final

# FFmpeg writes to stderr past Python; it reads this when the first file is opened.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import cv2
import numpy as np
from numpy.typing import NDArray

from aicoach.adapters.files import whole_file
from aicoach.adapters.media_kind import why_not_a_video
from aicoach.errors import VideoError
from aicoach.pose import ByteImage, Frame

# The same once more, for a program that had loaded OpenCV before us.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_STATED_FPS: Final = (1.0, 250.0)
"""A stated frame rate outside this is not a camera's; phones record slow motion at 240."""
_ASSUMED_FPS: Final = 30.0
ENOUGH_FPS: Final = 16.0
"""Frames that come faster are thinned out: the counts of ``aicoach bench counting`` are the
same at 8, 12 and 30 frames per second, and the model is what costs."""
_SLACK_S: Final = 0.002
"""Rounding of the times in a file."""
_LOST_FRACTION: Final = 0.9
_LOST_FRAMES: Final = 5
_LONGEST_STILL_S: Final = 10.0


class VideoReader:
    """Frames of a video file in order, upright, with times that increase.

    A context manager that can be iterated once. Faster video is thinned to ``most_fps``
    frames per second; 0 takes them all.

    Raises
    ------
    VideoError
        On entering, if the file is missing, empty, or holds no picture to decode; on
        iterating, if it holds a single picture only.
    """

    def __init__(self, path: Path | str, most_fps: float = ENOUGH_FPS) -> None:
        self.path = Path(path)
        self._gap_s = 1.0 / most_fps if most_fps > 0 else 0.0
        self.notes: list[str] = []
        """What was repaired, skipped or missing; complete after the last frame."""
        self.frame_size_px: tuple[int, int] | None = None
        """Width and height of the frames, as they are turned; known after the first."""
        self._video: cv2.VideoCapture | None = None

    def __enter__(self) -> VideoReader:
        if not self.path.exists():
            raise VideoError(self.path, "there is no such file")
        if not self.path.is_file():
            raise VideoError(self.path, "is not a file")
        if not os.access(self.path, os.R_OK):
            raise VideoError(self.path, "may not be read", "check its permissions")
        if self.path.stat().st_size == 0:
            raise VideoError(self.path, "is empty")
        video = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        if not video.isOpened():
            raise VideoError(self.path, *why_not_a_video(self.path))
        video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        self._video = video
        return self

    def __exit__(self, *exc: object) -> None:
        if self._video is not None:
            self._video.release()
            self._video = None

    @property
    def fps(self) -> float:
        """Frames per second that the file states, or 30 where that is nonsense."""
        stated = self._get(cv2.CAP_PROP_FPS)
        return stated if _STATED_FPS[0] <= stated <= _STATED_FPS[1] else _ASSUMED_FPS

    @property
    def kept_fps(self) -> float:
        """Frames per second that iterating gives."""
        return min(self.fps, 1.0 / self._gap_s) if self._gap_s else self.fps

    @property
    def duration_s(self) -> float | None:
        """About how long the file says it is; None where it does not say."""
        frames = self._get(cv2.CAP_PROP_FRAME_COUNT)
        return frames / self.fps if 0 < frames < 1e8 else None

    def __iter__(self) -> Iterator[Frame]:
        clock = _Clock(self.fps, trusted=self._rate_is_plausible())
        video, due_s, n_read, n_kept = self._opened(), -math.inf, 0, 0
        while video.grab():
            n_read += 1
            t_s = clock.time_of(video.get(cv2.CAP_PROP_POS_MSEC) / 1000.0)
            if t_s < due_s - _SLACK_S:
                continue
            ok, picture = video.retrieve()
            if not ok or picture is None:
                continue
            # A frame a little late does not move the grid; after a hole it begins anew.
            due_s = self._gap_s + (t_s if t_s - due_s > self._gap_s else due_s)
            n_kept += 1
            frame = Frame(t_s, _as_bgr(picture))
            self.frame_size_px = self.frame_size_px or frame.size_px
            yield frame
        self._note(n_read, n_kept, clock)

    def _rate_is_plausible(self) -> bool:
        stated = self._get(cv2.CAP_PROP_FPS)
        if _STATED_FPS[0] <= stated <= _STATED_FPS[1]:
            return True
        self.notes.append(
            f"the file states {stated:.4g} frames per second; "
            + (
                f"{_ASSUMED_FPS:.0f} were assumed"
                if not 0 < stated < _STATED_FPS[0]
                else "that is too few to follow a movement"
            )
        )
        return 0 < stated < _STATED_FPS[0]

    def _note(self, n_read: int, n_kept: int, clock: _Clock) -> None:
        if n_kept == 0:
            raise VideoError(self.path, "no picture in it can be decoded", "it may be damaged")
        if n_read == 1:
            raise VideoError(self.path, "holds a single picture that can be read, not a movement")
        if clock.n_repaired:
            self.notes.append(f"the times of {clock.n_repaired} frames did not increase; repaired")
        stated = self._get(cv2.CAP_PROP_FRAME_COUNT)
        if n_read < stated * _LOST_FRACTION and n_read + _LOST_FRAMES < stated < 1e8:
            self.notes.append(
                f"only {n_read} of about {stated:.0f} frames could be read: "
                "the file is damaged or truncated"
            )

    def _opened(self) -> cv2.VideoCapture:
        if self._video is None:
            raise RuntimeError("use the reader in a with block")
        return self._video

    def _get(self, field: int) -> float:
        value = float(self._opened().get(field))
        return value if math.isfinite(value) else 0.0


class _Clock:
    """Times that increase, from stated times that may not."""

    def __init__(self, fps: float, *, trusted: bool) -> None:
        self.n_repaired = 0
        self._step_s = 1.0 / fps
        self._trusted = trusted
        self._last_s: float | None = None

    def time_of(self, stated_s: float) -> float:
        """Time of the next frame, whose file time is ``stated_s``."""
        if self._last_s is None:
            t_s = stated_s if self._trusted and math.isfinite(stated_s) else 0.0
        elif self._trusted and math.isfinite(stated_s) and stated_s > self._last_s:
            t_s = stated_s
        else:
            self.n_repaired += self._trusted
            t_s = self._last_s + self._step_s
        self._last_s = t_s
        return t_s


def _as_bgr(picture: NDArray[Any]) -> ByteImage:
    """Three channels of eight bits, whatever the file holds."""
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    return np.asarray(picture, dtype=np.uint8)


class VideoWriter:
    """Writes pictures with their times to a video of constant rate; appears when complete.

    A context manager. A picture is repeated or left out so that the video keeps the
    times it was given. Leaving the block in an error, or by Ctrl-C, leaves no file.

    Raises
    ------
    VideoError
        If the folder does not exist, the suffix names no container that can be written,
        or this machine's OpenCV has no encoder for it.
    """

    CODECS: Final = {
        ".mp4": ("avc1", "mp4v"),
        ".mov": ("avc1", "mp4v"),
        ".mkv": ("mp4v",),
        ".avi": ("MJPG",),
    }

    def __init__(self, path: Path | str, fps: float) -> None:
        self.path, self.fps = Path(path), fps
        self._stack = ExitStack()
        self._part = self.path
        self._video: cv2.VideoWriter | None = None
        self._first_s = 0.0
        self._n_written = 0
        self._shown: ByteImage | None = None

    def __enter__(self) -> VideoWriter:
        if self.path.suffix.lower() not in self.CODECS:
            raise VideoError(self.path, "cannot be written", f"use {' or '.join(self.CODECS)}")
        if not self.path.parent.is_dir():
            raise VideoError(self.path, "cannot be written", "its folder does not exist")
        return self

    def write(self, t_s: float, bgr: ByteImage) -> None:
        """Add the picture that is seen from ``t_s`` on."""
        if self._video is None:
            self._part = self._stack.enter_context(whole_file(self.path))
            self._video = self._open((bgr.shape[1] + 1) // 2 * 2, (bgr.shape[0] + 1) // 2 * 2)
            self._first_s = t_s
        odd_x, odd_y = bgr.shape[1] % 2, bgr.shape[0] % 2
        if odd_x or odd_y:  # encoders want even sides
            bgr = _as_bgr(cv2.copyMakeBorder(bgr, 0, odd_y, 0, odd_x, cv2.BORDER_REPLICATE))
        place = round((t_s - self._first_s) * self.fps)
        excess = place - self._n_written - round(_LONGEST_STILL_S * self.fps)
        if excess > 0:  # a hole in the times; the picture need not stand still for an hour
            self._first_s += excess / self.fps
            place -= excess
        while self._n_written < place and self._shown is not None:
            self._video.write(self._shown)
            self._n_written += 1
        if self._n_written == place:
            self._video.write(bgr)
            self._n_written += 1
        self._shown = bgr

    def _open(self, width: int, height: int) -> cv2.VideoWriter:
        for codec in self.CODECS[self.path.suffix.lower()]:
            code = cv2.VideoWriter.fourcc(*codec)
            video = cv2.VideoWriter(
                str(self._part), cv2.CAP_FFMPEG, code, self.fps, (width, height)
            )
            if video.isOpened():
                return video
            video.release()
        names = " or ".join(self.CODECS[self.path.suffix.lower()])
        problem = f"this OpenCV cannot encode {names} at {width} x {height}"
        raise VideoError(self.path, problem, "write an .avi, or install opencv-python from PyPI")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._video is not None:
            self._video.release()
            if kind is None and not self._is_complete():  # OpenCV is silent about a full disk
                full = VideoError(self.path, "could not be written", "check the free space")
                self._stack.__exit__(VideoError, full, None)
                raise full
        self._stack.__exit__(kind, problem, trace)

    def _is_complete(self) -> bool:
        """Whether the closed file says that it holds what was written."""
        video = cv2.VideoCapture(str(self._part), cv2.CAP_FFMPEG)
        n_found = video.get(cv2.CAP_PROP_FRAME_COUNT) if video.isOpened() else 0.0
        video.release()
        return n_found >= self._n_written
