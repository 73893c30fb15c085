"""Files of staff by route, and the door before everything of theirs."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aicoach.access import console_actor
from aicoach.adapters.store.consents import give
from aicoach.pose import PoseTrack
from aicoach.web.guarding import Guarding
from aicoach.web.staff_door import StaffDoor
from aicoach.web.staff_files import staff_files_router

from .staff_desk import ADMIN, CLINICIAN, EAST, ELSEWHERE, HELPER, Staff, made_site, open_staff

pytestmark = pytest.mark.xdist_group("staff")
FILES = "/staff/files"


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    folder = tmp_path_factory.mktemp("site")
    opened = open_staff(made_site(folder / "made.sqlite3"), folder)
    yield opened
    opened.premises.close()
    opened.store.close()


@pytest.fixture(scope="module")
def browser(staff: Staff) -> Iterator[TestClient]:
    app = FastAPI()
    app.add_middleware(StaffDoor, premises=staff.premises)
    app.add_middleware(Guarding, premises=staff.premises)
    app.include_router(staff_files_router(staff.premises))

    @app.get("/staff/")
    def page() -> str:
        return "the page"

    with TestClient(app, follow_redirects=False) as client:
        yield client


def get(browser: TestClient, staff: Staff, login: str | None, path: str) -> httpx.Response:
    headers = {}
    if login is not None:
        headers["cookie"] = staff.connection(login).headers["cookie"]
    return browser.get(path, headers=headers)


def paths(staff: Staff) -> tuple[str, ...]:
    session = staff.store.summaries(EAST)[-1].session
    return (
        f"{FILES}/report?resident={EAST}", f"{FILES}/report?resident={EAST}&form=csv",
        f"{FILES}/report?resident={EAST}&session={session}", f"{FILES}/export?resident={EAST}",
        f"{FILES}/joints/{session}",
    )  # fmt: skip


def test_nobody_residents_and_other_sites_get_no_file(browser: TestClient, staff: Staff) -> None:
    for path in paths(staff):
        assert get(browser, staff, None, path).status_code == 401
        assert get(browser, staff, "r1", path).status_code == 403
        assert get(browser, staff, "f1", path).status_code == 403
        refused = get(browser, staff, ELSEWHERE, path)
        assert refused.status_code == 403, path
        assert EAST not in refused.text
        assert "refused" in staff.store.audit.entries()[-1].details


def test_staff_see_reports_but_only_who_may_hands_everything_out(
    browser: TestClient, staff: Staff
) -> None:
    for form, begin in (("html", "<!DOCTYPE"), ("csv", "session_id"), ("json", "{")):
        found = get(browser, staff, HELPER, f"{FILES}/report?resident={EAST}&form={form}")
        assert found.status_code == 200, found.text
        assert found.text.lstrip("\ufeff")[:9].lower().startswith(begin.lower()[:9])
    assert get(browser, staff, HELPER, f"{FILES}/export?resident={EAST}").status_code == 403
    bundle = get(browser, staff, CLINICIAN, f"{FILES}/export?resident={EAST}")
    assert json.loads(bundle.content)["resourceType"] == "Bundle"
    assert f'filename="{EAST}.fhir.json"' in bundle.headers["content-disposition"]
    tables = get(browser, staff, ADMIN, f"{FILES}/export?resident={EAST}&form=csv")
    assert "sessions.csv" in zipfile.ZipFile(io.BytesIO(tables.content)).namelist()


def test_a_report_is_a_page_without_scripts(browser: TestClient, staff: Staff) -> None:
    found = get(browser, staff, CLINICIAN, f"{FILES}/report?resident={EAST}")
    assert "script-src" not in found.headers["content-security-policy"]
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "no-store"


def test_a_hospital_gets_nothing_without_consent(browser: TestClient, staff: Staff) -> None:
    path = f"{FILES}/export?resident=R-0003&receiver=hospital"
    refused = get(browser, staff, CLINICIAN, path)
    assert (refused.status_code, refused.json()["problem"]) == (409, "no_hospital_consent")


@pytest.mark.parametrize("bad", [
    "report?resident=R-9999", f"report?resident={EAST}&period=99999w",
    f"report?resident={EAST}&session=none", "joints/none",
])  # fmt: skip
def test_what_is_not_there_is_said_plainly(browser: TestClient, staff: Staff, bad: str) -> None:
    found = get(browser, staff, CLINICIAN, f"{FILES}/{bad}")
    assert found.status_code in (403, 404, 422)
    assert "Traceback" not in found.text


NOT_GIVEN = (
    (f"report?resident={EAST}&session=none", 404, "没有这份文件", "There is no such file"),
    (f"report?resident={EAST}&period=2020-01-01..2020-01-07", 404, "这段时间没有内容",
     "Nothing in these days"),
    (f"report?resident={EAST}&period=2020-01-07..2020-01-01", 422, "日期不合适",
     "These days do not fit"),
    ("report?resident=R-0002", 403, "", "This is not open to you"),
    ("export?resident=R-0003&receiver=hospital", 409, "居民没有同意", "Not agreed to"),
    ("joints/none", 404, "没有这份文件", "There is no such file"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "status", "zh", "en"), NOT_GIVEN)
def test_why_there_is_no_file_is_said_in_the_language_of_the_page_and_of_nothing_inside(
    browser: TestClient, staff: Staff, path: str, status: int, zh: str, en: str
) -> None:
    cookie = staff.connection(CLINICIAN).headers["cookie"]
    for language, said in (("zh", zh), ("en", en)):
        headers = {"cookie": cookie, "accept": "text/html", "accept-language": language}
        found = browser.get(f"{FILES}/{path}", headers=headers)
        assert found.status_code == status
        assert said in found.text
        assert f'<html lang="{language}">' in found.text
        assert 'href="/staff/"' in found.text
        for inside in ("--", "sqlite", str(staff.store.database.file), "aicoach "):
            assert inside not in found.text.partition("</style>")[2], inside
        if language == "zh":
            page = re.sub(r"<[^>]*>", " ", found.text.partition("</style>")[2])
            assert not re.findall(r"[A-Za-z]{4,}", page)
    told = browser.get(f"{FILES}/{path}", headers={"cookie": cookie})
    assert told.status_code == status
    assert told.json()["title"]["en"] == en
    assert staff.store.database.name not in told.text


def test_a_skeleton_that_was_not_kept_is_said_by_a_code(browser: TestClient, staff: Staff) -> None:
    sessions = staff.store.summaries(EAST)
    bare = next(one.session for one in sessions if staff.store.keypoints(one.session) is None)
    found = get(browser, staff, CLINICIAN, f"{FILES}/joints/{bare}")
    assert (found.status_code, found.json()["problem"]) == (404, "no_skeleton")


def test_skeletons_are_shown_where_they_were_kept(browser: TestClient, staff: Staff) -> None:
    session = staff.store.summaries(EAST)[0].session
    give(staff.store.gate(console_actor("t")), EAST, "keypoints", given_by=EAST)
    track = PoseTrack(
        np.arange(30) / 15.0, np.full((30, 33, 4), 0.5), np.zeros((30, 33, 3)), (640, 480)
    )
    if staff.store.keypoints(session) is None:
        staff.store.keep_keypoints(session, track)
    found = get(browser, staff, CLINICIAN, f"{FILES}/joints/{session}")
    assert found.status_code == 200
    assert len(found.content) > 8
    shown = staff.ask(CLINICIAN, "session", id=session)["html"]
    assert f'data-replay="{FILES}/joints/{session}"' in shown


def test_a_browser_is_sent_to_sign_in_and_comes_back(browser: TestClient, staff: Staff) -> None:
    page = {"accept": "text/html"}
    away = browser.get("/staff?at=resident&code=R-0001", headers=page)
    assert away.status_code == 303
    assert away.headers["location"] == "/sign-in?next=%2Fstaff%3Fat%3Dresident%26code%3DR-0001"
    cookie = staff.connection(CLINICIAN).headers["cookie"]
    there = browser.get("/staff?at=site", headers={**page, "cookie": cookie})
    assert (there.status_code, there.headers["location"]) == (307, "/staff/?at=site")
    assert browser.get("/staff/", headers={**page, "cookie": cookie}).status_code == 200
    cookie = staff.connection("r1").headers["cookie"]
    assert browser.get("/staff", headers={**page, "cookie": cookie}).status_code == 303
