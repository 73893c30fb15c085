"""A session that never ended: closed with everything that was measured until then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aicoach.records import INTERRUPTED

if TYPE_CHECKING:
    from datetime import datetime

    from aicoach.records import KeptSession


def interrupted(kept: KeptSession, ended_at: datetime) -> KeptSession:
    """The session closed as interrupted; one that has ended already comes back as it is.

    ended_at : the last moment (UTC) of which something is known.
    """
    if kept.session.why_ended is not None:
        return kept
    lasted_s = max(0.0, (ended_at - kept.session.started_at).total_seconds())
    closed = replace(kept.session, ended_at=ended_at, why_ended=INTERRUPTED, lasted_s=lasted_s)
    sets = tuple(
        one if one.end_s is not None else replace(one, why_ended=INTERRUPTED) for one in kept.sets
    )
    return replace(kept, session=closed, sets=sets)
