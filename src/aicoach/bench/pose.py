"""Does the pose runtime see what MediaPipe sees? Both are given the same frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.bench.reference import Reference
from aicoach.errors import VideoError
from aicoach.ports import PoseEstimator
from aicoach.pose import FloatArray, Frame, Pose
from aicoach.skeleton import INDEX

ANGLE_BAR_DEG: Final = 0.5
PRESENCE_BAR: Final = 0.99
FRAME_STEP_S: Final = 33_333e-6
"""``mp.solutions`` takes every video for one of 30 frames per second; here both do."""
JOINTS: Final = tuple(
    tuple(INDEX[f"{side}_{name}"] for name in names)
    for side in ("left", "right")
    for names in (
        ("hip", "knee", "ankle"),
        ("shoulder", "hip", "knee"),
        ("shoulder", "elbow", "wrist"),
    )
)
"""Knee, hip and elbow of both sides: (proximal, vertex, distal)."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipAgreement:
    """How one clip compares: presence by frame, angle differences by frame and joint."""

    name: str
    same_presence: FloatArray
    """Shape (frames,), 1 where both or neither see a person."""
    angle_gap_deg: FloatArray
    """Shape (frames that both see, 6), absolute differences."""
    world_gap_m: FloatArray
    """Shape (frames that both see, 33), distances."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseAgreement:
    """How all clips compare."""

    clips: tuple[ClipAgreement, ...]

    @property
    def angle_median_deg(self) -> float:
        """Median difference over clips, frames and the six joints; NaN without frames."""
        return _median(np.concatenate([clip.angle_gap_deg.ravel() for clip in self.clips]))

    @property
    def same_presence(self) -> float:
        """Share of frames where both or neither see a person."""
        return float(np.concatenate([clip.same_presence for clip in self.clips]).mean())

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar; empty where all is well."""
        found = []
        if not self.angle_median_deg <= ANGLE_BAR_DEG:
            found.append(f"angle difference {self.angle_median_deg:.2f} deg > {ANGLE_BAR_DEG} deg")
        if not self.same_presence >= PRESENCE_BAR:
            found.append(f"same presence {self.same_presence:.4f} < {PRESENCE_BAR}")
        return tuple(found)


def default_data_dir() -> Path:
    """Evaluation data: ``AICOACH_DATA``, else ``../shared/data`` beside the checkout."""
    checkout = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("AICOACH_DATA", checkout.parent / "shared" / "data"))


def read_frames(path: Path) -> Iterator[Frame]:
    """Frames of a video on the clock of ``mp.solutions``.

    Raises
    ------
    VideoError
        If the file holds no picture.
    """
    video = cv2.VideoCapture(str(path))
    n = 0
    while True:
        more, bgr = video.read()
        if not more:
            break
        yield Frame(n * FRAME_STEP_S, np.asarray(bgr, dtype=np.uint8))
        n += 1
    video.release()
    if n == 0:
        raise VideoError(path, "holds no picture")


def joint_angles_deg(pose: Pose) -> FloatArray:
    """Shape (6,), included angles in the picture, degrees, in the order of JOINTS."""
    xy = pose.image.xy_px()
    proximal, vertex, distal = (xy[[joint[i] for joint in JOINTS]] for i in range(3))
    one, other = proximal - vertex, distal - vertex
    length = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosine = np.sum(one * other, axis=1) / np.where(length > 0.0, length, np.nan)
    angles: FloatArray = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return angles


def compare_clip(
    path: Path, ours: PoseEstimator, reference: PoseEstimator, max_frames: int | None = None
) -> ClipAgreement:
    """Run both over one clip, from a fresh start."""
    ours.reset()
    reference.reset()
    same, angles, world = [], [], []
    for frame in islice(read_frames(path), max_frames):
        found, wanted = ours.estimate(frame), reference.estimate(frame)
        same.append(float((found is None) == (wanted is None)))
        if found is not None and wanted is not None:
            angles.append(np.abs(joint_angles_deg(found) - joint_angles_deg(wanted)))
            world.append(np.linalg.norm(found.world.xyz_m - wanted.world.xyz_m, axis=1))
    return ClipAgreement(
        path.stem,
        np.array(same),
        np.array(angles).reshape(-1, len(JOINTS)),
        np.array(world).reshape(-1, 33),
    )


def run(
    data_dir: Path | None = None, *, max_frames: int | None = None, console: Console | None = None
) -> PoseAgreement:
    """Compare the pose runtime with MediaPipe on every clip, and print the table.

    max_frames : of each clip; None takes all (several minutes).

    Raises
    ------
    ReferenceMissingError
        If there is no interpreter with mediapipe.
    FileNotFoundError
        If the data folder holds no clip.
    """
    folder = (data_dir or default_data_dir()) / "clips"
    paths = sorted(folder.glob("*.mp4"))
    if not paths:
        raise FileNotFoundError(f"no clips in {folder}; set AICOACH_DATA")
    ours = OnnxPoseEstimator()
    with Reference() as reference:
        clips = [compare_clip(path, ours, reference, max_frames) for path in paths]
    ours.close()
    agreement = PoseAgreement(tuple(clips))
    (console or Console()).print(agreement_table(agreement))
    for failure in agreement.failures:
        (console or Console()).print(f"[red]missed:[/] {failure}")
    return agreement


bench_pose = run
"""The name that ``aicoach bench pose`` calls."""


def agreement_table(agreement: PoseAgreement) -> Table:
    """One row per clip and one for all, beside the bars."""
    table = Table("clip", title="Pose runtime against MediaPipe 0.10.21")
    for column in ("frames", "same presence", "angle median deg", "p95 deg", "world median mm"):
        table.add_column(column, justify="right")
    everything = ClipAgreement(
        "all",
        *(
            np.concatenate([getattr(clip, name) for clip in agreement.clips])
            for name in ("same_presence", "angle_gap_deg", "world_gap_m")
        ),
    )
    for clip in (*agreement.clips, everything):
        table.add_row(
            clip.name,
            str(len(clip.same_presence)),
            f"{clip.same_presence.mean():.4f}",
            f"{_median(clip.angle_gap_deg):.3f}",
            f"{_median(clip.angle_gap_deg, 95.0):.2f}",
            f"{1000.0 * _median(clip.world_gap_m):.1f}",
            end_section=clip is agreement.clips[-1],
        )
    bars = (f">= {PRESENCE_BAR}", f"<= {ANGLE_BAR_DEG}")
    table.add_row("bar", "", *bars, "", "")
    return table


def _median(values: FloatArray, percentile: float = 50.0) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, percentile)) if known.size else float("nan")
