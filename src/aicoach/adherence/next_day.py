"""When the next session is meant: spread over the week as the plan asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

_WEEK: Final = 7


def next_session_day(done: Iterable[date], today: date, sessions_per_week: int) -> date:
    """The next day for a session, today or later; not this week once its number is reached.

    Parameters
    ----------
    done
        Day of every session; days to come do not count.
    sessions_per_week
        As the plan in force asks; at least 1.
    """
    known = [day for day in done if day <= today]
    if not known:
        return today
    apart = timedelta(days=max(1, _WEEK // sessions_per_week))
    following = max(today, max(known) + apart)
    monday = today - timedelta(days=today.weekday())
    if sum(day >= monday for day in known) >= sessions_per_week:
        following = max(following, monday + timedelta(days=_WEEK))
    return following
