"""``aicoach db``: copies that can be put back, and faults that are found."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from aicoach.adapters.store import Store
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session

from .conftest import Aicoach


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with one session."""
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    path = tmp_path / "cabin.sqlite3"
    store = Store(str(path))
    recorder = store.record(made_head(), made_plan())
    for happened in made_session():
        hand_over(recorder, happened)
    recorder.close()
    store.close()
    return path


def sessions(database: Path) -> tuple[str, ...]:
    store = Store(str(database))
    try:
        return store.session_ids()
    finally:
        store.close()


def test_a_copy_can_be_put_in_the_place_of_a_lost_database(
    aicoach: Aicoach, database: Path, tmp_path: Path
) -> None:
    before, copy = sessions(database), tmp_path / "copy"
    assert aicoach("db", "backup", copy, "--database", database).code == 0
    for file in tmp_path.glob("cabin.sqlite3*"):
        file.unlink()
    done = aicoach("db", "restore", copy, "--database", database, "--yes")
    assert (done.code, done.err) == (0, "")
    assert sessions(database) == before
    assert aicoach("db", "check", "--database", database).out == f"{database}: sound\n"


def test_restoring_asks_first_and_keeps_what_was_there(
    aicoach: Aicoach, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    aicoach("db", "backup", copy, "--database", database)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert aicoach("db", "restore", copy, "--database", database).code != 0
    assert not list(tmp_path.glob("*.replaced-*"))
    done = aicoach("db", "restore", copy, "--database", database, "--yes")
    assert "cabin.sqlite3.replaced-1: what was there before" in done.out


def test_the_database_may_come_from_the_environment(
    aicoach: Aicoach, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICOACH_DATABASE", str(database))
    assert aicoach("db", "check").out == f"{database}: sound\n"


def test_a_fault_is_said_and_gives_exit_code_1(aicoach: Aicoach, database: Path) -> None:
    with sqlite3.connect(database) as plain:
        plain.execute("DELETE FROM events WHERE sequence = 5")
    plain.close()
    done = aicoach("db", "check", "--database", database)
    assert done.code == 1
    assert "1 of 148 lines missing" in done.out


def test_migrate_says_what_it_did(aicoach: Aicoach, tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    assert "it was empty" in aicoach("db", "migrate", "--database", path).out
    assert "it was there already" in aicoach("db", "migrate", "--database", path).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("db", "backup", "{tmp}/copy", "--database", "mysql://host/name"),
        ("db", "restore", "{tmp}/nothing", "--database", "{tmp}/x.sqlite3", "--yes"),
        ("db", "migrate", "--database", "postgresql://me:secret@127.0.0.1:1/none"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    aicoach: Aicoach, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = aicoach(*(one.format(tmp=tmp_path) for one in arguments))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "secret" not in done.err


def test_what_is_wrong_with_a_copy_is_said_of_the_copy(
    aicoach: Aicoach, database: Path, tmp_path: Path
) -> None:
    copy, stick = tmp_path / "copy", tmp_path / "stick" / "copy"
    aicoach("db", "backup", copy, "--database", database)
    again = aicoach("db", "backup", copy, "--database", database)
    assert again.err.startswith(f"aicoach: {copy}: it exists already")
    missing = aicoach("db", "backup", stick, "--database", database)
    assert missing.err.startswith(f"aicoach: {stick.parent}: there is no such file or folder")
    copy.write_bytes(copy.read_bytes()[:9000])
    cut = aicoach("db", "restore", copy, "--yes", "--database", database)
    assert cut.err.startswith(f"aicoach: {copy}: the file is damaged")
    folder = aicoach("db", "restore", copy, "--yes", "--database", tmp_path)
    assert "it is a folder" in folder.err
    assert (again.code, missing.code, cut.code, folder.code) == (2, 2, 2, 2)


def test_a_damaged_database_is_a_fault_and_its_remedy_is_a_copy(
    aicoach: Aicoach, database: Path
) -> None:
    database.write_bytes(b"no database" * 100)
    done = aicoach("db", "check", "--database", database)
    assert (done.code, done.err) == (1, "")
    assert "aicoach db restore FILE" in done.out


def test_a_session_that_was_cut_off_is_named_and_closed(
    aicoach: Aicoach, database: Path, tmp_path: Path
) -> None:
    code = (
        "import os, sys, time\n"
        "from aicoach.adapters.store import Store\n"
        "from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session\n"
        "recorder = Store(sys.argv[1]).record(made_head(), made_plan())\n"
        "for one in list(made_session())[:60]:\n"
        "    hand_over(recorder, one)\n"
        "while recorder.state().stored < 60:\n"
        "    time.sleep(0.01)\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(database)], check=False).returncode == 9
    check = aicoach("db", "check", "--database", database)
    assert check.code == 1
    assert "was cut off and is not closed; run: aicoach db recover" in check.out
    listed = aicoach("triage", "--language", "en", "--database", database)
    assert "R-0001: the session of 2026-03-02 09:30 was cut off" in listed.out
    assert "尚未收尾" in aicoach("triage", "--language", "zh", "--database", database).out
    done = aicoach("db", "recover", "--database", database)
    assert done.out == f"{database}: 1 sessions brought in or closed\n"
    assert aicoach("db", "check", "--database", database).out == f"{database}: sound\n"
    assert "cut off" not in aicoach("triage", "--language", "en", "--database", database).out


def test_help_names_the_commands(aicoach: Aicoach) -> None:
    shown = aicoach("db").out
    assert all(name in shown for name in ("backup", "restore", "check", "recover", "migrate"))
