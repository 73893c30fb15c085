"""What is wrong with a database is said, and nothing is changed by looking."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from aicoach.adapters.store import Store
from aicoach.adapters.store.backup import back_up, restore
from aicoach.adapters.store.checking import copies_kept, find_faults
from aicoach.adapters.store.journal import Journal
from aicoach.adapters.store.sessions import append_entries, begin_session, recorder_of
from aicoach.bench.store_session import made_head, made_plan

from .conftest import keep_session


def test_a_sound_database_has_no_faults(store: Store, session_id: str) -> None:
    assert find_faults(store) == ()


def test_lost_lines_and_a_broken_audit_are_found(store: Store, session_id: str) -> None:
    store.audit.record("staff-1", "session.view")
    with store.writing() as connection:
        connection.execute(text("DELETE FROM events WHERE sequence = 3"))
        if store.database.embedded:
            connection.execute(text("DROP TRIGGER audit_no_update"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit SET action = 'x'"))
    assert find_faults(store) == (
        "audit: entry 1 has columns that contradict its text",
        f"session {session_id}: 1 of 148 lines missing",
    )


def test_a_damaged_file_is_found(file_store: Store) -> None:
    keep_session(file_store)
    file = file_store.database.file
    assert file is not None
    with sqlite3.connect(file) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = plain.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_sessions_resident_started_at'"
        ).fetchone()[0]
    plain.close()
    file_store.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 8 : page * 4096] = bytes(4088)
    file.write_bytes(content)
    faults = find_faults(file_store)
    assert any(fault.startswith("file: ") for fault in faults)


def test_a_missing_file_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "none.sqlite3"), folder=tmp_path / "home")
    assert find_faults(store) == (f"{tmp_path / 'none.sqlite3'}: there is no such file",)
    assert not (tmp_path / "none.sqlite3").exists()


def left_open(store: Store, recorded_by: str) -> str:
    """A session whose program is gone."""
    head, entries = made_head(), store.entries(keep_session(store))[:30]
    with store.writing() as connection:
        begin_session(connection, head, made_plan(), recorded_by)
        append_entries(connection, head.id, entries)
    return head.id


def test_a_session_that_nobody_records_is_named_and_one_that_runs_is_not(store: Store) -> None:
    session_id = left_open(store, store.recorded_by)
    (said,) = find_faults(store)
    assert said.startswith(f"session {session_id} of R-0001, begun 2026-03-02 09:30: was cut off")
    with store.alone(session_id):
        assert find_faults(store) == ()
    store.recover()
    assert find_faults(store) == ()


def test_a_session_of_another_computer_is_named_where_nobody_else_has_the_file_open(
    file_store: Store, home: Path, tmp_path: Path
) -> None:
    file = str(file_store.database.file)
    other = Store(file, folder=tmp_path / "other home")
    session_id = left_open(other, other.recorded_by)
    file_store.close()
    assert find_faults(file_store) == ()
    other.close()
    (said,) = find_faults(file_store)
    assert session_id in said
    assert said.endswith("run: aicoach db recover --all")


def test_a_session_that_a_cabin_hands_over_is_for_the_cabin_to_close(file_store: Store) -> None:
    left_open(file_store, recorder_of("cabin-1"))
    file_store.close()
    assert find_faults(file_store) == ()


def test_journals_that_wait_and_those_put_aside_are_named(file_store: Store) -> None:
    head = made_head()
    journal = Journal(file_store.journals / f"{head.id}.jsonl", head, made_plan())
    journal.append(file_store.entries(keep_session(file_store)))
    journal.close(remove=False)
    (file_store.journals / "other.jsonl.damaged").write_text("{}")
    waiting, damaged = find_faults(file_store)
    assert "aicoach db recover" in waiting
    assert "other.jsonl.damaged" in damaged
    file_store.recover()
    assert len(find_faults(file_store)) == 1


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\x00" + bytes(9)]
)
def test_a_file_that_cannot_be_read_at_all_is_a_fault_that_says_what_to_do(
    file_store: Store, content: bytes
) -> None:
    assert file_store.database.file is not None
    file_store.database.file.write_bytes(content)
    (fault,) = find_faults(file_store)
    assert fault.startswith(f"{file_store.database.name}: the file is damaged")
    assert "aicoach db restore FILE" in fault
    assert "db check" not in fault


def test_looking_changes_nothing(tmp_path: Path, file_store: Store) -> None:
    keep_session(file_store)
    with file_store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    file_store.close()
    assert file_store.database.file is not None
    before = file_store.database.file.read_bytes()
    (fault,) = find_faults(file_store)
    assert "aicoach db migrate" in fault
    assert file_store.database.file.read_bytes() == before
    assert not list(tmp_path.glob("*.as-of-*"))


def test_copies_that_stay_beside_a_database_are_named(file_store: Store, tmp_path: Path) -> None:
    keep_session(file_store)
    assert copies_kept(file_store.database) == ()
    back_up(file_store, tmp_path / "copy")
    restore(file_store, tmp_path / "copy")
    (said,) = copies_kept(file_store.database)
    assert "file.sqlite3.replaced-1: what was there before" in said
