"""``aicoach export``: who gets what, and that it is noted."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from aicoach.access import Actor, Role
from aicoach.adapters.store import Store
from aicoach.adapters.store.people import Account, Consent, Message, PlanVersion, Resident
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.cli import export
from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.prescription.writing import to_json
from aicoach.zones import day_in

from .conftest import Aicoach


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A resident with a plan and a session."""
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AICOACH_DATABASE", str(tmp_path / "cabin.sqlite3"))
    monkeypatch.chdir(tmp_path)
    made = Store(str(tmp_path / "cabin.sqlite3"))
    made.shelf(Resident).add(
        Resident(id="R-0001", name="Resident 1 / 1号居民", time_zone="Asia/Shanghai", language="en")
    )
    plan = read_prescription(ready_plans()["hypertension"])
    assert plan.resident is not None
    mine = plan.model_copy(
        update={"id": "steady", "version": 2, "status": "active",
                "resident": plan.resident.model_copy(update={"id": "R-0001"})}
    )  # fmt: skip
    made.shelf(PlanVersion).add(
        PlanVersion(
            resident="R-0001", plan="steady", version=2, status="active", kind="medical",
            signed_at=mine.signed_at, document=json.loads(to_json(mine)),
        )
    )  # fmt: skip
    recorder = made.record(made_head(), made_plan())
    for happened in made_session():
        hand_over(recorder, happened)
    recorder.close()
    yield made
    made.close()


def noted(store: Store) -> list[dict[str, str]]:
    return [one.details for one in store.audit.entries("R-0001") if one.action == "record.export"]


def test_fhir_is_written_checked_and_noted(aicoach: Aicoach, store: Store) -> None:
    done = aicoach("export", "--resident", "R-0001", "--check")
    assert (done.code, done.err) == (0, "")
    assert "no fault" in done.out
    bundle = json.loads(Path("R-0001.fhir.json").read_text(encoding="utf-8"))
    assert bundle["type"] == "transaction"
    assert "1号居民" in json.dumps(bundle, ensure_ascii=False)
    assert noted(store) == [{"format": "fhir", "receiver": "resident", "period": "all"}]


def test_the_other_formats_are_written(aicoach: Aicoach, store: Store) -> None:
    del store
    assert aicoach("export", "--resident", "R-0001", "--format", "omh").code == 0
    assert aicoach("export", "--resident", "R-0001", "--format", "csv").code == 0
    lines = Path("R-0001.omh.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["header"]["schema_id"]["name"] for line in lines} == {
        "heart-rate", "physical-activity"
    }  # fmt: skip
    with zipfile.ZipFile("R-0001.csv.zip") as archive:
        assert "data_dictionary.csv" in archive.namelist()


@pytest.mark.parametrize("form", ["fhir", "omh", "csv"])
def test_what_is_handed_out_is_readable_by_nobody_else_on_the_computer(
    aicoach: Aicoach, store: Store, tmp_path: Path, form: str
) -> None:
    before = os.umask(0o022)
    try:
        ran = aicoach("export", "--resident", "R-0001", "--format", form, "--out", "out.file")
    finally:
        os.umask(before)
    assert ran.code == 0
    assert (tmp_path / "out.file").stat().st_mode & 0o777 == 0o600


def test_a_hospital_gets_nothing_without_the_consent(aicoach: Aicoach, store: Store) -> None:
    done = aicoach("export", "--resident", "R-0001", "--for", "hospital")
    assert done.code == 2
    assert "has not agreed that a hospital gets the records" in done.err
    assert done.err.count("\n") == 1
    assert not Path("R-0001.fhir.json").exists()
    assert [one["refused"] for one in noted(store)] == ["hospital"]


def test_with_the_consent_a_hospital_gets_the_name_and_not_what_was_meant_for_this_place(
    aicoach: Aicoach, store: Store
) -> None:
    given = Consent(resident="R-0001", kind="hospital", text_version="1", given_by="R-0001")
    store.shelf(Consent).add(given)
    store.shelf(Account).add(Account(id="s-1", login="s-1", name="Staff", role="staff"))
    store.shelf(Message).add(Message(resident="R-0001", sender="s-1", text="Between us"))
    tables = ("export", "--resident", "R-0001", "--format", "csv", "--for")
    assert aicoach(*tables, "hospital", "--out", "h.zip").code == 0
    assert aicoach(*tables, "resident", "--out", "r.zip").code == 0
    for name, told in (("h.zip", False), ("r.zip", True)):
        with zipfile.ZipFile(name) as archive:
            assert (b"Between us" in archive.read("messages.csv")) == told
            assert "1号居民".encode() in archive.read("resident.csv")
    done = aicoach("export", "--resident", "R-0001", "--for", "hospital", "--check")
    assert (done.code, done.err) == (0, "")
    text = Path("R-0001.fhir.json").read_text(encoding="utf-8")
    assert "1号居民" in text
    assert "Between us" not in text
    Path("R-0001.fhir.json").unlink()
    store.shelf(Consent).change(given.id, withdrawn_at=given.given_at, withdrawn_by="R-0001")
    assert aicoach("export", "--resident", "R-0001", "--for", "hospital").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--resident", "R-9"), "there is no resident of the code R-9"),
        (("--resident", "R-0001", "--period", "3 weeks"), "write 28d, 12w or"),
        (("--resident", "R-0001", "--period", "2026-03-02..2026-03-01"), "ends before it begins"),
        (("--resident", "R-0001", "--period", "2026-02-30.."), "there is no day 2026-02-30"),
        (("--resident", "R-0001", "--system", "my hospital"), "must be a URI"),
        (("--resident", "R-0001", "--format", "csv", "--check"), "only for --format fhir"),
        (("--resident", "R-0001", "--out", "nowhere/x.json"), "No such file or directory"),
        (("--resident", "R-0001", "--out", "cabin.sqlite3"), "exists already"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    aicoach: Aicoach, store: Store, arguments: tuple[str, ...], said: str
) -> None:
    before = sorted(Path().rglob("*.json*"))
    done = aicoach("export", *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert sorted(Path().rglob("*.json*")) == before
    assert noted(store) == []


def test_who_may_not_gets_nothing_and_the_try_is_noted(
    aicoach: Aicoach, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = Actor(account="f-1", role=Role.FAMILY, resident="R-0001")
    monkeypatch.setattr(export, "acting", lambda opened, _login: opened.gate(family))
    done = aicoach("export", "--resident", "R-0001", "--as", "f-1")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert not Path("R-0001.fhir.json").exists()
    assert ["refused" in one for one in noted(store)] == [True]


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [("Asia/Shanghai", date(2026, 3, 2)), ("America/New_York", date(2026, 3, 1)),
     ("Nowhere/Here", date(2026, 3, 1))],
)  # fmt: skip
def test_today_is_the_residents_day(time_zone: str, day: date) -> None:
    late = datetime(2026, 3, 1, 23, 0, tzinfo=timezone.utc)
    assert day_in(time_zone, late) == day
