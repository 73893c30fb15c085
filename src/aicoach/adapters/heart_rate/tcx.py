"""Training files (TCX): the track points of a chest strap or a watch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from aicoach.adapters.heart_rate.table import date_seconds
from aicoach.adapters.heart_rate.trace import TraceRow
from aicoach.errors import HeartRateTraceError

_DECLARES: Final = ("<!doctype", "<!entity")
"""A training file declares nothing; a file that does may unfold without end."""


def read_tcx_rows(path: Path, text: str) -> tuple[list[TraceRow], tuple[str, ...]]:
    """Rows of a training file, timed from its first track point, and notes.

    Raises
    ------
    HeartRateTraceError
        If it is no XML, no TCX, or a track point has no usable time.
    """
    if any(word in text.lower() for word in _DECLARES):
        raise HeartRateTraceError(path, "file", "declares a document type; TCX has none")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        line = problem.position[0] if isinstance(problem, ElementTree.ParseError) else 1
        reason = f"is not whole XML ({problem}); TCX or a table (CSV) is allowed"
        raise HeartRateTraceError(path, f"line {line}", reason) from problem
    if _local(root) != "TrainingCenterDatabase":
        reason = f"is XML of another kind ('{_local(root)[:40]}'); TCX or a table is allowed"
        raise HeartRateTraceError(path, "file", reason)
    points = [element for element in root.iter() if _local(element) == "Trackpoint"]
    if not points:
        raise HeartRateTraceError(path, "file", "has no track point")
    rows: list[TraceRow] = []
    for number, point in enumerate(points, start=1):
        where = f"track point {number}"
        stamp = _text(point, "Time")
        moment_s = date_seconds(stamp)
        if moment_s is None:
            reason = f"'{stamp[:40]}' is no time; allowed: 2024-05-01T08:30:00Z"
            raise HeartRateTraceError(path, where, reason)
        bpm, odd = _beats(_text(point, "HeartRateBpm", "Value"))
        rows.append(TraceRow(where=where, t_s=moment_s, bpm=bpm, text=odd))
    return rows, ()


def _local(element: ElementTree.Element) -> str:
    """The tag without its namespace, which differs between versions."""
    return element.tag.rsplit("}", 1)[-1]


def _text(element: ElementTree.Element, *path: str) -> str:
    for name in path:
        found = next((child for child in element if _local(child) == name), None)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()


def _beats(text: str) -> tuple[float | None, str]:
    if not text:
        return None, ""
    try:
        value = float(text)
    except ValueError:
        return None, text
    if not math.isfinite(value) or value < 0.0:
        return None, text
    return (value, "") if value > 0.0 else (None, "")
