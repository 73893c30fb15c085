"""What does a frame cost? CPU time beside MediaPipe's, in the same run, in turns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.bench.pose import default_data_dir, read_frames
from aicoach.bench.reference import Reference
from aicoach.pose import FloatArray, Frame

RATIO_BAR: Final = 0.60
TURN_FRAMES: Final = 25
TURNS_PER_CLIP: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class PoseSpeed:
    """CPU time per frame, user and system, all threads; one row per turn of 25 frames."""

    clips: tuple[str, ...]
    """Name of the clip of each turn."""
    ours_ms: FloatArray
    """Shape (turns,), milliseconds per frame."""
    reference_ms: FloatArray
    """Shape (turns,), milliseconds per frame, MediaPipe."""

    @property
    def ratio(self) -> float:
        """Our CPU time over MediaPipe's, all turns together."""
        return float(self.ours_ms.sum() / self.reference_ms.sum())

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar; empty where all is well."""
        if self.ratio <= RATIO_BAR:
            return ()
        return (f"CPU per frame against MediaPipe {self.ratio:.2f} > {RATIO_BAR:.2f}",)


def run(data_dir: Path | None = None, *, console: Console | None = None) -> PoseSpeed:
    """Let both work on the same frames in turns, and print the table.

    One thread each. Turns alternate, so that both meet the same neighbours on the machine;
    the first turn of a clip, which starts the other process, is not counted.

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
    names, ours_ms, reference_ms = [], [], []
    ours = OnnxPoseEstimator(threads=1)
    with Reference() as reference:
        for path in paths:
            ours.reset()
            reference.reset()
            for turn, frames in enumerate(_turns(path)):
                started_s, started_reference_s = time.process_time(), reference.cpu_s
                for frame in frames:
                    ours.estimate(frame)
                spent_s = time.process_time() - started_s
                for frame in frames:
                    reference.estimate(frame)
                if turn:
                    names.append(path.stem)
                    ours_ms.append(1000.0 * spent_s / len(frames))
                    spent_s = reference.cpu_s - started_reference_s
                    reference_ms.append(1000.0 * spent_s / len(frames))
    ours.close()
    speed = PoseSpeed(tuple(names), np.array(ours_ms), np.array(reference_ms))
    (console or Console()).print(speed_table(speed))
    for failure in speed.failures:
        (console or Console()).print(f"[red]missed:[/] {failure}")
    return speed


def _turns(path: Path) -> Iterator[list[Frame]]:
    frames = read_frames(path)
    for _ in range(TURNS_PER_CLIP + 1):
        turn = list(islice(frames, TURN_FRAMES))
        if len(turn) < TURN_FRAMES:
            return
        yield turn


def speed_table(speed: PoseSpeed) -> Table:
    """One row per clip and one for all, beside the bar."""
    table = Table("clip", title="CPU per frame of pose, one thread")
    for column in ("turns", "aicoach ms", "MediaPipe ms", "ratio"):
        table.add_column(column, justify="right")
    clips = np.array(speed.clips)
    rows = [(name, clips == name) for name in dict.fromkeys(speed.clips)]
    for name, mine in (*rows, ("all", np.ones(len(clips), dtype=bool))):
        ours, reference = speed.ours_ms[mine].mean(), speed.reference_ms[mine].mean()
        figures = (f"{ours:.1f}", f"{reference:.1f}", f"{ours / reference:.2f}")
        last = bool(rows) and name == rows[-1][0]
        table.add_row(name, str(mine.sum()), *figures, end_section=last)
    table.add_row("bar", "", "", "", f"<= {RATIO_BAR:.2f}")
    return table
