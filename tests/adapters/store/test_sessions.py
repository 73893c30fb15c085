from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.sessions import append_entries, begin_session, close_session
from aicoach.adherence.summarising import summarise
from aicoach.bench.store_session import (
    REPS,
    Happened,
    hand_over,
    made_head,
    made_plan,
    made_session,
)
from aicoach.errors import StoreError
from aicoach.observations import HeartRateSample
from aicoach.ports import SessionRecorder, SessionStore
from aicoach.records import INTERRUPTED, KeptSession
from aicoach.session import SessionEvent
from aicoach.session_records import SessionKeeper
from aicoach.wire import event_line

from .conftest import keep_session, until


def expected(session_id: str, sets: int = 3) -> KeptSession:
    """The records of the session, made without any store."""
    keeper = SessionKeeper(made_head(session_id=session_id), made_plan(sets))
    for happened in made_session(sets):
        give(keeper, happened)
    return keeper.kept()


def give(keeper: SessionKeeper, happened: Happened) -> None:
    t_s, cause, event = happened
    if isinstance(event, HeartRateSample):
        keeper.heart_rate(event)
    else:
        keeper.take(SessionEvent(t_s=t_s, cause=cause, event=event))


def test_a_session_comes_back_exactly_as_it_happened(store: Store, session_id: str) -> None:
    kept = store.session(session_id)
    assert kept == expected(session_id)
    assert (len(kept.sets), len(kept.repetitions), len(kept.alerts)) == (3, 3 * REPS, 1)


def test_events_come_back_to_the_byte_and_numbered_from_one(store: Store, session_id: str) -> None:
    entries = store.entries(session_id)
    lines = [
        event_line(*happened)
        for happened in made_session()
        if not isinstance(happened[2], HeartRateSample)
    ]
    assert [one.line for one in entries if one.kind == "event"] == lines
    assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
    assert store.entries(session_id, after=10) == entries[10:]


def test_a_session_that_runs_can_be_read_as_far_as_it_got(store: Store) -> None:
    head = made_head()
    recorder = store.record(head, made_plan())
    for happened in list(made_session())[:60]:
        hand_over(recorder, happened)
    until(lambda: recorder.state().stored == 60)
    running = store.session(head.id)
    assert running.session.why_ended is None
    assert running.sets
    recorder.close()


def test_times_are_utc_and_the_day_is_the_residents(store: Store, session_id: str) -> None:
    session = store.session(session_id).session
    assert session.started_at == datetime(2026, 3, 2, 1, 30, tzinfo=timezone.utc)
    assert session.started_at.utcoffset() == timedelta(0)
    assert (session.time_zone, session.day) == ("Asia/Shanghai", date(2026, 3, 2))


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    head = dataclasses.replace(made_head(), started_at=datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(StoreError, match="a time needs its zone"), store.writing() as connection:
        begin_session(connection, head, made_plan(), store.recorded_by)


def test_the_summary_is_kept_beside_the_session(store: Store, session_id: str) -> None:
    assert store.summaries() == (summarise(expected(session_id)),)
    assert store.summaries(resident="R-0001", first=date(2026, 3, 2), last=date(2026, 3, 2))
    assert store.summaries(resident="R-0002") == ()
    assert store.summaries(first=date(2026, 3, 3)) == store.summaries(last=date(2026, 3, 1)) == ()


def test_a_demonstration_is_kept_but_is_nobodys_adherence(store: Store) -> None:
    head = dataclasses.replace(made_head(), demonstration=True)
    recorder = store.record(head, made_plan())
    for happened in made_session():
        hand_over(recorder, happened)
    recorder.close()
    assert store.session(head.id).session.demonstration
    assert store.summaries() == ()


def test_sessions_of_a_resident_are_listed_by_time(store: Store) -> None:
    first, other, second = (keep_session(store, r, sets=1) for r in ("R-1", "R-2", "R-1"))
    assert store.session_ids("R-1") == (first, second)
    assert store.session_ids() == (first, other, second)


def test_a_session_without_any_event_is_kept_as_interrupted(store: Store) -> None:
    head = made_head()
    store.record(head, made_plan()).close()
    session = store.session(head.id).session
    assert (session.why_ended, session.ended_at) == (INTERRUPTED, head.started_at)


def test_an_unknown_session_is_an_error_that_names_it(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no session"):
        store.session(made_head().id)


def test_appending_the_same_entries_again_changes_nothing(store: Store, session_id: str) -> None:
    before = (store.entries(session_id), store.session(session_id))
    with store.writing() as connection:
        begin_session(connection, made_head(session_id=session_id), made_plan(), made_head().id)
        append_entries(connection, session_id, before[0])
        close_session(connection, session_id)
    assert (store.entries(session_id), store.session(session_id)) == before


def test_every_record_can_be_made_again_from_the_lines(store: Store, session_id: str) -> None:
    before = store.session(session_id)
    with store.writing() as connection:
        for table, _ in tables.UNDER_SESSION.values():
            connection.execute(delete(table))
        close_session(connection, session_id)
    assert store.session(session_id) == before


def test_lines_that_come_after_an_interruption_end_the_session_as_it_ended(store: Store) -> None:
    complete = store.entries(keep_session(store))
    head = made_head()
    for upto in (50, len(complete)):
        with store.writing() as connection:
            begin_session(connection, head, made_plan(), store.recorded_by)
            append_entries(connection, head.id, complete[:upto])
            close_session(connection, head.id)
        why = store.session(head.id).session.why_ended
        assert why == ("complete" if upto == len(complete) else INTERRUPTED)
    assert store.session(head.id) == expected(head.id)


def test_a_line_of_a_session_cannot_be_changed(store: Store, session_id: str) -> None:
    with (
        pytest.raises(StoreError, match="may only be appended to"),
        store.writing() as connection,
    ):
        connection.execute(update(tables.events).values(line="{}"))
    assert store.session(session_id) == expected(session_id)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    head = made_head()

    def fail_half_way() -> None:
        with store.writing() as connection:
            begin_session(connection, head, made_plan(), store.recorded_by)
            connection.execute(text("SELECT nonsense FROM nowhere"))

    with pytest.raises(StoreError):
        fail_half_way()
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.sessions)) == 0
        assert connection.scalar(select(func.count()).select_from(tables.residents)) == 0


def test_what_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="contradicts"), store.writing() as connection:
        connection.execute(
            tables.heart_rates.insert(), [{"session_id": made_head().id, "sensor": None}]
        )


def test_no_error_of_the_library_leaves_the_store(store: Store) -> None:
    with pytest.raises(StoreError) as caught, store.reading() as connection:
        connection.execute(text("SELECT nonsense"))
    assert isinstance(caught.value.__cause__, SQLAlchemyError)


def test_store_and_recorder_are_what_the_ports_ask_for(store: Store) -> None:
    recorder = store.record(made_head(), made_plan())
    recorder.close()
    assert isinstance(store, SessionStore)
    assert isinstance(recorder, SessionRecorder)
