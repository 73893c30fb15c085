"""A "yes" about the own health that no staff have written down themselves yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_GRAVE: Final = ("disease", "symptoms")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAnswers:
    """What was answered at the enrolment, or a year later; None: the resident did not know."""

    day: date
    """Of the resident's calendar."""
    disease: bool | None
    symptoms: bool | None
    by_staff: bool
    """Staff wrote it down, so they know."""


def said_yes_on(told: Iterable[HealthAnswers]) -> date | None:
    """The day of the newest "yes" that still stands and that staff do not know; None: none.

    told : every answer, the oldest first.
    """
    days = [day for name in _GRAVE if (day := _since(told, name)) is not None]
    return max(days, default=None)


def _since(told: Iterable[HealthAnswers], name: str) -> date | None:
    since, known = None, False
    for one in told:
        yes = getattr(one, name) is True
        if one.by_staff:
            since, known = None, yes
        elif not yes:
            since, known = None, False
        elif not known and since is None:
            since = one.day
    return since
