from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select, text

from aicoach.adapters.store import Store, sessions, tables
from aicoach.adapters.store.arriving import (
    CONFLICT,
    ERASED,
    FOREIGN,
    OTHER_SITE,
    UNKNOWN,
    UNUSABLE,
    Taken,
    take,
)
from aicoach.adapters.store.cabin_tokens import CabinPass
from aicoach.adapters.store.people import Resident
from aicoach.errors import StoreError, StoreProblem
from aicoach.records import NOBODY, KeptSession

from .conftest import keep_session
from .sync_help import CABIN, NEIGHBOUR, STRANGER, head_of, piece_of, resident, with_cabins


@pytest.fixture
def centre(store: Store) -> Store:
    with_cabins(store)
    return store


def lines_at(store: Store) -> int:
    with store.reading() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (tables.events, tables.heart_rate_samples)
        )


def test_a_whole_session_is_taken_closed_and_made_into_records(centre: Store) -> None:
    head = head_of()
    piece = piece_of(head)
    found = take(centre, CABIN, piece)
    last = len(piece.entries)
    assert found == Taken(session_id=head.id, kept=((1, last),), closed=True)
    assert centre.entries(head.id) == piece.entries
    kept = centre.session(head.id)
    assert (kept.session.why_ended, kept.session.cabin) == ("complete", "cabin-1")
    assert len(kept.repetitions) == 2
    assert [one.session for one in centre.summaries(head.resident)] == [head.id]


def test_the_same_piece_again_changes_nothing(centre: Store) -> None:
    piece = piece_of(head_of())
    first = take(centre, CABIN, piece)
    before, audited = lines_at(centre), centre.audit.head()
    assert take(centre, CABIN, piece) == first
    assert take(centre, CABIN, replace(piece, entries=piece.entries[3:8])) == first
    assert (lines_at(centre), centre.audit.head()) == (before, audited)


def test_a_running_session_grows_and_is_closed_at_its_end(centre: Store) -> None:
    head = head_of()
    found = take(centre, CABIN, piece_of(head, lines=slice(0, 5), open_=True))
    assert (found.kept, found.closed) == (((1, 5),), False)
    assert centre.recover() == (), "the centre closes no session that runs in a cabin"
    assert centre.session(head.id).session.why_ended is None
    found = take(centre, CABIN, piece_of(head, lines=slice(5, None)))
    assert found.closed
    assert centre.session(head.id).session.why_ended == "complete"


def test_a_session_with_missing_lines_is_not_closed_and_says_which_it_has(centre: Store) -> None:
    piece = piece_of(head_of())
    without = replace(piece, entries=piece.entries[:4] + piece.entries[6:])
    found = take(centre, CABIN, without)
    assert (found.kept, found.closed) == (((1, 4), (7, len(piece.entries))), False)
    assert take(centre, CABIN, replace(piece, entries=piece.entries[4:6])).closed
    assert centre.entries(piece.session_id) == piece.entries


def test_lines_that_come_after_the_end_are_taken_into_the_records(centre: Store) -> None:
    piece = piece_of(head_of())
    rest = replace(piece, entries=piece.entries[:-3], close=len(piece.entries) - 3)
    assert take(centre, CABIN, rest).closed
    assert centre.session(piece.session_id).session.why_ended == "interrupted"
    late = take(centre, CABIN, replace(piece, entries=piece.entries[-3:]))
    assert late.closed
    assert centre.session(piece.session_id).session.why_ended == "complete"


def test_another_line_under_a_number_is_refused_audited_once_and_never_written(
    centre: Store,
) -> None:
    piece = piece_of(head_of())
    take(centre, CABIN, piece)
    kept = piece.entries[2]
    forged = replace(kept, line=kept.line.replace("plan", "plot"))
    assert forged != kept
    for _ in range(3):
        found = take(centre, CABIN, replace(piece, entries=(forged,)))
        assert found.problem == CONFLICT
    assert centre.entries(piece.session_id) == piece.entries
    (entry,) = centre.audit.entries(piece.session_id)
    assert (entry.actor, entry.action) == ("cabin:cabin-1", "sync.refused")
    assert entry.details["sequence"] == 3
    assert entry.details["kept"] != entry.details["sent"]


def test_a_packet_of_the_strap_under_the_number_of_an_event_is_refused(centre: Store) -> None:
    piece = piece_of(head_of())
    take(centre, CABIN, piece)
    strap = next(one for one in piece.entries if one.kind == "heart_rate")
    moved = replace(strap, sequence=1)
    assert take(centre, CABIN, replace(piece, entries=(moved,))).problem == CONFLICT
    assert centre.entries(piece.session_id) == piece.entries


def test_of_a_refused_piece_nothing_is_kept(centre: Store) -> None:
    piece = piece_of(head_of())
    take(centre, CABIN, replace(piece, entries=piece.entries[:3], close=None))
    forged = replace(piece.entries[0], line=piece.entries[1].line)
    found = take(centre, CABIN, replace(piece, entries=(*piece.entries[3:], forged)))
    assert found.problem == CONFLICT
    assert centre.entries(piece.session_id) == piece.entries[:3]


def test_a_session_that_began_otherwise_is_a_conflict(centre: Store) -> None:
    piece = piece_of(head_of())
    take(centre, CABIN, piece)
    other = replace(piece, head=replace(head_of(), id=piece.session_id, plan_version=99))
    assert take(centre, CABIN, other).problem == CONFLICT


@pytest.mark.parametrize("cabin", [NEIGHBOUR, STRANGER])
def test_a_cabin_writes_no_session_of_another_one(centre: Store, cabin: CabinPass) -> None:
    piece = piece_of(head_of())
    assert take(centre, cabin, piece).problem == FOREIGN
    assert lines_at(centre) == 0
    take(centre, CABIN, replace(piece, entries=piece.entries[:3], close=None))
    assert take(centre, cabin, replace(piece, head=None)).problem == FOREIGN
    assert lines_at(centre) == 3


def test_a_session_that_the_centre_recorded_itself_is_no_cabins(centre: Store) -> None:
    session = keep_session(centre, sets=1)
    head = replace(centre.session(session).session, ended_at=None, why_ended=None)
    assert take(centre, CABIN, piece_of(head)).problem in (FOREIGN, CONFLICT)


def test_a_session_that_names_no_cabin_is_of_the_one_that_hands_it_over(centre: Store) -> None:
    head = replace(head_of(), cabin=None, site=None)
    assert take(centre, CABIN, piece_of(head)).closed
    kept = centre.session(head.id).session
    assert (kept.cabin, kept.site) == ("cabin-1", "site-1")


def test_a_resident_of_another_site_is_refused_and_taken_after_moving(centre: Store) -> None:
    centre.shelf(Resident).add(resident("R-7", "site-2"))
    piece = piece_of(head_of(resident="R-7"))
    assert take(centre, CABIN, piece).problem == OTHER_SITE
    assert centre.session_ids() == ()
    centre.shelf(Resident).change("R-7", site="site-1")
    assert take(centre, CABIN, piece).closed


def test_whom_nobody_registered_is_entered_at_the_site_of_the_cabin(centre: Store) -> None:
    take(centre, CABIN, piece_of(head_of(resident="R-8")))
    assert centre.shelf(Resident).find(id="R-8")[0].site == "site-1"


def test_demonstrations_of_two_sites_are_nobodys(centre: Store) -> None:
    for number, cabin in ((1, CABIN), (2, STRANGER)):
        head = replace(
            head_of(number), resident=NOBODY, demonstration=True, cabin=cabin.cabin, site=cabin.site
        )
        assert take(centre, cabin, piece_of(head, number)).closed
    assert centre.shelf(Resident).find(id=NOBODY)[0].site is None


def test_lines_without_a_beginning_ask_for_it(centre: Store) -> None:
    piece = replace(piece_of(head_of()), head=None, planned=None)
    assert take(centre, CABIN, piece).problem == UNKNOWN
    assert centre.audit.entries() == ()


def test_of_an_erased_resident_nothing_is_taken(
    centre: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "is_erased", lambda *_: True)
    assert take(centre, CABIN, piece_of(head_of())).problem == ERASED
    assert centre.session_ids() == ()
    assert centre.shelf(Resident).find() == ()
    assert centre.audit.entries() == ()


def test_a_session_that_the_database_does_not_take_is_refused_alone(
    centre: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = piece_of(head_of(1), 1), piece_of(head_of(2), 2)
    closing = sessions.close_session

    def close(connection: Connection, session_id: str) -> KeptSession:
        if session_id == bad.session_id:
            connection.execute(text("INSERT INTO events (session_id) VALUES (NULL)"))
        return closing(connection, session_id)

    monkeypatch.setattr(sessions, "close_session", close)
    assert take(centre, CABIN, bad).problem == UNUSABLE
    assert centre.session_ids() == ()
    assert take(centre, CABIN, good).closed


def test_lines_of_which_no_records_can_be_made_are_refused_and_audited(centre: Store) -> None:
    piece = piece_of(head_of())
    line = '{"type": "SetEnded", "t_s": 1.0, "cause": "x", "mode": "reps"}'
    broken = replace(piece.entries[0], type="SetEnded", line=line)
    found = take(centre, CABIN, replace(piece, entries=(broken,), close=1))
    assert found.problem == UNUSABLE
    assert centre.session_ids() == ()
    assert [entry.action for entry in centre.audit.entries(piece.session_id)] == ["sync.refused"]


@pytest.mark.parametrize("reason", [StoreProblem.FULL, StoreProblem.LOST, StoreProblem.LOCKED])
def test_a_database_that_fails_is_no_fault_of_the_session(
    centre: Store, monkeypatch: pytest.MonkeyPatch, reason: StoreProblem
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("centre", reason)

    monkeypatch.setattr(sessions, "append_entries", fail)
    with pytest.raises(StoreError) as caught:
        take(centre, CABIN, piece_of(head_of()))
    assert caught.value.reason is reason
    assert centre.audit.entries() == ()


def test_a_piece_that_comes_twice_at_once_is_taken_once(centre: Store) -> None:
    pieces = [piece_of(head_of(number), number) for number in range(3)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda one: take(centre, CABIN, one), pieces * 4))
    assert all(one.closed for one in found)
    assert lines_at(centre) == sum(len(one.entries) for one in pieces)
    for one in pieces:
        assert centre.entries(one.session_id) == one.entries
