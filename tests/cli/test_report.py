"""``aicoach report``: each format of each page, and one clear line for what cannot be made."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from aicoach.access import Actor, Role
from aicoach.adapters.recording import write_recording
from aicoach.adapters.store import Store
from aicoach.adapters.store.people import Account, PlanVersion, Resident
from aicoach.bench.report import fill
from aicoach.cli import report as command
from aicoach.pose import PoseTrack

from .conftest import Aicoach, Ran

FIRST = date(2026, 8, 31)
DAYS = f"{FIRST}..{FIRST + timedelta(days=13)}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, tuple[str, ...]]:
    """A database with a week of one resident; its folder; the sessions."""
    home = tmp_path_factory.mktemp("home")
    database = home / "cabin.sqlite3"
    store = Store(str(database), folder=home)
    sessions = fill(store, weeks=1)
    store.shelf(Resident).add(Resident(id="R-0002", time_zone="Nowhere/Atall", language="en"))
    store.close()
    return database, home, sessions


@pytest.fixture
def report(
    aicoach: Aicoach,
    site: tuple[Path, Path, tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> Aicoach:
    """Run ``aicoach report`` on it; two weeks, unless other days are named."""
    database, home, _ = site
    monkeypatch.setenv("AICOACH_HOME", str(home))
    monkeypatch.setenv("AICOACH_DATABASE", str(database))

    def call(*arguments: str | Path, resident: str = "R-0001", period: str = DAYS) -> Ran:
        return aicoach("report", "--resident", resident, "--period", period, *arguments)

    return call


@pytest.fixture
def session(site: tuple[Path, Path, tuple[str, ...]]) -> str:
    return site[2][0]


def test_a_page_is_written_whole_and_for_its_owner_only(report: Aicoach, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = report("--out", out)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{out}: ")
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "随访报告"),
        (("--language", "en"), "Follow-up"),
        (("--for", "resident"), "您的运动小结"),
        (("--for", "resident", "--language", "en"), "Your exercise"),
    ],
)
def test_readers_and_languages_have_their_own_page(
    report: Aicoach, arguments: tuple[str, ...], words: str
) -> None:
    done = report(*arguments)
    assert (done.code, done.err) == (0, "")
    assert f"<h1>{words}" in done.out


def test_a_session_has_a_page_with_every_picture(report: Aicoach, session: str) -> None:
    done = report("--session", session, "--language", "en")
    assert (done.code, done.err) == (0, "")
    assert session in done.out
    assert "No joints were kept" in done.out


def test_json_is_for_programs(report: Aicoach) -> None:
    body = json.loads(report("--format", "json").out)
    assert (body["kind"], body["resident"], body["first"]) == ("StaffPage", "R-0001", "2026-08-31")


def test_csv_has_the_sessions_or_the_repetitions_of_one(report: Aicoach, session: str) -> None:
    sessions = list(csv.DictReader(io.StringIO(report("--format", "csv").out.lstrip("\ufeff"))))
    assert session in {row["session_id"] for row in sessions}
    one = report("--format", "csv", "--session", session).out.lstrip("\ufeff")
    repetitions = list(csv.DictReader(io.StringIO(one)))
    row = next(one for one in sessions if one["session_id"] == session)
    main = [one for one in repetitions if one["part"] == "main"]
    assert len(main) >= int(row["repetitions"]) > 0


def test_the_event_log_is_as_it_was_kept(
    report: Aicoach, site: tuple[Path, Path, tuple[str, ...]], session: str
) -> None:
    lines = report("--format", "jsonl", "--session", session).out.splitlines()
    store = Store(str(site[0]), folder=site[1])
    kept = store.entries(session)
    store.close()
    assert [json.loads(one)["number"] for one in lines] == [one.sequence for one in kept]
    assert all(entry.line in line for entry, line in zip(kept, lines, strict=True))


def test_joints_of_a_recording_become_stick_figures(
    report: Aicoach, site: tuple[Path, Path, tuple[str, ...]], session: str, tmp_path: Path
) -> None:
    store = Store(str(site[0]), folder=site[1])
    kept = store.session(session)
    store.close()
    t_s = np.unique([one.peak_s for one in kept.repetitions])
    image = np.random.default_rng(1).uniform(0.2, 0.8, (len(t_s), 33, 4))
    image[:, :, 3] = 0.9
    path = tmp_path / "joints.npz"
    write_recording(path, PoseTrack(t_s, image, np.zeros((len(t_s), 33, 3)), (640, 480)), {})
    done = report("--session", session, "--recording", path, "--language", "en")
    assert (done.code, done.err) == (0, "")
    assert "Best: set" in done.out
    assert "Stick figure, " in done.out


def test_who_saw_it_is_in_the_audit(
    report: Aicoach, site: tuple[Path, Path, tuple[str, ...]], session: str
) -> None:
    report("--session", session)
    store = Store(str(site[0]), folder=site[1])
    seen = [one for one in store.audit.entries("R-0001") if one.action == "report.view"]
    assert store.audit.verify() is None
    store.close()
    entry = seen[-1]
    assert entry.details["session"] == session
    assert (entry.details["for"], entry.details["format"]) == ("staff", "html")


def test_who_may_not_see_it_sees_nothing_and_is_in_the_audit(
    report: Aicoach,
    site: tuple[Path, Path, tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(str(site[0]), folder=site[1])
    account = store.shelf(Account).find(login="other")
    if not account:
        store.shelf(Account).add(
            Account(id="other", login="other", name="other", role="resident", resident="R-0002")
        )
    store.close()
    monkeypatch.setattr(
        command,
        "acting",
        lambda store, _: store.gate(Actor(account="other", role=Role.RESIDENT, resident="R-0002")),
    )
    done = report()
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    store = Store(str(site[0]), folder=site[1])
    assert "refused" in store.audit.entries("R-0001")[-1].details
    store.close()


def test_nothing_done_under_a_plan_is_a_page_too(report: Aicoach) -> None:
    done = report("--language", "en", period="2026-10-05..2026-10-18")
    assert (done.code, done.err) == (0, "")
    assert "No session in these days." in done.out


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        ((), {"resident": "R-9999"}, "nobody has the code 'R-9999'"),
        ((), {"period": "soon"}, "'soon' is no period; write 28d, 12w or"),
        ((), {"period": "0d"}, "'0d' has no day"),
        ((), {"period": "2026-09-30..2026-09-01"}, "ends before it begins"),
        ((), {"period": "2025-01-01..2025-01-31"}, "has no session from 2025-01-01"),
        ((), {"resident": "R-0002"}, "R-0002 has no session from"),
        (("--format", "csv"), {"period": "2026-10-05..2026-10-18"}, "the last one before was on"),
        (("--format", "jsonl"), {"resident": "R-0002"}, "there is none before"),
        (("--session", "nothing"), {}, "R-0001 has no session 'nothing'"),
        (("--format", "pdf"), {}, "name a file with --out"),
        (("--recording", "x.npz"), {}, "name it with --session"),
        (("--session", "x", "--for", "resident"), {}, "leave out --for resident"),
        (("--out", "{tmp}/no/such/page.html"), {}, "its folder does not exist"),
        (("--out", "{tmp}"), {}, "is a folder; name a file"),
        (("--format", "xls"), {}, "'xls'"),
        (("--language", "fr"), {}, "'fr'"),
        (("--for", "nobody"), {}, "'nobody'"),
    ],
)
def test_what_cannot_be_made_is_one_line_and_exit_code_2(
    report: Aicoach,
    tmp_path: Path,
    arguments: tuple[str, ...],
    more: dict[str, str],
    said: str,
) -> None:
    done = report(*(one.format(tmp=tmp_path) for one in arguments), **more)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_the_session_of_somebody_else_is_not_shown(report: Aicoach, session: str) -> None:
    done = report("--session", session, resident="R-0002")
    assert (done.code, done.out) == (2, "")
    assert "R-0002 has no session" in done.err


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    report: Aicoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "page.html"
    out.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = report("--out", out)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "No space left on device" in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]
    assert out.read_text() == "before"


def test_a_version_that_cannot_be_read_does_not_hide_the_rest(
    report: Aicoach, site: tuple[Path, Path, tuple[str, ...]]
) -> None:
    store = Store(str(site[0]), folder=site[1])
    store.shelf(PlanVersion).add(
        PlanVersion(
            resident="R-0002", plan="broken", version=1, status="active", kind="fitness",
            document={"schema": 1},
        )
    )  # fmt: skip
    store.close()
    done = report(resident="R-0002")
    assert done.code == 2
    assert done.err.startswith("aicoach: left out, version 1: broken.json")
