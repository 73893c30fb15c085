"""When the next session is meant: spread over the week as the plan asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

_WEEK: Final = 7


def next_session_day(done: Iterable[date], today: date, sessions_per_week: int) -> date:
    """The next day for a session, today or later.

    Parameters
    ----------
    done
        Days with a session; days to come do not count.
    sessions_per_week
        As the plan in force asks; at least 1.
    """
    known = [day for day in done if day <= today]
    if not known:
        return today
    apart = timedelta(days=max(1, _WEEK // sessions_per_week))
    return max(today, max(known) + apart)
