from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from aicoach.adapters.store import Store
from aicoach.adapters.store.backup import back_up, restore
from aicoach.adapters.store.checking import find_faults
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.errors import StoreError, StoreProblem
from aicoach.records import INTERRUPTED

from .conftest import NewDatabase, keep_session


def address_of(store: Store) -> str:
    return store.database.url.render_as_string(hide_password=False)


def test_a_restored_copy_holds_everything_that_was_there(
    store: Store, session_id: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    store.audit.record("staff-1", "session.view", session_id)
    copy = tmp_path / "monday"
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
    assert store.session(recorder.session_id).session.why_ended == INTERRUPTED


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
    with pytest.raises(StoreError, match="it is not a copy") as caught:
        restore(store, wrong)
    assert caught.value.reason is StoreProblem.CORRUPTED
    with pytest.raises(StoreError, match="there is no such file"):
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


def test_a_copy_for_a_disk_that_is_not_there_is_refused_and_no_folder_is_made(
    store: Store, session_id: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="there is no such file or folder") as caught:
        back_up(store, tmp_path / "stick" / "monday")
    assert caught.value.database == str(tmp_path / "stick")
    assert not (tmp_path / "stick").exists()


def test_a_copy_that_was_cut_off_is_named_itself_and_the_database_is_not_blamed(
    file_store: Store, tmp_path: Path
) -> None:
    session_id = keep_session(file_store)
    copy = tmp_path / "copy"
    back_up(file_store, copy)
    copy.write_bytes(copy.read_bytes()[:20_000])
    with pytest.raises(StoreError) as caught:
        restore(file_store, copy)
    assert (caught.value.database, caught.value.reason) == (str(copy), StoreProblem.CORRUPTED)
    assert "use another copy" in str(caught.value)
    assert file_store.session_ids() == (session_id,)


def test_a_disk_that_takes_no_copy_is_named_and_nothing_is_left(
    file_store: Store, small_disk: Path, tmp_path: Path
) -> None:
    keep_session(file_store)
    back_up(file_store, tmp_path / "copy")
    stay = small_disk / "stay.sqlite3"
    shutil.copy(tmp_path / "copy", stay)
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError):
        ballast.write_bytes(bytes(4_000_000))
    with pytest.raises(StoreError) as full:
        back_up(file_store, small_disk / "copy")
    assert (full.value.database, full.value.reason) == (
        str(small_disk / "copy"), StoreProblem.FULL,
    )  # fmt: skip
    assert full.value.remedy == "free some space"
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreError) as written:
        back_up(file_store, small_disk / "copy")
    with pytest.raises(StoreError) as replaced:
        restore(Store(str(stay), folder=tmp_path / "other"), tmp_path / "copy")
    assert (written.value.database, replaced.value.database) == (
        str(small_disk / "copy"), str(stay),
    )  # fmt: skip
    assert {written.value.reason, replaced.value.reason} == {StoreProblem.READ_ONLY}
    assert sorted(one.name for one in small_disk.iterdir()) == ["ballast", "stay.sqlite3"]


def test_a_database_on_a_disk_that_may_only_be_read_is_checked_and_copied(
    file_store: Store, small_disk: Path, tmp_path: Path
) -> None:
    session_id = keep_session(file_store)
    file_store.close()
    assert file_store.database.file is not None
    there = Path(shutil.copy(file_store.database.file, small_disk / "file.sqlite3"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store = Store(str(there), folder=small_disk / "home")
    assert find_faults(store) == ()
    back_up(store, tmp_path / "copy")
    assert Store(str(tmp_path / "copy"), folder=tmp_path / "home").session_ids() == (session_id,)


def test_a_database_that_another_program_has_open_is_not_replaced(
    store: Store, session_id: str, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "copy")
    other = Store(address_of(store), folder=tmp_path / "other home")
    later = keep_session(other)
    with pytest.raises(StoreError, match="another program holds it") as caught:
        restore(store, tmp_path / "copy")
    assert caught.value.reason is StoreProblem.LOCKED
    assert later in store.session_ids()
    other.close()
    restore(store, tmp_path / "copy")
    assert store.session_ids() == (session_id,)


def test_a_database_is_not_replaced_under_a_session_that_waits_in_its_journal(
    file_store: Store, tmp_path: Path
) -> None:
    keep_session(file_store)
    back_up(file_store, tmp_path / "copy")
    with file_store.alone("one that never reached the database") as alone:
        assert alone
        with pytest.raises(StoreError, match="is being recorded"):
            restore(file_store, tmp_path / "copy")
    restore(file_store, tmp_path / "copy")


def test_nobody_opens_a_database_while_a_copy_is_put_in_its_place(
    file_store: Store, home: Path
) -> None:
    other = Store(str(file_store.database.file), folder=home)
    with file_store.database.alone(), pytest.raises(StoreError, match="is being put"):
        other.session_ids()
    assert other.session_ids() == ()
    other.close()


def test_a_session_left_open_in_a_copy_is_closed_on_a_new_computer(
    file_store: Store, tmp_path: Path
) -> None:
    recorder = file_store.record(made_head(), made_plan())
    for one in list(made_session())[:70]:
        hand_over(recorder, one)
    while recorder.state().stored < 70:
        pass
    back_up(file_store, tmp_path / "copy")
    recorder.close()
    new = Store(str(tmp_path / "new.sqlite3"), folder=tmp_path / "new home")
    restore(new, tmp_path / "copy")
    assert new.session(recorder.session_id).session.why_ended == INTERRUPTED
    assert find_faults(new) == ()
    new.close()
