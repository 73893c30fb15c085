"""The rows of a session that is over, made at once by whoever has all its lines in hand.

They are those that a session kept as it happened would have: the same lines under the same
numbers, and the records that ``close_session`` makes of them.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from aicoach.adapters.store import tables
from aicoach.adapters.store.plain_records import as_plain, as_row
from aicoach.adherence.summarising import summarise
from aicoach.observations import HeartRateSample
from aicoach.session_records import SessionKeeper, interrupted
from aicoach.wire import event_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.records import KeptSession, PlannedSession, SessionRecord
    from aicoach.session import SessionEvent

Rows = dict[str, list[dict[str, Any]]]
"""Rows by the name of their table."""


def session_rows(
    head: SessionRecord,
    planned: PlannedSession,
    happened: Iterable[SessionEvent | HeartRateSample],
    recorded_by: str,
) -> Rows:
    """Every row of a whole session; one that never ended was cut off.

    happened : events and packets of the strap, in the order in which they came.
    """
    keeper = SessionKeeper(head, planned)
    events: list[dict[str, Any]] = []
    samples: list[dict[str, Any]] = []
    last_s = head.start_s
    for sequence, one in zip(count(1), happened):
        last_s = max(last_s, one.t_s)
        key = {"session_id": head.id, "sequence": sequence, "t_s": one.t_s}
        if isinstance(one, HeartRateSample):
            keeper.heart_rate(one)
            key |= {"bpm": one.bpm, "contact": one.contact, "sensor": one.sensor}
            samples.append(key | {"rr_ms": list(one.rr_ms)})
        else:
            keeper.take(one)
            line = event_line(one.t_s, one.cause, one.event)
            events.append(key | {"type": type(one.event).__name__, "line": line})
    kept = keeper.kept()
    if kept.session.why_ended is None:
        kept = interrupted(kept, kept.session.at(last_s))
    return {
        "sessions": [as_row(kept.session) | {"recorded_by": recorded_by,
                                             "planned": as_plain(planned)}],
        "events": events,
        "heart_rate_samples": samples,
        **_record_rows(kept),
    }  # fmt: skip


def _record_rows(kept: KeptSession) -> Rows:
    key = kept.session.id
    found: Rows = {}
    for name, (table, _) in tables.UNDER_SESSION.items():
        found[table.name] = [
            as_row(record) | {"session_id": key, "position": position}
            for position, record in enumerate(getattr(kept, name), start=1)
        ]
    found["heart_rates"] = [as_row(kept.heart_rate) | {"session_id": key}]
    if kept.screening is not None:
        # One screening per session: it may have its id, and the same lines give the same rows.
        more = {
            "id": key,
            "resident": kept.session.resident,
            "session_id": key,
            "taken_at": kept.session.at(kept.screening.t_s),
        }
        found["screenings"] = [as_row(kept.screening) | more]
    if not kept.session.demonstration:
        found["session_summaries"] = [as_row(summarise(kept))]
    return found
