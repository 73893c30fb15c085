"""The loop from the command line: plan, signature, session, standing, review."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import add_account, set_password
from aicoach.adapters.store.consents import give, withdraw
from aicoach.adapters.store.people import Account, PlanVersion, Resident, Site
from aicoach.adherence import adherence_of, course_of_plans, triage, weeks_until
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.catalog import load_catalog
from aicoach.prescription import parse_prescription
from aicoach.visit.from_store import ask_opened

from .conftest import squat_plan

Aicoach = Callable[..., Any]
ZONE = "Asia/Shanghai"
WORD = "a long enough secret 4711"
WELL = """
unwell = false
chest_breath = false
dizzy_weak = false
medicine_change = false
meal_alcohol = false
pain = 0.0
effort = 4.0

[enrolment]
active = true
disease = false
symptoms = false
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place for a database, with a site, a clinician and a member of the staff."""
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    store = Store(str(tmp_path / "cabin.sqlite3"))
    store.shelf(Site).add(Site(id="site-1", name="Site 1", time_zone=ZONE))
    gate = store.gate(console_actor("tester"))
    for login, role, licence in (("c-1", "clinician", "L-1"), ("s-1", "staff", None)):
        row = Account(id=login, login=login, name=login, role=role, site="site-1", licence=licence)
        set_password(gate, add_account(gate, row), WORD)
    store.close()
    return str(tmp_path / "cabin.sqlite3")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Pipe the password into the next command."""
    return lambda: monkeypatch.setattr("sys.stdin", io.StringIO(WORD + "\n"))


def files(tmp_path: Path) -> tuple[Path, Path]:
    plan, answers = tmp_path / "plan.toml", tmp_path / "answers.toml"
    plan.write_text(squat_plan(signed=False), encoding="utf-8")
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011 - any day before
    answers.write_text(WELL + f"answered_on = {yesterday}\n", encoding="utf-8")
    return plan, answers


def test_a_plan_is_assigned_signed_carried_out_and_followed_up(
    aicoach: Aicoach, database: str, store: Store, signed_in: Callable[[], None],
    squats: Path, tmp_path: Path,
) -> None:  # fmt: skip
    plan, answers = files(tmp_path)
    kept_in = ("--database", database)
    today = datetime.now(ZoneInfo(ZONE)).date()

    def done(*command: str | Path) -> Any:
        ran = aicoach(*command, *kept_in)
        assert (ran.code, ran.err) == (0, "")
        return ran

    done("resident", "add", "R-0001", "--site", "site-1", "--language", "en")
    assert "not in force" in done("plan", "assign", plan, "--resident", "R-0001").out
    refused = aicoach("coach", "--resident", "R-0001", "--source", squats, *kept_in)
    assert refused.code == 2
    assert "no plan is in force" in refused.err
    signed_in()
    done("plan", "sign", "--resident", "R-0001", "--as", "c-1")
    versions = done("plan", "list", "--resident", "R-0001").out.splitlines()
    assert ["draft" in line for line in versions] == [True, False]
    assert "by c-1  <- in force" in versions[1]

    report = tmp_path / "report.json"
    session = ("coach", "--resident", "R-0001", "--source", squats)
    for kind in ("records", "camera"):
        done("consent", "give", "--resident", "R-0001", "--kind", kind)
    done(*session, "--recorded-at", f"{today}T00:10", "--answers", answers, "--json", report)
    (summary,) = store.summaries("R-0001")
    assert (summary.day, summary.plan_version, summary.demonstration) == (today, 2, False)
    kept, document = store.session(summary.session), json.loads(report.read_text("utf-8"))
    assert [one.done for one in kept.sets] == [
        one["done"] for one in document["exercises"][0]["sets"]
    ]
    assert (kept.session.time_zone, kept.session.site) == (ZONE, "site-1")
    assert kept.session.language == "en"
    assert kept.session.started_at == datetime.combine(
        today, datetime.min.time(), ZoneInfo(ZONE)
    ).astimezone(timezone.utc) + timedelta(minutes=10)

    assert store.standings().out_of_date == 0  # the session's end brought the list up to date

    # A rehearsal on the same file counts nowhere; it knows that it would be the second.
    log = tmp_path / "session.jsonl"
    done(*session, "--events", log)
    head = json.loads(log.read_text("utf-8").splitlines()[0])["session"]
    assert (head["session_of_week"], head["session_number"]) == (2, 2)
    assert len(store.session_ids("R-0001")) == 2
    assert len(store.summaries("R-0001")) == 1

    listed = done("triage", "--site", "site-1", "--language", "en").out
    assert "R-0001" in listed
    course = course_of_plans(
        [
            parse_prescription(json.dumps(one.document), "p.json")
            for one in store.shelf(PlanVersion).find(resident="R-0001")
        ],
        load_catalog(),
    )
    week = adherence_of([summary], course, weeks_until(today, 7), today)
    (standing,) = store.standings().rows
    found = triage([summary], course, today)
    assert (standing.level, standing.reasons) == (found.level, found.reasons)
    assert week.too_early, "signed today"
    assert (standing.done, standing.asked) == (1, None)
    assert (standing.plan, standing.version) == ("squats", 2)
    assert standing.last_session == summary.session

    signed_in()
    done("review", summary.session, "--note", "seen", "--as", "s-1")
    assert "complete" in done("resident", "show", "R-0001").out


def test_without_a_consent_that_it_needs_no_session_is_kept_and_a_rehearsal_is(
    aicoach: Aicoach, database: str, store: Store, signed_in: Callable[[], None],
    squats: Path, tmp_path: Path,
) -> None:  # fmt: skip
    plan, answers = files(tmp_path)
    kept_in = ("--database", database)
    for command in (
        ("resident", "add", "R-0001", "--site", "site-1", "--language", "en"),
        ("plan", "assign", plan, "--resident", "R-0001"),
        ("plan", "sign", "--resident", "R-0001", "--as", "c-1"),
    ):
        signed_in()
        assert aicoach(*command, *kept_in).code == 0, command
    day = datetime.now(ZoneInfo(ZONE)).date()
    session = ("coach", "--resident", "R-0001", "--source", squats, *kept_in)
    real = (*session, "--recorded-at", f"{day}T00:10", "--answers", answers)
    live = ("coach", "--resident", "R-0001", "--source", "0", *kept_in)
    gate = store.gate(console_actor("tester"))
    for missing in ("records and camera", "camera"):
        for command in (real, live):
            refused = aicoach(*command)
            assert refused.code == 2
            assert f"R-0001: has not agreed to {missing}; read it out" in refused.err
            assert refused.err.count("\n") == 1
        give(gate, "R-0001", missing.split()[0], given_by="R-0001")
    assert store.session_ids() == ()
    withdraw(gate, "R-0001", "records", withdrawn_by="R-0001")
    assert "has not agreed to records;" in aicoach(*real).err
    assert aicoach(*session).code == 0, "a rehearsal watches nobody"
    assert store.summaries("R-0001") == ()


def test_a_plan_from_a_file_asks_for_the_consents_of_whom_it_names(
    aicoach: Aicoach, database: str, tmp_path: Path
) -> None:
    plan, _ = files(tmp_path)
    plan.write_text(squat_plan(signed=True).replace("2026-12-31", "2099-12-31"), encoding="utf-8")
    refused = aicoach("coach", "-p", plan, "--source", "0", "--database", database)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "R-0001: has not agreed to records and camera" in refused.err


def test_a_day_is_the_one_that_the_resident_has_not_the_computer(
    aicoach: Aicoach, database: str, store: Store, signed_in: Callable[[], None], tmp_path: Path
) -> None:
    plan, _ = files(tmp_path)
    zones = {"EARLY": "Pacific/Kiritimati", "LATE": "Pacific/Pago_Pago"}  # 25 hours apart
    for code, zone in zones.items():
        of = ("--resident", code, "--database", database)
        assert aicoach("resident", "add", code, "--time-zone", zone, "--site", "site-1",
                       "--database", database).code == 0  # fmt: skip
        plan.write_text(squat_plan(signed=False).replace("R-0001", code), encoding="utf-8")
        assert aicoach("plan", "assign", plan, *of).code == 0
        signed_in()
        assert aicoach("plan", "sign", *of, "--as", "c-1").code == 0
    known = {code: ask_opened(store, code, None, with_plan=True, rehearsal=True) for code in zones}
    signed = {code: one.plan and one.plan.signed_at for code, one in known.items()}
    assert signed == {code: one.today for code, one in known.items()}
    assert known["EARLY"].today > known["LATE"].today


def test_a_session_with_a_plan_from_a_file_goes_on_without_its_database(
    aicoach: Aicoach, squats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    address = str(tmp_path / "broken.sqlite3")
    Path(address).write_bytes(b"this was never a database " * 400)
    plan, _ = files(tmp_path)
    plan.write_text(squat_plan(signed=True).replace("2026-12-31", "2099-12-31"), encoding="utf-8")
    report = tmp_path / "report.json"
    ran = aicoach(
        "coach", "-p", plan, "--source", squats, "--database", address, "--json", report
    )  # fmt: skip
    assert ran.code == 0
    document = json.loads(report.read_text("utf-8"))
    assert document["outcome"]["why"] == "complete"
    notes = [one["detail"] for one in document["not_measured"] if one["what"] == "note"]
    assert any("broken.sqlite3" in note for note in notes)
    # What the database did not take waits in the journal.
    assert list((tmp_path / "home" / "journal").rglob("*.jsonl"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "a.npz"), "say which plan"),
        (("--source", "a.npz", "--resident", "R-1"), "say --database too"),
        (("--source", "a.npz", "--cabin", "c"), "say --database too"),
        (("--source", "a.npz", "--recorded-at", "2026-11-20T09:00"), "say --database too"),
        (("--source", "0", "--database", "d", "--resident", "R", "--recorded-at",
          "2026-11-20T09:00", "--answers", "ask"), "a camera records now"),
        (("--source", "a.npz", "--database", "d", "--resident", "R", "--recorded-at",
          "2026-11-20T09:00"), "say --answers"),
        (("--source", "a.npz", "--database", "d", "-p", "p.toml", "--recorded-at",
          "2026-11-20T09:00", "--answers", "ask"), "say --resident"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_together_are_refused_first(
    aicoach: Aicoach, options: tuple[str, ...], said: str
) -> None:
    ran = aicoach("coach", *options)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", "2026-03-03"), ("Pacific/Pago_Pago", "2026-03-01")]
)
def test_the_list_shows_the_residents_day_of_the_last_session(
    aicoach: Aicoach, database: str, store: Store, zone: str, day: str
) -> None:
    store.shelf(Resident).add(Resident(id="R-0001", site="site-1", time_zone=zone))
    at = datetime(2026, 3, 2, 10 if day.endswith("3") else 2, 30, tzinfo=timezone.utc)
    recorder = store.record(replace(made_head(), started_at=at, time_zone=zone), made_plan(1))
    for happened in made_session(1):
        hand_over(recorder, happened)
    recorder.close()
    listed = aicoach("triage", "--site", "site-1", "--language", "en", "--database", database).out
    assert day in listed
    assert "2026-03-02" not in listed


def test_what_is_missing_is_said_in_one_line(
    aicoach: Aicoach, database: str, squats: Path, signed_in: Callable[[], None]
) -> None:
    kept_in = ("--database", database)
    for command, said in (
        (("coach", "--source", squats, *kept_in), "say --resident CODE"),
        (("coach", "--source", squats, "--resident", "R-9", *kept_in), "is not registered"),
        (("plan", "assign", "nothing", "--resident", "R-9", *kept_in), "no resident R-9"),
        (("plan", "sign", "--resident", "R-9", *kept_in), "say --as LOGIN"),
        (("review", "abc", *kept_in), "say --as LOGIN"),
        (("review", *kept_in), "say which"),
        (
            ("plan", "assign", "hypertension", "--resident", "R-9", *kept_in),
            "cabin.sqlite3: there is no resident R-9; see aicoach resident list",
        ),
        (("resident", "show", "R-9", *kept_in), "there is no resident R-9; see aicoach resident"),
        (("plan", "list", "--resident", "R-9", *kept_in), "R-9: is not registered in"),
        (("consent", "list", "--resident", "R-9", *kept_in), "R-9: is not registered in"),
        (("triage", "--site", "nowhere", *kept_in), "--site nowhere: there is no such site"),
        (("resident", "list", "--site", "nowhere", *kept_in), "--site nowhere: there is no such"),
        (("triage", "--page", "99", *kept_in), "--page 99: the last one is 1"),
        (("resident", "add", "two words", *kept_in), "is no code"),
        (("resident", "add", "R-1", "--site", "nowhere", *kept_in), "no such site"),
        (("resident", "add", "R-1", "--time-zone", "Mars/Base", *kept_in), "is no zone"),
    ):
        ran = aicoach(*command)
        assert ran.code == 2, command
        assert said in ran.err, command
        assert "it failed" not in ran.err, command
        assert ran.err.count("\n") == 1, command
