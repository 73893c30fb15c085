"""Tables of heart rates (CSV): columns are found by their names, wherever they stand.

Read are exports of spiroergometers (a few lines above the header, a row of units under
it, other columns beside), spreadsheets with decimal commas, and times as seconds,
``mm:ss``, ``h:mm:ss`` or dates.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from aicoach.adapters.heart_rate.trace import TraceRow
from aicoach.errors import HeartRateTraceError

ALLOWED: Final = "a header with a time and a rate is needed, such as t_s,bpm"
_SEPARATORS: Final = (",", ";", "\t", "|")
_HEADER_WITHIN_LINES: Final = 200
_SHARE_OF_TIMES: Final = 0.5
"""With fewer rows that have a time, the column is another one than its name says."""

_TIME = "t|time|elapsed|elapsed_time|timestamp|seconds?|secs?|zeit|temps|tiempo|时间|时刻"
_TIME_UNIT = "s|sec|secs|seconds|ms|min|mm_ss|m_ss|h_mm_ss|hh_mm_ss|utc|秒|毫秒|分|分钟"
_RATE = "hr|bpm|heart_?rate|pulse|pulse_rate|puls|hf|fc|herzfrequenz|心率|脉搏"
_RATE_UNIT = "bpm|1_min|min|b_min|min_1|beats_min|beats_per_minute|value|次_分|次_分钟"
_TIME_NAME: Final = re.compile(rf"(?:{_TIME})(?:_({_TIME_UNIT}))?")
_RATE_NAME: Final = re.compile(rf"(?:{_RATE})(?:_(?:{_RATE_UNIT}))?")
_SECONDS_IN: Final = {"ms": 0.001, "毫秒": 0.001, "min": 60.0, "分": 60.0, "分钟": 60.0}

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
_CLOCK: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d*)?)")
_SAYS_NOTHING: Final = frozenset({"", "-", "--", "---", "na", "n/a", "nan", "null", "none", "0"})


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row the time and the rate stand."""

    separator: str
    time: int
    rate: int
    time_unit_s: float
    header_line: int
    note: str = ""


def read_table_rows(path: Path, text: str) -> tuple[list[TraceRow], tuple[str, ...]]:
    """Rows of a table, and what a person should know of it.

    Raises
    ------
    HeartRateTraceError
        If no header names a time and a rate, or most rows have no time.
    """
    lines = text.splitlines()
    columns = _find_columns(path, lines)
    rows: list[TraceRow] = []
    untimed: list[tuple[int, str]] = []
    filled = 0
    body = lines[columns.header_line :]
    reader = csv.reader(body, delimiter=columns.separator, strict=False)
    try:
        for cells in reader:
            line = columns.header_line + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            time = cells[columns.time].strip() if columns.time < len(cells) else ""
            rate = cells[columns.rate].strip() if columns.rate < len(cells) else ""
            t_s = _seconds(time, columns.time_unit_s)
            if t_s is None:
                if rows or _beats(rate)[0] is not None:  # else it is the row of units
                    untimed.append((line, time))
                continue
            filled += 1
            bpm, odd = _beats(rate)
            rows.append(TraceRow(where=f"line {line}", t_s=t_s, bpm=bpm, text=odd))
    except csv.Error as problem:
        where = f"line {columns.header_line + reader.line_num}"
        raise HeartRateTraceError(path, where, f"cannot be read ({problem})") from problem
    notes = [columns.note] if columns.note else []
    if untimed:
        line, found = untimed[0]
        said = f"'{found[:20]}' is no time" if found else "the time is missing"
        if filled < _SHARE_OF_TIMES * (filled + len(untimed)):
            allowed = "allowed: seconds (12.5), mm:ss, h:mm:ss, or date and time"
            raise HeartRateTraceError(path, f"line {line}", f"{said}; {allowed}")
        notes.append(f"line {line}: {said}; left out ({len(untimed)} such rows)")
    return rows, tuple(notes)


def _find_columns(path: Path, lines: list[str]) -> _Columns:
    for number, line in enumerate(lines[:_HEADER_WITHIN_LINES], start=1):
        for separator in _SEPARATORS:
            names = [_plain(name) for name in _cells(line, separator)]
            times = [(i, match) for i, name in enumerate(names) if (match := _is_time(name))]
            rates = [i for i, name in enumerate(names) if _RATE_NAME.fullmatch(name)]
            if times and rates:
                time, match = times[0]
                unit_s = _SECONDS_IN.get(match.group(1) or "s", 1.0)
                return _Columns(separator, time, rates[0], unit_s, number)
    first = next((line for line in lines if line.strip()), "")
    for separator in _SEPARATORS:
        cells = [cell.strip() for cell in _cells(first, separator)]
        if len(cells) == 2 and _seconds(cells[0], 1.0) is not None and _beats(cells[1])[0]:
            return _Columns(separator, 0, 1, 1.0, 0, "has no header; read as t_s,bpm")
    raise HeartRateTraceError(path, "line 1", f"no column of time and heart rate found; {ALLOWED}")


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _is_time(name: str) -> re.Match[str] | None:
    return _TIME_NAME.fullmatch(name)


def _plain(name: str) -> str:
    """A column's name in small letters, with `_` for whatever is between words."""
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def _number(cell: str) -> float | None:
    cell = cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
    if not _NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def _seconds(cell: str, unit_s: float) -> float | None:
    """A time in seconds; None when the cell holds no time."""
    number = _number(cell)
    if number is not None:
        return number * unit_s
    clock = _CLOCK.fullmatch(cell.replace(",", "."))
    if clock:
        hours, minutes, seconds = clock.groups()
        return 3600.0 * int(hours or 0) + 60.0 * int(minutes) + float(seconds)
    return date_seconds(cell)


def date_seconds(text: str) -> float | None:
    """Seconds since 1970 of a date with time, UTC where it names no zone; None for other text."""
    text = text.strip()
    if len(text) < len("2000-01-01T00:00"):
        return None
    text = re.sub(r"[zZ]$", "+00:00", text)
    # Python 3.10 reads three or six decimals of a second, devices write any number.
    text = re.sub(r"\.(\d+)", lambda found: "." + found.group(1)[:6].ljust(6, "0"), text)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None


def _beats(cell: str) -> tuple[float | None, str]:
    """The rate and, where there is none, the text that is not one of the usual blanks."""
    bare = re.sub(r"\s*(?:bpm|/min|次/分)$", "", cell.strip(), flags=re.IGNORECASE)
    number = _number(bare)
    if number is not None:
        if number > 0.0:
            return number, ""
        return None, cell if number < 0.0 else ""
    return None, "" if bare.lower() in _SAYS_NOTHING else cell
