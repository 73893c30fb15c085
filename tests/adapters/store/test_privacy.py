"""Consents, skeletons, the clock of retention, and the archive that is handed out."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import LargeBinary, func, insert, select, update

from aicoach.access import Actor, Role, console_actor
from aicoach.adapters.recording import read_recording
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.accounts import close_account, find_account
from aicoach.adapters.store.belongings import belongings_of
from aicoach.adapters.store.consents import give, withdraw
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.erasing import erase_resident
from aicoach.adapters.store.exporting import export_resident
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.keypoints import pack, unpack
from aicoach.adapters.store.people import Account, Consent, Message, PlanVersion, Resident
from aicoach.adapters.store.retention import retain
from aicoach.adapters.store.sealing import SealedBytes
from aicoach.errors import AccessError, PrivacyError, StoreError
from aicoach.pose import PoseTrack

from .conftest import keep_session
from .filled import NAME, NOTE

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"ftyp", b"RIFF", b"\x1a\x45\xdf\xa3", b"GIF8")
"""How pictures and videos begin: JPEG, PNG, MP4, AVI and WebP, Matroska, GIF."""


def days(number: float) -> timedelta:
    return timedelta(days=number)


def count(store: Store, table: str) -> int:
    with store.reading() as connection:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return connection.scalar(query) or 0


# --- Consents and skeletons -----------------------------------------------------------


def test_a_consent_is_given_once_with_the_words_that_were_read_and_taken_back(
    filled_store: Store, console: Gate
) -> None:
    given = give(console, "R-0001", "sharing", given_by="R-0001", at=NOW)
    assert given.text_version == "v2026_1"
    assert filled_store.holds_consent("R-0001", "sharing")
    with pytest.raises(PrivacyError, match="has given it already"):
        give(console, "R-0001", "sharing", given_by="R-0001")
    assert withdraw(console, "R-0001", "sharing", withdrawn_by="R-0001", at=NOW) == 0
    assert not filled_store.holds_consent("R-0001", "sharing")
    with pytest.raises(PrivacyError, match="has not given it"):
        withdraw(console, "R-0001", "sharing", withdrawn_by="R-0001")
    kept = filled_store.shelf(Consent).get(given.id)
    assert kept is not None
    assert kept.withdrawn_at == NOW


@pytest.mark.parametrize(
    ("resident", "kind", "problem"),
    [
        ("R-0001", "video", "This program keeps no video"),
        ("R-0001", "everything", "there is none; use records, camera"),
        ("R-9999", "camera", "nobody has this code"),
    ],
)
def test_a_consent_that_cannot_be_given_is_refused(
    console: Gate, resident: str, kind: str, problem: str
) -> None:
    with pytest.raises(PrivacyError) as caught:
        give(console, resident, kind, given_by=resident)
    assert problem in str(caught.value)


def test_staff_of_another_site_write_down_no_consent(filled_store: Store) -> None:
    gate = filled_store.gate(Actor(account="x", role=Role.STAFF, site="site-2"))
    with pytest.raises(AccessError):
        give(gate, "R-0001", "camera", given_by="R-0001")
    assert not filled_store.holds_consent("R-0001", "camera")


def test_skeletons_are_kept_with_consent_only(filled_store: Store, track: PoseTrack) -> None:
    session = filled_store.session_ids("R-00010")[0]
    with pytest.raises(PrivacyError, match="has not agreed to keep them; run: aicoach consent"):
        filled_store.keep_keypoints(session, track)
    assert filled_store.keypoints(session) is None
    with pytest.raises(PrivacyError, match="there is no such session"):
        filled_store.keep_keypoints("01234567-89ab-7def-8123-456789abcdef", track)


def test_taking_the_consent_back_deletes_the_skeletons_at_once(
    filled_store: Store, console: Gate
) -> None:
    session = filled_store.session_ids("R-0001")[0]
    assert filled_store.keypoints(session) is not None
    assert withdraw(console, "R-0001", "keypoints", withdrawn_by="R-0001") == 1
    assert filled_store.keypoints(session) is None
    assert filled_store.session(session).repetitions  # the session itself stays
    entry = filled_store.audit.entries("R-0001")[-1]
    assert entry.details == {"kind": "keypoints", "withdrawn": True, "keypoints_deleted": 1}


def test_skeletons_come_back_to_a_tenth_of_a_millimetre_and_gaps_stay_gaps(
    track: PoseTrack,
) -> None:
    image = track.image_xyzs.copy()
    image[3] = np.nan
    image[5, 7] = np.nan
    image[6, 0, 2] = 99.0  # beyond what is kept: it is cut off, not wrapped around
    holes = PoseTrack(track.t_s + 1e4, image, track.world_xyz, (1920, 1080))
    body = pack(holes)
    back = unpack(body)
    assert len(body) < 480 * len(track.t_s)
    assert back.frame_size_px == (1920, 1080)
    np.testing.assert_allclose(back.t_s, holes.t_s, atol=1e-5)
    np.testing.assert_allclose(back.world_xyz, holes.world_xyz, atol=1e-4)
    assert np.array_equal(np.isnan(back.image_xyzs), np.isnan(image))
    image[6, 0, 2] = 3.2767
    np.testing.assert_allclose(back.image_xyzs, image, atol=1e-4)


@pytest.mark.parametrize("body", [b"", b"{}", b"no json\n", b'{"start_s": 0}\nxx'])
def test_bytes_that_are_no_skeletons_are_not_read(body: bytes) -> None:
    with pytest.raises(PrivacyError, match="keypoints: cannot be read"):
        unpack(body)


# --- No video, ever -------------------------------------------------------------------


def test_no_column_can_hold_a_picture_but_one_that_is_held_to_the_size_of_joints(
    store: Store,
) -> None:
    binary = [
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (LargeBinary, SealedBytes))
    ]
    assert binary == ["keypoints.body"]
    session = keep_session(store, sets=1)
    row = {"session_id": session, "kept_at": NOW, "keep_until": NOW, "frames": 30}
    picture = b"\xff\xd8\xff" + bytes(30_000)  # one small JPEG for a second of session
    with pytest.raises(StoreError, match="no_picture"), store.writing() as connection:
        connection.execute(insert(tables.keypoints), [row | {"body": picture}])
    assert count(store, "keypoints") == 0


def test_a_track_has_no_place_for_a_picture(track: PoseTrack) -> None:
    frames = len(track.t_s)
    with pytest.raises(ValueError, match="image_xyzs must have shape"):
        PoseTrack(track.t_s, np.zeros((frames, 480, 640)), track.world_xyz, (640, 480))


def test_no_file_of_the_store_is_a_picture_or_a_video(
    filled_store: Store, console: Gate, home: Path, tmp_path: Path
) -> None:
    target = tmp_path / "everything.zip"
    export_resident(console, "R-0001", target)
    found = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with zipfile.ZipFile(target) as archive:
        found |= {name: archive.read(name) for name in archive.namelist()}
    with filled_store.reading() as connection:
        for number, body in enumerate(connection.scalars(select(tables.keypoints.c.body))):
            found[f"keypoints {number}"] = body
    assert len(found) > 10
    assert [
        name for name, body in found.items() if any(sign in body[:12] for sign in SIGNATURES)
    ] == []


# --- Retention ------------------------------------------------------------------------


def aged(store: Store) -> None:
    """Something of each kind that is past its time, and something that is not."""
    old, column = NOW - days(1200), tables
    with store.writing() as connection:
        first = connection.scalars(select(tables.sessions.c.id).order_by("id")).first()
        for table, values in (
            (column.sessions, {"ended_at": old}), (column.messages, {"sent_at": old}),
        ):  # fmt: skip
            connection.execute(update(table).values(**values))
        connection.execute(
            update(tables.sessions).where(tables.sessions.c.id != first).values(ended_at=NOW)
        )
    store.shelf(Message).add(Message(resident="R-0001", sender="s-1", text="new", sent_at=NOW))
    store.shelf(PlanVersion).add(
        PlanVersion(resident="R-0001", plan="older", version=1, status="completed", kind="fitness",
                    document={}, created_at=old)
    )  # fmt: skip
    store.shelf(Account).add(Account(id="gone", login="gone", name="Somebody", role="staff",
                                     closed_at=old))  # fmt: skip
    store.shelf(Consent).add(
        Consent(resident="R-0001", kind="camera", text_version="v2026_1", given_at=old,
                given_by="R-0001", withdrawn_at=old, withdrawn_by="R-0001")
    )  # fmt: skip
    well = {"active": True, "disease": False, "symptoms": False}
    for resident in ("R-0001", "R-00010"):  # the second one never answered anew: it stays
        answer_enrolment(store.gate(console_actor("test")), resident, well, place="home", at=old)


def test_what_is_past_its_time_goes_by_its_rule_and_nothing_else(
    filled_store: Store, console: Gate
) -> None:
    aged(filled_store)
    kept = filled_store.session_ids()[1]
    before = count(filled_store, "sessions")
    planned = {one.what: one.rows for one in retain(console, at=NOW, dry_run=True)}
    assert count(filled_store, "sessions") == before
    assert count(filled_store, "messages") == 4
    done = {one.what: one for one in retain(console, at=NOW)}
    assert {what: one.rows for what, one in done.items()} == planned
    assert planned == {
        "keypoints": 0, "sessions": 1, "screenings": 0, "enrolments": 1, "messages": 3, "plans": 1,
        "consents": 1, "accounts": 1, "sign_in_waits": 0, "credentials": 0,
    }  # fmt: skip
    assert done["sessions"].rule == "retention.toml keep.sessions_d = 730 d"
    assert filled_store.session_ids() == (kept,)
    assert filled_store.session(kept).repetitions
    assert {one.text for one in filled_store.shelf(Message).find()} == {"new"}
    closed = filled_store.shelf(Account).get("gone")
    assert closed is not None
    assert (closed.login, closed.name) == ("closed-gone", "closed-")
    assert [one.rows for one in retain(console, at=NOW) if one.rows] == []
    assert filled_store.audit.verify() is None
    ran = [one.details for one in filled_store.audit.entries("system")]
    assert [one["dry_run"] for one in ran] == [True, False, False]
    assert ran[1]["removed"] == {what: rows for what, rows in planned.items() if rows}


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("versions", "left"),
    [
        # in force, however long
        ([{"signed_at": date(2020, 1, 1)}], {1}),
        # superseded long ago, and not so long ago
        ([{"signed_at": date(2020, 1, 1)}, {"signed_at": date(2022, 1, 1)}], {2}),
        ([{"signed_at": date(2020, 1, 1)}, {"signed_at": TODAY - days(100)}], {1, 2}),
        ([{"signed_at": date(2020, 1, 1)},
          {"signed_at": date(2022, 1, 1), "valid_from": TODAY - days(100)}], {1, 2}),
        ([{"signed_at": date(2022, 1, 1)}, {"signed_at": date(2022, 1, 1)}], {2}),
        # a draft or what was set aside takes nothing's place
        ([{"signed_at": date(2020, 1, 1)}, {"status": "draft", "created_at": NOW}], {1, 2}),
        ([{"signed_at": date(2020, 1, 1)},
          {"signed_at": date(2022, 1, 1), "status": "paused", "ended_on": TODAY}], {1, 2}),
        # run out
        ([{"signed_at": date(2020, 1, 1), "valid_until": date(2020, 3, 1)}], set()),
        ([{"signed_at": date(2020, 1, 1), "valid_until": TODAY - days(100)}], {1}),
        # set aside: counted from that day, not from when it was written
        ([{"signed_at": date(2020, 1, 1), "status": "revoked", "ended_on": date(2020, 6, 1)}],
         set()),
        ([{"signed_at": date(2020, 1, 1), "status": "completed", "ended_on": TODAY - days(9)}],
         {1}),
        # never in force
        ([{"status": "draft"}], set()),
        ([{"status": "draft", "created_at": NOW}], {1}),
    ],
)  # fmt: skip
def test_versions_of_plans_go_so_long_after_they_held_no_more(
    store: Store, versions: list[dict[str, Any]], left: set[int]
) -> None:
    store.shelf(Resident).add(Resident(id="R-1", time_zone="Asia/Shanghai"))
    for number, values in enumerate(versions, start=1):
        known: dict[str, Any] = {
            "plan": "p", "status": "active", "kind": "medical", "document": {},
            "created_at": datetime(2020, 1, 1, tzinfo=timezone.utc),
        }  # fmt: skip
        row = PlanVersion(resident="R-1", version=number, **{**known, **values})
        store.shelf(PlanVersion).add(row)
    retain(store.gate(console_actor("test")), at=NOW)
    assert {one.version for one in store.shelf(PlanVersion).find()} == left


def test_skeletons_go_on_the_day_that_was_said(filled_store: Store, console: Gate) -> None:
    with filled_store.reading() as connection:
        until = connection.scalar(select(tables.keypoints.c.keep_until))
    assert isinstance(until, datetime)
    for at, left in ((until - timedelta(minutes=1), 1), (until, 0)):
        retain(console, at=at)
        assert count(filled_store, "keypoints") == left


def test_skeletons_that_no_consent_covers_go_with_the_clock_of_retention(
    filled_store: Store, console: Gate, track: PoseTrack
) -> None:
    give(console, "R-00010", "keypoints", given_by="R-00010")
    filled_store.keep_keypoints(filled_store.session_ids("R-00010")[0], track)
    assert {one.what: one.rows for one in retain(console)}["keypoints"] == 0
    column = tables.consents.c
    mine = (column.kind == "keypoints") & (column.resident == "R-0001")
    with filled_store.writing() as connection:  # as an older program left it
        connection.execute(update(tables.consents).where(mine).values(withdrawn_at=NOW))
    assert {one.what: one.rows for one in retain(console)}["keypoints"] == 1
    assert filled_store.keypoints(filled_store.session_ids("R-0001")[0]) is None
    assert filled_store.keypoints(filled_store.session_ids("R-00010")[0]) is not None


def test_the_clock_of_retention_runs_on_a_server_too(store: Store, track: PoseTrack) -> None:
    from .filled import fill  # noqa: PLC0415

    gate = fill(store, track)
    assert {one.rows for one in retain(gate, at=NOW, dry_run=True)} <= {0, 1, 2, 3}
    removed = {one.what: one.rows for one in retain(gate, at=NOW + days(5000))}
    assert (removed["sessions"], removed["keypoints"], removed["messages"]) == (2, 1, 3)
    assert count(store, "events") == count(store, "sessions") == 0


def test_who_may_not_removes_nothing(filled_store: Store) -> None:
    gate = filled_store.gate(Actor(account="x", role=Role.SITE_ADMIN, site="site-1"))
    with pytest.raises(AccessError):
        retain(gate, at=NOW + days(5000))
    assert count(filled_store, "sessions") == 2


# --- The archive ----------------------------------------------------------------------


def opened(target: Path) -> tuple[zipfile.ZipFile, dict[str, object]]:
    archive = zipfile.ZipFile(target)
    return archive, json.loads(archive.read("manifest.json"))


def test_the_archive_holds_everything_with_its_hash(
    filled_store: Store, console: Gate, tmp_path: Path
) -> None:
    target = tmp_path / "R-0001.zip"
    done = export_resident(console, "R-0001", target, at=NOW, more={"fhir/bundle.json": b"{}"})
    archive, manifest = opened(target)
    with archive:
        files = manifest["files"]
        assert isinstance(files, list)
        assert {one["path"] for one in files} | {"manifest.json"} == set(archive.namelist())
        assert len(archive.namelist()) == done.files
        for one in files:
            content = archive.read(one["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (
                one["bytes"], one["sha256"],
            )  # fmt: skip
        name = next(one for one in archive.namelist() if one.startswith("keypoints/"))
        (tmp_path / "k.npz").write_bytes(archive.read(name))
        said = b"".join(archive.read(one) for one in archive.namelist()).decode(errors="replace")
    assert len(read_recording(tmp_path / "k.npz").t_s) > 10
    for kept in (NAME, "1950", NOTE, "加油", "steady", "record.export"):
        assert kept in said
    for hidden in ("$argon2", "daughter", "女儿", "别人", "R-00010"):
        assert hidden not in said, hidden
    assert target.stat().st_mode & 0o077 == 0


def test_what_would_be_erased_is_what_is_handed_out(
    filled_store: Store, console: Gate, tmp_path: Path
) -> None:
    export_resident(console, "R-0001", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        rows = {
            Path(name).stem: len(archive.read(name).decode().splitlines())
            for name in archive.namelist()
            if name.startswith("tables/")
        }
    deleted = erase_resident(console, "R-0001").deleted
    assert rows == deleted


def test_every_line_of_a_session_is_in_the_archive(
    filled_store: Store, console: Gate, tmp_path: Path
) -> None:
    export_resident(console, "R-0001", tmp_path / "all.zip")
    session = filled_store.session_ids("R-0001")[0]
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        name = next(one for one in archive.namelist() if one.endswith(f"{session}.jsonl"))
        lines = archive.read(name).decode().splitlines()
        body = json.loads(archive.read(name.replace(".jsonl", ".json")))
    assert lines == [one.line for one in filled_store.entries(session)]
    assert len(body["repetitions"]) == len(filled_store.session(session).repetitions)


def test_an_archive_is_never_written_over_nor_half_written(console: Gate, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(PrivacyError, match="exists already"):
        export_resident(console, "R-0001", target)
    assert target.read_text(encoding="utf-8") == "mine"
    with pytest.raises(PrivacyError, match="cannot be written"):
        export_resident(console, "R-0001", tmp_path / "no" / "folder.zip")
    with pytest.raises(PrivacyError, match="nobody has this code"):
        export_resident(console, "R-9999", tmp_path / "nobody.zip")
    assert [path.name for path in tmp_path.glob("*.zip")] == ["all.zip"]


def test_a_page_in_each_language_shows_text_as_text(
    filled_store: Store, console: Gate, tmp_path: Path
) -> None:
    filled_store.shelf(Message).add(
        Message(resident="R-0001", sender="s-1", text="<script>alert(1)</script>")
    )
    export_resident(console, "R-0001", tmp_path / "all.zip", at=NOW)
    with zipfile.ZipFile(io.BytesIO((tmp_path / "all.zip").read_bytes())) as archive:
        pages = {one: archive.read(f"index.{one}.html").decode() for one in ("zh", "en")}
    for language, page in pages.items():
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "http" not in page.replace("http-equiv", "")
        assert NAME in page
        assert "{" not in page.split("</style>")[1], language
    assert "我们保存了您的哪些信息" in pages["zh"]
    assert "no medical device" in pages["en"]


def test_a_session_that_belongs_to_nobody_any_more_is_not_there(filled_store: Store) -> None:
    with filled_store.reading() as connection:
        theirs = belongings_of(connection, "R-0001")
    assert theirs.sessions == filled_store.session_ids("R-0001")
    assert set(theirs.accounts) == {"f-1", find_account(filled_store, "R-0001#resident").id}


def test_family_whose_account_was_closed_is_still_found(filled_store: Store, console: Gate) -> None:
    close_account(console, find_account(filled_store, "daughter"))
    assert "accounts" in erase_resident(console, "R-0001").deleted
    assert filled_store.shelf(Account).get("f-1") is None
