"""The live socket, tried by breaking in: tickets, Origins, malformed and endless messages."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from aicoach.web.live.feed import HEAD, CaptureClock, PictureError, decoded
from aicoach.web.live.socket import LiveSocket
from aicoach.web.live.tickets import Tickets
from aicoach.web.settings import web_settings

from .browser.served import Served
from .live_client import JPEG, Screen

Make = Callable[[], Screen]


@pytest.fixture
def make(screens: Served) -> Iterator[Make]:
    """Browsers of visitors; their sessions are ended after the test."""
    made: list[Screen] = []

    def screen() -> Screen:
        made.append(Screen(screens.url))
        return made[-1]

    yield screen
    for one in made:
        if one.room:
            one.http.post("/live/end", json={"room": one.room["id"]})
        one.close()


def closed(socket: ClientConnection) -> int | None:
    """With which code the server closes."""
    try:
        while True:
            socket.recv(15.0)
    except ConnectionClosed as end:
        return None if end.rcvd is None else end.rcvd.code


def turned_away(screen: Screen, **headers: str) -> int | None:
    """With which code, or status, a connection is refused."""
    try:
        return closed(screen.connect(**headers))
    except InvalidStatus as refused:
        return refused.response.status_code
    except ConnectionClosed as end:
        return None if end.rcvd is None else end.rcvd.code


def begun(screen: Screen) -> Screen:
    assert screen.trial("squat").status_code == 200
    return screen


def answers(screen: Screen) -> bool:
    """Whether the session still takes pictures."""
    screen.picture(1)
    ends = time.monotonic() + 10.0
    while time.monotonic() < ends:
        if "f" in screen.hear():
            return True
    return False


# -- who may connect -----------------------------------------------------------------------


def test_a_ticket_opens_once(make: Make) -> None:
    screen = begun(make())
    first = screen.connect()
    assert answers(screen)
    first.close()
    assert closed(screen.connect()) == 4401


def test_a_ticket_of_somebody_else_opens_nothing(make: Make) -> None:
    mine, other = begun(make()), begun(make())
    assert closed(other.connect(mine.room["ticket"])) == 4401
    assert mine.http.post("/live/ticket", json={"room": other.room["id"]}).status_code == 403
    assert mine.http.post("/live/end", json={"room": other.room["id"]}).status_code == 403
    mine.connect()
    assert answers(mine)


@pytest.mark.parametrize(
    "ticket",
    ["x" * 20, "a.b.c.d.e", "room.9999999999.000.nonce.sign", "é" * 20, "." * 50, "\x00" * 9,
     "r.nan.0.n.s", "x" * 400],
)  # fmt: skip
def test_what_is_no_ticket_opens_nothing(make: Make, ticket: str) -> None:
    screen = begun(make())
    assert closed(screen.connect(ticket)) == 4401


def test_a_ticket_runs_out() -> None:
    now = [100.0]
    tickets = Tickets(60.0, lambda: now[0])
    ticket = tickets.make("room-1234", "me")
    now[0] = 161.0
    assert tickets.room_of(ticket, "me") is None
    fresh = tickets.make("room-1234", "me")
    longer = fresh.replace(".", ".9", 1)
    assert tickets.room_of(longer, "me") is None, "nobody writes another time on it"
    assert tickets.room_of(fresh, "me") == "room-1234"


@pytest.mark.parametrize("origin", ["http://other.test", "null", ""])
def test_a_page_of_another_site_opens_no_socket(make: Make, origin: str) -> None:
    screen = begun(make())
    assert turned_away(screen, Origin=origin) in (403, 4403)


def test_without_the_cookie_a_ticket_is_worth_nothing(make: Make) -> None:
    screen = begun(make())
    assert turned_away(screen, Cookie="aicoach=stolen") == 4403


def test_who_does_not_say_hello_is_closed(make: Make) -> None:
    screen = begun(make())
    for first in ('{"do": "ping", "n": 1}', "[]", "nonsense", '{"do": "hello"}', "[" * 3000,
                  '{"do": "hello", "ticket": 5}'):  # fmt: skip
        socket = screen.connect(hello=first)
        assert closed(socket) == 4401, first


def test_an_unknown_socket_leads_nowhere(screens: Served, make: Make) -> None:
    screen = make()
    for path in ("/", "/staff", "/gradio_api/queue/join", "/live/mine"):
        with pytest.raises(InvalidStatus):
            screen.connect(path=path, hello="{}")


# -- what is sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "", "{", "[]", "null", "1", "[" * 3000, '{"do": "fly"}', '{"do": "command"}',
        '{"do": "command", "name": "delete"}', '{"do": "command", "name": "stop", "more": 1}',
        '{"do": "answer", "question": "pain", "value": NaN}',
        '{"do": "answer", "question": "pain", "value": 1' + "0" * 400 + "}",
        '{"do": "answer", "question": "pain", "value": [1]}',
        '{"do": "answer", "question": "' + "x" * 65 + '", "value": 1}',
        '{"do": "ping", "n": -1}', '{"do": "ping", "n": 1e400}',
    ],
)  # fmt: skip
def test_a_malformed_message_closes_the_socket_and_not_the_session(
    make: Make, message: str
) -> None:
    screen = begun(make())
    socket = screen.connect()
    socket.send(message)
    assert closed(socket) == 4400
    room = screen.http.get("/live/mine").json()["room"]
    assert room["ended"] is False
    screen.connect(room["ticket"])
    assert answers(screen)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", 4400),
        (b"\x00" * 12, 4400),
        (HEAD.pack(1, math.nan) + JPEG, 4400),
        (HEAD.pack(1, math.inf) + JPEG, 4400),
        (HEAD.pack(1, 0.0) + b"\xff" * 300_001, 4413),
        (HEAD.pack(1, 0.0) + b"\xff" * 500_000, 1009),
        ('{"do": "ping", "n": ' + "1" * 4000 + "}", 4413),
    ],
    ids=["nothing", "only a head", "no time", "endless time", "large", "larger", "long words"],
)
def test_what_is_no_picture_closes_the_socket(make: Make, message: Any, code: int) -> None:
    screen = begun(make())
    socket = screen.connect()
    socket.send(message)
    assert closed(socket) == code


def bomb(width: int, height: int) -> bytes:
    """A JPEG whose head says that it is of this size."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + JPEG[at + 4 :]


@pytest.mark.parametrize(
    "jpeg",
    [bomb(65535, 65535), bomb(1281, 10), bomb(0, 0), bomb(1280, 1280), JPEG[:200], JPEG[2:],
     b"\x89PNG" + b"\x00" * 100, b"\xff\xd8" + b"\xff" * 1000, b"\xff\xd8\xff\xe0\x00\x00" * 50],
)  # fmt: skip
def test_a_picture_that_cannot_be_used_is_passed_over(make: Make, jpeg: bytes) -> None:
    screen = begun(make())
    socket = screen.connect()
    for number in range(5):
        socket.send(HEAD.pack(number, time.monotonic() * 1000.0) + jpeg)
    assert answers(screen)


def test_no_more_than_the_head_is_read_of_a_picture_that_is_too_large() -> None:
    for jpeg in (bomb(65535, 65535), bomb(1281, 1), bomb(0, 5)):
        with pytest.raises(PictureError, match="pixels"):
            decoded(jpeg, 1280)


@pytest.mark.parametrize("strange_s", [-1e297, 1e297, -86_400.0, 86_400.0, 1e-300])
def test_a_strange_time_of_one_picture_spoils_no_later_one(strange_s: float) -> None:
    clock = CaptureClock()
    assert clock.at(5.0, 100.0) == 100.0
    assert 90.0 <= clock.at(strange_s, 100.1) <= 100.1 + 1e-6
    for k in range(1, 4):
        t_s = clock.at(5.1 + k / 10, 100.2 + k / 10)
        assert 100.1 + k / 10 <= t_s <= 100.2 + k / 10 + 1e-6


def test_pictures_in_the_wrong_order_and_of_strange_times_are_no_harm(make: Make) -> None:
    screen = begun(make())
    socket = screen.connect()
    for number, at_ms in ((9, 1e300), (2, -1e300), (4_294_967_295, 0.0), (0, 5.0), (0, 5.0)):
        socket.send(HEAD.pack(number, at_ms) + JPEG)
    assert answers(screen)


# -- too often -----------------------------------------------------------------------------


def test_ten_thousand_messages_are_cut_off_and_the_session_goes_on(make: Make) -> None:
    screen = begun(make())
    socket = screen.connect()
    code = None
    try:
        for number in range(10_000):
            socket.send(json.dumps({"do": "ping", "n": number}))
        code = closed(socket)
    except ConnectionClosed as end:
        code = None if end.rcvd is None else end.rcvd.code
    assert code in (4429, None)
    room = screen.http.get("/live/mine").json()["room"]
    screen.connect(room["ticket"])
    assert answers(screen)


def test_a_flood_of_pictures_is_bounded_by_the_newest(screens: Served, make: Make) -> None:
    screen = begun(make())
    screen.connect()
    for number in range(100):
        screen.picture(number)
    ends = time.monotonic() + 15.0
    while not screen.answers or screen.answers[-1]["n"] < 99:
        assert time.monotonic() < ends
        screen.hear()
    numbers = [one["n"] for one in screen.answers]
    assert numbers == sorted(numbers)


def test_a_second_screen_takes_over_and_the_first_is_told(make: Make) -> None:
    screen = begun(make())
    first = screen.connect()
    assert answers(screen)
    screen.connect(screen.http.get("/live/mine").json()["room"]["ticket"])
    assert closed(first) == 4409
    assert answers(screen)


def test_a_browser_that_never_connects_gives_its_place_back(
    screens: Served, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(make())
    room = screens.premises.rooms.get(screen.room["id"])
    assert room is not None
    monkeypatch.setattr(room, "alone_s", lambda: screens.premises.settings.live.ticket_s + 1.0)
    screens.premises.rooms.tidy()
    room.join()
    assert room.ended


class _Gone:
    """A socket whose other side went without a word."""

    async def receive_text(self) -> str:
        raise WebSocketDisconnect(1006)

    async def close(self, _code: int) -> None:
        raise WebSocketDisconnect(1006)


def test_a_screen_that_went_without_a_word_is_no_error() -> None:
    rooms: Any = None
    served = LiveSocket(rooms, Tickets(60.0, time.monotonic), web_settings().live, time.monotonic)
    asyncio.run(served.serve(cast(Any, _Gone()), "visitor"))
