"""BlazePose as MediaPipe itself runs it: the reference, and a second backend.

Needs the extra ``mediapipe`` (Python 3.10 to 3.12), which the product never needs.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints

CLOCK_STEP_US: Final = 33_333
"""What ``mp.solutions`` adds to its clock before every frame, whatever the camera does."""


class MediaPipePoseEstimator:
    """``mp.solutions.pose`` behind the PoseEstimator protocol. Not thread-safe.

    ``mp.solutions`` pretends that every camera runs at 30 frames per second. Here its
    clock is set to the frame's own time, as the smoothing needs; a recording whose
    frames lie 33,333 microseconds apart gives exactly what ``mp.solutions`` gives.

    Raises
    ------
    ModuleNotFoundError
        If mediapipe is not installed.
    """

    def __init__(self) -> None:
        from mediapipe.python.solutions import pose  # noqa: PLC0415 - optional, slow to import

        self._solution_class = pose.Pose
        self._solution: Any = None
        self.reset()

    def reset(self) -> None:
        """Forget the person: the next frame is the first of another recording."""
        self.close()
        self._solution = self._solution_class(
            static_image_mode=False,
            model_complexity=1,
            smooth_landmarks=True,
            min_detection_confidence=0.5,
            min_tracking_confidence=0.5,
        )
        self._last_us = 0

    def close(self) -> None:
        """Stop the graph and its threads."""
        if self._solution is not None:
            self._solution.close()
            self._solution = None

    def estimate(self, frame: Frame) -> Pose | None:
        """The person in ``frame``; None where nobody is seen.

        Raises
        ------
        ValueError
            If the frame is not later than the one before: the graph refuses it.
        """
        now_us = round(frame.t_s * 1e6) + CLOCK_STEP_US  # its time 0 means "no time yet"
        if now_us <= self._last_us:
            raise ValueError(f"frame at {frame.t_s} s is not later than the one before")
        self._last_us = now_us
        self._solution._simulated_timestamp = now_us - CLOCK_STEP_US  # process() adds one step
        found = self._solution.process(np.ascontiguousarray(frame.bgr[:, :, ::-1]))
        if found.pose_landmarks is None:
            return None
        image = np.array([(k.x, k.y, k.z, k.visibility) for k in found.pose_landmarks.landmark])
        world = np.array([(k.x, k.y, k.z) for k in found.pose_world_landmarks.landmark])
        return Pose(
            frame.t_s,
            ImageKeypoints(image[:, :3], frame.size_px),
            WorldKeypoints(world),
            np.clip(image[:, 3], 0.0, 1.0),
        )
