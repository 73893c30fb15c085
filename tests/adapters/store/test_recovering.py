"""What one earlier session left never stops the others, nor the next one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aicoach.adapters.store import Store
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.journal import Journal, RunningLock
from aicoach.adapters.store.recovering import recover
from aicoach.adapters.store.sessions import append_entries, begin_session
from aicoach.bench.store_session import made_head, made_plan

from .conftest import blocked, keep_session

Spoil = Callable[[list[Entry]], None]


def left_behind(store: Store, spoil: Spoil | None = None, *, head: str | None = None) -> Path:
    """A journal as a program left it that never reached the database."""
    entries = list(store.entries(keep_session(store)))
    if spoil is not None:
        spoil(entries)
    begun = made_head(session_id=head)
    path = store.journals / f"{begun.id}.jsonl"
    journal = Journal(path, begun, made_plan())
    journal.append(entries)
    journal.close(remove=False)
    return path


def first(entries: list[Entry], kind: str) -> int:
    return next(k for k, one in enumerate(entries) if one.kind == kind and k > 2)


def no_json(entries: list[Entry]) -> None:
    k = first(entries, "event")
    line = entries[k].line
    entries[k] = replace(entries[k], line=f"{line[:5]}\x01{line[6:]}")


def no_packet(entries: list[Entry]) -> None:
    k = first(entries, "heart_rate")
    entries[k] = replace(entries[k], line=entries[k].line[:-3])


def half_a_packet(entries: list[Entry]) -> None:
    k = first(entries, "heart_rate")
    body = json.loads(entries[k].line)
    del body["rr_ms"]
    entries[k] = replace(entries[k], line=json.dumps(body))


def no_time(entries: list[Entry]) -> None:
    entries[3] = replace(entries[3], t_s=None)  # type: ignore[arg-type]


def no_number(entries: list[Entry]) -> None:
    entries[3] = replace(entries[3], sequence=True)


def another_kind(entries: list[Entry]) -> None:
    entries[3] = replace(entries[3], kind="picture")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "spoil", [no_json, no_packet, half_a_packet, no_time, no_number, another_kind]
)
def test_a_line_that_holds_nonsense_is_left_out_and_the_rest_is_brought_in(
    file_store: Store, spoil: Spoil
) -> None:
    bad, good = left_behind(file_store, spoil), left_behind(file_store)
    found = recover(file_store)
    assert set(found.sessions) == {bad.stem, good.stem}
    assert len(file_store.entries(bad.stem)) == len(file_store.entries(good.stem)) - 1
    assert [one.name for one in file_store.journals.iterdir()] == [f"{bad.name}.damaged"]
    (said,) = found.problems
    assert f"{bad.name}.damaged" in said
    assert recover(file_store).problems == ()


def test_a_folder_or_a_session_without_an_id_is_put_aside_and_the_others_come_in(
    file_store: Store,
) -> None:
    good = left_behind(file_store)
    (file_store.journals / "00.jsonl").mkdir()
    odd = left_behind(file_store, head="no uuid")
    found = recover(file_store)
    assert found.sessions == (good.stem,)
    assert sorted(one.name for one in file_store.journals.iterdir()) == [
        "00.jsonl.damaged",
        f"{odd.name}.damaged",
    ]
    assert len(found.problems) == 2


def test_a_second_journal_that_is_put_aside_replaces_none(file_store: Store) -> None:
    path = left_behind(file_store, no_json)
    content = path.read_bytes()
    path.with_name(f"{path.name}.damaged").write_text("precious")
    recover(file_store)
    path.write_bytes(content)
    recover(file_store)
    kept = sorted(file_store.journals.iterdir())
    assert [one.name.removeprefix(path.name) for one in kept] == [
        ".damaged", ".damaged-2", ".damaged-3",
    ]  # fmt: skip
    assert kept[0].read_text() == "precious"


def test_a_session_that_cannot_be_closed_is_told_and_the_others_are_closed(
    file_store: Store,
) -> None:
    entries = file_store.entries(keep_session(file_store))[:30]
    bad, good = made_head(), made_head()
    with file_store.writing() as connection:
        for head in (bad, good):
            begin_session(connection, head, made_plan(), file_store.recorded_by)
        append_entries(connection, good.id, entries)
        nonsense = replace(entries[4], line="{")
        append_entries(connection, bad.id, [*entries[:4], nonsense, *entries[5:]])
    found = recover(file_store)
    assert found.sessions == (good.id,)
    (said,) = found.problems
    assert said.startswith(f"session {bad.id} cannot be closed")


def test_a_database_that_is_held_keeps_every_journal_where_it_is(database: str, home: Path) -> None:
    store = Store(database, folder=home, busy_s=0.2)
    paths = [left_behind(store), left_behind(store)]
    with blocked(store):
        found = recover(store)
    assert found.sessions == ()
    assert "another program holds it" in found.problems[0]
    assert sorted(store.journals.glob("*.jsonl*")) == sorted(paths)
    store.close()


def test_a_journal_that_cannot_be_removed_is_brought_in_all_the_same(
    small_disk: Path, file_store: Store
) -> None:
    store = Store(str(file_store.database.file), folder=small_disk)
    path = left_behind(store)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    found = recover(store)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert found.sessions == (path.stem,)
    assert str(path) in found.problems[0]
    assert store.session(path.stem).session.why_ended == "complete"
    store.close()


def test_a_lock_that_was_removed_meanwhile_is_no_lock(tmp_path: Path) -> None:
    first_lock, second = RunningLock(tmp_path / "a.lock"), RunningLock(tmp_path / "a.lock")
    assert first_lock.take()
    assert not second.take()
    first_lock.release()
    assert second.take()
    assert not RunningLock(tmp_path / "a.lock").take()
    second.release()
