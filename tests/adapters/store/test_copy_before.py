"""A file is copied before its tables are brought forward: privately, and whole or not at all."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from aicoach.adapters.store import Store
from aicoach.adapters.store.database import Database
from aicoach.adapters.store.schema import revision_of
from aicoach.errors import StoreError, StoreProblem

from .test_schema import made_until


def test_the_copy_before_a_migration_is_as_private_as_the_file(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "old.sqlite3"), folder=tmp_path / "home")
    made_until(store, "0006")
    store.open()
    copy = tmp_path / "old.sqlite3.as-of-0006"
    assert copy.stat().st_mode & 0o077 == 0
    assert revision_of(Database(str(copy), read_only=True)) == "0006"
    assert [one for one in tmp_path.iterdir() if "part" in one.name] == []
    store.close()


def test_a_disk_without_room_for_the_copy_is_told_and_the_file_stays_as_it_is(
    small_disk: Path, tmp_path: Path
) -> None:
    store = Store(str(small_disk / "old.sqlite3"), folder=tmp_path / "home")
    made_until(store, "0006")
    with contextlib.suppress(OSError):
        (small_disk / "ballast").write_bytes(bytes(4_000_000))
    with pytest.raises(StoreError) as caught:
        store.open()
    assert caught.value.reason is StoreProblem.FULL
    assert "old.sqlite3.as-of-0006" in str(caught.value)
    assert not list(small_disk.glob("*as-of*"))
    assert revision_of(store.database) == "0006"
    store.close()
