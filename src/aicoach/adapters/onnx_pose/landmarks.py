"""The landmark net: one turned picture of a person in, 33 keypoints out.

"Landmark" is MediaPipe's word for a keypoint; it stays in this adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from aicoach.adapters.onnx_pose.roi import Roi, sigmoid, to_network
from aicoach.pose import ByteImage, FloatArray
from aicoach.skeleton import N_KEYPOINTS

if TYPE_CHECKING:
    import onnxruntime as ort

INPUT_PX: Final = 256
N_AUXILIARY: Final = 2
N_USED: Final = N_KEYPOINTS + N_AUXILIARY
MIN_PRESENCE: Final = 0.5
HEATMAP_RADIUS: Final = 4
"""Cells around a landmark that refine it: a kernel of 9."""
HEATMAP_MIN_SCORE: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RawPose:
    """What the net said about one frame, in the frame's axes, not yet smoothed."""

    xyz_px: FloatArray
    """Shape (33, 3), pixels of the frame; z relative to the hips."""
    world_xyz_m: FloatArray
    """Shape (33, 3), metres."""
    score: FloatArray
    """Shape (33,), [0, 1]."""
    auxiliary_px: FloatArray
    """Shape (2, 2): between the hips, and a point on the body circle towards the head."""
    presence: float


class LandmarkNet:
    """Finds the keypoints of the one person inside a region of interest."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session

    def find(self, bgr: ByteImage, roi: Roi) -> RawPose | None:
        """Keypoints inside ``roi``; None where the net sees no person."""
        picture = roi.cut(bgr, INPUT_PX, border=cv2.BORDER_REPLICATE)
        landmarks, presence, heatmap, world = self._session.run(
            None, {"image": to_network(picture, 0.0, 1.0)}
        )
        if not presence[0, 0] > MIN_PRESENCE:
            return None
        raw = landmarks.reshape(-1, 5)[:N_USED].astype(float)
        xy = refine(raw[:, :2] / INPUT_PX, heatmap[0, :N_USED])
        xy_px = roi.to_frame(xy)
        z_px = raw[:N_KEYPOINTS, 2:3] / INPUT_PX * roi.size_px
        world_m = world.reshape(-1, 3)[:N_KEYPOINTS].astype(float)
        return RawPose(
            xyz_px=np.hstack([xy_px[:N_KEYPOINTS], z_px]),
            world_xyz_m=np.hstack([roi.turned(world_m[:, :2]), world_m[:, 2:]]),
            score=sigmoid(raw[:N_KEYPOINTS, 3]),
            auxiliary_px=xy_px[N_KEYPOINTS:],
            presence=float(presence[0, 0]),
        )


def refine(xy: FloatArray, heatmap: NDArray[np.float32]) -> FloatArray:
    """Move each landmark to the centre of mass of its heatmap nearby, where that is sure.

    xy : shape (n, 2), fractions of the square. heatmap : shape (n, rows, columns), logits.
    Without this step joint angles are off by 2.7 deg in the median (docs/pose.md).
    """
    n, rows, columns = heatmap.shape
    reach = np.arange(-HEATMAP_RADIUS, HEATMAP_RADIUS + 1)
    cell = (xy * (columns, rows)).astype(int)
    column, row = cell[:, :1] + reach, cell[:, 1:] + reach
    inside_x, inside_y = (column >= 0) & (column < columns), (row >= 0) & (row < rows)
    window = heatmap[
        np.arange(n)[:, None, None],
        np.clip(row, 0, rows - 1)[:, :, None],
        np.clip(column, 0, columns - 1)[:, None, :],
    ]
    weight = sigmoid(window.astype(float)) * (inside_y[:, :, None] & inside_x[:, None, :])
    mass = weight.sum(axis=(1, 2))
    at_home = (cell >= 0).all(axis=1) & (cell < (columns, rows)).all(axis=1)
    sure = at_home & (weight.max(axis=(1, 2)) >= HEATMAP_MIN_SCORE)
    mass = np.where(sure, mass, 1.0)
    mean_x = (weight.sum(axis=1) * column).sum(axis=1) / mass / columns
    mean_y = (weight.sum(axis=2) * row).sum(axis=1) / mass / rows
    return np.where(sure[:, None], np.column_stack([mean_x, mean_y]), xy)
