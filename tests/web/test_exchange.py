"""A cabin and its centre over a real wire, which is cut."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from aicoach.access import console_actor
from aicoach.access.settings import keep_settings
from aicoach.adapters.store import Store, sessions, tables
from aicoach.adapters.store.belongings import session_column, under_sessions
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.identity import identity_of
from aicoach.adapters.store.inbox import Inbox
from aicoach.adapters.store.outbox import Outbox
from aicoach.adapters.store.people import Resident
from aicoach.adapters.store.retention import retain
from aicoach.adapters.store.schema import newest_revision
from aicoach.adapters.sync import (
    BackOff,
    CabinSettings,
    CabinSide,
    Centre,
    Exchange,
    Exchanged,
    Hello,
    World,
    told,
    visit_once,
)
from aicoach.bench.cutting_proxy import CuttingProxy
from aicoach.bench.store_session import made_plan
from aicoach.bench.sync import compare
from aicoach.bench.sync_sessions import fill, small_head, small_session
from aicoach.errors import SyncError, SyncProblem
from aicoach.records import SessionRecord

from .conftest import Running, running

SMALL = CabinSettings(
    lines_per_batch=15, bytes_per_batch=100_000, sessions_per_batch=3, rows_per_batch=4,
    connect_s=5, answer_s=20, first_wait_s=0.001, longest_wait_s=0.001, jitter=0.0, attempts=3,
    ask_refused_again_s=3600,
)  # fmt: skip
"""Many small requests."""
New = Callable[[str], Store]


def exchange(
    cabin: Store,
    centre: Running,
    *,
    port: int | None = None,
    compare_all: bool = False,
    notes: tuple[str, ...] = (),
) -> Exchanged:
    """Visit until everything is there."""

    def side(hello: Hello) -> CabinSide:
        return CabinSide(
            outgoing=Outbox(cabin, hello.centre, again_after_s=3600.0),
            incoming=Inbox(cabin, hello.centre, may_sign=hello.may_sign, erase=lambda _: None),
            tables=newest_revision(),
            notes=notes,
        )

    url = f"http://127.0.0.1:{port or centre.port}"
    with Centre(url, lambda: centre.token, SMALL) as reached:
        back_off = BackOff(0.001, 0.001, 0.0, lambda: 0.0)
        world = World(sleep=lambda _: None, say=lambda _: None)
        visit = Exchange(reached, side, SMALL, compare=compare_all)
        return visit_once(visit, back_off, 200, world)


def record(cabin: Store, head: SessionRecord, entries: Sequence[Entry], *, over: bool) -> None:
    """Keep lines of a session in a cabin."""
    with cabin.writing() as connection:
        sessions.begin_session(connection, head, made_plan(1), cabin.recorded_by)
        sessions.append_entries(connection, head.id, entries)
        if over:
            sessions.close_session(connection, head.id)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("seed", [1, 2])
def test_however_often_the_wire_is_cut_the_centre_has_every_line_once(
    centre: Running, new_store: New, seed: int
) -> None:
    cabin = new_store("cabin")
    lines = fill(cabin, "cabin-1", "site-1", 12, running=2)
    centre.store.shelf(Resident).add(Resident(id="R-1", site="site-1", time_zone="Asia/Shanghai"))
    with CuttingProxy(
        ("127.0.0.1", centre.port), cuts=25, most_up=2500, most_down=500, dice=random.Random(seed)
    ) as wire:
        exchange(cabin, centre, port=wire.port)
        assert wire.made >= 10
        assert min(wire.cuts.values()) > 0, "in questions and in answers"
    assert compare(centre.store, (cabin,)) == []
    assert cabin.shelf(Resident).get("R-1") is not None
    again = exchange(cabin, centre)
    assert (again.lines, again.sessions, again.running) == (0, 0, 0)
    assert lines == sum(len(centre.store.entries(one)) for one in centre.store.session_ids())


def test_what_the_cabin_has_to_say_of_itself_is_said_after_a_visit(
    centre: Running, new_store: New
) -> None:
    done = exchange(new_store("cabin"), centre, notes=("a journal was put aside",))
    assert done.notes == ["a journal was put aside"]


def test_a_running_session_is_handed_over_as_far_as_it_is_and_again_when_it_grew(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    head, entries = small_head(1, "cabin-1", "site-1"), tuple(small_session(1))
    for upto in (4, 4, 9, len(entries)):
        record(cabin, head, entries[:upto], over=upto == len(entries))
        exchange(cabin, centre)
        assert centre.store.entries(head.id) == entries[:upto]
    assert centre.store.session(head.id) == cabin.session(head.id)


def test_a_gap_that_a_journal_fills_late_is_filled_at_the_centre_too(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    head, entries = small_head(1, "cabin-1", "site-1"), tuple(small_session(1))
    with_gap = entries[:5] + entries[8:]
    for given in (with_gap, entries[5:8]):
        record(cabin, head, given, over=True)
        exchange(cabin, centre)
        assert compare(centre.store, (cabin,)) == []
    assert centre.store.entries(head.id) == entries


def test_a_session_that_is_refused_does_not_hold_up_the_others(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    centre.store.shelf(Resident).add(
        Resident(id="cabin-1-R-0001", site="site-2", time_zone="Asia/Shanghai")
    )
    fill(cabin, "cabin-1", "site-1", 4)
    done = exchange(cabin, centre)
    assert done.sessions == 3
    assert any("belongs to another site" in note for note in done.notes)
    assert len(centre.store.session_ids()) == 3
    identity = identity_of(centre.store)
    refused = Outbox(cabin, identity, again_after_s=3600.0).refused()
    assert any("another site" in why for _, why in refused)
    assert exchange(cabin, centre).sessions == 0, "it is not tried again at once"
    assert len(Outbox(cabin, identity, again_after_s=0.0).sessions()) == 1, "but later"


def test_a_centre_put_back_to_an_older_copy_gets_everything_again(
    centre: Running, new_store: New, tmp_path: Path
) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 3)
    identity_of(centre.store)
    exchange(cabin, centre)
    old = new_store("old")
    with running(old) as other:
        # A copy from before the first session, with the identity it had.
        with old.writing() as connection:
            connection.execute(delete(tables.sync_identity))
            row = {"id": identity_of(centre.store), "created_at": datetime.now(timezone.utc)}
            connection.execute(insert(tables.sync_identity), [row])
        assert exchange(cabin, other).sessions == 3
        assert compare(old, (cabin,)) == []


def _aged(store: Store, oldest: int) -> None:
    """The first sessions of a store ended long before what is kept."""
    column = tables.sessions.c
    with store.writing() as connection:
        mine = connection.scalars(select(column.id).order_by(column.started_at).limit(oldest))
        for one in mine.all():
            row = connection.scalar(select(column.ended_at).where(column.id == one))
            assert row is not None
            early = {"ended_at": row - timedelta(days=int(keep_settings().sessions_d))}
            connection.execute(update(tables.sessions).where(column.id == one).values(**early))


def test_what_the_clock_of_retention_removed_at_the_centre_does_not_come_back(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 9)
    exchange(cabin, centre)
    for store in (cabin, centre.store):
        _aged(store, 5)
    retain(centre.store.gate(console_actor("test")))
    kept = set(centre.store.session_ids())
    assert len(kept) == 4
    done = exchange(cabin, centre)
    assert (done.past, done.sessions, done.lines) == (5, 0, 0)
    assert "5 sessions are past the time" in told(done)
    assert set(centre.store.session_ids()) == kept
    again = exchange(cabin, centre)
    assert (again.past, again.sessions, again.lines) == (0, 0, 0), "nothing is compared anew"
    assert len(cabin.session_ids()) == 9, "the cabin has a clock of its own"
    assert Outbox(cabin, identity_of(centre.store), again_after_s=0.0).refused() == ()


def test_a_session_that_was_past_its_time_before_it_was_handed_over_stays_in_its_cabin(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 2)
    _aged(cabin, 1)
    done = exchange(cabin, centre)
    assert (done.past, done.sessions, done.notes) == (1, 1, [])
    assert exchange(cabin, centre).past == 0
    assert compare(centre.store, (cabin,)) != []
    assert [one.action for one in centre.store.audit.entries() if "refused" in one.action] == []


def test_a_centre_put_back_after_its_clock_of_retention_ran_gets_what_it_keeps(
    centre: Running, new_store: New
) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 6)
    exchange(cabin, centre)
    for store in (cabin, centre.store):
        _aged(store, 2)
    retain(centre.store.gate(console_actor("test")))
    lost = centre.store.session_ids()[-2:]
    with centre.store.writing() as connection:  # an older copy has not got the newest
        for below in under_sessions():
            connection.execute(delete(below).where(session_column(below).in_(lost)))
        connection.execute(delete(tables.sessions).where(tables.sessions.c.id.in_(lost)))
    exchange(cabin, centre)
    assert centre.store.session_ids() == cabin.session_ids()[2:]


def test_comparing_anew_sends_no_line_that_the_centre_has(centre: Running, new_store: New) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 3)
    exchange(cabin, centre)
    done = exchange(cabin, centre, compare_all=True)
    assert (done.lines, done.sessions) == (0, 3)


def test_another_centre_begins_with_everything(centre: Running, new_store: New) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 2)
    assert exchange(cabin, centre).sessions == 2
    other = new_store("other")
    with running(other) as second:
        assert exchange(cabin, second).sessions == 2
        assert compare(other, (cabin,)) == []


def test_tables_of_another_state_exchange_sessions_only(
    centre: Running, new_store: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    cabin = new_store("cabin")
    fill(cabin, "cabin-1", "site-1", 2)
    monkeypatch.setattr("aicoach.web.ingest.newest_revision", lambda: "9999")
    done = exchange(cabin, centre)
    assert (done.sessions, done.rows_up, done.rows_down) == (2, 0, 0)
    assert any("update the older one" in note for note in done.notes)


def test_clocks_that_are_apart_are_said(
    centre: Running, new_store: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
            return datetime.now(timezone.utc) + timedelta(hours=2)

    monkeypatch.setattr("aicoach.web.ingest.datetime", Later)
    done = exchange(new_store("cabin"), centre)
    assert done.notes == ["the clocks of cabin and centre are 120 minutes apart"]
    assert told(done).endswith("from the centre")


def test_what_is_of_no_use_to_repeat_is_not_repeated(centre: Running, new_store: New) -> None:
    cabin = new_store("cabin")
    centre.revoke()
    with pytest.raises(SyncError) as caught:
        exchange(cabin, centre)
    assert caught.value.reason is SyncProblem.REVOKED
