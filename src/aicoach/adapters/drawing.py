"""What every picture of this program is drawn with: colours, letters, veil and skeleton."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from aicoach.pose import ByteImage, Pose
from aicoach.skeleton import LINKS

Colour = tuple[int, int, int]

WHITE: Final[Colour] = (245, 245, 245)
GREY: Final[Colour] = (170, 170, 170)
DARK: Final[Colour] = (28, 24, 20)
GREEN: Final[Colour] = (110, 200, 90)
AMBER: Final[Colour] = (50, 170, 245)
RED: Final[Colour] = (80, 80, 235)
BLUE: Final[Colour] = (235, 165, 70)

_LINE_SCORE: Final = 0.05
"""A limb with an end below this is not drawn at all: nothing is known about it."""
_FACE: Final = 11
"""Keypoints below this index are the face; only the nose is drawn."""


def draw_skeleton(picture: ByteImage, pose: Pose, scale: float) -> None:
    """Limbs and joints in place, from red (hardly seen) through amber to green (clear)."""
    score = np.nan_to_num(pose.score)
    xy = pose.image.xyz[:, :2] * (picture.shape[1], picture.shape[0])
    visible = np.isfinite(xy).all(axis=1) & (score >= _LINE_SCORE)
    thick = max(1, round(3 * scale))
    limit = 4.0 * max(picture.shape[:2])  # far outside, where OpenCV's integers would overflow
    visible &= (np.abs(xy) < limit).all(axis=1)
    points = [
        (round(x), round(y)) if ok else (0, 0) for (x, y), ok in zip(xy, visible, strict=True)
    ]
    limbs = [(a, b) for a, b in LINKS if visible[a] and visible[b]]
    for a, b in limbs:
        cv2.line(picture, points[a], points[b], DARK, thick + max(2, round(2 * scale)), cv2.LINE_AA)
    for a, b in limbs:
        colour = score_colour(min(score[a], score[b]))
        cv2.line(picture, points[a], points[b], colour, thick, cv2.LINE_AA)
    for i, point in enumerate(points):
        if visible[i] and (i == 0 or i >= _FACE):
            cv2.circle(picture, point, max(2, round(4 * scale)), DARK, -1, cv2.LINE_AA)
            cv2.circle(
                picture, point, max(1, round(3 * scale)), score_colour(score[i]), -1, cv2.LINE_AA
            )


def score_colour(score: float) -> Colour:
    """Red at 0, amber at one half, green at 1."""
    low, high, part = (RED, AMBER, 2 * score) if score < 0.5 else (AMBER, GREEN, 2 * score - 1)
    mixed = [round(a + (b - a) * min(max(part, 0.0), 1.0)) for a, b in zip(low, high, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def veil(picture: ByteImage, left: int, top: int, wide: int, high: int) -> None:
    """A dark veil, so that text reads on any picture."""
    part = picture[max(top, 0) : top + high, max(left, 0) : left + wide]
    if part.size:
        part[:] = cv2.addWeighted(part, 0.3, np.full_like(part, DARK), 0.7, 0.0)
