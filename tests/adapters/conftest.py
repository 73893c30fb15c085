"""Real video files, made by OpenCV, and then altered the way phones and cables alter them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

SIZE_PX = (320, 240)
CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
RED = (0, 0, 255)
TURN = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def make_video(
    path: Path,
    n_frames: int = 40,
    fps: float = 30.0,
    size_px: tuple[int, int] = SIZE_PX,
    codec: str = "mp4v",
) -> Path:
    """A dark video with a red upper left quarter, brighter by the frame."""
    video = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, size_px)
    assert video.isOpened()
    for i in range(n_frames):
        picture = np.full((size_px[1], size_px[0], 3), 20 + i % 200, np.uint8)
        picture[: size_px[1] // 2, : size_px[0] // 2] = RED
        video.write(picture)
    video.release()
    return path


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of every box of an MP4 file, outer ones first."""
    while start + 8 <= end:
        size, name = struct.unpack(">I4s", data[start : start + 8])
        yield name, start, start + size
        if name in CONTAINERS:
            yield from boxes(data, start + 8, start + size)
        start += size


def replace_box(path: Path, target: Path, wanted: bytes, content: bytes) -> Path:
    """A copy of an MP4 file with another content in one box; the outer boxes grow with it."""
    data = bytearray(path.read_bytes())
    found = list(boxes(bytes(data), 0, len(data)))
    start, end = next((s, e) for name, s, e in found if name == wanted)
    grown = len(content) + 8 - (end - start)
    for name, outer_start, outer_end in found:
        if name in CONTAINERS and outer_start < start and end <= outer_end:
            data[outer_start : outer_start + 4] = struct.pack(">I", outer_end - outer_start + grown)
    data[start:end] = struct.pack(">I4s", len(content) + 8, wanted) + content
    target.write_bytes(data)
    return target


@pytest.fixture(scope="session")
def plain_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 frames at 30 frames per second, 320 x 240."""
    return make_video(tmp_path_factory.mktemp("video") / "plain.mp4")


@pytest.fixture
def with_times(plain_video: Path, tmp_path: Path) -> Callable[[list[tuple[int, int]]], Path]:
    """The video with other frame durations: runs of (number of frames, 1/15360 s each)."""

    def make(runs: list[tuple[int, int]]) -> Path:
        content = struct.pack(">II", 0, len(runs)) + b"".join(struct.pack(">II", *r) for r in runs)
        return replace_box(plain_video, tmp_path / "times.mp4", b"stts", content)

    return make


@pytest.fixture
def rotated(plain_video: Path, tmp_path: Path) -> Callable[[int], Path]:
    """The video with a rotation in its header, as a phone writes it."""

    def make(degrees: int) -> Path:
        data = plain_video.read_bytes()
        start, end = next((s, e) for name, s, e in boxes(data, 0, len(data)) if name == b"tkhd")
        a, b, c, d = (65536 * value for value in TURN[degrees])
        matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
        content = bytearray(data[start + 8 : end])
        content[40:76] = matrix
        return replace_box(plain_video, tmp_path / "rotated.mp4", b"tkhd", bytes(content))

    return make
