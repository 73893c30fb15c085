"""Where people are: the BlazePose detector, its anchors, and weighted suppression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from aicoach.adapters.onnx_pose.roi import Roi, sigmoid, to_network
from aicoach.pose import ByteImage, FloatArray

if TYPE_CHECKING:
    import onnxruntime as ort

INPUT_PX: Final = 224
STRIDES_PX: Final = ((8, 2), (16, 2), (32, 6))
"""Grid step and anchors per cell. Two anchors per cell and layer; three layers share 32."""
MIN_SCORE: Final = 0.5
MAX_OVERLAP: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A person's place: score in [0, 1], and points in pixels of the frame."""

    score: float
    box_px: FloatArray
    """Shape (4,): left, top, right, bottom of the head and shoulders."""
    points_px: FloatArray
    """Shape (4, 2): between the hips, body circle, between the shoulders, upper circle."""

    @property
    def roi(self) -> Roi:
        """Where the landmark net has to look."""
        return Roi.around(self.points_px[0], self.points_px[1])


def anchor_centres() -> FloatArray:
    """Shape (2254, 2), x and y in [0, 1] of the detector's input, in the net's order."""
    layers = []
    for stride, per_cell in STRIDES_PX:
        cells = (np.arange(INPUT_PX // stride) + 0.5) * stride / INPUT_PX
        y, x = np.meshgrid(cells, cells, indexing="ij")
        layers.append(np.column_stack([x.ravel(), y.ravel()]).repeat(per_cell, axis=0))
    return np.concatenate(layers)


class Detector:
    """Finds people in a whole frame, best first."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._anchors = anchor_centres()

    def detect(self, bgr: ByteImage) -> list[Detection]:
        """Every person found in ``bgr`` (height, width, 3), highest score first."""
        height, width = bgr.shape[:2]
        letterbox = Roi.whole((width, height))
        picture = letterbox.cut(bgr, INPUT_PX, border=cv2.BORDER_CONSTANT)
        boxes, logits = self._session.run(None, {"image": to_network(picture, -1.0, 1.0)})
        score = sigmoid(logits[0, :, 0].astype(float))
        likely = np.flatnonzero(score >= MIN_SCORE)
        raw = boxes[0, likely].astype(float).reshape(-1, 6, 2) / INPUT_PX
        anchors = self._anchors[likely]
        centre, extent = raw[:, 0] + anchors, raw[:, 1]
        points = raw[:, 2:] + anchors[:, None]
        corners = np.stack([centre - extent / 2.0, centre + extent / 2.0], axis=1)
        found = suppress(score[likely], np.concatenate([corners, points], axis=1))
        return [
            Detection(best, letterbox.to_frame(xy[:2]).ravel(), letterbox.to_frame(xy[2:]))
            for best, xy in found
        ]


def suppress(score: FloatArray, xy: FloatArray) -> list[tuple[float, FloatArray]]:
    """Melt overlapping candidates into one each: score of the best, score-weighted mean place.

    score : shape (n,); xy : shape (n, k, 2), the first two points are box corners.
    Returns (score, points (k, 2)), highest score first.
    """
    order = np.argsort(-score, kind="stable")
    found = []
    while order.size:
        overlap = _overlap(xy[order[0], :2], xy[order, :2])
        same = overlap > MAX_OVERLAP
        same[0] = True
        group = order[same]
        weight = score[group] / score[group].sum()
        found.append((float(score[order[0]]), np.tensordot(weight, xy[group], axes=1)))
        order = order[~same]
    return found


def _overlap(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of one box (2, 2) with many (n, 2, 2); shape (n,)."""
    inner = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    shared = np.clip(inner, 0.0, None).prod(axis=1)
    area = np.clip(boxes[:, 1] - boxes[:, 0], 0.0, None).prod(axis=1)
    union = area + np.clip(box[1] - box[0], 0.0, None).prod() - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0))
