"""Tables for spreadsheets: CSV that Excel opens in Chinese, and in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aicoach.follow_up.tables import Cell, Rows

MARK: Final = "\ufeff"
"""Without it spreadsheets take the letters for those of another country."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(table: Rows) -> str:
    """The table as text: UTF-8 with a mark in front, commas, lines that end as Excel wants."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_cell(one) for one in row])
    return MARK + written.getvalue()


def _cell(value: Cell) -> str:
    """An empty cell for what was not measured; text never begins as a formula does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:g}" if abs(value) < 1e6 else repr(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
