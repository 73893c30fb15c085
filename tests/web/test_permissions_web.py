"""Every route of the server, called as everybody; a route that nobody decided about fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from aicoach.access import console_actor
from aicoach.adapters.store.consents import give, holds
from aicoach.pose import PoseTrack
from aicoach.web.assets_routes import version
from aicoach.web.server import create_server

from .browser.served import Served
from .routes import gradio_routes, own_routes

STAFF: Final = ("staff", "clinician", "site_admin", "system_admin")
EVERYBODY: Final = ("nobody", "visitor", "resident", "family", *STAFF)

KNOWN: Final = EVERYBODY[1:]
"""Everybody whose browser was here before."""
AT_HOME: Final = ("resident", "family")
OWN: Final = ("resident",)

# Who is let in; everybody else hears 401 or 403. What is then said is the route's own test.
DECIDED: Final[dict[str, tuple[str, ...]]] = {
    "GET /assets/...": EVERYBODY,
    "GET /words/{_version}/{language}.json": EVERYBODY,
    "GET /words/{_version}/cues/{language}.json": EVERYBODY,
    "GET /exercises/{_version}.json": EVERYBODY,
    "GET /figure/{_version}/{name}.json": EVERYBODY,
    "GET /health": EVERYBODY,
    "GET /sign-in": EVERYBODY,
    "GET /entry/me": EVERYBODY,
    "GET /entry/codes": EVERYBODY,
    "POST /entry/here": EVERYBODY,
    "POST /entry/language": EVERYBODY,
    "POST /entry/sign-in": (),  # with a wrong password
    "POST /entry/card-picture": (),  # without a card
    "POST /entry/sign-out": EVERYBODY,
    "POST /clips": KNOWN,
    "POST /clips/drop": EVERYBODY,
    "GET /clips/one": EVERYBODY,
    "GET /live/mine": KNOWN,
    "POST /live/take": KNOWN,
    "POST /live/start": OWN,  # by a plan; the trial is everybody's
    "POST /live/ticket": (),  # of somebody else's session
    "POST /live/end": (),
    "SOCKET /live/socket": (),  # see test_live_socket.py
    "GET /resident/today": AT_HOME,
    "GET /resident/consents": AT_HOME,
    "POST /resident/consents": OWN,
    "POST /resident/enrolment": OWN,
    "GET /resident/messages": AT_HOME,
    "POST /resident/messages": AT_HOME,
    "GET /resident/report.{form}": AT_HOME,
    "GET /staff/files/report": ("staff", "clinician"),
    "GET /staff/files/export": ("clinician", "site_admin"),
    "GET /staff/files/joints/{session}": ("staff", "clinician"),
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "/entry/sign-in": {"who": {"by": "password", "login": "nobody", "password": "wrong words"}},
    "/entry/language": {"language": "en"},
    "/clips/drop": {"clip": "x" * 12},
    "/live/start": {"start": {"what": "plan", "language": "en"}},
    "/live/ticket": {"room": "{room}"},
    "/live/end": {"room": "{room}"},
    "/resident/consents": {"kind": "keypoints", "agreed": True},
    "/resident/enrolment": {"active": True, "disease": None, "symptoms": False},
    "/resident/messages": {"text": "Hello"},
}
OPEN_OF_GRADIO: Final = re.compile(
    r"(/staff)?(/|/theme\.css|/favicon\.ico|/(assets|static|svelte)/.*"
    r"|/gradio_api/(queue/(join|data)|cancel|reset|heartbeat/.*))"
)
SAMPLE: Final = {
    "{language}": "en", "{_version}": "v", "{exercise}": "squat", "{form}": "html",
    "{path:path}": "x", "{name}": "x",
}  # fmt: skip


@pytest.fixture(scope="module")
def real(screens: Served, people: dict[str, httpx.Client]) -> Iterator[dict[str, str]]:
    """A session of which the skeleton is kept, and a room of somebody who is none of ours.

    What is not there is refused to nobody.
    """
    session = screens.store.summaries("R-0001")[0].session
    if screens.store.keypoints(session) is None:
        if not holds(screens.store, "R-0001", "keypoints"):
            console = screens.store.gate(console_actor("test"))
            give(console, "R-0001", "keypoints", given_by="R-0001")
        still = PoseTrack(
            np.arange(30) / 15.0, np.full((30, 33, 4), 0.5), np.zeros((30, 33, 3)), (640, 480)
        )
        screens.store.keep_keypoints(session, still)
    line = httpx.HTTPTransport(local_address="127.0.3.100")
    with httpx.Client(
        base_url=screens.url, headers={"Origin": screens.url}, transport=line, timeout=60.0
    ) as other:
        other.get("/health", headers={"Accept": "text/html"})
        trial = {"what": "trial", "language": "en", "exercises": ["squat"], "birth_year": 1980,
                 "active": True, "disease": False, "symptoms": False}  # fmt: skip
        begun = other.post("/live/start", json={"start": trial})
        assert begun.status_code == 200, begun.text
        room = begun.json()["room"]["id"]
        assert other.post("/live/ticket", json={"room": room}).status_code == 200
        yield {"{session}": session, "{room}": room}
        assert other.post("/live/end", json={"room": room}).status_code == 200


@pytest.fixture(scope="module")
def people(screens: Served) -> Iterator[dict[str, httpx.Client]]:
    """Somebody of every role, each at an address of their own."""
    found: dict[str, httpx.Client] = {}
    for number, who in enumerate(EVERYBODY):
        line = httpx.HTTPTransport(local_address=f"127.0.3.{number + 1}")
        page = httpx.Client(
            base_url=screens.url, headers={"Origin": screens.url}, transport=line, timeout=60.0
        )
        found[who] = page
        if who == "nobody":
            continue
        page.get("/health", headers={"Accept": "text/html"})
        if who != "visitor":
            login, password = screens.keys.logins[who], screens.keys.password
            given = {"by": "password", "login": login, "password": password}
            assert page.post("/entry/sign-in", json={"who": given}).status_code == 200
    yield found
    for page in found.values():
        page.close()


def called(
    page: httpx.Client, method: str, path: str, real: Mapping[str, str] = MappingProxyType({})
) -> int:
    body = {name: real.get(value, value) if isinstance(value, str) else value
            for name, value in BODIES.get(path, {}).items()}  # fmt: skip
    for name, value in {**SAMPLE, **real}.items():
        path = path.replace(name, value)
    path = re.sub(r"\{[^}]*\}", "x", path)
    if method == "GET":
        params: dict[str, Any] = {"resident": "R-0001", "session_hash": "x", "clip": "x" * 12}
        return page.get(path, params=params).status_code
    return page.request(method, path, json=body).status_code


@pytest.fixture(scope="module")
def app(screens: Served) -> FastAPI:
    """The same routes once more, to be walked."""
    return create_server(screens.premises)


def test_every_route_is_decided(app: FastAPI) -> None:
    found = {
        f"{method} {path}".replace(f"/assets/{version()}", "/assets")
        for method, path in own_routes(app)
    }
    assert sorted(found - DECIDED.keys()) == [], "say in DECIDED who is let in"
    assert sorted(DECIDED.keys() - found) == [], "there is no such route any more"


@pytest.mark.parametrize("route", sorted(DECIDED))
def test_everybody_gets_what_was_decided_and_nothing_else(
    people: dict[str, httpx.Client], real: dict[str, str], route: str
) -> None:
    method, path = route.split(" ")
    if method == "SOCKET" or path in ("/assets/...", "/entry/sign-out"):
        return
    answers = {who: called(people[who], method, path, real) for who in EVERYBODY}
    let_in = tuple(who for who, status in answers.items() if status not in (401, 403))
    assert let_in == DECIDED[route], answers
    assert not [who for who, status in answers.items() if status >= 500 and status != 503]
    if "{session}" in path:
        assert {answers[who] for who in let_in} == {200}, "it is there for those who may"


def test_of_gradio_nothing_is_there_but_what_our_pages_use(
    app: FastAPI, people: dict[str, httpx.Client]
) -> None:
    closed = {one for one in gradio_routes(app) if not OPEN_OF_GRADIO.fullmatch(one[1])}
    assert len(closed) > 100
    for method, path in sorted(closed):
        for who in ("visitor", "clinician"):
            status = called(people[who], method, path)
            behind_the_desk = path.startswith("/staff") and who == "visitor" and status == 401
            assert status in (404, 405) or behind_the_desk, (method, path, who, status)


@pytest.mark.parametrize("path", ["/staff", "/staff/", "/staff/gradio_api/queue/join"])
def test_the_desk_is_for_staff(people: dict[str, httpx.Client], path: str) -> None:
    for who in EVERYBODY:
        if path.endswith("join"):
            body = {"fn_index": 0, "data": [], "session_hash": f"desk{who}"}
            status = people[who].post(path, json=body).status_code
        else:
            status = people[who].get(path, headers={"Accept": "text/html"}).status_code
        outside = (303,) if not path.endswith("join") else (401, 403)
        assert status in ((200, 307) if who in STAFF else outside), (who, status)
