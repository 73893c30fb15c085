"""Protocols at the edge of the core: what it is handed, never what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from aicoach.pose import Frame, Pose


@runtime_checkable
class FrameSource(Protocol):
    """Gives frames in order of capture; a context manager."""

    def __enter__(self) -> FrameSource: ...
    def __exit__(self, *exc: object) -> None: ...
    def __iter__(self) -> Iterator[Frame]: ...


@runtime_checkable
class PoseEstimator(Protocol):
    """Finds at most one person in a frame. Not thread-safe; close when done."""

    def estimate(self, frame: Frame) -> Pose | None: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...
