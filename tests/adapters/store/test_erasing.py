"""Erasing a resident leaves nothing: not in a table, a journal, the file, or its log."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aicoach.access import Actor, Role
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.backup import back_up
from aicoach.adapters.store.erasing import Certificate, erase, erase_resident
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.people import (
    Account,
    Message,
    Resident,
)
from aicoach.adapters.store.traces import find_traces
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.errors import AccessError, PrivacyError, StoreError
from aicoach.pose import PoseTrack

from .filled import NAME, NOTE, fill

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)


@pytest.fixture
def gate(store: Store, track: PoseTrack) -> Gate:
    """The console of a filled store, in a file and on a server."""
    return fill(store, track)


def rows_of(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }


def test_nothing_is_left_of_a_resident_and_everything_of_the_others(
    store: Store, gate: Gate
) -> None:
    before, other = rows_of(store), store.session_ids("R-00010")
    certificate = erase_resident(gate, "R-0001", at=NOW)
    after = rows_of(store)
    assert certificate.is_clean, certificate
    assert (certificate.traces, certificate.look_at, certificate.copies) == ((), (), ())
    for table, count in certificate.deleted.items():
        assert before[table] - after[table] == count > 0, table
    assert {
        "residents", "accounts", "credentials", "consents", "enrolments", "prescriptions",
        "messages", "sessions", "events", "heart_rate_samples", "sets", "repetitions", "answers",
        "alerts", "reviews", "keypoints", "session_summaries", "screenings",
    } <= certificate.deleted.keys() | {"answers", "alerts", "screenings"}  # fmt: skip
    assert store.shelf(Resident).find(id="R-0001") == ()
    assert store.session_ids() == other
    assert store.session(other[0]).repetitions
    staff = store.shelf(Account).get("s-1")
    assert staff is not None
    assert staff.resident is None
    assert store.audit.verify() is None


def test_the_certificate_says_what_when_and_by_whom_and_not_who(
    filled_store: Store, console: Gate
) -> None:
    certificate = erase_resident(console, "R-0001", at=NOW)
    said = certificate.as_json()
    assert (certificate.erased_at, certificate.by) == (NOW.isoformat(), "console:test")
    assert len(certificate.digest) == len(certificate.resident) == 64
    for private in ("R-0001", NAME, "Ouyang", NOTE):
        assert private not in said
    entries = [entry for entry in filled_store.audit.entries("R-0001") if "erase" in entry.action]
    assert [entry.action for entry in entries] == [
        "record.erase", "record.erase", "record.erase.checked",
    ]  # fmt: skip
    assert entries[1].details["digest"] == certificate.digest
    assert entries[1].details["deleted"] == {
        name: rows for name, rows in certificate.deleted.items() if name != "journals"
    }
    with filled_store.reading() as connection:
        audit = repr(connection.execute(select(tables.audit)).all())
    assert NAME not in audit
    assert NOTE not in audit


def test_the_same_is_erased_with_the_same_digest_and_something_else_is_not(
    filled_store: Store,
) -> None:
    first = erase(filled_store, "R-0001", actor="sync", at=NOW)
    second = erase(filled_store, "R-00010", actor="sync", at=NOW)
    assert first.digest != second.digest


def test_the_bytes_of_the_file_hold_neither_name_nor_note(
    filled_store: Store, console: Gate, home: Path
) -> None:
    file = filled_store.database.file
    assert file is not None

    def everything() -> bytes:
        files = [*file.parent.glob(f"{file.name}*"), *home.rglob("*")]
        return b"".join(path.read_bytes() for path in files if path.is_file())

    needles = (NAME.encode(), b"Ouyang", json.dumps("欧阳慧敏")[1:-1].encode(), "女儿".encode())
    there = everything()
    assert NAME.encode() in there
    assert erase_resident(console, "R-0001").is_clean
    left = everything()
    assert [needle for needle in needles if needle in left] == []
    assert "别人".encode() in left
    # The code itself is in the audit and nowhere else.
    with filled_store.reading() as connection:
        for row in connection.execute(select(tables.audit)):
            left = left.replace(row.entry.encode(), b"")
    assert b'"R-0001"' not in left


def test_a_page_that_was_freed_before_is_cleared_as_well(
    filled_store: Store, console: Gate
) -> None:
    console.change_resident("R-0001", name="someone by another name entirely")
    assert erase_resident(console, "R-0001").is_clean
    file = filled_store.database.file
    assert file is not None
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert NAME.encode() not in raw
    assert b"another name entirely" not in raw


def test_what_waits_in_journals_goes_and_does_not_come_back(
    filled_store: Store, console: Gate
) -> None:
    from .conftest import blocked, until  # noqa: PLC0415

    waiting = []
    for resident in ("R-0001", "R-00010"):
        head = made_head(resident)
        with blocked(filled_store):
            recorder = filled_store.record(head, made_plan(1))
            for happened in made_session(1):
                hand_over(recorder, happened)
            until(lambda: recorder.state().kept == recorder.state().appended)  # noqa: B023
            recorder.close(timeout_s=0.1)
        waiting.append(head.id)
    damaged = filled_store.journals / "x.jsonl.damaged"
    damaged.write_text('{"half": "R-0001"', encoding="utf-8")
    journals = sorted(path.name for path in filled_store.journals.glob("*.jsonl*"))
    kept = [path.read_bytes() for path in filled_store.journals.glob(f"{waiting[0]}.jsonl")]
    certificate = erase_resident(console, "R-0001")
    left = sorted(path.name for path in filled_store.journals.glob("*.jsonl*"))
    assert certificate.deleted.get("journals", 0) == len(journals) - len(left) >= 1
    assert "x.jsonl.damaged" not in left
    if kept:  # a copy of the journal turns up later
        (filled_store.journals / f"{waiting[0]}.jsonl").write_bytes(kept[0])
    filled_store.recover()
    assert filled_store.shelf(Resident).get("R-0001") is None
    assert waiting[0] not in filled_store.session_ids()


def test_copies_that_still_hold_the_resident_are_named(
    filled_store: Store, console: Gate, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    back_up(filled_store, backups / "before.copy")
    first = erase_resident(console, "R-0001", backups=backups)
    assert [Path(path).name for path in first.copies] == ["before.copy"]
    assert not first.is_clean
    (backups / "before.copy").unlink()
    back_up(filled_store, backups / "after.copy")  # its audit names the code: that may stay
    second = erase_resident(console, "R-00010", backups=backups)
    assert [Path(path).name for path in second.copies] == ["after.copy"]
    from aicoach.adapters.store.traces import copies_beside  # noqa: PLC0415

    assert copies_beside(filled_store, "R-0001", NAME, backups) == ()


def test_the_search_finds_what_was_overlooked(filled_store: Store) -> None:
    filled_store.shelf(Message).add(
        Message(resident="R-00010", sender="s-1", text=f"say hello to {NAME} (R-0001)")
    )
    certificate = erase(filled_store, "R-0001", actor="test")
    assert [(one.where, one.rows) for one in certificate.traces] == [("messages.text", 1)]
    assert [(one.where, one.rows) for one in certificate.look_at] == [("messages.text", 1)]
    assert not certificate.is_clean
    traces, _ = find_traces(filled_store, "R-0001", None)
    assert traces == certificate.traces


def test_a_code_is_not_found_within_a_longer_one(filled_store: Store) -> None:
    assert erase(filled_store, "R-0001", actor="test").traces == ()
    traces, _ = find_traces(filled_store, "R-00010", None)
    assert {one.where for one in traces} >= {"residents.id", "sessions.resident"}


def test_the_code_of_somebody_who_was_erased_is_not_given_again(
    filled_store: Store, console: Gate
) -> None:
    erase_resident(console, "R-0001")
    assert filled_store.is_erased("R-0001")
    assert not filled_store.is_erased("R-00010")
    with pytest.raises(StoreError, match="belonged to somebody who was erased"):
        console.add_resident(Resident(id="R-0001", time_zone="Asia/Shanghai"))
    recorder = filled_store.record(made_head("R-0001"), made_plan(1))
    for happened in made_session(1):
        hand_over(recorder, happened)
    state = recorder.close(timeout_s=1.0)
    assert state.stored == 0
    assert "was erased" in str(state.problem)
    filled_store.recover()
    assert filled_store.shelf(Resident).get("R-0001") is None


def test_nobody_is_erased_while_they_exercise(filled_store: Store, console: Gate) -> None:
    recorder = filled_store.record(made_head("R-0001"), made_plan(1))
    happened = list(made_session(1))
    for one in happened[:5]:
        hand_over(recorder, one)
    from .conftest import until  # noqa: PLC0415

    until(lambda: recorder.state().stored == 5)
    with pytest.raises(PrivacyError, match="is exercising at this moment"):
        erase_resident(console, "R-0001")
    recorder.close()
    assert erase_resident(console, "R-0001").is_clean


def test_who_may_not_erases_nobody_and_nobody_is_not_erased(
    filled_store: Store, console: Gate
) -> None:
    staff = Actor(account="s-1", role=Role.STAFF, site="site-1")
    with pytest.raises(AccessError):
        erase_resident(filled_store.gate(staff), "R-0001")
    assert filled_store.shelf(Resident).get("R-0001") is not None
    assert filled_store.audit.entries("R-0001")[-1].details == {
        "begins": True, "refused": "not_this_role",
    }  # fmt: skip
    with pytest.raises(PrivacyError, match="nobody has this code"):
        erase_resident(console, "R-9999")
    erase_resident(console, "R-0001")
    with pytest.raises(PrivacyError, match="was erased before"):
        erase_resident(console, "R-0001")


def test_a_reader_that_holds_the_log_is_told_of(filled_store: Store, console: Gate) -> None:
    filled_store.database.busy_s = 0.1
    other = Store(str(filled_store.database.file))
    with other.reading() as connection:
        connection.execute(select(tables.residents)).all()
        certificate = erase_resident(console, "R-0001")
    other.close()
    assert isinstance(certificate, Certificate)
    assert not certificate.scrubbed
    assert not certificate.is_clean
    assert filled_store.scrub(anew=True)
