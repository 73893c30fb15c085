"""Analyses one clip in a process of its own: ``python -m aicoach.web.clip_worker FD EXERCISE S``.

What decodes files that strangers send may be killed at any time, has an end to its time and
memory, and writes nothing but lines of JSON: how far it is, then what it found. The clip has
no name; when the last program that holds it is gone, it is.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any, Final

from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.pipeline import FrameObserver
    from aicoach.pose import Frame, Pose
    from aicoach.tracking.tracker import TrackerUpdate

AUTO: Final = "auto"
_MEMORY: Final = 4 * 1024**3
"""Bytes of address space; the model and a frame of film need a quarter of it."""
_SIDE_PX: Final = 240
_KEPT_S: Final = 30.0
_PICTURES: Final = 8
_POLITENESS: Final = 10


class ClipRefusedError(Exception):
    """The clip is none that is taken; the text is a code."""


class Strip:
    """The deepest moment of every repetition, small, with the skeleton."""

    def __init__(self) -> None:
        self._recent: list[tuple[float, bytes]] = []
        self.pictures: list[dict[str, Any]] = []

    def look(self, frame: Frame, pose: Pose | None, update: TrackerUpdate) -> None:
        """Keep a small picture for a while, and those of repetitions for good."""
        import cv2  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        from aicoach.adapters.drawing import draw_skeleton  # noqa: PLC0415
        from aicoach.events import Repetition  # noqa: PLC0415

        if pose is not None and len(self.pictures) < _PICTURES:
            height, width = frame.bgr.shape[:2]
            shrink = _SIDE_PX / max(height, width)
            size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
            small = np.asarray(cv2.resize(frame.bgr, size, interpolation=cv2.INTER_AREA), np.uint8)
            draw_skeleton(small, pose, 0.6)
            self._recent.append((frame.t_s, cv2.imencode(".jpg", small)[1].tobytes()))
        while self._recent and self._recent[0][0] < frame.t_s - _KEPT_S:
            self._recent.pop(0)
        for event in update.events:
            if isinstance(event, Repetition):
                self._keep(event.index, event.peak_s)

    def _keep(self, number: int, at_s: float) -> None:
        if not self._recent or len(self.pictures) >= _PICTURES:
            return
        _, jpeg = min(self._recent, key=lambda one: abs(one[0] - at_s))
        self.pictures.append({"n": number, "jpeg": base64.b64encode(jpeg).decode()})


def analysed(path: str, exercise: str, longest_s: float) -> dict[str, Any]:
    """The report of a clip and its pictures, as plain values.

    Raises
    ------
    ClipRefusedError
        If it is too long.
    CoachError
        If it cannot be read.
    """
    from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415 - slow to load
    from aicoach.adapters.video import VideoReader  # noqa: PLC0415
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.pipeline import analyse_frames  # noqa: PLC0415
    from aicoach.report import Analysed, report_document  # noqa: PLC0415
    from aicoach.tracking.recognition import AutoTracker  # noqa: PLC0415
    from aicoach.tracking.tracker import ExerciseTracker  # noqa: PLC0415

    catalog = load_catalog()
    spec = None if exercise == AUTO else catalog[exercise]
    tracker = AutoTracker(catalog) if spec is None else ExerciseTracker(spec)
    strip = Strip()
    with VideoReader(path) as video:
        lasts_s = video.duration_s
        if lasts_s is not None and lasts_s > longest_s:
            raise ClipRefusedError("too_long")

        def advance(t_s: float) -> None:
            if t_s > longest_s:  # a file may say anything of itself
                raise ClipRefusedError("too_long")
            say({"at_s": round(t_s, 2), "of_s": lasts_s and round(lasts_s, 2)})

        observers: list[FrameObserver] = [strip.look]
        estimator = OnnxPoseEstimator()
        summary = analyse_frames(video, estimator, tracker, observers, advance)
        about = {"source": "video", "frame_size_px": video.frame_size_px}
        notes = tuple(video.notes)
    if spec is None:
        spec = catalog.get(summary.exercise)
    document = report_document(summary, Analysed(name="clip", notes=notes, **about), spec)  # type: ignore[arg-type]
    return {"report": document, "pictures": strip.pictures}


def say(message: dict[str, Any]) -> None:
    """One line to whoever waits."""
    print(json.dumps(message, allow_nan=False), flush=True)  # noqa: T201 - its only voice


def main(arguments: list[str]) -> int:
    """Analyse, and say what was found or why not."""
    descriptor, exercise, longest_s, work_s = arguments
    resource.setrlimit(resource.RLIMIT_CPU, (int(float(work_s)) * 2,) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_POLITENESS)
    try:
        say({"found": analysed(f"/dev/fd/{descriptor}", exercise, float(longest_s))})
    except ClipRefusedError as refused:
        say({"problem": str(refused)})
    except (CoachError, MemoryError):
        say({"problem": "no_video"})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
