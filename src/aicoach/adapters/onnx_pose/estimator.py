"""One frame in, one person out: detect once, then track, then smooth."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import onnxruntime as ort

from aicoach.adapters.onnx_pose.detector import Detector
from aicoach.adapters.onnx_pose.landmarks import LandmarkNet, RawPose
from aicoach.adapters.onnx_pose.model_files import DETECTOR, LANDMARK_NET, load_model_file
from aicoach.adapters.onnx_pose.roi import Roi
from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints
from aicoach.smoothing import ExponentialAverage, OneEuro

SCORE_WEIGHT: Final = 0.1


def open_session(content: bytes, threads: int) -> ort.InferenceSession:
    """An onnxruntime session on the CPU that does not burn a core while it waits."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


class _Smoother:
    """The smoothing of MediaPipe's pose graph, on the frames' own time."""

    def __init__(self) -> None:
        self._score = ExponentialAverage(SCORE_WEIGHT)
        self._image = OneEuro(min_cutoff_hz=0.05, beta=80.0)
        self._world = OneEuro(min_cutoff_hz=0.1, beta=40.0)
        self._auxiliary = OneEuro(min_cutoff_hz=0.01, beta=10.0)

    def lose(self) -> None:
        """Nobody in this frame: places start afresh (score and world keep their memory)."""
        self._image.reset()
        self._auxiliary.reset()

    def step(self, frame: Frame, raw: RawPose) -> tuple[Pose, Roi]:
        """Smoothed pose, and where to look in the next frame."""
        size = Roi.around(raw.auxiliary_px[0], raw.auxiliary_px[1], margin=1.0).size_px
        scale = 1.0 / max(size, 1e-6)
        width, height = frame.size_px
        xyz_px = self._image.step(frame.t_s, raw.xyz_px, scale)
        centre, rim = self._auxiliary.step(frame.t_s, raw.auxiliary_px, scale)
        pose = Pose(
            frame.t_s,
            ImageKeypoints(xyz_px / (width, height, width), frame.size_px),
            WorldKeypoints(self._world.step(frame.t_s, raw.world_xyz_m)),
            np.clip(self._score.step(raw.score), 0.0, 1.0),
        )
        return pose, Roi.around(centre, rim)


class OnnxPoseEstimator:
    """BlazePose "full" on onnxruntime, tracked and smoothed as MediaPipe does."""

    def __init__(self, models_dir: Path | None = None, threads: int = 1) -> None:
        cv2.setNumThreads(1)
        files = [load_model_file(name, models_dir) for name in (DETECTOR, LANDMARK_NET)]
        detector, net = (open_session(file.read(), threads) for file in files)
        self._detector, self._net = Detector(detector), LandmarkNet(net)
        self.reset()
        blank = np.zeros((8, 8, 3), dtype=np.uint8)
        self._detector.detect(blank)
        self._net.find(blank, Roi.whole((8, 8)))

    def reset(self) -> None:
        """Forget the person: the next frame is the first of another recording."""
        self._roi: Roi | None = None
        self._smoother = _Smoother()

    def close(self) -> None:
        """Nothing to release."""

    def estimate(self, frame: Frame) -> Pose | None:
        """The person in ``frame``; None where nobody is seen."""
        roi = self._roi
        if roi is None:
            found = self._detector.detect(frame.bgr)
            roi = found[0].roi if found else None
        raw = self._net.find(frame.bgr, roi) if roi is not None and roi.usable else None
        if raw is None:
            self._roi = None
            self._smoother.lose()
            return None
        pose, self._roi = self._smoother.step(frame, raw)
        return pose
