"""Days, weeks and windows of calendar days; time zones end at ``SessionRecord.day``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEK: Final = 7


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Calendar days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period ends on {self.last}, before it begins on {self.first}")

    @property
    def n_days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=i) for i in range(self.n_days))

    def overlap_days(self, first: date, last: date | None) -> int:
        """Days in common with ``first`` to ``last``; None: without an end."""
        end = self.last if last is None else min(self.last, last)
        return max(0, (end - max(self.first, first)).days + 1)


def iso_weeks(first: date, last: date) -> tuple[Period, ...]:
    """Weeks from Monday to Sunday that cover the days; the outer ones are cut off."""
    weeks, begin = [], first
    while begin <= last:
        end = min(last, begin + timedelta(days=6 - begin.weekday()))
        weeks.append(Period(begin, end))
        begin = end + timedelta(days=1)
    return tuple(weeks)


def weeks_until(last: date, days: int) -> tuple[Period, ...]:
    """The ``days`` up to ``last`` in blocks of seven; the first one may be shorter."""
    first = last - timedelta(days=days - 1)
    blocks: list[Period] = []
    while last >= first:
        begin = max(first, last - timedelta(days=WEEK - 1))
        blocks.insert(0, Period(begin, last))
        last = begin - timedelta(days=1)
    return tuple(blocks)
