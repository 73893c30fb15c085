"""What everything after the pose costs, and how fast and how large ``aicoach analyse`` is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.recording import read_recording
from aicoach.bench.counting.material import Material
from aicoach.pose import FloatArray
from aicoach.tracking.tracker import ExerciseTracker

STEP_BAR_MS: Final = 1.0
SPEED_BAR: Final = 2.0
MEMORY_BAR_MB: Final = 350.0
GROWTH_BAR_MB: Final = 10.0
START_BAR_S: Final = 1.5
SHOWN: Final = 6
_SIZE: Final = (640, 480)
_FPS: Final = 30.0
_WATCH_S: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class StepCost:
    """CPU time of one frame after its pose: features, counting, every form rule."""

    exercises: tuple[str, ...]
    """Exercise of each frame."""
    ms: FloatArray
    """Shape (frames,)."""

    def p95(self, exercise: str | None = None) -> float:
        """95th percentile of all frames, or of those of one exercise."""
        mine = self.ms if exercise is None else self.ms[np.array(self.exercises) == exercise]
        return float(np.quantile(mine, 0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseCost:
    """One run of ``aicoach analyse`` on one core."""

    media_s: float
    wall_s: float
    peak_mb: float
    growth_mb: float
    """Median resident memory of the last quarter less that of the second one."""
    start_s: float
    """From the call to the report of a recording."""

    @property
    def speed(self) -> float:
        """Seconds of video analysed in a second."""
        return self.media_s / self.wall_s


def step_cost(material: Material) -> StepCost:
    """Let every recording run through the tracker of its exercise, frame by frame."""
    names: list[str] = []
    spent: list[float] = []
    for row in material.sets("recordings"):
        track = read_recording(material.folder / "recordings" / row["recording"])
        tracker = ExerciseTracker(material.catalog[row["exercise"]])
        for t_s, pose in track.poses():
            started_s = time.process_time()
            tracker.step(t_s, pose)
            spent.append(1000.0 * (time.process_time() - started_s))
            names.append(row["exercise"])
    return StepCost(tuple(names), np.array(spent))


def analyse_cost(folder: Path, minutes: float) -> AnalyseCost:
    """Analyse a 640 x 480 video of ``minutes``, made of a clip played again and again.

    Raises
    ------
    FileNotFoundError
        If the data folder holds no clip or no recording.
    """
    clips = sorted((folder / "clips").glob("squat*.mp4"))
    recordings = sorted((folder / "recordings").glob("squat*.npz"))
    if not clips or not recordings:
        raise FileNotFoundError(f"no squat among the clips or recordings of {folder}")
    started_s = time.monotonic()
    subprocess.run(_command(recordings[0]), check=True, stdout=subprocess.DEVNULL)
    start_s = time.monotonic() - started_s
    with tempfile.TemporaryDirectory() as scratch:
        video = Path(scratch) / "long.mp4"
        media_s = _repeated(clips[0], video, 60.0 * minutes)
        started_s = time.monotonic()
        running = subprocess.Popen(
            _command(video), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.sched_setaffinity(running.pid, {max(os.sched_getaffinity(0))})
        resident = _Resident(running.pid)
        if running.wait() != 0:
            raise RuntimeError("aicoach analyse failed on the long video")
        wall_s = time.monotonic() - started_s
        memory_mb = resident.stop()
    quarter = max(1, len(memory_mb) // 4)
    early_mb, late_mb = memory_mb[quarter : 2 * quarter], memory_mb[-quarter:]
    return AnalyseCost(
        media_s=media_s,
        wall_s=wall_s,
        peak_mb=float(memory_mb.max()),
        growth_mb=float(np.median(late_mb) - np.median(early_mb)),
        start_s=start_s,
    )


def run(folder: Path, *, minutes: float = 2.0, console: Console | None = None) -> tuple[str, ...]:
    """Measure and print both; what misses its bar."""
    out = console or Console()
    step = step_cost(Material(folder))
    out.print(_step_table(step))
    cost = analyse_cost(folder, minutes)
    out.print(_analyse_table(cost))
    missed = tuple(
        f"{what}: {measured:.2f}, bar {sign} {bar:g}"
        for what, measured, sign, bar, held in _figures(step, cost)
        if not held
    )
    for failure in missed:
        out.print(f"[red]missed:[/] {failure}")
    return missed


def _figures(step: StepCost, cost: AnalyseCost) -> tuple[tuple[str, float, str, float, bool], ...]:
    rows = (
        ("after pose, p95, ms", step.p95(), "<=", STEP_BAR_MS),
        ("analyse, times real time on one core", cost.speed, ">=", SPEED_BAR),
        ("analyse, peak memory, MB", cost.peak_mb, "<=", MEMORY_BAR_MB),
        ("analyse, growth of memory, MB", cost.growth_mb, "<=", GROWTH_BAR_MB),
        ("analyse, recording to report, s", cost.start_s, "<=", START_BAR_S),
    )
    return tuple((*row, row[1] <= row[3] if row[2] == "<=" else row[1] >= row[3]) for row in rows)


def _step_table(step: StepCost) -> Table:
    table = Table("exercise", title="After the pose, CPU per frame, all rules on")
    for column in ("frames", "median ms", "p95 ms", "largest ms"):
        table.add_column(column, justify="right")
    names = np.array(step.exercises)
    slowest = sorted(set(step.exercises), key=step.p95, reverse=True)[:SHOWN]
    for name in (None, *slowest):
        mine = step.ms if name is None else step.ms[names == name]
        figures = (np.median(mine), np.quantile(mine, 0.95), mine.max())
        table.add_row(
            name or "all", str(len(mine)), *(f"{ms:.2f}" for ms in figures), end_section=not name
        )
    return table


def _analyse_table(cost: AnalyseCost) -> Table:
    table = Table("aicoach analyse", title="A 640 x 480 video at 30 frames a second, one core")
    table.add_column("measured", justify="right")
    table.add_column("bar", justify="right")
    table.add_row("length, s", f"{cost.media_s:.0f}", "")
    table.add_row("times real time", f"{cost.speed:.2f}", f">= {SPEED_BAR:g}")
    table.add_row("peak memory, MB", f"{cost.peak_mb:.0f}", f"<= {MEMORY_BAR_MB:g}")
    table.add_row("growth of memory, MB", f"{cost.growth_mb:.1f}", f"<= {GROWTH_BAR_MB:g}")
    table.add_row("recording to report, s", f"{cost.start_s:.2f}", f"<= {START_BAR_S:g}")
    return table


def _command(path: Path) -> list[str]:
    return [sys.executable, "-m", "aicoach", "analyse", str(path), "--exercise", "squat"]


def _repeated(clip: Path, path: Path, length_s: float) -> float:
    """Write the clip again and again, 640 x 480 at 30 frames a second; its length in seconds."""
    import cv2  # noqa: PLC0415

    from aicoach.bench.pose import read_frames  # noqa: PLC0415

    pictures = [cv2.resize(frame.bgr, _SIZE) for frame in read_frames(clip)]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), _FPS, _SIZE)
    n_frames = round(length_s * _FPS)
    for number in range(n_frames):
        writer.write(pictures[number % len(pictures)])
    writer.release()
    return n_frames / _FPS


class _Resident:
    """Resident memory of another process, read twice a second."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/statm")
        self._page_mb = os.sysconf("SC_PAGE_SIZE") / 1e6
        self._seen_mb: list[float] = []
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_S):
            try:
                pages = int(self._status.read_text().split()[1])
            except (OSError, IndexError):
                return
            self._seen_mb.append(pages * self._page_mb)

    def stop(self) -> FloatArray:
        """What was seen, in megabytes, oldest first."""
        self._ended.set()
        self._watcher.join()
        return np.array([mb for mb in self._seen_mb if mb > 0] or [0.0])
