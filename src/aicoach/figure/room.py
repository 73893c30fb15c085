"""The room behind the drawn person: wall, skirting board, floor boards, a picture frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from aicoach.figure.canvas import fill_any, line
from aicoach.pose import ByteImage
from aicoach.synth.camera import Camera

_WALL_Z_M: Final = -2.2
_SKIRTING_M: Final = 0.1


@lru_cache(maxsize=8)
def _painted(camera: Camera) -> ByteImage:
    width, height = camera.frame_size_px
    shade = np.linspace(1.0, 0.9, height)[:, None, None]
    image = np.asarray(np.ones((height, width, 3)) * (202, 212, 216) * shade, np.uint8)

    def at(x: float, y: float, z: float) -> list[float]:
        return [float(v) for v in camera.project_px(np.array([x, y, z]))]

    far, near = 9.0, camera.distance_m - 0.25
    floor = [at(-far, 0, _WALL_Z_M), at(far, 0, _WALL_Z_M), at(far, 0, near), at(-far, 0, near)]
    fill_any(image, np.array(floor), (120, 150, 176))
    for x in np.arange(-6.0, 6.0, 0.25):
        line(image, np.array([at(x, 0, _WALL_Z_M), at(x, 0, near)]), (104, 132, 158), 1)
    skirting = [
        at(-far, 0, _WALL_Z_M), at(far, 0, _WALL_Z_M),
        at(far, _SKIRTING_M, _WALL_Z_M), at(-far, _SKIRTING_M, _WALL_Z_M),
    ]  # fmt: skip
    fill_any(image, np.array(skirting), (228, 232, 234))
    for inset, colour in ((0.0, (70, 84, 96)), (0.05, (188, 190, 170))):
        frame = [
            at(-1.9 + inset, 1.3 + inset, _WALL_Z_M), at(-1.1 - inset, 1.3 + inset, _WALL_Z_M),
            at(-1.1 - inset, 1.9 - inset, _WALL_Z_M), at(-1.9 + inset, 1.9 - inset, _WALL_Z_M),
        ]  # fmt: skip
        fill_any(image, np.array(frame), colour)
    rng = np.random.default_rng(7)
    rough = rng.normal(0.0, 5.0, (height // 12 + 2, width // 12 + 2)).astype(np.float32)
    noise = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(image + noise[..., None], 0, 255), np.uint8)


def room(camera: Camera) -> ByteImage:
    """A fresh picture of the empty room, blue-green-red."""
    return _painted(camera).copy()
