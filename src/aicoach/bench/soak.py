"""A soak: one session after the other with the real pose, and what the process holds meanwhile."""

from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
from rich.console import Console
from rich.table import Table

from aicoach.adapters.video import VideoReader
from aicoach.bench.live import row, served, watch
from aicoach.web.live.watchers import PoseWatcher

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIP: Final = "clips/squat_18.mp4"
GROWTH: Final = 1.05
SESSION_S: Final = 600.0
_FPS: Final = 6.0
"""Enough for the pose to follow, little enough to leave the computer to others."""
_SIZE: Final = (480, 360)
_PICTURES: Final = 240
_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds at one moment."""

    memory_kib: int
    threads: int
    files: int
    poses: int
    """Pose objects, used or waiting."""


class _Counted(PoseWatcher):
    """A watcher that is counted as long as it is there."""

    there: Final[set[int]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.there.add(id(self))

    def __del__(self) -> None:
        self.there.discard(id(self))


def held() -> Held:
    """Now."""
    gc.collect()
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return Held(_resident_kib(), threading.active_count(), files, len(_Counted.there))


def measure(folder: Path, minutes: float, console: Console | None = None) -> bool:
    """Print what was held every minute and what grew; False when more than it may."""
    console = console or Console()
    pictures = _pictures(folder / CLIP)
    seen: list[Held] = []
    with served(1, _Counted) as url:
        asyncio.run(_soak(url, pictures, 60.0 * minutes, seen, console))
    base, last = seen[len(seen) // 4], seen[-1]
    growth = last.memory_kib / base.memory_kib
    table = Table("what", "measured", "bar", "")
    what = f"{minutes:g} min, from the first quarter to the end: memory"
    flat = 2.0 - GROWTH <= growth <= GROWTH
    row(table, what, f"x {growth:.3f}", f"x {2 - GROWTH:g} to {GROWTH:g}", flat)
    same = True
    for name in ("threads", "files", "poses"):
        before, after = getattr(base, name), getattr(last, name)
        same &= after <= before
        row(table, name, f"{before} -> {after}", "no more", after <= before)
    console.print(table)
    return flat and same


async def _soak(
    url: str, pictures: Sequence[bytes], seconds: float, seen: list[Held], console: Console
) -> None:
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + seconds
    noting = asyncio.create_task(_note(seen, console))
    while (left_s := ends_s - loop.time()) > 1.0:
        watched = await watch(url, min(SESSION_S, left_s), pictures, _FPS)
        if watched.losses:
            console.print(f"the line was lost {watched.losses} times, and came back")
    noting.cancel()
    seen.append(held())


async def _note(seen: list[Held], console: Console) -> None:
    while True:
        await asyncio.sleep(_EVERY_S)
        now = held()
        seen.append(now)
        console.print(
            f"minute {len(seen)}: {now.memory_kib / 1024:.0f} MB, {now.threads} threads, "
            f"{now.files} files, {now.poses} pose objects"
        )


def _pictures(clip: Path) -> list[bytes]:
    """About as many a second as are shown."""
    with VideoReader(clip, most_fps=_FPS) as video:
        small = [cv2.resize(frame.bgr, _SIZE) for frame in islice(video, _PICTURES)]
    return [cv2.imencode(".jpg", one)[1].tobytes() for one in small]


def _resident_kib() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
