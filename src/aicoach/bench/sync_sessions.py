"""Many small sessions at once, each with lines of its own, for measuring the sync."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, update

from aicoach.adapters.store import new_id, tables
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.plain_records import as_plain, as_row
from aicoach.adapters.store.sessions import append_entries, insert_new
from aicoach.bench.store_session import Happened, made_head, made_plan, made_session
from aicoach.observations import HeartRateSample
from aicoach.wire import event_line, observation_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.store import Store
    from aicoach.records import SessionRecord

RESIDENTS: Final = 50
"""Of one cabin."""
_AT_ONCE: Final = 500
_FIRST: Final = datetime.combine(
    datetime.now(timezone.utc).date() - timedelta(days=120), time(1, 30), timezone.utc
)
"""Long ago, and not so long that a centre would not keep it any more."""
_KEPT: Final = {"HeartRateSample": 4, "Repetition": 2, "Cue": 2, "IntensityAlert": 1}
"""Of what there is most in a made session, so many are in a small one."""


def _template() -> tuple[Happened, ...]:
    counts: Counter[str] = Counter()
    found = []
    for happened in made_session(1):
        name = type(happened[2]).__name__
        counts[name] += 1
        if counts[name] <= _KEPT.get(name, 10):
            found.append(happened)
    return tuple(found)


_TEMPLATE: Final = _template()


def small_session(number: int) -> Iterator[Entry]:
    """The lines of one session, unlike those of any other number."""
    for sequence, (t_s, cause, event) in enumerate(_TEMPLATE, start=1):
        at_s = t_s + number / 1000.0
        if isinstance(event, HeartRateSample):
            line = observation_line(replace(event, t_s=at_s))
            kind, name = "heart_rate", "HeartRateSample"
        else:
            line, kind, name = event_line(at_s, cause, event), "event", type(event).__name__
        yield Entry(
            sequence=sequence,
            kind="event" if kind == "event" else "heart_rate",
            type=name,
            t_s=at_s,
            line=line,
        )


def small_head(number: int, cabin: str, site: str) -> SessionRecord:
    """How it began: the sessions of a cabin one after the other, its residents in turn."""
    head = made_head(f"{cabin}-R-{number % RESIDENTS:04d}", new_id())
    began = _FIRST + timedelta(minutes=number)
    return replace(head, cabin=cabin, site=site, started_at=began)


def fill(store: Store, cabin: str, site: str, sessions: int, *, running: int = 0) -> int:
    """Put sessions into a cabin's store; how many lines they have.

    They are entered as ended without making their records, which the sync does not read;
    the last ``running`` of them still go on.
    """
    planned, lines = as_plain(made_plan(1)), 0
    for first in range(0, sessions, _AT_ONCE):
        with store.writing() as connection:
            for number in range(first, min(sessions, first + _AT_ONCE)):
                head = small_head(number, cabin, site)
                resident = {
                    "id": head.resident,
                    "language": "zh",
                    "time_zone": head.time_zone,
                    "created_at": head.started_at,
                }
                insert_new(connection, tables.residents, [resident])
                more = {"recorded_by": store.recorded_by, "planned": planned}
                connection.execute(insert(tables.sessions), [as_row(head) | more])
                entries = list(small_session(number))
                append_entries(connection, head.id, entries)
                lines += len(entries)
                if number < sessions - running:
                    ended = {"ended_at": head.at(entries[-1].t_s), "why_ended": "complete"}
                    mine = tables.sessions.c.id == head.id
                    connection.execute(update(tables.sessions).where(mine).values(**ended))
    return lines
