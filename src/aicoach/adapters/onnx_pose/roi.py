"""Region of interest: the turned square that the landmark net looks at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from aicoach.pose import ByteImage, FloatArray

BODY_TO_ROI: Final = 1.25
"""Margin around the body circle, as in MediaPipe's pose graph."""
SMALLEST_PX: Final = 2.0
FARTHEST_PX: Final = 32_000.0
"""OpenCV keeps positions in 16 bits."""
PART_BITS: Final = 5
PARTS: Final = 1 << PART_BITS
"""Positions between pixels that OpenCV's interpolation tells apart."""


@dataclass(frozen=True, slots=True)
class Roi:
    """A square in the frame, turned so that the body inside it stands upright."""

    centre_px: tuple[float, float]
    size_px: float
    rotation_rad: float
    """Clockwise on the screen; 0 is upright."""

    @classmethod
    def around(cls, centre_px: FloatArray, rim_px: FloatArray, margin: float = BODY_TO_ROI) -> Roi:
        """Square around a body: its centre between the hips, and a point on its circle.

        centre_px, rim_px : shape (2,), pixels. The rim lies towards the head.
        """
        dx, dy = (float(v) for v in rim_px - centre_px)
        turn = math.pi / 2.0 - math.atan2(-dy, dx)
        return cls(
            (float(centre_px[0]), float(centre_px[1])),
            2.0 * math.hypot(dx, dy) * margin,
            math.remainder(turn, 2.0 * math.pi),
        )

    @classmethod
    def whole(cls, frame_size_px: tuple[int, int]) -> Roi:
        """Square that holds the whole frame, upright: a letterbox."""
        width, height = frame_size_px
        return cls((width / 2.0, height / 2.0), float(max(width, height)), 0.0)

    @property
    def usable(self) -> bool:
        """Whether there is something to look at: more than a dot, and not beyond reach."""
        reach_px = max(abs(v) for v in self.centre_px) + self.size_px
        return self.size_px >= SMALLEST_PX and reach_px <= FARTHEST_PX  # False where NaN

    def to_frame(self, xy: FloatArray) -> FloatArray:
        """Points from fractions of the square (..., 2) to pixels of the frame (..., 2)."""
        in_frame: FloatArray = self.turned((xy - 0.5) * self.size_px) + np.asarray(self.centre_px)
        return in_frame

    def turned(self, xy: FloatArray) -> FloatArray:
        """Vectors (..., 2) from the square's axes to the frame's axes; length kept."""
        cos, sin = math.cos(self.rotation_rad), math.sin(self.rotation_rad)
        turned: FloatArray = xy @ np.array([[cos, sin], [-sin, cos]])
        return turned

    def cut(self, bgr: ByteImage, side_px: int, *, border: int) -> ByteImage:
        """The square as a picture (side_px, side_px, 3); ``border`` is an OpenCV border mode.

        Pixel i of the picture lies at i / side_px of the square (no half-pixel shift), and
        positions are rounded to 1/32 pixel: what MediaPipe's ``ImageToTensorCalculator`` does
        with its OpenCV. Newer versions of OpenCV do not round, and that alone moves a detected
        region by half a per cent, enough to lose a person whom the detector barely sees.
        """
        along = np.linspace(0.0, self.size_px, side_px, endpoint=False)
        across, down = self.turned(np.eye(2)) * PARTS
        corner = self.to_frame(np.zeros(2)) * PARTS
        x, y = (
            np.rint(
                np.add.outer(along * down[i], along * across[i] + corner[i], dtype=np.float32)
            ).astype(np.int32)
            for i in (0, 1)
        )
        whole = np.empty((side_px, side_px, 2), dtype=np.int16)
        np.right_shift(x, PART_BITS, out=whole[..., 0], casting="unsafe")
        np.right_shift(y, PART_BITS, out=whole[..., 1], casting="unsafe")
        part = ((y & (PARTS - 1)) << PART_BITS | (x & (PARTS - 1))).astype(np.uint16)
        picture = cv2.remap(bgr, whole, part, cv2.INTER_LINEAR, borderMode=border)
        return picture.astype(np.uint8, copy=False)


def to_network(picture: ByteImage, low: float, high: float) -> NDArray[np.float32]:
    """Blue-green-red bytes to the net's input: (1, 3, side, side), RGB, [low, high]."""
    scale, shift = np.float32((high - low) / 255.0), np.float32(low)
    network = np.empty((1, 3, *picture.shape[:2]), dtype=np.float32)
    for channel, plane in zip((2, 1, 0), cv2.split(picture), strict=True):
        np.multiply(plane, scale, out=network[0, channel])
    if shift:
        network += shift
    return network


def sigmoid(logit: FloatArray) -> FloatArray:
    """Probability of a logit, any shape; NaN stays NaN."""
    probability: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(logit, -100.0, 100.0)))
    return probability
