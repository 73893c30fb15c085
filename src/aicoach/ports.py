"""Protocols at the edge of the core: what it is handed, never what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from aicoach.observations import HeartRateLink, HeartRateSample
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


@runtime_checkable
class HeartRateSource(Protocol):
    """Gives what a heart-rate sensor sent; a context manager.

    ``poll`` never waits: it hands over what arrived since the last call, up to ``t_s``, in
    order of time and stamped in seconds on the session's clock. ``describe`` names the
    source in one line for a person.
    """

    def __enter__(self) -> HeartRateSource: ...
    def __exit__(self, *exc: object) -> None: ...
    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]: ...
    def describe(self) -> str: ...
