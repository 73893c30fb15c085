"""What a heart-rate trace is: rows in order of time, and what to know of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicoach.errors import HeartRateTraceError

NOTED_GAP_S: Final = 10.0
"""Longer silence in a file is worth a note; what follows from it is the guard's affair."""
LATEST_START_S: Final = 3600.0
"""A trace that begins later than this is on the time of day, not on a session's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One row of a file, as read."""

    where: str
    """Where it stands, for a person: 'line 12'."""
    t_s: float
    bpm: float | None
    text: str = ""
    """What stood there instead of a rate; empty when the file says that it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateTrace:
    """Heart rates over time."""

    path: Path
    t_s: tuple[float, ...]
    """Seconds, never going back."""
    bpm: tuple[float | None, ...]
    """As written, not yet judged; None where the file has no rate."""
    notes: tuple[str, ...] = ()
    """What a person should know of this file, each in one line."""


def checked_trace(path: Path, rows: Sequence[TraceRow], notes: tuple[str, ...]) -> HeartRateTrace:
    """A trace out of rows, timed from zero.

    Raises
    ------
    HeartRateTraceError
        If there is no row, no rate at all, or time goes back; names the row.
    """
    if not rows:
        raise HeartRateTraceError(path, "file", "has no row with a time")
    for before, row in itertools.pairwise(rows):
        if row.t_s < before.t_s:
            problem = (
                f"time goes back from {before.t_s:g} s to {row.t_s:g} s; "
                "each row must be at the time of the row before it, or later"
            )
            raise HeartRateTraceError(path, row.where, problem)
    if all(row.bpm is None for row in rows):
        problem = f"none of its {len(rows)} rows has a heart rate (a number above 0, in beats/min)"
        raise HeartRateTraceError(path, rows[0].where, problem)
    start_s = rows[0].t_s
    if start_s < 0.0 or start_s >= LATEST_START_S:
        notes = (*notes, "times are counted from its first row")
    else:
        start_s = 0.0
    return HeartRateTrace(
        path=path,
        t_s=tuple(row.t_s - start_s for row in rows),
        bpm=tuple(row.bpm for row in rows),
        notes=(*notes, *_notes(rows, start_s)),
    )


def _notes(rows: Sequence[TraceRow], start_s: float) -> Iterator[str]:
    texts = [row for row in rows if row.text]
    if texts:
        first = texts[0]
        yield f"{first.where}: '{first.text[:20]}' is no heart rate ({len(texts)} such rows)"
    silent = sum(row.bpm is None and not row.text for row in rows)
    if silent:
        yield f"{silent} of {len(rows)} rows have no heart rate"
    gaps = [
        (before, row)
        for before, row in itertools.pairwise(rows)
        if row.t_s - before.t_s > NOTED_GAP_S
    ]
    if gaps:
        before, row = gaps[0]
        more = f" ({len(gaps)} such gaps)" if len(gaps) > 1 else ""
        from_s, to_s = before.t_s - start_s, row.t_s - start_s
        yield f"{row.where}: nothing between {from_s:g} s and {to_s:g} s{more}"
