"""One frame in, one person out: detect, then track, then smooth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import onnxruntime as ort

from aicoach.adapters.onnx_pose.detector import Detection, Detector
from aicoach.adapters.onnx_pose.landmarks import LandmarkNet, RawPose
from aicoach.adapters.onnx_pose.model_files import DETECTOR, LANDMARK_NET, load_model_file
from aicoach.adapters.onnx_pose.roi import BODY_TO_ROI, Roi
from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints
from aicoach.smoothing import ExponentialAverage, OneEuro
from aicoach.tracking.station import Outcome, Place, Reason, Sighting, Station

SCORE_WEIGHT: Final = 0.1
DETECT_EVERY_S: Final = 0.17
"""With a station, how often the detector looks at the whole frame while tracking."""
ALONE_EVERY_S: Final = 0.34
"""The same while somebody surely is the only one there: whoever comes in needs longer than that
to reach them, and a look costs as much as finding the keypoints."""
SURE_SCORE: Final = 0.65
"""Detector score of people: 0.78 to 0.99 on the clips; of furniture: 0.50 to 0.61."""
BODY_RADIUS_M: Final = 0.82
"""Radius of the detector's body circle: 0.56 m (deep squat) to 1.15 m (arms up) on the clips."""
SAME_BODY_M: Final = 0.35
LARGEST_SIDE_PX: Final = 16_384


def open_session(content: bytes, threads: int) -> ort.InferenceSession:
    """An onnxruntime session on the CPU that does not burn a core while it waits."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


@dataclass(frozen=True, slots=True)
class Nets:
    """Both nets, opened. They remember nothing: many estimators may use them at once."""

    detector: Detector
    landmarks: LandmarkNet


def open_nets(models_dir: Path | None = None, threads: int = 1) -> Nets:
    """Open the nets, and let each run once: the first time is slow.

    Fifty megabytes for each number of threads.

    Parameters
    ----------
    models_dir
        Folder with one folder per model; None is the one of this installation.
    threads
        Threads of the nets: 1, or 2 where a core is free.

    Raises
    ------
    ModelFileError
        If a model file is missing, truncated or altered.
    """
    files = [load_model_file(name, models_dir) for name in (DETECTOR, LANDMARK_NET)]
    detector, net = (open_session(file.read(), threads) for file in files)
    nets = Nets(Detector(detector), LandmarkNet(net))
    blank = np.zeros((64, 64, 3), dtype=np.uint8)
    nets.detector.detect(blank)
    nets.landmarks.find(blank, Roi.whole((64, 64)))
    return nets


class OnnxPoseEstimator:
    """BlazePose "full" on onnxruntime, tracked and smoothed as MediaPipe does.

    Not thread-safe. Sets OpenCV to one thread for the whole process: beside a net that
    has a core to itself, OpenCV's pool costs more than it brings.

    Parameters
    ----------
    models_dir, threads
        As for :func:`open_nets`.
    station
        Who is followed. None follows whom MediaPipe would follow, frame by frame the same.
    nets
        That are open already; ``models_dir`` and ``threads`` are then of no use. May be
        changed between two frames.

    Raises
    ------
    ModelFileError
        If a model file is missing, truncated or altered.
    """

    def __init__(
        self,
        models_dir: Path | None = None,
        threads: int = 1,
        station: Station | None = None,
        *,
        nets: Nets | None = None,
    ) -> None:
        cv2.setNumThreads(1)
        self.nets = open_nets(models_dir, threads) if nets is None else nets
        self._station = station
        self.reset()

    def reset(self) -> None:
        """Forget the person: the next frame is the first of another recording."""
        self._smoother = _Smoother()
        self._roi: Roi | None = None
        self._confirmed = False
        self._now_s = self._detected_s = -math.inf
        self.people: int | None = None
        """Persons surely seen when the whole frame was looked at last; None before."""
        if self._station is not None:
            self._station.reset()

    def close(self) -> None:
        """Forget the person; there is nothing else to release."""
        self.reset()

    def estimate(self, frame: Frame) -> Pose | None:
        """The resident in ``frame``; None where they are not seen, or not surely."""
        return self.see(frame).measured

    def see(self, frame: Frame) -> Sighting:
        """Who is in ``frame``, and whether it may be measured.

        A clock that runs backwards starts another recording.

        Raises
        ------
        ValueError
            If the frame is empty or a side is longer than 16384 pixels.
        """
        if not 1 <= min(frame.size_px) <= max(frame.size_px) <= LARGEST_SIDE_PX:
            raise ValueError(
                f"frame is {frame.size_px[0]} x {frame.size_px[1]} pixels, "
                f"must be 1 to {LARGEST_SIDE_PX} each way"
            )
        if frame.t_s < self._now_s:
            self.reset()
        self._now_s = frame.t_s
        pose = self._track(frame)
        if self._station is None:
            found = pose is not None
            return Sighting(
                Outcome.MEASURED if found else Outcome.NOT_SEEN,
                Reason.NONE if found else Reason.NOBODY,
                pose,
            )
        return self._station.judge(frame.t_s, pose, confirmed=self._confirmed)

    def _track(self, frame: Frame) -> Pose | None:
        """Keypoints where somebody is expected; on loss the next frame starts anew."""
        if self._station is None:
            if self._roi is None:
                found = self.nets.detector.detect(frame.bgr)
                self._roi = found[0].roi if found else None
        elif frame.t_s - self._detected_s >= self._detect_every_s:
            self._detected_s = frame.t_s
            self._attend(frame, self._station)
        roi = self._roi
        raw = self.nets.landmarks.find(frame.bgr, roi) if roi is not None and roi.usable else None
        if raw is None:
            if roi is not None:
                self._detected_s = -math.inf  # look again at once
            self._lose()
            return None
        pose, self._roi = self._smoother.step(frame, raw)
        return pose

    @property
    def _detect_every_s(self) -> float:
        return ALONE_EVERY_S if self._confirmed and self.people == 1 else DETECT_EVERY_S

    def _attend(self, frame: Frame, station: Station) -> None:
        """Look at the whole frame: follow the resident, leave whoever is not."""
        detections = self.nets.detector.detect(frame.bgr)
        self.people = sum(one.score >= SURE_SCORE for one in detections)
        places = [_place(detection.roi) for detection in detections]
        chosen = station.choose(places)
        if chosen is None:
            return
        sure = detections[chosen].score >= SURE_SCORE
        if self._roi is None:
            self._start(detections[chosen], sure or station.expects(frame.t_s))
            return
        current = _place(self._roi)
        if places[chosen].distance_m(current) <= SAME_BODY_M:
            self._confirmed |= sure
        elif self._leave(station, current, places[chosen], sure=sure):
            self._lose()
            self._start(detections[chosen], sure or station.expects(frame.t_s))

    def _leave(self, station: Station, current: Place, other: Place, *, sure: bool) -> bool:
        """Whether the other is the resident rather than the one whom we track."""
        if station.anchor is None:
            return sure and not self._confirmed
        return station.choose([current, other]) == 1

    def _start(self, detection: Detection, confirmed: bool) -> None:
        self._roi, self._confirmed = detection.roi, confirmed

    def _lose(self) -> None:
        self._roi, self._confirmed = None, False
        self._smoother.lose()


def _place(roi: Roi) -> Place:
    """Where the body in a region is, and about how large it appears."""
    return Place(roi.centre_px, roi.size_px / (2.0 * BODY_TO_ROI * BODY_RADIUS_M))


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
