"""A Chromium to measure and test in: where it is, how it starts, and a clip as its camera."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import cv2

from aicoach.errors import CoachError

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
"""The program; None: there is none on this computer."""
FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
)  # fmt: skip
_SIZE: Final = (640, 480)


def camera_flags(pictures: Path) -> tuple[str, str]:
    """That this file of pictures is the camera."""
    return (
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={pictures}",
    )


def camera_file(clip: Path, to: Path) -> Path:
    """Write a clip as a file that Chromium plays as a camera.

    Raises
    ------
    CoachError
        If the clip cannot be read.
    """
    video = cv2.VideoCapture(str(clip))
    with to.open("wb") as file:
        while True:
            there, image = video.read()
            if not there:
                break
            file.write(cv2.imencode(".jpg", cv2.resize(image, _SIZE))[1].tobytes())
    if not to.stat().st_size:
        raise CoachError(f"{clip}: cannot be read; give --data or set AICOACH_DATA")
    return to
