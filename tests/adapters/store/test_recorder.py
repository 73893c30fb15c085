"""A session goes on whatever the database does, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlalchemy import text

from aicoach.adapters.store import Store
from aicoach.adapters.store.journal import Journal
from aicoach.adapters.store.recorder import Recorder
from aicoach.bench.postgres_server import PostgresServer
from aicoach.bench.store_session import Happened, hand_over, made_head, made_plan, made_session
from aicoach.errors import StoreProblem
from aicoach.records import INTERRUPTED

from .conftest import blocked, keep_session, until

ALL = tuple(made_session())


def give(recorder: Recorder, happened: Iterable[Happened]) -> None:
    for one in happened:
        hand_over(recorder, one)


def journals(store: Store) -> list[Path]:
    return sorted(store.journals.glob("*.jsonl"))


def complete(store: Store, session_id: str) -> bool:
    """Everything of :data:`ALL`, once each, and closed."""
    twin = store.session(keep_session(store))
    kept = store.session(session_id)
    assert [one.sequence for one in store.entries(session_id)] == list(range(1, len(ALL) + 1))
    assert (kept.sets, kept.repetitions, kept.alerts) == (twin.sets, twin.repetitions, twin.alerts)
    assert (kept.heart_rate, kept.screening) == (twin.heart_rate, twin.screening)
    return kept.session.why_ended == "complete"


def test_nothing_waits_in_a_journal_while_the_database_takes_everything(store: Store) -> None:
    keep_session(store)
    assert list(store.journals.iterdir()) == []


def test_appending_does_not_wait_for_a_database_that_is_held_by_another(store: Store) -> None:
    store.open()
    recorder = store.record(made_head(), made_plan())
    with blocked(store):
        began = time.monotonic()
        give(recorder, ALL)
        assert time.monotonic() - began < 1.0
        until(lambda: recorder.state().kept == len(ALL))
        assert recorder.state().stored == 0
        assert len(journals(store)) == 1
    state = recorder.close(timeout_s=20.0)
    assert (state.stored, state.lost, state.problem) == (len(ALL), 0, None)
    assert journals(store) == []
    assert complete(store, recorder.session_id)


def test_a_database_that_stays_held_is_told_and_the_journal_is_replayed_later(
    database: str, home: Path
) -> None:
    store = Store(database, folder=home, busy_s=0.2)
    store.open()
    recorder = store.record(made_head(), made_plan())
    with blocked(store):
        give(recorder, ALL)
        until(lambda: recorder.state().problem is not None)
        problem = recorder.state().problem
        assert problem is not None
        assert problem.reason is StoreProblem.LOCKED
        assert recorder.close(timeout_s=0.2).kept == len(ALL)
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)
    assert journals(store) == []
    store.close()


def test_a_replay_that_was_cut_off_can_be_done_again(store: Store) -> None:
    recorder = store.record(made_head(), made_plan())
    store.open()
    with blocked(store):
        give(recorder, ALL)
        recorder.close(timeout_s=0.1)
    (path,) = journals(store)
    content = path.read_bytes()
    store.recover()
    path.write_bytes(content)  # as if the power had gone before it was removed
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)


def test_what_the_journal_has_may_leave_the_memory_and_still_comes_in(store: Store) -> None:
    store.open()
    recorder = store.record(made_head(), made_plan(), memory=40)
    with blocked(store):
        for start in range(0, len(ALL), 30):
            give(recorder, ALL[start : start + 30])
            until(lambda: recorder.state().kept == recorder.state().appended)
    assert recorder.close(timeout_s=20.0).lost == 0
    assert len(journals(store)) == 1
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)


def test_what_nothing_could_take_is_counted_as_lost(file_store: Store) -> None:
    file_store.journals.parent.mkdir(parents=True)
    file_store.journals.write_text("a file where the folder should be")
    file_store.open()
    recorder = file_store.record(made_head(), made_plan(), memory=40)
    with blocked(file_store):
        give(recorder, ALL)
        state = recorder.state()
        assert state.lost == len(ALL) - 40
        until(lambda: recorder.state().journal_problem is not None)
    recorder.close(timeout_s=20.0)
    # What was on its way to the database when it was given up may arrive all the same.
    assert 40 <= len(file_store.entries(recorder.session_id)) < len(ALL)


def test_nothing_can_be_added_to_a_closed_session(store: Store) -> None:
    recorder = store.record(made_head(), made_plan())
    recorder.close()
    with pytest.raises(RuntimeError, match="closed"):
        hand_over(recorder, ALL[0])
    assert recorder.close() == recorder.state()


def test_another_program_leaves_a_running_session_alone(store: Store, home: Path) -> None:
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL[:20])
    until(lambda: recorder.state().stored == 20)
    second = Store(store.database.url.render_as_string(hide_password=False), folder=home)
    assert second.recover() == ()
    assert second.session(recorder.session_id).session.why_ended is None
    second.close()
    give(recorder, ALL[20:])
    recorder.close()
    assert complete(store, recorder.session_id)


def test_sessions_of_another_cabin_are_left_alone(store: Store, tmp_path: Path) -> None:
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL[:20])
    until(lambda: recorder.state().stored == 20)
    address = store.database.url.render_as_string(hide_password=False)
    other = Store(address, folder=tmp_path / "other cabin")
    assert other.recover() == ()
    other.close()
    recorder.close()


def test_two_sessions_are_kept_at_the_same_time(store: Store) -> None:
    first = store.record(made_head("R-1"), made_plan())
    second = store.record(made_head("R-2"), made_plan())
    for one in ALL:
        hand_over(first, one)
        hand_over(second, one)
    first.close()
    second.close()
    assert complete(store, first.session_id)
    assert complete(store, second.session_id)


@pytest.mark.xdist_group("postgresql")
def test_a_server_may_be_lost_and_come_back_in_the_middle(
    server: PostgresServer, migrated_server: str, home: Path
) -> None:
    store = Store(server.create("lost_and_found", migrated_server), folder=home)
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL[:50])
    until(lambda: recorder.state().stored == 50)
    server.stop()
    try:
        give(recorder, ALL[50:100])
        until(lambda: recorder.state().kept == 100 and recorder.state().problem is not None)
        problem = recorder.state().problem
        assert problem is not None
        assert problem.reason is StoreProblem.LOST
    finally:
        server.start()
    give(recorder, ALL[100:])
    state = recorder.close(timeout_s=20.0)
    assert (state.stored, state.lost) == (len(ALL), 0)
    assert complete(store, recorder.session_id)
    store.close()


@pytest.mark.xdist_group("postgresql")
def test_a_session_may_begin_and_end_without_the_server(
    server: PostgresServer, migrated_server: str, home: Path
) -> None:
    store = Store(server.create("offline", migrated_server), folder=home)
    server.stop("fast")
    try:
        recorder = store.record(made_head(), made_plan())
        give(recorder, ALL)
        state = recorder.close(timeout_s=0.5)
        assert (state.kept, state.stored) == (len(ALL), 0)
    finally:
        server.start()
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)
    store.close()


def test_events_wait_in_memory_while_the_disk_is_full(
    small_disk: Path, migrated_file: Path
) -> None:
    database = small_disk / "store.sqlite3"
    database.write_bytes(migrated_file.read_bytes())
    store = Store(str(database), folder=small_disk / "home")
    store.open()
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL[:20])
    until(lambda: recorder.state().stored == 20)
    ballast = small_disk / "ballast"
    fill(ballast)
    give(recorder, ALL[20:])
    until(lambda: recorder.state().problem is not None)
    until(lambda: recorder.state().journal_problem is not None)
    state = recorder.state()
    assert state.problem is not None
    assert state.journal_problem is not None
    assert (state.problem.reason, state.journal_problem.reason) == (StoreProblem.FULL,) * 2
    ballast.unlink()
    state = recorder.close(timeout_s=20.0)
    assert (state.stored, state.lost) == (len(ALL), 0)
    assert complete(store, recorder.session_id)
    store.close()


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_is_replaced_under_a_session_gets_the_whole_session(
    file_store: Store, migrated_file: Path, gone: bool
) -> None:
    file = file_store.database.file
    assert file is not None
    recorder, second = (file_store.record(made_head(), made_plan()) for _ in range(2))
    for one in (recorder, second):
        give(one, ALL[:60])
    until(lambda: recorder.state().stored == second.state().stored == 60)
    for side in ("-wal", "-shm", ""):
        aside = file.with_name(f"{file.name}.aside{side}")
        file.with_name(f"{file.name}{side}").rename(aside)
    if not gone:
        file.write_bytes(migrated_file.read_bytes())
    for one in (recorder, second):
        give(one, ALL[60:])
        state = one.close(timeout_s=20.0)
        assert (state.stored, state.lost, state.problem) == (len(ALL), 0, None)
        assert complete(file_store, one.session_id)


def test_a_file_that_is_replaced_by_nonsense_leaves_the_whole_session_in_the_journal(
    file_store: Store, migrated_file: Path, home: Path
) -> None:
    file = file_store.database.file
    assert file is not None
    recorder = file_store.record(made_head(), made_plan())
    give(recorder, ALL[:60])
    until(lambda: recorder.state().stored == 60)
    for side in ("-wal", "-shm", ""):
        file.with_name(f"{file.name}{side}").unlink(missing_ok=True)
    file.write_text("no database" * 100)
    give(recorder, ALL[60:])
    until(lambda: recorder.state().problem is not None)
    assert recorder.close(timeout_s=0.5).problem is not None
    file_store.close()
    file.write_bytes(migrated_file.read_bytes())
    again = Store(str(file), folder=home)
    assert again.recover() == (recorder.session_id,)
    assert complete(again, recorder.session_id)
    again.close()


def test_lines_that_make_no_records_are_told_when_the_session_is_closed(
    file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = file_store.record(made_head(), made_plan())
    give(recorder, ALL)
    monkeypatch.setattr("aicoach.adapters.store.sessions.SessionKeeper", lambda *_: {}["gone"])
    state = recorder.close(timeout_s=1.0)
    assert state.stored == len(ALL)
    assert "no records can be made of it" in str(state.problem)


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass


def spoil(store: Store) -> None:
    assert store.database.file is not None
    content = bytearray(store.database.file.read_bytes())
    content[100:4000] = bytes(3900)
    store.database.file.write_bytes(content)


def age(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))


def become_text(store: Store) -> None:
    assert store.database.file is not None
    store.database.file.write_text("this is no database" * 100)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (spoil, StoreProblem.CORRUPTED),
        (become_text, StoreProblem.CORRUPTED),
        (age, StoreProblem.NEWER),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_the_session_is_brought_in_later(
    harm: Callable[[Store], None], reason: StoreProblem, file_store: Store, home: Path
) -> None:
    file = file_store.database.file
    assert file is not None
    sound = file.read_bytes()
    harm(file_store)
    file_store.close()
    store = Store(str(file), folder=home)
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL)
    until(lambda: recorder.state().kept == len(ALL) and recorder.state().problem is not None)
    problem = recorder.state().problem
    assert problem is not None
    assert problem.reason is reason
    assert str(file) in str(problem)
    recorder.close(timeout_s=0.1)
    store.close()
    for side in file.parent.glob(f"{file.name}-*"):
        side.unlink()
    file.write_bytes(sound)
    again = Store(str(file), folder=home)
    assert again.recover() == (recorder.session_id,)
    assert complete(again, recorder.session_id)
    again.close()


def test_a_folder_that_may_only_be_read_is_told_and_the_session_is_kept(
    file_store: Store, tmp_path: Path
) -> None:
    wall = tmp_path / "wall"
    wall.write_text("a file, so that no folder can be made in its place")
    store = Store(str(wall / "store.sqlite3"), folder=tmp_path / "home")
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL)
    until(lambda: recorder.state().problem is not None)
    state = recorder.close(timeout_s=0.2)
    assert state.problem is not None
    assert (state.problem.reason, state.kept) == (StoreProblem.READ_ONLY, len(ALL))
    wall.unlink()
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)
    store.close()


def test_a_file_on_a_disk_that_may_only_be_read_is_told(
    small_disk: Path, migrated_file: Path, tmp_path: Path
) -> None:
    import subprocess  # noqa: PLC0415

    database = small_disk / "store.sqlite3"
    database.write_bytes(migrated_file.read_bytes())
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store = Store(str(database), folder=tmp_path / "home")
    recorder = store.record(made_head(), made_plan())
    give(recorder, ALL)
    until(lambda: recorder.state().problem is not None)
    state = recorder.close(timeout_s=0.2)
    assert state.problem is not None
    assert (state.problem.reason, state.kept) == (StoreProblem.READ_ONLY, len(ALL))
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert store.recover() == (recorder.session_id,)
    assert complete(store, recorder.session_id)
    store.close()


def journal_of(store: Store) -> tuple[str, Path]:
    """A journal of the whole session, as a program left it that never reached the database."""
    head = made_head()
    twin = keep_session(store)
    path = store.journals / f"{head.id}.jsonl"
    journal = Journal(path, head, made_plan())
    journal.append(store.entries(twin))
    journal.close(remove=False)
    return head.id, path


def test_a_journal_cut_off_in_its_last_line_gives_everything_before(store: Store) -> None:
    session_id, path = journal_of(store)
    path.write_bytes(path.read_bytes()[:-30])
    assert store.recover() == (session_id,)
    assert len(store.entries(session_id)) == len(ALL) - 1
    assert store.session(session_id).session.why_ended == INTERRUPTED


def test_a_journal_with_a_damaged_line_is_brought_in_and_put_aside(store: Store) -> None:
    session_id, path = journal_of(store)
    lines = path.read_bytes().split(b"\n")
    lines[20] = lines[20][:40] + b"\x00\xff" + lines[20][44:]
    path.write_bytes(b"\n".join(lines))
    assert store.recover() == (session_id,)
    assert [one.sequence for one in store.entries(session_id)] == [
        number for number in range(1, len(ALL) + 1) if number != 20
    ]
    assert [one.name for one in store.journals.iterdir()] == [f"{path.name}.damaged"]


def test_a_journal_without_a_head_is_put_aside_and_stops_nobody(store: Store) -> None:
    store.journals.mkdir(parents=True)
    (store.journals / "nonsense.jsonl").write_text("{}\n")
    (store.journals / "empty.jsonl").write_text("")
    assert store.recover() == ()
    assert [one.name for one in store.journals.iterdir()] == ["nonsense.jsonl.damaged"]


def test_sqlite_is_set_up_to_survive_a_power_cut(file_store: Store) -> None:
    with file_store.reading() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000,
    }  # fmt: skip
    assert file_store.database.file is not None
    with sqlite3.connect(file_store.database.file) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
