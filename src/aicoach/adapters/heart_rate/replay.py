"""A heart-rate trace as a source: what a session would have received, at any speed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from aicoach.adapters.heart_rate.trace import HeartRateTrace
from aicoach.adapters.heart_rate.trace_file import read_heart_rate_trace
from aicoach.observations import HeartRateLink, HeartRateSample


class ReplayedHeartRate:
    """Plays a trace by the session's clock: the same samples however often it is polled.

    Says that the link is there with the first row, and that it is lost when the trace has
    ended: a session must not wait for a file.

    Parameters
    ----------
    trace
        What to play.
    start_s
        Time of the session at which the trace's zero lies.
    """

    def __init__(self, trace: HeartRateTrace, *, start_s: float = 0.0) -> None:
        self.trace = trace
        self._coming = _observations(trace, start_s)
        self._next = 0

    @classmethod
    def from_file(cls, path: Path | str, *, start_s: float = 0.0) -> ReplayedHeartRate:
        """Open a table (CSV) or training file (TCX).

        Raises
        ------
        HeartRateTraceError
            If the file is missing or cannot be used; names line and problem.
        """
        return cls(read_heart_rate_trace(path), start_s=start_s)

    def __enter__(self) -> ReplayedHeartRate:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held open."""

    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]:
        """Rows up to ``t_s`` that were not handed over yet, each at its own time."""
        first = self._next
        while self._next < len(self._coming) and self._coming[self._next].t_s <= t_s:
            self._next += 1
        return self._coming[first : self._next]

    def describe(self) -> str:
        """One line: the file, how long it is, and what to know of it."""
        minutes, seconds = divmod(round(self.trace.t_s[-1]), 60)
        line = f"{self.trace.path.name}, {minutes} min {seconds:02d} s of recorded heart rate"
        return "; ".join((line, *self.trace.notes))


def _observations(
    trace: HeartRateTrace, start_s: float
) -> tuple[HeartRateSample | HeartRateLink, ...]:
    name = trace.path.name
    kind: Literal["replay"] = "replay"
    return (
        HeartRateLink(t_s=start_s + trace.t_s[0], state="connected", detail=name),
        *(
            HeartRateSample(t_s=start_s + t_s, bpm=bpm, sensor=kind)
            for t_s, bpm in zip(trace.t_s, trace.bpm, strict=True)
        ),
        HeartRateLink(t_s=start_s + trace.t_s[-1], state="lost", detail=f"{name} has ended"),
    )
