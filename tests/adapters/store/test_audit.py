from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from aicoach.adapters.store import Store
from aicoach.adapters.store.audit import BrokenChain, append, canonical
from aicoach.errors import StoreError

TAMPERED = 4
WHEN = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)


@pytest.fixture
def audited(store: Store) -> Store:
    """Seven things that somebody did."""
    for number in range(1, 8):
        store.audit.record(
            "staff-1", "session.view", f"R-{number % 2}", {"page": number, "为": "护"}
        )
    return store


def tamper(store: Store, *statements: str) -> None:
    """Change the audit as somebody does who has the database's password, or its file."""
    with store.writing() as connection:
        if store.database.embedded:
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


def test_entries_come_back_in_order_with_what_was_said(audited: Store) -> None:
    entries = audited.audit.entries()
    assert [one.number for one in entries] == list(range(1, 8))
    assert entries[2].details == {"page": 3, "为": "护"}
    assert [one.number for one in audited.audit.entries("R-0")] == [2, 4, 6]


def test_an_untouched_audit_verifies_even_when_empty(store: Store) -> None:
    assert store.audit.verify() is None
    assert store.audit.head() == (0, "0" * 64)
    store.audit.record("staff-1", "session.view", at=WHEN)
    assert store.audit.verify() is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE audit SET entry = replace(entry, 'view', 'edit') WHERE number = 4", 4),
        ("UPDATE audit SET hash = previous_hash WHERE number = 4", 4),
        ("UPDATE audit SET actor = 'somebody else' WHERE number = 4", 4),
        ("UPDATE audit SET subject = NULL WHERE number = 4", 4),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 4", 4),
        ("UPDATE audit SET previous_hash = hash WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 1", 1),
    ],
)
def test_one_altered_row_is_located(audited: Store, change: str, found: int) -> None:
    tamper(audited, change)
    broken = audited.audit.verify()
    assert broken is not None
    assert broken.number == found


def test_a_row_that_was_removed_and_its_gap_closed_is_located(audited: Store) -> None:
    tamper(
        audited,
        "DELETE FROM audit WHERE number = 4",
        "UPDATE audit SET number = number - 1 WHERE number = 5",
        "UPDATE audit SET number = number - 1 WHERE number = 6",
        "UPDATE audit SET number = number - 1 WHERE number = 7",
    )
    assert audited.audit.verify() == BrokenChain(
        number=4, problem="does not follow the entry before it"
    )


def test_a_cut_off_end_shows_against_a_head_that_was_noted(audited: Store) -> None:
    head = audited.audit.head()
    tamper(audited, "DELETE FROM audit WHERE number > 5")
    assert audited.audit.verify() is None  # what is left is a sound chain
    assert audited.audit.verify(head) == BrokenChain(number=6, problem="is missing")


def test_a_rewritten_end_shows_against_a_head_that_was_noted(audited: Store) -> None:
    head = audited.audit.head()
    tamper(audited, "DELETE FROM audit WHERE number = 7")
    audited.audit.record("staff-1", "session.view", "R-1", {"page": 8})
    assert audited.audit.verify() is None
    broken = audited.audit.verify(head)
    assert broken is not None
    assert broken.number == 7


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE number = 7"]
)
def test_the_database_itself_refuses_to_change_an_entry(audited: Store, change: str) -> None:
    with (
        pytest.raises(StoreError, match="may only be appended to"),
        audited.writing() as connection,
    ):
        connection.execute(text(change))
    assert audited.audit.verify() is None


def test_an_entry_stands_only_if_the_deed_does(store: Store) -> None:
    def fail_after_the_entry() -> None:
        with store.writing() as connection:
            append(connection, "staff-1", "resident.erase", "R-1")
            connection.execute(text("SELECT nonsense FROM nowhere"))

    with pytest.raises(StoreError):
        fail_after_the_entry()
    assert store.audit.entries() == ()


def test_many_writers_make_one_chain(store: Store, home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.audit.record("staff", "session.view", f"R-{n}"), range(20)))
    assert store.audit.head()[0] == 20
    assert store.audit.verify() is None


def test_json_has_one_spelling() -> None:
    assert canonical({"b": 1, "a": "护"}) == canonical({"a": "护", "b": 1}) == '{"a":"护","b":1}'
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})
