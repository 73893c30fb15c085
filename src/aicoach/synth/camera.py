"""The camera: where it stands and what it sees, as fractions of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import FloatArray

if TYPE_CHECKING:
    from aicoach.catalog.spec import View

VIEW_YAW_DEG: Final[dict[str, float]] = {"front": 0.0, "oblique": 45.0, "side": 90.0}
"""How far the person is turned to their left; from the side their right is near the camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A pinhole camera that looks horizontally at the origin of the scene.

    Scene axes: x to the right of the picture, y up from the floor, z towards the camera.
    """

    distance_m: float = 3.2
    height_m: float = 1.05
    fov_deg: float = 55.0
    """Horizontal field of view."""
    frame_size_px: tuple[int, int] = (640, 480)
    """Width and height."""
    shift_px: tuple[float, float] = (0.0, 0.0)
    """How far the optical axis lies right of and below the middle of the picture."""

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.frame_size_px[0] / 2 / math.tan(math.radians(self.fov_deg) / 2)

    def depth_m(self, points: FloatArray) -> FloatArray:
        """Distance of points (..., 3) from the camera, along its axis."""
        return np.asarray(np.maximum(self.distance_m - points[..., 2], 0.05))

    def project_px(self, points: FloatArray) -> FloatArray:
        """Pixels (..., 2) of points (..., 3) of the scene."""
        width, height = self.frame_size_px
        scale = self.focal_px / self.depth_m(points)
        x = width / 2 + self.shift_px[0] + scale * points[..., 0]
        y = height / 2 + self.shift_px[1] - scale * (points[..., 1] - self.height_m)
        return np.stack((x, y), axis=-1)

    def sized(self, frame_size_px: tuple[int, int]) -> Camera:
        """The same camera with another number of pixels."""
        return replace(self, frame_size_px=frame_size_px)


def view_yaw_deg(view: View) -> float:
    """Turn of the person that shows this view."""
    return VIEW_YAW_DEG[view]
