"""Drawing of convex pieces: project the balls of a part, take the hull, fill it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from aicoach.figure.parts import Part
from aicoach.pose import ByteImage, FloatArray
from aicoach.synth.camera import Camera

Colour = tuple[int, int, int]
"""Blue, green, red."""

_FRACTION_BITS: Final = 4
_CORNERS: Final = 20
_RING: Final = np.stack(
    [
        np.cos(np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)),
        np.sin(np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)),
    ],
    axis=-1,
)


def outline_px(part: Part, camera: Camera, *, grow_px: float = 0.0) -> FloatArray:
    """Hull (N, 2) of a part in the picture, in pixels."""
    middle = camera.project_px(part.centres)
    radius = part.radii * camera.focal_px / camera.depth_m(part.centres) + grow_px
    points = (middle[:, None] + radius[:, None, None] * _RING).reshape(-1, 2)
    hull = cv2.convexHull(points.astype(np.float32))
    return np.asarray(hull[:, 0], dtype=float)


def fill(image: ByteImage, hull_px: FloatArray, colour: Colour) -> None:
    """Fill a convex hull, anti-aliased, in place."""
    cv2.fillConvexPoly(image, _fixed(hull_px), colour, cv2.LINE_AA, _FRACTION_BITS)


def fill_any(image: ByteImage, polygon_px: FloatArray, colour: Colour) -> None:
    """Fill any polygon, anti-aliased, in place."""
    cv2.fillPoly(image, [_fixed(polygon_px)], colour, cv2.LINE_AA, _FRACTION_BITS)


def line(
    image: ByteImage,
    points_px: FloatArray,
    colour: Colour,
    width_px: float,
    *,
    closed: bool = False,
) -> None:
    """Draw a polyline, in place."""
    cv2.polylines(
        image,
        [_fixed(points_px)],
        closed,
        colour,
        max(1, round(width_px)),
        cv2.LINE_AA,
        _FRACTION_BITS,
    )


def _fixed(points_px: FloatArray) -> NDArray[np.int32]:
    limited = np.clip(points_px, -8000.0, 8000.0)
    return np.asarray(np.round(limited * 2**_FRACTION_BITS), dtype=np.int32)


def shaded(colour: Colour, factor: float) -> Colour:
    """A darker (below 1) or lighter (above 1) tone."""
    blue, green, red = (min(255, round(channel * factor)) for channel in colour)
    return blue, green, red


def add_shadow(
    image: ByteImage, parts: list[Part], camera: Camera, *, strength: float, reach_m: float = 0.6
) -> None:
    """Darken the floor under the parts, softly, in place; high parts cast less."""
    height, width = image.shape[:2]
    scale = 8
    mask = np.zeros((height // scale + 1, width // scale + 1), np.float32)
    for part in sorted(parts, key=lambda p: -float(p.middle[1])):
        lowest = float((part.centres[:, 1] - part.radii).min())
        share = max(0.0, 1.0 - lowest / reach_m)
        if share <= 0.0:
            continue
        floor = part.centres.copy()
        floor[:, 1] = 0.0
        middle = camera.project_px(floor)
        radius = part.radii * camera.focal_px / camera.depth_m(floor)
        squash = np.array([1.0, 0.28])
        points = (middle[:, None] + radius[:, None, None] * _RING * squash).reshape(-1, 2) / scale
        hull = cv2.convexHull(points.astype(np.float32))[:, 0]
        layer = np.zeros_like(mask)
        cv2.fillConvexPoly(layer, _fixed(np.asarray(hull, float)), 1.0, cv2.LINE_AA, _FRACTION_BITS)
        mask = np.maximum(mask, share * layer)
    if not mask.any():
        return
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.6), np.float32)
    rows, columns = np.nonzero(mask > 0.004)
    top, left = rows.min() * scale, columns.min() * scale
    bottom = min(height, (rows.max() + 1) * scale)
    right = min(width, (columns.max() + 1) * scale)
    if bottom <= top or right <= left:
        return
    large = cv2.resize(
        mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1],
        ((columns.max() + 1 - columns.min()) * scale, (rows.max() + 1 - rows.min()) * scale),
        interpolation=cv2.INTER_LINEAR,
    )[: bottom - top, : right - left]
    box = image[top:bottom, left:right]
    box[:] = (box * (1.0 - strength * large[..., None])).astype(np.uint8)
