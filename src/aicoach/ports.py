"""Protocols at the edge of the core: what hands it something, and what keeps what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from aicoach.errors import StoreError
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.records import KeptSession, PlannedSession, SessionRecord

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingState:
    """How far a session is kept."""

    appended: int
    """Events and heart rates that were handed over."""
    kept: int
    """Of these, from the first on, how many are safe: in the database or the local journal."""
    stored: int
    """How many are in the database."""
    lost: int = 0
    """At most so many were given up: neither database nor journal took them in time, and the
    memory was full."""
    problem: StoreError | None = None
    """Why the database takes nothing at the moment."""
    journal_problem: StoreError | None = None
    """Why the local journal takes nothing at the moment."""


@runtime_checkable
class SessionRecorder(Protocol):
    """Keeps one session while it happens; nothing here waits for a disk but ``close``."""

    session_id: str

    def append(self, t_s: float, cause: str, event: object) -> None: ...
    def heart_rate(self, sample: HeartRateSample) -> None: ...
    def state(self) -> RecordingState: ...
    def close(self, timeout_s: float = ...) -> RecordingState: ...


@runtime_checkable
class SessionStore(Protocol):
    """Keeps sessions, and gives them back.

    ``record`` returns at once, whether or not the database can be reached; ``recover`` brings
    in what waits in local journals, closes what was cut off, and names those sessions.
    """

    def record(self, head: SessionRecord, planned: PlannedSession) -> SessionRecorder: ...
    def recover(self) -> tuple[str, ...]: ...
    def session(self, session_id: str) -> KeptSession: ...
    def close(self) -> None: ...
