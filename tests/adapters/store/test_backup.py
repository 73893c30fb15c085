from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from aicoach.adapters.store import Store
from aicoach.adapters.store.backup import back_up, find_faults, restore
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.errors import StoreError, StoreProblem

from .conftest import NewDatabase, keep_session


def address_of(store: Store) -> str:
    return store.database.url.render_as_string(hide_password=False)


def test_a_restored_copy_holds_everything_that_was_there(
    store: Store, session_id: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    store.audit.record("staff-1", "session.view", session_id)
    copy = tmp_path / "copies" / "monday"
    back_up(store, copy)
    elsewhere = Store(new_database(), folder=tmp_path / "elsewhere")
    assert restore(elsewhere, copy) is None
    assert elsewhere.session(session_id) == store.session(session_id)
    assert elsewhere.entries(session_id) == store.entries(session_id)
    assert elsewhere.summaries() == store.summaries()
    assert elsewhere.audit.entries() == store.audit.entries()
    assert find_faults(elsewhere) == ()
    keep_session(elsewhere, sets=1)  # it is a database like any other
    elsewhere.close()


def test_restoring_puts_the_old_state_in_the_place_of_the_new_one(
    store: Store, session_id: str, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "copy")
    later = keep_session(store, "R-0002")
    before = restore(store, tmp_path / "copy")
    assert store.session_ids() == (session_id,)
    if before is not None:
        assert later in Store(str(before), folder=tmp_path / "home").session_ids()
        assert restore(store, tmp_path / "copy") not in (None, before)


def test_a_copy_is_complete_while_a_session_is_recorded(store: Store, tmp_path: Path) -> None:
    recorder = store.record(made_head(), made_plan())
    happened = list(made_session())
    for one in happened[:70]:
        hand_over(recorder, one)
    while recorder.state().stored < 70:
        pass
    back_up(store, tmp_path / "copy")
    for one in happened[70:]:
        hand_over(recorder, one)
    recorder.close()
    restore(store, tmp_path / "copy")
    assert len(store.entries(recorder.session_id)) == 70
    assert store.recover() == (recorder.session_id,)


def test_a_copy_never_replaces_a_file(store: Store, session_id: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        back_up(store, copy)
    assert copy.read_text() == "precious"


def test_a_copy_of_nothing_is_refused(new_database: NewDatabase, tmp_path: Path) -> None:
    store = Store(new_database(), folder=tmp_path / "home")
    with pytest.raises(StoreError, match="nothing to copy"):
        back_up(store, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    store.close()


def test_what_is_no_copy_is_refused_and_nothing_changes(
    store: Store, session_id: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "letter.txt"
    wrong.write_text("Dear all, ..." * 100)
    with pytest.raises(StoreError, match="is not a copy") as caught:
        restore(store, wrong)
    assert caught.value.reason is StoreProblem.CORRUPTED
    with pytest.raises(StoreError, match="No such file"):
        restore(store, tmp_path / "nothing")
    assert store.session_ids() == (session_id,)


def test_a_damaged_copy_is_refused_and_nothing_changes(file_store: Store, tmp_path: Path) -> None:
    session_id = keep_session(file_store)
    copy = tmp_path / "copy"
    back_up(file_store, copy)
    content = bytearray(copy.read_bytes())
    content[20_000:60_000] = bytes(40_000)
    copy.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        restore(file_store, copy)
    assert caught.value.reason is StoreProblem.CORRUPTED
    assert file_store.session_ids() == (session_id,)
    assert [one.name for one in tmp_path.glob("*.part*")] == []


def test_a_copy_of_another_program_or_a_newer_one_is_refused(
    file_store: Store, tmp_path: Path
) -> None:
    session_id = keep_session(file_store)
    back_up(file_store, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(StoreError) as caught:
        restore(file_store, tmp_path / "copy")
    assert caught.value.reason is StoreProblem.NEWER
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE letters (text TEXT)")
    other.close()
    with pytest.raises(StoreError, match="holds no tables of aicoach"):
        restore(file_store, tmp_path / "other")
    assert file_store.session_ids() == (session_id,)


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
