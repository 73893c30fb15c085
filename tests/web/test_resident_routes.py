"""A resident's own pages over HTTP: their day, consents, messages, report, and who may not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import (
    account_of_resident,
    actor_of,
    add_account,
    issue_card,
    set_pin,
)
from aicoach.adapters.store.consents import give, holds
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.people import (
    Account,
    Cabin,
    Consent,
    Enrolment,
    Message,
    PlanVersion,
    Resident,
    Site,
)
from aicoach.catalog import load_catalog
from aicoach.synth import perform
from aicoach.visit.trial import trial_ages
from aicoach.web.assets_routes import version
from aicoach.web.guarding import Guarding
from aicoach.web.live.taped import TapedWatcher
from aicoach.web.premises import Conduct, open_premises
from aicoach.web.server import add_routes
from aicoach.web.visitors import Place

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=timezone.utc)
"""In Shanghai it is the 21st already."""
HERE = "https://cabin.test"
PIN = "274913"
PLAN: dict[str, Any] = {
    "schema": 1,
    "id": "steady",
    "version": 1,
    "status": "active",
    "kind": "fitness",
    "title": {"zh": "稳步", "en": "Steady"},
    "resident": {"id": "R-0007", "birth_year": 1955},
    "valid_from": "2026-11-01",
    "valid_until": "2026-12-31",
    "intensity": {"heart_rate": {"method": "none"}, "effort": {"upper": 5.0, "stop_at": 8.0}},
    "session": {"frequency_per_week": 3, "warm_up_min": 4.0, "cool_down_min": 5.0},
    "items": [
        {"exercise": "squat", "type": "strength", "sets": 2, "mode": "reps", "reps_min": 6,
         "reps_max": 8, "rest_between_sets_s": 60.0, "rest_after_s": 60.0},
        {"exercise": "single_leg_stand", "type": "balance", "sets": 2, "mode": "hold",
         "hold_s": 10.0, "support": "chair", "rest_between_sets_s": 30.0},
    ],
}  # fmt: skip

MEDICAL: dict[str, Any] = {
    "kind": "medical",
    "author": {"id": "doctor-1", "role": "physician", "qualification_no": "110-2026"},
    "signed_at": "2026-11-01",
    "review_due": "2026-12-01",
}


def furnish(store: Store) -> str:
    """A site, a cabin, two residents, a daughter and a nurse; the code of a card."""
    store.shelf(Site).add(Site(id="east", name="East", time_zone="Asia/Shanghai"))
    store.shelf(Cabin).add(Cabin(id="cabin-1", site="east", name="Cabin 1"))
    gate = store.gate(console_actor("test"))
    for code in ("R-0007", "R-0008"):
        store.shelf(Resident).add(
            Resident(id=code, site="east", name=f"{code} name", birth_year=1955,
                     language="zh", time_zone="Asia/Shanghai")
        )  # fmt: skip
        account_of_resident(gate, code)
    for login, role in (("daughter", "family"), ("nurse", "staff")):
        row = Account(
            login=login, name=login, role=role, site="east",
            resident="R-0007" if role == "family" else None,
        )  # fmt: skip
        add_account(gate, row)
    return issue_card(gate, "R-0007").token


class House:
    """A server on a furnished store."""

    def __init__(self, store: Store, card: str, mode: str = "cabin") -> None:
        self.store, self.card, self.moment = store, card, NOW
        self.place: Place = "cabin" if mode == "cabin" else "home"
        conduct = Conduct(
            mode=mode,  # type: ignore[arg-type]
            cabin="cabin-1" if mode == "cabin" else None,
        )
        tape = list(perform(load_catalog()["squat"], reps=2).track.poses())
        opened = open_premises(
            store, conduct, make_watcher=lambda: TapedWatcher(tape), live_sessions=2
        )
        self.premises = dataclasses.replace(opened, now=lambda: self.moment)
        self.app = FastAPI()
        self.app.add_middleware(Guarding, premises=self.premises)
        add_routes(self.app, self.premises)

    def plan(self, **changed: Any) -> None:
        document = json.loads(json.dumps(PLAN | changed))
        self.store.shelf(PlanVersion).add(
            PlanVersion(
                resident="R-0007", plan="steady", version=1, status=document["status"],
                kind="fitness", signed_at=date(2026, 11, 1), document=document,
            )
        )  # fmt: skip

    def agree(self, resident: str = "R-0007") -> None:
        gate = self.store.gate(console_actor("test"))
        for kind in ("records", "camera"):
            give(gate, resident, kind, given_by=resident)

    def enrol(self, **answers: bool | None) -> Enrolment:
        gate = self.store.gate(console_actor("test"))
        said = {**WELL, **answers}
        return answer_enrolment(gate, "R-0007", said, place="staff", at=self.moment)

    def browser(self) -> TestClient:
        made = TestClient(self.app, base_url=HERE, headers={"Origin": HERE})
        made.get("/entry/me", headers={"Accept": "text/html"})
        return made

    def resident(self, code: str = "R-0007") -> TestClient:
        return self._as(account_of_resident(self.store.gate(console_actor("test")), code))

    def somebody(self, login: str) -> TestClient:
        return self._as(self.store.shelf(Account).find(login=login)[0])

    def _as(self, account: Account) -> TestClient:
        """A browser in which somebody signed in; the secret is tested elsewhere."""
        browser = self.browser()
        actor = actor_of(self.store, account.id)
        assert actor is not None
        before = browser.cookies["aicoach"]
        token = self.premises.visitors.sign_in(before, actor, account.name, self.place)
        browser.cookies.set("aicoach", token, domain="cabin.test", path="/")
        return browser


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, tables_file: Path) -> tuple[Path, str]:
    """A file to copy, and the card that is in it."""
    folder = tmp_path_factory.mktemp("furnished")
    file = folder / "house.sqlite3"
    shutil.copy(tables_file, file)
    store = Store(str(file), folder=folder)
    card = furnish(store)
    store.close()
    return file, card


@pytest.fixture
def make_house(tmp_path: Path, furnished: tuple[Path, str]) -> Iterator[Callable[..., House]]:
    file, card = furnished
    made: list[House] = []

    def make(mode: str = "cabin") -> House:
        copied = shutil.copy(file, tmp_path / f"{mode}.sqlite3")
        made.append(House(Store(str(copied), folder=tmp_path / mode), card, mode))
        return made[-1]

    yield make
    for one in made:
        one.premises.close()
        one.store.close()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()


START = {"start": {"what": "plan", "language": "zh"}}
WELL = {"active": True, "disease": False, "symptoms": False}


def test_the_day_is_the_residents_and_not_the_servers(house: House) -> None:
    house.plan()
    told = house.resident().get("/resident/today").json()
    assert told["day"] == "2026-11-21"
    assert told["name"] == "R-0007 name"
    names = [one["id"] for one in told["plan"]["exercises"]]
    assert names == ["squat", "single_leg_stand"]
    assert told["plan"]["exercises"][0] | {"minutes": 0} == {
        "id": "squat", "name": {"zh": "深蹲", "en": "Squat"}, "sets": 2, "reps": 8,
        "seconds": None, "minutes": 0,
    }  # fmt: skip
    assert told["plan"]["next_day"] == "2026-11-21"
    assert told["missing"] == ["records", "camera"]
    assert told["last"] is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_until": "2026-11-20"}, "plan_expired"),
        ({"valid_from": "2026-11-22"}, "plan_not_yet"),
        ({"status": "paused"}, "plan_paused"),
        ({"status": "draft"}, "plan_unsigned"),
        ({"status": "revoked"}, "no_plan"),
        ({"resident": {"id": "R-0007"}}, "plan_wrong"),
    ],
)
def test_what_keeps_a_plan_from_being_done_has_its_own_words(
    house: House, changed: dict[str, Any], code: str
) -> None:
    house.plan(**changed)
    house.agree()
    browser = house.resident()
    told = browser.get("/resident/today").json()
    assert told["plan"] is None
    assert told["problem"]["problem"] == code
    refused = browser.post("/live/start", json=START)
    assert refused.status_code == 409
    assert refused.json()["problem"] == code
    assert refused.json()["text"]["zh"] != refused.json()["text"]["en"]


def test_without_a_plan_there_is_no_session(house: House) -> None:
    browser = house.resident()
    assert browser.get("/resident/today").json()["problem"]["problem"] == "no_plan"
    assert browser.post("/live/start", json=START).json()["problem"] == "no_plan"


def test_without_both_consents_there_is_no_session(house: House) -> None:
    house.plan()
    browser = house.resident()
    assert browser.post("/live/start", json=START).json()["problem"] == "no_consent"
    for kind in ("records", "camera"):
        said = {"kind": kind, "agreed": True}
        assert browser.post("/resident/consents", json=said).status_code == 200
    assert holds(house.store, "R-0007", "camera")
    assert browser.post("/live/start", json=START).json()["problem"] == "enrolment"
    assert browser.post("/resident/enrolment", json=WELL).status_code == 200
    started = browser.post("/live/start", json=START)
    assert started.status_code == 200
    assert started.json()["room"]["kept"] is True


# -- the questions before a fitness plan -----------------------------------------------------


def day_of(house: House) -> dict[str, Any]:
    told: dict[str, Any] = house.resident().get("/resident/today").json()
    return told["enrolment"]


@pytest.mark.parametrize(("mode", "place"), [("cabin", "cabin"), ("home", "home")])
def test_the_questions_are_asked_once_and_the_day_says_what_was_answered(
    make_house: Callable[..., House], mode: str, place: str
) -> None:
    house = make_house(mode)
    house.plan()
    house.agree()
    assert day_of(house) == {"ask": "never", "answered_on": None, "answers": None}
    answer = house.resident().post("/resident/enrolment", json=WELL)
    held = {"ask": None, "answered_on": "2026-11-21", "answers": WELL}
    assert answer.json() == {"enrolment": held}
    assert day_of(house) == held
    rows = house.store.shelf(Enrolment).find(resident="R-0007")
    account = account_of_resident(house.store.gate(console_actor("test")), "R-0007").id
    assert [(one.place, one.answered_by) for one in rows] == [(place, account)]


def test_a_session_takes_the_answers_that_were_kept(house: House) -> None:
    house.plan()
    house.agree()
    house.enrol(symptoms=True, active=None)
    browser = house.resident()
    started = browser.post("/live/start", json=START)
    assert started.status_code == 200, "who did not know was asked, and goes by the strict answer"
    enrolled = house.premises.rooms.all()[0].opening.visit.head.enrolment
    assert enrolled["symptoms"] is True
    assert enrolled["disease"] is False
    assert enrolled["active"] is None
    assert enrolled["answered_on"] == "2026-11-21"


@pytest.mark.parametrize(("days", "ask"), [(364, None), (367, "expired")])
def test_after_a_year_the_questions_are_asked_again(
    house: House, days: int, ask: str | None
) -> None:
    house.plan(valid_from="2025-01-01")
    house.agree()
    now = house.moment
    house.moment = now - timedelta(days=days)
    house.enrol()
    house.moment = now
    assert day_of(house)["ask"] == ask
    status = house.resident().post("/live/start", json=START)
    assert (status.json().get("problem")) == ("enrolment" if ask else None)


def test_under_a_medical_plan_nobody_is_asked(house: House) -> None:
    house.plan(**MEDICAL)
    house.agree()
    assert house.resident().get("/resident/today").json()["plan"]["medical"] is True
    assert day_of(house) is None
    assert house.resident().post("/live/start", json=START).status_code == 200


def test_nothing_about_health_is_kept_before_the_resident_agreed_to_records(house: House) -> None:
    house.plan()
    answer = house.resident().post("/resident/enrolment", json=WELL)
    assert (answer.status_code, answer.json()["problem"]) == (409, "no_consent")
    assert not house.store.shelf(Enrolment).find()


@pytest.mark.parametrize("who", ["daughter", "nurse"])
def test_nobody_answers_for_a_resident_on_their_page(house: House, who: str) -> None:
    house.plan()
    house.agree()
    house.enrol()
    browser = house.somebody(who)
    assert browser.post("/resident/enrolment", json=WELL).status_code == 403
    told = browser.get("/resident/today").json()
    assert told.get("enrolment") is None, "family sees no answers about health"
    assert len(house.store.shelf(Enrolment).find()) == 1


@pytest.mark.parametrize(
    "bad",
    [{}, {"active": True, "disease": False}, {**WELL, "symptoms": "no"}, {**WELL, "sleep": True}],
)
def test_half_an_answer_is_none(house: House, bad: dict[str, Any]) -> None:
    house.plan()
    house.agree()
    assert house.resident().post("/resident/enrolment", json=bad).status_code == 422
    assert not house.store.shelf(Enrolment).find()


def test_answers_cannot_be_slipped_in_with_the_start(house: House) -> None:
    house.plan()
    house.agree()
    body = {"start": {**START["start"], **WELL}}
    assert house.resident().post("/live/start", json=body).status_code == 422


def test_a_consent_is_read_in_both_languages_and_taken_back(house: House) -> None:
    browser = house.resident()
    kinds = browser.get("/resident/consents").json()["kinds"]
    assert [one["kind"] for one in kinds if one["needed"]] == ["records", "camera"]
    assert all(one["text"]["zh"] and one["text"]["en"] for one in kinds)
    assert "video" not in {one["kind"] for one in kinds}
    for agreed in (True, True, False, False):  # asking twice changes nothing
        said = {"kind": "hospital", "agreed": agreed}
        answer = browser.post("/resident/consents", json=said)
        assert answer.status_code == 200
    rows = house.store.shelf(Consent).find(resident="R-0007")
    assert [(one.kind, one.given_by, one.withdrawn_by) for one in rows] == [
        ("hospital", "R-0007", "R-0007")
    ]


@pytest.mark.parametrize("kind", ["video", "nothing"])
def test_what_is_not_asked_for_cannot_be_agreed_to(house: House, kind: str) -> None:
    answer = house.resident().post("/resident/consents", json={"kind": kind, "agreed": True})
    assert answer.status_code == 409


def test_family_sees_and_writes_but_agrees_and_starts_nothing(house: House) -> None:
    house.plan()
    browser = house.somebody("daughter")
    told = browser.get("/resident/today").json()
    assert told["resident"] == "R-0007"
    assert told["may_start"] is False
    assert browser.get("/resident/consents").json()["may_change"] is False
    refused = browser.post("/resident/consents", json={"kind": "camera", "agreed": True})
    assert (refused.status_code, refused.json()["problem"]) == (403, "not_yours")
    assert browser.post("/live/start", json=START).status_code == 403
    assert browser.post("/resident/messages", json={"text": "Thank you"}).status_code == 200
    assert not house.store.shelf(Consent).find(resident="R-0007")


ROUTES = ("today", "consents", "messages", "report.html")


@pytest.mark.parametrize("path", ROUTES)
def test_nobody_signed_in_sees_nothing(house: House, path: str) -> None:
    answer = house.browser().get(f"/resident/{path}")
    assert answer.status_code == 401
    assert answer.json()["problem"] == "sign_in"


@pytest.mark.parametrize("path", ROUTES)
def test_staff_have_pages_of_their_own(house: House, path: str) -> None:
    answer = house.somebody("nurse").get(f"/resident/{path}")
    assert answer.status_code == 403
    assert answer.json()["problem"] == "not_yours"


@pytest.mark.parametrize("path", ROUTES)
def test_a_cookie_of_nobody_opens_nothing(house: House, path: str) -> None:
    browser = TestClient(house.app, base_url=HERE, cookies={"aicoach": "x" * 43})
    assert browser.get(f"/resident/{path}").status_code == 401


def test_asked_by_another_site_nothing_is_changed(house: House) -> None:
    browser = house.resident()
    said = {"kind": "camera", "agreed": True}
    answer = browser.post(
        "/resident/consents", json=said, headers={"Origin": "https://elsewhere.test"}
    )
    assert answer.status_code == 403
    assert not house.store.shelf(Consent).find(resident="R-0007")


def test_a_resident_has_read_what_staff_wrote_and_family_has_not_for_them(house: House) -> None:
    nurse = house.store.shelf(Account).find(login="nurse")[0]
    house.store.shelf(Message).add(Message(resident="R-0007", sender=nurse.id, text="Well done"))
    assert house.somebody("daughter").get("/resident/messages").json()["messages"][0]["new"]
    first = house.resident().get("/resident/messages").json()["messages"]
    again = house.resident().get("/resident/messages").json()["messages"]
    assert [(one["text"], one["from"], one["mine"]) for one in first] == [
        ("Well done", "nurse", False)
    ]
    assert (first[0]["new"], again[0]["new"]) == (True, False)


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_message_has_something_to_say_and_an_end(house: House, text: str) -> None:
    assert house.resident().post("/resident/messages", json={"text": text}).status_code == 422


def test_a_report_of_nobody_who_trained_says_so_kindly(house: House) -> None:
    answer = house.resident().get("/resident/report.html")
    assert answer.status_code == 409
    assert answer.json()["problem"] == "nothing_yet"


def test_a_report_is_in_the_language_that_is_asked_for(house: House) -> None:
    house.plan()
    answer = house.resident().get("/resident/report.html?language=en")
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


@pytest.mark.parametrize("period", ["9999d", "28", "2026-01-01..2026-02-01", "-1d"])
def test_a_report_is_of_days_or_weeks(house: House, period: str) -> None:
    assert house.resident().get(f"/resident/report.html?period={period}").status_code == 422


def test_after_the_browser_was_started_anew_the_session_goes_on(house: House) -> None:
    house.plan()
    house.agree()
    house.enrol()
    before = house.resident()
    room = before.post("/live/start", json=START).json()["room"]["id"]
    after = house.resident()
    assert after.get("/live/mine").json() == {"room": None, "elsewhere": True}
    assert after.post("/live/start", json=START).json()["problem"] == "elsewhere"
    assert after.post("/live/ticket", json={"room": room}).status_code == 403
    taken = after.post("/live/take").json()
    assert taken["room"]["id"] == room
    assert taken["elsewhere"] is False
    assert before.get("/live/mine").json() == {"room": None, "elsewhere": True}
    assert before.post("/live/ticket", json={"room": room}).status_code == 403


def test_nobody_else_finds_a_session(house: House) -> None:
    house.plan()
    house.agree()
    house.resident().post("/live/start", json=START)
    for other in (house.resident("R-0008"), house.somebody("daughter"), house.browser()):
        assert other.get("/live/mine").json() == {"room": None, "elsewhere": False}
        assert other.post("/live/take").json()["room"] is None


def test_while_all_places_are_taken_one_waits(house: House) -> None:
    house.plan()
    house.agree()
    house.enrol()
    taken = [house.premises.rooms.watchers.take() for _ in range(2)]
    answer = house.resident().post("/live/start", json=START)
    assert answer.status_code == 503
    assert answer.json()["problem"] == "busy"
    assert answer.json()["wait_s"] > 0
    for one in taken:
        assert one is not None
        house.premises.rooms.watchers.give_back(one)


def test_a_wrong_pin_says_so_and_then_how_long_to_wait(house: House) -> None:
    set_pin(house.store.gate(console_actor("test")), "R-0007", PIN, "cabin-1")
    browser = house.browser()
    who = {"who": {"by": "pin", "resident": "R-0007", "pin": "111222"}}
    answers = [browser.post("/entry/sign-in", json=who).json() for _ in range(6)]
    assert answers[0]["problem"] == "refused"
    assert answers[-1]["problem"] == "wait"
    assert answers[-1]["wait_s"] > 0


def picture_of(text: str, side_px: int = 480) -> bytes:
    code = cv2.QRCodeEncoder.create().encode(text)
    big = cv2.resize(code, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    picture = np.full((side_px, side_px, 3), 255, np.uint8)
    top = (side_px - big.shape[0]) // 2
    picture[top : top + big.shape[0], top : top + big.shape[1]] = big[..., None]
    return cv2.imencode(".jpg", picture)[1].tobytes()


def test_a_card_before_the_camera_signs_in(house: House) -> None:
    browser = house.browser()
    answer = browser.post("/entry/card-picture", content=picture_of(house.card))
    assert answer.status_code == 200
    assert browser.get("/entry/me").json()["resident"] == "R-0007"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (picture_of("https://example.org/"), "no_code"),
        (picture_of("AICOACH1:" + "A" * 32), "refused"),
        (b"no picture", "no_code"),
        (b"", "no_code"),
        (b"x" * 400_000, "too_large"),
    ],
)
def test_what_is_no_card_signs_nobody_in(house: House, content: bytes, code: str) -> None:
    browser = house.browser()
    answer = browser.post("/entry/card-picture", content=content)
    assert answer.json()["problem"] == code
    assert browser.get("/entry/me").json()["role"] is None


def test_pictures_of_cards_are_looked_at_so_often_and_no_more(house: House) -> None:
    browser = house.browser()
    codes = [browser.post("/entry/card-picture", content=b"x").json() for _ in range(40)]
    assert codes[-1]["problem"] == "wait"
    assert codes[-1]["wait_s"] > 0


def test_at_home_no_card_and_no_pin_is_taken(make_house: Callable[..., House]) -> None:
    house = make_house("home")
    browser = house.browser()
    answer = browser.post("/entry/card-picture", content=picture_of(house.card))
    assert answer.json()["problem"] == "refused"
    who = {"by": "pin", "resident": "R-0007", "pin": PIN}
    assert browser.post("/entry/sign-in", json={"who": who}).status_code == 401


def test_the_keys_know_how_codes_are_built(house: House) -> None:
    browser = house.browser()
    assert browser.get("/entry/codes").json() == {"prefix": "R-", "digits": 4}
    house.store.shelf(Resident).add(Resident(id="R-12A", site="east", time_zone="Asia/Shanghai"))
    assert browser.get("/entry/codes").json() == {"prefix": "", "digits": None}


def test_a_touch_keeps_one_signed_in(house: House) -> None:
    assert house.browser().post("/entry/here").json() == {"left_s": None}
    assert house.resident().post("/entry/here").json()["left_s"] == 60


def test_a_figure_is_a_small_picture_that_browsers_keep(house: House) -> None:
    answer = house.browser().get(f"/assets/{version()}/figures/squat.png")
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) < 20_000


def test_a_visitor_of_today_is_told_what_does_not_fit(house: House) -> None:
    browser = house.browser()
    asked = {"what": "trial", "language": "en", "exercises": ["squat"], "birth_year": 2020}
    assert browser.post("/live/start", json={"start": asked}).json()["problem"] == "too_young"
    _youngest, oldest = trial_ages()
    asked |= {"birth_year": datetime.now(timezone.utc).year - oldest - 2}
    assert browser.post("/live/start", json={"start": asked}).json()["problem"] == "too_old"
    asked |= {"exercises": ["levitation"], "birth_year": 1960}
    assert browser.post("/live/start", json={"start": asked}).json()["problem"] == "no_exercise"
