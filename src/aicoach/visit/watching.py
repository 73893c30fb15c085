"""What is seen in a frame, in the part of the session that is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.adapters.camera import brightness
from aicoach.observations import PoseSeen
from aicoach.session_events import Screen
from aicoach.tracking.station import Reason

if TYPE_CHECKING:
    from aicoach.adapters.onnx_pose import OnnxPoseEstimator
    from aicoach.live_session import Look
    from aicoach.pose import Frame


def watching(estimator: OnnxPoseEstimator) -> Look:
    """What the camera's estimator sees of a frame.

    While the picture is set up, whoever stands there is guided before a ready pose was
    held: there would be nobody to ask a step back otherwise.
    """

    def look(frame: Frame, screen: Screen | None) -> PoseSeen:
        sighting = estimator.see(frame)
        pose = sighting.measured
        if screen is Screen.CAMERA_SETUP and sighting.reason in (Reason.WAITING, Reason.HIDDEN):
            pose = sighting.pose
        return PoseSeen(
            t_s=frame.t_s, pose=pose, people=estimator.people, brightness=brightness(frame)
        )

    return look
