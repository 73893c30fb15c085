"""The pages of staff, asked without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import gradio as gr
import numpy as np
import pytest
from sqlalchemy import func, select

from aicoach import web
from aicoach.access.permissions import Why, permissions
from aicoach.adapters.store import tables
from aicoach.adapters.store.accounts import find_account
from aicoach.adapters.store.identifiers import new_id
from aicoach.adapters.store.people import (
    Account,
    Cabin,
    Message,
    PlanVersion,
    Review,
    Site,
    plan_in_force,
)
from aicoach.adapters.store.shared_rows import UP_AFTER, UP_BEFORE
from aicoach.desk import replay
from aicoach.desk.site_weeks import site_numbers
from aicoach.follow_up.safety import AlertLine
from aicoach.phrases import load_phrases
from aicoach.pose import PoseTrack
from aicoach.web.pages.staff.freshening import FRESHENING
from aicoach.web.pages.staff.page import staff_page
from aicoach.web.pages.staff.plan_problems import SHAPES
from aicoach.web.pages.staff.questions import QUESTIONS
from aicoach.web.pages.staff.resident_tables import EventsAsked, events_page

from .staff_desk import (
    ADMIN,
    CLINICIAN,
    EAST,
    ELSEWHERE,
    HELPER,
    LAST,
    NOW,
    PASSWORD,
    WEST,
    Staff,
    made_site,
    open_staff,
)

pytestmark = pytest.mark.xdist_group("staff")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_site(tmp_path_factory.mktemp("site") / "made.sqlite3")


@pytest.fixture
def staff(made: Path, tmp_path: Path) -> Iterator[Staff]:
    opened = open_staff(made, tmp_path)
    yield opened
    opened.premises.close()
    opened.store.close()


def session_of(staff: Staff, resident: str = EAST) -> str:
    return staff.store.summaries(resident)[-1].session


def draft_of(staff: Staff, resident: str = EAST) -> dict[str, Any]:
    held = plan_in_force(staff.store, resident)
    assert held is not None
    return json.loads(json.dumps(held.document))


def fields_for(staff: Staff) -> dict[str, dict[str, Any]]:
    """For every question fields that are sound, about the resident of the east."""
    plan, session, account = draft_of(staff), session_of(staff), CLINICIAN
    secret = {"password": "ganz neue Parole 8", "again": "ganz neue Parole 8"}
    return {
        "home": {}, "triage": {"site": "demo-east"}, "resident": {"code": EAST},
        "sessions": {"code": EAST}, "events": {"code": EAST}, "versions": {"code": EAST},
        "session": {"id": session},
        "review": {"session": session}, "review_week": {"code": EAST},
        "message": {"code": EAST, "text": "hello"},
        "enrolment": {"code": EAST, "active": "yes", "disease": "unknown", "symptoms": "no"},
        "assign": {"code": EAST, "ready": "fall_risk"},
        "take_proposal": {"code": EAST, "key": "1:items.1:reps:2"},
        "refuse_proposal": {"code": EAST, "key": "1:items.1:reps:2", "reason": "no"},
        "plan": {"code": EAST}, "plan_check": {"code": EAST, "document": plan},
        "plan_save": {"code": EAST, "document": plan, "known": 99},
        "plan_sign": {
            "code": EAST, "row": "x", "known": 99, "role": "physician", "until": "2026-12-20",
            "review": "2026-12-01", "password": PASSWORD,
        },
        "plan_aside": {
            "code": EAST, "status": "paused",
            "row": plan_in_force(staff.store, EAST).id,  # type: ignore[union-attr]
        },
        "site": {"site": "demo-east"}, "accounts": {},
        "account_add": {"login": "new", "role": "staff", "site": "demo-east"},
        "account_password": {"account": account, **secret},
        "account_close": {"account": account},
        "account_pin": {
            "code": EAST, "cabin": "demo-east-cabin-1", "pin": "835172", "again": "835172",
        },
        "account_card": {"code": EAST}, "audit": {"resident": EAST}, "audit_chain": {},
    }  # fmt: skip


def rows_of(staff: Staff) -> dict[str, int]:
    """How many rows every table has that staff can change."""
    with staff.store.reading() as connection:
        return {
            one.name: connection.scalar(select(func.count()).select_from(one)) or 0
            for one in (
                tables.prescriptions, tables.reviews, tables.messages, tables.accounts,
                tables.credentials,
            )
        }  # fmt: skip


def test_every_question_is_tried_as_somebody_who_may_not(staff: Staff) -> None:
    assert fields_for(staff).keys() == QUESTIONS.keys()


@pytest.mark.parametrize("login", [None, "r1", "f1"])
def test_nobody_residents_and_families_get_no_answer_at_all(
    staff: Staff, login: str | None
) -> None:
    before = rows_of(staff)
    for name, fields in fields_for(staff).items():
        answer = staff.ask(login, name, **fields)
        assert answer["problem"] == ("sign_in" if login is None else "not_staff"), name
        assert answer.keys() == {"problem", "say"}, name
    assert rows_of(staff) == before


def test_staff_of_another_site_are_refused_everywhere_and_it_is_noted(staff: Staff) -> None:
    before = rows_of(staff)
    for name, fields in fields_for(staff).items():
        if name in ("home", "accounts"):
            continue  # of their own site
        noted = staff.store.audit.head()[0]
        answer = staff.ask(ELSEWHERE, name, **fields)
        assert answer.get("problem") == "refused", (name, answer)
        newest = staff.store.audit.entries()[noted:]
        assert newest, name
        assert "refused" in newest[-1].details, name
    assert rows_of(staff) == before


BARE_KEY = re.compile(r"\b(desk|staff|triage|report|access)\.[a-z_]+\.[a-z]")
NOT_OF_ADMINS = (
    "triage", "review", "message", "enrolment", "assign", "plan", "plan_check", "plan_save",
    "plan_sign", "plan_aside", "session", "take_proposal", "refuse_proposal", "review_week",
)  # fmt: skip


@pytest.mark.parametrize("login", [ADMIN, "sys"])
def test_administrators_do_not_read_sessions_nor_write_plans(staff: Staff, login: str) -> None:
    fields, before = fields_for(staff), rows_of(staff)
    for name in NOT_OF_ADMINS:
        assert staff.ask(login, name, **fields[name]).get("problem") == "refused", name
    assert rows_of(staff) == before


@pytest.mark.parametrize("login", [CLINICIAN, HELPER])
def test_staff_do_not_manage_accounts_nor_read_the_audit(staff: Staff, login: str) -> None:
    fields, before = fields_for(staff), rows_of(staff)
    for name in ("account_add", "account_close", "audit", "audit_chain"):
        assert staff.ask(login, name, **fields[name]).get("problem") == "refused", name
    other = {**fields["account_password"], "account": ADMIN}
    assert staff.ask(login, "account_password", **other).get("problem") == "refused"
    assert rows_of(staff) == before


def test_every_event_of_the_page_refuses_nobody_and_residents(staff: Staff) -> None:
    page = staff_page(staff.premises)
    assert page.fns
    for one in page.fns.values():
        assert one.api_visibility == "private"
        assert one.fn is not None
        for login, problem in ((None, "sign_in"), ("r1", "not_staff")):
            for asked in ({"ask": "triage", "with": {}, "number": 1}, {}, None, "x", 3):
                request = gr.Request(request=staff.connection(login))  # type: ignore[arg-type]
                answer = one.fn(asked, request)
                assert answer["answer"]["problem"] == problem


NO_QUESTIONS = (
    {}, None, "x", {"ask": "nothing"}, {"ask": "resident"}, {"ask": ["triage"]},
    {"ask": "resident", "with": {"code": 5}}, {"ask": "triage", "with": {"p": -1}},
    {"ask": "triage", "with": {"more": 1}},
)  # fmt: skip


@pytest.mark.parametrize("asked", NO_QUESTIONS)
def test_what_is_no_question_is_told_so(staff: Staff, asked: Any) -> None:
    answer = staff.asking.answer(staff.connection(CLINICIAN), asked)
    assert answer["problem"] == "malformed"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_drawn_in_both_languages_without_a_bare_key(staff: Staff, lang: str) -> None:
    fields = fields_for(staff)
    pages = (
        (CLINICIAN, ("home", "triage", "resident", "session", "plan", "site", "accounts")),
        (ADMIN, ("home", "accounts", "audit", "site")),
        ("sys", ("home", "accounts")),
    )
    for login, names in pages:
        for name in names:
            answer = staff.ask(login, name, lang, **fields[name])
            assert "problem" not in answer, (name, answer)
            shown = answer["frame"] + answer["html"]
            assert not BARE_KEY.search(shown), name
            assert answer["language"] == lang
            assert answer["html"].count("<h1") == 1, name


NAMES_OF_THINGS = {"aicoach", "English", "FHIR", "HTML", "JSON", "Open", "mHealth"}
CODES = re.compile(r"\b(R-\d+|[A-Z]+-[A-Z0-9]+|demo-|[0-9a-f]{8,}-)[\w-]*")
CHINESE_PAGES = (
    (HELPER, "triage"), (CLINICIAN, "resident"), (CLINICIAN, "sessions"), (CLINICIAN, "events"),
    (CLINICIAN, "versions"), (CLINICIAN, "session"), (CLINICIAN, "plan"),
    (CLINICIAN, "site"), (CLINICIAN, "accounts"), (ADMIN, "accounts"), (ADMIN, "site"),
    (ADMIN, "audit"), ("sys", "accounts"), ("sys", "audit"),
)  # fmt: skip


@pytest.mark.parametrize(("login", "name"), CHINESE_PAGES)
def test_chinese_pages_say_nothing_in_english(staff: Staff, login: str, name: str) -> None:
    """Words of four letters and more, beside codes, are names of things."""
    fields = fields_for(staff)
    if name == "audit":  # of everything that staff can do, done and refused
        for one, given in fields.items():
            for who in (CLINICIAN, HELPER, ELSEWHERE, ADMIN):
                staff.ask(who, one, **given)
        fields["audit"] = {} if login == "sys" else {"resident": EAST}
    answer = staff.ask(login, name, "zh", **fields[name])
    assert "problem" not in answer
    shown = answer.get("frame", "") + answer["html"]
    told = re.findall(r'(?:aria-label|title|placeholder|data-confirm)="([^"]*)"', shown)
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style|code)\b.*?</\1>", " ", shown))
    words = set(re.findall(r"[A-Za-z]{4,}", CODES.sub(" ", " ".join([text, *told]))))
    called = " ".join(
        f"{one.name} {getattr(one, 'login', '')}"
        for kind in (Account, Site, Cabin) for one in staff.store.shelf(kind).find()
    )  # fmt: skip
    assert words <= NAMES_OF_THINGS | set(re.findall(r"\w+", called)), words


def test_the_list_shows_the_own_site_with_reasons_and_counts(staff: Staff) -> None:
    staff.store.refresh_standings(now=staff.premises.now())
    shown = staff.ask(CLINICIAN, "triage")["html"]
    assert f">{EAST}<" in shown
    assert WEST not in shown
    only = staff.ask(CLINICIAN, "triage", text="0003")["html"]
    assert ">R-0003<" in only
    assert f">{EAST}<" not in only
    for level in ("red", "amber", "green"):
        rows = staff.ask(CLINICIAN, "triage", level=level)["html"].count('<th scope="row">')
        found = staff.store.standings(site="demo-east", now=staff.premises.now())
        counted = {one.name.lower(): n for one, n in found.counts.items() if one is not None}
        assert rows == counted[level]


def test_the_list_is_brought_up_to_date_behind_the_page(staff: Staff) -> None:
    first = staff.ask(CLINICIAN, "triage")
    assert first["again_s"] == 3
    FRESHENING.wait(staff.store, 30.0)
    again = staff.ask(CLINICIAN, "triage")
    assert again["again_s"] == 60


def test_turning_pages_is_noted_once(staff: Staff) -> None:
    staff.ask(CLINICIAN, "resident", code=EAST)
    noted = staff.store.audit.head()[0]
    staff.ask(CLINICIAN, "sessions", code=EAST, p=2)
    staff.ask(CLINICIAN, "sessions", code=EAST, sort="pain")
    assert staff.store.audit.head()[0] == noted


def test_sessions_are_filtered_sorted_and_paged_on_the_server(staff: Staff) -> None:
    every = [one.session for one in staff.store.summaries(EAST)]
    newest = staff.ask(CLINICIAN, "sessions", code=EAST)["html"]
    shown = re.findall(r"id=([0-9a-f-]{36})", newest)
    assert shown == list(reversed(every))[:12]
    oldest = staff.ask(CLINICIAN, "sessions", code=EAST, sort="oldest")["html"]
    assert re.findall(r"id=([0-9a-f-]{36})", oldest) == every[:12]


def test_a_review_marks_the_session_and_keeps_the_note(staff: Staff) -> None:
    session = session_of(staff)
    assert "problem" not in staff.ask(CLINICIAN, "review", session=session, note="looked fine")
    row = staff.store.shelf(Review).find(session_id=session)[-1]
    assert (row.account, row.note) == (CLINICIAN, "looked fine")
    assert "looked fine" in staff.ask(CLINICIAN, "session", id=session)["html"]


def test_what_people_write_is_never_markup(staff: Staff) -> None:
    staff.ask(CLINICIAN, "message", code=EAST, text="<script>alert(1)</script>")
    assert staff.store.shelf(Message).find(resident=EAST)[-1].text.startswith("<script>")
    shown = staff.ask(CLINICIAN, "resident", code=EAST)["html"]
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_the_check_names_each_problem_at_its_field(staff: Staff) -> None:
    plan = draft_of(staff)
    plan["items"][0]["sets"] = 99
    plan["session"]["total_min_max"] = 1.0
    answer = staff.ask(CLINICIAN, "plan_check", "zh", code=EAST, document=plan)
    fields = [field for field, _ in answer["problems"]]
    assert "items.1.sets" in fields
    assert "session.total_min_max" in fields
    assert all(re.search(r"[一-鿿]", text) for _, text in answer["problems"])
    sound = staff.ask(CLINICIAN, "plan_check", code=EAST, document=draft_of(staff))
    assert sound["problems"] == []
    assert "<li>" in sound["explained"]


@pytest.mark.parametrize("bad", [{}, {"items": "x"}, {"items": [3]}, {"conditions": [4, {}]},
                                 {"items": [{"exercise": ["a"], "support": {}}]}])  # fmt: skip
def test_what_is_no_plan_is_told_and_not_kept(staff: Staff, bad: dict[str, Any]) -> None:
    before = rows_of(staff)
    checked = staff.ask(CLINICIAN, "plan_check", code=EAST, document=bad)
    assert checked.get("problems"), checked
    saved = staff.ask(CLINICIAN, "plan_save", code=EAST, document=bad, known=99)
    assert saved["problem"] == "wrong"
    assert rows_of(staff) == before


def test_who_saves_second_is_told_and_nothing_is_lost(staff: Staff) -> None:
    plan = draft_of(staff)
    known = plan["version"]
    mine = staff.ask(CLINICIAN, "plan_save", code=EAST, document=plan, known=known)
    theirs = staff.ask(HELPER, "plan_save", code=EAST, document=plan, known=known)
    assert theirs["problem"] == "conflict"
    assert theirs["known"] == mine["known"]
    kept = staff.ask(HELPER, "plan_save", code=EAST, document=plan, known=known, anyway=True)
    assert kept["known"] == mine["known"] + 1
    versions = [one.version for one in staff.store.shelf(PlanVersion).find(resident=EAST)]
    assert {mine["known"], kept["known"]} <= set(versions)


def signing(row: str, known: int, **more: Any) -> dict[str, Any]:
    return {
        "code": EAST, "row": row, "known": known, "role": "physiotherapist",
        "until": "2027-01-31", "review": "2026-12-18", "password": PASSWORD, **more,
    }  # fmt: skip


def test_a_plan_is_signed_with_the_password_again_and_is_in_force(staff: Staff) -> None:
    plan = draft_of(staff)
    plan["items"][0]["sets"] = 1
    saved = staff.ask(
        CLINICIAN, "plan_save", code=EAST, document=plan, known=plan["version"]
    )  # fmt: skip
    asked = signing(saved["saved"], saved["known"])
    wrong = staff.ask(CLINICIAN, "plan_sign", **{**asked, "password": "wrong"})
    assert wrong["problem"] == "password"
    held = plan_in_force(staff.store, EAST)
    assert held is not None
    assert held.version == plan["version"]
    done = staff.ask(CLINICIAN, "plan_sign", **asked)
    assert "problem" not in done, done
    held = plan_in_force(staff.store, EAST)
    assert held is not None
    assert held.document["items"][0]["sets"] == 1
    assert (held.author, held.signed_at) == (CLINICIAN, LAST)


def test_staff_without_a_licence_do_not_sign_a_medical_plan(staff: Staff) -> None:
    plan = draft_of(staff) | {"kind": "medical"}
    saved = staff.ask(HELPER, "plan_save", code=EAST, document=plan, known=plan["version"])
    answer = staff.ask(HELPER, "plan_sign", **signing(saved["saved"], saved["known"]))
    assert answer["problem"] == "refused"
    assert plan_in_force(staff.store, EAST).version == plan["version"]  # type: ignore[union-attr]


def test_a_ready_plan_is_assigned_as_a_draft(staff: Staff) -> None:
    held = plan_in_force(staff.store, EAST)
    answer = staff.ask(HELPER, "assign", code=EAST, ready="hypertension")
    assert answer["go"].startswith("?at=plan")
    assert plan_in_force(staff.store, EAST) == held
    made = staff.store.shelf(PlanVersion).find(resident=EAST, status="draft")
    assert made[-1].signed_at is None


def test_a_proposal_is_refused_with_a_reason_and_not_made_again(staff: Staff) -> None:
    for one in ("R-0001", "R-0003"):
        keys = re.findall(
            r'name="key" value="([^"]+)"', staff.ask(CLINICIAN, "resident", code=one)["html"]
        )
        if keys:
            break
    else:
        pytest.skip("nothing is proposed at this site")
    nothing = staff.ask(CLINICIAN, "refuse_proposal", code=one, key=keys[0], reason="  ")
    assert nothing["problem"] == "failed"
    done = staff.ask(CLINICIAN, "refuse_proposal", code=one, key=keys[0], reason="knee swollen")
    assert "problem" not in done, done
    shown = staff.ask(CLINICIAN, "resident", code=one)["html"]
    assert f'name="key" value="{keys[0]}"' not in shown


def test_a_card_is_shown_once_and_kept_nowhere(staff: Staff) -> None:
    answer = staff.ask(HELPER, "account_card", code=EAST, label="spare")
    assert "<svg" in answer["slip"]
    assert "AICOACH1:" not in json.dumps([one.details for one in staff.store.audit.entries()])


def test_a_pin_that_is_easy_is_refused_in_words(staff: Staff) -> None:
    asked = {"code": EAST, "cabin": "demo-east-cabin-1"}
    easy = staff.ask(HELPER, "account_pin", "zh", pin="1234", again="1234", **asked)
    assert easy["problem"] == "failed"
    assert re.search(r"[一-鿿]", easy["say"])
    unlike = staff.ask(HELPER, "account_pin", pin="835172", again="835173", **asked)
    assert unlike["problem"] == "failed"
    assert "problem" not in staff.ask(HELPER, "account_pin", pin="835172", again="835172", **asked)


def test_the_audit_shows_refusals_and_filters_them(staff: Staff) -> None:
    staff.ask(ELSEWHERE, "resident", code=EAST)
    every = staff.ask("sys", "audit")["html"]
    refused = staff.ask("sys", "audit", refused="yes")["html"]
    assert refused.count("Look at a resident") == 1 < every.count("<tr>")
    assert "refused: not for this person or this site" in refused
    assert "not_this_one" not in every
    assert "sound" in staff.ask("sys", "audit_chain")["say"]
    own = staff.ask(ADMIN, "audit")
    assert "problem" not in own
    assert WEST not in own["html"]


def test_the_numbers_of_a_site_are_those_of_its_sessions(staff: Staff) -> None:
    found = site_numbers(staff.store, "demo-east", LAST, 4)
    east = ("R-0001", "R-0003")
    mine = [
        one for who in east for one in staff.store.summaries(who)
        if found.weeks[0].first <= one.day <= LAST and not one.demonstration
    ]  # fmt: skip
    assert sum(week.sessions for week in found.weeks) == len(mine) > 0
    minutes = sum((one.lasted_s or 0.0) / 60.0 for one in mine)
    assert sum(week.minutes for week in found.weeks) == pytest.approx(minutes)
    assert found.residents == 2


def test_every_shape_of_a_problem_is_said_in_both_languages() -> None:
    for language in ("zh", "en"):
        phrases = load_phrases(language)  # type: ignore[arg-type]
        for name, _, places in SHAPES:
            assert phrases.places(f"desk.plan_problem.{name}") <= set(places), name


def test_a_replay_has_whole_numbers_few_frames_and_gaps() -> None:
    n = 90
    xyzs = np.full((n, 33, 4), 0.5)
    xyzs[10:, 5, 0] = np.nan
    track = PoseTrack(np.arange(n) / 30.0, xyzs, np.zeros((n, 33, 3)), (640, 480))
    body = replay.packed(track)
    frames, width, height = replay.HEAD.unpack_from(body)
    assert (width, height) == (640, 480)
    assert frames == 45
    points = np.frombuffer(body, "<i2", frames * 66, 8 + 4 * frames).reshape(frames, 33, 2)
    assert points[0, 0].tolist() == [5000, 3750]
    assert points[-1, 5].tolist() == [replay.UNSEEN, replay.UNSEEN]
    assert len(body) == 8 + frames * (4 + 132)


def test_a_day_in_a_filter_is_a_day(staff: Staff) -> None:
    shown = staff.ask("sys", "audit", day=date(1999, 1, 1).isoformat())
    assert "problem" not in shown
    assert "<tbody>" not in shown["html"]


AUDITED = re.compile(
    r"(?:append\(\s*connection|audit\.record\(|note_once\(|deed\(|require\(|see\()"
    r'[^")]{0,80}"([a-z_]+(?:\.[a-z_]+)+)"'
)


def test_every_action_and_reason_of_the_audit_has_words_in_both_languages() -> None:
    actions = set(permissions().actions) | {
        "account.sign_in", "record.erase.checked", "demo_site.made", "plan.status",
        "plan.set_aside", *(f"sync.{kind}" for kind in (*UP_BEFORE, *UP_AFTER)),
    }  # fmt: skip
    root = Path(web.__file__).parents[1]
    parts = ("adapters/store", "cli", "demo_site", "desk", "web")
    for path in (one for part in parts for one in (root / part).rglob("*.py")):
        actions |= set(AUDITED.findall(path.read_text("utf-8")))
    assert "sync.account_left" in actions
    reasons = {one.value for one in Why if one is not Why.ALLOWED}
    for language in ("zh", "en"):
        known = load_phrases(language).by_key  # type: ignore[arg-type]
        for action in actions:
            assert f"audit.action.{action.replace('.', '_')}" in known, action
        for reason in (*reasons, "does_not_fit", "hospital"):
            assert f"audit.value.{reason}" in known, reason


@pytest.mark.parametrize("sort", ["newest", "oldest", "actor", "action", "about"])
def test_the_audit_is_sorted_as_asked_across_its_pages(staff: Staff, sort: str) -> None:
    for login in (CLINICIAN, HELPER, ELSEWHERE):
        staff.ask(login, "resident", code=EAST)
        staff.ask(login, "triage")
    for number in range(60):
        staff.store.audit.record("sync", "sync.messages", f"R-{number % 7}", {})
    entries, total = staff.store.audit.page(size=1000, sort=sort)
    numbers = [one.number for one in entries]
    assert len(numbers) == total > 60
    key = {
        "newest": lambda one: -one.number,
        "oldest": lambda one: one.number,
        "actor": lambda one: (one.actor, -one.number),
        "action": lambda one: (one.action, -one.number),
        "about": lambda one: (one.subject is None, one.subject, -one.number),
    }[sort]
    assert numbers == [one.number for one in sorted(entries, key=key)]  # type: ignore[arg-type]
    first, second = (
        re.findall(
            r'<tr><td class="n">(\d+)</td>', staff.ask("sys", "audit", sort=sort, p=p)["html"]
        )
        for p in (1, 2)
    )
    assert len(first) == 40
    assert not set(first) & set(second)


@pytest.mark.parametrize("sort", ["role", "login", "name", "where", "open"])
def test_accounts_are_sorted_as_asked(staff: Staff, sort: str) -> None:
    staff.store.shelf(Account).add(
        Account(login="aaa", name="Zz", role="staff", site="demo-west", closed_at=NOW)
    )
    shown = staff.ask("sys", "accounts", sort=sort)["html"]
    logins = re.findall(r'<th scope="row">([^<]*)</th>', shown)
    rows = {one.login: one for one in staff.store.shelf(Account).find()}
    assert len(logins) == min(25, len(rows))
    if sort == "login":
        assert logins == sorted(logins)
    if sort == "open":
        assert logins[0] == "aaa"
    if sort == "role":
        assert "aaa" not in logins[:-1]
    if sort == "name":
        names = [rows[one].name.casefold() for one in logins]
        assert names == sorted(names)
    if sort == "where":
        sites = [rows[one].site or "" for one in logins]
        assert sites == sorted(sites)


def test_safety_events_are_filtered_sorted_and_paged_on_the_server(staff: Staff) -> None:
    page = made_page(staff, 20)
    asked = EventsAsked(code=EAST)
    first = events_page(asked, page)
    assert (len(first.rows), first.total, first.pages) == (15, 20, 2)
    second = events_page(asked.model_copy(update={"e": 2}), page)
    numbers = [one.number for one in (*first.rows, *second.rows)]
    assert numbers == list(range(1, 21)), "the newest is the first"
    stops = events_page(asked.model_copy(update={"grave": "stop", "events": "oldest"}), page)
    assert {one.level for one in stops.rows} == {"stop"}
    assert [one.number for one in stops.rows] == sorted(
        (one.number for one in stops.rows), reverse=True
    )
    grave = events_page(asked.model_copy(update={"events": "gravest"}), page)
    levels = [one.level for one in grave.rows]
    assert levels == sorted(levels, key=("stop", "rest").index)
    region = staff.ask(CLINICIAN, "events", code=EAST, grave="rest", sort="longest")
    assert region["region"] == "events"
    assert '<option value="rest" selected>' in region["html"]


def made_page(staff: Staff, events: int) -> Any:
    """The page of staff of the resident of the east, with so many safety events."""
    line = AlertLine(
        number=1, at=NOW, t_s=0.0, session=None, rule="STOP-13", level="stop", level_text="",
        what="", measured="", limit="", author="", during="", inputs=(), ended="", said="",
        staff_told=False, lasted_s=None,
    )  # fmt: skip
    lines = tuple(
        replace(line, number=n + 1, level="rest" if n % 3 else "stop", rule=f"R{n % 4}")
        for n in range(events)
    )
    return SimpleNamespace(safety=lines)


def test_versions_of_plans_are_filtered_sorted_and_paged_on_the_server(staff: Staff) -> None:
    held = plan_in_force(staff.store, EAST)
    assert held is not None
    for number in range(2, 15):
        row = replace(held, id=new_id(), version=number, status="draft", signed_at=None,
                      created_at=held.created_at + timedelta(days=number))  # fmt: skip
        staff.store.shelf(PlanVersion).add(row)

    def numbers(**more: Any) -> list[int]:
        answer = staff.ask(CLINICIAN, "versions", code=EAST, **more)
        assert answer["region"] == "versions"
        found = re.findall(r'</th><td class="n">(\d+)</td>', answer["html"])
        return [int(one) for one in found]

    assert numbers() == list(range(14, 4, -1))
    assert numbers(v=2) == [4, 3, 2, 1]
    assert numbers(versions="oldest") == list(range(1, 11))
    assert numbers(state="in_force") == [1]
    assert numbers(state="draft", versions="oldest", v=2) == [12, 13, 14]
    assert numbers(versions="state")[0] == 1, "what is in force comes first"
    assert numbers(state="revoked") == []
    staff.ask(CLINICIAN, "plan_aside", code=EAST, row=held.id, status="revoked")
    assert numbers(state="revoked") == [1]
    assert (
        "since 20 Nov 2026" in staff.ask(CLINICIAN, "versions", code=EAST, state="revoked")["html"]
    )


def test_a_message_says_as_what_somebody_wrote_and_when_on_the_residents_clock(
    staff: Staff,
) -> None:
    sent = datetime(2026, 11, 19, 16, 30, tzinfo=timezone.utc)  # after midnight in Shanghai
    for login in ("f1", "r1"):
        sender = find_account(staff.store, login).id
        staff.store.shelf(Account).change(sender, name="1号居民")
        staff.store.shelf(Message).add(
            Message(resident=EAST, sender=sender, sent_at=sent, text=f"from {login}")
        )
    for language, family, own, day in (
        ("en", "family member", "resident", "20 Nov 2026 00:30"),
        ("zh", "家属", "居民", "2026年11月20日 00:30"),
    ):
        shown = staff.ask(CLINICIAN, "resident", language, code=EAST)["html"]
        for login, role in (("f1", family), ("r1", own)):
            line = shown.partition(f"from {login}</p>")[2].partition("</p>")[0]
            assert f"1号居民 · {role} · {day}" in line
        assert "UTC" not in shown


def test_a_cabins_last_session_is_told_on_the_clock_of_the_site(staff: Staff) -> None:
    shown = staff.ask(ADMIN, "site", site="demo-east")["html"]
    assert "UTC" not in shown
    numbers = site_numbers(staff.store, "demo-east", LAST, 4)
    (last,) = (one.last for one in numbers.cabins if one.last is not None)
    here = last.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{here:%H:%M}" in shown


def test_the_list_says_what_was_done_before_a_plan_is_a_week_old(staff: Staff) -> None:
    held = plan_in_force(staff.store, EAST)
    assert held is not None
    staff.ask(CLINICIAN, "plan_aside", code=EAST, row=held.id, status="completed")
    day = LAST - timedelta(days=2)
    document = {**held.document, "id": "short", "signed_at": day.isoformat(),
                "valid_from": day.isoformat()}  # fmt: skip
    with staff.store.writing() as connection:  # as if there had been no plan before
        connection.execute(tables.prescriptions.update().values(status="draft"))
    row = replace(held, id=new_id(), plan="short", signed_at=day, valid_from=day, document=document)
    staff.store.shelf(PlanVersion).add(row)
    staff.store.refresh_standings(now=staff.premises.now())
    shown = staff.ask(CLINICIAN, "triage", text=EAST)["html"]
    assert re.search(r">\d+ so far<", shown)
    page = staff.ask(CLINICIAN, "resident", code=EAST)["html"]
    assert "too early to say" in page
    assert " of 0." not in shown


def test_an_alert_without_a_limit_speaks_of_none(staff: Staff) -> None:
    session = session_of(staff)
    with staff.store.writing() as connection:
        row = {
            "session_id": session, "position": 90, "t_s": 5.0, "rule": "STOP-2", "level": "stop",
            "cue": "x", "quantity": "symptom", "value": "yes", "limit": None, "unit": "",
            "author": "program", "inputs": [], "ends": "session", "notify_staff": True,
            "cleared_s": None, "exercise": None, "set": None, "said": None,
        }  # fmt: skip
        connection.execute(tables.metadata.tables["alerts"].insert(), [row])
    for language, wrong in (("en", "limit no limit"), ("zh", "限值 无限度")):
        shown = staff.ask(CLINICIAN, "session", language, id=session)["html"]
        assert "STOP-2" in shown
        assert wrong not in shown
