"""Which numbered lines somebody has: spans of numbers, both ends belonging to them.

Nearly always one span from 1 on. A line that was given up for want of any disk leaves a gap,
and one that waited in a journal may fill it days later; so nobody asks for "the last one".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def spans_of(numbers: Iterable[int]) -> tuple[Span, ...]:
    """The spans that these numbers make, in order."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple((first, last) for first, last in found)


def count_of(spans: Iterable[Span]) -> int:
    """How many numbers lie in spans that do not touch each other."""
    return sum(last - first + 1 for first, last in spans)


def holds(spans: Sequence[Span], number: int) -> bool:
    """Whether a number lies in one of them."""
    return any(first <= number <= last for first, last in spans)
