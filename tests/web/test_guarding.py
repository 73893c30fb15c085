"""What every request passes, tried by breaking in over the wire."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import JSONResponse

from aicoach.web import connections
from aicoach.web.guarding import Guarding
from aicoach.web.premises import Conduct, Mode
from aicoach.web.settings import web_settings

from .browser.served import MadeSite, Served, serving, taped
from .live_client import Screen

PASSWORD = "not the password"


ADDRESSES = itertools.count(1)
"""Every browser is at an address of its own."""
OPENED: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def client(served: Served, **headers: str) -> httpx.Client:
    line = httpx.HTTPTransport(local_address=f"127.0.2.{next(ADDRESSES)}")
    made = httpx.Client(
        base_url=served.url, headers={"Origin": served.url, **headers}, timeout=10.0,
        transport=line,
    )  # fmt: skip
    OPENED.append(made)
    made.get("/health", headers={"Accept": "text/html"})
    return made


def sign_in(page: httpx.Client, served: Served, who: str) -> httpx.Response:
    keys = served.keys
    given = {"by": "password", "login": keys.logins[who], "password": keys.password}
    return page.post("/entry/sign-in", json={"who": given})


@pytest.fixture(scope="module")
def strict(site: MadeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of little patience, with names. Every test comes from an address of its own."""
    known = web_settings()
    requests = replace(
        known.requests, per_min=6.0, at_once=8.0, sign_ins_per_min=6.0, sign_ins_at_once=3.0,
        body_s=0.5,
    )  # fmt: skip
    conduct = Conduct(mode="home", names=("127.0.0.1", "localhost"))
    changed = replace(known, requests=requests)
    folder = tmp_path_factory.mktemp("strict")
    with serving(site, folder, conduct, taped(), settings=changed) as found:
        yield found


def from_address(served: Served, address: str) -> httpx.Client:
    """A browser at another address."""
    line = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=served.url, headers={"Origin": served.url}, transport=line)


# -- cookies -------------------------------------------------------------------------------


def test_the_cookie_is_read_by_no_script_and_sent_by_no_other_site(screens: Served) -> None:
    given = httpx.get(screens.url, headers={"Accept": "text/html"}).headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "Path=/" in given


def test_behind_https_the_cookie_and_everything_else_stay_encrypted(screens: Served) -> None:
    premises = replace(screens.premises, conduct=Conduct(mode="home", https=True))

    async def asked() -> httpx.Response:
        line = httpx.ASGITransport(Guarding(JSONResponse({}), premises))
        async with httpx.AsyncClient(transport=line, base_url="https://a.test") as page:
            return await page.get("/", headers={"Accept": "text/html"})

    answer = asyncio.run(asked())
    given = answer.headers["set-cookie"]
    assert given.startswith("__Host-aicoach=")
    assert "Secure" in given
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_cookie_that_was_planted_before_is_worth_nothing_after_the_sign_in(
    screens: Served,
) -> None:
    page = client(screens)
    planted = page.cookies["aicoach"]
    assert sign_in(page, screens, "staff").status_code == 200
    assert page.cookies["aicoach"] != planted
    stolen = client(screens, Cookie=f"aicoach={planted}").get("/entry/me").json()
    assert stolen["role"] is None


def test_signing_out_takes_the_cookie_back(screens: Served) -> None:
    page = client(screens)
    sign_in(page, screens, "home")
    before = page.cookies["aicoach"]
    answer = page.post("/entry/sign-out")
    assert 'aicoach="";' in answer.headers["set-cookie"]
    again = client(screens, Cookie=f"aicoach={before}").get("/entry/me").json()
    assert again["role"] is None


@pytest.mark.parametrize(("mode", "cleared"), [("cabin", '"storage"'), ("home", None)])
def test_a_shared_screen_forgets_what_its_browser_kept(
    screens: Served, mode: Mode, cleared: str | None
) -> None:
    premises = replace(screens.premises, conduct=Conduct(mode=mode, cabin="cabin-1"))

    async def left() -> httpx.Response:
        line = httpx.ASGITransport(Guarding(JSONResponse({}), premises))
        async with httpx.AsyncClient(transport=line, base_url="http://a.test") as page:
            return await page.post("/entry/sign-out", headers={"Origin": "http://a.test"})

    assert asyncio.run(left()).headers.get("clear-site-data") == cleared


# -- other sites ---------------------------------------------------------------------------

CHANGES = (
    "/entry/sign-in", "/entry/sign-out", "/entry/language", "/live/start", "/live/ticket",
    "/live/end", "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset",
    "/gradio_api/upload", "/resident/consents", "/resident/messages",
    "/resident/enrolment",
)  # fmt: skip


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("origin", ["http://other.test", "null", "", None, "{url}.other.test"])
def test_what_changes_something_is_taken_from_our_own_pages_only(
    screens: Served, path: str, origin: str | None
) -> None:
    page = client(screens)
    del page.headers["Origin"]
    headers = {} if origin is None else {"Origin": origin.format(url=screens.url)}
    answer = page.post(path, json={}, headers=headers)
    assert (answer.status_code, answer.json()["problem"]) == (403, "asked by another site")


@pytest.mark.parametrize("path", ["/", "/gradio_api/queue/join", "/entry/me", "/theme.css"])
def test_no_other_site_may_read_an_answer(screens: Served, path: str) -> None:
    page = client(screens)
    for origin in ("http://other.test", screens.url, "null"):
        answer = page.get(path, headers={"Origin": origin})
        named = [name for name in answer.headers if name.startswith("access-control-")]
        assert named == []
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    asked = page.options(
        path, headers={"Origin": "http://other.test", "Access-Control-Request-Method": "POST"}
    )
    assert asked.status_code == 405
    assert not [name for name in asked.headers if name.startswith("access-control-")]


def test_another_site_gets_nothing_by_embedding_and_people_still_follow_links(
    screens: Served,
) -> None:
    page = client(screens)
    cross = {"Sec-Fetch-Site": "cross-site"}
    for mode, dest in (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        headers = cross | {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert page.get("/entry/me", headers=headers).status_code == 403
    link = cross | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert page.get("/", headers=link).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_not_spoken_here(screens: Served, method: str) -> None:
    assert client(screens).request(method, "/entry/me").status_code == 405


# -- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("other.test", 421), ("other.test:80", 421), ("a b", 421), ("x" * 300, 421),
        ("localhost.other.test", 421), ("localhost@other.test", 421), ("localhost:", 421),
        ("localhost:80", 200), ("LOCALHOST", 200), ("127.0.0.1:1", 200),
    ],
)  # fmt: skip
def test_a_name_that_is_not_this_computers_leads_nowhere(
    strict: Served, host: str, status: int
) -> None:
    with from_address(strict, "127.0.1.1") as page:
        assert page.get("/theme.css", headers={"Host": host}).status_code == status


def test_two_names_at_once_are_refused(screens: Served) -> None:
    answer = said(screens, b"GET /entry/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")


# -- what is said of a person --------------------------------------------------------------


def test_every_answer_forbids_what_a_page_of_ours_does_not_need(screens: Served) -> None:
    page = client(screens)
    for path in ("/", "/entry/me", "/nowhere", "/gradio_api/info", "/theme.css"):
        headers = page.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy.replace("'self'", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/", "/entry/me", "/live/mine", "/resident/today", "/resident/messages", "/health"]
)
def test_what_is_about_somebody_is_kept_by_no_browser(screens: Served, path: str) -> None:
    page = client(screens)
    sign_in(page, screens, "home")
    assert page.get(path).headers["cache-control"] == "no-store"


def test_an_error_says_nothing_of_the_inside(
    screens: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client(screens)

    def fall(*_: object) -> None:
        raise RuntimeError("/secret/place: the inside")

    monkeypatch.setattr(type(screens.premises.visitors), "choose", fall)
    answer = page.post("/entry/language", json={"language": "zh"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        {"who": {"by": "password", "login": "x", "password": PASSWORD, "more": 1}},
        {"who": {"by": "pin", "resident": "R-0001", "pin": PASSWORD}},
        {"who": {"by": PASSWORD}},
        {PASSWORD: 1},
        [PASSWORD],
    ],
)
def test_a_malformed_request_is_answered_without_what_was_sent(
    screens: Served, body: object
) -> None:
    answer = client(screens).post("/entry/sign-in", json=body)
    assert answer.status_code == 422
    assert answer.json()["problem"] == "malformed"
    assert PASSWORD not in answer.text


# -- too often, too much, too slow ---------------------------------------------------------


def test_who_asks_too_often_is_told_to_wait_and_pages_are_drawn_all_the_same(
    strict: Served,
) -> None:
    with from_address(strict, "127.0.1.2") as page, from_address(strict, "127.0.1.3") as other:
        answers = [page.get("/entry/me") for _ in range(10)]
        assert [one.status_code for one in answers] == [200] * 8 + [429] * 2
        assert 0 < int(answers[-1].headers["retry-after"]) <= 10
        assert page.get("/theme.css").status_code == 200
        assert other.get("/entry/me").status_code == 200


def test_trying_passwords_has_a_limit_of_its_own(strict: Served) -> None:
    with from_address(strict, "127.0.1.4") as page:
        tried = [
            page.post(
                "/entry/sign-in",
                json={"who": {"by": "password", "login": f"nobody-{k}", "password": PASSWORD}},
            ).status_code
            for k in range(5)
        ]
        assert tried == [401, 401, 401, 429, 429]
        assert page.get("/entry/me").status_code == 200


def test_no_way_in_takes_more_than_it_needs(screens: Served) -> None:
    page = client(screens)
    for path in ("/entry/sign-in", "/live/start", "/entry/language", "/resident/messages"):
        assert page.post(path, content=b" " * 70_000).status_code == 413, path
        unsaid = page.post(path, content=(b" " * 10_000 for _ in range(20)))
        assert unsaid.status_code == 413, path
    assert page.post("/gradio_api/queue/join", content=b" " * 1_100_000).status_code == 413
    assert page.get("/entry/me").status_code == 200


def test_a_length_that_is_none_is_refused(screens: Served) -> None:
    for length in ("-1", "1e9", "9" * 30, "x"):
        host = urlsplit(screens.url).netloc
        answer = said(
            screens,
            f"POST /entry/language HTTP/1.1\r\nHost: {host}\r\nOrigin: {screens.url}\r\n"
            f"Content-Length: {length}\r\n\r\n".encode(),
        )
        assert answer.startswith((b"HTTP/1.1 4", b"")), answer
        assert b" 200 " not in answer


def test_a_body_that_trickles_in_is_cut_off(strict: Served) -> None:
    host = urlsplit(strict.url).netloc
    head = (
        f"POST /entry/language HTTP/1.1\r\nHost: {host}\r\nOrigin: {strict.url}\r\n"
        "Content-Length: 20\r\nContent-Type: application/json\r\n\r\n"
    )
    assert b" 408 " in said(strict, head.encode() + b'{"lang')


def test_a_connection_that_says_nothing_is_closed(
    screens: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.4)
    for given in (b"", b"GET / HTT", b"GET /health HTTP/1.1\r\nHost: a\r\nX-A: "):
        assert said(screens, given) == b""


def test_a_request_after_another_one_may_not_linger_either(
    screens: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.4)
    first = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = said(screens, first, then=b"GET /hea")
    assert answer.count(b"HTTP/1.1 200") == 1


def test_a_long_session_outlasts_the_patience_with_heads(
    screens: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)
    screen = Screen(screens.url)
    assert screen.trial("squat").status_code == 200
    screen.connect()
    time.sleep(0.6)
    screen.say({"do": "ping", "n": 3})
    ends = time.monotonic() + 5.0
    while screen.hear().get("pong") != 3:
        assert time.monotonic() < ends
    screen.http.post("/live/end", json={"room": screen.room["id"]})
    screen.close()


def said(served: Served, given: bytes, then: bytes = b"", timeout_s: float = 8.0) -> bytes:
    """What the server answers to bytes as they are, until it closes the connection."""
    parts = urlsplit(served.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout_s) as line:
        line.sendall(given)
        found = b""
        if then:
            found += line.recv(65536)
            line.sendall(then)
        while True:
            try:
                part = line.recv(65536)
            except ConnectionResetError:
                return found
            if not part:
                return found
            found += part
            if b"\r\n\r\n" in found and not then:
                return found


# -- Gradio --------------------------------------------------------------------------------


def test_a_page_of_gradios_is_heard_by_its_own_browser_alone(screens: Served) -> None:
    mine, other = client(screens), client(screens)
    asked = {"fn_index": 0, "data": [], "session_hash": "page1234"}
    mine.post("/gradio_api/queue/join", json=asked)
    for answer in (
        other.post("/gradio_api/queue/join", json=asked),
        other.get("/gradio_api/queue/data", params={"session_hash": "page1234"}),
    ):
        assert (answer.status_code, answer.json()["problem"]) == (403, "not_yours")
    nobody = httpx.get(f"{screens.url}/gradio_api/queue/data?session_hash=page1234")
    assert nobody.status_code == 401


@pytest.mark.parametrize("mode", ["cabin", "home", "demonstration"])
def test_a_mistyped_address_leads_to_the_same_page_everywhere(
    site: MadeSite, tmp_path: Path, mode: str
) -> None:
    shows = mode == "demonstration"
    kind: Mode = "cabin" if mode == "cabin" else "home"
    cabin = site.keys.cabin if mode == "cabin" else None
    conduct = Conduct(mode=kind, cabin=cabin, demonstration=shows)
    with serving(site, tmp_path, conduct, taped()) as served:
        page = httpx.get(served.url + "/nowhere", headers={"Accept": "text/html"})
        assert page.status_code == 404
        assert "没有这个页面" in page.text
        assert "There is no such page" in page.text
        script = httpx.get(served.url + "/nowhere")
        assert (script.status_code, script.json()) == (404, {"problem": "no_page"})
        wrong = httpx.put(served.url + "/health", headers={"Accept": "text/html"})
        assert "detail" not in wrong.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"session_hash": 1}', b'{"session_hash": ""}',
             json.dumps({"session_hash": "x" * 100}).encode(), b"[" * 5000]
)  # fmt: skip
def test_an_event_of_no_page_is_refused(screens: Served, body: bytes) -> None:
    answer = client(screens).post("/gradio_api/queue/join", content=body)
    assert answer.status_code == 403
