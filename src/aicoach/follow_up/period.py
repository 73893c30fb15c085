"""Days as somebody writes them: ``28d``, ``12w``, or from one day to another or until today."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from aicoach.adherence.periods import WEEK, Period
from aicoach.errors import ReportError

LONGEST_DAYS: Final = 3 * 366
"""A page of more weeks could not be read."""
_LAST: Final = re.compile(r"(\d{1,5})\s*([dw])", re.IGNORECASE)
_FROM_TO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})?")
_WANTED: Final = "write 28d, 12w or 2026-09-01..2026-11-22"


def report_period(text: str, today: date, *, longest_days: int | None = LONGEST_DAYS) -> Period:
    """The days that ``text`` means; ``28d``, ``12w`` and ``2026-09-01..`` end today.

    longest_days : more are refused, because no page has room for them; None: as many as asked.

    Raises
    ------
    ReportError
        If it is no period, has no day, is too long, or lies in the future.
    """
    wanted = text.strip()
    last = _LAST.fullmatch(wanted)
    if last:
        days = int(last[1]) * (WEEK if last[2].lower() == "w" else 1)
        if days == 0:
            raise ReportError("period", f"'{text}' has no day", _WANTED)
        _check_length(days, text, longest_days)
        return Period(today - timedelta(days=days - 1), today)
    both = _FROM_TO.fullmatch(wanted)
    if not both:
        raise ReportError("period", f"'{text}' is no period", _WANTED)
    first = _day(both[1], text)
    if first > today:
        raise ReportError("period", f"'{text}' lies in the future", f"today is {today}")
    end = _day(both[2], text) if both[2] else today
    if end < first:
        raise ReportError("period", f"'{text}' ends before it begins", _WANTED)
    _check_length((end - first).days + 1, text, longest_days)
    return Period(first, end)


def _day(written: str, text: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ReportError("period", f"'{text}': there is no day {written}", _WANTED) from None


def _check_length(days: int, text: str, longest_days: int | None) -> None:
    if longest_days is not None and days > longest_days:
        raise ReportError(
            "period", f"'{text}' is longer than {longest_days} days", "ask for a part of it"
        )
