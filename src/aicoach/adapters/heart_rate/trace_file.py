"""Heart-rate traces on disk: tables (CSV) and training files (TCX).

A file is data from elsewhere. What cannot be placed in time refuses the file; a row
without a rate stays a row without a rate, is never turned into a number, and is noted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aicoach.adapters.heart_rate.table import read_table_rows
from aicoach.adapters.heart_rate.tcx import read_tcx_rows
from aicoach.adapters.heart_rate.trace import HeartRateTrace, checked_trace
from aicoach.errors import HeartRateTraceError

MAX_BYTES: Final = 64 * 2**20
"""Largest trace that is read: weeks of one row per second."""
_ENCODINGS: Final = ("utf-8-sig", "gb18030", "latin-1")
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_heart_rate_trace(path: Path | str) -> HeartRateTrace:
    """Read a table or a training file of heart rates.

    Raises
    ------
    HeartRateTraceError
        If the file is missing, is neither, has no usable rate, or its time goes back;
        names the line and what is allowed.
    """
    path = Path(path)
    text, notes = _read_text(path)
    read_rows = read_tcx_rows if text.lstrip().startswith("<") else read_table_rows
    rows, more = read_rows(path, text)
    return checked_trace(path, rows, (*notes, *more))


def _read_text(path: Path) -> tuple[str, tuple[str, ...]]:
    if not path.exists():
        raise HeartRateTraceError(path, "file", "there is no such file")
    if not path.is_file():
        raise HeartRateTraceError(path, "file", "is not a file")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise HeartRateTraceError(path, "file", f"is larger than {MAX_BYTES // 2**20} MiB")
        raw = path.read_bytes()
    except OSError as problem:
        raise HeartRateTraceError(path, "file", str(problem.strerror or problem)) from problem
    if not raw.strip():
        raise HeartRateTraceError(path, "file", "is empty; needs columns t_s,bpm, or TCX")
    if raw.startswith(_BYTE_ORDER_MARKS):
        return _decoded(path, raw, "utf-16"), ()
    if b"\0" in raw:
        raise HeartRateTraceError(path, "file", "is not text; a table (CSV) or TCX is allowed")
    for encoding in _ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, () if encoding == "utf-8-sig" else (f"is not UTF-8; read as {encoding}",)
    raise AssertionError("latin-1 decodes everything")


def _decoded(path: Path, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as problem:
        reason = f"is not text in {encoding} (byte {problem.start}); save it as UTF-8"
        raise HeartRateTraceError(path, "file", reason) from problem
