"""Rows other than sessions: what a cabin hands on, what it is given, and who is in the right."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from aicoach.adapters.store import Store, new_id, tables
from aicoach.adapters.store.arriving import take
from aicoach.adapters.store.arriving_rows import RowTaken, take_row
from aicoach.adapters.store.cabin_tokens import CabinPass
from aicoach.adapters.store.inbox import Inbox
from aicoach.adapters.store.outbox import Outbox
from aicoach.adapters.store.people import (
    Account,
    Consent,
    Enrolment,
    Message,
    PlanVersion,
    Resident,
    Review,
    plan_in_force,
)
from aicoach.adapters.store.plan_rules import CENTRE_FIRST, MAY_NOT_SIGN, SIGNED_LATER
from aicoach.adapters.store.set_aside import set_aside_plans
from aicoach.adapters.store.shared_rows import plain_body
from aicoach.adapters.store.site_rows import manifest, read_rows
from aicoach.pose import PoseTrack

from .sync_help import (
    CABIN,
    NOW,
    SIGNING,
    STRANGER,
    head_of,
    piece_of,
    plan_version,
    resident,
    with_cabins,
)

CENTRE_ID = "01a20000-0000-7000-8000-000000000001"
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


class Pair:
    """A centre and one of its cabins, with nothing between them."""

    def __init__(self, centre: Store, cabin: Store) -> None:
        self.centre, self.cabin = centre, cabin
        self.erased: list[str] = []

    def up(self, as_: CabinPass = CABIN) -> list[RowTaken]:
        outbox = Outbox(self.cabin, CENTRE_ID, again_after_s=0.0)
        found = []
        for before in (True, False):
            for kind, body in list(outbox.rows(before)):
                taken = take_row(self.centre, as_, kind, body)
                refused = taken.text if taken.outcome == "refused" else None
                outbox.confirm_rows([(kind, body, refused)])
                found.append(taken)
        return found

    def down(self, as_: CabinPass = CABIN) -> tuple[tuple[str, ...], int]:
        inbox = Inbox(self.cabin, CENTRE_ID, may_sign=as_.may_sign, erase=self.erased.append)
        listed = manifest(self.centre, as_)
        rows = read_rows(self.centre, as_, inbox.wanted(listed))
        problems = inbox.take(rows)
        return (*problems, *inbox.finish(listed, ())), len(rows)

    def meet(self, as_: CabinPass = CABIN) -> None:
        self.up(as_)
        said, _ = self.down(as_)
        assert said == ()


@pytest.fixture
def pair(store: Store, tmp_path: Path, migrated_file: Path) -> Iterator[Pair]:
    """The centre on either database; the cabin is a file."""
    with_cabins(store)
    file = shutil.copy(migrated_file, tmp_path / "cabin.sqlite3")
    cabin = Store(str(file), folder=tmp_path / "cabin")
    yield Pair(store, cabin)
    cabin.close()


def versions(store: Store) -> dict[int, str]:
    return {one.version: one.document["title"]["en"] for one in store.shelf(PlanVersion).find()}


def actions(store: Store, subject: str | None = None) -> list[str]:
    return [one.action for one in store.audit.entries(subject)]


def test_a_cabin_gets_residents_plans_consents_and_accounts_of_its_site(pair: Pair) -> None:
    for code, site in (("R-1", "site-1"), ("R-2", "site-2")):
        pair.centre.shelf(Resident).add(resident(code, site, name="Resident 1"))
        pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY, resident=code))
        pair.centre.shelf(Consent).add(
            Consent(resident=code, kind="records", text_version="1", given_by=code)
        )
        pair.centre.shelf(Account).add(
            Account(login=code, name=code, role="resident", resident=code)
        )
    for login, role, site in (
        ("anna", "staff", "site-1"), ("bo", "staff", "site-2"), ("root", "system_admin", None),
    ):  # fmt: skip
        pair.centre.shelf(Account).add(Account(login=login, name=login, role=role, site=site))
    assert pair.down()[0] == ()
    assert [one.id for one in pair.cabin.shelf(Resident).find()] == ["R-1"]
    assert [one.resident for one in pair.cabin.shelf(PlanVersion).find()] == ["R-1"]
    assert [one.resident for one in pair.cabin.shelf(Consent).find()] == ["R-1"]
    assert {one.login for one in pair.cabin.shelf(Account).find()} == {"R-1", "anna"}
    assert plan_in_force(pair.cabin, "R-1") == plan_in_force(pair.centre, "R-1")
    assert pair.down() == ((), 0), "what is alike does not travel again"


def test_a_cabin_that_asks_for_rows_of_another_site_gets_none(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident("R-2", "site-2"))
    plan = pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY, resident="R-2"))
    wanted = [("residents", "R-2"), ("prescriptions", plan.id), ("audit", "1"), ("events", "1")]
    assert read_rows(pair.centre, CABIN, wanted) == ()
    assert len(read_rows(pair.centre, STRANGER, wanted)) == 2


def test_who_can_sign_in_elsewhere_cannot_sign_in_here(pair: Pair) -> None:
    shelf = pair.centre.shelf(Account)
    accounts = {
        login: shelf.add(Account(login=login, name=login, role=role, site="site-1"))
        for login, role in (("anna", "staff"), ("chief", "site_admin"))
    }
    rows = [
        {
            "id": new_id(),
            "account": accounts[login].id,
            "kind": kind,
            "secret": "hash",
            "label": "",
            "created_at": NOW,
            "cabin": cabin,
        }
        for login, kind, cabin in (
            ("anna", "password", None), ("anna", "pin", "cabin-1"), ("anna", "pin", "cabin-2"),
            ("chief", "password", None),
        )
    ]  # fmt: skip
    with pair.centre.writing() as connection:
        connection.execute(insert(tables.credentials), rows)
    pair.down()
    with pair.cabin.reading() as connection:
        found = connection.execute(select(tables.credentials)).mappings().all()
    assert {row["id"] for row in found} == {rows[0]["id"], rows[1]["id"]}


def test_a_card_that_is_revoked_at_the_centre_is_revoked_in_the_cabin(pair: Pair) -> None:
    account = pair.centre.shelf(Account).add(
        Account(login="anna", name="anna", role="staff", site="site-1")
    )
    card = {
        "id": new_id(), "account": account.id, "kind": "card", "secret": "hash", "lookup": "abc",
        "label": "blue", "created_at": NOW,
    }  # fmt: skip
    with pair.centre.writing() as connection:
        connection.execute(insert(tables.credentials), [card])
    pair.down()
    later = NOW + timedelta(days=1)
    with pair.centre.writing() as connection:
        connection.execute(tables.credentials.update().values(revoked_at=later))
    pair.centre.shelf(Account).change(account.id, closed_at=later)
    pair.down()
    with pair.cabin.reading() as connection:
        assert connection.scalar(select(tables.credentials.c.revoked_at)) == later
    assert pair.cabin.shelf(Account).find()[0].closed_at == later


def test_what_residents_and_staff_did_in_a_cabin_reaches_the_centre(pair: Pair) -> None:
    staff = Account(login="anna", name="anna", role="staff", site="site-1")
    pair.centre.shelf(Account).add(staff)
    pair.meet()
    piece = piece_of(head_of(resident="R-1"))
    take(pair.cabin, CABIN, piece)
    take(pair.centre, CABIN, piece)
    rows: list[Any] = [
        Consent(resident="R-1", kind="records", text_version="1", given_by="R-1"),
        Review(session_id=piece.session_id, account=staff.id, note="看过了"),
        Message(resident="R-1", sender=staff.id, text="做得很好"),
    ]
    for row in rows:
        pair.cabin.shelf(type(row)).add(row)
    assert {one.outcome for one in pair.up()} == {"kept", "known"}
    for row in rows:
        assert pair.centre.shelf(type(row)).get(row.id) == row
    assert pair.up() == [], "what was confirmed is not handed on again"


@pytest.mark.parametrize(
    ("changed", "reviews", "writes"),
    [
        ({}, True, True),
        ({"role": "clinician"}, True, True),
        ({"site": "site-2"}, False, False),
        ({"role": "site_admin"}, False, False),
        ({"role": "resident", "resident": "R-1"}, False, True),
        ({"role": "family", "resident": "R-1"}, False, True),
        ({"role": "family", "resident": "R-2"}, False, False),
        ({"closed_at": NOW}, False, False),
        ({"closed_at": datetime.now(timezone.utc) + timedelta(days=2)}, True, True),
    ],
)
def test_a_cabin_hands_on_notes_and_messages_only_of_who_might_have_written_them(
    pair: Pair, changed: dict[str, Any], reviews: bool, writes: bool
) -> None:
    for code in ("R-1", "R-2"):
        pair.centre.shelf(Resident).add(resident(code))
    one = Account(login="anna", name="anna", role="staff", site="site-1")
    pair.centre.shelf(Account).add(replace(one, **changed))
    piece = piece_of(head_of(resident="R-1"))
    assert take(pair.centre, CABIN, piece).closed
    at = datetime.now(timezone.utc)
    note = Review(session_id=piece.session_id, account=one.id, reviewed_at=at)
    word = Message(resident="R-1", sender=one.id, sent_at=at, text="好")
    for kind, row, allowed in (("reviews", note, reviews), ("messages", word, writes)):
        taken = take_row(pair.centre, CABIN, kind, plain_body(dataclasses.asdict(row)))
        assert (taken.outcome == "kept") is allowed, taken.text
        assert len(pair.centre.shelf(type(row)).find()) == allowed
        assert ("sync.refused" in actions(pair.centre, row.id)) is not allowed


def test_what_is_past_its_time_at_the_centre_is_not_brought_back_by_a_cabin(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident())
    staff = Account(login="anna", name="anna", role="staff", site="site-1")
    pair.centre.shelf(Account).add(staff)
    pair.meet()
    long_ago = datetime.now(timezone.utc) - timedelta(days=3000)
    old = Message(resident="R-1", sender=staff.id, text="früher", sent_at=long_ago)
    for one in (old, replace(old, id=new_id(), sent_at=datetime.now(timezone.utc))):
        pair.cabin.shelf(Message).add(one)
    outcomes = {one.id: one.outcome for one in pair.up()}
    assert (outcomes.pop(old.id), set(outcomes.values())) == ("known", {"kept"})
    assert old.id not in {one.id for one in pair.centre.shelf(Message).find()}
    assert pair.up() == [], "it is not offered again"
    assert "sync.refused" not in actions(pair.centre, old.id)


def test_nobody_signs_a_note_or_a_message_whom_the_centre_does_not_know(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident())
    word = Message(resident="R-1", sender=new_id(), text="好")
    taken = take_row(pair.centre, CABIN, "messages", plain_body(dataclasses.asdict(word)))
    assert (taken.outcome, pair.centre.shelf(Message).find()) == ("refused", ())


def test_what_was_answered_about_health_is_asked_in_one_place_only(pair: Pair) -> None:
    said: dict[str, bool | None] = {"active": True, "disease": False, "symptoms": None}
    pair.centre.shelf(Resident).add(resident())
    at_home = pair.centre.shelf(Enrolment).add(
        Enrolment(resident="R-1", answered_at=NOW, answered_by="R-1", place="home",
                  answers=said, question_version="1")
    )  # fmt: skip
    pair.meet()
    assert pair.cabin.shelf(Enrolment).find() == (at_home,)
    later = replace(at_home, id=new_id(), answered_at=NOW + timedelta(days=1), place="cabin")
    pair.cabin.shelf(Enrolment).add(later)
    pair.meet()
    assert pair.centre.shelf(Enrolment).find() == (at_home, later)
    assert pair.up() == [], "what was confirmed is not handed on again"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"answers": {"active": True}}, "disease: is missing"),
        ({"answers": {"active": "x", "disease": None, "symptoms": None}}, "active: is 'x'"),
        ({"answers": [True, False, True]}, "is missing"),
        ({"place": "bus"}, ""),
        ({"resident": "R-9"}, "there is no resident R-9"),
    ],
)
def test_what_is_no_answer_about_health_is_not_taken(
    pair: Pair, changed: dict[str, Any], problem: str
) -> None:
    pair.centre.shelf(Resident).add(resident())
    row = {
        "id": new_id(), "resident": "R-1", "answered_at": NOW.isoformat(), "answered_by": "R-1",
        "place": "cabin", "question_version": "1",
        "answers": {"active": True, "disease": False, "symptoms": False},
    }  # fmt: skip
    taken = take_row(pair.centre, CABIN, "enrolments", row | changed)
    assert taken.outcome == "refused"
    assert problem in taken.text
    assert pair.centre.shelf(Enrolment).find() == ()


def test_answers_about_health_are_never_written_over_by_a_cabin(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident())
    kept = pair.centre.shelf(Enrolment).add(
        Enrolment(resident="R-1", answered_at=NOW, answered_by="R-1", place="home",
                  answers={"active": True, "disease": True, "symptoms": True},
                  question_version="1")
    )  # fmt: skip
    pair.meet()
    with pair.cabin.writing() as connection:
        said = {"active": True, "disease": False, "symptoms": False}
        connection.execute(tables.enrolments.update().values(answers=said))
    assert [one.outcome for one in pair.up() if one.kind == "enrolments"] == ["refused"]
    assert pair.centre.shelf(Enrolment).find() == (kept,)


def test_a_consent_withdrawn_in_a_cabin_stays_withdrawn_everywhere(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident())
    consent = pair.centre.shelf(Consent).add(
        Consent(resident="R-1", kind="camera", text_version="1", given_by="R-1")
    )
    pair.meet()
    pair.cabin.shelf(Consent).change(consent.id, withdrawn_at=NOW, withdrawn_by="R-1")
    pair.down()
    assert pair.cabin.shelf(Consent).find()[0].withdrawn_at == NOW, "the centre is behind"
    pair.meet()
    assert pair.centre.shelf(Consent).find()[0].withdrawn_at == NOW
    assert "sync.consents" in actions(pair.centre, "R-1")


def test_a_cabin_gives_no_consent_back_that_was_withdrawn(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident())
    consent = Consent(resident="R-1", kind="camera", text_version="1", given_by="R-1")
    withdrawn = replace(consent, withdrawn_at=NOW, withdrawn_by="R-1")
    pair.centre.shelf(Consent).add(withdrawn)
    pair.cabin.shelf(Resident).add(resident(site=None))
    pair.cabin.shelf(Consent).add(consent)
    pair.meet()
    assert pair.centre.shelf(Consent).find() == (withdrawn,)
    assert pair.cabin.shelf(Consent).find() == (withdrawn,)


def _with_skeletons(store: Store, track: PoseTrack, at: datetime, number: int = 1) -> str:
    """A session of R-1 with its skeletons, which were kept at that time."""
    piece = piece_of(head_of(number, "R-1"), number)
    assert take(store, CABIN, piece).closed
    store.keep_keypoints(piece.session_id, track, at)
    return piece.session_id


def test_a_consent_taken_back_at_the_centre_deletes_the_skeletons_of_its_cabins(
    pair: Pair, track: PoseTrack
) -> None:
    pair.centre.shelf(Resident).add(resident())
    given = pair.centre.shelf(Consent).add(
        Consent(resident="R-1", kind="keypoints", text_version="1", given_by="R-1", given_at=NOW)
    )
    pair.meet()
    session = _with_skeletons(pair.cabin, track, NOW)
    pair.down()
    assert pair.cabin.keypoints(session) is not None
    back = {"withdrawn_at": NOW + timedelta(days=1), "withdrawn_by": "R-1"}
    pair.centre.shelf(Consent).change(given.id, **back)
    pair.meet()
    assert pair.cabin.keypoints(session) is None
    assert pair.cabin.session(session).repetitions, "the session itself stays"
    entry = pair.cabin.audit.entries("R-1")[-1]
    assert entry.details == {"kind": "keypoints", "keypoints_deleted": 1}


def test_a_consent_taken_back_in_a_cabin_deletes_the_skeletons_of_the_centre(
    pair: Pair, track: PoseTrack
) -> None:
    pair.centre.shelf(Resident).add(resident())
    first = pair.centre.shelf(Consent).add(
        Consent(resident="R-1", kind="keypoints", text_version="1", given_by="R-1", given_at=NOW)
    )
    pair.meet()
    before = _with_skeletons(pair.centre, track, NOW)
    later = NOW + timedelta(days=1)
    pair.cabin.shelf(Consent).change(first.id, withdrawn_at=later, withdrawn_by="R-1")
    pair.cabin.shelf(Consent).add(replace(first, id=new_id(), given_at=later + timedelta(days=1)))
    after = _with_skeletons(pair.centre, track, later + timedelta(days=1), 2)
    pair.meet()
    assert pair.centre.keypoints(before) is None
    assert pair.centre.keypoints(after) is not None, "kept under the consent given anew"


def test_the_word_of_the_centre_about_a_resident_stands_and_is_audited(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident(name="Resident 1", birth_year=1950))
    pair.meet()
    pair.cabin.shelf(Resident).change("R-1", birth_year=1949)
    pair.meet()
    assert pair.cabin.shelf(Resident).find()[0].birth_year == 1950
    assert pair.centre.shelf(Resident).find()[0].birth_year == 1950
    entry = next(e for e in pair.cabin.audit.entries("R-1") if e.action == "sync.overruled")
    assert entry.details["fields"] == ["birth_year"]
    assert "1949" not in str(entry.details)


def test_a_resident_registered_in_a_cabin_is_entered_at_its_site(pair: Pair) -> None:
    pair.cabin.shelf(Resident).add(resident(site=None, name="Resident 1"))
    pair.meet()
    assert pair.centre.shelf(Resident).find()[0].name == "Resident 1"
    assert pair.centre.shelf(Resident).find()[0].site == "site-1"
    assert pair.cabin.shelf(Resident).find()[0].site == "site-1"


def test_a_resident_of_another_site_is_not_touched(pair: Pair) -> None:
    pair.centre.shelf(Resident).add(resident(site="site-2"))
    pair.cabin.shelf(Resident).add(resident(site=None, name="Resident 1"))
    pair.cabin.shelf(PlanVersion).add(plan_version(1, MONDAY))
    found = pair.up(SIGNING)
    assert {(one.kind, one.outcome) for one in found} == {
        ("residents", "refused"),
        ("prescriptions", "refused"),
    }
    assert pair.centre.shelf(PlanVersion).find() == ()
    assert pair.centre.shelf(Resident).find()[0].name is None
    assert "sync.refused" in actions(pair.centre)


# Plans -----------------------------------------------------------------------------------


@pytest.fixture
def with_resident(pair: Pair) -> Pair:
    pair.centre.shelf(Resident).add(resident())
    pair.meet()
    return pair


def test_the_newest_signed_version_comes_down_and_is_in_force(with_resident: Pair) -> None:
    pair = with_resident
    pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY, title="one"))
    pair.meet()
    pair.centre.shelf(PlanVersion).add(plan_version(2, TUESDAY, title="two"))
    pair.meet()
    assert versions(pair.cabin) == {1: "one", 2: "two"}
    found = plan_in_force(pair.cabin, "R-1")
    assert found is not None
    assert found.version == 2


def test_a_version_signed_in_a_cabin_that_may_sign_holds_everywhere(with_resident: Pair) -> None:
    pair = with_resident
    pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY, title="one"))
    pair.meet(SIGNING)
    pair.cabin.shelf(PlanVersion).add(plan_version(2, TUESDAY, title="two"))
    pair.meet(SIGNING)
    assert versions(pair.centre) == versions(pair.cabin) == {1: "one", 2: "two"}
    assert "sync.prescriptions" in actions(pair.centre, "R-1")


def test_a_version_signed_in_another_cabin_waits_for_staff_at_the_centre(
    with_resident: Pair,
) -> None:
    pair = with_resident
    pair.cabin.shelf(PlanVersion).add(plan_version(2, TUESDAY, title="two"))
    assert [one.outcome for one in pair.up(CABIN)] == ["set_aside"]
    assert pair.centre.shelf(PlanVersion).find() == ()
    (aside,) = set_aside_plans(pair.centre, "R-1")
    assert (aside["why"], aside["origin"]) == (MAY_NOT_SIGN, "cabin-1")
    assert aside["document"]["title"]["en"] == "two"
    assert actions(pair.centre, "R-1")[-1] == "plan.set_aside"
    assert plan_in_force(pair.centre, "R-1") is None


@pytest.mark.parametrize(
    ("at_centre", "in_cabin", "stands", "why"),
    [
        (MONDAY, TUESDAY, "cabin", SIGNED_LATER),
        (TUESDAY, MONDAY, "centre", SIGNED_LATER),
        (MONDAY, MONDAY, "centre", CENTRE_FIRST),
    ],
)
def test_two_signed_versions_with_one_number_end_as_one_and_the_other_is_set_aside(
    with_resident: Pair, at_centre: date, in_cabin: date, stands: str, why: str
) -> None:
    pair = with_resident
    pair.centre.shelf(PlanVersion).add(plan_version(3, at_centre, title="centre"))
    pair.cabin.shelf(PlanVersion).add(plan_version(3, in_cabin, title="cabin"))
    pair.meet(SIGNING)
    assert versions(pair.centre) == versions(pair.cabin) == {3: stands}
    (aside,) = set_aside_plans(pair.centre)
    assert aside["document"]["title"]["en"] == ({"centre", "cabin"} - {stands}).pop()
    assert aside["why"] == why
    assert actions(pair.centre, "R-1").count("plan.set_aside") == 1
    heads = pair.centre.audit.head(), pair.cabin.audit.head()
    for _ in range(2):
        pair.meet(SIGNING)
    assert (pair.centre.audit.head(), pair.cabin.audit.head()) == heads, "it is settled"
    if stands == "centre":
        assert actions(pair.cabin, "R-1").count("plan.set_aside") == 1
        (here,) = set_aside_plans(pair.cabin)
        assert here["document"]["title"]["en"] == "cabin"


def test_a_draft_in_a_cabin_gives_way_to_what_was_signed_and_is_kept(with_resident: Pair) -> None:
    pair = with_resident
    pair.centre.shelf(PlanVersion).add(plan_version(2, MONDAY, title="signed"))
    pair.cabin.shelf(PlanVersion).add(plan_version(2, None, title="draft"))
    pair.meet()
    assert versions(pair.centre) == versions(pair.cabin) == {2: "signed"}
    for store in (pair.centre, pair.cabin):
        (aside,) = set_aside_plans(store)
        assert aside["document"]["title"]["en"] == "draft"


def test_a_draft_of_a_free_number_is_handed_on_as_a_draft(with_resident: Pair) -> None:
    pair = with_resident
    pair.cabin.shelf(PlanVersion).add(plan_version(4, None, title="draft"))
    pair.meet()
    (found,) = pair.centre.shelf(PlanVersion).find()
    assert (found.status, found.signed_at) == ("draft", None)
    assert plan_in_force(pair.centre, "R-1") is None


def test_a_session_keeps_the_version_it_ran_with(with_resident: Pair) -> None:
    pair = with_resident
    pair.cabin.shelf(PlanVersion).add(plan_version(2, MONDAY, title="cabin"))
    piece = piece_of(head_of(resident="R-1"))
    take(pair.cabin, CABIN, piece)
    before = pair.cabin.session(piece.session_id)
    pair.centre.shelf(PlanVersion).add(plan_version(2, TUESDAY, title="centre"))
    pair.meet(SIGNING)
    assert versions(pair.cabin) == {2: "centre"}
    assert pair.cabin.session(piece.session_id) == before
    assert set_aside_plans(pair.cabin)[0]["document"]["title"]["en"] == "cabin"


def test_a_plan_paused_at_the_centre_is_paused_in_the_cabin_and_may_go_on(
    with_resident: Pair,
) -> None:
    pair = with_resident
    plan = pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY))
    pair.meet()
    for status in ("paused", "active", "revoked"):
        pair.centre.shelf(PlanVersion).change(plan.id, status=status)
        pair.meet()
        assert pair.cabin.shelf(PlanVersion).find()[0].status == status
        assert pair.centre.shelf(PlanVersion).find()[0].status == status


def test_a_plan_stopped_in_a_cabin_stops_everywhere_and_none_is_started_there(
    with_resident: Pair,
) -> None:
    pair = with_resident
    plan = pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY))
    pair.meet()
    pair.cabin.shelf(PlanVersion).change(plan.id, status="paused")
    pair.meet()
    assert pair.centre.shelf(PlanVersion).find()[0].status == "paused"
    assert "plan.status" in actions(pair.centre, "R-1")
    for _ in range(2):
        pair.cabin.shelf(PlanVersion).change(plan.id, status="active")
        pair.meet()
    assert pair.centre.shelf(PlanVersion).find()[0].status == "paused"
    assert pair.cabin.shelf(PlanVersion).find()[0].status == "paused"


def test_the_day_on_which_a_plan_was_set_aside_travels_both_ways(with_resident: Pair) -> None:
    pair = with_resident
    centre, cabin = pair.centre.shelf(PlanVersion), pair.cabin.shelf(PlanVersion)
    first, second = (centre.add(plan_version(number, MONDAY)) for number in (1, 2))
    pair.meet()
    week_after = MONDAY + timedelta(days=7)
    cabin.change(first.id, status="paused", ended_on=week_after)
    centre.change(second.id, status="revoked", ended_on=MONDAY + timedelta(days=1))
    pair.meet()
    for shelf in (centre, cabin):
        assert [one.ended_on for one in shelf.find()] == [week_after, MONDAY + timedelta(days=1)]
    centre.change(first.id, status="completed", ended_on=week_after + timedelta(days=3))
    cabin.change(first.id, status="completed")
    pair.meet()
    pair.meet()
    assert centre.get(first.id) == cabin.get(first.id)
    assert centre.get(first.id).ended_on == week_after, "the first day counts"  # type: ignore[union-attr]


def test_a_document_that_is_no_plan_or_another_one_is_refused(with_resident: Pair) -> None:
    pair = with_resident
    good = plan_version(2, MONDAY)
    for number, document in enumerate(
        ({"id": "x"}, good.document, good.document | {"version": 12, "signed_at": "2026-03-04"}),
        start=10,
    ):
        spoilt = replace(good, id=new_id(), version=number, document=document)
        pair.cabin.shelf(PlanVersion).add(spoilt)
    found = [one for one in pair.up(SIGNING) if one.kind == "prescriptions"]
    assert [one.outcome for one in found] == ["refused"] * 3
    assert pair.centre.shelf(PlanVersion).find() == ()


# Who leaves ------------------------------------------------------------------------------


def test_who_moves_to_another_site_has_no_plan_in_force_in_the_old_cabin(
    with_resident: Pair,
) -> None:
    pair = with_resident
    pair.centre.shelf(PlanVersion).add(plan_version(1, MONDAY))
    pair.meet()
    pair.centre.shelf(Resident).change("R-1", site="site-2")
    said, _ = pair.down()
    assert said == ("resident R-1 left this site: plans are paused here",)
    assert plan_in_force(pair.cabin, "R-1") is None
    assert "sync.resident_left" in actions(pair.cabin, "R-1")
    pair.up()
    assert pair.down() == ((), 0)
    pair.centre.shelf(Resident).change("R-1", site="site-1")
    pair.meet()
    assert plan_in_force(pair.centre, "R-1") is not None, "pausing it was no news for the centre"
    assert plan_in_force(pair.cabin, "R-1") is not None


def test_staff_who_leave_the_site_cannot_sign_in_there_any_more(pair: Pair) -> None:
    anna = pair.centre.shelf(Account).add(
        Account(login="anna", name="anna", role="staff", site="site-1")
    )
    pair.meet()
    pair.centre.shelf(Account).change(anna.id, site="site-2")
    pair.down()
    assert pair.cabin.shelf(Account).find()[0].closed_at is not None


def test_an_account_made_in_the_cabin_gives_way_to_the_centres_of_that_login(pair: Pair) -> None:
    own = pair.cabin.shelf(Account).add(Account(login="anna", name="a", role="site_admin"))
    theirs = pair.centre.shelf(Account).add(
        Account(login="anna", name="anna", role="staff", site="site-1")
    )
    pair.meet()
    found = {one.id: one for one in pair.cabin.shelf(Account).find()}
    assert found[theirs.id].login == "anna"
    assert found[own.id].closed_at is not None
    assert actions(pair.cabin, own.id) == ["sync.account_closed"]


def test_whom_the_centre_erased_the_cabin_erases(with_resident: Pair) -> None:
    pair = with_resident
    inbox = Inbox(pair.cabin, CENTRE_ID, may_sign=False, erase=pair.erased.append)
    from aicoach.adapters.store.erased import pseudonym  # noqa: PLC0415

    said = inbox.finish(manifest(pair.centre, CABIN), [pseudonym("R-1"), pseudonym("R-99")])
    assert pair.erased == ["R-1"]
    assert len(said) == 1
