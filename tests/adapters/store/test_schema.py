from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, DateTime, TableClause, column, select, table, text

from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.audit import append
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.schema import MIGRATIONS, migrate, newest_revision, revision_of
from aicoach.errors import StoreError, StoreProblem

from .conftest import NewDatabase, keep_session


def test_a_database_is_made_on_first_use(new_database: NewDatabase, home: Path) -> None:
    store = Store(new_database(), folder=home)
    assert revision_of(store.database) is None
    assert store.session_ids() == ()
    assert revision_of(store.database) == newest_revision()
    assert migrate(store.database) == newest_revision()
    store.close()


def test_the_steps_make_exactly_the_tables_that_the_program_uses(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, tables.metadata)
    assert found == [], "the records changed: write a migration"


def test_plans_set_aside_before_their_day_was_kept_get_it_from_the_audit(
    new_database: NewDatabase, home: Path
) -> None:
    store = Store(new_database(), folder=home)
    made_until(store, "0007")
    noted = datetime(2026, 3, 9, 20, 0, tzinfo=timezone.utc)  # the day after in Shanghai
    resident = {"id": "R-1", "language": "zh", "time_zone": "Asia/Shanghai", "created_at": noted}
    versions = {1: "active", 2: "paused", 3: "revoked", 4: "completed", 5: "revoked"}
    signed = {number: number != 3 for number in versions}
    with store.database.writing() as connection:
        connection.execute(_bare("residents", *resident).insert(), [resident])
        rows = [
            {
                "id": new_id(), "resident": "R-1", "plan": "p", "version": number,
                "status": status, "kind": "fitness", "document": {}, "created_at": noted,
                "signed_at": date(2026, 1, 5) if signed[number] else None,
            }
            for number, status in versions.items()
        ]  # fmt: skip
        connection.execute(_bare("prescriptions", *rows[0]).insert(), rows)
        for number, status, hours in ((2, "paused", 0), (3, "revoked", 0), (2, "completed", 90)):
            details = {"plan": "p", "version": number, "status": status}
            append(connection, "s-1", "plan.draft", "R-1", details, noted + timedelta(hours=hours))
        details = {"plan": "p", "version": 4, "before": "active", "after": "completed"}
        append(connection, "cabin:c", "plan.status", "R-1", details, noted)
        details = {"plan": "p", "version": 5, "status": "revoked", "refused": "role"}
        append(connection, "x", "plan.draft", "R-1", details, noted)
    assert migrate(store.database) == "0007"
    query = select(tables.prescriptions.c.version, tables.prescriptions.c.ended_on)
    with store.reading() as connection:
        found = {row.version: row.ended_on for row in connection.execute(query)}
    the_day = date(2026, 3, 10)
    assert found == {1: None, 2: the_day, 3: None, 4: the_day, 5: None}
    store.close()


def made_until(store: Store, revision: str) -> None:
    """The tables as a program of before made them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _bare(name: str, *columns: str) -> TableClause:
    known = tables.metadata.tables[name].c
    plain = {"document": JSON(), "created_at": DateTime(timezone=True)}
    return table(name, *(column(one, plain.get(one, known[one].type)) for one in columns))


def test_programs_that_start_together_make_the_tables_once(
    new_database: NewDatabase, home: Path
) -> None:
    address = new_database()
    stores = [Store(address, folder=home) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Store.open, stores))
    keep_session(stores[0], sets=1)
    for store in stores:
        store.close()


def test_tables_newer_than_the_program_are_refused_and_left_alone(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    later = Store(store.database.url.render_as_string(hide_password=False))
    for use in (later.open, lambda: migrate(later.database)):
        with pytest.raises(StoreError, match="update aicoach") as caught:
            use()
        assert caught.value.reason is StoreProblem.NEWER
    assert revision_of(later.database) == "9999"
    later.close()


def test_a_file_is_private_to_its_user(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "new" / "store.sqlite3"), folder=tmp_path / "home")
    keep_session(store, sets=1)
    store.close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "store.sqlite3").stat().st_mode & 0o077 == 0


def test_the_default_is_a_file_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "mine"))
    store = Store()
    assert store.database.file == tmp_path / "mine" / "aicoach.sqlite3"
    assert store.journals.is_relative_to(tmp_path / "mine")
    monkeypatch.delenv("AICOACH_HOME")
    assert Store().database.file is not None
    assert "aicoach" in str(Store().database.file)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("mysql://somebody@host/name", "use a file, sqlite:///FILE or postgresql://"),
        ("sqlite://", "use a file, sqlite:///FILE or postgresql://"),
        ("://host", "is no address"),
    ],
)
def test_an_address_of_another_kind_is_refused(address: str, problem: str) -> None:
    with pytest.raises(StoreError, match=re.escape(problem)):
        Store(address)


def test_a_password_is_never_shown() -> None:
    store = Store("postgresql://me:secret@127.0.0.1:1/none")
    with pytest.raises(StoreError) as caught:
        store.open()
    assert caught.value.reason is StoreProblem.LOST
    assert "secret" not in str(caught.value)


def test_an_unknown_name_on_a_server_is_told_as_refused(new_database: NewDatabase) -> None:
    address = new_database()
    if "postgresql" not in address:
        return
    with pytest.raises(StoreError) as caught:
        Store(address.replace("/test_", "/nothing_")).open()
    assert caught.value.reason is StoreProblem.REFUSED


def test_journals_of_two_databases_never_mix(tmp_path: Path) -> None:
    first, second = (Store(str(tmp_path / name), folder=tmp_path) for name in ("a", "b"))
    assert first.journals != second.journals
    with_password = Store("postgresql://me:secret@host/name", folder=tmp_path)
    without = Store("postgresql://me@host/name", folder=tmp_path)
    assert with_password.journals == without.journals


def test_a_database_of_something_else_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite3"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE sessions (id TEXT)")
    other.close()
    with pytest.raises(StoreError):
        Store(str(file), folder=tmp_path / "home").open()
    with sqlite3.connect(file) as other:
        names = [row[0] for row in other.execute("SELECT name FROM sqlite_master")]
    other.close()
    assert names == ["sessions"]


def test_revisions_are_named_by_their_files_in_the_order_that_alembic_takes_them() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    by_alembic = [one.revision for one in script.walk_revisions()]
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))
    assert [f"v{one}_" for one in reversed(by_alembic)] == [name[:6] for name in files]
    assert script.get_current_head() == newest_revision()
