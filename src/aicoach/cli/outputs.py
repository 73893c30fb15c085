"""What ``analyse`` and ``live`` write beside the report: annotated video, recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from aicoach import __version__
from aicoach.adapters.overlay import Overlay
from aicoach.adapters.recording import RecordingWriter
from aicoach.adapters.video import VideoWriter
from aicoach.cli.words import cue_words

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec
    from aicoach.pipeline import FrameObserver, Tracker
    from aicoach.pose import ByteImage, Frame, Pose
    from aicoach.tracking.tracker import TrackerUpdate


LONGEST_SIDE_PX: Final = 1920


def make_overlay(spec: ExerciseSpec | None) -> Overlay:
    """The drawing of one exercise; None is an exercise that is still to be recognised."""
    title = spec.names.en if spec else ""
    return Overlay(title, cue_words("en"), holds=spec is not None and spec.kind == "hold")


@contextmanager
def annotating(
    path: Path, fps: float, spec: ExerciseSpec | None, tracker: Tracker
) -> Iterator[FrameObserver]:
    """An observer that writes the annotated video to ``path``, complete or not at all."""
    overlay = make_overlay(spec)
    with VideoWriter(path, fps) as video:

        def observe(frame: Frame, pose: Pose | None, update: TrackerUpdate) -> None:
            if spec is None:
                overlay.title = str(getattr(tracker, "recognised", ""))
            video.write(frame.t_s, overlay.draw(_shrunk(frame.bgr), pose, update))

        yield observe


def _shrunk(bgr: ByteImage) -> ByteImage:
    """The picture with a longer side of at most 1920 pixels: the drawing needs no more."""
    height, width = bgr.shape[:2]
    shrink = LONGEST_SIDE_PX / max(height, width)
    if shrink >= 1.0:
        return bgr
    size = (round(width * shrink), round(height * shrink))
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@contextmanager
def keeping(path: Path, about: Mapping[str, object]) -> Iterator[FrameObserver]:
    """An observer that writes a recording to ``path``, complete or not at all."""
    with RecordingWriter(path, {"aicoach": __version__, **about}) as recording:

        def observe(frame: Frame, pose: Pose | None, _update: TrackerUpdate) -> None:
            recording.append(frame.t_s, pose, frame.size_px)

        yield observe
