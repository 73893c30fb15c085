"""Frame and Pose: the two values that flow from the camera to the core.

Image and world coordinates are different types on purpose: mixing them is
invisible until a person looks at the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aicoach.skeleton import INDEX, MIRROR, N_KEYPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

FloatArray = NDArray[np.float64]
ByteImage = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture and the moment it was taken."""

    t_s: float
    """Capture time in seconds on the source's own clock; never decreases."""
    bgr: ByteImage
    """Shape (height, width, 3), blue-green-red, upright as a person would see it."""

    def __post_init__(self) -> None:
        if self.bgr.ndim != 3 or self.bgr.shape[2] != 3:
            raise ValueError(f"bgr must have shape (height, width, 3), got {self.bgr.shape}")
        if not np.isfinite(self.t_s):
            raise ValueError(f"t_s must be finite, got {self.t_s}")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]


@dataclass(frozen=True, slots=True, eq=False)
class ImageKeypoints:
    """Keypoints in the picture: shape (33, 3), x and y as fractions of width and height.

    x grows to the right of the picture, y downwards, z (same unit as x) away from
    the camera, relative to the hips. NaN is not seen.
    """

    xyz: FloatArray
    frame_size_px: tuple[int, int]

    def xy_px(self) -> FloatArray:
        """Shape (33, 2), pixels."""
        return np.asarray(self.xyz[:, :2] * np.asarray(self.frame_size_px, dtype=float))


@dataclass(frozen=True, slots=True, eq=False)
class WorldKeypoints:
    """Keypoints in space: shape (33, 3), metres, origin between the hips.

    x grows to the right of the picture, y downwards, z away from the camera.
    NaN is not seen.
    """

    xyz_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """All keypoints of one person at one time.

    Raises
    ------
    ValueError
        If a shape is wrong, the time is not finite, or a score lies outside [0, 1].
    """

    t_s: float
    image: ImageKeypoints
    world: WorldKeypoints
    score: FloatArray
    """Shape (33,), the model's confidence that the keypoint is visible, [0, 1] or NaN."""

    def __post_init__(self) -> None:
        if not np.isfinite(self.t_s):
            raise ValueError(f"t_s must be finite, got {self.t_s}")
        for name, found, wanted in (
            ("image", self.image.xyz.shape, (N_KEYPOINTS, 3)),
            ("world", self.world.xyz_m.shape, (N_KEYPOINTS, 3)),
            ("score", self.score.shape, (N_KEYPOINTS,)),
        ):
            if found != wanted:
                raise ValueError(f"{name} must have shape {wanted}, got {found}")
        seen = self.score[np.isfinite(self.score)]
        if seen.size and (seen.min() < 0.0 or seen.max() > 1.0):
            raise ValueError("score must lie in [0, 1]")

    def keypoint_px(self, name: str) -> FloatArray:
        """Image position (2,) of a keypoint by name, in pixels."""
        at = self.image.xyz[INDEX[name], :2]
        return np.asarray(at * np.asarray(self.image.frame_size_px, dtype=float))

    def mirrored(self) -> Pose:
        """The same person seen in a mirror: left and right exchanged, x reversed."""
        swap = list(MIRROR)
        image = self.image.xyz[swap].copy()
        image[:, 0] = 1.0 - image[:, 0]
        world = self.world.xyz_m[swap].copy()
        world[:, 0] = -world[:, 0]
        return Pose(
            self.t_s,
            ImageKeypoints(image, self.image.frame_size_px),
            WorldKeypoints(world),
            self.score[swap].copy(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """Poses of one person over time, as arrays: what a recording holds.

    Rows where nobody was found are NaN. See docs/recording.md.
    """

    t_s: FloatArray
    """Shape (T,), seconds, strictly increasing."""
    image_xyzs: FloatArray
    """Shape (T, 33, 4): x, y in [0, 1] of the frame, z, score."""
    world_xyz: FloatArray
    """Shape (T, 33, 3), metres, hip-centred, y down."""
    frame_size_px: tuple[int, int]
    """Width and height."""

    def __post_init__(self) -> None:
        n = len(self.t_s)
        if self.t_s.shape != (n,):
            raise ValueError(f"t_s must have shape (T,), got {self.t_s.shape}")
        if self.image_xyzs.shape != (n, N_KEYPOINTS, 4):
            raise ValueError(
                f"image_xyzs must have shape ({n}, 33, 4), got {self.image_xyzs.shape}"
            )
        if self.world_xyz.shape != (n, N_KEYPOINTS, 3):
            raise ValueError(f"world_xyz must have shape ({n}, 33, 3), got {self.world_xyz.shape}")
        if n and not np.all(np.isfinite(self.t_s)):
            raise ValueError("t_s holds a time that is not finite")
        if n > 1 and not np.all(np.diff(self.t_s) > 0):
            i = int(np.flatnonzero(np.diff(self.t_s) <= 0)[0]) + 1
            raise ValueError(f"t_s does not increase at row {i}")
        if self.frame_size_px[0] <= 0 or self.frame_size_px[1] <= 0:
            raise ValueError(f"frame_size_px must be positive, got {self.frame_size_px}")

    def __len__(self) -> int:
        return len(self.t_s)

    def pose(self, row: int) -> Pose | None:
        """The pose in ``row``, or None where nobody was found."""
        xyzs = self.image_xyzs[row]
        if not np.isfinite(xyzs[:, :2]).any():
            return None
        return Pose(
            float(self.t_s[row]),
            ImageKeypoints(np.asarray(xyzs[:, :3], dtype=float), self.frame_size_px),
            WorldKeypoints(np.asarray(self.world_xyz[row], dtype=float)),
            np.clip(np.asarray(xyzs[:, 3], dtype=float), 0.0, 1.0),
        )

    def poses(self) -> Iterator[tuple[float, Pose | None]]:
        """Each row as (time, pose or None)."""
        for row, t_s in enumerate(self.t_s):
            yield float(t_s), self.pose(row)
