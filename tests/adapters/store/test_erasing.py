"""Erasing a resident leaves nothing: not in a table, a journal, the file, or its log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aicoach.access import Actor, Role, console_actor
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.accounts import add_account, issue_card, set_password
from aicoach.adapters.store.backup import back_up
from aicoach.adapters.store.consents import give
from aicoach.adapters.store.erasing import Certificate, erase, erase_resident
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.people import (
    Account,
    Message,
    PlanVersion,
    Resident,
    Review,
    Site,
)
from aicoach.adapters.store.traces import find_traces
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.errors import AccessError, PrivacyError, StoreError
from aicoach.pose import PoseTrack
from aicoach.synth import perform

from .conftest import keep_session

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)
NAME = "欧阳慧敏Ouyang"
NOTE = "knee hurts since the fall in the garden"


def fill(store: Store, track: PoseTrack) -> Gate:
    """A resident with everything that there can be, and another one beside."""
    gate = store.gate(console_actor("test"))
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone="Asia/Shanghai"))
    gate.add_resident(
        Resident(id="R-0001", site="site-1", name=NAME, birth_year=1950, time_zone="Asia/Shanghai")
    )
    gate.add_resident(Resident(id="R-00010", site="site-1", name="别人", time_zone="Asia/Shanghai"))
    staff = add_account(
        gate, Account(id="s-1", login="staff", name="s-1", role="staff", site="site-1",
                      resident="R-0001")
    )  # fmt: skip
    family = add_account(
        gate, Account(id="f-1", login="daughter", name="女儿", role="family", resident="R-0001")
    )
    set_password(gate, family, "correct horse battery")
    issue_card(gate, "R-0001")
    for kind in ("records", "keypoints"):
        give(gate, "R-0001", kind, given_by=NAME)
    for resident in ("R-0001", "R-00010"):
        session = keep_session(store, resident, sets=1)
        store.shelf(Review).add(Review(session_id=session, account=staff.id, note=NOTE))
        store.shelf(Message).add(Message(resident=resident, sender=staff.id, text=NOTE))
        store.shelf(PlanVersion).add(
            PlanVersion(resident=resident, plan="steady", version=1, status="active",
                        kind="fitness", document={"resident": {"id": resident}})
        )  # fmt: skip
        if resident == "R-0001":
            store.keep_keypoints(session, track)
    store.shelf(Message).add(Message(resident="R-0001", sender=family.id, text=f"{NAME}, 加油"))
    return gate


@pytest.fixture(scope="module")
def track(request: pytest.FixtureRequest) -> PoseTrack:
    from aicoach.catalog import load_catalog  # noqa: PLC0415

    return perform(load_catalog()["squat"], reps=1, fps=10.0).track


@pytest.fixture
def gate(store: Store, track: PoseTrack) -> Gate:
    """The console of a filled store, in a file and on a server."""
    return fill(store, track)


@pytest.fixture(scope="module")
def filled_file(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, track: PoseTrack
) -> Path:
    """A file that was filled once."""
    folder = tmp_path_factory.mktemp("filled")
    path = Path(shutil.copy(migrated_file, folder / "filled.sqlite3"))
    store = Store(str(path), folder=folder)
    fill(store, track)
    assert store.scrub()
    store.close()
    return path


@pytest.fixture
def file_store(tmp_path: Path, home: Path, filled_file: Path) -> Iterator[Store]:
    """A filled store in a file."""
    made = Store(str(shutil.copy(filled_file, tmp_path / "file.sqlite3")), folder=home)
    yield made
    made.close()


@pytest.fixture
def file_gate(file_store: Store) -> Gate:
    """The console of a filled store in a file."""
    return file_store.gate(console_actor("test"))


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
        "residents", "accounts", "credentials", "consents", "prescriptions", "messages",
        "sessions", "events", "heart_rate_samples", "sets", "repetitions", "answers", "alerts",
        "reviews", "keypoints", "session_summaries", "screenings",
    } <= certificate.deleted.keys() | {"answers", "alerts", "screenings"}  # fmt: skip
    assert store.shelf(Resident).find(id="R-0001") == ()
    assert store.session_ids() == other
    assert store.session(other[0]).repetitions
    staff = store.shelf(Account).get("s-1")
    assert staff is not None
    assert staff.resident is None
    assert store.audit.verify() is None


def test_the_certificate_says_what_when_and_by_whom_and_not_who(
    file_store: Store, file_gate: Gate
) -> None:
    certificate = erase_resident(file_gate, "R-0001", at=NOW)
    said = certificate.as_json()
    assert (certificate.erased_at, certificate.by) == (NOW.isoformat(), "console:test")
    assert len(certificate.digest) == len(certificate.resident) == 64
    for private in ("R-0001", NAME, "Ouyang", NOTE):
        assert private not in said
    entries = [entry for entry in file_store.audit.entries("R-0001") if "erase" in entry.action]
    assert [entry.action for entry in entries] == [
        "record.erase", "record.erase", "record.erase.checked",
    ]  # fmt: skip
    assert entries[1].details["digest"] == certificate.digest
    assert entries[1].details["deleted"] == {
        name: rows for name, rows in certificate.deleted.items() if name != "journals"
    }
    with file_store.reading() as connection:
        audit = repr(connection.execute(select(tables.audit)).all())
    assert NAME not in audit
    assert NOTE not in audit


def test_the_same_is_erased_with_the_same_digest_and_something_else_is_not(
    file_store: Store,
) -> None:
    first = erase(file_store, "R-0001", actor="sync", at=NOW)
    second = erase(file_store, "R-00010", actor="sync", at=NOW)
    assert first.digest != second.digest


def test_the_bytes_of_the_file_hold_neither_name_nor_note(
    file_store: Store, file_gate: Gate, home: Path
) -> None:
    file = file_store.database.file
    assert file is not None

    def everything() -> bytes:
        files = [*file.parent.glob(f"{file.name}*"), *home.rglob("*")]
        return b"".join(path.read_bytes() for path in files if path.is_file())

    needles = (NAME.encode(), b"Ouyang", json.dumps("欧阳慧敏")[1:-1].encode(), "女儿".encode())
    there = everything()
    assert NAME.encode() in there
    assert erase_resident(file_gate, "R-0001").is_clean
    left = everything()
    assert [needle for needle in needles if needle in left] == []
    assert "别人".encode() in left
    # The code itself is in the audit and nowhere else.
    with file_store.reading() as connection:
        for row in connection.execute(select(tables.audit)):
            left = left.replace(row.entry.encode(), b"")
    assert b'"R-0001"' not in left


def test_a_page_that_was_freed_before_is_cleared_as_well(
    file_store: Store, file_gate: Gate
) -> None:
    file_gate.change_resident("R-0001", name="someone by another name entirely")
    assert erase_resident(file_gate, "R-0001").is_clean
    file = file_store.database.file
    assert file is not None
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert NAME.encode() not in raw
    assert b"another name entirely" not in raw


def test_what_waits_in_journals_goes_and_does_not_come_back(
    file_store: Store, file_gate: Gate
) -> None:
    from .conftest import blocked, until  # noqa: PLC0415

    waiting = []
    for resident in ("R-0001", "R-00010"):
        head = made_head(resident)
        with blocked(file_store):
            recorder = file_store.record(head, made_plan(1))
            for happened in made_session(1):
                hand_over(recorder, happened)
            until(lambda: recorder.state().kept == recorder.state().appended)  # noqa: B023
            recorder.close(timeout_s=0.1)
        waiting.append(head.id)
    damaged = file_store.journals / "x.jsonl.damaged"
    damaged.write_text('{"half": "R-0001"', encoding="utf-8")
    journals = sorted(path.name for path in file_store.journals.glob("*.jsonl*"))
    kept = [path.read_bytes() for path in file_store.journals.glob(f"{waiting[0]}.jsonl")]
    certificate = erase_resident(file_gate, "R-0001")
    left = sorted(path.name for path in file_store.journals.glob("*.jsonl*"))
    assert certificate.deleted.get("journals", 0) == len(journals) - len(left) >= 1
    assert "x.jsonl.damaged" not in left
    if kept:  # a copy of the journal turns up later
        (file_store.journals / f"{waiting[0]}.jsonl").write_bytes(kept[0])
    file_store.recover()
    assert file_store.shelf(Resident).get("R-0001") is None
    assert waiting[0] not in file_store.session_ids()


def test_copies_that_still_hold_the_resident_are_named(
    file_store: Store, file_gate: Gate, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    back_up(file_store, backups / "before.copy")
    first = erase_resident(file_gate, "R-0001", backups=backups)
    assert [Path(path).name for path in first.copies] == ["before.copy"]
    assert not first.is_clean
    (backups / "before.copy").unlink()
    back_up(file_store, backups / "after.copy")  # its audit names the code: that may stay
    second = erase_resident(file_gate, "R-00010", backups=backups)
    assert [Path(path).name for path in second.copies] == ["after.copy"]
    from aicoach.adapters.store.traces import copies_beside  # noqa: PLC0415

    assert copies_beside(file_store, "R-0001", NAME, backups) == ()


def test_the_search_finds_what_was_overlooked(file_store: Store) -> None:
    file_store.shelf(Message).add(
        Message(resident="R-00010", sender="s-1", text=f"say hello to {NAME} (R-0001)")
    )
    certificate = erase(file_store, "R-0001", actor="test")
    assert [(one.where, one.rows) for one in certificate.traces] == [("messages.text", 1)]
    assert [(one.where, one.rows) for one in certificate.look_at] == [("messages.text", 1)]
    assert not certificate.is_clean
    traces, _ = find_traces(file_store, "R-0001", None)
    assert traces == certificate.traces


def test_a_code_is_not_found_within_a_longer_one(file_store: Store) -> None:
    assert erase(file_store, "R-0001", actor="test").traces == ()
    traces, _ = find_traces(file_store, "R-00010", None)
    assert {one.where for one in traces} >= {"residents.id", "sessions.resident"}


def test_the_code_of_somebody_who_was_erased_is_not_given_again(
    file_store: Store, file_gate: Gate
) -> None:
    erase_resident(file_gate, "R-0001")
    assert file_store.is_erased("R-0001")
    assert not file_store.is_erased("R-00010")
    with pytest.raises(StoreError, match="belonged to somebody who was erased"):
        file_gate.add_resident(Resident(id="R-0001", time_zone="Asia/Shanghai"))
    recorder = file_store.record(made_head("R-0001"), made_plan(1))
    for happened in made_session(1):
        hand_over(recorder, happened)
    state = recorder.close(timeout_s=1.0)
    assert state.stored == 0
    assert "was erased" in str(state.problem)
    file_store.recover()
    assert file_store.shelf(Resident).get("R-0001") is None


def test_nobody_is_erased_while_they_exercise(file_store: Store, file_gate: Gate) -> None:
    recorder = file_store.record(made_head("R-0001"), made_plan(1))
    happened = list(made_session(1))
    for one in happened[:5]:
        hand_over(recorder, one)
    from .conftest import until  # noqa: PLC0415

    until(lambda: recorder.state().stored == 5)
    with pytest.raises(PrivacyError, match="is exercising at this moment"):
        erase_resident(file_gate, "R-0001")
    recorder.close()
    assert erase_resident(file_gate, "R-0001").is_clean


def test_who_may_not_erases_nobody_and_nobody_is_not_erased(
    file_store: Store, file_gate: Gate
) -> None:
    staff = Actor(account="s-1", role=Role.STAFF, site="site-1")
    with pytest.raises(AccessError):
        erase_resident(file_store.gate(staff), "R-0001")
    assert file_store.shelf(Resident).get("R-0001") is not None
    assert file_store.audit.entries("R-0001")[-1].details == {
        "begins": True, "refused": "not_this_role",
    }  # fmt: skip
    with pytest.raises(PrivacyError, match="nobody has this code"):
        erase_resident(file_gate, "R-9999")
    erase_resident(file_gate, "R-0001")
    with pytest.raises(PrivacyError, match="was erased before"):
        erase_resident(file_gate, "R-0001")


def test_a_reader_that_holds_the_log_is_told_of(file_store: Store, file_gate: Gate) -> None:
    file_store.database.busy_s = 0.1
    other = Store(str(file_store.database.file))
    with other.reading() as connection:
        connection.execute(select(tables.residents)).all()
        certificate = erase_resident(file_gate, "R-0001")
    other.close()
    assert isinstance(certificate, Certificate)
    assert not certificate.scrubbed
    assert not certificate.is_clean
    assert file_store.scrub(anew=True)
